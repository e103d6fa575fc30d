/* What the parser makes of the KRX Open API's answers: the recorded shape, and every way it has been seen to differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"

#include <closebell/source/http.h>
#include <closebell/source/krx.h>

/* As recorded. */
static const char RECORDED[] =
    "{\"OutBlock_1\":[{\"BAS_DD\":\"20240105\",\"ISU_CD\":\"095570\",\"ISU_NM\":\"AJ네트웍스\",\"MKT_NM\":\"KOSPI\","
    "\"SECT_TP_NM\":\"-\",\"TDD_CLSPRC\":\"5280\",\"CMPPREVDD_PRC\":\"60\",\"FLUC_RT\":\"1.15\",\"TDD_OPNPRC\":"
    "\"5270\","
    "\"TDD_HGPRC\":\"5290\",\"TDD_LWPRC\":\"5070\",\"ACC_TRDVOL\":\"410628\",\"ACC_TRDVAL\":\"2137622110\","
    "\"MKTCAP\":\"238934567520\",\"LIST_SHRS\":\"45252759\"}]}";

static Day day_of(const char *text) {
  Day day = DAY_NONE;
  assert_true(day_parse(text, &day));
  return day;
}

static MarketAnswer parse_status(const char *body, int status) {
  MarketAnswer answer;
  krx_parse_daily(body, strlen(body), status, day_of("2024-01-05"), MARKET_KOSPI, &answer);
  return answer;
}

static MarketAnswer parse(const char *body) { return parse_status(body, 200); }

static MarketAnswer parse_market(const char *body, Market market) {
  MarketAnswer answer;
  krx_parse_daily(body, strlen(body), 200, day_of("2024-01-05"), market, &answer);
  return answer;
}

/* The recorded answer with the first `from` replaced by `to`; static, until the next call. */
static const char *recorded_with(const char *from, const char *to) {
  static char text[4096];
  const char *place = strstr(RECORDED, from);
  assert_non_null(place);
  snprintf(text, sizeof(text), "%.*s%s%s", (int)(place - RECORDED), RECORDED, to, place + strlen(from));
  return text;
}

static void assert_fails(MarketAnswer answer, AnswerKind kind, const char *parts) {
  assert_named(answer.detail, parts);
  assert_int_equal(answer.kind, kind);
  assert_null(answer.rows);
  assert_int_equal(answer.count, 0);
}

static void assert_broken(const char *body, const char *parts) { assert_fails(parse(body), ANSWER_BROKEN, parts); }

static void the_recorded_answer_gives_its_row(void **state) {
  (void)state;
  MarketAnswer answer = parse(RECORDED);
  assert_string_equal(answer.detail, "");
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.http_status, 200);
  assert_int_equal(answer.retry_after_ms, -1);
  assert_int_equal(answer.count, 1);
  StockRow expected = {.ticker = "095570",
                       .name = "AJ네트웍스",
                       .market = MARKET_KOSPI,
                       .open = 5270,
                       .high = 5290,
                       .low = 5070,
                       .close = 5280,
                       .change = 60,
                       .volume = 410628,
                       .value = 2137622110,
                       .market_cap = 238934567520,
                       .listed_shares = 45252759};
  assert_true(row_equal(&answer.rows[0], &expected));
  free(answer.rows);
}

static void the_segment_tells_an_administrative_issue(void **state) {
  (void)state;
  static const struct {
    const char *segment;
    bool administrative;
  } CASES[] = {{"관리종목(소속부없음)", true}, {"관리종목", true}, {"중견기업부", false}, {"투자주의환기종목", false},
               {"SPAC(소속부없음)", false},    {"관리", false},    {"-", false},          {"", false}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char field[64];
    snprintf(field, sizeof field, "\"SECT_TP_NM\":\"%s\"", CASES[i].segment);
    MarketAnswer answer = parse(recorded_with("\"SECT_TP_NM\":\"-\"", field));
    assert_int_equal(answer.kind, ANSWER_ROWS);
    if (answer.rows[0].administrative != CASES[i].administrative) fail_msg("%s", CASES[i].segment);
    free(answer.rows);
  }
  MarketAnswer answer = parse(recorded_with("\"SECT_TP_NM\":\"-\",", "")); /* nobody depends on it */
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_false(answer.rows[0].administrative);
  free(answer.rows);
}

