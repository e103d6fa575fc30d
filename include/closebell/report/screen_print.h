/* screen_print.h: --screen: the matches of a condition, as a table, as JSON or as CSV, and what became of its signals.
 */
#ifndef CLOSEBELL_REPORT_SCREEN_PRINT_H
#define CLOSEBELL_REPORT_SCREEN_PRINT_H

#include <closebell/analysis/screen_result.h>
#include <closebell/run/job.h>

typedef enum { SCREEN_AS_TABLE = 0, SCREEN_AS_JSON, SCREEN_AS_CSV } ScreenForm;

/* Reads the archive and prints to job->out. Takes no lease and writes nothing. Exit codes as of screen_run. */
void screen_print(Job *job, const ScreenRequest *request, ScreenForm form, Outcome *ret_outcome);

/* The wrong text's line, and below it a mark under the column. Nothing where no place is known. */
void screen_print_place(FILE *to, const ScreenComplaint *complaint);

/* ---- what screen_print prints ---- */

Status screen_print_table(const Output *out, const ScreenResult *result, Error *err);
/* One line. Absent values are left out. */
Status screen_print_json(FILE *to, const ScreenResult *result, Error *err);
/* A line of names, then a line a match; absent values are empty. */
Status screen_print_csv(FILE *to, const ScreenResult *result, Error *err);

#endif
