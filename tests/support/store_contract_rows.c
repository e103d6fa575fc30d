/* The contract of stock_data, and of the collections that a stock has. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/collections.h>
#include <closebell/store/stock_data.h>

enum { ROWS = 130 };

static StockRow make_row(int64_t n) {
  return (StockRow){.ticker = "005930",
                    .open = 100 + n,
                    .high = 110 + n,
                    .low = 90 + n,
                    .close = 105 + n,
                    .change = -n,
                    .volume = 1000 * n,
                    .value = 100000 * n,
                    .market_cap = INT64_MAX - n,
                    .listed_shares = 5969782550};
}

/* ROWS of them, on consecutive days from 2024-01-02. */
static void make_rows(StockRow rows[ROWS], DatedRow dated[ROWS]) {
  for (int i = 0; i < ROWS; i++) {
    rows[i] = make_row(i);
    dated[i] = (DatedRow){.date = contract_day("2024-01-02") + i, .row = &rows[i]};
  }
}

static void rows_are_appended_and_read_back(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow rows[ROWS];
  DatedRow dated[ROWS];
  make_rows(rows, dated);
  StoredCounts counts = {.stored = 0, .replaced = 99};
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  assert_int_equal(counts.stored, ROWS);
  assert_int_equal(counts.replaced, 0);
  StoredRows read = {0};
  assert_ok(stock_data_load(db, "005930", DAYS_ALL, &read, &err));
  assert_int_equal(read.count, ROWS);
  for (int i = 0; i < ROWS; i++) {
    assert_int_equal(read.items[i].date, dated[i].date);
    assert_true(row_equal(&read.items[i].row, &rows[i]));
  }
  stored_rows_free(&read);
  assert_ok(stock_data_load(db, "005930", (DayRange){dated[3].date, dated[5].date}, &read, &err));
  assert_int_equal(read.count, 3);
  assert_true(row_equal(&read.items[0].row, &rows[3]));
  assert_int_equal(read.strangers, 0);
  stored_rows_free(&read);
}

static void rows_that_are_there_already_count_only_when_they_are_equal(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow rows[ROWS];
  DatedRow dated[ROWS];
  make_rows(rows, dated);
  StoredCounts counts = {.stored = 0, .replaced = 99};
  assert_ok(stock_data_store(db, "005930", dated, ROWS / 2, &counts, &err));
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  assert_int_equal(counts.stored, ROWS);
  assert_int_equal(counts.replaced, 0);
  assert_int_equal(contract_count(db, DB_STOCK, "005930"), ROWS);
}

static void a_stored_row_that_differs_is_overwritten_and_counted(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow rows[ROWS];
  DatedRow dated[ROWS];
  make_rows(rows, dated);
  StoredCounts counts = {0};
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  contract_damage(db, DB_STOCK, "005930", "2024-01-02", "close", BCON_NEW("close", BCON_INT64(1)));
  contract_damage(db, DB_STOCK, "005930", "2024-01-03", "volume", NULL);
  contract_damage(db, DB_STOCK, "005930", "2024-01-04", "low", BCON_NEW("low", BCON_UTF8("92")));
  assert_ok(db->delete_one(db->self, DB_STOCK, "005930", "2024-01-05", &err));
  StoredRows read = {0};
  assert_ok(stock_data_load(db, "005930", DAYS_ALL, &read, &err));
  assert_int_equal(read.count, ROWS - 1);
  assert_true(read.items[0].readable && !read.items[1].readable && !read.items[2].readable && read.items[3].readable);
  assert_int_equal(read.items[2].date, dated[2].date);
  assert_int_equal(read.items[0].row.close, 1);
  stored_rows_free(&read);
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  assert_int_equal(counts.stored, ROWS);
  assert_int_equal(counts.replaced, 3);
  assert_ok(stock_data_load(db, "005930", DAYS_ALL, &read, &err));
  assert_int_equal(read.count, ROWS);
  for (int i = 0; i < ROWS; i++) assert_true(row_equal(&read.items[i].row, &rows[i]));
  stored_rows_free(&read);
}

