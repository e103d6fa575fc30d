/* source_state: the breaker, the pace and the count of calls that all processes share. */
#include "store_contract_internal.h"

#include <closebell/store/source_state.h>

static const Instant NOW = 1744329600123;

static void a_source_is_not_blocked_until_somebody_says_so(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SourceState source = {.calls = 5};
  assert_ok(source_state_read(db, "krx", &source, &err));
  assert_int_equal(source.blocked_until_utc, INSTANT_NONE);
  assert_int_equal(source.calls_date, DAY_NONE);
  assert_int_equal(source.calls, 0);
  source = (SourceState){.blocked_until_utc = NOW, .reason = "403", .calls_date = 20000, .calls = 9};
  assert_ok(source_state_write(db, "krx", &source, &err));
  SourceState read = {0};
  assert_ok(source_state_read(&contract->other, "krx", &read, &err));
  assert_int_equal(read.blocked_until_utc, NOW);
  assert_int_equal(read.calls, 9);
  assert_string_equal(read.reason, "403");
  source.blocked_until_utc = INSTANT_NONE;
  source.reason[0] = '\0';
  assert_ok(source_state_write(db, "krx", &source, &err));
  assert_ok(source_state_read(db, "krx", &read, &err));
  assert_int_equal(read.blocked_until_utc, INSTANT_NONE);
  assert_int_equal(read.calls_date, 20000);
}

static void counting_calls_leaves_the_breaker_alone(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db, *other = &contract->other;
  Error err = {{0}};
  SourceState mine = {0}, breaker = {0}, read = {0};
  assert_ok(source_state_read(db, "krx", &mine, &err)); /* none yet */
  assert_false(mine.stored);
  breaker = (SourceState){.blocked_until_utc = NOW, .reason = "403", .calls_date = DAY_NONE};
  assert_ok(source_state_write(other, "krx", &breaker, &err)); /* meanwhile */
  mine.calls_date = 20000;
  mine.calls = 4;
  mine.pace_per_second = 2;
  assert_ok(source_state_count(db, "krx", &mine, &err));
  assert_ok(source_state_read(db, "krx", &read, &err));
  assert_int_equal(read.blocked_until_utc, NOW);
  assert_string_equal(read.reason, "403");
  assert_int_equal(read.calls, 4);
  assert_true(read.stored && read.pace_per_second == 2);
  assert_ok(source_state_write(other, "krx", &(SourceState){.blocked_until_utc = INSTANT_NONE}, &err)); /* taken away */
  read.calls = 6;
  read.pace_per_second = 0;
  assert_ok(source_state_count(db, "krx", &read, &err));
  assert_ok(source_state_read(db, "krx", &read, &err));
  assert_int_equal(read.blocked_until_utc, INSTANT_NONE);
  assert_int_equal(read.calls, 6);
  assert_true(read.pace_per_second == 0);
}

static void a_feed_is_read_with_its_source(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SourceState source, feed;
  const SourceState refused = {.blocked_until_utc = NOW, .reason = "401", .calls_date = DAY_NONE};
  assert_ok(source_state_write(db, "krx-another", &refused, &err));
  assert_ok(source_state_read_both(db, "krx", "krx-base-info", &source, &feed, &err));
  assert_false(source.stored || feed.stored);
  assert_int_equal(feed.blocked_until_utc, INSTANT_NONE);
  assert_ok(source_state_write(db, "krx-base-info", &refused, &err));
  assert_ok(source_state_read_both(db, "krx", "krx-base-info", &source, &feed, &err));
  assert_false(source.stored);
  assert_string_equal(feed.reason, "401");
}

const struct CMUnitTest *contract_source_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_is_not_blocked_until_somebody_says_so),
      cmocka_unit_test(counting_calls_leaves_the_breaker_alone),
      cmocka_unit_test(a_feed_is_read_with_its_source),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
