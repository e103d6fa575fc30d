/* What holds for every row of the indicator table: warm-up, causality, finiteness, flat prices, no drift. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/indicator/indicator.h>

enum { MAX_BARS = 10000, MAX_FIELDS = 128 };

static const double UNTOUCHED = -987654321.25;

static double open_[MAX_BARS], high[MAX_BARS], low[MAX_BARS], close_[MAX_BARS], volume[MAX_BARS];
static double index_close[MARKET_INDICES][MAX_BARS];
static uint8_t rating[MAX_BARS]; /* 0: no value */
static uint8_t market[MAX_BARS];
static double computed[MAX_FIELDS][MAX_BARS], again[MAX_FIELDS][MAX_BARS];

static Bars bars_of(size_t count) {
  return (Bars){.count = count,
                .open = open_,
                .high = high,
                .low = low,
                .close = close_,
                .volume = volume,
                .chained_close = close_,
                .rating = rating,
                .market = market,
                .index_close = {index_close[0], index_close[1]}};
}

static void compute_from(double to[MAX_FIELDS][MAX_BARS], size_t count, size_t from) {
  double *outputs[MAX_FIELDS];
  assert_true(indicator_total_outputs() <= MAX_FIELDS);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = to[k];
    for (size_t i = 0; i < MAX_BARS; i++) to[k][i] = UNTOUCHED;
  }
  Bars bars = bars_of(count);
  bars.from = from;
  indicator_compute_all(&bars, outputs);
}

static void compute_into(double to[MAX_FIELDS][MAX_BARS], size_t count) { compute_from(to, count, 0); }

static void compute(size_t count) { compute_into(computed, count); }

/* Whether a field may be absent after its warm-up. */
static bool may_be_absent(size_t column) {
  size_t of_row;
  return indicator_of_output(column, &of_row)->kind >= FIELD_MAYBE;
}

/* The warm-up of each output of the table, in table order; returns how many there are. */
static size_t warm_ups(size_t starts[MAX_FIELDS]) {
  size_t rows, column = 0;
  const Indicator *row = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; k < indicator_output_count(&row[r]); k++) starts[column++] = indicator_start(&row[r], k);
  return column;
}

static size_t column_of(const char *field) {
  size_t rows, column = 0;
  const Indicator *row = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; row[r].fields[k] != NULL; k++, column++)
      if (strcmp(row[r].fields[k], field) == 0) return column;
  fail_msg("no field %s", field);
  return 0;
}

static double value_of(const char *field, size_t i) { return computed[column_of(field)][i]; }

