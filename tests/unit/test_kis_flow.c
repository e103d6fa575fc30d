/* What the parsers make of investors and program trade: the published answers, and how others might differ. */
#include "kis_body.h"

static const char INVESTORS[] =
    "{\"output\":[{\"stck_bsop_date\":\"20260916\",\"stck_clpr\":\"9670\",\"prdy_vrss\":\"960\",\"prdy_vrss_sign\":"
    "\"2\",\"prsn_ntby_qty\":\"-2610\",\"frgn_ntby_qty\":\"3760\",\"orgn_ntby_qty\":\"-14\",\"prsn_ntby_tr_pbmn\":"
    "\"109\",\"frgn_ntby_tr_pbmn\":\"-98\",\"orgn_ntby_tr_pbmn\":\"0\",\"prsn_shnu_vol\":\"7255060\","
    "\"frgn_shnu_vol\":\"1265978\",\"orgn_shnu_vol\":\"1417\",\"prsn_shnu_tr_pbmn\":\"72120\",\"frgn_shnu_tr_pbmn\":"
    "\"12404\",\"orgn_shnu_tr_pbmn\":\"14\",\"prsn_seln_vol\":\"7257670\",\"frgn_seln_vol\":\"1262218\","
    "\"orgn_seln_vol\":\"1431\",\"prsn_seln_tr_pbmn\":\"72011\",\"frgn_seln_tr_pbmn\":\"12502\","
    "\"orgn_seln_tr_pbmn\":\"14\"}],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"정상처리 되었습니다!\"}";

static const char PROGRAMS[] =
    "{\"output\":[{\"stck_bsop_date\":\"20240531\",\"stck_clpr\":\"73500\",\"prdy_vrss\":\"0\",\"prdy_vrss_sign\":"
    "\"3\",\"prdy_ctrt\":\"0.00\",\"acml_vol\":\"26198776\",\"acml_tr_pbmn\":\"1935963757832\",\"whol_smtn_seln_vol\":"
    "\"13242141\",\"whol_smtn_shnu_vol\":\"9690098\",\"whol_smtn_ntby_qty\":\"-3552043\",\"whol_smtn_seln_tr_pbmn\":"
    "\"976753206700\",\"whol_smtn_shnu_tr_pbmn\":\"714977274500\",\"whol_smtn_ntby_tr_pbmn\":\"-261775932200\","
    "\"whol_ntby_vol_icdc\":\"-336694\",\"whol_ntby_tr_pbmn_icdc2\":\"-24156271800\"}],\"rt_cd\":\"0\",\"msg_cd\":"
    "\"MCA00000\",\"msg1\":\"정상처리 되었습니다.\"}";

/* Any number of copies of the published row, each of another date. */
static const char *rows_of(const char *const *dates) {
  static char text[16384];
  const char *row = strchr(INVESTORS, '[') + 1, *end = strchr(INVESTORS, ']');
  size_t length = (size_t)snprintf(text, sizeof text, "{\"output\":[");
  for (size_t i = 0; dates[i] != NULL; i++) {
    const char *one = text_with(row, 1, "20260916", dates[i]);
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%.*s", i ? "," : "",
                               (int)(strchr(one, ']') - one), one);
  }
  (void)end;
  snprintf(text + length, sizeof text - length, "]}");
  return text;
}

static Answer parse(const char *text, const char *list) {
  Answer answer = {.retry_after_ms = -1};
  json_t *body = kis_body(text);
  if (list == NULL)
    kis_parse_programs(body, &answer);
  else
    kis_parse_investors(body, list, &answer);
  json_decref(body);
  return answer;
}

static void assert_trade(const FlowTrade *trade, FlowTrade expected) {
  assert_memory_equal(trade, &expected, sizeof expected);
  assert_null(flow_trade_fault(trade));
}

static void investors_are_published_in_shares_and_million_won(void **state) {
  (void)state;
  Answer answer = parse(INVESTORS, "output");
  assert_string_equal(answer.detail, "");
  assert_int_equal(answer.count, 1);
  const FlowRow *row = answer_items(&answer, &PAYLOAD_FLOW_ROWS);
  assert_non_null(row);
  assert_int_equal(row->date, kis_day("2026-09-16"));
  assert_int_equal(row->has, FLOW_INVESTORS);
  assert_int_equal(row->close, 9670);
  assert_int_equal(row->volume, -1);
  assert_trade(&row->groups[FLOW_INDIVIDUAL],
               (FlowTrade){7255060, 7257670, -2610, 72120000000, 72011000000, 109000000});
  assert_trade(&row->groups[FLOW_FOREIGN], (FlowTrade){1265978, 1262218, 3760, 12404000000, 12502000000, -98000000});
  assert_trade(&row->groups[FLOW_INSTITUTION], (FlowTrade){1417, 1431, -14, 14000000, 14000000, 0});
  FlowDay day = flow_day(row, 9660, false);
  assert_int_equal(day.net_value[FLOW_FOREIGN], -98000000);
  assert_int_equal(day.net_volume[FLOW_FOREIGN], 3760); /* of the opposite sign */
  assert_int_equal(day.close, 9660);
  free(answer.payload);
}

