/* The shadow radar over small markets made by hand: a rule of its header in each test. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/hindsight/radar.h>

enum { SESSIONS = 60, STOCKS = 4, FIRST_DAY = 20000, STRATEGIES = 3 };

/* Stock 0 is followed, 1 is too small, 2 and 3 stay as they are. */
static struct {
  int64_t close[SESSIONS][STOCKS]; /* 0: no row */
  bool halted[SESSIONS][STOCKS];
  int64_t base[SESSIONS][STOCKS]; /* 0: the close before */
  size_t sessions;
  EntryFilter filter;
  LeaderRules leaders;
  RadarDecision decisions[8];
  size_t decision_count;
  const char *where[STRATEGIES];
  size_t strategy_count;
  Day added; /* of stock 0 */
} made;

static void begin(void) {
  memset(&made, 0, sizeof made);
  made.sessions = SESSIONS;
  made.filter = (EntryFilter){.markets = market_bit(MARKET_KOSPI), .min_market_cap = 1000, .exit_market_cap = 800};
  made.leaders = (LeaderRules){.min_rs_rating = 80};
  made.added = FIRST_DAY;
  for (size_t t = 0; t < SESSIONS; t++)
    for (size_t s = 0; s < STOCKS; s++) made.close[t][s] = 1000;
}

static void put_ticker(size_t stock, char ticker[TICKER_SIZE]) {
  snprintf(ticker, TICKER_SIZE, "%05u0", (unsigned)stock % 100000);
}

