#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/retry.h>

typedef struct {
  AnswerKind kind;
  int retries;
  int64_t wait_ms[3];
} Expected;

/* The whole table, as the header tells it. */
static const Expected TABLE[] = {
    {ANSWER_NONE, 0, {0}},
    {ANSWER_ROWS, 0, {0}},
    {ANSWER_EMPTY, 0, {0}},
    {ANSWER_BROKEN, 2, {30000, 30000}},
    {ANSWER_UNAUTHORIZED, 0, {0}},
    {ANSWER_BLOCKED, 0, {0}},
    {ANSWER_THROTTLED, 2, {60000, 60000}},
    {ANSWER_FAILING, 3, {30000, 60000, 120000}},
    {ANSWER_UNREACHABLE, 3, {10000, 10000, 10000}},
    {ANSWER_MISDIRECTED, 0, {0}},
    {ANSWER_TOO_LARGE, 0, {0}},
    {ANSWER_SPENT, 0, {0}},
    {ANSWER_REFUSED, 0, {0}},
};
enum { TABLE_COUNT = sizeof TABLE / sizeof TABLE[0], WITHOUT_JITTER = 0 };

static void every_answer_has_its_tries_and_waits(void **state) {
  (void)state;
  assert_int_equal(TABLE_COUNT, ANSWER_REFUSED + 1);
  for (size_t i = 0; i < TABLE_COUNT; i++) {
    for (int tries = 1; tries <= 6; tries++) {
      int64_t wait_ms = -7;
      bool again = retry_decide(TABLE[i].kind, tries, -1, 1.0, WITHOUT_JITTER, &wait_ms);
      assert_int_equal(again, tries <= TABLE[i].retries);
      assert_int_equal(wait_ms, again ? TABLE[i].wait_ms[tries - 1] : -7);
    }
  }
}

static void before_the_first_try_there_is_nothing_to_repeat(void **state) {
  (void)state;
  int64_t wait_ms = -7;
  for (int tries = -1; tries <= 0; tries++)
    for (size_t i = 0; i < TABLE_COUNT; i++) assert_false(retry_decide(TABLE[i].kind, tries, -1, 1.0, 0, &wait_ms));
  assert_int_equal(wait_ms, -7);
}

static void a_throttled_source_says_how_long_to_wait(void **state) {
  (void)state;
  int64_t wait_ms = -7;
  assert_true(retry_decide(ANSWER_THROTTLED, 1, 5000, 1.0, WITHOUT_JITTER, &wait_ms));
  assert_int_equal(wait_ms, 5000);
  assert_true(retry_decide(ANSWER_THROTTLED, 2, 0, 1.0, WITHOUT_JITTER, &wait_ms));
  assert_int_equal(wait_ms, 0);
  assert_false(retry_decide(ANSWER_THROTTLED, 3, 5000, 1.0, WITHOUT_JITTER, &wait_ms));
}

static void an_absurd_retry_after_is_not_obeyed_in_full(void **state) {
  (void)state;
  int64_t wait_ms = -7;
  assert_true(retry_decide(ANSWER_THROTTLED, 1, INT64_MAX, 1.0, WITHOUT_JITTER, &wait_ms));
  assert_int_equal(wait_ms, RETRY_AFTER_MAX_MS);
}

static void only_a_throttled_answer_sets_its_own_wait(void **state) {
  (void)state;
  int64_t wait_ms = -7;
  assert_true(retry_decide(ANSWER_FAILING, 1, 5000, 1.0, WITHOUT_JITTER, &wait_ms));
  assert_int_equal(wait_ms, 30000);
}

static void the_scale_stretches_every_wait(void **state) {
  (void)state;
  int64_t wait_ms = -7;
  assert_true(retry_decide(ANSWER_FAILING, 3, -1, 2.5, WITHOUT_JITTER, &wait_ms));
  assert_int_equal(wait_ms, 300000);
  assert_true(retry_decide(ANSWER_FAILING, 3, -1, 0.0, UINT64_MAX, &wait_ms));
  assert_int_equal(wait_ms, 0);
  assert_true(retry_decide(ANSWER_THROTTLED, 1, 5000, 0.0, UINT64_MAX, &wait_ms));
  assert_int_equal(wait_ms, 0);
}

static void jitter_only_lengthens_and_by_a_tenth_at_most(void **state) {
  (void)state;
  int64_t shortest = INT64_MAX, longest = 0, wait_ms = 0;
  for (uint64_t chance = 0; chance < 5000; chance++) {
    assert_true(retry_decide(ANSWER_UNREACHABLE, 1, -1, 1.0, chance * 0x9e3779b97f4a7c15U, &wait_ms));
    shortest = wait_ms < shortest ? wait_ms : shortest;
    longest = wait_ms > longest ? wait_ms : longest;
  }
  assert_in_range(shortest, 10000, 10050);
  assert_in_range(longest, 10950, 11000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_answer_has_its_tries_and_waits),
      cmocka_unit_test(before_the_first_try_there_is_nothing_to_repeat),
      cmocka_unit_test(a_throttled_source_says_how_long_to_wait),
      cmocka_unit_test(an_absurd_retry_after_is_not_obeyed_in_full),
      cmocka_unit_test(only_a_throttled_answer_sets_its_own_wait),
      cmocka_unit_test(the_scale_stretches_every_wait),
      cmocka_unit_test(jitter_only_lengthens_and_by_a_tenth_at_most),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
