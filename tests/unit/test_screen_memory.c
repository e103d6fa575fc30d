/* No memory, at every single allocation of what is said of a screen: an error that says so, and nothing leaked. */
#include "outcome_table.h"

#include "malloc_fault.h"

static ScreenMarket market;

static Status find_outcome(Error *err) {
  static const uint8_t answers[MOST_SESSIONS * MOST_STOCKS] = {SCREEN_MATCH, SCREEN_MATCH};
  OutcomeMarket shared = {0};
  ScreenOutcome outcome = {.counts = {.signals = 99}};
  OutcomeSignals signals = {0, 0, made.sessions - 1, answers};
  Status status = outcome_market_init(&market, 0, made.sessions - 1, &shared, err);
  if (status == STATUS_OK) status = outcome_of(&shared, &signals, &outcome, err);
  assert_int_equal(outcome.counts.signals, status == STATUS_OK ? 2 : 99);
  outcome_market_free(&shared);
  return status;
}

static void an_outcome_is_whole_or_not_there(void **state) {
  (void)state;
  made.sessions = 30;
  made.stocks = 4;
  for (size_t i = 0; i < made.sessions * made.stocks; i++)
    made.rows[i] = (MadeRow){.open = 100, .low = 100, .close = 100, .base = 100};
  market = market_of_made();
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    bool met = true;
    long at = 0;
    while (met) {
      Error err = {{0}};
      malloc_fault_begin(++at, (MallocFaultMode)mode);
      Status status = find_outcome(&err);
      met = malloc_fault_end(NULL);
      assert_int_equal(malloc_fault_blocks(), 0);
      assert_int_equal(status, met ? STATUS_NO_MEMORY : STATUS_OK);
    }
    assert_in_range(at, 8, 20);
  }
  made_screen_free(&market);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_outcome_is_whole_or_not_there)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