static void bytes_behind_the_length_are_not_read(void **state) {
  (void)state;
  size_t length = strlen(RECORDED);
  char *exact = malloc(length); /* no NUL: the sanitizer watches the end */
  assert_non_null(exact);
  memcpy(exact, RECORDED, length);
  MarketAnswer answer;
  krx_parse_daily(exact, length, 200, day_of("2024-01-05"), MARKET_KOSPI, &answer);
  assert_int_equal(answer.kind, ANSWER_ROWS);
  free(answer.rows);
  for (size_t cut = 0; cut < length; cut++) {
    krx_parse_daily(exact + cut, length - cut, 200, day_of("2024-01-05"), MARKET_KOSPI, &answer);
    if (cut > 0) assert_int_not_equal(answer.kind, ANSWER_ROWS);
    free(answer.rows);
  }
  free(exact);
}

static void every_cut_of_an_answer_is_passing(void **state) {
  (void)state;
  for (size_t length = 0; length < strlen(RECORDED); length++) {
    MarketAnswer answer;
    krx_parse_daily(RECORDED, length, 200, day_of("2024-01-05"), MARKET_KOSPI, &answer);
    assert_int_equal(answer.kind, ANSWER_FAILING);
    assert_string_not_equal(answer.detail, "");
    assert_null(answer.rows);
  }
}

static void commas_and_unknown_fields_are_accepted(void **state) {
  (void)state;
  MarketAnswer answer = parse(recorded_with("\"410628\"", "\"1,410,628\",\"NEW_FIELD\":{\"a\":[1,null]}"));
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.rows[0].volume, 1410628);
  free(answer.rows);
}

static void a_byte_order_mark_is_skipped(void **state) {
  (void)state;
  MarketAnswer answer = parse(recorded_with("{\"OutBlock_1\"", "\xEF\xBB\xBF{\"OutBlock_1\""));
  assert_int_equal(answer.kind, ANSWER_ROWS);
  free(answer.rows);
}

static void the_rate_of_change_is_not_read(void **state) {
  (void)state;
  MarketAnswer answer = parse(recorded_with("\"FLUC_RT\":\"1.15\",", ""));
  assert_int_equal(answer.kind, ANSWER_ROWS);
  free(answer.rows);
}

static void missing_numbers_are_zero(void **state) {
  (void)state;
  static const char *const fields[] = {"\"CMPPREVDD_PRC\":\"60\"",    "\"TDD_OPNPRC\":\"5270\"",
                                       "\"TDD_HGPRC\":\"5290\"",      "\"TDD_LWPRC\":\"5070\"",
                                       "\"ACC_TRDVOL\":\"410628\"",   "\"ACC_TRDVAL\":\"2137622110\"",
                                       "\"MKTCAP\":\"238934567520\"", "\"LIST_SHRS\":\"45252759\""};
  for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
    for (int blank = 0; blank < 2; blank++) {
      char missing[64];
      int name_length = (int)(strchr(fields[i], ':') - fields[i]);
      snprintf(missing, sizeof(missing), "%.*s:\"%s\"", name_length, fields[i], blank ? "" : "-");
      MarketAnswer answer = parse(recorded_with(fields[i], missing));
      if (strstr(fields[i], "HGPRC") != NULL) { /* a session with trades has a high */
        assert_fails(answer, ANSWER_BROKEN, "high");
        continue;
      }
      if (strstr(fields[i], "TRDVOL") != NULL) { /* and where value is traded, shares are */
        assert_fails(answer, ANSWER_BROKEN, "volume");
        continue;
      }
      assert_int_equal(answer.kind, ANSWER_ROWS);
      const StockRow *row = &answer.rows[0];
      const int64_t values[] = {row->change, row->open,  row->high,       row->low,
                                row->volume, row->value, row->market_cap, row->listed_shares};
      assert_int_equal(values[i], 0);
      free(answer.rows);
    }
  }
}

