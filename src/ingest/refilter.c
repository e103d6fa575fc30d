#include <closebell/ingest/refilter.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/ingest/fold.h>
#include <closebell/ingest/project.h>
#include <closebell/run/run.h>

const LedgerDay *refilter_due(const Ingest *ingest) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  return newest && newest->has_filter && !filter_equal(&newest->filter, &ingest->job->rules.filter) ? newest : NULL;
}

/* From now on the session's filter is today's. */
static LedgerDay *take_over(Ingest *ingest, const LedgerDay *due) {
  LedgerDay *day = ledger_day(&ingest->ledger, due->date);
  day->filter = ingest->job->rules.filter;
  day->run.refiltered = true;
  return day;
}

static Status apply(Ingest *ingest, const LedgerDay *due, Error *err) {
  char before[FILTER_TEXT_SIZE], now[FILTER_TEXT_SIZE];
  log_info(ingest->job->log, "%s was taken in by the entry filter \"%s\", which is now \"%s\": the universe follows",
           day_text(due->date).text, filter_format(&due->filter, before),
           filter_format(&ingest->job->rules.filter, now));
  const Day date = take_over(ingest, due)->date;
  return error_prefix(err, project_days(ingest, &date, 1, err), "applying the changed entry filter");
}

/* ---- what stands ---- */

static Status fold_all(Ingest *ingest, Day to, Universe *ret_universe, Error *err) {
  Status status = fold_begin(ingest, ret_universe, err);
  const FoldRun run = {.dates = {ingest->universe_from, to}};
  return status == STATUS_OK ? fold_run(ingest, ret_universe, &run, err) : status;
}

static Status mend(Ingest *ingest, Error *err) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  if (!newest || ingest->universe_from == DAY_NONE) return STATUS_OK;
  const Day date = newest->date, to = ledger_newest_archived(&ingest->ledger);
  Universe universe = {0};
  Status status = fold_all(ingest, to, &universe, err);
  if (status == STATUS_OK && !fold_is_settled(ingest, &universe, to)) {
    log_warn(ingest->job->log, "target_tickers is not what the archived sessions make of it: %s is taken in anew",
             day_text(date).text);
    ledger_day(&ingest->ledger, date)->run.refiltered = true;
    status = project_days(ingest, &date, 1, err);
  }
  universe_free(&universe);
  return error_prefix(err, status, "reckoning the universe anew");
}

/* Set-up's filter must be known before its session has another: after that nobody could tell who belonged to it. */
static Status note_beginning(Ingest *ingest, const LedgerDay *due, Meta *meta, Error *err) {
  if (!due || due->date != ingest->universe_from || ingest->has_began_by) return STATUS_OK;
  filter_format(&due->filter, meta->began_by);
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK) status = meta_write(ingest->job->db, meta, err);
  if (status == STATUS_OK) ingest_know_beginning(ingest, meta);
  return status;
}

Status refilter_follow(Ingest *ingest, Meta *meta, bool named, Error *err) {
  const LedgerDay *due = refilter_due(ingest);
  bool anew = !due && (named || !meta->began_by[0]);
  Status status = note_beginning(ingest, due, meta, err);
  if (status == STATUS_OK && due) status = apply(ingest, due, err);
  return status == STATUS_OK && anew ? mend(ingest, err) : status;
}

/* ---- what it would do ---- */

static void tell(const Job *job, const Target *target, const char *what) {
  char cap[TEXT_GROUPED_SIZE];
  text_group_int64(target->market_cap, cap);
  output_line(&job->out, OUTPUT_HANGING, "%s  would %s: %s, %s, market cap %s KRW%s%s", target->ticker, what,
              target->name, market_name(target->market), cap, target->is_active ? "" : ", reason ",
              target->is_active ? "" : target->removed_reason);
}

/* Those that the universe does not know entered by a filter that does not count any more. */
static size_t tell_strangers(const Ingest *ingest, const Universe *universe) {
  size_t strangers = 0;
  for (size_t i = 0; i < ingest->targets.universe.count; i++) {
    const Target *stored = &ingest->targets.universe.items[i];
    if (universe_find(universe, stored->ticker)) continue;
    tell(ingest->job, stored, "be forgotten: it entered by a filter that does not count any more");
    strangers += stored->is_active;
  }
  return strangers;
}

static void compare(const Ingest *ingest, const Universe *universe, Day date, bool changed) {
  size_t enter = 0, leave = tell_strangers(ingest, universe);
  for (size_t i = 0; i < universe->count; i++) {
    const Target *target = &universe->items[i], *stored = universe_find(&ingest->targets.universe, target->ticker);
    bool was = stored && stored->is_active;
    if (target->is_active == was) continue;
    tell(ingest->job, target, target->is_active ? "enter" : "leave");
    *(target->is_active ? &enter : &leave) += 1;
  }
  char counts[UNIVERSE_COUNTS_SIZE];
  output_line(&ingest->job->out, OUTPUT_HANGING, "%s  taken in anew%s: %zu would enter, %zu would leave (%s)",
              day_text(date).text, changed ? ", as the entry filter has changed" : "", enter, leave,
              universe_counts_format(&ingest->run.counts, counts));
}

Status refilter_explain(Ingest *ingest, bool anew, Error *err) {
  const LedgerDay *due = refilter_due(ingest), *newest = ledger_newest_completed(&ingest->ledger);
  if (!newest || !(due || anew)) return STATUS_OK;
  const Day date = due ? take_over(ingest, due)->date : newest->date;
  Universe universe = {0};
  Status status = fold_all(ingest, date, &universe, err);
  if (status == STATUS_OK) compare(ingest, &universe, date, due != NULL);
  universe_free(&universe);
  return status;
}
