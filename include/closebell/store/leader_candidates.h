/* leader_candidates.h: system_info.leader_candidates: for each analysed session the stocks to watch on the next day,
 * strongest first, with the numbers that chose them; and the reading of these numbers. */
#ifndef CLOSEBELL_STORE_LEADER_CANDIDATES_H
#define CLOSEBELL_STORE_LEADER_CANDIDATES_H

#include <closebell/base/day.h>
#include <closebell/market/leader.h>
#include <closebell/market/ticker_list.h>
#include <closebell/store/db.h>

typedef Status LeaderNumbersVisit(void *context, const char *ticker, const LeaderNumbers *numbers, Error *err);

/* What latest_analysis says of the stocks whose newest document is of that session; the others are left out, and so is
 * what cannot be read. */
Status leader_numbers_read(const Db *db, Day date, const LeaderRules *rules, LeaderNumbersVisit *visit, void *context,
                           Error *err);
/* The same of one stock and any session. STATUS_NOT_FOUND: it has no document. */
Status leader_numbers_find(const Db *db, const char *ticker, Day date, const LeaderRules *rules,
                           LeaderNumbers *ret_numbers, Error *err);

/* What a session came to; lent. */
typedef struct {
  Day date;
  const LeaderRules *rules;
  const LeaderCandidate *candidates; /* strongest first */
  size_t count;
  size_t considered; /* stocks that the rules were put to */
} LeaderDay;

/* The document of the session, in place of the one that is there. */
Status leader_candidates_write(const Db *db, const LeaderDay *day, Error *err);

/* A session's document in short. STATUS_NOT_FOUND: it has none. */
typedef struct {
  char criteria[LEADER_CRITERIA_SIZE];
  int64_t count, considered;
} LeaderSummary;
Status leader_candidates_read(const Db *db, Day date, LeaderSummary *ret_summary, Error *err);

/* Who they are. STATUS_NOT_FOUND: the session has no document. */
Status leader_candidates_tickers(const Db *db, Day date, TickerList *ret_list, Error *err);

#endif
