/* What the programs print for people fits the terminal that it is asked for, and loses nothing by it. */
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#include "live_db.h"

static const char NOW[] = "2025-03-06T00:00:00Z";
enum { SCREEN_LINES = 30, SCREEN_COLUMNS = 80 };

/* Every option that prints for people; on a database with faults, and with a widened entry filter. */
static const struct {
  const char *program, *arguments, *says;
  int exit_code;
} ANSWERS[] = {
    {"manual_setup", "--help", "--export RANGE", 0},
    {"daily_update", "--help", "--force", 0},
    {"hourly_analysis", "--help", "--quota N", 0},
    {"hourly_analysis", "--strategies", "골든크로스", 0},
    {"manual_setup", "--history", "set-up done", 0},
    {"daily_update", "--history", "set-up done", 0},
    {"hourly_analysis", "--history", "set-up done", 0},
    {"manual_setup", "--explain 2025-02-26", "43 of 43 rows", 0},
    {"daily_update", "--explain 2025-03-05", "alert", 0},
    {"hourly_analysis", "--explain 005930", "삼성전자", 0},
    {"hourly_analysis", "--explain 999990", "not listed", 0},
    {"hourly_analysis", "--ticker 005930 --print", "trend_template", 0},
    {"hourly_analysis", "--ticker 삼성전자 --print", "sma_200", 0},
    {"hourly_analysis", "--ticker 000660 --print", "not analysed yet", 0},
    {"hourly_analysis", "--screen close>0 --date 2025-03-04 --columns rsi_14,obv", "are unknown", 0},
    {"hourly_analysis", "--screen golden_cross --date 2025-03-04 --outcome", "overlap", 0},
    {"manual_setup", "--dry-run --days 14", "would be asked for", 0},
    {"daily_update", "--dry-run", "would enter", 0},
    {"hourly_analysis", "--dry-run", "never analysed", 0},
    {"manual_setup", "--verify", "rows missing", 75},
    {"manual_setup", "--check-config", "warning", 0},
    {"manual_setup", "--check", "database", 0},
};
enum { ANSWER_COUNT = sizeof ANSWERS / sizeof ANSWERS[0] };

static int open_scene(void **state) {
  if (live_setup_days(state) != 0) return -1;
  LiveWorld *world = *state;
  if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) return -1;
  live_do(world, "manual_setup", "2025-03-05T00:00:00Z", "--days 12");
  live_do(world, "hourly_analysis", "2025-03-05T00:00:00Z", "--ticker 005930");
  live_fault(world, "kind=half&date=20250305");
  LiveResult failed = live_run_at(world, "daily_update", NOW, "");
  live_assert_exit(&failed, 75);
  live_clear_faults(world);
  live_delete(world, "stock_data", "000660", "2025-02-26");
  live_insert(world, "stock_data", "005930", "{\"_id\": \"no date\"}");
  live_drop(world, "stock_data", "000080");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "50000000000");
  live_set(world, "CLOSEBELL_ALERTS_WEBHOOK", "http://alerts.example.org/a-hook-of-a-name-that-is-rather-long");
  return 0;
}

static LiveResult answer(LiveWorld *world, size_t i, const char *columns) {
  live_set(world, "COLUMNS", columns);
  LiveResult result = live_run_at(world, ANSWERS[i].program, NOW, ANSWERS[i].arguments);
  live_set(world, "COLUMNS", NULL);
  if (result.exit_code != ANSWERS[i].exit_code) print_error("%s %s:\n", ANSWERS[i].program, ANSWERS[i].arguments);
  live_assert_exit(&result, ANSWERS[i].exit_code);
  return result;
}

/* As the C library counts, not closebell. */
static int columns_of(const char *line) {
  static wchar_t wide[LIVE_TEXT_SIZE];
  size_t count = mbstowcs(wide, line, LIVE_TEXT_SIZE);
  assert_true(count != (size_t)-1);
  return wcswidth(wide, count);
}

typedef struct {
  size_t lines;
  int widest;
} Shape;

static Shape measure(const char *text) {
  static char line[LIVE_TEXT_SIZE];
  Shape shape = {0};
  for (const char *at = text, *end; (end = strchr(at, '\n')) != NULL; at = end + 1, shape.lines++) {
    snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
    int columns = columns_of(line);
    assert_true(columns >= 0);
    if (columns > shape.widest) shape.widest = columns;
  }
  return shape;
}

