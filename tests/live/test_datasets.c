/* market_totals and index_days over the wire: they come after the prices, prove themselves, come back when they are
 * gone, and are done without where the key or the settings have none of it. */
#include <stdlib.h>

#include "live_db.h"

static const char NOW[] = "2025-03-05T00:00:00Z", NEWEST[] = "2025-03-04", BEFORE[] = "2025-02-28";
static const char LATER[] = "2025-03-06T00:00:00Z", NEXT[] = "2025-03-05";
static const char LATEST[] = "2025-03-07T00:00:00Z";
static const char *const NAMES[] = {"KOSPI", "KOSDAQ", "KOSPI200"};
enum { SESSIONS = 12, INDICES = 3 };

static void set_up(LiveWorld *world) { live_do(world, "manual_setup", NOW, "--days 12"); }

static long index_calls(LiveWorld *world) {
  return replay_run_calls(&world->exchange, "/svc/apis/idx/kospi_dd_trd") +
         replay_run_calls(&world->exchange, "/svc/apis/idx/kosdaq_dd_trd");
}

static void assert_state(LiveWorld *world, const char *date, const char *dataset, const char *state) {
  assert_string_equal(live_state(world, date, dataset).text, state);
}

static void assert_whole(LiveWorld *world, int64_t sessions) {
  assert_int_equal(live_count(world, "system_info", "market_totals"), sessions);
  for (size_t i = 0; i < INDICES; i++) assert_int_equal(live_count(world, "index_data", NAMES[i]), sessions);
}

static bool alert_is_open(LiveWorld *world, const char *id) {
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  bson_iter_t resolved;
  bool open = alert && !(bson_iter_init_find(&resolved, alert, "resolved_utc") && BSON_ITER_HOLDS_DATE_TIME(&resolved));
  if (alert) bson_destroy(alert);
  return open;
}

static void they_come_after_the_prices_and_are_asked_once_for_both(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  assert_whole(world, SESSIONS);
  assert_int_equal(index_calls(world), 2 * SESSIONS);
  assert_state(world, NEWEST, "market_totals", "completed");
  assert_state(world, NEWEST, "index_days", "completed");
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  assert_whole(world, SESSIONS + 1);
  assert_int_equal(index_calls(world), 2);
  assert_state(world, NEXT, "market_totals", "completed");
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(live_calls(world), 0);
}

static void one_alone_is_asked_for_by_its_name(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_delete(world, "system_info", "market_totals", BEFORE);
  live_delete(world, "index_data", "KOSPI", BEFORE);
  live_forget_calls(world);
  live_do(world, "daily_update", NOW, "--dataset market_totals --date 2025-02-28");
  assert_int_equal(live_calls(world), 2);
  assert_true(live_has(world, "system_info", "market_totals", BEFORE));
  assert_false(live_has(world, "index_data", "KOSPI", BEFORE));
  live_do(world, "daily_update", LATER, "--dataset market_totals");
  live_assert_state(world, NEXT, "absent");
}

static void what_is_deleted_or_altered_is_found_and_comes_back(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  LiveDump whole = live_dump(world, LIVE_CONTENT);
  live_delete(world, "system_info", "market_totals", BEFORE);
  live_update(world, "index_data", "KOSPI", BEFORE, "{\"$set\": {\"close\": 1.5}}");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "daily_update --dataset market_totals --date 2025-02-28");
  live_assert_says(result.out, "daily_update --dataset index_days --date 2025-02-28");
  live_do(world, "daily_update", NOW, "--dataset market_totals --date 2025-02-28");
  live_do(world, "daily_update", NOW, "--dataset index_days --date 2025-02-28");
  live_do(world, "manual_setup", NOW, "--verify");
  live_assert_holds(world, LIVE_CONTENT, &whole);
  live_dump_free(&whole);
  live_delete(world, "index_data", "KOSDAQ", BEFORE);
  live_do(world, "daily_update", LATER, "");
  assert_whole(world, SESSIONS + 1);
}

static void a_key_without_the_service_is_told_once_and_stops_nothing(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=not-approved&market=index-KOSPI");
  live_fault(world, "kind=not-approved&market=index-KOSDAQ");
  set_up(world);
  assert_int_equal(index_calls(world), 1);
  bson_t *door = live_get(world, "system_info", "source_state", "krx-index");
  live_assert_instant(door, "blocked_until_utc");
  bson_destroy(door);
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  live_do(world, "daily_update", LATEST, "");
  live_assert_state(world, NEXT, "completed");
  assert_int_equal(index_calls(world), 0);
  assert_int_equal(live_count(world, "system_info", "market_totals"), 0);
  assert_false(alert_is_open(world, "market_totals-missing:market_totals"));
  assert_false(alert_is_open(world, "index_days-missing:index_days"));
  LiveResult named = live_run_at(world, "daily_update", LATEST, "--dataset index_days");
  live_assert_exit(&named, 75);
}

static void a_server_without_the_service_is_asked_once_a_week(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=status&value=404&market=index-KOSPI");
  live_fault(world, "kind=status&value=404&market=index-KOSDAQ");
  set_up(world);
  live_do(world, "daily_update", LATER, "");
  live_assert_state(world, NEXT, "completed");
  assert_int_equal(index_calls(world), 1);
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(live_calls(world), 0);
}

