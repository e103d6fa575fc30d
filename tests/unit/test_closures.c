#include "market_rows.h"

#include <closebell/market/closures.h>

static Closures builtin(void) {
  Closures closures = {0};
  Error err = {{0}};
  assert_int_equal(closures_builtin(&closures, &err), STATUS_OK);
  return closures;
}

static void the_built_in_table_is_sorted_and_holds_weekdays_only(void **state) {
  (void)state;
  Closures closures = builtin();
  assert_int_equal(closures.count, 203);
  assert_int_equal(closures.items[0].date, day_of("2015-01-01"));
  assert_int_equal(closures.items[closures.count - 1].date, day_of("2027-12-31"));
  for (size_t i = 0; i < closures.count; i++) {
    assert_false(day_is_weekend(closures.items[i].date));
    assert_true(closures.items[i].reason[0] != '\0');
    if (i > 0) assert_true(closures.items[i - 1].date < closures.items[i].date);
  }
  closures_free(&closures);
  assert_null(closures.items);
}

static void the_built_in_table_expects_exactly_the_real_sessions(void **state) {
  (void)state;
  Closures closures = builtin();
  size_t sessions = 0;
  for (Day day = day_of("2023-12-05"); day <= day_of("2025-04-30"); day++) {
    char path[512];
    snprintf(path, sizeof path, "%s/days/%s.csv", TEST_DATA, day_text(day).text);
    FILE *file = fopen(path, "r");
    assert_int_equal(closures_expects_open(&closures, day), file != NULL);
    if (file != NULL) {
      fclose(file);
      sessions++;
    }
  }
  assert_int_equal(sessions, 341);
  closures_free(&closures);
}

static void a_reason_is_given_for_closed_weekdays_only(void **state) {
  (void)state;
  Closures closures = builtin();
  assert_string_equal(closures_reason(&closures, day_of("2025-01-27")), "temporary public holiday");
  assert_string_equal(closures_reason(&closures, day_of("2027-02-08")), "predicted: Seollal");
  assert_null(closures_reason(&closures, day_of("2025-04-10")));
  assert_null(closures_reason(&closures, day_of("2025-04-12")));
  assert_null(closures_reason(&closures, day_of("1990-01-01")));
  assert_null(closures_reason(&closures, day_of("2100-01-01")));
  closures_free(&closures);
}

static void the_next_open_day_skips_weekends_and_holidays(void **state) {
  (void)state;
  Closures closures = builtin();
  const struct {
    const char *day, *next;
  } cases[] = {
      {"2025-04-10", "2025-04-11"}, {"2025-04-11", "2025-04-14"}, {"2025-04-12", "2025-04-14"},
      {"2025-04-30", "2025-05-02"}, {"2025-05-02", "2025-05-07"}, {"2025-10-02", "2025-10-10"},
      {"2024-12-30", "2025-01-02"}, {"2030-12-31", "2031-01-01"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_int_equal(closures_next_open(&closures, day_of(cases[i].day)), day_of(cases[i].next));
  closures_free(&closures);
}

static void an_empty_table_closes_weekends_alone(void **state) {
  (void)state;
  Closures closures = {0};
  Error err = {{0}};
  assert_int_equal(closures_parse(&closures, "f.csv", "date,reason", &err), STATUS_OK);
  assert_int_equal(closures.count, 0);
  assert_true(closures_expects_open(&closures, day_of("2025-01-01")));
  assert_false(closures_expects_open(&closures, day_of("2025-04-12")));
  closures_free(&closures);
}

static void a_file_may_be_unsorted_quoted_and_end_its_lines_as_it_likes(void **state) {
  (void)state;
  Closures closures = {0};
  Error err = {{0}};
  const char *text = "date,reason\r\n"
                     "2026-06-03,local elections, nationwide\r\n"
                     "\n"
                     "2026-01-01,\"New Year, \"\"first\"\" day\"\n"
                     "2026-03-02,\n"
                     "2026-05-05,\"\"";
  assert_int_equal(closures_parse(&closures, "f.csv", text, &err), STATUS_OK);
  assert_int_equal(closures.count, 4);
  assert_int_equal(closures.items[0].date, day_of("2026-01-01"));
  assert_string_equal(closures.items[0].reason, "New Year, \"first\" day");
  assert_string_equal(closures.items[1].reason, "");
  assert_string_equal(closures.items[2].reason, "");
  assert_string_equal(closures.items[3].reason, "local elections, nationwide");
  closures_free(&closures);
}

static void a_long_reason_is_cut_between_characters(void **state) {
  (void)state;
  char text[256] = "date,reason\n2026-01-01,x";
  for (int i = 0; i < 30; i++) strcat(text, "\xec\x84\xa4"); /* three bytes each: 1 + 3 * 20 fit, 62 and 63 do not */
  Closures closures = {0};
  Error err = {{0}};
  assert_int_equal(closures_parse(&closures, "f.csv", text, &err), STATUS_OK);
  assert_int_equal(strlen(closures.items[0].reason), 61);
  closures_free(&closures);
}

static void an_error_names_file_and_line_and_writes_nothing(void **state) {
  (void)state;
  const struct {
    const char *text, *where;
  } cases[] = {
      {"", "f.csv:1:"},
      {"reason,date\n", "f.csv:1:"},
      {"date,reason,more\n", "f.csv:1:"},
      {"date,reason\n2026-01-01,ok\n2026-01-03,Saturday\n", "f.csv:3:"},
      {"date,reason\n2026-01-01,ok\n\n2026-01-01,again\n", "f.csv:4:"},
      {"date,reason\n2026-02-30,no such day\n", "f.csv:2:"},
      {"date,reason\n20260101,compact\n", "f.csv:2:"},
      {"date,reason\n2026-01-01\n", "f.csv:2:"},
      {"date,reason\n 2026-01-01,space\n", "f.csv:2:"},
      {"date,reason\n2026-01-01,\"open\n", "f.csv:2:"},
      {"date,reason\n2026-01-01,\"open\"\"\n", "f.csv:2:"},
      {"date,reason\n2026-01-01,\"\n", "f.csv:2:"},
      {"date,reason\n2026-01-01,\"a\" b\n", "f.csv:2:"},
      {"date,reason\n2026-01-01,\xff\n", "f.csv:2:"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Closures closures = {.count = 77};
    Error err = {{0}};
    assert_int_equal(closures_parse(&closures, "f.csv", cases[i].text, &err), STATUS_CONFIG);
    if (strncmp(err.text, cases[i].where, strlen(cases[i].where)) != 0) fail_msg("case %zu: %s", i, err.text);
    assert_int_equal(closures.count, 77);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_built_in_table_is_sorted_and_holds_weekdays_only),
      cmocka_unit_test(the_built_in_table_expects_exactly_the_real_sessions),
      cmocka_unit_test(a_reason_is_given_for_closed_weekdays_only),
      cmocka_unit_test(the_next_open_day_skips_weekends_and_holidays),
      cmocka_unit_test(an_empty_table_closes_weekends_alone),
      cmocka_unit_test(a_file_may_be_unsorted_quoted_and_end_its_lines_as_it_likes),
      cmocka_unit_test(a_long_reason_is_cut_between_characters),
      cmocka_unit_test(an_error_names_file_and_line_and_writes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
