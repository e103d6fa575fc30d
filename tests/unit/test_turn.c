/* Whose turn it is to be compared, and with which window of its history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/turn.h>

static void each_ticker_has_one_turn_in_twenty_sessions_and_each_turn_the_next_window(void **state) {
  (void)state;
  static const char *const tickers[] = {"005930", "000660", "0126Z0", "336370"};
  const size_t windows = turn_window_count(2500);
  assert_int_equal(windows, 5);
  for (size_t i = 0; i < sizeof tickers / sizeof tickers[0]; i++) {
    unsigned seen = 0, turns = 0;
    for (size_t sessions = 2500; sessions < 2500 + windows * TURN_SESSIONS; sessions++) {
      if (!turn_has_come(tickers[i], sessions, 1)) continue;
      turns++;
      seen |= 1u << turn_window(tickers[i], sessions, windows);
    }
    assert_int_equal(turns, windows);
    assert_int_equal(seen, (1u << windows) - 1);
  }
}

static void a_history_no_longer_than_a_window_is_compared_as_a_whole(void **state) {
  (void)state;
  assert_int_equal(turn_window_count(0), 1);
  assert_int_equal(turn_window_count(TURN_WINDOW), 1);
  assert_int_equal(turn_window_count(TURN_WINDOW + 1), 2);
  for (size_t sessions = 0; sessions < 2 * TURN_SESSIONS; sessions++)
    assert_int_equal(turn_window("005930", sessions, 1), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_ticker_has_one_turn_in_twenty_sessions_and_each_turn_the_next_window),
      cmocka_unit_test(a_history_no_longer_than_a_window_is_compared_as_a_whole),
  };
  return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
