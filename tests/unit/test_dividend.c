/* The dividends of a company: ids, versions, what is known on a day, and the text that they are archived as. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/company_book.h>
#include <closebell/company/dividend_text.h>

static Day day_of(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

/* Of an _id. */
static Dividend made(const char *id, double dps) {
  Dividend dividend = {.version = 1,
                       .dps = dps,
                       .payout_percent = 25.5,
                       .yield_percent = NAN,
                       .has_total = true,
                       .total = 5000000,
                       .first_seen_utc = 1741651200000};
  if (!dividend_id_parse(id, &dividend)) fail_msg("%s", id);
  return dividend;
}

static void add(Dividends *dividends, const char *id, double dps) {
  Dividend dividend = made(id, dps);
  assert_int_equal(dividends_put(dividends, &dividend), STATUS_OK);
}

static void an_id_reads_back_as_what_it_was_made_of(void **state) {
  (void)state;
  static const char *const good[] = {
      "2024-12-31:annual:common:20250311001085", "2025-03-31:q1:preferred:20250515000001",
      "2024-12-31:annual:common:20250311001085:2", "2024-12-31:annual:common:20250311001085:99"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    char id[DIVIDEND_ID_SIZE];
    Dividend dividend = made(good[i], 1);
    assert_string_equal(dividend_id(&dividend, id), good[i]);
    assert_int_equal(dividend.filed, rcept_no_filed(dividend.rcept_no));
  }
  static const char *const bad[] = {"",
                                    "2024-12-31",
                                    "2024-12-31:annual:common",
                                    "2024-12-31:annual:common:20250311001085:",
                                    "2024-12-31:annual:common:20250311001085:1",
                                    "2024-12-31:annual:common:20250311001085:02",
                                    "2024-12-31:annual:common:20250311001085:100",
                                    "2024-12-31:annual:common:20250311001085:2:",
                                    "2024-12-31:annual:CFS:20250311001085",
                                    "2024-12-31:year:common:20250311001085",
                                    "2024-12-32:annual:common:20250311001085",
                                    "2024-12-31:annual:common:2025031100108",
                                    "2024-12-31:annual:common:20251311001085"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    Dividend dividend = {.version = 77};
    if (dividend_id_parse(bad[i], &dividend)) fail_msg("%s was read", bad[i]);
    assert_int_equal(dividend.version, 77);
  }
}

