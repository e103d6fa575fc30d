#include <closebell/report/watch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/market/due.h>
#include <closebell/plan/work.h>
#include <closebell/store/ops_alerts.h>

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

size_t watch_missed_analyses(const JobStatuses *statuses, Instant now) {
  const JobStatusList *updates = &statuses->updates, *analyses = &statuses->analyses;
  Day analyzed = analyses->count ? analyses->items[analyses->count - 1].date : DAY_NONE, gate = gate_of(updates);
  size_t missed = 0;
  for (size_t i = updates->count; i > 0 && updates->items[i - 1].date > analyzed; i--) {
    const JobStatus *update = &updates->items[i - 1];
    bool readable = update->state == JOB_COMPLETED && update->date <= gate && update->end_utc != INSTANT_NONE;
    missed += readable && now - update->end_utc >= WATCH_GRACE_MS;
  }
  return missed;
}

size_t watch_missed_updates(const JobStatusList *updates, Publication publication, const Closures *closures,
                            Instant now) {
  if (updates->count == 0) return 0;
  size_t missed = 0;
  Day newest = due_newest(publication, closures, now - WATCH_GRACE_MS);
  for (Day day = updates->items[updates->count - 1].date + 1; day <= newest; day++)
    missed += closures_expects_open(closures, day);
  return missed;
}

/* ---- what is said of it ---- */

static Status say(const Job *job, const char *program, size_t missed, bool may_raise, AlertReport *alerts, Error *err) {
  char message[ALERT_MESSAGE_SIZE];
  Instant now = clock_now(job->clock);
  bool update = strcmp(program, JOB_DAILY_UPDATE) == 0, open;
  const char *kind = update ? ALERT_UPDATE_MISSING : ALERT_ANALYSIS_MISSING;
  Status status = alert_report_read(alerts, job->db, err);
  if (status != STATUS_OK) return status;
  open = update ? alerts->update_missing : alerts->analysis_missing;
  if (missed < WATCH_SESSIONS ? !open : !may_raise) return STATUS_OK;
  alerts->read = false;
  if (missed < WATCH_SESSIONS) return ops_alerts_resolve(job->db, kind, program, now, err);
  snprintf(message, sizeof message, "%s has not come to %zu sessions that are %s: look at its timer or crontab",
           program, missed, update ? "due" : "completed");
  log_with(job->log, LOG_WARN,
           LOG_FACTS(log_text("alert", kind), log_text("subject", program), log_size("sessions", missed)), "%s",
           message);
  return ops_alerts_raise(job->db, update ? ALERT_CRITICAL : ALERT_WARN, kind, program, message, now, err);
}

static Status look(const Job *job, const JobStatuses *statuses, AlertReport *alerts, Error *err) {
  bool analyzes = strcmp(job->program, JOB_HOURLY_ANALYSIS) == 0;
  size_t analyses = watch_missed_analyses(statuses, clock_now(job->clock));
  size_t updates = watch_missed_updates(&statuses->updates, job->terms.publication, &job->closures, job->now);
  Status status = say(job, JOB_HOURLY_ANALYSIS, analyses, !analyzes, alerts, err);
  if (status != STATUS_OK || (analyzes && job->now_given)) return status;
  return say(job, JOB_DAILY_UPDATE, updates, analyzes, alerts, err);
}

void watch_programs(Job *job, const Outcome *outcome, AlertReport *alerts) {
  bool recurring = strcmp(job->program, JOB_DAILY_UPDATE) == 0 || strcmp(job->program, JOB_HOURLY_ANALYSIS) == 0;
  bool ended_well = outcome->exit_code == EXIT_DONE || outcome->exit_code == EXIT_TRY_AGAIN;
  if (!recurring || !ended_well || !job_writes(job) || clock_stopping(job->clock)) return;
  Error err = {{0}};
  Status status = job->statuses.whole ? STATUS_OK : job_statuses_load(job->db, true, &job->statuses, &err);
  if (status == STATUS_OK) status = look(job, &job->statuses, alerts, &err);
  if (status != STATUS_OK) log_warn(job->log, "it was not looked whether the other program runs: %s", err.text);
}
