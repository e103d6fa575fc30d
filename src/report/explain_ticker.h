/* explain_ticker.h: --explain of a stock. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_TICKER_H
#define CLOSEBELL_REPORT_EXPLAIN_TICKER_H

#include <closebell/analysis/analysis_work.h>

Status explain_ticker(AnalysisWork *work, const char *ticker, Error *err);

#endif
