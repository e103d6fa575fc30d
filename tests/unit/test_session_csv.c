#include "market_rows.h"
#include "named.h"

#include <closebell/market/filter_history.h>
#include <closebell/market/session_csv.h>

#include "session_equal.h"

static const char HEADER[] = SESSION_CSV_HEADER "\n";
static const char LINE[] = "005930,삼성전자,KOSPI,1,3,1,2,-1,-33.33,10,20,30,40\n";

static Status parse(const char *text, Session *ret_session, Error *err) {
  return session_csv_parse(text, strlen(text), day_of("2025-03-04"), ret_session, err);
}

static void assert_refused(const char *rows, const char *parts) {
  char text[2048];
  Session session = {.count = 9};
  Error err = {{0}};
  snprintf(text, sizeof text, "%s%s", HEADER, rows);
  assert_int_equal(parse(text, &session, &err), STATUS_BAD_DATA);
  assert_named(err.text, parts);
  assert_int_equal(session.count, 9);
}

static void a_line_is_a_row(void **state) {
  (void)state;
  char text[512];
  Session session;
  Error err;
  snprintf(text, sizeof text, "%s%s", HEADER, LINE);
  assert_int_equal(parse(text, &session, &err), STATUS_OK);
  assert_int_equal(session.count, 1);
  assert_int_equal(session.markets, market_bit(MARKET_KOSPI));
  assert_int_equal(session.date, day_of("2025-03-04"));
  const StockRow expected = {.ticker = "005930",
                             .name = "삼성전자",
                             .market = MARKET_KOSPI,
                             .open = 1,
                             .high = 3,
                             .low = 1,
                             .close = 2,
                             .change = -1,
                             .volume = 10,
                             .value = 20,
                             .market_cap = 30,
                             .listed_shares = 40};
  assert_true(row_equal(&session.rows[0], &expected));
  session_free(&session);
}

static void what_spreadsheets_make_of_a_file_is_taken(void **state) {
  (void)state;
  static const char text[] =
      "\xEF\xBB\xBF" SESSION_CSV_HEADER "\r\n\"005930\",\"A, \"\"B\"\"\nC\",KOSDAQ GLOBAL,1,3,1,2,-1,,10,20,30,40\r\n"
      "000020,D,KONEX,1,3,1,2,-1,0.0,10,20,30,40";
  Session session;
  Error err;
  assert_int_equal(parse(text, &session, &err), STATUS_OK);
  assert_int_equal(session.count, 2);
  assert_string_equal(session.rows[0].ticker, "000020");
  assert_string_equal(session.rows[1].name, "A, \"B\"\nC");
  assert_int_equal(session.rows[1].market, MARKET_KOSDAQ);
  session_free(&session);
}

static void what_is_wrong_is_named_by_line_and_field(void **state) {
  (void)state;
  static const char GOOD[] = "000020,A,KOSPI,1,3,1,2,-1,0,10,20,30,40\n";
  char text[1024];
  snprintf(text, sizeof text, "%s005930,B,KOSPI,1,3,1,2x,-1,0,10,20,30,40\n", GOOD);
  assert_refused(text, "line 3|close");
  snprintf(text, sizeof text, "%s005930,B,KOSPI,1,3,1,2,-1,0,10,20,30\n", GOOD);
  assert_refused(text, "line 3|listed_shares");
  snprintf(text, sizeof text, "%s\n", GOOD);
  assert_refused(text, "line 3|name");
  snprintf(text, sizeof text, "%s%s", GOOD, GOOD);
  assert_refused(text, "2025-03-04|000020");
  assert_refused("000020,\"A\nB\",KOSPI,1,3,1,2,-1,0,10,20,30,40\n5930,A,KOSPI,1,3,1,2,-1,0,10,20,30,40\n",
                 "line 4|code");
  assert_refused("000020,A,KOSPI,1,3,1,2,-1,0,10,20,30,40,50\n", "line 2|13");
  assert_refused("000020,A,NYSE,1,3,1,2,-1,0,10,20,30,40\n", "line 2|market|KOSPI|KOSDAQ|KONEX");
  assert_refused("000020,A,KOSPI,1,3,1,2,-1,high,10,20,30,40\n", "line 2|change_rate");
  assert_refused("000020,A,KOSPI,1,3,1,2,-1,0,-10,20,30,40\n", "line 2|000020|volume");
  assert_refused("000020,A,KOSPI,3,1,2,2,-1,0,10,20,30,40\n", "line 2|000020|high");
  assert_refused("000020,A,KOSPI,1,3,1,0,-1,0,10,20,30,40\n", "line 2|000020|close");
  assert_refused("000020,\xFF,KOSPI,1,3,1,2,-1,0,10,20,30,40\n", "line 2|000020|name");
  assert_refused("000020,A,KOSPI,9223372036854775808,3,1,2,-1,0,10,20,30,40\n", "line 2|open");
  assert_refused("000020,\"A,KOSPI\n", "line 2|name|quotes");
  assert_refused("000020,\"A\"B,KOSPI\n", "line 2|name|behind");
  assert_refused("000020,A\"B,KOSPI\n", "line 2|name|quote");
  assert_refused("", "line 2");
}

