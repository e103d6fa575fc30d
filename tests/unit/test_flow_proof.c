/* When a stock's flow of a day is believed: on real days, and on each figure that may be wrong. */
#include "market_rows.h"

#include <closebell/plan/flow_proof.h>

#include "named.h"

enum { ALL = FLOW_INVESTORS | 1 << FLOW_PROGRAM };

/* Bought and sold that come to the net; where the real rows have nothing but nets. */
static FlowTrade trade_of(int64_t net, int64_t price) {
  int64_t bought = net > 0 ? net + 7 : 7;
  return (FlowTrade){bought, bought - net, net, bought * price, (bought - net) * price, net * price};
}

/* The n-th row of the recorded days, from 0. */
static FlowRow real_row(size_t n, StockRow *archived) {
  char line[256], *fields[12];
  FILE *file = fopen(TEST_DATA "/investor/net_shares.csv", "r");
  assert_non_null(file);
  for (size_t i = 0; i < n + 2; i++) assert_non_null(fgets(line, sizeof line, file));
  fclose(file);
  assert_int_equal(csv_fields(line, fields, 12), 12);
  int64_t figures[12];
  for (size_t i = 2; i < 12; i++) figures[i] = strtoll(fields[i], NULL, 10);
  *archived = row_of(fields[1], figures[5]);
  archived->volume = figures[6];
  FlowRow row = {.date = day_of(fields[0]), .has = FLOW_INVESTORS, .close = figures[5], .volume = -1};
  row.groups[FLOW_INSTITUTION] = trade_of(figures[7], figures[5]);
  row.groups[FLOW_INDIVIDUAL] = trade_of(figures[9], figures[5]);
  row.groups[FLOW_FOREIGN] = trade_of(figures[10], figures[5]);
  return row;
}

static void real_rows_are_good(void **state) {
  (void)state;
  for (size_t n = 0; n < 20; n++) {
    StockRow archived;
    FlowRow row = real_row(n, &archived);
    FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = &archived, .volume = -1};
    FlowVerdict verdict = flow_judge(&row, &facts);
    assert_string_equal(verdict.message, "");
    assert_int_equal(verdict.state, FLOW_GOOD);
    FlowDay day = flow_day(&row, archived.close, true);
    assert_null(flow_day_fault(&day, &facts));
    assert_int_equal(day.net_volume[FLOW_FOREIGN], row.groups[FLOW_FOREIGN].net_volume);
  }
}

static void bought_less_sold_is_the_net_of_each_group(void **state) {
  (void)state;
  for (FlowGroup group = 0; group < FLOW_PROGRAM; group++) {
    StockRow archived;
    FlowRow row = real_row(0, &archived);
    int64_t *const figures[] = {&row.groups[group].bought_volume, &row.groups[group].sold_volume,
                                &row.groups[group].net_volume,    &row.groups[group].bought_value,
                                &row.groups[group].sold_value,    &row.groups[group].net_value};
    FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = &archived, .volume = -1};
    for (size_t i = 0; i < 6; i++) {
      ++*figures[i];
      FlowVerdict verdict = flow_judge(&row, &facts);
      assert_int_equal(verdict.state, FLOW_WRONG);
      assert_named(verdict.message, flow_group_name(group));
      assert_named(verdict.message, i < 3 ? "volumes" : "values");
      --*figures[i];
    }
  }
}

static void no_group_trades_more_than_the_day(void **state) {
  (void)state;
  StockRow archived;
  FlowRow row = real_row(0, &archived);
  FlowTrade *trade = &row.groups[FLOW_FOREIGN];
  FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = &archived, .volume = -1};
  trade->bought_volume = archived.volume;
  trade->sold_volume = archived.volume - trade->net_volume;
  assert_int_equal(flow_judge(&row, &facts).state, FLOW_GOOD);
  archived.volume--;
  FlowVerdict verdict = flow_judge(&row, &facts);
  assert_int_equal(verdict.state, FLOW_WRONG);
  assert_named(verdict.message, "foreign");
  row.volume = archived.volume + 1; /* what the provider itself tells takes in the after-market */
  assert_int_equal(flow_judge(&row, &facts).state, FLOW_GOOD);
  facts.archived = NULL;
  row.volume = -1;
  assert_int_equal(flow_judge(&row, &facts).state, FLOW_GOOD); /* nobody knows the day's volume */
  facts.volume = archived.volume;
  assert_int_equal(flow_judge(&row, &facts).state, FLOW_WRONG);
}

static void what_is_missing_is_awaited_and_not_wrong(void **state) {
  (void)state;
  StockRow archived;
  FlowRow row = real_row(0, &archived);
  FlowFacts facts = {.wanted = ALL, .archived = &archived, .volume = -1};
  FlowVerdict verdict = flow_judge(&row, &facts);
  assert_int_equal(verdict.state, FLOW_MISSING);
  assert_named(verdict.message, "program");
  assert_int_equal(flow_judge(NULL, &facts).state, FLOW_MISSING);
  row.has &= ~flow_bit(FLOW_FOREIGN);
  assert_named(flow_judge(&row, &facts).message, "foreign");
  facts.wanted = 0; /* a provider that has none of it */
  assert_int_equal(flow_judge(&row, &facts).state, FLOW_GOOD);
}

static void it_is_provisional_from_16_00_and_final_from_20_05(void **state) {
  (void)state;
  Day date = day_of("2026-09-16");
  assert_int_equal(flow_finality(date, instant_from_kst(date, 16 * 60) - 1), FLOW_NOT_YET);
  assert_int_equal(flow_finality(date, instant_from_kst(date, 16 * 60)), FLOW_PROVISIONAL);
  assert_int_equal(flow_finality(date, instant_from_kst(date, 20 * 60 + 5) - 1), FLOW_PROVISIONAL);
  assert_int_equal(flow_finality(date, instant_from_kst(date, 20 * 60 + 5)), FLOW_FINAL);
  assert_int_equal(flow_finality(date, instant_from_kst(date + 9, 60)), FLOW_FINAL);
}

static void the_close_that_is_kept_is_the_archived_one(void **state) {
  (void)state;
  StockRow archived;
  FlowRow row = real_row(0, &archived);
  FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = &archived, .volume = -1};
  FlowDay day = flow_day(&row, archived.close + 10, true);
  assert_non_null(flow_day_fault(&day, &facts));
  facts.archived = NULL;
  assert_null(flow_day_fault(&day, &facts));
  day = flow_day(&row, 0, true); /* final at 20:05, archived in the morning */
  assert_null(flow_day_fault(&day, &facts));
  day = flow_day(&row, archived.close, false);
  assert_non_null(flow_day_fault(&day, &facts));
  facts.wanted = ALL;
  day = flow_day(&row, 0, false);
  assert_non_null(flow_day_fault(&day, &facts));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(real_rows_are_good),
      cmocka_unit_test(bought_less_sold_is_the_net_of_each_group),
      cmocka_unit_test(no_group_trades_more_than_the_day),
      cmocka_unit_test(what_is_missing_is_awaited_and_not_wrong),
      cmocka_unit_test(it_is_provisional_from_16_00_and_final_from_20_05),
      cmocka_unit_test(the_close_that_is_kept_is_the_archived_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
