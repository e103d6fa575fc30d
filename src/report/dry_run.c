#include <closebell/report/dry_run.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <closebell/base/output.h>
#include <closebell/ingest/stamp.h>

enum { DATE_COLUMNS = 12, WHY_COLUMNS = 42, WHAT_LEAST = 42 };

__attribute__((format(printf, 4, 5))) static void line(const Job *job, Day date, const char *why, const char *format,
                                                       ...) {
  char beginning[80];
  va_list args;
  const size_t columns = job->out.columns;
  if (columns > 0 && columns < DATE_COLUMNS + WHY_COLUMNS + 2 + WHAT_LEAST)
    snprintf(beginning, sizeof beginning, "%s  %s: ", day_text(date).text, why);
  else
    snprintf(beginning, sizeof beginning, "%s  %-*s  ", day_text(date).text, WHY_COLUMNS, why);
  va_start(args, format);
  output_line_after(&job->out, DATE_COLUMNS, beginning, format, args);
  va_end(args);
}

/* ---- daily_update ---- */

static bool is_among(const Day *dates, size_t count, Day date) {
  for (size_t i = 0; i < count; i++)
    if (dates[i] == date) return true;
  return false;
}

static const char *why_missing(const LedgerDay *day) {
  switch (day ? day->state : JOB_ABSENT) {
  case JOB_ABSENT:
    return day && day->archived ? "archived, not projected yet" : "never asked for";
  case JOB_RUNNING:
    return "begun by a run that did not finish";
  case JOB_FAILED:
    return "failed before";
  case JOB_COMPLETED:
    return "completed, but its archive is gone";
  case JOB_CLOSED:
    return "closed, but archived";
  default:
    return "waiting";
  }
}

static void tell_missing(const Ingest *ingest, Day date, bool archived) {
  const char *closure = closures_reason(&ingest->job->rules.closures, date);
  const char *why = why_missing(ledger_find(&ingest->ledger, date));
  if (archived)
    line(ingest->job, date, why, "would be projected from the archive");
  else if (closure)
    line(ingest->job, date, why, "would be asked for, and probably closed: %s", closure);
  else
    line(ingest->job, date, why, "would be asked for, archived and projected");
}

void dry_run_update(const Ingest *ingest, const UpdatePlan *plan, Outcome *ret_outcome) {
  size_t asked = 0, unwritten = 0, fill = 0;
  for (Day date = ingest->ledger.first; date <= plan->newest; date = day_next_weekday(date)) {
    const LedgerDay *day = ledger_find(&ingest->ledger, date);
    bool archived = day && day->archived, missing = is_among(plan->missing, plan->missing_count, date);
    if (missing) tell_missing(ingest, date, archived);
    asked += missing && !archived;
    const char *why_again = !plan->named                      ? "the fifth session before a new one"
                            : day && day->state == JOB_CLOSED ? "closed, asked for by name"
                                                              : "completed, asked for by name";
    if (is_among(plan->again, plan->again_count, date))
      line(ingest->job, date, why_again, "would be asked for again and compared");
    if (missing || !day || !stamp_calendar_gap(ingest, day)) continue;
    unwritten++;
    line(ingest->job, date, "trading_calendar does not agree", "its calendar document would be written again");
  }
  for (size_t i = 0; i < ingest->targets.universe.count; i++) fill += ingest->targets.universe.items[i].backfill_needed;
  ret_outcome->exit_code = EXIT_DONE;
  snprintf(
      ret_outcome->message, sizeof ret_outcome->message,
      "dry run: %zu days to do up to %s, %zu of them to ask for, %zu days to ask for again, %zu calendar documents "
      "to mend, %zu histories to fill: %zu source calls; nothing written",
      plan->missing_count, day_text(plan->newest).text, asked, plan->again_count, unwritten, fill,
      (asked + plan->again_count) * market_set_count(ingest->job->rules.filter.markets));
}

/* ---- manual_setup ---- */