static void another_first_line_is_refused(void **state) {
  (void)state;
  Session session;
  Error err;
  assert_int_equal(parse(SESSION_CSV_ADJUSTED_HEADER "\n", &session, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "line 1"));
  assert_int_equal(parse("", &session, &err), STATUS_BAD_DATA);
  assert_int_equal(session_csv_parse("code,na", 7, 0, &session, &err), STATUS_BAD_DATA);
}

static void what_is_written_reads_back_the_same_and_is_what_the_exchange_published(void **state) {
  (void)state;
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) {
    Session session = session_from_raw(RAW_DATES[i]), again;
    TextBuffer text = {0};
    Error err;
    session_csv_format(&session, &text);
    assert_int_equal(session_csv_parse(text.data, text.length, session.date, &again, &err), STATUS_OK);
    again.markets = session.markets;
    assert_true(session_equal(&session, &again));
    char path[512];
    snprintf(path, sizeof path, "%s/raw-2023/%s.csv", TEST_DATA, RAW_DATES[i]);
    FILE *file = fopen(path, "r");
    char *published = calloc(1, text.length + 2);
    assert_non_null(file);
    assert_int_equal(fread(published, 1, text.length + 1, file), text.length);
    assert_memory_equal(published, text.data, text.length);
    fclose(file);
    free(published);
    text_buffer_free(&text);
    session_free(&session);
    session_free(&again);
  }
}

static void kinds_and_administrative_issues_have_columns_of_their_own_where_they_are_known(void **state) {
  (void)state;
  StockRow rows[] = {row_of("000020", 5), row_of("005930", 7), row_of("035720", 9)};
  rows[0].base_kind = 1;
  rows[1].base_kind = 9;
  rows[1].administrative = true;
  Session session = session_of(20000, rows, 3), again;
  TextBuffer text = {0};
  Error err;
  session_csv_format(&session, &text);
  assert_non_null(strstr(text.data, ",listed_shares,kind,administrative\n"));
  assert_non_null(strstr(text.data, ",common,\n005930,"));
  assert_non_null(strstr(text.data, ",foreign,1\n035720,"));
  assert_int_equal(session_csv_parse(text.data, text.length, 20000, &again, &err), STATUS_OK);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(again.rows[i].base_kind, rows[i].base_kind);
    assert_int_equal(again.rows[i].administrative, rows[i].administrative);
  }
  assert_true(again.has_kinds);
  char *at = strstr(text.data, "foreign,1");
  memcpy(at, "alien!!,1", 9);
  assert_int_equal(session_csv_parse(text.data, text.length, 20000, &again, &err), STATUS_BAD_DATA);
  assert_named(err.text, "line 3|kind");
  memcpy(at, "foreign,2", 9);
  assert_int_equal(session_csv_parse(text.data, text.length, 20000, &again, &err), STATUS_BAD_DATA);
  assert_named(err.text, "line 3|administrative");
  session_free(&session);
  session_free(&again);
  text_buffer_free(&text);
}

static void adjusted_numbers_are_the_shortest_that_read_back_the_same(void **state) {
  (void)state;
  StockRow row = row_of("005930", 100);
  TextBuffer text = {0};
  session_csv_format_adjusted(&row, 0.1, &text);
  assert_string_equal(text.data, "005930,Stock 005930,KOSPI,10,10,10,10,10000\n");
  text.length = 0;
  row.close = 1;
  session_csv_format_adjusted(&row, 1.0 / 3, &text);
  assert_non_null(strstr(text.data, ",0.3333333333333333,3000\n"));
  text_buffer_free(&text);
}

