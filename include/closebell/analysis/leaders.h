/* leaders.h: leader candidates: which stocks to watch on the day after an analysed session. */
#ifndef CLOSEBELL_ANALYSIS_LEADERS_H
#define CLOSEBELL_ANALYSIS_LEADERS_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/store/leader_candidates.h>

/* Writes system_info.leader_candidates of the session, from the archive and what is analysed alone: for the stocks that
 * were followed then. Before the analysis is stamped `completed`, so that a crash repeats it. The lease must be ours.
 */
Status leaders_write(const AnalysisWork *work, Day date, Error *err);

/* Where the numbers are read and the choice is written. */
typedef struct {
  Status (*read)(const Db *db, Day date, const LeaderRules *rules, LeaderNumbersVisit *visit, void *context,
                 Error *err);
  Status (*write)(const Db *db, const LeaderDay *day, Error *err);
} LeaderPlaces;
/* The same with other places than those of final sessions. */
Status leaders_write_to(const AnalysisWork *work, Day date, const LeaderPlaces *places, Error *err);

#endif
