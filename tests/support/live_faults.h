/* live_faults.h: every way in which the replay server answers wrongly, and what the programs make of it. */
#ifndef CLOSEBELL_TESTS_LIVE_FAULTS_H
#define CLOSEBELL_TESTS_LIVE_FAULTS_H

#include <stdbool.h>

typedef enum {
  PASSING, /* asked again within the run */
  BROKEN,  /* the same: nothing of it is believed */
  BLOCKED, /* the breaker opens */
  REFUSED, /* the key */
  SILENT   /* no rows, as on a holiday */
} FaultClass;

typedef struct {
  const char *fault;
  FaultClass class;
  int tries;        /* how often a run asks for what has this fault */
  const char *says; /* to the operator, and to whoever reads job_status */
  bool hides;       /* not to be told from the truth where every session has it and nothing else is known */
} FaultCase;

enum { FAULT_CASE_COUNT = 24 };
extern const FaultCase FAULT_CASES[FAULT_CASE_COUNT];

/* How a run ends that could ask for nothing else: 69 when nothing answers, 75 when answers cannot be believed. */
int fault_exit_code_alone(FaultClass class);

/* What is said of the fault when one market alone has it. */
const char *fault_says_of_market(const FaultCase *fault);

#endif
