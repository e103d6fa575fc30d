/* Accounts of companies: which row gives which amount, what is missing, and what is not believed. */
#include "dart_body.h"

static const char Q3[] = "2024:11014:00126380,00164742", ANNUAL[] = "2023:11011:00126380", Q1[] = "2024:11013:00126380",
                  HALF[] = "2024:11012:00126380";

typedef struct {
  const char *sj, *name, *date, *amount, *added; /* null: the member is absent */
} Row;

/* A whole interim statement, as recorded for the three months to September 2024; what was not recorded is made up. */
static const Row WHOLE[] = {{"BS", "유동자산", "2024.09.30 현재", "232,000,000", ""},
                            {"BS", "비유동자산", "2024.09.30 현재", "259,000,000", ""},
                            {"BS", "자산총계", "2024.09.30 현재", "491,000,000", ""},
                            {"BS", "유동부채", "2024.09.30 현재", "85,000,000", ""},
                            {"BS", "비유동부채", "2024.09.30 현재", "20,000,000", ""},
                            {"BS", "부채총계", "2024.09.30 현재", "105,000,000", ""},
                            {"BS", "자본금", "2024.09.30 현재", "897,514", ""},
                            {"BS", "이익잉여금", "2024.09.30 현재", "-364,000,000", ""},
                            {"BS", "자본총계", "2024.09.30 현재", "386,000,000", ""},
                            {"IS", "매출액", "2024.07.01 ~ 2024.09.30", "79,098,731,000,000", "225,082,635,000,000"},
                            {"IS", "영업이익", "2024.07.01 ~ 2024.09.30", "9,183,371,000,000", "26,233,258,000,000"},
                            {"IS", "법인세차감전 순이익", "2024.07.01 ~ 2024.09.30", "10,000,000", "30,000,000"},
                            {"IS", "당기순이익(손실)", "2024.07.01 ~ 2024.09.30", "-7,000,000", "-21,000,000"},
                            {"IS", "총포괄손익", "2024.07.01 ~ 2024.09.30", "1", "2"}};
enum { WHOLE_COUNT = sizeof WHOLE / sizeof WHOLE[0] };

/* ---- bodies ---- */

static void put_row(DartBody *body, const char *key, const char *company, const char *fs_div, const Row *row) {
  body_put(body,
           "%s{\"rcept_no\":\"20241114002642\",\"reprt_code\":\"%.5s\",\"bsns_year\":\"%.4s\",\"corp_code\":\"%s\"",
           body->length == 0 ? "{\"status\":\"000\",\"message\":\"정상\",\"list\":[" : ",", key + 5, key, company);
  body_put(body, ",\"stock_code\":\"005930\",\"fs_div\":\"%s\",\"sj_div\":\"%s\",\"account_nm\":\"%s\"", fs_div,
           row->sj, row->name);
  body_put_member(body, "thstrm_dt", row->date);
  body_put_member(body, "thstrm_amount", row->amount);
  body_put_member(body, "thstrm_add_amount", row->added);
  body_put(body,
           ",\"frmtrm_amount\":\"99\",\"frmtrm_add_amount\":\"98\",\"bfefrmtrm_amount\":\"97\",\"currency\":\"KRW\"}");
}

static void put_rows(DartBody *body, const char *key, const char *fs_div, const Row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) put_row(body, key, "00126380", fs_div, &rows[i]);
}

static Answer read(DartBody *body, const char *key) {
  body_put(body, "]}");
  Answer answer = dart_read(&DART_STATEMENTS, key, body->text);
  dart_assert(&answer, ANSWER_ROWS, "");
  return answer;
}

/* The only statement of such rows. */
static FiledReport read_one(const char *key, const Row *rows, size_t count) {
  DartBody body = {.length = 0};
  put_rows(&body, key, "CFS", rows, count);
  Answer answer = read(&body, key);
  assert_int_equal(answer.count, 1);
  FiledReport report = ((const FiledReport *)answer.payload)[0];
  free(answer.payload);
  return report;
}

