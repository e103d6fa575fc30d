/* report_merge.h: what an answer adds to the reports of a company, and whether it lacks one. Pure. */
#ifndef CLOSEBELL_COMPANY_REPORT_MERGE_H
#define CLOSEBELL_COMPANY_REPORT_MERGE_H

#include <closebell/company/merge.h>
#include <closebell/company/report.h>

/* Adds what is new, with the version that it has beside those there; *ret_report is that one. */
Status reports_merge(Reports *reports, const Report *report, Merge *ret_merge, Report *ret_report);

/* Whether a report of that kind, whose period ends in that month, is there under that receipt number or a newer one. */
bool reports_have(const Reports *reports, ReportKind kind, int year, int month, const char *rcept_no);
/* Whether any is there of that kind and year. */
bool reports_have_any(const Reports *reports, ReportKind kind, int year);
/* The month in which its fiscal year ends, by its newest annual report; 0: it has none. */
int reports_fiscal_month(const Reports *reports);

#endif