static void program_trade_is_published_in_won(void **state) {
  (void)state;
  Answer answer = parse(PROGRAMS, NULL);
  const FlowRow *row = answer_items(&answer, &PAYLOAD_FLOW_ROWS);
  assert_non_null(row);
  assert_int_equal(row->has, flow_bit(FLOW_PROGRAM));
  assert_int_equal(row->volume, 26198776);
  assert_trade(&row->groups[FLOW_PROGRAM],
               (FlowTrade){9690098, 13242141, -3552043, 714977274500, 976753206700, -261775932200});
  free(answer.payload);
}

/* Before the close today's row is there, with "" in every field of a flow. */
static void what_is_empty_is_missing_and_never_0(void **state) {
  (void)state;
  Answer answer = parse("{\"output\":[{\"stck_bsop_date\":\"20260917\",\"stck_clpr\":\"9700\",\"prsn_ntby_qty\":\"\","
                        "\"frgn_ntby_qty\":\"\",\"orgn_ntby_qty\":\"\",\"prsn_ntby_tr_pbmn\":\"\","
                        "\"frgn_ntby_tr_pbmn\":\"\",\"orgn_ntby_tr_pbmn\":\"\",\"prsn_shnu_vol\":\"\","
                        "\"frgn_shnu_vol\":\"\",\"orgn_shnu_vol\":\"\",\"prsn_shnu_tr_pbmn\":\"\","
                        "\"frgn_shnu_tr_pbmn\":\"\",\"orgn_shnu_tr_pbmn\":\"\",\"prsn_seln_vol\":\"\","
                        "\"frgn_seln_vol\":\"\",\"orgn_seln_vol\":\"\",\"prsn_seln_tr_pbmn\":\"\","
                        "\"frgn_seln_tr_pbmn\":\"\",\"orgn_seln_tr_pbmn\":\"\"}]}",
                        "output");
  const FlowRow *row = answer_items(&answer, &PAYLOAD_FLOW_ROWS);
  assert_non_null(row);
  assert_int_equal(row->has, 0);
  free(answer.payload);
  answer = parse(text_with(INVESTORS, 1, "\"orgn_ntby_tr_pbmn\":\"0\"", "\"orgn_ntby_tr_pbmn\":\"\""), "output");
  row = answer.payload;
  assert_int_equal(row->has, flow_bit(FLOW_INDIVIDUAL) | flow_bit(FLOW_FOREIGN));
  assert_int_equal(row->groups[FLOW_INSTITUTION].bought_volume, 0); /* nothing of the group is kept */
  free(answer.payload);
  answer = parse(text_with(PROGRAMS, 1, "\"26198776\"", "\"\""), NULL);
  assert_int_equal(((const FlowRow *)answer.payload)->volume, -1);
  free(answer.payload);
}

static void rows_come_newest_first_and_are_kept_oldest_first(void **state) {
  (void)state;
  Answer answer = parse(rows_of((const char *const[]){"20260916", "20260915", "20260911", NULL}), "output");
  assert_int_equal(answer.count, 3);
  const FlowRow *rows = answer.payload;
  assert_int_equal(rows[0].date, kis_day("2026-09-11"));
  assert_ptr_equal(flow_row_find(rows, 3, kis_day("2026-09-16")), &rows[2]);
  assert_null(flow_row_find(rows, 3, kis_day("2026-09-14")));
  free(answer.payload);
  answer = parse(rows_of((const char *const[]){"20260916", "", NULL}), "output"); /* rows of "" occur */
  assert_int_equal(answer.count, 1);
  free(answer.payload);
  assert_int_equal(parse(rows_of((const char *const[]){"", NULL}), "output").kind, ANSWER_EMPTY);
  answer = parse(rows_of((const char *const[]){"20260916", "20260916", NULL}), "output");
  kis_assert_broken(&answer, "2026-09-16|twice");
}

static void the_dated_service_has_the_same_rows_in_another_list(void **state) {
  (void)state;
  Answer answer =
      parse(text_with(INVESTORS, 1, "\"output\"", "\"output1\":{\"stck_prpr\":\"9670\"},\"output2\""), "output2");
  assert_int_equal(answer.count, 1);
  free(answer.payload);
  answer = parse(INVESTORS, "output2");
  kis_assert_broken(&answer, "output2");
}

