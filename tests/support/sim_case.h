/* sim_case.h: a made market with a database set up in the midst of it, and one run of daily_update after the other. */
#ifndef CLOSEBELL_TESTS_SIM_CASE_H
#define CLOSEBELL_TESTS_SIM_CASE_H

#include <bson/bson.h>

#include "sim_run.h"

typedef struct {
  SimMarket *market;
  SimWorld *world;
  size_t newest; /* the session that is published when the world begins */
} SimCase;

int sim_case_begin(void **state); /* cmocka's set-up: one at a time */
int sim_case_end(void **state);
#define SIM_CASE(name) cmocka_unit_test_setup_teardown(name, sim_case_begin, sim_case_end)

/* So many sessions after the set-up, and the moment it is published. */
Day sim_case_session(const SimCase *c, size_t sessions);
void sim_case_wait_for(SimCase *c, size_t sessions);

void sim_case_set_up_database(SimCase *c);
/* Whatever its end, sim_check holds afterwards. */
SimResult sim_case_update(SimCase *c);

/* From now on a date (DAY_NONE: each) is answered so, in one market or in all of them (-1). */
void sim_case_fault(SimCase *c, SimFaultKind kind, Day date, int market, int64_t length_ms);

const char *sim_case_state(const SimCase *c, Day date);                     /* of its daily_update, or "absent" */
const bson_t *sim_case_alert(const SimCase *c, const char *kind, Day date); /* lent; null when there is none */
void sim_case_assert_completed(const SimCase *c, size_t sessions);          /* the first so many after the set-up */

#endif
