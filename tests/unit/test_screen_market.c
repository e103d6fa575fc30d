#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/indicator/indicator.h>
#include <closebell/market/panel.h>
#include <closebell/screen/list.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A market at random, with corporate actions, halts, new listings and delistings, and places where a session may be
 * missing. What it says of each session must be what the analysis computes when the archive ends there. */
enum { STOCKS = 9, SESSIONS = 330, FIRST_DAY = 20000 };

static uint64_t seed;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static Session sessions[SESSIONS];
static bool broken[SESSIONS];
static ScreenMarket whole;

static bool is_listed(int stock, int session) {
  if (stock == 1) return session >= 40;
  if (stock == 2) return session < 300;
  return stock != 3 || session < 100 || session > 160;
}

static StockRow next_row(int stock, int session, const StockRow *before) {
  int64_t base = before->close;
  if (stock > 0 && session > 0 && below(90) == 0) base = below(2) ? base * 2 : base / 2 + 1;
  StockRow row = {.close = base + (int64_t)below(201) - 100, .volume = 1000 + (int64_t)below(100000)};
  if (row.close < 50) row.close = 50;
  row.change = row.close - base;
  row.value = row.volume * row.close;
  row.market_cap = row.close * 1000000;
  row.listed_shares = 1000000;
  row.market = stock % 3 == 2 ? MARKET_KONEX : stock % 2 ? MARKET_KOSDAQ : MARKET_KOSPI;
  if (below(25) != 0) {
    row.open = base + (int64_t)below(50);
    row.high = (row.open > row.close ? row.open : row.close) + (int64_t)below(40);
    row.low = (row.open < row.close ? row.open : row.close) - (int64_t)below(40);
  }
  snprintf(row.ticker, sizeof row.ticker, "%06d", 10 * (STOCKS - stock));
  snprintf(row.name, sizeof row.name, session < 200 || stock != 4 ? "stock %d" : "renamed %d", stock);
  return row;
}

static int make_market(void **state) {
  (void)state;
  StockRow newest[STOCKS];
  Error err;
  seed = 12345;
  for (int s = 0; s < STOCKS; s++) newest[s].close = 5000 + 700 * s;
  whole.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ);
  for (int t = 0; t < SESSIONS; t++) {
    sessions[t].date = FIRST_DAY + t;
    broken[t] = t == 77 || t == 210;
    for (int s = 0; s < STOCKS; s++) {
      newest[s] = next_row(s, t, &newest[s]);
      if (is_listed(s, t)) assert_int_equal(session_add(&sessions[t], &newest[s]), STATUS_OK);
    }
    assert_int_equal(session_seal(&sessions[t], &err), STATUS_OK);
    assert_int_equal(screen_market_add(&whole, &sessions[t], broken[t], &err), STATUS_OK);
  }
  return 0;
}

static int free_market(void **state) {
  (void)state;
  for (int t = 0; t < SESSIONS; t++) session_free(&sessions[t]);
  screen_market_free(&whole);
  return 0;
}

/* ---- the analysis of an archive that ends at a session ---- */

typedef struct {
  Panel panel;
  double chained[STOCKS][SESSIONS];
  uint8_t ratings[STOCKS][SESSIONS];
} Analysis;

static void analyse_until(Analysis *analysis, int last) {
  static char tickers[STOCKS][TICKER_SIZE];
  const char *names[STOCKS];
  Strength strength = {0};
  for (int s = 0; s < STOCKS; s++) {
    snprintf(tickers[s], sizeof tickers[s], "%06d", 10 * (s + 1));
    names[s] = tickers[s];
  }
  assert_int_equal(panel_init(&analysis->panel, names, STOCKS), STATUS_OK);
  for (int t = 0; t <= last; t++) {
    assert_int_equal(panel_add(&analysis->panel, &sessions[t], broken[t]), STATUS_OK);
    assert_int_equal(strength_add(&strength, &sessions[t], broken[t]), STATUS_OK);
    for (int s = 0; s < STOCKS; s++) {
      const StrengthStock *stock = strength_find(&strength, names[s]);
      if (stock == NULL) continue;
      analysis->chained[s][t] = strength_close(stock);
      analysis->ratings[s][t] = (uint8_t)strength_rating(&strength, stock);
    }
  }
  strength_free(&strength);
}

static double *outputs[128];
static AdjustedSeries adjusted;

