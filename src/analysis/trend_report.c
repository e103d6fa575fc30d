#include <closebell/analysis/trend_report.h>

#include <math.h>
#include <string.h>

enum {
  NEARBY_DAYS = 64, /* holds TREND_MONTH sessions of a stock that traded in each */
  RULE_AT = 3       /* behind the number of the condition */
};

/* ---- the figures ---- */

/* sma_200 of the last TREND_MONTH + 1 documents, in a ring. */
typedef struct {
  double means[TREND_MONTH + 1];
  size_t count;
} Means;

static Status take_mean(void *context, Day date, const double *values, Error *err) {
  (void)date, (void)err;
  Means *means = context;
  means->means[means->count++ % (TREND_MONTH + 1)] = values[0];
  return STATUS_OK;
}

/* Of a stock that was halted meanwhile the documents reach back further. */
static Status find_mean_before(const Db *db, const char *ticker, Day date, double *ret_mean, Error *err) {
  static const char *const fields[] = {"sma_200"};
  const Day starts[] = {date - NEARBY_DAYS, DAY_NONE};
  Means means = {.count = 0};
  for (size_t i = 0; i < 2 && means.count <= TREND_MONTH; i++) {
    const AnalyzedQuestion asked = {.ticker = ticker, .dates = {starts[i], date}, .fields = fields, .field_count = 1};
    means.count = 0;
    Status status = stock_analyzed_read(db, &asked, take_mean, &means, err);
    if (status != STATUS_OK) return status;
  }
  *ret_mean = means.count > TREND_MONTH ? means.means[means.count % (TREND_MONTH + 1)] : (double)NAN;
  return STATUS_OK;
}

static double number_of(const AnalysisReport *document, const char *name) {
  for (size_t i = 0; i < document->count; i++) {
    const ReportField *field = &document->fields[i];
    if (strcmp(field->name, name) != 0) continue;
    if (field->kind == REPORT_REAL) return field->real;
    if (field->kind == REPORT_WHOLE) return (double)field->whole;
  }
  return NAN;
}

Status trend_report_load(const Db *db, const char *ticker, Day date, const AnalysisReport *document,
                         TrendReport *ret_report, Error *err) {
  TrendFigures figures = {.close = number_of(document, "close"),
                          .sma_50 = number_of(document, "sma_50"),
                          .sma_150 = number_of(document, "sma_150"),
                          .sma_200 = number_of(document, "sma_200"),
                          .low_52w = number_of(document, "low_52w"),
                          .high_52w = number_of(document, "high_52w"),
                          .rs_rating = number_of(document, "rs_rating")};
  Status status = find_mean_before(db, ticker, date, &figures.sma_200_before, err);
  if (status == STATUS_OK) trend_compare(&figures, ret_report->comparisons);
  return status;
}

/* ---- what is said of them ---- */

static bool is_known(const TrendComparison *comparison) {
  return !isnan(comparison->left) && !isnan(comparison->right);
}

static bool fails(const TrendComparison *comparison) { return is_known(comparison) && !comparison->holds; }

/* Conditions, not comparisons: one that fails is not counted among the unknown. */
static void count_conditions(const TrendReport *report, size_t *ret_failing, size_t *ret_unknown) {
  bool failing[TREND_CONDITIONS + 1] = {0}, unknown[TREND_CONDITIONS + 1] = {0};
  for (size_t i = 0; i < TREND_COMPARISON_COUNT; i++) {
    const TrendComparison *comparison = &report->comparisons[i];
    failing[comparison->condition] |= fails(comparison);
    unknown[comparison->condition] |= !is_known(comparison);
  }
  *ret_failing = *ret_unknown = 0;
  for (int c = 1; c <= TREND_CONDITIONS; c++) {
    *ret_failing += failing[c];
    *ret_unknown += unknown[c] && !failing[c];
  }
}

static const char *format_side(double side, char text[TEXT_REAL_SIZE]) {
  return isnan(side) ? "not known yet" : text_group_double(side, text);
}

void trend_report_print(const Output *out, const TrendReport *report) {
  size_t failing, unknown;
  count_conditions(report, &failing, &unknown);
  output_line(out, OUTPUT_HANGING, "trend_template: %zu of %d conditions fail, %zu are not known yet", failing,
              TREND_CONDITIONS, unknown);
  for (size_t i = 0; i < TREND_COMPARISON_COUNT; i++) {
    const TrendComparison *comparison = &report->comparisons[i];
    char left[TEXT_REAL_SIZE], right[TEXT_REAL_SIZE];
    if (comparison->holds) continue;
    output_line(out, RULE_AT, "%d  %-24s %14s  %14s", comparison->condition, comparison->rule,
                format_side(comparison->left, left), format_side(comparison->right, right));
  }
}

static void append_list(TextBuffer *to, const TrendReport *report, bool unknown) {
  const char *between = "";
  for (size_t i = 0; i < TREND_COMPARISON_COUNT; i++) {
    const TrendComparison *comparison = &report->comparisons[i];
    if (comparison->holds || is_known(comparison) == unknown) continue;
    text_buffer_printf(to, "%s{\"condition\":%d,\"rule\":\"%s\"", between, comparison->condition, comparison->rule);
    if (!isnan(comparison->left)) text_buffer_printf(to, ",\"left\":%.17g", comparison->left);
    if (!isnan(comparison->right)) text_buffer_printf(to, ",\"right\":%.17g", comparison->right);
    text_buffer_printf(to, "}");
    between = ",";
  }
}

void trend_report_json(TextBuffer *to, const TrendReport *report) {
  text_buffer_printf(to, "\"trend_template_fails\":[");
  append_list(to, report, false);
  text_buffer_printf(to, "],\"trend_template_unknown\":[");
  append_list(to, report, true);
  text_buffer_printf(to, "]");
}
