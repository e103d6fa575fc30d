/* The cross-section of the market, held against a reckoning of its own: rows kept whole, prices adjusted backward, and
 * every stock compared with every other. */
#include "market_rows.h"

#include <math.h>

#include <closebell/indicator/strength.h>

#include "made_market.h"

enum { SESSIONS = 330, MADE_STOCKS = 60 };

/* ---- the formula ---- */

static void the_place_is_that_of_the_formula(void **state) {
  (void)state;
  for (size_t count = 2; count < 60; count++)
    for (size_t equal = 1; equal <= count; equal++)
      for (size_t less = 0; less + equal <= count; less++) {
        double exact = 98 * ((double)less + (double)(equal - 1) / 2) / (double)(count - 1) + 0.5;
        if (fabs(exact - round(exact)) < 1e-9) continue; /* where a double cannot tell, see below */
        assert_int_equal(strength_place(less, equal, count), 1 + (int)floor(exact));
      }
}

static void a_half_is_rounded_up(void **state) {
  (void)state;
  assert_int_equal(strength_place(1, 1, 5), 26);  /* 98 x 1 / 4 = 24.5 */
  assert_int_equal(strength_place(0, 2, 197), 1); /* 98 x 0.5 / 196 = 0.25 */
  assert_int_equal(strength_place(1, 1, 197), 2); /* 98 x 1 / 196 = 0.5 */
}

static void the_weakest_is_1_the_strongest_99_and_equals_share_the_middle(void **state) {
  (void)state;
  assert_int_equal(strength_place(0, 1, 2700), 1);
  assert_int_equal(strength_place(2699, 1, 2700), 99);
  assert_int_equal(strength_place(0, 2700, 2700), 50);
  assert_int_equal(strength_place(0, 2, 2), 50);
}

static void one_stock_alone_has_no_place(void **state) {
  (void)state;
  assert_int_equal(strength_place(0, 1, 1), 0);
  assert_int_equal(strength_place(0, 0, 0), 0);
}

/* ---- the market ---- */

static const MadeEvent EVENTS[] = {
    {MADE_SPLIT, 3, 40, 5},    {MADE_SPLIT, 3, 200, 2},    {MADE_LISTED, 4, 20, 0},    {MADE_LISTED, 5, 70, 0},
    {MADE_LISTED, 6, 300, 0},  {MADE_DELISTED, 7, 280, 0}, {MADE_HALTED, 8, 100, 30},  {MADE_SPLIT, 8, 110, 4},
    {MADE_HALTED, 9, 320, 60}, {MADE_SPLIT, 10, 329, 3},   {MADE_DELISTED, 11, 60, 0}, {MADE_SPLIT, 12, 261, 7},
};

