/* radar.h: the shadow radar: which stocks were turned down and rose by a fifth since, and which rule did it. Pure.
 *
 * Looked at is a session D and the RADAR_SESSIONS sessions of the market before it. Prices are chained, so that
 * corporate actions move no return. A stock is looked at when it traded on D and is considered there; a session in
 * which it did not trade turns nobody down, but for the model.
 *
 * A rise: the close of D is at least a fifth above that of one of these sessions. It counts once: only on the first
 * session that has one after RADAR_SESSIONS without any. So a long rise gives one document, and not one a day.
 *
 * Who turned it down in a session D0 from which it has risen so much, the last one that had it in hand first (the model
 * judges what has passed the gate, and the gate holds what the hunters bring):
 * - ai: the newest accepted decision of D0 about it is SELL or NO_DECISION. Each such session counts by itself: on the
 *   first D whose close is a fifth above D0's, whatever the price had done before.
 * - entry_filter: it was not followed: the first rule of the filter that it does not meet.
 * - leaders: it was followed, and one rule alone kept it from being a leader candidate.
 * - strategy: it was followed, and of a strategy of two clauses or more all held but one, which was false; of several
 *   strategies the one with most clauses, then the first by name. Unknown is not false.
 * - leaders: it was followed, and more than one rule stood against it: the first of them.
 * A followed stock that matched a strategy in D0, or was a leader candidate, was chosen, and turned down by nobody but
 * the model. Of all that turned it down the first of this list is named, and of that the newest session.
 *
 * Everything follows from the archive, the settings and the ledger as they are now. Strategies that look at companies
 * or flows are not among those that the caller gives: what they see may come later. */
#ifndef CLOSEBELL_HINDSIGHT_RADAR_H
#define CLOSEBELL_HINDSIGHT_RADAR_H

#include <closebell/base/ulid.h>
#include <closebell/market/decision.h>
#include <closebell/market/leader.h>
#include <closebell/market/shadow.h>
#include <closebell/market/universe.h>
#include <closebell/screen/market.h>

enum {
  RADAR_SESSIONS = 20,
  RADAR_MAX = 100 /* documents a session: the greatest returns, then by ticker */
};

typedef struct {
  const char *name;
  const ScreenPlan *where;
} RadarStrategy;

/* An accepted one, about one ticker of those it was asked about. */
typedef struct {
  char id[ULID_SIZE], kind[64]; /* of the decision, its prompt */
  Day date;                     /* the session whose facts it was given */
  char ticker[TICKER_SIZE];
  DecisionFinal final;
  double score; /* NaN: none */
} RadarDecision;

/* All lent. */
typedef struct {
  ScreenMarket *market;           /* what columns are missing is computed */
  const Session *const *sessions; /* D, the one before it, ...: RADAR_SESSIONS + 1 and what the filter looks back, or
                                     as many as there are */
  size_t session_count;
  const Universe *universe;
  const EntryFilter *filter;
  const LeaderRules *leaders;
  const RadarStrategy *strategies; /* by name */
  size_t strategy_count;
  const RadarDecision *decisions; /* in the order they were made */
  size_t decision_count;
} RadarView;

typedef struct {
  Shadow *items; /* owned: free() */
  size_t count;  /* at most RADAR_MAX */
  size_t found;  /* before that limit */
} Shadows;

/* What D triggers; D is a session of the market. STATUS_NO_MEMORY. A strategy that takes too much to evaluate is left
 * out. */
Status radar_look(const RadarView *view, Day date, Shadows *ret_shadows, Error *err);

#endif
