/* hourly_analysis --screen: strategies and expressions over the archived market, as people and programs read it. */
#include <stdlib.h>

#include <closebell/base/json.h>

#include "live_db.h"
#include "live_files.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z", NEWEST[] = "2025-04-10";

/* Every stock of the session that traded has a close. */
#define ALL "--screen close>0"

static int open_scene(void **state) {
  LiveWorld *world = calloc(1, sizeof *world);
  *state = world;
  if (world == NULL) return -1;
  live_world_open(world, LIVE_DAYS);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "10000000000000");
  live_do(world, "manual_setup", NOW, "--days 300");
  return 0;
}

static int close_scene(void **state) {
  live_world_close(*state);
  free(*state);
  return 0;
}

static LiveResult ask(LiveWorld *world, const char *arguments) {
  return live_run_at(world, "hourly_analysis", NOW, arguments);
}

static LiveResult get(LiveWorld *world, const char *arguments) {
  LiveResult result = ask(world, arguments);
  live_assert_exit(&result, 0);
  return result;
}

/* ---- the object of --json ---- */

static bson_t *object_of(const LiveResult *result) {
  bson_error_t error;
  const char *end = strchr(result->out, '\n');
  assert_non_null(end);
  assert_string_equal(end, "\n"); /* it stands alone */
  assert_true(json_is_valid(result->out));
  bson_t *object = bson_new_from_json((const uint8_t *)result->out, -1, &error);
  if (object == NULL) fail_msg("%s: %s", error.message, result->out);
  return object;
}

static bson_t *get_object(LiveWorld *world, const char *arguments) {
  char all[512];
  snprintf(all, sizeof all, "%s --json", arguments);
  LiveResult result = get(world, all);
  return object_of(&result);
}

/* A number of an object, by its path: "outcome.horizons.5.n". */
static double number_at(const bson_t *object, const char *path) {
  bson_iter_t iter, found;
  bson_iter_init(&iter, object);
  if (!bson_iter_find_descendant(&iter, path, &found)) fail_msg("%s is missing", path);
  return bson_iter_as_double(&found);
}

static bool has_path(const bson_t *object, const char *path) {
  bson_iter_t iter, found;
  return bson_iter_init(&iter, object) && bson_iter_find_descendant(&iter, path, &found);
}

static const char *text_at(const bson_t *object, const char *path) {
  bson_iter_t iter, found;
  bson_iter_init(&iter, object);
  if (!bson_iter_find_descendant(&iter, path, &found)) fail_msg("%s is missing", path);
  return bson_iter_utf8(&found, NULL);
}

static size_t count_lines(const char *text) {
  size_t lines = 0;
  for (; *text != '\0'; text++) lines += *text == '\n';
  return lines;
}

/* ---- before anything is analysed ---- */

static void without_an_analysed_session_a_date_is_asked_for(void **state) {
  LiveResult result = ask(*state, ALL);
  live_assert_exit(&result, 75);
  assert_named(result.err, "analysed");
  assert_named(result.err, NEWEST);
  bson_t *object = get_object(*state, ALL " --date 2025-04-10");
  assert_false(has_path(object, "as_of"));
  assert_true(number_at(object, "count") > 30);
  bson_destroy(object);
  live_do(*state, "hourly_analysis", NOW, "");
}

/* ---- what is screened for ---- */

static void an_expression_lists_the_whole_market_of_the_newest_analysed_session(void **state) {
  bson_t *object = get_object(*state, ALL);
  int64_t followed = live_count(*state, "system_info", "latest_analysis");
  assert_string_equal(text_at(object, "date"), NEWEST);
  assert_string_equal(text_at(object, "as_of"), NEWEST);
  assert_string_equal(text_at(object, "where"), "close>0");
  assert_false(has_path(object, "strategy"));
  assert_true(number_at(object, "count") > (double)followed); /* followed or not */
  assert_true(number_at(object, "count") == number_at(object, "considered"));
  assert_true(number_at(object, "unknown") == 0);
  assert_true(number_at(object, "restatement") == 0);
  bson_iter_t iter, proven;
  bson_iter_init(&iter, object);
  assert_true(bson_iter_find_descendant(&iter, "proof.proven", &proven) && bson_iter_bool(&proven));
  bson_destroy(object);
}

static void a_strategy_is_found_by_its_name(void **state) {
  bson_t *object = get_object(*state, "--screen high_52w_breakout --date 2024-02-01");
  assert_string_equal(text_at(object, "strategy"), "high_52w_breakout");
  assert_named(text_at(object, "where"), "volume_sma_20");
  assert_true(number_at(object, "unknown") == number_at(object, "considered")); /* the archive begins then */
  bson_destroy(object);
  LiveResult result = get(*state, "--screen high_52w_breakout");
  assert_named(result.out, "high_52w_breakout|2025-04-10");
}

