/* analyze_share.h: hourly_analysis as one of several processes: slots, one after the other, and stamps in turn. */
#ifndef CLOSEBELL_JOB_ANALYZE_SHARE_H
#define CLOSEBELL_JOB_ANALYZE_SHARE_H

#include "analyzer.h"

Status analyze_share(Analyzer *analyzer, Outcome *outcome, Error *err);

#endif
