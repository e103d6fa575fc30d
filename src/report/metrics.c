/* Where the metrics come from, and how the file is replaced. */
#include <closebell/report/metrics.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/dataset/dataset.h>
#include <closebell/market/due.h>
#include <closebell/report/metrics_text.h>
#include <closebell/store/job_status.h>
#include <closebell/store/ops_alerts.h>

#include <closebell/base/atomic_file.h>

enum { PREVIOUS_MAX = 64 * 1024, PATH_SIZE = CONFIG_TEXT_SIZE + 64 };

static void take_updates(const Job *job, const JobStatusList *updates, Metrics *metrics) {
  Day newest = DAY_NONE;
  for (size_t i = 0; i < updates->count; i++) {
    if (updates->items[i].state == JOB_COMPLETED) newest = updates->items[i].date;
    metrics->sessions_unfinished += updates->items[i].state == JOB_FAILED || updates->items[i].state == JOB_WAITING;
  }
  metrics->newest_session = newest == DAY_NONE ? INSTANT_NONE : instant_from_kst(newest, 0);
  if (newest == DAY_NONE) return;
  Day due = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant);
  for (Day day = newest + 1; day <= due; day++) {
    const JobStatus *status = job_status_find(updates, day);
    bool closed = status != NULL && status->state == JOB_CLOSED;
    metrics->session_lag += closures_expects_open(&job->rules.closures, day) && !closed;
  }
}

/* Completed sessions after the newest that the job has completed. */
static int64_t lag_of(const JobStatusList *updates, const JobStatusList *others) {
  Day newest = DAY_NONE;
  int64_t lag = 0;
  for (size_t i = 0; i < others->count; i++)
    if (others->items[i].state == JOB_COMPLETED) newest = others->items[i].date;
  for (size_t i = 0; i < updates->count; i++)
    lag += updates->items[i].state == JOB_COMPLETED && (newest == DAY_NONE || updates->items[i].date > newest);
  return lag;
}

/* When the newest completed unit of a declared feed was due; 0: there is none, or it is no feed. */
static Instant newest_unit(const JobStatusList *statuses) {
  for (size_t i = statuses->count; i > 0; i--)
    if (statuses->items[i - 1].state == JOB_COMPLETED)
      return statuses->items[i - 1].unit ? statuses->items[i - 1].unit->due_utc : 0;
  return 0;
}

static void take_statuses(const Job *job, const JobStatuses *statuses, Metrics *metrics) {
  const JobStatusList *updates = job_statuses_of(statuses, JOB_DAILY_UPDATE);
  take_updates(job, updates, metrics);
  metrics->analysis_lag = lag_of(updates, job_statuses_of(statuses, JOB_HOURLY_ANALYSIS));
  for (size_t i = 0; i < job->tables.jobs->count; i++) {
    const JobRow *row = &job->tables.jobs->rows[i];
    bool counted = row->kind == JOB_DATASET && !row->may_miss && dataset_row_is_wanted(job, row);
    metrics->dataset_lag[i] = counted ? lag_of(updates, job_statuses_of(statuses, row->name)) : -1;
    metrics->feed_done[i] = newest_unit(job_statuses_of(statuses, row->name));
  }
}

static Status gather_state(const Job *job, AlertReport *alerts, Metrics *metrics, Error *err) {
  JobStatuses read = {0};
  Status status = alert_report_read(alerts, job, err);
  if (status == STATUS_OK && !job->run.statuses.whole)
    status = job_statuses_load(job->db, job->tables.jobs, NEED_ALL_STATUSES, &read, err);
  if (status == STATUS_OK) {
    take_statuses(job, job->run.statuses.whole ? &job->run.statuses : &read, metrics);
    metrics->alerts_warn = alerts->open_warn;
    metrics->alerts_critical = alerts->open_critical;
    metrics->has_state = true;
  }
  job_statuses_free(&read);
  return status;
}

/* What is not there, or cannot be read, is empty: counters then begin anew. */
static char *read_previous(const char *path) {
  char *text = calloc(1, PREVIOUS_MAX + 1);
  FILE *file = text ? fopen(path, "re") : NULL;
  if (file == NULL) return text;
  size_t length = fread(text, 1, PREVIOUS_MAX, file);
  text[length] = '\0';
  fclose(file);
  return text;
}

/* Readers see the old file or the new one. Its name ends in another way until it is whole; for everybody to read. */
static Status replace_file(const char *folder, const char *name, const TextBuffer *text, Error *err) {
  char temporary[PATH_SIZE];
  snprintf(temporary, sizeof temporary, "%.64s.%ld", name, (long)getpid()); /* workers write it at the same time */
  int descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return error_set(err, STATUS_UNAVAILABLE, "open %s: %s", folder, strerror(errno));
  bool good = atomic_file_replace(descriptor, name, temporary, text, 0644);
  Status status =
      good ? STATUS_OK : error_set(err, STATUS_UNAVAILABLE, "write %s/%s: %s", folder, name, strerror(errno));
  close(descriptor);
  return status;
}

static Metrics of_run(const Job *job, const Outcome *outcome) {
  const JobRun *record = &job->run.record;
  Instant now = clock_now(job->clock);
  bool recorded = record->id[0] != '\0', is_update = strcmp(job->process.program, JOB_DAILY_UPDATE) == 0;
  return (Metrics){.program = job->process.program,
                   .jobs = job->tables.jobs,
                   .exit_code = outcome->exit_code,
                   .start_utc = recorded ? record->start_utc : now,
                   .end_utc = now,
                   .sessions = record->sessions,
                   .rows = record->rows,
                   .analyzed = record->analyzed,
                   .source_calls = record->source_calls,
                   .healed = record->healed,
                   .requests_open = is_update ? (int64_t)job->run.requests_open : -1,
                   .newest_session = INSTANT_NONE};
}

void metrics_write(Job *job, const Outcome *outcome, AlertReport *alerts) {
  const char *folder = job->config->metrics.textfile_dir;
  if (*folder == '\0' || !job_writes(job)) return;
  Metrics metrics = of_run(job, outcome);
  Error err = {{0}};
  /* What a program that runs once would say about the state would stay for ever. */
  const JobRow *row = job_table_find(job->tables.jobs, job->process.program);
  bool recurring = row && row->kind == JOB_RECURRING;
  Status status = STATUS_OK;
  if (alerts && recurring && !clock_stopping(job->clock)) status = gather_state(job, alerts, &metrics, &err);
  if (status != STATUS_OK) log_warn(job->log, "metrics without the state of the sessions: %s", err.text);
  char path[PATH_SIZE], name[64];
  snprintf(name, sizeof name, "closebell_%.32s.prom", job->process.program);
  snprintf(path, sizeof path, "%s/%s", folder, name);
  char *previous = read_previous(path);
  TextBuffer text = {0};
  metrics_render(&metrics, previous != NULL ? previous : "", &text);
  status = text.failed ? error_set(&err, STATUS_NO_MEMORY, "no memory for %s", path)
                       : replace_file(folder, name, &text, &err);
  if (status != STATUS_OK) log_warn(job->log, "metrics: %s", err.text);
  text_buffer_free(&text);
  free(previous);
}