static Session session_of(size_t t) {
  Session session = {.date = (Day)(FIRST_DAY + t), .markets = market_bit(MARKET_KOSPI)};
  Error err;
  for (size_t s = 0; s < STOCKS; s++) {
    int64_t close = made.close[t][s], base = t > 0 && made.close[t - 1][s] ? made.close[t - 1][s] : close;
    if (close == 0) continue;
    if (made.base[t][s]) base = made.base[t][s];
    int64_t open = made.halted[t][s] ? 0 : close;
    StockRow row = {.market = MARKET_KOSPI,
                    .open = open,
                    .high = open,
                    .low = open,
                    .close = close,
                    .change = close - base,
                    .volume = 1000,
                    .value = 1000 * close,
                    .market_cap = s == 1 ? 500 : 5000,
                    .listed_shares = 10};
    put_ticker(s, row.ticker);
    strcpy(row.name, "A");
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

static RadarDecision decision_on(size_t stock, size_t session, DecisionFinal final, const char *id) {
  RadarDecision decision = {.date = (Day)(FIRST_DAY + session), .final = final, .score = NAN};
  strcpy(decision.id, id);
  strcpy(decision.kind, "debate");
  put_ticker(stock, decision.ticker);
  return decision;
}

/* Of session `at`; the caller frees its items. */
static Shadows look_at(size_t at) {
  ScreenMarket market = {.considered = market_bit(MARKET_KOSPI)};
  Session sessions[SESSIONS];
  const Session *newest_first[SESSIONS];
  ScreenPlan plans[STRATEGIES];
  RadarStrategy strategies[STRATEGIES];
  static const char *const names[STRATEGIES] = {"a", "b", "c"};
  Target target = {.market = MARKET_KOSPI,
                   .added_date = made.added,
                   .history_from = FIRST_DAY,
                   .is_active = true,
                   .removed_date = DAY_NONE};
  Universe universe = {.items = &target, .count = 1};
  Shadows shadows = {0};
  ScreenError error;
  Error err = {{0}};
  put_ticker(0, target.ticker);
  for (size_t t = 0; t < made.sessions; t++) {
    sessions[t] = session_of(t);
    assert_int_equal(screen_market_add(&market, &sessions[t], false, &err), STATUS_OK);
  }
  for (size_t i = 0; i <= at; i++) newest_first[i] = &sessions[at - i];
  for (size_t i = 0; i < made.strategy_count; i++) {
    assert_int_equal(screen_plan(made.where[i], strlen(made.where[i]), &plans[i], &error), STATUS_OK);
    strategies[i] = (RadarStrategy){names[i], &plans[i]};
  }
  const RadarView view = {.market = &market,
                          .sessions = newest_first,
                          .session_count = at + 1,
                          .universe = &universe,
                          .filter = &made.filter,
                          .leaders = &made.leaders,
                          .strategies = strategies,
                          .strategy_count = made.strategy_count,
                          .decisions = made.decisions,
                          .decision_count = made.decision_count};
  if (radar_look(&view, (Day)(FIRST_DAY + at), &shadows, &err) != STATUS_OK) fail_msg("%s", err.text);
  for (size_t t = 0; t < made.sessions; t++) session_free(&sessions[t]);
  screen_market_free(&market);
  return shadows;
}

static size_t count_at(size_t at) {
  Shadows shadows = look_at(at);
  free(shadows.items);
  return shadows.count;
}

/* The one document of the session. */
static Shadow only_at(size_t at) {
  Shadows shadows = look_at(at);
  if (shadows.count != 1) fail_msg("%zu documents of session %zu", shadows.count, at);
  Shadow only = shadows.items[0];
  free(shadows.items);
  return only;
}

static void set_from(size_t session, size_t stock, int64_t close) {
  for (size_t t = session; t < SESSIONS; t++) made.close[t][stock] = close;
}

/* ---- rises ---- */

static void a_fifth_above_one_of_the_last_twenty_sessions_is_a_rise(void **state) {
  (void)state;
  begin();
  set_from(40, 1, 1199);
  assert_int_equal(count_at(40), 0);
  begin();
  set_from(40, 1, 1200);
  Shadow shadow = only_at(40);
  assert_string_equal(shadow.ticker, "000010");
  assert_int_equal(shadow.stage, SHADOW_ENTRY_FILTER);
  assert_int_equal(shadow.date, FIRST_DAY + 39); /* the newest that turned it down */
  assert_int_equal(shadow.trigger_date, FIRST_DAY + 40);
  assert_true(shadow.return_pct == 20);
  assert_string_equal(shadow.rule, "market_cap");
  assert_string_equal(shadow.reason, "market_cap (500 against 1,000)");
}

static void it_counts_once_until_twenty_sessions_have_passed_without_one(void **state) {
  (void)state;
  begin();
  set_from(30, 1, 1200);
  assert_int_equal(count_at(30), 1);
  for (size_t t = 31; t < 59; t++) assert_int_equal(count_at(t), 0);
  set_from(45, 1, 1500); /* 30 .. 49 rise against sessions before 30, 45 .. against them */
  assert_int_equal(count_at(45), 0);
  begin();
  set_from(21, 1, 1200); /* the last that is a fifth above is 40 */
  set_from(59, 1, 1500);
  assert_int_equal(count_at(59), 0); /* 40 is 19 sessions ago */
  begin();
  set_from(18, 1, 1200); /* 37 is the last */
  set_from(58, 1, 1500);
  assert_int_equal(count_at(58), 1); /* 21 sessions ago */
  assert_int_equal(only_at(58).date, FIRST_DAY + 57);
}

static void twenty_sessions_are_those_of_the_market(void **state) {
  (void)state;
  begin();
  for (size_t t = 20; t < 40; t++) made.halted[t][1] = true; /* it last traded in 19, which is 21 before 40 */
  set_from(40, 1, 1300);
  assert_int_equal(count_at(40), 0);
  made.halted[20][1] = false; /* 20 sessions before */
  assert_int_equal(only_at(40).date, FIRST_DAY + 20);
}

static void a_split_is_no_rise_and_no_fall(void **state) {
  (void)state;
  begin();
  for (size_t t = 35; t < SESSIONS; t++) made.close[t][1] = 100; /* ten for one */
  made.base[35][1] = 100;
  assert_int_equal(count_at(35), 0);
  for (size_t t = 40; t < SESSIONS; t++) made.close[t][1] = 125;
  Shadow shadow = only_at(40);
  assert_true(fabs(shadow.return_pct - 25) < 1e-9);
}

static void who_is_not_in_the_market_or_does_not_trade_is_not_looked_at(void **state) {
  (void)state;
  begin();
  set_from(40, 1, 1300);
  made.halted[40][1] = true;
  assert_int_equal(count_at(40), 0);
  assert_int_equal(only_at(41).trigger_date, FIRST_DAY + 41);
}

/* ---- stages ---- */

static void a_followed_stock_that_was_no_leader_is_told_by_the_first_rule(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_LEADERS);
  assert_string_equal(shadow.rule, "rs_rating >= 80");
  assert_string_equal(shadow.reason, "rs_rating >= 80 (0)");
  made.leaders = (LeaderRules){.value_ratio = 2};
  shadow = only_at(40);
  assert_string_equal(shadow.rule, "value > 2 x its average over 20 sessions");
  assert_string_equal(shadow.reason, "value > 2 x its average over 20 sessions (1 x)");
  made.leaders = (LeaderRules){.signals = {.items = {"golden_cross"}, .count = 1}};
  assert_string_equal(only_at(40).reason, "golden_cross (it was not)");
  made.leaders = (LeaderRules){.above = {.items = {"sma_5"}, .count = 1}};
  assert_string_equal(only_at(40).reason, "close > sma_5 (1,000 against 1,000)");
}

static void a_leader_was_chosen_and_counts_for_nobody(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  made.leaders = (LeaderRules){.min_rs_rating = 0};
  made.where[0] = "close > 1 and open < 1";
  made.strategy_count = 1;
  assert_int_equal(count_at(40), 0);
}

static void before_it_was_followed_the_entry_filter_turned_it_down_or_nobody(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  made.added = FIRST_DAY + 41;
  assert_int_equal(count_at(40), 0); /* the filter would let it pass */
  made.filter.min_market_cap = 9000;
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_ENTRY_FILTER);
  assert_string_equal(shadow.reason, "market_cap (5,000 against 9,000)");
  made.added = FIRST_DAY + 30; /* the filter had it in hand last until 29 */
  shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_ENTRY_FILTER);
  assert_int_equal(shadow.date, FIRST_DAY + 29);
  made.added = FIRST_DAY + 20;
  assert_int_equal(only_at(40).stage, SHADOW_LEADERS);
}

