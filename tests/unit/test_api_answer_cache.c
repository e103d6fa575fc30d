/* Finished answers that are kept for those who ask the same again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/answer_cache.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { A_MARKET = 3000, USUAL = 4000 };

static int open_cache(void **state) {
  AnswerCache *cache = calloc(1, sizeof *cache);
  *state = cache;
  return cache && answer_cache_open(cache) ? 0 : -1;
}

static int close_cache(void **state) {
  answer_cache_close(*state);
  free(*state);
  return 0;
}

static const char *target_of(int number) {
  static char target[32];
  snprintf(target, sizeof target, "/stocks/%06d", number * 10);
  return target;
}

static void keep(AnswerCache *cache, int64_t snapshot, const char *target, size_t bytes) {
  ServiceAnswer answer = {.status = 200, .type = TYPE_JSON};
  text_buffer_printf(&answer.body, "%s %*s", target, (int)bytes, "");
  answer_cache_keep(cache, snapshot, target, false, &answer);
  answer_free(&answer);
}

static bool finds(AnswerCache *cache, int64_t snapshot, const char *target) {
  ServiceAnswer answer = {0};
  bool found = answer_cache_find(cache, snapshot, target, false, &answer);
  if (found) assert_memory_equal(answer.shared->data, target, strlen(target));
  answer_free(&answer);
  return found;
}

static void the_answers_of_a_whole_market_are_kept_side_by_side(void **state) {
  AnswerCache *cache = *state;
  int found = 0;
  for (int i = 0; i < A_MARKET; i++) keep(cache, 1, target_of(i), USUAL);
  for (int i = 0; i < A_MARKET; i++) found += finds(cache, 1, target_of(i));
  assert_in_range(found, A_MARKET * 99 / 100, A_MARKET);
}

static void another_state_and_another_coding_are_not_found(void **state) {
  AnswerCache *cache = *state;
  ServiceAnswer answer = {0};
  keep(cache, 7, "/stocks", USUAL);
  assert_true(finds(cache, 7, "/stocks"));
  assert_false(finds(cache, 8, "/stocks"));
  assert_false(answer_cache_find(cache, 7, "/stocks", true, &answer));
}

static void answers_of_an_older_state_make_room_first(void **state) {
  AnswerCache *cache = *state;
  int found = 0;
  for (int i = 0; i < CACHE_ENTRIES; i++) keep(cache, 1, target_of(i), 1);
  for (int i = 0; i < A_MARKET; i++) keep(cache, 2, target_of(i), 1);
  for (int i = 0; i < A_MARKET; i++) found += finds(cache, 2, target_of(i));
  assert_in_range(found, A_MARKET * 99 / 100, A_MARKET);
}

static void there_are_never_more_bytes_than_it_may_have(void **state) {
  AnswerCache *cache = *state;
  const size_t each = CACHE_ENTRY_BYTES - 100;
  for (int i = 0; i < 40; i++) {
    keep(cache, 1, target_of(i), each);
    assert_true(finds(cache, 1, target_of(i)));
    assert_in_range(cache->bytes, each, CACHE_BYTES);
  }
}

static void what_is_too_large_is_not_kept(void **state) {
  AnswerCache *cache = *state;
  keep(cache, 1, "/stocks", CACHE_ENTRY_BYTES + 1);
  assert_false(finds(cache, 1, "/stocks"));
  assert_int_equal(cache->bytes, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_answers_of_a_whole_market_are_kept_side_by_side, open_cache, close_cache),
      cmocka_unit_test_setup_teardown(another_state_and_another_coding_are_not_found, open_cache, close_cache),
      cmocka_unit_test_setup_teardown(answers_of_an_older_state_make_room_first, open_cache, close_cache),
      cmocka_unit_test_setup_teardown(there_are_never_more_bytes_than_it_may_have, open_cache, close_cache),
      cmocka_unit_test_setup_teardown(what_is_too_large_is_not_kept, open_cache, close_cache),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
