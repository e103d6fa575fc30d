/* Sessions out of the archive as files and back again: the same content, checked like a source's answers. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live_db.h"
#include "live_files.h"
#include "named.h"

static const char SET_UP[] = "2024-12-30T00:00:00Z", LATER[] = "2025-01-03T00:00:00Z";
static const char WEEK[] = "2025-01-08T00:00:00Z"; /* the newest session is 2025-01-07 */

/* ---- out and in ---- */

static LiveResult export(LiveWorld *world, const char *range, const char *folder, const char *more) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--export %s --out %s %s", range, live_path(world, folder, "").text, more);
  return live_run_at(world, "manual_setup", WEEK, arguments);
}

static LiveResult import(LiveWorld *world, const char *folder, const char *more) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--import %s %s", live_path(world, folder, "").text, more);
  live_forget_calls(world);
  LiveResult result = live_run_at(world, "manual_setup", WEEK, arguments);
  assert_int_equal(live_calls(world), 0);
  return result;
}

static void export_all(LiveWorld *world, const char *folder) {
  live_clear_folder(world, folder);
  LiveResult result = export(world, "..", folder, "");
  live_assert_exit(&result, 0);
}

/* ---- contents ---- */

/* Where a session came from is the one thing that a restored archive says differently. */
static LiveDump content(LiveWorld *world, LiveDumpKind kind) {
  LiveDump dump = live_dump(world, kind);
  for (size_t i = 0; i < dump.count; i++) {
    char *source = strncmp(dump.lines[i], "system_info.market_days", 23) == 0 ? strstr(dump.lines[i], "\"csv\"") : NULL;
    if (source) memcpy(source, "\"krx\"", 5);
  }
  return dump;
}

static void assert_content(LiveWorld *world, const LiveDump *expected) {
  LiveDump dump = content(world, LIVE_CONTENT);
  live_assert_same(&dump, expected);
  live_dump_free(&dump);
}

/* A universe with a past: stocks enter and leave, and the filter changes on the way. */
static LiveDump live_through_a_week(LiveWorld *world) {
  live_fault(world, "kind=group&market=base-KOSPI&code=000660&message=외국주권");
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "auto");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "2500000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "1");
  live_do(world, "manual_setup", SET_UP, "--days 6");
  live_do(world, "daily_update", LATER, "");
  int64_t targets = live_count(world, "system_info", "target_tickers");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "1000000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "900000000000");
  live_do(world, "daily_update", WEEK, "");
  assert_true(live_count(world, "system_info", "target_tickers") > targets);
  live_do(world, "hourly_analysis", WEEK, "");
  return content(world, LIVE_CONTENT);
}

static void an_export_imported_into_an_empty_database_gives_the_same_content(void **state) {
  LiveWorld *world = *state;
  LiveDump before = live_through_a_week(world);
  int64_t targets = live_count(world, "system_info", "target_tickers");
  export_all(world, "all");
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "1000000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "900000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "1");
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "auto");
  LiveResult result = import(world, "all", "");
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", WEEK, "");
  assert_int_equal(live_count(world, "system_info", "target_tickers"), targets);
  assert_content(world, &before);
  result = live_do(world, "daily_update", WEEK, "");
  live_assert_says(result.err, "nothing due");
  result = live_do(world, "manual_setup", WEEK, "--verify");
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "11 sessions");
  assert_content(world, &before);
  live_dump_free(&before);
}

static bool has_archived_some(LiveWorld *world, const void *context) {
  return live_count(world, "system_info", "market_days") >= *(const int64_t *)context;
}

static bool has_stamped_some(LiveWorld *world, const void *context) {
  return live_count(world, "system_info", "target_tickers") > 0 && *(const int64_t *)context > 0;
}

