/* archive_read.h: the archived sessions as an analysis sees them. */
#ifndef CLOSEBELL_ANALYSIS_ARCHIVE_READ_H
#define CLOSEBELL_ANALYSIS_ARCHIVE_READ_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/market/index_closes.h>
#include <closebell/store/market_days.h>

/* As market_days_read; behind them comes the evening's session, where the work is about one and it is not after `to`.
 */
Status archive_read(const AnalysisWork *work, Day from, Day to, MarketDayVisit *visit, void *context, Error *err);

/* market_indices_load, with the evening's indices on top where the work is about one. */
Status archive_read_indices(const AnalysisWork *work, MarketIndices *indices, Error *err);

#endif
