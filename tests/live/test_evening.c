/* The evening: the day's session from the broker, provisional, and what takes its place in the morning. */
#include <signal.h>
#include <stdlib.h>

#include "api_client.h"
#include "evening_scene.h"

static const char SET_UP[] = "2025-04-10T00:00:00Z", BEFORE[] = "2025-04-09", DATE[] = "2025-04-10";
static const char EVENING[] = "2025-04-10T06:42:00Z", LATE[] = "2025-04-10T07:05:00Z", NIGHT[] = "2025-04-10T12:00:00Z";
static const char MORNING[] = "2025-04-11T00:00:00Z";

static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  configure(scene);
  if (live_return(&scene->world, "analysed")) return 0;
  live_do(&scene->world, "manual_setup", SET_UP, "--days 40");
  live_do(&scene->world, "hourly_analysis", SET_UP, "");
  live_keep(&scene->world, "analysed");
  return 0;
}

static LiveResult evening_of(Scene *scene) { return live_run_at(&scene->world, "daily_update", EVENING, ""); }

static void assert_evening(Scene *scene, const char *state) {
  assert_string_equal(live_state(&scene->world, DATE, "evening").text, state);
}

static void assert_no_alarm(LiveWorld *world) {
  LiveDocuments alerts = live_documents(world, "system_info", "ops_alerts");
  for (size_t i = 0; i < alerts.count; i++) {
    assert_null(strstr(live_id(alerts.items[i]), "evening"));
    assert_null(strstr(live_id(alerts.items[i]), "kis"));
  }
  live_documents_free(&alerts);
}

/* Nothing is stored, the reason is on record, and nobody is alarmed. */
static void assert_nothing(Scene *scene, const char *state, const char *reason) {
  LiveWorld *world = &scene->world;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  assert_int_equal(live_count(world, "system_info", "evening_days"), 0);
  assert_evening(scene, state);
  bson_t *status = live_get(world, "system_info", "job_status", "2025-04-10_evening");
  live_assert_says(live_text(status, "reason"), reason);
  bson_destroy(status);
  assert_no_alarm(world);
  live_do(world, "hourly_analysis", NIGHT, "");
  assert_int_equal(live_count(world, "system_info", "evening_analysis"), 0);
}

/* ---- what is believed ---- */

static void an_evening_is_read_and_marked_provisional(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveDump before = live_dump(world, LIVE_SYSTEM), archive = live_dump_part(&before, "system_info.market_days");
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  assert_evening(scene, "completed");
  bson_t *status = live_get(world, "system_info", "job_status", "2025-04-10_evening");
  assert_string_equal(live_text(status, "finality"), "provisional");
  live_assert_says(live_text(status, "reason"), BEFORE);
  assert_true(live_int64(status, "stored_rows") > 0);
  bson_destroy(status);
  bson_t *session = live_get(world, "system_info", "evening_days", DATE);
  assert_string_equal(live_text(session, "finality"), "provisional");
  bson_destroy(session);
  LiveDump after = live_dump(world, LIVE_SYSTEM), now = live_dump_part(&after, "system_info.market_days");
  live_assert_same(&now, &archive);
  assert_int_equal(count(scene, "holidays"), 1);
  control(scene, "forget-calls");
  live_do(world, "daily_update", EVENING, "");
  assert_int_equal(count(scene, "calls"), 0);
  live_do(world, "daily_update", NIGHT, "");
  assert_int_equal(count(scene, "calls"), 0);
  assert_no_alarm(world);
  LiveDump *dumps[] = {&before, &archive, &after, &now};
  for (size_t i = 0; i < 4; i++) live_dump_free(dumps[i]);
}

/* ---- its analysis ---- */

static const char *const PAIRS[][2] = {{"evening_analysis", "latest_analysis"},
                                       {"evening_leaders", "leader_candidates"}};

static void assert_differences(LiveWorld *world, int64_t differences) {
  bson_t *status = live_get(world, "system_info", "job_status", "2025-04-10_evening");
  assert_int_equal(live_int64(status, "evening_differences"), differences);
  assert_string_equal(live_text(status, "status"), "completed");
  bson_destroy(status);
}

/* What is final is not touched by an evening: all but its collections, those made beside them, its status and the
 * broker's door. */
