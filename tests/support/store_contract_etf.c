/* etf_data, and system_info.etfs. */
#include "store_contract_internal.h"

#include <closebell/store/collections.h>
#include <closebell/store/etf_data.h>
#include <closebell/store/etfs.h>

static const char TICKER[] = "069500";

static EtfRow fund(int64_t close) {
  EtfRow row = {.ticker = "069500", .name = "KODEX 200", .index_name = "코스피 200"};
  etf_set_whole(&row, ETF_CLOSE, close);
  etf_set_whole(&row, ETF_CHANGE, -50);
  etf_set_whole(&row, ETF_NET_ASSETS, INT64_C(5100000000000));
  etf_set_real(&row, ETF_NAV, 31680.51);
  return row;
}

static size_t store(const Db *db, const char *date, const EtfRow *row) {
  Error err = {{0}};
  size_t stored = 0;
  const char *const tickers[] = {TICKER};
  const DatedEtfRow dated = {contract_day(date), row};
  assert_ok(collections_create_chosen(db, DB_ETF, tickers, 1, &err));
  assert_ok(etf_data_store(db, TICKER, &dated, 1, &stored, &err));
  return stored;
}

typedef struct {
  StoredEtfRow items[4];
  size_t count;
} Days;

static Status take(void *context, const StoredEtfRow *stored, Error *err) {
  Days *days = context;
  (void)err;
  if (days->count < 4) days->items[days->count++] = *stored;
  return STATUS_OK;
}

static Days read_all(const Db *db) {
  Error err = {{0}};
  Days days = {.count = 0};
  assert_ok(etf_data_read(db, TICKER, DAYS_ALL, take, &days, &err));
  return days;
}

static void a_day_of_a_fund_comes_back_with_what_it_has(void **state) {
  const StoreContract *contract = *state;
  EtfRow row = fund(32000);
  assert_int_equal(store(&contract->db, "2025-04-17", &row), 1);
  row = fund(32050);
  row.index_name[0] = '\0';
  assert_int_equal(store(&contract->db, "2025-04-16", &row), 1);
  Days days = read_all(&contract->other);
  assert_int_equal(days.count, 2);
  assert_true(days.items[0].readable && days.items[1].readable);
  assert_int_equal(days.items[0].date, contract_day("2025-04-16"));
  assert_string_equal(days.items[0].row.index_name, "");
  assert_string_equal(days.items[1].row.index_name, "코스피 200");
  assert_int_equal(days.items[1].row.has, row.has);
  assert_int_equal(days.items[1].row.whole[ETF_CLOSE], 32000);
  assert_true(days.items[1].row.real[ETF_NAV] == 31680.51);
}

static void what_is_absent_is_not_stored_and_no_name_is(void **state) {
  const StoreContract *contract = *state;
  char text[CONTRACT_FIELD_SIZE];
  EtfRow row = fund(32000);
  store(&contract->db, "2025-04-17", &row);
  static const char *const FIELDS[][2] = {{"close", "32000"}, {"change", "-50"}, {"net_assets", "5100000000000"},
                                          {"nav", "31680.5"}, {"open", ""},      {"index_close", ""},
                                          {"name", ""}};
  for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
    const char *is = contract_field(&contract->db, DB_ETF, TICKER, "2025-04-17", FIELDS[i][0], text);
    if (FIELDS[i][1][0] == '\0' ? is[0] != '\0' : strstr(is, FIELDS[i][1]) == NULL)
      fail_msg("%s is %s", FIELDS[i][0], is);
  }
}

static void another_answer_about_a_day_takes_its_place(void **state) {
  const StoreContract *contract = *state;
  EtfRow row = fund(32000);
  store(&contract->db, "2025-04-17", &row);
  etf_set_whole(&row, ETF_CLOSE, 32100);
  assert_int_equal(store(&contract->db, "2025-04-17", &row), 1);
  Days days = read_all(&contract->db);
  assert_int_equal(days.count, 1);
  assert_int_equal(days.items[0].row.whole[ETF_CLOSE], 32100);
}

static void a_day_that_is_damaged_is_not_readable(void **state) {
  const StoreContract *contract = *state;
  EtfRow row = fund(32000);
  store(&contract->db, "2025-04-17", &row);
  contract_damage(&contract->db, DB_ETF, TICKER, "2025-04-17", "close", BCON_NEW("close", BCON_UTF8("x")));
  Days days = read_all(&contract->db);
  assert_int_equal(days.count, 1);
  assert_false(days.items[0].readable);
  assert_string_equal(days.items[0].row.ticker, TICKER);
}

static void the_list_of_funds_is_read_as_it_was_written(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  EtfList list = {0};
  const Etf with = {"069500", "KODEX 200", "코스피 200", contract_day("2025-04-16"), contract_day("2025-04-17")},
            without = {"0015B0", "KOFR", "", contract_day("2025-04-17"), contract_day("2025-04-17")};
  const Etf *const both[] = {&with, &without};
  assert_ok(collections_create_section(&contract->db, "etf", &err));
  assert_ok(etfs_write(&contract->db, both, 2, &err));
  contract_put(&contract->db, DB_SYSTEM, "etfs", BCON_NEW("_id", BCON_UTF8("000020")));
  assert_ok(etfs_read(&contract->other, &list, &err));
  assert_int_equal(list.count, 2); /* one cannot be read */
  const Etf *found = etf_list_find(&list, "069500");
  assert_non_null(found);
  assert_string_equal(found->name, "KODEX 200");
  assert_string_equal(found->index_name, "코스피 200");
  assert_int_equal(found->first, with.first);
  assert_int_equal(found->last, with.last);
  etf_list_free(&list);
  assert_ok(etfs_delete(&contract->db, "069500", &err));
  assert_ok(etfs_read(&contract->db, &list, &err));
  assert_int_equal(list.count, 1);
  assert_string_equal(list.items[0].index_name, "");
  etf_list_free(&list);
}

const struct CMUnitTest *contract_etf_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_day_of_a_fund_comes_back_with_what_it_has, contract_empty),
      cmocka_unit_test_setup(what_is_absent_is_not_stored_and_no_name_is, contract_empty),
      cmocka_unit_test_setup(another_answer_about_a_day_takes_its_place, contract_empty),
      cmocka_unit_test_setup(a_day_that_is_damaged_is_not_readable, contract_empty),
      cmocka_unit_test_setup(the_list_of_funds_is_read_as_it_was_written, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
