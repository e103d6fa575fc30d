#include <closebell/job/update.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/job/guard.h>
#include <closebell/job/project.h>
#include <closebell/job/run.h>
#include <closebell/market/due.h>

typedef struct {
  Job *job;
  const UpdateOptions *options;
  Ingest ingest;
  Day newest;   /* due */
  Day *missing; /* ascending */
  size_t missing_count;
  bool incomplete; /* some session could not be proven */
} Update;

static Status load(Update *update, bool with_archive, Error *err) {
  Job *job = update->job;
  ingest_free(&update->ingest);
  free(update->missing);
  update->missing = NULL;
  Status status = ingest_load(&update->ingest, job, with_archive, err);
  if (status != STATUS_OK) return status;
  update->newest = due_newest(job->config->krx.publication, &job->closures, job->now);
  Day from = update->ingest.first, to = update->newest;
  if (update->options->from != DAY_NONE && update->options->from > from) from = update->options->from;
  if (update->options->to != DAY_NONE && update->options->to < to) to = update->options->to;
  DayState *states = NULL;
  size_t count;
  status = ingest_states(&update->ingest, &states, &count);
  if (status == STATUS_OK) status = work_missing(states, count, from, to, &update->missing, &update->missing_count);
  free(states);
  return status == STATUS_OK ? status : error_set(err, status, "no memory for the plan");
}

/* Fetches those of the days that are not archived, then projects all that are. */
static Status work_chunk(Update *update, const Day *dates, size_t count, Error *err) {
  Ingest *ingest = &update->ingest;
  Day wanted[FETCH_MAX_DAYS];
  size_t wanted_count = 0;
  for (size_t i = 0; i < count; i++) {
    const IngestDay *day = ingest_day_known(ingest, dates[i]);
    if (!day || !day->archived) wanted[wanted_count++] = dates[i];
  }
  Status collected = ingest_collect(ingest, wanted, wanted_count, err);
  if (collected != STATUS_OK && collected != STATUS_UNAVAILABLE) return collected;
  Error later = {{0}};
  Status status = ingest_stamp_others(ingest, ingest->first, true, &later);
  for (size_t i = wanted_count = 0; i < count; i++) {
    const IngestDay *day = ingest_day_known(ingest, dates[i]);
    if (day && day->archived) wanted[wanted_count++] = dates[i];
  }
  if (status == STATUS_OK) status = project_days(ingest, wanted, wanted_count, &later);
  if (status == STATUS_INCOMPLETE) {
    update->incomplete = true;
    status = STATUS_OK;
  }
  if (status != STATUS_OK) *err = later;
  return status != STATUS_OK ? status : collected;
}

static Status work(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Job *job = update->job;
  Status status = STATUS_OK, ended = STATUS_OK;
  size_t chunk = 0;
  Progress progress = progress_start(job->log, "catching up", "sessions", update->missing_count);
  if (update->missing_count) status = fetch_begin(&ingest->fetch, err);
  if (status == STATUS_OK && update->missing_count) chunk = fetch_chunk(&ingest->fetch);
  for (size_t done = 0; status == STATUS_OK && done < update->missing_count; done += chunk) {
    size_t count = update->missing_count - done < chunk ? update->missing_count - done : chunk;
    status = work_chunk(update, update->missing + done, count, err);
    progress_update(&progress, done + count);
  }
  progress_finish(&progress);
  if (status != STATUS_OK && status != STATUS_UNAVAILABLE) return status;
  ended = status;
  Error later = {{0}};
  if (ingest->first != DAY_NONE) status = ingest_stamp_others(ingest, ingest->first, false, &later);
  if (status == STATUS_OK && project_backfill_needed(ingest)) status = project_backfill(ingest, &later);
  if (status == STATUS_UNAVAILABLE || ended == STATUS_OK) ended = status;
  if (status != STATUS_OK) *err = later;
  return ended;
}

static void count_days(const Update *update, size_t counts[JOB_CLOSED + 1]) {
  for (size_t i = 0; i < update->missing_count; i++) {
    const IngestDay *day = ingest_day_known(&update->ingest, update->missing[i]);
    counts[day ? day->state : JOB_ABSENT]++;
  }
}

