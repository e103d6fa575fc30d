#include "market_rows.h"

#include <closebell/market/session.h>
#include <closebell/plan/answer.h>

static Session numbered_session(const char *date, int count) {
  Session session = {.date = day_of(date), .markets = 7};
  Error err = {{0}};
  for (int i = count; i-- > 0;) { /* backwards: sealing sorts */
    char ticker[16];
    snprintf(ticker, sizeof ticker, "%06d", i * 10);
    StockRow row = row_of(ticker, 1000 + i);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

static void every_listed_ticker_is_found_and_no_other(void **state) {
  (void)state;
  for (int count = 0; count < 40; count++) {
    Session session = numbered_session("2025-04-10", count);
    for (int i = 0; i < count * 10 + 10; i++) {
      char ticker[16];
      snprintf(ticker, sizeof ticker, "%06d", i);
      const StockRow *row = session_find(&session, ticker);
      if (i % 10 == 0 && i / 10 < count) {
        assert_non_null(row);
        assert_int_equal(row->close, 1000 + i / 10);
      } else {
        assert_null(row);
      }
    }
    session_free(&session);
  }
}

static void a_ticker_that_stands_twice_is_named(void **state) {
  (void)state;
  Session session = {.date = day_of("2025-04-10")};
  Error err = {{0}};
  const char *const tickers[] = {"00104K", "005930", "000660", "005930"};
  for (size_t i = 0; i < 4; i++) {
    StockRow row = row_of(tickers[i], 1000);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "005930"));
  assert_non_null(strstr(err.text, "2025-04-10"));
  session_free(&session);
  assert_null(session.rows);
}

static void rows_are_counted_by_market_and_trade(void **state) {
  (void)state;
  StockRow rows[] = {row_of("000010", 1), row_of("000020", 1), row_of("000030", 1), row_of("000040", 1)};
  rows[1].market = rows[2].market = MARKET_KOSDAQ;
  rows[2].open = rows[3].open = rows[0].open = 0;
  Session session = session_of(1, rows, 4);
  assert_int_equal(session_count_market(&session, MARKET_KOSPI), 2);
  assert_int_equal(session_count_market(&session, MARKET_KOSDAQ), 2);
  assert_int_equal(session_count_market(&session, MARKET_KONEX), 0);
  assert_int_equal(session_count_without_trades(&session), 3);
  session_free(&session);
}

static void every_real_session_links_to_the_one_before_it(void **state) {
  (void)state;
  Session before = session_from_raw(RAW_DATES[0]);
  for (size_t i = 1; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]);
    SessionLink link = session_link(&before, &session);
    assert_true(link.linked);
    assert_true(link.common >= 80 && link.agreeing < link.common + 1);
    session_free(&before);
    before = session;
  }
  session_free(&before);
}

static void no_real_session_links_across_an_omitted_one(void **state) {
  (void)state;
  for (size_t i = 2; i < RAW_DATE_COUNT; i++) {
    Session earlier = session_from_raw(RAW_DATES[i - 2]), later = session_from_raw(RAW_DATES[i]);
    assert_false(session_link(&earlier, &later).linked);
    assert_false(session_link(&later, &earlier).linked);
    session_free(&earlier);
    session_free(&later);
  }
}

static void new_and_vanished_stocks_do_not_count_in_a_link(void **state) {
  (void)state;
  Session earlier = numbered_session("2025-04-10", 20), later = numbered_session("2025-04-11", 20);
  memcpy(earlier.rows[19].ticker, "900000", 7);
  memcpy(later.rows[19].ticker, "900010", 7);
  SessionLink link = session_link(&earlier, &later);
  assert_int_equal(link.common, 19);
  assert_int_equal(link.agreeing, 19);
  assert_true(link.linked);
  session_free(&earlier);
  session_free(&later);
}

