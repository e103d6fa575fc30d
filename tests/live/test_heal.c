/* Whatever is missing or damaged when a run begins is there and right when the next sessions are done: what was missed,
 * and what somebody has deleted or changed. The end is compared with a database to which nothing ever happened. */
#include <stdlib.h>

#include "live_db.h"
#include "named.h"

/* Set up with the 12 sessions up to 2025-04-10, then five sessions that are due one morning after the other. */
static const char DAYS[] = "--days 12";
static const char *const MORNINGS[] = {"2025-04-11T00:00:00Z", "2025-04-14T00:00:00Z", "2025-04-15T00:00:00Z",
                                       "2025-04-16T00:00:00Z", "2025-04-17T00:00:00Z", "2025-04-18T00:00:00Z"};
enum { MORNING_COUNT = sizeof MORNINGS / sizeof MORNINGS[0], LAST = MORNING_COUNT - 1 };

static const char FIRST[] = "2025-03-26", MIDDLE[] = "2025-04-03", LATER[] = "2025-04-08";

typedef struct {
  LiveWorld *world;
  LiveDump mornings[MORNING_COUNT]; /* after that morning's update and analysis, undisturbed */
} Scene;

static void run_morning(LiveWorld *world, const char *now) {
  live_do(world, "daily_update", now, "");
  live_do(world, "hourly_analysis", now, "");
}

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  void *world = NULL;
  *state = scene;
  if (scene == NULL || live_setup_days(&world) != 0) return -1;
  scene->world = world;
  live_do(scene->world, "manual_setup", MORNINGS[0], DAYS);
  for (size_t i = 0; i < MORNING_COUNT; i++) {
    run_morning(scene->world, MORNINGS[i]);
    scene->mornings[i] = live_dump(scene->world, LIVE_RESULT);
  }
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  void *world = scene->world;
  for (size_t i = 0; i < MORNING_COUNT; i++) live_dump_free(&scene->mornings[i]);
  live_teardown(&world);
  free(scene);
  return 0;
}

static int reset(void **state) {
  live_world_reset(((Scene *)*state)->world);
  return 0;
}

/* An analysed database, before anything happens to it. */
static int set_up(void **state) {
  LiveWorld *world = ((Scene *)*state)->world;
  reset(state);
  live_do(world, "manual_setup", MORNINGS[0], DAYS);
  live_do(world, "hourly_analysis", MORNINGS[0], "");
  live_forget_calls(world);
  return 0;
}

static void assert_result(Scene *scene, size_t morning) {
  live_assert_holds(scene->world, LIVE_RESULT, &scene->mornings[morning]);
}

static void assert_differs(Scene *scene, size_t morning) {
  LiveDump result = live_dump(scene->world, LIVE_RESULT);
  bool same = result.count == scene->mornings[morning].count;
  for (size_t i = 0; i < result.count && same; i++)
    same = strcmp(result.lines[i], scene->mornings[morning].lines[i]) == 0;
  live_dump_free(&result);
  assert_false(same);
}

static long calls_for(LiveWorld *world, const char *date) { return replay_run_calls(&world->exchange, date); }

/* What the run that ended last says it has repaired. */
static int64_t healed_rows(LiveWorld *world) {
  LiveDocuments runs = live_documents(world, "system_info", "job_runs");
  int64_t healed = 0;
  for (size_t i = 0; i < runs.count; i++)
    if (live_has_field(runs.items[i], "healed")) healed += live_int64(runs.items[i], "healed");
  live_documents_free(&runs);
  return healed;
}

/* The analysis of that day is not what it should be until somebody does it again. */
static void spoil_analysis(LiveWorld *world, const char *ticker, const char *date) {
  live_update(world, "stock_analyzed", ticker, date, "{\"$set\": {\"close\": 1.5, \"sma_5\": 2.5}}");
}

/* ---- outages ---- */

static void a_missed_week_is_caught_up_by_one_update(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(scene->world, "daily_update", MORNINGS[LAST], "");
  live_assert_says(result.err, "5 sessions completed");
  live_do(scene->world, "hourly_analysis", MORNINGS[LAST], "");
  assert_result(scene, LAST);
}

