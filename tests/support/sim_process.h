/* sim_process.h: a process of a simulated world: its clock, and its way to the database with all that can befall it. */
#ifndef CLOSEBELL_TESTS_SIM_PROCESS_H
#define CLOSEBELL_TESTS_SIM_PROCESS_H

#include "sim_run.h"

typedef struct {
  SimWorld *world;
  const SimRun *run;
  DbMemory *connection;
  Db direct; /* each operation tried once */
  Clock clock;
  uint64_t random_state;
  Random random; /* what is lost and what stalls */
  int64_t skew_ms;
  long round_trips;
  bool dead, stopped, losing_reply;
  bool wrote, wrote_content;
  bool leased, frozen; /* it had a lease, or asked for one; and stood still since */
  char late_write[64];
  int late_writes;
} SimProcess;

/* The process is lent to its clock and its database: it must stay where it is. */
void sim_process_start(SimProcess *process, SimWorld *world, const SimRun *run);
void sim_process_end(SimProcess *process);

/* As db_mongo.h promises: what fails is tried again twice, five seconds apart, and a range is read on where it broke
 * off. */
Db sim_process_db(SimProcess *process);

#endif
