/* What the parser makes of etp/etf_bydd_trd: the answer of the exchange's page, and how it might differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/etf_proof.h>
#include <closebell/source/krx.h>

#include "named.h"

/* As it was recorded, and a second row of a fund without trades. */
static const char RECORDED[] =
    "{\"OutBlock_1\":[{\"BAS_DD\":\"20250721\",\"ISU_CD\":\"483340\",\"ISU_NM\":\"ACE 구글밸류체인액티브\","
    "\"TDD_CLSPRC\":\"11620\",\"CMPPREVDD_PRC\":\"25\",\"FLUC_RT\":\"0.22\",\"NAV\":\"11540.98\","
    "\"TDD_OPNPRC\":\"11660\",\"TDD_HGPRC\":\"11660\",\"TDD_LWPRC\":\"11580\",\"ACC_TRDVOL\":\"72613\","
    "\"ACC_TRDVAL\":\"843137444\",\"MKTCAP\":\"24402000000\",\"INVSTASST_NETASST_TOTAMT\":\"20773762782\","
    "\"LIST_SHRS\":\"2100000\",\"IDX_IND_NM\":\"KEDI 글로벌 AI 클라우드 지수\",\"OBJ_STKPRC_IDX\":\"5235.73\","
    "\"CMPPREVDD_IDX\":\"38.68\",\"FLUC_RT_IDX\":\"0.74\"},"
    "{\"BAS_DD\":\"20250721\",\"ISU_CD\":\"0015B0\",\"ISU_NM\":\"KOFR\",\"TDD_CLSPRC\":\"1,000\","
    "\"CMPPREVDD_PRC\":\"0\",\"FLUC_RT\":\"0.00\",\"NAV\":\"-\",\"TDD_OPNPRC\":\"-\",\"TDD_HGPRC\":\"0\","
    "\"TDD_LWPRC\":\"\",\"ACC_TRDVOL\":\"0\",\"ACC_TRDVAL\":\"0\",\"MKTCAP\":\"5000\","
    "\"INVSTASST_NETASST_TOTAMT\":\"0\",\"LIST_SHRS\":\"5\",\"IDX_IND_NM\":\"-\",\"OBJ_STKPRC_IDX\":\"\","
    "\"CMPPREVDD_IDX\":\"-\",\"FLUC_RT_IDX\":\"\"}]}";

static Answer parse_as(const char *body, int status) {
  Answer answer;
  Day date;
  assert_true(day_parse("2025-07-21", &date));
  krx_parse_etf(body, strlen(body), status, date, &answer);
  return answer;
}

/* The recorded answer with the first `from` replaced. */
static Answer parse_with(const char *from, const char *to) {
  char body[sizeof RECORDED + 256];
  const char *place = strstr(RECORDED, from);
  if (place == NULL) fail_msg("no %s", from);
  snprintf(body, sizeof body, "%.*s%s%s", (int)(place - RECORDED), RECORDED, to, place + strlen(from));
  return parse_as(body, 200);
}

static void assert_broken(const char *from, const char *to, const char *parts) {
  Answer answer = parse_with(from, to);
  if (answer.kind != ANSWER_BROKEN) fail_msg("%s: %s", to, answer_kind_name(answer.kind));
  assert_named(answer.detail, parts);
  assert_null(answer.payload);
}

static void the_recorded_row_is_read_as_published(void **state) {
  (void)state;
  Answer answer = parse_as(RECORDED, 200);
  const EtfRow *rows = answer_items(&answer, &PAYLOAD_ETF_ROWS);
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.count, 2);
  const EtfRow *fund = etf_rows_find(rows, 2, "483340");
  assert_non_null(fund);
  assert_string_equal(fund->name, "ACE 구글밸류체인액티브");
  assert_string_equal(fund->index_name, "KEDI 글로벌 AI 클라우드 지수");
  assert_int_equal(fund->whole[ETF_CLOSE], 11620);
  assert_int_equal(fund->whole[ETF_CHANGE], 25);
  assert_int_equal(fund->whole[ETF_NET_ASSETS], INT64_C(20773762782));
  assert_true(fund->real[ETF_NAV] == 11540.98 && fund->real[ETF_INDEX_CLOSE] == 5235.73);
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) assert_true(etf_has(fund, i));
  assert_true(etf_is_traded(fund));
  free(answer.payload);
}

