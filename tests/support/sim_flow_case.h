/* sim_flow_case.h: a made market with a broker, a list of stocks, and a database that is set up: one run after the
 * other. */
#ifndef CLOSEBELL_TESTS_SIM_FLOW_CASE_H
#define CLOSEBELL_TESTS_SIM_FLOW_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/watchlists.h>

#include "made_market.h"
#include "sim_broker.h"
#include "sim_case.h"
#include "sim_sample.h"

enum { AFTERNOON = 16 * 60 + 40, EVENING = 20 * 60 + 10, WATCHED = 3 };
static SimBroker broker;

static inline int start(void **state) {
  broker = (SimBroker){0};
  return sim_case_begin(state);
}
#define FLOW_CASE(name) cmocka_unit_test_setup_teardown(name, start, sim_case_end)

static inline void watch(SimCase *c, const size_t *stocks, size_t count) {
  char tickers[WATCHED][TICKER_SIZE] = {""};
  Watchlist list = {.name = "mine", .tickers = tickers, .count = count, .updated_utc = c->world->now};
  Error err = {{0}};
  assert_true(count <= WATCHED);
  for (size_t i = 0; i < count; i++) made_ticker(stocks[i], tickers[i]);
  assert_int_equal(watchlist_write(&c->world->view, &list, &err), STATUS_OK);
}

/* A broker, who is chosen, and a database that is set up. The five strongest of all lead. */
static inline void begin(SimCase *c, const char *flow, const char *minutes) {
  Config *config = &c->world->config;
  c->world->broker = &broker;
  if (getenv("CLOSEBELL_SIM_LOG")) c->world->log = stderr;
  c->world->prepared.rules.leaders = (LeaderRules){.limit = 5};
  text_copy(config->kis.app_key, sizeof config->kis.app_key, "key");
  text_copy(config->kis.app_secret, sizeof config->kis.app_secret, "secret");
  text_copy(config->flow.stocks, sizeof config->flow.stocks, flow);
  text_copy(config->minutes.stocks, sizeof config->minutes.stocks, minutes);
  sim_case_set_up_database(c);
}

static inline SimResult run(SimCase *c, SimProgram program) {
  SimResult result = sim_run(c->world, &(SimRun){.program = program});
  if (result.exit_code != EXIT_DONE) fail_msg("%s: %s", sim_program_name(program), result.message);
  return result;
}

static inline void run_at(SimCase *c, Day date, int minute, SimProgram program) {
  sim_world_move_to(c->world, instant_from_kst(date, minute));
  run(c, program);
}

static inline const bson_t *status_of(const SimCase *c, Day date, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, dataset);
  return sim_document(c->world, DB_SYSTEM, "job_status", id);
}

static inline void assert_state(const SimCase *c, Day date, const char *dataset, const char *state) {
  const bson_t *status = status_of(c, date, dataset);
  if (!status) fail_msg("%s of %s has no status", dataset, day_text(date).text);
  if (strcmp(sim_text(status, "status"), state) != 0)
    fail_msg("%s of %s: %s: %s", dataset, day_text(date).text, sim_text(status, "status"), sim_text(status, "reason"));
}

static inline size_t chosen_count(const SimCase *c, Day date, const char *dataset) {
  TickerList list = {0};
  Error err = {{0}};
  if (chosen_stocks_find(&c->world->view, date, dataset, &list, &err) != STATUS_OK) fail_msg("%s", err.text);
  size_t count = list.count;
  ticker_list_free(&list);
  return count;
}

static inline void assert_verified(SimCase *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_VERIFY, .access = ACCESS_READ});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

#endif
