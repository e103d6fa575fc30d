#include "market_rows.h"

#include <closebell/market/panel.h>

static Panel panel_of(const char *const *tickers, size_t count) {
  Panel panel = {0};
  assert_int_equal(panel_init(&panel, tickers, count), STATUS_OK);
  return panel;
}

static void add_row(Panel *panel, Day date, const StockRow *row, bool broken_before) {
  Session session = session_of(date, row, row != NULL);
  assert_int_equal(panel_add(panel, &session, broken_before), STATUS_OK);
  session_free(&session);
}

/* Adds a session in which 005930 alone is listed. */
static void add_close(Panel *panel, Day date, int64_t close, int64_t base_price) {
  StockRow row = row_of("005930", close);
  row.change = close - base_price;
  add_row(panel, date, &row, false);
}

static AdjustedSeries adjust(const Panel *panel, const char *ticker, Day from) {
  AdjustedSeries adjusted;
  const PanelSeries *series = panel_find(panel, ticker);
  assert_non_null(series);
  assert_int_equal(panel_adjust(panel, series, from, &adjusted), STATUS_OK);
  return adjusted;
}

static const char *const ONE[] = {"005930"};

static void only_the_chosen_tickers_are_kept_in_order(void **state) {
  (void)state;
  const char *const tickers[] = {"900110", "00104K", "005930"};
  Panel panel = panel_of(tickers, 3);
  StockRow rows[] = {row_of("000660", 5), row_of("005930", 7), row_of("00104K", 9)};
  Session session = session_of(10, rows, 3);
  assert_int_equal(panel_add(&panel, &session, false), STATUS_OK);
  assert_string_equal(panel.series[0].ticker, "00104K");
  assert_string_equal(panel.series[2].ticker, "900110");
  assert_int_equal(panel_find(&panel, "005930")->rows[0].close, 7);
  assert_int_equal(panel_find(&panel, "00104K")->count, 1);
  assert_int_equal(panel_find(&panel, "900110")->count, 0);
  assert_null(panel_find(&panel, "000660"));
  session_free(&session);
  panel_free(&panel);
}

static void a_ticker_named_twice_or_malformed_is_refused(void **state) {
  (void)state;
  Panel panel = {.series_count = 9};
  const char *const twice[] = {"005930", "000660", "005930"}, *const malformed[] = {"005930", "../x"};
  assert_int_equal(panel_init(&panel, twice, 3), STATUS_BAD_DATA);
  assert_int_equal(panel_init(&panel, malformed, 2), STATUS_BAD_DATA);
  assert_int_equal(panel.series_count, 9);
}

static void an_empty_panel_takes_sessions(void **state) {
  (void)state;
  Panel panel = panel_of(NULL, 0);
  add_close(&panel, 1, 1000, 1000);
  assert_int_equal(panel.session_count, 1);
  assert_null(panel_find(&panel, "005930"));
  panel_free(&panel);
}

static void sessions_out_of_order_are_refused(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  add_close(&panel, 10, 1000, 1000);
  StockRow row = row_of("005930", 1);
  Session again = session_of(10, &row, 1);
  assert_int_equal(panel_add(&panel, &again, false), STATUS_INTERNAL);
  again.date = 9;
  assert_int_equal(panel_add(&panel, &again, false), STATUS_INTERNAL);
  assert_int_equal(panel.session_count, 1);
  assert_int_equal(panel_find(&panel, "005930")->count, 1);
  session_free(&again);
  panel_free(&panel);
}

static void without_an_action_prices_stay_as_published(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  for (Day day = 0; day < 100; day++) add_close(&panel, day, 1000 + day, 999 + day);
  AdjustedSeries adjusted = adjust(&panel, "005930", 0);
  assert_int_equal(adjusted.count, 100);
  assert_int_equal(adjusted.newest_action, DAY_NONE);
  for (size_t i = 0; i < 100; i++) {
    assert_int_equal(adjusted.dates[i], i);
    assert_true(adjusted.close[i] == 1000.0 + (double)i);
    assert_true(adjusted.volume[i] == 1000.0);
  }
  adjusted_free(&adjusted);
  assert_null(adjusted.open);
  panel_free(&panel);
}