static void a_session_without_trades_is_a_row(void **state) {
  (void)state;
  MarketAnswer answer = parse("{\"OutBlock_1\":[{\"BAS_DD\":\"20240105\",\"ISU_CD\":\"0126Z0\",\"ISU_NM\":\"x\","
                              "\"MKT_NM\":\"KOSPI\",\"TDD_CLSPRC\":\"1\",\"CMPPREVDD_PRC\":\"-\",\"TDD_OPNPRC\":\"0\","
                              "\"TDD_HGPRC\":\"0\",\"TDD_LWPRC\":\"0\",\"ACC_TRDVOL\":\"0\",\"ACC_TRDVAL\":\"\","
                              "\"MKTCAP\":\"5\",\"LIST_SHRS\":\"5\"}]}");
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_false(row_has_trades(&answer.rows[0]));
  free(answer.rows);
}

static void a_missing_close_is_broken(void **state) {
  (void)state;
  assert_broken(recorded_with("\"5280\"", "\"-\""), "row 1|095570|TDD_CLSPRC");
  assert_broken(recorded_with("\"5280\"", "\"\""), "row 1|095570|TDD_CLSPRC");
  assert_broken(recorded_with("\"5280\"", "\"0\""), "row 1|095570|close");
}

static void numbers_that_cannot_be_are_broken(void **state) {
  (void)state;
  assert_broken(recorded_with("\"5280\"", "\"-5\""), "row 1|095570|TDD_CLSPRC|-5");
  assert_broken(recorded_with("\"410628\"", "\"99999999999999999999\""), "ACC_TRDVOL \"99999999999999999999\"");
  assert_broken(recorded_with("\"410628\"", "\"4.5\""), "ACC_TRDVOL|4.5");
  assert_broken(recorded_with("\"410628\"", "\"4,\""), "ACC_TRDVOL");
  assert_broken(recorded_with("\"410628\"", "\" 4\""), "ACC_TRDVOL");
  assert_broken(recorded_with("\"410628\"", "410628"), "ACC_TRDVOL");
  assert_broken(recorded_with("\"410628\"", "null"), "ACC_TRDVOL");
  assert_broken(recorded_with("\"ACC_TRDVOL\":\"410628\",", ""), "ACC_TRDVOL");
  assert_broken(recorded_with("\"5290\"", "\"5000\""), "high");
  assert_broken(recorded_with("\"60\"", "\"6000\""), "change");
}

static void identities_that_cannot_be_are_broken(void **state) {
  (void)state;
  assert_broken(recorded_with("\"095570\"", "\"../x\""), "row 1|ISU_CD|../x");
  assert_broken(recorded_with("\"095570\"", "\"KR7095570008\""), "ISU_CD");
  assert_broken(recorded_with("\"095570\"", "\"09557a\""), "ISU_CD");
  assert_broken(recorded_with("\"095570\"", "\"\""), "ISU_CD");
  assert_broken(recorded_with("\"AJ네트웍스\"", "\"\""), "name");
  assert_broken(recorded_with("\"KOSPI\"", "\"KOSDAQ\""), "MKT_NM|KOSDAQ|KOSPI");
  assert_broken(recorded_with("\"20240105\"", "\"20240104\""), "BAS_DD|20240104|20240105");
  assert_broken(recorded_with("\"20240105\"", "\"2024-01-05\""), "BAS_DD");
}

static void a_name_that_does_not_fit_is_broken(void **state) {
  (void)state;
  char name[128];
  memset(name, 'n', sizeof(name));
  name[0] = '"', name[STOCK_NAME_SIZE + 1] = '"', name[STOCK_NAME_SIZE + 2] = '\0';
  assert_broken(recorded_with("\"AJ네트웍스\"", name), "ISU_NM|95");
}

static void kosdaq_global_is_kosdaq_and_nothing_else(void **state) {
  (void)state;
  MarketAnswer answer = parse_market(recorded_with("\"KOSPI\"", "\"KOSDAQ GLOBAL\""), MARKET_KOSDAQ);
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.rows[0].market, MARKET_KOSDAQ);
  free(answer.rows);
  assert_fails(parse_market(recorded_with("\"KOSPI\"", "\"KOSDAQ GLOBAL\""), MARKET_KONEX), ANSWER_BROKEN, "MKT_NM");
}

static void a_code_that_stands_twice_is_broken(void **state) {
  (void)state;
  char text[4096];
  int object_length = (int)strlen(RECORDED) - (int)strlen("{\"OutBlock_1\":[]}");
  const char *object = RECORDED + strlen("{\"OutBlock_1\":[");
  snprintf(text, sizeof(text), "{\"OutBlock_1\":[%.*s,%.*s]}", object_length, object, object_length, object);
  assert_broken(text, "ISU_CD 095570");
}

