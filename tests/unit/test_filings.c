/* The names of filings, and which report of a fiscal year one is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/company/filings.h>

static Filing read(const char *name) {
  Filing filing = {0};
  filing_read_name(name, &filing);
  return filing;
}

static void a_name_says_kind_period_and_correction(void **state) {
  (void)state;
  static const struct {
    const char *published, *name;
    FilingKind kind;
    int year, month;
    bool corrected;
  } cases[] = {{"분기보고서 (2024.09)", "분기보고서 (2024.09)", FILING_QUARTER, 2024, 9, false},
               {"[기재정정]분기보고서 (2024.09)", "분기보고서 (2024.09)", FILING_QUARTER, 2024, 9, true},
               {"[첨부정정]사업보고서 (2024.12)", "사업보고서 (2024.12)", FILING_ANNUAL, 2024, 12, true},
               {"[첨부추가]사업보고서 (2024.12)", "사업보고서 (2024.12)", FILING_ANNUAL, 2024, 12, false},
               {"[첨부추가] [기재정정] 반기보고서 (2024.06) ", "반기보고서 (2024.06)", FILING_HALF, 2024, 6, true},
               {"특수관계인과의내부거래", "특수관계인과의내부거래", FILING_OTHER, 0, 0, false},
               {"수시공시의무관련사항(공정공시)", "수시공시의무관련사항(공정공시)", FILING_OTHER, 0, 0, false},
               {"사업보고서", "사업보고서", FILING_ANNUAL, 0, 0, false},
               {"사업보고서 (2024.13)", "사업보고서 (2024.13)", FILING_ANNUAL, 0, 0, false},
               {"사업보고서 (2024.1", "사업보고서 (2024.1", FILING_ANNUAL, 0, 0, false},
               {"기재정정 사업보고서", "기재정정 사업보고서", FILING_OTHER, 0, 0, false},
               {"[기재정정 사업보고서", "[기재정정 사업보고서", FILING_OTHER, 0, 0, false},
               {"[첨부추가]기재정정", "기재정정", FILING_OTHER, 0, 0, false},
               {"", "", FILING_OTHER, 0, 0, false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Filing filing = read(cases[i].published);
    assert_string_equal(filing.report_name, cases[i].name);
    assert_int_equal(filing.kind, cases[i].kind);
    assert_int_equal(filing.period_year, cases[i].year);
    assert_int_equal(filing.period_month, cases[i].month);
    assert_int_equal(filing.is_corrected, cases[i].corrected);
  }
}

static void a_long_name_is_cut_between_characters_and_read_whole(void **state) {
  (void)state;
  for (size_t before = 0; before < 3; before++) {
    char name[1024] = "분기보고서 xx";
    name[strlen(name) - before] = '\0';
    while (strlen(name) < 600) strcat(name, "가");
    strcat(name, " (2024.03)");
    Filing filing = read(name);
    assert_in_range(strlen(filing.report_name), FILING_NAME_SIZE - 4, FILING_NAME_SIZE - 1);
    assert_true(text_is_utf8(filing.report_name, strlen(filing.report_name)));
    assert_int_equal(filing.period_month, 3);
  }
}

static void which_report_it_is_depends_on_the_fiscal_month(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int fiscal_month;
    ReportKind kind;
  } cases[] = {{"분기보고서 (2024.03)", 12, REPORT_Q1},  {"분기보고서 (2024.09)", 12, REPORT_Q3},
               {"분기보고서 (2024.06)", 3, REPORT_Q1},   {"분기보고서 (2024.12)", 3, REPORT_Q3},
               {"분기보고서 (2024.09)", 6, REPORT_Q1},   {"분기보고서 (2025.03)", 6, REPORT_Q3},
               {"반기보고서 (2024.09)", 3, REPORT_HALF}, {"사업보고서 (2024.03)", 3, REPORT_ANNUAL},
               {"사업보고서", 0, REPORT_ANNUAL}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Filing filing = read(cases[i].name);
    ReportKind kind;
    assert_true(filing_report_kind(&filing, cases[i].fiscal_month, &kind));
    assert_int_equal(kind, cases[i].kind);
  }
}

static void a_quarter_that_does_not_fit_is_none(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int fiscal_month;
  } cases[] = {{"분기보고서 (2024.06)", 12}, {"분기보고서 (2024.12)", 12}, {"분기보고서 (2024.04)", 12},
               {"분기보고서 (2024.09)", 0},  {"분기보고서", 12},           {"주요사항보고서(유상증자결정)", 12}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Filing filing = read(cases[i].name);
    ReportKind kind;
    assert_false(filing_report_kind(&filing, cases[i].fiscal_month, &kind));
  }
}

static void a_corp_code_is_eight_digits(void **state) {
  (void)state;
  assert_true(corp_code_is_valid("00126380"));
  static const char *const bad[] = {"", "126380", "001263800", "0012638A", "0012638 ", "-0126380"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(corp_code_is_valid(bad[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_says_kind_period_and_correction),
      cmocka_unit_test(a_long_name_is_cut_between_characters_and_read_whole),
      cmocka_unit_test(which_report_it_is_depends_on_the_fiscal_month),
      cmocka_unit_test(a_quarter_that_does_not_fit_is_none),
      cmocka_unit_test(a_corp_code_is_eight_digits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
