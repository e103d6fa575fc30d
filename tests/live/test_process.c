/* The three programs as an operator meets them: what they say and how they end when something is not as it should be.
 */
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <closebell/base/day.h>

#include "live_db.h"
#include "named.h"

static const char BEFORE[] = "2025-04-11T00:00:00Z", AFTER[] = "2025-04-15T00:00:00Z";
static const char *const PROGRAM_NAMES[] = {"manual_setup", "daily_update", "hourly_analysis"};
enum { PROGRAM_COUNT = 3 };

static void set_up(LiveWorld *world) { live_do(world, "manual_setup", BEFORE, "--days 6"); }

/* Whatever was asked for, nothing reached the database or the exchange. */
static void assert_untouched(LiveWorld *world) {
  assert_false(live_has_collection(world, "system_info", "meta"));
  assert_false(live_has_collection(world, "system_info", "job_runs"));
  assert_int_equal(live_calls(world), 0);
}

/* ---- usage and configuration ---- */

static void wrong_flags_are_a_usage_error(void **state) {
  LiveWorld *world = *state;
  static const char *const wrong[][2] = {
      {"manual_setup", "--sessions 3"},
      {"manual_setup", "--days 0"},
      {"manual_setup", "--days"},
      {"manual_setup", "--days=many"},
      {"manual_setup", "--now"},
      {"manual_setup", "--now yesterday"},
      {"manual_setup", "--quiet --verbose"},
      {"daily_update", "--date 2025-02-30"},
      {"daily_update", "--from 2025-04-11 --to 2025-04-10"},
      {"daily_update", "--force"},
      {"daily_update", "--quota 3"},
      {"hourly_analysis", "--quota -1"},
      {"hourly_analysis", "--budget soon"},
      {"hourly_analysis", "--ticker ../etc"},
      {"hourly_analysis", "--now 2025-04-11"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    LiveResult result = live_run(world, wrong[i][0], wrong[i][1]);
    live_assert_exit(&result, 64);
    live_assert_says(result.err, "--");
    assert_string_equal(result.out, "");
  }
  assert_untouched(world);
}

static void a_wrong_setting_names_file_and_line(void **state) {
  LiveWorld *world = *state;
  char path[128], arguments[200], expected[200];
  live_file(world, "closebell.conf", "[universe]\nmarkets = KOSPI\n[lease]\nseconds = soon\n", path);
  snprintf(arguments, sizeof arguments, "--config %s", path);
  snprintf(expected, sizeof expected, "%s:4", path);
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run(world, PROGRAM_NAMES[i], arguments);
    live_assert_exit(&result, 78);
    live_assert_says(result.err, expected);
    live_assert_says(result.err, "seconds");
  }
  assert_untouched(world);
}

static void an_unknown_setting_is_refused(void **state) {
  LiveWorld *world = *state;
  char path[128], arguments[200];
  live_file(world, "closebell.conf", "[krx]\nrate_per_minute = 3\n", path);
  snprintf(arguments, sizeof arguments, "--config %s", path);
  LiveResult result = live_run(world, "daily_update", arguments);
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "closebell.conf:2");
  live_assert_says(result.err, "rate_per_minute");
  live_set(world, "CLOSEBELL_KRX_RATE_PER_SECOND", "fast");
  result = live_run(world, "daily_update", "");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "rate_per_second");
  assert_untouched(world);
}

static void missing_files_are_configuration_errors(void **state) {
  LiveWorld *world = *state;
  LiveResult result = live_run(world, "manual_setup", "--config /nonexistent/closebell.conf");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "/nonexistent/closebell.conf");
  live_set(world, "CLOSEBELL_CALENDAR_CLOSURES_FILE", "/nonexistent/closures.csv");
  result = live_run(world, "manual_setup", "--now 2025-04-11T00:00:00Z");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "/nonexistent/closures.csv");
  assert_untouched(world);
}

static void a_wrong_market_is_a_configuration_error(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_UNIVERSE_MARKETS", "KOSPI,NASDAQ");
  LiveResult result = live_run(world, "manual_setup", "--now 2025-04-11T00:00:00Z");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "NASDAQ");
  assert_untouched(world);
}

static void help_version_and_the_sample_settings_are_printed(void **state) {
  LiveWorld *world = *state;
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run(world, PROGRAM_NAMES[i], "--help");
    live_assert_exit(&result, 0);
    live_assert_says(result.out, PROGRAM_NAMES[i]);
    live_assert_says(result.out, "--now");
    live_assert_says(result.out, "75");
    result = live_run(world, PROGRAM_NAMES[i], "--version");
    live_assert_exit(&result, 0);
    live_assert_says(result.out, PROGRAM_NAMES[i]);
  }
  assert_untouched(world);
}