static void values_are_those_of_the_analysis(void **state) {
  bson_t *object = get_object(*state, "--screen ticker==\"005930\" --columns rsi_14,golden_cross,per,close");
  bson_t *stored = live_get(*state, "stock_analyzed", "005930", NEWEST);
  assert_true(number_at(object, "count") == 1);
  assert_string_equal(text_at(object, "matches.0.ticker"), "005930");
  assert_string_equal(text_at(object, "matches.0.name"), "삼성전자");
  assert_string_equal(text_at(object, "matches.0.market"), "KOSPI");
  assert_true(number_at(object, "matches.0.rsi_14") == live_double(stored, "rsi_14"));
  assert_true(number_at(object, "matches.0.close") == live_double(stored, "close"));
  bson_iter_t iter, found;
  bson_iter_init(&iter, object);
  assert_true(bson_iter_find_descendant(&iter, "matches.0.golden_cross", &found) && BSON_ITER_HOLDS_BOOL(&found));
  assert_int_equal(bson_iter_bool(&found), live_bool(stored, "golden_cross"));
  bson_iter_init(&iter, object);
  assert_true(bson_iter_find_descendant(&iter, "matches.0.market_cap", &found) && BSON_ITER_HOLDS_INT64(&found));
  assert_false(has_path(object, "matches.0.per")); /* absent stays absent */
  bson_destroy(stored);
  bson_destroy(object);
}

/* ---- the forms ---- */

static void the_table_has_the_names_and_the_counts(void **state) {
  bson_t *object = get_object(*state, "--screen sma_200>0 --date 2024-12-02");
  LiveResult result = get(*state, "--screen sma_200>0 --date 2024-12-02");
  char counts[128];
  snprintf(counts, sizeof counts, "%.0f|match|%.0f|unknown|%.0f|considered", number_at(object, "count"),
           number_at(object, "unknown"), number_at(object, "considered"));
  assert_named(result.out, counts);
  assert_named(result.out, "005930|삼성전자|KOSPI");
  bson_destroy(object);
}

static void the_unknown_are_told_with_what_they_need(void **state) {
  LiveResult result = get(*state, "--screen sma_200[3]>0 --date 2024-12-02");
  assert_named(result.out, "unknown|too short|203|sma_200|3 sessions before");
  result = get(*state, "--screen per<10");
  assert_named(result.out, "unknown|per|configured");
}

static void a_file_of_commas_has_a_line_a_match(void **state) {
  bson_t *object = get_object(*state, ALL);
  LiveResult result = get(*state, ALL " --csv --columns rsi_14,golden_cross");
  assert_int_equal(strncmp(result.out, "ticker,name,market,market_cap,close,rs_rating,rsi_14,golden_cross\n", 66), 0);
  assert_int_equal(count_lines(result.out), 1 + (size_t)number_at(object, "count"));
  live_assert_says(result.out, "\n005930,삼성전자,KOSPI,");
  bson_destroy(object);
}

static void an_order_columns_and_a_limit_are_kept(void **state) {
  bson_t *object = get_object(*state, ALL " --sort -close,name --limit 2");
  bson_t *back = get_object(*state, ALL " --sort close --limit 1");
  assert_true(number_at(object, "count") > 2);
  assert_true(has_path(object, "matches.1"));
  assert_false(has_path(object, "matches.2"));
  assert_true(number_at(object, "matches.0.close") >= number_at(object, "matches.1.close"));
  assert_true(number_at(back, "matches.0.close") < number_at(object, "matches.1.close"));
  bson_destroy(object);
  bson_destroy(back);
  LiveResult result = get(*state, ALL " --limit 2 --columns rsi_14");
  assert_named(result.out, "first|2|shown");
  assert_named(result.out, "rs_rating|rsi_14");
}

/* ---- what is wrong ---- */

static void a_wrong_expression_is_shown_with_its_place(void **state) {
  LiveResult result = ask(*state, "--screen close>1\n\tand\tclose>rsi14");
  live_assert_exit(&result, 64);
  assert_string_equal(result.out, "");
  assert_named(result.err, "line 2|column 12|rsi_14");
  live_assert_says(result.err, "\n           ^\n");
  result = ask(*state, "--screen poket_pivot");
  live_assert_exit(&result, 64);
  assert_named(result.err, "poket_pivot|pocket_pivot");
  result = ask(*state, ALL " --sort close,rsi14");
  live_assert_exit(&result, 64);
  assert_named(result.err, "sort|column 7|rsi_14");
}

