/* What the programs log where no terminal is: logfmt that a machine reads, with the facts as keys. */
#include <stdlib.h>

#include "live_db.h"

static const char NOW[] = "2025-03-05T00:00:00Z", NEXT[] = "2025-03-06T00:00:00Z";

/* ---- a reader of logfmt, of our own ---- */

enum { KEY_SIZE = 32, VALUE_SIZE = 1200, PAIRS = 24 };
typedef struct {
  char keys[PAIRS][KEY_SIZE], values[PAIRS][VALUE_SIZE];
  size_t count;
} Entry;

static const char *read_value(const char *at, char value[VALUE_SIZE]) {
  size_t length = 0;
  bool quoted = *at == '"';
  at += quoted;
  while (*at != '\0' && *at != '\n' && (quoted ? *at != '"' : *at != ' ')) {
    if (quoted && *at == '\\') at++;
    assert_true(length < VALUE_SIZE - 1);
    value[length++] = *at++;
  }
  value[length] = '\0';
  if (quoted) assert_int_equal(*at, '"');
  return at + quoted;
}

/* One line; returns where the next one begins. Fails when it is not logfmt. */
static const char *read_entry(const char *at, Entry *entry) {
  entry->count = 0;
  while (*at != '\n') {
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
    if (entry->count >= PAIRS || length == 0 || length >= KEY_SIZE) fail_msg("this is not logfmt: %.300s", at);
    snprintf(entry->keys[entry->count], KEY_SIZE, "%.*s", (int)length, at);
    assert_int_equal(at[length], '=');
    at = read_value(at + length + 1, entry->values[entry->count++]);
    assert_true(*at == ' ' || *at == '\n');
    at += *at == ' ';
  }
  return at + 1;
}

static const char *value_of(const Entry *entry, const char *key) {
  for (size_t i = 0; i < entry->count; i++)
    if (strcmp(entry->keys[i], key) == 0) return entry->values[i];
  return "";
}

/* The first line from *at on that has the value; *at is moved behind it. */
static bool find(const char **at, const char *key, const char *value, Entry *entry) {
  while (**at != '\0') {
    *at = read_entry(*at, entry);
    if (strcmp(value_of(entry, key), value) == 0) return true;
  }
  return false;
}

static Entry get(const char *log, const char *key, const char *value) {
  Entry entry;
  if (!find(&log, key, value, &entry)) fail_msg("no line has %s=%s", key, value);
  return entry;
}

static int64_t number_of(const Entry *entry, const char *key) {
  char *end;
  const char *text = value_of(entry, key);
  int64_t number = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0') fail_msg("%s=%s is no number", key, text);
  return number;
}

/* ---- the tests ---- */

static int open_scene(void **state) {
  if (live_setup_days(state) != 0) return -1;
  live_do(*state, "manual_setup", "2025-03-04T00:00:00Z", "--days 12");
  return 0;
}

static void check_run(LiveWorld *world, const LiveResult *result, const char *program) {
  Entry end = get(result->err, "exit", result->exit_code == 0 ? "0" : "75");
  const char *run = value_of(&end, "run"), *time = value_of(&end, "ts");
  Entry begin = get(result->err, "run", run);
  assert_string_equal(value_of(&end, "job"), program);
  assert_int_equal(time[strlen(time) - 1], 'Z');
  assert_true(number_of(&begin, "lease") > 0);
  assert_int_equal(number_of(&begin, "pid"), number_of(&end, "pid"));
  assert_in_range(number_of(&end, "duration_ms"), 1, result->took_ms);
  bson_t *record = live_get(world, "system_info", "job_runs", run);
  assert_int_equal(number_of(&end, "pid"), live_int64(record, "pid"));
  assert_int_equal(number_of(&end, "sessions"), live_int64(record, "sessions"));
  assert_int_equal(number_of(&end, "rows"), live_int64(record, "rows"));
  assert_int_equal(number_of(&end, "tickers"), live_int64(record, "analyzed"));
  assert_int_equal(number_of(&end, "source_calls"), live_int64(record, "source_calls"));
  assert_string_equal(value_of(&end, "msg"), live_text(record, "message"));
  bson_destroy(record);
}

static void a_completed_session_and_its_run_say_their_numbers(void **state) {
  LiveWorld *world = *state;
  LiveResult result = live_do(world, "daily_update", NOW, "");
  check_run(world, &result, "daily_update");
  Entry session = get(result.err, "session", "2025-03-04");
  bson_t *status = live_get(world, "system_info", "job_status", "2025-03-04_daily_update");
  const char *log = result.err;
  assert_true(find(&log, "status", "completed", &session));
  assert_string_equal(value_of(&session, "session"), "2025-03-04");
  assert_true(number_of(&session, "rows") > 10);
  assert_int_equal(number_of(&session, "rows"), live_int64(status, "stored_rows"));
  assert_int_equal(number_of(&session, "lease"), live_int64(status, "fence"));
  bson_destroy(status);
}

static void a_failed_session_says_its_reason(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=half&date=2025-03-05");
  LiveResult result = live_run_at(world, "daily_update", NEXT, "");
  live_assert_exit(&result, 75);
  live_clear_faults(world);
  check_run(world, &result, "daily_update");
  Entry session = get(result.err, "status", "failed");
  assert_string_equal(value_of(&session, "session"), "2025-03-05");
  bson_t *status = live_get(world, "system_info", "job_status", "2025-03-05_daily_update");
  assert_string_equal(value_of(&session, "reason"), live_text(status, "reason"));
  bson_destroy(status);
}

static void an_analysis_says_how_many_tickers_and_documents(void **state) {
  LiveWorld *world = *state;
  LiveResult result = live_do(world, "hourly_analysis", NOW, "--quota 3 --verbose");
  check_run(world, &result, "hourly_analysis");
  Entry end = get(result.err, "exit", "0"), ticker = get(result.err, "ticker", "005930");
  assert_int_equal(number_of(&end, "tickers"), 3);
  assert_true(number_of(&end, "documents") > 3);
  assert_int_equal(number_of(&ticker, "documents"), live_count(world, "stock_analyzed", "005930"));
}

static void a_repair_says_what_and_how_much(void **state) {
  LiveWorld *world = *state;
  live_delete(world, "stock_data", "005930", "2025-02-26");
  LiveResult result = live_do(world, "daily_update", NOW, "--from 2025-02-26 --to 2025-02-26");
  Entry repair = get(result.err, "ticker", "005930"), end = get(result.err, "exit", "0");
  assert_int_equal(number_of(&repair, "missing"), 1);
  assert_string_equal(value_of(&repair, "first"), "2025-02-26");
  assert_int_equal(number_of(&end, "healed"), 1);
}

static void a_run_that_only_looks_names_no_run(void **state) {
  LiveResult result = live_look(*state, "daily_update", NOW, "--history");
  Entry end = get(result.err, "exit", "0");
  assert_string_equal(value_of(&end, "run"), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_completed_session_and_its_run_say_their_numbers),
      cmocka_unit_test(a_run_that_only_looks_names_no_run),
      cmocka_unit_test(an_analysis_says_how_many_tickers_and_documents),
      cmocka_unit_test(a_repair_says_what_and_how_much),
      cmocka_unit_test(a_failed_session_says_its_reason),
  };
  return cmocka_run_group_tests(tests, open_scene, live_teardown);
}
