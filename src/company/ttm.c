#include "ttm.h"

#include <math.h>
#include <string.h>

double amount_of(const Report *report, ReportAmount amount) {
  return report && report_has(report, amount) ? (double)report->amounts[amount] : NAN;
}

bool reports_same_currency(const Report *a, const Report *b) { return a && b && strcmp(a->currency, b->currency) == 0; }

double ttm_of(const Period *period, ReportAmount amount) {
  const Report *report = period->report, *annual = period->annual_before, *before = period->year_before;
  if (!report || report->kind == REPORT_ANNUAL) return amount_of(report, amount);
  if (!reports_same_currency(report, annual) || !reports_same_currency(report, before)) return NAN;
  return amount_of(annual, amount) + amount_of(report, amount) - amount_of(before, amount);
}

double average_of(const Period *period, ReportAmount amount) {
  if (!reports_same_currency(period->report, period->year_before)) return NAN;
  return (amount_of(period->report, amount) + amount_of(period->year_before, amount)) / 2;
}
