#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/flows.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A market at random with halts, and flows with holes, provisional days and groups that nobody told of. What the fields
 * give is held against a computation that goes back day by day. */
enum { STOCKS = 12, SESSIONS = 60, FIRST_DAY = 20000 };

static uint64_t seed;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

typedef struct {
  bool there;
  FlowDay day;
} MadeFlow;

static bool traded[SESSIONS][STOCKS];
static int64_t caps[SESSIONS][STOCKS];
static MadeFlow made[SESSIONS][STOCKS];
static ScreenMarket market;

static void ticker_of(int stock, char *ticker) { snprintf(ticker, TICKER_SIZE, "%06d", stock); }

static MadeFlow make_flow(int session) {
  MadeFlow flow = {.there = below(12) != 0, .day = {.date = FIRST_DAY + session, .is_final = below(15) != 0}};
  flow.day.has = below(15) == 0 ? flow_bit(FLOW_INSTITUTION) : FLOW_INVESTORS;
  for (int g = 0; g < FLOW_GROUP_COUNT; g++)
    if (flow_set_has(flow.day.has, (FlowGroup)g)) flow.day.net_value[g] = (int64_t)below(2000000000) - 1000000000;
  return flow;
}

static void add_session(int t) {
  Error err;
  Session session = {.date = FIRST_DAY + t};
  for (int s = 0; s < STOCKS; s++) {
    StockRow row = {.close = 100, .high = 100, .low = 100, .open = traded[t][s] ? 100 : 0, .name = "n"};
    row.market = MARKET_KOSPI;
    row.market_cap = caps[t][s];
    ticker_of(s, row.ticker);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_OK);
  session_free(&session);
}

/* Stock 0 has no flows at all. */
static void add_flows(ScreenMarket *to, int until) {
  Error err;
  for (int s = 1; s < STOCKS; s++) {
    FlowDay days[SESSIONS];
    size_t count = 0;
    char ticker[TICKER_SIZE];
    ticker_of(s, ticker);
    for (int t = 0; t <= until; t++)
      if (made[t][s].there) days[count++] = made[t][s].day;
    assert_int_equal(screen_market_add_flows(to, ticker, days, count, &err), STATUS_OK);
  }
  assert_int_equal(screen_market_add_flows(to, "999999", NULL, 0, &err), STATUS_OK); /* nobody knows it */
  assert_int_equal(screen_market_end_flows(to, &err), STATUS_OK);
}

static void make_market(uint64_t with_seed) {
  seed = with_seed;
  screen_market_free(&market);
  market.considered = market_bit(MARKET_KOSPI);
  for (int t = 0; t < SESSIONS; t++) {
    for (int s = 0; s < STOCKS; s++) {
      traded[t][s] = below(8) != 0;
      caps[t][s] = 1000000000000 + (int64_t)below(1000000000);
      made[t][s] = make_flow(t);
    }
    add_session(t);
  }
}

static double expected(int session, int stock, FlowGroup group) {
  double sum = 0;
  int summed = 0;
  for (int t = session; t >= 0 && summed < 5; t--) {
    if (!traded[t][stock]) continue;
    const MadeFlow *flow = &made[t][stock];
    if (stock == 0 || !flow->there || !flow->day.is_final || !flow_set_has(flow->day.has, group)) return NAN;
    sum += (double)flow->day.net_value[group];
    summed++;
  }
  return summed == 5 ? sum / (double)caps[session][stock] : NAN;
}

static int name_of(const char *name) { return screen_name_find(name, strlen(name)); }

/* How many values are there; each is the expected one, and so is each absence. */
static size_t compare_all(const char *field, FlowGroup group) {
  const ScreenNames names = {.names = {name_of(field)}, .count = 1};
  size_t there = 0;
  Error err;
  assert_int_equal(screen_prepare_names(&market, &names, 0, &err), STATUS_OK);
  for (size_t t = 0; t < SESSIONS; t++) {
    for (size_t e = market.first_entry[t]; e < market.first_entry[t + 1]; e++) {
      int stock = (int)market.entries[e].stock;
      double value = screen_value(&market, t, names.names[0], e - market.first_entry[t]);
      double wanted = expected((int)t, stock, group);
      assert_int_equal(isnan(value), isnan(wanted));
      if (isnan(wanted)) continue;
      assert_true(value == wanted);
      there++;
    }
  }
  return there;
}

