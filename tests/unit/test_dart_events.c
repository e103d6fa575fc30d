/* Decisions of companies: the five services, and what a question is as a text. */
#include "dart_body.h"

static const char ASKED_FRIC[] = "fricDecsn:00117230:20230517:20230517";
static const char ASKED_PIIC[] = "piicDecsn:00107598:20230401:20230530";
static const char ASKED_CR[] = "crDecsn:00295857:20240501:20240531";

static const FiledEvent *one(const Answer *answer) {
  dart_assert(answer, ANSWER_ROWS, "");
  assert_int_equal(answer->count, 1);
  return answer_items(answer, &PAYLOAD_FILED_EVENTS);
}

static void expect_days(const FiledEvent *event, const char *base_date, const char *listing_date) {
  assert_string_equal(day_text(event->base_date).text, base_date);
  assert_string_equal(day_text(event->listing_date).text, listing_date);
}

/* ---- recorded answers ---- */

static void a_recorded_bonus_issue_is_read(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_EVENTS, ASKED_FRIC, dart_recorded("fricDecsn"));
  const FiledEvent *event = one(&answer);
  assert_string_equal(event->rcept_no, "20230517000192");
  expect_days(event, "2023-06-01", "2023-06-16");
  assert_true(event->ratio >= 0.5 && event->ratio <= 0.5);
  assert_string_equal(event->trouble, "");
  free(answer.payload);
}

static void a_recorded_rights_issue_has_neither_dates_nor_ratio(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_EVENTS, ASKED_PIIC, dart_recorded("piicDecsn"));
  const FiledEvent *event = one(&answer);
  assert_string_equal(event->rcept_no, "20230530000410");
  expect_days(event, "none", "none");
  assert_true(event->ratio <= 0);
  free(answer.payload);
}

/* cr_rt_ostk says 5.00 there; 20 shares become one. */
static void the_ratio_of_a_reduction_comes_from_its_shares(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_EVENTS, ASKED_CR, dart_recorded("crDecsn"));
  const FiledEvent *event = one(&answer);
  expect_days(event, "2024-05-23", "none");
  assert_true(event->ratio > 0.049999 && event->ratio < 0.050001);
  free(answer.payload);
}

/* ---- traps ---- */

#define BODY(rows) "{\"status\":\"000\",\"message\":\"정상\",\"list\":[" rows "]}"
#define ROW(rest) "{\"rcept_no\":\"20240305000123\",\"corp_cls\":\"Y\",\"corp_code\":\"00117230\"," rest "}"

static void dates_are_written_in_several_ways(void **state) {
  (void)state;
  static const struct {
    const char *text, *day;
  } cases[] = {{"2024년 03월 05일", "2024-03-05"}, {"2024년 3월 5일", "2024-03-05"}, {"20240305", "2024-03-05"},
               {"2024.03.05", "2024-03-05"},       {"2024-03-05", "2024-03-05"},     {" 2024년 03월 05일 ", "2024-03-05"},
               {"2024년 03월 05일 (예정)", "2024-03-05"}, {"-", "none"}, {"", "none"}, {"미정", "none"},
               {"2024년 13월 05일", "none"},       {"2024년 02월 30일", "none"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char body[512];
    snprintf(body, sizeof body, BODY(ROW("\"nstk_asstd\":\"%s\",\"nstk_ascnt_ps_ostk\":\"1\"")), cases[i].text);
    Answer answer = dart_read(&DART_EVENTS, "fricDecsn:00117230:20240305:20240305", body);
    expect_days(one(&answer), cases[i].day, "none");
    free(answer.payload);
  }
}

static void ratios_are_written_in_several_ways(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double ratio;
    bool is_trouble;
  } cases[] = {{"0.5", 0.5, false},   {"1", 1, false},      {"1,000.25", 1000.25, false}, {"-", 0, false},
               {"", 0, false},        {" 2.0 ", 2, false},  {"0.0312500", 0.03125, false}, {"반 주", 0, true},
               {"1e9999", 0, true},   {"-0.5", 0, true},    {"0x10", 0, true},            {"nan", 0, true},
               {"99999999999", 0, true}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char body[512];
    snprintf(body, sizeof body, BODY(ROW("\"nstk_ascnt_ps_ostk\":\"%s\"")), cases[i].text);
    Answer answer = dart_read(&DART_EVENTS, "fricDecsn:00117230:20240305:20240305", body);
    const FiledEvent *event = one(&answer);
    assert_int_equal(event->trouble[0] != '\0', cases[i].is_trouble);
    if (!cases[i].is_trouble && (event->ratio < cases[i].ratio || event->ratio > cases[i].ratio))
      fail_msg("\"%s\" is %g", cases[i].text, event->ratio);
    free(answer.payload);
  }
}