/* ---- the filters beside the sessions ---- */

static void filters_in_force_read_back_the_same(void **state) {
  (void)state;
  EntryFilter small = {.markets = 3, .min_market_cap = 5, .exit_market_cap = 4, .exit_sessions = 20};
  EntryFilter large = {.markets = 1, .min_market_cap = 50, .exit_market_cap = 40, .exit_sessions = 20};
  FilterHistory history = {0}, again = {0};
  TextBuffer text = {0};
  Error err;
  const EntryFilter *filters[] = {&small, &small, &large, &large};
  for (Day i = 0; i < 4; i++) assert_int_equal(filter_history_add(&history, 20000 + i, filters[i]), STATUS_OK);
  assert_int_equal(history.count, 2);
  filter_history_format(&history, &text);
  assert_int_equal(filter_history_parse(text.data, &again, &err), STATUS_OK);
  assert_int_equal(again.count, 2);
  assert_null(filter_history_find(&again, 19999));
  assert_int_equal(filter_history_find(&again, 20001)->min_market_cap, 5);
  assert_int_equal(filter_history_find(&again, 29999)->min_market_cap, 50);
  filter_history_free(&history);
  filter_history_free(&again);
  text_buffer_free(&text);
}

static void set_up_s_filter_and_the_one_its_session_was_changed_to_have_the_same_date(void **state) {
  (void)state;
  EntryFilter first = {.markets = 3, .min_market_cap = 5, .exit_market_cap = 4, .exit_sessions = 20}, changed = first;
  FilterHistory history = {0}, again = {0};
  TextBuffer text = {0};
  Error err;
  changed.min_market_cap = 50;
  assert_int_equal(filter_history_add(&history, 20000, &first), STATUS_OK);
  for (Day day = 20000; day < 20003; day++) assert_int_equal(filter_history_add(&history, day, &changed), STATUS_OK);
  filter_history_format(&history, &text);
  assert_int_equal(filter_history_parse(text.data, &again, &err), STATUS_OK);
  assert_int_equal(again.count, 2);
  assert_int_equal(again.items[0].filter.min_market_cap, 5);
  assert_int_equal(filter_history_find(&again, 20000)->min_market_cap, 50);
  filter_history_free(&history);
  filter_history_free(&again);
  text_buffer_free(&text);
}

static void a_broken_filter_is_named_by_its_line(void **state) {
  (void)state;
  FilterHistory history = {.count = 7};
  Error err;
  static const char GOOD[] = "markets=KOSPI cap=1 exit_cap=1 exit_sessions=20 exclude=- sessions=0 value=0";
  char text[512];
  assert_int_equal(filter_history_parse("# nothing\n", &history, &err), STATUS_BAD_DATA);
  snprintf(text, sizeof text, "2025-03-04 %s\n2025-03-04 %s\n", GOOD, GOOD);
  assert_int_equal(filter_history_parse(text, &history, &err), STATUS_BAD_DATA);
  assert_named(err.text, "line 2|date");
  assert_int_equal(filter_history_parse("2025-03-04 all\n", &history, &err), STATUS_BAD_DATA);
  assert_named(err.text, "line 1");
  assert_int_equal(filter_history_parse("tomorrow\n", &history, &err), STATUS_BAD_DATA);
  assert_int_equal(history.count, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_is_a_row),
      cmocka_unit_test(what_spreadsheets_make_of_a_file_is_taken),
      cmocka_unit_test(what_is_wrong_is_named_by_line_and_field),
      cmocka_unit_test(another_first_line_is_refused),
      cmocka_unit_test(what_is_written_reads_back_the_same_and_is_what_the_exchange_published),
      cmocka_unit_test(kinds_and_administrative_issues_have_columns_of_their_own_where_they_are_known),
      cmocka_unit_test(adjusted_numbers_are_the_shortest_that_read_back_the_same),
      cmocka_unit_test(filters_in_force_read_back_the_same),
      cmocka_unit_test(set_up_s_filter_and_the_one_its_session_was_changed_to_have_the_same_date),
      cmocka_unit_test(a_broken_filter_is_named_by_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
