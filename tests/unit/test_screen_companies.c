#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/company/compass.h>
#include <closebell/market/action.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/names.h>

#include "made_companies.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the fields of companies give is held, bit by bit, against a computation of each session alone. */

static MadeCompanies made;

static int name_of(const char *name) { return screen_name_find(name, strlen(name)); }

static double column(const char *name, size_t session, size_t place) {
  return screen_value(&made.market, session, name_of(name), place);
}

static double chained(const ScreenStock *stock, size_t bar) {
  const ScreenRow *row = &stock->rows[stock->bars[bar]];
  return (double)row->close / row->factors;
}

static double nearness(const ScreenStock *stock, size_t bar) {
  double high = 0;
  if (bar + 1 < 250) return NAN;
  for (size_t i = bar + 1 - 250; i <= bar; i++) {
    const ScreenRow *row = &stock->rows[stock->bars[i]];
    double one = (double)row->high / row->factors;
    if (one > high) high = one;
  }
  return chained(stock, bar) / high;
}

static CompassPrices prices_of(size_t session, size_t place) {
  const ScreenEntry *entry = &made.market.entries[made.market.first_entry[session] + place];
  const ScreenStock *stock = &made.market.stocks[entry->stock];
  const size_t bar = entry->bar;
  return (CompassPrices){
      .rs_raw = column("rs_raw", session, place),
      .nearness = nearness(stock, bar),
      .momentum = bar >= 252 ? chained(stock, bar - 21) / chained(stock, bar - 252) - 1 : NAN,
      .volatility = column("volatility_252", session, place),
      .max_drawdown = column("max_drawdown_252", session, place),
      .beta = column("beta_252", session, place),
      .has_year = bar >= 252,
  };
}

typedef struct {
  Fundamentals fundamentals[MADE_STOCKS];
  Valuation valuations[MADE_STOCKS];
  Compass compasses[MADE_STOCKS];
  size_t place[MADE_STOCKS]; /* of each stock among the ranked; MADE_STOCKS: none */
} Expected;

static const ScreenStock *stock_of(size_t stock) {
  char ticker[TICKER_SIZE];
  made_company_ticker(stock, ticker);
  for (size_t i = 0; i < made.market.stock_count; i++)
    if (strcmp(made.market.stocks[i].ticker, ticker) == 0) return &made.market.stocks[i];
  return NULL;
}

static const ScreenRow *row_of(size_t stock, size_t session) {
  const ScreenStock *found = stock_of(stock);
  const ScreenRow *row = found ? screen_market_row(found, session) : NULL;
  return row && (size_t)row->session == session ? row : NULL;
}

static size_t place_of(size_t stock, size_t session) {
  char ticker[TICKER_SIZE];
  made_company_ticker(stock, ticker);
  for (size_t e = made.market.first_entry[session]; e < made.market.first_entry[session + 1]; e++)
    if (strcmp(made.market.stocks[made.market.entries[e].stock].ticker, ticker) == 0)
      return e - made.market.first_entry[session];
  return SIZE_MAX;
}

static void expect_session(size_t session, Expected *expected) {
  static CompassStock ranked[MADE_STOCKS];
  size_t count = 0;
  for (size_t s = 0; s < MADE_COMPANIES; s++) {
    const ScreenRow *row = row_of(s, session);
    expected->place[s] = MADE_STOCKS;
    if (row == NULL) continue;
    int64_t cap = 0, shares = 0;
    for (size_t k = 0; k < MADE_STOCKS; k++) {
      const ScreenRow *other = made_company_of(k) == s ? row_of(k, session) : NULL;
      cap += other ? other->market_cap : 0;
      shares += other ? other->listed_shares : 0;
    }
    expected->fundamentals[s] = fundamentals_of(&made.reports[s], made.market.dates[session]);
    expected->valuations[s] = valuation_of(&expected->fundamentals[s], made.market.dates[session], cap, shares);
    if (row->market == MARKET_KONEX) continue;
    size_t place = place_of(s, session);
    ranked[count] =
        (CompassStock){&expected->fundamentals[s], &expected->valuations[s], {NAN, NAN, NAN, NAN, NAN, NAN, false}};
    if (place != SIZE_MAX) ranked[count].prices = prices_of(session, place);
    expected->place[s] = count++;
  }
  assert_int_equal(compass_rank(ranked, count, expected->compasses), STATUS_OK);
}