static void nineteen_of_twenty_link_and_eighteen_do_not(void **state) {
  (void)state;
  Session earlier = numbered_session("2025-04-10", 20), later = numbered_session("2025-04-11", 20);
  later.rows[3].change = 1;
  assert_true(session_link(&earlier, &later).linked);
  later.rows[4].change = 1;
  SessionLink link = session_link(&earlier, &later);
  assert_int_equal(link.agreeing, 18);
  assert_false(link.linked);
  session_free(&earlier);
  session_free(&later);
}

/* So many stocks of KOSPI, then of KONEX. */
static Session two_markets(const char *date, int kospi, int konex) {
  Session session = numbered_session(date, kospi + konex);
  for (int i = kospi; i < kospi + konex; i++) session.rows[i].market = MARKET_KONEX;
  return session;
}

static void a_small_market_apart_breaks_the_link_of_all(void **state) {
  (void)state;
  Session earlier = two_markets("2025-04-10", 960, 40), later = two_markets("2025-04-11", 960, 40);
  for (int i = 960; i < 1000; i++) later.rows[i].change = i % 5 ? 1 : 0;
  SessionLink link = session_link(&earlier, &later);
  assert_int_equal(link.common, 1000);
  assert_int_equal(link.agreeing, 968); /* 96.8 % of all */
  assert_false(link.linked);
  assert_int_equal(link.linking, market_bit(MARKET_KOSPI));
  assert_int_equal(link.apart, market_bit(MARKET_KONEX));
  session_free(&earlier);
  session_free(&later);
}

static void stocks_that_rest_do_not_vouch_for_their_market(void **state) {
  (void)state;
  Session earlier = two_markets("2025-04-10", 960, 40), later = two_markets("2025-04-11", 960, 40);
  for (int i = 960; i < 1000; i++) {
    if (i < 988)
      later.rows[i].open = 0;
    else
      later.rows[i].change = i < 992;
  }
  /* 36 of KONEX's 40 agree, but only 8 of the 12 that traded. */
  assert_int_equal(session_link(&earlier, &later).apart, market_bit(MARKET_KONEX));
  later.rows[991].change = 0;
  SessionLink link = session_link(&earlier, &later);
  assert_int_equal(link.apart, 0);
  assert_int_equal(link.linking, market_bit(MARKET_KOSPI) | market_bit(MARKET_KONEX));
  assert_true(link.linked);
  session_free(&earlier);
  session_free(&later);
}

static void a_market_with_hardly_any_trades_proves_nothing(void **state) {
  (void)state;
  Session earlier = two_markets("2025-04-10", 989, 11), later = two_markets("2025-04-11", 989, 11);
  for (int i = 989; i < 1000; i++) later.rows[i].change = 1;
  SessionLink link = session_link(&earlier, &later);
  assert_true(link.linked);
  assert_int_equal(link.apart, 0);
  assert_int_equal(link.linking, market_bit(MARKET_KOSPI));
  session_free(&earlier);
  session_free(&later);
}

static void sessions_without_a_common_stock_do_not_link(void **state) {
  (void)state;
  Session none = {0}, some = numbered_session("2025-04-11", 3);
  assert_false(session_link(&none, &some).linked);
  assert_false(session_link(&none, &none).linked);
  assert_false(session_repeats(&none, &some));
  session_free(&some);
}

static void an_answer_given_again_is_a_repeat_though_a_tenth_differs(void **state) {
  (void)state;
  Session a = numbered_session("2025-04-10", 20), b = numbered_session("2025-04-11", 20);
  assert_true(session_repeats(&a, &b));
  b.rows[0].volume++;
  b.rows[1].low--;
  assert_true(session_repeats(&a, &b));
  b.rows[2].high++;
  assert_false(session_repeats(&a, &b));
  assert_false(session_repeats(&b, &a));
  session_free(&a);
  session_free(&b);
}

