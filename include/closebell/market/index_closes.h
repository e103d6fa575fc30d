/* index_closes.h: the closes of an index by date, to be held against those of stocks. */
#ifndef CLOSEBELL_MARKET_INDEX_CLOSES_H
#define CLOSEBELL_MARKET_INDEX_CLOSES_H

#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/market/index_day.h>

/* Zero-initialise; index_closes_free at the end. */
typedef struct {
  Day *dates; /* ascending */
  double *closes;
  size_t count, capacity;
} IndexCloses;

/* Dates come in ascending order. STATUS_NO_MEMORY: nothing added. */
Status index_closes_add(IndexCloses *closes, Day date, double close);
/* The closes of the dates, which ascend; NaN where one is missing. */
void index_closes_pick(const IndexCloses *closes, const Day *dates, size_t count, double *ret_closes);
void index_closes_free(IndexCloses *closes);

/* Those that stocks are held against, each the index of the market of its number. KONEX has none. */
enum { MARKET_INDICES = MARKET_KOSDAQ + 1 };
typedef struct {
  bool known; /* they were read; else all of this is empty */
  IndexCloses of[MARKET_INDICES];
} MarketIndices;
static inline MarketIndex index_of_market(Market market) { return market == MARKET_KOSPI ? INDEX_KOSPI : INDEX_KOSDAQ; }
/* The closes of an index day newer than all that are there. Those that the day lacks, or that are there as of that date
 * or a later one, stay as they are. Nothing is added where none is known. STATUS_NO_MEMORY. */
Status market_indices_add_day(MarketIndices *indices, const IndexDay *day);
void market_indices_free(MarketIndices *indices);

#endif