static void an_import_that_is_killed_goes_on_where_it_was(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 12");
  LiveDump before = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_world_reset(world);
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--now %s --import %s", WEEK, live_path(world, "all", "").text);
  static const int64_t some = 4;
  LiveCondition *const moments[] = {has_archived_some, has_stamped_some};
  for (size_t i = 0; i < 2; i++) {
    LiveProcess process = live_start(world, "manual_setup", arguments);
    live_wait_until(world, &process, moments[i], &some);
    kill(process.pid, SIGKILL);
    live_finish(world, &process);
  }
  LiveResult result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_content(world, &before);
  live_dump_free(&before);
}

static void earlier_sessions_extend_the_history_like_a_larger_set_up(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 12");
  live_do(world, "hourly_analysis", WEEK, "");
  LiveDump larger = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_world_reset(world);
  live_do(world, "manual_setup", WEEK, "--days 5");
  live_do(world, "hourly_analysis", WEEK, "");
  LiveResult result = import(world, "all", "--dry-run");
  assert_named(result.err, "import 7|0|5");
  assert_int_equal(live_count(world, "system_info", "market_days"), 5);
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "7 of 12 sessions");
  live_do(world, "hourly_analysis", WEEK, "");
  assert_content(world, &larger);
  live_dump_free(&larger);
}

static void a_session_that_the_exchange_does_not_give_heals_from_its_file(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", LATER, "--days 8");
  live_do(world, "daily_update", WEEK, "");
  live_do(world, "hourly_analysis", WEEK, "");
  LiveDump whole = content(world, LIVE_RESULT);
  export_all(world, "all");
  live_world_reset(world);
  live_do(world, "manual_setup", LATER, "--days 8");
  live_fault(world, "kind=status&value=500&date=2025-01-06");
  LiveResult result = live_run_at(world, "daily_update", WEEK, "");
  live_assert_exit(&result, 75);
  live_do(world, "hourly_analysis", WEEK, "");
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "1 of");
  live_do(world, "hourly_analysis", WEEK, "");
  LiveDump healed = content(world, LIVE_RESULT);
  live_assert_same(&healed, &whole);
  live_dump_free(&healed);
  bson_t *alert = live_get(world, "system_info", "ops_alerts", "session-failed:2025-01-06");
  live_assert_instant(alert, "resolved_utc");
  bson_destroy(alert);
  live_dump_free(&whole);
}

static void newer_sessions_are_taken_in_as_an_update_does_it(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", LATER, "--days 5");
  live_do(world, "daily_update", WEEK, "");
  LiveDump updated = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_world_reset(world);
  live_do(world, "manual_setup", LATER, "--days 5");
  LiveResult result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "3 of 8 sessions");
  assert_content(world, &updated);
  live_dump_free(&updated);
}

static void an_archive_document_that_cannot_be_read_is_replaced_from_its_file(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 6");
  LiveDump whole = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_update(world, "system_info", "market_days", "2025-01-03",
              "{\"$set\": {\"data\": {\"$binary\": {\"base64\": \"AAEC\", \"subType\": \"00\"}}}}");
  LiveResult result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_content(world, &whole);
  live_dump_free(&whole);
}

/* ---- what is refused ---- */

static void assert_nothing_imported(LiveWorld *world, const char *parts) {
  LiveResult result = import(world, "bad", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, parts);
  assert_false(live_has_collection(world, "system_info", "market_days"));
  assert_false(live_has_collection(world, "system_info", "meta"));
}

/* A copy of the sessions exported, one of them edited. */
static void copy_bad(LiveWorld *world, const char *date, const char *from, const char *to) {
  live_clear_folder(world, "bad");
  DIR *stream = opendir(live_path(world, "all", "").text);
  assert_non_null(stream);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *text = live_read_file(live_path(world, "all", entry->d_name).text);
    live_write_file(live_path(world, "bad", entry->d_name).text, text);
    free(text);
  }
  closedir(stream);
  char name[32];
  snprintf(name, sizeof name, "%s.csv", date);
  if (from) live_edit_file(live_path(world, "bad", name).text, from, to);
}

