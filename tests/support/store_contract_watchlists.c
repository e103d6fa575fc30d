/* watchlists: lists of tickers that readers keep. */
#include "store_contract_internal.h"

#include <closebell/store/watchlists.h>

static char TICKERS[][8] = {"005930", "000660", "0126Z0"};

static Watchlist list_of(const char *name, size_t count) {
  Watchlist list = {.tickers = TICKERS, .count = count, .updated_utc = INT64_C(1744300000000)};
  strcpy(list.name, name);
  return list;
}

static void a_watchlist_comes_back_as_it_was_written(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Watchlist list = list_of("관심_1-a", 3), read = {0};
  assert_ok(watchlist_write(&contract->db, &list, &err));
  assert_ok(watchlist_find(&contract->other, "관심_1-a", &read, &err));
  assert_string_equal(read.name, list.name);
  assert_int_equal(read.count, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(read.tickers[i], TICKERS[i]);
  assert_int_equal(read.updated_utc, list.updated_utc);
  watchlist_free(&read);
}

static void it_is_replaced_whole_and_may_be_empty(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  Watchlist list = list_of("mine", 3), read = {0};
  assert_ok(watchlist_write(&contract->db, &list, &err));
  list = list_of("mine", 0);
  assert_ok(watchlist_write(&contract->db, &list, &err));
  assert_ok(watchlist_find(&contract->db, "mine", &read, &err));
  assert_int_equal(read.count, 0);
  watchlist_free(&read);
  assert_string_equal(contract_field(&contract->db, DB_SYSTEM, "watchlists", "mine", "tickers", text), "[  ]");
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "watchlists"), 1);
}

static void one_that_is_deleted_is_gone_and_nothing_else(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Watchlist a = list_of("a", 1), b = list_of("b", 2), read = {0};
  assert_ok(watchlist_write(&contract->db, &a, &err));
  assert_ok(watchlist_write(&contract->db, &b, &err));
  assert_ok(watchlist_delete(&contract->db, "a", &err));
  assert_ok(watchlist_delete(&contract->db, "a", &err));
  assert_int_equal(watchlist_find(&contract->db, "a", &read, &err), STATUS_NOT_FOUND);
  assert_ok(watchlist_find(&contract->db, "b", &read, &err));
  watchlist_free(&read);
}

static void a_name_has_letters_digits_and_two_signs(void **state) {
  (void)state;
  char longest[WATCHLIST_NAME_SIZE + 3] = "";
  static const char *const good[] = {"a", "Z9", "_-", "관심", "ㄱㅎ", "한-1"};
  static const char *const bad[] = {"",   "a b", "a.b",  "a/b",   "$a",           "é",
                                    "日", "a\n", "\xff", "a\x7f", "\xed\xa0\x80", "\xe2\x80\xae"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(watchlist_name_is_valid(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(watchlist_name_is_valid(bad[i]));
  for (int i = 0; i < 64; i++) strcat(longest, "관");
  assert_true(watchlist_name_is_valid(longest));
  strcat(longest, "a");
  assert_false(watchlist_name_is_valid(longest));
}

static void what_may_not_be_written_is_not(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  char wrong[][8] = {"nothing"};
  Watchlist list = list_of("a.b", 1);
  assert_int_equal(watchlist_write(&contract->db, &list, &err), STATUS_INTERNAL);
  list = list_of("a", WATCHLIST_TICKERS_MAX + 1);
  assert_int_equal(watchlist_write(&contract->db, &list, &err), STATUS_INTERNAL);
  list = list_of("a", 1);
  list.tickers = wrong;
  assert_int_equal(watchlist_write(&contract->db, &list, &err), STATUS_INTERNAL);
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "watchlists"), 0);
}

static Watchlist read_list(const StoreContract *contract, const char *name) {
  Error err = {{0}};
  Watchlist read = {0};
  assert_ok(watchlist_find(&contract->other, name, &read, &err));
  return read;
}

static void one_that_another_has_changed_meanwhile_is_left_to_him(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db, *other = &contract->other;
  Error err = {{0}};
  bool done = false;
  Watchlist first = list_of("mine", 1), second = list_of("mine", 2), theirs = list_of("mine", 3);
  second.updated_utc++;
  theirs.updated_utc--; /* by a clock that is behind */
  assert_ok(watchlist_change(db, NULL, &first, &done, &err));
  assert_true(done);
  assert_ok(watchlist_write(other, &theirs, &err));
  assert_ok(watchlist_change(db, &first, &second, &done, &err));
  assert_false(done);
  assert_ok(watchlist_change(db, NULL, &second, &done, &err));
  assert_false(done);
  Watchlist read = read_list(contract, "mine");
  assert_int_equal(read.count, 3);
  assert_ok(watchlist_change(db, &read, &second, &done, &err));
  assert_true(done);
  watchlist_free(&read);
  read = read_list(contract, "mine");
  assert_int_equal(read.count, 2);
  watchlist_free(&read);
}

static void one_that_another_has_deleted_meanwhile_stays_deleted(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  bool done = true;
  Watchlist first = list_of("mine", 1), second = list_of("mine", 2);
  assert_ok(watchlist_change(&contract->db, &first, &second, &done, &err));
  assert_false(done);
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "watchlists"), 0);
}

static void one_that_cannot_be_read_is_named(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Watchlist list = list_of("mine", 2), read = {0};
  assert_ok(watchlist_write(&contract->db, &list, &err));
  contract_damage(&contract->db, DB_SYSTEM, "watchlists", "mine", "tickers", NULL);
  assert_int_equal(watchlist_find(&contract->db, "mine", &read, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "mine"));
}

const struct CMUnitTest *contract_watchlist_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_watchlist_comes_back_as_it_was_written),
      cmocka_unit_test(it_is_replaced_whole_and_may_be_empty),
      cmocka_unit_test(one_that_is_deleted_is_gone_and_nothing_else),
      cmocka_unit_test(a_name_has_letters_digits_and_two_signs),
      cmocka_unit_test(what_may_not_be_written_is_not),
      cmocka_unit_test(one_that_another_has_changed_meanwhile_is_left_to_him),
      cmocka_unit_test(one_that_another_has_deleted_meanwhile_stays_deleted),
      cmocka_unit_test(one_that_cannot_be_read_is_named),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
