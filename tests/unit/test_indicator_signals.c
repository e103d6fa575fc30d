/* Signals: each holds exactly where its formula holds on the stored values, and exists where these do. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/indicator/indicator.h>
#include <closebell/indicator/trend.h>

enum { BARS = 700, MAX_FIELDS = 128 };

static double open_[BARS], high[BARS], low[BARS], close_[BARS], volume[BARS];
static uint8_t rating[BARS];
static double computed[MAX_FIELDS][BARS];

static double next_random(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Trends of a hundred sessions with noise on them, a surge of volume now and then. */
static void set_prices(uint64_t seed) {
  double price = 10000, drift = 0;
  for (size_t i = 0; i < BARS; i++) {
    if (i % 100 == 0) drift = i % 300 == 0 ? 0.99 : 1.006;
    price = fmax(100, floor(price * drift * (0.98 + 0.04 * next_random(&seed))));
    open_[i] = low[i] = floor(price * 0.99);
    close_[i] = price;
    high[i] = floor(price * 1.01);
    volume[i] = floor(1000 * next_random(&seed)) * (i % 37 == 0 ? 9 : 1);
    rating[i] = (uint8_t)(40 + 59 * next_random(&seed));
  }
}

static void compute(size_t count) {
  double *outputs[MAX_FIELDS];
  assert_true(indicator_total_outputs() <= MAX_FIELDS);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = computed[k];
    for (size_t i = 0; i < BARS; i++) computed[k][i] = NAN;
  }
  Bars bars = {.count = count,
               .open = open_,
               .high = high,
               .low = low,
               .close = close_,
               .volume = volume,
               .chained_close = close_,
               .rating = rating};
  indicator_compute_all(&bars, outputs);
}

static const double *values_of(const char *field) {
  size_t rows, column = 0;
  const Indicator *table = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; table[r].fields[k] != NULL; k++, column++)
      if (strcmp(table[r].fields[k], field) == 0) return computed[column];
  fail_msg("no field %s", field);
  return NULL;
}

static double mean(size_t i, size_t length) {
  double sum = 0;
  for (size_t k = i + 1 - length; k <= i; k++) sum += close_[k];
  return sum / (double)length;
}

/* What each signal says of bar i, by its formula; NAN: nothing yet. */
typedef double Formula(size_t i);

static double yes(bool holds) { return holds ? 1 : 0; }

static double crossing(const char *fast, const char *slow, size_t i, int direction) {
  const double *a = values_of(fast), *b = values_of(slow);
  if (i == 0 || isnan(a[i - 1]) || isnan(b[i - 1])) return NAN;
  if (direction > 0) return yes(a[i] > b[i] && a[i - 1] <= b[i - 1]);
  return yes(a[i] < b[i] && a[i - 1] >= b[i - 1]);
}

static double golden(size_t i) { return crossing("sma_20", "sma_60", i, 1); }
static double dead(size_t i) { return crossing("sma_20", "sma_60", i, -1); }
static double macd_up(size_t i) { return crossing("macd", "macd_signal", i, 1); }
static double macd_down(size_t i) { return crossing("macd", "macd_signal", i, -1); }

static double oversold(size_t i) { return i < 14 ? NAN : yes(values_of("rsi_14")[i] < 30); }
static double overbought(size_t i) { return i < 14 ? NAN : yes(values_of("rsi_14")[i] > 70); }
static double breakout_up(size_t i) { return i < 19 ? NAN : yes(close_[i] > values_of("bb_upper")[i]); }
static double breakout_down(size_t i) { return i < 19 ? NAN : yes(close_[i] < values_of("bb_lower")[i]); }
static double surge(size_t i) { return i < 19 ? NAN : yes(volume[i] >= 3 * values_of("volume_sma_20")[i]); }
static double near_high(size_t i) { return i < 249 ? NAN : yes(close_[i] / values_of("high_52w")[i] >= 0.95); }

static double above_cloud(size_t i) {
  if (i < 51 + 26) return NAN;
  return yes(close_[i] > fmax(values_of("ichimoku_span_a")[i - 26], values_of("ichimoku_span_b")[i - 26]));
}

static double template(size_t i) {
  if (i < 252 || rating[i] == 0) return NAN;
  double c = close_[i], ma50 = mean(i, 50), ma150 = mean(i, 150), ma200 = mean(i, 200), top = 0, bottom = INFINITY;
  for (size_t k = i - 249; k <= i; k++) top = fmax(top, high[k]), bottom = fmin(bottom, low[k]);
  return yes(c > ma150 && c > ma200 && ma150 > ma200 && ma200 > mean(i - 22, 200) && ma50 > ma150 && ma50 > ma200 &&
             c > ma50 && c / bottom >= 1.3 && c / top >= 0.75 && rating[i] >= 70);
}

