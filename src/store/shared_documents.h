/* shared_documents.h: documents that stand in two collections: of final sessions, and of the evening's. Private to
 * src/store; each is its final collection's file's. The _id is in them; the evening's add their finality. */
#ifndef CLOSEBELL_STORE_SHARED_DOCUMENTS_H
#define CLOSEBELL_STORE_SHARED_DOCUMENTS_H

#include <closebell/market/index_day.h>
#include <closebell/market/leader.h>
#include <closebell/market/session.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/stock_analyzed.h>
#include <closebell/store/strategy_days.h>

#include "document.h"

/* market_days.c */
Status market_day_document(const Session *session, const char *source, const char *finality, Instant fetched_at_utc,
                           Documents *documents, Error *err);
Status market_day_decode(const char *collection, const bson_t *document, Session *ret_session, Error *err);

/* index_data.c; what a broker has of a row, too: all but market_cap. Nothing says yet that it can be right. */
void index_row_put(DocumentWriter *to, const IndexRow *row);
void index_row_get(DocumentReader *from, IndexRow *row);

/* stock_analyzed.c; the series has bars */
Status latest_document(const AnalyzedSeries *series, const Target *target, Day as_of, Documents *documents, Error *err);

/* leader_numbers_read of another collection that is made like latest_analysis. */
typedef struct {
  Day date;
  const LeaderRules *rules;
} LeaderQuestion;
Status leader_numbers_read_of(const Db *db, const char *collection, const LeaderQuestion *asked,
                              LeaderNumbersVisit *visit, void *context, Error *err);

/* leader_candidates.c */
Status leader_document(const LeaderDay *day, Documents *documents, Error *err);

/* strategy_days.c */
Status strategy_document(const StrategyDay *day, Documents *documents, Error *err);

#endif
