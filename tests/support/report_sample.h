/* report_sample.h: reports that add up, for tests. */
#ifndef CLOSEBELL_TESTS_REPORT_SAMPLE_H
#define CLOSEBELL_TESTS_REPORT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/report.h>

static inline void put_report(Reports *reports, const Report *report) {
  assert_int_equal(reports_put(reports, report), STATUS_OK);
}

/* Of a fiscal year that is a calendar year; filed 45 or 80 days after the end of its period. */
static inline Report sample_report(int year, ReportKind kind, Statement statement) {
  static const int LAST_DAYS[] = {31, 30, 30, 31};
  Report report = {.kind = kind, .statement = statement, .version = 1, .currency = "KRW", .is_live = true};
  char text[DAY_TEXT_SIZE];
  int months = report_months(kind), million = year * 100 + months + (int)statement;
  assert_true(day_from_ymd(year, months, LAST_DAYS[kind], &report.period_end));
  day_format_compact(report.period_end + (kind == REPORT_ANNUAL ? 80 : 45), text);
  snprintf(report.rcept_no, sizeof report.rcept_no, "%.8s%06d", text, 1000 + (int)kind);
  report.first_seen_utc = INT64_C(1740000000000) + million;
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++) {
    if (kind == REPORT_ANNUAL && amount >= AMOUNT_revenue_3m) continue;
    report.has |= 1u << amount;
    report.amounts[amount] = (int64_t)million * 1000 * ((int)amount + 1) * (amount == AMOUNT_net_income ? -1 : 1);
  }
  report.amounts[AMOUNT_total_assets] = report.amounts[AMOUNT_total_liabilities] + report.amounts[AMOUNT_total_equity];
  return report;
}

/* Four reports a year, each of both statements, up to 2024. */
static inline Reports sample_reports(const char *ticker, int years) {
  Reports reports = {0};
  memcpy(reports.ticker, ticker, strlen(ticker) + 1);
  for (int year = 2025 - years; year < 2025; year++)
    for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++)
      for (Statement statement = 0; statement < STATEMENT_COUNT; statement++) {
        const Report report = sample_report(year, kind, statement);
        put_report(&reports, &report);
      }
  return reports;
}

static inline void assert_report_equal(const Report *a, const Report *b) {
  char left[REPORT_ID_SIZE], right[REPORT_ID_SIZE];
  assert_string_equal(report_id(a, left), report_id(b, right));
  if (!report_same_values(a, b)) fail_msg("%s has other values", left);
  assert_int_equal(a->is_live, b->is_live);
  assert_int_equal(a->first_seen_utc, b->first_seen_utc);
}

static inline void assert_reports_equal(const Reports *a, const Reports *b) {
  assert_int_equal(a->count, b->count);
  for (size_t i = 0; i < a->count; i++) assert_report_equal(&a->items[i], &b->items[i]);
}

#endif
