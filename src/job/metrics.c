/* Where the metrics come from, and how the file is replaced. */
#include <closebell/job/metrics.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/market/due.h>
#include <closebell/store/job_status.h>
#include <closebell/store/ops_alerts.h>

enum { PREVIOUS_MAX = 64 * 1024, PATH_SIZE = CONFIG_TEXT_SIZE + 64 };

static void take_updates(const Job *job, const JobStatusList *updates, Metrics *metrics) {
  Day newest = DAY_NONE;
  for (size_t i = 0; i < updates->count; i++) {
    if (updates->items[i].state == JOB_COMPLETED) newest = updates->items[i].date;
    metrics->sessions_unfinished += updates->items[i].state == JOB_FAILED || updates->items[i].state == JOB_WAITING;
  }
  metrics->newest_session = newest == DAY_NONE ? INSTANT_NONE : instant_from_kst(newest, 0);
  if (newest == DAY_NONE) return;
  Day due = due_newest(job->config->krx.publication, &job->closures, job->now);
  for (Day day = newest + 1; day <= due; day++) {
    const JobStatus *status = job_status_find(updates, day);
    bool closed = status != NULL && status->state == JOB_CLOSED;
    metrics->session_lag += closures_expects_open(&job->closures, day) && !closed;
  }
}

static void take_analyses(const JobStatusList *updates, const JobStatusList *analyses, Metrics *metrics) {
  Day analyzed = DAY_NONE;
  for (size_t i = 0; i < analyses->count; i++)
    if (analyses->items[i].state == JOB_COMPLETED) analyzed = analyses->items[i].date;
  for (size_t i = 0; i < updates->count; i++) {
    const JobStatus *update = &updates->items[i];
    metrics->analysis_lag += update->state == JOB_COMPLETED && (analyzed == DAY_NONE || update->date > analyzed);
  }
}

static void take_statuses(const Job *job, const JobStatuses *statuses, Metrics *metrics) {
  take_updates(job, &statuses->updates, metrics);
  take_analyses(&statuses->updates, &statuses->analyses, metrics);
}

static Status gather_state(const Job *job, AlertReport *alerts, Metrics *metrics, Error *err) {
  JobStatuses read = {0};
  Status status = alert_report_read(alerts, job->db, err);
  if (status == STATUS_OK && !job->statuses.whole) status = job_statuses_load(job->db, true, &read, err);
  if (status == STATUS_OK) {
    take_statuses(job, job->statuses.whole ? &job->statuses : &read, metrics);
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

static bool write_whole(int fd, const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text += written;
    length -= (size_t)written;
  }
  return true;
}

/* Readers see the old file or the new one. Its name ends in another way until it is whole; for everybody to read. */
static Status replace_file(const char *path, const TextBuffer *text, Error *err) {
  char temporary[PATH_SIZE + 16];
  snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
  int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return error_set(err, STATUS_UNAVAILABLE, "open %s: %s", temporary, strerror(errno));
  bool good = write_whole(fd, text->data, text->length) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
  int write_errno = errno;
  if (close(fd) != 0 && good) {
    good = false;
    write_errno = errno;
  }
  if (good && rename(temporary, path) == 0) return STATUS_OK;
  if (good) write_errno = errno;
  unlink(temporary);
  return error_set(err, STATUS_UNAVAILABLE, "write %s: %s", path, strerror(write_errno));
}

static Metrics of_run(const Job *job, const Outcome *outcome) {
  const JobRun *record = &job->run.record;
  Instant now = clock_now(job->clock);
  bool recorded = record->id[0] != '\0';
  return (Metrics){.program = job->program,
                   .exit_code = outcome->exit_code,
                   .start_utc = recorded ? record->start_utc : now,
                   .end_utc = now,
                   .sessions = record->sessions,
                   .rows = record->rows,
                   .analyzed = record->analyzed,
                   .source_calls = record->source_calls,
                   .healed = record->healed,
                   .newest_session = INSTANT_NONE};
}

void metrics_write(Job *job, const Outcome *outcome, AlertReport *alerts) {
  const char *folder = job->config->metrics.textfile_dir;
  if (*folder == '\0' || !job_writes(job)) return;
  Metrics metrics = of_run(job, outcome);
  Error err = {{0}};
  /* manual_setup runs once: what it would say about the state would stay for ever. */
  bool recurring = strcmp(job->program, "manual_setup") != 0;
  Status status = STATUS_OK;
  if (alerts && recurring && !clock_stopping(job->clock)) status = gather_state(job, alerts, &metrics, &err);
  if (status != STATUS_OK) log_warn(job->log, "metrics without the state of the sessions: %s", err.text);
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/closebell_%s.prom", folder, job->program);
  char *previous = read_previous(path);
  TextBuffer text = {0};
  metrics_render(&metrics, previous != NULL ? previous : "", &text);
  status = text.failed ? error_set(&err, STATUS_NO_MEMORY, "no memory for %s", path) : replace_file(path, &text, &err);
  if (status != STATUS_OK) log_warn(job->log, "metrics: %s", err.text);
  text_buffer_free(&text);
  free(previous);
}
