#include "periods.h"

#include <string.h>

enum { MONTHS_OF_YEAR = 12 };

static bool is_known(const Known *known, const Report *report) { return report_filed(report) < known->session; }

static bool is_same_period(const Report *a, const Report *b) {
  return a->period_end == b->period_end && a->kind == b->kind && a->statement == b->statement;
}

/* Of what came under one receipt number the first version counts: the items are sorted by version. */
static const Report *first_version(const Reports *reports, size_t at) {
  const Report *found = &reports->items[at];
  while (at-- > 0 && is_same_period(&reports->items[at], found) &&
         strcmp(reports->items[at].rcept_no, found->rcept_no) == 0)
    found = &reports->items[at];
  return found;
}

/* ---- the newest ---- */

static const Report *newest_of(const Known *known) {
  const Reports *reports = known->reports;
  for (size_t i = reports->count; i-- > 0;)
    if (is_known(known, &reports->items[i])) return &reports->items[i];
  return NULL;
}

/* The one of this period and this kind, in the basis; with several receipt numbers the highest. */
static const Report *find_between(const Known *known, ReportKind kind, Day first, Day last) {
  const Reports *reports = known->reports;
  for (size_t i = reports->count; i-- > 0 && reports->items[i].period_end >= first;) {
    const Report *report = &reports->items[i];
    if (report->period_end <= last && report->kind == kind && report->statement == known->basis &&
        is_known(known, report))
      return first_version(reports, i);
  }
  return NULL;
}

const Report *known_newest(const Reports *reports, Day session, Known *ret_known) {
  Known known = {.reports = reports, .session = session, .basis = STATEMENT_CFS};
  const Report *any = newest_of(&known);
  if (!any) return NULL;
  const Report *newest = find_between(&known, any->kind, any->period_end, any->period_end);
  if (!newest) {
    known.basis = STATEMENT_OFS;
    newest = find_between(&known, any->kind, any->period_end, any->period_end);
  }
  *ret_known = known;
  return newest;
}

/* ---- those before it ---- */

/* The report that ends so many months before, on whichever day of the month. */
static const Report *find_before(const Known *known, const Report *report, ReportKind kind, int months) {
  int year, month, day_of_month;
  day_to_ymd(report->period_end, &year, &month, &day_of_month);
  int at = year * MONTHS_OF_YEAR + month - 1 - months, next = at + 1;
  Day first, after;
  if (!day_from_ymd(at / MONTHS_OF_YEAR, at % MONTHS_OF_YEAR + 1, 1, &first)) return NULL;
  if (!day_from_ymd(next / MONTHS_OF_YEAR, next % MONTHS_OF_YEAR + 1, 1, &after)) return NULL;
  return find_between(known, kind, first, after - 1);
}

Period known_period(const Known *known, const Report *report) {
  if (!report) return (Period){0};
  Period period = {.report = report, .year_before = find_before(known, report, report->kind, MONTHS_OF_YEAR)};
  if (report->kind != REPORT_ANNUAL)
    period.annual_before = find_before(known, report, REPORT_ANNUAL, report_months(report->kind));
  return period;
}
