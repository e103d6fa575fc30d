/* report_dates.h: when reports are due, and which of them are asked for. Pure. */
#ifndef CLOSEBELL_COMPANY_REPORT_DATES_H
#define CLOSEBELL_COMPANY_REPORT_DATES_H

#include <closebell/company/report.h>

/* One report as DART calls it: the year in which its period ends, and its kind. */
typedef struct {
  int year;
  ReportKind kind;
} ReportTerm;

/* The last day of its period, of a company whose fiscal year ends in that month (0: December). */
Day report_term_end(ReportTerm term, int fiscal_month);
/* The last day on which the law lets it be filed: 45 days after the period, 90 of an annual report. */
Day report_term_deadline(ReportTerm term, int fiscal_month);

/* Those whose period ended before today, of that fiscal year, the newest first, down to the year; at most `most`.
 * Returns their number. */
size_t report_terms_ended(int fiscal_month, Day today, int oldest_year, ReportTerm *terms, size_t most);

/* Of the last four reports whose deadline is over, those that are not there; ascending by the end of their period.
 * fiscal_month 0: by the reports, else December. Nothing is missing before the first report that is there. Returns
 * their number. No alarm: a company may be late, or have nothing to file. */
enum { REPORTS_DUE_MAX = 4 };
size_t reports_due(const Reports *reports, int fiscal_month, Day today, ReportTerm missing[REPORTS_DUE_MAX]);

/* Monday of its week, and the first of its month: when the weekly and the monthly work is due. */
Day week_begin(Day day);
Day month_begin(Day day);

#endif