static void compute(const Analysis *analysis, int stock) {
  const PanelSeries *series = &analysis->panel.series[stock];
  static double chained[SESSIONS];
  static uint8_t ratings[SESSIONS];
  assert_int_equal(panel_adjust(&analysis->panel, series, DAY_NONE, &adjusted), STATUS_OK);
  for (size_t i = 0, bar = 0; i < series->count; i++) {
    if (series->rows[i].open == 0) continue;
    chained[bar] = analysis->chained[stock][series->rows[i].session];
    ratings[bar++] = analysis->ratings[stock][series->rows[i].session];
  }
  const Bars bars = {.count = adjusted.count,
                     .open = adjusted.open,
                     .high = adjusted.high,
                     .low = adjusted.low,
                     .close = adjusted.close,
                     .volume = adjusted.volume,
                     .chained_close = chained,
                     .rating = ratings};
  for (size_t k = 0; k < indicator_total_outputs(); k++) {
    if (outputs[k] == NULL) outputs[k] = malloc(SESSIONS * sizeof(double));
    for (size_t bar = 0; bar < SESSIONS; bar++) outputs[k][bar] = NAN;
  }
  indicator_compute_all(&bars, outputs);
}

/* Both are absent, or the same to the last bit. */
static bool same(double a, double b) { return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0; }

static double expected_value(const ScreenName *name, const ScreenRow *row) {
  size_t bar = adjusted.count - 1;
  if (name->output >= 0) return outputs[name->output][bar];
  if (strcmp(name->name, "open") == 0) return adjusted.open[bar];
  if (strcmp(name->name, "high") == 0) return adjusted.high[bar];
  if (strcmp(name->name, "low") == 0) return adjusted.low[bar];
  if (strcmp(name->name, "close") == 0) return adjusted.close[bar];
  if (strcmp(name->name, "volume") == 0) return adjusted.volume[bar];
  if (strcmp(name->name, "value") == 0) return (double)row->value;
  if (strcmp(name->name, "market_cap") == 0) return (double)row->market_cap;
  if (strcmp(name->name, "listed_shares") == 0) return (double)row->listed_shares;
  bool known = strcmp(name->name, "change_rate") == 0 && row->close > row->change;
  return known ? 100 * (double)row->change / (double)(row->close - row->change) : NAN;
}

static void compare_session(ScreenMarket *market, const Analysis *analysis, size_t session) {
  size_t present = 0;
  for (size_t e = market->first_entry[session]; e < market->first_entry[session + 1]; e++) {
    const ScreenStock *stock = &market->stocks[market->entries[e].stock];
    compute(analysis, atoi(stock->ticker) / 10 - 1);
    for (size_t i = 0; i < screen_name_count(); i++) {
      const ScreenName name = screen_name_at(i);
      if (name.kind == SCREEN_TEXT) continue;
      double has = screen_value(market, session, (int)i, e - market->first_entry[session]);
      double must = expected_value(&name, screen_market_row(stock, session));
      if (!same(has, must))
        fail_msg("session %zu, %s, %s: %.17g, not %.17g", session, stock->ticker, name.name, has, must);
      present += isnan(has) ? 0 : 1;
    }
    adjusted_free(&adjusted);
  }
  assert_true(session < 300 || present > 40 * (market->first_entry[session + 1] - market->first_entry[session]));
}

static void prepare_all(ScreenMarket *market) {
  ScreenNames one = {.count = 1};
  Error err;
  for (size_t i = 0; i < screen_name_count(); i++) {
    one.names[0] = (int)i;
    assert_int_equal(screen_prepare_names(market, &one, 0, &err), STATUS_OK);
  }
}

static void a_session_has_the_values_that_its_analysis_had(void **state) {
  (void)state;
  static Analysis analysis;
  prepare_all(&whole);
  for (int t = 0; t < SESSIONS; t += t < 280 ? 23 : 7) {
    analyse_until(&analysis, t);
    compare_session(&whole, &analysis, (size_t)t);
    panel_free(&analysis.panel);
  }
}

static void halted_stocks_and_those_of_other_markets_are_not_considered(void **state) {
  (void)state;
  for (size_t t = 0; t < SESSIONS; t++) {
    size_t e = whole.first_entry[t];
    for (size_t i = 0; i < sessions[t].count; i++) {
      const StockRow *row = &sessions[t].rows[i];
      if (row->open == 0 || row->market == MARKET_KONEX) continue;
      assert_true(e < whole.first_entry[t + 1]);
      assert_string_equal(whole.stocks[whole.entries[e++].stock].ticker, row->ticker);
    }
    assert_int_equal(e, whole.first_entry[t + 1]);
  }
}

static void texts_are_those_published_in_the_session(void **state) {
  (void)state;
  const int name = screen_name_find("name", 4), market = screen_name_find("market", 6);
  for (size_t t = 0; t < SESSIONS; t++) {
    for (size_t place = 0; place < screen_market_considered(&whole, t, t); place++) {
      const ScreenStock *stock = &whole.stocks[whole.entries[whole.first_entry[t] + place].stock];
      const StockRow *row = session_find(&sessions[t], stock->ticker);
      assert_string_equal(screen_text(&whole, t, name, place).data, row->name);
      assert_string_equal(screen_text(&whole, t, market, place).data, market_name(row->market));
    }
  }
}

/* ---- truncation: nothing that comes later changes an answer ---- */

