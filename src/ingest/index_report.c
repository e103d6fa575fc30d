#include <closebell/ingest/index_report.h>

#include <stdlib.h>

#include <closebell/store/index_data.h>
#include <closebell/store/job_status.h>

/* ---- what this run was told ---- */

static const IndexReport *report_of(const Ingest *ingest, Day date, Market market) {
  const Answer *kept = fetch_kept(&ingest->fetch, FEED_INDEX, date, market);
  return kept ? answer_items(kept, &PAYLOAD_INDEX_REPORT) : NULL;
}

bool index_report_totals(const Ingest *ingest, Day date, SessionTotals *ret_totals) {
  *ret_totals = (SessionTotals){.date = date};
  for (Market market = 0; market < MARKET_COUNT; market++) {
    const IndexReport *report = report_of(ingest, date, market);
    if (!report) continue;
    ret_totals->markets |= market_bit(market);
    ret_totals->published[market] = report->totals;
  }
  return ret_totals->markets != 0;
}

/* ---- asking ---- */

static Status ask(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
  const FeedDays asked = {.feed = FEED_INDEX,
                          .markets = ingest->job->rules.filter.markets & market_totals_markets(),
                          .dates = dates,
                          .count = count};
  Status status = fetch_beside(&ingest->fetch, &asked, answers, err); /* which keeps what is answered */
  for (size_t i = 0; i < count; i++) day_answer_free(&answers[i]);
  return status;
}

Status index_report_ask(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t done = 0, some; done < count && status == STATUS_OK; done += some) {
    size_t chunk = fetch_chunk(&ingest->fetch);
    some = count - done < chunk ? count - done : chunk;
    status = ask(ingest, dates + done, some, err);
  }
  return status;
}

static bool has_all_rows(const Ingest *ingest, const DayAnswer *answer) {
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(ingest->job->rules.filter.markets, market) && answer->markets[market].kind != ANSWER_ROWS)
      return false;
  return true;
}

Status index_report_ask_answered(Ingest *ingest, const DayAnswer *answers, size_t count, Error *err) {
  Day dates[FETCH_MAX_DAYS];
  size_t answered = 0;
  for (size_t i = 0; i < count; i++)
    if (has_all_rows(ingest, &answers[i])) dates[answered++] = answers[i].date;
  return index_report_ask(ingest, dates, answered, err);
}

/* ---- between two sessions ---- */

/* The indices of all markets together. */
static IndexDay told_of(const Ingest *ingest, Day date) {
  IndexDay day = {.date = date};
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    const IndexReport *report = report_of(ingest, date, index_market(which));
    if (!report || !index_set_has(report->day.has, which)) continue;
    day.rows[which] = report->day.rows[which];
    day.has |= index_bit(which);
  }
  return day;
}

/* Only what is proven decides about another day. */
static bool is_proven(const Ingest *ingest, Day date) {
  const JobStatus *status = job_status_find(job_statuses_of(&ingest->ledger.statuses, "index_days"), date);
  return status && status->state == JOB_COMPLETED;
}

/* What is stored of these indices, where the day lacks them. */
static Status add_stored(Ingest *ingest, IndexSet indices, IndexDay *day, Error *err) {
  IndexSet lacking = is_proven(ingest, day->date) ? indices & ~day->has : 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    const IndexRange range = {.which = which, .from = day->date, .to = day->date};
    StoredIndexRow *rows = NULL;
    size_t count = 0;
    if (!index_set_has(lacking, which)) continue;
    Status status = index_data_read(ingest->job->db, &range, &rows, &count, err);
    if (status != STATUS_OK) return status;
    if (count == 1 && rows[0].readable) {
      day->rows[which] = rows[0].row;
      day->has |= index_bit(which);
    }
    free(rows);
  }
  return STATUS_OK;
}

Status index_report_gap(Ingest *ingest, Day earlier, Day later, IndexGap *ret_gap, Error *err) {
  IndexDay before = told_of(ingest, earlier), after = told_of(ingest, later);
  IndexSet wanted = 0;
  *ret_gap = INDEX_GAP_UNKNOWN;
  if (!source_feed(ingest->job->source, FEED_INDEX)) return STATUS_OK;
  if (ingest->run.reports_follow || !index_set_parse(ingest->job->config->indices.names, &wanted)) wanted = 0;
  Status status = add_stored(ingest, before.has ? wanted & before.has : wanted, &after, err);
  if (status == STATUS_OK) status = add_stored(ingest, wanted & after.has, &before, err);
  if (status == STATUS_OK) *ret_gap = index_day_gap(&before, &after);
  return status;
}
