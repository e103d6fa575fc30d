/* What the parser makes of minutes: the published answer, and what is left out of others. */
#include "kis_body.h"

static const char PUBLISHED[] =
    "{\"output1\":{\"prdy_vrss\":\"-100\",\"prdy_vrss_sign\":\"5\",\"prdy_ctrt\":\"-0.11\",\"stck_prdy_clpr\":"
    "\"92400\",\"acml_vol\":\"1046883\",\"acml_tr_pbmn\":\"96910660000\",\"hts_kor_isnm\":\"SK하이닉스\","
    "\"stck_prpr\":\"92300\"},\"output2\":[{\"stck_bsop_date\":\"20220902\",\"stck_cntg_hour\":\"100000\","
    "\"stck_prpr\":\"92500\",\"stck_oprc\":\"92400\",\"stck_hgpr\":\"92500\",\"stck_lwpr\":\"92400\",\"cntg_vol\":"
    "\"1383\",\"acml_tr_pbmn\":\"55858827400\"}],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":"
    "\"정상처리 되었습니다!\"}";

#define ROW(date, label, price, volume)                                                                                \
  "{\"stck_bsop_date\":\"" date "\",\"stck_cntg_hour\":\"" label "\",\"stck_prpr\":\"" price                           \
  "\",\"stck_oprc\":\"" price "\",\"stck_hgpr\":\"" price "\",\"stck_lwpr\":\"" price "\",\"cntg_vol\":\"" volume      \
  "\"}"
#define TODAY(label, price, volume) ROW("20220902", label, price, volume)
#define AND ","
#define BODY(rows) "{\"output2\":[" rows "]}"

static Answer parse_at(const char *text, const char *asked_at) {
  Answer answer = {.retry_after_ms = -1};
  KisMinutesQuestion asked = {.date = kis_day("2022-09-02")};
  assert_true(instant_parse(asked_at, &asked.asked_at));
  json_t *body = kis_body(text);
  kis_parse_minutes(body, &asked, &answer);
  json_decref(body);
  return answer;
}

static Answer parse(const char *text) { return parse_at(text, "2022-09-03T09:00:00+09:00"); }

static const MinutePage *page_of(const Answer *answer) {
  assert_string_equal(answer->detail, "");
  const MinutePage *page = answer_items(answer, &PAYLOAD_MINUTE_PAGE);
  assert_non_null(page);
  return page;
}

static void the_published_answer_is_a_minute(void **state) {
  (void)state;
  Answer answer = parse(PUBLISHED);
  const MinutePage *page = page_of(&answer);
  assert_int_equal(page->count, 1);
  assert_int_equal(page->earliest, 1000);
  assert_false(page->reaches_back);
  const MinuteBar bar = {.time = 1000, .open = 92400, .high = 92500, .low = 92400, .close = 92500, .volume = 1383};
  assert_true(minute_bar_equal(&page->bars[0], &bar));
  int32_t next;
  assert_true(minute_page_next(page, &next));
  assert_int_equal(next, 959);
  free(answer.payload);
}

static void rows_come_newest_first_and_are_kept_oldest_first(void **state) {
  (void)state;
  Answer answer =
      parse(BODY(TODAY("090200", "92700", "3") AND TODAY("090100", "92600", "2") AND TODAY("090000", "92500", "1")));
  const MinutePage *page = page_of(&answer);
  int32_t next;
  assert_int_equal(page->count, 3);
  assert_int_equal(page->bars[0].time, 900);
  assert_int_equal(page->bars[2].close, 92700);
  assert_false(minute_page_next(page, &next));
  free(answer.payload);
}

/* Asked at 10:02:30 for 10:05: 10:02 is forming, 10:03 to 10:05 are placeholders. */
static void minutes_that_are_not_over_are_left_out(void **state) {
  (void)state;
  static const char body[] = BODY(TODAY("100500", "0", "0") AND TODAY("100400", "0", "0") AND TODAY("100300", "0", "0")
                                      AND TODAY("100200", "92500", "7") AND TODAY("100100", "92600", "5"));
  static const struct {
    const char *at;
    int32_t newest;
  } CASES[] = {{"2022-09-02T10:02:30+09:00", 1001},
               {"2022-09-02T10:02:06+09:00", 1001},
               {"2022-09-02T10:02:05.999+09:00", -1}, /* its last trades may be on their way */
               {"2022-09-02T10:03:06+09:00", 1002},
               {"2022-09-02T16:05:00+09:00", 1002}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    Answer answer = parse_at(body, CASES[i].at);
    const MinutePage *page = page_of(&answer);
    assert_int_equal(page->earliest, 1001);
    assert_int_equal(page->count == 0 ? -1 : page->bars[page->count - 1].time, CASES[i].newest);
    free(answer.payload);
  }
}

static void minutes_without_trades_or_data_are_left_out(void **state) {
  (void)state;
  static const char *const volumes[] = {"0", "-9223372036854775808", ""};
  for (size_t i = 0; i < sizeof volumes / sizeof volumes[0]; i++) {
    Answer answer = parse(
        text_with(BODY(TODAY("100100", "92600", "VOLUME") AND TODAY("100000", "92500", "9")), 1, "VOLUME", volumes[i]));
    const MinutePage *page = page_of(&answer);
    assert_int_equal(page->count, 1);
    assert_int_equal(page->bars[0].time, 1000);
    free(answer.payload);
  }
  /* The auction is reset to 0 at 15:31 and comes back later. */
  Answer answer =
      parse_at(BODY(TODAY("153000", "92500", "0") AND TODAY("151900", "92500", "3")), "2022-09-02T16:05:00+09:00");
  assert_int_equal(page_of(&answer)->count, 1);
  free(answer.payload);
}

