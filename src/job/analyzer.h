/* analyzer.h: the work of hourly_analysis: one ticker after the other, under a lease that the caller has taken. */
#ifndef CLOSEBELL_JOB_ANALYZER_H
#define CLOSEBELL_JOB_ANALYZER_H

#include <closebell/analysis/analysis_stamp.h>
#include <closebell/analysis/analysis_verify.h>
#include <closebell/base/progress.h>
#include <closebell/plan/budget.h>

enum { FLUSH_TICKERS = 20 };

typedef enum { STOP_NOT, STOP_QUOTA, STOP_TIME } StopReason;

/* Tickers whose documents are written and whose stamps are not: what a crash would repeat. */
typedef struct {
  size_t targets[FLUSH_TICKERS];
  Analysis analyses[FLUSH_TICKERS];
  bool failed[FLUSH_TICKERS];
  size_t count;
} Hand;

typedef struct {
  Job *job;
  AnalyzeOptions options;   /* the slot in hand among them */
  char ticker[TICKER_SIZE]; /* the one that was asked for by its name */
  AnalysisWork work;
  AnalysisFields fields;
  AnalysisSources sources; /* while it works */
  Budget budget;
  AnalysisHeal heal;
  Hand hand;
  Progress progress;
  size_t begun, done, failed, documents;
  StopReason stop;
  char slots[32]; /* ", 2 of 8 slots": for people */
} Analyzer;

/* Reads how things are, and what is to be done. */
Status analyzer_load(Analyzer *analyzer, Error *err);
/* What is to be done, until it is done or the quota or the time is used up. The lease is ours. */
Status analyzer_work(Analyzer *analyzer, Error *err);
/* Computes a target's analysis, its newest document whole. The panel may know of companies for the newest sessions
 * only; where the rest of the newest document is not stored either, a panel of this target alone is loaded. */
Status analyzer_compute(Analyzer *analyzer, const AnalysisPanel *panel, const AnalysisWork *work, size_t target,
                        Analysis *ret_analysis, Error *err);
/* False: quota or time is used up, and analyzer->stop says so. */
bool analyzer_may_go_on(Analyzer *analyzer);
/* Why something remains that could have been done. */
const char *analyzer_reason(const Analyzer *analyzer);
void analyzer_summarize(const Analyzer *analyzer, const AnalysisTally *tally, Outcome *outcome);

#endif
