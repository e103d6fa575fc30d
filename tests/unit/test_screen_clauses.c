/* A condition falls into the conditions that `and` joins at its top level. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/screen/clauses.h>

static ScreenPlan plan_of(const char *text) {
  ScreenPlan plan;
  ScreenError error;
  if (screen_plan(text, strlen(text), &plan, &error) != STATUS_OK) fail_msg("%s: %s", text, error.what);
  return plan;
}

/* expected: the clauses, a line each. */
static void assert_clauses(const char *text, const char *expected) {
  ScreenPlan plan = plan_of(text);
  ScreenClauses clauses = {0};
  Error err = {{0}};
  char got[4096] = "";
  assert_int_equal(screen_clauses(&plan, &clauses, &err), STATUS_OK);
  for (size_t i = 0; i < clauses.count; i++) {
    strncat(got, clauses.items[i].text, clauses.items[i].length);
    if (i + 1 < clauses.count) strcat(got, "\n");
  }
  assert_string_equal(got, expected);
  screen_clauses_free(&clauses);
}

static void and_at_the_top_level_parts_them(void **state) {
  (void)state;
  assert_clauses("golden_cross", "golden_cross");
  assert_clauses("golden_cross and close > open", "golden_cross\nclose > open");
  assert_clauses(" macd_cross_up  and\n macd < 0 and volume>1억 ", "macd_cross_up\nmacd < 0\nvolume>1억");
}

static void the_and_of_between_belongs_to_it(void **state) {
  (void)state;
  assert_clauses("close between 1 and 2 and open > 3", "close between 1 and 2\nopen > 3");
  assert_clauses("open > 3 and close not between sma_5 and sma_20 and low > 1",
                 "open > 3\nclose not between sma_5 and sma_20\nlow > 1");
}

static void brackets_of_what_and_joins_are_opened_and_others_are_not(void **state) {
  (void)state;
  assert_clauses("(golden_cross and close > open)", "golden_cross\nclose > open");
  assert_clauses("((close > 1 and low > 1)) and open > 2", "close > 1\nlow > 1\nopen > 2");
  assert_clauses("(close > 1 or low > 1) and open > 2", "close > 1 or low > 1\nopen > 2");
  assert_clauses("(close > 1) and (open > 2)", "close > 1\nopen > 2");
  assert_clauses("(close > open)[3] and low > 1", "(close > open)[3]\nlow > 1");
  assert_clauses("not (close > 1 and low > 1) and open > 2", "not (close > 1 and low > 1)\nopen > 2");
  assert_clauses("count(close > 1 and low > 1, 5) >= 3", "count(close > 1 and low > 1, 5) >= 3");
}

static void or_at_the_top_level_leaves_one(void **state) {
  (void)state;
  assert_clauses("close > 1 and open > 2 or low > 3", "close > 1 and open > 2 or low > 3");
  assert_clauses("market == \"a and b or c\" and close > 1", "market == \"a and b or c\"\nclose > 1");
}

static void a_comparison_of_numbers_has_two_sides(void **state) {
  (void)state;
  int left = -1, right = -1;
  ScreenPlan plan = plan_of("volume >= 1.5 * volume_sma_20");
  assert_true(screen_clause_sides(&plan, &left, &right));
  assert_int_equal(plan.parts[left].op, SCREEN_FIELD);
  assert_int_equal(plan.parts[right].op, SCREEN_MULTIPLY);
  static const char *const none[] = {"golden_cross", "close between 1 and 2", "market == KOSPI", "not close > 1",
                                     "crosses_above(close, open)"};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    plan = plan_of(none[i]);
    assert_false(screen_clause_sides(&plan, &left, &right));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(and_at_the_top_level_parts_them),
      cmocka_unit_test(the_and_of_between_belongs_to_it),
      cmocka_unit_test(brackets_of_what_and_joins_are_opened_and_others_are_not),
      cmocka_unit_test(or_at_the_top_level_leaves_one),
      cmocka_unit_test(a_comparison_of_numbers_has_two_sides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
