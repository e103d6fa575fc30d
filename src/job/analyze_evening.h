/* analyze_evening.h: hourly_analysis and the provisional session of an evening. */
#ifndef CLOSEBELL_JOB_ANALYZE_EVENING_H
#define CLOSEBELL_JOB_ANALYZE_EVENING_H

#include "analyzer.h"

/* When all that is final is analysed: an evening that is over is concluded, and one that stands on top of the archive
 * is analysed, as far as quota and time go. Adds to the outcome's message. Without [kis] nothing is done. */
Status analyze_evening(Analyzer *analyzer, Outcome *outcome, Error *err);

#endif
