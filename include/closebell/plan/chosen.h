/* chosen.h: which stocks a dataset of single stocks is about in a session: those that the settings choose, as far as
 * they traded. The list is recorded with the session, so that what was proven stays proven when a watchlist changes. */
#ifndef CLOSEBELL_PLAN_CHOSEN_H
#define CLOSEBELL_PLAN_CHOSEN_H

#include <closebell/market/session.h>
#include <closebell/market/ticker_list.h>

typedef enum {
  CHOSEN_WATCHLISTS = 0, /* those on any reader's list */
  CHOSEN_LEADERS,        /* the leader candidates chosen after the session before */
  CHOSEN_TARGETS,        /* all that are followed */
  CHOSEN_SOURCE_COUNT
} ChosenSource;

typedef uint32_t ChosenSet; /* bit 1u << ChosenSource; 0: off */
static inline bool chosen_set_has(ChosenSet set, ChosenSource source) { return (set >> source & 1) != 0; }

/* "watchlists, leaders": spaces allowed, each once. Text of nothing but spaces is the empty set. */
bool chosen_set_parse(const char *text, ChosenSet *ret_set);

/* The tickers of each source that is in the set, in any order, lent; those of others are not looked at. */
typedef struct {
  ChosenSet set;
  TickerList sources[CHOSEN_SOURCE_COUNT];
  bool of_evening; /* the session is the evening's, which knows nothing of a stock on the first day that it is listed */
} ChosenFrom;

/* Those that traded in the session, and in the evening those that it does not know; session null: nobody knows yet, and
 * all are chosen. */
Status chosen_stocks(const ChosenFrom *from, const Session *session, TickerList *ret_list, Error *err);

#endif
