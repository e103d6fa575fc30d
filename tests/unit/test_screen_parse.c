#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/screen.h>

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static ScreenPlan plan;

static void these_are_conditions(void **state) {
  (void)state;
  static const char *const good[] = {"golden_cross",
                                     "close>1",
                                     "not not golden_cross",
                                     "close not between 1 and 2 and not volume in (1, -2)",
                                     "market in (KOSPI, 'KOSDAQ') or name != \"삼성전자\"",
                                     "(close > open)[3][2]",
                                     "count(close > close[1], 5) = 5",
                                     "-close < -3%",
                                     "market_cap >= 1.5조",
                                     "per < 10 and roe > 15",
                                     "close[260] > 0",
                                     "highest(close, 260)[1] > 0",
                                     "golden_cross == 1"};
  for (size_t i = 0; i < COUNT(good); i++) {
    ScreenError error;
    if (screen_plan(good[i], strlen(good[i]), &plan, &error) != STATUS_OK)
      fail_msg("%s: %d:%d %s", good[i], error.line, error.column, error.what);
  }
}

static void wrong_ones_are_told_with_their_place_and_the_nearest_name(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line, column;
    const char *nearest;
  } bad[] = {{"", 1, 1, ""},
             {"rsi14 > 3", 1, 1, "rsi_14"},
             {"close >\n sma20", 2, 2, "sma_20"},
             {"name == '삼성' andd close > 1", 1, 14, "and"},
             {"close > open > low", 1, 14, ""},
             {"close and golden_cross", 1, 1, ""},
             {"close", 1, 1, ""},
             {"golden_cross and (close > 1", 1, 28, ""},
             {"close > 5 % 3", 1, 11, ""},
             {"close > 1.", 1, 11, ""},
             {"market[1] == KOSPI", 1, 1, ""},
             {"market > 1", 1, 1, ""},
             {"close[261] > 1", 1, 1, ""},
             {"highest(close, 260)[2] > 1", 1, 1, ""},
             {"highest(close, 0) > 1", 1, 1, ""},
             {"close in (1, KOSPI)", 1, 14, ""},
             {"close ! 3", 1, 7, ""},
             {"close > \"abc", 1, 13, ""}};
  for (size_t i = 0; i < COUNT(bad); i++) {
    ScreenError error;
    if (screen_plan(bad[i].text, strlen(bad[i].text), &plan, &error) == STATUS_OK) fail_msg("taken: %s", bad[i].text);
    if (error.line != bad[i].line || error.column != bad[i].column || strcmp(error.nearest, bad[i].nearest) != 0)
      fail_msg("%s: %d:%d %s [%s]", bad[i].text, error.line, error.column, error.what, error.nearest);
  }
}

static void the_limits_are_exact(void **state) {
  (void)state;
  ScreenError error;
  char text[SCREEN_MAX_BYTES + 2];
  memset(text, ' ', sizeof text);
  memcpy(text, "golden_cross", 12);
  assert_int_equal(screen_plan(text, SCREEN_MAX_BYTES, &plan, &error), STATUS_OK);
  assert_int_equal(screen_plan(text, SCREEN_MAX_BYTES + 1, &plan, &error), STATUS_CONFIG);

  /* 1 + 2 + 2 ... parts: 63 times "+1" over "1" and "> 0" make 129 */
  for (int times = 62; times <= 63; times++) {
    char *end = text;
    *end++ = '1';
    for (int i = 0; i < times; i++) *end++ = '+', *end++ = '1';
    memcpy(end, ">0", 2);
    assert_int_equal(screen_plan(text, (size_t)(end + 2 - text), &plan, &error),
                     times == 62 ? STATUS_OK : STATUS_CONFIG);
  }
  for (size_t depth = 16; depth <= 17; depth++) {
    memset(text, '(', depth);
    memcpy(text + depth, "golden_cross", 12);
    memset(text + depth + 12, ')', depth);
    assert_int_equal(screen_plan(text, 2 * depth + 12, &plan, &error), depth == 16 ? STATUS_OK : STATUS_CONFIG);
  }
}

static void look_back_is_derived_from_the_tree(void **state) {
  (void)state;
  ScreenError error;
  const char *text = "crosses_above(mean(close, 20)[3], open) and rank(close[21]) > 1";
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_OK);
  assert_int_equal(screen_plan_back(&plan), 23);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(these_are_conditions),
      cmocka_unit_test(wrong_ones_are_told_with_their_place_and_the_nearest_name),
      cmocka_unit_test(the_limits_are_exact),
      cmocka_unit_test(look_back_is_derived_from_the_tree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
