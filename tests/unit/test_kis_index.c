/* What the parser makes of an index's daily rows. */
#include "kis_body.h"

#define ROW(date, open, high, low, close, volume, value)                                                               \
  "{\"stck_bsop_date\":\"" date "\",\"bstp_nmix_prpr\":\"" close "\",\"bstp_nmix_oprc\":\"" open                       \
  "\",\"bstp_nmix_hgpr\":\"" high "\",\"bstp_nmix_lwpr\":\"" low "\",\"acml_vol\":\"" volume                           \
  "\",\"acml_tr_pbmn\":\"" value "\",\"mod_yn\":\"N\"}"
#define PUBLISHED ROW("20220509", "2634.32", "2642.75", "2606.08", "2610.81", "892653", "9289660")
#define BEFORE ROW("20220506", "2652.6", "2656.11", "2641", "2644.51", "991042", "9872544")
#define AND ","
#define BODY(rows) "{\"output1\":{},\"output2\":[" rows "],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\"}"

static Answer parse(const char *text) {
  Answer answer = {.retry_after_ms = -1};
  json_t *body = kis_body(text);
  kis_parse_index(body, &answer);
  json_decref(body);
  return answer;
}

/* The broker's own example. Newest first there; oldest first here. */
static void rows_are_in_hundredths_shares_and_won(void **state) {
  (void)state;
  Answer answer = parse(BODY(PUBLISHED AND BEFORE));
  const DatedIndexRow *rows = answer_items(&answer, &PAYLOAD_INDEX_ROWS);
  assert_non_null(rows);
  assert_int_equal(answer.count, 2);
  assert_int_equal(rows[0].date, kis_day("2022-05-06"));
  assert_int_equal(rows[0].row.open, 265260);
  assert_int_equal(rows[0].row.low, 264100);
  assert_int_equal(rows[1].date, kis_day("2022-05-09"));
  const IndexRow wanted = {.open = 263432,
                           .high = 264275,
                           .low = 260608,
                           .close = 261081,
                           .volume = INT64_C(892653000),
                           .value = INT64_C(9289660000000)};
  assert_true(index_row_equal(&rows[1].row, &wanted));
  free(answer.payload);
}

/* Before the open: all prices are the last close. What that is worth, whoever asked says. */
static void a_placeholder_is_a_row(void **state) {
  (void)state;
  Answer answer = parse(BODY(ROW("20220510", "2610.81", "2610.81", "2610.81", "2610.81", "0", "0") AND PUBLISHED));
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.count, 2);
  free(answer.payload);
}

/* Missing is never 0. */
static void a_row_that_lacks_a_figure_is_left_out(void **state) {
  (void)state;
  static const char *const figures[] = {"2610.81", "2634.32", "2642.75", "2606.08", "892653", "9289660"};
  for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
    Answer answer = parse(text_with(BODY(PUBLISHED AND BEFORE), 1, figures[i], ""));
    const DatedIndexRow *rows = answer_items(&answer, &PAYLOAD_INDEX_ROWS);
    assert_int_equal(answer.count, 1);
    assert_int_equal(rows[0].date, kis_day("2022-05-06"));
    free(answer.payload);
  }
  assert_int_equal(parse(BODY("")).kind, ANSWER_EMPTY);
  assert_int_equal(parse(BODY(ROW("", "", "", "", "", "", ""))).kind, ANSWER_EMPTY);
}

static void what_cannot_be_right_breaks_the_answer(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } cases[] = {{"2610.81", "2643.00", "row 1|20220509|close"},
               {"2610.81", "2610.811", "bstp_nmix_prpr"},
               {"2634.32", "0", "open"},
               {"2642.75", "2606.07", "high"},
               {"2606.08", "-1", "bstp_nmix_lwpr"},
               {"892653", "-5", "acml_vol"},
               {"892653", "9223372036854776", "acml_vol"},
               {"9289660", "9223372036855", "acml_tr_pbmn"},
               {"892653", "0", "volume"},
               {"20220509", "20220532", "stck_bsop_date"},
               {"20220509", "20220506", "2022-05-06|twice"},
               {"\"acml_vol\":\"892653\",", "", "acml_vol"},
               {"\"2610.81\"", "2610.81", "bstp_nmix_prpr"},
               {"output2", "output", "output2"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = parse(text_with(BODY(PUBLISHED AND BEFORE), 1, cases[i].from, cases[i].to));
    kis_assert_broken(&answer, cases[i].says);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_in_hundredths_shares_and_won),
      cmocka_unit_test(a_placeholder_is_a_row),
      cmocka_unit_test(a_row_that_lacks_a_figure_is_left_out),
      cmocka_unit_test(what_cannot_be_right_breaks_the_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