static void other_values_under_one_receipt_are_another_version(void **state) {
  (void)state;
  Dividends dividends = {.ticker = "005930"};
  Merge merge;
  Dividend first = made("2024-12-31:annual:common:20250311001085", 100), other = first, added = {0};
  assert_int_equal(dividends_merge(&dividends, &first, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_NEW);
  assert_int_equal(dividends_merge(&dividends, &first, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  other.dps = NAN;
  assert_int_equal(dividends_merge(&dividends, &other, &merge, &added), STATUS_OK);
  assert_true(merge == MERGE_CONTRADICTS && added.version == 2);
  assert_int_equal(dividends_merge(&dividends, &other, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  other.has_total = false;
  other.total = 0;
  assert_int_equal(dividends_merge(&dividends, &other, &merge, &added), STATUS_OK);
  assert_true(merge == MERGE_CONTRADICTS && added.version == 3 && dividends.count == 3);
  assert_true(dividends_known(&dividends, day_of("2025-03-12"))->dps == 100);
  dividends_free(&dividends);
}

static const char *known_at(const Dividends *dividends, const char *session) {
  static char id[DIVIDEND_ID_SIZE];
  const Dividend *known = dividends_known(dividends, day_of(session));
  return known ? dividend_id(known, id) : "none";
}

static void the_newest_annual_report_counts_from_the_day_after_its_filing(void **state) {
  (void)state;
  Dividends dividends = {.ticker = "005930"};
  assert_string_equal(known_at(&dividends, "2025-01-01"), "none");
  assert_null(dividends_known(NULL, 0));
  add(&dividends, "2023-12-31:annual:common:20240312000736", 1444);
  add(&dividends, "2024-12-31:annual:common:20250311001085", 1446);
  add(&dividends, "2024-12-31:annual:preferred:20250311001085", 1447);
  add(&dividends, "2024-12-31:annual:preferred:20250312001085", 1447);
  add(&dividends, "2024-12-31:annual:common:20250401000009", 1500);
  add(&dividends, "2023-12-31:annual:common:20250601000001", 1400); /* a correction of the year before */
  add(&dividends, "2025-06-30:half:common:20250814000001", 700);
  assert_string_equal(known_at(&dividends, "2024-03-12"), "none");
  assert_string_equal(known_at(&dividends, "2024-03-13"), "2023-12-31:annual:common:20240312000736");
  assert_string_equal(known_at(&dividends, "2025-03-11"), "2023-12-31:annual:common:20240312000736");
  assert_string_equal(known_at(&dividends, "2025-03-12"), "2024-12-31:annual:common:20250311001085");
  assert_string_equal(known_at(&dividends, "2025-04-01"), "2024-12-31:annual:common:20250311001085");
  assert_string_equal(known_at(&dividends, "2025-04-02"), "2024-12-31:annual:common:20250401000009");
  assert_string_equal(known_at(&dividends, "2026-01-02"), "2024-12-31:annual:common:20250401000009");
  dividends_free(&dividends);
}

static void an_unknown_dividend_is_not_replaced_by_an_older_one(void **state) {
  (void)state;
  Dividends dividends = {.ticker = "005930"};
  add(&dividends, "2023-12-31:annual:common:20240312000736", 1444);
  add(&dividends, "2024-12-31:annual:common:20250311001085", NAN);
  DividendFields fields = dividend_fields(dividends_known(&dividends, day_of("2025-03-12")), 1, 50000);
  assert_true(isnan(fields.dps_ttm) && isnan(fields.dividend_yield) && fields.payout_ratio == 25.5);
  dividends_free(&dividends);
}

static void fields_are_seen_from_the_session(void **state) {
  (void)state;
  Dividend dividend = made("2024-12-31:annual:common:20250311001085", 1000);
  DividendFields fields = dividend_fields(&dividend, 0.2, 8000); /* split into five */
  assert_true(fields.dps_ttm == 200 && fields.dividend_yield == 2.5 && fields.payout_ratio == 25.5);
  dividend.dps = 0;
  fields = dividend_fields(&dividend, 0.2, 8000);
  assert_true(fields.dps_ttm == 0 && fields.dividend_yield == 0);
  dividend.payout_percent = NAN;
  assert_true(isnan(dividend_fields(&dividend, 1, 8000).payout_ratio));
  fields = dividend_fields(NULL, 1, 8000);
  assert_true(isnan(fields.dps_ttm) && isnan(fields.dividend_yield) && isnan(fields.payout_ratio));
}

static void a_report_has_its_dividends_under_its_receipt_or_a_newer_one(void **state) {
  (void)state;
  Dividends dividends = {.ticker = "005930"};
  add(&dividends, "2024-12-31:annual:common:20250311001085", 1);
  add(&dividends, "2023-12-31:annual:preferred:20240312000736", 1);
  assert_true(dividends_have(&dividends, 2024, 12, "20250311001085"));
  assert_true(dividends_have(&dividends, 2024, 12, "20250310000001"));
  assert_false(dividends_have(&dividends, 2024, 12, "20250312000001"));
  assert_false(dividends_have(&dividends, 2024, 3, "20250311001085"));
  assert_false(dividends_have(&dividends, 2023, 12, "20240312000736"));
  assert_false(dividends_have(NULL, 2023, 12, "20240312000736"));
  dividends_free(&dividends);
}

/* ---- as text ---- */

static void fill(Dividends *dividends) {
  *dividends = (Dividends){.ticker = "005930"};
  add(dividends, "2024-12-31:annual:common:20250311001085", 1446.1);
  add(dividends, "2024-12-31:annual:preferred:20250311001085", NAN);
  add(dividends, "2024-12-31:annual:common:20250311001085:2", 0);
  dividends->items[0].is_live = true;
  dividends->items[1].has_total = false;
  dividends->items[1].total = 0;
  static const DividendAsked asked[] = {{2024, 12, "20250311001085", 20000}, {2023, 12, "20240312000736", 19900}};
  for (size_t i = 0; i < 2; i++) assert_int_equal(dividends_note_asked(dividends, &asked[i]), STATUS_OK);
}

static void the_text_round_trips(void **state) {
  (void)state;
  Dividends dividends, again = {0};
  TextBuffer text = {0}, second = {0};
  Error err = {{0}};
  fill(&dividends);
  dividend_text_encode(&dividends, &text);
  if (dividend_text_decode(text.data, "005930", &again, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_int_equal(again.count, 3);
  assert_int_equal(again.asked_count, 2);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(dividend_compare(&again.items[i], &dividends.items[i]), 0);
    assert_true(dividend_same_values(&again.items[i], &dividends.items[i]));
    assert_int_equal(again.items[i].is_live, i == 0);
    assert_true(again.items[i].first_seen_utc == dividends.items[i].first_seen_utc);
  }
  assert_int_equal(dividends_asked(&again, 2023, 12)->day, 19900);
  dividend_text_encode(&again, &second);
  assert_string_equal(text.data, second.data);
  dividends_free(&again);
  dividends_free(&dividends);
  text_buffer_free(&text);
  text_buffer_free(&second);
}

static void no_damaged_text_is_read(void **state) {
  (void)state;
  Dividends dividends, again = {.count = 77};
  TextBuffer text = {0};
  Error err;
  fill(&dividends);
  dividend_text_encode(&dividends, &text);
  assert_int_equal(dividend_text_decode(text.data, "005935", &again, &err), STATUS_BAD_DATA);
  for (size_t i = 0; i < text.length; i++) {
    char *damaged = strdup(text.data);
    damaged[i] = (char)(damaged[i] ^ 1);
    if (dividend_text_decode(damaged, "005930", &again, &err) == STATUS_OK) fail_msg("byte %zu", i);
    damaged[i] = '\0';
    if (dividend_text_decode(damaged, "005930", &again, &err) == STATUS_OK) fail_msg("cut at %zu", i);
    free(damaged);
  }
  assert_int_equal(again.count, 77);
  dividends_free(&dividends);
  text_buffer_free(&text);
}

static void a_book_of_dividends_alone_knows_companies(void **state) {
  (void)state;
  CompanyBook book = {0};
  assert_false(company_book_knows(&book));
  assert_int_equal(company_book_begins(&book), DAY_NONE);
  add(dividend_book_open(&book.dividends, "005930"), "2024-12-31:annual:common:20250311001085", 1);
  add(dividend_book_open(&book.dividends, "000660"), "2023-12-31:annual:common:20240312000736", 1);
  assert_true(company_book_knows(&book));
  assert_int_equal(company_book_begins(&book), day_of("2024-03-13"));
  assert_int_equal(dividend_book_find(&book.dividends, "005930")->count, 1);
  assert_null(dividend_book_find(&book.dividends, "000001"));
  assert_null(dividend_book_open(&book.dividends, "no"));
  company_book_free(&book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_id_reads_back_as_what_it_was_made_of),
      cmocka_unit_test(other_values_under_one_receipt_are_another_version),
      cmocka_unit_test(the_newest_annual_report_counts_from_the_day_after_its_filing),
      cmocka_unit_test(an_unknown_dividend_is_not_replaced_by_an_older_one),
      cmocka_unit_test(fields_are_seen_from_the_session),
      cmocka_unit_test(a_report_has_its_dividends_under_its_receipt_or_a_newer_one),
      cmocka_unit_test(the_text_round_trips),
      cmocka_unit_test(no_damaged_text_is_read),
      cmocka_unit_test(a_book_of_dividends_alone_knows_companies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
