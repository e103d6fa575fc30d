/* job_status.h: system_info.job_status: one document a job and session; `completed` is written last, and only with
 * proof. */
#ifndef CLOSEBELL_STORE_JOB_STATUS_H
#define CLOSEBELL_STORE_JOB_STATUS_H

#include <closebell/base/day.h>
#include <closebell/market/filter.h>
#include <closebell/market/ticker.h>
#include <closebell/plan/job_state.h>
#include <closebell/plan/job_table.h>
#include <closebell/store/db.h>

enum {
  JOB_NAME_SIZE = 48,
  JOB_HOST_SIZE = 64,
  JOB_REASON_SIZE = 256,
  JOB_STATUS_ID_SIZE = 64,
  JOB_FINALITY_SIZE = 16,
  JOB_MISSING_MAX = 20
};

/* Keys that a dataset lacks, the first of them. */
typedef struct {
  char items[JOB_MISSING_MAX][TICKER_SIZE];
  size_t count;
} JobMissing;

/* What a unit of a declared feed says besides. Read, it is one block of memory with its texts. */
typedef struct {
  Instant due_utc;
  int64_t changed; /* rows that came again with other values */
  const char *missing[JOB_MISSING_MAX];
  size_t missing_count; /* items that are still to be asked for, the first of them */
} JobUnit;

typedef struct {
  Day date;
  char job[JOB_NAME_SIZE];
  JobState state;
  Instant start_utc, end_utc; /* INSTANT_NONE: absent */
  int64_t fence;
  char host[JOB_HOST_SIZE];
  int64_t pid, attempt;
  int64_t expected_rows, stored_rows; /* -1: absent (hourly_analysis, closed, waiting) */
  char filter[FILTER_TEXT_SIZE];      /* the entry filter by which the universe took the session in; empty: absent */
  char reason[JOB_REASON_SIZE];       /* empty: absent */
  char finality[JOB_FINALITY_SIZE];   /* of a dataset's data: "final", "provisional"; empty: absent */
  JobMissing missing;                 /* of a dataset of stocks */
  JobUnit *unit;                      /* of a declared feed; freed by job_status_free; null: of any other */
  bool has_differences;               /* of the evening: the final session was compared with it */
  int64_t evening_differences;
  /* hourly_analysis only; analyzed -1: absent. Of the gate's session they count the active targets, of an older one the
   * stocks that were followed in it (analysis_stamp.h) */
  int64_t analyzed, remaining;
  char (*failed)[TICKER_SIZE]; /* tickers; owned, freed by job_status_free */
  size_t failed_count;
  int64_t restatement;               /* the highest that the lists of strategies have been looked at for; 0: absent */
  char passed_over[JOB_REASON_SIZE]; /* "2025-04-07,2025-04-08"; empty: absent; stored as an array of dates */
} JobStatus;

typedef struct {
  JobStatus *items; /* one job's, ascending by date */
  size_t count, capacity;
} JobStatusList;

/* "2025-09-15_daily_update". Returns id. */
char *job_status_id(Day date, const char *job, char id[JOB_STATUS_ID_SIZE]);

/* All documents of the job with from <= date <= to (DAY_NONE: open end). */
Status job_status_load(const Db *db, const char *job, Day from, Day to, JobStatusList *ret_list, Error *err);
/* All documents of all jobs, in one read. One that cannot be read is an error when its job's are needed, and left out
 * otherwise: then the lists are not whole. */
typedef struct {
  const JobTable *jobs;
  JobStatusList lists[JOB_TABLE_MAX]; /* one a row of the table */
  bool whole;
} JobStatuses;

/* Whose documents have to be readable. */
typedef enum {
  NEED_UPDATES,  /* daily_update's: nobody does without */
  NEED_ANALYSES, /* and hourly_analysis's */
  NEED_ALL_STATUSES
} StatusesNeeded;

Status job_statuses_load(const Db *db, const JobTable *jobs, StatusesNeeded needed, JobStatuses *ret_statuses,
                         Error *err);
void job_statuses_free(JobStatuses *statuses);

/* The job's list; empty when the table has none of that name, or nothing was loaded. */
const JobStatusList *job_statuses_of(const JobStatuses *statuses, const char *job);

const JobStatus *job_status_find(const JobStatusList *list, Day date); /* null: absent */

/* Writes the documents fenced: new ones are inserted; existing ones updated only where their fence <= ours; then all
 * are read back. STATUS_LOST when any is found with a greater fence: a later holder owns it. All items carry the same
 * job and fence. */
Status job_status_write(const Db *db, const JobStatus *items, size_t count, Error *err);

void job_status_free(JobStatus *status);
void job_status_list_free(JobStatusList *list);

#endif