static void summarize(const Update *update, Outcome *outcome) {
  size_t counts[JOB_CLOSED + 1] = {0};
  count_days(update, counts);
  size_t unfinished = counts[JOB_FAILED] + counts[JOB_RUNNING] + counts[JOB_ABSENT];
  outcome->exit_code = unfinished || update->incomplete ? EXIT_TRY_AGAIN : EXIT_DONE;
  char rows[TEXT_GROUPED_SIZE];
  text_group_int64(update->ingest.rows_stored, rows);
  int length = snprintf(outcome->message, sizeof outcome->message,
                        "%zu sessions completed (%s rows), %zu days closed, %zu waiting, %zu failed",
                        counts[JOB_COMPLETED], rows, counts[JOB_CLOSED], counts[JOB_WAITING], unfinished);
  for (size_t i = 0; i < update->missing_count; i++) {
    const IngestDay *day = ingest_day_known(&update->ingest, update->missing[i]);
    if (!day || (day->state != JOB_WAITING && day->state != JOB_FAILED)) continue;
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length, "; first: %s %s",
             day_text(day->date).text, day->reason);
    return;
  }
}

static const char *why(const Update *update, Day date) {
  const IngestDay *day = ingest_day_known(&update->ingest, date);
  if (!day || day->state == JOB_ABSENT) return day && day->archived ? "archived, not projected yet" : "never asked for";
  switch (day->state) {
  case JOB_RUNNING:
    return "begun by a run that did not finish";
  case JOB_FAILED:
    return "failed before";
  default:
    return "waiting";
  }
}

static void explain_plan(const Update *update, Outcome *outcome) {
  for (size_t i = 0; i < update->missing_count; i++)
    fprintf(update->job->out, "%s  %-34s  would be %s\n", day_text(update->missing[i]).text,
            why(update, update->missing[i]),
            ingest_day_known(&update->ingest, update->missing[i]) &&
                    ingest_day_known(&update->ingest, update->missing[i])->archived
                ? "projected from the archive"
                : "asked for, archived and projected");
  outcome->exit_code = EXIT_DONE;
  snprintf(outcome->message, sizeof outcome->message, "dry run: %zu days to do up to %s; nothing written",
           update->missing_count, day_text(update->newest).text);
}

static void explain_nothing(const Update *update, Outcome *outcome) {
  Publication publication = update->job->config->krx.publication;
  Instant next =
      due_instant(publication, &update->job->closures, closures_next_open(&update->job->closures, update->newest));
  outcome->exit_code = EXIT_DONE;
  snprintf(outcome->message, sizeof outcome->message,
           "nothing due: all days from %s to %s are completed or closed; next due %s",
           day_text(update->ingest.first).text, day_text(update->newest).text, instant_kst_text(next).text);
}

static Status run(Update *update, Outcome *outcome, Error *err) {
  Job *job = update->job;
  Status status = guard_setup_finished(job, err);
  if (status == STATUS_OK) status = load(update, job->dry_run, err);
  if (status == STATUS_OK) status = guard_business_time(job, &update->ingest, err);
  if (status != STATUS_OK) return status;
  if (update->missing_count == 0 && !project_backfill_needed(&update->ingest)) {
    explain_nothing(update, outcome);
    return STATUS_OK;
  }
  if (job->dry_run) {
    explain_plan(update, outcome);
    return STATUS_OK;
  }
  Lease holder;
  status = run_acquire(job, &holder, err);
  if (status != STATUS_OK) return status;
  if (!job->run.held) {
    guard_held_elsewhere(&holder, outcome);
    return STATUS_OK;
  }
  status = load(update, true, err); /* what is missing may have changed before the lease was ours */
  if (status == STATUS_OK) status = work(update, err);
  if (status == STATUS_OK) summarize(update, outcome);
  return status;
}

void update_run(Job *job, const UpdateOptions *options, Outcome *ret_outcome) {
  Update update = {.job = job, .options = options};
  Error err = {{0}};
  Status status = run(&update, ret_outcome, &err);
  job->run.record.sessions = update.ingest.sessions_archived;
  job->run.record.rows = update.ingest.rows_stored;
  job->run.record.healed = update.ingest.rows_repaired;
  ingest_free(&update.ingest);
  free(update.missing);
  run_conclude(job, status, &err, ret_outcome);
}
