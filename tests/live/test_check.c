/* --check-config and --check, of all three programs. */
#include <unistd.h>

#include "live_db.h"
#include "tiny_http.h"

static const char *const PROGRAM_NAMES[] = {"manual_setup", "daily_update", "hourly_analysis"};
enum { PROGRAM_COUNT = 3 };

static void assert_untouched(LiveWorld *world, long calls) {
  assert_false(live_has_collection(world, "system_info", "meta"));
  assert_false(live_has_collection(world, "system_info", "job_runs"));
  assert_int_equal(live_calls(world), calls);
}

static void check_config_names_all_errors_and_warnings_and_connects_nowhere(void **state) {
  LiveWorld *world = *state;
  char path[128], arguments[200];
  live_file(world, "many.conf",
            "[mongodb]\nuri = mongodb://closebell:My@Secret99@db/\n[lease]\nseconds = 30\nskew_seconds = 20\n"
            "[leaders]\nsignals = moon\n[krx]\nparallel = lots\nbase_url = http://api.example\n[alerts]\nwebhook = x\n",
            path);
  snprintf(arguments, sizeof arguments, "--config %s --check-config", path);
  live_set(world, "MONGODB_URI", NULL);
  live_set(world, "KRX_BASE_URL", NULL);
  live_set(world, "CLOSEBELL_UNIVERSE_MARKETS", "NASDAQ");
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run(world, PROGRAM_NAMES[i], arguments);
    live_assert_exit(&result, 78);
    static const char *const says[] = {
        "many.conf:2: [mongodb] uri",     "percent-encode @ in the password", "many.conf:4: [lease] seconds",
        "many.conf:7: [leaders] signals", "many.conf:9: [krx] parallel",      "warning: ",
        "many.conf:10: [krx] base_url",   "many.conf:12: [alerts] webhook",   "CLOSEBELL_UNIVERSE_MARKETS"};
    for (size_t k = 0; k < sizeof says / sizeof says[0]; k++) live_assert_says(result.out, says[k]);
    assert_null(strstr(result.out, "Secret99"));
    assert_null(strstr(result.out, "ecret99"));
  }
  assert_untouched(world, 0);
}

static void check_config_of_good_settings_is_0_even_where_nobody_answers(void **state) {
  LiveWorld *world = *state;
  live_set(world, "MONGODB_URI", "mongodb://127.0.0.1:1");
  live_set(world, "KRX_BASE_URL", "http://127.0.0.1:1");
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run(world, PROGRAM_NAMES[i], "--check-config");
    live_assert_exit(&result, 0);
    live_assert_says(result.out, "0 errors");
  }
}

static void a_missing_key_is_an_error_of_the_programs_that_need_it(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_AUTH_KEY", NULL);
  LiveResult result = live_run(world, "daily_update", "--check-config");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "auth_key");
  result = live_run(world, "hourly_analysis", "--check-config");
  live_assert_exit(&result, 0);
  result = live_run(world, "hourly_analysis", "--check");
  live_assert_exit(&result, 0);
  assert_int_equal(live_calls(world), 0);
}

static void check_asks_both_once_and_writes_nothing(void **state) {
  LiveWorld *world = *state;
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run(world, PROGRAM_NAMES[i], "--check");
    live_assert_exit(&result, 0);
    live_assert_says(result.out, "database: mongodb://127.0.0.1");
    live_assert_says(result.out, "exchange: ");
    assert_untouched(world, (long)i + 1);
  }
}

static void check_says_which_of_the_two_is_away(void **state) {
  LiveWorld *world = *state;
  int fd, port = tiny_closed_port(&fd);
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
  live_set(world, "KRX_BASE_URL", url);
  LiveResult result = live_run(world, "daily_update", "--check");
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "error: exchange: ");
  live_assert_says(result.out, "\ndatabase: ");
  snprintf(url, sizeof url, "mongodb://127.0.0.1:%d/?serverSelectionTimeoutMS=300", port);
  live_set(world, "MONGODB_URI", url);
  result = live_run(world, "daily_update", "--check");
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "error: exchange: ");
  live_assert_says(result.out, "error: database: ");
  close(fd);
}

static void check_names_a_wrong_key_and_leaves_a_door_shut_that_was_shut(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_AUTH_KEY", "another-key");
  LiveResult result = live_run(world, "daily_update", "--check");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "error: exchange: ");
  assert_int_equal(live_calls(world), 1);
  live_set(world, "KRX_AUTH_KEY", LIVE_KEY);
  live_fault(world, "kind=html");
  result = live_run_at(world, "manual_setup", "2025-04-11T00:00:00Z", "--days 3");
  live_assert_exit(&result, 69); /* the breaker is open now */
  long calls = live_calls(world);
  result = live_run(world, "daily_update", "--check");
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "error: exchange: ");
  assert_int_equal(live_calls(world), calls);
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(check_config_names_all_errors_and_warnings_and_connects_nowhere),
      TEST(check_config_of_good_settings_is_0_even_where_nobody_answers),
      TEST(a_missing_key_is_an_error_of_the_programs_that_need_it),
      TEST(check_asks_both_once_and_writes_nothing),
      TEST(check_says_which_of_the_two_is_away),
      TEST(check_names_a_wrong_key_and_leaves_a_door_shut_that_was_shut),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
