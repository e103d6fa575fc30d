/* --dry-run: what would be done and why, a line a date, and totals; nothing is written, and what follows is what was
 * announced. */
#include <stdlib.h>

#include "live_db.h"
#include "named.h"

static const char SET_UP[] = "2025-03-04T00:00:00Z", LATER[] = "2025-03-12T00:00:00Z";

static LiveResult dry_run(LiveWorld *world, const char *program, const char *now, const char *options) {
  char arguments[128];
  snprintf(arguments, sizeof arguments, "%s --dry-run", options);
  LiveResult result = live_look(world, program, now, arguments);
  live_assert_exit(&result, 0);
  return result;
}

/* The line of a date, in which runs of blanks are one; empty when there is none. */
typedef struct {
  char text[256];
} Line;

static Line line_of(const LiveResult *result, const char *date) {
  Line line = {""};
  size_t length = 0;
  const char *from = strstr(result->out, date);
  for (; from != NULL && *from != '\n' && *from != '\0' && length + 1 < sizeof line.text; from++)
    if (*from != ' ' || length == 0 || line.text[length - 1] != ' ') line.text[length++] = *from;
  return line;
}

static size_t count_lines(const LiveResult *result) {
  size_t lines = 0;
  for (const char *c = result->out; *c != '\0'; c++) lines += *c == '\n';
  return lines;
}

static long announced_calls(const LiveResult *result) {
  const char *end = strstr(result->err, " source calls");
  assert_non_null(end);
  const char *start = end;
  while (start > result->err && start[-1] >= '0' && start[-1] <= '9') start--;
  return strtol(start, NULL, 10);
}

/* ---- manual_setup ---- */

static void set_up_lists_the_weekdays_it_would_ask_for(void **state) {
  LiveWorld *world = *state;
  LiveResult result = dry_run(world, "manual_setup", "2025-03-05T00:00:00Z", "--days 4");
  assert_int_equal(count_lines(&result), 5);
  assert_named(line_of(&result, "2025-03-04").text, "2025-03-04|never|asked for");
  assert_named(line_of(&result, "2025-03-03").text, "asked for|closed");
  assert_named(line_of(&result, "2025-02-26").text, "2025-02-26|never|asked for");
  assert_string_equal(line_of(&result, "2025-02-25").text, "");
  assert_named(result.err, "5 days");
  assert_int_equal(announced_calls(&result), 10);
}

static void a_longer_set_up_lists_only_what_is_not_there(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", SET_UP, "--days 4");
  LiveResult result = dry_run(world, "manual_setup", SET_UP, "--days 4");
  assert_int_equal(count_lines(&result), 0);
  result = dry_run(world, "manual_setup", SET_UP, "--days 6");
  assert_int_equal(count_lines(&result), 2);
  assert_named(line_of(&result, "2025-02-24").text, "never");
  assert_named(line_of(&result, "2025-02-21").text, "never");
  assert_named(result.err, "2 days|4 source calls");
  live_forget_calls(world);
  live_do(world, "manual_setup", SET_UP, "--days 6");
  assert_int_equal(live_calls(world), 4);
}

/* ---- daily_update ---- */

static void an_update_gives_the_reason_for_each_date(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", SET_UP, "--days 8");
  live_update(world, "system_info", "job_status", "2025-02-24_daily_update", "{\"$set\": {\"status\": \"running\"}}");
  live_update(world, "system_info", "job_status", "2025-02-25_daily_update", "{\"$set\": {\"status\": \"failed\"}}");
  live_delete(world, "system_info", "job_status", "2025-02-26_daily_update");
  live_delete(world, "system_info", "market_days", "2025-02-27");
  live_delete(world, "system_info", "trading_calendar", "2025-02-21");
  LiveResult result = dry_run(world, "daily_update", LATER, "");
  assert_named(line_of(&result, "2025-02-24").text, "2025-02-24|begun|projected");
  assert_named(line_of(&result, "2025-02-25").text, "2025-02-25|failed|projected");
  assert_named(line_of(&result, "2025-02-26").text, "2025-02-26|archived|projected|projected");
  assert_named(line_of(&result, "2025-02-27").text, "2025-02-27|completed|gone|asked for");
  assert_named(line_of(&result, "2025-02-21").text, "2025-02-21|trading_calendar|written");
  assert_named(line_of(&result, "2025-03-03").text, "waiting|asked for|closed");
  assert_named(line_of(&result, "2025-03-11").text, "2025-03-11|never|asked for");
  assert_named(result.err, "11 days|2025-03-11|8");
  assert_named(result.err, "1 calendar documents");
}

static void an_update_asks_as_often_as_it_announced(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", SET_UP, "--days 8");
  LiveResult result = dry_run(world, "daily_update", LATER, "");
  assert_named(line_of(&result, "2025-02-28").text, "2025-02-28|again");
  long announced = announced_calls(&result);
  live_forget_calls(world);
  result = live_do(world, "daily_update", LATER, "");
  live_assert_says(result.err, "6 sessions completed");
  assert_int_equal(live_calls(world), announced);
  result = dry_run(world, "daily_update", LATER, "");
  live_assert_says(result.err, "nothing due");
  assert_int_equal(count_lines(&result), 0);
  result = dry_run(world, "daily_update", LATER, "--from 2025-03-06 --to 2025-03-10");
  assert_int_equal(count_lines(&result), 3);
  assert_named(line_of(&result, "2025-03-07").text, "2025-03-07|completed|again");
  announced = announced_calls(&result);
  assert_int_equal(announced, 6);
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "--from 2025-03-06 --to 2025-03-10");
  assert_int_equal(live_calls(world), announced);
}

/* ---- hourly_analysis ---- */

static void an_analysis_says_from_where_on_and_why(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", SET_UP, "--days 8");
  LiveResult result = dry_run(world, "hourly_analysis", SET_UP, "--quota 5");
  assert_int_equal(count_lines(&result), 2);
  assert_named(line_of(&result, "2025-02-19").text, "never analysed");
  assert_named(line_of(&result, "2025-02-19").text, "43 tickers");
  assert_named(line_of(&result, "2025-03-03").text, "2025-03-03|not completed|wait");
  assert_named(result.err, "5|quota 5");
  live_do(world, "hourly_analysis", SET_UP, "");
  live_do(world, "daily_update", LATER, "");
  live_insert(world, "system_info", "restatements",
              "{\"_id\": \"0000000001\", \"from\": \"2025-02-21\", \"tickers\": [\"005930\"], \"reason\": \"by hand\", "
              "\"at_utc\": {\"$date\": \"2025-03-12T00:00:00Z\"}}");
  live_update(world, "system_info", "job_status", "2025-03-05_daily_update", "{\"$set\": {\"status\": \"failed\"}}");
  result = dry_run(world, "hourly_analysis", LATER, "");
  assert_named(line_of(&result, "2025-02-21").text, "2025-02-21|restated|1 tickers");
  assert_named(line_of(&result, "2025-03-04").text, "new");
  assert_named(line_of(&result, "2025-03-05").text, "2025-03-05|not completed|passed over");
  assert_int_equal(count_lines(&result), 3);
  assert_named(result.err, "2025-03-11|first");
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(set_up_lists_the_weekdays_it_would_ask_for), TEST(a_longer_set_up_lists_only_what_is_not_there),
      TEST(an_update_gives_the_reason_for_each_date),   TEST(an_update_asks_as_often_as_it_announced),
      TEST(an_analysis_says_from_where_on_and_why),
  };
  return cmocka_run_group_tests_name("dry_run", tests, live_setup_prices, live_teardown);
}