static void no_line_is_wider_than_the_terminal(void **state) {
  static const char *const WIDTHS[] = {"60", "80", "100", "200"};
  for (size_t i = 0; i < ANSWER_COUNT; i++)
    for (size_t k = 0; k < sizeof WIDTHS / sizeof WIDTHS[0]; k++) {
      LiveResult result = answer(*state, i, WIDTHS[k]);
      Shape shape = measure(result.out);
      assert_true(shape.lines > 0);
      if (shape.widest > atoi(WIDTHS[k]))
        fail_msg("%s %s: %d columns of %s:\n%s", ANSWERS[i].program, ANSWERS[i].arguments, shape.widest, WIDTHS[k],
                 result.out);
    }
}

/* So that the test above can fail. */
static void without_a_terminal_lines_are_as_long_as_they_need(void **state) {
  int widest = 0;
  for (size_t i = 0; i < ANSWER_COUNT; i++) {
    LiveResult result = answer(*state, i, NULL);
    live_assert_says(result.out, ANSWERS[i].says);
    Shape shape = measure(result.out);
    if (shape.widest > widest) widest = shape.widest;
  }
  assert_true(widest > 200);
}

/* Without the blanks, which a line break may stand for; colons, which stand for columns; and figures, which differ from
 * run to run. */
static void squeeze(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0'; from++)
    if (*from != ' ' && *from != '\n' && *from != ':' && (*from < '0' || *from > '9')) *to++ = *from;
  *to = '\0';
}

static void what_is_wrapped_says_the_same(void **state) {
  for (size_t i = 0; i < ANSWER_COUNT; i++) {
    if (strstr(ANSWERS[i].arguments, "--history") != NULL) continue; /* laid out in another way */
    LiveResult wide = answer(*state, i, NULL), narrow = answer(*state, i, "60");
    squeeze(wide.out);
    squeeze(narrow.out);
    assert_true(wide.out[0] != '\0');
    assert_string_equal(narrow.out, wide.out);
  }
}

static void what_programs_read_is_never_wrapped(void **state) {
  static const char *const WHOLE[][2] = {
      {"hourly_analysis", "--ticker 005930 --print --json"},
      {"hourly_analysis", "--strategies --json"},
      {"hourly_analysis", "--screen close>0 --date 2025-03-04 --json"},
      {"hourly_analysis", "--screen close>0 --date 2025-03-04 --csv --columns rsi_14,golden_cross"},
      {"manual_setup", "--print-config"}};
  LiveWorld *world = *state;
  for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++) {
    LiveResult wide = live_run_at(world, WHOLE[i][0], NOW, WHOLE[i][1]);
    live_set(world, "COLUMNS", "60");
    LiveResult narrow = live_run_at(world, WHOLE[i][0], NOW, WHOLE[i][1]);
    live_set(world, "COLUMNS", NULL);
    live_assert_exit(&narrow, 0);
    assert_true(measure(wide.out).widest > 60);
    assert_string_equal(narrow.out, wide.out);
  }
}

static void a_narrow_history_keeps_counts_and_messages(void **state) {
  LiveWorld *world = *state;
  live_set(world, "COLUMNS", "60");
  LiveResult result = live_run(world, "daily_update", "--history");
  live_set(world, "COLUMNS", NULL);
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "12 sessions, ");
  live_assert_says(result.out, " rows");
  live_assert_says(result.out, "set-up done");
}

/* Those that all programs share come last. */
static void help_begins_with_the_programs_own_options_on_one_screen(void **state) {
  for (size_t i = 0; i < 3; i++) {
    LiveResult result = answer(*state, i, "80");
    const char *option = strstr(result.out, "\n  --"), *exits = strstr(result.out, "Exit codes:");
    assert_non_null(option);
    assert_non_null(exits);
    assert_ptr_equal(strchr(result.out, '\n'), option);
    assert_true(option < exits);
    live_assert_says(result.out, "--print-config");
    assert_true(measure(result.out).widest <= SCREEN_COLUMNS);
    char *shared = strstr(result.out, "\n  --config");
    assert_non_null(shared);
    shared[1] = '\0';
    assert_true(measure(result.out).lines < SCREEN_LINES); /* the prompt takes one */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_line_is_wider_than_the_terminal),
      cmocka_unit_test(without_a_terminal_lines_are_as_long_as_they_need),
      cmocka_unit_test(what_is_wrapped_says_the_same),
      cmocka_unit_test(what_programs_read_is_never_wrapped),
      cmocka_unit_test(a_narrow_history_keeps_counts_and_messages),
      cmocka_unit_test(help_begins_with_the_programs_own_options_on_one_screen),
  };
  return cmocka_run_group_tests_name("width", tests, open_scene, live_teardown);
}