static const struct {
  const char *field;
  Formula *formula;
} SIGNALS[] = {
    {"golden_cross", golden},        {"dead_cross", dead},
    {"macd_cross_up", macd_up},      {"macd_cross_down", macd_down},
    {"rsi_oversold", oversold},      {"rsi_overbought", overbought},
    {"bb_breakout_up", breakout_up}, {"bb_breakout_down", breakout_down},
    {"volume_surge", surge},         {"ichimoku_above_cloud", above_cloud},
    {"near_high_52w", near_high},    {"trend_template", template},
};
enum { SIGNAL_COUNT = sizeof SIGNALS / sizeof SIGNALS[0] };

static void each_signal_holds_where_its_formula_does(void **state) {
  (void)state;
  size_t held[SIGNAL_COUNT] = {0};
  for (uint64_t seed = 1; seed <= 4; seed++) {
    set_prices(seed);
    rating[400] = rating[555] = 0;
    compute(BARS);
    for (size_t s = 0; s < SIGNAL_COUNT; s++)
      for (size_t i = 0; i < BARS; i++) {
        double wanted = SIGNALS[s].formula(i), got = values_of(SIGNALS[s].field)[i];
        if (isnan(wanted) != isnan(got) || wanted < got || wanted > got)
          fail_msg("%s, bar %zu: %g, not %g", SIGNALS[s].field, i, got, wanted);
        held[s] += got > 0;
      }
  }
  for (size_t s = 0; s < SIGNAL_COUNT; s++)
    if (held[s] < 4) fail_msg("%s has held %zu times: that proves nothing", SIGNALS[s].field, held[s]);
}

/* Bars that meet all eight conditions, then one after the other is broken. */
static void set_stage_2(void) {
  for (size_t i = 0; i < BARS; i++) {
    close_[i] = open_[i] = 10000 + 50 * (double)i;
    high[i] = close_[i] + 10;
    low[i] = close_[i] - 10;
    volume[i] = 1000;
    rating[i] = 70;
  }
}

static bool is_in_trend(void) {
  compute(BARS);
  return values_of("trend_template")[BARS - 1] > 0;
}

static void a_trend_needs_its_rank_its_height_and_its_distance_from_the_low(void **state) {
  (void)state;
  const size_t last = BARS - 1;
  set_stage_2();
  assert_true(is_in_trend());
  rating[last] = 69;
  assert_false(is_in_trend()); /* 8 */
  set_stage_2();
  high[last - 100] = close_[last] / 0.75 + 1;
  assert_false(is_in_trend()); /* 7 */
  high[last - 100] = close_[last] / 0.75 - 1;
  assert_true(is_in_trend());
  low[last - 100] = close_[last] / 1.3 + 1; /* the lowest low is another one: still 30 % below */
  assert_true(is_in_trend());
  for (size_t i = 0; i < BARS; i++) low[i] = close_[last] / 1.3 + 1;
  assert_false(is_in_trend()); /* 6 */
  set_stage_2();
  close_[last] = mean(last - 1, 50);
  assert_false(is_in_trend()); /* 5 */
}

/* ---- the conditions one by one ---- */

static const TrendFigures STAGE_2 = {.close = 200,
                                     .sma_50 = 190,
                                     .sma_150 = 180,
                                     .sma_200 = 170,
                                     .low_52w = 100,
                                     .high_52w = 210,
                                     .rs_rating = 80,
                                     .sma_200_before = 165};

static void assert_fails(const TrendFigures *figures, int condition, const char *rule, double left, double right) {
  TrendComparison comparisons[TREND_COMPARISON_COUNT];
  trend_compare(figures, comparisons);
  assert_false(trend_holds(figures));
  for (size_t i = 0; i < TREND_COMPARISON_COUNT; i++) {
    if (strcmp(comparisons[i].rule, rule) != 0) {
      if (!comparisons[i].holds) fail_msg("%s fails beside %s", comparisons[i].rule, rule);
      continue;
    }
    assert_false(comparisons[i].holds);
    assert_int_equal(comparisons[i].condition, condition);
    assert_true(comparisons[i].left == left && comparisons[i].right == right);
  }
}

static void each_condition_tells_both_its_sides(void **state) {
  (void)state;
  TrendComparison comparisons[TREND_COMPARISON_COUNT];
  TrendFigures broken;
  assert_true(trend_holds(&STAGE_2));
  trend_compare(&STAGE_2, comparisons);
  for (size_t i = 0; i < TREND_COMPARISON_COUNT; i++) {
    assert_true(comparisons[i].holds);
    assert_in_range(comparisons[i].condition, i == 0 ? 1 : comparisons[i - 1].condition, TREND_CONDITIONS);
  }
  broken = STAGE_2, broken.sma_200_before = 171;
  assert_fails(&broken, 3, "sma_200 > sma_200_before", 170, 171);
  broken = STAGE_2, broken.sma_50 = 201;
  assert_fails(&broken, 5, "close > sma_50", 200, 201);
  broken = STAGE_2, broken.low_52w = 160;
  assert_fails(&broken, 6, "close >= 1.3 * low_52w", 200, 1.3 * 160);
  broken = STAGE_2, broken.high_52w = 400;
  assert_fails(&broken, 7, "close >= 0.75 * high_52w", 200, 300);
  broken = STAGE_2, broken.rs_rating = 69;
  assert_fails(&broken, 8, "rs_rating >= 70", 69, 70);
}

