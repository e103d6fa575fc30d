#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/strategy.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static Strategy strategy;

/* ---- the shipped ones, against their definitions ---- */

#define ALIGNED "sma_5 > sma_20 and sma_20 > sma_60 and sma_60 > sma_120 and sma_20 > sma_20[5]"
#define WIDTH "(bb_upper - bb_lower) / bb_middle"

static const struct {
  const char *name, *where;
} defined[] = {
    {"golden_cross", "golden_cross"},
    {"trend_template", "trend_template"},
    {"macd_golden_cross", "macd_cross_up"},
    {"macd_turn", "macd_cross_up and macd < 0"},
    {"high_52w_breakout", "close > high_52w[1] and volume >= 1.5 * volume_sma_20"},
    {"turtle_20", "close > highest(high, 20)[1]"},
    {"turtle_55", "close > highest(high, 55)[1]"},
    {"aligned", ALIGNED},
    {"pullback", ALIGNED " and close between 0.97 * sma_20 and 1.03 * sma_20 and volume < 0.7 * volume_sma_20"},
    {"squeeze", WIDTH " <= lowest(" WIDTH ", 119)[1]"},
    {"bb_volume", "bb_breakout_up and volume_surge"},
    {"rsi_recovery", "crosses_above(rsi_14, 30) and close > sma_200"},
    {"stoch_turn", "crosses_above(stoch_k, stoch_d) and stoch_k < 20"},
    {"cloud_break", "ichimoku_above_cloud and not ichimoku_above_cloud[1] and ichimoku_conversion > ichimoku_base"},
    {"di_cross", "crosses_above(plus_di_14, minus_di_14) and adx_14 > 25"},
    {"pocket_pivot", "close > close[1] and volume > highest(volume * (close < close[1]), 10)[1] and close >= sma_10"},
    {"contraction", "trend_template and highest(high, 10) - lowest(low, 10) < 0.5 * (highest(high, 60) - lowest(low, "
                    "60)) and volume < volume_sma_20"},
    {"high_tight_flag", "highest(high, 20) >= 1.9 * lowest(low, 60) and close >= 0.8 * highest(high, 20)"},
    {"momentum_12_1", "rank(close[21] / close[252]) >= 90"},
    {"calm_growth", "atr_14 / close < 3% and close > 1.2 * close[60]"},
    {"obv_lead", "obv > highest(obv, 60)[1] and close <= highest(close, 60)[1]"},
    /* Of value and quality: not in that definition, but in the literature that each file names. */
    {"magic_formula", "rank(roa) + rank(operating_margin / psr) >= 170 and current_ratio > 0"},
    {"piotroski", "rank(1 / pbr) >= 80 and roa > 0 and roa > roa[245] and debt_ratio < debt_ratio[245] and "
                  "current_ratio > current_ratio[245] and market_cap / close <= 1.01 * (market_cap / close)[245] and "
                  "roa * per / psr > (roa * per / psr)[245]"},
    {"graham_defensive", "market_cap >= 300000000000 and current_ratio >= 200 and debt_ratio <= 100 and per <= 15 and per * "
                         "pbr <= 22.5 and roe > 0"},
    {"graham_enterprising", "per <= 10 and pbr <= 1.2 and current_ratio >= 150 and operating_profit_growth > 0"},
    {"low_pbr_rising_roe", "pbr < 0.8 and roe >= 8 and roe > roe[245]"},
    {"profitable_value", "rank(operating_margin * roa * per / psr) >= 70 and rank(1 / pbr) >= 70"},
    {"oneil_growth", "operating_profit_growth >= 25 and revenue_growth > 0 and roe >= 17 and rs_rating >= 80 and close "
                     ">= 0.85 * high_52w"},
    {"quality_momentum", "rank(compass_financial) >= 80 and rank(close[21] / close[252]) >= 80"},
    {"low_beta_value", "rank(beta_252) <= 33 and rank(1 / per) >= 67 and pbr < 1"},
    {"low_psr", "psr <= 0.75 and operating_margin >= 5 and debt_ratio <= 100 and revenue_growth > 0"},
    {"lynch_peg",
     "operating_profit_growth between 15 and 50 and per <= 0.5 * operating_profit_growth and debt_ratio <= 80"},
    {"high_yield_covered", "dividend_yield > 0 and rank(dividend_yield) >= 80 and payout_ratio between 0 and 50"},
    {"dividend_growth", "(dividend_yield * close)[245] > 0 and dividend_yield * close > (dividend_yield * close)[245] and "
                        "payout_ratio between 0 and 60 and roe > 0"},
    {"dividend_value", "rank(dividend_yield) >= 70 and rank(1 / pbr) >= 70 and dividend_yield > 0 and roe > 0"},
    {"trending_value", "rank(rank(1 / per) + rank(1 / pbr) + rank(1 / psr)) >= 90 and rank(close / close[126]) >= 75"},
};
enum { DEFINED = sizeof defined / sizeof defined[0] };

static void read_shipped(const char *name) {
  char path[600], content[STRATEGY_MAX_BYTES];
  ScreenError error;
  snprintf(path, sizeof path, "%s/%s.ini", TEST_STRATEGIES, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(content, 1, sizeof content, file);
  fclose(file);
  if (strategy_parse(content, length, &strategy, &error) != STATUS_OK)
    fail_msg("%s:%d:%d: %s", path, error.line, error.column, error.what);
}

static void every_shipped_strategy_has_titles_an_origin_and_a_time_to_hold(void **state) {
  (void)state;
  size_t seen = 0;
  DIR *folder = opendir(TEST_STRATEGIES);
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char name[300];
    char *end = strstr(strcpy(name, entry->d_name), ".ini");
    if (end == NULL) continue;
    *end = '\0';
    read_shipped(name);
    assert_true(strategy.title[0] != '\0' && strategy.title_ko[0] != '\0' && strategy.origin[0] != '\0');
    assert_true(strategy.hold > 0);
    seen++;
  }
  closedir(folder);
  assert_int_equal(seen, DEFINED);
}

