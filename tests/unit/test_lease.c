#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/lease.h>

enum { LENGTH_MS = 300000, SKEW_MS = 30000 };
#define ACQUIRED ((Instant)1744300000000)

static Lease held_lease(void) {
  return (Lease){.job = "daily_update",
                 .fence = 42,
                 .token = "4f1c",
                 .host = "seoul-1",
                 .pid = 4711,
                 .acquired_utc = ACQUIRED,
                 .expires_utc = ACQUIRED + LENGTH_MS,
                 .released_utc = INSTANT_NONE};
}

static void the_id_sorts_as_the_fence_counts(void **state) {
  (void)state;
  char id[LEASE_ID_SIZE], later[LEASE_ID_SIZE];
  assert_string_equal(lease_id("daily_update", 42, id), "daily_update:0000000042");
  assert_string_equal(lease_id("hourly_analysis/3of8", 1, id), "hourly_analysis/3of8:0000000001");
  assert_true(strcmp(lease_id("daily_update", 999, id), lease_id("daily_update", 1000, later)) < 0);
}

static void the_longest_job_name_and_ten_digits_fit_an_id(void **state) {
  (void)state;
  char job[LEASE_JOB_SIZE], id[LEASE_ID_SIZE];
  memset(job, 'j', sizeof job - 1);
  job[sizeof job - 1] = 0;
  lease_id(job, 9999999999, id);
  assert_int_equal(strlen(id), LEASE_JOB_SIZE - 1 + 1 + 10);
  assert_string_equal(id + LEASE_JOB_SIZE - 1, ":9999999999");
}

static void a_holder_is_named_with_all_that_finds_it(void **state) {
  (void)state;
  char text[LEASE_HOLDER_SIZE];
  Lease lease = held_lease();
  lease_holder_text(&lease, text);
  static const char *const parts[] = {"seoul-1", "4711", "2025-04-1", "42"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) assert_non_null(strstr(text, parts[i]));
}

static void a_lease_never_held_is_free(void **state) {
  (void)state;
  assert_int_equal(lease_decide(NULL, HOLDER_ELSEWHERE, ACQUIRED, SKEW_MS), LEASE_FREE);
}

static void an_unexpired_lease_is_held_by_a_process_alive_or_elsewhere(void **state) {
  (void)state;
  Lease lease = held_lease();
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, ACQUIRED + 1, SKEW_MS), LEASE_HELD);
  assert_int_equal(lease_decide(&lease, HOLDER_ALIVE, ACQUIRED + 1, SKEW_MS), LEASE_HELD);
}

static void a_released_lease_is_free_at_once(void **state) {
  (void)state;
  Lease lease = held_lease();
  lease.released_utc = ACQUIRED + 5;
  assert_int_equal(lease_decide(&lease, HOLDER_ALIVE, ACQUIRED + 5, SKEW_MS), LEASE_FREE);
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, ACQUIRED + 5, SKEW_MS), LEASE_FREE);
}

static void a_dead_holder_frees_its_lease_at_once(void **state) {
  (void)state;
  Lease lease = held_lease();
  assert_int_equal(lease_decide(&lease, HOLDER_GONE, ACQUIRED + 1, SKEW_MS), LEASE_FREE);
}

static void a_lease_is_held_for_the_skew_beyond_its_expiry(void **state) {
  (void)state;
  Lease lease = held_lease();
  Instant last = lease.expires_utc + SKEW_MS;
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, lease.expires_utc + 1, SKEW_MS), LEASE_HELD);
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, last, SKEW_MS), LEASE_HELD);
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, last + 1, SKEW_MS), LEASE_FREE);
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, lease.expires_utc + 1, 0), LEASE_FREE);
}

static void a_holder_alive_past_its_lease_has_lost_it(void **state) {
  (void)state;
  Lease lease = held_lease();
  assert_int_equal(lease_decide(&lease, HOLDER_ALIVE, lease.expires_utc + SKEW_MS + 1, SKEW_MS), LEASE_FREE);
}

static void an_expiry_at_the_end_of_time_does_not_overflow(void **state) {
  (void)state;
  Lease lease = held_lease();
  lease.expires_utc = INT64_MAX;
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, ACQUIRED, SKEW_MS), LEASE_HELD);
}

static void the_holder_stops_before_another_may_begin(void **state) {
  (void)state;
  /* Whatever two clocks disagree by within the skew: the last write comes before the first of the next holder. */
  Lease lease = held_lease();
  int64_t uptime_at_acquiring = 1000000;
  int64_t last_write = lease_safe_until_ms(uptime_at_acquiring, LENGTH_MS, SKEW_MS);
  assert_int_equal(last_write, uptime_at_acquiring + LENGTH_MS - SKEW_MS);
  Instant other_clock = ACQUIRED + (last_write - uptime_at_acquiring) + SKEW_MS;
  assert_int_equal(lease_decide(&lease, HOLDER_ELSEWHERE, other_clock, SKEW_MS), LEASE_HELD);
}

static void a_short_lease_still_leaves_time_to_write(void **state) {
  (void)state;
  assert_int_equal(lease_safe_until_ms(0, 3000, 30000), 2000);
  assert_int_equal(lease_safe_until_ms(0, 3000, 1000), 2000);
  assert_int_equal(lease_safe_until_ms(0, 3000, 0), 3000);
}

static void renewal_is_due_after_a_sixth_of_the_length(void **state) {
  (void)state;
  assert_false(lease_renewal_due(7000, 7000, LENGTH_MS));
  assert_false(lease_renewal_due(7000, 7000 + LENGTH_MS / 6 - 1, LENGTH_MS));
  assert_true(lease_renewal_due(7000, 7000 + LENGTH_MS / 6, LENGTH_MS));
  assert_true(lease_renewal_due(7000, 7000 + LENGTH_MS, LENGTH_MS));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_id_sorts_as_the_fence_counts),
      cmocka_unit_test(the_longest_job_name_and_ten_digits_fit_an_id),
      cmocka_unit_test(a_holder_is_named_with_all_that_finds_it),
      cmocka_unit_test(a_lease_never_held_is_free),
      cmocka_unit_test(an_unexpired_lease_is_held_by_a_process_alive_or_elsewhere),
      cmocka_unit_test(a_released_lease_is_free_at_once),
      cmocka_unit_test(a_dead_holder_frees_its_lease_at_once),
      cmocka_unit_test(a_lease_is_held_for_the_skew_beyond_its_expiry),
      cmocka_unit_test(a_holder_alive_past_its_lease_has_lost_it),
      cmocka_unit_test(an_expiry_at_the_end_of_time_does_not_overflow),
      cmocka_unit_test(the_holder_stops_before_another_may_begin),
      cmocka_unit_test(a_short_lease_still_leaves_time_to_write),
      cmocka_unit_test(renewal_is_due_after_a_sixth_of_the_length),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
