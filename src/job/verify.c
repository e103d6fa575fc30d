#include <closebell/job/verify.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/analysis_verify.h>
#include <closebell/analysis/strategies_verify.h>
#include <closebell/base/output.h>
#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/dataset/engine.h>
#include <closebell/heal/heal.h>
#include <closebell/heal/heal_actions.h>
#include <closebell/heal/heal_collections.h>
#include <closebell/ingest/fold.h>
#include <closebell/ingest/guard.h>
#include <closebell/ingest/ingest.h>
#include <closebell/ingest/stamp.h>
#include <closebell/market/due.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>

typedef struct {
  Job *job;
  Ingest ingest;
  Day newest;       /* due */
  Session previous; /* the archived session before the one in hand */
  size_t sessions, waiting, findings;
  bool *damaged; /* beside ingest.ledger.days: the archive document cannot be read */
  size_t damaged_count;
  bool unsettled; /* a session before the newest one is missing that was analysed once, or may have been */
  HealReport rows;
  AnalysisVerified analysis;
  size_t lists; /* of strategies, compared */
  DatasetsVerified datasets;
} Verify;

__attribute__((format(printf, 3, 4))) static void find(Verify *verify, const char *what, const char *format, ...) {
  char beginning[64];
  va_list arguments;
  verify->findings++;
  snprintf(beginning, sizeof beginning, "%s: ", what);
  va_start(arguments, format);
  output_line_after(&verify->job->out, OUTPUT_HANGING, beginning, format, arguments);
  va_end(arguments);
}

/* ---- days ---- */

static void check_day(Verify *verify, Day date) {
  const LedgerDay *day = ledger_find(&verify->ingest.ledger, date);
  DayText text = day_text(date);
  JobState state = day ? day->state : JOB_ABSENT;
  const LedgerDay *newest = ledger_newest_completed(&verify->ingest.ledger);
  bool taken = state == JOB_CLOSED || state == JOB_FAILED || state == JOB_WAITING || (day && day->archived);
  verify->unsettled |= newest && date < newest->date && (!taken || state == JOB_RUNNING);
  if (state == JOB_WAITING) {
    verify->waiting++;
    output_line(&verify->job->out, OUTPUT_HANGING, "%s: waiting for the source; daily_update asks again", text.text);
  } else if (state == JOB_COMPLETED && !day->archived) {
    find(verify, text.text, "completed, but its archive document is gone: daily_update --date %s fetches it again",
         text.text);
  } else if (state == JOB_CLOSED && day->archived) {
    find(verify, text.text, "closed, but market_days holds a session of it: daily_update --date %s takes it in",
         text.text);
  }
}

/* Weekdays one after the other that are unfinished in the same way: a year without a run is one line. */
typedef struct {
  JobState state;
  Day first, last;
  size_t count;
} Stretch;

static void tell_stretch(Verify *verify, Stretch *stretch) {
  const char *what = stretch->state == JOB_ABSENT   ? "never taken"
                     : stretch->state == JOB_FAILED ? "failed"
                                                    : "begun and not finished";
  if (stretch->count == 1)
    find(verify, day_text(stretch->first).text, "%s; the next daily_update does it", what);
  else if (stretch->count > 1)
    find(verify, day_text(stretch->first).text,
         "%s, and so the weekdays up to %s, %zu in all; the next daily_update does them", what,
         day_text(stretch->last).text, stretch->count);
  stretch->count = 0;
}

static void check_days(Verify *verify) {
  Stretch stretch = {.count = 0};
  for (Day date = verify->ingest.ledger.first; date <= verify->newest; date = day_next_weekday(date)) {
    const LedgerDay *day = ledger_find(&verify->ingest.ledger, date);
    JobState state = day ? day->state : JOB_ABSENT;
    bool unfinished = state != JOB_COMPLETED && state != JOB_CLOSED && state != JOB_WAITING;
    if (!unfinished || state != stretch.state) tell_stretch(verify, &stretch);
    check_day(verify, date);
    if (!unfinished) continue;
    if (stretch.count++ == 0) stretch.first = date;
    stretch.state = state;
    stretch.last = date;
  }
  tell_stretch(verify, &stretch);
  size_t gaps = stamp_calendar_gaps(&verify->ingest);
  if (gaps)
    find(verify, "trading_calendar", "%zu days missing or other than in job_status; the next daily_update mends them",
         gaps);
}

