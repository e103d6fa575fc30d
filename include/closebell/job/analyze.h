/* analyze.h: hourly_analysis: adjusted prices and indicators of every target, largest market cap first, within quota
 * and time. */
#ifndef CLOSEBELL_JOB_ANALYZE_H
#define CLOSEBELL_JOB_ANALYZE_H

#include <closebell/job/job.h>

typedef struct {
  int64_t quota; /* tickers, 0: no limit */
  int64_t budget_ms;
  const char *ticker; /* null: all */
  bool force;         /* redo what is up to date */
  int64_t workers;    /* processes that share the tickers by slots; 0 or 1: this one alone */
  int slot;           /* only its tickers; 0: all of them. Set by the run itself */
} AnalyzeOptions;

void analyze_run(Job *job, const AnalyzeOptions *options, Outcome *ret_outcome);

#endif
