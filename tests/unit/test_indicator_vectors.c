/* The whole table against TA-Lib, on real series committed as text with their origin (tests/data/indicator). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/day.h>
#include <closebell/indicator/indicator.h>

enum { MAX_BARS = 512, MAX_FIELDS = 128, MAX_LINE = 4096, BAR_COLUMNS = 6 };

/* 1e-9 of the value. Where a value is the small difference of large ones (MACD crossing 0, a stochastic of 0), both
 * sides hold rounding of the large ones, so beside it 1e-12 of what the value is made of. */
static const double RELATIVE = 1e-9, ROUNDING = 1e-12;

static const double UNTOUCHED = -987654321.25;

#define REMEDY                                                                                                         \
  "If the table is right: expected() in tests/bench/talib_oracle.py must know the fields of the table, in its order; " \
  "then run tests/bench/vectors, which writes the expected values anew"

typedef struct {
  size_t count, field_count;
  double bar[BAR_COLUMNS - 1][MAX_BARS]; /* open high low close volume */
  Day dates[MAX_BARS];
  char fields[MAX_FIELDS][32];
  char cells[MAX_BARS][MAX_FIELDS][24]; /* empty: not checked */
} Vectors;

static Vectors vectors;
static double computed[MAX_FIELDS][MAX_BARS];

static void read_header(char *line) {
  size_t column = 0;
  for (char *save, *word = strtok_r(line, " \n", &save); word != NULL; word = strtok_r(NULL, " \n", &save), column++) {
    if (column < BAR_COLUMNS) continue;
    assert_true(vectors.field_count < MAX_FIELDS);
    snprintf(vectors.fields[vectors.field_count++], sizeof vectors.fields[0], "%s", word);
  }
}

static void read_row(char *line) {
  size_t column = 0, row = vectors.count++;
  assert_true(row < MAX_BARS);
  for (char *save, *word = strtok_r(line, " \n", &save); word != NULL; word = strtok_r(NULL, " \n", &save), column++) {
    assert_true(column < BAR_COLUMNS + vectors.field_count);
    if (column >= BAR_COLUMNS)
      snprintf(vectors.cells[row][column - BAR_COLUMNS], sizeof vectors.cells[0][0], "%s", word);
    else if (column == 0)
      assert_true(day_parse(word, &vectors.dates[row]));
    else
      vectors.bar[column - 1][row] = strtod(word, NULL);
  }
}

static void read_vectors(const char *name) {
  char path[512], line[MAX_LINE];
  snprintf(path, sizeof path, "%s/indicator/%s", TEST_DATA, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s: cannot be opened", path);
  memset(&vectors, 0, sizeof vectors);
  while (fgets(line, sizeof line, file) != NULL) {
    if (line[0] == '#') continue;
    if (vectors.field_count == 0)
      read_header(line);
    else
      read_row(line);
  }
  fclose(file);
  assert_true(vectors.count > 0);
}

/* Real index days of the same time; one of them is missing. */
static void read_index_closes(double closes[MARKET_INDICES][MAX_BARS]) {
  char line[128], date[11];
  double values[MARKET_INDICES];
  FILE *file = fopen(TEST_DATA "/indicator/index_closes.csv", "r");
  assert_non_null(file);
  for (size_t k = 0; k < MARKET_INDICES; k++)
    for (size_t i = 0; i < MAX_BARS; i++) closes[k][i] = NAN;
  while (fgets(line, sizeof line, file) != NULL) {
    Day day;
    if (sscanf(line, "%10[^,],%lf,%lf", date, &values[0], &values[1]) != 3 || !day_parse(date, &day)) continue;
    for (size_t i = 0; i < vectors.count; i++)
      for (size_t k = 0; k < MARKET_INDICES && vectors.dates[i] == day; k++) closes[k][i] = values[k];
  }
  fclose(file);
}

static void compute_vectors(Market market) {
  static double index_closes[MARKET_INDICES][MAX_BARS];
  static uint8_t markets[MAX_BARS];
  double *outputs[MAX_FIELDS];
  assert_true(indicator_total_outputs() <= MAX_FIELDS);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = computed[k];
    for (size_t i = 0; i < MAX_BARS; i++) computed[k][i] = UNTOUCHED;
  }
  static const uint8_t unrated[MAX_BARS];
  Bars bars = {.count = vectors.count,
               .open = vectors.bar[0],
               .high = vectors.bar[1],
               .low = vectors.bar[2],
               .close = vectors.bar[3],
               .volume = vectors.bar[4],
               .chained_close = vectors.bar[3],
               .rating = unrated,
               .market = markets,
               .index_close = {index_closes[0], index_closes[1]}};
  read_index_closes(index_closes);
  memset(markets, (int)market, sizeof markets);
  indicator_compute_all(&bars, outputs);
}

