/* strategy_days: the lists of strategies, a document a session and strategy. */
#include "store_contract_internal.h"

#include <closebell/store/strategy_days.h>

static char TICKERS[][8] = {"005930", "000660", "0126Z0"};

static StrategyDay day_of(const char *date, const char *strategy, size_t matches) {
  StrategyDay day = {.date = contract_day(date),
                     .where = "close > 2조 and market == KOSPI",
                     .then = {.tickers = matches > 0 ? TICKERS : NULL, .count = matches, .considered = 9, .unknown = 4},
                     .recomputed_utc = INSTANT_NONE};
  strcpy(day.strategy, strategy);
  return day;
}

static void write_days(const Db *db, const StrategyDay *days, size_t count) {
  Error err = {{0}};
  const StrategyDay *each[8];
  for (size_t i = 0; i < count; i++) each[i] = &days[i];
  assert_ok(strategy_days_write(db, each, count, &err));
}

static size_t read_days(const Db *db, const char *from, const char *to, StrategyDays *days) {
  Error err = {{0}};
  assert_ok(strategy_days_read(db, contract_day(from), contract_day(to), days, &err));
  return days->count;
}

static void a_strategys_day_comes_back_as_it_was_written(void **state) {
  const StoreContract *contract = *state;
  StrategyDay day = day_of("2025-04-10", "pocket_pivot", 3);
  StrategyDays read = {0};
  strcpy(day.sort, "-rsi_14,ticker");
  day.recomputed_utc = INT64_C(1744300000000);
  day.now = (StrategyMatches){.tickers = TICKERS + 1, .count = 1, .considered = 8, .unknown = 0};
  write_days(&contract->db, &day, 1);
  assert_int_equal(read_days(&contract->db, "2025-04-10", "2025-04-10", &read), 1);
  const StrategyDay *same = &read.items[0];
  assert_true(same->readable && same->date == day.date && same->recomputed_utc == day.recomputed_utc);
  assert_string_equal(same->strategy, day.strategy);
  assert_string_equal(same->where, day.where);
  assert_string_equal(same->sort, day.sort);
  assert_true(strategy_matches_equal(&same->then, &day.then) && strategy_matches_equal(&same->now, &day.now));
  assert_false(strategy_matches_equal(&same->then, &same->now));
  strategy_days_free(&read);
}

static void the_fields_are_those_that_readers_rely_on(void **state) {
  const StoreContract *contract = *state;
  char text[CONTRACT_FIELD_SIZE];
  StrategyDay day = day_of("2025-04-10", "pocket_pivot", 2);
  write_days(&contract->db, &day, 1);
  static const char *const wanted[][2] = {{"strategy", "\"pocket_pivot\""},
                                          {"date", "\"2025-04-10\""},
                                          {"where", "\"close > 2조 and market == KOSPI\""},
                                          {"sort", ""},
                                          {"matches", "[ \"005930\", \"000660\" ]"},
                                          {"considered", "9"},
                                          {"unknown", "4"},
                                          {"recomputed", ""}};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    assert_string_equal(
        contract_field(&contract->db, DB_SYSTEM, "strategy_days", "2025-04-10:pocket_pivot", wanted[i][0], text),
        wanted[i][1]);
}

static void a_day_is_replaced_whole(void **state) {
  const StoreContract *contract = *state;
  StrategyDay day = day_of("2025-04-10", "turtle_20", 3);
  StrategyDays read = {0};
  day.recomputed_utc = 1;
  write_days(&contract->db, &day, 1);
  day = day_of("2025-04-10", "turtle_20", 0);
  write_days(&contract->db, &day, 1);
  assert_int_equal(read_days(&contract->db, "2025-04-10", "2025-04-10", &read), 1);
  assert_true(read.items[0].then.count == 0 && read.items[0].recomputed_utc == INSTANT_NONE);
  strategy_days_free(&read);
}

static void days_are_read_by_date_then_by_strategy(void **state) {
  const StoreContract *contract = *state;
  StrategyDays read = {0};
  const StrategyDay days[] = {day_of("2025-04-11", "aligned", 1), day_of("2025-04-10", "zone", 1),
                              day_of("2025-04-10", "aligned", 2), day_of("2025-04-09", "zone", 1),
                              day_of("2025-04-14", "aligned", 1)};
  write_days(&contract->db, days, sizeof days / sizeof days[0]);
  assert_int_equal(read_days(&contract->db, "2025-04-10", "2025-04-11", &read), 3);
  assert_string_equal(read.items[0].strategy, "aligned");
  assert_int_equal(read.items[0].then.count, 2);
  assert_string_equal(read.items[1].strategy, "zone");
  assert_int_equal(read.items[2].date, contract_day("2025-04-11"));
  strategy_days_free(&read);
  assert_int_equal(read_days(&contract->db, "2025-04-12", "2025-04-13", &read), 0);
  strategy_days_free(&read);
}

/* One without its matches, one that counts more matches than it considered, one that says to be of another day. */
static void what_cannot_be_read_is_told_from_what_is_not_ours(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  StrategyDays read = {0};
  const StrategyDay days[] = {day_of("2025-04-10", "a", 2), day_of("2025-04-10", "b", 2), day_of("2025-04-10", "c", 2),
                              day_of("2025-04-10", "d", 2)};
  write_days(db, days, 4);
  contract_damage(db, DB_SYSTEM, "strategy_days", "2025-04-10:a", "matches", NULL);
  contract_damage(db, DB_SYSTEM, "strategy_days", "2025-04-10:b", "unknown", BCON_NEW("unknown", BCON_INT64(8)));
  contract_damage(db, DB_SYSTEM, "strategy_days", "2025-04-10:c", "date", BCON_NEW("date", BCON_UTF8("2025-04-11")));
  contract_put(db, DB_SYSTEM, "strategy_days", BCON_NEW("_id", BCON_UTF8("2025-04-10:Somebody's")));
  assert_int_equal(read_days(db, "2025-04-10", "2025-04-10", &read), 4);
  for (size_t i = 0; i < 4; i++) assert_int_equal(read.items[i].readable, i == 3);
  assert_string_equal(read.items[1].strategy, "b");
  strategy_days_free(&read);
}

const struct CMUnitTest *contract_strategy_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_strategys_day_comes_back_as_it_was_written),
      cmocka_unit_test(the_fields_are_those_that_readers_rely_on),
      cmocka_unit_test(a_day_is_replaced_whole),
      cmocka_unit_test(days_are_read_by_date_then_by_strategy),
      cmocka_unit_test(what_cannot_be_read_is_told_from_what_is_not_ours),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
