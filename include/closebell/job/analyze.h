/* analyze.h: hourly_analysis: adjusted prices and indicators of every target, largest market cap first, within quota
 * and time. */
#ifndef CLOSEBELL_JOB_ANALYZE_H
#define CLOSEBELL_JOB_ANALYZE_H

#include <closebell/analysis/analysis_work.h>

void analyze_run(Job *job, const AnalyzeOptions *options, Outcome *ret_outcome);

#endif
