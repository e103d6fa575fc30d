/* Which slot holds a ticker, what slots are called, and who works beside whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/slot.h>

/* Written down: a ticker that changed its slot between two versions would be in two hands during an upgrade. */
static void a_ticker_is_in_the_same_slot_for_ever(void **state) {
  (void)state;
  static const struct {
    const char *ticker;
    int of2, of8, of64;
  } known[] = {{"005930", 2, 2, 34}, {"000660", 1, 1, 17}, {"0004V0", 2, 2, 2}, {"00088K", 1, 3, 3}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    assert_int_equal(slot_of_ticker(known[i].ticker, 1), 1);
    assert_int_equal(slot_of_ticker(known[i].ticker, 2), known[i].of2);
    assert_int_equal(slot_of_ticker(known[i].ticker, 8), known[i].of8);
    assert_int_equal(slot_of_ticker(known[i].ticker, 64), known[i].of64);
  }
}

/* 2,700 codes as the exchange gives them: most end in 0, preferred shares in 5. */
static void slots_hold_about_as_many_tickers_each(void **state) {
  (void)state;
  enum { TICKERS = 2700 };
  for (int workers = 2; workers <= 16; workers++) {
    int sizes[17] = {0};
    for (int i = 0; i < TICKERS; i++) {
      char ticker[16];
      snprintf(ticker, sizeof ticker, "%05d%d", i * 37 % 48000, i % 20 == 0 ? 5 : 0);
      int slot = slot_of_ticker(ticker, workers);
      assert_in_range(slot, 1, workers);
      sizes[slot]++;
    }
    for (int slot = 1; slot <= workers; slot++)
      assert_in_range(sizes[slot], TICKERS / workers * 3 / 4, TICKERS / workers * 5 / 4);
  }
}

static Lease lease_named(const char *job, int64_t workers) {
  Lease lease = {.workers = workers};
  snprintf(lease.job, sizeof lease.job, "%s", job);
  return lease;
}

static void a_slot_is_known_by_the_name_of_its_lease(void **state) {
  (void)state;
  char name[LEASE_JOB_SIZE];
  assert_string_equal(slot_name("hourly_analysis", 3, 8, name), "hourly_analysis/3of8");
  for (int slot = 1; slot <= SLOT_MAX_WORKERS; slot++) {
    Lease lease = lease_named(slot_name("hourly_analysis", slot, SLOT_MAX_WORKERS, name), SLOT_MAX_WORKERS);
    assert_int_equal(slot_of_lease(&lease, "hourly_analysis", SLOT_MAX_WORKERS), slot);
    assert_int_equal(slot_of_lease(&lease, "hourly_analysis", 8), 0);
    assert_int_equal(slot_of_lease(&lease, "daily_update", SLOT_MAX_WORKERS), 0);
  }
  Lease bare = lease_named("hourly_analysis", 8);
  assert_int_equal(slot_of_lease(&bare, "hourly_analysis", 8), 0);
}

static void workers_of_one_number_mix_and_nobody_else(void **state) {
  (void)state;
  Lease alone = lease_named("hourly_analysis", 0), stamping = lease_named("hourly_analysis", 8);
  Lease slot = lease_named("hourly_analysis/3of8", 8);
  assert_true(slot_excludes(&alone, 1) && slot_excludes(&alone, 8));
  assert_true(slot_excludes(&slot, 1) && slot_excludes(&slot, 4));
  assert_true(slot_excludes(&stamping, 1) && slot_excludes(&stamping, 4));
  assert_false(slot_excludes(&slot, 8) || slot_excludes(&stamping, 8));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_ticker_is_in_the_same_slot_for_ever),
      cmocka_unit_test(slots_hold_about_as_many_tickers_each),
      cmocka_unit_test(a_slot_is_known_by_the_name_of_its_lease),
      cmocka_unit_test(workers_of_one_number_mix_and_nobody_else),
  };
  return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