static void sums_of_five_traded_sessions_by_the_market_cap(void **state) {
  (void)state;
  for (uint64_t s = 1; s <= 20; s++) {
    make_market(s);
    add_flows(&market, SESSIONS - 1);
    assert_true(compare_all("foreign_net_buy_5", FLOW_FOREIGN) > 50);
    assert_true(compare_all("institution_net_buy_5", FLOW_INSTITUTION) > 50);
  }
}

static void answers_of(const char *text, size_t first, size_t last, uint8_t *answers) {
  ScreenPlan plan;
  ScreenError error;
  Error err;
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_OK);
  assert_true(screen_plan_wants_flows(&plan));
  assert_int_equal(screen_evaluate(&plan, &market, first, last, answers, &err), STATUS_OK);
}

static void a_session_without_a_flow_is_unknown_and_so_is_a_market_without_any(void **state) {
  (void)state;
  uint8_t answers[SESSIONS * STOCKS];
  make_market(7);
  assert_false(screen_market_has_flows(&market));
  answers_of("not foreign_net_buy_5 > 0", 0, SESSIONS - 1, answers);
  for (size_t e = 0; e < market.entry_count; e++) assert_int_equal(answers[e], SCREEN_UNKNOWN);
  add_flows(&market, SESSIONS - 1);
  assert_true(screen_market_has_flows(&market));
  answers_of("not foreign_net_buy_5 > 0", 0, SESSIONS - 1, answers);
  for (size_t t = 0; t < SESSIONS; t++) {
    for (size_t e = market.first_entry[t]; e < market.first_entry[t + 1]; e++) {
      double wanted = expected((int)t, (int)market.entries[e].stock, FLOW_FOREIGN);
      assert_int_equal(answers[e], isnan(wanted) ? SCREEN_UNKNOWN : wanted > 0 ? SCREEN_FALSE : SCREEN_MATCH);
    }
  }
}

/* What came later is not seen: with the flows cut off behind a session its answers are the same. */
static void a_later_flow_changes_no_earlier_session(void **state) {
  (void)state;
  static const char where[] = "foreign_net_buy_5 + institution_net_buy_5[2] > 0.01%";
  uint8_t whole[SESSIONS * STOCKS], cut[STOCKS];
  make_market(3);
  add_flows(&market, SESSIONS - 1);
  answers_of(where, 0, SESSIONS - 1, whole);
  for (int t = 10; t < SESSIONS; t += 7) {
    size_t first = market.first_entry[t], count = screen_market_considered(&market, (size_t)t, (size_t)t);
    screen_market_free_flows(&market);
    add_flows(&market, t);
    answers_of(where, (size_t)t, (size_t)t, cut);
    assert_memory_equal(cut, whole + first, count);
  }
}

static void a_new_session_wants_its_flows_again(void **state) {
  (void)state;
  make_market(5);
  add_flows(&market, SESSIONS - 1);
  add_session(0); /* of any rows, behind the last: dates need not be looked at here */
  assert_false(screen_market_has_flows(&market));
}

static void only_these_names_want_flows(void **state) {
  (void)state;
  ScreenPlan plan;
  ScreenError error;
  ScreenNames names;
  static const char plain[] = "close > sma_20 and market_cap > 1조", order[] = "-institution_net_buy_5";
  assert_int_equal(screen_plan(plain, sizeof plain - 1, &plan, &error), STATUS_OK);
  assert_false(screen_plan_wants_flows(&plan));
  assert_int_equal(screen_sort_parse("close", 5, &names, &error), STATUS_OK);
  assert_false(screen_names_want_flows(&names));
  assert_int_equal(screen_sort_parse(order, sizeof order - 1, &names, &error), STATUS_OK);
  assert_true(screen_names_want_flows(&names));
}

static int free_market(void **state) {
  (void)state;
  screen_market_free(&market);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_of_five_traded_sessions_by_the_market_cap),
      cmocka_unit_test(a_session_without_a_flow_is_unknown_and_so_is_a_market_without_any),
      cmocka_unit_test(a_later_flow_changes_no_earlier_session),
      cmocka_unit_test(a_new_session_wants_its_flows_again),
      cmocka_unit_test(only_these_names_want_flows),
  };
  return cmocka_run_group_tests(tests, NULL, free_market);
}