static void a_week_without_any_program_but_set_up_makes_no_difference(void **state) {
  Scene *scene = *state;
  live_do(scene->world, "manual_setup", MORNINGS[0], DAYS);
  live_do(scene->world, "daily_update", MORNINGS[LAST], "");
  live_do(scene->world, "hourly_analysis", MORNINGS[LAST], "");
  assert_result(scene, LAST);
}

/* ---- the archive ---- */

static void a_hole_in_the_middle_of_the_archive_is_refetched(void **state) {
  Scene *scene = *state;
  live_delete(scene->world, "system_info", "market_days", MIDDLE);
  spoil_analysis(scene->world, "005930", LATER);
  spoil_analysis(scene->world, "000660", MIDDLE);
  run_morning(scene->world, MORNINGS[1]);
  assert_int_equal(calls_for(scene->world, "20250403"), 4); /* KOSPI and KOSDAQ, rows and totals */
  assert_result(scene, 1);
}

static void several_sessions_deleted_from_the_archive_are_refetched(void **state) {
  Scene *scene = *state;
  live_delete(scene->world, "system_info", "market_days", FIRST);
  live_delete(scene->world, "system_info", "market_days", "2025-04-02");
  live_delete(scene->world, "system_info", "market_days", MIDDLE);
  live_delete(scene->world, "system_info", "market_days", "2025-04-10");
  spoil_analysis(scene->world, "005930", FIRST);
  run_morning(scene->world, MORNINGS[1]);
  assert_result(scene, 1);
}

static void spoil_archive(LiveWorld *world, const char *date) {
  live_update(world, "system_info", "market_days", date,
              "{\"$set\": {\"data\": {\"$binary\": {\"base64\": \"KLUv/QBYAQAA\", \"subType\": \"00\"}}}}");
}

static void a_damaged_archive_document_is_replaced_when_it_is_asked_for(void **state) {
  Scene *scene = *state;
  spoil_archive(scene->world, MIDDLE);
  char arguments[32];
  snprintf(arguments, sizeof arguments, "--date %s", MIDDLE);
  LiveResult result = live_do(scene->world, "daily_update", MORNINGS[0], arguments);
  live_assert_says(result.err, MIDDLE);
  live_do(scene->world, "hourly_analysis", MORNINGS[0], "");
  assert_result(scene, 0);
}

static bool damage_is_reported(LiveWorld *world, const char *date) {
  char id[64];
  snprintf(id, sizeof id, "archive-damaged:%s", date);
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  bool open = alert != NULL && !live_has_field(alert, "resolved_utc");
  bson_destroy(alert);
  return open;
}

static void damaged_archive_documents_are_found_with_the_next_session_and_fetched_again(void **state) {
  Scene *scene = *state;
  static const char *const dates[] = {"2025-03-26", "2025-04-02", "2025-04-03", "2025-04-10"};
  for (size_t i = 0; i < 4; i++) spoil_archive(scene->world, dates[i]);
  live_delete(scene->world, "system_info", "target_tickers", "000660"); /* which is worked out from the archive */
  LiveResult result = live_do(scene->world, "daily_update", MORNINGS[1], "");
  assert_named(result.err, "2025-04-03|archive");
  for (size_t i = 0; i < 4; i++) assert_false(damage_is_reported(scene->world, dates[i]));
  live_do(scene->world, "hourly_analysis", MORNINGS[1], "");
  assert_result(scene, 1);
}

static void a_damaged_archive_document_is_reported_while_the_exchange_does_not_help(void **state) {
  Scene *scene = *state;
  spoil_archive(scene->world, MIDDLE);
  live_fault(scene->world, "kind=half&date=20250403");
  LiveResult result = live_run_at(scene->world, "daily_update", MORNINGS[1], "");
  live_assert_exit(&result, 75);
  assert_true(damage_is_reported(scene->world, MIDDLE));
  live_clear_faults(scene->world);
  run_morning(scene->world, MORNINGS[1]);
  assert_false(damage_is_reported(scene->world, MIDDLE));
  assert_result(scene, 1);
}