static void prices_before_an_action_are_multiplied_and_volumes_divided(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  StockRow row = row_of("005930", 1000);
  row.open = 900, row.high = 1100, row.low = 800;
  add_row(&panel, 1, &row, false);
  add_close(&panel, 2, 520, 500); /* one for two */
  add_close(&panel, 3, 300, 260); /* and again */
  AdjustedSeries adjusted = adjust(&panel, "005930", 1);
  assert_true(adjusted.open[0] == 225 && adjusted.high[0] == 275 && adjusted.low[0] == 200 && adjusted.close[0] == 250);
  assert_true(adjusted.volume[0] == 4000);
  assert_true(adjusted.close[1] == 260 && adjusted.volume[1] == 2000);
  assert_true(adjusted.close[2] == 300 && adjusted.volume[2] == 1000);
  assert_int_equal(adjusted.newest_action, 3);
  adjusted_free(&adjusted);
  panel_free(&panel);
}

static void the_product_is_built_from_the_newest_factor_backwards(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  add_close(&panel, 1, 953, 953);
  add_close(&panel, 2, 1910, 1865);
  add_close(&panel, 3, 1781, 1686);
  add_close(&panel, 4, 600, 593);
  AdjustedSeries adjusted = adjust(&panel, "005930", 1);
  double product = 593.0 / 1781.0;
  assert_true(adjusted.close[2] == 1781.0 * product);
  product *= 1686.0 / 1910.0;
  assert_true(adjusted.close[1] == 1910.0 * product);
  product *= 1865.0 / 953.0;
  assert_true(adjusted.close[0] == 953.0 * product);
  assert_true(adjusted.volume[0] == 1000.0 / product);
  adjusted_free(&adjusted);
  panel_free(&panel);
}

static void a_session_without_trades_carries_a_factor_but_is_no_bar(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  add_close(&panel, 1, 1000, 1000);
  StockRow halted = row_of("005930", 2000);
  halted.open = halted.high = halted.low = 0;
  halted.change = 0; /* base 2000: merged two into one while halted */
  add_row(&panel, 2, &halted, false);
  add_close(&panel, 3, 2100, 2000);
  AdjustedSeries adjusted = adjust(&panel, "005930", 1);
  assert_int_equal(adjusted.count, 2);
  assert_true(adjusted.close[0] == 2000);
  assert_true(adjusted.close[1] == 2100);
  assert_int_equal(adjusted.dates[1], 3);
  assert_int_equal(adjusted.newest_action, 2);
  adjusted_free(&adjusted);
  panel_free(&panel);
}

static void no_factor_crosses_a_place_where_a_session_may_be_missing(void **state) {
  (void)state;
  for (Day broken = 1; broken <= 4; broken++) {
    Panel panel = panel_of(ONE, 1);
    StockRow first = row_of("005930", 1000), later = row_of("005930", 500);
    add_row(&panel, 1, &first, broken == 1);
    add_row(&panel, 2, NULL, broken == 2); /* 005930 not listed */
    add_row(&panel, 3, &later, broken == 3);
    add_row(&panel, 4, &later, broken == 4);
    AdjustedSeries adjusted = adjust(&panel, "005930", 1);
    bool crossed = broken == 2 || broken == 3;
    assert_true(adjusted.close[0] == (crossed ? 1000.0 : 500.0));
    assert_int_equal(adjusted.newest_action, crossed ? DAY_NONE : 3);
    adjusted_free(&adjusted);
    panel_free(&panel);
  }
}

static void rows_before_the_first_wanted_date_are_left_out(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  add_close(&panel, 1, 1000, 1000);
  add_close(&panel, 2, 500, 500);
  add_close(&panel, 3, 510, 500);
  AdjustedSeries adjusted = adjust(&panel, "005930", 2);
  assert_int_equal(adjusted.count, 2);
  assert_true(adjusted.close[0] == 500 && adjusted.close[1] == 510);
  assert_int_equal(adjusted.newest_action, DAY_NONE); /* it moves nothing that is shown */
  adjusted_free(&adjusted);

  adjusted = adjust(&panel, "005930", 4);
  assert_int_equal(adjusted.count, 0);
  assert_null(adjusted.dates);
  adjusted_free(&adjusted);
  panel_free(&panel);
}

static void a_stock_that_never_traded_has_no_bars(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  StockRow halted = row_of("005930", 1000);
  halted.open = 0;
  add_row(&panel, 1, &halted, false);
  add_row(&panel, 2, &halted, false);
  AdjustedSeries adjusted = adjust(&panel, "005930", 1);
  assert_int_equal(adjusted.count, 0);
  adjusted_free(&adjusted);
  panel_free(&panel);
}

