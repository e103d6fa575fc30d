/* Whose turn it is, how much is done, what is left, and what becomes of tickers that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/indicator/indicator.h>

#include "sim_compare.h"
#include "sim_sample.h"

enum { SET_UP_AT = 19, HOUR_MS = 60 * 60 * 1000 };

#define MIN_CAP INT64_C(100000000000)

static SimResult analyze(SimWorld *world, AnalyzeOptions options) {
  options.budget_ms = HOUR_MS;
  return sim_run(world, &(SimRun){.program = SIM_ANALYSIS, .analysis = options, .limited = true});
}

static void assert_equal_worlds(const SimWorld *other, const SimWorld *clean) {
  Error difference = {{0}};
  if (!sim_worlds_equal(other, clean, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("%s", difference.text);
}

static int64_t count_active(const SimWorld *world) {
  int64_t active = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    bson_iter_t iter;
    const bson_t *target = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
    active += bson_iter_init_find(&iter, target, "is_active") && bson_iter_bool(&iter);
  }
  return active;
}

/* A small world, set up and not analysed. */
static SimWorld *begin(const SimMarket *market) {
  SimWorld *world = sim_sample_world(market, SET_UP_AT, MIN_CAP);
  sim_sample_set_up(world, SET_UP_AT);
  return world;
}

/* ---- who is first, and how much ---- */

static const bson_t *status_of(const SimWorld *world, size_t session) {
  char id[64];
  snprintf(id, sizeof id, "%s_hourly_analysis", day_text(world->market->sessions[session].date).text);
  const bson_t *status = sim_document(world, DB_SYSTEM, "job_status", id);
  assert_non_null(status);
  return status;
}

static void assert_status(const SimWorld *world, size_t session, const char *state, int64_t analyzed,
                          int64_t remaining) {
  const bson_t *status = status_of(world, session);
  assert_string_equal(sim_text(status, "status"), state);
  assert_int_equal(sim_int64(status, "analyzed"), analyzed);
  assert_int_equal(sim_int64(status, "remaining"), remaining);
}

static bool is_failed(const SimWorld *world, size_t session, const char *ticker) {
  bson_iter_t iter, item;
  if (!bson_iter_init_find(&iter, status_of(world, session), "failed")) return false;
  if (!bson_iter_recurse(&iter, &item)) return false;
  while (bson_iter_next(&item))
    if (strcmp(bson_iter_utf8(&item, NULL), ticker) == 0) return true;
  return false;
}

/* Of the targets, those for which it holds have market caps no smaller than the others'. */
typedef bool IsDone(const SimWorld *world, const bson_t *target);

static size_t assert_largest_are_done(const SimWorld *world, IsDone *is_done) {
  int64_t smallest_done = INT64_MAX, largest_open = 0;
  size_t done = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    const bson_t *target = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
    int64_t cap = sim_int64(target, "market_cap");
    if (is_done(world, target)) {
      done++;
      if (cap < smallest_done) smallest_done = cap;
    } else if (cap > largest_open) {
      largest_open = cap;
    }
  }
  assert_true(smallest_done >= largest_open);
  return done;
}

static bool is_analyzed(const SimWorld *world, const bson_t *target) {
  (void)world;
  return bson_has_field(target, "last_analyzed_date");
}

static bool has_new_version(const SimWorld *world, const bson_t *target) {
  (void)world;
  return sim_int64(target, "analysis_version") == indicator_version();
}

static void the_quota_takes_the_largest_first_and_the_status_counts_the_rest(void **state) {
  SimWorld *world = begin(*state);
  int64_t all = count_active(world);
  assert_true(all > 20);
  for (int64_t done = 7; done < all; done += 7) {
    SimResult result = analyze(world, (AnalyzeOptions){.quota = 7});
    assert_int_equal(result.exit_code, EXIT_DONE);
    assert_int_equal(assert_largest_are_done(world, is_analyzed), done);
    assert_status(world, SET_UP_AT, "waiting", done, all - done);
    assert_string_equal(sim_text(status_of(world, SET_UP_AT), "reason"), "quota");
  }
  analyze(world, (AnalyzeOptions){.quota = 7});
  assert_status(world, SET_UP_AT, "completed", all, 0);
  sim_world_free(world);
}