static const char UNREADABLE[] = "{\"_id\": \"%s\", \"markets\": [\"KOSPI\"], \"data\": \"somebody's\"}";

static void insert_unreadable(LiveWorld *world, const char *date) {
  char document[128];
  snprintf(document, sizeof document, UNREADABLE, date);
  live_insert(world, "system_info", "market_days", document);
}

static void somebodys_document_in_the_place_of_a_closed_day_is_removed(void **state) {
  LiveWorld *world = ((Scene *)*state)->world;
  static const char HOLIDAY[] = "2025-03-03";
  live_do(world, "manual_setup", "2025-03-11T00:00:00Z", "--days 8");
  live_assert_state(world, HOLIDAY, "closed");
  insert_unreadable(world, HOLIDAY);
  LiveResult result = live_do(world, "daily_update", "2025-03-12T00:00:00Z", "");
  assert_named(result.err, "2025-03-03|market_days");
  assert_false(live_has(world, "system_info", "market_days", HOLIDAY));
  assert_false(damage_is_reported(world, HOLIDAY));
  live_assert_state(world, HOLIDAY, "closed");
  assert_int_equal(calls_for(world, "20250303"), 2); /* those of set-up: nobody had to ask again */
  insert_unreadable(world, HOLIDAY);
  live_do(world, "daily_update", "2025-03-12T00:00:00Z", "--date 2025-03-03"); /* as --verify says */
  assert_false(live_has(world, "system_info", "market_days", HOLIDAY));
}

/* A day that somebody calls completed, with a document that nobody can read: the exchange answers nothing for it, and
 * the session behind it continues the one before it. */
static void a_closed_day_that_somebody_calls_completed_is_closed_again(void **state) {
  LiveWorld *world = ((Scene *)*state)->world;
  static const char HOLIDAY[] = "2025-03-03";
  live_do(world, "manual_setup", "2025-03-11T00:00:00Z", "--days 8");
  LiveDump undisturbed = live_dump(world, LIVE_RESULT);
  insert_unreadable(world, HOLIDAY);
  live_update(world, "system_info", "job_status", "2025-03-03_daily_update", "{\"$set\": {\"status\": \"completed\"}}");
  LiveResult result = live_do(world, "daily_update", "2025-03-11T00:00:00Z", "--from 2025-02-28 --to 2025-03-05");
  assert_named(result.err, "2025-03-03|removed");
  live_assert_state(world, HOLIDAY, "closed");
  assert_false(damage_is_reported(world, HOLIDAY));
  LiveDump healed = live_dump(world, LIVE_RESULT);
  live_assert_same(&healed, &undisturbed);
  live_dump_free(&undisturbed);
  live_dump_free(&healed);
}

/* The exchange has lost the session: the day fails for as long as that lasts, and whatever is new is taken in. */
static void a_damaged_session_that_the_exchange_has_lost_holds_no_other(void **state) {
  Scene *scene = *state;
  LiveWorld *world = scene->world;
  spoil_archive(world, MIDDLE);
  live_fault(world, "kind=empty&date=20250403");
  for (size_t morning = 1; morning <= 2; morning++) {
    LiveResult result = live_run_at(world, "daily_update", MORNINGS[morning], "");
    live_assert_exit(&result, 75);
    assert_named(result.err, "2025-04-03|2025-04-04|2025-04-02");
    live_assert_state(world, MIDDLE, "failed");
    live_assert_state(world, morning == 1 ? "2025-04-11" : "2025-04-14", "completed");
    assert_true(damage_is_reported(world, MIDDLE));
  }
  live_clear_faults(world);
  run_morning(world, MORNINGS[2]);
  assert_false(damage_is_reported(world, MIDDLE));
  assert_result(scene, 2);
}

static void set_up_again_fetches_what_it_cannot_read(void **state) {
  Scene *scene = *state;
  LiveWorld *world = scene->world;
  insert_unreadable(world, MIDDLE);
  live_do(world, "manual_setup", MORNINGS[0], DAYS);
  live_do(world, "hourly_analysis", MORNINGS[0], "");
  assert_result(scene, 0);
}