static bool same(double a, double b) { return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0; }

static size_t hold(const char *name, size_t session, size_t stock, double wanted) {
  double has = column(name, session, place_of(stock, session));
  if (!same(has, wanted)) fail_msg("%s of stock %zu, session %zu: %.17g, not %.17g", name, stock, session, has, wanted);
  return isnan(wanted) ? 0u : 1u;
}

static DividendFields paid_by(size_t session, size_t s) {
  const Dividend *known = dividends_known(&made.dividends[s], made.market.dates[session]);
  const ScreenRow *row = row_of(s, session);
  const ScreenStock *stock = stock_of(s);
  double product = 1;
  for (size_t i = 1; known && i < stock->row_count && (size_t)stock->rows[i].session <= session; i++) {
    const ScreenRow *before = &stock->rows[i - 1], *after = &stock->rows[i];
    double factor;
    bool acts = action_factor(before->close, after->close - after->change, &factor);
    if (acts && made.market.dates[after->session] > known->period_end) product *= factor;
  }
  return dividend_fields(known, product, row->close);
}

static size_t expect_dividends(size_t session, size_t s) {
  const DividendFields fields = paid_by(session, s);
  return hold("dps_ttm", session, s, fields.dps_ttm) + hold("dividend_yield", session, s, fields.dividend_yield) +
         hold("payout_ratio", session, s, fields.payout_ratio);
}

static size_t expect_stock(size_t session, size_t s, const Expected *expected) {
  const Fundamentals *fundamentals = &expected->fundamentals[s];
  const Valuation *valuation = &expected->valuations[s];
  const Compass none = {{NAN, NAN, NAN, NAN}, NAN, NAN, GRADE_NONE, GRADE_NONE};
  const Compass *compass = expected->place[s] < MADE_STOCKS ? &expected->compasses[expected->place[s]] : &none;
  return expect_dividends(session, s) + hold("eps_ttm", session, s, valuation->eps_ttm) +
         hold("bps", session, s, valuation->bps) + hold("per", session, s, valuation->per) +
         hold("pbr", session, s, valuation->pbr) + hold("psr", session, s, valuation->psr) +
         hold("roe", session, s, fundamentals->roe) + hold("roa", session, s, fundamentals->roa) +
         hold("operating_margin", session, s, fundamentals->operating_margin) +
         hold("debt_ratio", session, s, fundamentals->debt_ratio) +
         hold("current_ratio", session, s, fundamentals->current_ratio) +
         hold("revenue_growth", session, s, fundamentals->revenue_growth) +
         hold("operating_profit_growth", session, s, fundamentals->operating_profit_growth) +
         hold("z_score", session, s, fundamentals->z_score) +
         hold("compass_financial", session, s, compass->axes[AXIS_FINANCIAL]) +
         hold("compass_valuation", session, s, compass->axes[AXIS_VALUATION]) +
         hold("compass_technical", session, s, compass->axes[AXIS_TECHNICAL]) +
         hold("compass_risk", session, s, compass->axes[AXIS_RISK]) +
         hold("compass_score", session, s, compass->score) + hold("compass_coverage", session, s, compass->coverage);
}

static void prepare(const char *text) {
  ScreenNames names;
  ScreenError error;
  Error err;
  assert_int_equal(screen_columns_parse(text, strlen(text), &names, &error), STATUS_OK);
  assert_int_equal(screen_prepare_names(&made.market, &names, 0, &err), STATUS_OK);
}

#define FIELDS "eps_ttm,bps,per,pbr,psr,roe,roa,operating_margin,debt_ratio,current_ratio,revenue_growth"
#define MORE_FIELDS                                                                                                    \
  "operating_profit_growth,z_score,dps_ttm,dividend_yield,payout_ratio,compass_financial,compass_valuation,compass_"   \
  "technical,compass_risk,"                                                                                            \
  "compass_score,compass_coverage"

static void prepare_all(void) {
  prepare(FIELDS);
  prepare(MORE_FIELDS ",rs_raw,volatility_252,max_drawdown_252,beta_252");
}

/* ---- tests ---- */

static void every_field_of_every_session_is_that_of_the_session_alone(void **state) {
  (void)state;
  static Expected expected;
  size_t there = 0;
  made_companies_make(&made, 5);
  made_companies_report_all(&made);
  prepare_all();
  for (size_t t = 0; t < MADE_SESSIONS; t += t < 250 ? 23 : 3) {
    expect_session(t, &expected);
    for (size_t s = 0; s < MADE_COMPANIES; s++)
      if (place_of(s, t) != SIZE_MAX) there += expect_stock(t, s, &expected);
  }
  assert_true(there > 10000);
}