static void what_a_strategy_brings_and_is_not_followed_is_held_at_the_gate(void **state) {
  (void)state;
  begin();
  set_from(40, 1, 1300);
  made.where[0] = "close > 1";
  made.strategy_count = 1;
  assert_int_equal(only_at(40).stage, SHADOW_ENTRY_FILTER);
}

/* Stock 0 is followed, and two rules keep it from being a leader. */
static void begin_strategies(const char *where) {
  begin();
  set_from(40, 0, 1300);
  made.leaders = (LeaderRules){.min_rs_rating = 80, .value_ratio = 2};
  made.where[0] = where;
  made.strategy_count = 1;
}

static void all_clauses_but_one_is_a_strategys_miss(void **state) {
  (void)state;
  begin_strategies("close > 1 and volume > 2000 and open > 1");
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_STRATEGY);
  assert_string_equal(shadow.rule, "a: volume > 2000");
  assert_string_equal(shadow.reason, "a: volume > 2000 (1,000 against 2,000)");
  made.where[0] = "close > 1 and volume > 2000 and open < 1";
  assert_int_equal(only_at(40).stage, SHADOW_LEADERS); /* two are false */
  made.where[0] = "close > 1 and sma_200 > 1";
  assert_int_equal(only_at(40).stage, SHADOW_LEADERS); /* unknown is not false */
  made.where[0] = "volume > 2000";
  assert_int_equal(only_at(40).stage, SHADOW_LEADERS); /* one clause alone */
}

