#include <closebell/job/setup.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/heal/backfill.h>
#include <closebell/heal/heal.h>
#include <closebell/heal/heal_archive.h>
#include <closebell/ingest/collect.h>
#include <closebell/ingest/fold.h>
#include <closebell/ingest/guard.h>
#include <closebell/ingest/ingest.h>
#include <closebell/ingest/project.h>
#include <closebell/ingest/setup_steps.h>
#include <closebell/ingest/stamp.h>
#include <closebell/job/follow.h>
#include <closebell/market/due.h>
#include <closebell/report/dry_run.h>
#include <closebell/run/run.h>
#include <closebell/store/meta.h>
#include <closebell/store/report_work.h>
#include <closebell/store/restatements.h>

typedef struct {
  Job *job;
  const SetupOptions *options;
  Meta meta;
  Ingest ingest;
  Day newest;           /* the search starts here and goes back */
  bool left_to_another; /* which holds the lease */
} Setup;

/* ---- going back through the weekdays ---- */

/* What a walk back from the newest day finds. */
typedef struct {
  size_t open; /* archived sessions */
  Day oldest;  /* of them */
  Day to_ask[2 * FETCH_MAX_DAYS];
  size_t to_ask_count;
  bool history_ends; /* so many weekdays in a row without a session that there is none before */
} Walk;

static Walk walk_back(const Setup *setup, size_t chunk) {
  Walk walk = {.oldest = DAY_NONE};
  size_t wanted = (size_t)setup->options->days, idle = 0;
  for (Day day = setup->newest; walk.open < wanted && walk.to_ask_count < chunk; day = day_previous_weekday(day)) {
    const LedgerDay *known = ledger_find(&setup->ingest.ledger, day);
    if (known && known->archived) {
      walk.open++;
      walk.oldest = day;
      idle = 0;
    } else if (known && known->run.judged) {
      idle++;
    } else if (!known || known->state != JOB_CLOSED) {
      if (walk.open + walk.to_ask_count >= wanted) break;
      walk.to_ask[walk.to_ask_count++] = day;
    }
    walk.history_ends = idle >= SETUP_HISTORY_ENDS_WEEKDAYS;
    if (walk.history_ends) break;
  }
  return walk;
}

/* The walk goes on for dates that will be wanted even when all that it asks for now are sessions. */
static void announce_next(Setup *setup, const Walk *walk, size_t chunk) {
  Walk further = walk_back(setup, walk->to_ask_count + chunk);
  size_t count = further.to_ask_count - walk->to_ask_count;
  if (!further.history_ends) fetch_next(&setup->ingest.fetch, further.to_ask + walk->to_ask_count, count);
}

static Status collect(Setup *setup, Error *err) {
  Ingest *ingest = &setup->ingest;
  Progress progress = progress_start(setup->job->log, "archiving", "sessions", (size_t)setup->options->days);
  Status status = STATUS_OK;
  while (status == STATUS_OK) {
    size_t chunk = fetch_chunk(&ingest->fetch);
    Walk walk = walk_back(setup, walk_back(setup, 1).open > 0 ? chunk : SETUP_ANCHOR_DAYS);
    progress_update(&progress, walk.open);
    if (walk.to_ask_count == 0 || walk.history_ends) break;
    if (walk.open > 0) announce_next(setup, &walk, chunk);
    status = walk.open > 0 ? collect_days(ingest, walk.to_ask, walk.to_ask_count, err)
                           : setup_collect_anchor(ingest, walk.to_ask, walk.to_ask_count, err);
  }
  progress_finish(&progress);
  return status;
}

/* ---- from the archive to targets and rows ---- */

static Status project_all(Setup *setup, Error *err) {
  Ingest *ingest = &setup->ingest;
  Status status = setup_project(ingest, ingest->universe_from, err);
  return status == STATUS_OK && backfill_is_needed(ingest) ? backfill_run(ingest, err) : status;
}

/* ---- the whole ---- */

static size_t count_state(const Setup *setup, JobState state) {
  size_t found = 0;
  for (size_t i = 0; i < setup->ingest.ledger.count; i++) {
    const LedgerDay *day = &setup->ingest.ledger.days[i];
    found += day->state == state && day->date >= setup->ingest.ledger.first && day->date <= setup->ingest.universe_from;
  }
  return found;
}

