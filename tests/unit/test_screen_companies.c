#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/company/compass.h>
#include <closebell/market/action.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/names.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A market at random: companies with one or two classes of stock, halts, splits, a stock on KONEX, reports filed all
 * the time, some of them late. What the fields give is held, bit by bit, against a computation of each session alone.
 */
enum {
  COMPANIES = 70,
  STOCKS = COMPANIES + COMPANIES / 5,
  SESSIONS = 290,
  REPORTS = 8,
  FIRST_DAY = 19900,
  YEAR_END = 188
};

static uint64_t seed;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static ScreenMarket market;
static Dividends dividends[COMPANIES];
static Reports reports[COMPANIES]; /* as they were put into the book */

/* The first are common stocks; then preferred ones of every fifth company. */
static size_t company_of(size_t stock) { return stock < COMPANIES ? stock : 5 * (stock - COMPANIES); }
static void ticker_of(size_t stock, char ticker[TICKER_SIZE]) {
  snprintf(ticker, TICKER_SIZE, "%05u%c", 1000 + (unsigned)company_of(stock), stock < COMPANIES ? '0' : '5');
}

/* ---- prices ---- */

static int64_t closes[STOCKS];

static StockRow next_row(size_t stock, int session) {
  StockRow row = {.name = "n", .market = stock == 3 ? MARKET_KONEX : stock % 3 == 0 ? MARKET_KOSDAQ : MARKET_KOSPI};
  ticker_of(stock, row.ticker);
  int64_t base = closes[stock] ? closes[stock] : 10000 + (int64_t)below(50000);
  if (below(400) == 0 && base > 4000) base /= 2; /* a split */
  if (session == YEAR_END && stock % 5 == 0) base /= 2;
  bool trades = below(25) != 0;
  row.close = trades ? base + base * ((int64_t)below(61) - 30) / 1000 : base;
  row.change = row.close - base;
  row.open = trades ? row.close : 0;
  row.high = trades ? row.close + (int64_t)below(100) : 0;
  row.low = trades ? row.close : 0;
  row.volume = trades ? 10 : 0;
  row.listed_shares = 1000000 + (int64_t)stock * 1000;
  row.market_cap = row.close * row.listed_shares;
  closes[stock] = row.close;
  return row;
}

static void add_session(int t) {
  Error err;
  Session session = {.date = FIRST_DAY + t};
  for (size_t s = 0; s < STOCKS; s++) {
    StockRow row = next_row(s, t);
    if (s == 7 && t > 270) continue; /* delisted */
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_OK);
  session_free(&session);
}

static void add_indices(void) {
  market_indices_free(&market.indices);
  market.indices.known = true;
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    double close = 1000;
    for (int t = 0; t < SESSIONS; t++) {
      close *= 1 + ((double)below(41) - 20) / 2000;
      assert_int_equal(index_closes_add(&market.indices.of[k], FIRST_DAY + t, close), STATUS_OK);
    }
  }
  screen_market_free_columns(&market);
}

/* ---- reports ---- */

static const struct {
  int year, month, day;
  ReportKind kind;
} PERIODS[REPORTS] = {{2022, 12, 31, REPORT_ANNUAL}, {2023, 6, 30, REPORT_HALF},   {2023, 9, 30, REPORT_Q3},
                      {2023, 12, 31, REPORT_ANNUAL}, {2024, 3, 31, REPORT_Q1},     {2024, 6, 30, REPORT_HALF},
                      {2024, 9, 30, REPORT_Q3},      {2024, 12, 31, REPORT_ANNUAL}};

static void set(Report *report, ReportAmount amount, int64_t value) {
  report->has |= 1u << amount;
  report->amounts[amount] = value;
}

