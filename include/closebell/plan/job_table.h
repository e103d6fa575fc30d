/* job_table.h: what jobs there are and what each is like. Everything that speaks of all jobs goes over this table:
 * statuses, watch, alerts, pings, pruning, metrics, --explain. The rows stand in base/job_rows.h. */
#ifndef CLOSEBELL_PLAN_JOB_TABLE_H
#define CLOSEBELL_PLAN_JOB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/config.h>

/* Those that the code speaks of by name. */
#define JOB_DAILY_UPDATE "daily_update"
#define JOB_HOURLY_ANALYSIS "hourly_analysis"

enum { JOB_TABLE_MAX = 128, JOB_PING_KEY_SIZE = 48 };

typedef enum {
  JOB_ONCE,      /* a program that a person starts */
  JOB_RECURRING, /* a program that a schedule starts; it has a ping, and tells of others that do not come */
  JOB_DATASET    /* daily_update runs it, where the settings want it */
} JobKind;

/* For which sessions a job has work. */
typedef enum {
  JOB_AWAITS_UPDATE, /* those that daily_update has completed and the gate lets through */
  JOB_AWAITS_SOURCE  /* those that are due at the exchange */
} JobAwaits;

/* Whether a person may have days of it asked for again (plan/request.h). */
typedef struct {
  const char *refused; /* why not, for people; null: they may */
  int days_back;       /* its source has so many days alone; 0: all */
  bool same_day;       /* a day is there on the day itself; else when the exchange publishes it */
  bool other_days;     /* its days are no sessions: they may lie before the first session kept */
} JobAgain;

typedef struct {
  const char *name; /* of the program or dataset; its documents of job_status are DATE_NAME */
  JobKind kind;
  const char *lease; /* of its run; manual_setup shares daily_update's, a dataset has daily_update/NAME */
  bool has_statuses; /* documents of its own in job_status */
  JobAwaits awaits;
  const char *late_alert; /* raised when it does not come to its sessions; null: it is not watched */
  size_t late_sessions;   /* so many, each of them ... */
  int64_t grace_ms;       /* ... awaited for so long */
  bool others_wait;       /* for what it stores: being late is critical */
  bool has_window;        /* of a dataset: sessions before the first that it has a status of are none of its */
  bool may_miss;          /* what it does not come to is no fault: it is not watched */
  const char *door;       /* of a dataset: the _id in source_state of what shuts it out; null: nothing does */
  JobAgain again;
  const char *section, *setting; /* the job is wanted where it is on (config_is_on); null: always */
} JobRow;

typedef struct {
  const JobRow *rows;
  size_t count; /* at most JOB_TABLE_MAX */
} JobTable;

/* The jobs of the product. */
const JobTable *job_table(void);

const JobRow *job_table_find(const JobTable *jobs, const char *name); /* null: none of that name */
size_t job_table_index(const JobTable *jobs, const char *name);       /* jobs->count: none */

bool job_row_is_wanted(const JobRow *row, const Config *config);
/* The lease is one of another's slots ("daily_update/NAME"), so that whoever goes over that one's slots meets it. */
bool job_row_shares_lease(const JobRow *row);

/* The setting of its ping, "ping_daily_update", or null: it has none. */
const char *job_row_ping_key(const JobRow *row, char key[JOB_PING_KEY_SIZE]);
/* Where it is asked; empty: nowhere. */
const char *job_row_ping_url(const JobRow *row, const Config *config);

#endif