static void no_quota_takes_all_in_one_run(void **state) {
  SimWorld *world = begin(*state);
  analyze(world, (AnalyzeOptions){.quota = 0});
  assert_status(world, SET_UP_AT, "completed", count_active(world), 0);
  sim_world_free(world);
}

static void time_used_up_leaves_the_rest_to_the_next_run(void **state) {
  SimWorld *world = begin(*state);
  world->round_trip_ms = 2000;
  SimRun run = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.budget_ms = 60000}};
  SimResult result = sim_run(world, &run);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_string_equal(sim_text(status_of(world, SET_UP_AT), "status"), "waiting");
  assert_string_equal(sim_text(status_of(world, SET_UP_AT), "reason"), "time");
  assert_in_range(assert_largest_are_done(world, is_analyzed), 1, (size_t)count_active(world) - 1);
  world->round_trip_ms = 1;
  sim_sample_run(world, SIM_ANALYSIS);
  assert_status(world, SET_UP_AT, "completed", count_active(world), 0);
  sim_world_free(world);
}

static void set_stamp(SimWorld *world, const char *ticker, const char *field, int64_t number, const char *text) {
  Error err = {{0}};
  bson_t *set = text ? BCON_NEW(field, BCON_UTF8(text)) : BCON_NEW(field, BCON_INT64(number));
  DbUpdate update = {.id = ticker, .set = set};
  assert_int_equal(world->view.update_many(world->view.self, DB_SYSTEM, "target_tickers", &update, 1, &err), STATUS_OK);
  bson_destroy(set);
}

static void a_new_version_redoes_everything_over_the_following_runs_largest_first(void **state) {
  SimWorld *world = begin(*state), *current = begin(*state);
  sim_sample_run(world, SIM_ANALYSIS);
  sim_sample_run(current, SIM_ANALYSIS);
  size_t all = sim_document_count(world, DB_SYSTEM, "target_tickers");
  for (size_t i = 0; i < all; i++) {
    char ticker[TICKER_SIZE];
    const bson_t *target = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
    snprintf(ticker, sizeof ticker, "%s", sim_text(target, "_id"));
    set_stamp(world, ticker, "analysis_version", indicator_version() - 1, NULL);
    assert_int_equal(world->view.delete_range(world->view.self, DB_ANALYZED, ticker, "2024-01", NULL, &(Error){{0}}),
                     STATUS_OK); /* what the old version did not know */
  }
  analyze(world, (AnalyzeOptions){.quota = 10});
  assert_int_equal(assert_largest_are_done(world, has_new_version), 10);
  assert_status(world, SET_UP_AT, "waiting", 10, (int64_t)all - 10);
  while (assert_largest_are_done(world, has_new_version) < all) {
    SimResult result = analyze(world, (AnalyzeOptions){.quota = 10});
    assert_true(result.wrote);
  }
  assert_status(world, SET_UP_AT, "completed", (int64_t)all, 0);
  assert_equal_worlds(world, current);
  sim_world_free(world);
  sim_world_free(current);
}

/* ---- failures ---- */

static SimResult analyze_refusing(SimWorld *world, const char *ticker, Status with) {
  return sim_run(world, &(SimRun){.program = SIM_ANALYSIS, .refused = ticker, .refused_with = with});
}

static int64_t failures_of(const SimWorld *world, const char *ticker, char reason[256]) {
  bson_iter_t iter, field;
  const bson_t *target = sim_document(world, DB_SYSTEM, "target_tickers", ticker);
  assert_non_null(target);
  reason[0] = '\0';
  if (!bson_iter_init_find(&iter, target, "failures") || !bson_iter_recurse(&iter, &field)) return 0;
  int64_t count = 0;
  while (bson_iter_next(&field)) {
    if (strcmp(bson_iter_key(&field), "count") == 0) count = bson_iter_as_int64(&field);
    if (strcmp(bson_iter_key(&field), "last_error") == 0) snprintf(reason, 256, "%s", bson_iter_utf8(&field, NULL));
  }
  return count;
}

static const char LARGEST[] = "005930";

