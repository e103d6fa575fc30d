/* manual_setup --verify: says what is wrong, changes nothing, and names the command that heals it. */
#include <stdlib.h>
#include <string.h>

#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z";

static int open_scene(void **state) {
  if (live_setup_days(state) != 0) return -1;
  live_do(*state, "manual_setup", NOW, "--days 12");
  return 0;
}

/* Each test leaves a whole database behind. */
static LiveResult verify(LiveWorld *world) { return live_look(world, "manual_setup", NOW, "--verify"); }

static void assert_whole(LiveWorld *world) {
  LiveResult result = verify(world);
  live_assert_exit(&result, 0);
  assert_string_equal(result.out, "");
}

static bool names_a_command(const char *line) {
  static const char *const COMMANDS[] = {"daily_update", "hourly_analysis", "manual_setup", "in mongosh: "};
  for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
    if (strstr(line, COMMANDS[i])) return true;
  return false;
}

/* A finding without a cure is of no use. What only says that it has to wait is none. */
static void assert_each_finding_names_its_cure(const LiveResult *result) {
  static const char POSTPONED[] = "stock_analyzed and latest_analysis are compared when";
  char *lines = strdup(result->out), *rest = lines;
  assert_non_null(lines);
  for (char *line; (line = strsep(&rest, "\n"));)
    if (*line && strncmp(line, POSTPONED, strlen(POSTPONED)) != 0 && !names_a_command(line))
      fail_msg("it names no command: %s", line);
  free(lines);
}

static LiveResult assert_damaged(LiveWorld *world) {
  LiveResult result = verify(world);
  live_assert_exit(&result, 75);
  assert_each_finding_names_its_cure(&result);
  return result;
}

static void a_whole_database_is_found_whole_without_a_key(void **state) {
  LiveWorld *world = *state;
  live_set(world, "KRX_AUTH_KEY", "");
  assert_whole(world);
  live_set(world, "KRX_AUTH_KEY", LIVE_KEY);
}

static void missing_changed_and_foreign_rows_are_counted_and_healed_by_the_command_it_names(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "stock_data", "005930", "2025-02-20");
  live_update(world, "stock_data", "000660", "2025-02-26", "{\"$set\": {\"close\": {\"$numberLong\": \"1\"}}}");
  live_insert(world, "stock_data", "005930",
              "{\"_id\": \"2025-02-22\", \"open\": {\"$numberLong\": \"1\"}, \"high\": {\"$numberLong\": \"1\"}, "
              "\"low\": {\"$numberLong\": \"1\"}, \"close\": {\"$numberLong\": \"1\"}, \"change\": {\"$numberLong\": "
              "\"0\"}, \"volume\": {\"$numberLong\": \"1\"}, \"value\": {\"$numberLong\": \"1\"}, \"market_cap\": "
              "{\"$numberLong\": \"1\"}, \"listed_shares\": {\"$numberLong\": \"1\"}}");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "005930|1|0|1|2025-02-20|2025-02-22");
  assert_named(result.out, "000660|0|1|0|2025-02-26|2025-02-26");
  assert_named(result.err, "1 rows|1|1");
  live_assert_says(result.err, "daily_update --from 2025-02-20 --to 2025-02-26");
  live_do(world, "daily_update", NOW, "--from 2025-02-20 --to 2025-02-26");
  assert_whole(world);
}

static void a_lost_archive_document_is_named_with_its_cure(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "system_info", "market_days", "2025-02-25");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "2025-02-25|completed|gone");
  live_assert_says(result.out, "daily_update --date 2025-02-25");
  live_do(world, "daily_update", NOW, "--date 2025-02-25");
  assert_whole(world);
}

static void an_unreadable_archive_document_is_named_and_the_rest_is_compared_all_the_same(void **state) {
  LiveWorld *world = *state;
  live_update(world, "system_info", "market_days", "2025-02-24",
              "{\"$set\": {\"data\": {\"$binary\": {\"base64\": \"AAEC\", \"subType\": \"00\"}}}}");
  live_delete(world, "stock_data", "005930", "2025-02-27");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "2025-02-24|daily_update --date 2025-02-24");
  assert_named(result.out, "005930|1 rows");
  live_do(world, "daily_update", NOW, "--from 2025-02-24 --to 2025-02-27");
  assert_whole(world);
}

