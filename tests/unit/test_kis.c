/* What KIS answers around its rows: codes, statuses, tokens; and how it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/kis.h>

#include "named.h"

static Answer read(const char *body, int status) {
  Answer answer;
  const Question question = {.feed = &KIS_CALENDAR, .date = 0, .answer = &answer};
  KIS_CALENDAR.parse(&(FeedReply){body, strlen(body), status, ""}, &question, &answer);
  return answer;
}

static Answer read_token(const char *body, int status) {
  Answer answer;
  kis_parse_token(&(FeedReply){body, strlen(body), status, ""}, &answer);
  return answer;
}

#define ERROR_OF(code) "{\"rt_cd\":\"1\",\"msg_cd\":\"" code "\",\"msg1\":\"초당 거래건수를 초과하였습니다.\"}"

static void a_success_is_rt_cd_0_whatever_else_is_said(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0500\",\"msg1\":\"조회가 완료되었습니다.           \",\"output\":[]}",
      "{\"rt_cd\":\"0\",\"msg_cd\":\"EGW00201\",\"output\":[]}", "{\"rt_cd\":\"0\",\"output\":[]}"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(read(bodies[i], 200).kind, ANSWER_EMPTY);
    assert_int_equal(read(bodies[i], 500).kind, ANSWER_EMPTY);
  }
}

static void every_code_is_judged_alike_under_every_status(void **state) {
  (void)state;
  static const struct {
    const char *body, *code;
    AnswerKind kind;
    AnswerRefused refused;
  } cases[] = {
      {ERROR_OF("EGW00001"), "EGW00001", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00002"), "EGW00002", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00003"), "EGW00003", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
      {ERROR_OF("EGW00004"), "EGW00004", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
      {ERROR_OF("EGW00102"), "EGW00102", ANSWER_UNAUTHORIZED, REFUSED_KEY},
      {ERROR_OF("EGW00103"), "EGW00103", ANSWER_UNAUTHORIZED, REFUSED_KEY},
      {ERROR_OF("EGW00104"), "EGW00104", ANSWER_UNAUTHORIZED, REFUSED_KEY},
      {ERROR_OF("EGW00105"), "EGW00105", ANSWER_UNAUTHORIZED, REFUSED_KEY},
      {ERROR_OF("EGW00121"), "EGW00121", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
      {ERROR_OF("EGW00122"), "EGW00122", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
      {ERROR_OF("EGW00123"), "EGW00123", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
      {ERROR_OF("EGW00201"), "EGW00201", ANSWER_THROTTLED, REFUSED_KEY},
      {ERROR_OF("EGW00202"), "EGW00202", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00203"), "EGW00203", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00206"), "EGW00206", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
      {ERROR_OF("EGW00300"), "EGW00300", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00301"), "EGW00301", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00302"), "EGW00302", ANSWER_FAILING, REFUSED_KEY},
      {ERROR_OF("EGW00304"), "EGW00304", ANSWER_UNAUTHORIZED, REFUSED_KEY},
      {ERROR_OF("OPSQ0002"), "OPSQ0002", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
      {"{\"error_description\":\"접근토큰\",\"error_code\":\"EGW00133\"}", "EGW00133", ANSWER_THROTTLED, REFUSED_KEY},
  };
  static const int statuses[] = {200, 400, 401, 403, 500, 503};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (size_t k = 0; k < sizeof statuses / sizeof statuses[0]; k++) {
      Answer answer = read(cases[i].body, statuses[k]);
      if (answer.kind != cases[i].kind) fail_msg("%s: %s", cases[i].code, answer_kind_name(answer.kind));
      assert_int_equal(answer.refused, cases[i].refused);
      assert_named(answer.detail, cases[i].code);
    }
}

static void a_time_limit_is_no_answer_yet_and_other_wrong_input_is_broken(void **state) {
  (void)state;
  Answer answer = read("{\"rt_cd\":\"2\",\"msg_cd\":\"OPSQ2001\",\"msg1\":\"TIME LIMIT 00:00 ~ 15:40\"}", 200);
  assert_int_equal(answer.kind, ANSWER_EMPTY);
  assert_named(answer.detail, "TIME LIMIT");
  answer = read("{\"rt_cd\":\"2\",\"msg_cd\":\"OPSQ2001\",\"msg1\":\"ERROR INPUT FIELD NOT FOUND [FID_ETC_CLS_CODE]\"}",
                200);
  assert_int_equal(answer.kind, ANSWER_BROKEN);
  assert_named(answer.detail, "FID_ETC_CLS_CODE");
}

static void an_unknown_code_passes_or_not_as_the_status_says(void **state) {
  (void)state;
  assert_int_equal(read(ERROR_OF("EGW09999"), 500).kind, ANSWER_FAILING);
  assert_int_equal(read(ERROR_OF("EGW09999"), 200).kind, ANSWER_BROKEN);
  assert_named(read(ERROR_OF("EGW09999"), 200).detail, "EGW09999");
}

static void what_has_no_code_is_judged_by_its_status(void **state) {
  (void)state;
  static const struct {
    const char *body;
    int status;
    AnswerKind kind;
  } cases[] = {{"<html>", 200, ANSWER_BLOCKED},     {"<html>", 403, ANSWER_BLOCKED},
               {"<html>", 500, ANSWER_FAILING},     {"<html>", 404, ANSWER_FAILING},
               {"<html>", 429, ANSWER_THROTTLED},   {"", 200, ANSWER_FAILING},
               {"{\"rt_cd\"", 200, ANSWER_FAILING}, {"[]", 200, ANSWER_BROKEN},
               {"{}", 200, ANSWER_BROKEN},          {"{\"rt_cd\":\"1\",\"msg_cd\":\"../x\"}", 200, ANSWER_BROKEN},
               {"{}", 401, ANSWER_UNAUTHORIZED},    {"\xFF{\"rt_cd\":\"0\"}", 200, ANSWER_BROKEN}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = read(cases[i].body, cases[i].status);
    if (answer.kind != cases[i].kind)
      fail_msg("%s, %d: %s", cases[i].body, cases[i].status, answer_kind_name(answer.kind));
    assert_null(strstr(answer.detail, "../x"));
  }
}

static void a_token_has_a_life(void **state) {
  (void)state;
  Answer answer = read_token("{\"access_token\":\"eyJ0.a-b_c\",\"access_token_token_expired\":\"2026-11-17 08:16:59\","
                             "\"token_type\":\"Bearer\",\"expires_in\":86400}",
                             200);
  const Token *token = answer_items(&answer, &PAYLOAD_TOKEN);
  assert_non_null(token);
  assert_string_equal(token->text, "eyJ0.a-b_c");
  assert_int_equal(token->lives_ms, 86400000);
  assert_string_equal(instant_text(token->ends).text, "2026-11-16T23:16:59Z");
  free(answer.payload);
}

static void a_token_that_cannot_be_sent_is_broken(void **state) {
  (void)state;
  static const char *const bodies[] = {"{\"access_token\":\"\",\"expires_in\":86400}",
                                       "{\"access_token\":\"a\\r\\nb: c\",\"expires_in\":86400}",
                                       "{\"access_token\":\"a b\",\"expires_in\":86400}",
                                       "{\"access_token\":\"abc\",\"expires_in\":\"86400\"}",
                                       "{\"access_token\":\"abc\",\"expires_in\":0}",
                                       "{\"access_token\":\"abc\"}",
                                       "{\"access_token\":\"abc\",\"expires_in\":99999999999999}",
                                       "{\"access_token\":7,\"expires_in\":86400}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    Answer answer = read_token(bodies[i], 200);
    if (answer.kind != ANSWER_BROKEN) fail_msg("%s: %s", bodies[i], answer_kind_name(answer.kind));
    assert_null(answer.payload);
    assert_null(strstr(answer.detail, "abc"));
  }
}

static void once_a_minute_comes_with_a_wait(void **state) {
  (void)state;
  Answer answer = read_token("{\"error_description\":\"x\",\"error_code\":\"EGW00133\"}", 403);
  assert_int_equal(answer.kind, ANSWER_THROTTLED);
  assert_int_equal(answer.retry_after_ms, 60000);
  answer = read_token("{\"error_description\":\"x\",\"error_code\":\"EGW00105\"}", 403);
  assert_int_equal(answer.kind, ANSWER_UNAUTHORIZED);
}

/* Every parameter is there, also empty ones. */
static void questions_name_every_parameter(void **state) {
  (void)state;
  static const struct {
    const Feed *feed;
    const char *url;
  } cases[] = {
      {&KIS_INVESTORS_DATED,
       "/uapi/domestic-stock/v1/quotations/investor-trade-by-stock-daily?FID_COND_MRKT_DIV_CODE=J&"
       "FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20250410&FID_ORG_ADJ_PRC=&FID_ETC_CLS_CODE="},
      {&KIS_MINUTES, "/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice?FID_COND_MRKT_DIV_CODE=J&"
                     "FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20250410&FID_INPUT_HOUR_1=093000&FID_PW_DATA_INCU_YN=N&"
                     "FID_FAKE_TICK_INCU_YN="},
      {&KIS_INDEX, "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice?FID_COND_MRKT_DIV_CODE=U&"
                   "FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20250311&FID_INPUT_DATE_2=20250410&FID_PERIOD_DIV_CODE=D"},
      {&KIS_CALENDAR, "/uapi/domestic-stock/v1/quotations/chk-holiday?BASS_DT=20250410&CTX_AREA_NK=&CTX_AREA_FK="},
  };
  Day date;
  Error err;
  assert_true(day_parse("2025-04-10", &date));
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    FeedRequest request = {.url = ""};
    const Question question = {.feed = cases[i].feed, .date = date, .key = "005930", .label = 930};
    assert_int_equal(cases[i].feed->ask(&question, &request, &err), STATUS_OK);
    assert_string_equal(request.url, cases[i].url);
    assert_non_null(strstr(request.http.headers[0], "tr_id: "));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_success_is_rt_cd_0_whatever_else_is_said),
      cmocka_unit_test(every_code_is_judged_alike_under_every_status),
      cmocka_unit_test(a_time_limit_is_no_answer_yet_and_other_wrong_input_is_broken),
      cmocka_unit_test(an_unknown_code_passes_or_not_as_the_status_says),
      cmocka_unit_test(what_has_no_code_is_judged_by_its_status),
      cmocka_unit_test(a_token_has_a_life),
      cmocka_unit_test(a_token_that_cannot_be_sent_is_broken),
      cmocka_unit_test(once_a_minute_comes_with_a_wait),
      cmocka_unit_test(questions_name_every_parameter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
