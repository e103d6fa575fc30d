/* job.h: what every job works with: its settings, the interfaces to the outside, and the run it is part of. */
#ifndef CLOSEBELL_RUN_JOB_H
#define CLOSEBELL_RUN_JOB_H

#include <sys/types.h>

#include <closebell/base/clock.h>
#include <closebell/base/config.h>
#include <closebell/base/log.h>
#include <closebell/base/output.h>
#include <closebell/base/random.h>
#include <closebell/market/closures.h>
#include <closebell/market/filter.h>
#include <closebell/market/leader.h>
#include <closebell/run/host.h>
#include <closebell/source/provider.h>
#include <closebell/store/job_runs.h>

/* What a run may do. The program's options decide it, before anything is opened. Only ACCESS_WRITE takes the job's
 * lease, is on record, opens or counts alerts, tells anybody (webhook, pings, mail) or replaces the metrics file; it
 * alone, but for the lists of ACCESS_EDIT, writes to the database. */
typedef enum {
  ACCESS_WRITE, /* does its work */
  ACCESS_PLAN,  /* --dry-run: says what it would do */
  ACCESS_READ,  /* --print, --history, --explain, --verify, --export: shows what is there */
  ACCESS_EDIT /* --watchlist with --add, --remove or --delete: writes watchlists, under a lease of theirs; --ask: writes
                 the ledger of decisions and the count of calls to a model, under none; --request: a request, under none */
} Access;

/* One process's lease and its record in job_runs. */
typedef struct {
  Lease lease;
  bool held;
  int64_t renewed_ms, safe_until_ms; /* uptime */
  Lease successor;                   /* who was found to have taken the lease over from us; fence 0: nobody */
  JobRun record;
  int64_t started_ms;   /* uptime */
  int64_t documents;    /* analysed and written */
  size_t requests_open; /* that this run has left open; only daily_update knows of any */
  bool recorded;        /* the record is in the database */
  pid_t start_ping;     /* the process that tells of the start; 0: none, or it is over */
  JobStatuses statuses; /* as a run that changed nothing has read them, for whoever reports about it; whole or empty */
} Run;

/* Under which lease the job works. */
typedef struct {
  const char *name;     /* of the lease, and the job of job_status: manual_setup shares daily_update's */
  const char *slots_of; /* the job whose leases exclude each other by slot.h; null: the lease stands alone */
  int workers;          /* that share it; 0 or 1: one process alone */
} LeaseTerms;

/* Who works: leases, stamps and alerts name it. */
typedef struct {
  const char *program; /* "manual_setup" */
  Host host;
} Process;

/* What there is to go over. */
typedef struct {
  const JobTable *jobs;                /* all that there are */
  const struct DatasetTable *datasets; /* dataset/dataset.h; null: those of the product */
  const struct Feeds *feeds;           /* dataset/feeds.h; null: no feed is declared */
} JobTables;

/* The business instant: what is due, what today is; leases know nothing of it. */
typedef struct {
  Instant instant;
  bool given; /* by --now */
} BusinessNow;

/* What the settings and the provider say about sessions and stocks; job_prepare reads it. */
typedef struct {
  Closures closures;
  EntryFilter filter;
  LeaderRules leaders;
  ProviderTerms terms; /* of the provider of daily prices, whatever the source is */
} JobRules;

typedef struct {
  Process process;
  JobTables tables;
  LeaseTerms lease;
  const Config *config;
  const Db *db;     /* refuses every write past the lease (run_may_write), or every write of a run that only reads */
  const Db *server; /* the same without that: for leases, the record of the run, and what has to be redone */
  const Source *source;      /* null for hourly_analysis */
  const ProviderSet *beside; /* the other providers that have a key; null: nobody is asked */
  const Clock *clock;
  const Random *random;
  const Log *log;
  Output out; /* what was asked for: plans, tables */
  BusinessNow now;
  Access access;
  JobRules rules;
  Run run;
} Job;

/* The exit code of a run and the sentence about it. */
typedef struct {
  int exit_code;
  char message[JOB_RUN_MESSAGE_SIZE];
} Outcome;

/* Frees what job_prepare and job_hand_over_statuses have put into it. */
void job_release(Job *job);

/* The business instant as it is by now: that of --now, or this host's clock. */
Instant job_business_now(const Job *job);
/* Whether it may write: false for every run that only plans or shows. */
bool job_writes(const Job *job);

/* Whether the database refused a write of this run for want of room. */
bool job_met_full_disk(const Job *job);

/* The run has changed nothing, and its report need not read them again. Takes them over when they are whole. */
void job_hand_over_statuses(Job *job, JobStatuses *statuses);

#endif
