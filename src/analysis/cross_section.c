#include <closebell/analysis/cross_section.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

/* ---- what a company's reports say ---- */

typedef struct Version {
  Fundamentals fundamentals;
  struct Version *before;
} Version;

typedef struct CompanyState {
  Version *newest; /* null: none made yet */
  Day until;       /* the first session for which it may be another; DAY_NONE: none */
} CompanyState;

/* Room for the session's population. */
typedef struct CrossSectionRanking {
  CompassStock *stocks;
  Valuation *valuations;
  Compass *compasses;
  size_t *of; /* in CrossSection.stocks */
  size_t count, capacity;
} CrossSectionRanking;

/* Made once for each report that changes something. */
static Status look_at(CompanyState *state, const Reports *reports, Day session, const Fundamentals **ret) {
  if (!state->newest || (state->until != DAY_NONE && session >= state->until)) {
    Version *version = malloc(sizeof *version);
    if (!version) return STATUS_NO_MEMORY;
    *version = (Version){fundamentals_of(reports, session), state->newest};
    state->newest = version;
    state->until = fundamentals_change(reports, session);
  }
  *ret = state->newest->fundamentals.newest ? &state->newest->fundamentals : NULL;
  return STATUS_OK;
}

/* ---- room ---- */

static bool grow_ranking(CrossSectionRanking *ranking, size_t needed) {
  if (needed <= ranking->capacity) return true;
  CompassStock *stocks = realloc(ranking->stocks, needed * sizeof *stocks);
  if (stocks) ranking->stocks = stocks;
  Valuation *valuations = realloc(ranking->valuations, needed * sizeof *valuations);
  if (valuations) ranking->valuations = valuations;
  Compass *compasses = realloc(ranking->compasses, needed * sizeof *compasses);
  if (compasses) ranking->compasses = compasses;
  size_t *of = realloc(ranking->of, needed * sizeof *of);
  if (of) ranking->of = of;
  if (!stocks || !valuations || !compasses || !of) return false;
  ranking->capacity = needed;
  return true;
}

static bool make_room(CrossSection *section, const CompanyBook *book, const Session *session) {
  if (!section->companies) section->companies = calloc(book->count + 1, sizeof *section->companies);
  if (!section->ranking) section->ranking = calloc(1, sizeof *section->ranking);
  CrossSectionStock *stocks =
      vector_reserve(section->stocks, &section->capacity, session->count + 1, sizeof *section->stocks);
  if (stocks) section->stocks = stocks;
  return stocks && section->companies && section->ranking && grow_ranking(section->ranking, session->count + 1);
}

static void free_company(CompanyState *state) {
  for (Version *version = state->newest; version;) {
    Version *before = version->before;
    free(version);
    version = before;
  }
}

void cross_section_free(CrossSection *section) {
  for (size_t i = 0; i < section->company_count; i++) free_company(&section->companies[i]);
  free(section->companies);
  if (section->ranking) {
    free(section->ranking->stocks);
    free(section->ranking->valuations);
    free(section->ranking->compasses);
    free(section->ranking->of);
  }
  free(section->ranking);
  free(section->stocks);
  *section = (CrossSection){0};
}

/* ---- a session ---- */

CompanyCell company_cell_empty(void) { return (CompanyCell){.axes = {NAN, NAN, NAN, NAN}, .score = NAN}; }

/* Goes over what is sorted by ticker as the session's rows are. */
typedef struct {
  const CompanyBook *book;
  const Session *session;
  const Strength *strength;
  size_t company, dividends, standing;
} Walk;

static const Reports *reports_of(Walk *walk, const char *ticker) {
  const CompanyBook *book = walk->book;
  while (walk->company < book->count && strcmp(book->items[walk->company].ticker, ticker) < 0) walk->company++;
  bool found = walk->company < book->count && strcmp(book->items[walk->company].ticker, ticker) == 0;
  return found ? &book->items[walk->company] : NULL;
}

static const Dividend *dividend_of(Walk *walk, const char *ticker) {
  const DividendBook *book = &walk->book->dividends;
  while (walk->dividends < book->count && strcmp(book->items[walk->dividends].ticker, ticker) < 0) walk->dividends++;
  bool found = walk->dividends < book->count && strcmp(book->items[walk->dividends].ticker, ticker) == 0;
  return found ? dividends_known(&book->items[walk->dividends], walk->session->date) : NULL;
}

/* Strength knows every row of the session. */
static const StrengthStock *standing_of(Walk *walk, const char *ticker) {
  while (strcmp(walk->strength->stocks[walk->standing].ticker, ticker) != 0) walk->standing++;
  return &walk->strength->stocks[walk->standing];
}

static CompassPrices prices_of(const Strength *strength, const StrengthStock *standing) {
  StrengthPrices prices = strength_prices(strength, standing);
  return (CompassPrices){.rs_raw = prices.rs_raw,
                         .nearness = prices.nearness,
                         .momentum = prices.momentum,
                         .volatility = prices.volatility,
                         .max_drawdown = prices.max_drawdown,
                         .beta = prices.beta,
                         .has_year = prices.has_year};
}

static void join_population(CrossSection *section, Walk *walk, const StockRow *row, const CompanyCell *cell) {
  CrossSectionRanking *ranking = section->ranking;
  size_t place = ranking->count++;
  CompassStock *stock = &ranking->stocks[place];
  *stock = (CompassStock){.fundamentals = cell->fundamentals,
                          .prices = prices_of(walk->strength, standing_of(walk, row->ticker))};
  if (cell->fundamentals) {
    ranking->valuations[place] =
        valuation_of(cell->fundamentals, walk->session->date, cell->market_cap, cell->listed_shares);
    stock->valuation = &ranking->valuations[place];
  }
  ranking->of[place] = section->count;
}

