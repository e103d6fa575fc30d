/* analysis.h: one ticker's analysis: adjusted series, indicators, documents. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_H

#include <closebell/analysis/analysis_panel.h>
#include <closebell/store/stock_analyzed.h>

/* Field names, warm-ups and kinds of the indicator table, one entry an output. */
typedef struct {
  const char **names;
  size_t *starts;
  FieldKind *kinds;
  size_t count;
  size_t first_company; /* COMPANY_FIELDS stand together, from that one on */
} AnalysisFields;

Status analysis_fields_make(AnalysisFields *ret_fields, Error *err);
void analysis_fields_free(AnalysisFields *fields);

/* A ticker's computed series: what is written, and what latest_analysis takes its newest document from. */
typedef struct {
  AdjustedSeries bars;
  size_t from;           /* values before this bar were not wanted, and some are missing */
  double **values;       /* fields->count arrays in one block; null of a field that this installation has not */
  AnalyzedSeries series; /* points into the above */
} Analysis;

/* The sessions from history_from on; of a ticker that has left, those before removed_date. Values are wanted behind the
 * day `after` and of the newest bar; of all bars where `after` is DAY_NONE, or a corporate action behind it has moved
 * them all. */
Status analysis_compute(const AnalysisPanel *panel, const AnalysisFields *fields, const Target *target, Day after,
                        Analysis *ret_analysis, Error *err);
void analysis_free(Analysis *analysis);

/* For what is left to do when its documents are written: of the newest bar alone, as a series of one. Where there is no
 * memory for that, all bars stay. */
void analysis_keep_newest(Analysis *analysis);

/* Makes the company fields known from bars[index] on, where the panel had only later ones: they do not change, so they
 * are read from what is stored. *ret_known false: not all of it is there, and they have to be computed. */
Status analysis_recall(const Db *db, Analysis *analysis, size_t index, bool *ret_known, Error *err);

/* Writes what the ticker needs: the documents after last_analyzed_date; from the restated session on; or all of them,
 * when a corporate action moved the older ones (or one that moved them is gone), the version is another, or nothing may
 * be taken for granted. STATUS_INCOMPLETE, nothing written: that takes values that were not wanted, or company fields
 * of earlier sessions than the panel has, and they are not in the database, or cannot be trusted. */
Status analysis_write(const Db *db, Analysis *analysis, const TargetStamps *stamps, const AnalysisNeed *need,
                      size_t *ret_written, Error *err);

#endif
