/* Random companies: what was filed later, the order of the reports and the unit of their amounts change nothing. */
#include "made_report.h"

#include <closebell/base/random.h>
#include <closebell/company/fundamentals.h>

enum { SEEDS = 300, YEARS = 6, FIRST_YEAR = 2019, REPORTS_MOST = 200, SESSIONS = 12 };

static uint64_t seed;
static Random chance;

static int64_t any(int64_t below) { return (int64_t)(random_next(&chance) % (uint64_t)below); }

/* ---- a company by chance ---- */

static Day month_end(int year, int month) {
  Day day = DAY_NONE;
  assert_true(day_from_ymd(month == 12 ? year + 1 : year, month % 12 + 1, 1, &day));
  return day - 1;
}

static void set_rcept_no(Report *report, Day filed) {
  char text[DAY_TEXT_SIZE];
  snprintf(report->rcept_no, sizeof report->rcept_no, "%s%06d", day_format_compact(filed, text), (int)any(3));
}

static Report random_report(Day end, ReportKind kind, Statement statement) {
  Report report = {.period_end = end, .kind = kind, .statement = statement, .version = any(9) == 0 ? 2 : 1};
  set_rcept_no(&report, end + 30 + (Day)any(any(5) == 0 ? 700 : 70));
  snprintf(report.currency, sizeof report.currency, "%s", any(30) == 0 ? "USD" : "KRW");
  bool is_bank = any(20) == 0;
  for (int i = 0; i < REPORT_AMOUNT_COUNT; i++) {
    if (any(40) == 0 || (is_bank && i == AMOUNT_current_assets)) continue;
    int64_t value = any(1000000000000);
    bool may_be_negative = i >= AMOUNT_retained_earnings;
    set_amount(&report, (ReportAmount)i, may_be_negative && any(5) == 0 ? -value : value);
  }
  return report;
}

/* Every report of some years in a random selection, some of them corrected, in a random order of filing. */
static size_t random_company(Report *ret_reports) {
  size_t count = 0;
  int fiscal_month = any(4) == 0 ? 3 : 12;
  for (int year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++)
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
      int month = (fiscal_month + report_months((ReportKind)kind) - 1) % 12 + 1;
      for (int statement = 0; statement < STATEMENT_COUNT; statement++)
        for (int64_t copies = any(12) == 0 ? 0 : any(8) == 0 ? 2 : 1; copies > 0 && count < REPORTS_MOST; copies--)
          ret_reports[count++] = random_report(month_end(year, month), (ReportKind)kind, (Statement)statement);
    }
  return count;
}

static Day random_session(void) { return month_end(FIRST_YEAR, 6) + (Day)any(365 * YEARS); }

/* ---- the same ---- */

static bool same_report(const Report *a, const Report *b) { return a && b ? report_compare(a, b) == 0 : a == b; }

#define SAME(member) same_number(a->member, b->member)
static bool same_ratios(const Fundamentals *a, const Fundamentals *b) {
  return SAME(roe) && SAME(roa) && SAME(operating_margin) && SAME(debt_ratio) && SAME(current_ratio) &&
         SAME(revenue_growth) && SAME(operating_profit_growth) && SAME(z_score) && SAME(operating_return) &&
         SAME(roa_change) && SAME(equity_to_assets) && a->has_worst_roe == b->has_worst_roe &&
         a->is_financial == b->is_financial && a->is_won == b->is_won && same_report(a->newest, b->newest);
}

static bool same_amounts(const Fundamentals *a, const Fundamentals *b) {
  return SAME(ttm_net_income) && SAME(ttm_revenue) && SAME(ttm_operating_profit) && SAME(total_equity);
}
#undef SAME

static void assert_same(const Fundamentals *a, const Fundamentals *b, const char *what) {
  if (!same_ratios(a, b) || !same_amounts(a, b)) fail_msg("seed %llu: %s", (unsigned long long)seed, what);
}

/* ---- properties ---- */

static size_t start_company(uint64_t number, Report *ret_reports) {
  static uint64_t state;
  seed = state = number;
  chance = random_seeded(&state);
  return random_company(ret_reports);
}

static Reports reports_filed_before(const Report *items, size_t count, Day session) {
  Reports reports = {0};
  for (size_t i = 0; i < count; i++)
    if (report_filed(&items[i]) < session) put(&reports, items[i]);
  return reports;
}

static void what_was_filed_on_the_session_or_later_changes_nothing(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  size_t known_something = 0;
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports all = reports_filed_before(items, count, INT32_MAX);
    for (int i = 0; i < SESSIONS; i++) {
      Day session = random_session();
      Reports before = reports_filed_before(items, count, session);
      Fundamentals with = fundamentals_of(&all, session), without = fundamentals_of(&before, session);
      assert_same(&with, &without, "a later report was looked at");
      Fundamentals later = fundamentals_of(&before, month_end(2030, 1));
      assert_same(&with, &later, "a report filed before did not count");
      known_something += isnan(with.roe) ? 0 : 1;
      reports_free(&before);
    }
    reports_free(&all);
  }
  assert_true(known_something > SEEDS);
}

