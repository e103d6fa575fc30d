/* The reports of all companies in memory, and of one in its compact form. */
#include "../support/report_sample.h"

#include <closebell/company/company_book.h>
#include <closebell/company/report_blob.h>

#include <stdlib.h>

static Reports encode_and_decode(const Reports *reports) {
  uint8_t *blob;
  size_t size;
  Reports back = {0};
  Error err = {{0}};
  assert_int_equal(report_blob_encode(reports, &blob, &size, &err), STATUS_OK);
  if (report_blob_decode(blob, size, reports->ticker, &back, &err) != STATUS_OK) fail_msg("%s", err.text);
  free(blob);
  return back;
}

static void reports_come_back_as_they_were(void **state) {
  (void)state;
  Reports reports = sample_reports("005930", 3), back = encode_and_decode(&reports);
  assert_string_equal(back.ticker, "005930");
  assert_reports_equal(&reports, &back);
  reports_free(&reports);
  reports_free(&back);
}

static void a_company_without_reports_comes_back_too(void **state) {
  (void)state;
  Reports reports = {.ticker = "0126Z0"}, back = encode_and_decode(&reports);
  assert_int_equal(back.count, 0);
  assert_string_equal(back.ticker, "0126Z0");
  reports_free(&back);
}

static void amounts_of_any_size_come_back(void **state) {
  (void)state;
  Reports reports = {.ticker = "005930"};
  Report report = sample_report(2024, REPORT_ANNUAL, STATEMENT_OFS);
  report.has = (1u << REPORT_AMOUNT_COUNT) - 1;
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
    report.amounts[amount] = amount % 2 ? INT64_MIN : INT64_MAX;
  report.amounts[AMOUNT_total_assets] = -1; /* INT64_MIN + INT64_MAX */
  report.amounts[AMOUNT_total_liabilities] = INT64_MIN;
  report.amounts[AMOUNT_total_equity] = INT64_MAX;
  report.version = 99;
  memcpy(report.currency, "USD", 4);
  put_report(&reports, &report);
  Reports back = encode_and_decode(&reports);
  assert_reports_equal(&reports, &back);
  reports_free(&reports);
  reports_free(&back);
}

static void what_cannot_be_believed_is_not_encoded(void **state) {
  (void)state;
  uint8_t *blob = NULL;
  size_t size;
  Error err = {{0}};
  Reports reports = sample_reports("005930", 1);
  reports.items[1].amounts[AMOUNT_total_equity]++;
  assert_int_equal(report_blob_encode(&reports, &blob, &size, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "total_assets"));
  reports.items[1].amounts[AMOUNT_total_equity]--;
  Report first = reports.items[0];
  reports.items[0] = reports.items[1];
  reports.items[1] = first;
  assert_int_equal(report_blob_encode(&reports, &blob, &size, &err), STATUS_BAD_DATA);
  assert_null(blob);
  reports_free(&reports);
}

/* Of every byte changed, and of every length. */
static void a_damaged_blob_is_refused(void **state) {
  (void)state;
  uint8_t *blob;
  size_t size;
  Error err = {{0}};
  Reports reports = sample_reports("005930", 1), untouched = {.count = 42};
  assert_int_equal(report_blob_encode(&reports, &blob, &size, &err), STATUS_OK);
  for (size_t i = 0; i < size; i++) {
    blob[i] ^= 0x10;
    assert_int_equal(report_blob_decode(blob, size, "005930", &untouched, &err), STATUS_BAD_DATA);
    blob[i] ^= 0x10;
    assert_int_equal(report_blob_decode(blob, i, "005930", &untouched, &err), STATUS_BAD_DATA);
  }
  assert_int_equal(report_blob_decode(blob, size, "000660", &untouched, &err), STATUS_BAD_DATA);
  assert_int_equal(untouched.count, 42);
  blob[0] = 2;
  assert_int_equal(report_blob_decode(blob, size, "005930", &untouched, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "newer"));
  free(blob);
  reports_free(&reports);
}

static void a_book_keeps_companies_by_ticker(void **state) {
  (void)state;
  static const char *const TICKERS[] = {"035420", "005930", "0126Z0", "000660", "005930"};
  CompanyBook book = {0};
  for (size_t i = 0; i < sizeof TICKERS / sizeof TICKERS[0]; i++) {
    Reports *reports = company_book_open(&book, TICKERS[i]);
    assert_non_null(reports);
    Report report = sample_report(2020 + (int)i, REPORT_ANNUAL, STATEMENT_CFS);
    put_report(reports, &report);
  }
  assert_int_equal(book.count, 4);
  for (size_t i = 1; i < book.count; i++) assert_true(strcmp(book.items[i - 1].ticker, book.items[i].ticker) < 0);
  assert_int_equal(company_book_find(&book, "005930")->count, 2);
  assert_null(company_book_find(&book, "005935"));
  assert_null(company_book_find(&book, "999999"));
  assert_null(company_book_open(&book, "no code"));
  company_book_free(&book);
  assert_null(company_book_find(&book, "005930"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_come_back_as_they_were), cmocka_unit_test(a_company_without_reports_comes_back_too),
      cmocka_unit_test(amounts_of_any_size_come_back),  cmocka_unit_test(what_cannot_be_believed_is_not_encoded),
      cmocka_unit_test(a_damaged_blob_is_refused),      cmocka_unit_test(a_book_keeps_companies_by_ticker),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
