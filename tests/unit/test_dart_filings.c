/* Lists of filings, and profiles of companies. */
#include "dart_body.h"

static const char ASKED[] = "A:Y:20240101:20240331:1", SAMSUNG[] = "00126380";

/* ---- filings ---- */

static void a_recorded_page_is_read(void **state) {
  (void)state;
  /* It was asked with two rows a page. */
  Answer answer = dart_read(&DART_FILINGS, ASKED, dart_recorded("list_samsung"));
  dart_assert(&answer, ANSWER_ROWS, "");
  const FilingPage *page = answer_items(&answer, &PAYLOAD_FILING_PAGE);
  assert_int_equal(page->page, 1);
  assert_int_equal(page->pages, 8);
  assert_int_equal(page->total, 15);
  assert_int_equal(page->count, 2);
  const Filing *filing = &page->items[1];
  assert_string_equal(filing->corp_code, SAMSUNG);
  assert_string_equal(filing->ticker, "005930");
  assert_int_equal(filing->corp_cls, 'Y');
  assert_string_equal(filing->rcept_no, "20240131800110");
  assert_string_equal(day_text(filing->filed).text, "2024-01-31");
  assert_string_equal(filing->report_name, "수시공시의무관련사항(공정공시)");
  assert_int_equal(filing->kind, FILING_OTHER);
  assert_false(filing->is_corrected || filing->is_withdrawn);
  free(answer.payload);
}

#define PAGE(numbers, rows) "{\"status\":\"000\",\"message\":\"정상\"," numbers ",\"list\":[" rows "]}"
#define ONE_PAGE "\"page_no\":\"1\",\"page_count\":\"100\",\"total_count\":\"1\",\"total_page\":\"1\""
#define FILING(name, rm)                                                                                                   \
  "{\"corp_code\":\"00126380\",\"corp_name\":\"삼성전자\",\"stock_code\":\"005930\",\"corp_cls\":\"Y\",\"report_nm\":" \
  "\"" name "\",\"rcept_no\":\"20241120000123\",\"flr_nm\":\"삼성전자\",\"rcept_dt\":\"20241120\",\"rm\":\"" rm "\"}"

static void corrections_and_withdrawals_are_told(void **state) {
  (void)state;
  static const struct {
    const char *body;
    bool corrected, withdrawn;
  } cases[] = {{PAGE(ONE_PAGE, FILING("[기재정정]분기보고서 (2024.09)", "정연")), true, false},
               {PAGE(ONE_PAGE, FILING("분기보고서 (2024.09)", "정연")), false, false},
               {PAGE(ONE_PAGE, FILING("분기보고서 (2024.09)", "연철")), false, true},
               {PAGE(ONE_PAGE, FILING("분기보고서 (2024.09)", "")), false, false}};
  for (size_t i = 0; i < 4; i++) {
    Answer answer = dart_read(&DART_FILINGS, ASKED, cases[i].body);
    dart_assert(&answer, ANSWER_ROWS, "");
    const Filing *filing = &((const FilingPage *)answer.payload)->items[0];
    assert_int_equal(filing->is_corrected, cases[i].corrected);
    assert_int_equal(filing->is_withdrawn, cases[i].withdrawn);
    assert_int_equal(filing->kind, FILING_QUARTER);
    assert_int_equal(filing->period_year, 2024);
    free(answer.payload);
  }
}

