#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/names.h>
#include <closebell/screen/screen.h>

#include <stdio.h>
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
             {"close > \"abc", 1, 13, ""},
             {"   ", 1, 4, ""},
             {"close >\n", 2, 1, ""},
             {"삼성 > 1", 1, 1, ""},
             {"name == '삼성\n'", 1, 12, ""},
             {"close[-1] > 1", 1, 7, ""},
             {"highest(close, 261) > 1", 1, 1, ""},
             {"close > 1e5", 1, 10, ""},
             {"close > 1 %", 1, 11, ""},
             {"close > 1000001조", 1, 9, ""},
             {"close between 1 or 2", 1, 17, ""},
             {"close not > 1", 1, 11, ""},
             {"name < 'a'", 1, 1, ""},
             {"name in ('a', 5)", 1, 15, ""},
             {"KOSPI", 1, 1, ""},
             {"count(close, 5) > 1", 1, 7, ""},
             {"rank(name) > 1", 1, 6, ""},
             {"not close", 1, 5, ""},
             /* the leftmost of several */
             {"rsi14 > 1 and sma20 > 1", 1, 1, "rsi_14"},
             {"close[300] > 1 and rsi14 > 1", 1, 1, ""},
             {"rsi14 > 1 and close > 1 2", 1, 25, ""}};
  for (size_t i = 0; i < COUNT(bad); i++) {
    ScreenError error;
    if (screen_plan(bad[i].text, strlen(bad[i].text), &plan, &error) == STATUS_OK) fail_msg("taken: %s", bad[i].text);
    if (error.line != bad[i].line || error.column != bad[i].column || strcmp(error.nearest, bad[i].nearest) != 0)
      fail_msg("%s: %d:%d %s [%s]", bad[i].text, error.line, error.column, error.what, error.nearest);
  }
}

static void names_that_are_near_are_offered(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int column;
    const char *nearest;
  } near[] = {{"Close > 1", 1, "close"},
              {"RSI_14 > 1", 1, "rsi_14"},
              {"close > 1 AND open > 1", 11, "and"},
              {"market == kospi", 11, "KOSPI"},
              {"market == KOSPII", 11, "KOSPI"},
              {"higest(close, 20) > 1", 7, "highest"},
              {"Rank(close) > 90", 5, "rank"},
              {"nott golden_cross", 6, "not"},
              {"close betwen 1 and 2", 7, "between"},
              {"foo_bar", 1, ""},
              {"gold_cross", 1, "golden_cross"},
              /* a word that stands where it cannot is not its own neighbour, and a known name is no slip */
              {"close > and", 9, ""},
              {"and close > 1", 1, ""},
              {"low(close) > 1", 4, ""},
              {"name close", 6, ""}};
  for (size_t i = 0; i < COUNT(near); i++) {
    ScreenError error;
    assert_int_equal(screen_plan(near[i].text, strlen(near[i].text), &plan, &error), STATUS_CONFIG);
    if (error.column != near[i].column || strcmp(error.nearest, near[i].nearest) != 0)
      fail_msg("%s: %d:%d %s [%s]", near[i].text, error.line, error.column, error.what, error.nearest);
  }
}

/* A word that follows is no slip: the limit is what is wrong. */
static void a_limit_is_told_within_what_passes_it_and_offers_no_name(void **state) {
  (void)state;
  ScreenError error;
  char text[SCREEN_MAX_BYTES] = "";
  for (int i = 0; i < 64; i++) strcat(text, "1+");
  strcat(text, "1 > 0 andd close > 1");
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_CONFIG);
  assert_in_range(error.column, 1, (int)strlen("1+") * 64 + 1);
  assert_string_equal(error.nearest, "");
  assert_non_null(strstr(error.what, "128"));

  memset(text, '(', 17);
  strcpy(text + 17, "golden_cross");
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_CONFIG);
  assert_int_equal(error.column, 17);
  assert_string_equal(error.nearest, "");
}

static void what_is_no_text_or_too_long_is_told(void **state) {
  (void)state;
  ScreenError error;
  static const char broken[] = "name == '\xEC\x82\xBC\xFF'";
  assert_int_equal(screen_plan(broken, sizeof broken - 1, &plan, &error), STATUS_CONFIG);
  assert_int_equal(error.column, 11);
  static char long_text[SCREEN_MAX_BYTES + 1];
  memset(long_text, ')', sizeof long_text);
  assert_int_equal(screen_plan(long_text, sizeof long_text, &plan, &error), STATUS_CONFIG);
  assert_non_null(strstr(error.what, "2048"));
  assert_int_equal(screen_plan(long_text, SCREEN_MAX_BYTES, &plan, &error), STATUS_CONFIG);
  assert_int_equal(error.column, 1);
}

static void numbers_are_rounded_once(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } numbers[] = {
      {"close > 3%", 0.03}, {"close > 1.1%", 0.011},     {"close > 0.7억", 0.7e8}, {"close > 1.234567조", 1.234567e12},
      {"close > 007", 7},   {"close > 1000000조", 1e18}, {"close > 0.10%", 0.001}};
  for (size_t i = 0; i < COUNT(numbers); i++) {
    ScreenError error;
    assert_int_equal(screen_plan(numbers[i].text, strlen(numbers[i].text), &plan, &error), STATUS_OK);
    assert_true(plan.parts[plan.parts[plan.count - 1].operand[1]].number == numbers[i].value);
  }
}

