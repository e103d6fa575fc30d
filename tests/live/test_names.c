/* A name, a reason or a message that would steer the terminal, turn letters or forge a line: it is stored as it was
 * published, and shown as what it is, whatever prints it. */
#include <stdlib.h>

#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z";
static const char NAME[] = "삼성\033[2J\xE2\x80\xAE전자\177\xC2\x9B";
#define SHOWN "삼성\\x1b[2J\\u202e전자\\x7f\\u009b"
/* The same in JSON, with a line of its own that looks like the program's. */
#define REASON "\\u001b]0;x\\u0007\\u202e\\nforged: all is well \\u2028"
#define REASON_SHOWN "\\x1b]0;x\\a\\u202e\\nforged: all is well \\u2028"

/* The listing of the sample with another name for 005930. */
static ReplayRun start_exchange(LiveWorld *world) {
  char path[128], line[256], *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size), *from = fopen(TEST_DATA "/listing.csv", "r");
  assert_true(from != NULL && to != NULL);
  while (fgets(line, sizeof line, from) != NULL) {
    if (strncmp(line, "005930,", 7) == 0)
      fprintf(to, "005930,%s%s", NAME, strchr(line + 7, ','));
    else
      fputs(line, to);
  }
  fclose(from);
  fclose(to);
  live_file(world, "listing.csv", text, path);
  free(text);
  return live_start_exchange_of(TEST_DATA "/days", path);
}

static int open_scene(void **state) {
  if (live_setup_days(state) != 0) return -1;
  LiveWorld *world = *state;
  ReplayRun usual = world->exchange, other = start_exchange(world);
  replay_run_stop(&usual);
  live_use_exchange(world, &other);
  live_do(world, "manual_setup", NOW, "--days 12");
  live_do(world, "hourly_analysis", NOW, "");
  return 0;
}

/* ---- what may be in an output ---- */

static bool is_harmless(const unsigned char *c) {
  if (c[0] < 0x20 || c[0] == 0x7F) return c[0] == '\n';
  if (c[0] == 0xC2) return c[1] >= 0xA0;
  if (c[0] != 0xE2) return true;
  bool turns = c[1] == 0x80 && ((c[2] >= 0x8B && c[2] <= 0x8F) || (c[2] >= 0xA8 && c[2] <= 0xAE));
  return !turns && (c[1] != 0x81 || c[2] < 0xA0);
}

static void assert_harmless(const char *text) {
  for (const char *at = text; *at != '\0'; at++)
    if (!is_harmless((const unsigned char *)at))
      fail_msg("byte %td (%02x) of: %s", at - text, (unsigned char)*at, text);
  assert_null(strstr(text, "\nforged"));
}

static LiveResult shows(LiveResult result, const char *shown) {
  assert_harmless(result.out);
  assert_harmless(result.err);
  live_assert_says(result.out, shown);
  return result;
}

/* ---- the ways a name comes out ---- */

static void it_is_stored_as_it_was_published(void **state) {
  static const char *const places[] = {"target_tickers", "latest_analysis"};
  for (size_t i = 0; i < 2; i++) {
    bson_t *document = live_get(*state, "system_info", places[i], "005930");
    assert_string_equal(live_text(document, "name"), NAME);
    bson_destroy(document);
  }
}

static void a_ticker_that_is_explained_or_printed_shows_it(void **state) {
  shows(live_look(*state, "daily_update", NOW, "--explain 005930"), SHOWN ", KOSPI");
  shows(live_look(*state, "hourly_analysis", NOW, "--ticker 005930 --print"), "005930 " SHOWN ", KOSPI");
}

static void its_json_means_the_same_and_hides_nothing(void **state) {
  LiveResult result = live_look(*state, "hourly_analysis", NOW, "--ticker 005930 --print --json");
  assert_harmless(result.out);
  bson_error_t error;
  bson_t *document = bson_new_from_json((const uint8_t *)result.out, -1, &error);
  assert_non_null(document);
  assert_string_equal(live_text(document, "name"), NAME);
  bson_destroy(document);
}

static void a_dry_run_of_another_filter_shows_it(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", "preferred");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "900000000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "900000000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "1");
  LiveResult result = live_look(world, "daily_update", NOW, "--dry-run");
  shows(result, SHOWN);
  static const char *const keys[] = {"EXCLUDE", "MIN_MARKET_CAP", "EXIT_MARKET_CAP", "EXIT_SESSIONS"};
  for (size_t i = 0; i < 4; i++) {
    char name[48];
    snprintf(name, sizeof name, "CLOSEBELL_UNIVERSE_%s", keys[i]);
    live_set(world, name, NULL);
  }
}

