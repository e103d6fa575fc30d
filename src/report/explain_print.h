/* explain_print.h: the lines of --explain. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_PRINT_H
#define CLOSEBELL_REPORT_EXPLAIN_PRINT_H

#include <closebell/run/job.h>

/* "  label           text" on a line of its own; the label may be empty: one more line of the same. */
__attribute__((format(printf, 3, 4))) void explain_line(const Job *job, const char *label, const char *format, ...);

/* Open alerts about the subject, and those resolved. */
Status explain_alerts(const Job *job, const char *subject, Error *err);

#endif
