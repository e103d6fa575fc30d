/* A changed entry filter: applied to the newest session at once, from the archive alone. */
#include <stdlib.h>

#include "live_db.h"
#include "live_sample.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z", NEWEST[] = "2025-03-04";
static const char LOW[] = "100000000000", HIGH[] = "5000000000000";

static LiveSample sample;

static int open_scene(void **state) {
  live_sample_load_days(&sample);
  return live_setup_days(state);
}

static int close_scene(void **state) {
  live_sample_free(&sample);
  return live_teardown(state);
}

static void set_caps(LiveWorld *world, const char *cap) {
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", "5");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", cap);
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", cap);
}

static const LiveDay *newest_day(void) { return &sample.days[live_sample_index(&sample, NEWEST)]; }

static bool is_active(LiveWorld *world, const char *code) {
  bson_t *target = live_find(world, "system_info", "target_tickers", code);
  bool active = target && live_bool(target, "is_active");
  if (target) bson_destroy(target);
  return active;
}

/* Active are exactly the stocks of the newest file that have this market cap. Returns how many. */
static size_t assert_universe(LiveWorld *world, int64_t cap, bool with_preferred) {
  const LiveDay *day = newest_day();
  size_t active = 0;
  for (size_t i = 0; i < day->count; i++) {
    const LiveRow *row = &day->rows[i];
    bool wanted = row->market_cap >= cap && (with_preferred || row->code[5] == '0');
    if (is_active(world, row->code) != wanted) fail_msg("%s: active is not %d", row->code, wanted);
    active += wanted;
  }
  return active;
}

static void assert_same_part(LiveWorld *world, const LiveDump *expected, const char *start) {
  LiveDump all = live_dump(world, LIVE_RESULT), part = live_dump_part(&all, start);
  LiveDump wanted = live_dump_part(expected, start);
  assert_true(wanted.count > 0);
  live_assert_same(&part, &wanted);
  live_dump_free(&all);
  live_dump_free(&part);
  live_dump_free(&wanted);
}

/* Rows stay, but for the newest session's of those that left by it: a target has rows up to its removed_date. */
static void assert_rows_stay(LiveWorld *world, const LiveDump *before) {
  LiveDump all = live_dump(world, LIVE_RESULT), after = live_dump_part(&all, "stock_data."),
           expected = live_dump_part(before, "stock_data.");
  size_t kept = 0, start = strlen("stock_data.");
  for (size_t i = 0; i < expected.count; i++) {
    char code[7] = "";
    memcpy(code, expected.lines[i] + start, sizeof code - 1);
    if (strncmp(expected.lines[i] + start + sizeof code, NEWEST, strlen(NEWEST)) != 0 || is_active(world, code))
      expected.lines[kept++] = expected.lines[i];
    else
      free(expected.lines[i]);
  }
  assert_true(kept > 0 && kept < expected.count);
  expected.count = kept;
  live_assert_same(&after, &expected);
  live_dump_free(&all);
  live_dump_free(&after);
  live_dump_free(&expected);
}

/* Of the newest restatement: _id is its number. */
static void assert_restated_for(LiveWorld *world, const char *reason) {
  LiveDocuments all = live_documents(world, "system_info", "restatements");
  const bson_t *newest = NULL;
  for (size_t i = 0; i < all.count; i++)
    if (strcmp(live_text(all.items[i], "from"), NEWEST) == 0) newest = all.items[i];
  assert_non_null(newest);
  live_assert_says(live_text(newest, "reason"), reason);
  live_documents_free(&all);
}

static void a_raised_threshold_deactivates_and_keeps_the_data(void **state) {
  LiveWorld *world = *state;
  set_caps(world, LOW);
  live_do(world, "manual_setup", NOW, "--days 12");
  size_t before = assert_universe(world, atoll(LOW), true);
  live_do(world, "hourly_analysis", NOW, "");
  LiveDump all = live_dump(world, LIVE_RESULT);
  live_forget_calls(world);
  set_caps(world, HIGH);
  live_do(world, "daily_update", NOW, "");
  size_t after = assert_universe(world, atoll(HIGH), true);
  assert_true(after > 0 && after < before);
  assert_int_equal(live_calls(world), 0);
  assert_restated_for(world, "entry filter");
  assert_rows_stay(world, &all);
  live_dump_free(&all);
  const LiveDay *day = newest_day();
  for (size_t i = 0; i < day->count; i++) {
    if (day->rows[i].market_cap >= atoll(HIGH) || day->rows[i].market_cap < atoll(LOW)) continue;
    bson_t *target = live_get(world, "system_info", "target_tickers", day->rows[i].code);
    assert_string_equal(live_text(target, "removed_date"), NEWEST);
    assert_string_equal(live_text(target, "removed_reason"), "market_cap");
    bson_destroy(target);
  }
  LiveResult again = live_do(world, "daily_update", NOW, "");
  live_assert_says(again.err, "nothing due");
}

