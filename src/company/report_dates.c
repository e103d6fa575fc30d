#include <closebell/company/report_dates.h>

#include <closebell/company/report_merge.h>

enum { YEAR_MONTHS = 12, INTERIM_DAYS = 45, ANNUAL_DAYS = 90 };

/* The month in which its period ends. */
static int term_month(ReportKind kind, int fiscal_month) {
  int month = (fiscal_month ? fiscal_month : YEAR_MONTHS) + report_months(kind);
  return (month - 1) % YEAR_MONTHS + 1;
}

static Day first_of(int year, int month) {
  Day day = DAY_NONE;
  day_from_ymd(year, month, 1, &day);
  return day;
}

Day report_term_end(ReportTerm term, int fiscal_month) {
  int month = term_month(term.kind, fiscal_month);
  return month == YEAR_MONTHS ? first_of(term.year + 1, 1) - 1 : first_of(term.year, month + 1) - 1;
}

Day report_term_deadline(ReportTerm term, int fiscal_month) {
  return report_term_end(term, fiscal_month) + (term.kind == REPORT_ANNUAL ? ANNUAL_DAYS : INTERIM_DAYS);
}

size_t report_terms_ended(int fiscal_month, Day today, int oldest_year, ReportTerm *terms, size_t most) {
  int year, month, day;
  size_t count = 0;
  day_to_ymd(today, &year, &month, &day);
  for (; year >= oldest_year && count < most; year--)
    for (month = YEAR_MONTHS; month > 0 && count < most; month--)
      for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        const ReportTerm term = {year, kind};
        if (term_month(kind, fiscal_month) == month && report_term_end(term, fiscal_month) < today)
          terms[count++] = term;
      }
  return count;
}

size_t reports_due(const Reports *reports, int fiscal_month, Day today, ReportTerm missing[REPORTS_DUE_MAX]) {
  enum { LOOKED_AT = 8 }; /* the last two years: of the newest ones the deadline may not be over */
  ReportTerm terms[LOOKED_AT], open[REPORTS_DUE_MAX];
  size_t count = 0, due = 0, open_count = 0;
  int year, month, day;
  if (!reports || reports->count == 0) return 0;
  if (fiscal_month == 0) fiscal_month = reports_fiscal_month(reports);
  day_to_ymd(today, &year, &month, &day);
  count = report_terms_ended(fiscal_month, today, year - 3, terms, LOOKED_AT);
  for (size_t i = 0; i < count && due < REPORTS_DUE_MAX; i++) {
    if (report_term_deadline(terms[i], fiscal_month) >= today) continue;
    if (report_term_end(terms[i], fiscal_month) < reports->items[0].period_end) break;
    due++;
    if (!reports_have_any(reports, terms[i].kind, terms[i].year)) open[open_count++] = terms[i];
  }
  for (size_t i = 0; i < open_count; i++) missing[i] = open[open_count - 1 - i];
  return open_count;
}

Day week_begin(Day day) { return day - (Day)day_weekday(day); }

Day month_begin(Day day) {
  int year, month, day_of_month;
  day_to_ymd(day, &year, &month, &day_of_month);
  return day - (day_of_month - 1);
}
