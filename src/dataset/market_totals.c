/* market_totals: what a session's archived rows sum to, against what the exchange publishes of the whole market. */
#include "datasets.h"

#include <stdio.h>
#include <stdlib.h>

#include <closebell/source/feed.h>
#include <closebell/store/market_totals.h>

#include "reports.h"

static MarketSet markets(const Job *job) { return job->rules.filter.markets & market_totals_markets(); }

static int64_t expected_rows(const Job *job) { return (int64_t)market_set_count(markets(job)); }

/* ---- the proof ---- */

/* What the archive has no rows of is in no set: the market was configured later. */
static Status sum(Ingest *ingest, Day date, SessionTotals *ret_totals, Error *err) {
  const SessionTotals *known = ingest_run_sums(&ingest->run, date);
  if (known) {
    *ret_totals = *known;
    return STATUS_OK;
  }
  SharedSession *shared;
  Status status = ingest_session(ingest, date, &shared, err);
  if (status != STATUS_OK) return status;
  if (ingest_run_note_sums(&ingest->run, &shared->session) == STATUS_OK)
    *ret_totals = *ingest_run_sums(&ingest->run, date);
  else
    status = error_set(err, STATUS_NO_MEMORY, "no memory for the sums of %s", day_text(date).text);
  shared_session_release(shared);
  return status;
}

static void say_differences(const SessionTotals *totals, DatasetVerdict *verdict) {
  size_t length = 0;
  for (Market market = 0; market < MARKET_COUNT; market++) {
    char text[MARKET_TOTALS_TEXT_SIZE];
    if (!market_set_has(totals->markets, market)) continue;
    market_totals_difference(market, &totals->summed[market], &totals->published[market], text);
    if (text[0] == '\0' || length >= sizeof verdict->reason) continue;
    length +=
        (size_t)snprintf(verdict->reason + length, sizeof verdict->reason - length, "%s%s", length ? "; " : "", text);
  }
}

static void compare(const Job *job, const SessionTotals *totals, DatasetVerdict *verdict) {
  verdict->stores = totals->markets != 0;
  verdict->stored_rows = (int64_t)market_set_count(totals->markets);
  verdict->state = session_totals_agree(totals) && totals->markets == markets(job) ? JOB_COMPLETED : JOB_FAILED;
  if (verdict->state == JOB_COMPLETED) return;
  say_differences(totals, verdict);
  if (verdict->reason[0] == '\0')
    snprintf(verdict->reason, sizeof verdict->reason, "the archive lacks a market that is configured");
}

/* Both sides, where both are known. */
static Status join(Ingest *ingest, const DatasetDay *day, SessionTotals *ret_totals, Error *err) {
  SessionTotals totals = {0};
  Status status = sum(ingest, day->date, &totals, err);
  if (status != STATUS_OK) return status;
  for (Market market = 0; market < MARKET_COUNT; market++) {
    const IndexReport *report = report_of(&day->answer, market);
    if (report && market_set_has(totals.markets, market))
      totals.published[market] = report->totals;
    else
      totals.markets &= ~market_bit(market);
  }
  *ret_totals = totals;
  return STATUS_OK;
}

static Status prove(Ingest *ingest, DatasetDay *days, size_t count, Error *err) {
  for (size_t i = 0; i < count; i++) {
    SessionTotals totals;
    Status status = join(ingest, &days[i], &totals, err);
    if (status == STATUS_BAD_DATA || status == STATUS_NOT_FOUND) { /* healing is daily_update's own work */
      days[i].verdict.state = JOB_FAILED;
      snprintf(days[i].verdict.reason, sizeof days[i].verdict.reason, "the archived session cannot be read: %.200s",
               err->text);
      continue;
    }
    if (status != STATUS_OK) return status;
    compare(ingest->job, &totals, &days[i].verdict);
  }
  return STATUS_OK;
}

static Status store(Ingest *ingest, const DatasetDay *days, size_t count, Error *err) {
  SessionTotals totals[DATASET_DAYS_MAX];
  size_t stored = 0;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    if (days[i].verdict.stores) status = join(ingest, &days[i], &totals[stored++], err);
  return status == STATUS_OK ? market_totals_write(ingest->job->db, totals, stored, err) : status;
}

/* ---- what is stored ---- */

static Status look_at(Ingest *ingest, const StoredTotals *stored, DatasetLook look, DatasetFinding *tell, void *context,
                      Error *err) {
  SessionTotals now = {0};
  if (!stored->readable) return tell(context, stored->date, "the document cannot be read", err);
  if (!session_totals_agree(&stored->totals))
    return tell(context, stored->date, "the document does not say what its status does", err);
  if (look == LOOK_STORED) return STATUS_OK;
  Status status = sum(ingest, stored->date, &now, err);
  if (status == STATUS_BAD_DATA || status == STATUS_NOT_FOUND) return STATUS_OK; /* the archive is told of elsewhere */
  for (Market market = 0; market < MARKET_COUNT && status == STATUS_OK; market++)
    if (market_set_has(stored->totals.markets, market) &&
        (!market_set_has(now.markets, market) ||
         !market_totals_agree(&stored->totals.summed[market], &now.summed[market])))
      return tell(context, stored->date, "the sums are others than those of the archived session", err);
  return status;
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  StoredTotals *totals = NULL;
  size_t count = 0, at = 0;
  Status status = market_totals_read(ingest->job->db, DAY_NONE, DAY_NONE, &totals, &count, err);
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++) {
    while (at < count && totals[at].date < stored->dates[i]) at++;
    if (at < count && totals[at].date == stored->dates[i])
      status = look_at(ingest, &totals[at], stored->look, tell, context, err);
    else
      status = tell(context, stored->dates[i], "the document is gone", err);
  }
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const DatedDocument document = {DB_SYSTEM, "market_totals", totals[i].date};
    status = report_stranger(ingest, &document, tell, context, err);
  }
  free(totals);
  return status;
}

const Dataset MARKET_TOTALS = {.name = "market_totals",
                               .feed = FEED_INDEX,
                               .proof = "proven by the exchange's totals",
                               .markets = markets,
                               .expected_rows = expected_rows,
                               .prove = prove,
                               .store = store,
                               .look = look};
