/* dividend_data, dividend_archive, and what report_work has of dividends. */
#include "store_contract_internal.h"

#include <math.h>
#include <stdlib.h>

#include <closebell/base/text.h>
#include <closebell/store/collections.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>
#include <closebell/store/report_work.h>

static const char TICKER[] = "005930", COMMON[] = "2024-12-31:annual:common:20250311001085",
                  PREFERRED[] = "2024-12-31:annual:preferred:20250311001085",
                  SECOND[] = "2024-12-31:annual:common:20250311001085:2";

static void make(const Db *db) {
  Error err = {{0}};
  assert_ok(collections_create_section(db, "dart", &err));
  assert_ok(collections_create_chosen(db, DB_DIVIDEND, (const char *const[]){TICKER}, 1, &err));
}

static void put(Dividends *dividends, const char *id, double dps) {
  Dividend dividend = {.dps = dps,
                       .payout_percent = 29.2,
                       .yield_percent = NAN,
                       .has_total = dps > 0,
                       .total = dps > 0 ? INT64_C(9810767000000) : 0,
                       .is_live = dps > 0,
                       .first_seen_utc = 1741651200000};
  assert_true(dividend_id_parse(id, &dividend));
  assert_int_equal(dividends_put(dividends, &dividend), STATUS_OK);
}

static Dividends sample(const char *ticker) {
  Dividends dividends = {0};
  const DividendAsked asked = {2024, 12, "20250311001085", 20158};
  assert_true(text_copy(dividends.ticker, sizeof dividends.ticker, ticker));
  put(&dividends, COMMON, 1446.5);
  put(&dividends, PREFERRED, NAN);
  put(&dividends, SECOND, 0);
  assert_int_equal(dividends_note_asked(&dividends, &asked), STATUS_OK);
  return dividends;
}

static StoredCounts append(const Db *db, const Dividends *dividends) {
  Error err = {{0}};
  StoredCounts counts = {0};
  assert_ok(dividend_data_append(db, TICKER, dividends->items, dividends->count, &counts, &err));
  return counts;
}

static void assert_equal(const Dividends *a, const Dividends *b) {
  assert_int_equal(a->count, b->count);
  for (size_t i = 0; i < a->count; i++) {
    assert_int_equal(dividend_compare(&a->items[i], &b->items[i]), 0);
    assert_true(dividend_same_values(&a->items[i], &b->items[i]));
    assert_int_equal(a->items[i].is_live, b->items[i].is_live);
    assert_true(a->items[i].first_seen_utc == b->items[i].first_seen_utc);
  }
}

static void dividends_are_stored_once_as_they_were_published(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  make(db);
  Dividends dividends = sample(TICKER), read = {0};
  assert_int_equal(append(db, &dividends).inserted, 3);
  assert_int_equal(append(db, &dividends).inserted, 0);
  assert_int_equal(append(db, &dividends).replaced, 0);
  assert_ok(dividend_data_read(&contract->other, TICKER, NULL, NULL, &read, &err));
  assert_equal(&read, &dividends);
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, COMMON, "filed", text), "\"2025-03-11\"");
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, COMMON, "origin", text), "\"live\"");
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, COMMON, "yield_percent", text), "");
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, PREFERRED, "dps", text), "");
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, PREFERRED, "total", text), "");
  assert_string_equal(contract_field(db, DB_DIVIDEND, TICKER, PREFERRED, "origin", text), "\"backfill\"");
  bson_t *document = contract_get(db, DB_DIVIDEND, TICKER, SECOND);
  bson_iter_t at;
  assert_true(bson_iter_init_find(&at, document, "dps") && BSON_ITER_HOLDS_DOUBLE(&at));
  bson_destroy(document);
  document = contract_get(db, DB_DIVIDEND, TICKER, COMMON);
  assert_true(bson_iter_init_find(&at, document, "total") && BSON_ITER_HOLDS_INT64(&at));
  bson_destroy(document);
  dividends_free(&read);
  dividends_free(&dividends);
}

static Status count_one(void *context, const char *id, const char *what, Error *err) {
  (void)id, (void)what, (void)err;
  ++*(size_t *)context;
  return STATUS_OK;
}