/* Fully bracketed, the operator in front: what binds how tightly. */
static void put(char *to, int i) {
  const ScreenPart *part = &plan.parts[i];
  static const char *const signs[] = {"",  "",   "",   "neg", "+",       "-",  "*",   "/",   "<",  "<=",
                                      ">", ">=", "==", "!=",  "between", "in", "not", "and", "or", "[]"};
  if (part->op == SCREEN_CONSTANT) {
    sprintf(to + strlen(to), "%g", part->number);
  } else if (part->op == SCREEN_FIELD) {
    strncat(to, plan.text + part->at, (size_t)part->length);
  } else {
    sprintf(to + strlen(to), "(%s%s", part->negated ? "un" : "", signs[part->op]);
    int operands = part->op == SCREEN_IN ? 1 : part->operands;
    for (int k = 0; k < operands; k++) strcat(to, " "), put(to, part->operand[k]);
    if (part->op == SCREEN_INDEX || part->op == SCREEN_IN) sprintf(to + strlen(to), " %d", part->n);
    strcat(to, ")");
  }
}

static void operators_bind_as_the_definition_says(void **state) {
  (void)state;
  static const struct {
    const char *text, *tree;
  } trees[] = {
      {"-close[1] * 2 + open < 3", "(< (+ (* (neg ([] close 1)) 2) open) 3)"},
      {"close - open - low > high / low / 2", "(> (- (- close open) low) (/ (/ high low) 2))"},
      {"not close > 1 and open > 1 or low > 1", "(or (and (not (> close 1)) (> open 1)) (> low 1))"},
      {"close > 1 or open > 1 and low > 1", "(or (> close 1) (and (> open 1) (> low 1)))"},
      {"close between 1 and 2 + 3 and low = 1", "(and (between close 1 (+ 2 3)) (== low 1))"},
      {"close + 1 not between -1 and 2", "(unbetween (+ close 1) (neg 1) 2)"},
      {"not close not in (1, 2)", "(not (unin close 2))"},
      {"close * -(open + 1) != --low", "(!= (* close (neg (+ open 1))) (neg (neg low)))"},
  };
  for (size_t i = 0; i < COUNT(trees); i++) {
    ScreenError error;
    char tree[400] = "";
    if (screen_plan(trees[i].text, strlen(trees[i].text), &plan, &error) != STATUS_OK)
      fail_msg("%s: %d:%d %s", trees[i].text, error.line, error.column, error.what);
    put(tree, plan.count - 1);
    assert_string_equal(tree, trees[i].tree);
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
    text[0] = '\0';
    for (size_t i = 0; i < depth; i++) strcat(text, i % 2 == 0 ? "not " : "count(");
    strcat(text, "golden_cross");
    for (size_t i = 0; i < depth / 2; i++) strcat(text, ", 2) > 1");
    assert_int_equal(screen_plan(text, strlen(text), &plan, &error), depth == 16 ? STATUS_OK : STATUS_CONFIG);
  }
  for (int items = 64; items <= 65; items++) {
    strcpy(text, "close in (1");
    for (int i = 1; i < items; i++) strcat(text, ",1");
    strcat(text, ")");
    assert_int_equal(screen_plan(text, strlen(text), &plan, &error), items == 64 ? STATUS_OK : STATUS_CONFIG);
  }
  for (int letters = 64; letters <= 65; letters++) {
    strcpy(text, "name == '");
    for (int i = 0; i < letters; i++) strcat(text, "\xEA\xB0\x80");
    strcat(text, "'");
    assert_int_equal(screen_plan(text, strlen(text), &plan, &error), letters == 64 ? STATUS_OK : STATUS_CONFIG);
  }
}

static void look_back_is_derived_from_the_tree(void **state) {
  (void)state;
  ScreenError error;
  const char *text = "crosses_above(mean(close, 20)[3], open) and rank(close[21]) > 1";
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_OK);
  assert_int_equal(plan.parts[plan.count - 1].back, 23);
}

/* Dates and grades are stored, and no part of the language. */
static void every_name_is_found_once_and_says_what_it_is(void **state) {
  (void)state;
  for (size_t i = 0; i < screen_name_count(); i++) {
    const ScreenName name = screen_name_at(i);
    assert_int_equal(screen_name_find(name.name, strlen(name.name)), screen_name_is_spoken((int)i) ? (int)i : -1);
    assert_true(name.help[0] != '\0' && strlen(name.name) < sizeof(((ScreenError *)0)->nearest));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(these_are_conditions),
      cmocka_unit_test(wrong_ones_are_told_with_their_place_and_the_nearest_name),
      cmocka_unit_test(names_that_are_near_are_offered),
      cmocka_unit_test(a_limit_is_told_within_what_passes_it_and_offers_no_name),
      cmocka_unit_test(what_is_no_text_or_too_long_is_told),
      cmocka_unit_test(numbers_are_rounded_once),
      cmocka_unit_test(operators_bind_as_the_definition_says),
      cmocka_unit_test(every_name_is_found_once_and_says_what_it_is),
      cmocka_unit_test(the_limits_are_exact),
      cmocka_unit_test(look_back_is_derived_from_the_tree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
