/* market_load.h: the archive into memory, for screens: the whole market, not only what is followed. */
#ifndef CLOSEBELL_ANALYSIS_MARKET_LOAD_H
#define CLOSEBELL_ANALYSIS_MARKET_LOAD_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/screen/market.h>

/* Reads the completed sessions up to `until` (DAY_NONE: up to the gate), once, one at a time. The market is
 * zero-initialised, and keeps columns as [analysis] screen_memory says; whatever comes back, the caller frees it.
 * Beats, where the run holds a lease. */
Status market_load(ScreenMarket *market, const AnalysisWork *work, Day until, Error *err);

#endif
