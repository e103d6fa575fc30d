#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/market/flow_csv.h>
#include <closebell/market/minute_csv.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Flows and minutes as text and back again, and what of such a text is refused, by line and field. */

enum { DATE = 20188, MOST = 8 };
static const Instant AS_OF = 1744283100123;

typedef struct {
  FlowLine lines[MOST];
  size_t count;
} Flows;

static Status keep_flow(void *context, const FlowLine *line, Error *err) {
  Flows *flows = context;
  (void)err;
  flows->lines[flows->count++] = *line;
  return STATUS_OK;
}

static void flows_come_back_as_they_went(void **state) {
  (void)state;
  const FlowLine given[] = {
      {.ticker = "000660",
       .day = {.date = DATE,
               .has = FLOW_INVESTORS,
               .net_value = {-5, 0, INT64_MAX},
               .net_volume = {1, INT64_MIN, 0},
               .close = 183200,
               .is_final = true},
       .as_of_utc = AS_OF},
      {.ticker = "005930",
       .day = {.date = DATE, .has = flow_bit(FLOW_PROGRAM), .net_value = {[FLOW_PROGRAM] = 7}, .is_final = true},
       .as_of_utc = AS_OF + 1}};
  Flows flows = {.count = 0};
  TextBuffer text = {0};
  Error err;
  text_buffer_printf(&text, "%s\n", FLOW_CSV_HEADER);
  for (size_t i = 0; i < 2; i++) flow_csv_append(&text, &given[i]);
  assert_int_equal(flow_csv_read(text.data, DATE, keep_flow, &flows, &err), STATUS_OK);
  assert_int_equal(flows.count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_string_equal(flows.lines[i].ticker, given[i].ticker);
    assert_true(flow_day_equal(&flows.lines[i].day, &given[i].day));
    assert_true(flows.lines[i].as_of_utc == given[i].as_of_utc);
  }
  text_buffer_free(&text);
}

