#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_market.h"
#include "session_equal.h"

static const MarketSet BOTH = 1u << MARKET_KOSPI | 1u << MARKET_KOSDAQ;

static void every_row_can_be_believed(void **state) {
  (void)state;
  MadeMarket market = made_market(1);
  for (int64_t index = 0; index < 300; index += 23) {
    Session session = made_session(&market, index, 20000, BOTH);
    assert_int_equal(session.count, 200);
    for (size_t i = 0; i < session.count; i++) assert_null(row_fault(&session.rows[i]));
    assert_in_range(session_count_without_trades(&session), 0, 20);
    session_free(&session);
  }
}

/* As measured on the real market: 99.9 % between neighbours, at most 13 % across an omitted session. */
static void sessions_link_as_real_ones_do(void **state) {
  (void)state;
  MadeMarket market = made_market(2);
  Session before = made_session(&market, 0, 20000, BOTH), previous = made_session(&market, 1, 20001, BOTH);
  for (int64_t index = 2; index < 600; index++) {
    Session session = made_session(&market, index, 20000 + (Day)index, BOTH);
    assert_int_equal(session_link(&previous, &session).agreeing, 200);
    assert_in_range(session_link(&before, &session).agreeing, 0, 26);
    assert_false(session_repeats(&previous, &session));
    session_free(&before);
    before = previous;
    previous = session;
  }
  session_free(&before);
  session_free(&previous);
}

static void a_seed_makes_the_same_market_and_another_one_another(void **state) {
  (void)state;
  MadeMarket market = made_market(3), same = made_market(3), other = made_market(4);
  Session a = made_session(&market, 17, 20000, BOTH), b = made_session(&same, 17, 20000, BOTH);
  Session c = made_session(&other, 17, 20000, BOTH);
  assert_true(session_equal(&a, &b));
  assert_false(session_equal(&a, &c));
  session_free(&a);
  session_free(&b);
  session_free(&c);
}

static void a_split_divides_the_price_and_multiplies_the_shares(void **state) {
  (void)state;
  const MadeEvent split = {MADE_SPLIT, 5, 30, 5};
  MadeMarket market = made_market(5);
  market.events = &split;
  market.event_count = 1;
  StockRow before, after;
  assert_true(made_row(&market, 5, 29, &before));
  assert_true(made_row(&market, 5, 30, &after));
  assert_int_equal(row_base_price(&after), before.close / 5);
  assert_int_equal(after.listed_shares, before.listed_shares * 5);
}

static void stocks_are_listed_halted_and_delisted_in_turn(void **state) {
  (void)state;
  const MadeEvent events[] = {{MADE_LISTED, 5, 30, 0}, {MADE_HALTED, 5, 33, 2}, {MADE_DELISTED, 5, 36, 0}};
  MadeMarket market = made_market(6);
  market.idle_per_mille = 0;
  market.events = events;
  market.event_count = 3;
  StockRow row, halted;
  assert_false(made_row(&market, 5, 29, &row));
  assert_true(made_row(&market, 5, 32, &row));
  assert_true(row_has_trades(&row));
  for (int64_t index = 33; index < 35; index++) {
    assert_true(made_row(&market, 5, index, &halted));
    assert_false(row_has_trades(&halted));
    assert_int_equal(halted.close, row.close);
    assert_int_equal(halted.change, 0);
  }
  assert_true(made_row(&market, 5, 35, &row));
  assert_int_equal(row_base_price(&row), halted.close);
  assert_false(made_row(&market, 5, 36, &row));
}

static void an_answer_has_a_part_for_each_market(void **state) {
  (void)state;
  MadeMarket market = made_market(7);
  DayAnswer answer = made_answer(&market, 8, 20000, BOTH | market_bit(MARKET_KONEX));
  assert_int_equal(answer.markets[MARKET_KOSPI].count, 120);
  assert_int_equal(answer.markets[MARKET_KOSDAQ].count, 80);
  assert_int_equal(answer.markets[MARKET_KONEX].kind, ANSWER_EMPTY);
  for (size_t i = 0; i < 80; i++) assert_int_equal(answer.markets[MARKET_KOSDAQ].rows[i].market, MARKET_KOSDAQ);
  day_answer_free(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_can_be_believed),
      cmocka_unit_test(sessions_link_as_real_ones_do),
      cmocka_unit_test(a_seed_makes_the_same_market_and_another_one_another),
      cmocka_unit_test(a_split_divides_the_price_and_multiplies_the_shares),
      cmocka_unit_test(stocks_are_listed_halted_and_delisted_in_turn),
      cmocka_unit_test(an_answer_has_a_part_for_each_market),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
