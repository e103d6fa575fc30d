/* What kind of paper a stock is, by the exchange's base info and by its segment: asked once a session, archived with
 * it, and done without where the key lacks the service. */
#include <stdlib.h>

#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z", NEWEST[] = "2025-03-04";
static const char LATER[] = "2025-03-06T00:00:00Z", LATEST[] = "2025-03-07T00:00:00Z";
static const char FOREIGN[] = "kind=group&market=base-KOSPI&code=000660&message=외국주권";
enum { MARKETS = 2 };

static void set_up(LiveWorld *world, const char *base_info, const char *exclude) {
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", base_info);
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", exclude);
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "2");
  live_do(world, "manual_setup", NOW, "--days 12");
}

static void assert_active(LiveWorld *world, const char *code, bool active, const char *reason) {
  bson_t *target = live_find(world, "system_info", "target_tickers", code);
  if (target == NULL) {
    assert_false(active);
    return;
  }
  assert_int_equal(live_bool(target, "is_active"), active);
  if (!active) assert_string_equal(live_text(target, "removed_reason"), reason);
  bson_destroy(target);
}

static long calls_of(LiveWorld *world, const char *program, const char *now) {
  live_forget_calls(world);
  live_do(world, program, now, "");
  return live_calls(world);
}

static void it_is_not_asked_for_unless_that_is_wanted(void **state) {
  LiveWorld *world = *state;
  live_fault(world, FOREIGN);
  set_up(world, NULL, "foreign");
  long calls = live_calls(world);
  live_world_reset(world);
  live_fault(world, FOREIGN);
  set_up(world, "auto", "foreign");
  assert_int_equal(live_calls(world), calls + MARKETS); /* for the newest session alone */
  assert_active(world, "000660", false, "");
  assert_active(world, "005930", true, "");
  assert_false(live_has_collection(world, "stock_data", "000660"));
}

static void each_new_session_asks_once_and_a_run_without_work_not_at_all(void **state) {
  LiveWorld *world = *state;
  live_fault(world, FOREIGN);
  set_up(world, "auto", "foreign");
  long with = calls_of(world, "daily_update", LATER);
  assert_int_equal(calls_of(world, "daily_update", LATER), 0);
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "off");
  assert_int_equal(calls_of(world, "daily_update", LATEST), with - MARKETS);
  assert_active(world, "000660", false, ""); /* what was said before holds */
}

static void it_is_archived_so_that_another_filter_needs_no_network(void **state) {
  LiveWorld *world = *state;
  live_fault(world, FOREIGN);
  set_up(world, "auto", "");
  assert_active(world, "000660", true, "");
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", "foreign");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "1");
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "off");
  assert_int_equal(calls_of(world, "daily_update", NOW), 0);
  assert_active(world, "000660", false, "foreign");
}

static void a_key_without_the_service_is_told_once_and_code_and_name_decide(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=status&value=401&market=base-KOSPI&message=Unauthorized API Call");
  set_up(world, "auto", "preferred,foreign");
  assert_active(world, "005935", false, "");
  assert_active(world, "000660", true, "");
  live_assert_state(world, NEWEST, "completed");
  bson_t *breaker = live_get(world, "system_info", "source_state", "krx-base-info");
  assert_named(live_text(breaker, "reason"), "Unauthorized");
  live_assert_instant(breaker, "blocked_until_utc");
  bson_destroy(breaker);
  live_forget_calls(world);
  LiveResult result = live_do(world, "daily_update", LATER, "");
  assert_null(strstr(result.err, "base info"));
  long without = live_calls(world);
  live_update(world, "system_info", "source_state", "krx-base-info",
              "{\"$set\": {\"blocked_until_utc\": {\"$date\": \"2020-01-01T00:00:00Z\"}}}");
  live_forget_calls(world);
  result = live_do(world, "daily_update", LATEST, "");
  assert_named(result.err, "krx|base info|HTTP 401|Unauthorized");
  assert_int_equal(live_calls(world), without + 1);
}

static void a_day_without_an_answer_holds_nothing_up(void **state) {
  LiveWorld *world = *state;
  live_fault(world, FOREIGN);
  set_up(world, "auto", "foreign");
  live_clear_faults(world);
  live_fault(world, "kind=status&value=500&market=base-KOSPI");
  live_fault(world, "kind=html&market=base-KOSDAQ");
  LiveResult result = live_do(world, "daily_update", LATER, "");
  assert_named(result.err, "base info|HTTP 500");
  live_assert_state(world, "2025-03-05", "completed");
  assert_active(world, "000660", false, "");
  assert_false(live_has(world, "system_info", "ops_alerts", "source-blocked:krx"));
}

static void an_administrative_issue_leaves_after_its_sessions(void **state) {
  LiveWorld *world = *state;
  set_up(world, NULL, "administrative");
  assert_active(world, "005930", true, "");
  live_fault(world, "kind=section&code=005930&message=관리종목(소속부없음)");
  live_do(world, "daily_update", LATER, "");
  assert_active(world, "005930", true, "");
  live_do(world, "daily_update", LATEST, "");
  assert_active(world, "005930", false, "administrative");
}

static void a_setting_that_is_neither_is_refused(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "yes");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--days 12");
  live_assert_exit(&result, 78);
  assert_named(result.err, "[krx] base_info|yes|auto|off");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(it_is_not_asked_for_unless_that_is_wanted, live_reset_test),
      cmocka_unit_test_setup(each_new_session_asks_once_and_a_run_without_work_not_at_all, live_reset_test),
      cmocka_unit_test_setup(it_is_archived_so_that_another_filter_needs_no_network, live_reset_test),
      cmocka_unit_test_setup(a_key_without_the_service_is_told_once_and_code_and_name_decide, live_reset_test),
      cmocka_unit_test_setup(a_day_without_an_answer_holds_nothing_up, live_reset_test),
      cmocka_unit_test_setup(an_administrative_issue_leaves_after_its_sessions, live_reset_test),
      cmocka_unit_test_setup(a_setting_that_is_neither_is_refused, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
