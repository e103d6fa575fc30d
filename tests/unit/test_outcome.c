/* By hand: a rule of the definition in each. */
#include "outcome_table.h"

#include <math.h>

static MadeRow at_price(int64_t price) {
  return (MadeRow){.open = price, .low = price, .close = price, .base = price, .market = MARKET_KOSPI};
}

/* Every stock trades at 100 in every session, and nothing matches. */
static void make_flat_market(size_t sessions, size_t stocks) {
  assert_in_range(sessions, 1, MOST_SESSIONS);
  assert_in_range(stocks, 1, MOST_STOCKS);
  made.sessions = sessions;
  made.stocks = stocks;
  memset(made.matches, 0, sizeof made.matches);
  for (size_t i = 0; i < sessions * stocks; i++) made.rows[i] = at_price(100);
}

static ScreenOutcome outcome_of_all(void) { return outcome_between(0, 0, made.sessions - 1); }

static void near(double got, double expected) {
  if (!(fabs(got - expected) < 1e-12)) fail_msg("%.15g, not %.15g", got, expected);
}

static void who_cannot_buy_is_counted_and_in_no_figure(void **state) {
  (void)state;
  make_flat_market(8, 4);
  for (size_t s = 0; s < 4; s++) made.matches[1][s] = true;
  made.matches[7][0] = true;    /* the newest session */
  *row_at(2, 1) = (MadeRow){0}; /* no row on D + 1, though one later */
  row_at(2, 2)->open = 0;       /* no trades */
  *row_at(2, 3) = (MadeRow){.open = 130, .low = 130, .close = 130, .base = 100};
  for (size_t t = 3; t < 8; t++) *row_at(t, 3) = at_price(200); /* it would move the market's mean */
  ScreenOutcome outcome = outcome_of_all();
  assert_int_equal(outcome.counts.signals, 5);
  assert_int_equal(outcome.counts.sessions, 2);
  assert_int_equal(outcome.counts.tickers, 4);
  assert_int_equal(outcome.counts.fates[OUTCOME_ENTERED], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_PENDING], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_GONE], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_HALTED], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_LOCKED], 1);
  assert_int_equal(outcome.returns[0].n, 1);
  near(outcome.returns[0].mean_return, 0);
  near(outcome.returns[0].market_mean, 0);
}

static OutcomeFate fate_at(int64_t open, int64_t low, int64_t base) {
  make_flat_market(3, 1);
  made.matches[0][0] = true;
  *row_at(1, 0) = (MadeRow){.open = open, .low = low, .close = base + base / 4, .base = base};
  ScreenOutcome outcome = outcome_of_all();
  for (int fate = 0; fate < OUTCOME_FATES; fate++)
    if (outcome.counts.fates[fate] == 1) return (OutcomeFate)fate;
  fail_msg("no fate");
  return OUTCOME_FATES;
}

static void twenty_nine_per_cent_at_the_open_and_nobody_below_is_locked(void **state) {
  (void)state;
  assert_int_equal(fate_at(129, 129, 100), OUTCOME_LOCKED);
  assert_int_equal(fate_at(128, 128, 100), OUTCOME_ENTERED);
  assert_int_equal(fate_at(129, 128, 100), OUTCOME_ENTERED);
  assert_int_equal(fate_at(130, 130, 101), OUTCOME_ENTERED); /* 29 of 101: 28.7 % */
  assert_int_equal(fate_at(131, 131, 101), OUTCOME_LOCKED);
  assert_int_equal(fate_at(1302, 1302, 1010), OUTCOME_ENTERED); /* 292.9 would be 29 % */
  assert_int_equal(fate_at(1303, 1303, 1010), OUTCOME_LOCKED);
  int64_t much = SCREEN_MAX_PRICE / 12900 * 10000;
  assert_int_equal(fate_at(much / 100 * 129, much / 100 * 129, much), OUTCOME_LOCKED);
  assert_int_equal(fate_at(much / 100 * 129 - 1, much / 100 * 129 - 1, much), OUTCOME_ENTERED);
}

/* From the open of D + 1 the stock makes this many per cent until the close of D + 5. */
static void set_return(size_t session, size_t stock, int per_cent) {
  row_at(session + 5, stock)->close = 100 + per_cent;
  row_at(session + 6, stock)->base = 100 + per_cent;
}