static void shares_that_are_missing_make_no_ratio_and_words_are_trouble(void **state) {
  (void)state;
  static const struct {
    const char *shares;
    bool is_trouble;
  } cases[] = {{"\"bfcr_tisstk_ostk\":\"-\",\"atcr_tisstk_ostk\":\"-\"", false},
               {"\"bfcr_tisstk_ostk\":\"1,000\"", false},
               {"\"bfcr_tisstk_ostk\":\"1,000\",\"atcr_tisstk_ostk\":\"0\"", false},
               {"\"bfcr_tisstk_ostk\":\"0\",\"atcr_tisstk_ostk\":\"10\"", false},
               {"\"bfcr_tisstk_ostk\":\"-5\",\"atcr_tisstk_ostk\":\"10\"", true},
               {"\"bfcr_tisstk_ostk\":\"천주\",\"atcr_tisstk_ostk\":\"10\"", true},
               {"\"bfcr_tisstk_ostk\":1000,\"atcr_tisstk_ostk\":\"10\"", true}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char body[512];
    snprintf(body, sizeof body, BODY(ROW("%s")), cases[i].shares);
    Answer answer = dart_read(&DART_EVENTS, "crDecsn:00117230:20240305:20240305", body);
    const FiledEvent *event = one(&answer);
    assert_true(event->ratio <= 0);
    if ((event->trouble[0] != '\0') != cases[i].is_trouble) fail_msg("%s: \"%s\"", cases[i].shares, event->trouble);
    free(answer.payload);
  }
}

static void split_offs_and_mergers_have_dates_of_their_own(void **state) {
  (void)state;
  static const char ROWS[] =
      BODY(ROW("\"abcr_nstkasstd\":\"2024년 04월 01일\",\"abcr_nstklstprd\":\"2024년 05월 02일\","
               "\"mgsc_shddstd\":\"2024년 06월 03일\",\"mgsc_nstklstprd\":\"-\",\"nstk_ascnt_ps_ostk\":\"0.5\""));
  Answer answer = dart_read(&DART_EVENTS, "cmpDvDecsn:00117230:20240305:20240305", ROWS);
  expect_days(one(&answer), "2024-04-01", "2024-05-02");
  assert_true(one(&answer)->ratio <= 0);
  free(answer.payload);
  answer = dart_read(&DART_EVENTS, "cmpMgDecsn:00117230:20240305:20240305", ROWS);
  expect_days(one(&answer), "2024-06-03", "none");
  free(answer.payload);
}

static void two_decisions_of_a_day_are_two_rows(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_EVENTS, "fricDecsn:00117230:20240305:20240305",
                            BODY(ROW("\"nstk_ascnt_ps_ostk\":\"1\"") "," ROW("\"nstk_ascnt_ps_ostk\":\"2\"")));
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(answer.count, 2);
  free(answer.payload);
}

