/* malloc_fault_sim.h: a simulated world whose own allocations neither count nor fail: only those of the jobs do. */
#ifndef CLOSEBELL_TESTS_MALLOC_FAULT_SIM_H
#define CLOSEBELL_TESTS_MALLOC_FAULT_SIM_H

#include "malloc_fault.h"
#include "sim_run.h"

/* at and mode are to be set, the rest is its own. */
typedef struct {
  long at;
  MallocFaultMode mode;
  Db db;
  Source source;
} MallocFaultSim;

/* Give it to SimRun.dress, with a MallocFaultSim as its context: it calls malloc_fault_begin(at, mode) when the program
 * begins. What lies behind database and source is paused; what they call back is not. */
void malloc_fault_sim_dress(void *self, Db *db, Source *source);

#endif
