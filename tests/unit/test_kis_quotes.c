/* What the parser makes of quotes: the published answer, and how others might differ. */
#include "kis_body.h"

static const char PUBLISHED[] =
    "{\"output\":[{\"kospi_kosdaq_cls_name\":\"거래소\",\"mrkt_trtm_cls_name\":\"거래소\",\"hour_cls_code\":\"0\","
    "\"inter_shrn_iscd\":\"005930\",\"inter_kor_isnm\":\"삼성전자\",\"inter2_prpr\":\"77400\",\"inter2_prdy_vrss\":"
    "\"-800\",\"prdy_vrss_sign\":\"5\",\"prdy_ctrt\":\"-1.02\",\"acml_vol\":\"15713440\",\"inter2_oprc\":\"78600\","
    "\"inter2_hgpr\":\"78800\",\"inter2_lwpr\":\"77200\",\"inter2_llam\":\"54800\",\"inter2_mxpr\":\"101600\","
    "\"inter2_askp\":\"77400\",\"inter2_bidp\":\"77300\",\"acml_tr_pbmn\":\"1221686345500\",\"inter2_prdy_clpr\":"
    "\"78200\",\"intr_antc_vol\":\"0\",\"inter2_sdpr\":\"78200\"}],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":"
    "\"정상처리 되었습니다.\"}";

#define ROW(code, price, open, high, low, volume, value, base)                                                         \
  "{\"inter_shrn_iscd\":\"" code "\",\"inter2_prpr\":\"" price "\",\"acml_vol\":\"" volume                             \
  "\",\"inter2_oprc\":\"" open "\",\"inter2_hgpr\":\"" high "\",\"inter2_lwpr\":\"" low "\",\"acml_tr_pbmn\":\"" value \
  "\",\"inter2_sdpr\":\"" base "\"}"
#define TRADED(code) ROW(code, "77400", "78600", "78800", "77200", "15", "1160000", "78200")

static Answer parse(const char *text, const char *codes) {
  Answer answer = {.retry_after_ms = -1};
  json_t *body = kis_body(text);
  kis_parse_quotes(body, codes, &answer);
  json_decref(body);
  return answer;
}

static void the_published_answer_is_a_quote(void **state) {
  (void)state;
  Answer answer = parse(PUBLISHED, "005930");
  assert_string_equal(answer.detail, "");
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.count, 1);
  const Quote *quote = answer_items(&answer, &PAYLOAD_QUOTES);
  const Quote expected = {.ticker = "005930",
                          .open = 78600,
                          .high = 78800,
                          .low = 77200,
                          .close = 77400,
                          .base_price = 78200,
                          .volume = 15713440,
                          .value = 1221686345500};
  assert_memory_equal(quote, &expected, sizeof expected);
  free(answer.payload);
}

static void rows_are_matched_by_code_and_not_by_place(void **state) {
  (void)state;
  Answer answer =
      parse("{\"output\":[" TRADED("0126Z0") "," TRADED("000660") "," TRADED("005930") "]}", "005930,000660,0126Z0");
  assert_int_equal(answer.count, 3);
  const Quote *quotes = answer.payload;
  assert_string_equal(quotes[0].ticker, "000660");
  assert_string_equal(quotes[2].ticker, "0126Z0");
  assert_ptr_equal(quote_find(quotes, 3, "005930"), &quotes[1]);
  assert_null(quote_find(quotes, 3, "005935"));
  free(answer.payload);
}

/* Halted and unknown codes: what they answer is not known, a fixture has price "0". */
static void a_stock_without_a_price_or_a_base_price_is_left_out(void **state) {
  (void)state;
  static const char *const rows[] = {
      ROW("000660", "0", "0", "0", "0", "0", "0", "78200"), ROW("000660", "", "", "", "", "", "", ""),
      ROW("000660", "77400", "78600", "78800", "77200", "15", "1160000", "0"),
      ROW("000660", "77400", "78600", "78800", "77200", "15", "1160000", ""), ROW("", "", "", "", "", "", "", "")};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[1024];
    snprintf(text, sizeof text, "{\"output\":[%s,%s]}", rows[i], TRADED("005930"));
    Answer answer = parse(text, "000660,005930");
    assert_int_equal(answer.kind, ANSWER_ROWS);
    assert_int_equal(answer.count, 1);
    assert_string_equal(((const Quote *)answer.payload)->ticker, "005930");
    free(answer.payload);
    snprintf(text, sizeof text, "{\"output\":[%s]}", rows[i]);
    assert_int_equal(parse(text, "000660,005930").kind, ANSWER_EMPTY);
  }
}

