/* source_state: the breaker, the pace and the count of calls that all processes share. */
#include "store_contract_internal.h"

#include <closebell/store/model_calls.h>
#include <closebell/store/shared_tokens.h>
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

static SharedToken claim(int64_t number, const char *holder) {
  SharedToken token = {.number = number,
                       .claimed_utc = NOW,
                       .issued_utc = INSTANT_NONE,
                       .expires_utc = INSTANT_NONE,
                       .refused_utc = INSTANT_NONE};
  snprintf(token.holder, sizeof token.holder, "%s", holder);
  return token;
}

static void a_number_is_claimed_once_and_the_newest_is_found(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SharedToken mine = claim(9, "mine"), theirs = claim(9, "theirs"), read;
  assert_int_equal(shared_tokens_newest(db, "kis-token-a", &read, &err), STATUS_NOT_FOUND);
  assert_ok(shared_tokens_insert(db, "kis-token-a", &mine, &err));
  assert_int_equal(shared_tokens_insert(&contract->other, "kis-token-a", &theirs, &err), STATUS_DUPLICATE);
  mine.number = 10;
  assert_ok(shared_tokens_insert(db, "kis-token-a", &mine, &err));
  theirs.number = 99;
  assert_ok(shared_tokens_insert(db, "kis-token-b", &theirs, &err));
  assert_ok(shared_tokens_newest(&contract->other, "kis-token-a", &read, &err));
  assert_int_equal(read.number, 10);
  assert_string_equal(read.holder, "mine");
  assert_string_equal(read.sealed, "");
}

static void a_token_is_kept_refused_and_forgotten(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SharedToken token = claim(1, "mine"), read;
  assert_ok(shared_tokens_insert(db, "kis-token-a", &token, &err));
  strcpy(token.sealed, "0123");
  token.mark = token_mark("x");
  token.issued_utc = NOW;
  token.expires_utc = NOW + 5;
  assert_ok(shared_tokens_replace(db, "kis-token-a", &token, &err));
  assert_ok(shared_tokens_refuse(&contract->other, "kis-token-a", 1, NOW + 3, &err));
  assert_ok(shared_tokens_find(db, "kis-token-a", 1, &read, &err));
  assert_string_equal(read.sealed, "0123");
  assert_string_equal(read.mark.text, token.mark.text);
  assert_int_equal(read.expires_utc, NOW + 5);
  assert_int_equal(read.refused_utc, NOW + 3);
  token.number = 2;
  assert_ok(shared_tokens_insert(db, "kis-token-a", &token, &err));
  assert_ok(shared_tokens_forget(db, "kis-token-a", 2, &err));
  assert_int_equal(shared_tokens_find(db, "kis-token-a", 1, &read, &err), STATUS_NOT_FOUND);
  assert_ok(shared_tokens_newest(db, "kis-token-a", &read, &err));
  assert_int_equal(read.number, 2);
}

/* ---- counted calls to a model ---- */

static ModelCall model_call_of(int64_t number, int64_t tokens, const char *holder) {
  ModelCall call = {.counted = {.number = number, .tokens = tokens, .before = 7}, .at_utc = NOW};
  snprintf(call.holder, sizeof call.holder, "%s", holder);
  return call;
}

static void a_call_is_counted_once_and_settled(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  CountedCall newest[CALL_WINDOW + 1];
  size_t count = 9;
  const ModelCall mine = model_call_of(1, 500, "mine"), theirs = model_call_of(1, 600, "theirs");
  assert_ok(model_calls_newest(db, 20000, newest, &count, &err));
  assert_int_equal(count, 0);
  assert_ok(model_calls_insert(db, 20000, &mine, &err));
  assert_int_equal(model_calls_insert(&contract->other, 20000, &theirs, &err), STATUS_DUPLICATE);
  assert_ok(model_calls_insert(db, 20000, &mine, &err)); /* the reply of the first was lost */
  assert_ok(model_calls_insert(&contract->other, 20001, &theirs, &err));
  assert_ok(model_calls_settle(&contract->other, 20000, 1, 33, &err));
  assert_ok(model_calls_newest(db, 20000, newest, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(newest[0].number, 1);
  assert_int_equal(newest[0].tokens, 33);
  assert_int_equal(newest[0].before, 7);
}

static void the_newest_calls_are_read_and_old_days_forgotten(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  CountedCall newest[CALL_WINDOW + 1];
  size_t count;
  for (int64_t number = 1; number <= CALL_WINDOW + 20; number++) {
    const ModelCall call = model_call_of(number, number, "mine");
    assert_ok(model_calls_insert(db, 20002, &call, &err));
  }
  const ModelCall older = model_call_of(1, 1, "mine");
  assert_ok(model_calls_insert(db, 20001, &older, &err));
  assert_ok(model_calls_newest(db, 20002, newest, &count, &err));
  assert_int_equal(count, CALL_WINDOW + 1);
  assert_int_equal(newest[0].number, 20);
  assert_int_equal(newest[count - 1].number, CALL_WINDOW + 20);
  assert_ok(model_calls_forget(db, 20002, &err));
  assert_ok(model_calls_newest(db, 20001, newest, &count, &err));
  assert_int_equal(count, 0);
  assert_ok(model_calls_newest(db, 20002, newest, &count, &err));
  assert_int_equal(count, CALL_WINDOW + 1);
}

const struct CMUnitTest *contract_source_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_is_not_blocked_until_somebody_says_so),
      cmocka_unit_test(counting_calls_leaves_the_breaker_alone),
      cmocka_unit_test(a_feed_is_read_with_its_source),
      cmocka_unit_test(a_number_is_claimed_once_and_the_newest_is_found),
      cmocka_unit_test(a_token_is_kept_refused_and_forgotten),
      cmocka_unit_test(a_call_is_counted_once_and_settled),
      cmocka_unit_test(the_newest_calls_are_read_and_old_days_forgotten),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
