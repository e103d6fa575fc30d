#include "analysis_companies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Day analysis_companies_known(const AnalysisPanel *gathered) {
  Day begins = gathered->sources->companies_from;
  return begins == DAY_NONE || gathered->companies_from <= begins ? DAY_NONE : gathered->companies_from;
}

static const CompanyCell *cell_of(const AnalysisPanel *gathered, size_t series, size_t session) {
  if (session < gathered->company_first) return NULL;
  return &gathered->companies[series * gathered->company_room + session - gathered->company_first];
}

/* The factors of a stock's actions since the end of the period whose dividend counts, up to its row. */
typedef struct {
  const Panel *panel;
  const PanelSeries *series;
  const Dividend *of;
  double product;
} Factors;

static void multiply_from(Factors *factors, size_t first, size_t row) {
  for (size_t i = first; i <= row; i++) factors->product *= panel_row_factor(factors->panel, factors->series, i);
}

static size_t first_row_after(const Factors *factors, Day date) {
  size_t i = 0;
  while (i < factors->series->count && factors->panel->dates[factors->series->rows[i].session] <= date) i++;
  return i;
}

/* Goes on from the row before it. */
static void take_row(Factors *factors, const Dividend *known, size_t row) {
  if (known == factors->of) {
    multiply_from(factors, row, row);
    return;
  }
  factors->of = known;
  factors->product = 1;
  if (known) multiply_from(factors, first_row_after(factors, known->period_end), row);
}

double **analysis_companies_pick(const AnalysisPanel *gathered, const PanelSeries *kept, size_t series, Day from,
                                 size_t bars, bool *ret_made) {
  *ret_made = true;
  if (!gathered->companies) return NULL;
  double **arrays = malloc(COMPANY_FIELD_COUNT * (sizeof *arrays + bars * sizeof **arrays));
  if (!arrays) return *ret_made = false, NULL;
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++) arrays[k] = (double *)(arrays + COMPANY_FIELD_COUNT) + k * bars;
  size_t bar = 0;
  Factors factors = {.panel = &gathered->panel, .series = kept, .product = 1};
  for (size_t row = 0; row < kept->count; row++) {
    const size_t session = (size_t)kept->rows[row].session;
    const Day date = gathered->panel.dates[session];
    const CompanyCell *cell = cell_of(gathered, series, session), none = company_cell_empty();
    if (!cell) cell = &none;
    take_row(&factors, cell->dividend, row);
    if (kept->rows[row].open == 0 || date < from) continue;
    double values[COMPANY_FIELD_COUNT];
    company_cell_values(cell, date, values);
    company_cell_dividend(cell, factors.product, kept->rows[row].close, values);
    for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++) arrays[k][bar] = values[k];
    bar++;
  }
  return arrays;
}

/* ---- from what is stored ---- */

typedef struct {
  Analysis *analysis;
  size_t next, until; /* bars */
  size_t first_field; /* of the analysis: the first of COMPANY_FIELDS */
} Recalling;

static Status take_stored(void *context, Day date, const double *values, Error *err) {
  Recalling *recalling = context;
  Analysis *analysis = recalling->analysis;
  (void)err;
  if (recalling->next == recalling->until || analysis->bars.dates[recalling->next] != date) return STATUS_OK;
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++)
    analysis->values[recalling->first_field + k][recalling->next] = values[k];
  recalling->next++;
  return STATUS_OK;
}

size_t analysis_companies_first(const char *const *names) {
  size_t k = 0;
  while (strcmp(names[k], ANALYZED_COMPANY_FIELDS[0]) != 0) k++;
  return k;
}

Status analysis_recall(const Db *db, Analysis *analysis, size_t index, bool *ret_known, Error *err) {
  AnalyzedSeries *series = &analysis->series;
  const AdjustedSeries *bars = &analysis->bars;
  Recalling recalling = {.analysis = analysis, .next = index, .until = index};
  while (recalling.until < bars->count && bars->dates[recalling.until] < series->companies_from) recalling.until++;
  *ret_known = recalling.until == index;
  if (*ret_known) return STATUS_OK;
  recalling.first_field = analysis_companies_first(series->fields);
  const AnalyzedQuestion asked = {.ticker = series->ticker,
                                  .dates = {bars->dates[index], bars->dates[recalling.until - 1]},
                                  .fields = ANALYZED_COMPANY_FIELDS,
                                  .field_count = COMPANY_FIELD_COUNT};
  Status status = stock_analyzed_read(db, &asked, take_stored, &recalling, err);
  if (status == STATUS_BAD_DATA) return STATUS_OK; /* damaged: it has to be computed */
  *ret_known = status == STATUS_OK && recalling.next == recalling.until;
  if (*ret_known) series->companies_from = bars->dates[index];
  return status;
}
