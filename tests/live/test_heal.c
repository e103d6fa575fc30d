/* Whatever is missing or damaged when a run begins is there and right when the next sessions are done: what was missed,
 * and what somebody has deleted or changed among rows, statuses, collections and targets. The archive:
 * test_heal_archive. The end is compared with a database to which nothing ever happened. */
#include "live_heal.h"
#include "named.h"

static void assert_differs(HealScene *scene, size_t morning) {
  LiveDump result = live_dump(scene->world, LIVE_RESULT);
  bool same = result.count == scene->mornings[morning].count;
  for (size_t i = 0; i < result.count && same; i++)
    same = strcmp(result.lines[i], scene->mornings[morning].lines[i]) == 0;
  live_dump_free(&result);
  assert_false(same);
}

/* What the run that ended last says it has repaired. */
static int64_t healed_rows(LiveWorld *world) {
  LiveDocuments runs = live_documents(world, "system_info", "job_runs");
  int64_t healed = 0;
  for (size_t i = 0; i < runs.count; i++)
    if (live_has_field(runs.items[i], "healed")) healed += live_int64(runs.items[i], "healed");
  live_documents_free(&runs);
  return healed;
}

/* ---- outages ---- */

static void a_missed_week_is_caught_up_by_one_update(void **state) {
  HealScene *scene = *state;
  LiveResult result = live_do(scene->world, "daily_update", HEAL_MORNINGS[HEAL_LAST], "");
  live_assert_says(result.err, "5 sessions completed");
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[HEAL_LAST], "");
  heal_assert_result(scene, HEAL_LAST);
}

static void a_week_without_any_program_but_set_up_makes_no_difference(void **state) {
  HealScene *scene = *state;
  live_do(scene->world, "manual_setup", HEAL_MORNINGS[0], HEAL_DAYS);
  live_do(scene->world, "daily_update", HEAL_MORNINGS[HEAL_LAST], "");
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[HEAL_LAST], "");
  heal_assert_result(scene, HEAL_LAST);
}

/* ---- rows ---- */

static void a_row_that_was_there_before_its_session_is_not_taken_for_it(void **state) {
  HealScene *scene = *state;
  live_insert(scene->world, "stock_data", "005930", "{\"_id\": \"2025-04-11\", \"close\": {\"$numberLong\": \"1\"}}");
  live_insert(scene->world, "stock_data", "000660", "{\"_id\": \"2025-04-11\", \"close\": \"dear\", \"more\": null}");
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  heal_assert_result(scene, 1);
}

static void damage_rows(LiveWorld *world) {
  live_delete(world, "stock_data", "005930", HEAL_MIDDLE);
  live_delete(world, "stock_data", "005930", HEAL_LATER);
  live_delete(world, "stock_data", "000660", HEAL_FIRST);
  live_update(world, "stock_data", "035720", HEAL_MIDDLE, "{\"$set\": {\"volume\": {\"$numberLong\": \"7\"}}}");
  live_insert(world, "stock_data", "035420", "{\"_id\": \"2025-01-03\", \"close\": {\"$numberLong\": \"1\"}}");
  live_insert(world, "stock_data", "035420", "{\"_id\": \"2025-04-05\", \"close\": \"damaged and foreign\"}");
  live_insert(world, "stock_data", "035720", "{\"_id\": \"2025-04-05\", \"close\": {\"$numberLong\": \"1\"}}");
}

static void a_session_asked_for_by_name_is_compared_with_the_archive_at_once(void **state) {
  HealScene *scene = *state;
  damage_rows(scene->world);
  live_do(scene->world, "daily_update", HEAL_MORNINGS[0], "--to 2025-04-10");
  assert_true(healed_rows(scene->world) >= 5);
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[0], "");
  heal_assert_result(scene, 0);
}

/* ---- statuses and the calendar ---- */

static void a_status_that_is_gone_is_made_again_without_the_network(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "system_info", "job_status", "2025-04-03_daily_update");
  heal_spoil_analysis(scene->world, "005930", HEAL_LATER);
  heal_run_morning(scene->world, HEAL_MORNINGS[0]);
  assert_int_equal(live_calls(scene->world), 0);
  heal_assert_result(scene, 0);
}

static void all_statuses_that_are_gone_are_made_again(void **state) {
  HealScene *scene = *state;
  LiveDocuments statuses = live_documents(scene->world, "system_info", "job_status");
  assert_true(statuses.count > 12);
  for (size_t i = 0; i < statuses.count; i++)
    live_delete(scene->world, "system_info", "job_status", live_id(statuses.items[i]));
  live_documents_free(&statuses);
  heal_run_morning(scene->world, HEAL_MORNINGS[0]);
  heal_assert_result(scene, 0);
}

