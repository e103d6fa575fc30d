/* explain_company.h: --explain of a stock: its company, which of its reports were used, and what is missing. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_COMPANY_H
#define CLOSEBELL_REPORT_EXPLAIN_COMPANY_H

#include <closebell/analysis/analysis_work.h>

/* As of the session up to which the stock is analysed; of a stock without analysis, as of the gate's. Nothing is said
 * where there are no companies. */
Status explain_company(const AnalysisWork *work, const char *ticker, Day analyzed, Error *err);

#endif