static void summarize(const Setup *setup, Outcome *outcome) {
  const Ingest *ingest = &setup->ingest;
  size_t open = count_state(setup, JOB_COMPLETED),
         failed = count_state(setup, JOB_FAILED) + count_state(setup, JOB_WAITING);
  char rows[TEXT_GROUPED_SIZE];
  text_group_int64(ingest->run.rows_stored, rows);
  outcome->exit_code = failed ? EXIT_TRY_AGAIN : EXIT_DONE;
  size_t written = (size_t)snprintf(
      outcome->message, sizeof outcome->message,
      "set-up done: %zu sessions from %s to %s, %zu targets, %ld sessions archived and %s rows stored by this run",
      open, day_text(ingest->ledger.first).text, day_text(ingest->universe_from).text, ingest->targets.universe.count,
      ingest->run.sessions_archived, rows);
  if (failed)
    snprintf(outcome->message + written, sizeof outcome->message - written,
             "; %zu days are not settled yet: daily_update asks again", failed);
  else if (open < (size_t)setup->options->days)
    snprintf(outcome->message + written, sizeof outcome->message - written,
             "; the source has no more than that of the %" PRId64 " asked for", setup->options->days);
}

static bool nothing_to_do(const Setup *setup) {
  if (!setup->meta.setup_completed) return false;
  const Ingest *ingest = &setup->ingest;
  size_t kept = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++)
    kept += ingest->ledger.days[i].date >= ingest->ledger.first && ingest->ledger.days[i].state == JOB_COMPLETED;
  return kept >= (size_t)setup->options->days &&
         count_state(setup, JOB_FAILED) + count_state(setup, JOB_WAITING) + count_state(setup, JOB_RUNNING) == 0;
}

static void explain_nothing(const Setup *setup, Outcome *outcome) {
  outcome->exit_code = EXIT_DONE;
  snprintf(outcome->message, sizeof outcome->message,
           "nothing to do: set-up has finished, sessions are kept since %s for %zu targets",
           day_text(setup->ingest.ledger.first).text, setup->ingest.targets.universe.count);
}

static Status no_session(const Setup *setup, Error *err) {
  const LedgerDay *newest = ledger_find(&setup->ingest.ledger, setup->newest);
  return error_set(err, STATUS_INCOMPLETE,
                   "%s has no session to be believed in the %d weekdays up to %s, where it says: %s; nothing stored, "
                   "run manual_setup again",
                   setup->job->source->name, SETUP_HISTORY_ENDS_WEEKDAYS, day_text(setup->newest).text,
                   newest && newest->run.reason[0] ? newest->run.reason : "nothing");
}

static Status work(Setup *setup, Outcome *outcome, Error *err) {
  Ingest *ingest = &setup->ingest;
  Status status = collect(setup, err);
  if (status != STATUS_OK) return status;
  Walk walk = walk_back(setup, 1);
  if (walk.open == 0) return no_session(setup, err);
  status = setup_fix_first_session(ingest, walk.oldest, err);
  /* Before the targets: once they say where the universe begins, no run asks for what is newer again. */
  if (status == STATUS_OK) status = stamp_others(ingest, ingest->ledger.first, STAMP_ALL, err);
  if (status == STATUS_OK && !setup->meta.setup_completed) status = setup_fill_targets(ingest, err);
  if (status == STATUS_OK) status = project_all(setup, err);
  if (status != STATUS_OK) return status;
  status = setup_remember(ingest, &setup->meta, err);
  summarize(setup, outcome);
  return status;
}

static Status load(Setup *setup, Error *err) {
  ingest_free(&setup->ingest);
  Status status = ingest_load(&setup->ingest, setup->job, LEDGER_ARCHIVE, err);
  setup->ingest.run.reports_follow = true;
  if (status == STATUS_OK) ingest_know_beginning(&setup->ingest, &setup->meta);
  if (status == STATUS_OK && setup->ingest.universe_from != DAY_NONE) setup->newest = setup->ingest.universe_from;
  return status;
}

