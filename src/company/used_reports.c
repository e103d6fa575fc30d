#include <closebell/company/used_reports.h>

#include "periods.h"

static UsedReport asked(const Report *report) { return (UsedReport){.is_asked = true, .report = report}; }

bool used_reports(const Reports *reports, Day session, UsedReport ret_used[USED_COUNT]) {
  Known known;
  const Report *newest = known_newest(reports, session, &known);
  if (newest == NULL) return false;
  const bool is_interim = newest->kind != REPORT_ANNUAL;
  const Period period = known_period(&known, newest), before = known_period(&known, period.year_before);
  for (int use = 0; use < USED_COUNT; use++) ret_used[use] = (UsedReport){0};
  ret_used[USED_NEWEST] = asked(newest);
  ret_used[USED_YEAR_BEFORE] = asked(period.year_before);
  ret_used[USED_TWO_YEARS_BEFORE] = asked(before.year_before);
  if (is_interim) ret_used[USED_ANNUAL_BEFORE] = asked(period.annual_before);
  if (is_interim) ret_used[USED_ANNUAL_OF_YEAR_BEFORE] = asked(before.annual_before);
  return true;
}

const char *report_use_name(ReportUse use) {
  static const char *const names[USED_COUNT] = {
      [USED_NEWEST] = "the newest",
      [USED_ANNUAL_BEFORE] = "the annual report before it",
      [USED_YEAR_BEFORE] = "the same a year before",
      [USED_ANNUAL_OF_YEAR_BEFORE] = "the annual report before that",
      [USED_TWO_YEARS_BEFORE] = "the same two years before",
  };
  return names[use];
}
