/* asking.h: hourly_analysis --ask: a language model's opinion of stocks, without a server: the same request, checked,
 * kept and answered as over HTTP. It writes the ledger of decisions and the count of calls, and nothing else. */
#ifndef CLOSEBELL_JOB_ASKING_H
#define CLOSEBELL_JOB_ASKING_H

#include <closebell/run/job.h>

/* As the command line says. Zero: nothing is asked. */
typedef struct {
  const char *prompt;       /* --ask */
  const char *strategy;     /* --strategy: its matches, the largest market capitalisation first */
  const char *tickers;      /* --tickers: codes, separated by commas */
  const char *ticker;       /* --ticker: a code, a name or a part of one */
  const char *language;     /* --language: en or ko; null: en */
  const char *state_folder; /* for decisions that the database does not take; null: the archivist's own choice */
} AskRequest;

/* Takes one of its options: "ask", "strategy", "tickers", "language". *ret_taken false: it is none of them. */
Status asking_take(AskRequest *request, const char *name, const char *value, bool *ret_taken, Error *err);
/* STATUS_USAGE: what goes with something else, and that is not there; not just one of strategy, tickers and ticker. */
Status asking_check(const AskRequest *request, Error *err);

void asking_run(Job *job, const AskRequest *request, bool json, Outcome *ret_outcome);

#endif