/* The largest close up to the row: what a price-like value of this row is made of. */
static double scale_of_row(size_t row) {
  double scale = 100;
  for (size_t i = 0; i <= row; i++) scale = fmax(scale, vectors.bar[3][i]);
  return scale;
}

static void check_cell(const char *file, size_t row, size_t column, size_t start, double actual) {
  const char *cell = vectors.cells[row][column], *field = vectors.fields[column];
  if (strcmp(cell, "") == 0) return;
  if (strcmp(cell, "-") == 0) {
    if (row >= start && !isnan(actual))
      fail_msg("%s row %zu: %s should not have a value yet.\n" REMEDY, file, row, field);
    assert_true(row >= start || actual == UNTOUCHED);
    return;
  }
  if (row < start) fail_msg("%s row %zu: %s should have a value already.\n" REMEDY, file, row, field);
  if (strcmp(cell, "~") == 0) return;
  double wanted = strtod(cell, NULL), allowed = RELATIVE * fabs(wanted) + ROUNDING * scale_of_row(row);
  if (!(fabs(actual - wanted) <= allowed))
    fail_msg("%s row %zu: %s is %.17g, TA-Lib says %s.\n" REMEDY, file, row, field, actual, cell);
}

static void check_column(const char *file, size_t column, const char *field, size_t start) {
  if (column >= vectors.field_count || strcmp(vectors.fields[column], field) != 0)
    fail_msg("%s: the table has %s where the vectors have %s.\n" REMEDY, file, field,
             column < vectors.field_count ? vectors.fields[column] : "nothing");
  for (size_t row = 0; row < vectors.count; row++) check_cell(file, row, column, start, computed[column][row]);
}

static void check_file(const char *file, Market market) {
  read_vectors(file);
  compute_vectors(market);
  size_t rows, column = 0;
  const Indicator *table = indicator_table(&rows);
  for (size_t r = 0; r < rows && table[r].kind != FIELD_INT32; r++)
    for (size_t k = 0; table[r].fields[k] != NULL; k++, column++)
      check_column(file, column, table[r].fields[k], indicator_start(&table[r], k));
  if (vectors.field_count > column) /* signals and ranks are not TA-Lib's */
    fail_msg("%s: the vectors have %s, the table does not.\n" REMEDY, file, vectors.fields[column]);
}

static void a_large_stock_agrees_with_talib(void **state) {
  (void)state;
  check_file("005930_large.txt", MARKET_KOSPI);
}

static void a_stock_with_sessions_without_trades_agrees_with_talib(void **state) {
  (void)state;
  check_file("413630_illiquid.txt", MARKET_KOSDAQ);
}

static void a_stock_at_its_price_limit_for_days_agrees_with_talib(void **state) {
  (void)state;
  check_file("042940_price_limit.txt", MARKET_KOSDAQ);
}

static void a_stock_of_a_few_won_agrees_with_talib(void **state) {
  (void)state;
  check_file("900110_few_won.txt", MARKET_KOSDAQ);
}

static void a_stock_that_often_trades_at_one_price_agrees_with_talib(void **state) {
  (void)state;
  check_file("001067_one_price.txt", MARKET_KOSPI);
}

static void a_stock_listed_three_sessions_ago_has_no_value_yet(void **state) {
  (void)state;
  check_file("064400_new_listing.txt", MARKET_KOSPI);
  assert_int_equal(vectors.count, 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_large_stock_agrees_with_talib),
      cmocka_unit_test(a_stock_with_sessions_without_trades_agrees_with_talib),
      cmocka_unit_test(a_stock_at_its_price_limit_for_days_agrees_with_talib),
      cmocka_unit_test(a_stock_of_a_few_won_agrees_with_talib),
      cmocka_unit_test(a_stock_that_often_trades_at_one_price_agrees_with_talib),
      cmocka_unit_test(a_stock_listed_three_sessions_ago_has_no_value_yet),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
