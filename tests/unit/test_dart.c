/* What OpenDART answers around its data: statuses, pages, redirects; and how it is asked. */
#include "dart_body.h"

static const char ONE[] = "2024:11011:00126380", TWO[] = "2024:11011:00126380,00164742";

#define STATUS(code) "{\"status\":\"" code "\",\"message\":\"메시지\"}"

static const struct {
  const char *status, *json, *xml;
  AnswerKind kind;
} STATUSES[] = {
#define ROW(code, kind)                                                                                                \
  {                                                                                                                    \
    code, STATUS(code),                                                                                                \
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><result><status>" code                                              \
        "</status><message>메시지</message></result>",                                                                 \
        kind                                                                                                           \
  }
    ROW("010", ANSWER_UNAUTHORIZED), ROW("011", ANSWER_UNAUTHORIZED), ROW("012", ANSWER_UNAUTHORIZED),
    ROW("013", ANSWER_EMPTY),        ROW("014", ANSWER_EMPTY),        ROW("020", ANSWER_SPENT),
    ROW("021", ANSWER_BROKEN),       ROW("100", ANSWER_BROKEN),       ROW("101", ANSWER_BROKEN),
    ROW("800", ANSWER_FAILING),      ROW("900", ANSWER_FAILING),      ROW("901", ANSWER_UNAUTHORIZED),
    ROW("777", ANSWER_FAILING)};
enum { STATUS_COUNT = sizeof STATUSES / sizeof STATUSES[0] };

static void every_status_is_judged_alike_by_every_feed(void **state) {
  (void)state;
  static const struct {
    const Feed *feed;
    const char *key;
  } feeds[] = {{&DART_CORP_CODES, NULL},
               {&DART_COMPANY, "00126380"},
               {&DART_FILINGS, "A:Y:20250101:20250331:1"},
               {&DART_STATEMENTS, TWO},
               {&DART_DIVIDENDS, ONE}};
  for (size_t i = 0; i < STATUS_COUNT; i++)
    for (size_t k = 0; k < sizeof feeds / sizeof feeds[0]; k++) {
      Answer answer = dart_read(feeds[k].feed, feeds[k].key, STATUSES[i].json);
      dart_assert(&answer, STATUSES[i].kind, STATUSES[i].status);
      assert_int_equal(answer.refused, REFUSED_KEY);
      assert_null(strstr(answer.detail, "메시지"));
    }
}

static void a_status_counts_whatever_http_says(void **state) {
  (void)state;
  for (size_t i = 0; i < STATUS_COUNT; i++) {
    const char *json = STATUSES[i].json;
    Answer answer = dart_read_bytes(&DART_COMPANY, "00126380", json, strlen(json), 500);
    dart_assert(&answer, STATUSES[i].kind, STATUSES[i].status);
  }
  Answer answer = dart_read_bytes(&DART_COMPANY, "00126380", STATUS("000"), strlen(STATUS("000")), 500);
  dart_assert(&answer, ANSWER_FAILING, "HTTP|500");
}

static void the_zip_endpoint_says_it_in_xml(void **state) {
  (void)state;
  for (size_t i = 0; i < STATUS_COUNT; i++) {
    Answer answer = dart_read(&DART_CORP_CODES, NULL, STATUSES[i].xml);
    dart_assert(&answer, STATUSES[i].kind, STATUSES[i].status);
  }
}

static void a_page_for_several_companies_asks_for_less(void **state) {
  (void)state;
  static const char page[] = "<html><head><title>error</title></head></html>";
  Answer answer = dart_read(&DART_STATEMENTS, TWO, page);
  dart_assert(&answer, ANSWER_TOO_LARGE, "2 companies");
  static const int redirects[] = {302, 303, 307};
  for (size_t i = 0; i < 3; i++) {
    answer = dart_read_bytes(&DART_STATEMENTS, TWO, "", 0, redirects[i]);
    dart_assert(&answer, ANSWER_TOO_LARGE, "redirect|2 companies");
  }
}

static void a_page_for_one_company_passes(void **state) {
  (void)state;
  static const char page[] = "\n  <!DOCTYPE html><html></html>";
  const struct {
    const Feed *feed;
    const char *key;
  } cases[] = {{&DART_STATEMENTS, ONE},
               {&DART_COMPANY, "00126380"},
               {&DART_FILINGS, "A:K:20250101:20250101:1"},
               {&DART_CORP_CODES, NULL}};
  for (size_t i = 0; i < 4; i++) {
    Answer answer = dart_read(cases[i].feed, cases[i].key, page);
    dart_assert(&answer, ANSWER_FAILING, "page");
    answer = dart_read_bytes(cases[i].feed, cases[i].key, "", 0, 302);
    dart_assert(&answer, ANSWER_FAILING, "redirect");
  }
}

static void what_has_no_status_is_judged_by_http(void **state) {
  (void)state;
  static const struct {
    const char *body;
    int status;
    AnswerKind kind;
  } cases[] = {{"<html>", 403, ANSWER_BLOCKED},
               {"<html>", 500, ANSWER_FAILING},
               {"<html>", 404, ANSWER_FAILING},
               {"<html>", 429, ANSWER_THROTTLED},
               {"<html>", 401, ANSWER_UNAUTHORIZED},
               {"", 301, ANSWER_MISDIRECTED},
               {"", 308, ANSWER_MISDIRECTED},
               {"", 200, ANSWER_FAILING},
               {"{\"status\":\"000\"", 200, ANSWER_FAILING},
               {"[]", 200, ANSWER_BROKEN},
               {"{}", 200, ANSWER_BROKEN},
               {"{\"status\":\"../x\"}", 200, ANSWER_BROKEN},
               {"{\"status\":0}", 200, ANSWER_BROKEN},
               {"\xFF{\"status\":\"000\"}", 200, ANSWER_BROKEN},
               {"{\"status\":\"000\",\"status\":\"000\"}", 200, ANSWER_BROKEN}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = dart_read_bytes(&DART_STATEMENTS, TWO, cases[i].body, strlen(cases[i].body), cases[i].status);
    if (answer.kind != cases[i].kind)
      fail_msg("%s, %d: %s", cases[i].body, cases[i].status, answer_kind_name(answer.kind));
    assert_null(strstr(answer.detail, "../x"));
  }
}

static void a_status_that_nobody_promised_is_no_empty_list(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_STATEMENTS, TWO, "{\"status\":\"000\",\"message\":\"정상\"}");
  dart_assert(&answer, ANSWER_BROKEN, "list");
  answer = dart_read(&DART_STATEMENTS, TWO, "{\"status\":\"000\",\"list\":[]}");
  dart_assert(&answer, ANSWER_EMPTY, "");
}