static bool is_of_the_evening(const char *line) {
  return strstr(line, "evening") || strstr(line, "chosen_stocks exists") ||
         strncmp(line, "system_info.source_state", 24) == 0;
}

static void drop_the_evening(LiveDump *dump) {
  size_t kept = 0;
  for (size_t i = 0; i < dump->count; i++) {
    if (is_of_the_evening(dump->lines[i]))
      free(dump->lines[i]);
    else
      dump->lines[kept++] = dump->lines[i];
  }
  dump->count = kept;
}

static void the_evenings_analysis_is_that_of_the_morning_and_then_gone(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveDocuments evening[2], final;
  LiveDump before = live_dump(world, LIVE_CONTENT), after;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", NIGHT, "");
  after = live_dump(world, LIVE_CONTENT);
  drop_the_evening(&before);
  drop_the_evening(&after);
  live_assert_same(&after, &before);
  for (size_t i = 0; i < 2; i++) evening[i] = live_documents(world, "system_info", PAIRS[i][0]);
  assert_true(evening[0].count > 30);
  int64_t lists = live_count(world, "system_info", "evening_strategy_days");
  assert_true(lists > 0);
  result = live_run_at(world, "hourly_analysis", NIGHT, "");
  live_assert_exit(&result, 0);
  live_do(world, "daily_update", MORNING, "");
  assert_int_equal(live_count(world, "system_info", "evening_analysis"), (int64_t)evening[0].count);
  live_do(world, "hourly_analysis", MORNING, "");
  final = live_documents(world, "system_info", PAIRS[0][1]);
  check_equal(DATE, &evening[0], &final);
  bson_t *leaders = live_get(world, "system_info", "leader_candidates", DATE), *then = unmarked(evening[1].items[0]);
  assert_true(bson_equal(leaders, then));
  assert_gone(world);
  assert_differences(world, 0);
  live_do(world, "hourly_analysis", MORNING, "");
  live_do(world, "manual_setup", MORNING, "--verify");
  bson_destroy(leaders);
  bson_destroy(then);
  live_documents_free(&final);
  for (size_t i = 0; i < 2; i++) live_documents_free(&evening[i]);
  live_dump_free(&before);
  live_dump_free(&after);
}

static void a_quota_leaves_the_smaller_ones_to_the_next_run(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", NIGHT, "--quota 5");
  assert_int_equal(live_count(world, "system_info", "evening_analysis"), 5);
  assert_true(live_has(world, "system_info", "evening_analysis", "005930"));
  assert_int_equal(live_count(world, "system_info", "evening_leaders"), 0);
  live_do(world, "hourly_analysis", NIGHT, "");
  assert_int_equal(live_count(world, "system_info", "evening_analysis"),
                   live_count(world, "system_info", "latest_analysis"));
  assert_int_equal(live_count(world, "system_info", "evening_leaders"), 1);
}

static void an_evening_that_is_read_again_is_analysed_again(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments first = live_documents(world, "system_info", "evening_analysis");
  live_do(world, "daily_update", EVENING, "--dataset evening --date 2025-04-10");
  assert_gone(world);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments second = live_documents(world, "system_info", "evening_analysis");
  assert_int_equal(first.count, second.count);
  for (size_t i = 0; i < first.count; i++) assert_true(bson_equal(first.items[i], second.items[i]));
  live_documents_free(&first);
  live_documents_free(&second);
}

static bool is_begun(LiveWorld *world, const void *context) {
  (void)context;
  return live_count(world, "system_info", "evening_analysis") > 0;
}

/* At whatever moment it died: what is missing is done, and the rest is as it would have been. */
static void a_run_that_is_killed_in_the_middle_is_gone_on_with(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  live_exchange_now(world, NIGHT);
  char arguments[64];
  snprintf(arguments, sizeof arguments, "--now %s", NIGHT);
  LiveProcess process = live_start(world, "hourly_analysis", arguments);
  live_wait_until(world, &process, is_begun, NULL);
  kill(process.pid, SIGKILL);
  live_finish(world, &process);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments evening = live_documents(world, "system_info", "evening_analysis");
  live_do(world, "daily_update", MORNING, "");
  live_do(world, "hourly_analysis", MORNING, "");
  LiveDocuments final = live_documents(world, "system_info", "latest_analysis");
  check_equal(DATE, &evening, &final);
  assert_gone(world);
  live_documents_free(&evening);
  live_documents_free(&final);
}

