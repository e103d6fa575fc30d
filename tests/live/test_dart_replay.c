/* The DART server of ours is held against what is known of DART: the shape of its answers, what it refuses, its limits,
 * and each fault that can be asked of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zip.h>

#include "dart_replay_run.h"

static const char NOW[] = "2024-12-10T09:00:00";
static const char SAMSUNG[] = "fnlttMultiAcnt.json?corp_code=00126380&bsns_year=2023&reprt_code=11011";
static const char THIRD_QUARTER[] = "fnlttMultiAcnt.json?corp_code=00126380&bsns_year=2024&reprt_code=11014";
static const char LIST[] = "list.json?bgn_de=20240901&end_de=20241130&pblntf_ty=A&page_count=100";

static int start(void **state) {
  static ReplayRun run;
  assert_true(dart_run_start(&run, DART_REPLAY, TEST_DATA "/dart", NOW));
  *state = &run;
  return 0;
}

static int stop(void **state) {
  assert_true(replay_run_stop(*state));
  return 0;
}

static int each(void **state) {
  dart_run_reset(*state, NOW);
  return 0;
}

static DartReply ask(void **state, const char *question) { return dart_run_ask(*state, question); }

/* The status within a 200. */
static void assert_says(void **state, const char *question, const char *status) {
  DartReply reply = ask(state, question);
  char json[32], spaced[32], xml[48];
  snprintf(json, sizeof json, "\"status\":\"%s\"", status);
  snprintf(spaced, sizeof spaced, "\"status\": \"%s\"", status); /* a recorded one */
  snprintf(xml, sizeof xml, "<result><status>%s</status>", status);
  assert_int_equal(reply.status, 200);
  if (strstr(reply.body, json) == NULL && strstr(reply.body, spaced) == NULL && strstr(reply.body, xml) == NULL)
    fail_msg("%s: not %s but %.200s", question, status, reply.body);
  replay_reply_free(&reply);
}

/* ---- shapes ---- */

/* The names of the members in the order in which they come, from the first "list" or from the start, up to the end of
 * the first row. */
static void names_of(const char *text, bool of_rows, char *names, size_t size) {
  const char *at = text, *list = strstr(text, "\"list\"");
  names[0] = '\0';
  if (of_rows) at = list + strlen("\"list\"");
  const char *end = of_rows || list == NULL ? strchr(at, '}') : list + strlen("\"list\":");
  while ((at = strchr(at, '"')) != NULL && at < end) {
    const char *close = strchr(at + 1, '"'), *behind = close + 1 + strspn(close + 1, " ");
    size_t length = strlen(names);
    if (*behind == ':') snprintf(names + length, size - length, "%.*s ", (int)(close - at - 1), at + 1);
    at = close + 1;
  }
}

static char *read_recorded(const char *name) {
  char path[256], *text = NULL;
  size_t length = 0;
  snprintf(path, sizeof path, TEST_DATA "/dart/recorded/%s.json", name);
  FILE *file = fopen(path, "r"), *out = open_memstream(&text, &length);
  assert_non_null(file);
  for (int c; (c = fgetc(file)) != EOF;) fputc(c, out);
  fclose(file);
  fclose(out);
  return text;
}

