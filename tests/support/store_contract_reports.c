/* companies, financial_data, report_archive, report_work, and the batch of source_state. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/financial_data.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/report_work.h>
#include <closebell/store/source_state.h>

#include "report_sample.h"

static const char TICKER[] = "005930";

static void make(const Db *db) {
  Error err = {{0}};
  assert_ok(collections_create_section(db, "dart", &err));
  assert_ok(collections_create_chosen(db, DB_FINANCIAL, (const char *const[]){TICKER}, 1, &err));
}

static Reports read_all(const Db *db) {
  Error err = {{0}};
  Reports reports = {0};
  assert_ok(financial_data_read(db, TICKER, NULL, NULL, &reports, &err));
  return reports;
}

static StoredCounts append(const Db *db, const Reports *reports) {
  Error err = {{0}};
  StoredCounts counts = {0};
  assert_ok(financial_data_append(db, TICKER, reports->items, reports->count, &counts, &err));
  return counts;
}

static void reports_are_stored_once_and_come_back(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  make(db);
  Reports reports = sample_reports(TICKER, 1);
  assert_int_equal(append(db, &reports).inserted, reports.count);
  assert_int_equal(append(db, &reports).inserted, 0);
  assert_int_equal(append(db, &reports).replaced, 0);
  Reports read = read_all(&contract->other);
  assert_reports_equal(&reports, &read);
  reports_free(&read);
  reports_free(&reports);
}

/* What the contract says of a document, to the letter. */
static void a_document_has_the_fields_that_were_published(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  static const char ID[] = "2024-12-31:annual:CFS:20250321001003";
  char text[CONTRACT_FIELD_SIZE], id[REPORT_ID_SIZE];
  make(db);
  Reports reports = {.ticker = "005930"};
  Report report = sample_report(2024, REPORT_ANNUAL, STATEMENT_CFS);
  report.has &= ~(1u << AMOUNT_revenue);
  report.amounts[AMOUNT_revenue] = 0;
  put_report(&reports, &report);
  assert_string_equal(report_id(&report, id), ID);
  append(db, &reports);
  assert_string_equal(contract_field(db, DB_FINANCIAL, TICKER, ID, "filed", text), "\"2025-03-21\"");
  assert_string_equal(contract_field(db, DB_FINANCIAL, TICKER, ID, "origin", text), "\"live\"");
  assert_string_equal(contract_field(db, DB_FINANCIAL, TICKER, ID, "currency", text), "\"KRW\"");
  assert_string_equal(contract_field(db, DB_FINANCIAL, TICKER, ID, "revenue", text), "");
  assert_string_equal(contract_field(db, DB_FINANCIAL, TICKER, ID, "revenue_3m", text), "");
  assert_non_null(strstr(contract_field(db, DB_FINANCIAL, TICKER, ID, "first_seen_utc", text), "$date"));
  bson_t *document = contract_get(db, DB_FINANCIAL, TICKER, ID);
  bson_iter_t amount;
  assert_true(bson_iter_init_find(&amount, document, "total_assets") && BSON_ITER_HOLDS_INT64(&amount));
  bson_destroy(document);
  reports_free(&reports);
}

static Status count_one(void *context, const char *id, const char *what, Error *err) {
  (void)id, (void)what, (void)err;
  ++*(size_t *)context;
  return STATUS_OK;
}

static void a_document_that_is_damaged_is_told_of_and_put_right(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char id[REPORT_ID_SIZE];
  size_t told = 0;
  make(db);
  Reports reports = sample_reports(TICKER, 1), read = {0};
  append(db, &reports);
  contract_damage(db, DB_FINANCIAL, TICKER, report_id(&reports.items[0], id), "total_assets",
                  BCON_NEW("total_assets", BCON_INT64(1)));
  contract_damage(db, DB_FINANCIAL, TICKER, report_id(&reports.items[1], id), "origin", NULL);
  contract_damage(db, DB_FINANCIAL, TICKER, report_id(&reports.items[2], id), "filed",
                  BCON_NEW("filed", BCON_UTF8("2020-01-01")));
  assert_ok(financial_data_read(db, TICKER, count_one, &told, &read, &err));
  assert_int_equal(told, 3);
  assert_int_equal(read.count, reports.count - 3);
  reports_free(&read);
  assert_int_equal(append(db, &reports).replaced, 3);
  read = read_all(db);
  assert_reports_equal(&reports, &read);
  reports_free(&read);
  reports_free(&reports);
}