static void without_names_nothing_is_asked_or_written(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_INDICES_NAMES", "");
  set_up(world);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(index_calls(world), 0);
  assert_state(world, NEXT, "market_totals", "absent");
  assert_int_equal(live_count(world, "system_info", "market_totals"), 0);
  for (size_t i = 0; i < INDICES; i++) assert_false(live_has_collection(world, "index_data", NAMES[i]));
}

static void an_index_that_is_added_is_fetched_for_all_sessions(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_INDICES_NAMES", "KOSPI,KOSDAQ");
  set_up(world);
  assert_false(live_has_collection(world, "index_data", "KOSPI200"));
  live_set(world, "CLOSEBELL_INDICES_NAMES", "KOSPI,KOSDAQ,KOSPI200");
  live_do(world, "daily_update", NOW, "");
  assert_whole(world, SESSIONS);
}

static void a_total_that_differs_is_told_with_both_figures_and_ends(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_fault(world, "kind=totals&market=index-KOSDAQ&date=2025-02-28");
  LiveResult result = live_run_at(world, "daily_update", NOW, "--dataset market_totals --date 2025-02-28");
  live_assert_exit(&result, 75);
  assert_state(world, BEFORE, "market_totals", "failed");
  bson_t *totals = live_get(world, "system_info", "market_totals", BEFORE);
  bson_t *status = live_get(world, "system_info", "job_status", "2025-02-28_market_totals");
  bson_iter_t at, inner;
  assert_true(bson_iter_init(&at, totals) && bson_iter_find_descendant(&at, "KOSDAQ.volume_published", &inner));
  char figure[32];
  snprintf(figure, sizeof figure, "%lld", (long long)bson_iter_int64(&inner) % 1000);
  live_assert_says(live_text(status, "reason"), "KOSDAQ");
  live_assert_says(live_text(status, "reason"), figure);
  bson_destroy(status);
  bson_destroy(totals);
  assert_true(alert_is_open(world, "market-totals:2025-02-28"));
  live_clear_faults(world);
  live_do(world, "daily_update", LATER, "");
  assert_state(world, BEFORE, "market_totals", "completed");
  assert_false(alert_is_open(world, "market-totals:2025-02-28"));
}

/* The links of the new session agree: totals alone tell. */
static void a_new_session_that_its_totals_contradict_is_not_believed(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_fault(world, "kind=totals&market=index-KOSPI&date=2025-03-05");
  LiveResult result = live_run_at(world, "daily_update", LATER, "");
  live_assert_exit(&result, 75);
  live_assert_state(world, NEXT, "failed");
  assert_false(live_has(world, "system_info", "market_days", NEXT));
  assert_false(live_has(world, "stock_data", "005930", NEXT));
  bson_t *status = live_get(world, "system_info", "job_status", "2025-03-05_daily_update");
  live_assert_says(live_text(status, "reason"), "KOSPI");
  live_assert_says(live_text(status, "reason"), "is published");
  bson_destroy(status);
  assert_true(alert_is_open(world, "session-failed:2025-03-05"));
  live_clear_faults(world);
  live_do(world, "daily_update", LATER, "");
  live_assert_state(world, NEXT, "completed");
  assert_state(world, NEXT, "market_totals", "completed");
  assert_false(alert_is_open(world, "session-failed:2025-03-05"));
}

/* Two sessions are missing before it: without totals it would wait for them, or for five days. */
static void a_session_behind_missing_ones_is_believed_when_its_totals_agree(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_fault(world, "kind=status&value=500&date=2025-03-05");
  live_fault(world, "kind=status&value=500&date=2025-03-06");
  live_fault(world, "kind=status&value=500&date=2025-03-07");
  live_set(world, "CLOSEBELL_INDICES_NAMES", "");
  live_run_at(world, "daily_update", "2025-03-11T00:00:00Z", "");
  live_assert_state(world, "2025-03-10", "failed");
  live_set(world, "CLOSEBELL_INDICES_NAMES", "KOSPI,KOSDAQ,KOSPI200");
  live_run_at(world, "daily_update", "2025-03-11T00:00:00Z", "");
  live_assert_state(world, "2025-03-10", "completed");
  live_clear_faults(world);
  live_do(world, "daily_update", "2025-03-11T00:00:00Z", "");
  live_assert_state(world, "2025-03-06", "completed");
  assert_whole(world, SESSIONS + 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(they_come_after_the_prices_and_are_asked_once_for_both, live_reset_test),
      cmocka_unit_test_setup(one_alone_is_asked_for_by_its_name, live_reset_test),
      cmocka_unit_test_setup(what_is_deleted_or_altered_is_found_and_comes_back, live_reset_test),
      cmocka_unit_test_setup(a_key_without_the_service_is_told_once_and_stops_nothing, live_reset_test),
      cmocka_unit_test_setup(a_server_without_the_service_is_asked_once_a_week, live_reset_test),
      cmocka_unit_test_setup(without_names_nothing_is_asked_or_written, live_reset_test),
      cmocka_unit_test_setup(an_index_that_is_added_is_fetched_for_all_sessions, live_reset_test),
      cmocka_unit_test_setup(a_total_that_differs_is_told_with_both_figures_and_ends, live_reset_test),
      cmocka_unit_test_setup(a_new_session_that_its_totals_contradict_is_not_believed, live_reset_test),
      cmocka_unit_test_setup(a_session_behind_missing_ones_is_believed_when_its_totals_agree, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