static void a_strategy_whose_file_is_bad_is_told_with_its_place(void **state) {
  live_clear_folder(*state, "own");
  live_write_file(live_path(*state, "own", "mine.ini").text, "title = Mine\nwhere = close > 0\ncolumns = volume\n");
  live_write_file(live_path(*state, "own", "wrong.ini").text, "title = Wrong\nwhere = close > rsi14\n");
  live_set(*state, "CLOSEBELL_API_STRATEGIES", live_path(*state, "own", "").text);
  bson_t *object = get_object(*state, "--screen mine");
  assert_string_equal(text_at(object, "strategy"), "mine");
  assert_true(has_path(object, "matches.0.volume"));
  bson_destroy(object);
  LiveResult result = ask(*state, "--screen wrong");
  live_assert_exit(&result, 64);
  assert_named(result.err, "wrong.ini:2:17|rsi_14");
  live_set(*state, "CLOSEBELL_API_STRATEGIES", NULL);
}

static void options_that_do_not_go_together_are_refused(void **state) {
  static const char *const WRONG[] = {"--date 2025-04-10", "--csv",
                                      "--limit 3",         ALL " --print",
                                      ALL " --force",      ALL " --quota 3",
                                      ALL " --json --csv", ALL " --csv --outcome",
                                      ALL " --limit 0",    ALL " --date 2025-02-30"};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    LiveResult result = ask(*state, WRONG[i]);
    live_assert_exit(&result, 64);
    assert_string_equal(result.out, "");
  }
}

static void a_date_that_is_no_session_names_its_neighbours(void **state) {
  LiveResult result = ask(*state, ALL " --date 2025-04-05");
  live_assert_exit(&result, 64);
  assert_named(result.err, "2025-04-05|2025-04-04|2025-04-07");
  result = ask(*state, ALL " --date 2025-04-18");
  live_assert_exit(&result, 64);
  assert_named(result.err, "2025-04-18|2025-04-10");
  result = ask(*state, ALL " --date 2020-01-02");
  live_assert_exit(&result, 64);
  assert_named(result.err, "2020-01-02|first|2024-01-16");
}

static void set_state(LiveWorld *world, const char *date, const char *state) {
  char id[64], change[128];
  snprintf(id, sizeof id, "%s_daily_update", date);
  snprintf(change, sizeof change, "{\"$set\": {\"status\": \"%s\"}}", state);
  live_update(world, "system_info", "job_status", id, change);
}

static void a_session_that_is_not_proven_is_refused_by_name(void **state) {
  set_state(*state, "2025-04-09", "failed");
  LiveResult result = ask(*state, ALL " --date 2025-04-09");
  live_assert_exit(&result, 75);
  assert_named(result.err, "2025-04-09|failed|2025-04-08");
  result = ask(*state, ALL " --date 2025-04-10"); /* behind it */
  live_assert_exit(&result, 75);
  assert_named(result.err, "2025-04-10|2025-04-09|failed");
  bson_t *object = get_object(*state, ALL " --date 2025-04-08");
  assert_string_equal(text_at(object, "proof.unproven.0"), "2025-04-09");
  bson_destroy(object);
  result = get(*state, ALL " --date 2025-04-08");
  assert_named(result.out, "not proven|2025-04-09");
  set_state(*state, "2025-04-09", "completed");
}

/* ---- what became of the signals ---- */

static void an_outcome_has_every_figure(void **state) {
  bson_t *object = get_object(*state, "--screen close>highest(high,20)[1] --outcome");
  double signals = number_at(object, "outcome.signals"), entered = number_at(object, "outcome.entered");
  static const char *const OTHERS[] = {"outcome.pending", "outcome.gone", "outcome.halted", "outcome.locked"};
  for (size_t i = 0; i < 4; i++) signals -= number_at(object, OTHERS[i]);
  assert_true(entered > 100 && signals == entered);
  assert_string_equal(text_at(object, "outcome.to"), NEWEST);
  static const char *const HORIZONS[] = {"5", "20", "60"};
  static const char *const FIGURES[] = {
      "mean", "median", "q1", "q3", "hit_rate", "mean_return", "median_return", "market_mean", "standard_error"};
  for (size_t h = 0; h < 3; h++) {
    char path[96];
    snprintf(path, sizeof path, "outcome.horizons.%s.n", HORIZONS[h]);
    double n = number_at(object, path);
    snprintf(path, sizeof path, "outcome.horizons.%s.unfinished", HORIZONS[h]);
    assert_true(n + number_at(object, path) == entered);
    for (size_t f = 0; f < sizeof FIGURES / sizeof FIGURES[0]; f++) {
      snprintf(path, sizeof path, "outcome.horizons.%s.%s", HORIZONS[h], FIGURES[f]);
      number_at(object, path);
    }
  }
  assert_true(number_at(object, "outcome.path.0.k") == -20);
  assert_true(number_at(object, "outcome.path.80.k") == 60);
  bson_destroy(object);
  LiveResult result = get(*state, "--screen close>highest(high,20)[1] --outcome");
  assert_named(result.out, "standard error|%");
  assert_named(result.out, "overlap|not corrected");
}