/* ---- rows ---- */

static void a_row_that_was_there_before_its_session_is_not_taken_for_it(void **state) {
  Scene *scene = *state;
  live_insert(scene->world, "stock_data", "005930", "{\"_id\": \"2025-04-11\", \"close\": {\"$numberLong\": \"1\"}}");
  live_insert(scene->world, "stock_data", "000660", "{\"_id\": \"2025-04-11\", \"close\": \"dear\", \"more\": null}");
  run_morning(scene->world, MORNINGS[1]);
  assert_result(scene, 1);
}

static void damage_rows(LiveWorld *world) {
  live_delete(world, "stock_data", "005930", MIDDLE);
  live_delete(world, "stock_data", "005930", LATER);
  live_delete(world, "stock_data", "000660", FIRST);
  live_update(world, "stock_data", "035720", MIDDLE, "{\"$set\": {\"volume\": {\"$numberLong\": \"7\"}}}");
  live_insert(world, "stock_data", "035420", "{\"_id\": \"2025-01-03\", \"close\": {\"$numberLong\": \"1\"}}");
  live_insert(world, "stock_data", "035420", "{\"_id\": \"2025-04-05\", \"close\": \"damaged and foreign\"}");
  live_insert(world, "stock_data", "035720", "{\"_id\": \"2025-04-05\", \"close\": {\"$numberLong\": \"1\"}}");
}

static void a_session_asked_for_by_name_is_compared_with_the_archive_at_once(void **state) {
  Scene *scene = *state;
  damage_rows(scene->world);
  live_do(scene->world, "daily_update", MORNINGS[0], "--to 2025-04-10");
  assert_true(healed_rows(scene->world) >= 5);
  live_do(scene->world, "hourly_analysis", MORNINGS[0], "");
  assert_result(scene, 0);
}

/* ---- statuses and the calendar ---- */

static void a_status_that_is_gone_is_made_again_without_the_network(void **state) {
  Scene *scene = *state;
  live_delete(scene->world, "system_info", "job_status", "2025-04-03_daily_update");
  spoil_analysis(scene->world, "005930", LATER);
  run_morning(scene->world, MORNINGS[0]);
  assert_int_equal(live_calls(scene->world), 0);
  assert_result(scene, 0);
}

static void all_statuses_that_are_gone_are_made_again(void **state) {
  Scene *scene = *state;
  LiveDocuments statuses = live_documents(scene->world, "system_info", "job_status");
  assert_true(statuses.count > 12);
  for (size_t i = 0; i < statuses.count; i++)
    live_delete(scene->world, "system_info", "job_status", live_id(statuses.items[i]));
  live_documents_free(&statuses);
  run_morning(scene->world, MORNINGS[0]);
  assert_result(scene, 0);
}

static void a_completed_over_missing_rows_is_found_out_by_its_projection(void **state) {
  Scene *scene = *state;
  live_update(scene->world, "system_info", "job_status", "2025-04-03_daily_update",
              "{\"$set\": {\"status\": \"running\"}}");
  live_delete(scene->world, "stock_data", "005930", MIDDLE);
  live_do(scene->world, "daily_update", MORNINGS[0], "");
  live_assert_state(scene->world, MIDDLE, "completed");
  live_do(scene->world, "hourly_analysis", MORNINGS[0], "");
  assert_result(scene, 0);
}

static void calendar_documents_that_are_gone_or_wrong_are_written_again(void **state) {
  Scene *scene = *state;
  live_delete(scene->world, "system_info", "trading_calendar", FIRST);
  live_delete(scene->world, "system_info", "trading_calendar", MIDDLE);
  live_update(scene->world, "system_info", "trading_calendar", LATER,
              "{\"$set\": {\"state\": \"closed\", \"source\": \"table\", \"reason\": \"a mistake\"}}");
  live_do(scene->world, "daily_update", MORNINGS[0], "");
  assert_int_equal(live_calls(scene->world), 0);
  assert_result(scene, 0);
}

/* ---- collections and targets ---- */

