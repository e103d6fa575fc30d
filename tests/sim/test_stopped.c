/* A process that stands still past its lease, before any of its calls to the database: what is under way goes on, and
 * nothing is written after it. Whoever has succeeded it meanwhile is not overwritten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_sample.h"

static const int64_t PAST_THE_LEASE_MS = 30 * 60 * 1000;

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS}, UPDATE = {.program = SIM_UPDATE},
                    SETUP = {.program = SIM_SETUP};

/* A series is written anew by two calls. The second goes out, and its ticker is announced to be redone. */
static bool is_announced(const SimWorld *world, const SimResult *result) {
  size_t count = sim_document_count(world, DB_SYSTEM, "restatements");
  const bson_t *newest = count ? sim_document_at(world, DB_SYSTEM, "restatements", count - 1) : NULL;
  bson_iter_t all, first;
  bool found = newest && bson_iter_init(&all, newest) && bson_iter_find_descendant(&all, "tickers.0", &first);
  return result->late_writes == 1 && found && strcmp(bson_iter_utf8(&first, NULL), result->late_write) == 0;
}

static void stop_at_every_call(SimCase *c, const SimRun *job) {
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  long at = 1, lost = 0;
  for (;; at++) {
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimRun run = *job;
    run.freeze_at = at;
    run.freeze_ms = PAST_THE_LEASE_MS;
    SimResult result = sim_run(c->world, &run);
    if (result.round_trips < at) break;
    if (result.late_writes > 0 && !is_announced(c->world, &result))
      fail_msg("stopped before call %ld, it wrote to %s", at, result.late_write);
    lost += result.exit_code == EXIT_TRY_AGAIN;
  }
  assert_in_range(lost, 10, at);
  db_memory_free(before);
}

static void live_through(SimCase *c, size_t sessions) {
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= sessions; i++) {
    sim_case_wait_for(c, i);
    sim_case_update(c);
    sim_run(c->world, &ANALYSIS);
  }
}

static void a_set_up(void **state) { stop_at_every_call(*state, &SETUP); }

static void a_longer_history(void **state) {
  const SimRun longer = {.program = SIM_SETUP, .setup = {.days = SIM_KEPT_SESSIONS + 20}};
  live_through(*state, 2);
  stop_at_every_call(*state, &longer);
}

/* Stocks enter, leave and are renamed meanwhile. */
static void a_catch_up(void **state) {
  sim_case_set_up_database(*state);
  sim_case_wait_for(*state, 30);
  stop_at_every_call(*state, &UPDATE);
}

static void a_session_that_comes_late(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 4; i++) {
    sim_case_wait_for(c, i);
    if (i == 1) sim_case_fault(c, SIM_HALF, sim_case_session(c, 1), -1, 60 * MS_OF_DAY);
    sim_case_update(c);
  }
  sim_world_forget_faults(c->world);
  stop_at_every_call(c, &UPDATE);
}

static void a_session_that_is_replaced(void **state) {
  SimCase *c = *state;
  live_through(c, 2);
  Day date = sim_case_session(c, 1);
  sim_case_fault(c, SIM_RESTATED, date, -1, 60 * MS_OF_DAY);
  const SimRun force = {.program = SIM_UPDATE, .ranged = true, .update = {.from = date, .to = date, .force = true}};
  stop_at_every_call(c, &force);
}

/* The ticker's newest row, as one of a day on which there was no session; `alone`: the row itself goes. */
static void misplace_the_newest_row(SimWorld *world, const char *ticker, bool alone) {
  const Db *db = &world->view;
  size_t newest = sim_document_count(world, DB_STOCK, ticker) - 1;
  const bson_t *row = sim_document_at(world, DB_STOCK, ticker, newest);
  Error err = {{0}};
  Day date;
  char id[16];
  snprintf(id, sizeof id, "%s", sim_text(row, "_id"));
  assert_true(day_parse(id, &date));
  do date--;
  while (!day_is_weekend(date));
  bson_t foreign = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&foreign, "_id", day_text(date).text);
  bson_copy_to_excluding_noinit(row, &foreign, "_id", NULL);
  assert_int_equal(db->insert(db->self, DB_STOCK, ticker, &foreign, &err), STATUS_OK);
  if (alone) assert_int_equal(db->delete_one(db->self, DB_STOCK, ticker, id, &err), STATUS_OK);
  bson_destroy(&foreign);
}

static void a_repair(void **state) {
  SimCase *c = *state;
  live_through(c, 2);
  for (size_t i = 0; i < 3; i++) {
    char ticker[16];
    snprintf(ticker, sizeof ticker, "%s", sim_text(sim_document_at(c->world, DB_SYSTEM, "target_tickers", i), "_id"));
    misplace_the_newest_row(c->world, ticker, i == 1);
  }
  const SimRun named = {.program = SIM_UPDATE,
                        .ranged = true,
                        .update = {.from = sim_case_session(c, 1) - 10, .to = sim_case_session(c, 2)}};
  stop_at_every_call(c, &named);
}

static void a_back_fill(void **state) {
  SimCase *c = *state;
  live_through(c, 2);
  const Db *db = &c->world->view;
  const bson_t *target = sim_document_at(c->world, DB_SYSTEM, "target_tickers", 0);
  bson_t needing = BSON_INITIALIZER;
  Error err = {{0}};
  bson_copy_to_excluding_noinit(target, &needing, "backfill_needed", NULL);
  BSON_APPEND_BOOL(&needing, "backfill_needed", true);
  const bson_t *documents[] = {&needing};
  assert_int_equal(db->replace_many(db->self, DB_SYSTEM, "target_tickers", documents, 1, &err), STATUS_OK);
  bson_destroy(&needing);
  stop_at_every_call(c, &UPDATE);
}

static void a_first_analysis(void **state) {
  sim_case_set_up_database(*state);
  stop_at_every_call(*state, &ANALYSIS);
}

static void an_analysis_of_thirty_sessions(void **state) {
  SimCase *c = *state;
  live_through(c, 1);
  sim_case_wait_for(c, 30);
  sim_case_update(c);
  stop_at_every_call(c, &ANALYSIS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_set_up),
      SIM_CASE(a_longer_history),
      SIM_CASE(a_catch_up),
      SIM_CASE(a_session_that_comes_late),
      SIM_CASE(a_session_that_is_replaced),
      SIM_CASE(a_repair),
      SIM_CASE(a_back_fill),
      SIM_CASE(a_first_analysis),
      SIM_CASE(an_analysis_of_thirty_sessions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
