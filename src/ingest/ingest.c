#include <closebell/ingest/ingest.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/restatements.h>

_Static_assert(REFUSED_SESSIONS == FETCH_MAX_DAYS + 1, "what is asked for at once, and the day before");

static void look_at_targets(Ingest *ingest) {
  ingest->universe_from = ingest->newest_analyzed = DAY_NONE;
  for (size_t i = 0; i < ingest->targets.universe.count; i++) {
    Day added = ingest->targets.universe.items[i].added_date, analyzed = ingest->targets.stamps[i].last_analyzed_date;
    Day from = ingest->targets.universe.items[i].history_from;
    if (ingest->ledger.first == DAY_NONE || from < ingest->ledger.first)
      ingest->ledger.first = from; /* its calendar document is gone */
    if (ingest->universe_from == DAY_NONE || added < ingest->universe_from) ingest->universe_from = added;
    if (analyzed != DAY_NONE && analyzed > ingest->newest_analyzed) ingest->newest_analyzed = analyzed;
  }
}

static Status find_reach(Ingest *ingest, Error *err) {
  DayState *states;
  size_t count;
  Status status = ledger_states(&ingest->ledger, &states, &count);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the days");
  Day gate = ingest->ledger.first == DAY_NONE ? DAY_NONE : gate_find(states, count, ingest->ledger.first).session;
  ingest->reach = gate == DAY_NONE || gate < ingest->newest_analyzed ? ingest->newest_analyzed : gate;
  free(states);
  return STATUS_OK;
}

Status ingest_load(Ingest *ingest, Job *job, LedgerScope scope, Error *err) {
  *ingest =
      (Ingest){.job = job, .fetch = {.job = job, .markets = job->rules.filter.markets}, .run = {.suspect = DAY_NONE}};
  Status status = ledger_load(&ingest->ledger, job, scope, err);
  if (status == STATUS_OK) status = targets_load(job->db, &ingest->targets, err);
  bool nobody_knows_first = scope < LEDGER_CALENDAR && ingest->targets.universe.count == 0;
  if (status == STATUS_OK && nobody_knows_first) status = ledger_load_calendar(&ingest->ledger, job->db, err);
  if (status != STATUS_OK) return error_prefix(err, status, "reading what is there");
  look_at_targets(ingest);
  return find_reach(ingest, err);
}

void ingest_know_beginning(Ingest *ingest, const Meta *meta) {
  ingest->has_began_by = filter_parse(meta->began_by, &ingest->began_by);
}

void ingest_free(Ingest *ingest) {
  ledger_free(&ingest->ledger);
  archive_cache_free(&ingest->archive);
  target_table_free(&ingest->targets);
  ingest_run_free(&ingest->run);
  fetch_free(&ingest->fetch);
  memset(ingest, 0, sizeof *ingest);
}

const EntryFilter *ingest_filter(const Ingest *ingest, Day date) {
  const Ledger *ledger = &ingest->ledger;
  for (size_t i = ledger_position(ledger, date); i < ledger->count; i++)
    if (ledger->days[i].has_filter) return &ledger->days[i].filter;
  return &ingest->job->rules.filter;
}

Status ingest_session(Ingest *ingest, Day date, SharedSession **ret_session, Error *err) {
  return archive_cache_hold(&ingest->archive, ingest->job->db, date, ret_session, err);
}

Status ingest_restatement(const Ingest *ingest, const Db *db, Day from, const char *reason, Error *err) {
  int64_t number;
  const NewRestatement fresh = {.from = from, .reason = reason, .at_utc = clock_now(ingest->job->clock)};
  Status status = restatements_insert(db, &fresh, &number, err);
  if (status == STATUS_OK)
    log_with(ingest->job->log, LOG_INFO,
             LOG_FACTS(log_number("restatement", number), log_day("session", from), log_text("reason", reason)),
             "restatement %" PRId64 ": %s from %s on; the analysis will redo it", number, reason, day_text(from).text);
  return status;
}
