/* made_report.h: reports of a company in few words, for tests of src/company. */
#ifndef TESTS_MADE_REPORT_H
#define TESTS_MADE_REPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/report.h>

static inline Day day_of(const char *text) {
  Day day = DAY_NONE;
  assert_true(day_parse(text, &day));
  return day;
}

/* made_report("2024-12-31:annual:CFS:20250311001085"): in KRW, without amounts. */
static inline Report made_report(const char *id) {
  Report report = {0};
  assert_true(report_id_parse(id, &report));
  snprintf(report.currency, sizeof report.currency, "KRW");
  return report;
}

static inline void set_amount(Report *report, ReportAmount amount, int64_t value) {
  report->amounts[amount] = value;
  report->has |= 1u << amount;
}

static inline void drop_amount(Report *report, ReportAmount amount) {
  report->amounts[amount] = 0;
  report->has &= ~(1u << amount);
}

/* Every amount that a formula reads: assets of 1,000, half of it equity, and what the year to date brought. */
static inline Report full_report(const char *id, int64_t revenue, int64_t operating_profit, int64_t net_income) {
  Report report = made_report(id);
  set_amount(&report, AMOUNT_total_assets, 1000);
  set_amount(&report, AMOUNT_current_assets, 400);
  set_amount(&report, AMOUNT_total_liabilities, 500);
  set_amount(&report, AMOUNT_current_liabilities, 250);
  set_amount(&report, AMOUNT_retained_earnings, 300);
  set_amount(&report, AMOUNT_total_equity, 500);
  set_amount(&report, AMOUNT_revenue, revenue);
  set_amount(&report, AMOUNT_operating_profit, operating_profit);
  set_amount(&report, AMOUNT_net_income, net_income);
  return report;
}

static inline void put(Reports *reports, Report report) { assert_int_equal(reports_put(reports, &report), STATUS_OK); }

static inline void put_full(Reports *reports, const char *id, int64_t revenue, int64_t profit, int64_t income) {
  put(reports, full_report(id, revenue, profit, income));
}

/* The same bits, or both absent. */
static inline bool same_number(double a, double b) { return (isnan(a) && isnan(b)) || a == b; }

#define assert_number(actual, wanted)                                                                                  \
  do {                                                                                                                 \
    double actual_number = (actual), wanted_number = (wanted);                                                         \
    if (!(fabs(actual_number - wanted_number) <= 1e-12 * fabs(wanted_number)))                                         \
      fail_msg("%s is %.17g, not %.17g", #actual, actual_number, wanted_number);                                       \
  } while (0)
#define assert_absent(actual)                                                                                          \
  do {                                                                                                                 \
    double actual_number = (actual);                                                                                   \
    if (!isnan(actual_number)) fail_msg("%s is %.17g, and should be absent", #actual, actual_number);                  \
  } while (0)

#endif
