/* screen_date.h: which session a screen is asked of, and whether it may be. */
#ifndef CLOSEBELL_ANALYSIS_SCREEN_DATE_H
#define CLOSEBELL_ANALYSIS_SCREEN_DATE_H

#include <closebell/analysis/analysis_work.h>

/* DAY_NONE asks for the newest analysed session. STATUS_USAGE: no session of the archive. STATUS_INCOMPLETE: one that
 * is not proven, or nothing is analysed yet. */
Status screen_date_choose(const AnalysisWork *work, Day wanted, Day *ret_date, Error *err);

/* STATUS_INCOMPLETE, naming them, when sessions up to the gate's are not proven: what becomes of a signal is counted in
 * sessions, and would be wrong behind them. */
Status screen_date_check_gaps(const AnalysisWork *work, Error *err);

#endif
