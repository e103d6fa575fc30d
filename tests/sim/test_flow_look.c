/* What is stored of chosen stocks is looked at again: of the newest session at once, of the older ones a twentieth of
 * the stocks a session, and all of it when a person names the dataset. */
#include "sim_flow_case.h"

#include <closebell/plan/turn.h>

#include "sim_flow_check.h"

/* The broker tells of the flows of thirty days at once: what is gone of those comes back by itself. */
enum { OLDER = 33, RUNS = TURN_SESSIONS + 1 };
static const char *const DATABASES[] = {DB_FLOW, DB_MINUTES};

static const bson_t *document_of(const SimCase *c, size_t database, size_t stock, Day date) {
  char ticker[TICKER_SIZE];
  made_ticker(stock, ticker);
  return sim_document(c->world, DATABASES[database], ticker, day_text(date).text);
}

static void lose_document(const SimCase *c, size_t database, size_t stock, Day date) {
  const Db *db = &c->world->view;
  char ticker[TICKER_SIZE];
  Error err = {{0}};
  made_ticker(stock, ticker);
  assert_non_null(document_of(c, database, stock, date));
  assert_int_equal(db->delete_one(db->self, DATABASES[database], ticker, day_text(date).text, &err), STATUS_OK);
}

/* Of each stock an older session in which it traded, another one each. */
static Day older[3];

static Day find_older(const SimCase *c, size_t stock, int back) {
  Day date = sim_market_neighbour(c->market, sim_case_session(c, 0), back)->date;
  bool there = document_of(c, 0, stock, date) && document_of(c, 1, stock, date);
  return there ? date : find_older(c, stock, back + 3);
}

/* Three stocks, whose flows and minutes are complete in the evening of the third session. */
static void begin_complete(SimCase *c) {
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "watchlists");
  for (size_t session = 1; session <= 3; session++) run_at(c, sim_case_session(c, session), EVENING, SIM_UPDATE);
  for (size_t i = 0; i < 3; i++) older[i] = find_older(c, 8 + i, OLDER + (int)i);
  assert_verified(c);
}

static size_t count_older(const SimCase *c, size_t database) {
  size_t there = 0;
  for (size_t stock = 8; stock <= 10; stock++) there += document_of(c, database, stock, older[stock - 8]) != NULL;
  return there;
}

static void what_is_gone_of_the_newest_session_comes_back_in_the_next_run_that_works(void **state) {
  SimCase *c = *state;
  begin_complete(c);
  Day newest = sim_case_session(c, 2);
  for (size_t database = 0; database < 2; database++)
    for (size_t stock = 8; stock <= 10; stock++) lose_document(c, database, stock, newest);
  run_at(c, sim_case_session(c, 4), EVENING, SIM_UPDATE);
  for (size_t database = 0; database < 2; database++)
    for (size_t stock = 8; stock <= 10; stock++) assert_non_null(document_of(c, database, stock, newest));
  assert_verified(c);
}

/* Each in its turn: not all at once, and all of them within twenty sessions. */
static void what_is_gone_of_older_sessions_comes_back_within_twenty_sessions(void **state) {
  SimCase *c = *state;
  begin_complete(c);
  for (size_t database = 0; database < 2; database++)
    for (size_t stock = 8; stock <= 10; stock++) lose_document(c, database, stock, older[stock - 8]);
  for (size_t session = 4; session < 4 + RUNS; session++) {
    size_t before[2] = {count_older(c, 0), count_older(c, 1)};
    run_at(c, sim_case_session(c, session), EVENING, SIM_UPDATE);
    for (size_t database = 0; database < 2; database++)
      assert_in_range(count_older(c, database), before[database], before[database] + 1);
  }
  assert_int_equal(count_older(c, 0), 3);
  assert_int_equal(count_older(c, 1), 3);
  assert_verified(c);
}

/* A host that was off for a month has as many turns to make up for as sessions it has missed. */
static void after_a_month_without_power_each_stock_has_had_its_turn(void **state) {
  SimCase *c = *state;
  begin_complete(c);
  for (size_t database = 0; database < 2; database++)
    for (size_t stock = 8; stock <= 10; stock++) lose_document(c, database, stock, older[stock - 8]);
  run_at(c, sim_case_session(c, 3 + TURN_SESSIONS), EVENING, SIM_UPDATE);
  assert_int_equal(count_older(c, 0), 3);
  assert_int_equal(count_older(c, 1), 3);
}

static void who_names_the_dataset_has_all_of_it_looked_at(void **state) {
  SimCase *c = *state;
  static const char *const NAMES[] = {"market_flow", "minute_prices"};
  begin_complete(c);
  for (size_t database = 0; database < 2; database++) {
    for (size_t stock = 8; stock <= 10; stock++) lose_document(c, database, stock, older[stock - 8]);
    const UpdateOptions named = {.dataset = NAMES[database],
                                 .from = c->market->sessions[c->newest + 3].date,
                                 .to = c->market->sessions[c->newest + 3].date};
    SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .update = named, .ranged = true});
    assert_int_equal(result.exit_code, EXIT_DONE);
    assert_int_equal(count_older(c, database), 3);
  }
  assert_verified(c);
}

/* Nobody knows any more what its proof was about. */
static void a_session_whose_list_is_gone_or_unreadable_is_worked_on_again(void **state) {
  SimCase *c = *state;
  begin_complete(c);
  const Db *db = &c->world->view;
  Error err = {{0}};
  char gone[64], unreadable[64];
  snprintf(gone, sizeof gone, "%s_market_flow", day_text(older[0]).text);
  snprintf(unreadable, sizeof unreadable, "%s_market_flow", day_text(older[1]).text);
  size_t chosen[] = {chosen_count(c, older[0], "market_flow"), chosen_count(c, older[1], "market_flow")};
  bson_t broken = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&broken, "_id", unreadable);
  BSON_APPEND_UTF8(&broken, "tickers", "many");
  const bson_t *documents[] = {&broken};
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "chosen_stocks", gone, &err), STATUS_OK);
  assert_int_equal(db->replace_many(db->self, DB_SYSTEM, "chosen_stocks", documents, 1, &err), STATUS_OK);
  bson_destroy(&broken);
  run_at(c, sim_case_session(c, 4), EVENING, SIM_UPDATE);
  for (size_t i = 0; i < 2; i++) assert_int_equal(chosen_count(c, older[i], "market_flow"), chosen[i]);
  assert_verified(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FLOW_CASE(what_is_gone_of_the_newest_session_comes_back_in_the_next_run_that_works),
      FLOW_CASE(what_is_gone_of_older_sessions_comes_back_within_twenty_sessions),
      FLOW_CASE(after_a_month_without_power_each_stock_has_had_its_turn),
      FLOW_CASE(who_names_the_dataset_has_all_of_it_looked_at),
      FLOW_CASE(a_session_whose_list_is_gone_or_unreadable_is_worked_on_again),
  };
  return cmocka_run_group_tests_name("flow_look", tests, NULL, NULL);
}