static void what_history_does_not_reach_has_a_sentence(void **state) {
  /* sma_200 exists from the 200th session on, so 260 sessions before leave the last 41 of 300 */
  static const char YOUNG[] = "--screen close[259]>0\tand\tclose>0 --outcome";
  bson_t *object = get_object(*state, YOUNG);
  assert_false(has_path(object, "outcome.horizons.60.mean"));
  assert_named(text_at(object, "outcome.absent.60"), "300|60|sessions");
  assert_true(has_path(object, "outcome.horizons.5.mean"));
  bson_destroy(object);
  LiveResult result = get(*state, YOUNG);
  assert_named(result.out, "60 sessions|too short|300");
}

static void an_outcome_over_a_gap_is_refused_and_names_it(void **state) {
  set_state(*state, "2025-03-04", "failed");
  LiveResult result = ask(*state, ALL " --outcome");
  live_assert_exit(&result, 75);
  assert_named(result.err, "outcome|2025-03-04|failed");
  assert_string_equal(result.out, "");
  get(*state, ALL); /* the list stands */
  set_state(*state, "2025-03-04", "completed");
}

static void a_screen_works_beside_a_run_that_works(void **state) {
  bson_t *alone = get_object(*state, ALL);
  LiveProcess process = live_start(*state, "hourly_analysis", "--force --now 2025-04-11T00:00:00Z");
  do {
    bson_t *beside = get_object(*state, ALL);
    assert_string_equal(text_at(beside, "date"), NEWEST);
    assert_true(number_at(beside, "count") == number_at(alone, "count"));
    bson_destroy(beside);
  } while (!live_has_ended(&process));
  LiveResult result = live_finish(*state, &process);
  live_assert_exit(&result, 0);
  bson_destroy(alone);
}

static void nothing_is_written(void **state) {
  LiveResult result = live_look(*state, "hourly_analysis", NOW, "--screen golden_cross --outcome");
  live_assert_exit(&result, 0);
}

static void what_the_archive_lacks_is_told(void **state) {
  live_delete(*state, "system_info", "market_days", "2025-03-04");
  LiveResult result = ask(*state, ALL " --date 2025-03-04");
  live_assert_exit(&result, 75);
  assert_named(result.err, "2025-03-04|market_days");
  result = ask(*state, ALL " --outcome");
  live_assert_exit(&result, 75);
  assert_named(result.err, "2025-03-04|market_days");
  get(*state, ALL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_an_analysed_session_a_date_is_asked_for),
      cmocka_unit_test(an_expression_lists_the_whole_market_of_the_newest_analysed_session),
      cmocka_unit_test(a_strategy_is_found_by_its_name),
      cmocka_unit_test(values_are_those_of_the_analysis),
      cmocka_unit_test(the_table_has_the_names_and_the_counts),
      cmocka_unit_test(the_unknown_are_told_with_what_they_need),
      cmocka_unit_test(a_file_of_commas_has_a_line_a_match),
      cmocka_unit_test(an_order_columns_and_a_limit_are_kept),
      cmocka_unit_test(a_wrong_expression_is_shown_with_its_place),
      cmocka_unit_test(a_strategy_whose_file_is_bad_is_told_with_its_place),
      cmocka_unit_test(options_that_do_not_go_together_are_refused),
      cmocka_unit_test(a_date_that_is_no_session_names_its_neighbours),
      cmocka_unit_test(a_session_that_is_not_proven_is_refused_by_name),
      cmocka_unit_test(an_outcome_has_every_figure),
      cmocka_unit_test(what_history_does_not_reach_has_a_sentence),
      cmocka_unit_test(an_outcome_over_a_gap_is_refused_and_names_it),
      cmocka_unit_test(a_screen_works_beside_a_run_that_works),
      cmocka_unit_test(nothing_is_written),
      cmocka_unit_test(what_the_archive_lacks_is_told),
  };
  return cmocka_run_group_tests_name("screen", tests, open_scene, close_scene);
}
