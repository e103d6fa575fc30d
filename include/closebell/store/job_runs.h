/* job_runs.h: system_info.job_runs: a document a process run. */
#ifndef CLOSEBELL_STORE_JOB_RUNS_H
#define CLOSEBELL_STORE_JOB_RUNS_H

#include <closebell/market/universe.h>
#include <closebell/store/db.h>
#include <closebell/store/job_status.h>

enum { JOB_RUN_ID_SIZE = 96, JOB_RUN_MESSAGE_SIZE = 1024 };

typedef struct {
  char id[JOB_RUN_ID_SIZE]; /* "2025-04-11T00:00:03.120Z_daily_update_host_4711": sorts by start */
  char job[JOB_NAME_SIZE], host[JOB_HOST_SIZE], version[32];
  int64_t pid;
  Instant start_utc, end_utc; /* end INSTANT_NONE while running */
  int64_t exit_code;          /* -1 while running */
  int64_t sessions, rows, analyzed, source_calls, round_trips, healed;
  char universe[UNIVERSE_COUNTS_SIZE]; /* what the entry filter made of the newest session taken in; empty: absent */
  char message[JOB_RUN_MESSAGE_SIZE];
} JobRun;

Status job_runs_insert(const Db *db, const JobRun *run, Error *err);
Status job_runs_replace(const Db *db, const JobRun *run, Error *err);
typedef Status JobRunVisit(void *context, const JobRun *run, Error *err);
/* The runs that started at the instant or later (INSTANT_NONE: all), ascending; lent. One that somebody has damaged
   is among them, with what can be read of it, and says in its message what cannot. */
Status job_runs_read(const Db *db, Instant from_utc, JobRunVisit *visit, void *context, Error *err);
/* Deletes the runs that started before the instant. */
Status job_runs_prune(const Db *db, Instant before_utc, Error *err);

#endif
