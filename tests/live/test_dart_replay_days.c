/* What the DART server of ours knows on which day, and whether what was made up for it adds up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zip.h>

#include "dart_replay_data.h"
#include "dart_replay_run.h"

static const char NOW[] = "2025-04-30T09:00:00";

typedef struct {
  ReplayRun run;
  DartData data;
} World;

static int start(void **state) {
  static World world;
  char why[256];
  if (!dart_data_load(&world.data, TEST_DATA "/dart", why, sizeof why)) fail_msg("%s", why);
  assert_true(dart_run_start(&world.run, DART_REPLAY, TEST_DATA "/dart", NOW));
  *state = &world;
  return 0;
}

static int stop(void **state) {
  World *world = *state;
  dart_data_free(&world->data);
  assert_true(replay_run_stop(&world->run));
  return 0;
}

static int each(void **state) {
  dart_run_reset(&((World *)*state)->run, NOW);
  return 0;
}

/* ---- questions ---- */

/* On that day at noon. */
static DartReply ask_on(const World *world, const char *day, const char *question) {
  char instant[32];
  snprintf(instant, sizeof instant, "%sT12:00:00", day);
  dart_run_at(&world->run, instant);
  DartReply reply = dart_run_ask(&world->run, question);
  assert_int_equal(reply.status, 200);
  return reply;
}

static bool says_on(const World *world, const char *day, const char *question, const char *part) {
  DartReply reply = ask_on(world, day, question);
  bool says = strstr(reply.body, part) != NULL;
  replay_reply_free(&reply);
  return says;
}

/* The receipt number by which a company's report is served, and the profit of its first statement. */
typedef struct {
  char rcept_no[16], profit[32];
} Served;

static void copy_value(const char *text, const char *before, char *value, size_t size) {
  const char *at = strstr(text, before);
  value[0] = '\0';
  if (at == NULL) return;
  at += strlen(before);
  snprintf(value, size, "%.*s", (int)strcspn(at, "\""), at);
}

static Served served_on(const World *world, const char *day, const char *report) {
  char question[128];
  Served served = {0};
  snprintf(question, sizeof question, "fnlttSinglAcnt.json?%s", report);
  DartReply reply = ask_on(world, day, question);
  const char *row = strstr(reply.body, "\"account_nm\":\"영업이익");
  copy_value(reply.body, "\"rcept_no\":\"", served.rcept_no, sizeof served.rcept_no);
  if (row != NULL) copy_value(row, "\"thstrm_amount\":\"", served.profit, sizeof served.profit);
  replay_reply_free(&reply);
  return served;
}

static void assert_served(const World *world, const char *day, const char *report, const char *filed) {
  Served served = served_on(world, day, report);
  if (strncmp(served.rcept_no, filed, strlen(filed)) != 0 || (filed[0] == '\0' && served.rcept_no[0] != '\0'))
    fail_msg("%s on %s: %s", report, day, served.rcept_no);
}

/* ---- by the day ---- */

static void a_report_is_there_from_the_day_on_which_it_was_filed(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00119195&bsns_year=2023&reprt_code=11011";
  assert_served(world, "2024-03-18", report, "");
  assert_served(world, "2024-03-19", report, "20240319000652");
  static const char list[] = "list.json?corp_code=00119195&bgn_de=20240301&pblntf_ty=A&page_count=100";
  assert_false(says_on(world, "2024-03-18", list, "20240319000652"));
  assert_true(says_on(world, "2024-03-19", list, "20240319000652"));
}

static void a_correction_takes_the_place_of_what_it_corrects(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00164779&bsns_year=2023&reprt_code=11011";
  static const char list[] = "list.json?corp_code=00164779&bgn_de=20240101&pblntf_detail_ty=A001&page_count=100";
  Served before = served_on(world, "2024-05-19", report), after = served_on(world, "2024-05-20", report);
  assert_served(world, "2024-05-20", report, "20240520");
  assert_served(world, "2024-07-08", report, "20240708");
  assert_string_not_equal(before.rcept_no, after.rcept_no);
  assert_string_not_equal(before.profit, after.profit);
  assert_false(says_on(world, "2024-05-19", list, "\"rm\":\"정\""));
  assert_true(says_on(world, "2024-05-20", list, "\"rm\":\"정\""));
  assert_true(says_on(world, "2024-05-20", list, "[기재정정]사업보고서 (2023.12)"));
  assert_true(says_on(world, "2024-07-08", list, "\"total_count\":3"));
  char last[160];
  snprintf(last, sizeof last, "%s&last_reprt_at=Y", list);
  assert_true(says_on(world, "2024-07-08", last, "\"total_count\":1"));
}

static void a_withdrawn_report_is_gone_until_it_is_filed_anew(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00133751&bsns_year=2024&reprt_code=11012";
  static const char list[] = "list.json?corp_code=00133751&bgn_de=20240701&pblntf_detail_ty=A002";
  assert_served(world, "2024-08-19", report, "202408");
  assert_served(world, "2024-08-20", report, "");
  assert_served(world, "2024-08-26", report, "20240826");
  assert_false(says_on(world, "2024-08-19", list, "\"rm\":\"철\""));
  assert_true(says_on(world, "2024-08-20", list, "\"rm\":\"철\""));
}

