/* The market of one session after another: each stock's fundamentals change when a report begins to count, its
 * valuation every session, and the compass ranks all of them. */
#include "companies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/indicator/indicator.h>
#include <closebell/screen/names.h>

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the companies"); }

/* ---- who asks ---- */

int company_field_of(int name) {
  size_t of_row;
  if (!screen_name_is_of_companies(name)) return -1;
  return indicator_of_output((size_t)screen_name_at((size_t)name).output, &of_row)->parameters[0];
}

int screen_plan_company_name(const ScreenPlan *plan) {
  for (int i = 0; i < plan->count; i++)
    if (plan->parts[i].op == SCREEN_FIELD && screen_name_is_of_companies(plan->parts[i].n)) return plan->parts[i].n;
  return -1;
}

bool screen_plan_wants_companies(const ScreenPlan *plan) { return screen_plan_company_name(plan) >= 0; }

bool screen_names_want_companies(const ScreenNames *names) {
  for (size_t i = 0; i < names->count; i++)
    if (screen_name_is_of_companies(names->names[i])) return true;
  return false;
}

/* ---- holding ---- */

void screen_market_free_companies(ScreenMarket *market) {
  if (market->companies == NULL) return;
  company_book_free(&market->companies->book);
  free(market->companies->of_stock);
  free(market->companies->dividends);
  free(market->companies);
  market->companies = NULL;
}

bool screen_market_has_companies(const ScreenMarket *market) { return market->companies != NULL; }
bool screen_market_knows_companies(const ScreenMarket *market) {
  return market->companies != NULL && company_book_knows(&market->companies->book);
}

Status screen_market_take_companies(ScreenMarket *market, CompanyBook *book, Error *err) {
  screen_market_free_companies(market);
  screen_market_free_columns(market);
  struct ScreenCompanies *companies = calloc(1, sizeof *companies);
  const Reports **of_stock = calloc(market->stock_count + 1, sizeof *of_stock);
  const Dividends **dividends = calloc(market->stock_count + 1, sizeof *dividends);
  if (companies == NULL || of_stock == NULL || dividends == NULL) {
    free(companies);
    free(of_stock);
    free(dividends);
    company_book_free(book);
    return no_memory(err);
  }
  *companies = (struct ScreenCompanies){.book = *book, .of_stock = of_stock, .dividends = dividends};
  *book = (CompanyBook){0};
  for (size_t i = 0; i < market->stock_count; i++) {
    of_stock[i] = company_book_find(&companies->book, market->stocks[i].ticker);
    dividends[i] = dividend_book_find(&companies->book.dividends, market->stocks[i].ticker);
  }
  market->companies = companies;
  return STATUS_OK;
}

/* ---- a session ---- */

bool company_row_is_ranked(const ScreenStock *stock, const ScreenRow *row) {
  return ticker_is_common(stock->ticker) && (row->market == MARKET_KOSPI || row->market == MARKET_KOSDAQ);
}

/* What a stock has come to. */
typedef struct {
  size_t row, bar; /* the next ones */
  size_t company;  /* which sums are its company's */
  bool is_known;   /* the fundamentals are those of `day` */
  Day change;      /* from when they may be others */
  Fundamentals fundamentals;
} Standing;

enum { NOT_RANKED = UINT32_MAX };

typedef struct {
  int64_t cap, shares;
} CompanySums;

typedef struct {
  const ScreenMarket *market;
  CompanyRows *rows;
  bool ranks; /* anything of the compass is wanted */
  CompanyPrices prices;
  Standing *standings; /* of each stock */
  CompanySums *sums;   /* of each company, in the session */
  /* The common stocks of the session; and of these the ones that are ranked. */
  size_t count, ranked;
  uint32_t *stocks;
  size_t *places; /* of each stock: among the ranked; NOT_RANKED */
  Valuation *valuations;
  CompassStock *compass_stocks;
  Compass *compasses;
} Pass;