static void one_without_trades_has_no_range_whatever_is_shown(void **state) {
  (void)state;
  static const char *const rows[] = {ROW("000660", "78200", "0", "0", "0", "0", "0", "78200"),
                                     ROW("000660", "78200", "78200", "78200", "78200", "0", "0", "78200"),
                                     ROW("000660", "78200", "", "", "", "", "", "78200")};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[1024];
    snprintf(text, sizeof text, "{\"output\":[%s]}", rows[i]);
    Answer answer = parse(text, "000660");
    const Quote *quote = answer_items(&answer, &PAYLOAD_QUOTES);
    assert_non_null(quote);
    assert_int_equal(quote->open + quote->high + quote->low + quote->volume + quote->value, 0);
    assert_int_equal(quote->close, 78200);
    free(answer.payload);
  }
}

static void what_cannot_be_right_breaks_the_answer(void **state) {
  (void)state;
  Answer answer = parse("{\"output\":[" TRADED("005930") "]}", "00593,0059301,000660");
  kis_assert_broken(&answer, "row 1|005930|inter_shrn_iscd");
  answer = parse("{\"output\":[" TRADED("005930") "," TRADED("005930") "]}", "005930");
  kis_assert_broken(&answer, "005930|twice");
  static const struct {
    const char *from, *to, *says;
  } WRONG[] = {{"\"77400\"", "\"77,400\"", "inter2_prpr|77,400"},
               {"\"77400\"", "77400", "inter2_prpr"},
               {"\"77400\"", "\"-77400\"", "inter2_prpr"},
               {"\"77400\"", "\"79000\"", "range"},
               {"\"77200\"", "\"78900\"", "range"},
               {"\"78600\"", "\"0\"", "range"},
               {"\"15713440\"", "\"99999999999999999999\"", "acml_vol"},
               {"\"15713440\"", "\"0\"", "value"},
               {"inter2_sdpr", "inter2_spdr", "inter2_sdpr"},
               {"inter_shrn_iscd", "iscd", "inter_shrn_iscd"}};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    answer = parse(text_with(PUBLISHED, 1, WRONG[i].from, WRONG[i].to), "005930");
    kis_assert_broken(&answer, WRONG[i].says);
  }
  answer = parse("{\"rt_cd\":\"0\"}", "005930");
  kis_assert_broken(&answer, "output");
  assert_int_equal(parse("{\"output\":[]}", "005930").kind, ANSWER_EMPTY);
}

static void a_quote_makes_the_row_that_the_exchange_will_publish(void **state) {
  (void)state;
  StockRow listed = {.ticker = "005930",
                     .name = "삼성전자",
                     .open = 1,
                     .high = 2,
                     .low = 1,
                     .close = 78200,
                     .change = -3,
                     .volume = 4,
                     .value = 5,
                     .market_cap = 6,
                     .listed_shares = 5969782550,
                     .base_kind = 2},
           row = {0};
  Answer answer = parse(PUBLISHED, "005930");
  assert_true(quote_row(answer.payload, &listed, &row));
  free(answer.payload);
  assert_string_equal(row.name, "삼성전자");
  assert_int_equal(row.base_kind, 2);
  assert_int_equal(row.change, -800);
  assert_int_equal(row_base_price(&row), 78200);
  assert_int_equal(row.market_cap, INT64_C(462061169370000));
  assert_int_equal(row.open, 78600);
  assert_int_equal(row.value, 1221686345500);
  listed.listed_shares = INT64_MAX;
  Quote quote = {.ticker = "005930", .close = 2, .base_price = 2};
  assert_false(quote_row(&quote, &listed, &row));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_published_answer_is_a_quote),
      cmocka_unit_test(rows_are_matched_by_code_and_not_by_place),
      cmocka_unit_test(a_stock_without_a_price_or_a_base_price_is_left_out),
      cmocka_unit_test(one_without_trades_has_no_range_whatever_is_shown),
      cmocka_unit_test(what_cannot_be_right_breaks_the_answer),
      cmocka_unit_test(a_quote_makes_the_row_that_the_exchange_will_publish),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