static void of_a_series_the_newest_bar_alone_can_be_kept(void **state) {
  (void)state;
  Panel panel = panel_of(ONE, 1);
  add_close(&panel, 1, 100, 100);
  add_close(&panel, 2, 50, 50); /* halved */
  StockRow newest = row_of("005930", 60);
  newest.change = 10, newest.open = 58, newest.high = 61, newest.low = 57;
  add_row(&panel, 3, &newest, false);
  AdjustedSeries adjusted = adjust(&panel, "005930", 1), kept = adjust(&panel, "005930", 1);
  for (int twice = 0; twice < 2; twice++) {
    assert_int_equal(adjusted_keep_newest(&kept), STATUS_OK);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.dates[0], 3);
    const double *const columns[] = {kept.open, kept.high, kept.low, kept.close, kept.volume};
    const double *const all[] = {adjusted.open, adjusted.high, adjusted.low, adjusted.close, adjusted.volume};
    for (size_t k = 0; k < 5; k++) assert_true(columns[k][0] == all[k][2]);
    assert_int_equal(kept.newest_action, 2);
  }
  adjusted_free(&kept);
  adjusted_free(&adjusted);
  AdjustedSeries none = {.newest_action = DAY_NONE};
  assert_int_equal(adjusted_keep_newest(&none), STATUS_OK);
  assert_int_equal(none.count, 0);
  panel_free(&panel);
}

/* Against a slow and obvious reckoning: a bar's factor is the product, newest first, of those after it. */
static void real_actions_are_adjusted_as_by_hand(void **state) {
  (void)state;
  const char *const tickers[] = {"131400", "086960", "095700", "311320", "007460", "138360", "003075", "005930"};
  const int actions[] = {2, 1, 1, 1, 1, 1, 1, 0};
  Panel panel = panel_of(tickers, 8);
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]);
    assert_int_equal(panel_add(&panel, &session, false), STATUS_OK);
    session_free(&session);
  }
  for (size_t t = 0; t < 8; t++) {
    const PanelSeries *series = panel_find(&panel, tickers[t]);
    AdjustedSeries adjusted = adjust(&panel, tickers[t], day_of(RAW_DATES[0]));
    int found = 0;
    size_t bar = adjusted.count;
    for (size_t i = series->count; i-- > 0;) {
      double product = 1, factor;
      for (size_t j = series->count - 1; j > i; j--)
        if (action_factor(series->rows[j - 1].close, series->rows[j].close - series->rows[j].change, &factor))
          product *= factor;
      if (i > 0)
        found += action_factor(series->rows[i - 1].close, series->rows[i].close - series->rows[i].change, &factor);
      if (series->rows[i].open == 0) continue;
      bar--;
      assert_true(adjusted.close[bar] == (double)series->rows[i].close * product);
      assert_true(adjusted.low[bar] == (double)series->rows[i].low * product);
      assert_true(adjusted.volume[bar] == (double)series->rows[i].volume / product);
    }
    assert_int_equal(bar, 0);
    assert_int_equal(found, actions[t]);
    assert_int_equal(adjusted.newest_action != DAY_NONE, actions[t] > 0);
    adjusted_free(&adjusted);
  }
  panel_free(&panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_the_chosen_tickers_are_kept_in_order),
      cmocka_unit_test(a_ticker_named_twice_or_malformed_is_refused),
      cmocka_unit_test(an_empty_panel_takes_sessions),
      cmocka_unit_test(sessions_out_of_order_are_refused),
      cmocka_unit_test(without_an_action_prices_stay_as_published),
      cmocka_unit_test(prices_before_an_action_are_multiplied_and_volumes_divided),
      cmocka_unit_test(the_product_is_built_from_the_newest_factor_backwards),
      cmocka_unit_test(a_session_without_trades_carries_a_factor_but_is_no_bar),
      cmocka_unit_test(no_factor_crosses_a_place_where_a_session_may_be_missing),
      cmocka_unit_test(rows_before_the_first_wanted_date_are_left_out),
      cmocka_unit_test(a_stock_that_never_traded_has_no_bars),
      cmocka_unit_test(of_a_series_the_newest_bar_alone_can_be_kept),
      cmocka_unit_test(real_actions_are_adjusted_as_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
