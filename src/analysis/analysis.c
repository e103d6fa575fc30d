#include <closebell/analysis/analysis.h>

#include <stdlib.h>
#include <string.h>

#include "analysis_companies.h"

Status analysis_fields_make(AnalysisFields *ret_fields, Error *err) {
  size_t rows, outputs = indicator_total_outputs();
  const Indicator *table = indicator_table(&rows);
  AnalysisFields fields = {.names = malloc((outputs + 1) * sizeof *fields.names),
                           .starts = malloc((outputs + 1) * sizeof *fields.starts),
                           .kinds = malloc((outputs + 1) * sizeof *fields.kinds)};
  if (!fields.names || !fields.starts || !fields.kinds) {
    analysis_fields_free(&fields);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the indicator table");
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t k = 0; k < indicator_output_count(&table[i]); k++) {
      fields.names[fields.count] = table[i].fields[k];
      fields.kinds[fields.count] = table[i].kind;
      fields.starts[fields.count++] = indicator_start(&table[i], k);
    }
  }
  fields.first_company = analysis_companies_first(fields.names);
  *ret_fields = fields;
  return STATUS_OK;
}

void analysis_fields_free(AnalysisFields *fields) {
  free(fields->names);
  free(fields->starts);
  free(fields->kinds);
  memset(fields, 0, sizeof *fields);
}

/* One block: the pointers, then the arrays. */
static double **make_values(const AnalysisFields *fields, size_t bars, bool companies) {
  const size_t arrays = fields->count - (companies ? 0 : COMPANY_FIELD_COUNT);
  double **values = malloc(fields->count * sizeof *values + arrays * bars * sizeof **values + sizeof **values);
  if (!values) return NULL;
  double *next = (double *)(values + fields->count);
  for (size_t i = 0; i < fields->count; i++) {
    bool of_company = i >= fields->first_company && i - fields->first_company < COMPANY_FIELD_COUNT;
    values[i] = of_company && !companies ? NULL : next;
    if (values[i]) next += bars;
  }
  return values;
}

/* Those of the rows that belong to the target: kept, and before it left. */
static PanelSeries kept_rows(const Panel *panel, const PanelSeries *series, const Target *target) {
  PanelSeries kept = *series;
  while (!target->is_active && kept.count > 0 &&
         panel->dates[kept.rows[kept.count - 1].session] >= target->removed_date)
    kept.count--;
  return kept;
}

/* What stands beside the bars: one block of doubles, with the bytes behind it. */
typedef struct {
  double *chained_closes, *index_closes[MARKET_INDICES];
  uint8_t *ratings, *markets;
} Beside;

static bool make_beside(size_t bars, Beside *ret_beside) {
  enum { DOUBLES = 1 + MARKET_INDICES, BYTES = 2 };
  double *block = malloc(bars * (DOUBLES * sizeof *block + BYTES) + 1);
  if (!block) return false;
  ret_beside->chained_closes = block;
  for (size_t k = 0; k < MARKET_INDICES; k++) ret_beside->index_closes[k] = block + (1 + k) * bars;
  ret_beside->ratings = (uint8_t *)(block + DOUBLES * bars);
  ret_beside->markets = ret_beside->ratings + bars;
  return true;
}

/* The standings of the traded sessions alone. */
static void pick_standings(const AnalysisPanel *gathered, const PanelSeries *kept, size_t series, Day from,
                           const Beside *to) {
  size_t bar = 0;
  for (size_t row = 0; row < kept->count; row++) {
    if (kept->rows[row].open == 0 || gathered->panel.dates[kept->rows[row].session] < from) continue;
    to->chained_closes[bar] = gathered->chained_closes[series * gathered->sessions + row];
    to->markets[bar] = gathered->markets[series * gathered->sessions + row];
    to->ratings[bar++] = gathered->ratings[series * gathered->sessions + row];
  }
}

