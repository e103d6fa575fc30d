/* leaders.h: leader candidates: which stocks to watch on the day after an analysed session. */
#ifndef CLOSEBELL_ANALYSIS_LEADERS_H
#define CLOSEBELL_ANALYSIS_LEADERS_H

#include <closebell/analysis/analysis_work.h>

/* Writes system_info.leader_candidates of the session, from the archive and what is analysed alone: for the stocks that
 * were followed then. Before the analysis is stamped `completed`, so that a crash repeats it. The lease must be ours.
 */
Status leaders_write(const AnalysisWork *work, Day date, Error *err);

#endif