static Report make_report(size_t company, int which) {
  Report report = {.kind = PERIODS[which].kind, .statement = STATEMENT_CFS, .version = 1};
  assert_true(day_from_ymd(PERIODS[which].year, PERIODS[which].month, PERIODS[which].day, &report.period_end));
  Day filed = report.period_end + 30 + (int)below(80);
  int year, month, day;
  day_to_ymd(filed, &year, &month, &day);
  snprintf(report.rcept_no, sizeof report.rcept_no, "%04d%02d%02d%06u", year, month, day, (unsigned)company);
  snprintf(report.currency, sizeof report.currency, "%s", company == 11 ? "USD" : "KRW");
  int64_t assets = 1000000000 + (int64_t)below(1000000000), debts = (int64_t)below(1100000000);
  set(&report, AMOUNT_total_assets, assets);
  set(&report, AMOUNT_total_liabilities, debts);
  set(&report, AMOUNT_total_equity, assets - debts);
  if (company % 2 == 0) set(&report, AMOUNT_current_assets, assets / 2); /* the others are as banks are */
  if (company % 2 == 0) set(&report, AMOUNT_current_liabilities, debts / 2 + 1);
  set(&report, AMOUNT_retained_earnings, assets / 5);
  if (below(20) != 0) set(&report, AMOUNT_revenue, (int64_t)below(900000000));
  set(&report, AMOUNT_operating_profit, (int64_t)below(200000000) - 40000000);
  set(&report, AMOUNT_net_income, (int64_t)below(200000000) - 60000000);
  return report;
}

/* Of a report, or of a year that has none. */
static Dividend make_dividend(const Report *report, double dps) {
  Dividend dividend = {.period_end = report->period_end,
                       .kind = report->kind,
                       .filed = report_filed(report),
                       .version = 1,
                       .dps = dps,
                       .payout_percent = below(4) == 0 ? NAN : (double)below(900) / 10,
                       .yield_percent = NAN};
  memcpy(dividend.rcept_no, report->rcept_no, sizeof dividend.rcept_no);
  return dividend;
}

static void add_dividends(CompanyBook *book, size_t c, const char *ticker, const Report *report) {
  const double dps = below(5) == 0 ? NAN : below(5) == 0 ? 0 : (double)(1 + below(400));
  Dividends *to = dividend_book_open(&book->dividends, ticker);
  Dividend dividend = make_dividend(report, dps);
  assert_non_null(to);
  assert_int_equal(dividends_put(to, &dividend), STATUS_OK);
  assert_int_equal(dividends_put(&dividends[c], &dividend), STATUS_OK);
}

static CompanyBook make_book(void) {
  CompanyBook book = {0};
  for (size_t c = 0; c < COMPANIES; c++) {
    char ticker[TICKER_SIZE];
    ticker_of(c, ticker);
    reports_free(&reports[c]);
    dividends_free(&dividends[c]);
    if (c % 13 == 12) continue; /* nothing is known of it */
    Reports *to = company_book_open(&book, ticker);
    assert_non_null(to);
    for (int i = 0; i < REPORTS; i++) {
      Report report = make_report(c, i);
      if (below(3) != 0) add_dividends(&book, c, ticker, &report);
      if (below(15) == 0) continue;
      assert_int_equal(reports_put(to, &report), STATUS_OK);
      assert_int_equal(reports_put(&reports[c], &report), STATUS_OK);
    }
  }
  return book;
}

static void make_market(uint64_t with_seed) {
  seed = with_seed;
  screen_market_free(&market);
  memset(closes, 0, sizeof closes);
  market.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ) | market_bit(MARKET_KONEX);
  for (int t = 0; t < SESSIONS; t++) add_session(t);
  add_indices();
}

static void take_book(void) {
  Error err;
  CompanyBook book = make_book();
  assert_int_equal(screen_market_take_companies(&market, &book, &err), STATUS_OK);
  assert_int_equal(book.count, 0);
}

/* ---- what is expected ---- */

static int name_of(const char *name) { return screen_name_find(name, strlen(name)); }

static double column(const char *name, size_t session, size_t place) {
  return screen_value(&market, session, name_of(name), place);
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
  const ScreenEntry *entry = &market.entries[market.first_entry[session] + place];
  const ScreenStock *stock = &market.stocks[entry->stock];
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
  Fundamentals fundamentals[STOCKS];
  Valuation valuations[STOCKS];
  Compass compasses[STOCKS];
  size_t place[STOCKS]; /* of each stock among the ranked; STOCKS: none */
} Expected;

static const ScreenStock *stock_of(size_t stock) {
  char ticker[TICKER_SIZE];
  ticker_of(stock, ticker);
  for (size_t i = 0; i < market.stock_count; i++)
    if (strcmp(market.stocks[i].ticker, ticker) == 0) return &market.stocks[i];
  return NULL;
}

