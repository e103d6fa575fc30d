#include "sim_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_sample.h"

int sim_case_begin(void **state) {
  static SimCase c;
  Day first, last;
  if (!day_parse("2024-03-01", &first) || !day_parse("2024-09-30", &last)) return -1;
  c.market = sim_market_new(1, first, last);
  c.newest = 80;
  c.world = sim_world_new(c.market, 1, sim_market_published(c.market, c.market->sessions[c.newest].date));
  *state = &c;
  return 0;
}

int sim_case_end(void **state) {
  SimCase *c = *state;
  sim_world_free(c->world);
  sim_market_free(c->market);
  return 0;
}

void sim_case_set_up_database(SimCase *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

Day sim_case_session(const SimCase *c, size_t sessions) { return c->market->sessions[c->newest + sessions].date; }

void sim_case_wait_for(SimCase *c, size_t sessions) {
  sim_world_move_to(c->world, sim_market_published(c->market, sim_case_session(c, sessions)));
}

SimResult sim_case_update(SimCase *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  Error why = {{0}};
  if (!sim_check(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
  return result;
}

void sim_case_fault(SimCase *c, SimFaultKind kind, Day date, int market, int64_t length_ms) {
  sim_world_fault(
      c->world,
      (SimFault){
          .kind = kind, .from = c->world->now, .until = c->world->now + length_ms, .date = date, .market = market});
}

const char *sim_case_state(const SimCase *c, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s_daily_update", day_text(date).text);
  const bson_t *status = sim_document(c->world, DB_SYSTEM, "job_status", id);
  return status ? sim_text(status, "status") : "absent";
}

const bson_t *sim_case_alert(const SimCase *c, const char *kind, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s:%s", kind, day_text(date).text);
  return sim_document(c->world, DB_SYSTEM, "ops_alerts", id);
}

void sim_case_assert_completed(const SimCase *c, size_t sessions) {
  for (size_t i = 1; i <= sessions; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "completed");
}