/* A linear congruential generator (Knuth's MMIX constants): the same series everywhere. Uniform in [0, 1). */
static double next_random(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

static void set_bar(size_t i, double o, double h, double l, double c, double v) {
  open_[i] = o, high[i] = h, low[i] = l, close_[i] = c, volume[i] = v;
}

static void set_flat(size_t from, size_t to, double price, double v) {
  for (size_t i = from; i < to; i++) set_bar(i, price, price, price, price, v);
}

/* A random walk in won with flat stretches, single-price sessions and sessions of no volume; unit stretches the prices.
 */
static void set_random(uint64_t seed, size_t count, double unit) {
  double price = 1000 + floor(next_random(&seed) * 50000);
  for (size_t i = 0; i < count; i++) {
    if (next_random(&seed) < 0.5) price = fmax(1, floor(price * (0.9 + 0.2 * next_random(&seed))));
    double up = next_random(&seed) < 0.3 ? 0 : floor(price * 0.05 * next_random(&seed));
    double down = next_random(&seed) < 0.3 ? 0 : floor(price * 0.05 * next_random(&seed));
    double traded = next_random(&seed) < 0.2 ? 0 : floor(1e6 * next_random(&seed));
    rating[i] = (uint8_t)(1 + 99 * next_random(&seed));
    market[i] = (uint8_t)(i / 97 % 3);
    for (size_t k = 0; k < MARKET_INDICES; k++)
      index_close[k][i] = next_random(&seed) < 0.01 ? NAN : 500 + 2000 * next_random(&seed);
    set_bar(i, price * unit, (price + up) * unit, (price - down) * unit, price * unit, traded / unit);
  }
}

static void assert_finite_after_warm_up(size_t count) {
  size_t starts[MAX_FIELDS], columns = warm_ups(starts);
  for (size_t k = 0; k < columns; k++)
    for (size_t i = starts[k]; i < count; i++)
      if (!isfinite(computed[k][i]) && !(may_be_absent(k) && isnan(computed[k][i])))
        fail_msg("output %zu is not finite at bar %zu of %zu", k, i, count);
}

static void every_field_has_a_name_of_its_own_and_a_line_of_help(void **state) {
  (void)state;
  const char *seen[MAX_FIELDS];
  size_t rows, count = 0;
  const Indicator *row = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++) {
    assert_true(strlen(row[r].help) > 10);
    assert_in_range(indicator_output_count(&row[r]), 1, INDICATOR_MAX_OUTPUTS);
    for (size_t k = 0; row[r].fields[k] != NULL; k++) {
      const char *field = row[r].fields[k];
      assert_int_equal(strspn(field, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(field));
      for (size_t s = 0; s < count; s++) assert_string_not_equal(seen[s], field);
      seen[count++] = field;
    }
  }
  assert_int_equal(count, indicator_total_outputs());
  assert_true(indicator_version() > 0);
}

static void every_bar_from_the_warm_up_on_is_filled_and_no_other(void **state) {
  (void)state;
  size_t starts[MAX_FIELDS], columns = warm_ups(starts);
  set_random(1, 300, 1);
  for (size_t count = 0; count <= 300; count++) {
    compute(count);
    for (size_t k = 0; k < columns; k++)
      for (size_t i = 0; i < 310; i++)
        if ((computed[k][i] != UNTOUCHED) != (i >= starts[k] && i < count))
          fail_msg("output %zu, bar %zu of %zu, warm-up %zu", k, i, count, starts[k]);
  }
}

static void a_row_without_an_array_is_left_out_and_the_others_stay(void **state) {
  (void)state;
  enum { BARS = 300 };
  const size_t left_out = column_of("per");
  double *outputs[MAX_FIELDS];
  set_random(7, BARS, 1);
  compute(BARS);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = k == left_out ? NULL : again[k];
    for (size_t i = 0; i < BARS; i++) again[k][i] = UNTOUCHED;
  }
  Bars bars = bars_of(BARS);
  indicator_compute_all(&bars, outputs);
  for (size_t k = 0; k < indicator_total_outputs(); k++)
    if (k != left_out) assert_memory_equal(again[k], computed[k], BARS * sizeof **again);
  assert_true(again[left_out][BARS - 1] == UNTOUCHED);
}

static void later_sessions_change_no_bit_of_earlier_values(void **state) {
  (void)state;
  set_random(2, 600, 0.123456789);
  compute(600);
  for (size_t count = 0; count < 600; count += 7) {
    compute_into(again, count);
    for (size_t k = 0; k < indicator_total_outputs(); k++)
      assert_memory_equal(again[k], computed[k], count * sizeof(double));
  }
}

static void wanted_values_have_the_same_bits_and_some_others_are_left_out(void **state) {
  (void)state;
  static const size_t from[] = {1, 199, 200, 201, 251, 252, 253, 254, 505, 506, 507, 511, 512, 513, 598, 599};
  static const char *const left_out[] = {"volatility_252", "max_drawdown_252", "trend_template"};
  set_random(3, 600, 0.123456789);
  compute(600);
  for (size_t n = 0; n < sizeof from / sizeof from[0]; n++) {
    compute_from(again, 600, from[n]);
    for (size_t k = 0; k < indicator_total_outputs(); k++)
      assert_memory_equal(again[k] + from[n], computed[k] + from[n], (600 - from[n]) * sizeof(double));
    for (size_t k = 0; k < sizeof left_out / sizeof left_out[0]; k++)
      assert_true(again[column_of(left_out[k])][from[n] - 1] == UNTOUCHED);
  }
}

static void no_series_of_finite_prices_gives_a_value_that_is_not_finite(void **state) {
  (void)state;
  const double units[] = {1, 1.0 / 3, 1e-6, 1e9, 1e-80, 1e80};
  for (uint64_t seed = 1; seed <= 60; seed++) {
    set_random(seed, 400, units[seed % (sizeof units / sizeof units[0])]);
    compute(400);
    assert_finite_after_warm_up(400);
  }
}

