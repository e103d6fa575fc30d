/* job.h: what every job works with: its settings, the interfaces to the outside, and the run it is part of. */
#ifndef CLOSEBELL_JOB_JOB_H
#define CLOSEBELL_JOB_JOB_H

#include <stdio.h>
#include <sys/types.h>

#include <closebell/base/clock.h>
#include <closebell/base/config.h>
#include <closebell/base/log.h>
#include <closebell/base/random.h>
#include <closebell/job/host.h>
#include <closebell/market/closures.h>
#include <closebell/market/filter.h>
#include <closebell/market/leader.h>
#include <closebell/source/source.h>
#include <closebell/store/job_runs.h>

/* One process's lease and its record in job_runs. */
typedef struct {
  Lease lease;
  bool held;
  int64_t renewed_ms, safe_until_ms; /* uptime */
  JobRun record;
  bool recorded; /* the record is in the database */
  pid_t start_ping; /* the process that tells of the start; 0: none, or it is over */
} Run;

typedef struct {
  const char *program;   /* "manual_setup" */
  const char *lease_job; /* the lease, and the job of job_status: manual_setup shares daily_update's */
  const char *slots_of;  /* the job whose leases exclude each other by slot.h; null: lease_job stands alone */
  int workers;           /* that share it; 0 or 1: one process alone */
  const Config *config;
  const Db *db;
  const Source *source; /* null for hourly_analysis */
  const Clock *clock;
  const Random *random;
  const Log *log;
  FILE *out; /* what was asked for: plans, tables */
  Host host;
  Instant now;    /* the business instant: what is due, what today is */
  bool now_given; /* by --now */
  bool dry_run;
  Closures closures;
  EntryFilter filter;
  LeaderRules leaders;
  bool base_info; /* is asked for, where the source has it */
  Run run;
  JobStatuses statuses; /* as a run that changed nothing has read them, for whoever reports about it; whole or empty */
} Job;

/* The exit code of a run and the sentence about it. */
typedef struct {
  int exit_code;
  char message[JOB_RUN_MESSAGE_SIZE];
} Outcome;

/* Sets closures, filter, leaders and base_info from the configuration. STATUS_CONFIG names what is wrong. */
Status job_prepare(Job *job, Error *err);
void job_release(Job *job);

/* The run has changed nothing, and its report need not read them again. Takes them over when they are whole. */
void job_hand_over_statuses(Job *job, JobStatuses *statuses);

#endif
