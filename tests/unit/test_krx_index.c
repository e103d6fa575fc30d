/* What the parser makes of idx/kospi_dd_trd and idx/kosdaq_dd_trd: the recorded answers, and how they might differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/krx.h>
#include <closebell/source/krx_index_parse.h>

#include "named.h"

enum { BODY_SIZE = 8192 };

static char *recorded(const char *name) {
  static char text[BODY_SIZE];
  char path[512];
  snprintf(path, sizeof path, "%s/openapi/%s_20240104.json", TEST_DATA, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("cannot read %s", path);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static KrxIndexQuestion question(const char *date, Market market, IndexSet wanted) {
  KrxIndexQuestion asked = {.market = market, .wanted = wanted};
  assert_true(day_parse(date, &asked.date));
  return asked;
}

static KrxIndexAnswer parse_as(const char *body, int status, Market market, IndexSet wanted) {
  KrxIndexAnswer answer;
  KrxIndexQuestion asked = question("2024-01-04", market, wanted);
  krx_parse_index(body, strlen(body), status, &asked, &answer);
  assert_null(answer.said.rows);
  return answer;
}

static KrxIndexAnswer parse(const char *body) { return parse_as(body, 200, MARKET_KOSPI, INDEX_SET_ALL); }

/* KOSPI's recorded answer with the n-th `from` (from 1) replaced by `to`; static, until the next call. */
static const char *recorded_with(int n, const char *from, const char *to) {
  static char text[BODY_SIZE + 256];
  const char *body = recorded("kospi_dd_trd"), *place = body - 1;
  while (n-- > 0) {
    place = strstr(place + 1, from);
    if (place == NULL) fail_msg("no %s", from);
  }
  snprintf(text, sizeof text, "%.*s%s%s", (int)(place - body), body, to, place + strlen(from));
  return text;
}

static void assert_fails(KrxIndexAnswer answer, AnswerKind kind, const char *parts) {
  assert_named(answer.said.detail, parts);
  assert_int_equal(answer.said.kind, kind);
  assert_int_equal(answer.day.has, 0);
  assert_int_equal(answer.totals.market_cap, 0);
}

static void assert_broken(const char *body, const char *parts) { assert_fails(parse(body), ANSWER_BROKEN, parts); }

static void the_recorded_answer_gives_totals_and_indices(void **state) {
  (void)state;
  KrxIndexAnswer answer = parse(recorded("kospi_dd_trd"));
  assert_string_equal(answer.said.detail, "");
  assert_int_equal(answer.said.kind, ANSWER_ROWS);
  assert_int_equal(answer.said.http_status, 200);
  assert_int_equal(answer.said.retry_after_ms, -1);
  assert_false(answer.not_approved);
  const MarketTotals totals = {.volume = 770176172, .value = 8992273956601, .market_cap = 2081862659594752};
  assert_memory_equal(&answer.totals, &totals, sizeof totals);
  assert_int_equal(answer.day.has, index_bit(INDEX_KOSPI) | index_bit(INDEX_KOSPI200));
  const IndexRow kospi = {.open = 259244,
                          .high = 260264,
                          .low = 258009,
                          .close = 258702,
                          .change = -2029,
                          .volume = 768208666,
                          .value = 8986436535976,
                          .market_cap = 2080804000032312};
  const IndexRow kospi200 = {.open = 34910,
                             .high = 35076,
                             .low = 34713,
                             .close = 34807,
                             .change = -313,
                             .volume = 103140948,
                             .value = 5817672265149,
                             .market_cap = 1814393097178020};
  assert_true(index_row_equal(&answer.day.rows[INDEX_KOSPI], &kospi));
  assert_true(index_row_equal(&answer.day.rows[INDEX_KOSPI200], &kospi200));
}

static void the_other_market_has_a_service_of_its_own(void **state) {
  (void)state;
  KrxIndexAnswer answer = parse_as(recorded("kosdaq_dd_trd"), 200, MARKET_KOSDAQ, INDEX_SET_ALL);
  assert_int_equal(answer.said.kind, ANSWER_ROWS);
  assert_int_equal(answer.totals.volume, 1224264897);
  assert_int_equal(answer.day.has, index_bit(INDEX_KOSDAQ));
  assert_int_equal(answer.day.rows[INDEX_KOSDAQ].close, 86625);
  assert_string_equal(krx_index_path(MARKET_KOSPI), "/svc/apis/idx/kospi_dd_trd");
  assert_string_equal(krx_index_path(MARKET_KOSDAQ), "/svc/apis/idx/kosdaq_dd_trd");
  assert_null(krx_index_path(MARKET_KONEX));
  assert_fails(parse_as(recorded("kosdaq_dd_trd"), 200, MARKET_KOSPI, INDEX_SET_ALL), ANSWER_BROKEN, "IDX_CLSS");
}

