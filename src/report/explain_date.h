/* explain_date.h: --explain of a day. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_DATE_H
#define CLOSEBELL_REPORT_EXPLAIN_DATE_H

#include <closebell/analysis/analysis_work.h>

Status explain_date(AnalysisWork *work, Day date, Error *err);

#endif
