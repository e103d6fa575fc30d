/* strategies_write.h: system_info.strategy_days: the list of each strategy for each analysed session, over the whole
 * archived market. */
#ifndef CLOSEBELL_ANALYSIS_STRATEGIES_WRITE_H
#define CLOSEBELL_ANALYSIS_STRATEGIES_WRITE_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/screen/market.h>
#include <closebell/store/strategy_days.h>
#include <closebell/strategy/strategies.h>

/* What a run needs for its lists: strategies and archive are read when the first one is written, and once. Make it with
 * strategies_run; strategies_run_free at the end. */
typedef struct {
  const AnalysisWork *work;
  Strategies strategies;
  bool read; /* the strategies are */
  ScreenMarket market;
  bool loaded; /* the market is */
  /* Where lists go; null: where those of final sessions are. */
  Status (*write)(const Db *db, const StrategyDay *const *days, size_t count, Error *err);
} StrategiesRun;

StrategiesRun strategies_run(const AnalysisWork *work);
void strategies_run_free(StrategiesRun *run);

/* Writes the session's list of each strategy that can be read, in place of the one that is there; one that cannot is
 * named in the log and holds no other. Before the analysis is stamped `completed`, so that a crash repeats it. Without
 * a folder of strategies nothing is written, and the log says so. The lease must be ours. */
Status strategies_write(StrategiesRun *run, Day date, Error *err);

/* What restatements mean for lists that stand: those of a restated session are made anew; those of the sessions behind
 * it stay what was known then, and get `recomputed` where they would be others today, or lose it where they would not.
 * A list is made by the condition that stands in its document, whatever the strategy's file says now.
 *
 * Which restatements are new follows from the number on the statuses of hourly_analysis: whoever stamps the gate's
 * session completed afterwards puts work->highest_restatement there. Sessions more than STRATEGY_REACH behind a
 * restated one are not looked at: no field reaches so far, looked back at as far as can be. */
enum { STRATEGY_REACH = 2 * SCREEN_MAX_BACK };
Status strategies_look_again(StrategiesRun *run, Error *err);

/* The strategies, read once a run; what is wrong with a file, or that there is no folder, stands in the log. */
Status strategies_run_read(StrategiesRun *run, Error *err);
/* The archive up to the gate's session, read once a run. */
Status strategies_run_market(StrategiesRun *run, ScreenMarket **ret_market, Error *err);

/* The highest restatement that the lists have been looked at for; 0 none. */
int64_t strategies_restatement(const AnalysisWork *work);

#endif
