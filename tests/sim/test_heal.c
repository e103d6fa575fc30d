/* What daily_update and hourly_analysis look at once a session, in a history longer than one look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/turn.h>

#include "sim_check.h"
#include "sim_run.h"
#include "sim_sample.h"

enum { KEPT = TURN_WINDOW + 40, SET_UP_AT = KEPT + 10, TURNS = 2 * TURN_SESSIONS };

/* The document so many from the oldest. */
static void remove_document(const SimWorld *world, const char *database, const char *ticker, size_t index) {
  const Db *db = &world->view;
  Error err = {{0}};
  char id[16];
  snprintf(id, sizeof id, "%s", sim_text(sim_document_at(world, database, ticker, index), "_id"));
  assert_int_equal(db->delete_one(db->self, database, ticker, id, &err), STATUS_OK);
}

static void longest_series(const SimWorld *world, char ticker[8]) {
  size_t most = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    const char *id = sim_text(sim_document_at(world, DB_SYSTEM, "target_tickers", i), "_id");
    size_t count = sim_document_count(world, DB_ANALYZED, id);
    if (count > most) snprintf(ticker, 8, "%s", id);
    if (count > most) most = count;
  }
}

static void run_a_session(SimWorld *world, size_t session) {
  sim_world_move_to(world, sim_market_published(world->market, world->market->sessions[session].date));
  for (SimProgram program = SIM_UPDATE; program <= SIM_ANALYSIS; program++) {
    SimResult result = sim_run(world, &(SimRun){.program = program});
    if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  }
}

static void damage_at_both_ends_of_a_long_history_is_repaired_in_two_turns(void **state) {
  (void)state;
  Day first, last;
  assert_true(day_parse("2022-01-03", &first) && day_parse("2024-09-30", &last));
  SimMarket *market = sim_market_new(1, first, last);
  assert_true(market->count > SET_UP_AT + TURNS + 2);
  SimWorld *world = sim_world_new(market, 1, sim_market_published(market, market->sessions[SET_UP_AT].date));
  SimResult result = sim_run(world, &(SimRun){.program = SIM_SETUP, .setup = {.days = KEPT}});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  run_a_session(world, SET_UP_AT + 1);
  char ticker[8];
  longest_series(world, ticker);
  size_t rows = sim_document_count(world, DB_STOCK, ticker), analyzed = sim_document_count(world, DB_ANALYZED, ticker);
  assert_in_range(analyzed, TURN_WINDOW + 2, rows);
  remove_document(world, DB_STOCK, ticker, rows - 2);
  remove_document(world, DB_STOCK, ticker, 0);
  remove_document(world, DB_ANALYZED, ticker, analyzed - 2); /* what is damaged anywhere is written again as a whole */
  Error why = {{0}};
  assert_false(sim_check(world, DAY_NONE, &why));
  for (size_t i = 2; i < TURNS + 2; i++) run_a_session(world, SET_UP_AT + i);
  if (!sim_check(world, DAY_NONE, &why)) fail_msg("%s", why.text);
  assert_int_equal(sim_document_count(world, DB_STOCK, ticker), rows + TURNS);
  assert_int_equal(sim_document_count(world, DB_ANALYZED, ticker), analyzed + TURNS);
  sim_world_free(world);
  sim_market_free(market);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(damage_at_both_ends_of_a_long_history_is_repaired_in_two_turns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