static const char *const conditions[] = {
    "close > close[1]",
    "close > highest(high, 20)[1] and volume > mean(volume, 20)",
    "rank(close[21] / close[60]) >= 60",
    "mean(close / open, 13) > 1 or rs_rating > 50",
    "obv > obv[5] and name != \"renamed 4\"",
    "count(market == KOSDAQ and close > open, 5) >= 3",
    "sma_20 > sma_20[5] and crosses_above(close, sma_5)",
    "trend_template or golden_cross[3] or rank(rank(volume)) < 30",
};

static void nothing_later_changes_an_answer(void **state) {
  (void)state;
  static uint8_t all[SESSIONS * STOCKS], until[SESSIONS * STOCKS];
  ScreenMarket growing = {.considered = whole.considered};
  ScreenPlan plan;
  ScreenError error;
  Error err;
  size_t matches = 0;
  for (size_t t = 0; t < SESSIONS; t++) {
    assert_int_equal(screen_market_add(&growing, &sessions[t], broken[t], &err), STATUS_OK);
    if (t % 29 != 0 && t + 1 < SESSIONS) continue;
    for (size_t c = 0; c < sizeof conditions / sizeof conditions[0]; c++) {
      assert_int_equal(screen_plan(conditions[c], strlen(conditions[c]), &plan, &error), STATUS_OK);
      assert_int_equal(screen_evaluate(&plan, &whole, 0, SESSIONS - 1, all, &err), STATUS_OK);
      assert_int_equal(screen_evaluate(&plan, &growing, 0, t, until, &err), STATUS_OK);
      assert_memory_equal(all, until, growing.entry_count);
      assert_int_equal(screen_evaluate(&plan, &growing, t, t, until, &err), STATUS_OK);
      assert_memory_equal(all + growing.first_entry[t], until, growing.entry_count - growing.first_entry[t]);
      for (size_t e = 0; e < growing.entry_count; e++) matches += all[e] == SCREEN_MATCH;
    }
  }
  assert_true(matches > 1000);
  screen_market_free(&growing);
}

/* Past the limit, columns that nothing needs at the moment go, and come back with the same values. */
static void columns_past_the_limit_of_memory_go(void **state) {
  (void)state;
  uint8_t few[STOCKS], many[STOCKS];
  ScreenPlan plan;
  ScreenError error;
  Error err;
  for (size_t c = 0; c < sizeof conditions / sizeof conditions[0]; c++) {
    assert_int_equal(screen_plan(conditions[c], strlen(conditions[c]), &plan, &error), STATUS_OK);
    whole.memory.columns = 0;
    prepare_all(&whole);
    assert_int_equal(screen_evaluate(&plan, &whole, 200, 200, many, &err), STATUS_OK);
    size_t before = screen_market_memory(&whole);
    whole.memory.columns = 1;
    assert_int_equal(screen_evaluate(&plan, &whole, 200, 200, few, &err), STATUS_OK);
    assert_memory_equal(few, many, screen_market_considered(&whole, 200, 200));
    assert_true(screen_market_memory(&whole) < before / 2);
  }
  whole.memory.columns = 0;
}

static void a_date_is_found_or_not(void **state) {
  (void)state;
  assert_int_equal(screen_market_session(&whole, FIRST_DAY), 0);
  assert_int_equal(screen_market_session(&whole, FIRST_DAY + SESSIONS - 1), SESSIONS - 1);
  assert_int_equal(screen_market_session(&whole, FIRST_DAY - 1), SESSIONS);
  assert_int_equal(screen_market_session(&whole, FIRST_DAY + SESSIONS), SESSIONS);
  const ScreenStock *delisted = &whole.stocks[whole.by_ticker[STOCKS - 1 - 2]];
  assert_int_equal(screen_market_row(delisted, SESSIONS - 1)->session, 299);
}

static void a_price_that_no_stock_can_have_is_refused_by_name(void **state) {
  (void)state;
  Error err = {{0}};
  ScreenMarket market = {.considered = market_bit(MARKET_KOSPI)};
  Session session = {.date = FIRST_DAY};
  StockRow row = sessions[0].rows[0];
  row.high = row.close = (int64_t)SCREEN_MAX_PRICE + 1;
  assert_int_equal(session_add(&session, &row), STATUS_OK);
  assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, row.ticker));
  screen_market_free(&market);
  session_free(&session);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session_has_the_values_that_its_analysis_had),
      cmocka_unit_test(halted_stocks_and_those_of_other_markets_are_not_considered),
      cmocka_unit_test(texts_are_those_published_in_the_session),
      cmocka_unit_test(nothing_later_changes_an_answer),
      cmocka_unit_test(columns_past_the_limit_of_memory_go),
      cmocka_unit_test(a_price_that_no_stock_can_have_is_refused_by_name),
      cmocka_unit_test(a_date_is_found_or_not),
  };
  return cmocka_run_group_tests(tests, make_market, free_market);
}