static void weekdays_in_a_row_that_were_never_taken_are_one_line(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "system_info", "job_status", "2025-02-20_daily_update");
  live_delete(world, "system_info", "job_status", "2025-02-21_daily_update");
  live_delete(world, "system_info", "job_status", "2025-02-24_daily_update");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "2025-02-20|2025-02-24|3");
  assert_null(strstr(result.out, "2025-02-21: "));
  live_do(world, "daily_update", NOW, "");
  assert_whole(world);
}

static void a_status_a_calendar_day_and_a_target_that_are_gone_are_named(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "system_info", "job_status", "2025-02-21_daily_update");
  live_delete(world, "system_info", "trading_calendar", "2025-02-26");
  live_delete(world, "system_info", "target_tickers", "005930");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "2025-02-21|daily_update");
  assert_named(result.out, "trading_calendar|1");
  assert_named(result.out, "target_tickers|005930");
  live_do(world, "daily_update", NOW, "");
  live_do(world, "daily_update", NOW, "--date 2025-03-04");
  assert_whole(world);
}

/* As an older program left them: one that never entered, and one that says something else. */
static void targets_that_the_sessions_do_not_make_are_named_field_by_field_and_mended(void **state) {
  LiveWorld *world = *state;
  live_update(world, "system_info", "target_tickers", "000660",
              "{\"$set\": {\"name\": \"Another\", \"listed_shares\": {\"$numberLong\": \"7\"}}}");
  live_update(world, "system_info", "target_tickers", "005930",
              "{\"$set\": {\"is_active\": false, \"removed_date\": \"2025-02-26\", \"removed_reason\": \"spac\"}}");
  live_insert(
      world, "system_info", "target_tickers",
      "{\"_id\": \"999990\", \"ticker\": \"999990\", \"name\": \"Nobody\", \"market\": \"KOSPI\", \"market_cap\": "
      "{\"$numberLong\": \"1\"}, \"listed_shares\": {\"$numberLong\": \"1\"}, \"added_date\": \"2025-03-04\", "
      "\"is_active\": true, \"backfill_needed\": true, \"history_from\": \"2025-02-17\"}");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "name Another|SK하이닉스|listed_shares 7");
  assert_named(result.out, "is_active false|true|removed_date 2025-02-26|none|removed_reason spac");
  assert_named(result.out, "999990|target_tickers");
  live_assert_says(result.out, "daily_update --date 2025-03-04");
  live_do(world, "daily_update", NOW, "--date 2025-03-04");
  assert_whole(world);
  assert_false(live_has(world, "system_info", "target_tickers", "999990"));
}

/* What the next update does by itself, and what is to be asked for by its date. */
static void sessions_in_every_wrong_state_are_named_and_cured(void **state) {
  LiveWorld *world = *state;
  static const char *const STATES[] = {"failed", "running", "closed"};
  for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++) {
    char json[64];
    snprintf(json, sizeof json, "{\"$set\": {\"status\": \"%s\"}}", STATES[i]);
    live_update(world, "system_info", "job_status", "2025-02-26_daily_update", json);
    LiveResult result = assert_damaged(world);
    live_assert_says(result.out, "2025-02-26: ");
    live_do(world, "daily_update", NOW, strcmp(STATES[i], "closed") == 0 ? "--date 2025-02-26" : "");
    assert_whole(world);
  }
}

static void a_collection_that_is_gone_is_named(void **state) {
  LiveWorld *world = *state;
  live_drop(world, "stock_data", "000660");
  LiveResult result = assert_damaged(world);
  live_assert_says(result.out, "stock_data.000660 is gone");
  live_do(world, "daily_update", NOW, "--date 2025-03-04");
  assert_whole(world);
}

/* A target put back by the same run moves the others in memory. */
static void a_lost_target_and_a_lost_collection_are_healed_by_one_run(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "system_info", "target_tickers", "005930");
  live_drop(world, "stock_data", "000660");
  live_do(world, "daily_update", NOW, "--date 2025-03-04");
  assert_whole(world);
}

