/* screen_result.h: a request answered from a market in memory: the matches in order, the unknown and why, the outcome.
 * Nothing here reads the database. */
#ifndef CLOSEBELL_ANALYSIS_SCREEN_RESULT_H
#define CLOSEBELL_ANALYSIS_SCREEN_RESULT_H

#include <closebell/analysis/screen_request.h>
#include <closebell/screen/need.h>
#include <closebell/screen/outcome.h>

/* Why stocks are unknown. */
typedef struct {
  ScreenNeed need;
  size_t too_short;         /* unknown ones with fewer traded sessions than the condition needs ... */
  size_t shortest, longest; /* ... and how many these have, at least and at most; 0: there are none */
  size_t for_other_reasons; /* the other unknown ones */
} ScreenUnknown;

/* The database that the answer belongs to. */
typedef struct {
  Day as_of;           /* the newest analysed session; DAY_NONE */
  int64_t restatement; /* the highest number; 0: there is none */
  Day *unproven;       /* weekdays from the first session kept on that are neither completed nor closed, newest first */
  size_t unproven_count;
} ScreenProof;

/* Zero-initialise; screen_result_free at the end. */
typedef struct {
  const ScreenRequest *request; /* lent */
  const ScreenMarket *market;   /* lent; columns of what is shown are there until it is asked for something else */
  ScreenProof proof;            /* filled by whoever knows the database */
  size_t session;               /* of the list */
  size_t *stocks;               /* the matches in order, as places among those considered */
  ScreenCounts counts;
  ScreenUnknown unknown;
  ScreenOutcome outcome; /* over all sessions of the market, when the request asks for it */
} ScreenResult;

/* session: an index in market->dates. STATUS_CONFIG: the condition asks for too much. STATUS_NO_MEMORY. */
Status screen_result_make(const ScreenRequest *request, ScreenMarket *market, size_t session, ScreenResult *ret_result,
                          Error *err);
void screen_result_free(ScreenResult *result);

/* What is shown of each match: ticker, name, market, market_cap, close, rs_rating, then the columns that are not among
 * these, each once. */
enum { SCREEN_BASIC_COLUMNS = 6, SCREEN_SHOWN_MAX = SCREEN_BASIC_COLUMNS + SCREEN_MAX_NAMES };
typedef struct {
  int names[SCREEN_SHOWN_MAX]; /* for screen_name_at */
  size_t count;
} ScreenShown;
ScreenShown screen_result_shown(const ScreenRequest *request);

#endif
