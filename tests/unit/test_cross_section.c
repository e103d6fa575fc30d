/* The cross-section of a session: who is in it, what is known of whom on that day, and the prices that are ranked. */
#include "made_report.h"

#include <closebell/analysis/cross_section.h>
#include <closebell/indicator/indicator.h>

enum { COMPANIES = 60, SESSIONS = 300, FIRST_DAY = 19650, STOCKS = COMPANIES + 3 };
enum { PREFERRED = 7, HALTED = 11, YOUNG = 13, TO_KONEX = 17, LISTED_LATE = 230, HALTED_FROM = 280 };

static Session sessions[SESSIONS];
static MarketIndices indices;
static CompanyBook book;

/* ---- the market ---- */

static uint64_t seed;
static int64_t below(int64_t bound) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((seed >> 33) % (uint64_t)bound);
}

static Market market_of(int company) {
  return company == TO_KONEX ? MARKET_KONEX : company % 2 ? MARKET_KOSDAQ : MARKET_KOSPI;
}

static void add_row(int session, int company, char class, int64_t close, int64_t base) {
  StockRow row = {.close = close,
                  .change = close - base,
                  .volume = 1000,
                  .value = 1000 * close,
                  .market_cap = close * (1000 + company),
                  .listed_shares = 1000 + company,
                  .market = market_of(company)};
  bool halted = company == HALTED && session >= HALTED_FROM;
  row.open = halted ? 0 : base;
  row.high = halted ? 0 : (base > close ? base : close) + company;
  row.low = halted ? 0 : (base < close ? base : close) - 1;
  snprintf(row.ticker, sizeof row.ticker, "1%04d%c", company, class);
  snprintf(row.name, sizeof row.name, "company %d", company);
  assert_int_equal(session_add(&sessions[session], &row), STATUS_OK);
}

/* A split of company 5 in session 150. */
static void add_company_rows(int session, int company, int64_t *close) {
  bool halted = company == HALTED && session >= HALTED_FROM;
  int64_t base = company == 5 && session == 150 ? *close / 2 : *close;
  if (!halted) *close = base + below(401) - 200;
  if (*close < 500) *close = 500;
  if (company == YOUNG && session < LISTED_LATE) return;
  add_row(session, company, '0', *close, base);
  if (company == PREFERRED) add_row(session, company, '5', *close / 2, base / 2);
}

static void add_index_day(int session) {
  for (size_t k = 0; k < MARKET_INDICES; k++)
    if (session != 200)
      assert_int_equal(index_closes_add(&indices.of[k], FIRST_DAY + session, 900 + (double)below(20000) / 100),
                       STATUS_OK);
}

static void add_reports(int company) {
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "1%04d0", company);
  Reports *reports = company_book_open(&book, ticker);
  assert_non_null(reports);
  put_full(reports, "2022-12-31:annual:CFS:20230310000001", 900 + company, 80 + company, 50 + company);
  put_full(reports, "2023-12-31:annual:CFS:20240312000001", 990 + company * 3 % 50, 90 + company,
           40 + company * 7 % 50);
}

static void add_dividend(const char *ticker, const char *id, double dps) {
  Dividends *dividends = dividend_book_open(&book.dividends, ticker);
  Dividend dividend = {.dps = dps, .payout_percent = 30, .yield_percent = NAN};
  assert_non_null(dividends);
  assert_true(dividend_id_parse(id, &dividend));
  assert_int_equal(dividends_put(dividends, &dividend), STATUS_OK);
}

static int make_market(void **state) {
  (void)state;
  int64_t closes[COMPANIES];
  Error err;
  seed = 99;
  indices.known = true;
  for (int c = 0; c < COMPANIES; c++) closes[c] = 20000 + 500 * c;
  for (int s = 0; s < SESSIONS; s++) {
    sessions[s].date = FIRST_DAY + s;
    add_index_day(s);
    for (int c = 0; c < COMPANIES; c++) add_company_rows(s, c, &closes[c]);
    assert_int_equal(session_seal(&sessions[s], &err), STATUS_OK);
  }
  for (int c = 0; c < COMPANIES; c++)
    if (c != 3) add_reports(c);
  add_dividend("100030", "2022-12-31:annual:common:20230315000001", 100);
  add_dividend("100050", "2022-12-31:annual:common:20230315000001", 200);
  add_dividend("100050", "2023-12-31:annual:common:20240312000001", 150);
  return 0;
}

