/* When funds of two sessions continue each other: etf.md 4 to 6, each bound from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/etf_proof.h>

enum { FUNDS = 200 };

static EtfRow fund(size_t i, int64_t close, int64_t change) {
  EtfRow row = {.ticker = ""};
  snprintf(row.ticker, sizeof row.ticker, "1%05zu", i);
  etf_set_whole(&row, ETF_CLOSE, close);
  etf_set_whole(&row, ETF_CHANGE, change);
  etf_set_whole(&row, ETF_OPEN, close);
  etf_set_whole(&row, ETF_HIGH, close);
  etf_set_whole(&row, ETF_LOW, close);
  etf_set_whole(&row, ETF_VOLUME, 5);
  etf_set_real(&row, ETF_NAV, (double)close);
  return row;
}

/* Two sessions of funds that all continue. */
typedef struct {
  EtfRow before[FUNDS], rows[FUNDS];
  size_t before_count, count;
} Pair;

static Pair pair_of(size_t count) {
  static Pair pair;
  pair.before_count = pair.count = count;
  for (size_t i = 0; i < count; i++) {
    pair.before[i] = fund(i, 10000, 0);
    pair.rows[i] = fund(i, 10100, 100);
  }
  return pair; /* a copy */
}

static const char *fault_of(const Pair *pair) {
  static char text[ETF_FAULT_SIZE];
  EtfTally tally = etf_tally(pair->before, pair->before_count, pair->rows, pair->count);
  return etf_tally_fault(&tally, text);
}

static void half_of_the_funds_have_to_link(void **state) {
  (void)state;
  Pair pair = pair_of(100);
  assert_null(fault_of(&pair));
  for (size_t i = 0; i < 50; i++) pair.rows[i].whole[ETF_CHANGE] = 150; /* distributions of half of them */
  assert_null(fault_of(&pair));
  pair.rows[50].whole[ETF_CHANGE] = 150;
  assert_non_null(fault_of(&pair));
}

static void nineteen_of_twenty_funds_have_to_be_there_and_new_ones_are_welcome(void **state) {
  (void)state;
  Pair pair = pair_of(100);
  pair.count = 95;
  assert_null(fault_of(&pair));
  pair.count = 94;
  assert_non_null(fault_of(&pair));
  pair = pair_of(100);
  pair.before_count = 60; /* the others are new, and link to nothing */
  for (size_t i = 60; i < 100; i++) pair.rows[i].whole[ETF_CHANGE] = 1;
  assert_null(fault_of(&pair));
  for (size_t i = 0; i < 6; i++) pair.rows[i].ticker[0] = '0'; /* as many, but others */
  assert_non_null(fault_of(&pair));
}

static void nineteen_of_twenty_traded_funds_close_near_their_nav(void **state) {
  (void)state;
  Pair pair = pair_of(100);
  for (size_t i = 0; i < 5; i++) pair.rows[i].real[ETF_NAV] = 20000;
  assert_null(fault_of(&pair));
  pair.rows[5].real[ETF_NAV] = 7000;
  assert_non_null(fault_of(&pair));
  pair.rows[5].has &= ~(1u << ETF_NAV); /* without one it does not count */
  assert_non_null(fault_of(&pair));     /* 5 of 99 */
  pair.rows[6] = fund(6, 10100, 100);
  pair.rows[4].whole[ETF_OPEN] = pair.rows[4].whole[ETF_HIGH] = pair.rows[4].whole[ETF_LOW] = 0;
  assert_null(fault_of(&pair)); /* one that was not traded does neither */
}

static void nav_is_near_within_thirty_percent(void **state) {
  (void)state;
  EtfTally tally = {0};
  EtfRow row = fund(0, 13000, 0);
  row.real[ETF_NAV] = 10000;
  etf_tally_add(&tally, NULL, &row);
  assert_int_equal(tally.near, 1);
  row = fund(0, 13001, 0);
  row.real[ETF_NAV] = 10000;
  etf_tally_add(&tally, NULL, &row);
  assert_int_equal(tally.near, 1);
  assert_int_equal(tally.priced, 2);
}

/* A fund that did not move links to any day. */
static void rows_of_the_same_day_do_not_continue_it(void **state) {
  (void)state;
  Pair pair = pair_of(100);
  memcpy(pair.before, pair.rows, sizeof pair.rows);
  for (size_t i = 0; i < 10; i++) pair.before[i].whole[ETF_CHANGE] = pair.rows[i].whole[ETF_CHANGE] = 0;
  assert_non_null(fault_of(&pair));
}

static void nothing_in_common_proves_nothing(void **state) {
  (void)state;
  Pair pair = pair_of(20);
  pair.before_count = 0;
  assert_non_null(fault_of(&pair));
}

static void a_row_agrees_with_itself_or_has_a_fault(void **state) {
  (void)state;
  EtfRow row = fund(0, 11620, 25);
  assert_null(etf_row_fault(&row));
  row.has_rate = true;
  row.rate = 22; /* 0.2156 % */
  assert_null(etf_row_fault(&row));
  row.rate = 21;
  assert_string_equal(etf_row_fault(&row), "change");
  row = fund(0, 10025, 25);
  row.has_rate = true; /* 0.25 % */
  row.rate = 25;
  assert_null(etf_row_fault(&row));
  row = fund(0, 8005, -1995); /* of 10,000: -19.95 % */
  row.has_rate = true;
  row.rate = -1995;
  assert_null(etf_row_fault(&row));
  row = fund(0, 100, 100);
  assert_string_equal(etf_row_fault(&row), "change"); /* a base of 0 */
  row = fund(0, 100, 0);
  etf_set_whole(&row, ETF_SHARES, INT64_MAX / 2);
  etf_set_whole(&row, ETF_MARKET_CAP, 5);
  assert_string_equal(etf_row_fault(&row), "market_cap");
  row = fund(0, 100, 0);
  etf_set_whole(&row, ETF_VALUE, -1);
  assert_string_equal(etf_row_fault(&row), "value");
  row = fund(0, 100, 0);
  assert_true(etf_is_traded(&row));
  etf_set_whole(&row, ETF_LOW, 0);
  assert_string_equal(etf_row_fault(&row), "low"); /* nothing is sold for nothing */
  etf_set_whole(&row, ETF_OPEN, 0);
  etf_set_whole(&row, ETF_HIGH, 0);
  assert_null(etf_row_fault(&row)); /* it did not trade */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(half_of_the_funds_have_to_link),
      cmocka_unit_test(nineteen_of_twenty_funds_have_to_be_there_and_new_ones_are_welcome),
      cmocka_unit_test(nineteen_of_twenty_traded_funds_close_near_their_nav),
      cmocka_unit_test(nav_is_near_within_thirty_percent),
      cmocka_unit_test(rows_of_the_same_day_do_not_continue_it),
      cmocka_unit_test(nothing_in_common_proves_nothing),
      cmocka_unit_test(a_row_agrees_with_itself_or_has_a_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