/* Codes of one company follow one another. */
static void note_companies(Pass *pass) {
  const ScreenMarket *market = pass->market;
  size_t company = 0;
  for (size_t i = 0; i < market->stock_count; i++) {
    const char *ticker = market->stocks[market->by_ticker[i]].ticker;
    const char *before = i > 0 ? market->stocks[market->by_ticker[i - 1]].ticker : ticker;
    company += strncmp(before, ticker, COMPANY_CODE_LENGTH) != 0;
    pass->standings[market->by_ticker[i]].company = company;
  }
}

static bool open_pass(Pass *pass) {
  size_t count = pass->market->stock_count + 1;
  pass->standings = calloc(count, sizeof *pass->standings);
  pass->sums = calloc(count, sizeof *pass->sums);
  pass->stocks = malloc(count * sizeof *pass->stocks);
  pass->places = malloc(count * sizeof *pass->places);
  pass->valuations = malloc(count * sizeof *pass->valuations);
  pass->compass_stocks = malloc(count * sizeof *pass->compass_stocks);
  pass->compasses = malloc(count * sizeof *pass->compasses);
  bool fits = pass->standings && pass->sums && pass->stocks && pass->places && pass->valuations &&
              pass->compass_stocks && pass->compasses;
  if (fits) note_companies(pass);
  return fits;
}

static void close_pass(Pass *pass) {
  company_prices_free(&pass->prices);
  free(pass->standings);
  free(pass->sums);
  free(pass->stocks);
  free(pass->places);
  free(pass->valuations);
  free(pass->compass_stocks);
  free(pass->compasses);
}

static const ScreenRow *row_in(const Pass *pass, size_t stock, size_t session) {
  const ScreenStock *of = &pass->market->stocks[stock];
  const size_t next = pass->standings[stock].row;
  return next < of->row_count && (size_t)of->rows[next].session == session ? &of->rows[next] : NULL;
}

static void sum_companies(Pass *pass, size_t session) {
  memset(pass->sums, 0, pass->market->stock_count * sizeof *pass->sums);
  for (size_t i = 0; i < pass->market->stock_count; i++) {
    const ScreenRow *row = row_in(pass, i, session);
    if (row == NULL) continue;
    CompanySums *sums = &pass->sums[pass->standings[i].company];
    sums->cap += row->market_cap;
    sums->shares += row->listed_shares;
  }
}

static void look_at_reports(Pass *pass, size_t stock, Day session) {
  Standing *standing = &pass->standings[stock];
  const Reports *reports = pass->market->companies->of_stock[stock];
  if (reports == NULL) return;
  if (standing->is_known && (standing->change == DAY_NONE || session < standing->change)) return;
  standing->fundamentals = fundamentals_of(reports, session);
  standing->change = fundamentals_change(reports, session);
  standing->is_known = true;
}

static double factors_since(const ScreenMarket *market, const ScreenStock *stock, Day end, size_t row) {
  double product = 1;
  for (size_t i = 0; i < stock->action_count && stock->actions[i].row <= row; i++)
    if (market->dates[stock->rows[stock->actions[i].row].session] > end) product *= stock->actions[i].factor;
  return product;
}

static double of_dividends(const Pass *pass, uint32_t stock, CompanyField field) {
  const ScreenMarket *market = pass->market;
  const ScreenStock *of = &market->stocks[stock];
  const size_t at = pass->standings[stock].row;
  const ScreenRow *row = &of->rows[at];
  const Dividend *known = dividends_known(market->companies->dividends[stock], market->dates[row->session]);
  const double factors = known != NULL ? factors_since(market, of, known->period_end, at) : 1;
  const DividendFields fields = dividend_fields(known, factors, row->close);
  if (field == COMPANY_dps_ttm) return fields.dps_ttm;
  return field == COMPANY_dividend_yield ? fields.dividend_yield : fields.payout_ratio;
}

static const CompassPrices NO_PRICES = {NAN, NAN, NAN, NAN, NAN, NAN, false};

/* `bar` is the place of the row among the stock's bars, where it is one. */
static bool is_bar(const ScreenStock *stock, const Standing *standing) {
  return standing->bar < stock->bar_count && stock->bars[standing->bar] == standing->row;
}

