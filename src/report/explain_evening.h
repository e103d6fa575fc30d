/* explain_evening.h: --explain and the analysis of a provisional session. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_EVENING_H
#define CLOSEBELL_REPORT_EXPLAIN_EVENING_H

#include <closebell/analysis/analysis_work.h>

/* What came of the evening of that date; no line where there was none. */
Status explain_evening(const AnalysisWork *work, Day date, Error *err);
/* Whether the evening that stands on top of the archive has an analysis of the ticker; no line where none stands. */
Status explain_evening_of(const AnalysisWork *work, const char *ticker, Error *err);

#endif