static void one_rule_of_the_leaders_comes_before_a_strategy_and_several_behind_it(void **state) {
  (void)state;
  begin_strategies("close > 1 and volume > 2000");
  assert_int_equal(only_at(40).stage, SHADOW_STRATEGY);
  made.leaders = (LeaderRules){.min_rs_rating = 80};
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_LEADERS);
  assert_string_equal(shadow.rule, "rs_rating >= 80");
  made.leaders = (LeaderRules){.value_ratio = 2};
  assert_string_equal(only_at(40).rule, "value > 2 x its average over 20 sessions");
  made.leaders = (LeaderRules){.signals = {.items = {"golden_cross", "dead_cross"}, .count = 2}};
  assert_int_equal(only_at(40).stage, SHADOW_STRATEGY);
  made.leaders = (LeaderRules){.above = {.items = {"sma_5", "sma_20"}, .count = 2}};
  assert_int_equal(only_at(40).stage, SHADOW_STRATEGY);
  made.strategy_count = 0;
  assert_string_equal(only_at(40).rule, "close > sma_5");
}

static void of_several_strategies_the_one_with_most_clauses_is_named(void **state) {
  (void)state;
  begin_strategies("close > 1 and volume > 2000");
  made.where[1] = "close > 1 and open > 1 and volume > 3000";
  made.where[2] = "close > 1 and open > 1 and volume > 4000";
  made.strategy_count = 3;
  assert_string_equal(only_at(40).rule, "b: volume > 3000");
}

static void who_matched_a_strategy_was_chosen(void **state) {
  (void)state;
  begin_strategies("close > 1 and volume > 2000");
  made.where[1] = "close > 1";
  made.strategy_count = 2;
  assert_int_equal(count_at(40), 0);
  made.where[1] = "close == 1000 and low == 1000 and volume > 1";
  made.close[39][0] = made.close[38][0] = 1001; /* the newest two did not match */
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.date, FIRST_DAY + 39);
  assert_int_equal(shadow.stage, SHADOW_STRATEGY);
  assert_string_equal(shadow.rule, "a: volume > 2000");
}

/* ---- the model ---- */

static const char OLD[] = "01JRF00000AAAAAAAAAAAAAAAA", NEW[] = "01JRF00000AAAAAAAAAAAAAAAB";

static void a_stock_that_the_model_would_sell_is_its_miss_whatever_else_there_was(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  made.where[0] = "close > 1";
  made.strategy_count = 1; /* chosen by a strategy: that is who was asked about */
  made.decisions[0] = decision_on(0, 30, DECISION_SELL, OLD);
  made.decisions[0].score = 71.5;
  made.decision_count = 1;
  Shadow shadow = only_at(40);
  assert_int_equal(shadow.stage, SHADOW_AI);
  assert_int_equal(shadow.date, FIRST_DAY + 30);
  assert_string_equal(shadow.rule, "debate: SELL");
  assert_string_equal(shadow.reason, "debate: SELL (decision 01JRF00000AAAAAAAAAAAAAAAA, hunter_score 71.5)");
  made.decisions[0].final = DECISION_NO_DECISION;
  assert_string_equal(only_at(40).rule, "debate: NO_DECISION");
  made.decisions[0].final = DECISION_HOLD;
  assert_int_equal(count_at(40), 0);
  made.decisions[0].final = DECISION_BUY;
  assert_int_equal(count_at(40), 0);
}

static void the_newest_decision_of_a_session_counts(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  made.leaders.min_rs_rating = 0;
  made.decisions[0] = decision_on(0, 30, DECISION_SELL, OLD);
  made.decisions[1] = decision_on(0, 30, DECISION_BUY, NEW);
  made.decision_count = 2;
  assert_int_equal(count_at(40), 0);
  made.decisions[0] = decision_on(0, 30, DECISION_SELL, NEW);
  made.decisions[1] = decision_on(0, 30, DECISION_BUY, OLD);
  assert_int_equal(only_at(40).stage, SHADOW_AI);
}