/* ---- the archive ---- */

static void check_session(Verify *verify, const Session *session) {
  const Session *previous = &verify->previous;
  DayText date = day_text(session->date);
  MarketSet lacking = verify->job->rules.filter.markets & ~session->markets;
  if (lacking)
    find(verify, date.text, "the archive lacks a market that is configured: daily_update --date %s", date.text);
  if (previous->count == 0 || !ledger_nothing_missing(&verify->ingest.ledger, previous->date, session->date)) return;
  SessionLink link = session_link(previous, session);
  if (link.linked) return;
  find(verify, date.text,
       "does not continue %s (%zu of %zu base prices agree): daily_update --from %s --to %s compares "
       "both with the source",
       day_text(previous->date).text, link.agreeing, link.common, day_text(previous->date).text, date.text);
}

static Status check_archive(Verify *verify, Error *err) {
  Ingest *ingest = &verify->ingest;
  Progress progress = progress_start(verify->job->log, "reading the archive", "sessions", ingest->ledger.count);
  Status status = STATUS_OK;
  for (size_t i = 0; i < ingest->ledger.count && status == STATUS_OK; i++) {
    progress_update(&progress, i);
    if (!ingest->ledger.days[i].archived) continue;
    DayText date = day_text(ingest->ledger.days[i].date);
    Session session = {0};
    status = run_beat(verify->job, err);
    if (status == STATUS_OK) status = market_days_find(verify->job->db, ingest->ledger.days[i].date, &session, err);
    if (status == STATUS_OK && ingest_run_note_sums(&ingest->run, &session) != STATUS_OK) {
      session_free(&session);
      status = error_set(err, STATUS_NO_MEMORY, "no memory for %s", date.text);
    }
    if (status == STATUS_OK) {
      check_session(verify, &session);
      verify->sessions++;
      session_free(&verify->previous);
      verify->previous = session;
    } else if (status == STATUS_BAD_DATA) {
      find(verify, date.text, "its archive document cannot be read (%s): daily_update --date %s fetches it again",
           err->text, date.text);
      verify->damaged[i] = true;
      verify->damaged_count++;
      status = STATUS_OK;
    }
  }
  progress_finish(&progress);
  return status;
}

/* ---- the universe ---- */

static bool differs(TextBuffer *text, bool different, const char *field) {
  if (different) text_buffer_printf(text, "%s%s ", text->length ? ", " : "", field);
  return different;
}

static void say_texts(TextBuffer *text, const char *field, const char *stored, const char *expected) {
  if (differs(text, strcmp(stored, expected) != 0, field))
    text_buffer_printf(text, "%s, not %s", stored[0] ? stored : "none", expected[0] ? expected : "none");
}

static void say_numbers(TextBuffer *text, const char *field, int64_t stored, int64_t expected) {
  if (differs(text, stored != expected, field)) text_buffer_printf(text, "%" PRId64 ", not %" PRId64, stored, expected);
}

static void say_days(TextBuffer *text, const char *field, Day stored, Day expected) {
  say_texts(text, field, stored == DAY_NONE ? "" : day_text(stored).text,
            expected == DAY_NONE ? "" : day_text(expected).text);
}

/* Each master field that the archive gives, where the two are not the same. */
static void say_differences(TextBuffer *text, const Target *stored, const Target *expected) {
  say_texts(text, "name", stored->name, expected->name);
  say_texts(text, "market", market_name(stored->market), market_name(expected->market));
  say_numbers(text, "market_cap", stored->market_cap, expected->market_cap);
  say_numbers(text, "listed_shares", stored->listed_shares, expected->listed_shares);
  say_days(text, "added_date", stored->added_date, expected->added_date);
  say_texts(text, "is_active", stored->is_active ? "true" : "false", expected->is_active ? "true" : "false");
  say_days(text, "removed_date", stored->removed_date, expected->removed_date);
  say_texts(text, "removed_reason", stored->removed_reason, expected->removed_reason);
}

static void compare_target(Verify *verify, const Target *folded, const char *newest) {
  const Target *stored = universe_find(&verify->ingest.targets.universe, folded->ticker);
  if (!stored) {
    find(verify, folded->ticker,
         "target_tickers lacks it, though it entered on %s: daily_update --date %s puts it back",
         day_text(folded->added_date).text, newest);
    return;
  }
  TextBuffer text = {0};
  say_differences(&text, stored, folded);
  if (text.length)
    find(verify, folded->ticker,
         "target_tickers does not say what the archived sessions make of it: %s: daily_update --date %s mends it",
         text.data, newest);
  text_buffer_free(&text);
  if (stored->backfill_needed)
    find(verify, folded->ticker, "its history is still to be filled from the archive; the next daily_update does it");
}