static void a_row_that_is_deleted_goes_alone(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow rows[ROWS];
  DatedRow dated[ROWS];
  make_rows(rows, dated);
  StoredCounts counts = {0};
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  for (int i = 0; i < 2; i++) assert_ok(stock_data_delete(db, "005930", dated[4].date, &err));
  assert_int_equal(stock_data_delete(db, "no ticker", dated[4].date, &err), STATUS_INTERNAL);
  StoredRows read = {0};
  assert_ok(stock_data_load(db, "005930", DAYS_ALL, &read, &err));
  assert_int_equal(read.count, ROWS - 1);
  assert_int_equal(read.items[4].date, dated[5].date);
  stored_rows_free(&read);
}

static void take_ticker(void *context, const char *ticker) {
  char(*names)[16] = context;
  int at = names[0][0] != 0;
  assert_true(names[1][0] == 0);
  snprintf(names[at], sizeof names[at], "%s", ticker);
}

static void only_collections_of_tickers_are_listed_in_their_order(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char names[2][16] = {{0}};
  const char *const created[] = {"0126Z0", "no_ticker", "005930"};
  for (size_t i = 0; i < 3; i++) assert_ok(db->create_collection(db->self, DB_STOCK, created[i], &err));
  assert_ok(collections_list_tickers(db, DB_STOCK, take_ticker, names, &err));
  assert_string_equal(names[0], "005930");
  assert_string_equal(names[1], "0126Z0");
}

static void a_document_that_is_no_day_is_only_counted(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow rows[ROWS];
  DatedRow dated[ROWS];
  make_rows(rows, dated);
  StoredCounts counts = {0};
  size_t duplicates = 0;
  assert_ok(stock_data_store(db, "005930", dated, ROWS, &counts, &err));
  bson_t *note = BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("by hand"));
  assert_ok(db->insert_many(db->self, DB_STOCK, "005930", &(const bson_t *){note}, 1, &duplicates, &err));
  bson_destroy(note);
  StoredRows read = {0};
  assert_ok(stock_data_load(db, "005930", DAYS_ALL, &read, &err));
  assert_int_equal(read.count, ROWS);
  assert_int_equal(read.strangers, 1);
  stored_rows_free(&read);
}

static void count_ticker(void *context, const char *name) {
  if (strcmp(name, "00104K") == 0 || strcmp(name, "0126Z0") == 0) ++*(size_t *)context;
}

static void a_stock_gets_each_of_its_collections_once(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const tickers[] = {"0126Z0", "00104K"}, *const bad[] = {"00104K", "../etc"};
  size_t count = 0;
  assert_ok(collections_create_of_tickers(db, tickers, 2, &err));
  long before = db->counters(db->self).round_trips;
  assert_ok(collections_create_of_tickers(db, tickers, 2, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, TICKER_COLLECTIONS);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++)
    assert_ok(db->list_collections(db->self, TICKER_COLLECTION[i].database, count_ticker, &count, &err));
  assert_int_equal(count, 2 * TICKER_COLLECTIONS);
  assert_int_equal(collections_create_of_tickers(db, bad, 2, &err), STATUS_INTERNAL);
}

static void what_is_no_ticker_names_no_collection(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StockRow row = make_row(1);
  DatedRow dated = {.date = 20000, .row = &row};
  StoredCounts counts = {.stored = 77, .replaced = 77};
  StoredRows read = {0};
  assert_int_equal(stock_data_store(db, "system.x", &dated, 1, &counts, &err), STATUS_INTERNAL);
  assert_int_equal(stock_data_load(db, "", DAYS_ALL, &read, &err), STATUS_INTERNAL);
  assert_int_equal(counts.stored, 77);
}

const struct CMUnitTest *contract_row_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_appended_and_read_back),
      cmocka_unit_test(rows_that_are_there_already_count_only_when_they_are_equal),
      cmocka_unit_test(a_stored_row_that_differs_is_overwritten_and_counted),
      cmocka_unit_test(a_row_that_is_deleted_goes_alone),
      cmocka_unit_test(only_collections_of_tickers_are_listed_in_their_order),
      cmocka_unit_test(a_document_that_is_no_day_is_only_counted),
      cmocka_unit_test(a_stock_gets_each_of_its_collections_once),
      cmocka_unit_test(what_is_no_ticker_names_no_collection),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