static void one_market_given_again_is_named(void **state) {
  (void)state;
  Session a = two_markets("2025-04-10", 60, 10), b = two_markets("2025-04-11", 60, 10);
  for (int i = 0; i < 60; i++) b.rows[i].volume++;
  assert_int_equal(session_repeats(&a, &b), market_bit(MARKET_KONEX));
  /* Stocks that rest repeat themselves on every day: those that traded are counted. */
  for (int i = 60; i < 66; i++) a.rows[i].open = b.rows[i].open = 0;
  assert_int_equal(session_repeats(&a, &b), 0);
  a.rows[65].open = b.rows[65].open = 5;
  assert_int_equal(session_repeats(&a, &b), market_bit(MARKET_KONEX));
  session_free(&a);
  session_free(&b);
}

static void stocks_without_trades_make_no_repeat(void **state) {
  (void)state;
  Session a = numbered_session("2025-04-10", 20), b = numbered_session("2025-04-11", 20);
  for (size_t i = 0; i < 20; i++) a.rows[i].open = b.rows[i].open = 0;
  assert_false(session_repeats(&a, &b));
  /* One traded in both, and differs. */
  a.rows[0].open = b.rows[0].open = 5;
  b.rows[0].close++;
  assert_false(session_repeats(&a, &b));
  session_free(&a);
  session_free(&b);
}

static void no_real_session_repeats_another(void **state) {
  (void)state;
  Session first = session_from_raw(RAW_DATES[0]);
  assert_true(session_repeats(&first, &first));
  for (size_t i = 1; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]);
    assert_false(session_repeats(&first, &session));
    session_free(&session);
  }
  session_free(&first);
}

static void an_answer_is_emptied_but_keeps_its_date(void **state) {
  (void)state;
  DayAnswer answer = {.date = day_of("2025-04-10")};
  answer.markets[MARKET_KOSDAQ] = (MarketAnswer){.kind = ANSWER_ROWS, .rows = calloc(3, sizeof(StockRow)), .count = 3};
  day_answer_free(&answer);
  assert_int_equal(answer.date, day_of("2025-04-10"));
  assert_int_equal(answer.markets[MARKET_KOSDAQ].kind, ANSWER_NONE);
  assert_null(answer.markets[MARKET_KOSDAQ].rows);
}

static void every_kind_of_answer_has_a_name_of_its_own(void **state) {
  (void)state;
  for (int i = ANSWER_NONE; i <= ANSWER_REFUSED; i++)
    for (int j = ANSWER_NONE; j < i; j++)
      assert_string_not_equal(answer_kind_name((AnswerKind)i), answer_kind_name((AnswerKind)j));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_listed_ticker_is_found_and_no_other),
      cmocka_unit_test(a_ticker_that_stands_twice_is_named),
      cmocka_unit_test(rows_are_counted_by_market_and_trade),
      cmocka_unit_test(every_real_session_links_to_the_one_before_it),
      cmocka_unit_test(no_real_session_links_across_an_omitted_one),
      cmocka_unit_test(new_and_vanished_stocks_do_not_count_in_a_link),
      cmocka_unit_test(nineteen_of_twenty_link_and_eighteen_do_not),
      cmocka_unit_test(a_small_market_apart_breaks_the_link_of_all),
      cmocka_unit_test(stocks_that_rest_do_not_vouch_for_their_market),
      cmocka_unit_test(a_market_with_hardly_any_trades_proves_nothing),
      cmocka_unit_test(sessions_without_a_common_stock_do_not_link),
      cmocka_unit_test(an_answer_given_again_is_a_repeat_though_a_tenth_differs),
      cmocka_unit_test(one_market_given_again_is_named),
      cmocka_unit_test(stocks_without_trades_make_no_repeat),
      cmocka_unit_test(no_real_session_repeats_another),
      cmocka_unit_test(an_answer_is_emptied_but_keeps_its_date),
      cmocka_unit_test(every_kind_of_answer_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