/* Also on the day of the split, and where it was on the last day of the year that is paid for. */
static void dividends_are_seen_through_splits_in_every_session(void **state) {
  (void)state;
  size_t there = 0, split = 0;
  made_companies_make(&made, 5);
  made_companies_report_all(&made);
  prepare("dps_ttm,dividend_yield,payout_ratio");
  for (size_t t = 0; t < MADE_SESSIONS; t++)
    for (size_t s = 0; s < MADE_COMPANIES; s++) {
      const Dividend *known = dividends_known(&made.dividends[s], made.market.dates[t]);
      if (place_of(s, t) == SIZE_MAX) continue;
      there += expect_dividends(t, s);
      split += known && paid_by(t, s).dps_ttm < known->dps;
    }
  assert_true(there > 10000 && split > 500);
}

/* Whoever asks for the newest session alone gets the same; and earlier ones when they are asked for afterwards. */
static void a_list_of_one_session_has_the_same_values(void **state) {
  (void)state;
  static Expected expected;
  static const char rest[] = "rs_raw,volatility_252,max_drawdown_252,beta_252";
  static const char *const fields[] = {FIELDS, MORE_FIELDS};
  static const size_t sessions[] = {MADE_SESSIONS - 1, MADE_SESSIONS - 2, MADE_SESSIONS - 20, 100, MADE_SESSIONS - 1};
  made_companies_make(&made, 5);
  made_companies_report_all(&made);
  prepare(rest);
  for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
    for (size_t k = 0; k < 2; k++) {
      ScreenNames names;
      ScreenError error;
      Error err;
      assert_int_equal(screen_columns_parse(fields[k], strlen(fields[k]), &names, &error), STATUS_OK);
      assert_int_equal(screen_prepare_names(&made.market, &names, sessions[i], &err), STATUS_OK);
    }
    expect_session(sessions[i], &expected);
    for (size_t s = 0; s < MADE_COMPANIES; s++)
      if (place_of(s, sessions[i]) != SIZE_MAX) expect_stock(sessions[i], s, &expected);
  }
}

/* A condition that looks back has what it looks at. */
static void a_condition_that_looks_back_is_answered_the_same(void **state) {
  (void)state;
  static const char *const texts[] = {"compass_risk[20] > 50", "per > 0 and rank(roe)[3] > 40",
                                      "count(compass_financial > 50, 5) > 2 or compass_score > compass_score[245]",
                                      "rank(compass_technical) >= 50"};
  static uint8_t alone[MADE_STOCKS], all[MADE_STOCKS * MADE_SESSIONS];
  static ScreenPlan plan;
  ScreenError error;
  Error err;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    made_companies_make(&made, 10);
    made_companies_report_all(&made);
    assert_int_equal(screen_plan(texts[i], strlen(texts[i]), &plan, &error), STATUS_OK);
    assert_int_equal(screen_evaluate(&plan, &made.market, MADE_SESSIONS - 1, MADE_SESSIONS - 1, alone, &err),
                     STATUS_OK);
    screen_market_free_columns(&made.market);
    assert_int_equal(screen_evaluate(&plan, &made.market, 0, MADE_SESSIONS - 1, all, &err), STATUS_OK);
    size_t before = screen_market_considered(&made.market, 0, MADE_SESSIONS - 2);
    assert_memory_equal(alone, all + before,
                        screen_market_considered(&made.market, MADE_SESSIONS - 1, MADE_SESSIONS - 1));
  }
}

static void preferred_stocks_have_none_of_it(void **state) {
  (void)state;
  made_companies_make(&made, 6);
  made_companies_report_all(&made);
  prepare_all();
  for (size_t s = MADE_COMPANIES; s < MADE_STOCKS; s++) {
    size_t place = place_of(s, MADE_SESSIONS - 1);
    if (place == SIZE_MAX) continue;
    assert_true(isnan(column("per", MADE_SESSIONS - 1, place)));
    assert_true(isnan(column("pbr", MADE_SESSIONS - 1, place)));
    assert_true(isnan(column("compass_risk", MADE_SESSIONS - 1, place)));
  }
}