static void one_receipt_number_comes_to_say_something_else(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00252269&bsns_year=2024&reprt_code=11014";
  Served before = served_on(world, "2024-12-01", report), after = served_on(world, "2024-12-02", report);
  assert_string_equal(before.rcept_no, after.rcept_no);
  assert_string_not_equal(before.profit, after.profit);
}

static void a_report_may_be_listed_before_it_is_served(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00298377&bsns_year=2024&reprt_code=11014";
  static const char list[] = "list.json?corp_code=00298377&bgn_de=20241001&pblntf_detail_ty=A003";
  assert_true(says_on(world, "2024-11-19", list, "분기보고서 (2024.09)"));
  assert_served(world, "2024-11-19", report, "");
  assert_served(world, "2024-11-20", report, "202411");
}

static void a_report_may_be_late(void **state) {
  const World *world = *state;
  static const char report[] = "corp_code=00106119&bsns_year=2023&reprt_code=11011";
  assert_served(world, "2024-06-27", report, "");
  assert_served(world, "2024-06-28", report, "20240628");
}

static void a_company_may_cease_to_consolidate(void **state) {
  const World *world = *state;
  static const char then[] = "fnlttSinglAcnt.json?corp_code=00273439&bsns_year=2023&reprt_code=11011";
  static const char now[] = "fnlttSinglAcnt.json?corp_code=00273439&bsns_year=2024&reprt_code=11013";
  assert_true(says_on(world, "2024-06-28", then, "\"CFS\""));
  assert_false(says_on(world, "2024-06-28", now, "\"CFS\""));
  assert_true(says_on(world, "2024-06-28", now, "\"OFS\""));
}

/* In March 2024 ends the year that is told under 2024; its first quarter under 2023. */
static void a_year_may_end_in_march(void **state) {
  const World *world = *state;
  static const char annual[] = "fnlttSinglAcnt.json?corp_code=01152470&bsns_year=2024&reprt_code=11011";
  static const char quarter[] = "fnlttSinglAcnt.json?corp_code=01152470&bsns_year=2023&reprt_code=11013";
  assert_true(says_on(world, "2024-07-31", annual, "2023.04.01 ~ 2024.03.31"));
  assert_true(says_on(world, "2024-07-31", quarter, "2023.04.01 ~ 2023.06.30"));
  assert_true(says_on(world, "2024-07-31", quarter, "2023.03.31 현재"));
  assert_true(says_on(world, "2024-07-31", "company.json?corp_code=01152470", "\"acc_mt\":\"03\""));
}

static void other_currencies_and_financial_companies(void **state) {
  const World *world = *state;
  static const char yuan[] = "fnlttSinglAcnt.json?corp_code=01160512&bsns_year=2024&reprt_code=11012";
  static const char bank[] = "fnlttSinglAcnt.json?corp_code=00382199&bsns_year=2023&reprt_code=11011";
  assert_true(says_on(world, "2024-12-01", yuan, "\"currency\":\"CNY\""));
  assert_false(says_on(world, "2024-12-01", bank, "유동자산"));
  assert_true(says_on(world, "2024-12-01", bank, "자산총계"));
}

static void companies_are_renamed_and_leave_the_exchange(void **state) {
  const World *world = *state;
  assert_true(says_on(world, "2024-07-14", "company.json?corp_code=00373571", "옛이름"));
  assert_false(says_on(world, "2024-07-15", "company.json?corp_code=00373571", "옛이름"));
  assert_true(says_on(world, "2025-06-01", "company.json?corp_code=00232089", "\"corp_cls\":\"K\""));
  assert_true(says_on(world, "2025-06-02", "company.json?corp_code=00232089", "\"corp_cls\":\"E\""));
}

/* ---- all of it ---- */

/* Page by page: no filing twice, none missing, the newest first. */
static void pages_of_a_list_are_the_whole_list(void **state) {
  World *world = *state;
  char seen[1024][16];
  size_t count = 0;
  long total = 0;
  for (int page = 1; page <= 20; page++) {
    char question[160];
    snprintf(question, sizeof question, "list.json?bgn_de=20240801&end_de=20241031&pblntf_ty=A&page_count=7&page_no=%d",
             page);
    DartReply reply = ask_on(world, "2025-04-30", question);
    if (page == 1) total = strtol(strstr(reply.body, "\"total_count\":") + 14, NULL, 10);
    for (const char *at = reply.body; (at = strstr(at, "\"rcept_no\":\"")) != NULL && count < 1024; at++)
      snprintf(seen[count++], sizeof seen[0], "%.14s", at + 12);
    replay_reply_free(&reply);
  }
  long expected = 0;
  for (size_t i = 0; i < world->data.filing_count; i++) {
    const char *number = world->data.filings[i].rcept_no;
    expected += strncmp(number, "20240801", 8) >= 0 && strncmp(number, "20241031", 8) <= 0 &&
                world->data.filings[i].detail[0] == 'A';
  }
  assert_int_equal(total, expected);
  assert_int_equal(count, expected);
  for (size_t i = 1; i < count; i++) assert_true(strcmp(seen[i - 1], seen[i]) > 0);
}

