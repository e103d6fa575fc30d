/* The real clock and the two sources of chance. Nothing here sleeps: the waits are over before they begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/clock.h>
#include <closebell/base/random.h>

#include <unistd.h>

static void the_clock_of_the_host_is_in_this_century_and_runs_forward(void **state) {
  (void)state;
  Clock clock = clock_system(-1);
  Instant start_of_2025;
  assert_true(instant_parse("2025-01-01T00:00:00Z", &start_of_2025));
  assert_true(clock_now(&clock) > start_of_2025);
  int64_t before = clock_uptime_ms(&clock);
  assert_true(clock_uptime_ms(&clock) >= before);
}

static void without_signals_nothing_ever_stops(void **state) {
  (void)state;
  Clock clock = clock_system(-1);
  assert_false(clock_stopping(&clock));
  assert_true(clock_sleep_ms(&clock, 0));
  assert_true(clock_sleep_ms(&clock, -5));
  int64_t before = clock_uptime_ms(&clock);
  assert_true(clock_sleep_ms(&clock, 2));
  assert_true(clock_uptime_ms(&clock) - before >= 2);
}

static void a_readable_descriptor_ends_every_wait_at_once(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  Clock clock = clock_system(ends[0]);
  assert_false(clock_stopping(&clock));
  assert_int_equal(write(ends[1], "x", 1), 1);
  assert_true(clock_stopping(&clock));
  int64_t before = clock_uptime_ms(&clock);
  assert_false(clock_sleep_ms(&clock, INT64_MAX));
  assert_true(clock_uptime_ms(&clock) - before < 10000);
  assert_false(clock_sleep_ms(&clock, 0));
  close(ends[0]);
  close(ends[1]);
}

static void a_seed_gives_the_same_sequence_every_time(void **state) {
  (void)state;
  uint64_t one = 0, two = 0, other = 1;
  Random first = random_seeded(&one), second = random_seeded(&two), third = random_seeded(&other);
  /* The reference output of splitmix64 for seed 0. */
  assert_true(random_next(&first) == UINT64_C(0xE220A8397B1DCDAF));
  assert_true(random_next(&first) == UINT64_C(0x6E789E6AA1B965F4));
  assert_true(random_next(&second) == UINT64_C(0xE220A8397B1DCDAF));
  assert_true(random_next(&third) != UINT64_C(0xE220A8397B1DCDAF));
}

static void the_kernel_does_not_repeat_itself(void **state) {
  (void)state;
  Random random = random_system();
  uint64_t first = random_next(&random), second = random_next(&random);
  assert_true(first != second);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_clock_of_the_host_is_in_this_century_and_runs_forward),
      cmocka_unit_test(without_signals_nothing_ever_stops),
      cmocka_unit_test(a_readable_descriptor_ends_every_wait_at_once),
      cmocka_unit_test(a_seed_gives_the_same_sequence_every_time),
      cmocka_unit_test(the_kernel_does_not_repeat_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