static Bars bars_of(const AdjustedSeries *adjusted, const Beside *beside, const MarketIndices *indices) {
  Bars bars = {.count = adjusted->count,
               .open = adjusted->open,
               .high = adjusted->high,
               .low = adjusted->low,
               .close = adjusted->close,
               .volume = adjusted->volume,
               .chained_close = beside->chained_closes,
               .rating = beside->ratings};
  if (!indices->known) return bars;
  bars.market = beside->markets;
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    index_closes_pick(&indices->of[k], adjusted->dates, adjusted->count, beside->index_closes[k]);
    bars.index_close[k] = beside->index_closes[k];
  }
  return bars;
}

static size_t first_after(const AdjustedSeries *bars, Day date) {
  size_t index = bars->count;
  while (index > 0 && bars->dates[index - 1] > date) index--;
  return index;
}

/* The first bar whose values are wanted: see analysis_compute. */
static size_t wanted_from(const AdjustedSeries *bars, Day after) {
  bool moved = bars->newest_action != DAY_NONE && bars->newest_action > after;
  if (after == DAY_NONE || moved || bars->count == 0) return 0;
  size_t first = first_after(bars, after);
  return first < bars->count ? first : bars->count - 1;
}

static Status compute_values(const AnalysisPanel *gathered, const AnalysisFields *fields, const PanelSeries *kept,
                             size_t series, Day from, Analysis *analysis) {
  const AdjustedSeries *adjusted = &analysis->bars;
  Beside beside = {0};
  bool made = false;
  double **companies = analysis_companies_pick(gathered, kept, series, from, adjusted->count, &made);
  analysis->values = make_values(fields, adjusted->count, gathered->sources->companies_from != DAY_NONE);
  made = made && analysis->values && make_beside(adjusted->count, &beside);
  if (made) {
    pick_standings(gathered, kept, series, from, &beside);
    Bars bars = bars_of(adjusted, &beside, &gathered->sources->indices);
    bars.company = (const double *const *)companies;
    bars.from = analysis->from;
    indicator_compute_all(&bars, analysis->values);
  }
  free(beside.chained_closes);
  free(companies);
  return made ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Sessions that the market had since the stock last traded: of its bars none, of the panel's dates some. */
static size_t count_stale(const Panel *panel, const AdjustedSeries *bars) {
  size_t after = 0;
  if (bars->count == 0) return 0;
  while (after < panel->session_count && panel->dates[panel->session_count - 1 - after] > bars->dates[bars->count - 1])
    after++;
  return after;
}

Status analysis_compute(const AnalysisPanel *gathered, const AnalysisFields *fields, const Target *target, Day after,
                        Analysis *ret_analysis, Error *err) {
  Analysis analysis = {0};
  const Panel *panel = &gathered->panel;
  const PanelSeries *series = panel_find(panel, target->ticker);
  if (!series) return error_set(err, STATUS_INTERNAL, "%s is not in the panel", target->ticker);
  PanelSeries kept = kept_rows(panel, series, target);
  Status status = panel_adjust(panel, &kept, target->history_from, &analysis.bars);
  analysis.from = status == STATUS_OK ? wanted_from(&analysis.bars, after) : 0;
  if (status == STATUS_OK)
    status = compute_values(gathered, fields, &kept, (size_t)(series - panel->series), target->history_from, &analysis);
  if (status != STATUS_OK) {
    analysis_free(&analysis);
    return error_set(err, status, "no memory for %zu rows", kept.count);
  }
  *ret_analysis = analysis;
  ret_analysis->series = (AnalyzedSeries){.ticker = target->ticker,
                                          .bars = &ret_analysis->bars,
                                          .field_count = fields->count,
                                          .fields = fields->names,
                                          .values = (const double *const *)ret_analysis->values,
                                          .starts = fields->starts,
                                          .kinds = fields->kinds,
                                          .companies_from = analysis_companies_known(gathered),
                                          .stale_sessions = count_stale(panel, &ret_analysis->bars)};
  return STATUS_OK;
}

/* One block: the pointers, the values, and from which bar on there is one: the only bar, or none. */
static double **newest_values(const AnalyzedSeries *series, size_t **ret_starts) {
  const size_t count = series->field_count, last = series->bars->count - 1;
  double **values = malloc(count * (sizeof *values + sizeof **values + sizeof **ret_starts) + 1);
  if (!values) return NULL;
  double *newest = (double *)(values + count);
  size_t *starts = (size_t *)(newest + count);
  for (size_t k = 0; k < count; k++) {
    starts[k] = last < series->starts[k];
    values[k] = series->values[k] ? newest + k : NULL;
    if (values[k] && starts[k] == 0) *values[k] = series->values[k][last];
  }
  *ret_starts = starts;
  return values;
}

void analysis_keep_newest(Analysis *analysis) {
  size_t *starts;
  if (analysis->bars.count <= 1) return;
  double **values = newest_values(&analysis->series, &starts);
  if (!values || adjusted_keep_newest(&analysis->bars) != STATUS_OK) {
    free(values);
    return;
  }
  free(analysis->values);
  analysis->from = 0;
  analysis->values = values;
  analysis->series.values = (const double *const *)values;
  analysis->series.starts = starts;
}

void analysis_free(Analysis *analysis) {
  adjusted_free(&analysis->bars);
  free(analysis->values);
  memset(analysis, 0, sizeof *analysis);
}

/* What is written: documents of the bars from `index` on, in place of those of `cut` and later; DAY_NONE: of all. */
typedef struct {
  bool rewrites; /* else they are appended */
  Day cut;
  size_t index;
} Writing;

/* From the restated session on; all of it when what stands before is no longer what is computed: a corporate action
 * behind it has come, gone or changed. Looking at one document tells, as factors apply to every earlier one. */
static Status plan_restated(const Db *db, const Analysis *analysis, Day restated, Writing *ret_writing, Error *err) {
  size_t from = first_after(&analysis->bars, restated - 1);
  bool stands = true;
  Status status = from > 0 ? stock_analyzed_compare(db, &analysis->series, from - 1, &stands, err) : STATUS_OK;
  *ret_writing = stands ? (Writing){true, restated, from} : (Writing){true, DAY_NONE, 0};
  return status;
}

static Status plan(const Db *db, const Analysis *analysis, const TargetStamps *stamps, const AnalysisNeed *need,
                   Writing *ret_writing, Error *err) {
  Day last = stamps->last_analyzed_date, action = analysis->bars.newest_action;
  bool moved = action != DAY_NONE && action > last;
  *ret_writing = (Writing){true, DAY_NONE, 0};
  if (need->whole || last == DAY_NONE || moved) return STATUS_OK;
  if (need->restated != DAY_NONE) return plan_restated(db, analysis, need->restated, ret_writing, err);
  *ret_writing = (Writing){.index = first_after(&analysis->bars, last)};
  return STATUS_OK;
}

/* A whole rewriting that the panel was not loaded for comes of damage: what is stored is not to be trusted then. */
static Status recall_earlier(const Db *db, Analysis *analysis, const AnalysisNeed *need, size_t index, Error *err) {
  const AdjustedSeries *bars = &analysis->bars;
  bool known = index == bars->count || bars->dates[index] >= analysis->series.companies_from;
  if (known) return STATUS_OK;
  Status status = need->whole ? STATUS_OK : analysis_recall(db, analysis, index, &known, err);
  if (status != STATUS_OK || known) return status;
  return error_set(err, STATUS_INCOMPLETE, "what is known of its company is missing before %s",
                   day_text(analysis->series.companies_from).text);
}

Status analysis_write(const Db *db, Analysis *analysis, const TargetStamps *stamps, const AnalysisNeed *need,
                      size_t *ret_written, Error *err) {
  Writing writing;
  Status status = plan(db, analysis, stamps, need, &writing, err);
  if (status == STATUS_OK && writing.index < analysis->from)
    return error_set(err, STATUS_INCOMPLETE, "%s: values before %s were not computed", analysis->series.ticker,
                     day_text(analysis->bars.dates[analysis->from]).text);
  if (status == STATUS_OK) status = recall_earlier(db, analysis, need, writing.index, err);
  if (status != STATUS_OK) return status;
  if (!writing.rewrites) return stock_analyzed_append(db, &analysis->series, writing.index, ret_written, err);
  return stock_analyzed_rewrite(db, &analysis->series, writing.cut, writing.index, ret_written, err);
}