static void a_broken_file_is_named_with_line_and_field_and_nothing_is_stored(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 6");
  export_all(world, "all");
  live_world_reset(world);
  copy_bad(world, "2025-01-03", "\n000660,SK하이닉스,KOSPI,", "\n000660,SK하이닉스,KOSPI,x");
  assert_nothing_imported(world, "bad/2025-01-03.csv|line 5|open");
  copy_bad(world, "2025-01-03", "\n000660,", "\n005930,");
  assert_nothing_imported(world, "bad/2025-01-03.csv|005930");
  copy_bad(world, "2025-01-03", "code,", "ticker,");
  assert_nothing_imported(world, "bad/2025-01-03.csv|line 1");
  copy_bad(world, "2025-01-03", NULL, NULL);
  assert_int_equal(
      rename(live_path(world, "bad", "2025-01-03.csv").text, live_path(world, "bad", "2025-01-04.csv").text), 0);
  assert_nothing_imported(world, "2025-01-04.csv|weekday");
  assert_int_equal(rename(live_path(world, "bad", "2025-01-04.csv").text, live_path(world, "bad", "20250103.csv").text),
                   0);
  assert_nothing_imported(world, "20250103.csv|name");
  assert_int_equal(rename(live_path(world, "bad", "20250103.csv").text, live_path(world, "bad", "2025-01-08.csv").text),
                   0);
  assert_nothing_imported(world, "2025-01-08.csv|2025-01-09 08:00 KST");
  assert_int_equal(
      rename(live_path(world, "bad", "2025-01-08.csv").text, live_path(world, "bad", "2024-11-01.csv").text), 0);
  assert_nothing_imported(world, "missing between");
  copy_bad(world, "2025-01-03", NULL, NULL);
  live_edit_file(live_path(world, "bad", "universe.txt").text, "cap=", "cup=");
  assert_nothing_imported(world, "universe.txt|line 2");
  live_clear_folder(world, "bad");
  assert_nothing_imported(world, "no file");
}

static void a_file_that_says_something_else_than_the_archive_changes_nothing(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 6");
  LiveDump before = live_dump(world, LIVE_ALL);
  export_all(world, "all");
  copy_bad(world, "2025-01-03", "\n005930,삼성전자,", "\n005930,삼성,");
  LiveResult result = import(world, "bad", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, "2025-01-03.csv|1 rows|005930");
  copy_bad(world, "2025-01-03", NULL, NULL); /* a holiday between two sessions that continue each other */
  assert_int_equal(link(live_path(world, "all", "2025-01-03.csv").text, live_path(world, "bad", "2025-01-01.csv").text),
                   0);
  result = import(world, "bad", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, "2025-01-01.csv|closed");
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
}

static void a_file_with_another_days_rows_is_not_taken_and_the_others_are(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 8");
  LiveDump whole = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_world_reset(world);
  copy_bad(world, "2025-01-03", NULL, NULL);
  LivePath lying = live_path(world, "bad", "2025-01-03.csv");
  assert_int_equal(unlink(lying.text), 0);
  assert_int_equal(link(live_path(world, "all", "2024-12-27.csv").text, lying.text), 0);
  LiveResult result = import(world, "bad", "");
  live_assert_exit(&result, 75);
  assert_named(result.err, "7 of 8 sessions");
  assert_named(result.err, "1 days|2025-01-03");
  live_assert_state(world, "2025-01-03", "failed");
  assert_false(live_has(world, "system_info", "market_days", "2025-01-03"));
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_content(world, &whole);
  live_dump_free(&whole);
}

static void a_day_without_a_file_is_closed_or_lost_by_what_its_neighbours_say(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 8");
  LiveDump whole = content(world, LIVE_CONTENT);
  export_all(world, "all");
  live_world_reset(world);
  copy_bad(world, "2025-01-03", NULL, NULL);
  assert_int_equal(unlink(live_path(world, "bad", "2025-01-03.csv").text), 0);
  LiveResult result = import(world, "bad", "");
  live_assert_exit(&result, 75);
  assert_named(result.err, "7 of 7 sessions");
  assert_named(result.err, "1 days|2025-01-03|2025-01-06|2025-01-02");
  live_assert_state(world, "2025-01-03", "failed");
  live_assert_state(world, "2025-01-01", "closed");
  live_do(world, "daily_update", WEEK, "");
  assert_content(world, &whole);
  live_dump_free(&whole);
}