static int free_market(void **state) {
  (void)state;
  for (int s = 0; s < SESSIONS; s++) session_free(&sessions[s]);
  market_indices_free(&indices);
  company_book_free(&book);
  return 0;
}

/* ---- the section of one session ---- */

typedef struct {
  Strength strength;
  CrossSection section;
} Made;

static void make_section(Made *made, int last, int sections) {
  *made = (Made){.strength = {.keeps_years = true}};
  for (int s = 0; s <= last; s++) {
    for (size_t k = 0; k < MARKET_INDICES; k++)
      index_closes_pick(&indices.of[k], &sessions[s].date, 1, &made->strength.index_close[k]);
    assert_int_equal(strength_add(&made->strength, &sessions[s], false), STATUS_OK);
    if (s <= last - sections) continue;
    assert_int_equal(cross_section_make(&made->section, &book, &sessions[s], &made->strength), STATUS_OK);
  }
}

static void free_section(Made *made) {
  cross_section_free(&made->section);
  strength_free(&made->strength);
}

static const CompanyCell *cell_of(const Made *made, const char *ticker) {
  for (size_t i = 0; i < made->section.count; i++)
    if (strcmp(made->section.stocks[i].ticker, ticker) == 0) return &made->section.stocks[i].cell;
  return NULL;
}

static const CompanyCell *company_cell(const Made *made, int company) {
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "1%04d0", company);
  return cell_of(made, ticker);
}

static double field_of(const CompanyCell *cell, int session, CompanyField field) {
  double values[COMPANY_FIELD_COUNT];
  company_cell_values(cell, FIRST_DAY + session, values);
  return values[field];
}

static bool is_known(double value) { return !isnan(value); }

/* ---- who ---- */

static void common_stocks_are_in_it_and_no_others(void **state) {
  (void)state;
  Made made;
  make_section(&made, 100, 1);
  assert_int_equal(made.section.count, COMPANIES - 1); /* one is not listed yet */
  assert_null(cell_of(&made, "100075"));
  assert_null(company_cell(&made, YOUNG));
  free_section(&made);
}

static void all_classes_of_a_company_are_its_cap_and_its_shares(void **state) {
  (void)state;
  Made made;
  make_section(&made, 50, 1);
  const StockRow *common = session_find(&sessions[50], "100070"), *preferred = session_find(&sessions[50], "100075");
  const CompanyCell *cell = company_cell(&made, PREFERRED);
  assert_int_equal(cell->market_cap, common->market_cap + preferred->market_cap);
  assert_int_equal(cell->listed_shares, common->listed_shares + preferred->listed_shares);
  assert_number(field_of(cell, 50, COMPANY_pbr), (double)cell->market_cap / 500);
  free_section(&made);
}

static void a_konex_stock_has_reports_and_no_place(void **state) {
  (void)state;
  Made made;
  make_section(&made, SESSIONS - 1, 1);
  const CompanyCell *cell = company_cell(&made, TO_KONEX);
  assert_non_null(cell->fundamentals);
  assert_absent(field_of(cell, SESSIONS - 1, COMPANY_compass_technical));
  assert_absent(field_of(cell, SESSIONS - 1, COMPANY_compass_coverage));
  free_section(&made);
}