static void an_answer_without_rows_is_empty(void **state) {
  (void)state;
  MarketAnswer answer = parse("{\"OutBlock_1\":[]}");
  assert_int_equal(answer.kind, ANSWER_EMPTY);
  assert_string_equal(answer.detail, "");
}

static void json_of_another_shape_is_broken(void **state) {
  (void)state;
  assert_broken("{}", "OutBlock_1");
  assert_broken("[]", "OutBlock_1");
  assert_broken("{\"OutBlock_1\":{}}", "OutBlock_1");
  assert_broken("{\"OutBlock_1\":null}", "OutBlock_1");
  assert_broken("{\"OutBlock_1\":[7]}", "row 1|BAS_DD");
  assert_broken("{\"OutBlock_1\":[],\"OutBlock_1\":[]}", "duplicate");
  assert_broken(recorded_with("\"410628\"", "\"1\",\"ACC_TRDVOL\":\"2\""), "duplicate");
  assert_broken("{\"respMsg\":\"what?\"}", "OutBlock_1|what");
}

static void deep_nesting_is_refused(void **state) {
  (void)state;
  char text[100001];
  memset(text, '[', sizeof(text) - 1);
  text[sizeof(text) - 1] = '\0';
  assert_broken(text, "depth");
}

static void markup_where_json_was_due_is_blocked(void **state) {
  (void)state;
  assert_fails(parse("\r\n\t <!DOCTYPE html>"), ANSWER_BLOCKED, "HTML");
  assert_fails(parse("\xEF\xBB\xBF<OpenAPI_ServiceResponse/>"), ANSWER_BLOCKED, "XML");
}

static void what_is_no_json_at_all_is_passing(void **state) {
  (void)state;
  assert_fails(parse(""), ANSWER_FAILING, "body");
  assert_fails(parse("   "), ANSWER_FAILING, "");
  assert_fails(parse("LOGOUT"), ANSWER_FAILING, "JSON");
  assert_fails(parse("{\"OutBlock_1\":[]} and more"), ANSWER_FAILING, "JSON");
}

static void bytes_that_are_not_utf8_are_broken(void **state) {
  (void)state;
  assert_broken(recorded_with("AJ네트웍스", "\xFF\xFE"), "not UTF-8");
  assert_broken(recorded_with("AJ네트웍스", "\xED\xA0\x80"), "not UTF-8");
  assert_broken(recorded_with("AJ네트웍스", "\\u0000"), "not allowed");
}

static void a_refused_key_is_unauthorized(void **state) {
  (void)state;
  const char *body = "{\"respMsg\":\"Unauthorized Key\",\"respCode\":\"401\"}";
  assert_fails(parse_status(body, 401), ANSWER_UNAUTHORIZED, "HTTP 401|Unauthorized Key");
  assert_fails(parse_status(body, 200), ANSWER_UNAUTHORIZED, "HTTP 401|Unauthorized Key");
  assert_fails(parse_status("{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}", 401), ANSWER_UNAUTHORIZED,
               "HTTP 401|Unauthorized");
  assert_fails(parse_status("<html>", 401), ANSWER_UNAUTHORIZED, "HTTP 401");
}

static void a_status_decides_the_kind(void **state) {
  (void)state;
  assert_fails(parse_status("<html>denied</html>", 403), ANSWER_BLOCKED, "HTTP 403");
  assert_fails(parse_status("", 429), ANSWER_THROTTLED, "HTTP 429");
  assert_fails(parse_status("oops", 500), ANSWER_FAILING, "HTTP 500");
  assert_fails(parse_status("{\"respMsg\":\"maintenance\"}", 503), ANSWER_FAILING, "HTTP 503|maintenance");
  assert_fails(parse_status("", 404), ANSWER_FAILING, "HTTP 404|/svc/apis/sto/stk_bydd_trd");
  assert_fails(parse_status("", 302), ANSWER_MISDIRECTED, "HTTP 302|redirect");
  assert_fails(parse_status("LOGOUT", 400), ANSWER_FAILING, "HTTP 400");
  assert_fails(parse_status(RECORDED, 500), ANSWER_FAILING, "HTTP 500");
  assert_int_equal(parse_status("", 429).http_status, 429);
}