static void the_day_of_filing_itself_is_too_early(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  size_t changed = 0;
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports all = reports_filed_before(items, count, INT32_MAX);
    for (size_t i = 0; i < count; i++) {
      Day filed = report_filed(&items[i]);
      Reports before = reports_filed_before(items, count, filed);
      Fundamentals on = fundamentals_of(&all, filed), without = fundamentals_of(&before, filed);
      assert_same(&on, &without, "a report counted on the day it was filed");
      Fundamentals next = fundamentals_of(&all, filed + 1);
      changed += same_ratios(&on, &next) ? 0 : 1;
      reports_free(&before);
    }
    reports_free(&all);
  }
  assert_true(changed > SEEDS); /* so the day after is not the same: one day of looking ahead would be seen */
}

static void between_two_changes_nothing_changes(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports all = reports_filed_before(items, count, INT32_MAX);
    for (Day change, day = month_end(FIRST_YEAR, 1); day != DAY_NONE; day = change) {
      change = fundamentals_change(&all, day);
      assert_true(change == DAY_NONE || change > day);
      Day last = change == DAY_NONE ? month_end(2035, 1) : change - 1;
      Fundamentals first_day = fundamentals_of(&all, day), last_day = fundamentals_of(&all, last);
      assert_same(&first_day, &last_day, "a change was not named");
    }
    reports_free(&all);
  }
}

static void the_order_in_which_reports_came_changes_nothing(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports forward = reports_filed_before(items, count, INT32_MAX), shuffled = {0};
    for (size_t left = forward.count; left > 0; left--) { /* forward has each _id once */
      size_t at = (size_t)any((int64_t)left);
      put(&shuffled, forward.items[at]);
      Report taken = forward.items[at];
      forward.items[at] = forward.items[left - 1];
      forward.items[left - 1] = taken;
    }
    Reports again = {0};
    for (size_t i = 0; i < forward.count; i++) put(&again, forward.items[i]);
    for (int i = 0; i < SESSIONS; i++) {
      Day session = random_session();
      Fundamentals a = fundamentals_of(&again, session), b = fundamentals_of(&shuffled, session);
      assert_same(&a, &b, "the order of the reports was looked at");
    }
    reports_free(&forward);
    reports_free(&shuffled);
    reports_free(&again);
  }
}

static Reports in_units_of(const Report *items, size_t count, int64_t unit) {
  Reports reports = {0};
  for (size_t i = 0; i < count; i++) {
    Report report = items[i];
    for (int k = 0; k < REPORT_AMOUNT_COUNT; k++) report.amounts[k] *= unit;
    put(&reports, report);
  }
  return reports;
}

static void thousands_instead_of_won_change_no_ratio(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports thousands = in_units_of(items, count, 1), won = in_units_of(items, count, 1000);
    for (int i = 0; i < SESSIONS; i++) {
      Day session = random_session();
      Fundamentals a = fundamentals_of(&thousands, session), b = fundamentals_of(&won, session);
      if (!same_ratios(&a, &b)) fail_msg("seed %llu: the unit was looked at", (unsigned long long)seed);
      assert_true(same_number(1000 * a.ttm_net_income, b.ttm_net_income));
      Valuation of_thousands = valuation_of(&a, session, 31415926535, 1000),
                of_won = valuation_of(&b, session, 31415926535000, 1000);
      assert_true(same_number(of_thousands.per, of_won.per));
      assert_true(same_number(of_thousands.book_yield, of_won.book_yield));
    }
    reports_free(&thousands);
    reports_free(&won);
  }
}

static void more_net_income_never_lowers_a_return(void **state) {
  (void)state;
  static Report items[REPORTS_MOST];
  for (uint64_t number = 1; number <= SEEDS; number++) {
    size_t count = start_company(number, items);
    Reports reports = reports_filed_before(items, count, INT32_MAX);
    Day session = month_end(2030, 1);
    Fundamentals before = fundamentals_of(&reports, session);
    Report more = *before.newest;
    if (report_has(&more, AMOUNT_net_income)) more.amounts[AMOUNT_net_income] += 1 + any(1000000000);
    put(&reports, more);
    Fundamentals after = fundamentals_of(&reports, session);
    assert_true(isnan(before.roe) ? isnan(after.roe) : after.roe >= before.roe);
    assert_true(isnan(before.roa) ? isnan(after.roa) : after.roa >= before.roa);
    assert_true(isnan(before.roa_change) ? isnan(after.roa_change) : after.roa_change >= before.roa_change);
    reports_free(&reports);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_filed_on_the_session_or_later_changes_nothing),
      cmocka_unit_test(the_day_of_filing_itself_is_too_early),
      cmocka_unit_test(between_two_changes_nothing_changes),
      cmocka_unit_test(the_order_in_which_reports_came_changes_nothing),
      cmocka_unit_test(thousands_instead_of_won_change_no_ratio),
      cmocka_unit_test(more_net_income_never_lowers_a_return),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