static void what_cannot_be_an_answer_is_broken(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {{"\"00117230\"", "\"00117231\"", "corp_code"},
               {"20230517000192", "2023051700019", "rcept_no"},
               {"20230517000192", "20231317000192", "rcept_no"},
               {"20230517000192", "20230516000192", "before"},
               {"\"corp_code\"", "\"corp\"", "corp_code"},
               {"\"list\"", "\"lists\"", "list"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer =
        dart_read(&DART_EVENTS, ASKED_FRIC, text_with(dart_recorded("fricDecsn"), 1, cases[i].from, cases[i].to));
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

static void no_data_is_no_decision(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_EVENTS, ASKED_FRIC, "{\"status\":\"013\",\"message\":\"조회된 데이타가 없습니다.\"}");
  dart_assert(&answer, ANSWER_EMPTY, "");
  answer = dart_read(&DART_EVENTS, ASKED_FRIC, "{\"status\":\"020\",\"message\":\"\"}");
  dart_assert(&answer, ANSWER_SPENT, "");
  answer = dart_read(&DART_EVENTS, ASKED_FRIC, "<html></html>");
  dart_assert(&answer, ANSWER_FAILING, "");
}

/* ---- questions ---- */

static void a_question_is_a_text_and_back(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    "fricDecsn",
                                    "alotMatter:00117230:20230517:20230517",
                                    "fricDecsn:0011723:20230517:20230517",
                                    "fricDecsn:00117230:20230518:20230517",
                                    "fricDecsn:00117230:20231317:20230517",
                                    "fricDecsn:00117230:20230517:20230517:1"};
  DartEventsAsked asked;
  char key[DART_KEY_SIZE];
  assert_true(dart_events_key_parse(ASKED_CR, &asked));
  assert_int_equal(asked.kind, EVENT_CAPITAL_REDUCTION);
  assert_true(dart_events_key(&asked, key));
  assert_string_equal(key, ASKED_CR);
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) assert_false(dart_events_key_parse(BAD[i], &asked));
}

static void a_list_may_be_of_one_company(void **state) {
  (void)state;
  static const char KEY[] = "B:00117230:20230101:20251231:2";
  DartFilingsAsked asked;
  char key[DART_KEY_SIZE];
  assert_true(dart_filings_key_parse(KEY, &asked));
  assert_string_equal(asked.corp_code, "00117230");
  assert_true(dart_filings_key(&asked, key));
  assert_string_equal(key, KEY);
  FeedRequest request = {0};
  Error err;
  const Question question = {.feed = &DART_FILINGS, .date = DAY_NONE, .key = KEY};
  assert_int_equal(DART_FILINGS.ask(&question, &request, &err), STATUS_OK);
  assert_non_null(strstr(request.url, "&corp_code=00117230&"));
  assert_non_null(strstr(request.url, "pblntf_ty=B"));
  assert_null(strstr(request.url, "corp_cls"));
  assert_false(dart_filings_key_parse("B:0011723:20230101:20251231:2", &asked));
  assert_false(dart_filings_key_parse("B:X:20230101:20251231:2", &asked));
}

static void a_decision_is_asked_for_by_the_day_of_its_original(void **state) {
  (void)state;
  FeedRequest request = {0};
  Error err;
  const Question question = {.feed = &DART_EVENTS, .date = DAY_NONE, .key = ASKED_FRIC};
  assert_int_equal(DART_EVENTS.ask(&question, &request, &err), STATUS_OK);
  assert_string_equal(request.url, "/fricDecsn.json?corp_code=00117230&bgn_de=20230517&end_de=20230517");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_recorded_bonus_issue_is_read),
      cmocka_unit_test(a_recorded_rights_issue_has_neither_dates_nor_ratio),
      cmocka_unit_test(the_ratio_of_a_reduction_comes_from_its_shares),
      cmocka_unit_test(dates_are_written_in_several_ways),
      cmocka_unit_test(ratios_are_written_in_several_ways),
      cmocka_unit_test(shares_that_are_missing_make_no_ratio_and_words_are_trouble),
      cmocka_unit_test(split_offs_and_mergers_have_dates_of_their_own),
      cmocka_unit_test(two_decisions_of_a_day_are_two_rows),
      cmocka_unit_test(what_cannot_be_an_answer_is_broken),
      cmocka_unit_test(no_data_is_no_decision),
      cmocka_unit_test(a_question_is_a_text_and_back),
      cmocka_unit_test(a_list_may_be_of_one_company),
      cmocka_unit_test(a_decision_is_asked_for_by_the_day_of_its_original),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
