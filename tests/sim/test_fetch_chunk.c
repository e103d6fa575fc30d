/* How much is asked for at once: no wait for answers may outlast a third of the lease, at whatever pace they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/ingest/fetch.h>

enum { LEASE_SECONDS = 300, MARKETS = 2 };

static double seconds_of_a_chunk(double settings, double pace, bool begun) {
  const Config config = {.lease.seconds = LEASE_SECONDS};
  Job job = {.config = &config, .rules.terms = {.rate_per_second = settings}};
  const Fetch fetch = {.job = &job,
                       .markets = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ),
                       .begun = begun,
                       .pace = {.per_second = pace}};
  size_t dates = fetch_chunk(&fetch);
  assert_in_range(dates, 1, FETCH_MAX_DAYS);
  return (double)(dates * MARKETS) / (begun ? pace : settings);
}

static void a_chunk_is_answered_within_a_third_of_the_lease_at_every_pace(void **state) {
  (void)state;
  for (double pace = 4; pace >= PACE_LOWEST; pace /= 2)
    assert_true(seconds_of_a_chunk(4, pace, true) <= LEASE_SECONDS / 3.0);
  assert_true(seconds_of_a_chunk(4, PACE_LOWEST, true) <= LEASE_SECONDS / 3.0);
}

static void before_the_first_question_the_settings_say_the_pace(void **state) {
  (void)state;
  assert_true(seconds_of_a_chunk(4, 0, false) <= LEASE_SECONDS / 3.0);
  assert_true(seconds_of_a_chunk(0.1, 0, false) <= LEASE_SECONDS / 3.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_chunk_is_answered_within_a_third_of_the_lease_at_every_pace),
      cmocka_unit_test(before_the_first_question_the_settings_say_the_pace),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