static void assert_amount(const FiledReport *filed, ReportAmount amount, int64_t value) {
  if (!report_has(&filed->report, amount)) fail_msg("no %s", report_amount_name(amount));
  assert_int_equal(filed->report.amounts[amount], value);
}

static void assert_absent(const FiledReport *filed, ReportAmount amount) {
  if (report_has(&filed->report, amount)) fail_msg("there is %s", report_amount_name(amount));
  assert_int_equal(filed->report.amounts[amount], 0);
}

static void assert_good(const FiledReport *filed) {
  if (filed->trouble[0] != '\0') fail_msg("%s", filed->trouble);
}

/* ---- what is read ---- */

static void a_recorded_answer_is_read(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_STATEMENTS, ANNUAL, dart_recorded("fnlttMultiAcnt"));
  dart_assert(&answer, ANSWER_ROWS, "");
  const FiledReport *filed = answer_items(&answer, &PAYLOAD_FILED_REPORTS);
  assert_int_equal(answer.count, 1);
  assert_good(filed);
  assert_string_equal(filed->corp_code, "00126380");
  assert_string_equal(filed->ticker, "005930");
  char id[REPORT_ID_SIZE];
  assert_string_equal(report_id(&filed->report, id), "2023-12-31:annual:CFS:20240312000736");
  assert_string_equal(filed->report.currency, "KRW");
  assert_amount(filed, AMOUNT_current_assets, INT64_C(195936557000000));
  assert_int_equal(__builtin_popcount(filed->report.has), 1);
  free(answer.payload);
}

static void every_amount_comes_from_its_row(void **state) {
  (void)state;
  FiledReport filed = read_one(Q3, WHOLE, WHOLE_COUNT);
  assert_good(&filed);
  assert_int_equal(filed.report.has, (1u << REPORT_AMOUNT_COUNT) - 1);
  assert_amount(&filed, AMOUNT_total_assets, 491000000);
  assert_amount(&filed, AMOUNT_retained_earnings, -364000000);
  assert_amount(&filed, AMOUNT_capital, 897514);
  assert_amount(&filed, AMOUNT_revenue, INT64_C(225082635000000));
  assert_amount(&filed, AMOUNT_revenue_3m, INT64_C(79098731000000));
  assert_amount(&filed, AMOUNT_operating_profit, INT64_C(26233258000000));
  assert_amount(&filed, AMOUNT_operating_profit_3m, INT64_C(9183371000000));
  assert_amount(&filed, AMOUNT_pretax_profit, 30000000);
  assert_amount(&filed, AMOUNT_net_income, -21000000);
  assert_amount(&filed, AMOUNT_net_income_3m, -7000000);
  char id[REPORT_ID_SIZE];
  assert_string_equal(report_id(&filed.report, id), "2024-09-30:q3:CFS:20241114002642");
  assert_int_equal(filed.report.first_seen_utc, INSTANT_NONE);
  assert_false(filed.report.is_live);
  assert_null(report_fault(&filed.report));
}

static void both_statements_of_each_company_are_told_apart(void **state) {
  (void)state;
  DartBody body = {.length = 0};
  for (size_t i = 0; i < WHOLE_COUNT; i++) { /* in an order that DART does not promise */
    put_row(&body, Q3, "00164742", "OFS", &WHOLE[i]);
    put_row(&body, Q3, "00126380", "OFS", &WHOLE[WHOLE_COUNT - 1 - i]);
    put_row(&body, Q3, "00126380", "CFS", &WHOLE[i]);
  }
  Answer answer = read(&body, Q3);
  const FiledReport *filed = answer.payload;
  assert_int_equal(answer.count, 3);
  static const struct {
    const char *corp_code;
    Statement statement;
  } expected[] = {{"00126380", STATEMENT_CFS}, {"00126380", STATEMENT_OFS}, {"00164742", STATEMENT_OFS}};
  for (size_t i = 0; i < 3; i++) {
    assert_good(&filed[i]);
    assert_string_equal(filed[i].corp_code, expected[i].corp_code);
    assert_int_equal(filed[i].report.statement, expected[i].statement);
    assert_int_equal(filed[i].report.has, (1u << REPORT_AMOUNT_COUNT) - 1);
  }
  free(answer.payload);
}

