/* used_reports.h: which reports of a company what is said of it on a session was made from. Pure. */
#ifndef CLOSEBELL_COMPANY_USED_REPORTS_H
#define CLOSEBELL_COMPANY_USED_REPORTS_H

#include <closebell/company/report.h>

/* What a report is used for. In an annual report's place there are no annual ones before it: it is a year itself. */
typedef enum {
  USED_NEWEST = 0,            /* balance, year to date */
  USED_ANNUAL_BEFORE,         /* the last four quarters, of an interim report */
  USED_YEAR_BEFORE,           /* the last four quarters, averages */
  USED_ANNUAL_OF_YEAR_BEFORE, /* growth, change of ROA */
  USED_TWO_YEARS_BEFORE,      /* the same */
  USED_COUNT
} ReportUse;

typedef struct {
  bool is_asked;        /* there is a place for one */
  const Report *report; /* lent; null: it is missing */
} UsedReport;

/* As of a session: reports with filed < session. False: nothing is known, ret_used is untouched. */
bool used_reports(const Reports *reports, Day session, UsedReport ret_used[USED_COUNT]);

/* "the annual report before it", "a year before", … */
const char *report_use_name(ReportUse use);

#endif