static void a_completed_over_missing_rows_is_found_out_by_its_projection(void **state) {
  HealScene *scene = *state;
  live_update(scene->world, "system_info", "job_status", "2025-04-03_daily_update",
              "{\"$set\": {\"status\": \"running\"}}");
  live_delete(scene->world, "stock_data", "005930", HEAL_MIDDLE);
  live_do(scene->world, "daily_update", HEAL_MORNINGS[0], "");
  live_assert_state(scene->world, HEAL_MIDDLE, "completed");
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[0], "");
  heal_assert_result(scene, 0);
}

static void calendar_documents_that_are_gone_or_wrong_are_written_again(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "system_info", "trading_calendar", HEAL_FIRST);
  live_delete(scene->world, "system_info", "trading_calendar", HEAL_MIDDLE);
  live_update(scene->world, "system_info", "trading_calendar", HEAL_LATER,
              "{\"$set\": {\"state\": \"closed\", \"source\": \"table\", \"reason\": \"a mistake\"}}");
  live_do(scene->world, "daily_update", HEAL_MORNINGS[0], "");
  assert_int_equal(live_calls(scene->world), 0);
  heal_assert_result(scene, 0);
}

/* ---- collections and targets ---- */

/* The whole of a collection of system_info, one after the other; each is derived from what is left. */
static void system_collections_that_are_gone_are_made_again(void **state) {
  HealScene *scene = *state;
  static const char *const collections[] = {"market_days", "job_status", "trading_calendar", "latest_analysis",
                                            "job_locks"};
  for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++) {
    live_drop(scene->world, "system_info", collections[i]);
    heal_run_morning(scene->world, HEAL_MORNINGS[1 + i]);
    heal_assert_result(scene, 1 + i);
  }
}

static bool healed_is_open(LiveWorld *world) {
  bson_t *alert = live_get(world, "system_info", "ops_alerts", "healed:daily_update");
  bool open = !live_has_field(alert, "resolved_utc");
  bson_destroy(alert);
  return open;
}

static void collections_that_are_gone_are_filled_again(void **state) {
  HealScene *scene = *state;
  live_drop(scene->world, "stock_data", "005930");
  live_drop(scene->world, "stock_analyzed", "000660");
  live_drop(scene->world, "stock_data", "035720");
  live_drop(scene->world, "stock_analyzed", "035720");
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  assert_true(healed_is_open(scene->world));
  heal_assert_result(scene, 1);
  heal_run_morning(scene->world, HEAL_MORNINGS[2]); /* which finds nothing more */
  assert_false(healed_is_open(scene->world));
}

static void a_target_that_is_gone_is_put_back_and_analysed(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "system_info", "target_tickers", "005930");
  live_delete(scene->world, "system_info", "target_tickers", "00104K");
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  heal_assert_result(scene, 1);
}

/* Since when they were targets is lost; all else is not. */
static void the_next_session_fills_an_empty_universe(void **state) {
  HealScene *scene = *state;
  static const char *const parts[] = {"stock_data.", "stock_analyzed.", "system_info.latest_analysis",
                                      "system_info.corporate_actions", "system_info.market_days"};
  live_drop(scene->world, "system_info", "target_tickers");
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  LiveDump result = live_dump(scene->world, LIVE_RESULT);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    LiveDump healed = live_dump_part(&result, parts[i]), expected = live_dump_part(&scene->mornings[1], parts[i]);
    live_assert_same(&healed, &expected);
    live_dump_free(&healed);
    live_dump_free(&expected);
  }
  live_dump_free(&result);
}

static void an_analysed_collection_is_done_again_by_force(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "stock_analyzed", "005930", HEAL_MIDDLE);
  heal_spoil_analysis(scene->world, "000660", HEAL_LATER);
  assert_differs(scene, 0);
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[0], "--force");
  heal_assert_result(scene, 0);
}

/* ---- everything at once, and twenty sessions to find it ---- */

static const char LONG_SET_UP[] = "2025-03-04T00:00:00Z";
static const char *const TWENTY[] = {"03-05", "03-06", "03-07", "03-10", "03-11", "03-12", "03-13",
                                     "03-14", "03-17", "03-18", "03-19", "03-20", "03-21", "03-24",
                                     "03-25", "03-26", "03-27", "03-28", "03-31", "04-01"};

static void set_up_large_stocks(LiveWorld *world) {
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(world, "manual_setup", LONG_SET_UP, "--days 10");
}