static void the_year_to_date_is_as_each_kind_of_report_has_it(void **state) {
  (void)state;
  static const struct {
    const char *key, *date, *amount, *added;
    int64_t to_date, three_months; /* -1: absent */
  } cases[] = {{ANNUAL, "2023.01.01 ~ 2023.12.31", "400", NULL, 400, -1},
               {ANNUAL, "2023.01.01 ~ 2023.12.31", "400", "", 400, -1},
               {ANNUAL, "2023.01.01 ~ 2023.12.31", "", NULL, -1, -1},
               {Q1, "2024.01.01 ~ 2024.03.31", "100", "100", 100, 100},
               {Q1, "2024.01.01 ~ 2024.03.31", "100", "", 100, 100},
               {Q1, "2024.01.01 ~ 2024.03.31", "100", NULL, 100, 100},
               {Q1, "2024.01.01 ~ 2024.03.31", "", "100", 100, -1},
               {HALF, "2024.04.01 ~ 2024.06.30", "110", "210", 210, 110},
               {HALF, "2024.04.01 ~ 2024.06.30", "110", "", -1, 110},
               {HALF, "2024.04.01 ~ 2024.06.30", "110", NULL, -1, 110},
               {HALF, "2024.04.01 ~ 2024.06.30", "-", "210", 210, -1},
               {Q3, "2024.07.01 ~ 2024.09.30", "120", "330", 330, 120},
               {Q3, "2024.07.01 ~ 2024.09.30", "120", "-", -1, 120}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const Row row = {"IS", "매출액", cases[i].date, cases[i].amount, cases[i].added};
    FiledReport filed = read_one(cases[i].key, &row, 1);
    assert_good(&filed);
    if (cases[i].to_date < 0)
      assert_absent(&filed, AMOUNT_revenue);
    else
      assert_amount(&filed, AMOUNT_revenue, cases[i].to_date);
    if (cases[i].three_months < 0)
      assert_absent(&filed, AMOUNT_revenue_3m);
    else
      assert_amount(&filed, AMOUNT_revenue_3m, cases[i].three_months);
  }
}

static void what_is_missing_is_never_0(void **state) {
  (void)state;
  static const char *const missing[] = {"", " ", "-", " - ", NULL};
  for (size_t i = 0; i < 5; i++) {
    const Row rows[] = {{"BS", "자산총계", "2024.09.30 현재", missing[i], NULL},
                        {"BS", "부채총계", "2024.09.30 현재", "0", NULL},
                        {"IS", "영업이익", "2024.07.01 ~ 2024.09.30", missing[i], missing[i]}};
    FiledReport filed = read_one(Q3, rows, 3);
    assert_good(&filed);
    assert_absent(&filed, AMOUNT_total_assets);
    assert_amount(&filed, AMOUNT_total_liabilities, 0);
    assert_absent(&filed, AMOUNT_operating_profit);
    assert_absent(&filed, AMOUNT_operating_profit_3m);
  }
}

static void a_bank_has_no_current_assets_and_is_fine(void **state) {
  (void)state;
  static const Row rows[] = {{"BS", "자산총계", "2024.09.30 현재", "100", NULL},
                             {"BS", "부채총계", "2024.09.30 현재", "90", NULL},
                             {"BS", "자본총계", "2024.09.30 현재", "10", NULL},
                             {"CIS", "영업수익", "2024.07.01 ~ 2024.09.30", "5", "15"},
                             {"CIS", "분기순이익", "2024.07.01 ~ 2024.09.30", "1", "3"}};
  FiledReport filed = read_one(Q3, rows, 5);
  assert_good(&filed);
  assert_absent(&filed, AMOUNT_current_assets);
  assert_amount(&filed, AMOUNT_revenue, 15);
  assert_amount(&filed, AMOUNT_net_income_3m, 1);
}