static void a_lowered_threshold_fills_from_the_archive_what_a_set_up_with_it_would_hold(void **state) {
  LiveWorld *world = *state;
  set_caps(world, LOW);
  live_do(world, "manual_setup", NOW, "--days 12");
  live_do(world, "hourly_analysis", NOW, "");
  LiveDump from_the_start = live_dump(world, LIVE_RESULT);
  live_world_reset(world);
  set_caps(world, HIGH);
  live_do(world, "manual_setup", NOW, "--days 12");
  live_do(world, "hourly_analysis", NOW, "");
  live_forget_calls(world);
  set_caps(world, LOW);
  live_do(world, "daily_update", NOW, "");
  assert_int_equal(live_calls(world), 0);
  assert_universe(world, atoll(LOW), true);
  live_do(world, "hourly_analysis", NOW, "");
  assert_same_part(world, &from_the_start, "stock_data.");
  assert_same_part(world, &from_the_start, "stock_analyzed.");
  live_dump_free(&from_the_start);
}

static void a_dry_run_shows_who_would_enter_and_leave_and_writes_nothing(void **state) {
  LiveWorld *world = *state;
  set_caps(world, LOW);
  live_do(world, "manual_setup", NOW, "--days 12");
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", "preferred");
  LiveResult result = live_look(world, "daily_update", NOW, "--dry-run");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "005935  would leave");
  live_assert_says(result.out, "reason preferred");
  live_assert_says(result.out, "0 would enter");
  assert_null(strstr(result.out, "005930"));
}

static void excluded_kinds_are_counted_in_the_run_s_record_and_get_no_collection(void **state) {
  LiveWorld *world = *state;
  set_caps(world, LOW);
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", "preferred");
  live_do(world, "manual_setup", NOW, "--days 12");
  assert_universe(world, atoll(LOW), false);
  assert_false(live_has_collection(world, "stock_data", "005935"));
  LiveDocuments runs = live_documents(world, "system_info", "job_runs");
  assert_int_equal(runs.count, 1);
  live_assert_says(live_text(runs.items[0], "universe"), " preferred");
  live_assert_says(live_text(runs.items[0], "universe"), " passed");
  live_documents_free(&runs);
}

static void a_kind_that_does_not_exist_is_named_and_nothing_is_done(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", "preferred,warrants");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--days 12");
  live_assert_exit(&result, 78);
  assert_named(result.err, "[universe] exclude|warrants|preferred|spac");
  assert_int_equal(live_calls(world), 0);
}

/* What is stored, but for the names of collections: closebell drops none. */
static LiveDump dump_documents(LiveWorld *world) {
  static const char EXISTS[] = " exists";
  LiveDump dump = live_dump(world, LIVE_RESULT);
  size_t kept = 0;
  for (size_t i = 0; i < dump.count; i++) {
    size_t length = strlen(dump.lines[i]), end = strlen(EXISTS);
    if (length >= end && strcmp(dump.lines[i] + length - end, EXISTS) == 0)
      free(dump.lines[i]);
    else
      dump.lines[kept++] = dump.lines[i];
  }
  dump.count = kept;
  return dump;
}

/* Nothing is due in all of it but the first update. */
static void a_wider_filter_changed_back_before_the_next_session_leaves_no_trace(void **state) {
  LiveWorld *world = *state;
  set_caps(world, LOW);
  live_do(world, "manual_setup", "2025-02-26T00:00:00Z", "--days 8");
  live_do(world, "daily_update", NOW, "");
  live_do(world, "hourly_analysis", NOW, "");
  LiveDump before = dump_documents(world);
  int64_t targets = live_count(world, "system_info", "target_tickers");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "1000000000");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "1000000000");
  live_do(world, "daily_update", NOW, "");
  live_do(world, "hourly_analysis", NOW, "");
  assert_true(live_count(world, "system_info", "target_tickers") > targets);
  set_caps(world, LOW);
  LiveResult dry = live_look(world, "daily_update", NOW, "--dry-run");
  assert_named(dry.out, "forgotten");
  assert_null(strstr(dry.out, "0 would leave"));
  live_forget_calls(world);
  live_do(world, "daily_update", NOW, "");
  assert_int_equal(live_calls(world), 0);
  live_do(world, "hourly_analysis", NOW, "");
  LiveDump after = dump_documents(world);
  live_assert_same(&after, &before);
  live_dump_free(&before);
  live_dump_free(&after);
  LiveResult verified = live_look(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&verified, 0);
  live_assert_says(live_do(world, "daily_update", NOW, "").err, "nothing due");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_raised_threshold_deactivates_and_keeps_the_data, live_reset_test),
      cmocka_unit_test_setup(a_lowered_threshold_fills_from_the_archive_what_a_set_up_with_it_would_hold,
                             live_reset_test),
      cmocka_unit_test_setup(a_wider_filter_changed_back_before_the_next_session_leaves_no_trace, live_reset_test),
      cmocka_unit_test_setup(a_dry_run_shows_who_would_enter_and_leave_and_writes_nothing, live_reset_test),
      cmocka_unit_test_setup(excluded_kinds_are_counted_in_the_run_s_record_and_get_no_collection, live_reset_test),
      cmocka_unit_test_setup(a_kind_that_does_not_exist_is_named_and_nothing_is_done, live_reset_test),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