static void changed_and_missing_analysed_documents_are_named_and_written_again_by_the_command(void **state) {
  LiveWorld *world = *state;
  live_do(world, "hourly_analysis", NOW, "");
  LiveResult result = verify(world);
  live_assert_exit(&result, 0);
  assert_null(strstr(result.err, " 0 analysed documents"));
  live_delete(world, "stock_analyzed", "005930", "2025-02-20");
  live_update(world, "stock_analyzed", "005930", "2025-02-26", "{\"$set\": {\"close\": 1.5}}");
  live_insert(world, "stock_analyzed", "000660", "{\"_id\": \"2025-02-22\", \"close\": 1.5}");
  result = assert_damaged(world);
  assert_named(result.out, "005930|stock_analyzed|1|1|0|2025-02-20|hourly_analysis --ticker 005930 --force");
  assert_named(result.out, "000660|stock_analyzed|0|0|1");
  live_assert_says(result.err, "2 other findings");
  live_do(world, "hourly_analysis", NOW, "--ticker 005930 --force");
  live_do(world, "hourly_analysis", NOW, "--ticker 000660 --force");
  assert_whole(world);
}

/* The session analysed is still the newest one: no run would overwrite these by itself before the next. */
static void documents_of_latest_analysis_are_compared_and_set_right_by_the_command(void **state) {
  LiveWorld *world = *state;
  live_do(world, "hourly_analysis", NOW, "");
  live_delete(world, "system_info", "latest_analysis", "005930");
  live_update(world, "system_info", "latest_analysis", "000660", "{\"$set\": {\"as_of\": \"2025-02-28\"}}");
  live_update(world, "system_info", "latest_analysis", "035720", "{\"$set\": {\"market_cap\": 1}}");
  live_insert(world, "system_info", "latest_analysis", "{\"_id\": \"999990\", \"close\": 1.5}");
  live_insert(world, "system_info", "latest_analysis", "{\"_id\": \"a note\"}");
  LiveResult result = assert_damaged(world);
  assert_named(result.out, "005930|latest_analysis|hourly_analysis --ticker 005930 --force");
  assert_named(result.out, "000660|latest_analysis|hourly_analysis --ticker 000660 --force");
  assert_named(result.out, "035720|latest_analysis");
  assert_named(result.out, "999990|latest_analysis");
  assert_named(result.out, "latest_analysis|1 documents|_id");
  live_assert_says(result.err, "5 other findings");
  live_do(world, "hourly_analysis", NOW, "--ticker 005930 --force");
  live_do(world, "hourly_analysis", NOW, "--ticker 000660 --force");
  result = live_do(world, "hourly_analysis", NOW, "--ticker 035720 --force");
  assert_named(result.err, "latest_analysis|1 documents|_id");
  live_delete(world, "system_info", "latest_analysis", "a note");
  assert_whole(world);
}

static void a_database_that_is_not_set_up_is_not_called_whole(void **state) {
  LiveWorld *world = *state;
  live_world_reset(world);
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  assert_named(result.err, "manual_setup");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_database_is_found_whole_without_a_key),
      cmocka_unit_test(missing_changed_and_foreign_rows_are_counted_and_healed_by_the_command_it_names),
      cmocka_unit_test(a_lost_archive_document_is_named_with_its_cure),
      cmocka_unit_test(an_unreadable_archive_document_is_named_and_the_rest_is_compared_all_the_same),
      cmocka_unit_test(weekdays_in_a_row_that_were_never_taken_are_one_line),
      cmocka_unit_test(a_status_a_calendar_day_and_a_target_that_are_gone_are_named),
      cmocka_unit_test(targets_that_the_sessions_do_not_make_are_named_field_by_field_and_mended),
      cmocka_unit_test(sessions_in_every_wrong_state_are_named_and_cured),
      cmocka_unit_test(a_collection_that_is_gone_is_named),
      cmocka_unit_test(a_lost_target_and_a_lost_collection_are_healed_by_one_run),
      cmocka_unit_test(changed_and_missing_analysed_documents_are_named_and_written_again_by_the_command),
      cmocka_unit_test(documents_of_latest_analysis_are_compared_and_set_right_by_the_command),
      cmocka_unit_test(a_database_that_is_not_set_up_is_not_called_whole),
  };
  return cmocka_run_group_tests(tests, open_scene, live_teardown);
}
