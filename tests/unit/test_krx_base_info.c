/* What the parser makes of stk_isu_base_info and its kin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"

#include <closebell/market/kind.h>
#include <closebell/source/krx.h>

static void assert_fails(MarketAnswer answer, AnswerKind kind, const char *parts) {
  assert_named(answer.detail, parts);
  assert_int_equal(answer.kind, kind);
  assert_null(answer.rows);
  assert_int_equal(answer.count, 0);
}

/* In the shape in which the service answers. */
#define PAPER(code, market, group, kind)                                                                               \
  "{\"ISU_CD\":\"KR7095570008\",\"ISU_SRT_CD\":\"" code                                                                \
  "\",\"ISU_NM\":\"AJ네트웍스보통주\",\"ISU_ABBRV\":\"AJ네트웍스\",\"LIST_DD\":\"20150821\",\"MKT_TP_NM\":\"" market   \
  "\",\"SECUGRP_NM\":\"" group "\",\"KIND_STKCERT_TP_NM\":\"" kind                                                     \
  "\",\"PARVAL\":\"1000\",\"LIST_SHRS\":\"45252759\"}"
#define PAPERS(papers) "{\"OutBlock_1\":[" papers "]}"

static MarketAnswer parse_base_info(const char *body, int status) {
  MarketAnswer answer;
  krx_parse_base_info(body, strlen(body), status, MARKET_KOSPI, &answer);
  return answer;
}

static void base_info_says_what_kind_a_paper_is(void **state) {
  (void)state;
  MarketAnswer answer = parse_base_info(
      PAPERS(PAPER("095575", "KOSPI", "주권", "구형우선주") "," PAPER("095570", "KOSPI", "주권", "보통주") "," PAPER(
          "330590", "KOSPI", "부동산투자회사",
          "보통주") "," PAPER("900140", "KOSPI", "외국주권",
                              "보통주") "," PAPER("950210", "KOSPI", "주식예탁증권",
                                                  "보통주") "," PAPER("999990", "KOSPI", "신종증권", "보통주")),
      200);
  static const struct {
    const char *ticker;
    int kind;
  } WANTED[] = {{"095570", 1 + KIND_COMMON},  {"095575", 1 + KIND_PREFERRED}, {"330590", 1 + KIND_REIT},
                {"900140", 1 + KIND_FOREIGN}, {"950210", 1 + KIND_DR},        {"999990", 0}};
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.count, 6);
  for (size_t i = 0; i < 6; i++) {
    assert_string_equal(answer.rows[i].ticker, WANTED[i].ticker);
    assert_int_equal(answer.rows[i].base_kind, WANTED[i].kind);
  }
  free(answer.rows);
}

static void papers_with_longer_codes_are_left_out(void **state) {
  (void)state;
  MarketAnswer answer = parse_base_info(
      PAPERS(PAPER("F70100022", "KOSPI", "수익증권", "") "," PAPER("095570", "KOSPI", "주권", "보통주")), 200);
  assert_int_equal(answer.count, 1);
  assert_string_equal(answer.rows[0].ticker, "095570");
  free(answer.rows);
  assert_fails(parse_base_info(PAPERS(PAPER("F70100022", "KOSPI", "수익증권", "")), 200), ANSWER_EMPTY, "");
  assert_fails(parse_base_info(PAPERS(""), 200), ANSWER_EMPTY, "");
}

static void base_info_that_cannot_be_believed_is_broken(void **state) {
  (void)state;
  assert_fails(parse_base_info(PAPERS(PAPER("../x", "KOSPI", "주권", "보통주")), 200), ANSWER_BROKEN,
               "row 1|ISU_SRT_CD|../x");
  assert_fails(parse_base_info(PAPERS(PAPER("095570", "KONEX", "주권", "보통주")), 200), ANSWER_BROKEN,
               "MKT_TP_NM|KONEX|KOSPI");
  assert_fails(
      parse_base_info(PAPERS(PAPER("095570", "KOSPI", "주권", "보통주") "," PAPER("095570", "KOSPI", "주권", "보통주")),
                      200),
      ANSWER_BROKEN, "095570");
  assert_fails(
      parse_base_info("{\"OutBlock_1\":[{\"ISU_SRT_CD\":\"095570\",\"ISU_NM\":\"A\",\"MKT_TP_NM\":\"KOSPI\"}]}", 200),
      ANSWER_BROKEN, "SECUGRP_NM");
  assert_fails(parse_base_info("{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}", 401),
               ANSWER_UNAUTHORIZED, "HTTP 401|Unauthorized");
  assert_fails(parse_base_info("", 404), ANSWER_FAILING, "/svc/apis/sto/stk_isu_base_info");
}

static void the_address_names_the_service_and_the_date(void **state) {
  (void)state;
  char url[256];
  Error err = {{0}};
  Day date = DAY_NONE;
  assert_true(day_parse("2024-01-05", &date));
  const Question question = {.feed = &KRX_BASE_INFO, .date = date, .market = MARKET_KOSDAQ};
  assert_int_equal(krx_url("https://host/", &question, url, sizeof url, &err), STATUS_OK);
  assert_string_equal(url, "https://host/svc/apis/sto/ksq_isu_base_info?basDd=20240105");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base_info_says_what_kind_a_paper_is),
      cmocka_unit_test(papers_with_longer_codes_are_left_out),
      cmocka_unit_test(base_info_that_cannot_be_believed_is_broken),
      cmocka_unit_test(the_address_names_the_service_and_the_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
