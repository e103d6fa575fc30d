/* What companies say of their dividends: which row gives which number, what is missing, and what is not believed. */
#include <math.h>

#include "dart_body.h"

static const char ANNUAL[] = "2024:11011:00126380";

typedef struct {
  const char *se, *stock_knd, *thstrm; /* null: the member is absent */
} Row;

/* ---- bodies ---- */

static const char *body_of(const Row *rows, size_t count) {
  static DartBody body;
  body = (DartBody){.length = 0};
  body_put(&body, "{\"status\":\"000\",\"message\":\"정상\",\"list\":[");
  for (size_t i = 0; i < count; i++) {
    body_put(&body, "%s{\"rcept_no\":\"20250311001085\",\"corp_cls\":\"Y\",\"corp_code\":\"00126380\"", i ? "," : "");
    body_put(&body, ",\"corp_name\":\"삼성전자\"");
    body_put_member(&body, "se", rows[i].se);
    body_put_member(&body, "stock_knd", rows[i].stock_knd);
    body_put_member(&body, "thstrm", rows[i].thstrm);
    body_put(&body, ",\"frmtrm\":\"77\",\"lwfr\":\"78\",\"stlm_dt\":\"2024-12-31\"}");
  }
  body_put(&body, "]}");
  return body.text;
}

static FiledDividends read_text(const char *text) {
  Answer answer = dart_read(&DART_DIVIDENDS, ANNUAL, text);
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(answer.count, 1);
  FiledDividends filed = *(const FiledDividends *)answer.payload;
  free(answer.payload);
  return filed;
}

static FiledDividends read_rows(const Row *rows, size_t count) {
  FiledDividends filed = read_text(body_of(rows, count));
  assert_string_equal(filed.trouble, "");
  return filed;
}

#define READ(rows) read_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static const Row WHOLE[] = {{"주당액면가액(원)", "-", "100"},
                            {"(연결)당기순이익(백만원)", "-", "33,621,363"},
                            {"(별도)당기순이익(백만원)", "-", "23,582,565"},
                            {"(연결)주당순이익(원)", "-", "4,950"},
                            {"현금배당금총액(백만원)", "-", "9,810,767"},
                            {"주식배당금총액(백만원)", "-", "-"},
                            {"(연결)현금배당성향(%)", "-", "29.2"},
                            {"현금배당수익률(%)", "보통주", "2.7"},
                            {"현금배당수익률(%)", "우선주", "3.3"},
                            {"주식배당수익률(%)", "보통주", "-"},
                            {"주당 현금배당금(원)", "보통주", "1,446"},
                            {"주당 현금배당금(원)", "우선주", "1,447"},
                            {"주당 주식배당(주)", "보통주", "-"}};

/* ---- tests ---- */

static void the_recorded_answer_has_no_dividend_rows(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_DIVIDENDS, "2023:11011:00126380", dart_recorded("alotMatter"));
  dart_assert(&answer, ANSWER_ROWS, "");
  const FiledDividends *filed = answer.payload;
  const Dividend *common = &filed->items[DIVIDEND_COMMON];
  char id[DIVIDEND_ID_SIZE];
  assert_string_equal(filed->trouble, "");
  assert_string_equal(filed->corp_code, "00126380");
  assert_int_equal(filed->count, 1);
  assert_string_equal(dividend_id(common, id), "2023-12-31:annual:common:20240312000736");
  assert_true(isnan(common->dps) && isnan(common->payout_percent) && isnan(common->yield_percent));
  assert_false(common->has_total);
  free(answer.payload);
}

static void a_whole_answer_gives_both_kinds(void **state) {
  (void)state;
  FiledDividends filed = READ(WHOLE);
  char id[DIVIDEND_ID_SIZE];
  assert_int_equal(filed.count, 2);
  assert_string_equal(dividend_id(&filed.items[0], id), "2024-12-31:annual:common:20250311001085");
  assert_string_equal(dividend_id(&filed.items[1], id), "2024-12-31:annual:preferred:20250311001085");
  assert_true(filed.items[0].dps == 1446 && filed.items[1].dps == 1447);
  assert_true(filed.items[0].yield_percent == 2.7 && filed.items[1].yield_percent == 3.3);
  for (size_t i = 0; i < 2; i++) {
    assert_true(filed.items[i].payout_percent == 29.2);
    assert_true(filed.items[i].has_total && filed.items[i].total == INT64_C(9810767000000));
    assert_string_equal(day_text(filed.items[i].filed).text, "2025-03-11");
  }
}

static void a_dash_is_no_dividend_and_no_row_is_unknown(void **state) {
  (void)state;
  static const Row dashes[] = {{"주당 현금배당금(원)", "보통주", "-"},
                               {"현금배당수익률(%)", "보통주", "-"},
                               {"(연결)현금배당성향(%)", "-", "-"},
                               {"현금배당금총액(백만원)", "-", "-"}};
  FiledDividends filed = READ(dashes);
  assert_true(filed.items[0].dps == 0);
  assert_true(isnan(filed.items[0].yield_percent) && isnan(filed.items[0].payout_percent));
  assert_false(filed.items[0].has_total);
  static const Row others[] = {{"주당액면가액(원)", "-", "100"}};
  assert_true(isnan(READ(others).items[0].dps));
  static const char *const nothing[] = {"", " ", NULL};
  for (size_t i = 0; i < 3; i++) {
    const Row blank[] = {{"주당 현금배당금(원)", "보통주", nothing[i]}};
    assert_true(isnan(READ(blank).items[0].dps));
  }
}