static void rows_of_another_day_are_left_out_and_say_that_there_is_no_more(void **state) {
  (void)state;
  Answer answer = parse(BODY(TODAY("090100", "92600", "2") AND ROW("20220901", "153000", "91000", "99")));
  const MinutePage *page = page_of(&answer);
  int32_t next;
  assert_int_equal(page->count, 1);
  assert_true(page->reaches_back);
  assert_false(minute_page_next(page, &next));
  free(answer.payload);
  answer = parse(BODY(ROW("20220901", "153000", "91000", "99"))); /* the stock did not trade */
  page = page_of(&answer);
  assert_int_equal(page->count, 0);
  assert_int_equal(page->earliest, -1);
  assert_false(minute_page_next(page, &next));
  free(answer.payload);
  answer = parse(BODY(ROW("20220905", "090000", "91000", "99") AND TODAY("090100", "92600", "2")));
  assert_false(page_of(&answer)->reaches_back);
  free(answer.payload);
}

/* 16:00 to 16:30 are the after-market's on most days: the hours of the session tell. */
static void what_no_session_has_is_left_out(void **state) {
  (void)state;
  Answer answer =
      parse(BODY(TODAY("200000", "92600", "2") AND TODAY("163100", "92600", "2") AND TODAY("163000", "92600", "2")
                     AND TODAY("160000", "92600", "2") AND TODAY("153000", "92600", "2")
                         AND TODAY("090000", "92600", "2") AND TODAY("085900", "92600", "2")));
  const MinutePage *page = page_of(&answer);
  assert_int_equal(page->count, 4);
  assert_int_equal(page->bars[0].time, 900);
  assert_int_equal(page->bars[3].time, 1630);
  free(answer.payload);
}

static void an_answer_without_rows_is_empty(void **state) {
  (void)state;
  assert_int_equal(parse("{\"output1\":{\"stck_prpr\":\"0\"},\"output2\":[]}").kind, ANSWER_EMPTY); /* unknown stock */
  assert_int_equal(parse(BODY(ROW("", "", "", ""))).kind, ANSWER_EMPTY);
  assert_int_equal(parse(BODY(TODAY("", "", ""))).kind, ANSWER_EMPTY);
}

static void what_cannot_be_right_breaks_the_answer(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } WRONG[] = {{"\"100000\"", "\"100030\"", "stck_cntg_hour|100030"},
               {"\"100000\"", "\"106000\"", "stck_cntg_hour"},
               {"\"100000\"", "\"1000\"", "stck_cntg_hour"},
               {"\"100000\"", "\"240000\"", "stck_cntg_hour"},
               {"\"20220902\"", "\"20220932\"", "stck_bsop_date"},
               {"\"92500\"", "\"92300\"", "close"},
               {"\"92500\"", "\"0\"", "close"},
               {"\"1383\"", "\"-1\"", "cntg_vol"},
               {"\"1383\"", "1383", "cntg_vol"},
               {"stck_hgpr", "stck_high", "stck_hgpr"},
               {"output2", "output3", "output2"}};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    Answer answer = parse(text_with(PUBLISHED, 1, WRONG[i].from, WRONG[i].to));
    kis_assert_broken(&answer, WRONG[i].says);
  }
  Answer answer = parse(BODY(TODAY("100000", "92600", "2") AND TODAY("100000", "92600", "2")));
  kis_assert_broken(&answer, "100000|twice");
}

static void a_page_holds_what_a_service_answers_and_no_more(void **state) {
  (void)state;
  static char text[40000];
  for (size_t rows = 120; rows <= MINUTE_PAGE_MAX + 1; rows += MINUTE_PAGE_MAX + 1 - 120) {
    size_t length = (size_t)snprintf(text, sizeof text, "{\"output2\":[");
    for (size_t i = 0; i < rows; i++)
      length += (size_t)snprintf(text + length, sizeof text - length,
                                 "%s{\"stck_bsop_date\":\"20220902\","
                                 "\"stck_cntg_hour\":\"%04d00\",\"stck_prpr\":\"5\",\"stck_oprc\":\"5\",\"stck_hgpr\":"
                                 "\"5\",\"stck_lwpr\":\"5\",\"cntg_vol\":\"1\"}",
                                 i ? "," : "", (int)minute_label_add(1519, -(int)i));
    snprintf(text + length, sizeof text - length, "]}");
    Answer answer = parse(text);
    if (rows == 120)
      assert_int_equal(page_of(&answer)->count, 120);
    else
      kis_assert_broken(&answer, "more minutes");
    free(answer.payload);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_published_answer_is_a_minute),
      cmocka_unit_test(rows_come_newest_first_and_are_kept_oldest_first),
      cmocka_unit_test(minutes_that_are_not_over_are_left_out),
      cmocka_unit_test(minutes_without_trades_or_data_are_left_out),
      cmocka_unit_test(rows_of_another_day_are_left_out_and_say_that_there_is_no_more),
      cmocka_unit_test(what_no_session_has_is_left_out),
      cmocka_unit_test(an_answer_without_rows_is_empty),
      cmocka_unit_test(what_cannot_be_right_breaks_the_answer),
      cmocka_unit_test(a_page_holds_what_a_service_answers_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
