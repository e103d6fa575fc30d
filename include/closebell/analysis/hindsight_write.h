/* hindsight_write.h: what became of decisions, and what was turned down and rose, brought up to date with the sessions
 * that an analysis completes. Nothing of it is read or written unless [ai] is configured. */
#ifndef CLOSEBELL_ANALYSIS_HINDSIGHT_WRITE_H
#define CLOSEBELL_ANALYSIS_HINDSIGHT_WRITE_H

#include <closebell/analysis/strategies_verify.h>
#include <closebell/analysis/strategies_write.h>

/* system_info.shadow_radar: what the session triggers, in place of what is there of it. Before the session is stamped
 * `completed`, behind its lists of strategies; the lease must be ours. */
Status hindsight_write_radar(StrategiesRun *run, Day date, Error *err);

/* The outcomes that the decisions of the last 60 sessions and more have by now, and those that restatements have
 * changed; then the radar of the sessions up to RADAR_SESSIONS behind a restated one. Once a run, before the gate's
 * session is stamped: what is done follows from the stamps, as for strategies_look_again. */
Status hindsight_look_again(StrategiesRun *run, Error *err);

/* Are the radar of the gate's session and the outcomes what the archive gives? Reads only. */
Status hindsight_verify(StrategiesRun *run, StrategyFound *found, void *context, Error *err);

#endif