static void the_archive_is_read_whole_in_one_go(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  make(db);
  Reports two[] = {sample_reports("011170", 2), sample_reports("0126Z0", 1)}, one = {0};
  assert_ok(report_archive_write(db, two, 2, &err));
  assert_ok(report_archive_write(db, two, 1, &err)); /* beside one of its group, which stays */
  CompanyBook book = {0};
  long before = db->counters(db->self).round_trips;
  assert_ok(company_book_load(db, &book, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 1);
  assert_int_equal(book.count, 2);
  for (size_t i = 0; i < 2; i++) assert_reports_equal(&two[i], company_book_find(&book, two[i].ticker));
  company_book_free(&book);
  assert_ok(report_archive_find(db, "0126Z0", &one, &err));
  assert_reports_equal(&two[1], &one);
  reports_free(&one);
  assert_ok(report_archive_find(db, "000660", &one, &err));
  assert_int_equal(one.count, 0);
  for (size_t i = 0; i < 2; i++) reports_free(&two[i]);
}

static void a_damaged_archive_document_holds_no_other(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  size_t told = 0;
  make(db);
  Reports two[] = {sample_reports("035720", 1), sample_reports("000660", 1)}, one = {0};
  assert_ok(report_archive_write(db, two, 2, &err));
  contract_damage(db, DB_SYSTEM, "report_archive", "03", "companies", BCON_NEW("companies", BCON_INT64(7)));
  CompanyBook book = {0};
  assert_ok(company_book_read(db, count_one, &told, &book, &err));
  assert_int_equal(told, 1);
  assert_int_equal(book.damaged, 1);
  assert_int_equal(book.count, 1);
  assert_non_null(company_book_find(&book, "000660"));
  company_book_free(&book);
  assert_int_equal(report_archive_find(db, "035720", &one, &err), STATUS_BAD_DATA);
  assert_ok(report_archive_write(db, two, 1, &err));
  assert_ok(report_archive_find(db, "035720", &one, &err));
  assert_reports_equal(&two[0], &one);
  reports_free(&one);
  for (size_t i = 0; i < 2; i++) reports_free(&two[i]);
}

static Company company(const char *corp_code, const char *ticker, int fiscal_month) {
  Company made = {.market = MARKET_KOSDAQ, .name = "카카오", .modify_date = "20250101", .fiscal_month = fiscal_month};
  memcpy(made.corp_code, corp_code, CORP_CODE_SIZE);
  memcpy(made.ticker, ticker, strlen(ticker) + 1);
  return made;
}

static void companies_come_back_and_those_that_are_gone_go(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  make(db);
  Companies none = {0}, two = {0}, one = {0}, read = {0};
  const Company first = company("00126380", "005930", 12), second = company("00258801", "035720", 0);
  assert_int_equal(companies_put(&two, &first) | companies_put(&two, &second) | companies_put(&one, &second),
                   STATUS_OK);
  assert_ok(companies_store(db, &none, &two, &err));
  assert_ok(companies_read(&contract->other, NULL, NULL, &read, &err));
  assert_int_equal(read.count, 2);
  assert_string_equal(companies_of_ticker(&read, "035720")->name, "카카오");
  assert_int_equal(companies_find(&read, "00126380")->fiscal_month, 12);
  assert_string_equal(contract_field(db, DB_SYSTEM, "companies", "00258801", "fiscal_month", text), "");
  assert_ok(companies_store(db, &read, &one, &err));
  companies_free(&read);
  assert_ok(companies_read(db, NULL, NULL, &read, &err));
  assert_int_equal(read.count, 1);
  companies_free(&read);
  companies_free(&one);
  companies_free(&two);
}

static void how_far_the_work_has_come_is_remembered(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  ReportWork work, read;
  make(db);
  assert_ok(report_work_read(db, &work, &err));
  assert_int_equal(work.backfill.due, DAY_NONE);
  assert_int_equal(work.open_from, DAY_NONE);
  work.backfill = (ReportPass){.due = contract_day("2025-04-10"), .through = "005930"};
  work.check = (ReportPass){.due = contract_day("2025-04-01"), .is_done = true};
  work.oldest_year = 2022;
  assert_ok(report_work_write_backfill(db, &work, &err));
  assert_ok(report_work_write_check(db, &work, &err));
  assert_ok(report_work_open(db, contract_day("2025-03-12"), &err));
  assert_ok(report_work_read(&contract->other, &read, &err));
  assert_int_equal(read.backfill.due, work.backfill.due);
  assert_string_equal(read.backfill.through, "005930");
  assert_false(read.backfill.is_done);
  assert_true(read.check.is_done);
  assert_int_equal(read.oldest_year, 2022);
  assert_int_equal(read.open_from, contract_day("2025-03-12"));
  assert_ok(report_work_close(db, &err));
  assert_ok(report_work_close(db, &err));
  assert_ok(report_work_read(db, &read, &err));
  assert_int_equal(read.open_from, DAY_NONE);
}

static void a_batch_that_was_taken_outlives_what_else_is_written(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SourceState known;
  assert_ok(source_state_read(db, "dart", &known, &err));
  known.calls_date = contract_day("2025-04-10");
  known.calls = 3;
  assert_ok(source_state_count(db, "dart", &known, &err));
  assert_ok(source_state_write_batch(db, "dart", 25, &err));
  assert_ok(source_state_read(db, "dart", &known, &err));
  assert_int_equal(known.batch, 25);
  known.calls = 4;
  assert_ok(source_state_count(db, "dart", &known, &err));
  assert_ok(source_state_write(db, "dart", &known, &err));
  assert_ok(source_state_read(db, "dart", &known, &err));
  assert_int_equal(known.batch, 25);
  assert_int_equal(known.calls, 4);
}

const struct CMUnitTest *contract_report_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(reports_are_stored_once_and_come_back, contract_empty),
      cmocka_unit_test_setup(a_document_has_the_fields_that_were_published, contract_empty),
      cmocka_unit_test_setup(a_document_that_is_damaged_is_told_of_and_put_right, contract_empty),
      cmocka_unit_test_setup(the_archive_is_read_whole_in_one_go, contract_empty),
      cmocka_unit_test_setup(a_damaged_archive_document_holds_no_other, contract_empty),
      cmocka_unit_test_setup(companies_come_back_and_those_that_are_gone_go, contract_empty),
      cmocka_unit_test_setup(how_far_the_work_has_come_is_remembered, contract_empty),
      cmocka_unit_test_setup(a_batch_that_was_taken_outlives_what_else_is_written, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