static void check_failing(const SimMarket *market, Status with) {
  char reason[256];
  SimWorld *world = begin(market);
  int64_t all = count_active(world);
  for (int tries = 1; tries <= 5; tries++) { /* by every run */
    SimResult result = analyze_refusing(world, LARGEST, with);
    assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
    assert_int_equal(failures_of(world, LARGEST, reason), tries);
    assert_non_null(strstr(reason, "refused"));
    assert_status(world, SET_UP_AT, "completed", all - 1, 0);
    assert_true(is_failed(world, SET_UP_AT, LARGEST));
    sim_world_pass(world, HOUR_MS);
  }
  for (int hour = 0; hour < 22; hour++) { /* then once a day */
    analyze_refusing(world, LARGEST, with);
    assert_int_equal(failures_of(world, LARGEST, reason), 5);
    sim_world_pass(world, HOUR_MS);
  }
  sim_world_pass(world, 2 * HOUR_MS);
  analyze_refusing(world, LARGEST, with);
  assert_int_equal(failures_of(world, LARGEST, reason), 6);
  assert_null(sim_document_at(world, DB_ANALYZED, LARGEST, 0));
  sim_world_pass(world, 25 * HOUR_MS);
  sim_sample_run(world, SIM_ANALYSIS); /* whatever it was is over */
  assert_int_equal(failures_of(world, LARGEST, reason), 0);
  assert_status(world, SET_UP_AT, "completed", all, 0);
  assert_false(is_failed(world, SET_UP_AT, LARGEST));
  assert_non_null(sim_document_at(world, DB_ANALYZED, LARGEST, 0));
  sim_world_free(world);
}

static void a_ticker_that_fails_is_noted_tried_by_each_run_then_once_a_day_and_holds_nobody(void **state) {
  check_failing(*state, STATUS_BAD_DATA);
}

static void a_ticker_that_the_database_refuses_holds_nobody_either(void **state) {
  check_failing(*state, STATUS_UNAVAILABLE);
}

static void a_ticker_that_fails_on_one_day_is_made_up_for_on_the_next(void **state) {
  SimWorld *world = begin(*state), *clean = begin(*state);
  sim_sample_run(world, SIM_ANALYSIS);
  sim_sample_run(clean, SIM_ANALYSIS);
  for (size_t i = SET_UP_AT + 1; i < SET_UP_AT + 6; i++) {
    sim_sample_move_to(world, i);
    sim_sample_move_to(clean, i);
    sim_sample_run(world, SIM_UPDATE);
    sim_sample_run(clean, SIM_UPDATE);
    if (i < SET_UP_AT + 4) {
      assert_int_equal(analyze_refusing(world, LARGEST, STATUS_BAD_DATA).exit_code, EXIT_TRY_AGAIN);
    } else {
      sim_sample_run(world, SIM_ANALYSIS);
    }
    sim_sample_run(clean, SIM_ANALYSIS);
  }
  assert_equal_worlds(world, clean);
  sim_world_free(world);
  sim_world_free(clean);
}

/* ---- what somebody has changed ---- */

/* Of every series the first document goes, the second is another, and one stands where no session was. */
static void damage_every_series(const SimWorld *world) {
  Error err;
  const Db *db = &world->view;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    char ticker[TICKER_SIZE], first[DAY_TEXT_SIZE], second[DAY_TEXT_SIZE];
    snprintf(ticker, sizeof ticker, "%s", sim_text(sim_document_at(world, DB_SYSTEM, "target_tickers", i), "_id"));
    if (sim_document_count(world, DB_ANALYZED, ticker) < 2) continue;
    snprintf(first, sizeof first, "%s", sim_text(sim_document_at(world, DB_ANALYZED, ticker, 0), "_id"));
    snprintf(second, sizeof second, "%s", sim_text(sim_document_at(world, DB_ANALYZED, ticker, 1), "_id"));
    bson_t *changed = BCON_NEW("close", BCON_DOUBLE(1.5)), *foreign = BCON_NEW("_id", BCON_UTF8("2000-01-01"));
    assert_int_equal(db->delete_one(db->self, DB_ANALYZED, ticker, first, &err), STATUS_OK);
    assert_int_equal(db->update_many(db->self, DB_ANALYZED, ticker, &(DbUpdate){.id = second, .set = changed}, 1, &err),
                     STATUS_OK);
    assert_int_equal(db->insert(db->self, DB_ANALYZED, ticker, foreign, &err), STATUS_OK);
    bson_destroy(changed);
    bson_destroy(foreign);
  }
}

