#include "made_companies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <closebell/screen/companies.h>

enum { YEAR_END = 188 };

static unsigned below(MadeCompanies *made, unsigned limit) {
  made->seed = made->seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(made->seed >> 33) % limit;
}

size_t made_company_of(size_t stock) { return stock < MADE_COMPANIES ? stock : 5 * (stock - MADE_COMPANIES); }

char *made_company_ticker(size_t stock, char ticker[TICKER_SIZE]) {
  snprintf(ticker, TICKER_SIZE, "%05u%c", 1000 + (unsigned)made_company_of(stock), stock < MADE_COMPANIES ? '0' : '5');
  return ticker;
}

/* ---- prices ---- */

static StockRow next_row(MadeCompanies *made, size_t stock, int session) {
  StockRow row = {.name = "n", .market = stock == 3 ? MARKET_KONEX : stock % 3 == 0 ? MARKET_KOSDAQ : MARKET_KOSPI};
  made_company_ticker(stock, row.ticker);
  int64_t base = made->closes[stock] ? made->closes[stock] : 10000 + (int64_t)below(made, 50000);
  if (below(made, 400) == 0 && base > 4000) base /= 2; /* a split */
  if (session == YEAR_END && stock % 5 == 0) base /= 2;
  bool trades = below(made, 25) != 0;
  row.close = trades ? base + base * ((int64_t)below(made, 61) - 30) / 1000 : base;
  row.change = row.close - base;
  row.open = trades ? row.close : 0;
  row.high = trades ? row.close + (int64_t)below(made, 100) : 0;
  row.low = trades ? row.close : 0;
  row.volume = trades ? 10 : 0;
  row.listed_shares = 1000000 + (int64_t)stock * 1000;
  row.market_cap = row.close * row.listed_shares;
  made->closes[stock] = row.close;
  return row;
}

void made_companies_add_session(MadeCompanies *made, int t) {
  Error err;
  Session session = {.date = MADE_FIRST_DAY + t};
  for (size_t s = 0; s < MADE_STOCKS; s++) {
    StockRow row = next_row(made, s, t);
    if (s == 7 && t > 270) continue; /* delisted */
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  assert_int_equal(screen_market_add(&made->market, &session, false, &err), STATUS_OK);
  session_free(&session);
}

static void add_indices(MadeCompanies *made) {
  market_indices_free(&made->market.indices);
  made->market.indices.known = true;
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    double close = 1000;
    for (int t = 0; t < MADE_SESSIONS; t++) {
      close *= 1 + ((double)below(made, 41) - 20) / 2000;
      assert_int_equal(index_closes_add(&made->market.indices.of[k], MADE_FIRST_DAY + t, close), STATUS_OK);
    }
  }
  screen_market_free_columns(&made->market);
}

/* ---- reports ---- */

static const struct {
  int year, month, day;
  ReportKind kind;
} PERIODS[MADE_REPORTS] = {{2022, 12, 31, REPORT_ANNUAL}, {2023, 6, 30, REPORT_HALF},   {2023, 9, 30, REPORT_Q3},
                           {2023, 12, 31, REPORT_ANNUAL}, {2024, 3, 31, REPORT_Q1},     {2024, 6, 30, REPORT_HALF},
                           {2024, 9, 30, REPORT_Q3},      {2024, 12, 31, REPORT_ANNUAL}};

static void set(Report *report, ReportAmount amount, int64_t value) {
  report->has |= 1u << amount;
  report->amounts[amount] = value;
}