static void a_return_goes_from_the_open_of_the_next_session_to_a_close(void **state) {
  (void)state;
  make_flat_market(21, 2);
  made.matches[0][0] = true;
  row_at(1, 0)->open = row_at(1, 0)->low = 80; /* closes at 100 */
  set_return(0, 0, 4);
  set_return(0, 1, -10);
  ScreenOutcome outcome = outcome_of_all();
  assert_int_equal(outcome.returns[0].horizon, 5);
  assert_int_equal(outcome.returns[0].n, 1);
  near(outcome.returns[0].mean_return, 0.3);
  near(outcome.returns[0].median_return, 0.3);
  near(outcome.returns[0].market_mean, 0.1); /* of 0.3 and -0.1 */
  near(outcome.returns[0].excess.mean, 0.2);
  near(outcome.returns[0].excess.hit_rate, 1);
  assert_int_equal(outcome.returns[1].n, 1); /* D + 20 is the newest session */
  assert_int_equal(outcome.returns[1].unfinished, 0);
  near(outcome.returns[1].mean_return, 0.25);
  assert_int_equal(outcome.returns[2].n, 0);
  assert_int_equal(outcome.returns[2].unfinished, 1);
  assert_true(isnan(outcome.returns[2].excess.mean) && isnan(outcome.returns[2].market_mean));
}

static void a_halt_a_delisting_and_a_split_have_the_return_of_who_holds(void **state) {
  (void)state;
  make_flat_market(30, 4);
  for (size_t s = 0; s < 3; s++) made.matches[0][s] = true;
  *row_at(5, 0) = (MadeRow){.close = 140, .base = 100}; /* without trades, and with a close */
  row_at(6, 0)->base = 140;
  *row_at(3, 1) = (MadeRow){.open = 100, .low = 90, .close = 90, .base = 100};
  for (size_t t = 4; t < 30; t++) *row_at(t, 1) = (MadeRow){0}; /* delisted: stays at 90 */
  for (size_t t = 2; t < 30; t++) *row_at(t, 2) = at_price(25); /* one became four, and nothing else */
  row_at(20, 2)->close = 30;
  ScreenOutcome outcome = outcome_of_all();
  assert_int_equal(outcome.returns[0].n, 3);
  near(outcome.returns[0].mean_return, (0.4 - 0.1 + 0) / 3);
  near(outcome.returns[0].median_return, 0);
  near(outcome.returns[0].market_mean, (0.4 - 0.1 + 0 + 0) / 4);
  assert_int_equal(outcome.returns[1].n, 3);
  near(outcome.returns[1].excess.mean, (0 - 0.1 + 0.2) / 3 - (0 - 0.1 + 0.2 + 0) / 4);
}

static void quartiles_lie_between_order_statistics(void **state) {
  (void)state;
  make_flat_market(7, 4);
  const int returns[] = {20, 0, 40, 10};
  for (size_t s = 0; s < 4; s++) {
    made.matches[0][s] = true;
    set_return(0, s, returns[s]);
  }
  ScreenOutcome outcome = outcome_of_all(); /* excesses: 0.025, -0.175, 0.225, -0.075 */
  const OutcomeExcess *excess = &outcome.returns[0].excess;
  near(excess->mean, 0);
  near(excess->lower_quartile, -0.1);  /* position 0.75 */
  near(excess->median, -0.025);        /* 1.5 */
  near(excess->upper_quartile, 0.075); /* 2.25 */
  near(excess->hit_rate, 0.5);
  near(outcome.returns[0].median_return, 0.15);
}

static void the_standard_error_is_clustered_by_session(void **state) {
  (void)state;
  make_flat_market(20, 3);
  set_return(0, 0, 10);
  set_return(0, 1, 20);
  made.matches[0][0] = made.matches[0][1] = true; /* excesses 0 and 0.1 */
  ScreenOutcome one = outcome_of_all();
  assert_int_equal(one.returns[0].n, 2);
  assert_int_equal(one.returns[0].sessions, 1);
  assert_true(isnan(one.returns[0].excess.standard_error));
  near(one.returns[0].excess.mean, 0.05);

  set_return(10, 0, 30);
  made.matches[10][0] = true; /* 0.2 */
  ScreenOutcome two = outcome_of_all();
  assert_int_equal(two.returns[0].n, 3);
  assert_int_equal(two.returns[0].sessions, 2);
  near(two.returns[0].excess.mean, 0.1);
  near(two.returns[0].excess.standard_error, sqrt(2.0 / 1 * (0.1 * 0.1 + 0.1 * 0.1)) / 3);
}

static void the_mean_path_is_of_the_same_signals_at_every_session(void **state) {
  (void)state;
  make_flat_market(81, 3);
  for (size_t t = 0; t < 5; t++) {
    *row_at(t, 0) = at_price(100); /* D - 20 to D - 16: 80 */
    row_at(t, 0)->close = 80;
    *row_at(t, 1) = (MadeRow){0}; /* listed on D - 15 */
  }
  for (size_t t = 1; t < 6; t++) row_at(t, 0)->base = 80;
  row_at(5, 1)->close = row_at(6, 1)->base = 130;
  row_at(80, 0)->close = 190; /* D + 60 */
  made.matches[20][0] = true;
  made.matches[20][1] = true; /* too young */
  made.matches[19][2] = true; /* too early */
  made.matches[21][2] = true; /* unfinished */
  ScreenOutcome outcome = outcome_of_all();
  const OutcomePath *path = &outcome.path;
  assert_int_equal(path->n, 1);
  assert_int_equal(path->too_young, 1);
  assert_int_equal(path->too_early, 1);
  assert_int_equal(path->unfinished, 1);
  near(path->excess[0], -0.2 - (-0.2 + 0) / 2); /* two have a close by D - 20 */
  near(path->excess[4], -0.1);
  near(path->excess[5], 0 - 0.3 / 3);
  for (size_t k = 6; k < 80; k++) near(path->excess[k], 0);
  near(path->excess[80], 0.9 - 0.9 / 3);
}