/* ---- questions ---- */

static const char *url_of(const Feed *feed, const char *key) {
  static FeedRequest request;
  Error err = {{0}};
  const Question question = {.feed = feed, .date = DAY_NONE, .key = key};
  request = (FeedRequest){.url = ""};
  if (feed->ask(&question, &request, &err) != STATUS_OK) fail_msg("%s", err.text);
  return request.url;
}

static void each_feed_asks_as_the_guide_says(void **state) {
  (void)state;
  assert_string_equal(url_of(&DART_CORP_CODES, NULL), "/corpCode.xml");
  assert_string_equal(url_of(&DART_COMPANY, "00126380"), "/company.json?corp_code=00126380");
  assert_string_equal(url_of(&DART_FILINGS, "A:Y:20250101:20250331:12"),
                      "/list.json?bgn_de=20250101&end_de=20250331&last_reprt_at=N&pblntf_ty=A&corp_cls=Y&page_no=12"
                      "&page_count=100");
  assert_string_equal(url_of(&DART_STATEMENTS, TWO),
                      "/fnlttMultiAcnt.json?corp_code=00126380,00164742&bsns_year=2024&reprt_code=11011");
  assert_string_equal(url_of(&DART_DIVIDENDS, ONE),
                      "/alotMatter.json?corp_code=00126380&bsns_year=2024&reprt_code=11011");
}

