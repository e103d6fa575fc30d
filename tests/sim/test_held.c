/* What the exchange refuses is held, and nothing else: scenes of a world with everything that the product asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_sample.h"
#include "sim_whole.h"

enum { SET_UP_AT = 60, EVENING = 20 * 60 + 30, MORNING = 8 * 60 + 30 };

typedef struct {
  SimMarket *market;
  SimWhole *whole;
} Scene;

/* The number of sessions after the set-up. */
static Day session(const Scene *scene, size_t number) { return scene->market->sessions[SET_UP_AT + number].date; }

static int begin(void **state) {
  static Scene scene;
  Day first, last;
  assert_true(day_parse("2024-03-01", &first) && day_parse("2024-09-30", &last));
  scene.market = sim_market_new(1, first, last);
  scene.whole = sim_whole_new(scene.market, 1, instant_from_kst(session(&scene, 0), MORNING));
  sim_whole_list(scene.whole, session(&scene, 0));
  SimResult result = sim_whole_run(scene.whole, (SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  *state = &scene;
  return 0;
}

static int end(void **state) {
  Scene *scene = *state;
  sim_whole_free(scene->whole);
  sim_market_free(scene->market);
  return 0;
}

static SimResult update_at(Scene *scene, Day date, int minute) {
  sim_world_move_to(scene->whole->world, instant_from_kst(date, minute));
  return sim_whole_run(scene->whole, (SimRun){.program = SIM_UPDATE});
}

static void assert_state(const Scene *scene, const char *dataset, Day date, const char *expected) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, dataset);
  const bson_t *status = sim_document(scene->whole->world, DB_SYSTEM, "job_status", id);
  const char *found = status ? sim_text(status, "status") : "absent";
  if (strcmp(found, expected) != 0) fail_msg("%s is %s: %s", id, found, status ? sim_text(status, "reason") : "");
}

static void refuse(Scene *scene, SimTrouble trouble) {
  sim_whole_trouble(scene->whole, SIM_WHO_PRICES, trouble);
  sim_whole_trouble(scene->whole, SIM_WHO_INDEX, trouble);
  sim_whole_trouble(scene->whole, SIM_WHO_FUNDS, trouble);
}

static void a_key_that_the_exchange_refuses_holds_nothing_of_others(void **state) {
  static const char *const OF_TODAY[] = {"financials", "company_events", "dividends",  "rates",
                                         "notes",      "profiles",       "market_flow"};
  Scene *scene = *state;
  refuse(scene, SIM_TROUBLE_REFUSED);
  for (size_t i = 1; i <= 3; i++) {
    SimResult result = update_at(scene, session(scene, i), EVENING);
    assert_int_equal(result.exit_code, EXIT_CONFIG);
    assert_non_null(strstr(result.message, "refused the key"));
    for (size_t k = 0; k < sizeof OF_TODAY / sizeof *OF_TODAY; k++)
      assert_state(scene, OF_TODAY[k], session(scene, i), "completed");
  }
}

/* One question a run meets the refusal: the other services, which have something to bring as well, are not asked, and
 * their doors are not shut for a week. */
static void a_key_that_is_good_again_brings_all_at_once(void **state) {
  Scene *scene = *state;
  refuse(scene, SIM_TROUBLE_UNREACHABLE);
  sim_whole_trouble(scene->whole, SIM_WHO_PRICES, SIM_TROUBLE_NONE);
  update_at(scene, session(scene, 1), MORNING);
  assert_state(scene, "daily_update", session(scene, 0), "completed");
  refuse(scene, SIM_TROUBLE_REFUSED);
  for (size_t i = 2; i <= 3; i++) update_at(scene, session(scene, i), EVENING);
  assert_int_equal(scene->whole->asked[SIM_WHO_PRICES], 1);
  assert_int_equal(scene->whole->asked[SIM_WHO_INDEX] + scene->whole->asked[SIM_WHO_FUNDS], 0);
  refuse(scene, SIM_TROUBLE_NONE);
  SimResult result = update_at(scene, session(scene, 4), MORNING);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  for (size_t i = 0; i <= 3; i++) {
    assert_state(scene, "daily_update", session(scene, i), "completed");
    assert_state(scene, "index_days", session(scene, i), "completed");
    assert_state(scene, "etf_days", session(scene, i), "completed");
  }
}

/* Neither this host nor the exchange was there, and the exchange still is not. */
static void flows_of_weeks_without_prices_are_made_up_for(void **state) {
  enum { LATE = 20 }; /* sessions, a month */
  Scene *scene = *state;
  sim_whole_trouble(scene->whole, SIM_WHO_PRICES, SIM_TROUBLE_UNREACHABLE);
  update_at(scene, session(scene, LATE), EVENING);
  for (size_t i = 1; i <= LATE; i++) assert_state(scene, "market_flow", session(scene, i), "completed");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_key_that_the_exchange_refuses_holds_nothing_of_others, begin, end),
      cmocka_unit_test_setup_teardown(a_key_that_is_good_again_brings_all_at_once, begin, end),
      cmocka_unit_test_setup_teardown(flows_of_weeks_without_prices_are_made_up_for, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