Report made_companies_report(MadeCompanies *made, size_t company, int which) {
  Report report = {.kind = PERIODS[which].kind, .statement = STATEMENT_CFS, .version = 1};
  assert_true(day_from_ymd(PERIODS[which].year, PERIODS[which].month, PERIODS[which].day, &report.period_end));
  Day filed = report.period_end + 30 + (int)below(made, 80);
  int year, month, day;
  day_to_ymd(filed, &year, &month, &day);
  snprintf(report.rcept_no, sizeof report.rcept_no, "%04d%02d%02d%06u", year, month, day, (unsigned)company);
  snprintf(report.currency, sizeof report.currency, "%s", company == 11 ? "USD" : "KRW");
  int64_t assets = 1000000000 + (int64_t)below(made, 1000000000), debts = (int64_t)below(made, 1100000000);
  set(&report, AMOUNT_total_assets, assets);
  set(&report, AMOUNT_total_liabilities, debts);
  set(&report, AMOUNT_total_equity, assets - debts);
  if (company % 2 == 0) set(&report, AMOUNT_current_assets, assets / 2); /* the others are as banks are */
  if (company % 2 == 0) set(&report, AMOUNT_current_liabilities, debts / 2 + 1);
  set(&report, AMOUNT_retained_earnings, assets / 5);
  if (below(made, 20) != 0) set(&report, AMOUNT_revenue, (int64_t)below(made, 900000000));
  set(&report, AMOUNT_operating_profit, (int64_t)below(made, 200000000) - 40000000);
  set(&report, AMOUNT_net_income, (int64_t)below(made, 200000000) - 60000000);
  return report;
}

/* Of a report, or of a year that has none. */
static Dividend make_dividend(MadeCompanies *made, const Report *report, double dps) {
  Dividend dividend = {.period_end = report->period_end,
                       .kind = report->kind,
                       .filed = report_filed(report),
                       .version = 1,
                       .dps = dps,
                       .payout_percent = below(made, 4) == 0 ? NAN : (double)below(made, 900) / 10,
                       .yield_percent = NAN};
  memcpy(dividend.rcept_no, report->rcept_no, sizeof dividend.rcept_no);
  return dividend;
}

static void add_dividends(MadeCompanies *made, CompanyBook *book, size_t c, const char *ticker, const Report *report) {
  const double dps = below(made, 5) == 0 ? NAN : below(made, 5) == 0 ? 0 : (double)(1 + below(made, 400));
  Dividends *to = dividend_book_open(&book->dividends, ticker);
  Dividend dividend = make_dividend(made, report, dps);
  assert_non_null(to);
  assert_int_equal(dividends_put(to, &dividend), STATUS_OK);
  assert_int_equal(dividends_put(&made->dividends[c], &dividend), STATUS_OK);
}

static CompanyBook make_book(MadeCompanies *made) {
  CompanyBook book = {0};
  for (size_t c = 0; c < MADE_COMPANIES; c++) {
    char ticker[TICKER_SIZE];
    made_company_ticker(c, ticker);
    reports_free(&made->reports[c]);
    dividends_free(&made->dividends[c]);
    if (c % 13 == 12) continue; /* nothing is known of it */
    Reports *to = company_book_open(&book, ticker);
    assert_non_null(to);
    for (int i = 0; i < MADE_REPORTS; i++) {
      Report report = made_companies_report(made, c, i);
      if (below(made, 3) != 0) add_dividends(made, &book, c, ticker, &report);
      if (below(made, 15) == 0) continue;
      assert_int_equal(reports_put(to, &report), STATUS_OK);
      assert_int_equal(reports_put(&made->reports[c], &report), STATUS_OK);
    }
  }
  return book;
}

void made_companies_make(MadeCompanies *made, uint64_t seed) {
  made->seed = seed;
  screen_market_free(&made->market);
  memset(made->closes, 0, sizeof made->closes);
  made->market.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ) | market_bit(MARKET_KONEX);
  for (int t = 0; t < MADE_SESSIONS; t++) made_companies_add_session(made, t);
  add_indices(made);
}

void made_companies_report_all(MadeCompanies *made) {
  Error err;
  CompanyBook book = make_book(made);
  assert_int_equal(screen_market_take_companies(&made->market, &book, &err), STATUS_OK);
  assert_int_equal(book.count, 0);
}

void made_companies_free(MadeCompanies *made) {
  screen_market_free(&made->market);
  for (size_t c = 0; c < MADE_COMPANIES; c++) {
    reports_free(&made->reports[c]);
    dividends_free(&made->dividends[c]);
  }
}