static void no_flat_stretch_gives_a_value_that_is_not_finite(void **state) {
  (void)state;
  const double prices[] = {0, 1, 0.1, 1e-100, 1e15, 1e100};
  for (size_t p = 0; p < sizeof prices / sizeof prices[0]; p++) {
    set_random(p + 1, MAX_BARS, 1);
    set_flat(300, MAX_BARS - 100, prices[p], p % 2 ? 0 : 1e9);
    compute(MAX_BARS);
    assert_finite_after_warm_up(MAX_BARS);
    set_flat(0, 600, prices[p], 0);
    compute(600);
    assert_finite_after_warm_up(600);
  }
}

static void flat_prices_give_their_limits(void **state) {
  (void)state;
  const double prices[] = {1, 70000, 0.1, 1234.0 / 7};
  for (size_t p = 0; p < sizeof prices / sizeof prices[0]; p++) {
    set_flat(0, 400, prices[p], 1000);
    compute(400);
    for (size_t i = 399; i >= 260; i--) {
      assert_true(value_of("rsi_14", i) == 50);
      assert_true(value_of("sma_200", i) == prices[p]);
      assert_true(value_of("ema_26", i) == prices[p]);
      assert_true(value_of("macd", i) == 0 && value_of("macd_signal", i) == 0 && value_of("macd_hist", i) == 0);
      assert_true(value_of("bb_upper", i) == prices[p] && value_of("bb_lower", i) == prices[p]);
      assert_true(value_of("stoch_k", i) == 50 && value_of("stoch_d", i) == 50);
      assert_true(value_of("cci_20", i) == 0);
      assert_true(value_of("mfi_14", i) == 50);
      assert_true(value_of("willr_14", i) == -50);
      assert_true(value_of("atr_14", i) == 0 && value_of("adx_14", i) == 0);
      assert_true(value_of("plus_di_14", i) == 0 && value_of("minus_di_14", i) == 0);
      assert_true(value_of("obv", i) == 1000 && value_of("roc_10", i) == 0);
      assert_true(value_of("rs_raw", i) == 0);
      assert_true(value_of("ichimoku_span_a", i) == prices[p] && value_of("ichimoku_span_b", i) == prices[p]);
      assert_true(value_of("high_52w", i) == prices[p] && value_of("low_52w", i) == prices[p]);
    }
  }
}

/* Behind a corporate action equal prices are products of different factors and differ in their last digits. */
static void prices_that_differ_by_rounding_only_are_flat(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (size_t i = 0; i < 400; i++) {
    double price = 1234.5 * (1 + 1e-15 * (next_random(&seed) - 0.5));
    set_bar(i, price, price, price, price, 1000);
  }
  compute(400);
  for (size_t i = 20; i < 400; i++) {
    assert_true(value_of("stoch_k", i) == 50 && value_of("stoch_d", i) == 50);
    assert_true(value_of("willr_14", i) == -50);
    assert_true(value_of("cci_20", i) == 0);
    assert_true(value_of("mfi_14", i) == 50);
  }
}

static void sessions_without_volume_move_no_money(void **state) {
  (void)state;
  set_random(9, 100, 1);
  for (size_t i = 0; i < 100; i++) volume[i] = 0;
  compute(100);
  for (size_t i = 20; i < 100; i++) {
    assert_true(value_of("mfi_14", i) == 50);
    assert_true(value_of("obv", i) == 0 && value_of("volume_sma_20", i) == 0);
  }
}

static void a_tie_of_the_typical_price_counts_on_neither_side(void **state) {
  (void)state;
  for (size_t i = 0; i < 15; i++) set_bar(i, 100, 101, 99, 100, 10);
  set_bar(7, 100, 102, 98, 100, 1e9);  /* another range, the same typical price, behind a tie */
  set_bar(10, 103, 104, 102, 103, 30); /* up */
  compute(15);                         /* and down again at bar 11, with a volume of 10 */
  assert_true(fabs(value_of("mfi_14", 14) - 100 * (103.0 * 30) / (103.0 * 30 + 100.0 * 10)) < 1e-12);
}

static void a_close_outside_its_range_by_rounding_is_the_edge_of_it(void **state) {
  (void)state;
  for (size_t i = 0; i < 30; i++) set_bar(i, 1000, 1010, 990, 1000, 10);
  close_[20] = 1011;
  close_[25] = 989;
  compute(30);
  assert_true(value_of("willr_14", 20) == 0);
  assert_true(value_of("willr_14", 25) == -100);
}