static void all_keys_are_taken_and_comments_are_not(void **state) {
  (void)state;
  static const char text[] =
      "# mine\n\ntitle = T = U\r\n  where=close > 1\n; no\nsort = -rs_rating\ncolumns = close,rsi_14\n"
      "hold = 60\ntitle_ko = \xEA\xB0\x80\norigin = me";
  ScreenError error;
  assert_int_equal(strategy_parse(text, sizeof text - 1, &strategy, &error), STATUS_OK);
  assert_string_equal(strategy.title, "T = U");
  assert_int_equal(strategy.where.length, strlen("close > 1"));
  assert_int_equal(strategy.sort.count, 1);
  assert_true(strategy.sort.descending[0]);
  assert_int_equal(strategy.columns.count, 2);
  assert_int_equal(strategy.hold, 60);
  assert_string_equal(strategy.origin, "me");
}

static void a_bad_file_is_told_with_line_and_column(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line, column;
    const char *nearest;
  } bad[] = {{"", 1, 1, ""},
             {"title = T\n", 2, 1, ""},
             {"where = close > 1\n", 2, 1, ""},
             {"title = T\nwhere = close > rsi14\n", 2, 17, "rsi_14"},
             {"title = T\n where =\n", 2, 9, ""},
             {"title = T\nwere = close > 1\n", 2, 1, "where"},
             {"title = T\ntitle = U\n", 2, 1, ""},
             {"title = T\nwhere close > 1 \n", 2, 1, ""},
             {"sort = close, -opn", 1, 16, "open"},
             {"columns = close -open", 1, 17, ""},
             {"hold = 0", 1, 8, ""},
             {"hold = 5 days", 1, 8, ""},
             {"hold = 1001", 1, 8, ""},
             {"title = \xFF\xFE\nwhere = close > 1", 1, 9, ""},
             {"title = T\norigin = O\xEB\x8B\nwhere = close > 1", 2, 11, ""},
             {"title = T\nwhere = name == '\xFF'\n", 2, 18, ""},
             {"\xEF\xBB\xBFtitle = T\nwhere = clos > 1\n", 2, 9, "close"},
             {"\xEF\xBB\xBFtitel = T\n", 1, 1, "title"}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    ScreenError error;
    assert_int_equal(strategy_parse(bad[i].text, strlen(bad[i].text), &strategy, &error), STATUS_CONFIG);
    if (error.line != bad[i].line || error.column != bad[i].column || strcmp(error.nearest, bad[i].nearest) != 0)
      fail_msg("%s: %d:%d %s [%s]", bad[i].text, error.line, error.column, error.what, error.nearest);
  }
}

/* As Windows writes files. */
static void a_byte_order_mark_is_passed_over(void **state) {
  (void)state;
  static const char text[] = "\xEF\xBB\xBFtitle = T\r\nwhere = close > 1\r\n";
  ScreenError error;
  assert_int_equal(strategy_parse(text, sizeof text - 1, &strategy, &error), STATUS_OK);
  assert_string_equal(strategy.title, "T");
}

/* The same tree, wherever its parts stand in the text. */
static bool means_the_same(const ScreenPlan *a, int i, const ScreenPlan *b, int k) {
  const ScreenPart *one = &a->parts[i], *other = &b->parts[k];
  if (one->op != other->op || one->n != other->n || one->negated != other->negated || one->number != other->number ||
      one->operands != other->operands)
    return false;
  for (int operand = 0; operand < one->operands; operand++)
    if (!means_the_same(a, one->operand[operand], b, other->operand[operand])) return false;
  return true;
}

static void every_shipped_strategy_means_what_is_defined(void **state) {
  (void)state;
  static ScreenPlan plan;
  for (size_t i = 0; i < DEFINED; i++) {
    ScreenError error;
    read_shipped(defined[i].name);
    assert_int_equal(screen_plan(defined[i].where, strlen(defined[i].where), &plan, &error), STATUS_OK);
    if (!means_the_same(&plan, plan.count - 1, &strategy.where, strategy.where.count - 1))
      fail_msg("%s means something else: %.*s", defined[i].name, (int)strategy.where.length, strategy.where.text);
  }
}

/* That the comparison sees a difference. */
static void another_number_period_or_operator_means_something_else(void **state) {
  (void)state;
  static ScreenPlan a, b;
  static const char *const others[] = {"close > highest(high, 21)[1]", "close > highest(high, 20)[2]",
                                       "close >= highest(high, 20)[1]", "close > highest(low, 20)[1]",
                                       "close > highest(high, 20)"};
  ScreenError error;
  const char *turtle = "close > highest(high, 20)[1]";
  assert_int_equal(screen_plan(turtle, strlen(turtle), &a, &error), STATUS_OK);
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_int_equal(screen_plan(others[i], strlen(others[i]), &b, &error), STATUS_OK);
    assert_false(means_the_same(&a, a.count - 1, &b, b.count - 1));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_strategy_has_titles_an_origin_and_a_time_to_hold),
      cmocka_unit_test(every_shipped_strategy_means_what_is_defined),
      cmocka_unit_test(another_number_period_or_operator_means_something_else),
      cmocka_unit_test(a_byte_order_mark_is_passed_over),
      cmocka_unit_test(all_keys_are_taken_and_comments_are_not),
      cmocka_unit_test(a_bad_file_is_told_with_line_and_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
