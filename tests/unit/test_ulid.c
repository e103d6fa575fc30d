#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/random.h>
#include <closebell/base/ulid.h>

static void it_is_written_as_the_specification_says(void **state) {
  (void)state;
  UlidMaker maker = {0};
  char text[ULID_SIZE];
  /* The time of the specification's own example, 01ARZ3NDEKTSV4RRFFQ69G5FAV. */
  ulid_next(&maker, INT64_C(1469922850259), 0xD676, UINT64_C(0x4C61EFB99302BD5B), text);
  assert_string_equal(text, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  assert_memory_equal(ulid_first(INT64_C(1469922850259), text), "01ARZ3NDEK", 10);
}

static void each_is_greater_than_the_one_before(void **state) {
  (void)state;
  uint64_t seed = 7;
  Random random = random_seeded(&seed);
  UlidMaker maker = {0};
  char before[ULID_SIZE] = "", now[ULID_SIZE];
  Instant at = INT64_C(1700000000000);
  for (int i = 0; i < 20000; i++) {
    at += (Instant)(random_next(&random) % 5) - 2; /* it stands, goes, and is set back */
    ulid_next(&maker, at, (uint16_t)random_next(&random), random_next(&random), now);
    assert_true(ulid_is_valid(now));
    assert_true(strcmp(before, now) < 0);
    memcpy(before, now, sizeof before);
  }
}

static void behind_the_last_number_of_a_millisecond_comes_the_next_one(void **state) {
  (void)state;
  UlidMaker maker = {0};
  char first[ULID_SIZE], second[ULID_SIZE], third[ULID_SIZE];
  ulid_next(&maker, 5, 0x0001, UINT64_MAX, first);
  ulid_next(&maker, 5, 0, 0, second);
  assert_true(strcmp(first, second) < 0);
  assert_string_equal(second, "00000000050010000000000000");
  maker.high = UINT16_MAX;
  maker.low = UINT64_MAX;
  ulid_next(&maker, 5, 0, 0, third);
  assert_string_equal(third, "00000000060000000000000000");
}

static void what_is_none_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "01ARZ3NDEKTSV4RRFFQ69G5FA",
                                    "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
                                    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
                                    "01ARZ3NDEKTSV4RRFFQ69G5FAI",
                                    "01arz3ndektsv4rrffq69g5fav",
                                    "01ARZ3NDEKTSV4RRFFQ69G5FA/",
                                    "01ARZ3NDEKTSV4RRFFQ69G5FAU"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(ulid_is_valid(bad[i]));
  assert_true(ulid_is_valid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
}

static void none_that_is_made_then_or_later_is_smaller_than_the_first(void **state) {
  (void)state;
  UlidMaker maker = {0};
  char first[ULID_SIZE], made[ULID_SIZE], before[ULID_SIZE];
  ulid_first(INT64_C(1744243200000), first);
  ulid_next(&maker, INT64_C(1744243199999), UINT16_MAX, UINT64_MAX, before);
  ulid_next(&maker, INT64_C(1744243200000), 0, 0, made);
  assert_true(strcmp(before, first) < 0);
  assert_true(strcmp(made, first) >= 0);
  assert_string_equal(ulid_first(-1, first), "00000000000000000000000000");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_written_as_the_specification_says),
      cmocka_unit_test(each_is_greater_than_the_one_before),
      cmocka_unit_test(behind_the_last_number_of_a_millisecond_comes_the_next_one),
      cmocka_unit_test(what_is_none_is_refused),
      cmocka_unit_test(none_that_is_made_then_or_later_is_smaller_than_the_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
