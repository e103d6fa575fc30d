/* What a run checks before it begins: this host's clock against the database server's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/job/guard.h>

#include "db_memory.h"

static Instant now_of(void *self) { return *(const Instant *)self; }

static const Instant TRUTH = 1741132800000; /* 2025-03-05T00:00:00Z */

/* Runs the guard on a host whose clock is so far from the server's. */
static Status guarded(int64_t apart_ms, bool now_given, Error *err) {
  Instant server = TRUTH, host = TRUTH + apart_ms;
  const Clock server_clock = {.self = &server, .now = now_of}, host_clock = {.self = &host, .now = now_of};
  DbMemory *memory = db_memory_new();
  assert_non_null(memory);
  db_memory_set_clock(memory, &server_clock);
  const Db db = db_memory_db(memory);
  const Job job = {.db = &db, .clock = &host_clock, .now = host, .now_given = now_given};
  Status status = guard_clock(&job, err);
  db_memory_free(memory);
  return status;
}

static void clocks_that_agree_within_five_minutes_are_believed(void **state) {
  (void)state;
  Error err = {{0}};
  assert_int_equal(guarded(0, false, &err), STATUS_OK);
  assert_int_equal(guarded(GUARD_CLOCK_SKEW_MS, false, &err), STATUS_OK);
  assert_int_equal(guarded(-GUARD_CLOCK_SKEW_MS, false, &err), STATUS_OK);
}

static void a_clock_that_is_off_either_way_is_refused_with_both_times(void **state) {
  (void)state;
  const int64_t year = 365LL * 86400 * 1000;
  Error err = {{0}};
  assert_int_equal(guarded(GUARD_CLOCK_SKEW_MS + 1, false, &err), STATUS_CONFIG);
  assert_int_equal(guarded(-year, false, &err), STATUS_CONFIG);
  assert_int_equal(guarded(year, false, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "this host's clock says 2026-03-05 09:00 KST"));
  assert_non_null(strstr(err.text, "the database server's 2025-03-05 09:00 KST"));
  assert_non_null(strstr(err.text, "nothing done"));
}

static void an_instant_given_by_the_operator_asks_no_clock(void **state) {
  (void)state;
  Error err = {{0}};
  assert_int_equal(guarded(365LL * 86400 * 1000, true, &err), STATUS_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clocks_that_agree_within_five_minutes_are_believed),
      cmocka_unit_test(a_clock_that_is_off_either_way_is_refused_with_both_times),
      cmocka_unit_test(an_instant_given_by_the_operator_asks_no_clock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