static const ScreenRow *row_of(size_t stock, size_t session) {
  const ScreenStock *found = stock_of(stock);
  const ScreenRow *row = found ? screen_market_row(found, session) : NULL;
  return row && (size_t)row->session == session ? row : NULL;
}

static size_t place_of(size_t stock, size_t session) {
  char ticker[TICKER_SIZE];
  ticker_of(stock, ticker);
  for (size_t e = market.first_entry[session]; e < market.first_entry[session + 1]; e++)
    if (strcmp(market.stocks[market.entries[e].stock].ticker, ticker) == 0) return e - market.first_entry[session];
  return SIZE_MAX;
}

static void expect_session(size_t session, Expected *expected) {
  static CompassStock ranked[STOCKS];
  size_t count = 0;
  for (size_t s = 0; s < COMPANIES; s++) {
    const ScreenRow *row = row_of(s, session);
    expected->place[s] = STOCKS;
    if (row == NULL) continue;
    int64_t cap = 0, shares = 0;
    for (size_t k = 0; k < STOCKS; k++) {
      const ScreenRow *other = company_of(k) == s ? row_of(k, session) : NULL;
      cap += other ? other->market_cap : 0;
      shares += other ? other->listed_shares : 0;
    }
    expected->fundamentals[s] = fundamentals_of(&reports[s], market.dates[session]);
    expected->valuations[s] = valuation_of(&expected->fundamentals[s], market.dates[session], cap, shares);
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
  const Dividend *known = dividends_known(&dividends[s], market.dates[session]);
  const ScreenRow *row = row_of(s, session);
  const ScreenStock *stock = stock_of(s);
  double product = 1;
  for (size_t i = 1; known && i < stock->row_count && (size_t)stock->rows[i].session <= session; i++) {
    const ScreenRow *before = &stock->rows[i - 1], *after = &stock->rows[i];
    double factor;
    bool acts = action_factor(before->close, after->close - after->change, &factor);
    if (acts && market.dates[after->session] > known->period_end) product *= factor;
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
  const Compass *compass = expected->place[s] < STOCKS ? &expected->compasses[expected->place[s]] : &none;
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
  assert_int_equal(screen_prepare_names(&market, &names, 0, &err), STATUS_OK);
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
  make_market(5);
  take_book();
  prepare_all();
  for (size_t t = 0; t < SESSIONS; t += t < 250 ? 23 : 3) {
    expect_session(t, &expected);
    for (size_t s = 0; s < COMPANIES; s++)
      if (place_of(s, t) != SIZE_MAX) there += expect_stock(t, s, &expected);
  }
  assert_true(there > 10000);
}

/* Also on the day of the split, and where it was on the last day of the year that is paid for. */
static void dividends_are_seen_through_splits_in_every_session(void **state) {
  (void)state;
  size_t there = 0, split = 0;
  make_market(5);
  take_book();
  prepare("dps_ttm,dividend_yield,payout_ratio");
  for (size_t t = 0; t < SESSIONS; t++)
    for (size_t s = 0; s < COMPANIES; s++) {
      const Dividend *known = dividends_known(&dividends[s], market.dates[t]);
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
  static const size_t sessions[] = {SESSIONS - 1, SESSIONS - 2, SESSIONS - 20, 100, SESSIONS - 1};
  make_market(5);
  take_book();
  prepare(rest);
  for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
    for (size_t k = 0; k < 2; k++) {
      ScreenNames names;
      ScreenError error;
      Error err;
      assert_int_equal(screen_columns_parse(fields[k], strlen(fields[k]), &names, &error), STATUS_OK);
      assert_int_equal(screen_prepare_names(&market, &names, sessions[i], &err), STATUS_OK);
    }
    expect_session(sessions[i], &expected);
    for (size_t s = 0; s < COMPANIES; s++)
      if (place_of(s, sessions[i]) != SIZE_MAX) expect_stock(sessions[i], s, &expected);
  }
}

/* A condition that looks back has what it looks at. */
static void a_condition_that_looks_back_is_answered_the_same(void **state) {
  (void)state;
  static const char *const texts[] = {"compass_risk[20] > 50", "per > 0 and rank(roe)[3] > 40",
                                      "count(compass_financial > 50, 5) > 2 or compass_score > compass_score[245]",
                                      "rank(compass_technical) >= 50"};
  static uint8_t alone[STOCKS], all[STOCKS * SESSIONS];
  static ScreenPlan plan;
  ScreenError error;
  Error err;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    make_market(10);
    take_book();
    assert_int_equal(screen_plan(texts[i], strlen(texts[i]), &plan, &error), STATUS_OK);
    assert_int_equal(screen_evaluate(&plan, &market, SESSIONS - 1, SESSIONS - 1, alone, &err), STATUS_OK);
    screen_market_free_columns(&market);
    assert_int_equal(screen_evaluate(&plan, &market, 0, SESSIONS - 1, all, &err), STATUS_OK);
    size_t before = screen_market_considered(&market, 0, SESSIONS - 2);
    assert_memory_equal(alone, all + before, screen_market_considered(&market, SESSIONS - 1, SESSIONS - 1));
  }
}

static void preferred_stocks_have_none_of_it(void **state) {
  (void)state;
  make_market(6);
  take_book();
  prepare_all();
  for (size_t s = COMPANIES; s < STOCKS; s++) {
    size_t place = place_of(s, SESSIONS - 1);
    if (place == SIZE_MAX) continue;
    assert_true(isnan(column("per", SESSIONS - 1, place)));
    assert_true(isnan(column("pbr", SESSIONS - 1, place)));
    assert_true(isnan(column("compass_risk", SESSIONS - 1, place)));
  }
}

static void without_reports_all_is_unknown(void **state) {
  (void)state;
  static uint8_t answers[STOCKS];
  static ScreenPlan plan;
  static const char text[] = "not compass_risk > 50 or per > 0";
  ScreenError error;
  Error err;
  CompanyBook empty = {0};
  make_market(7);
  assert_false(screen_market_has_companies(&market));
  assert_int_equal(screen_plan(text, strlen(text), &plan, &error), STATUS_OK);
  for (int with = 0; with < 2; with++) {
    assert_int_equal(screen_evaluate(&plan, &market, SESSIONS - 1, SESSIONS - 1, answers, &err), STATUS_OK);
    size_t count = screen_market_considered(&market, SESSIONS - 1, SESSIONS - 1);
    for (size_t i = 0; i < count; i++) assert_int_equal(answers[i], SCREEN_UNKNOWN);
    assert_int_equal(screen_market_take_companies(&market, &empty, &err), STATUS_OK);
    assert_true(screen_market_has_companies(&market));
    assert_false(screen_market_knows_companies(&market));
  }
}

/* Nor is a place among prices told before the first session that knows a report, as in the analysis. */
static void before_the_first_report_nothing_is_known(void **state) {
  (void)state;
  Error err;
  CompanyBook book = {0};
  Report report = make_report(0, 7);
  make_market(9);
  int year, month, day;
  day_to_ymd(FIRST_DAY + 280, &year, &month, &day);
  snprintf(report.rcept_no, sizeof report.rcept_no, "%04d%02d%02d000001", year, month, day);
  assert_int_equal(reports_put(company_book_open(&book, "010000"), &report), STATUS_OK);
  assert_int_equal(screen_market_take_companies(&market, &book, &err), STATUS_OK);
  prepare_all();
  for (size_t place = 0; place < screen_market_considered(&market, 280, 280); place++)
    assert_true(isnan(column("compass_risk", 280, place)));
  size_t known = 0;
  for (size_t place = 0; place < screen_market_considered(&market, 281, 281); place++)
    known += isnan(column("compass_risk", 281, place)) ? 0u : 1u;
  assert_true(known > 50);
}

/* More reports may count by then. */
static void a_session_that_is_added_takes_the_reports_away(void **state) {
  (void)state;
  make_market(8);
  take_book();
  assert_true(screen_market_knows_companies(&market));
  add_session(SESSIONS);
  assert_false(screen_market_has_companies(&market));
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
  screen_market_free(&market);
  for (size_t c = 0; c < COMPANIES; c++) reports_free(&reports[c]);
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