static void a_finding_of_verify_shows_both_names(void **state) {
  LiveWorld *world = *state;
  live_update(world, "system_info", "target_tickers", "005930", "{\"$set\": {\"name\": \"x" REASON "\"}}");
  LiveResult result = live_look(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  shows(result, SHOWN);
  shows(result, "x" REASON_SHOWN);
}

/* ---- reasons, messages, hosts ---- */

static void an_explained_date_shows_reason_alert_and_host(void **state) {
  LiveWorld *world = *state;
  live_update(world, "system_info", "job_status", "2025-03-04_daily_update",
              "{\"$set\": {\"reason\": \"why" REASON "\", \"host\": \"h" REASON "\"}}");
  live_insert(world, "system_info", "ops_alerts",
              "{\"_id\": \"x:2025-03-04\", \"kind\": \"x\", \"subject\": \"2025-03-04\", \"severity\": \"WARN\", "
              "\"message\": \"alert" REASON "\", \"first_utc\": {\"$date\": \"2025-03-04T00:00:00Z\"}, \"last_utc\": "
              "{\"$date\": \"2025-03-04T00:00:00Z\"}, \"count\": {\"$numberLong\": \"1\"}}");
  LiveResult result = live_look(world, "daily_update", NOW, "--explain 2025-03-04");
  shows(result, "why" REASON_SHOWN);
  shows(result, "by h" REASON_SHOWN);
  shows(result, "alert" REASON_SHOWN);
}

static void the_history_shows_what_a_run_said(void **state) {
  LiveWorld *world = *state;
  live_insert(world, "system_info", "job_runs",
              "{\"_id\": \"2025-03-04T00:00:01.000Z_daily_update_h_1\", \"job\": \"d\\u001b\\u202e\", "
              "\"exit_code\": {\"$numberLong\": \"0\"}, \"start_utc\": {\"$date\": \"2025-03-04T00:00:00Z\"}, "
              "\"end_utc\": {\"$date\": \"2025-03-04T00:00:00Z\"}, \"message\": \"said" REASON "\"}");
  LiveResult result = live_look(world, "daily_update", NOW, "--history");
  shows(result, "said" REASON_SHOWN);
  shows(result, "d\\x1b\\u202e");
}

static void what_a_caller_mistyped_is_shown_as_it_is(void **state) {
  LiveResult result = live_run(*state, "daily_update", "--explain a\033[2J\xE2\x80\xAE");
  live_assert_exit(&result, 64);
  assert_harmless(result.err);
  live_assert_says(result.err, "[2J\\u202e\"");
}

static void the_quickstarts_tables_show_it(void **state) {
  live_update(*state, "system_info", "target_tickers", "005930", "{\"$set\": {\"name\": \"y\\u001b\\u202e\"}}");
  shows(live_run(*state, "quickstart_table", ""), "삼성\\x1b[2J");
  live_insert(*state, "system_info", "job_status",
              "{\"_id\": \"2025-03-05_daily_update\", \"job_name\": \"daily_update\", \"date_kst\": \"2025-03-05\", "
              "\"status\": \"waiting\", \"reason\": \"late" REASON "\"}");
  shows(live_run(*state, "quickstart_table", "sessions 2025-03-01"), "late" REASON_SHOWN);
}

static void the_quickstarts_table_leaves_out_what_did_not_trade(void **state) {
  LiveResult result = live_run(*state, "quickstart_table", "");
  live_assert_says(result.out, "\n005930  ");
  live_update(*state, "system_info", "latest_analysis", "005930", "{\"$set\": {\"stale_sessions\": 2}}");
  result = live_run(*state, "quickstart_table", "");
  live_assert_exit(&result, 0);
  assert_null(strstr(result.out, "\n005930  "));
  assert_named(result.out, "1 more");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_stored_as_it_was_published),
      cmocka_unit_test(a_ticker_that_is_explained_or_printed_shows_it),
      cmocka_unit_test(its_json_means_the_same_and_hides_nothing),
      cmocka_unit_test(a_dry_run_of_another_filter_shows_it),
      cmocka_unit_test(a_finding_of_verify_shows_both_names),
      cmocka_unit_test(an_explained_date_shows_reason_alert_and_host),
      cmocka_unit_test(the_history_shows_what_a_run_said),
      cmocka_unit_test(what_a_caller_mistyped_is_shown_as_it_is),
      cmocka_unit_test(the_quickstarts_tables_show_it),
      cmocka_unit_test(the_quickstarts_table_leaves_out_what_did_not_trade),
  };
  return cmocka_run_group_tests(tests, open_scene, live_teardown);
}