static void answers_have_the_members_of_recorded_ones(void **state) {
  static const struct {
    const char *question, *recorded;
  } cases[] = {{SAMSUNG, "fnlttMultiAcnt"},
               {LIST, "list_samsung"},
               {"company.json?corp_code=00126380", "company_samsung"},
               {"alotMatter.json?corp_code=00126380&bsns_year=2023&reprt_code=11011", "alotMatter"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char ours[2048], theirs[2048];
    char *recorded = read_recorded(cases[i].recorded);
    DartReply reply = ask(state, cases[i].question);
    assert_int_equal(reply.status, 200);
    for (int of_rows = 0; of_rows < 2; of_rows++) {
      if (of_rows == 1 && strstr(recorded, "\"list\"") == NULL) continue;
      names_of(reply.body, of_rows, ours, sizeof ours);
      names_of(recorded, of_rows, theirs, sizeof theirs);
      assert_string_equal(ours, theirs);
    }
    free(recorded);
    replay_reply_free(&reply);
  }
}

static void an_interim_report_has_three_months_and_the_year_to_date(void **state) {
  DartReply reply = ask(state, THIRD_QUARTER);
  const char *row = strstr(reply.body, "\"account_nm\":\"매출액\"");
  char names[2048];
  assert_non_null(row);
  names_of(row, false, names, sizeof names);
  assert_string_equal(names, "account_nm thstrm_nm thstrm_dt thstrm_amount thstrm_add_amount frmtrm_nm frmtrm_dt "
                             "frmtrm_amount frmtrm_add_amount ord currency ");
  assert_non_null(strstr(row, "\"thstrm_nm\":\"제 56 기 3분기\",\"thstrm_dt\":\"2024.07.01 ~ 2024.09.30\""));
  assert_non_null(strstr(row, "\"frmtrm_nm\":\"제 55 기 3분기\",\"frmtrm_dt\":\"2023.07.01 ~ 2023.09.30\""));
  assert_non_null(strstr(reply.body, "\"thstrm_nm\":\"제 56 기 3분기말\",\"thstrm_dt\":\"2024.09.30 현재\""));
  assert_non_null(strstr(reply.body, "\"frmtrm_nm\":\"제 55 기말\",\"frmtrm_dt\":\"2023.12.31 현재\""));
  replay_reply_free(&reply);
}

static void both_statements_come_together(void **state) {
  DartReply reply = ask(state, SAMSUNG);
  int rows = 0;
  for (const char *at = reply.body; (at = strstr(at, "\"rcept_no\"")) != NULL; at++) rows++;
  assert_int_equal(rows, 26);
  const char *separate = strstr(reply.body, "\"fs_div\":\"OFS\",\"fs_nm\":\"재무제표\"");
  assert_non_null(separate);
  assert_true(separate > strstr(reply.body, "\"fs_div\":\"CFS\",\"fs_nm\":\"연결재무제표\""));
  replay_reply_free(&reply);
}

/* A dividing line every three digits, a leading minus, and four ways to say nothing. */
static void amounts_are_texts_with_commas_or_nothing(void **state) {
  static const struct {
    const char *corp_code, *row;
  } cases[] = {{"00797364", "\"account_nm\":\"자본총계\",*\"thstrm_amount\":\"-"},
               {"00112378", "\"account_nm\":\"영업이익*\",*\"thstrm_amount\":\"-\""},
               {"00139083", "\"account_nm\":\"영업이익*\",*\"thstrm_amount\":\"\""},
               {"00199252", "\"account_nm\":\"영업이익*\",*\"thstrm_amount\":\" \""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char question[128], row[256];
    snprintf(question, sizeof question, "fnlttSinglAcnt.json?corp_code=%s&bsns_year=2024&reprt_code=11012",
             cases[i].corp_code);
    snprintf(row, sizeof row, "%s", cases[i].row);
    DartReply reply = ask(state, question);
    const char *at = reply.body;
    for (char *rest = row, *part; at != NULL && (part = strsep(&rest, "*")) != NULL;) at = strstr(at, part);
    if (at == NULL) fail_msg("%s: no %s", question, cases[i].row);
    replay_reply_free(&reply);
  }
  DartReply reply = ask(state, SAMSUNG);
  const char *amount = strstr(reply.body, "\"thstrm_amount\":\"") + strlen("\"thstrm_amount\":\"");
  assert_int_equal(strspn(amount, "0123456789") % 4, strspn(amount, "0123456789"));
  assert_int_equal(amount[strspn(amount, "0123456789")], ',');
  replay_reply_free(&reply);
}

/* ---- refusals ---- */

static void what_dart_refuses_is_refused(void **state) {
  static const struct {
    const char *question, *status;
  } cases[] = {
      {"fnlttMultiAcnt.json?bsns_year=2023&reprt_code=11011", "100"},
      {"fnlttMultiAcnt.json?corp_code=126380&bsns_year=2023&reprt_code=11011", "100"},
      {"fnlttMultiAcnt.json?corp_code=00126380,&bsns_year=2023&reprt_code=11011", "100"},
      {"fnlttMultiAcnt.json?corp_code=00126380&bsns_year=2014&reprt_code=11011", "100"},
      {"fnlttMultiAcnt.json?corp_code=00126380&bsns_year=2023&reprt_code=11015", "100"},
      {"fnlttMultiAcnt.json?corp_code=99999999&bsns_year=2023&reprt_code=11011", "013"},
      {"fnlttMultiAcnt.json?corp_code=00126380&bsns_year=2024&reprt_code=11011", "013"},
      {"fnlttSinglAcnt.json?corp_code=00126380,00164779&bsns_year=2023&reprt_code=11011", "100"},
      {"list.json?bgn_de=20240801&end_de=20241102", "100"},
      {"list.json?bgn_de=20240801&end_de=20241101&page_count=101", "100"},
      {"list.json?bgn_de=20240801&end_de=20240701", "100"},
      {"list.json?bgn_de=20240801&end_de=20241101&corp_cls=X", "100"},
      {"list.json?bgn_de=2024-08-01&end_de=20241101", "100"},
      {"list.json?bgn_de=20240801&end_de=20241101", "000"},
      {"list.json?bgn_de=20200101&end_de=20241101&corp_code=00126380", "000"},
      {"list.json?bgn_de=20241207&end_de=20241208", "013"},
      {"company.json?corp_code=1", "100"},
      {"company.json?corp_code=99999999", "013"},
      {"fricDecsn.json?corp_code=00117230&bgn_de=20230501&end_de=20230531", "000"},
      {"fricDecsn.json?corp_code=00117230&bgn_de=20230601&end_de=20230630", "013"},
      {"fnlttSinglIndx.json?corp_code=00126380&bsns_year=2023&reprt_code=11011&idx_cl_code=M210000", "000"},
      {"fnlttSinglIndx.json?corp_code=00126380&bsns_year=2023&reprt_code=11011&idx_cl_code=M220000", "013"},
      {"cmpMgDecsn.json?corp_code=00126380&bgn_de=20230501&end_de=20230531", "013"},
      {"/api/list.json?crtfc_key=0123456789012345678901234567890123456789", "010"},
      {"/api/corpCode.xml?crtfc_key=0123456789012345678901234567890123456789", "010"},
      {"/api/list.json", "100"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) assert_says(state, cases[i].question, cases[i].status);
}

static void more_than_a_hundred_companies_are_too_many(void **state) {
  char question[2048] = "fnlttMultiAcnt.json?bsns_year=2023&reprt_code=11011&corp_code=00126380";
  for (int i = 1; i < 100; i++) snprintf(question + strlen(question), 16, ",%08d", i);
  assert_says(state, question, "000");
  snprintf(question + strlen(question), 16, ",%08d", 100);
  assert_says(state, question, "021");
}

/* ---- limits ---- */

static void a_day_in_korea_has_so_many_calls(void **state) {
  dart_run_at(*state, "2024-12-10T23:59:59");
  dart_run_control(*state, "limits?per_day=2");
  assert_says(state, LIST, "000");
  assert_says(state, SAMSUNG, "000");
  assert_says(state, SAMSUNG, "020");
  assert_says(state, "corpCode.xml", "020");
  dart_run_at(*state, "2024-12-11T00:00:00");
  assert_says(state, SAMSUNG, "000");
  assert_int_equal(replay_run_calls(*state, "over_day"), 2);
}

static void who_asks_too_often_in_a_minute_is_shut_out_for_a_day(void **state) {
  dart_run_control(*state, "limits?per_minute=1");
  bool is_out = false;
  for (int i = 0; i < 4 && !is_out; i++) { /* a minute may end meanwhile */
    DartReply reply = ask(state, LIST);
    is_out = reply.status == 0;
    replay_reply_free(&reply);
  }
  assert_true(is_out);
  dart_run_control(*state, "limits?per_minute=0");
  dart_run_at(*state, "2024-12-11T08:59:59");
  DartReply reply = ask(state, LIST);
  assert_int_equal(reply.status, 0);
  dart_run_at(*state, "2024-12-11T09:00:00");
  assert_says(state, LIST, "000");
}

static void an_answer_that_is_too_large_is_a_redirect_to_a_page(void **state) {
  static const char pair[] = "fnlttMultiAcnt.json?corp_code=00126380,00164779&bsns_year=2023&reprt_code=11011";
  dart_run_control(*state, "limits?largest=20000");
  for (int i = 0; i < 2; i++) {
    DartReply reply = ask(state, pair);
    assert_int_equal(reply.status, 302);
    assert_non_null(strstr(reply.head, "/error1.html"));
    replay_reply_free(&reply);
  }
  DartReply page = ask(state, "/error1.html");
  assert_int_equal(page.status, 200);
  assert_non_null(strstr(page.body, "<html"));
  replay_reply_free(&page);
  assert_says(state, SAMSUNG, "000");
  assert_int_equal(replay_run_calls(*state, "redirected"), 2);
  assert_int_equal(replay_run_calls(*state, "most_companies"), 2);
}

static void meanwhile_it_is_closed(void **state) {
  dart_run_control(*state, "closed?from=2024-12-10T08:00:00%2B09:00&until=2024-12-10T10:00:00%2B09:00");
  assert_says(state, LIST, "800");
  assert_says(state, "corpCode.xml", "800");
  dart_run_at(*state, "2024-12-10T10:00:00");
  assert_says(state, LIST, "000");
}

/* ---- faults ---- */

static void every_status_can_be_asked_for(void **state) {
  static const char *const codes[] = {"010", "011", "012", "014", "020", "021",
                                      "100", "101", "800", "900", "901", "777"};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    char fault[64];
    snprintf(fault, sizeof fault, "service=*&kind=code&code=%s&times=2", codes[i]);
    assert_true(replay_run_fault(*state, fault));
    assert_says(state, SAMSUNG, codes[i]);
    assert_says(state, "corpCode.xml", codes[i]);
    assert_says(state, SAMSUNG, "000");
  }
}

/* What the body must hold; or "!" and what it must not. */
static void each_fault_strikes_once(void **state) {
  static const struct {
    const char *question, *fault;
    int status;
    const char *body;
  } cases[] = {
      {SAMSUNG, "service=multi&kind=status&value=500", 500, "<html"},
      {SAMSUNG, "service=multi&kind=html", 200, "<html"},
      {SAMSUNG, "service=multi&kind=redirect", 302, ""},
      {SAMSUNG, "service=multi&kind=reset", 0, ""},
      {SAMSUNG, "service=multi&kind=truncated", 0, ""},
      {SAMSUNG, "service=multi&kind=cut-json", 200, "!]}"},
      {SAMSUNG, "service=multi&kind=shape", 200, "!\"list\""},
      {SAMSUNG, "service=multi&kind=empty", 200, "\"status\":\"000\",\"message\":\"정상\",\"list\":[]"},
      {LIST, "service=list&kind=empty", 200, "\"list\":[]"},
      {SAMSUNG, "service=multi&kind=wrong-company", 200, "\"corp_code\":\"00000001\""},
      {"company.json?corp_code=00126380", "service=company&kind=wrong-company", 200, "\"corp_code\":\"00000001\""},
      {SAMSUNG, "service=multi&kind=wrong-report", 200, "\"reprt_code\":\"11014\""},
      {SAMSUNG, "service=multi&kind=two-receipts", 200, "20240322001331"},
      {SAMSUNG, "service=multi&kind=overflow", 200, "99,999,999,999,999,999,999"},
      {SAMSUNG, "service=multi&kind=not-a-number&message=1.5", 200, "\"thstrm_amount\":\"1.5\""},
      {SAMSUNG, "service=multi&kind=bad-utf8", 200, "\xFF"},
      {"corpCode.xml", "service=codes&kind=html", 200, "<html"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char fault[160];
    bool holds = cases[i].body[0] != '!';
    snprintf(fault, sizeof fault, "%s&times=1", cases[i].fault);
    for (int struck = 1; struck >= 0; struck--) {
      if (struck == 1) assert_true(replay_run_fault(*state, fault));
      DartReply reply = ask(state, cases[i].question);
      bool is_there = reply.body != NULL && strstr(reply.body, cases[i].body + !holds) != NULL;
      bool is_so = reply.status == cases[i].status && (cases[i].body[0] == '\0' || is_there == holds);
      if (is_so != struck)
        fail_msg("%s: %d, %.200s", cases[i].fault, reply.status, reply.body ? reply.body : "nothing");
      replay_reply_free(&reply);
    }
  }
}

static void half_of_the_companies_and_rows_twice(void **state) {
  static const char pair[] = "fnlttMultiAcnt.json?corp_code=00126380,00164779&bsns_year=2023&reprt_code=11011";
  DartReply whole = ask(state, pair);
  assert_true(replay_run_fault(*state, "service=multi&kind=half&times=1"));
  DartReply half = ask(state, pair);
  assert_null(strstr(half.body, "\"00164779\""));
  assert_true(replay_run_fault(*state, "service=multi&kind=duplicate&times=1"));
  DartReply twice = ask(state, pair);
  assert_true(half.length < whole.length && twice.length > whole.length);
  assert_true(replay_run_fault(*state, "service=multi&kind=unbalanced&times=1&code=00164779"));
  DartReply unbalanced = ask(state, pair);
  const char *other = strstr(whole.body, "\"00164779\"");
  assert_memory_equal(whole.body, unbalanced.body, (size_t)(other - whole.body));
  assert_string_not_equal(whole.body, unbalanced.body);
  replay_reply_free(&whole), replay_reply_free(&half), replay_reply_free(&twice), replay_reply_free(&unbalanced);
}

/* ---- the zip ---- */

/* How many files it holds and, of the first, name and length; -1: it is none. */
static int64_t open_zip(const DartReply *reply, char *name, size_t size, uint64_t *ret_length) {
  zip_error_t error;
  zip_stat_t about = {0};
  zip_source_t *source = zip_source_buffer_create(reply->body, reply->length, 0, &error);
  zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == NULL) {
    zip_source_free(source);
    return -1;
  }
  int64_t count = zip_get_num_entries(archive, 0);
  if (count > 0 && zip_stat_index(archive, 0, 0, &about) == 0) snprintf(name, size, "%s", about.name);
  *ret_length = about.size;
  zip_discard(archive);
  return count;
}

static void the_list_of_codes_is_a_zip(void **state) {
  static const struct {
    const char *fault, *name;
    int64_t files;
    uint64_t at_least;
  } cases[] = {{NULL, "CORPCODE.xml", 1, 10000},
               {"kind=cut-json", "", -1, 0},
               {"kind=zip-bomb&value=70000000", "CORPCODE.xml", 1, 70000000},
               {"kind=zip-member&message=OTHER.xml", "OTHER.xml", 1, 10000},
               {"kind=zip-two", "CORPCODE.xml", 2, 10000},
               {"kind=zip-cut-xml", "CORPCODE.xml", 1, 5000}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char fault[128], name[64] = "";
    uint64_t length = 0;
    snprintf(fault, sizeof fault, "service=codes&times=1&%s", cases[i].fault == NULL ? "" : cases[i].fault);
    if (cases[i].fault != NULL) assert_true(replay_run_fault(*state, fault));
    DartReply reply = ask(state, "corpCode.xml");
    assert_int_equal(reply.status, 200);
    assert_int_equal(open_zip(&reply, name, sizeof name, &length), cases[i].files);
    assert_string_equal(name, cases[i].name);
    assert_true(length >= cases[i].at_least);
    replay_reply_free(&reply);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(answers_have_the_members_of_recorded_ones, each),
      cmocka_unit_test_setup(an_interim_report_has_three_months_and_the_year_to_date, each),
      cmocka_unit_test_setup(both_statements_come_together, each),
      cmocka_unit_test_setup(amounts_are_texts_with_commas_or_nothing, each),
      cmocka_unit_test_setup(what_dart_refuses_is_refused, each),
      cmocka_unit_test_setup(more_than_a_hundred_companies_are_too_many, each),
      cmocka_unit_test_setup(a_day_in_korea_has_so_many_calls, each),
      cmocka_unit_test_setup(who_asks_too_often_in_a_minute_is_shut_out_for_a_day, each),
      cmocka_unit_test_setup(an_answer_that_is_too_large_is_a_redirect_to_a_page, each),
      cmocka_unit_test_setup(meanwhile_it_is_closed, each),
      cmocka_unit_test_setup(every_status_can_be_asked_for, each),
      cmocka_unit_test_setup(each_fault_strikes_once, each),
      cmocka_unit_test_setup(half_of_the_companies_and_rows_twice, each),
      cmocka_unit_test_setup(the_list_of_codes_is_a_zip, each),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
