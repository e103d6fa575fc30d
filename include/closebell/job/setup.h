/* setup.h: manual_setup: from an empty database to N archived, projected and stamped sessions. */
#ifndef CLOSEBELL_JOB_SETUP_H
#define CLOSEBELL_JOB_SETUP_H

#include <stdbool.h>

#include <closebell/run/job.h>

enum { SETUP_DEFAULT_DAYS = 300, SETUP_MAX_DAYS = 5000 };

typedef struct {
  int64_t days;    /* sessions to be proven open */
  bool financials; /* and the reports of companies of earlier years, as far back as the settings say */
} SetupOptions;

void setup_run(Job *job, const SetupOptions *options, Outcome *ret_outcome);

#endif
