/* explain_internal.h: the parts of --explain. */
#ifndef CLOSEBELL_JOB_EXPLAIN_INTERNAL_H
#define CLOSEBELL_JOB_EXPLAIN_INTERNAL_H

#include <closebell/analysis/analysis_work.h>

/* "  label           text" on a line of its own; the label may be empty: one more line of the same. */
__attribute__((format(printf, 3, 4))) void explain_line(const Job *job, const char *label, const char *format, ...);

/* Open alerts about the subject, and those resolved. */
Status explain_alerts(const Job *job, const char *subject, Error *err);

Status explain_date(AnalysisWork *work, Day date, Error *err);
Status explain_ticker(AnalysisWork *work, const char *ticker, Error *err);

#endif