static Status check_universe(Verify *verify, Error *err) {
  Ingest *ingest = &verify->ingest;
  Universe universe = {0};
  const LedgerDay *completed = ledger_newest_completed(&ingest->ledger);
  Day newest = completed ? completed->date : DAY_NONE;
  const DayText cure = day_text(newest);
  const FoldRun run = {.dates = {ingest->universe_from, newest}};
  Status status = fold_begin(ingest, &universe, err);
  if (status == STATUS_OK) status = fold_run(ingest, &universe, &run, err);
  for (size_t i = 0; status == STATUS_OK && i < universe.count; i++)
    compare_target(verify, &universe.items[i], cure.text);
  for (size_t i = 0; status == STATUS_OK && i < ingest->targets.universe.count; i++) {
    const Target *stored = &ingest->targets.universe.items[i];
    if (!universe_find(&universe, stored->ticker))
      find(verify, stored->ticker,
           "target_tickers has it, though it never passed the entry filter since %s: daily_update --date %s removes it",
           day_text(ingest->universe_from).text, cure.text);
  }
  universe_free(&universe);
  return error_prefix(err, status, "repeating the universe");
}

/* ---- rows ---- */

/* In stretches between archive documents that cannot be read. */
static Status check_rows(Verify *verify, Error *err) {
  Ingest *ingest = &verify->ingest;
  Status status = STATUS_OK;
  Day from = DAY_NONE; /* rows before the first session kept do not belong either */
  for (size_t i = 0; i < ingest->ledger.count && status == STATUS_OK; i++) {
    if (!verify->damaged[i]) continue;
    Day date = ingest->ledger.days[i].date;
    if (date > from) status = heal_all_rows(ingest, (DayRange){from, date - 1}, HEAL_SHOW, &verify->rows, err);
    from = date + 1;
  }
  return status == STATUS_OK ? heal_all_rows(ingest, (DayRange){from, DAY_NONE}, HEAL_SHOW, &verify->rows, err)
                             : status;
}

/* ---- the analysis ---- */

static void find_in_analysis(void *context, const AnalysisFinding *finding) {
  static const char *const LATEST[] = {"", "latest_analysis lacks it",
                                       "latest_analysis has another document than its newest session gives",
                                       "latest_analysis has it, though it has no analysed session"};
  char text[ANALYZED_DAMAGE_SIZE];
  if (analyzed_is_damaged(&finding->series))
    find(context, finding->ticker, "stock_analyzed: %s: hourly_analysis --ticker %s --force writes them again",
         analyzed_damage_format(&finding->series, text), finding->ticker);
  if (finding->latest != LATEST_RIGHT && finding->followed)
    find(context, finding->ticker, "%s: hourly_analysis --ticker %s --force sets it right", LATEST[finding->latest],
         finding->ticker);
  else if (finding->latest != LATEST_RIGHT)
    find(context, finding->ticker,
         "latest_analysis has it, though it is not followed: the next hourly_analysis that analyses anything removes "
         "it, and so does hourly_analysis --force");
}

static Status compare_analysis(Verify *verify, Error *err) {
  Status status = analysis_verify(verify->job, find_in_analysis, verify, &verify->analysis, err);
  if (status == STATUS_OK && verify->analysis.strangers)
    find(verify, "latest_analysis",
         "%zu documents whose _id is no ticker; to remove them in mongosh: "
         "db.getSiblingDB(\"system_info\").latest_analysis.deleteMany({_id: {$not: /^[0-9][0-9A-Z]{5}$/}})",
         verify->analysis.strangers);
  return status;
}

static void find_in_lists(void *context, const char *collection, const char *id, const char *what, const char *cure) {
  find(context, collection, "%s: %s: %s writes it again", id, what, cure);
}