static bool number_of(const char *cell, int64_t *ret_number) {
  char *end;
  *ret_number = strtoll(cell, &end, 10);
  return end != cell && *end == '\0';
}

/* One report is off by a thousand until it is corrected: that is one of the cases. */
static void assets_are_liabilities_and_equity(void **state) {
  const World *world = *state;
  int off = 0;
  for (size_t i = 0; i < world->data.statement_count; i++) {
    const DartStatement *statement = &world->data.statements[i];
    int64_t assets, liabilities, equity;
    if (!number_of(statement->cells[DART_TOTAL_ASSETS], &assets)) continue;
    assert_true(number_of(statement->cells[DART_TOTAL_LIABILITIES], &liabilities));
    assert_true(number_of(statement->cells[DART_TOTAL_EQUITY], &equity));
    off += assets != liabilities + equity;
    if (assets != liabilities + equity) assert_string_equal(statement->filing->corp_code, "00229021");
  }
  assert_int_equal(off, 2);
}

/* Where the report of the quarter before was not changed meanwhile. */
static void three_months_are_the_difference_of_two_reports(void **state) {
  const World *world = *state;
  static const char *const before[] = {"11013", "11012", "11014"};
  int compared = 0, first = 0;
  for (size_t i = 0; i < world->data.statement_count; i++) {
    const DartStatement *now = &world->data.statements[i];
    const char *code = now->filing->reprt_code;
    if (strcmp(code, "11011") == 0 || strstr(now->filing->report_nm, "정정") != NULL) continue;
    int64_t to_date, three, earlier = 0;
    if (!number_of(now->cells[DART_REVENUE], &to_date) || !number_of(now->cells[DART_REVENUE_3M], &three)) continue;
    const DartStatement *last = NULL;
    if (strcmp(code, before[0]) != 0)
      last = dart_data_statement(&world->data, now->filing->corp_code, now->filing->bsns_year,
                                 strcmp(code, before[1]) == 0 ? before[0] : before[1], now->fs_div, now->filing->filed);
    if (strcmp(code, before[0]) != 0 && (last == NULL || !number_of(last->cells[DART_REVENUE], &earlier))) continue;
    if (to_date != earlier + three) fail_msg("%s %s: %s", now->filing->rcept_no, now->fs_div, now->cells[DART_REVENUE]);
    compared += last != NULL;
    first += last == NULL;
  }
  assert_true(compared > 500 && first > 250);
}

static void a_ticker_of_two_companies_stands_twice_in_the_list_of_codes(void **state) {
  const World *world = *state;
  DartReply reply = ask_on(world, "2025-04-30", "corpCode.xml");
  zip_error_t error;
  zip_t *archive =
      zip_open_from_source(zip_source_buffer_create(reply.body, reply.length, 0, &error), ZIP_RDONLY, &error);
  assert_non_null(archive);
  zip_file_t *file = zip_fopen(archive, "CORPCODE.xml", 0);
  static char text[1 << 20];
  int64_t length = zip_fread(file, text, sizeof text - 1);
  assert_true(length > 0);
  text[length] = '\0';
  int listed = 0, relisted = 0, unlisted = 0;
  for (const char *at = text; (at = strstr(at, "<stock_code>")) != NULL; at++) {
    listed += at[12] != ' ';
    unlisted += strncmp(at + 12, " </", 3) == 0;
    relisted += strncmp(at + 12, "138360", 6) == 0;
  }
  assert_int_equal(listed, 58);
  assert_int_equal(unlisted, 100);
  assert_int_equal(relisted, 2);
  zip_fclose(file);
  zip_discard(archive);
  replay_reply_free(&reply);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_report_is_there_from_the_day_on_which_it_was_filed, each),
      cmocka_unit_test_setup(a_correction_takes_the_place_of_what_it_corrects, each),
      cmocka_unit_test_setup(a_withdrawn_report_is_gone_until_it_is_filed_anew, each),
      cmocka_unit_test_setup(one_receipt_number_comes_to_say_something_else, each),
      cmocka_unit_test_setup(a_report_may_be_listed_before_it_is_served, each),
      cmocka_unit_test_setup(a_report_may_be_late, each),
      cmocka_unit_test_setup(a_company_may_cease_to_consolidate, each),
      cmocka_unit_test_setup(a_year_may_end_in_march, each),
      cmocka_unit_test_setup(other_currencies_and_financial_companies, each),
      cmocka_unit_test_setup(companies_are_renamed_and_leave_the_exchange, each),
      cmocka_unit_test_setup(pages_of_a_list_are_the_whole_list, each),
      cmocka_unit_test_setup(assets_are_liabilities_and_equity, each),
      cmocka_unit_test_setup(three_months_are_the_difference_of_two_reports, each),
      cmocka_unit_test_setup(a_ticker_of_two_companies_stands_twice_in_the_list_of_codes, each),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
