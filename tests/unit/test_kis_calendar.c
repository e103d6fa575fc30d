/* What the parser makes of the calendar. */
#include "kis_body.h"

#define ROW(date, open)                                                                                                \
  "{\"bass_dt\":\"" date "\",\"wday_dvsn_cd\":\"06\",\"bzdy_yn\":\"Y\",\"tr_day_yn\":\"Y\",\"opnd_yn\":\"" open        \
  "\",\"sttl_day_yn\":\"N\"}"
#define AND ","
#define BODY(rows) "{\"output\":[" rows "],\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0500\"}"

static Answer parse(const char *text) {
  Answer answer = {.retry_after_ms = -1};
  json_t *body = kis_body(text);
  kis_parse_calendar(body, &answer);
  json_decref(body);
  return answer;
}

/* 30 December is a business day and a trading day, and the exchange is closed. */
static void only_opnd_yn_says_whether_the_exchange_is_open(void **state) {
  (void)state;
  Answer answer = parse(BODY(ROW("20221229", "Y") AND ROW("20221230", "N") AND ROW("20221231", "N")));
  const OpenDay *days = answer_items(&answer, &PAYLOAD_OPEN_DAYS);
  assert_non_null(days);
  assert_int_equal(answer.count, 3);
  assert_int_equal(open_day_state(days, 3, kis_day("2022-12-29")), OPEN_YES);
  assert_int_equal(open_day_state(days, 3, kis_day("2022-12-30")), OPEN_NO);
  assert_int_equal(open_day_state(days, 3, kis_day("2023-01-02")), OPEN_UNKNOWN);
  free(answer.payload);
}

static void what_cannot_be_right_breaks_the_answer(void **state) {
  (void)state;
  Answer answer = parse(BODY(ROW("20221230", "")));
  kis_assert_broken(&answer, "row 1|20221230|opnd_yn");
  answer = parse(BODY(ROW("20221230", "y")));
  kis_assert_broken(&answer, "opnd_yn");
  answer = parse(BODY(ROW("20221331", "Y")));
  kis_assert_broken(&answer, "bass_dt");
  answer = parse(BODY(ROW("20221230", "Y") AND ROW("20221230", "N")));
  kis_assert_broken(&answer, "2022-12-30|twice");
  answer = parse("{\"output\":{}}");
  kis_assert_broken(&answer, "output");
}

static void an_answer_without_days_is_empty(void **state) {
  (void)state;
  assert_int_equal(parse(BODY("")).kind, ANSWER_EMPTY);
  assert_int_equal(parse(BODY(ROW("", ""))).kind, ANSWER_EMPTY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_opnd_yn_says_whether_the_exchange_is_open),
      cmocka_unit_test(what_cannot_be_right_breaks_the_answer),
      cmocka_unit_test(an_answer_without_days_is_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