/* What is missing from the archive is missing from what would be computed: the analysis would seem wrong. */
static Status check_analysis(Verify *verify, Error *err) {
  if (verify->damaged_count == 0 && !verify->unsettled) {
    Status status = compare_analysis(verify, err);
    return status == STATUS_OK ? strategies_verify(verify->job, find_in_lists, verify, &verify->lists, err) : status;
  }
  output_line(
      &verify->job->out, OUTPUT_HANGING,
      "stock_analyzed and latest_analysis are compared when the sessions named above are there again, and so are "
      "the lists of strategies");
  return STATUS_OK;
}

/* ---- the whole ---- */

static Status check_all(Verify *verify, Error *err) {
  check_days(verify);
  Status status = check_archive(verify, err);
  if (status == STATUS_OK && verify->damaged_count == 0) status = check_universe(verify, err);
  if (status == STATUS_OK && verify->damaged_count == 0)
    status = heal_actions(&verify->ingest, DAYS_ALL, HEAL_SHOW, &verify->rows, err);
  if (status == STATUS_OK) status = heal_collections(&verify->ingest, HEAL_SHOW, &verify->rows, err);
  if (status == STATUS_OK) status = check_rows(verify, err);
  if (status == STATUS_OK) status = check_analysis(verify, err);
  return status == STATUS_OK ? datasets_verify(&verify->ingest, &verify->datasets, err) : status;
}

static void summarize(const Verify *verify, Outcome *outcome) {
  const HealReport *rows = &verify->rows;
  char looked[TEXT_GROUPED_SIZE], documents[TEXT_GROUPED_SIZE];
  text_group_int64((int64_t)rows->rows, looked);
  text_group_int64((int64_t)verify->analysis.documents, documents);
  int length = snprintf(outcome->message, sizeof outcome->message,
                        "verified %zu sessions, %s rows and %s analysed documents of %zu targets against the archive: ",
                        verify->sessions, looked, documents, verify->ingest.targets.universe.count);
  char *rest = outcome->message + length;
  size_t room = sizeof outcome->message - (size_t)length;
  bool damage = heal_found_damage(rows);
  size_t others = verify->findings + rows->actions + rows->collections + rows->lost_targets + rows->strangers +
                  verify->datasets.findings;
  bool found = verify->findings || verify->datasets.findings;
  outcome->exit_code = found || damage ? EXIT_TRY_AGAIN : EXIT_DONE;
  if (!found && !damage)
    snprintf(rest, room, "all as it should be%s%s", verify->waiting ? ", some days wait for the source" : "",
             verify->analysis.waiting ? ", some tickers wait for their analysis" : "");
  else if (rows->first != DAY_NONE)
    snprintf(rest, room,
             "%zu rows missing, %zu different, %zu that do not belong, %zu other findings; to repair the rows from the "
             "archive: daily_update --from %s --to %s",
             rows->missing, rows->different, rows->foreign, others, day_text(rows->first).text,
             day_text(rows->last).text);
  else
    snprintf(rest, room, "rows agree; %zu other findings, see above", others);
  size_t told = strlen(outcome->message);
  snprintf(outcome->message + told, sizeof outcome->message - told, "%s", verify->datasets.proven);
  told = strlen(outcome->message);
  if (verify->lists)
    snprintf(outcome->message + told, sizeof outcome->message - told, ", %zu lists of strategies compared",
             verify->lists);
}

static Status run(Verify *verify, Outcome *outcome, Error *err) {
  Job *job = verify->job;
  Ingest *ingest = &verify->ingest;
  Meta meta;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = ingest_load(ingest, job, LEDGER_ARCHIVE, err);
  if (status != STATUS_OK) return status;
  ingest_know_beginning(ingest, &meta);
  if (ingest->universe_from == DAY_NONE)
    return error_set(err, STATUS_INCOMPLETE,
                     "target_tickers is empty: the next daily_update with a new session fills "
                     "it from the archive");
  verify->newest = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant);
  verify->damaged = calloc(ingest->ledger.count + 1, sizeof *verify->damaged);
  if (!verify->damaged) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", ingest->ledger.count);
  status = check_all(verify, err);
  if (status == STATUS_OK) summarize(verify, outcome);
  return status;
}

void verify_run(Job *job, Outcome *ret_outcome) {
  Verify verify = {.job = job, .rows = {.first = DAY_NONE, .last = DAY_NONE}};
  Error err = {{0}};
  Status status = run(&verify, ret_outcome, &err);
  session_free(&verify.previous);
  free(verify.damaged);
  ingest_free(&verify.ingest);
  run_conclude(job, status, &err, ret_outcome);
}