void dry_run_setup(const Ingest *ingest, Day newest, int64_t sessions, Outcome *ret_outcome) {
  const Closures *closures = &ingest->job->rules.closures;
  size_t asked = 0, archived = 0;
  int64_t found = 0;
  Day oldest = newest;
  for (Day date = newest; found < sessions; date = day_previous_weekday(date)) {
    const LedgerDay *day = ledger_find(&ingest->ledger, date);
    bool there = day && day->archived;
    oldest = date;
    found += there || (closures_expects_open(closures, date) && !(day && day->state == JOB_CLOSED));
    archived += there;
    if (there && day->state != JOB_COMPLETED)
      line(ingest->job, date, why_missing(day), "would be projected from the archive");
    if (there || (day && day->state == JOB_CLOSED)) continue;
    asked++;
    tell_missing(ingest, date, false);
  }
  ret_outcome->exit_code = EXIT_DONE;
  snprintf(ret_outcome->message, sizeof ret_outcome->message,
           "dry run: would go back from %s to about %s until %" PRId64
           " sessions are archived (%zu are), apply the entry filter and project them: %zu days to ask for, "
           "%zu source calls; nothing written",
           day_text(newest).text, day_text(oldest).text, sessions, archived, asked,
           asked * market_set_count(ingest->job->rules.filter.markets));
}

/* ---- hourly_analysis ---- */

typedef enum { NEED_NEVER, NEED_WHOLE, NEED_RESTATED, NEED_NEW, NEED_COUNT } Need;

static Need need_of(const AnalysisWork *work, size_t target, Day *ret_from) {
  const AnalysisNeed *need = &work->needs[target];
  Day analyzed = work->ingest.targets.stamps[target].last_analyzed_date;
  *ret_from = work->ingest.ledger.first;
  if (analyzed == DAY_NONE) return NEED_NEVER;
  if (need->whole) return NEED_WHOLE;
  if (need->restated != DAY_NONE) *ret_from = need->restated;
  if (need->restated != DAY_NONE) return NEED_RESTATED;
  for (*ret_from = analyzed + 1; *ret_from < work->gate.session && !analysis_work_reads(work, *ret_from);) ++*ret_from;
  return NEED_NEW;
}

/* How many of the items have something to be written from that date on, for each reason. */
static void count_needs(const AnalysisWork *work, Day date, size_t counts[NEED_COUNT]) {
  for (size_t i = 0; i < work->item_count; i++) {
    Day from;
    Need need = need_of(work, work->items[i].target, &from);
    if (from == date) counts[need]++;
  }
}

static bool is_passed_over(const Gate *gate, Day date) {
  return is_among(gate->passed_over, gate->passed_over_count, date);
}

void dry_run_analysis(const AnalysisWork *work, Outcome *ret_outcome) {
  static const char *const WHY[] = {"never analysed", "all of it anew: another version, or --force", "restated",
                                    "new since the last analysis"};
  const Gate *gate = &work->gate;
  const Job *job = work->job;
  for (Day date = work->ingest.ledger.first; date <= gate->session; date = day_next_weekday(date)) {
    size_t counts[NEED_COUNT] = {0};
    count_needs(work, date, counts);
    for (Need need = 0; need < NEED_COUNT; need++)
      if (counts[need]) line(job, date, WHY[need], "%zu tickers would be analysed from here on", counts[need]);
    if (is_passed_over(gate, date)) line(job, date, "not completed, but three later ones are", "would be passed over");
  }
  if (gate->blocked_by != DAY_NONE) line(job, gate->blocked_by, "not completed", "newer sessions wait for it");
  int64_t quota = work->options->quota;
  bool limited = quota > 0 && (size_t)quota < work->item_count;
  ret_outcome->exit_code = EXIT_DONE;
  snprintf(ret_outcome->message, sizeof ret_outcome->message,
           "dry run: %zu tickers to analyse up to %s, first %s, %zu of them by one run (quota %" PRId64
           "); nothing written",
           work->item_count, day_text(gate->session).text, work->items[0].ticker,
           limited ? (size_t)quota : work->item_count, quota);
}
