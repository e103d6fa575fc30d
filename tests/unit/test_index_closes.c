/* The closes of an index, held against the dates of a stock; and texts of stock_analyzed as numbers and back. */
#include "made_report.h"

#include <closebell/company/compass.h>
#include <closebell/market/index_closes.h>
#include <closebell/store/stock_analyzed.h>

static void a_date_has_its_close_or_none(void **state) {
  (void)state;
  IndexCloses closes = {0};
  const Day dates[] = {99, 100, 102, 103, 104};
  double picked[5];
  assert_int_equal(index_closes_add(&closes, 100, 2500.25), STATUS_OK);
  assert_int_equal(index_closes_add(&closes, 101, 2600), STATUS_OK);
  assert_int_equal(index_closes_add(&closes, 103, 2400.5), STATUS_OK);
  index_closes_pick(&closes, dates, 5, picked);
  assert_absent(picked[0]);
  assert_number(picked[1], 2500.25);
  assert_absent(picked[2]);
  assert_number(picked[3], 2400.5);
  assert_absent(picked[4]);
  index_closes_free(&closes);
}

static void dates_ascend(void **state) {
  (void)state;
  IndexCloses closes = {0};
  assert_int_equal(index_closes_add(&closes, 100, 1), STATUS_OK);
  assert_int_not_equal(index_closes_add(&closes, 100, 1), STATUS_OK);
  assert_int_not_equal(index_closes_add(&closes, 99, 1), STATUS_OK);
  assert_int_equal(closes.count, 1);
  index_closes_free(&closes);
}

/* An evening's indices on top of the archive's. */
static void an_index_day_goes_on_top(void **state) {
  (void)state;
  MarketIndices indices = {.known = true};
  IndexDay day = {.date = 101, .has = INDEX_SET_ALL};
  day.rows[INDEX_KOSPI].close = 264451;
  day.rows[INDEX_KOSDAQ].close = 84233;
  day.rows[INDEX_KOSPI200].close = 35000;
  assert_int_equal(index_closes_add(&indices.of[MARKET_KOSPI], 100, 2500.25), STATUS_OK);
  assert_int_equal(index_closes_add(&indices.of[MARKET_KOSDAQ], 101, 842.5), STATUS_OK);
  assert_int_equal(market_indices_add_day(&indices, &day), STATUS_OK);
  assert_int_equal(indices.of[MARKET_KOSPI].count, 2);
  assert_number(indices.of[MARKET_KOSPI].closes[1], 2644.51);
  assert_int_equal(indices.of[MARKET_KOSDAQ].count, 1); /* the archive has it already */
  assert_number(indices.of[MARKET_KOSDAQ].closes[0], 842.5);
  day = (IndexDay){.date = 102};
  assert_int_equal(market_indices_add_day(&indices, &day), STATUS_OK);
  assert_int_equal(indices.of[MARKET_KOSPI].count, 2);
  market_indices_free(&indices);
  day.has = INDEX_SET_ALL;
  assert_int_equal(market_indices_add_day(&indices, &day), STATUS_OK);
  assert_int_equal(indices.of[MARKET_KOSPI].count, 0);
}

static void assert_round_trip(FieldKind kind, double value, const char *written) {
  char text[ANALYZED_TEXT_SIZE];
  double read = NAN;
  assert_string_equal(analyzed_text(kind, value, text), written);
  assert_true(analyzed_text_parse(written, &read));
  assert_true(read == value);
}

static void texts_are_numbers_and_back(void **state) {
  (void)state;
  double read;
  assert_round_trip(FIELD_DAY, day_of("2025-03-11"), "2025-03-11");
  assert_round_trip(FIELD_DIGITS, 20250311001085, "20250311001085");
  assert_round_trip(FIELD_DIGITS, 99991231999999, "99991231999999");
  for (Grade grade = GRADE_F; grade <= GRADE_S; grade++) assert_round_trip(FIELD_GRADE, grade, grade_name(grade));
  assert_false(analyzed_text_parse("E", &read));
  assert_false(analyzed_text_parse("", &read));
  assert_false(analyzed_text_parse("2025031100108", &read));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_date_has_its_close_or_none),
      cmocka_unit_test(dates_ascend),
      cmocka_unit_test(an_index_day_goes_on_top),
      cmocka_unit_test(texts_are_numbers_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
