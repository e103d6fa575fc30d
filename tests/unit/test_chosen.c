/* Which stocks are chosen: the setting, and the choice of a session. */
#include "market_rows.h"

#include <closebell/plan/chosen.h>

static void a_list_of_sources_is_read_whole_or_not_at_all(void **state) {
  (void)state;
  ChosenSet set = 42;
  static const char *const refused[] = {"watchlist", "leaders,leaders",  ",",        "leaders,",
                                        "Targets",   "leaders,,targets", ",leaders", "leaders targets",
                                        "all",       "leaders;"};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    if (chosen_set_parse(refused[i], &set)) fail_msg("\"%s\" was taken", refused[i]);
  assert_int_equal(set, 42);
  assert_true(chosen_set_parse("watchlists,leaders,targets", &set));
  assert_int_equal(set, 7);
  assert_true(chosen_set_parse(" targets , watchlists ", &set));
  assert_int_equal(set, 1 << CHOSEN_TARGETS | 1 << CHOSEN_WATCHLISTS);
  assert_true(chosen_set_parse("", &set) && set == 0);
  assert_true(chosen_set_parse("  ", &set) && set == 0);
}

static TickerList list_of(const char *const *tickers) {
  TickerList list = {0};
  Error err = {{0}};
  for (; *tickers != NULL; tickers++) assert_int_equal(ticker_list_add(&list, *tickers, &err), STATUS_OK);
  return list;
}
#define LIST(...) list_of((const char *const[]){__VA_ARGS__, NULL})

static void assert_list(TickerList list, const char *const *expected) {
  size_t i = 0;
  for (; expected[i] != NULL; i++) {
    assert_true(i < list.count);
    assert_string_equal(list.items[i], expected[i]);
    assert_true(ticker_list_has(&list, expected[i]));
  }
  assert_int_equal(list.count, i);
  ticker_list_free(&list);
}
#define ASSERT_LIST(list, ...) assert_list(list, (const char *const[]){__VA_ARGS__, NULL})

static void a_list_of_tickers_has_each_once_in_order(void **state) {
  (void)state;
  Error err = {{0}};
  TickerList list = LIST("005930", "000660", "005930", "0126Z0", "000660");
  ticker_list_settle(&list);
  assert_false(ticker_list_has(&list, "005935"));
  assert_int_equal(ticker_list_add(&list, "note", &err), STATUS_INTERNAL);
  ASSERT_LIST(list, "000660", "005930", "0126Z0");
  TickerList none = {0};
  ticker_list_settle(&none);
  assert_false(ticker_list_has(&none, "005930"));
}

static void those_are_chosen_that_the_settings_name_and_that_traded(void **state) {
  (void)state;
  StockRow rows[] = {row_of("000020", 1), row_of("000660", 1), row_of("005930", 1), row_of("035720", 1)};
  rows[0].open = 0; /* no trades */
  Session session = session_of(1, rows, 4);
  TickerList chosen;
  Error err = {{0}};
  ChosenFrom from = {.set = 1 << CHOSEN_WATCHLISTS | 1 << CHOSEN_LEADERS,
                     .sources = {[CHOSEN_WATCHLISTS] = LIST("005930", "000020", "999999"), /* the last is not listed */
                                 [CHOSEN_LEADERS] = LIST("000660", "005930"),
                                 [CHOSEN_TARGETS] = LIST("035720")}};
  assert_int_equal(chosen_stocks(&from, &session, &chosen, &err), STATUS_OK);
  ASSERT_LIST(chosen, "000660", "005930");
  assert_int_equal(chosen_stocks(&from, NULL, &chosen, &err), STATUS_OK);
  ASSERT_LIST(chosen, "000020", "000660", "005930", "999999");
  from.of_evening = true; /* it knows nothing of one that is listed since today */
  assert_int_equal(chosen_stocks(&from, &session, &chosen, &err), STATUS_OK);
  ASSERT_LIST(chosen, "000660", "005930", "999999");
  from.of_evening = false;
  from.set = 1 << CHOSEN_TARGETS;
  assert_int_equal(chosen_stocks(&from, &session, &chosen, &err), STATUS_OK);
  ASSERT_LIST(chosen, "035720");
  from.set = 0;
  assert_int_equal(chosen_stocks(&from, &session, &chosen, &err), STATUS_OK);
  assert_int_equal(chosen.count, 0);
  for (size_t i = 0; i < CHOSEN_SOURCE_COUNT; i++) ticker_list_free(&from.sources[i]);
  session_free(&session);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_of_sources_is_read_whole_or_not_at_all),
      cmocka_unit_test(a_list_of_tickers_has_each_once_in_order),
      cmocka_unit_test(those_are_chosen_that_the_settings_name_and_that_traded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