static void a_statement_without_any_amount_is_one_all_the_same(void **state) {
  (void)state;
  const Row row = {"IS", "총포괄손익", "2024.07.01 ~ 2024.09.30", "-", "-"};
  FiledReport filed = read_one(Q3, &row, 1);
  assert_good(&filed);
  assert_int_equal(filed.report.has, 0);
}

/* ---- names ---- */

static void each_alias_means_its_account(void **state) {
  (void)state;
  static const struct {
    const char *name;
    ReportAmount amount;
  } aliases[] = {{"매출액", AMOUNT_revenue},
                 {"수익(매출액)", AMOUNT_revenue},
                 {"영업수익", AMOUNT_revenue},
                 {"영업이익", AMOUNT_operating_profit},
                 {"영업이익(손실)", AMOUNT_operating_profit},
                 {"법인세차감전 순이익", AMOUNT_pretax_profit},
                 {"법인세차감전순이익", AMOUNT_pretax_profit},
                 {"법인세비용차감전순이익(손실)", AMOUNT_pretax_profit},
                 {"당기순이익", AMOUNT_net_income},
                 {"당기순이익 (손실)", AMOUNT_net_income},
                 {"반기순이익", AMOUNT_net_income},
                 {"분기순이익(손실)", AMOUNT_net_income}};
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
    for (size_t k = 0; k < 2; k++) {
      const Row row = {k == 0 ? "IS" : "CIS", aliases[i].name, "2023.01.01 ~ 2023.12.31", "7", NULL};
      FiledReport filed = read_one(ANNUAL, &row, 1);
      assert_good(&filed);
      assert_amount(&filed, aliases[i].amount, 7);
      assert_int_equal(__builtin_popcount(filed.report.has), 1);
    }
}

static void an_account_counts_in_its_own_statement_only(void **state) {
  (void)state;
  static const Row rows[] = {{"CF", "당기순이익", "2023.01.01 ~ 2023.12.31", "7", NULL},
                             {"SCE", "자본총계", "2023.12.31", "7", NULL},
                             {"IS", "자산총계", "2023.01.01 ~ 2023.12.31", "7", NULL},
                             {"BS", "매출액", "2023.12.31 현재", "7", NULL},
                             {"BS", "자본총계의 일부", "2023.12.31 현재", "7", NULL}};
  FiledReport filed = read_one(ANNUAL, rows, 5);
  assert_good(&filed);
  assert_int_equal(filed.report.has, 0);
}

static void of_several_rows_the_income_statement_and_the_first_name_count(void **state) {
  (void)state;
  static const Row rows[] = {{"CIS", "당기순이익", "2024.07.01 ~ 2024.09.30", "1", "2"},
                             {"IS", "당기순이익(손실)", "2024.07.01 ~ 2024.09.30", "3", ""},
                             {"IS", "영업수익", "2024.07.01 ~ 2024.09.30", "10", "20"},
                             {"IS", "매출액", "2024.07.01 ~ 2024.09.30", "30", "40"},
                             {"IS", "수익(매출액)", "2024.07.01 ~ 2024.09.30", "50", "60"}};
  FiledReport filed = read_one(Q3, rows, 5);
  assert_good(&filed);
  assert_amount(&filed, AMOUNT_net_income_3m, 3);
  assert_amount(&filed, AMOUNT_net_income, 2); /* what the income statement leaves out the other one fills in */
  assert_amount(&filed, AMOUNT_revenue_3m, 30);
  assert_amount(&filed, AMOUNT_revenue, 40);
}

