/* sim_filters.h: an exchange on which stocks cross the borders of entry filters, and who is followed there, reckoned
 * apart: by no code of closebell's fold, for each stock and session looking back over the exchange's own sessions. */
#ifndef CLOSEBELL_TESTS_SIM_FILTERS_H
#define CLOSEBELL_TESTS_SIM_FILTERS_H

#include <closebell/market/filter.h>
#include <closebell/store/targets.h>

#include "sim_market.h"

/* Market caps wander between 1 and 10 trillion KRW; some stocks are preferred ones, SPACs or REITs. */
SimMarket *sim_filters_market(uint64_t seed);

enum { FILTER_STORY_SESSIONS = 128, FILTER_TRUTH_STOCKS = 64 };

/* What the universe depends on. Sessions are the market's, by index. */
typedef struct {
  const SimMarket *market;
  size_t kept, begin, now; /* the first session archived, the one of set-up, the newest */
  EntryFilter began_by;
  EntryFilter filters[FILTER_STORY_SESSIONS]; /* of each session from `begin` on */
} FilterStory;

typedef struct {
  char ticker[TICKER_SIZE];
  const StockRow *row; /* the newest that was taken in */
  Day added, removed;  /* removed: DAY_NONE while active */
  const char *reason;  /* "" while active */
  bool active;
} FilterTruthStock;

typedef struct {
  FilterTruthStock items[FILTER_TRUTH_STOCKS]; /* in no order */
  size_t count;
} FilterTruth;

void filter_truth(const FilterStory *story, FilterTruth *truth);

/* Whether the targets are just these, with every master field, and none waits for its history; else why not. */
bool filter_truth_holds(const FilterTruth *truth, const FilterStory *story, const Universe *targets, char why[256]);

#endif