static void only_the_wanted_indices_are_looked_for(void **state) {
  (void)state;
  KrxIndexAnswer answer = parse_as(recorded("kospi_dd_trd"), 200, MARKET_KOSPI, index_bit(INDEX_KOSPI));
  assert_int_equal(answer.day.has, index_bit(INDEX_KOSPI));
  answer = parse_as(recorded("kospi_dd_trd"), 200, MARKET_KOSPI, 0);
  assert_int_equal(answer.said.kind, ANSWER_ROWS);
  assert_int_equal(answer.day.has, 0);
  assert_int_equal(answer.totals.volume, 770176172);
  answer = parse_as(recorded_with(1, "348.07", "-"), 200, MARKET_KOSPI, index_bit(INDEX_KOSPI)); /* nobody wants it */
  assert_int_equal(answer.said.kind, ANSWER_ROWS);
}

static void names_are_matched_to_the_letter(void **state) {
  (void)state;
  assert_broken(recorded_with(1, "\"코스피\"", "\"코스피 \""), "index KOSPI");
  assert_broken(recorded_with(1, "\"코스피\"", "\"코스피지수\""), "index KOSPI");
  assert_broken(recorded_with(1, "\"코스피 200\"", "\"코스피200\""), "index KOSPI200");
  assert_broken(recorded_with(1, "\"코스피 (외국주포함)\"", "\"코스피(외국주포함)\""), "totals|KOSPI");
}

static void what_stands_twice_is_broken(void **state) {
  (void)state;
  assert_broken(recorded_with(1, "\"코스피 100\"", "\"코스피\""), "KOSPI|twice");
  assert_broken(recorded_with(1, "\"코스피 100\"", "\"코스피 200\""), "KOSPI200|twice");
  assert_broken(recorded_with(1, "\"코스피 100\"", "\"코스피 (외국주포함)\""), "totals|twice");
}

static void rows_of_another_day_or_market_are_broken_wherever_they_stand(void **state) {
  (void)state;
  assert_broken(recorded_with(1, "\"20240104\"", "\"20240103\""), "BAS_DD|20240103|20240104");
  assert_broken(recorded_with(5, "\"20240104\"", "\"20240103\""), "row 5");
  assert_broken(recorded_with(1, "\"KOSPI\"", "\"KOSDAQ\""), "IDX_CLSS|KOSDAQ|KOSPI");
  assert_broken(recorded_with(5, "\"KOSPI\"", "\"KRX\""), "row 5");
  assert_broken(recorded_with(1, "\"IDX_CLSS\"", "\"IDX_CLASS\""), "IDX_CLSS");
  assert_broken(recorded_with(1, "\"BAS_DD\":\"20240104\"", "\"BAS_DD\":20240104"), "BAS_DD");
  assert_broken(recorded_with(4, "\"IDX_NM\"", "\"NAME\""), "IDX_NM");
}

static void figures_that_cannot_be_are_broken(void **state) {
  (void)state;
  assert_broken(recorded_with(1, "\"770176172\"", "\"-\""), "totals|ACC_TRDVOL");
  assert_broken(recorded_with(1, "\"770176172\"", "\"-1\""), "totals|ACC_TRDVOL|-1");
  assert_broken(recorded_with(1, "\"770176172\"", "\"7.5\""), "ACC_TRDVOL");
  assert_broken(recorded_with(1, "\"2081862659594752\"", "\"99999999999999999999\""), "MKTCAP");
  assert_broken(recorded_with(1, "\"ACC_TRDVAL\"", "\"VALUE\""), "totals|ACC_TRDVAL");
  assert_broken(recorded_with(1, "\"2587.02\"", "\"-\""), "KOSPI|CLSPRC_IDX");
  assert_broken(recorded_with(1, "\"2587.02\"", "\"2587.021\""), "KOSPI|CLSPRC_IDX|2587.021");
  assert_broken(recorded_with(1, "\"2587.02\"", "\"0.00\""), "KOSPI|close");
  assert_broken(recorded_with(1, "\"2587.02\"", "\"2602.65\""), "close");
  assert_broken(recorded_with(1, "\"2587.02\"", "\"-2587.02\""), "CLSPRC_IDX|-2587.02");
  assert_broken(recorded_with(1, "\"2602.64\"", "\"92233720368547758.07\""), "high");
  assert_broken(recorded_with(1, "\"2602.64\"", "\"92233720368547758.08\""), "HGPRC_IDX");
  assert_broken(recorded_with(1, "\"-20.29\"", "\"x\""), "CMPPREVDD_IDX");
  assert_broken(recorded_with(1, "\"-20.29\"", "\"2587.02\""), "change");
}