static void a_damaged_dividend_is_told_of_and_put_right(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  size_t told = 0;
  make(db);
  Dividends dividends = sample(TICKER), read = {0};
  append(db, &dividends);
  contract_damage(db, DB_DIVIDEND, TICKER, COMMON, "filed", BCON_NEW("filed", BCON_UTF8("2020-01-01")));
  contract_damage(db, DB_DIVIDEND, TICKER, PREFERRED, "origin", NULL);
  contract_damage(db, DB_DIVIDEND, TICKER, SECOND, "dps", BCON_NEW("dps", BCON_UTF8("1,446")));
  assert_ok(dividend_data_read(db, TICKER, count_one, &told, &read, &err));
  assert_true(told == 3 && read.count == 0);
  dividends_free(&read);
  assert_int_equal(append(db, &dividends).replaced, 3);
  assert_ok(dividend_data_read(db, TICKER, NULL, NULL, &read, &err));
  assert_equal(&read, &dividends);
  dividends_free(&read);
  dividends_free(&dividends);
}

static void the_archive_of_dividends_comes_back_and_a_damaged_one_holds_no_other(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  size_t told = 0;
  make(db);
  Dividends first = sample(TICKER), second = sample("035720"), one = {0};
  DividendBook book = {0};
  const Dividends *const both[] = {&first, &second};
  assert_ok(dividend_archive_write(db, both, 2, &err));
  assert_ok(dividend_archive_write(db, both, 1, &err));
  assert_ok(dividend_archive_write(db, both, 0, &err));
  assert_ok(dividend_book_read(&contract->other, count_one, &told, &book, &err));
  assert_true(told == 0 && book.count == 2);
  assert_equal(dividend_book_find(&book, TICKER), &first);
  assert_int_equal(dividends_asked(dividend_book_find(&book, "035720"), 2024, 12)->day, 20158);
  dividend_book_free(&book);
  contract_damage(db, DB_SYSTEM, "dividend_archive", TICKER, "dividends", BCON_NEW("dividends", BCON_INT64(2)));
  assert_ok(dividend_book_read(db, count_one, &told, &book, &err));
  assert_true(told == 1 && book.count == 1);
  dividend_book_free(&book);
  assert_int_equal(dividend_archive_find(db, TICKER, &one, &err), STATUS_BAD_DATA);
  assert_ok(dividend_archive_find(db, "035720", &one, &err));
  assert_equal(&one, &second);
  dividends_free(&one);
  assert_ok(dividend_archive_find(db, "000660", &one, &err));
  assert_int_equal(one.count, 0);
  dividends_free(&first);
  dividends_free(&second);
}

static void what_is_open_and_what_was_listed_is_remembered(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Day from = 0;
  ReportWork work;
  ListedReports list = {0};
  static const ListedReport listed[] = {{"005930", 2024, 12, "20250311001085"}, {"0126Z0", 2024, 3, "20240611001085"}};
  make(db);
  assert_ok(report_work_read_dividends(db, &from, &err));
  assert_int_equal(from, DAY_NONE);
  assert_ok(report_work_open_dividends(db, contract_day("2025-03-12"), &err));
  assert_ok(listed_reports_write(db, listed, 2, &err));
  assert_ok(listed_reports_write(db, listed, 1, &err));
  assert_ok(listed_reports_write(db, listed, 0, &err));
  assert_ok(report_work_read_dividends(&contract->other, &from, &err));
  assert_int_equal(from, contract_day("2025-03-12"));
  assert_ok(listed_reports_read(&contract->other, &list, &err));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.items[0].ticker, "0126Z0");
  assert_true(list.items[1].year == 2024 && list.items[1].month == 12);
  assert_string_equal(list.items[1].rcept_no, "20250311001085");
  listed_reports_free(&list);
  assert_ok(report_work_read(db, &work, &err)); /* the reports' own are not touched */
  assert_int_equal(work.open_from, DAY_NONE);
  assert_ok(report_work_close_dividends(db, &err));
  assert_ok(listed_report_remove(db, "20250311001085", &err));
  assert_ok(report_work_read_dividends(db, &from, &err));
  assert_int_equal(from, DAY_NONE);
  assert_ok(listed_reports_read(db, &list, &err));
  assert_int_equal(list.count, 1);
  listed_reports_free(&list);
}

const struct CMUnitTest *contract_dividend_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(dividends_are_stored_once_as_they_were_published, contract_empty),
      cmocka_unit_test_setup(a_damaged_dividend_is_told_of_and_put_right, contract_empty),
      cmocka_unit_test_setup(the_archive_of_dividends_comes_back_and_a_damaged_one_holds_no_other, contract_empty),
      cmocka_unit_test_setup(what_is_open_and_what_was_listed_is_remembered, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