static Status add_stock(CrossSection *section, Walk *walk, const StockRow *row, int64_t cap, int64_t shares) {
  CrossSectionStock *stock = &section->stocks[section->count];
  const Reports *reports = reports_of(walk, row->ticker);
  Status status = STATUS_OK;
  memcpy(stock->ticker, row->ticker, TICKER_SIZE);
  stock->cell = company_cell_empty();
  stock->cell.market_cap = cap;
  stock->cell.listed_shares = shares;
  stock->cell.dividend = dividend_of(walk, row->ticker);
  if (reports)
    status = look_at(&section->companies[walk->company], reports, walk->session->date, &stock->cell.fundamentals);
  if (row->market == MARKET_KOSPI || row->market == MARKET_KOSDAQ) join_population(section, walk, row, &stock->cell);
  section->count++;
  return status;
}

/* The rows of one company stand together: the classes of its stock differ in the last character only. */
static size_t same_company(const Session *session, size_t from) {
  size_t to = from + 1;
  while (to < session->count && strncmp(session->rows[to].ticker, session->rows[from].ticker, COMPANY_CODE_LENGTH) == 0)
    to++;
  return to;
}

static Status add_company(CrossSection *section, Walk *walk, size_t from, size_t to) {
  Status status = STATUS_OK;
  const StockRow *rows = walk->session->rows;
  int64_t cap = 0, shares = 0;
  for (size_t i = from; i < to; i++) {
    cap += rows[i].market_cap;
    shares += rows[i].listed_shares;
  }
  for (size_t i = from; i < to && status == STATUS_OK; i++)
    if (ticker_is_common(rows[i].ticker)) status = add_stock(section, walk, &rows[i], cap, shares);
  return status;
}

static void note_compass(CompanyCell *cell, const Compass *compass) {
  memcpy(cell->axes, compass->axes, sizeof cell->axes);
  cell->score = compass->score;
  cell->coverage = isnan(compass->coverage) ? 0 : (uint8_t)(100 * compass->coverage + 0.5);
  cell->grade = (uint8_t)compass->grade;
  cell->financial_grade = (uint8_t)compass->financial_grade;
}

Status cross_section_make(CrossSection *section, const CompanyBook *book, const Session *session,
                          const Strength *strength) {
  Walk walk = {.book = book, .session = session, .strength = strength};
  if (!make_room(section, book, session)) return STATUS_NO_MEMORY;
  CrossSectionRanking *ranking = section->ranking;
  Status status = STATUS_OK;
  section->company_count = book->count;
  section->count = ranking->count = 0;
  for (size_t from = 0, to; from < session->count && status == STATUS_OK; from = to) {
    to = same_company(session, from);
    status = add_company(section, &walk, from, to);
  }
  if (status == STATUS_OK) status = compass_rank(ranking->stocks, ranking->count, ranking->compasses);
  for (size_t i = 0; i < ranking->count && status == STATUS_OK; i++)
    note_compass(&section->stocks[ranking->of[i]].cell, &ranking->compasses[i]);
  return status;
}

/* ---- the fields ---- */

static void put_fundamentals(const Fundamentals *from, double *to) {
  to[COMPANY_roe] = from->roe;
  to[COMPANY_roa] = from->roa;
  to[COMPANY_operating_margin] = from->operating_margin;
  to[COMPANY_debt_ratio] = from->debt_ratio;
  to[COMPANY_current_ratio] = from->current_ratio;
  to[COMPANY_revenue_growth] = from->revenue_growth;
  to[COMPANY_operating_profit_growth] = from->operating_profit_growth;
  to[COMPANY_z_score] = from->z_score;
  to[COMPANY_filed] = report_filed(from->newest);
  to[COMPANY_rcept_no] = strtod(from->newest->rcept_no, NULL);
}

static void put_valuation(const Valuation *from, double *to) {
  to[COMPANY_eps_ttm] = from->eps_ttm;
  to[COMPANY_bps] = from->bps;
  to[COMPANY_per] = from->per;
  to[COMPANY_pbr] = from->pbr;
  to[COMPANY_psr] = from->psr;
}

void company_cell_values(const CompanyCell *cell, Day session, double ret_values[COMPANY_FIELD_COUNT]) {
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++) ret_values[k] = NAN;
  if (cell->fundamentals) {
    Valuation valuation = valuation_of(cell->fundamentals, session, cell->market_cap, cell->listed_shares);
    put_fundamentals(cell->fundamentals, ret_values);
    put_valuation(&valuation, ret_values);
  }
  ret_values[COMPANY_compass_financial] = cell->axes[AXIS_FINANCIAL];
  ret_values[COMPANY_compass_valuation] = cell->axes[AXIS_VALUATION];
  ret_values[COMPANY_compass_technical] = cell->axes[AXIS_TECHNICAL];
  ret_values[COMPANY_compass_risk] = cell->axes[AXIS_RISK];
  ret_values[COMPANY_compass_score] = cell->score;
  if (cell->grade != GRADE_NONE) ret_values[COMPANY_compass_grade] = cell->grade;
  if (cell->financial_grade != GRADE_NONE) ret_values[COMPANY_financial_grade] = cell->financial_grade;
  if (cell->coverage > 0) ret_values[COMPANY_compass_coverage] = (double)cell->coverage / 100;
}

void company_cell_dividend(const CompanyCell *cell, double factors, int64_t close,
                           double ret_values[COMPANY_FIELD_COUNT]) {
  DividendFields fields = dividend_fields(cell->dividend, factors, close);
  ret_values[COMPANY_dps_ttm] = fields.dps_ttm;
  ret_values[COMPANY_dividend_yield] = fields.dividend_yield;
  ret_values[COMPANY_payout_ratio] = fields.payout_ratio;
}