static void words_of_the_server_are_bounded_and_printable(void **state) {
  (void)state;
  char body[4096] = "{\"respMsg\":\"\\u001b[31m\\n";
  size_t length = strlen(body);
  memset(body + length, 'w', 3000);
  strcpy(body + length + 3000, "\"}");
  MarketAnswer answer = parse_status(body, 401);
  assert_true(strlen(answer.detail) < 100);
  for (const char *c = answer.detail; *c != '\0'; c++) assert_true(*c >= ' ' && *c <= '~');
}

static void rows_come_sorted_by_ticker(void **state) {
  (void)state;
  char text[4096], first[1024];
  int object_length = (int)strlen(RECORDED) - (int)strlen("{\"OutBlock_1\":[]}");
  const char *object = RECORDED + strlen("{\"OutBlock_1\":[");
  snprintf(first, sizeof(first), "%.*s", object_length, object);
  memcpy(strstr(first, "095570"), "000020", 6);
  snprintf(text, sizeof(text), "{\"OutBlock_1\":[%.*s,%s]}", object_length, object, first);
  MarketAnswer answer = parse(text);
  assert_int_equal(answer.count, 2);
  assert_string_equal(answer.rows[0].ticker, "000020");
  assert_string_equal(answer.rows[1].ticker, "095570");
  free(answer.rows);
}

static Status daily_url(const char *base_url, Market market, Day date, char *url, size_t url_size, Error *err) {
  const Question question = {.feed = &KRX_DAILY_PRICES, .date = date, .market = market};
  return krx_url(base_url, &question, url, url_size, err);
}

static void urls_name_market_and_date(void **state) {
  (void)state;
  char url[256];
  Error err;
  Day day = day_of("2024-01-05");
  assert_int_equal(daily_url("https://data-dbg.krx.co.kr", MARKET_KOSPI, day, url, sizeof(url), &err), STATUS_OK);
  assert_string_equal(url, "https://data-dbg.krx.co.kr/svc/apis/sto/stk_bydd_trd?basDd=20240105");
  assert_int_equal(daily_url("http://127.0.0.1:80/base//", MARKET_KOSDAQ, day, url, sizeof(url), &err), STATUS_OK);
  assert_string_equal(url, "http://127.0.0.1:80/base/svc/apis/sto/ksq_bydd_trd?basDd=20240105");
  assert_int_equal(daily_url("http://h", MARKET_KONEX, day, url, sizeof(url), &err), STATUS_OK);
  assert_string_equal(url, "http://h/svc/apis/sto/knx_bydd_trd?basDd=20240105");
}

static void base_urls_that_lead_elsewhere_are_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {"",
                                      "data-dbg.krx.co.kr",
                                      "ftp://h",
                                      "http://",
                                      "https:///p",
                                      "http://:",
                                      "http://u:p@h",
                                      "http://h?a=b",
                                      "http://h#f",
                                      "http://h h",
                                      "file:///etc/passwd",
                                      "http://h\r\nX: y"};
  char url[256] = "untouched", small[8] = "small";
  Error err;
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
    assert_int_equal(daily_url(wrong[i], MARKET_KOSPI, 0, url, sizeof(url), &err), STATUS_CONFIG);
    assert_string_equal(url, "untouched");
  }
  assert_int_equal(daily_url("http://h", MARKET_KOSPI, 0, small, sizeof(small), &err), STATUS_CONFIG);
  assert_string_equal(small, "small");
}

static Config config_with_key(const char *key) {
  Config config = {.krx = {.base_url = "http://127.0.0.1:9",
                           .rate_per_second = 10,
                           .parallel = 2,
                           .connect_timeout_ms = 100,
                           .timeout_ms = 100,
                           .max_answer_bytes = 4096}};
  snprintf(config.krx.auth_key, sizeof(config.krx.auth_key), "%s", key);
  return config;
}

static void a_key_that_no_header_can_carry_is_a_configuration_error(void **state) {
  (void)state;
  static const char *const wrong[] = {"", "a b", "a\r\nHost: x", "a\n", "열쇠"};
  Clock clock = clock_system(-1);
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
    Source source;
    Error err;
    Config config = config_with_key(wrong[i]);
    assert_int_equal(krx_open(&source, &config, &clock, &err), STATUS_CONFIG);
    assert_non_null(strstr(err.text, "auth_key"));
    if (wrong[i][0] != '\0') assert_null(strstr(err.text, wrong[i]));
  }
}