static void rank_stock(Pass *pass, size_t at) {
  const uint32_t stock = pass->stocks[at];
  const Standing *standing = &pass->standings[stock];
  const bool traded = pass->ranks && is_bar(&pass->market->stocks[stock], standing);
  pass->places[at] = pass->ranked++;
  pass->compass_stocks[pass->places[at]] =
      (CompassStock){.fundamentals = standing->is_known ? &standing->fundamentals : NULL,
                     .valuation = standing->is_known ? &pass->valuations[at] : NULL,
                     .prices = traded ? pass->prices.of_stock[stock][standing->bar] : NO_PRICES};
}

static void take_stock(Pass *pass, uint32_t stock, const ScreenRow *row) {
  const Day date = pass->market->dates[row->session];
  const CompanySums *sums = &pass->sums[pass->standings[stock].company];
  const size_t at = pass->count++;
  pass->stocks[at] = stock;
  pass->places[at] = NOT_RANKED;
  look_at_reports(pass, stock, date);
  const Standing *standing = &pass->standings[stock];
  if (standing->is_known) pass->valuations[at] = valuation_of(&standing->fundamentals, date, sums->cap, sums->shares);
  if (company_row_is_ranked(&pass->market->stocks[stock], row)) rank_stock(pass, at);
}

static double of_fundamentals(const Fundamentals *fundamentals, CompanyField field) {
  switch (field) {
  case COMPANY_roe:
    return fundamentals->roe;
  case COMPANY_roa:
    return fundamentals->roa;
  case COMPANY_operating_margin:
    return fundamentals->operating_margin;
  case COMPANY_debt_ratio:
    return fundamentals->debt_ratio;
  case COMPANY_current_ratio:
    return fundamentals->current_ratio;
  case COMPANY_revenue_growth:
    return fundamentals->revenue_growth;
  case COMPANY_operating_profit_growth:
    return fundamentals->operating_profit_growth;
  case COMPANY_z_score:
    return fundamentals->z_score;
  default:
    return NAN;
  }
}

static double of_valuation(const Valuation *valuation, CompanyField field) {
  switch (field) {
  case COMPANY_eps_ttm:
    return valuation->eps_ttm;
  case COMPANY_bps:
    return valuation->bps;
  case COMPANY_per:
    return valuation->per;
  case COMPANY_pbr:
    return valuation->pbr;
  case COMPANY_psr:
    return valuation->psr;
  default:
    return NAN;
  }
}

static double of_compass(const Compass *compass, CompanyField field) {
  switch (field) {
  case COMPANY_compass_financial:
    return compass->axes[AXIS_FINANCIAL];
  case COMPANY_compass_valuation:
    return compass->axes[AXIS_VALUATION];
  case COMPANY_compass_technical:
    return compass->axes[AXIS_TECHNICAL];
  case COMPANY_compass_risk:
    return compass->axes[AXIS_RISK];
  case COMPANY_compass_score:
    return compass->score;
  case COMPANY_compass_coverage:
    return compass->coverage;
  default:
    return NAN;
  }
}

static bool is_of_compass(CompanyField field) { return field >= COMPANY_compass_financial; }
static bool is_of_dividends(CompanyField field) { return field >= COMPANY_dps_ttm && field <= COMPANY_payout_ratio; }

static double value_of(const Pass *pass, size_t at, CompanyField field) {
  const Standing *standing = &pass->standings[pass->stocks[at]];
  if (is_of_compass(field))
    return pass->places[at] != NOT_RANKED ? of_compass(&pass->compasses[pass->places[at]], field) : NAN;
  if (is_of_dividends(field)) return of_dividends(pass, pass->stocks[at], field);
  if (!standing->is_known) return NAN;
  return field <= COMPANY_psr ? of_valuation(&pass->valuations[at], field)
                              : of_fundamentals(&standing->fundamentals, field);
}

static void keep_values(const Pass *pass) {
  for (int field = 0; field < COMPANY_FIELD_COUNT; field++) {
    double *values = pass->rows->values[field];
    for (size_t i = 0; values != NULL && i < pass->count; i++)
      values[pass->rows->first_row[pass->stocks[i]] + pass->standings[pass->stocks[i]].row] =
          value_of(pass, i, (CompanyField)field);
  }
}