static void the_same_line_twice_has_to_say_the_same(void **state) {
  (void)state;
  Row rows[] = {{"IS", "당기순이익", "2024.07.01 ~ 2024.09.30", "1", "2"},
                {"IS", "당기순이익", "2024.07.01 ~ 2024.09.30", "1", "2"}};
  FiledReport filed = read_one(Q3, rows, 2);
  assert_good(&filed);
  assert_amount(&filed, AMOUNT_net_income, 2);
  rows[1].added = "3";
  filed = read_one(Q3, rows, 2);
  assert_named(filed.trouble, "net_income|twice|2|3");
}

/* ---- periods ---- */

static void a_period_ends_on_the_last_date_there(void **state) {
  (void)state;
  static const struct {
    const char *text, *end;
  } cases[] = {{"2018.12.31 현재", "2018-12-31"},
               {"2024.07.01 ~ 2024.09.30", "2024-09-30"},
               {"2018-12-31", "2018-12-31"},
               {"20181231", "2018-12-31"},
               {"2018.12.31", "2018-12-31"},
               {"2018. 1. 1 부터 2018. 3. 31 까지", "2018-03-31"},
               {"2018년 12월 31일 현재", "2018-12-31"},
               {"2018년12월31일", "2018-12-31"},
               {"2018/03/31", "2018-03-31"},
               {"2018.12.31 제 50 기", "2018-12-31"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char key[64];
    snprintf(key, sizeof key, "%.4s:11011:00126380", cases[i].end);
    const Row row = {"BS", "자산총계", cases[i].text, "7", NULL};
    FiledReport filed = read_one(key, &row, 1);
    assert_good(&filed);
    assert_string_equal(day_text(filed.report.period_end).text, cases[i].end);
  }
}

static void a_row_without_a_date_leans_on_the_others(void **state) {
  (void)state;
  static const Row rows[] = {{"BS", "자산총계", NULL, "7", NULL},
                             {"BS", "부채총계", "2024.09.30 현재", "3", NULL},
                             {"BS", "자본총계", "-", "4", NULL}};
  FiledReport filed = read_one(Q3, rows, 3);
  assert_good(&filed);
  assert_string_equal(day_text(filed.report.period_end).text, "2024-09-30");
  assert_amount(&filed, AMOUNT_total_equity, 4);
  filed = read_one(Q3, rows, 1);
  assert_named(filed.trouble, "period");
}

static void a_period_that_contradicts_is_told(void **state) {
  (void)state;
  static const struct {
    const char *key, *first, *second, *parts;
  } cases[] = {{Q3, "2024.09.30 현재", "2024.06.30 현재", "2024-09-30|2024-06-30"},
               {Q3, "2024.09.30 현재", "어제", "thstrm_dt"},
               {Q3, "2024.02.30 현재", "2024.02.30 현재", "thstrm_dt"},
               {Q3, "2024.13.01 현재", "2024.13.01 현재", "thstrm_dt"},
               {Q3, "2022.09.30 현재", "2022.09.30 현재", "2022-09-30|2024"},
               {Q3, "2024.12.31 현재", "2024.12.31 현재", "filed|2024-12-31"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const Row rows[] = {{"BS", "자산총계", cases[i].first, "7", NULL}, {"BS", "부채총계", cases[i].second, "3", NULL}};
    FiledReport filed = read_one(cases[i].key, rows, 2);
    assert_named(filed.trouble, cases[i].parts);
  }
}

/* ---- what is not believed ---- */

static void what_is_no_amount_is_told(void **state) {
  (void)state;
  static const char *const bad[] = {"1,2,x",
                                    "abc",
                                    "1.5",
                                    "(1,234)",
                                    "9223372036854775808",
                                    "-9223372036854775808",
                                    "99,999,999,999,999,999,999",
                                    "1 234",
                                    "--1",
                                    "0x10",
                                    ",1",
                                    "1,",
                                    "111111111111111111111111111111111111111111111111111111111111"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    const Row balance = {"BS", "자산총계", "2024.09.30 현재", bad[i], NULL};
    FiledReport filed = read_one(Q3, &balance, 1);
    assert_named(filed.trouble, "total_assets|thstrm_amount");
    assert_absent(&filed, AMOUNT_total_assets);
    const Row income = {"IS", "매출액", "2024.07.01 ~ 2024.09.30", "1", bad[i]};
    filed = read_one(Q3, &income, 1);
    assert_named(filed.trouble, "revenue|thstrm_add_amount");
  }
  static const char *const good[] = {"9223372036854775807", "-9,223,372,036,854,775,807", " 12 "};
  static const int64_t values[] = {INT64_MAX, -INT64_MAX, 12};
  for (size_t i = 0; i < 3; i++) {
    const Row row = {"BS", "자산총계", "2024.09.30 현재", good[i], NULL};
    FiledReport filed = read_one(Q3, &row, 1);
    assert_good(&filed);
    assert_amount(&filed, AMOUNT_total_assets, values[i]);
  }
}

/* The second of two companies' rows is wrong: the first one is not touched. */
static void the_trouble_of_one_statement_is_its_own(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {
      {"\"reprt_code\":\"11014\"", "\"reprt_code\":\"11012\"", "reprt_code|11012|11014"},
      {"\"bsns_year\":\"2024\"", "\"bsns_year\":\"2023\"", "bsns_year|2023|2024"},
      {"\"bsns_year\":\"2024\"", "\"bsns_year\":2024", "bsns_year"},
      {"\"rcept_no\":\"20241114002642\"", "\"rcept_no\":\"20241120000123\"", "rcept_no|20241114002642|20241120000123"},
      {"\"rcept_no\":\"20241114002642\"", "\"rcept_no\":\"2024\"", "rcept_no|2024"},
      {"\"rcept_no\":\"20241114002642\",", "", "rcept_no"},
      {"\"stock_code\":\"005930\"", "\"stock_code\":\"005380\"", "stock_code|005930|005380"},
      {"\"stock_code\":\"005930\"", "\"stock_code\":\"x\"", "stock_code"},
      {"\"currency\":\"KRW\"", "\"currency\":\"USD\"", "currency|KRW|USD"},
      {"\"currency\":\"KRW\"", "\"currency\":\"KRWON\"", "currency"},
      {"\"currency\":\"KRW\"", "\"currency\":1", "currency"},
      {"\"thstrm_amount\":\"259,000,000\"", "\"thstrm_amount\":259", "noncurrent_assets|thstrm_amount"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    DartBody body = {.length = 0}, changed;
    for (size_t k = 0; k < 2; k++) put_row(&body, Q3, "00126380", "CFS", &WHOLE[k]);
    for (size_t k = 0; k < 2; k++) put_row(&body, Q3, "00164742", "CFS", &WHOLE[k]);
    int n = i + 1 == sizeof cases / sizeof cases[0] ? 2 : 4;
    changed.length =
        (size_t)snprintf(changed.text, sizeof changed.text, "%s", text_with(body.text, n, cases[i].from, cases[i].to));
    Answer answer = read(&changed, Q3);
    const FiledReport *filed = answer.payload;
    assert_int_equal(answer.count, 2);
    assert_good(&filed[0]);
    assert_named(filed[1].trouble, cases[i].parts);
    free(answer.payload);
  }
}

static void a_company_that_was_not_asked_for_is_told(void **state) {
  (void)state;
  DartBody body = {.length = 0};
  put_row(&body, Q3, "00126380", "CFS", &WHOLE[0]);
  put_row(&body, Q3, "99999999", "CFS", &WHOLE[0]);
  Answer answer = read(&body, Q3);
  const FiledReport *filed = answer.payload;
  assert_int_equal(answer.count, 2);
  assert_good(&filed[0]);
  assert_named(filed[1].trouble, "not asked");
  free(answer.payload);
}

static void a_row_of_nobody_breaks_the_answer(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *parts;
  } cases[] = {{"\"corp_code\":\"00126380\"", "\"corp_code\":\"126380\"", "row 1|corp_code"},
               {"\"corp_code\":\"00126380\"", "\"corp_code\":126380", "row 1|corp_code"},
               {"\"fs_div\":\"CFS\"", "\"fs_div\":\"XFS\"", "row 1|fs_div|XFS"},
               {"\"fs_div\":\"CFS\",", "", "row 1|fs_div"},
               {"\"list\":[", "\"list\":[7,", "row 1"},
               {"\"list\":[", "\"list\":[[],", "row 1"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    DartBody body = {.length = 0};
    put_row(&body, Q3, "00126380", "CFS", &WHOLE[0]);
    body_put(&body, "]}");
    Answer answer = dart_read(&DART_STATEMENTS, Q3, text_with(body.text, 1, cases[i].from, cases[i].to));
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

static void a_delisted_company_has_no_ticker(void **state) {
  (void)state;
  static const char *const none[] = {"\"stock_code\":\"\"", "\"stock_code\":\" \"", "\"stock_code\":null"};
  for (size_t i = 0; i < 3; i++) {
    DartBody body = {.length = 0};
    put_row(&body, Q3, "00126380", "CFS", &WHOLE[0]);
    body_put(&body, "]}");
    Answer answer = dart_read(&DART_STATEMENTS, Q3, text_with(body.text, 1, "\"stock_code\":\"005930\"", none[i]));
    dart_assert(&answer, ANSWER_ROWS, "");
    const FiledReport *filed = answer.payload;
    assert_good(filed);
    assert_string_equal(filed->ticker, "");
    free(answer.payload);
  }
}

/* What does not add up is for whoever stores it to see. */
static void an_identity_that_fails_is_left_to_report_fault(void **state) {
  (void)state;
  static const Row rows[] = {{"BS", "자산총계", "2024.09.30 현재", "100", NULL},
                             {"BS", "부채총계", "2024.09.30 현재", "60", NULL},
                             {"BS", "자본총계", "2024.09.30 현재", "41", NULL}};
  FiledReport filed = read_one(Q3, rows, 3);
  assert_good(&filed);
  assert_string_equal(report_fault(&filed.report), "total_assets");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_recorded_answer_is_read),
      cmocka_unit_test(every_amount_comes_from_its_row),
      cmocka_unit_test(both_statements_of_each_company_are_told_apart),
      cmocka_unit_test(the_year_to_date_is_as_each_kind_of_report_has_it),
      cmocka_unit_test(what_is_missing_is_never_0),
      cmocka_unit_test(a_bank_has_no_current_assets_and_is_fine),
      cmocka_unit_test(a_statement_without_any_amount_is_one_all_the_same),
      cmocka_unit_test(each_alias_means_its_account),
      cmocka_unit_test(an_account_counts_in_its_own_statement_only),
      cmocka_unit_test(of_several_rows_the_income_statement_and_the_first_name_count),
      cmocka_unit_test(the_same_line_twice_has_to_say_the_same),
      cmocka_unit_test(a_period_ends_on_the_last_date_there),
      cmocka_unit_test(a_row_without_a_date_leans_on_the_others),
      cmocka_unit_test(a_period_that_contradicts_is_told),
      cmocka_unit_test(what_is_no_amount_is_told),
      cmocka_unit_test(the_trouble_of_one_statement_is_its_own),
      cmocka_unit_test(a_company_that_was_not_asked_for_is_told),
      cmocka_unit_test(a_row_of_nobody_breaks_the_answer),
      cmocka_unit_test(a_delisted_company_has_no_ticker),
      cmocka_unit_test(an_identity_that_fails_is_left_to_report_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
