/* watchlist.h: hourly_analysis --watchlist: what people keep an eye on, by name: the lists that closebell_api has at
 * /watchlists. */
#ifndef CLOSEBELL_JOB_WATCHLIST_H
#define CLOSEBELL_JOB_WATCHLIST_H

#include <closebell/run/job.h>

/* As the command line says. Zero: nothing is asked of watchlists. */
typedef struct {
  const char *name;         /* --watchlist */
  const char *add, *remove; /* tickers, separated by commas */
  bool drop;                /* --delete */
  bool all;                 /* --watchlists */
} WatchlistRequest;

/* Takes one of its options: "watchlist", "watchlists", "add", "remove", "delete". *ret_taken false: it is none of them.
 */
Status watchlist_take(WatchlistRequest *request, const char *name, const char *value, bool *ret_taken, Error *err);
/* STATUS_USAGE: what goes with something else, and that is not there. */
Status watchlist_check(const WatchlistRequest *request, Error *err);

bool watchlist_is_asked(const WatchlistRequest *request);
bool watchlist_writes(const WatchlistRequest *request);

/* Shows the list, or changes it and shows what became of it. What another program changes at the same moment, or a
 * reader over HTTP, is not lost: the list is read again and changed as that one left it. */
void watchlist_run(Job *job, const WatchlistRequest *request, bool json, Outcome *ret_outcome);

#endif
