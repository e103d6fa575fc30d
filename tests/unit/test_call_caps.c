/* The caps of a day: the number and the sum behind each call, against a list that is added up whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/random.h>
#include <closebell/plan/call_caps.h>

enum { MANY = 500 };

/* All calls of a day, as the database has them. */
typedef struct {
  CountedCall calls[MANY];
  size_t count;
} Book;

static CapsVerdict add(Book *book, const CallCaps *caps, int64_t tokens) {
  size_t from = book->count == 0 ? 0 : (size_t)call_caps_read_from((int64_t)book->count) - 1;
  CapsVerdict verdict = call_caps_next(caps, &book->calls[from], book->count - from, tokens, &book->calls[book->count]);
  book->count += verdict == CAPS_KEPT;
  return verdict;
}

static int64_t sum(const Book *book) {
  int64_t sum = 0;
  for (size_t i = 0; i < book->count; i++) sum += book->calls[i].tokens;
  return sum;
}

static void numbers_go_up_to_the_cap(void **state) {
  (void)state;
  Book book = {.count = 0};
  const CallCaps caps = {.calls = 200};
  for (int i = 0; i < 200; i++) {
    assert_int_equal(add(&book, &caps, 10), CAPS_KEPT);
    assert_int_equal(book.calls[i].number, i + 1);
  }
  assert_int_equal(add(&book, &caps, 10), CAPS_NO_CALLS);
  assert_int_equal(book.count, 200);
}

static void tokens_go_up_to_the_cap_and_no_further(void **state) {
  (void)state;
  Book book = {.count = 0};
  const CallCaps caps = {.calls = MANY, .tokens = 1000};
  for (int i = 0; i < 10; i++) assert_int_equal(add(&book, &caps, 100), CAPS_KEPT);
  assert_int_equal(add(&book, &caps, 1), CAPS_NO_TOKENS);
  book.calls[3].tokens = 40; /* settled */
  assert_int_equal(add(&book, &caps, 61), CAPS_NO_TOKENS);
  assert_int_equal(add(&book, &caps, 60), CAPS_KEPT);
  assert_int_equal(sum(&book), 1000);
}

static void a_question_larger_than_the_cap_is_never_asked(void **state) {
  (void)state;
  Book book = {.count = 0};
  assert_int_equal(add(&book, &(CallCaps){.calls = 5, .tokens = 99}, 100), CAPS_NO_TOKENS);
}

static void without_a_cap_of_tokens_there_is_none(void **state) {
  (void)state;
  Book book = {.count = 0};
  for (int i = 0; i < 5; i++) assert_int_equal(add(&book, &(CallCaps){.calls = 5}, INT64_C(1) << 50), CAPS_KEPT);
}

/* Calls are settled at once, later, or never; whatever is older than the window stays as it was read. */
static void the_sum_is_never_less_than_what_stands_there(void **state) {
  (void)state;
  uint64_t seed = 7;
  const Random random = random_seeded(&seed);
  for (int round = 0; round < 50; round++) {
    Book book = {.count = 0};
    const CallCaps caps = {.calls = MANY, .tokens = 20000};
    CapsVerdict verdict = CAPS_KEPT;
    while (verdict == CAPS_KEPT && book.count + 1 < MANY) {
      int64_t tokens = (int64_t)(random_next(&random) % 300) + 1;
      int64_t before = sum(&book);
      verdict = add(&book, &caps, tokens);
      assert_true(verdict == CAPS_KEPT || before + tokens + 20000 > caps.tokens);
      assert_in_range(sum(&book), 0, caps.tokens);
      size_t settled = random_next(&random) % book.count;
      if (random_next(&random) % 4 != 0) book.calls[settled].tokens /= 2;
    }
    assert_true(verdict == CAPS_NO_TOKENS || book.count + 1 == MANY);
  }
}

/* Settled within the window, a sum is exact however many calls there are. */
static void what_is_settled_in_time_is_added_up_exactly(void **state) {
  (void)state;
  Book book = {.count = 0};
  const CallCaps caps = {.calls = MANY, .tokens = 300 * 10 + 100};
  for (int i = 0; i < 301; i++) {
    assert_int_equal(add(&book, &caps, 100), CAPS_KEPT);
    book.calls[i].tokens = 10;
  }
  assert_int_equal(add(&book, &caps, 100), CAPS_NO_TOKENS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_go_up_to_the_cap),
      cmocka_unit_test(tokens_go_up_to_the_cap_and_no_further),
      cmocka_unit_test(a_question_larger_than_the_cap_is_never_asked),
      cmocka_unit_test(without_a_cap_of_tokens_there_is_none),
      cmocka_unit_test(the_sum_is_never_less_than_what_stands_there),
      cmocka_unit_test(what_is_settled_in_time_is_added_up_exactly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
