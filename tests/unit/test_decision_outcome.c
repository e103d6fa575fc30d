/* What becomes of a decision: what becomes of signals, of some stocks in equal parts. */
#include "outcome_table.h"

#include <math.h>

#include <closebell/hindsight/decision_outcome.h>

static const char TICKERS[][TICKER_SIZE] = {"000000", "000010", "000020", "000030"};

static MadeRow at_price(int64_t price) {
  return (MadeRow){.open = price, .low = price, .close = price, .base = price, .market = MARKET_KOSPI};
}

static void make_flat_market(size_t sessions, size_t stocks) {
  made.sessions = sessions;
  made.stocks = stocks;
  memset(made.matches, 0, sizeof made.matches);
  for (size_t i = 0; i < sessions * stocks; i++) made.rows[i] = at_price(100);
}

static bool outcome_at(size_t session, size_t tickers, DecisionOutcome *ret_outcome) {
  ScreenMarket market = market_of_made();
  OutcomeMarket shared = {0};
  Error err = {{0}};
  assert_int_equal(outcome_market_init(&market, 0, made.sessions - 1, &shared, &err), STATUS_OK);
  bool there = decision_outcome(&shared, session, TICKERS, tickers, ret_outcome);
  outcome_market_free(&shared);
  made_screen_free(&market);
  return there;
}

static void near(double got, double expected) {
  if (!(fabs(got - expected) < 1e-12)) fail_msg("%.15g, not %.15g", got, expected);
}

static void all_of_them_are_bought_in_equal_parts_at_the_next_open(void **state) {
  (void)state;
  DecisionOutcome outcome;
  make_flat_market(70, 4);
  row_at(6, 0)->close = 110; /* D = 1: its fifth session */
  row_at(7, 0)->base = 110;
  row_at(6, 1)->close = 130;
  row_at(7, 1)->base = 130;
  assert_true(outcome_at(1, 2, &outcome));
  assert_int_equal(outcome.tickers, 2);
  assert_int_equal(outcome.entered, 2);
  near(outcome.returns[0], 0.2);
  near(outcome.market[0], 0.1);
  near(decision_excess(&outcome, 0), 0.1);
}

static void a_horizon_that_history_does_not_reach_is_absent(void **state) {
  (void)state;
  DecisionOutcome outcome;
  make_flat_market(70, 4);
  assert_true(outcome_at(9, 1, &outcome));
  assert_true(!isnan(outcome.returns[2]));
  assert_true(outcome_at(10, 1, &outcome));
  assert_true(isnan(outcome.returns[2]) && isnan(outcome.market[2]));
  near(outcome.returns[1], 0);
  assert_true(outcome_at(68, 1, &outcome));
  assert_int_equal(outcome.entered, 1);
  assert_true(isnan(outcome.returns[0]));
  assert_false(outcome_at(69, 1, &outcome)); /* the next session is not there yet */
  assert_false(outcome_at(70, 1, &outcome));
}

static void who_cannot_be_bought_is_left_out_and_counted(void **state) {
  (void)state;
  DecisionOutcome outcome;
  make_flat_market(70, 4);
  *row_at(2, 0) = (MadeRow){0};
  row_at(2, 1)->open = 0;
  *row_at(2, 2) = (MadeRow){.open = 130, .low = 130, .close = 130, .base = 100, .market = MARKET_KOSPI};
  row_at(6, 3)->close = 130;
  row_at(7, 3)->base = 130;
  assert_true(outcome_at(1, 4, &outcome));
  assert_int_equal(outcome.tickers, 4);
  assert_int_equal(outcome.entered, 1);
  near(outcome.returns[0], 0.3); /* of the one that was bought, not of four */
  assert_true(outcome_at(1, 3, &outcome));
  assert_int_equal(outcome.entered, 0);
  assert_true(isnan(outcome.returns[0]) && isnan(outcome.market[0]));
}

/* A model may be asked about one that did not trade that day. */
static void one_that_was_halted_on_the_day_itself_is_bought_when_it_trades_next(void **state) {
  (void)state;
  DecisionOutcome outcome;
  make_flat_market(70, 4);
  row_at(1, 0)->open = 0;
  assert_true(outcome_at(1, 1, &outcome));
  assert_int_equal(outcome.entered, 1);
}

static void one_that_is_delisted_stays_at_its_last_close(void **state) {
  (void)state;
  DecisionOutcome outcome;
  make_flat_market(70, 4);
  row_at(4, 0)->close = 50;
  for (size_t t = 5; t < 70; t++) *row_at(t, 0) = (MadeRow){0};
  assert_true(outcome_at(1, 1, &outcome));
  near(outcome.returns[0], -0.5);
  near(outcome.returns[2], -0.5);
}

static void outcomes_are_equal_to_the_last_bit_or_not_at_all(void **state) {
  (void)state;
  DecisionOutcome a = {.tickers = 1, .entered = 1, .returns = {0.1, NAN, NAN}, .market = {0.2, NAN, NAN}}, b = a;
  assert_true(decision_outcome_equal(&a, &b));
  b.returns[1] = 0;
  assert_false(decision_outcome_equal(&a, &b));
  b = a;
  b.market[0] = nextafter(0.2, 1);
  assert_false(decision_outcome_equal(&a, &b));
  b = a;
  b.entered = 0;
  assert_false(decision_outcome_equal(&a, &b));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_of_them_are_bought_in_equal_parts_at_the_next_open),
      cmocka_unit_test(a_horizon_that_history_does_not_reach_is_absent),
      cmocka_unit_test(who_cannot_be_bought_is_left_out_and_counted),
      cmocka_unit_test(one_that_was_halted_on_the_day_itself_is_bought_when_it_trades_next),
      cmocka_unit_test(one_that_is_delisted_stays_at_its_last_close),
      cmocka_unit_test(outcomes_are_equal_to_the_last_bit_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