static void without_reports_all_is_unknown(void **state) {
  (void)state;
  static uint8_t answers[MADE_STOCKS];
  static ScreenPlan plan;
  static const char text[] = "not compass_risk > 50 or per > 0";
  ScreenError error;
  Error err;
  CompanyBook empty = {0};
  made_companies_make(&made, 7);
  assert_false(screen_market_has_companies(&made.market));
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_OK);
  for (int with = 0; with < 2; with++) {
    assert_int_equal(screen_evaluate(&plan, &made.market, MADE_SESSIONS - 1, MADE_SESSIONS - 1, answers, &err),
                     STATUS_OK);
    size_t count = screen_market_considered(&made.market, MADE_SESSIONS - 1, MADE_SESSIONS - 1);
    for (size_t i = 0; i < count; i++) assert_int_equal(answers[i], SCREEN_UNKNOWN);
    assert_int_equal(screen_market_take_companies(&made.market, &empty, &err), STATUS_OK);
    assert_true(screen_market_has_companies(&made.market));
    assert_false(screen_market_knows_companies(&made.market));
  }
}

/* Nor is a place among prices told before the first session that knows a report, as in the analysis. */
static void before_the_first_report_nothing_is_known(void **state) {
  (void)state;
  Error err;
  CompanyBook book = {0};
  Report report = made_companies_report(&made, 0, 7);
  made_companies_make(&made, 9);
  int year, month, day;
  day_to_ymd(MADE_FIRST_DAY + 280, &year, &month, &day);
  snprintf(report.rcept_no, sizeof report.rcept_no, "%04d%02d%02d000001", year, month, day);
  assert_int_equal(reports_put(company_book_open(&book, "010000"), &report), STATUS_OK);
  assert_int_equal(screen_market_take_companies(&made.market, &book, &err), STATUS_OK);
  prepare_all();
  for (size_t place = 0; place < screen_market_considered(&made.market, 280, 280); place++)
    assert_true(isnan(column("compass_risk", 280, place)));
  size_t known = 0;
  for (size_t place = 0; place < screen_market_considered(&made.market, 281, 281); place++)
    known += isnan(column("compass_risk", 281, place)) ? 0u : 1u;
  assert_true(known > 50);
}

/* More reports may count by then. */
static void a_session_that_is_added_takes_the_reports_away(void **state) {
  (void)state;
  made_companies_make(&made, 8);
  made_companies_report_all(&made);
  assert_true(screen_market_knows_companies(&made.market));
  made_companies_add_session(&made, MADE_SESSIONS);
  assert_false(screen_market_has_companies(&made.market));
}

static void only_these_names_want_reports(void **state) {
  (void)state;
  static const char *const none[] = {"close > 1", "beta_252 < 1", "rank(rs_raw) > 50"};
  static const char *const some[] = {"per < 10", "rank(compass_score) >= 90", "close > 1 and mean(roe, 5) > 3",
                                     "dividend_yield > 1"};
  static ScreenPlan plan;
  ScreenError error;
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_int_equal(screen_plan(none[i], strlen(none[i]), &plan, &error), STATUS_OK);
    assert_false(screen_plan_wants_companies(&plan));
  }
  for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
    assert_int_equal(screen_plan(some[i], strlen(some[i]), &plan, &error), STATUS_OK);
    assert_true(screen_plan_wants_companies(&plan));
  }
  assert_int_equal(screen_plan("filed > 1", 9, &plan, &error), STATUS_CONFIG);
  assert_int_equal(screen_plan("compass_grade == 'A'", 20, &plan, &error), STATUS_CONFIG);
}

static int end(void **state) {
  (void)state;
  made_companies_free(&made);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_field_of_every_session_is_that_of_the_session_alone),
      cmocka_unit_test(dividends_are_seen_through_splits_in_every_session),
      cmocka_unit_test(a_list_of_one_session_has_the_same_values),
      cmocka_unit_test(a_condition_that_looks_back_is_answered_the_same),
      cmocka_unit_test(preferred_stocks_have_none_of_it),
      cmocka_unit_test(without_reports_all_is_unknown),
      cmocka_unit_test(before_the_first_report_nothing_is_known),
      cmocka_unit_test(a_session_that_is_added_takes_the_reports_away),
      cmocka_unit_test(only_these_names_want_reports),
  };
  return cmocka_run_group_tests(tests, NULL, end);
}
