#include <closebell/report/watch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/dataset/dataset.h>
#include <closebell/market/due.h>
#include <closebell/plan/work.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/source_state.h>

/* ---- what is missing ---- */

static Day gate_of(const JobStatusList *updates) {
  DayState *states = malloc((updates->count + 1) * sizeof *states);
  if (!states || updates->count == 0) {
    free(states);
    return DAY_NONE; /* nobody is alarmed for want of memory */
  }
  for (size_t i = 0; i < updates->count; i++)
    states[i] = (DayState){.date = updates->items[i].date, .state = updates->items[i].state};
  Gate gate = gate_find(states, updates->count, updates->items[0].date);
  free(states);
  return gate.session;
}

static Day newest_of(const JobStatusList *list) { return list->count ? list->items[list->count - 1].date : DAY_NONE; }

static size_t missed_of_updates(const JobStatusList *updates, Day newest, Instant before) {
  Day gate = gate_of(updates);
  size_t missed = 0;
  for (size_t i = updates->count; i > 0 && updates->items[i - 1].date > newest; i--) {
    const JobStatus *update = &updates->items[i - 1];
    bool readable = update->state == JOB_COMPLETED && update->date <= gate && update->end_utc != INSTANT_NONE;
    missed += readable && update->end_utc <= before;
  }
  return missed;
}

static size_t missed_of_source(const Job *job, Day newest, Instant before) {
  if (newest == DAY_NONE) return 0;
  size_t missed = 0;
  Day due = due_newest(job->rules.terms.publication, &job->rules.closures, before);
  for (Day day = newest + 1; day <= due; day++) missed += closures_expects_open(&job->rules.closures, day);
  return missed;
}

size_t watch_missed(const Job *job, const JobRow *row, const JobStatuses *statuses) {
  Day newest = newest_of(job_statuses_of(statuses, row->name));
  if (row->awaits == JOB_AWAITS_SOURCE) return missed_of_source(job, newest, job->now.instant - row->grace_ms);
  return missed_of_updates(job_statuses_of(statuses, JOB_DAILY_UPDATE), newest, clock_now(job->clock) - row->grace_ms);
}

/* ---- what is said of it ---- */

static Status say(const Job *job, const JobRow *row, size_t missed, AlertReport *alerts, Error *err) {
  char message[ALERT_MESSAGE_SIZE];
  Instant now = clock_now(job->clock);
  bool late = missed >= row->late_sessions, itself = strcmp(row->name, job->process.program) == 0;
  Status status = alert_report_read(alerts, job, err);
  if (status != STATUS_OK) return status;
  if (late ? itself : !alerts->late[row - job->tables.jobs->rows]) return STATUS_OK;
  alerts->read = false;
  if (!late) return ops_alerts_resolve(job->db, row->late_alert, row->name, now, err);
  snprintf(message, sizeof message, "%s has not come to %zu sessions that are %s: look at %s", row->name, missed,
           row->awaits == JOB_AWAITS_SOURCE ? "due" : "completed",
           row->kind == JOB_DATASET ? "the runs of daily_update (--history)" : "its timer or crontab");
  log_with(job->log, LOG_WARN,
           LOG_FACTS(log_text("alert", row->late_alert), log_text("subject", row->name), log_size("sessions", missed)),
           "%s", message);
  return ops_alerts_raise(
      job->db, &(NewAlert){row->others_wait ? ALERT_CRITICAL : ALERT_WARN, row->late_alert, row->name, message}, now,
      err);
}

static bool is_looked_at(const Job *job, const JobRow *row) {
  bool unknown = row->awaits == JOB_AWAITS_SOURCE && job->now.given && strcmp(row->name, job->process.program) != 0;
  return row->late_alert && !row->may_miss && !unknown && dataset_row_is_wanted(job, row);
}

/* Who may not ask is not late: the refusal was told, and is asked about again when it ends. */
static Status is_shut_out(const Job *job, const JobRow *row, bool *ret_shut, Error *err) {
  SourceState state;
  *ret_shut = false;
  if (!row->door) return STATUS_OK;
  Status status = source_state_read(job->db, row->door, &state, err);
  if (status == STATUS_OK) *ret_shut = source_state_blocks(&state, clock_now(job->clock));
  return status;
}

static Status look(const Job *job, const JobStatuses *statuses, AlertReport *alerts, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < job->tables.jobs->count && status == STATUS_OK; i++) {
    const JobRow *row = &job->tables.jobs->rows[i];
    if (!is_looked_at(job, row)) continue;
    size_t missed = watch_missed(job, row, statuses);
    bool shut = false;
    if (missed >= row->late_sessions) status = is_shut_out(job, row, &shut, err);
    if (status == STATUS_OK) status = say(job, row, shut ? 0 : missed, alerts, err);
  }
  return status;
}

void watch_programs(Job *job, const Outcome *outcome, AlertReport *alerts) {
  const JobRow *row = job_table_find(job->tables.jobs, job->process.program);
  bool recurring = row && row->kind == JOB_RECURRING;
  bool ended_well = outcome->exit_code == EXIT_DONE || outcome->exit_code == EXIT_TRY_AGAIN;
  if (!recurring || !ended_well || !job_writes(job) || clock_stopping(job->clock)) return;
  Error err = {{0}};
  Status status = job->run.statuses.whole
                      ? STATUS_OK
                      : job_statuses_load(job->db, job->tables.jobs, NEED_ALL_STATUSES, &job->run.statuses, &err);
  if (status == STATUS_OK) status = look(job, &job->run.statuses, alerts, &err);
  if (status != STATUS_OK) log_warn(job->log, "it was not looked whether the other jobs run: %s", err.text);
}
