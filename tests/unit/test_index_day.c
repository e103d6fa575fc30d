#include "index_rows.h"

static IndexRow real_row(void) { /* KOSPI on 2024-01-04 */
  return (IndexRow){.open = 259244,
                    .high = 260264,
                    .low = 258009,
                    .close = 258702,
                    .change = -2029,
                    .volume = 768208666,
                    .value = 8986436535976,
                    .market_cap = 2080804000032312};
}

static void the_names_are_those_of_the_exchange(void **state) {
  (void)state;
  assert_string_equal(index_name(INDEX_KOSPI200), "KOSPI200");
  assert_string_equal(index_published_name(INDEX_KOSPI), "코스피");
  assert_string_equal(index_published_name(INDEX_KOSDAQ), "코스닥");
  assert_string_equal(index_published_name(INDEX_KOSPI200), "코스피 200");
  assert_int_equal(index_market(INDEX_KOSPI200), MARKET_KOSPI);
  assert_int_equal(index_market(INDEX_KOSDAQ), MARKET_KOSDAQ);
}

static void a_list_of_indices_is_read_whole_or_not_at_all(void **state) {
  (void)state;
  IndexSet set = 42;
  static const char *const refused[] = {"KOSPI 200", "kospi",         "KOSPI,KOSPI", ",",           "KOSPI,",
                                        "KONEX",     "KOSPI,,KOSDAQ", ",KOSPI",      "KOSPI KOSDAQ"};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) assert_false(index_set_parse(refused[i], &set));
  assert_int_equal(set, 42);
  assert_true(index_set_parse("KOSPI,KOSDAQ,KOSPI200", &set) && set == INDEX_SET_ALL);
  assert_true(index_set_parse(" KOSPI200 , KOSPI ", &set));
  assert_int_equal(set, index_bit(INDEX_KOSPI200) | index_bit(INDEX_KOSPI));
  assert_true(index_set_parse("", &set) && set == 0);
  assert_true(index_set_parse("  ", &set) && set == 0);
}

static void assert_fault(IndexRow row, const char *field) {
  const char *fault = index_row_fault(&row);
  if (fault == NULL) fail_msg("%s was believed", field);
  assert_string_equal(fault, field);
}

#define FIELD(name) offsetof(IndexRow, name)

static IndexRow with(size_t field, int64_t number) {
  IndexRow row = real_row();
  memcpy((char *)&row + field, &number, sizeof number);
  return row;
}

static void a_row_that_cannot_be_is_named_by_its_field(void **state) {
  (void)state;
  IndexRow row = real_row();
  assert_null(index_row_fault(&row));
  assert_fault(with(FIELD(open), 258008), "open");
  assert_fault(with(FIELD(open), 260265), "open");
  assert_fault(with(FIELD(close), 258008), "close");
  assert_fault(with(FIELD(close), 260265), "close");
  assert_fault(with(FIELD(close), 0), "close");
  assert_fault(with(FIELD(low), 0), "low");
  assert_fault(with(FIELD(high), 258008), "high");
  assert_fault(with(FIELD(high), INDEX_VALUE_MAX + 1), "high");
  assert_fault(with(FIELD(change), 258702), "change");
  assert_fault(with(FIELD(change), INT64_MIN), "change");
  assert_fault(with(FIELD(volume), -1), "volume");
  assert_fault(with(FIELD(volume), 0), "volume");
  assert_fault(with(FIELD(value), -1), "value");
  assert_fault(with(FIELD(market_cap), -1), "market_cap");
}

static void rows_are_equal_in_every_number(void **state) {
  (void)state;
  IndexRow row = real_row(), same = real_row();
  assert_true(index_row_equal(&row, &same));
  const IndexRow others[] = {with(FIELD(open), 1),  with(FIELD(high), 1),      with(FIELD(low), 1),
                             with(FIELD(close), 1), with(FIELD(change), 1),    with(FIELD(volume), 1),
                             with(FIELD(value), 1), with(FIELD(market_cap), 1)};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) assert_false(index_row_equal(&row, &others[i]));
}

static void every_real_index_day_continues_the_one_before_it(void **state) {
  (void)state;
  IndexHistory *history = index_history_of(TEST_DATA "/index");
  assert_int_equal(history->count, 32);
  for (size_t i = 0; i < history->count; i++) {
    for (MarketIndex which = 0; which < INDEX_COUNT; which++)
      assert_null(index_row_fault(&history->days[i].rows[which]));
    if (i > 0) assert_int_equal(index_day_gap(&history->days[i - 1], &history->days[i]), INDEX_GAP_NONE_MISSING);
  }
  free(history);
}

static void a_missing_session_shows_in_the_change_of_the_next_one(void **state) {
  (void)state;
  IndexHistory *history = index_history_of(TEST_DATA "/index");
  for (size_t i = 2; i < history->count; i++)
    assert_int_equal(index_day_gap(&history->days[i - 2], &history->days[i]), INDEX_GAP_SESSION_MISSING);
  free(history);
}

/* 2023-01-23 and 24 were the days of the Lunar New Year. */
static void the_change_says_which_weekdays_were_closed(void **state) {
  (void)state;
  IndexHistory *history = index_history_of(TEST_DATA "/index");
  const IndexDay *friday = index_history_find(history, day_of("2023-01-20"));
  const IndexDay *wednesday = index_history_find(history, day_of("2023-01-25"));
  assert_null(index_history_find(history, day_of("2023-01-23")));
  assert_int_equal(index_day_gap(friday, wednesday), INDEX_GAP_NONE_MISSING);
  free(history);
}

static void one_index_that_does_not_continue_is_enough(void **state) {
  (void)state;
  IndexDay earlier = {.has = INDEX_SET_ALL}, later = {.has = INDEX_SET_ALL};
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    earlier.rows[which] = later.rows[which] = real_row();
    later.rows[which].change = 0; /* it closed as the session before did */
  }
  assert_int_equal(index_day_gap(&earlier, &later), INDEX_GAP_NONE_MISSING);
  later.rows[INDEX_KOSDAQ].change = 1;
  assert_int_equal(index_day_gap(&earlier, &later), INDEX_GAP_SESSION_MISSING);
  earlier.has = index_bit(INDEX_KOSPI);
  assert_int_equal(index_day_gap(&earlier, &later), INDEX_GAP_NONE_MISSING);
  later.has = index_bit(INDEX_KOSDAQ);
  assert_int_equal(index_day_gap(&earlier, &later), INDEX_GAP_UNKNOWN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_names_are_those_of_the_exchange),
      cmocka_unit_test(a_list_of_indices_is_read_whole_or_not_at_all),
      cmocka_unit_test(a_row_that_cannot_be_is_named_by_its_field),
      cmocka_unit_test(rows_are_equal_in_every_number),
      cmocka_unit_test(every_real_index_day_continues_the_one_before_it),
      cmocka_unit_test(a_missing_session_shows_in_the_change_of_the_next_one),
      cmocka_unit_test(the_change_says_which_weekdays_were_closed),
      cmocka_unit_test(one_index_that_does_not_continue_is_enough),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