static void a_change_that_is_missing_is_none(void **state) {
  (void)state;
  KrxIndexAnswer answer = parse(recorded_with(1, "\"-20.29\"", "\"-\""));
  assert_int_equal(answer.said.kind, ANSWER_ROWS);
  assert_int_equal(answer.day.rows[INDEX_KOSPI].change, 0);
  answer = parse(recorded_with(1, "\"2587.02\"", "\"2,587.02\""));
  assert_int_equal(answer.day.rows[INDEX_KOSPI].close, 258702);
}

static void an_empty_answer_is_no_session(void **state) {
  (void)state;
  assert_fails(parse("{\"OutBlock_1\":[]}"), ANSWER_EMPTY, "");
}

static void a_service_that_is_not_approved_is_told_from_a_bad_key(void **state) {
  (void)state;
  static const char NOT_APPROVED[] = "{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}";
  static const char BAD_KEY[] = "{\"respMsg\":\"Unauthorized Key\",\"respCode\":\"401\"}";
  static const char FORBIDDEN[] = "{\"respMsg\":\"Forbidden\",\"respCode\":\"403\"}";
  static const struct {
    const char *body;
    int status;
    AnswerKind kind;
    bool not_approved;
  } CASES[] = {{NOT_APPROVED, 401, ANSWER_UNAUTHORIZED, true},
               {NOT_APPROVED, 200, ANSWER_UNAUTHORIZED, true},
               {BAD_KEY, 401, ANSWER_UNAUTHORIZED, false},
               {BAD_KEY, 200, ANSWER_UNAUTHORIZED, false},
               {FORBIDDEN, 403, ANSWER_UNAUTHORIZED, true},
               {FORBIDDEN, 200, ANSWER_UNAUTHORIZED, true},
               {"", 401, ANSWER_UNAUTHORIZED, false},
               {"<html>no</html>", 403, ANSWER_BLOCKED, false},
               {"", 403, ANSWER_BLOCKED, false}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    KrxIndexAnswer answer = parse_as(CASES[i].body, CASES[i].status, MARKET_KOSPI, INDEX_SET_ALL);
    if (answer.said.kind != CASES[i].kind || answer.not_approved != CASES[i].not_approved)
      fail_msg("%d %s: %s", CASES[i].status, CASES[i].body, answer.said.detail);
    assert_string_not_equal(answer.said.detail, "");
  }
}

