/* sim_compare.h: do two simulated worlds hold the same content? */
#ifndef CLOSEBELL_TESTS_SIM_COMPARE_H
#define CLOSEBELL_TESTS_SIM_COMPARE_H

#include "sim_world.h"

/* What may differ between a disturbed history and a quiet one. What is false is to be switched on, by the program that
 * makes it true. */
typedef struct {
  bool inactive_series; /* stock_analyzed and the stamps of tickers that have left must be equal, too */
  bool alerts;          /* no alert of the disturbed world may stand open, but about a session that is late indeed */
  bool prices_alone;    /* one of the worlds has index services, the other has not: what they tell is left out */
} SimStrictness;

/* Everything but who did what and when: job_runs, job_locks, ops_alerts, source_state and restatements, and in the rest
 * instants, hosts, pids, fences, attempts and the numbers of restatements. job_status of hourly_analysis is compared
 * for the newest session alone: an older one tells what was known when it was done. False: *difference names the first
 * document that differs. */
bool sim_worlds_equal(const SimWorld *disturbed, const SimWorld *clean, SimStrictness strictness, Error *difference);

#endif
