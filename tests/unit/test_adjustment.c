#include "market_rows.h"

#include <closebell/market/adjustment.h>
#include <closebell/market/panel.h>

/* Both ways to adjusted prices, over the recorded month, with a gap or without. */
static void assert_agrees_with_the_panel(size_t broken_at) {
  Adjustment adjustment = {0};
  Session last = session_from_raw(RAW_DATES[RAW_DATE_COUNT - 1]);
  const char **tickers = malloc(last.count * sizeof *tickers);
  for (size_t i = 0; i < last.count; i++) tickers[i] = last.rows[i].ticker;
  Panel panel;
  assert_int_equal(panel_init(&panel, tickers, last.count), STATUS_OK);
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]);
    assert_int_equal(panel_add(&panel, &session, i == broken_at), STATUS_OK);
    assert_int_equal(adjustment_add(&adjustment, &session, i == broken_at), STATUS_OK);
    session_free(&session);
  }
  adjustment_finish(&adjustment);
  size_t compared = 0, moved = 0;
  for (size_t i = 0; i < panel.series_count; i++) {
    const PanelSeries *series = &panel.series[i];
    AdjustedSeries adjusted;
    assert_int_equal(panel_adjust(&panel, series, DAY_NONE, &adjusted), STATUS_OK);
    for (size_t k = 0, bar = 0; k < series->count; k++) {
      const PanelRow *row = &series->rows[k];
      if (row->open == 0) continue;
      double factor = adjustment_factor(&adjustment, series->ticker, panel.dates[row->session]);
      assert_true((double)row->close * factor == adjusted.close[bar]);
      assert_true((double)row->volume / factor == adjusted.volume[bar++]);
      compared++;
      moved += factor != 1.0;
    }
    adjusted_free(&adjusted);
  }
  assert_true(compared > 100 && moved > 10);
  session_free(&last);
  free(tickers);
  panel_free(&panel);
  adjustment_free(&adjustment);
}

static void factors_are_those_of_the_panel(void **state) {
  (void)state;
  assert_agrees_with_the_panel(SIZE_MAX);
}

static void no_factor_reaches_across_a_gap(void **state) {
  (void)state;
  assert_agrees_with_the_panel(12);
}

static void a_stock_that_is_not_listed_for_a_while_keeps_its_last_close(void **state) {
  (void)state;
  Adjustment adjustment = {0};
  StockRow rows[] = {row_of("000020", 100), row_of("005930", 1000)};
  Session first = session_of(1, rows, 2), second = session_of(2, rows, 1);
  rows[1].change = 500; /* base 500 */
  Session third = session_of(3, rows, 2);
  assert_int_equal(adjustment_add(&adjustment, &first, false), STATUS_OK);
  assert_int_equal(adjustment_add(&adjustment, &second, false), STATUS_OK);
  assert_int_equal(adjustment_add(&adjustment, &third, false), STATUS_OK);
  adjustment_finish(&adjustment);
  assert_true(adjustment_factor(&adjustment, "005930", 2) == 0.5);
  assert_true(adjustment_factor(&adjustment, "005930", 3) == 1.0);
  assert_true(adjustment_factor(&adjustment, "000020", 1) == 1.0);
  assert_true(adjustment_factor(&adjustment, "999990", 1) == 1.0);
  session_free(&first);
  session_free(&second);
  session_free(&third);
  adjustment_free(&adjustment);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(factors_are_those_of_the_panel),
      cmocka_unit_test(no_factor_reaches_across_a_gap),
      cmocka_unit_test(a_stock_that_is_not_listed_for_a_while_keeps_its_last_close),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
