#include "small_lies.h"

static MarketTotals totals_of(const Session *session, Market market) {
  MarketTotals totals = {0};
  assert_true(market_totals_sum(session->rows, session->count, market, &totals));
  return totals;
}

static void two_markets_have_published_totals(void **state) {
  (void)state;
  assert_int_equal(market_totals_markets(), market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
  assert_string_equal(market_totals_published_name(MARKET_KOSPI), "코스피 (외국주포함)");
  assert_string_equal(market_totals_published_name(MARKET_KOSDAQ), "코스닥 (외국주포함)");
  assert_null(market_totals_published_name(MARKET_KONEX));
}

static void the_rows_of_one_market_are_summed(void **state) {
  (void)state;
  StockRow rows[] = {row_of("000010", 5), row_of("000020", 7), row_of("000030", 11)};
  rows[2].market = MARKET_KOSDAQ;
  rows[1].open = 0; /* without trades: it counts all the same */
  rows[1].volume = 0;
  rows[1].value = 0;
  Session session = session_of(1, rows, 3);
  MarketTotals kospi = totals_of(&session, MARKET_KOSPI), kosdaq = totals_of(&session, MARKET_KOSDAQ);
  assert_int_equal(kospi.volume, 1000);
  assert_int_equal(kospi.value, 5000);
  assert_int_equal(kospi.market_cap, 12000000);
  assert_int_equal(kospi.rows, 2);
  assert_int_equal(kosdaq.market_cap, 11000000);
  assert_int_equal(totals_of(&session, MARKET_KONEX).rows, 0);
  session_free(&session);
}

static void a_sum_that_overflows_is_no_sum(void **state) {
  (void)state;
  for (int figure = 0; figure < 3; figure++) {
    StockRow rows[] = {row_of("000010", 5), row_of("000020", 7)};
    int64_t *const figures[] = {&rows[0].volume, &rows[0].value, &rows[0].market_cap};
    MarketTotals totals = {.rows = 42};
    *figures[figure] = INT64_MAX;
    assert_false(market_totals_sum(rows, 2, MARKET_KOSPI, &totals));
    assert_int_equal(totals.rows, 42);
  }
}

static void what_differs_is_named_with_both_figures(void **state) {
  (void)state;
  char text[MARKET_TOTALS_TEXT_SIZE];
  MarketTotals summed = {.volume = 770176171, .value = 5, .market_cap = 2081862659594752, .rows = 951};
  MarketTotals published = {.volume = 770176172, .value = 5, .market_cap = 2081862659594752};
  assert_false(market_totals_agree(&summed, &published));
  market_totals_difference(MARKET_KOSPI, &summed, &published, text);
  static const char *const said[] = {"KOSPI", "951", "volume", "770,176,171", "770,176,172", "-1"};
  for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) assert_non_null(strstr(text, said[i]));
  assert_null(strstr(text, "value"));
  assert_null(strstr(text, "market_cap"));
  summed.volume++;
  summed.rows = 7; /* nobody publishes how many */
  assert_true(market_totals_agree(&summed, &published));
  assert_string_equal(market_totals_difference(MARKET_KOSPI, &summed, &published, text), "");
}

static void the_widest_figures_fit_the_text(void **state) {
  (void)state;
  char text[MARKET_TOTALS_TEXT_SIZE];
  MarketTotals low = {INT64_MIN, INT64_MIN + 1, INT64_MIN + 2, INT64_MAX}, high = {INT64_MAX, INT64_MAX, -9, 0};
  market_totals_difference(MARKET_KOSDAQ, &low, &high, text);
  assert_non_null(strstr(text, "market_cap"));
  assert_true(strlen(text) < MARKET_TOTALS_TEXT_SIZE - 1);
}

static void a_session_agrees_when_every_known_market_does(void **state) {
  (void)state;
  Session session = session_from_raw(RAW_DATES[0]);
  SessionTotals totals = {.date = session.date};
  assert_false(session_totals_agree(&totals)); /* nothing is known: nothing is proven */
  for (Market market = MARKET_KOSPI; market <= MARKET_KOSDAQ; market++)
    totals.summed[market] = totals.published[market] = totals_of(&session, market);
  totals.markets = market_bit(MARKET_KOSPI);
  assert_true(session_totals_agree(&totals));
  totals.published[MARKET_KOSDAQ].value++;
  assert_true(session_totals_agree(&totals)); /* KOSDAQ is not known */
  totals.markets = market_totals_markets();
  assert_false(session_totals_agree(&totals));
  session_free(&session);
}

enum { LIES = 1000 };

/* Sessions of real rows, believed as they are; by seed, one of them with a lie in it: never. */
static void none_of_a_thousand_small_lies_is_believed(void **state) {
  (void)state;
  size_t told[LIE_COUNT] = {0};
  Session truth = {0};
  for (uint64_t seed = 1; seed <= LIES; seed++) {
    uint64_t sequence = seed;
    Random random = random_seeded(&sequence);
    session_free(&truth);
    truth = session_from_raw(RAW_DATES[random_next(&random) % RAW_DATE_COUNT]);
    Market market = random_next(&random) % 2 == 0 ? MARKET_KOSPI : MARKET_KOSDAQ;
    MarketTotals published = totals_of(&truth, market);
    assert_false(totals_refuse(&truth, market, &published));
    SmallLie lie = (SmallLie)(random_next(&random) % LIE_COUNT);
    Session lied = session_copy(&truth);
    session_lie(&lied, lie, market, &random);
    if (!totals_refuse(&lied, market, &published))
      fail_msg("seed %llu: %s was believed", (unsigned long long)seed, small_lie_name(lie));
    told[lie]++;
    session_free(&lied);
  }
  session_free(&truth);
  for (size_t lie = 0; lie < LIE_COUNT; lie++) assert_true(told[lie] > LIES / 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_markets_have_published_totals),
      cmocka_unit_test(the_rows_of_one_market_are_summed),
      cmocka_unit_test(a_sum_that_overflows_is_no_sum),
      cmocka_unit_test(what_differs_is_named_with_both_figures),
      cmocka_unit_test(the_widest_figures_fit_the_text),
      cmocka_unit_test(a_session_agrees_when_every_known_market_does),
      cmocka_unit_test(none_of_a_thousand_small_lies_is_believed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
