/* Fundamentals, valuation and compass of 80 companies in three sessions against pandas: text committed with its origin
 * (tests/data/company), written by an independent program (tests/bench/company vectors). */
#include "made_report.h"

#include <stdlib.h>

#include <closebell/company/compass.h>
#include <closebell/company/fundamentals.h>

enum { MAX_COMPANIES = 128, MAX_ROWS = 512, MAX_CELLS = 32, MAX_LINE = 1024, TRADED_YEAR = 253 };

static const double RELATIVE = 1e-9;

#define REMEDY                                                                                                         \
  "If src/company is right: company_oracle.py must learn it; then run tests/bench/company vectors, which writes the "  \
  "expected values anew"

/* ---- text ---- */

typedef struct {
  char text[MAX_LINE];
  char *cells[MAX_CELLS];
  size_t count;
} Line;

typedef void TakeLine(const Line *line);

static void split_line(Line *line) {
  line->count = 0;
  for (char *save, *word = strtok_r(line->text, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
    assert_true(line->count < MAX_CELLS);
    line->cells[line->count++] = word;
  }
}

static FILE *open_vectors(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/company/%s", TEST_DATA, name);
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s: cannot be opened", path);
  return file;
}

/* Comments and the names of the columns are passed over. */
static void read_lines(const char *name, TakeLine *take) {
  FILE *file = open_vectors(name);
  bool has_names = false;
  for (Line line; fgets(line.text, sizeof line.text, file) != NULL;) {
    if (line.text[0] == '#') continue;
    split_line(&line);
    if (has_names) take(&line);
    has_names = true;
  }
  fclose(file);
}

static double number(const char *cell) { return strcmp(cell, "-") == 0 ? NAN : strtod(cell, NULL); }

/* ---- reports ---- */

static Reports companies[MAX_COMPANIES]; /* by ticker, as in the file */
static size_t company_count;

static void take_report(const Line *line) {
  static const ReportAmount AMOUNTS[] = {
      AMOUNT_total_assets,      AMOUNT_current_assets, AMOUNT_total_liabilities, AMOUNT_current_liabilities,
      AMOUNT_retained_earnings, AMOUNT_total_equity,   AMOUNT_revenue,           AMOUNT_operating_profit,
      AMOUNT_net_income};
  enum { FIRST = 3, COUNT = sizeof AMOUNTS / sizeof AMOUNTS[0] };
  assert_int_equal(line->count, FIRST + COUNT);
  Report report = made_report(line->cells[1]);
  snprintf(report.currency, sizeof report.currency, "%s", line->cells[2]);
  for (size_t k = 0; k < COUNT; k++)
    if (strcmp(line->cells[FIRST + k], "-") != 0)
      set_amount(&report, AMOUNTS[k], strtoll(line->cells[FIRST + k], NULL, 10));
  if (company_count == 0 || strcmp(companies[company_count - 1].ticker, line->cells[0]) != 0) {
    assert_true(company_count < MAX_COMPANIES);
    snprintf(companies[company_count++].ticker, TICKER_SIZE, "%s", line->cells[0]);
  }
  put(&companies[company_count - 1], report);
}

static const Reports *reports_of(const char *ticker) {
  static const Reports none = {0};
  for (size_t i = 0; i < company_count; i++)
    if (strcmp(companies[i].ticker, ticker) == 0) return &companies[i];
  return &none;
}

/* ---- market ---- */

typedef struct {
  Day session;
  char ticker[TICKER_SIZE];
  int64_t cap, shares;
  CompassPrices prices;
  Fundamentals fundamentals;
  Valuation valuation;
  Compass compass;
} MarketRow;

static MarketRow rows[MAX_ROWS]; /* by session */
static size_t row_count;

static void take_row(const Line *line) {
  assert_int_equal(line->count, 11);
  assert_true(row_count < MAX_ROWS);
  MarketRow *row = &rows[row_count++];
  char *const *cells = line->cells;
  row->session = day_of(cells[0]);
  snprintf(row->ticker, sizeof row->ticker, "%s", cells[1]);
  row->cap = strtoll(cells[2], NULL, 10);
  row->shares = strtoll(cells[3], NULL, 10);
  row->prices = (CompassPrices){.rs_raw = number(cells[4]),
                                .nearness = number(cells[5]),
                                .momentum = number(cells[6]),
                                .volatility = number(cells[7]),
                                .max_drawdown = number(cells[8]),
                                .beta = number(cells[9]),
                                .has_year = atoi(cells[10]) >= TRADED_YEAR};
}

static bool is_same_company(const MarketRow *a, const MarketRow *b) {
  return a->session == b->session && strncmp(a->ticker, b->ticker, COMPANY_CODE_LENGTH) == 0;
}

static void evaluate(MarketRow *row) {
  int64_t cap = 0, shares = 0;
  for (size_t i = 0; i < row_count; i++) {
    if (!is_same_company(&rows[i], row)) continue;
    cap += rows[i].cap;
    shares += rows[i].shares;
  }
  row->fundamentals = fundamentals_of(reports_of(row->ticker), row->session);
  row->valuation = valuation_of(&row->fundamentals, row->session, cap, shares);
}

/* The population of the session that begins at `first`; returns where the next begins. */
static size_t rank_session(size_t first) {
  static CompassStock stocks[MAX_ROWS];
  static Compass compasses[MAX_ROWS];
  size_t after = first, count = 0;
  for (; after < row_count && rows[after].session == rows[first].session; after++) {
    MarketRow *row = &rows[after];
    if (ticker_is_common(row->ticker))
      stocks[count++] = (CompassStock){&row->fundamentals, &row->valuation, row->prices};
  }
  assert_int_equal(compass_rank(stocks, count, compasses), STATUS_OK);
  count = 0;
  for (size_t i = first; i < after; i++)
    if (ticker_is_common(rows[i].ticker)) rows[i].compass = compasses[count++];
  return after;
}

/* ---- expected ---- */

static size_t compared, present;

static void check_number(const MarketRow *row, const char *field, double actual, const char *cell) {
  double wanted = number(cell);
  compared++;
  present += isnan(wanted) ? 0 : 1;
  if (isnan(actual) && isnan(wanted)) return;
  if (!(fabs(actual - wanted) <= RELATIVE * fabs(wanted)))
    fail_msg("%s %s: %s is %.17g, pandas says %s.\n" REMEDY, day_text(row->session).text, row->ticker, field, actual,
             cell);
}

static void check_text(const MarketRow *row, const char *field, const char *actual, const char *cell) {
  if (strcmp(actual ? actual : "-", cell) != 0)
    fail_msg("%s %s: %s is %s, pandas says %s.\n" REMEDY, day_text(row->session).text, row->ticker, field,
             actual ? actual : "absent", cell);
}

static const MarketRow *find_row(Day session, const char *ticker) {
  for (size_t i = 0; i < row_count; i++)
    if (rows[i].session == session && strcmp(rows[i].ticker, ticker) == 0) return &rows[i];
  fail_msg("%s has no row", ticker);
  return NULL;
}

static void check_line(const Line *line) {
  assert_int_equal(line->count, 24);
  const MarketRow *row = find_row(day_of(line->cells[0]), line->cells[1]);
  const Fundamentals *f = &row->fundamentals;
  const Valuation *v = &row->valuation;
  const Compass *c = &row->compass;
  const struct {
    const char *field;
    double actual;
  } NUMBERS[] = {{"roe", f->roe},
                 {"roa", f->roa},
                 {"operating_margin", f->operating_margin},
                 {"debt_ratio", f->debt_ratio},
                 {"current_ratio", f->current_ratio},
                 {"revenue_growth", f->revenue_growth},
                 {"operating_profit_growth", f->operating_profit_growth},
                 {"z_score", f->z_score},
                 {"eps_ttm", v->eps_ttm},
                 {"bps", v->bps},
                 {"per", v->per},
                 {"pbr", v->pbr},
                 {"psr", v->psr},
                 {"compass_financial", c->axes[AXIS_FINANCIAL]},
                 {"compass_valuation", c->axes[AXIS_VALUATION]},
                 {"compass_technical", c->axes[AXIS_TECHNICAL]},
                 {"compass_risk", c->axes[AXIS_RISK]},
                 {"compass_score", c->score},
                 {"compass_coverage", c->coverage}};
  enum { FIRST = 3, COUNT = sizeof NUMBERS / sizeof NUMBERS[0] };
  check_text(row, "rcept_no", f->newest ? f->newest->rcept_no : NULL, line->cells[2]);
  for (size_t k = 0; k < COUNT; k++) check_number(row, NUMBERS[k].field, NUMBERS[k].actual, line->cells[FIRST + k]);
  check_text(row, "compass_grade", grade_name(c->grade), line->cells[FIRST + COUNT]);
  check_text(row, "financial_grade", grade_name(c->financial_grade), line->cells[FIRST + COUNT + 1]);
}

static void every_field_of_every_company_agrees_with_pandas(void **state) {
  (void)state;
  read_lines("reports.txt", take_report);
  read_lines("market.txt", take_row);
  for (size_t i = 0; i < row_count; i++) evaluate(&rows[i]);
  for (size_t first = 0; first < row_count;) first = rank_session(first);
  read_lines("expected.txt", check_line);
  assert_true(compared > 4000 && 2 * present > compared);
  for (size_t i = 0; i < company_count; i++) reports_free(&companies[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_field_of_every_company_agrees_with_pandas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