/* One row of every stock, in one way or another. */
static size_t damage_every_stock(LiveWorld *world, const char *date) {
  static const char *const damages[] = {"{\"$set\": {\"close\": {\"$numberLong\": \"12345\"}}}",
                                        "{\"$unset\": {\"volume\": 1}}", "{\"$set\": {\"market_cap\": \"large\"}}",
                                        "{\"$set\": {\"high\": null}}", "{\"$set\": {\"low\": 1.25}}"};
  LiveDocuments targets = live_documents(world, "system_info", "target_tickers");
  size_t count = targets.count;
  for (size_t i = 0; i < count; i++) {
    const char *ticker = live_id(targets.items[i]);
    size_t way = i % 7;
    if (way < 5)
      live_update(world, "stock_data", ticker, date, damages[way]);
    else if (way == 5)
      live_delete(world, "stock_data", ticker, date);
    else
      live_insert(world, "stock_data", ticker, "{\"_id\": \"2025-01-03\", \"close\": {\"$numberLong\": \"1\"}}");
  }
  live_documents_free(&targets);
  return count;
}

/* With the filter that the message tells operators; the number of documents. */
static int64_t delete_strangers(LiveWorld *world, const char *ticker) {
  bson_error_t error;
  bson_iter_t deleted;
  bson_t reply, *filter = BCON_NEW("_id", "{", "$not", BCON_REGEX("^[-0-9]{10}$", ""), "}");
  mongoc_collection_t *from = mongoc_client_get_collection(world->client, "stock_data", ticker);
  assert_true(mongoc_collection_delete_many(from, filter, NULL, &reply, &error));
  assert_true(bson_iter_init_find(&deleted, &reply, "deletedCount"));
  int64_t count = bson_iter_as_int64(&deleted);
  bson_destroy(&reply);
  bson_destroy(filter);
  mongoc_collection_destroy(from);
  return count;
}

static void within_twenty_sessions_every_row_is_compared_and_repaired(void **state) {
  LiveWorld *world = ((HealScene *)*state)->world;
  set_up_large_stocks(world);
  live_do(world, "daily_update", "2025-04-01T00:00:00Z", "");
  LiveDump clean = live_dump(world, LIVE_CONTENT);
  heal_reset(state);
  set_up_large_stocks(world);
  size_t damaged = damage_every_stock(world, "2025-02-24");
  assert_true(damaged >= 7);
  live_drop(world, "system_info", "corporate_actions");
  live_insert(world, "system_info", "corporate_actions", "{\"_id\": \"005930:2025-02-24\", \"explained_by\": null}");
  live_insert(world, "stock_data", "005930", "{\"_id\": \"note\", \"text\": \"somebody's\"}");
  live_insert(world, "stock_data", "005930", "{\"_id\": 7, \"text\": \"and another\"}");
  int reports = 0;
  for (size_t i = 0; i < sizeof TWENTY / sizeof TWENTY[0]; i++) {
    char now[32];
    snprintf(now, sizeof now, "2025-%sT00:00:00Z", TWENTY[i]);
    LiveResult result = live_do(world, "daily_update", now, "");
    reports += is_named(result.err, "stock_data.005930|2 documents|_id");
  }
  assert_int_equal(reports, 1);
  assert_int_equal(delete_strangers(world, "005930"), 2);
  live_assert_holds(world, LIVE_CONTENT, &clean);
  assert_true(healed_rows(world) >= (int64_t)damaged);
  assert_true(live_has(world, "system_info", "ops_alerts", "healed:daily_update"));
  live_dump_free(&clean);
}

#define TEST(name) cmocka_unit_test_setup(name, heal_set_up)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_missed_week_is_caught_up_by_one_update),
      cmocka_unit_test_setup(a_week_without_any_program_but_set_up_makes_no_difference, heal_reset),
      TEST(a_row_that_was_there_before_its_session_is_not_taken_for_it),
      TEST(a_session_asked_for_by_name_is_compared_with_the_archive_at_once),
      TEST(a_status_that_is_gone_is_made_again_without_the_network),
      TEST(all_statuses_that_are_gone_are_made_again),
      TEST(a_completed_over_missing_rows_is_found_out_by_its_projection),
      TEST(calendar_documents_that_are_gone_or_wrong_are_written_again),
      TEST(system_collections_that_are_gone_are_made_again),
      TEST(collections_that_are_gone_are_filled_again),
      TEST(a_target_that_is_gone_is_put_back_and_analysed),
      TEST(the_next_session_fills_an_empty_universe),
      TEST(an_analysed_collection_is_done_again_by_force),
      cmocka_unit_test_setup(within_twenty_sessions_every_row_is_compared_and_repaired, heal_reset),
  };
  return cmocka_run_group_tests_name("heal", tests, heal_open, heal_close);
}