static void adx_stays_as_it_is_when_no_movement_is_left(void **state) {
  (void)state;
  for (size_t i = 0; i < 40; i++) set_bar(i, 100 + (double)i, 101 + (double)i, 99 + (double)i, 100 + (double)i, 10);
  for (size_t i = 40; i < 1000; i++) set_bar(i, 139, 140, 138, 139, 10);
  compute(1000);
  assert_true(value_of("plus_di_14", 999) < 1e-14);
  assert_true(value_of("adx_14", 999) > 99 && value_of("adx_14", 999) == value_of("adx_14", 900));
}

static void a_newest_price_at_the_mean_of_its_window_has_no_cci(void **state) {
  (void)state;
  for (size_t i = 0; i < 20; i++) {
    double price = i >= 18 ? 0.3 : i % 2 ? 0.2 : 0.4;
    set_bar(i, price, price, price, price, 10);
  }
  compute(20);
  assert_true(value_of("cci_20", 19) == 0);
}

static void high_and_low_of_the_year_are_of_250_traded_sessions(void **state) {
  (void)state;
  for (size_t i = 0; i < 400; i++) set_bar(i, 100, 110, 90, 100, 10);
  high[10] = 200;
  low[20] = 50;
  compute(400);
  assert_true(computed[column_of("high_52w")][248] == UNTOUCHED);
  assert_true(value_of("high_52w", 249) == 200 && value_of("low_52w", 249) == 50);
  assert_true(value_of("high_52w", 10 + 249) == 200 && value_of("high_52w", 10 + 250) == 110);
  assert_true(value_of("low_52w", 20 + 249) == 50 && value_of("low_52w", 20 + 250) == 90);
}

static void percentages_stay_within_their_bounds(void **state) {
  (void)state;
  const char *fields[] = {"rsi_14", "stoch_k", "stoch_d", "mfi_14", "adx_14", "plus_di_14", "minus_di_14"};
  for (uint64_t seed = 1; seed <= 20; seed++) {
    set_random(seed, MAX_BARS, seed % 2 ? 1 : 1.0 / 7);
    set_flat(200 * (size_t)seed, 200 * (size_t)seed + 6000, close_[199], 0); /* long enough for sums to underflow */
    compute(MAX_BARS);
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
      for (size_t i = 100; i < MAX_BARS; i++) {
        double value = value_of(fields[f], i);
        if (!(value >= 0 && value <= 100 + 1e-9)) fail_msg("%s at %zu is %.17g", fields[f], i, value);
      }
  }
}

static void a_price_of_a_million_leaves_no_residue_in_windows_of_one(void **state) {
  (void)state;
  const double later[] = {1, 1.1, 1.0 / 3};
  for (size_t p = 0; p < sizeof later / sizeof later[0]; p++) {
    set_flat(0, 300, 1e6, 1e12);
    set_flat(300, 700, later[p], 1);
    compute(700);
    assert_true(value_of("sma_5", 304) == later[p]);
    assert_true(value_of("sma_200", 499) == later[p]);
    assert_true(value_of("bb_upper", 319) == later[p] && value_of("bb_lower", 319) == later[p]);
    assert_true(value_of("bb_middle", 319) == later[p]);
    assert_true(value_of("stoch_k", 316) == 50 && value_of("willr_14", 313) == -50);
    assert_true(value_of("cci_20", 319) == 0 && value_of("mfi_14", 314) == 50);
    assert_true(value_of("volume_sma_20", 319) == 1);
    assert_true(value_of("high_52w", 549) == later[p] && value_of("ichimoku_span_b", 351) == later[p]);
    assert_true(value_of("roc_10", 310) == 0 && value_of("rs_raw", 552) == 0);
  }
}

static void assert_close(const char *field, size_t i, long double exact) {
  double actual = value_of(field, i);
  if (!(fabsl((long double)actual - exact) <= 1e-9L * fabsl(exact)))
    fail_msg("%s at %zu: %.17g, exactly %.17Lg", field, i, actual, exact);
}