static void a_halted_stock_has_its_finances_ranked_and_not_its_price(void **state) {
  (void)state;
  Made made;
  make_section(&made, SESSIONS - 1, 1);
  const CompanyCell *cell = company_cell(&made, HALTED), *other = company_cell(&made, HALTED + 1);
  assert_true(is_known(field_of(cell, SESSIONS - 1, COMPANY_compass_financial)));
  assert_absent(field_of(cell, SESSIONS - 1, COMPANY_compass_technical));
  assert_absent(field_of(cell, SESSIONS - 1, COMPANY_compass_risk));
  assert_true(is_known(field_of(other, SESSIONS - 1, COMPANY_compass_risk)));
  free_section(&made);
}

static void without_reports_the_price_alone_is_ranked(void **state) {
  (void)state;
  Made made;
  make_section(&made, SESSIONS - 1, 1);
  const CompanyCell *cell = company_cell(&made, 3);
  for (CompanyField field = 0; field <= COMPANY_compass_valuation; field++)
    assert_absent(field_of(cell, SESSIONS - 1, field));
  assert_true(is_known(field_of(cell, SESSIONS - 1, COMPANY_compass_technical)));
  assert_absent(field_of(cell, SESSIONS - 1, COMPANY_compass_score));
  assert_number(field_of(cell, SESSIONS - 1, COMPANY_compass_coverage), 0.5);
  free_section(&made);
}

/* ---- when ---- */

static void what_is_filed_on_a_day_is_used_from_the_next_one_on(void **state) {
  (void)state;
  const int filed = day_of("2024-03-12") - FIRST_DAY;
  Made made;
  assert_in_range(filed, 1, SESSIONS - 2);
  make_section(&made, filed, 3);
  assert_int_equal(field_of(company_cell(&made, 1), filed, COMPANY_filed), day_of("2023-03-10"));
  free_section(&made);
  make_section(&made, filed + 1, 4); /* the sections before it are made by the same one */
  assert_int_equal(field_of(company_cell(&made, 1), filed + 1, COMPANY_filed), filed + FIRST_DAY);
  assert_true(field_of(company_cell(&made, 1), filed + 1, COMPANY_rcept_no) == 20240312000001);
  free_section(&made);
  assert_int_equal(company_book_begins(&book), day_of("2023-03-11"));
}

/* ---- the prices are those of the table ---- */

static void compute(const char *ticker, int last, double *outputs[]) {
  static double high[SESSIONS], chained[SESSIONS], index[MARKET_INDICES][SESSIONS], open[SESSIONS];
  static uint8_t market[SESSIONS], rating[SESSIONS];
  Strength strength = {0};
  size_t bars = 0;
  for (int s = 0; s <= last; s++) {
    const StockRow *row = session_find(&sessions[s], ticker);
    assert_int_equal(strength_add(&strength, &sessions[s], false), STATUS_OK);
    if (!row || row->open == 0) continue;
    const StrengthStock *stock = strength_find(&strength, ticker);
    chained[bars] = strength_close(stock);
    high[bars] = (double)row->high / stock->chain.factors;
    open[bars] = 1;
    market[bars] = (uint8_t)row->market;
    for (size_t k = 0; k < MARKET_INDICES; k++)
      index_closes_pick(&indices.of[k], &sessions[s].date, 1, &index[k][bars]);
    bars++;
  }
  strength_free(&strength);
  const Bars all = {.count = bars,
                    .open = open,
                    .high = high,
                    .low = open,
                    .close = chained,
                    .volume = open,
                    .chained_close = chained,
                    .rating = rating,
                    .market = market,
                    .index_close = {index[0], index[1]}};
  for (size_t k = 0; k < indicator_total_outputs(); k++)
    for (int i = 0; i < SESSIONS; i++) outputs[k][i] = NAN;
  indicator_compute_all(&all, outputs);
  for (size_t k = 0; k < indicator_total_outputs(); k++) outputs[k][0] = bars ? outputs[k][bars - 1] : (double)NAN;
}

static double output_of(double *outputs[], const char *field) {
  for (size_t k = 0; k < indicator_total_outputs(); k++) {
    size_t of_row;
    const Indicator *row = indicator_of_output(k, &of_row);
    if (strcmp(row->fields[of_row], field) == 0) return outputs[k][0];
  }
  fail_msg("no field %s", field);
  return NAN;
}

