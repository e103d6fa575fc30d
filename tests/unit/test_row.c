#include "market_rows.h"

#include <closebell/market/row.h>

static void an_ordinary_row_is_believed(void **state) {
  (void)state;
  StockRow row = row_of("005930", 55500);
  assert_null(row_fault(&row));
}

static void every_real_row_is_believed(void **state) {
  (void)state;
  size_t rows = 0;
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]);
    for (size_t j = 0; j < session.count; j++, rows++)
      if (row_fault(&session.rows[j]) != NULL)
        fail_msg("%s %s: %s", RAW_DATES[i], session.rows[j].ticker, row_fault(&session.rows[j]));
    session_free(&session);
  }
  assert_true(rows > 2000);
}

static void a_session_without_trades_may_carry_volume_and_change(void **state) {
  (void)state;
  StockRow row = row_of("001067", 10000);
  row.open = row.high = row.low = 0;
  row.change = -100;
  row.volume = 7;
  assert_null(row_fault(&row));
  assert_false(row_has_trades(&row));
  assert_int_equal(row_base_price(&row), 10100);
}

static void prices_of_one_won_and_empty_amounts_are_believed(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1);
  row.change = 1; /* a base price of 0 */
  row.volume = row.value = row.market_cap = row.listed_shares = 0;
  assert_null(row_fault(&row));
}

typedef struct {
  size_t offset;
  int64_t value;
  const char *fault;
} Damage;

static void the_first_unbelievable_number_is_named(void **state) {
  (void)state;
  const Damage damages[] = {
      {offsetof(StockRow, close), 0, "close"},
      {offsetof(StockRow, close), -1, "close"},
      {offsetof(StockRow, open), -1, "open"},
      {offsetof(StockRow, high), -1, "high"},
      {offsetof(StockRow, low), -1, "low"},
      {offsetof(StockRow, low), 1001, "high"},
      {offsetof(StockRow, high), 999, "high"},
      {offsetof(StockRow, change), 1001, "change"},
      {offsetof(StockRow, change), INT64_MIN, "change"},
      {offsetof(StockRow, volume), -1, "volume"},
      {offsetof(StockRow, volume), 0, "volume"}, /* though value was traded */
      {offsetof(StockRow, value), -1, "value"},
      {offsetof(StockRow, market_cap), -1, "market_cap"},
      {offsetof(StockRow, listed_shares), -1, "listed_shares"},
  };
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    StockRow row = row_of("005930", 1000);
    memcpy((char *)&row + damages[i].offset, &damages[i].value, sizeof damages[i].value);
    const char *fault = row_fault(&row);
    assert_non_null(fault);
    assert_string_equal(fault, damages[i].fault);
  }
}

static void high_below_low_without_trades_is_believed(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.open = row.high = 0;
  row.low = 5;
  assert_null(row_fault(&row));
}

static void bad_codes_names_and_markets_are_named(void **state) {
  (void)state;
  StockRow row = row_of("KR7005", 1000);
  assert_string_equal(row_fault(&row), "code");
  memset(row.ticker, '0', sizeof row.ticker); /* no end */
  assert_string_equal(row_fault(&row), "code");

  row = row_of("005930", 1000);
  row.name[0] = '\0';
  assert_string_equal(row_fault(&row), "name");
  memcpy(row.name, "\xec\x82", 3); /* half a syllable */
  assert_string_equal(row_fault(&row), "name");
  memset(row.name, 'x', sizeof row.name); /* no end */
  assert_string_equal(row_fault(&row), "name");

  row = row_of("005930", 1000);
  row.market = MARKET_COUNT;
  assert_string_equal(row_fault(&row), "market");
}

static void rows_are_equal_only_in_every_field(void **state) {
  (void)state;
  const size_t offsets[] = {
      offsetof(StockRow, open),   offsetof(StockRow, high),       offsetof(StockRow, low),
      offsetof(StockRow, close),  offsetof(StockRow, change),     offsetof(StockRow, volume),
      offsetof(StockRow, value),  offsetof(StockRow, market_cap), offsetof(StockRow, listed_shares),
      offsetof(StockRow, ticker), offsetof(StockRow, name),       offsetof(StockRow, market)};
  const StockRow row = row_of("005930", 1000);
  for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
    StockRow other = row;
    assert_true(row_equal(&row, &other));
    ((unsigned char *)&other)[offsets[i]] ^= 1;
    assert_false(row_equal(&row, &other));
  }
}

static void what_stands_behind_the_end_of_a_name_does_not_count(void **state) {
  (void)state;
  StockRow a = row_of("005930", 1000), b = a;
  b.name[STOCK_NAME_SIZE - 1] = 'x';
  assert_true(row_equal(&a, &b));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_ordinary_row_is_believed),
      cmocka_unit_test(every_real_row_is_believed),
      cmocka_unit_test(a_session_without_trades_may_carry_volume_and_change),
      cmocka_unit_test(prices_of_one_won_and_empty_amounts_are_believed),
      cmocka_unit_test(the_first_unbelievable_number_is_named),
      cmocka_unit_test(high_below_low_without_trades_is_believed),
      cmocka_unit_test(bad_codes_names_and_markets_are_named),
      cmocka_unit_test(rows_are_equal_only_in_every_field),
      cmocka_unit_test(what_stands_behind_the_end_of_a_name_does_not_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