static void the_printed_sample_settings_are_taken_as_they_are(void **state) {
  LiveWorld *world = *state;
  char path[128], arguments[200];
  LiveResult sample = live_run(world, "daily_update", "--print-config");
  live_assert_exit(&sample, 0);
  live_assert_says(sample.out, "rate_per_second");
  snprintf(arguments, sizeof arguments, "--config %s", live_file(world, "sample.conf", sample.out, path));
  LiveResult result = live_run(world, "daily_update", arguments);
  live_assert_exit(&result, 75); /* it went as far as the empty database */
  live_assert_says(result.err, "manual_setup");
}

/* ---- the key ---- */

static void a_wrong_key_costs_one_call(void **state) {
  LiveWorld *world = *state;
  static const char key[] = "a-wrong-key-that-is-a-secret-all-the-same";
  live_set(world, "KRX_AUTH_KEY", key);
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 30 --verbose");
  live_assert_exit(&result, 78);
  assert_int_equal(live_calls(world), 1);
  live_assert_says(result.err, "KRX_AUTH_KEY");
  live_assert_says(result.err, "Unauthorized Key");
  assert_null(strstr(result.err, key));
  assert_null(strstr(result.out, key));
  assert_int_equal(live_count(world, "system_info", "market_days"), 0);
  LiveDump dump = live_dump(world, LIVE_ALL);
  for (size_t i = 0; i < dump.count; i++) assert_null(strstr(dump.lines[i], key));
  live_dump_free(&dump);
}

static void the_right_key_goes_on_where_the_wrong_one_stopped(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_set(world, "KRX_AUTH_KEY", "another-key");
  long calls = live_calls(world);
  LiveResult result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 78);
  assert_int_equal(live_calls(world) - calls, 1);
  live_set(world, "KRX_AUTH_KEY", LIVE_KEY);
  live_do(world, "daily_update", AFTER, "");
  live_assert_state(world, "2025-04-14", "completed");
}

static void no_key_at_all_is_a_configuration_error_without_a_call(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_AUTH_KEY", NULL);
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 6");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "[krx] auth_key: ");
  assert_int_equal(live_calls(world), 0);
}

/* ---- servers that are not there ---- */

/* A port on which nothing answers: bound, and listened on only when `listening`. */
static int silent_port(bool listening, char uri[64]) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  if (listening) assert_int_equal(listen(fd, 16), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
  snprintf(uri, 64, "mongodb://127.0.0.1:%d", ntohs(address.sin_port));
  return fd;
}

static void without_a_database_every_program_says_so_in_time(void **state) {
  LiveWorld *world = *state;
  char refusing[64], silent[64];
  int fds[2] = {silent_port(false, refusing), silent_port(true, silent)};
  LiveProcess processes[PROGRAM_COUNT + 1];
  live_set(world, "MONGODB_URI", refusing);
  for (size_t i = 0; i < PROGRAM_COUNT; i++)
    processes[i] = live_start(world, PROGRAM_NAMES[i], "--now 2025-04-11T00:00:00Z");
  live_set(world, "MONGODB_URI", silent);
  processes[PROGRAM_COUNT] = live_start(world, "daily_update", "--now 2025-04-11T00:00:00Z");
  for (size_t i = 0; i <= PROGRAM_COUNT; i++) {
    LiveResult result = live_finish(world, &processes[i]);
    live_assert_exit(&result, 69);
    assert_true(result.took_ms < 35000);
    live_assert_says(result.err, strstr(i < PROGRAM_COUNT ? refusing : silent, "127."));
  }
  assert_int_equal(live_calls(world), 0);
  close(fds[0]);
  close(fds[1]);
}

static void the_database_password_is_never_shown(void **state) {
  LiveWorld *world = *state;
  live_set(world, "MONGODB_URI", "mongodb://closebell:open-sesame@127.0.0.1:1/?serverSelectionTimeoutMS=300");
  LiveResult result = live_run(world, "daily_update", "--verbose");
  live_assert_exit(&result, 69);
  assert_null(strstr(result.err, "open-sesame"));
  live_assert_says(result.err, "127.0.0.1:1");
}

static void without_an_exchange_nothing_is_stored(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_BASE_URL", "http://127.0.0.1:1");
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 6");
  live_assert_exit(&result, 69);
  live_assert_says(result.err, "127.0.0.1");
  assert_int_equal(live_count(world, "system_info", "market_days"), 0);
}

/* ---- order ---- */

static void before_set_up_the_other_two_wait_for_it(void **state) {
  LiveWorld *world = *state;
  for (size_t i = 1; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run_at(world, PROGRAM_NAMES[i], BEFORE, "");
    live_assert_exit(&result, 75);
    live_assert_says(result.err, "manual_setup");
  }
  assert_int_equal(live_calls(world), 0);
}