static void a_condition_that_is_not_known_does_not_hold(void **state) {
  (void)state;
  TrendComparison comparisons[TREND_COMPARISON_COUNT];
  TrendFigures unranked = STAGE_2;
  unranked.rs_rating = NAN;
  trend_compare(&unranked, comparisons);
  assert_false(trend_holds(&unranked));
  assert_true(isnan(comparisons[TREND_COMPARISON_COUNT - 1].left));
  assert_false(comparisons[TREND_COMPARISON_COUNT - 1].holds);
}

static void nearness_to_the_high_is_95_percent_of_it(void **state) {
  (void)state;
  for (size_t i = 0; i < BARS; i++) open_[i] = high[i] = low[i] = close_[i] = 950, volume[i] = 1;
  high[BARS - 3] = 1000;
  compute(BARS);
  assert_true(values_of("near_high_52w")[BARS - 1] > 0);
  high[BARS - 3] = 1001;
  compute(BARS);
  assert_false(values_of("near_high_52w")[BARS - 1] > 0);
}

static void a_surge_is_three_times_the_mean_and_never_of_nothing(void **state) {
  (void)state;
  set_stage_2();
  for (size_t i = 0; i < BARS; i++) volume[i] = 17;
  volume[BARS - 1] = 57; /* mean of 20: (19 x 17 + 57) / 20 = 19 */
  compute(BARS);
  assert_true(values_of("volume_surge")[BARS - 1] > 0);
  volume[BARS - 1] = 56;
  compute(BARS);
  assert_false(values_of("volume_surge")[BARS - 1] > 0);
  for (size_t i = 0; i < BARS; i++) volume[i] = 0;
  compute(BARS);
  assert_false(values_of("volume_surge")[BARS - 1] > 0);
}

static void a_touch_is_no_cross(void **state) {
  (void)state;
  for (size_t i = 0; i < BARS; i++) open_[i] = high[i] = low[i] = close_[i] = 1024, volume[i] = 1;
  compute(BARS);
  const char *const crosses[] = {"golden_cross", "dead_cross", "macd_cross_up", "macd_cross_down"};
  for (size_t k = 0; k < 4; k++)
    for (size_t i = 100; i < BARS; i++) assert_false(values_of(crosses[k])[i] > 0);
  close_[BARS - 1] = high[BARS - 1] = 2048;
  compute(BARS);
  assert_true(values_of("golden_cross")[BARS - 1] > 0);
}

static void signals_and_ranks_have_kinds_of_their_own(void **state) {
  (void)state;
  size_t rows, signals = 0;
  const Indicator *table = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++) {
    bool is_rank = strcmp(table[r].fields[0], "rs_rating") == 0, is_beside = table[r].kind >= FIELD_MAYBE;
    signals += table[r].holds != NULL;
    assert_int_equal(table[r].kind, table[r].holds ? FIELD_BOOL
                                    : is_rank      ? FIELD_INT32
                                    : is_beside    ? table[r].kind
                                                   : FIELD_DOUBLE);
  }
  assert_int_equal(signals, SIGNAL_COUNT);
}

static void a_stock_without_a_place_has_no_rating(void **state) {
  (void)state;
  set_prices(1);
  rating[300] = 0;
  rating[301] = 99;
  compute(BARS);
  assert_true(isnan(values_of("rs_rating")[300]));
  assert_true(values_of("rs_rating")[301] == 99);
  assert_true(isnan(values_of("rs_rating")[251]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_signal_holds_where_its_formula_does),
      cmocka_unit_test(a_trend_needs_its_rank_its_height_and_its_distance_from_the_low),
      cmocka_unit_test(each_condition_tells_both_its_sides),
      cmocka_unit_test(a_condition_that_is_not_known_does_not_hold),
      cmocka_unit_test(nearness_to_the_high_is_95_percent_of_it),
      cmocka_unit_test(a_surge_is_three_times_the_mean_and_never_of_nothing),
      cmocka_unit_test(a_touch_is_no_cross),
      cmocka_unit_test(signals_and_ranks_have_kinds_of_their_own),
      cmocka_unit_test(a_stock_without_a_place_has_no_rating),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