/* ---- what is written ---- */

static void an_export_writes_a_range_once_and_never_over_another_file(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", WEEK, "--days 6");
  LiveDump before = live_dump(world, LIVE_ALL);
  int64_t runs = live_count(world, "system_info", "job_runs");
  live_clear_folder(world, "some");
  LiveResult result = export(world, "2025-01-03..2025-01-06", "some", "--dry-run");
  live_assert_exit(&result, 0);
  assert_named(result.err, "2 sessions|2025-01-03|2025-01-06");
  assert_int_equal(live_count_files(world, "some"), 0);
  result = export(world, "2025-01-03..2025-01-06", "some", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "2 files|0");
  assert_int_equal(live_count_files(world, "some"), 3); /* and universe.txt */
  result = export(world, "2025-01-03..", "some", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "1 files|2");
  assert_int_equal(access(live_path(world, "some", "2025-01-07.csv").text, R_OK), 0);
  struct stat info;
  assert_int_equal(stat(live_path(world, "some", "2025-01-07.csv").text, &info), 0);
  assert_int_equal(info.st_mode & 0077, 0);
  live_edit_file(live_path(world, "some", "2025-01-06.csv").text, "005930", "005931");
  result = export(world, "..2025-01-06", "some", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, "2025-01-06.csv");
  char *text = live_read_file(live_path(world, "some", "2025-01-06.csv").text);
  assert_non_null(strstr(text, "005931"));
  free(text);
  result = export(world, "2023-01-01..2023-12-31", "some", "");
  live_assert_exit(&result, 64);
  live_assert_holds(world, LIVE_ALL, &before);
  assert_int_equal(live_count(world, "system_info", "job_runs"), runs);
  live_dump_free(&before);
}

static void what_does_not_go_together_is_a_usage_error(void **state) {
  LiveWorld *world = *state;
  static const char *const wrong[] = {"--export 2025-01-03..2025-01-06",
                                      "--export yesterday --out /tmp",
                                      "--export 2025-01-06..2025-01-03 --out /tmp",
                                      "--out /tmp",
                                      "--adjusted",
                                      "--import /tmp --verify",
                                      "--import /tmp --export .. --out /tmp",
                                      "--import /tmp --days 3"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    LiveResult result = live_run(world, "manual_setup", wrong[i]);
    live_assert_exit(&result, 64);
  }
  LiveResult result = live_run(world, "manual_setup", "--import /nowhere/at/all");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "/nowhere/at/all");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(an_export_imported_into_an_empty_database_gives_the_same_content, live_reset_test),
      cmocka_unit_test_setup(an_import_that_is_killed_goes_on_where_it_was, live_reset_test),
      cmocka_unit_test_setup(earlier_sessions_extend_the_history_like_a_larger_set_up, live_reset_test),
      cmocka_unit_test_setup(a_session_that_the_exchange_does_not_give_heals_from_its_file, live_reset_test),
      cmocka_unit_test_setup(newer_sessions_are_taken_in_as_an_update_does_it, live_reset_test),
      cmocka_unit_test_setup(an_archive_document_that_cannot_be_read_is_replaced_from_its_file, live_reset_test),
      cmocka_unit_test_setup(a_broken_file_is_named_with_line_and_field_and_nothing_is_stored, live_reset_test),
      cmocka_unit_test_setup(a_file_that_says_something_else_than_the_archive_changes_nothing, live_reset_test),
      cmocka_unit_test_setup(a_file_with_another_days_rows_is_not_taken_and_the_others_are, live_reset_test),
      cmocka_unit_test_setup(a_day_without_a_file_is_closed_or_lost_by_what_its_neighbours_say, live_reset_test),
      cmocka_unit_test_setup(an_export_writes_a_range_once_and_never_over_another_file, live_reset_test),
      cmocka_unit_test_setup(what_does_not_go_together_is_a_usage_error, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_prices, live_teardown);
}