static void a_page_that_lacks_rows_is_broken(void **state) {
  (void)state;
  static const char body[] = PAGE(ONE_PAGE, FILING("사업보고서 (2024.12)", ""));
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {{"\"total_count\":\"1\"", "\"total_count\":\"2\"", "1 rows|2"},
               {"\"total_count\":\"1\"", "\"total_count\":101", "1 rows|100"},
               {"\"page_no\":\"1\"", "\"page_no\":\"2\"", "page"},
               {"\"page_no\":\"1\"", "\"page_no\":null", "page_no"},
               {"\"page_count\":\"100\"", "\"page_count\":\"101\"", "page_count"},
               {"\"total_page\":\"1\"", "\"total_page\":\"many\"", "total_page"},
               {"\"total_page\":\"1\"", "\"total_page\":99999999999", "total_page"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = dart_read(&DART_FILINGS, ASKED, text_with(body, 1, cases[i].from, cases[i].to));
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

static void the_last_page_has_what_is_left(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_FILINGS, "A:Y:20240101:20240331:3",
                            PAGE("\"page_no\":3,\"page_count\":100,\"total_count\":201,\"total_page\":3",
                                 FILING("사업보고서 (2024.12)", "")));
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(((const FilingPage *)answer.payload)->page, 3);
  free(answer.payload);
}

static void a_filing_that_cannot_be_believed_is_named(void **state) {
  (void)state;
  static const char body[] = PAGE(ONE_PAGE, FILING("사업보고서 (2024.12)", ""));
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {{"\"corp_code\":\"00126380\"", "\"corp_code\":\"126380\"", "row 1|corp_code"},
               {"\"corp_code\":\"00126380\"", "\"corp_code\":126380", "row 1|corp_code"},
               {"\"stock_code\":\"005930\"", "\"stock_code\":\"5930\"", "row 1|stock_code"},
               {"\"stock_code\":\"005930\"", "\"stock_code\":5930", "row 1|stock_code"},
               {"\"corp_cls\":\"Y\"", "\"corp_cls\":\"YK\"", "row 1|corp_cls"},
               {"\"corp_cls\":\"Y\"", "\"corp_cls\":\"\"", "row 1|corp_cls"},
               {"\"20241120000123\"", "\"20241320000123\"", "row 1|rcept_no"},
               {"\"20241120000123\"", "\"2024112000012\"", "row 1|rcept_no"},
               {"\"report_nm\":", "\"other\":", "row 1|report_nm"},
               {"\"rm\":\"\"", "\"rm\":[]", "row 1|rm"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = dart_read(&DART_FILINGS, ASKED, text_with(body, 1, cases[i].from, cases[i].to));
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

static void a_company_without_a_stock_code_files_too(void **state) {
  (void)state;
  static const char body[] = PAGE(ONE_PAGE, FILING("사업보고서 (2024.12)", ""));
  static const char *const none[] = {"\"stock_code\":\"\"", "\"stock_code\":\" \"", "\"stock_code\":null"};
  for (size_t i = 0; i < 3; i++) {
    Answer answer = dart_read(&DART_FILINGS, ASKED, text_with(body, 1, "\"stock_code\":\"005930\"", none[i]));
    dart_assert(&answer, ANSWER_ROWS, "");
    assert_string_equal(((const FilingPage *)answer.payload)->items[0].ticker, "");
    free(answer.payload);
  }
}

/* ---- profiles ---- */

static void a_recorded_profile_is_read(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_COMPANY, SAMSUNG, dart_recorded("company_samsung"));
  dart_assert(&answer, ANSWER_ROWS, "");
  const CompanyProfile *profile = answer_items(&answer, &PAYLOAD_COMPANY_PROFILE);
  assert_int_equal(answer.count, 1);
  assert_string_equal(profile->corp_code, SAMSUNG);
  assert_string_equal(profile->ticker, "005930");
  assert_string_equal(profile->name, "삼성전자(주)");
  assert_int_equal(profile->corp_cls, 'Y');
  assert_int_equal(profile->fiscal_month, 12);
  free(answer.payload);
}

static void a_fiscal_month_may_be_unknown(void **state) {
  (void)state;
  static const char *const none[] = {"\"acc_mt\": \"\"", "\"acc_mt\": \" \"", "\"acc_mt\": \"-\"", "\"acc_mt\": null",
                                     "\"other\": \"12\""};
  const char *recorded = dart_recorded("company_samsung");
  for (size_t i = 0; i < 5; i++) {
    Answer answer = dart_read(&DART_COMPANY, SAMSUNG, text_with(recorded, 1, "\"acc_mt\": \"12\"", none[i]));
    dart_assert(&answer, ANSWER_ROWS, "");
    assert_int_equal(((const CompanyProfile *)answer.payload)->fiscal_month, 0);
    free(answer.payload);
  }
}

static void a_profile_that_cannot_be_believed_is_broken(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {{"\"00126380\"", "\"00164742\"", "corp_code"},
               {"\"corp_code\": \"00126380\"", "\"corp_code\": 126380", "corp_code"},
               {"\"corp_name\": \"삼성전자(주)\"", "\"corp_name\": \"\"", "corp_name"},
               {"\"stock_code\": \"005930\"", "\"stock_code\": \"0059301\"", "stock_code"},
               {"\"corp_cls\": \"Y\"", "\"corp_cls\": \"X\"", "corp_cls"},
               {"\"acc_mt\": \"12\"", "\"acc_mt\": \"13\"", "acc_mt"},
               {"\"acc_mt\": \"12\"", "\"acc_mt\": \"0\"", "acc_mt"},
               {"\"acc_mt\": \"12\"", "\"acc_mt\": \"Dec\"", "acc_mt"},
               {"\"acc_mt\": \"12\"", "\"acc_mt\": 12", "acc_mt"}};
  const char *recorded = dart_recorded("company_samsung");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = dart_read(&DART_COMPANY, SAMSUNG, text_with(recorded, 1, cases[i].from, cases[i].to));
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_recorded_page_is_read),
      cmocka_unit_test(corrections_and_withdrawals_are_told),
      cmocka_unit_test(a_page_that_lacks_rows_is_broken),
      cmocka_unit_test(the_last_page_has_what_is_left),
      cmocka_unit_test(a_filing_that_cannot_be_believed_is_named),
      cmocka_unit_test(a_company_without_a_stock_code_files_too),
      cmocka_unit_test(a_recorded_profile_is_read),
      cmocka_unit_test(a_fiscal_month_may_be_unknown),
      cmocka_unit_test(a_profile_that_cannot_be_believed_is_broken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