/* The tickers of a list, as the members of "matches". */
static int put_matches(const bson_t *list, char *to, size_t size) {
  bson_iter_t at, item;
  int count = 0;
  size_t length = (size_t)snprintf(to, size, "\"matches\":[");
  assert_true(bson_iter_init_find(&at, list, "matches"));
  assert_true(bson_iter_recurse(&at, &item));
  for (; bson_iter_next(&item) && length < size; count++)
    length += (size_t)snprintf(to + length, size - length, "%s{\"ticker\":\"%s\"}", count > 0 ? "," : "",
                               bson_iter_utf8(&item, NULL));
  assert_true(length + 2 < size);
  snprintf(to + length, size - length, "]");
  return count;
}

static int assert_screened(const Api *api, const bson_t *list) {
  static char wanted[65536];
  char target[256];
  int count = put_matches(list, wanted, sizeof wanted);
  snprintf(target, sizeof target, "/screener?strategy_name=%s&evening=1&fields=ticker&limit=1000",
           live_text(list, "strategy"));
  char *body = api_expect(api, target, 200);
  live_assert_says(body, wanted);
  live_assert_says(body, "\"date\":\"2025-04-10\"");
  live_assert_says(body, "\"finality\":\"provisional\"");
  free(body);
  return count;
}

/* The market that other screens are made of knows nothing of it. */
static void assert_archive_alone(const Api *api) {
  char *body = api_expect(api, "/screener?where=close%3E0&limit=1", 200);
  live_assert_says(body, "\"date\":\"2025-04-09\"");
  assert_null(strstr(body, "finality"));
  free(body);
  free(api_expect(api, "/screener?where=close%3E0&date=2025-04-10", 400));
}

/* The same target as while the evening stands: neither answer may be kept for the other. */
static void assert_no_evening(const Api *api) {
  char *body = api_expect(api, "/screener?strategy_name=aligned&evening=1&fields=ticker&limit=1000", 200);
  live_assert_says(body, "\"matches\":[]");
  assert_null(strstr(body, "finality"));
  free(body);
}

static void screens_of_the_evening_are_its_lists(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  Api api = api_start(world, "", true);
  int matches = 0;
  assert_no_evening(&api);
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments lists = live_documents(world, "system_info", "evening_strategy_days");
  assert_true(lists.count > 3);
  assert_archive_alone(&api);
  for (size_t i = 0; i < lists.count; i++) matches += assert_screened(&api, lists.items[i]);
  assert_true(matches > 0);
  assert_archive_alone(&api);
  live_do(world, "daily_update", MORNING, "");
  live_do(world, "hourly_analysis", MORNING, "");
  assert_no_evening(&api);
  api_await(&api, "/screener?where=close%3E0&date=2025-04-10", 200);
  assert_no_evening(&api);
  live_documents_free(&lists);
  api_stop(world, &api);
}

/* No state tells that it went. */
static void a_screen_of_an_evening_that_is_gone_is_not_kept(void **state) {
  Scene *scene = *state;
  LiveResult result = evening_of(scene);
  live_assert_exit(&result, 0);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/screener?strategy_name=aligned&evening=1&fields=ticker&limit=1000", 200);
  live_assert_says(body, "\"finality\":\"provisional\"");
  free(body);
  live_delete(&scene->world, "system_info", "evening_days", DATE);
  assert_no_evening(&api);
  api_stop(&scene->world, &api);
}

/* ---- what is not ---- */

/* Our own table does not know it. */
static void a_holiday_is_known_by_the_calendar_and_asked_once(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  char path[128];
  live_world_reset(world);
  configure(scene);
  live_set(world, "CLOSEBELL_CALENDAR_CLOSURES_FILE",
           live_file(world, "closures.csv", "date,reason\n2023-12-25,Christmas\n2023-12-29,Year-end\n", path));
  live_do(world, "manual_setup", "2023-12-29T00:00:00Z", "--days 12");
  control(scene, "now?instant=2024-01-01T15:42:00%2B09:00&speed=0");
  live_do(world, "daily_update", "2024-01-01T06:42:00Z", "");
  assert_string_equal(live_state(world, "2024-01-01", "evening").text, "closed");
  assert_int_equal(live_count(world, "system_info", "evening_days"), 0);
  assert_int_equal(count(scene, "holidays"), 1);
  assert_int_equal(count(scene, "quotes"), 0);
  live_do(world, "daily_update", "2024-01-01T06:43:00Z", "");
  assert_int_equal(count(scene, "holidays"), 1);
  assert_no_alarm(world);
}