static void an_instant_before_the_newest_session_was_due_is_refused(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  LiveDump before = live_dump(world, LIVE_ALL);
  for (size_t i = 0; i < PROGRAM_COUNT; i++) {
    LiveResult result = live_run_at(world, PROGRAM_NAMES[i], "2025-04-10T22:59:59Z", "");
    live_assert_exit(&result, 78);
    live_assert_says(result.err, "--now");
  }
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
}

static void a_dry_run_on_an_empty_database_leaves_it_empty(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_AUTH_KEY", NULL); /* nor does it need a key */
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 6 --dry-run");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "nothing written");
  assert_untouched(world);
}

static void a_dry_run_says_what_is_missing_and_writes_nothing(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  LiveResult result = live_look(world, "daily_update", AFTER, "--dry-run");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "2025-04-11");
  live_assert_says(result.out, "2025-04-14");
  result = live_look(world, "hourly_analysis", AFTER, "--dry-run");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "2025-04-10");
}

static void a_ticker_that_is_no_target_is_a_usage_error(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  LiveResult result = live_run_at(world, "hourly_analysis", BEFORE, "--ticker 999999");
  live_assert_exit(&result, 64);
  live_assert_says(result.err, "999999");
  live_do(world, "hourly_analysis", BEFORE, "--ticker 005930");
  assert_int_equal(live_count(world, "stock_analyzed", "005930"), 6);
  assert_int_equal(live_count(world, "system_info", "latest_analysis"), 1);
}

/* ---- calls ---- */

static long weekdays_archived(LiveWorld *world, const char *newest) {
  LiveDocuments archive = live_documents(world, "system_info", "market_days");
  Day oldest, last;
  assert_true(archive.count > 0 && day_parse(live_id(archive.items[0]), &oldest) && day_parse(newest, &last));
  long count = 0;
  for (Day day = oldest; day <= last; day = day_next_weekday(day)) count++;
  live_documents_free(&archive);
  return count;
}

/* Also of the days that were asked for ahead, while others were stored; and a run that may not ask more goes on where
 * it was. */
static void set_up_asks_about_each_day_once_and_counts_it(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "30000000000000");
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "off");
  live_set(world, "CLOSEBELL_INDICES_NAMES", "");
  live_do(world, "manual_setup", BEFORE, "--days 70");
  assert_int_equal(live_count(world, "system_info", "market_days"), 70);
  assert_int_equal(live_calls(world), 2 * weekdays_archived(world, "2025-04-10"));
  bson_t *source = live_get(world, "system_info", "source_state", "krx");
  assert_int_equal(live_int64(source, "calls"), live_calls(world));
  bson_destroy(source);
  live_set(world, "CLOSEBELL_KRX_CALLS_PER_RUN", "50");
  live_forget_calls(world);
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 120");
  live_assert_exit(&result, 75);
  assert_named(result.err, "50 calls");
  assert_in_range(live_calls(world), 32, 50);
  assert_int_equal(live_calls(world) % 32, 0); /* whole chunks of days, nothing beyond them */
}

/* ---- secrets ---- */

static const char WRONG_KEY[] = "wr0ng-k3y-that-nobody-may-see";

static bool asks(LiveWorld *world, const void *context) {
  (void)context;
  return live_calls(world) > 0;
}

/* The whole of a file under /proc, NULs as blanks. */
static void read_proc(pid_t pid, const char *name, char *text, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, size - 1, file);
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\0') text[i] = ' ';
  text[length] = '\0';
  fclose(file);
}

static void a_running_program_shows_no_secret_and_leaves_no_core(void **state) {
  LiveWorld *world = *state;
  char text[4096];
  live_fault(world, "kind=slow&value=60000");
  LiveProcess process = live_start(world, "manual_setup", "--days 6 --now 2025-04-11T00:00:00Z");
  assert_true(live_wait_until(world, &process, asks, NULL));
  read_proc(process.pid, "cmdline", text, sizeof text);
  assert_null(strstr(text, LIVE_KEY));
  assert_null(strstr(text, "mongodb://"));
  read_proc(process.pid, "limits", text, sizeof text);
  live_assert_says(text, "Max core file size        0                    0 ");
  kill(process.pid, SIGSEGV);
  LiveResult result = live_finish(world, &process);
  assert_false(result.exit_code == 0);
}

/* Every text in a collection, runs and leases included. */
static void assert_not_stored(LiveWorld *world, const char *collection, const char *secret) {
  LiveDocuments documents = live_documents(world, "system_info", collection);
  for (size_t i = 0; i < documents.count; i++) {
    char *json = bson_as_canonical_extended_json(documents.items[i], NULL);
    if (strstr(json, secret) != NULL) fail_msg("system_info.%s holds a secret: %s", collection, json);
    bson_free(json);
  }
  live_documents_free(&documents);
}