static void a_flow_that_cannot_be_is_named(void **state) {
  (void)state;
  static const struct {
    const char *lines, *named;
  } CASES[] = {{"00593,1,1,,,,,,,,2025-04-10T11:05:00Z\n", "ticker"},
               {"005930,,,,,,,,,,2025-04-10T11:05:00Z\n", "foreign_net_buy"},
               {"005930,1,,,,,,,,,2025-04-10T11:05:00Z\n", "foreign_net_volume"},
               {"005930,1,x,,,,,,,,2025-04-10T11:05:00Z\n", "foreign_net_volume"},
               {"005930,1.5,1,,,,,,,,2025-04-10T11:05:00Z\n", "foreign_net_buy"},
               {"005930,1,1,,,,,,,0,2025-04-10T11:05:00Z\n", "close"},
               {"005930,1,1,,,,,,,,yesterday\n", "as_of_utc"},
               {"005930,1,1,,,,,,,\n", "as_of_utc"},
               {"005930,1,1,,,,,,,,2025-04-10T11:05:00Z,1\n", "as_of_utc"},
               {"005930,\"1\",1,,,,,,,,2025-04-10T11:05:00Z\n", "line 2"},
               {"005930,1,1,,,,,,,,2025-04-10T11:05:00Z\n005930,1,1,,,,,,,,2025-04-10T11:05:00Z\n", "line 3, ticker"},
               {"\n", "line 2"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char text[512];
    Flows flows = {.count = 0};
    Error err = {{0}};
    snprintf(text, sizeof text, "%s\n%s", FLOW_CSV_HEADER, CASES[i].lines);
    assert_int_equal(flow_csv_read(text, DATE, keep_flow, &flows, &err), STATUS_BAD_DATA);
    if (strstr(err.text, CASES[i].named) == NULL) fail_msg("%s: %s", CASES[i].lines, err.text);
  }
  Error err;
  assert_int_equal(flow_csv_read("code,name\n", DATE, keep_flow, NULL, &err), STATUS_BAD_DATA);
}

typedef struct {
  char tickers[MOST][TICKER_SIZE];
  MinuteDay days[MOST];
  Instant as_of[MOST];
  size_t count;
} Minutes;

static Status keep_minutes(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err) {
  Minutes *minutes = context;
  (void)err;
  snprintf(minutes->tickers[minutes->count], TICKER_SIZE, "%s", ticker);
  minutes->days[minutes->count] = *day;
  minutes->as_of[minutes->count++] = as_of_utc;
  return STATUS_OK;
}

static void minutes_come_back_as_they_went(void **state) {
  (void)state;
  MinuteDay *days = calloc(2, sizeof *days);
  Minutes *minutes = calloc(1, sizeof *minutes);
  TextBuffer text = {0};
  Error err;
  assert_non_null(days);
  assert_non_null(minutes);
  days[0] = (MinuteDay){.date = DATE, .count = 2, .bars = {{900, 5, 7, 4, 6, 10}, {1530, 6, 6, 6, 6, 1}}};
  days[1] = (MinuteDay){.date = DATE, .count = 1, .bars = {{1201, 9, 9, 9, 9, 3}}};
  text_buffer_printf(&text, "%s\n", MINUTE_CSV_HEADER);
  minute_csv_append(&text, "000660", &days[0], AS_OF);
  minute_csv_append(&text, "005930", &days[1], AS_OF + 5);
  assert_int_equal(minute_csv_read(text.data, DATE, keep_minutes, minutes, &err), STATUS_OK);
  assert_int_equal(minutes->count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_string_equal(minutes->tickers[i], i == 0 ? "000660" : "005930");
    assert_true(minute_day_equal(&minutes->days[i], &days[i]));
    assert_true(minutes->as_of[i] == AS_OF + (i == 0 ? 0 : 5));
  }
  text_buffer_free(&text);
  free(minutes);
  free(days);
}

static void a_minute_that_cannot_be_is_named(void **state) {
  (void)state;
  static const struct {
    const char *lines, *named;
  } CASES[] = {
      {"005930,859,1,1,1,1,1,2025-04-10T07:10:00Z\n", "time"},
      {"005930,960,1,1,1,1,1,2025-04-10T07:10:00Z\n", "time"},
      {"005930,900,1,1,1,1,0,2025-04-10T07:10:00Z\n", "line 2"},
      {"005930,900,3,2,1,1,1,2025-04-10T07:10:00Z\n", "line 2"},
      {"005930,900,1,1,-1,1,1,2025-04-10T07:10:00Z\n", "low"},
      {"005930,900,1,1,1,1,1,now\n", "as_of_utc"},
      {"005930,900,1,1,1,1,1,2025-04-10T07:10:00Z\n005930,900,1,1,1,1,1,2025-04-10T07:10:00Z\n", "line 3, time"},
      {"005930,900,1,1,1,1,1,2025-04-10T07:10:00Z\n005930,901,1,1,1,1,1,2025-04-10T07:11:00Z\n", "line 3, as_of"},
      {"005930,900,1,1,1,1,1,2025-04-10T07:10:00Z\n000660,900,1,1,1,1,1,2025-04-10T07:10:00Z\n", "line 3, ticker"}};
  Minutes *minutes = calloc(1, sizeof *minutes);
  assert_non_null(minutes);
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char text[512];
    Error err = {{0}};
    minutes->count = 0;
    snprintf(text, sizeof text, "%s\n%s", MINUTE_CSV_HEADER, CASES[i].lines);
    assert_int_equal(minute_csv_read(text, DATE, keep_minutes, minutes, &err), STATUS_BAD_DATA);
    if (strstr(err.text, CASES[i].named) == NULL) fail_msg("%s: %s", CASES[i].lines, err.text);
  }
  free(minutes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(flows_come_back_as_they_went),
      cmocka_unit_test(a_flow_that_cannot_be_is_named),
      cmocka_unit_test(minutes_come_back_as_they_went),
      cmocka_unit_test(a_minute_that_cannot_be_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