static void what_cannot_be_right_breaks_the_answer(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } WRONG[] = {{"\"20260916\"", "\"2026-09-16\"", "stck_bsop_date"},
               {"\"20260916\"", "\"20260931\"", "stck_bsop_date|20260931"},
               {"\"7255060\"", "\"-7255060\"", "prsn_shnu_vol"},
               {"\"72120\"", "\"9999999999999999\"", "prsn_shnu_tr_pbmn"},
               {"\"-98\"", "\"-98.0\"", "frgn_ntby_tr_pbmn"},
               {"\"3760\"", "3760", "frgn_ntby_qty"},
               {"\"9670\"", "\"-9670\"", "stck_clpr"}};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    Answer answer = parse(text_with(INVESTORS, 1, WRONG[i].from, WRONG[i].to), "output");
    kis_assert_broken(&answer, WRONG[i].says);
    if (i >= 2) assert_named(answer.detail, "20260916");
  }
}

/* One row that contradicts itself holds no other: the proof of its day tells. */
static void bought_less_sold_is_net(void **state) {
  (void)state;
  Answer answer = parse(text_with(INVESTORS, 1, "\"3760\"", "\"3761\""), "output");
  const FlowRow *row = answer_items(&answer, &PAYLOAD_FLOW_ROWS);
  assert_non_null(row);
  assert_string_equal(flow_trade_fault(&row->groups[FLOW_FOREIGN]), "volumes");
  assert_null(flow_trade_fault(&row->groups[FLOW_INDIVIDUAL]));
  free(answer.payload);
  answer = parse(text_with(INVESTORS, 1, "\"109\"", "\"110\""), "output");
  row = answer.payload;
  assert_string_equal(flow_trade_fault(&row->groups[FLOW_INDIVIDUAL]), "values");
  free(answer.payload);
}

static void two_answers_make_one_row(void **state) {
  (void)state;
  Answer investors = parse(text_with(INVESTORS, 1, "20260916", "20240531"), "output"), programs = parse(PROGRAMS, NULL);
  FlowRow row = *(const FlowRow *)investors.payload;
  flow_row_add(&row, programs.payload);
  assert_int_equal(row.has, FLOW_INVESTORS | flow_bit(FLOW_PROGRAM));
  assert_int_equal(row.volume, 26198776);
  assert_int_equal(row.close, 9670);
  assert_int_equal(row.groups[FLOW_PROGRAM].net_volume, -3552043);
  assert_int_equal(row.groups[FLOW_FOREIGN].net_volume, 3760);
  FlowDay day = flow_day(&row, 0, true), other = day;
  assert_true(flow_day_equal(&day, &other));
  other.net_value[FLOW_PROGRAM]++;
  assert_false(flow_day_equal(&day, &other));
  free(investors.payload);
  free(programs.payload);
}

/* Thirty days of investors, and of program trade as many as that service has. */
static void days_of_two_answers_are_merged_by_date(void **state) {
  (void)state;
  FlowRow investors[] = {{.date = 2, .has = FLOW_INVESTORS, .volume = -1},
                         {.date = 3, .has = FLOW_INVESTORS, .volume = -1},
                         {.date = 7, .has = FLOW_INVESTORS, .volume = -1}},
          programs[] = {{.date = 1, .has = 1 << FLOW_PROGRAM, .volume = 10},
                        {.date = 3, .has = 1 << FLOW_PROGRAM, .volume = 30},
                        {.date = 8, .has = 1 << FLOW_PROGRAM, .volume = 80}},
          merged[6];
  assert_int_equal(flow_rows_merge(investors, 3, programs, 3, merged), 5);
  static const Day dates[] = {1, 2, 3, 7, 8};
  for (size_t i = 0; i < 5; i++) assert_int_equal(merged[i].date, dates[i]);
  assert_int_equal(merged[2].has, FLOW_INVESTORS | 1 << FLOW_PROGRAM);
  assert_int_equal(merged[2].volume, 30);
  assert_int_equal(merged[3].has, FLOW_INVESTORS);
  assert_int_equal(flow_rows_merge(investors, 3, NULL, 0, merged), 3);
  assert_int_equal(flow_rows_merge(NULL, 0, programs, 3, merged), 3);
  assert_int_equal(merged[2].volume, 80);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(investors_are_published_in_shares_and_million_won),
      cmocka_unit_test(program_trade_is_published_in_won),
      cmocka_unit_test(what_is_empty_is_missing_and_never_0),
      cmocka_unit_test(rows_come_newest_first_and_are_kept_oldest_first),
      cmocka_unit_test(the_dated_service_has_the_same_rows_in_another_list),
      cmocka_unit_test(what_cannot_be_right_breaks_the_answer),
      cmocka_unit_test(bought_less_sold_is_net),
      cmocka_unit_test(two_answers_make_one_row),
      cmocka_unit_test(days_of_two_answers_are_merged_by_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