static void no_secret_reaches_the_log_or_the_database(void **state) {
  LiveWorld *world = *state;
  static const char *const collections[] = {"job_runs",   "job_locks",    "job_status",
                                            "ops_alerts", "source_state", "meta"};
  static const char *const keys[] = {WRONG_KEY, LIVE_KEY};
  for (size_t i = 0; i < 2; i++) {
    live_set(world, "KRX_AUTH_KEY", keys[i]);
    LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 3 --verbose");
    live_assert_exit(&result, i == 0 ? 78 : 0);
    assert_null(strstr(result.err, keys[i]));
    assert_null(strstr(result.out, keys[i]));
  }
  LiveResult result = live_run(world, "daily_update", "--print-config");
  assert_null(strstr(result.out, LIVE_KEY));
  assert_true(live_count(world, "system_info", "job_runs") >= 2);
  for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++)
    for (size_t k = 0; k < 2; k++) assert_not_stored(world, collections[i], keys[k]);
}

/* ---- runs that never happened ---- */

static void assert_alert(LiveWorld *world, const char *id, const char *severity, int64_t count, bool open) {
  bson_t *alert = live_get(world, "system_info", "ops_alerts", id);
  assert_string_equal(live_text(alert, "severity"), severity);
  assert_int_equal(live_int64(alert, "count"), count);
  assert_int_equal(live_has_field(alert, "resolved_utc"), !open);
  bson_destroy(alert);
}

static void an_analysis_that_never_runs_is_noticed_by_the_update(void **state) {
  LiveWorld *world = *state;
  static const char alert[] = "analysis-missing:hourly_analysis";
  set_up(world);
  live_do(world, "daily_update", BEFORE, "");
  assert_false(live_has(world, "system_info", "ops_alerts", alert)); /* it has had no time yet */
  static const char *const sessions[] = {"2025-04-09_daily_update", "2025-04-10_daily_update"};
  for (size_t i = 0; i < 2; i++) {
    live_update(world, "system_info", "job_status", sessions[i],
                "{\"$set\": {\"end_time_utc\": {\"$date\": \"2025-04-11T00:00:00Z\"}}}");
    LiveResult result = live_do(world, "daily_update", BEFORE, "");
    if (i == 1) assert_named(result.err, "hourly_analysis|2 sessions");
    assert_int_equal(live_has(world, "system_info", "ops_alerts", alert), i == 1);
  }
  live_do(world, "daily_update", BEFORE, "");
  assert_alert(world, alert, "WARN", 2, true);
  live_do(world, "hourly_analysis", BEFORE, "");
  assert_alert(world, alert, "WARN", 2, false);
}

static void an_update_that_never_runs_is_noticed_by_the_analysis(void **state) {
  LiveWorld *world = *state;
  static const char alert[] = "update-missing:daily_update";
  set_up(world);
  live_do(world, "hourly_analysis", AFTER, "");
  assert_false(live_has(world, "system_info", "ops_alerts", alert)); /* an instant that was given tells nothing */
  LiveResult result = live_run(world, "hourly_analysis", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "update-missing|daily_update|sessions");
  assert_alert(world, alert, "CRITICAL", 1, true);
  live_do(world, "daily_update", AFTER, "");
  assert_alert(world, alert, "CRITICAL", 1, false);
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(wrong_flags_are_a_usage_error),
      TEST(a_wrong_setting_names_file_and_line),
      TEST(an_unknown_setting_is_refused),
      TEST(missing_files_are_configuration_errors),
      TEST(a_wrong_market_is_a_configuration_error),
      TEST(help_version_and_the_sample_settings_are_printed),
      TEST(the_printed_sample_settings_are_taken_as_they_are),
      TEST(a_wrong_key_costs_one_call),
      TEST(the_right_key_goes_on_where_the_wrong_one_stopped),
      TEST(no_key_at_all_is_a_configuration_error_without_a_call),
      TEST(without_a_database_every_program_says_so_in_time),
      TEST(the_database_password_is_never_shown),
      TEST(without_an_exchange_nothing_is_stored),
      TEST(before_set_up_the_other_two_wait_for_it),
      TEST(an_instant_before_the_newest_session_was_due_is_refused),
      TEST(a_dry_run_on_an_empty_database_leaves_it_empty),
      TEST(a_dry_run_says_what_is_missing_and_writes_nothing),
      TEST(a_ticker_that_is_no_target_is_a_usage_error),
      TEST(set_up_asks_about_each_day_once_and_counts_it),
      TEST(a_running_program_shows_no_secret_and_leaves_no_core),
      TEST(no_secret_reaches_the_log_or_the_database),
      TEST(an_analysis_that_never_runs_is_noticed_by_the_update),
      TEST(an_update_that_never_runs_is_noticed_by_the_analysis),
  };
  return cmocka_run_group_tests_name("process", tests, live_setup_days, live_teardown);
}