static void each_decision_counts_once_by_its_own_close(void **state) {
  (void)state;
  begin();
  set_from(25, 0, 1300); /* a rise already, and long */
  set_from(32, 0, 1500);
  set_from(35, 0, 1570);
  made.leaders.min_rs_rating = 0;
  made.decisions[0] = decision_on(0, 26, DECISION_SELL, OLD);
  made.decision_count = 1;
  assert_int_equal(count_at(32), 0);
  Shadow shadow = only_at(35);
  assert_int_equal(shadow.date, FIRST_DAY + 26);
  assert_true(fabs(shadow.return_pct - 100 * (1570.0 / 1300 - 1)) < 1e-9);
  assert_int_equal(count_at(36), 0);
  made.decisions[0] = decision_on(0, 15, DECISION_SELL, OLD);
  set_from(20, 0, 1000);
  set_from(36, 0, 1300);
  assert_int_equal(count_at(36), 0); /* 21 sessions after it */
  made.decisions[0] = decision_on(0, 16, DECISION_SELL, OLD);
  assert_int_equal(only_at(36).stage, SHADOW_AI);
}

/* ---- how many ---- */

static void the_greatest_return_comes_first(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  set_from(40, 1, 1400);
  Shadows shadows = look_at(40);
  assert_int_equal(shadows.count, 2);
  assert_int_equal(shadows.found, 2);
  assert_string_equal(shadows.items[0].ticker, "000010");
  assert_string_equal(shadows.items[1].ticker, "000000");
  free(shadows.items);
}

static void what_comes_behind_a_session_changes_nothing(void **state) {
  (void)state;
  begin();
  set_from(40, 0, 1300);
  set_from(40, 1, 1400);
  made.where[0] = "close > 1 and volume > 2000";
  made.strategy_count = 1;
  Shadows whole = look_at(40);
  made.sessions = 41;
  Shadows cut = look_at(40);
  assert_int_equal(whole.count, cut.count);
  for (size_t i = 0; i < cut.count; i++) assert_true(shadow_equal(&whole.items[i], &cut.items[i]));
  free(whole.items);
  free(cut.items);
}

static void the_first_sessions_have_less_to_look_back_at(void **state) {
  (void)state;
  begin();
  set_from(1, 1, 1300);
  assert_int_equal(count_at(0), 0);
  assert_int_equal(only_at(1).date, FIRST_DAY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_fifth_above_one_of_the_last_twenty_sessions_is_a_rise),
      cmocka_unit_test(it_counts_once_until_twenty_sessions_have_passed_without_one),
      cmocka_unit_test(twenty_sessions_are_those_of_the_market),
      cmocka_unit_test(a_split_is_no_rise_and_no_fall),
      cmocka_unit_test(who_is_not_in_the_market_or_does_not_trade_is_not_looked_at),
      cmocka_unit_test(a_followed_stock_that_was_no_leader_is_told_by_the_first_rule),
      cmocka_unit_test(a_leader_was_chosen_and_counts_for_nobody),
      cmocka_unit_test(before_it_was_followed_the_entry_filter_turned_it_down_or_nobody),
      cmocka_unit_test(what_a_strategy_brings_and_is_not_followed_is_held_at_the_gate),
      cmocka_unit_test(all_clauses_but_one_is_a_strategys_miss),
      cmocka_unit_test(one_rule_of_the_leaders_comes_before_a_strategy_and_several_behind_it),
      cmocka_unit_test(of_several_strategies_the_one_with_most_clauses_is_named),
      cmocka_unit_test(who_matched_a_strategy_was_chosen),
      cmocka_unit_test(a_stock_that_the_model_would_sell_is_its_miss_whatever_else_there_was),
      cmocka_unit_test(the_newest_decision_of_a_session_counts),
      cmocka_unit_test(each_decision_counts_once_by_its_own_close),
      cmocka_unit_test(the_greatest_return_comes_first),
      cmocka_unit_test(what_comes_behind_a_session_changes_nothing),
      cmocka_unit_test(the_first_sessions_have_less_to_look_back_at),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