static Status pass_session(Pass *pass, size_t session, Error *err) {
  const ScreenMarket *market = pass->market;
  sum_companies(pass, session);
  pass->count = pass->ranked = 0;
  for (size_t i = 0; i < market->stock_count; i++) {
    const ScreenRow *row = row_in(pass, i, session);
    if (row != NULL && ticker_is_common(market->stocks[i].ticker)) take_stock(pass, (uint32_t)i, row);
  }
  if (pass->ranks && compass_rank(pass->compass_stocks, pass->ranked, pass->compasses) != STATUS_OK)
    return no_memory(err);
  keep_values(pass);
  return STATUS_OK;
}

static void step_on(Pass *pass, size_t session) {
  const ScreenMarket *market = pass->market;
  for (size_t i = 0; i < market->stock_count; i++) {
    if (row_in(pass, i, session) == NULL) continue;
    pass->standings[i].bar += is_bar(&market->stocks[i], &pass->standings[i]);
    pass->standings[i].row++;
  }
}

/* ---- the whole ---- */

static bool open_rows(const ScreenMarket *market, const bool *wanted, CompanyRows *rows) {
  size_t count = 0;
  rows->first_row = malloc((market->stock_count + 1) * sizeof *rows->first_row);
  if (rows->first_row == NULL) return false;
  for (size_t i = 0; i < market->stock_count; i++) {
    rows->first_row[i] = count;
    count += market->stocks[i].row_count;
  }
  for (int field = 0; field < COMPANY_FIELD_COUNT; field++) {
    if (!wanted[field]) continue;
    double *values = rows->values[field] = malloc((count + 1) * sizeof *values);
    if (values == NULL) return false;
    for (size_t i = 0; i < count; i++) values[i] = NAN;
  }
  return true;
}

static Status fill_rows(const ScreenMarket *market, bool ranks, size_t since, CompanyRows *rows, Error *err) {
  Pass pass = {.market = market, .rows = rows, .ranks = ranks};
  const Day begins = company_book_begins(&market->companies->book); /* before it nothing is known */
  Status status = open_pass(&pass) ? STATUS_OK : no_memory(err);
  if (status == STATUS_OK && ranks) status = company_prices_make(market, since, &pass.prices, err);
  for (size_t session = 0; session < market->session_count && status == STATUS_OK; session++) {
    if (session >= since && market->dates[session] >= begins) status = pass_session(&pass, session, err);
    step_on(&pass, session);
  }
  close_pass(&pass);
  return status;
}

Status company_rows_make(const ScreenMarket *market, const bool *wanted, size_t since, CompanyRows *ret_rows,
                         Error *err) {
  CompanyRows rows = {0};
  bool ranks = false;
  for (int field = 0; field < COMPANY_FIELD_COUNT; field++)
    ranks |= wanted[field] && is_of_compass((CompanyField)field);
  Status status = open_rows(market, wanted, &rows) ? STATUS_OK : no_memory(err);
  if (status == STATUS_OK && screen_market_knows_companies(market))
    status = fill_rows(market, ranks, since, &rows, err);
  if (status == STATUS_OK)
    *ret_rows = rows;
  else
    company_rows_free(&rows);
  return status;
}

void company_rows_free(CompanyRows *rows) {
  for (int field = 0; field < COMPANY_FIELD_COUNT; field++) free(rows->values[field]);
  free(rows->first_row);
  *rows = (CompanyRows){0};
}

void company_rows_pick(const CompanyRows *rows, const ScreenMarket *market, size_t stock, size_t count,
                       double *const *to) {
  const uint32_t *bars = market->stocks[stock].bars;
  for (int field = 0; field < COMPANY_FIELD_COUNT; field++) {
    const double *values = rows->values[field];
    for (size_t bar = 0; values != NULL && bar < count; bar++)
      to[field][bar] = values[rows->first_row[stock] + bars[bar]];
  }
}
