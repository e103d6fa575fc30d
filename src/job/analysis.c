#include <closebell/job/analysis.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/indicator/indicator.h>

Status analysis_fields_make(AnalysisFields *ret_fields, Error *err) {
  size_t rows, outputs = indicator_total_outputs();
  const Indicator *table = indicator_table(&rows);
  AnalysisFields fields = {.names = malloc((outputs + 1) * sizeof *fields.names),
                           .starts = malloc((outputs + 1) * sizeof *fields.starts)};
  if (!fields.names || !fields.starts) {
    analysis_fields_free(&fields);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the indicator table");
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t k = 0; k < indicator_output_count(&table[i]); k++) {
      fields.names[fields.count] = table[i].fields[k];
      fields.starts[fields.count++] = table[i].start(table[i].parameters, k);
    }
  }
  *ret_fields = fields;
  return STATUS_OK;
}

void analysis_fields_free(AnalysisFields *fields) {
  free(fields->names);
  free(fields->starts);
  memset(fields, 0, sizeof *fields);
}

/* One block: the pointers, then the arrays. */
static double **make_values(size_t fields, size_t bars) {
  double **values = malloc(fields * sizeof *values + fields * bars * sizeof **values + sizeof **values);
  if (!values) return NULL;
  double *array = (double *)(values + fields);
  for (size_t i = 0; i < fields; i++) values[i] = array + i * bars;
  return values;
}

Status analysis_compute(const Panel *panel, const AnalysisFields *fields, const Target *target, Analysis *ret_analysis,
                        Error *err) {
  Analysis analysis = {0};
  const PanelSeries *rows = panel_find(panel, target->ticker);
  if (!rows) return error_set(err, STATUS_INTERNAL, "%s is not in the panel", target->ticker);
  Status status = panel_adjust(panel, rows, target->history_from, &analysis.bars);
  if (status != STATUS_OK) return error_set(err, status, "adjusting %zu rows", rows->count);
  analysis.values = make_values(fields->count, analysis.bars.count);
  if (!analysis.values) {
    analysis_free(&analysis);
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu bars", analysis.bars.count);
  }
  const AdjustedSeries *adjusted = &analysis.bars;
  Bars bars = {adjusted->count, adjusted->open, adjusted->high, adjusted->low, adjusted->close, adjusted->volume};
  indicator_compute_all(&bars, analysis.values);
  *ret_analysis = analysis;
  ret_analysis->series = (AnalyzedSeries){.ticker = target->ticker,
                                          .bars = &ret_analysis->bars,
                                          .field_count = fields->count,
                                          .fields = fields->names,
                                          .values = (const double *const *)ret_analysis->values,
                                          .starts = fields->starts};
  return STATUS_OK;
}

void analysis_free(Analysis *analysis) {
  adjusted_free(&analysis->bars);
  free(analysis->values);
  memset(analysis, 0, sizeof *analysis);
}

static size_t first_after(const AdjustedSeries *bars, Day date) {
  size_t index = bars->count;
  while (index > 0 && bars->dates[index - 1] > date) index--;
  return index;
}

Status analysis_write(const Db *db, const Analysis *analysis, const TargetStamps *stamps, const AnalysisNeed *need,
                      size_t *ret_written, Error *err) {
  const AdjustedSeries *bars = &analysis->bars;
  Day last = stamps->last_analyzed_date, action = bars->newest_action;
  if (last == DAY_NONE && !need->whole) return stock_analyzed_append(db, &analysis->series, 0, ret_written, err);
  bool moved = action != DAY_NONE && (action > last || (need->restated != DAY_NONE && action >= need->restated));
  if (need->whole || moved) return stock_analyzed_rewrite(db, &analysis->series, DAY_NONE, 0, ret_written, err);
  if (need->restated != DAY_NONE)
    return stock_analyzed_rewrite(db, &analysis->series, need->restated, first_after(bars, need->restated - 1),
                                  ret_written, err);
  return stock_analyzed_append(db, &analysis->series, first_after(bars, last), ret_written, err);
}