static void a_match_in_the_traded_session_before_makes_a_repeated_one(void **state) {
  (void)state;
  make_flat_market(8, 3);
  made.matches[2][0] = made.matches[5][0] = true; /* halted between: the session before is D - 3 */
  row_at(3, 0)->open = row_at(4, 0)->open = 0;
  made.matches[2][1] = made.matches[5][1] = true; /* traded between, and did not match */
  made.matches[3][2] = made.matches[5][2] = true; /* traded between on another market */
  row_at(4, 2)->market = MARKET_KONEX;
  assert_int_equal(outcome_between(2, 2, 5).counts.repeated, 1);
  assert_int_equal(outcome_between(2, 3, 5).counts.repeated, 1);
  assert_int_equal(outcome_between(2, 3, 5).counts.signals, 4);
  assert_int_equal(outcome_between(3, 3, 5).counts.repeated, 0); /* what came before is not answered */
  ScreenMarket market = market_of_made();
  assert_int_equal(outcome_answers_from(&market, 5, 5), 2);
  assert_int_equal(outcome_answers_from(&market, 4, 4), 3);
  assert_int_equal(outcome_answers_from(&market, 0, 7), 0);
  made_screen_free(&market);
}

static void without_signals_nothing_has_a_figure(void **state) {
  (void)state;
  make_flat_market(90, 2);
  ScreenOutcome outcome = outcome_of_all();
  assert_int_equal(outcome.counts.signals + outcome.counts.sessions + outcome.counts.tickers, 0);
  for (size_t h = 0; h < HORIZONS; h++) {
    const OutcomeReturns *returns = &outcome.returns[h];
    assert_int_equal(returns->n + returns->unfinished + returns->sessions, 0);
    assert_true(isnan(returns->mean_return) && isnan(returns->median_return) && isnan(returns->market_mean));
    assert_true(isnan(returns->excess.mean) && isnan(returns->excess.median) && isnan(returns->excess.hit_rate));
    assert_true(isnan(returns->excess.lower_quartile) && isnan(returns->excess.upper_quartile));
    assert_true(isnan(returns->excess.standard_error));
  }
  assert_int_equal(outcome.path.n, 0);
  for (size_t k = 0; k < OUTCOME_PATH; k++) assert_true(isnan(outcome.path.excess[k]));
}

static void sessions_that_are_not_there_are_refused(void **state) {
  (void)state;
  make_flat_market(10, 1);
  ScreenMarket market = market_of_made();
  OutcomeMarket shared = {0};
  ScreenOutcome outcome;
  Error err = {{0}};
  const uint8_t answers[10] = {0};
  assert_int_equal(outcome_market_init(&market, 5, 4, &shared, &err), STATUS_INTERNAL);
  assert_int_equal(outcome_market_init(&market, 5, 10, &shared, &err), STATUS_INTERNAL);
  assert_int_equal(outcome_market_init(&market, 5, 7, &shared, &err), STATUS_OK);
  const OutcomeSignals wrong[] = {{5, 5, 8, answers}, {4, 4, 6, answers}, {6, 5, 7, answers}, {5, 7, 6, answers}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(outcome_of(&shared, &wrong[i], &outcome, &err), STATUS_INTERNAL);
  const OutcomeSignals right = {0, 5, 7, answers};
  assert_int_equal(outcome_of(&shared, &right, &outcome, &err), STATUS_OK);
  outcome_market_free(&shared);
  made_screen_free(&market);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_cannot_buy_is_counted_and_in_no_figure),
      cmocka_unit_test(twenty_nine_per_cent_at_the_open_and_nobody_below_is_locked),
      cmocka_unit_test(a_return_goes_from_the_open_of_the_next_session_to_a_close),
      cmocka_unit_test(a_halt_a_delisting_and_a_split_have_the_return_of_who_holds),
      cmocka_unit_test(quartiles_lie_between_order_statistics),
      cmocka_unit_test(the_standard_error_is_clustered_by_session),
      cmocka_unit_test(the_mean_path_is_of_the_same_signals_at_every_session),
      cmocka_unit_test(a_match_in_the_traded_session_before_makes_a_repeated_one),
      cmocka_unit_test(without_signals_nothing_has_a_figure),
      cmocka_unit_test(sessions_that_are_not_there_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