static void what_is_missing_is_absent_and_an_untraded_fund_has_zeros(void **state) {
  (void)state;
  static const EtfFigure ABSENT[] = {ETF_NAV, ETF_INDEX_CLOSE, ETF_NET_ASSETS}, ZERO[] = {ETF_OPEN, ETF_HIGH, ETF_LOW};
  Answer answer = parse_as(RECORDED, 200);
  const EtfRow *fund = etf_rows_find(answer.payload, answer.count, "0015B0");
  assert_non_null(fund);
  for (size_t i = 0; i < 3; i++) assert_false(etf_has(fund, ABSENT[i]));
  for (size_t i = 0; i < 3; i++) assert_true(etf_has(fund, ZERO[i]) && fund->whole[ZERO[i]] == 0);
  assert_string_equal(fund->index_name, "");
  assert_int_equal(fund->whole[ETF_CLOSE], 1000);
  assert_false(etf_is_traded(fund));
  free(answer.payload);
}

static void a_row_that_is_not_what_it_should_be_breaks_the_answer(void **state) {
  (void)state;
  assert_broken("\"20250721\"", "\"20250718\"", "BAS_DD");
  assert_broken("0015B0", "483340", "483340|twice");
  assert_broken("483340", "../etc", "ISU_CD");
  assert_broken("\"FLUC_RT\":\"0.22\",", "", "FLUC_RT");
  assert_broken("\"FLUC_RT_IDX\":\"0.74\"", "\"OTHER\":\"0.74\"", "FLUC_RT_IDX");
  assert_broken("\"NAV\":\"11540.98\"", "\"NAV\":11540.98", "NAV");
  assert_broken("11540.98", "1e999", "NAV");
  assert_broken("11540.98", "-1", "nav");
  assert_broken("72613", "99999999999999999999", "ACC_TRDVOL");
  assert_broken("11620", "116.5", "TDD_CLSPRC");
  assert_broken("24402000000", "24402000001", "market_cap");
  assert_broken("0.22", "0.23", "change");
  assert_broken("\"25\"", "\"12000\"", "change");
  assert_broken("\"TDD_HGPRC\":\"11660\"", "\"TDD_HGPRC\":\"11600\"", "high");
  assert_broken("\"TDD_LWPRC\":\"11580\"", "\"TDD_LWPRC\":\"11630\"", "low");
  assert_broken("ACE 구글밸류체인액티브", "-", "ISU_NM");
}

static void an_answer_without_rows_says_why(void **state) {
  (void)state;
  assert_int_equal(parse_as("{\"OutBlock_1\":[]}", 200).kind, ANSWER_EMPTY);
  assert_int_equal(parse_as("{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}", 401).kind,
                   ANSWER_UNAUTHORIZED);
  assert_int_equal(parse_as("<!DOCTYPE html><html></html>", 200).kind, ANSWER_FAILING);
  assert_int_equal(parse_as("<!DOCTYPE html><html></html>", 403).kind, ANSWER_BLOCKED);
  assert_int_equal(parse_as("{\"OutBlock_1\":[{\"BAS_DD\":\"2025", 200).kind, ANSWER_FAILING);
  assert_int_equal(parse_as("", 404).http_status, 404);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_recorded_row_is_read_as_published),
      cmocka_unit_test(what_is_missing_is_absent_and_an_untraded_fund_has_zeros),
      cmocka_unit_test(a_row_that_is_not_what_it_should_be_breaks_the_answer),
      cmocka_unit_test(an_answer_without_rows_says_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