/* As daily_update does: an archive document that cannot be read is fetched again, and all is tried again. */
static Status work_and_heal_archive(Setup *setup, Outcome *outcome, Error *err) {
  Status status = work(setup, outcome, err);
  if (status != STATUS_BAD_DATA) return status;
  Error later = {{0}};
  size_t healed = 0;
  status = load(setup, &later);
  if (status == STATUS_OK) status = heal_archive(&setup->ingest, &healed, &later);
  if (status == STATUS_OK && healed == 0) return STATUS_BAD_DATA;
  if (status == STATUS_OK) status = load(setup, &later);
  if (status == STATUS_OK) status = work(setup, outcome, &later);
  if (status != STATUS_OK) *err = later;
  return status;
}

static Status run(Setup *setup, Outcome *outcome, Error *err) {
  Job *job = setup->job;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = meta_read(job->db, &setup->meta, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  if (status == STATUS_NOT_FOUND) setup->meta = (Meta){0};
  status = ingest_load(&setup->ingest, job, job_writes(job) ? LEDGER_CALENDAR : LEDGER_ARCHIVE, err);
  if (status != STATUS_OK) return status;
  status = guard_business_time(job, &setup->ingest, err);
  if (status != STATUS_OK) return status;
  setup->newest = setup->ingest.universe_from != DAY_NONE
                      ? setup->ingest.universe_from
                      : due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant);
  if (nothing_to_do(setup) || !job_writes(job)) {
    if (nothing_to_do(setup))
      explain_nothing(setup, outcome);
    else
      dry_run_setup(&setup->ingest, setup->newest, setup->options->days, outcome);
    return STATUS_OK;
  }
  status = guard_acquire(job, outcome, err);
  setup->left_to_another = !job->run.held;
  if (status != STATUS_OK || !job->run.held) return status;
  status = setup_prepare_database(job, &setup->meta, err);
  if (status == STATUS_OK) status = load(setup, err);
  return status == STATUS_OK ? work_and_heal_archive(setup, outcome, err) : status;
}

/* A back-fill that was asked for and has not come to its end: for whoever started it. */
static Status say_backfill(const Setup *setup, Outcome *outcome, Error *err) {
  ReportWork progress;
  if (!setup->options->financials || !job_writes(setup->job)) return STATUS_OK;
  Status status = report_work_read(setup->job->db, &progress, err);
  if (status != STATUS_OK) return status;
  size_t length = strlen(outcome->message);
  snprintf(outcome->message + length, sizeof outcome->message - length, "; reports of companies of earlier years: %s",
           progress.backfill.is_done           ? "all that OpenDART gives are there"
           : progress.backfill.due == DAY_NONE ? "not begun; run manual_setup --financials again"
                                               : "not finished; manual_setup --financials goes on where it stopped");
  if (!progress.backfill.is_done && outcome->exit_code == EXIT_DONE) outcome->exit_code = EXIT_TRY_AGAIN;
  return STATUS_OK;
}

/* Totals and index days of all that was archived come after the prices, in the same run. */
static Status follow(Setup *setup, Status own, Outcome *outcome, Error *err) {
  const DatasetOptions options = {.wish = {.from = DAY_NONE, .to = DAY_NONE, .history = setup->options->financials}};
  Error trouble = {{0}};
  bool done = own == STATUS_OK && !setup->left_to_another && setup->meta.setup_completed;
  Status status = done ? follow_datasets(&setup->ingest, &options, outcome, &trouble) : STATUS_OK;
  if (done && status == STATUS_OK) status = say_backfill(setup, outcome, &trouble);
  return follow_conclude(own, status, &trouble, err);
}

void setup_run(Job *job, const SetupOptions *options, Outcome *ret_outcome) {
  Setup setup = {.job = job, .options = options};
  Error err = {{0}};
  Status status = run(&setup, ret_outcome, &err);
  status = follow(&setup, status, ret_outcome, &err);
  ingest_run_record(&setup.ingest.run, &job->run.record);
  ingest_free(&setup.ingest);
  run_conclude(job, status, &err, ret_outcome);
}
