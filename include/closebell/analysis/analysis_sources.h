/* analysis_sources.h: what an analysis takes from other datasets than the archive of sessions. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_SOURCES_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_SOURCES_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/company/company_book.h>
#include <closebell/market/index_closes.h>

/* Zero-initialise; analysis_sources_free at the end. */
typedef struct {
  MarketIndices indices; /* [indices] names; none known: the fields made from them are absent */
  CompanyBook companies; /* with [dart]: all reports and dividends */
  Day companies_from;    /* the first session that knows one of them; DAY_NONE: nothing of companies is computed */
} AnalysisSources;

/* Once for each time the work is loaded, and after that: what is changed meanwhile comes with a restatement that the
 * work does not know, and is then done again. */
Status analysis_sources_load(const AnalysisWork *work, AnalysisSources *ret_sources, Error *err);
void analysis_sources_free(AnalysisSources *sources);

#endif