static void assert_same_bits(double a, double b, const char *ticker, const char *field) {
  if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0) fail_msg("%s %s: %.17g and %.17g", ticker, field, a, b);
}

static void ranked_prices_have_the_bits_of_the_table(void **state) {
  (void)state;
  static double room[128][SESSIONS];
  double *outputs[128];
  size_t with_risk = 0, with_year = 0;
  for (size_t k = 0; k < 128; k++) outputs[k] = room[k];
  for (int last = 190; last < SESSIONS; last += 36) {
    Made made;
    make_section(&made, last, 0);
    for (int c = 0; c < COMPANIES; c++) {
      char ticker[TICKER_SIZE];
      snprintf(ticker, sizeof ticker, "1%04d0", c);
      const StrengthStock *stock = strength_find(&made.strength, ticker);
      const StockRow *row = session_find(&sessions[last], ticker);
      if (!stock || row->open == 0) continue;
      const StrengthPrices prices = strength_prices(&made.strength, stock);
      compute(ticker, last, outputs);
      assert_same_bits(prices.volatility, output_of(outputs, "volatility_252"), ticker, "volatility_252");
      assert_same_bits(prices.max_drawdown, output_of(outputs, "max_drawdown_252"), ticker, "max_drawdown_252");
      assert_same_bits(prices.beta, output_of(outputs, "beta_252"), ticker, "beta_252");
      with_risk += isnan(prices.beta) ? 0 : 1;
      if (!prices.has_year) continue;
      assert_same_bits(prices.rs_raw, output_of(outputs, "rs_raw"), ticker, "rs_raw");
      assert_same_bits(prices.nearness, strength_close(stock) / output_of(outputs, "high_52w"), ticker, "nearness");
      with_year++;
    }
    free_section(&made);
  }
  assert_true(with_risk > 100 && with_year > 50);
}

static double dps_of(int last, const char *ticker) {
  Made made;
  double values[COMPANY_FIELD_COUNT];
  make_section(&made, last, 1);
  const CompanyCell *cell = cell_of(&made, ticker);
  company_cell_values(cell, sessions[last].date, values);
  assert_true(isnan(values[COMPANY_dps_ttm]) && isnan(values[COMPANY_payout_ratio]));
  company_cell_dividend(cell, 0.5, 1000, values);
  assert_true(isnan(values[COMPANY_dps_ttm]) == isnan(values[COMPANY_payout_ratio]));
  if (!isnan(values[COMPANY_dps_ttm])) assert_true(values[COMPANY_dividend_yield] == values[COMPANY_dps_ttm] / 10);
  free_section(&made);
  return values[COMPANY_dps_ttm];
}

static void dividends_are_known_without_reports_and_from_the_day_after_their_filing(void **state) {
  (void)state;
  Day filed;
  assert_true(day_parse("2024-03-12", &filed));
  const int day = (int)(filed - FIRST_DAY);
  assert_true(dps_of(day, "100030") == 50); /* of this company there is no report */
  assert_true(dps_of(day, "100050") == 100 && dps_of(day + 1, "100050") == 75);
  assert_true(isnan(dps_of(day, "100060")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(common_stocks_are_in_it_and_no_others),
      cmocka_unit_test(all_classes_of_a_company_are_its_cap_and_its_shares),
      cmocka_unit_test(a_konex_stock_has_reports_and_no_place),
      cmocka_unit_test(a_halted_stock_has_its_finances_ranked_and_not_its_price),
      cmocka_unit_test(without_reports_the_price_alone_is_ranked),
      cmocka_unit_test(what_is_filed_on_a_day_is_used_from_the_next_one_on),
      cmocka_unit_test(dividends_are_known_without_reports_and_from_the_day_after_their_filing),
      cmocka_unit_test(ranked_prices_have_the_bits_of_the_table),
  };
  return cmocka_run_group_tests(tests, make_market, free_market);
}
