/* sim_run.h: one run of a program in a simulated world, from its start to its end or its death. */
#ifndef CLOSEBELL_TESTS_SIM_RUN_H
#define CLOSEBELL_TESTS_SIM_RUN_H

#include <closebell/job/analyze.h>
#include <closebell/job/setup.h>
#include <closebell/job/update.h>

#include "sim_world.h"

typedef enum { SIM_SETUP, SIM_UPDATE, SIM_ANALYSIS, SIM_VERIFY, SIM_PROGRAMS } SimProgram;

const char *sim_program_name(SimProgram program);

/* A machine. Its processes know each other by host, boot_id and pid. */
typedef struct {
  const char *name, *boot_id;
  int64_t skew_ms; /* its clock is so much ahead of the true time */
} SimHost;

typedef struct SimRun SimRun;

/* What happens while a process is stopped: other processes may run. */
typedef void SimMeanwhile(SimWorld *world, void *context);

/* Puts a layer of the test's own between a job and its database and source. */
typedef void SimDress(void *context, Db *db, Source *source);

/* A run and what is to happen to it. Round trips are numbered from 1; 0 means never. Zero means an undisturbed run. */
struct SimRun {
  SimProgram program;
  const SimHost *host; /* null: a first machine */
  SetupOptions setup;  /* days 0: SIM_KEPT_SESSIONS */
  UpdateOptions update;
  AnalyzeOptions analysis;
  bool ranged;      /* update is as given; else everything due */
  bool limited;     /* analysis is as given; else no quota and 50 minutes */
  long crash_at;    /* from that round trip on nothing goes out or comes in: the process is dead and its lease is not
                       released */
  bool crash_after; /* that round trip still has its effect */
  long stop_at;     /* SIGTERM */
  unsigned losses_per_mille; /* of round trips fail once, half of them before and half after their effect */
  unsigned stalls_per_mille; /* take half a minute */
  long freeze_at;            /* stopped before that round trip, for freeze_ms ... */
  int64_t freeze_ms;         /* ... */
  SimMeanwhile *meanwhile;   /* ... and then this happens, and then it goes on */
  void *meanwhile_context;
  SimDress *dress; /* null: none */
  void *dress_context;
  const ProviderSet *beside;           /* other providers than exchange and broker; null: none */
  const JobTable *jobs;                /* null: those of the product ... */
  const struct DatasetTable *datasets; /* ... and its datasets */
  void (*after)(Job *job, const Outcome *outcome, void *context); /* as the program does at its end; null: nothing */
  void *after_context;
  Access access; /* of a run that may not write it asks nobody either */
  FILE *out;     /* for plans and tables; null: stderr */
  const char
      *refused; /* analysed documents of these tickers (by commas) are not taken in; the answer is refused_with */
  Status refused_with;
};

enum { SIM_KEPT_SESSIONS = 45 };

typedef struct {
  int exit_code; /* of a process that died: meaningless */
  char message[JOB_RUN_MESSAGE_SIZE];
  bool crashed;     /* it had come so far */
  long round_trips; /* begun */
  long source_calls, broker_calls;
  bool wrote;          /* anything but job_runs, job_locks, source_state, ops_alerts */
  bool wrote_content;  /* nor job_status and trading_calendar */
  int late_writes;     /* begun after freeze_ms, to collections in which only the holder of a lease may write ... */
  char late_write[64]; /* ... the first of these; empty: none */
} SimResult;

SimResult sim_run(SimWorld *world, const SimRun *run);

#endif