/* The whole of a collection of system_info, one after the other; each is derived from what is left. */
static void system_collections_that_are_gone_are_made_again(void **state) {
  Scene *scene = *state;
  static const char *const collections[] = {"market_days", "job_status", "trading_calendar", "latest_analysis",
                                            "job_locks"};
  for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++) {
    live_drop(scene->world, "system_info", collections[i]);
    run_morning(scene->world, MORNINGS[1 + i]);
    assert_result(scene, 1 + i);
  }
}

static bool healed_is_open(LiveWorld *world) {
  bson_t *alert = live_get(world, "system_info", "ops_alerts", "healed:daily_update");
  bool open = !live_has_field(alert, "resolved_utc");
  bson_destroy(alert);
  return open;
}

static void collections_that_are_gone_are_filled_again(void **state) {
  Scene *scene = *state;
  live_drop(scene->world, "stock_data", "005930");
  live_drop(scene->world, "stock_analyzed", "000660");
  live_drop(scene->world, "stock_data", "035720");
  live_drop(scene->world, "stock_analyzed", "035720");
  run_morning(scene->world, MORNINGS[1]);
  assert_true(healed_is_open(scene->world));
  assert_result(scene, 1);
  run_morning(scene->world, MORNINGS[2]); /* which finds nothing more */
  assert_false(healed_is_open(scene->world));
}

static void a_target_that_is_gone_is_put_back_and_analysed(void **state) {
  Scene *scene = *state;
  live_delete(scene->world, "system_info", "target_tickers", "005930");
  live_delete(scene->world, "system_info", "target_tickers", "00104K");
  run_morning(scene->world, MORNINGS[1]);
  assert_result(scene, 1);
}

/* Since when they were targets is lost; all else is not. */
static void the_next_session_fills_an_empty_universe(void **state) {
  Scene *scene = *state;
  static const char *const parts[] = {"stock_data.", "stock_analyzed.", "system_info.latest_analysis",
                                      "system_info.corporate_actions", "system_info.market_days"};
  live_drop(scene->world, "system_info", "target_tickers");
  run_morning(scene->world, MORNINGS[1]);
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
  Scene *scene = *state;
  live_delete(scene->world, "stock_analyzed", "005930", MIDDLE);
  spoil_analysis(scene->world, "000660", LATER);
  assert_differs(scene, 0);
  live_do(scene->world, "hourly_analysis", MORNINGS[0], "--force");
  assert_result(scene, 0);
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
  LiveWorld *world = ((Scene *)*state)->world;
  set_up_large_stocks(world);
  live_do(world, "daily_update", "2025-04-01T00:00:00Z", "");
  LiveDump clean = live_dump(world, LIVE_CONTENT);
  reset(state);
  set_up_large_stocks(world);
  size_t damaged = damage_every_stock(world, "2025-02-24");
  assert_true(damaged >= 7);
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

#define TEST(name) cmocka_unit_test_setup(name, set_up)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_missed_week_is_caught_up_by_one_update),
      cmocka_unit_test_setup(a_week_without_any_program_but_set_up_makes_no_difference, reset),
      TEST(a_hole_in_the_middle_of_the_archive_is_refetched),
      TEST(several_sessions_deleted_from_the_archive_are_refetched),
      TEST(a_damaged_archive_document_is_replaced_when_it_is_asked_for),
      TEST(damaged_archive_documents_are_found_with_the_next_session_and_fetched_again),
      TEST(a_damaged_archive_document_is_reported_while_the_exchange_does_not_help),
      cmocka_unit_test_setup(somebodys_document_in_the_place_of_a_closed_day_is_removed, reset),
      cmocka_unit_test_setup(a_closed_day_that_somebody_calls_completed_is_closed_again, reset),
      cmocka_unit_test_setup(a_damaged_session_that_the_exchange_has_lost_holds_no_other, set_up),
      cmocka_unit_test_setup(set_up_again_fetches_what_it_cannot_read, reset),
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
      cmocka_unit_test_setup(within_twenty_sessions_every_row_is_compared_and_repaired, reset),
  };
  return cmocka_run_group_tests_name("heal", tests, open_scene, close_scene);
}