static Session made_on(int64_t index) {
  MadeMarket market = {.seed = 5,
                       .stocks = {[MARKET_KOSPI] = 40, [MARKET_KOSDAQ] = MADE_STOCKS - 40},
                       .idle_per_mille = 20,
                       .events = EVENTS,
                       .event_count = sizeof EVENTS / sizeof EVENTS[0]};
  return made_session(&market, index, (Day)(19000 + index), market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
}

static bool acts(int64_t previous_close, int64_t base) {
  return 1000 * llabs(base - previous_close) >= 5 * previous_close;
}

/* rs_raw by its definition: the rows of one stock so far, adjusted backward from the newest. NAN: it has none. */
static double reckoned(const Session *sessions, size_t count, const char *ticker, size_t broken) {
  double closes[SESSIONS], factor = 1;
  size_t traded = 0, later = 0;
  const StockRow *next = NULL;
  for (size_t i = count; i-- > 0;) {
    const StockRow *row = session_find(&sessions[i], ticker);
    if (i == count - 1 && (!row || row->open == 0)) return NAN;
    if (!row) continue;
    if (next && !(i < broken && broken <= later) && acts(row->close, next->close - next->change))
      factor *= (double)(next->close - next->change) / (double)row->close;
    if (row->open != 0) closes[traded++] = (double)row->close * factor;
    next = row, later = i;
  }
  if (traded < 253) return NAN;
  static const size_t back[] = {63, 126, 189, 252};
  double sum = 0;
  for (size_t k = 0; k < 4; k++) sum += (k == 0 ? 0.4 : 0.2) * 100 * (closes[0] / closes[back[k]] - 1);
  return sum;
}

/* Compares every stock of the newest session; returns how many have a place. */
static size_t compare_newest(const Strength *strength, const Session *sessions, size_t count, size_t broken) {
  const Session *newest = &sessions[count - 1];
  double values[MADE_STOCKS];
  size_t ranked = 0;
  for (size_t i = 0; i < newest->count; i++) {
    values[i] = reckoned(sessions, count, newest->rows[i].ticker, broken);
    if (!isnan(values[i])) ranked++;
  }
  for (size_t i = 0; i < newest->count; i++) {
    const StrengthStock *stock = strength_find(strength, newest->rows[i].ticker);
    assert_non_null(stock);
    assert_true(stock->is_ranked == !isnan(values[i]));
    if (!stock->is_ranked) {
      assert_int_equal(strength_rating(strength, stock), 0);
      continue;
    }
    if (fabs(stock->rs_raw - values[i]) > 1e-9) fail_msg("%s %.17g %.17g", stock->ticker, stock->rs_raw, values[i]);
    size_t less = 0;
    for (size_t k = 0; k < newest->count; k++) less += values[k] < values[i] - 1e-9;
    assert_int_equal(strength_rating(strength, stock), 1 + (int)floor(98 * (double)less / (double)(ranked - 1) + 0.5));
  }
  return ranked;
}

static void check_market(size_t broken) {
  Session sessions[SESSIONS];
  Strength strength = {0};
  size_t ranked = 0;
  for (size_t i = 0; i < SESSIONS; i++) {
    sessions[i] = made_on((int64_t)i);
    assert_int_equal(strength_add(&strength, &sessions[i], broken > 0 && i == broken), STATUS_OK);
    if (i % 10 == 9 || i > SESSIONS - 15) ranked = compare_newest(&strength, sessions, i + 1, broken);
  }
  assert_in_range(ranked, MADE_STOCKS - 12, MADE_STOCKS - 4);
  strength_free(&strength);
  for (size_t i = 0; i < SESSIONS; i++) session_free(&sessions[i]);
}

static void every_stock_of_the_market_gets_the_place_that_comparing_each_with_each_gives(void **state) {
  (void)state;
  check_market(0);
}

static void no_factor_is_derived_across_a_broken_place(void **state) {
  (void)state;
  check_market(261); /* where a stock splits */
}

static void the_order_in_which_stocks_come_does_not_matter(void **state) {
  (void)state;
  Strength strength = {0};
  StockRow late[] = {row_of("000020", 5), row_of("005930", 7), row_of("900110", 9)};
  Session first = session_of(1, &late[1], 1), second = session_of(2, late, 3), third = session_of(3, late, 2);
  assert_int_equal(strength_add(&strength, &first, false), STATUS_OK);
  assert_null(strength_find(&strength, "000020"));
  assert_int_equal(strength_add(&strength, &second, false), STATUS_OK);
  assert_true(strength_close(strength_find(&strength, "000020")) == 5);
  assert_true(strength_close(strength_find(&strength, "005930")) == 7);
  assert_true(strength_close(strength_find(&strength, "900110")) == 9);
  assert_int_equal(strength_add(&strength, &third, false), STATUS_OK);
  assert_null(strength_find(&strength, "900110")); /* not listed any more */
  assert_int_equal(strength.count, 3);
  session_free(&first);
  session_free(&second);
  session_free(&third);
  strength_free(&strength);
}

static void an_empty_market_ranks_nobody(void **state) {
  (void)state;
  Strength strength = {0};
  Session nothing = {.date = 1};
  assert_int_equal(strength_add(&strength, &nothing, false), STATUS_OK);
  assert_null(strength_find(&strength, "005930"));
  strength_free(&strength);
}

/* ---- the chain ---- */

static void a_chained_close_divides_by_the_factors_so_far(void **state) {
  (void)state;
  CloseChain chain = {0};
  assert_true(close_chain_add(&chain, 1000, 980, true) == 1000); /* nothing before it to compare the base with */
  assert_true(close_chain_add(&chain, 1010, 1000, true) == 1010);
  assert_true(close_chain_add(&chain, 210, 202, true) == 210 / 0.2);
  assert_true(close_chain_add(&chain, 220, 210, true) == 220 / 0.2);
}

static void a_chained_close_takes_no_factor_where_a_session_may_be_missing(void **state) {
  (void)state;
  CloseChain chain = {0};
  close_chain_add(&chain, 1000, 1000, true);
  assert_true(close_chain_add(&chain, 210, 200, false) == 210);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_place_is_that_of_the_formula),
      cmocka_unit_test(a_half_is_rounded_up),
      cmocka_unit_test(the_weakest_is_1_the_strongest_99_and_equals_share_the_middle),
      cmocka_unit_test(one_stock_alone_has_no_place),
      cmocka_unit_test(every_stock_of_the_market_gets_the_place_that_comparing_each_with_each_gives),
      cmocka_unit_test(no_factor_is_derived_across_a_broken_place),
      cmocka_unit_test(the_order_in_which_stocks_come_does_not_matter),
      cmocka_unit_test(an_empty_market_ranks_nobody),
      cmocka_unit_test(a_chained_close_divides_by_the_factors_so_far),
      cmocka_unit_test(a_chained_close_takes_no_factor_where_a_session_may_be_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