static void windows_have_not_drifted_after_ten_thousand_sessions(void **state) {
  (void)state;
  set_random(77, MAX_BARS, 1.0 / 3);
  for (size_t i = 100; i < 200; i++) set_flat(i, i + 1, 1e9 + (double)i, 1e15); /* long gone, large */
  compute(MAX_BARS);
  for (size_t i = MAX_BARS - 300; i < MAX_BARS; i++) {
    long double sum200 = 0, sum20 = 0, squares = 0, traded = 0;
    for (size_t j = i - 199; j <= i; j++) sum200 += close_[j];
    for (size_t j = i - 19; j <= i; j++) sum20 += close_[j];
    for (size_t j = i - 19; j <= i; j++) squares += (close_[j] - sum20 / 20) * (close_[j] - sum20 / 20);
    for (size_t j = i - 19; j <= i; j++) traded += volume[j];
    assert_close("volume_sma_20", i, traded / 20);
    assert_close("sma_200", i, sum200 / 200);
    assert_close("bb_middle", i, sum20 / 20);
    assert_close("bb_upper", i, sum20 / 20 + 2 * sqrtl(squares / 20));
    assert_close("bb_lower", i, sum20 / 20 - 2 * sqrtl(squares / 20));
  }
}

static void recursive_means_have_not_drifted_after_ten_thousand_sessions(void **state) {
  (void)state;
  set_random(78, MAX_BARS, 1.0 / 3);
  compute(MAX_BARS);
  long double mean = 0, gain = 0, loss = 0;
  for (size_t i = 0; i < 26; i++) mean += close_[i] / 26.0L;
  for (size_t i = 26; i < MAX_BARS; i++) mean += (close_[i] - mean) * 2 / 27;
  for (size_t i = 1; i < MAX_BARS; i++) {
    long double change = (long double)close_[i] - close_[i - 1], weight = i <= 14 ? 1 / 14.0L : 13 / 14.0L;
    gain = i <= 14 ? gain + fmaxl(change, 0) * weight : gain * weight + fmaxl(change, 0) / 14;
    loss = i <= 14 ? loss + fmaxl(-change, 0) * weight : loss * weight + fmaxl(-change, 0) / 14;
  }
  assert_close("ema_26", MAX_BARS - 1, mean);
  assert_close("rsi_14", MAX_BARS - 1, 100 * gain / (gain + loss));

  long double range = 0, total = volume[0];
  for (size_t i = 1; i < MAX_BARS; i++) {
    long double before = close_[i - 1];
    long double widest = fmaxl((long double)high[i] - low[i], fmaxl(fabsl(high[i] - before), fabsl(low[i] - before)));
    range = i <= 14 ? range + widest / 14 : (range * 13 + widest) / 14;
    total += close_[i] > close_[i - 1] ? volume[i] : close_[i] < close_[i - 1] ? -volume[i] : 0;
  }
  assert_close("atr_14", MAX_BARS - 1, range);
  assert_close("obv", MAX_BARS - 1, total);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_field_has_a_name_of_its_own_and_a_line_of_help),
      cmocka_unit_test(every_bar_from_the_warm_up_on_is_filled_and_no_other),
      cmocka_unit_test(wanted_values_have_the_same_bits_and_some_others_are_left_out),
      cmocka_unit_test(a_row_without_an_array_is_left_out_and_the_others_stay),
      cmocka_unit_test(later_sessions_change_no_bit_of_earlier_values),
      cmocka_unit_test(no_series_of_finite_prices_gives_a_value_that_is_not_finite),
      cmocka_unit_test(no_flat_stretch_gives_a_value_that_is_not_finite),
      cmocka_unit_test(flat_prices_give_their_limits),
      cmocka_unit_test(prices_that_differ_by_rounding_only_are_flat),
      cmocka_unit_test(sessions_without_volume_move_no_money),
      cmocka_unit_test(a_tie_of_the_typical_price_counts_on_neither_side),
      cmocka_unit_test(a_close_outside_its_range_by_rounding_is_the_edge_of_it),
      cmocka_unit_test(adx_stays_as_it_is_when_no_movement_is_left),
      cmocka_unit_test(a_newest_price_at_the_mean_of_its_window_has_no_cci),
      cmocka_unit_test(high_and_low_of_the_year_are_of_250_traded_sessions),
      cmocka_unit_test(percentages_stay_within_their_bounds),
      cmocka_unit_test(a_price_of_a_million_leaves_no_residue_in_windows_of_one),
      cmocka_unit_test(windows_have_not_drifted_after_ten_thousand_sessions),
      cmocka_unit_test(recursive_means_have_not_drifted_after_ten_thousand_sessions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