static void quotes_of_the_day_before_are_not_the_day(void **state) {
  Scene *scene = *state;
  control(scene, "now?instant=2025-04-09T15:42:00%2B09:00&speed=0");
  control(scene, "fault?service=holidays&kind=empty");
  assert_nothing(scene, "waiting", "those of 2025-04-09");
}

static void half_the_codes_are_not_the_market(void **state) {
  Scene *scene = *state;
  control(scene, "fault?service=quotes&kind=half");
  assert_nothing(scene, "waiting", "codes were quoted");
}

static void a_broker_that_is_down_is_on_record(void **state) {
  Scene *scene = *state;
  control(scene, "fault?service=quotes&kind=status&value=503");
  assert_nothing(scene, "waiting", "503");
}

static void a_call_that_ends_behind_the_window_stores_nothing(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_EVENING_WINDOW", "15:41-15:42");
  control(scene, "fault?service=quotes&kind=slow&value=1500&times=1");
  LiveResult result = live_run_at(&scene->world, "daily_update", "2025-04-10T06:41:59Z", "");
  live_assert_exit(&result, 0);
  assert_int_equal(live_count(&scene->world, "system_info", "evening_days"), 0);
  assert_evening(scene, "waiting");
}

static void prices_that_move_within_the_minute_are_no_close(void **state) {
  Scene *scene = *state;
  control(scene, "hours?date=2025-04-10&open=1000&close=1630");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.02");
  control(scene, "now?instant=2025-04-10T15:42:00%2B09:00&speed=100");
  assert_nothing(scene, "waiting", "still trades");
}

static void a_window_that_is_over_is_no_fault(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  control(scene, "market?drift=1");
  control(scene, "now?instant=2025-04-10T16:05:00%2B09:00&speed=0");
  control(scene, "forget-calls");
  live_do(world, "daily_update", LATE, "");
  assert_int_equal(count(scene, "calls"), 0);
  assert_evening(scene, "absent");
  live_do(world, "daily_update", MORNING, "");
  live_do(world, "hourly_analysis", MORNING, "");
  assert_no_alarm(world);
}

/* The quotes of 16:00 and later are refused before anything is asked. */
static void a_window_in_the_after_market_is_no_window(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_EVENING_WINDOW", "15:41-17:00");
  control(scene, "market?drift=1");
  LiveResult result = live_run_at(&scene->world, "daily_update", "2025-04-10T07:30:00Z", "");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "window");
  assert_evening(scene, "absent");
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(an_evening_is_read_and_marked_provisional, each),
      cmocka_unit_test_setup(the_evenings_analysis_is_that_of_the_morning_and_then_gone, each),
      cmocka_unit_test_setup(a_quota_leaves_the_smaller_ones_to_the_next_run, each),
      cmocka_unit_test_setup(an_evening_that_is_read_again_is_analysed_again, each),
      cmocka_unit_test_setup(a_run_that_is_killed_in_the_middle_is_gone_on_with, each),
      cmocka_unit_test_setup(screens_of_the_evening_are_its_lists, each),
      cmocka_unit_test_setup(a_screen_of_an_evening_that_is_gone_is_not_kept, each),
      cmocka_unit_test_setup(a_holiday_is_known_by_the_calendar_and_asked_once, each),
      cmocka_unit_test_setup(quotes_of_the_day_before_are_not_the_day, each),
      cmocka_unit_test_setup(half_the_codes_are_not_the_market, each),
      cmocka_unit_test_setup(a_broker_that_is_down_is_on_record, each),
      cmocka_unit_test_setup(a_call_that_ends_behind_the_window_stores_nothing, each),
      cmocka_unit_test_setup(prices_that_move_within_the_minute_are_no_close, each),
      cmocka_unit_test_setup(a_window_that_is_over_is_no_fault, each),
      cmocka_unit_test_setup(a_window_in_the_after_market_is_no_window, each),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, start, stop);
}