static void every_kind_without_a_preference_is_common_and_the_first_row_counts(void **state) {
  (void)state;
  static const char *const kinds[] = {"보통주", "보통주식", "-", "", "중간배당", NULL};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    const Row rows[] = {{"주당 현금배당금(원)", kinds[i], "300"}, {"주당 현금배당금(원)", "보통주", "400"}};
    FiledDividends filed = READ(rows);
    assert_true(filed.count == 1 && filed.items[0].dps == 300);
  }
  static const Row preferred[] = {{"주당 현금배당금(원)", "종류주식(우선주)", "5"},
                                  {"주당 현금배당금(원)", "2우선주", "6"}};
  FiledDividends filed = READ(preferred);
  assert_true(filed.count == 2 && isnan(filed.items[0].dps) && filed.items[1].dps == 5);
}

static void what_is_of_the_company_takes_its_first_row_whatever_the_kind(void **state) {
  (void)state;
  static const Row rows[] = {{"(연결)현금배당성향(%)", "우선주", "-0.6"}, {"(연결)현금배당성향(%)", "보통주", "9"}};
  FiledDividends filed = READ(rows);
  assert_true(filed.count == 1 && filed.items[0].payout_percent == -0.6);
}

static void numbers_keep_their_sign_commas_and_decimals(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double number;
  } cases[] = {{"1,446", 1446}, {"1446.5", 1446.5}, {"-12.25", -12.25},
               {" 7 ", 7},      {"0", 0},           {"1,234,567.891", 1234567.891}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const Row rows[] = {{"주당현금배당금(원)", "보통주", cases[i].text}};
    if (READ(rows).items[0].dps != cases[i].number) fail_msg("%s", cases[i].text);
  }
  static const struct {
    const char *text;
    int64_t total;
  } totals[] = {{"9,810,767", INT64_C(9810767000000)},
                {"0.000001", 1},
                {"-1.5", -1500000},
                {"9,223,372,036,854", INT64_C(9223372036854000000)}};
  for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
    const Row rows[] = {{"현금배당금총액(백만원)", "-", totals[i].text}};
    if (READ(rows).items[0].total != totals[i].total) fail_msg("%s", totals[i].text);
  }
}

static void what_is_no_number_is_not_believed(void **state) {
  (void)state;
  static const struct {
    const char *se, *text;
  } cases[] = {{"주당 현금배당금(원)", "1.2.3"},        {"주당 현금배당금(원)", "0x10"},
               {"주당 현금배당금(원)", "1e3"},          {"주당 현금배당금(원)", "nan"},
               {"주당 현금배당금(원)", "--"},           {"주당 현금배당금(원)", "1.446,5"},
               {"주당 현금배당금(원)", ",1"},           {"주당 현금배당금(원)", "1."},
               {"주당 현금배당금(원)", "-0.5%"},        {"현금배당금총액(백만원)", "9223372036855"},
               {"현금배당금총액(백만원)", "1.0000001"}, {"현금배당수익률(%)", "9999999999999999"},
               {"(연결)현금배당성향(%)", "미정"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const Row rows[] = {{cases[i].se, "보통주", cases[i].text}};
    FiledDividends filed = read_text(body_of(rows, 1));
    if (filed.trouble[0] == '\0') fail_msg("%s was believed", cases[i].text);
  }
}

static void rows_of_another_report_are_not_believed(void **state) {
  (void)state;
  static const struct {
    int n;
    const char *from, *to, *named;
  } cases[] = {{2, "20250311001085", "20250311001086", "rcept_no|20250311001086"},
               {1, "20250311001085", "2025031100108", "rcept_no"},
               {1, "20250311001085", "20241230001085", "rcept_no"},
               {3, "00126380", "00164742", "corp_code"},
               {2, "2024-12-31", "2023-12-31", "2023-12-31"},
               {2, "2024-12-31", "2024-13-31", "stlm_dt"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    FiledDividends filed = read_text(text_with(body_of(WHOLE, 13), cases[i].n, cases[i].from, cases[i].to));
    if (filed.trouble[0] == '\0') fail_msg("%s was believed", cases[i].to);
    assert_named(filed.trouble, cases[i].named);
  }
  Answer answer = dart_read(&DART_DIVIDENDS, "2020:11011:00126380", body_of(WHOLE, 13));
  assert_named(((const FiledDividends *)answer.payload)->trouble, "2024-12-31|2020");
  free(answer.payload);
  static const char no_period[] = "{\"status\":\"000\",\"list\":[{\"rcept_no\":\"20250311001085\",\"corp_code\":"
                                  "\"00126380\",\"se\":\"x\",\"thstrm\":\"1\"}]}";
  assert_named(read_text(no_period).trouble, "period");
}

static void what_is_no_row_breaks_the_answer(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_DIVIDENDS, ANNUAL, "{\"status\":\"000\",\"list\":[1]}");
  dart_assert(&answer, ANSWER_BROKEN, "row|1");
  answer = dart_read(&DART_DIVIDENDS, ANNUAL, "{\"status\":\"000\",\"list\":[]}");
  dart_assert(&answer, ANSWER_EMPTY, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_recorded_answer_has_no_dividend_rows),
      cmocka_unit_test(a_whole_answer_gives_both_kinds),
      cmocka_unit_test(a_dash_is_no_dividend_and_no_row_is_unknown),
      cmocka_unit_test(every_kind_without_a_preference_is_common_and_the_first_row_counts),
      cmocka_unit_test(what_is_of_the_company_takes_its_first_row_whatever_the_kind),
      cmocka_unit_test(numbers_keep_their_sign_commas_and_decimals),
      cmocka_unit_test(what_is_no_number_is_not_believed),
      cmocka_unit_test(rows_of_another_report_are_not_believed),
      cmocka_unit_test(what_is_no_row_breaks_the_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