static HttpUse expect_unreachable(void *context, size_t index, const HttpAnswer *answer) {
  (void)index;
  assert_int_equal(answer->outcome, HTTP_UNREACHABLE);
  assert_int_equal(answer->length, 0);
  assert_int_equal(answer->body[0], '\0');
  (*(int *)context)++;
  return HTTP_NO_MATTER;
}

static void a_header_of_two_lines_is_refused(void **state) {
  (void)state;
  const HttpOptions options = {.rate_per_second = 1, .parallel = 1, .max_answer_bytes = 1};
  const HttpRequest request = {.url = "http://127.0.0.1:9/", .headers = {"A: b", "A: b\r\nC: d"}};
  Http *http = NULL;
  Error err = {.text = ""};
  Clock clock = clock_system(-1);
  int visits = 0;
  assert_int_equal(http_open(&http, &options, &clock, &err), STATUS_OK);
  assert_int_equal(http_get_all(http, &request, 1, expect_unreachable, &visits, &err), STATUS_CONFIG);
  assert_int_equal(visits, 0);
  http_close(http);
}

static void only_http_is_spoken(void **state) {
  (void)state;
  static const HttpRequest requests[] = {
      {.url = "file:///etc/passwd"}, {.url = "ftp://127.0.0.1:9/"}, {.url = "telnet://127.0.0.1:9/"}};
  HttpOptions options = {.rate_per_second = 10000, .parallel = 2, .timeout_ms = 1000, .max_answer_bytes = 4096};
  Http *http = NULL;
  Error err = {.text = ""};
  Clock clock = clock_system(-1);
  int visits = 0;
  assert_int_equal(http_open(&http, &options, &clock, &err), STATUS_OK);
  assert_int_equal(http_get_all(http, requests, 3, expect_unreachable, &visits, &err), STATUS_OK);
  assert_int_equal(visits, 3);
  http_close(http);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_recorded_answer_gives_its_row),
      cmocka_unit_test(the_segment_tells_an_administrative_issue),
      cmocka_unit_test(bytes_behind_the_length_are_not_read),
      cmocka_unit_test(every_cut_of_an_answer_is_passing),
      cmocka_unit_test(commas_and_unknown_fields_are_accepted),
      cmocka_unit_test(a_byte_order_mark_is_skipped),
      cmocka_unit_test(the_rate_of_change_is_not_read),
      cmocka_unit_test(missing_numbers_are_zero),
      cmocka_unit_test(a_session_without_trades_is_a_row),
      cmocka_unit_test(a_missing_close_is_broken),
      cmocka_unit_test(numbers_that_cannot_be_are_broken),
      cmocka_unit_test(identities_that_cannot_be_are_broken),
      cmocka_unit_test(a_name_that_does_not_fit_is_broken),
      cmocka_unit_test(kosdaq_global_is_kosdaq_and_nothing_else),
      cmocka_unit_test(a_code_that_stands_twice_is_broken),
      cmocka_unit_test(an_answer_without_rows_is_empty),
      cmocka_unit_test(json_of_another_shape_is_broken),
      cmocka_unit_test(deep_nesting_is_refused),
      cmocka_unit_test(markup_where_json_was_due_is_blocked),
      cmocka_unit_test(what_is_no_json_at_all_is_passing),
      cmocka_unit_test(bytes_that_are_not_utf8_are_broken),
      cmocka_unit_test(a_refused_key_is_unauthorized),
      cmocka_unit_test(a_status_decides_the_kind),
      cmocka_unit_test(words_of_the_server_are_bounded_and_printable),
      cmocka_unit_test(rows_come_sorted_by_ticker),
      cmocka_unit_test(urls_name_market_and_date),
      cmocka_unit_test(base_urls_that_lead_elsewhere_are_refused),
      cmocka_unit_test(a_key_that_no_header_can_carry_is_a_configuration_error),
      cmocka_unit_test(a_header_of_two_lines_is_refused),
      cmocka_unit_test(only_http_is_spoken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
