/* trend_report.h: which of the eight conditions of trend_template a stock fails, with the figures on both sides. */
#ifndef CLOSEBELL_ANALYSIS_TREND_REPORT_H
#define CLOSEBELL_ANALYSIS_TREND_REPORT_H

#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/indicator/trend.h>
#include <closebell/store/stock_analyzed.h>

typedef struct {
  TrendComparison comparisons[TREND_COMPARISON_COUNT];
} TrendReport;

/* Of a document as it stands, of the ticker's session `date`; sma_200 of a month before is looked up in its series. */
Status trend_report_load(const Db *db, const char *ticker, Day date, const AnalysisReport *document,
                         TrendReport *ret_report, Error *err);

/* A line that counts, then one a comparison that fails or is not known yet: condition, rule, left and right side. */
void trend_report_print(const Output *out, const TrendReport *report);

/* "trend_template_fails":[{"condition":6,"rule":"close >= 1.3 * low_52w","left":...,"right":...}],
 * "trend_template_unknown":[{"condition":8,"rule":"rs_rating >= 70"}] */
void trend_report_json(TextBuffer *to, const TrendReport *report);

#endif