static void a_key_that_is_no_question_is_not_asked(void **state) {
  (void)state;
  static const struct {
    const Feed *feed;
    const char *key;
  } cases[] = {{&DART_COMPANY, ""},
               {&DART_COMPANY, "126380"},
               {&DART_COMPANY, "0012638&"},
               {&DART_COMPANY, "001263800"},
               {&DART_FILINGS, ""},
               {&DART_FILINGS, "A:Y:20250101:20250331"},
               {&DART_FILINGS, "A:Y:20250101:20250331:0"},
               {&DART_FILINGS, "A:Y:20250101:20250331:1:"},
               {&DART_FILINGS, "A:X:20250101:20250331:1"},
               {&DART_FILINGS, "&:Y:20250101:20250331:1"},
               {&DART_FILINGS, "A:Y:20250230:20250331:1"},
               {&DART_FILINGS, "A:Y:20250401:20250331:1"},
               {&DART_DIVIDENDS, TWO},
               {&DART_DIVIDENDS, "00126380"},
               {&DART_STATEMENTS, "2024:11011:"},
               {&DART_STATEMENTS, "2024:11011"},
               {&DART_STATEMENTS, "2014:11011:00126380"},
               {&DART_STATEMENTS, "2024:11015:00126380"},
               {&DART_STATEMENTS, "2024:11011:00126380,"},
               {&DART_STATEMENTS, "2024:11011:,00126380"},
               {&DART_STATEMENTS, "2024:11011:00126380;00164742"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    FeedRequest request = {.url = ""};
    Error err = {{0}};
    const Question question = {.feed = cases[i].feed, .date = DAY_NONE, .key = cases[i].key};
    if (cases[i].feed->ask(&question, &request, &err) == STATUS_OK) fail_msg("%s was asked", cases[i].key);
  }
}

static void keys_read_back_as_what_they_were_made_of(void **state) {
  (void)state;
  char key[DART_KEY_SIZE];
  DartFilingsAsked filings = {.type = 'A', .corp_cls = 'K', .page = 3}, filings_again = {0};
  assert_true(day_parse("2025-01-01", &filings.from) && day_parse("2025-03-31", &filings.to));
  assert_true(dart_filings_key(&filings, key));
  assert_string_equal(key, "A:K:20250101:20250331:3");
  assert_true(dart_filings_key_parse(key, &filings_again));
  assert_true(filings.type == filings_again.type && filings.corp_cls == filings_again.corp_cls);
  assert_true(filings.from == filings_again.from && filings.to == filings_again.to);
  assert_int_equal(filings.page, filings_again.page);

  DartStatementsAsked asked = {.year = 2024, .kind = REPORT_Q3, .count = DART_COMPANIES_PER_CALL}, again;
  for (size_t i = 0; i < asked.count; i++)
    snprintf(asked.corp_codes[i], CORP_CODE_SIZE, "%08u", (unsigned)(i + 1) % 100000000);
  assert_true(dart_statements_key(&asked, key));
  assert_true(dart_statements_key_parse(key, &again));
  assert_true(asked.year == again.year && asked.kind == again.kind && asked.count == again.count);
  assert_memory_equal(asked.corp_codes, again.corp_codes, sizeof asked.corp_codes);
  assert_int_equal(strlen(url_of(&DART_STATEMENTS, key)),
                   strlen("/fnlttMultiAcnt.json?corp_code=&bsns_year=2024&reprt_code=11014") + 100 * 8 + 99);
}

static void what_dart_does_not_take_has_no_key(void **state) {
  (void)state;
  char key[DART_KEY_SIZE];
  DartFilingsAsked filings = {.type = 'A', .corp_cls = 'K', .from = DAY_NONE, .to = 0, .page = 1};
  assert_false(dart_filings_key(&filings, key));
  filings = (DartFilingsAsked){.type = 'A', .corp_cls = 'K', .from = 20001, .to = 20000, .page = 1};
  assert_false(dart_filings_key(&filings, key));
  DartStatementsAsked asked = {.year = 2024, .kind = REPORT_Q1};
  assert_false(dart_statements_key(&asked, key));
  asked = (DartStatementsAsked){.year = 2014, .kind = REPORT_Q1, .count = 1, .corp_codes = {"00126380"}};
  assert_false(dart_statements_key(&asked, key));
}

static void report_codes_have_one_kind_each(void **state) {
  (void)state;
  for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) {
    ReportKind found;
    assert_true(dart_report_code_find(dart_report_code(kind), &found));
    assert_int_equal(found, kind);
  }
  ReportKind found = REPORT_HALF;
  assert_false(dart_report_code_find("11010", &found));
  assert_int_equal(found, REPORT_HALF);
}

/* ---- settings ---- */

static void a_key_that_a_query_cannot_carry_is_refused(void **state) {
  (void)state;
  Config config = {.dart.base_url = "https://dart.example/api"};
  Error err = {{0}};
  assert_false(DART_PROVIDER.has_key(&config));
  assert_int_equal(DART_PROVIDER.check_key(&config, &err), STATUS_CONFIG);
  assert_named(err.text, "dart|auth_key");
  static const char *const bad[] = {"abc def", "abc&page_no=2", "abc#", "abc%41", "abc\n", "키"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    snprintf(config.dart.auth_key, sizeof config.dart.auth_key, "%s", bad[i]);
    assert_int_equal(DART_PROVIDER.check_key(&config, &err), STATUS_CONFIG);
    assert_null(strstr(err.text, bad[i]));
  }
  snprintf(config.dart.auth_key, sizeof config.dart.auth_key, "0123456789abcdef0123456789abcdef01234567");
  assert_int_equal(DART_PROVIDER.check_key(&config, &err), STATUS_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_status_is_judged_alike_by_every_feed),
      cmocka_unit_test(a_status_counts_whatever_http_says),
      cmocka_unit_test(the_zip_endpoint_says_it_in_xml),
      cmocka_unit_test(a_page_for_several_companies_asks_for_less),
      cmocka_unit_test(a_page_for_one_company_passes),
      cmocka_unit_test(what_has_no_status_is_judged_by_http),
      cmocka_unit_test(a_status_that_nobody_promised_is_no_empty_list),
      cmocka_unit_test(each_feed_asks_as_the_guide_says),
      cmocka_unit_test(a_key_that_is_no_question_is_not_asked),
      cmocka_unit_test(keys_read_back_as_what_they_were_made_of),
      cmocka_unit_test(what_dart_does_not_take_has_no_key),
      cmocka_unit_test(report_codes_have_one_kind_each),
      cmocka_unit_test(a_key_that_a_query_cannot_carry_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