static bool healed_is_open(const SimWorld *world) {
  const bson_t *alert = sim_document(world, DB_SYSTEM, "ops_alerts", "healed:hourly_analysis");
  return alert && !bson_has_field(alert, "resolved_utc");
}

/* Each run that writes such a series again is killed in the middle of it first. */
static void changed_documents_are_written_again_within_twenty_sessions(void **state) {
  const SimMarket *market = *state;
  SimWorld *world = begin(market), *clean = begin(market);
  sim_sample_run(world, SIM_ANALYSIS);
  sim_sample_run(clean, SIM_ANALYSIS);
  damage_every_series(world);
  int alerts = 0, crashes = 0;
  for (size_t i = 1; i <= 22; i++) {
    sim_sample_move_to(world, SET_UP_AT + i);
    sim_sample_move_to(clean, SET_UP_AT + i);
    sim_sample_run(world, SIM_UPDATE);
    sim_sample_run(clean, SIM_UPDATE);
    if (i < 22) crashes += sim_run(world, &(SimRun){.program = SIM_ANALYSIS, .crash_at = 15 + 3 * (long)i}).crashed;
    sim_sample_run(world, SIM_ANALYSIS);
    sim_sample_run(clean, SIM_ANALYSIS);
    alerts += healed_is_open(world);
  }
  assert_in_range(alerts, 5, 20);
  assert_in_range(crashes, 15, 21);
  assert_false(healed_is_open(world)); /* the last run has looked and found nothing */
  assert_null(sim_document(clean, DB_SYSTEM, "ops_alerts", "healed:hourly_analysis"));
  assert_equal_worlds(world, clean);
  sim_world_free(world);
  sim_world_free(clean);
}

static bool is_shown(const SimWorld *world, const char *ticker) {
  return sim_document(world, DB_SYSTEM, "latest_analysis", ticker) != NULL;
}

/* A followed stock without a session with trades has no newest document; somebody has given it one. */
static void what_stands_in_latest_analysis_of_a_stock_without_trades_goes_with_the_next_analysis(void **state) {
  SimWorld *world = begin(*state);
  char ticker[TICKER_SIZE] = "";
  Error err;
  sim_sample_run(world, SIM_ANALYSIS);
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    const char *target = sim_text(sim_document_at(world, DB_SYSTEM, "target_tickers", i), "_id");
    if (!is_shown(world, target)) snprintf(ticker, sizeof ticker, "%s", target);
  }
  assert_string_not_equal(ticker, "");
  bson_t *foreign = BCON_NEW("_id", BCON_UTF8(ticker), "close", BCON_DOUBLE(1.5));
  assert_int_equal(world->view.insert(world->view.self, DB_SYSTEM, "latest_analysis", foreign, &err), STATUS_OK);
  bson_destroy(foreign);
  size_t others = sim_document_count(world, DB_SYSTEM, "latest_analysis") - 1;
  analyze(world, (AnalyzeOptions){.ticker = ticker, .force = true});
  assert_false(is_shown(world, ticker));
  assert_int_equal(sim_document_count(world, DB_SYSTEM, "latest_analysis"), others);
  sim_world_free(world);
}

/* ---- the group ---- */

static int open_market(void **state) {
  *state = sim_sample_market(SIM_SAMPLE_DAYS);
  return 0;
}

static int close_market(void **state) {
  sim_market_free(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_quota_takes_the_largest_first_and_the_status_counts_the_rest),
      cmocka_unit_test(no_quota_takes_all_in_one_run),
      cmocka_unit_test(time_used_up_leaves_the_rest_to_the_next_run),
      cmocka_unit_test(a_new_version_redoes_everything_over_the_following_runs_largest_first),
      cmocka_unit_test(a_ticker_that_fails_is_noted_tried_by_each_run_then_once_a_day_and_holds_nobody),
      cmocka_unit_test(a_ticker_that_the_database_refuses_holds_nobody_either),
      cmocka_unit_test(a_ticker_that_fails_on_one_day_is_made_up_for_on_the_next),
      cmocka_unit_test(changed_documents_are_written_again_within_twenty_sessions),
      cmocka_unit_test(what_stands_in_latest_analysis_of_a_stock_without_trades_goes_with_the_next_analysis),
  };
  return cmocka_run_group_tests(tests, open_market, close_market);
}
