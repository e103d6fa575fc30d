#include <closebell/company/report_merge.h>

#include <string.h>

static bool is_version_of(const Report *a, const Report *b) {
  return a->period_end == b->period_end && a->kind == b->kind && a->statement == b->statement &&
         strcmp(a->rcept_no, b->rcept_no) == 0;
}

Status reports_merge(Reports *reports, const Report *report, Merge *ret_merge, Report *ret_report) {
  Report added = *report;
  added.version = 1;
  for (size_t i = 0; i < reports->count; i++) {
    const Report *there = &reports->items[i];
    if (!is_version_of(there, report)) continue;
    if (report_same_values(there, report)) {
      *ret_merge = MERGE_KNOWN;
      return STATUS_OK;
    }
    if (there->version >= added.version) added.version = (uint8_t)(there->version + 1);
  }
  if (added.version > MERGE_VERSIONS_MAX) {
    *ret_merge = MERGE_REFUSED;
    return STATUS_OK;
  }
  Status status = reports_put(reports, &added);
  if (status != STATUS_OK) return status;
  *ret_merge = added.version == 1 ? MERGE_NEW : MERGE_CONTRADICTS;
  *ret_report = added;
  return STATUS_OK;
}

/* Of the end of its period. */
static void year_and_month(const Report *report, int *year, int *month) {
  int day;
  day_to_ymd(report->period_end, year, month, &day);
}

bool reports_have(const Reports *reports, ReportKind kind, int year, int month, const char *rcept_no) {
  for (size_t i = 0; reports && i < reports->count; i++) {
    const Report *report = &reports->items[i];
    int of_year, of_month;
    year_and_month(report, &of_year, &of_month);
    if (strcmp(report->rcept_no, rcept_no) == 0) return true;
    if (report->kind == kind && of_year == year && of_month == month && strcmp(report->rcept_no, rcept_no) > 0)
      return true;
  }
  return false;
}

bool reports_have_any(const Reports *reports, ReportKind kind, int year) {
  for (size_t i = 0; reports && i < reports->count; i++) {
    int of_year, month;
    year_and_month(&reports->items[i], &of_year, &month);
    if (reports->items[i].kind == kind && of_year == year) return true;
  }
  return false;
}

int reports_fiscal_month(const Reports *reports) {
  for (size_t i = reports ? reports->count : 0; i > 0; i--) {
    int year, month;
    if (reports->items[i - 1].kind != REPORT_ANNUAL) continue;
    year_and_month(&reports->items[i - 1], &year, &month);
    return month;
  }
  return 0;
}
