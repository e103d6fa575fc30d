/* program.h: what the programs share that run jobs: options, settings, wiring, exit code. */
#ifndef CLOSEBELL_JOBS_PROGRAM_H
#define CLOSEBELL_JOBS_PROGRAM_H

#include <closebell/run/job.h>

/* An option of one program's own. */
typedef struct {
  const char *name;     /* "days" */
  const char *argument; /* "N" in --help; null: takes none */
  const char *help;
} ProgramOption;

/* What is asked is answered from this. */
typedef struct {
  const Config *config;
  const Output *out;
  const Log *log;
  const Clock *clock;
  Instant now; /* the business instant */
} ProgramAsked;

typedef struct {
  const char *name, *summary;               /* a row of the table of jobs (plan/job_table.h) has the name */
  bool (*asks_source)(const void *context); /* null: never */
  bool (*only_reads)(const void *context);  /* its own options ask for what is there; null: never */
  bool (*edits)(const void *context);       /* they change what a reader keeps, and nothing else; null: never */
  const ProgramOption *options;             /* ended by a null name */
  void *context;
  /* Takes one of the options above. STATUS_USAGE with a text that names the value. */
  Status (*take)(void *context, const char *name, const char *value, Error *err);
  /* After all options and settings are known. */
  Status (*check)(void *context, const Config *config, Error *err);
  /* What depends on the tables of the job: before anything is opened. Null: nothing does. */
  Status (*check_job)(const void *context, const Job *job, Error *err);
  /* What is asked needs no daily prices, and so no key of the exchange. Null: a program that asks needs them. */
  bool (*needs_no_prices)(const void *context, const Job *job);
  void (*run)(Job *job, void *context, Outcome *ret_outcome);
  /* Once the run is over and all others have been told of it: whatever it does changes nothing of that. Null: nothing.
   */
  void (*afterwards)(const Job *job);
  /* What the settings alone answer: its own options ask for nothing of the database. *ret_done: that was all. Null:
   * there is no such option. */
  Status (*answer)(void *context, const ProgramAsked *asked, bool *ret_done, Error *err);
  bool is_once; /* it is started by a person, and brings no declared feed */
} Program;

/* Returns the exit code. */
int program_main(const Program *program, int argc, char **argv);

#endif