static void a_status_decides_the_kind_as_for_daily_rows(void **state) {
  (void)state;
  const char *body = recorded("kospi_dd_trd");
  static const struct {
    int status;
    AnswerKind kind;
  } CASES[] = {{302, ANSWER_MISDIRECTED}, {404, ANSWER_FAILING}, {429, ANSWER_THROTTLED}, {503, ANSWER_FAILING}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
    assert_int_equal(parse_as(body, CASES[i].status, MARKET_KOSPI, 0).said.kind, CASES[i].kind);
  assert_fails(parse_as("", 404, MARKET_KOSPI, 0), ANSWER_FAILING, "/svc/apis/idx/kospi_dd_trd");
  assert_fails(parse_as("<html>", 200, MARKET_KOSPI, 0), ANSWER_BLOCKED, "");
  assert_fails(parse_as("{\"output\":[]}", 200, MARKET_KOSPI, 0), ANSWER_BROKEN, "OutBlock_1");
}

static void every_cut_of_an_answer_is_passing(void **state) {
  (void)state;
  const char *body = recorded("kosdaq_dd_trd");
  KrxIndexQuestion asked = question("2024-01-04", MARKET_KOSDAQ, INDEX_SET_ALL);
  for (size_t length = 0; length + 2 < strlen(body); length++) { /* the last two are "}\n" */
    KrxIndexAnswer answer;
    krx_parse_index(body, length, 200, &asked, &answer);
    assert_int_equal(answer.said.kind, ANSWER_FAILING);
  }
}

/* ---- the feed ---- */

static Answer ask_feed(const char *body, int status, Market market) {
  KrxIndexQuestion asked = question("2024-01-04", market, 0);
  const Question about = {.feed = &KRX_INDEX, .date = asked.date, .market = market};
  Answer answer;
  KRX_INDEX.parse(&(FeedReply){body, strlen(body), status, ""}, &about, &answer);
  return answer;
}

static void the_feed_gives_one_report_of_a_market(void **state) {
  (void)state;
  Answer answer = ask_feed(recorded("kospi_dd_trd"), 200, MARKET_KOSPI);
  const IndexReport *report = answer_items(&answer, &PAYLOAD_INDEX_REPORT);
  assert_non_null(report);
  assert_int_equal(answer.count, 1);
  assert_int_equal(report->totals.volume, 770176172);
  assert_int_equal(report->day.has, index_bit(INDEX_KOSPI) | index_bit(INDEX_KOSPI200));
  free(answer.payload);
  answer = ask_feed("{\"OutBlock_1\":[]}", 200, MARKET_KOSDAQ);
  assert_int_equal(answer.kind, ANSWER_EMPTY);
  assert_null(answer.payload);
  answer = ask_feed("{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}", 401, MARKET_KOSPI);
  assert_int_equal(answer.kind, ANSWER_UNAUTHORIZED);
}

static void an_index_that_is_absent_takes_nothing_from_the_totals(void **state) {
  (void)state;
  Answer answer = ask_feed(recorded_with(1, "\"코스피 200\"", "\"코스피200\""), 200, MARKET_KOSPI);
  const IndexReport *report = answer_items(&answer, &PAYLOAD_INDEX_REPORT);
  assert_non_null(report);
  assert_int_equal(report->day.has, index_bit(INDEX_KOSPI));
  free(answer.payload);
  answer = ask_feed(recorded_with(1, "\"348.07\"", "\"-\""), 200, MARKET_KOSPI);
  assert_int_equal(answer.kind, ANSWER_BROKEN);
}

static void the_feed_is_wanted_while_an_index_is(void **state) {
  (void)state;
  Config config;
  config_defaults(&config);
  assert_true(KRX_INDEX.wanted(&config));
  config.indices.names[0] = '\0';
  assert_false(KRX_INDEX.wanted(&config));
}

static void the_feed_asks_the_service_of_the_market(void **state) {
  (void)state;
  char url[FEED_URL_SIZE];
  KrxIndexQuestion asked = question("2024-01-04", MARKET_KOSDAQ, 0);
  const Question about = {.feed = &KRX_INDEX, .date = asked.date, .market = MARKET_KOSDAQ};
  assert_int_equal(krx_url("http://h", &about, url, sizeof url, NULL), STATUS_OK);
  assert_string_equal(url, "http://h/svc/apis/idx/kosdaq_dd_trd?basDd=20240104");
  assert_false(market_set_has(KRX_INDEX.markets, MARKET_KONEX));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_recorded_answer_gives_totals_and_indices),
      cmocka_unit_test(the_other_market_has_a_service_of_its_own),
      cmocka_unit_test(only_the_wanted_indices_are_looked_for),
      cmocka_unit_test(names_are_matched_to_the_letter),
      cmocka_unit_test(what_stands_twice_is_broken),
      cmocka_unit_test(rows_of_another_day_or_market_are_broken_wherever_they_stand),
      cmocka_unit_test(figures_that_cannot_be_are_broken),
      cmocka_unit_test(a_change_that_is_missing_is_none),
      cmocka_unit_test(an_empty_answer_is_no_session),
      cmocka_unit_test(a_service_that_is_not_approved_is_told_from_a_bad_key),
      cmocka_unit_test(a_status_decides_the_kind_as_for_daily_rows),
      cmocka_unit_test(every_cut_of_an_answer_is_passing),
      cmocka_unit_test(the_feed_gives_one_report_of_a_market),
      cmocka_unit_test(an_index_that_is_absent_takes_nothing_from_the_totals),
      cmocka_unit_test(the_feed_is_wanted_while_an_index_is),
      cmocka_unit_test(the_feed_asks_the_service_of_the_market),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
