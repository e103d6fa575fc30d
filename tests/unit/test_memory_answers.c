/* No memory, at every single allocation of what reads from outside, settings and answers, and of a line that is
 * printed: an error that says so, nothing leaked, nothing half done; or, in one place, the end of the process. */
#include "market_rows.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <closebell/base/config.h>
#include <closebell/base/output.h>
#include <closebell/source/dart.h>
#include <closebell/source/kis_parse.h>
#include <closebell/source/krx.h>

#include <jansson.h>

#include "malloc_fault_piece.h"

/* ---- settings ---- */

/* What is wrong is said, if need be without the list of what would be right. */
static void a_wrong_setting_is_refused_without_memory_too(void **state) {
  (void)state;
  static const char *const WRONG[] = {"[krx]\nparalel = 4\n", "[krxx]\n"};
  for (size_t i = 0; i < 2; i++) {
    bool met = true;
    for (long at = 1; met; at++) {
      Config config;
      Error err = {{0}};
      config_defaults(&config);
      malloc_fault_begin(at, MALLOC_FAILS_FROM_THEN_ON);
      Status status = config_read_text(&config, "t.conf", WRONG[i], &err);
      met = malloc_fault_end(NULL);
      assert_int_equal(malloc_fault_blocks(), 0);
      assert_int_equal(status, STATUS_CONFIG);
      assert_non_null(strstr(err.text, "t.conf:"));
      bool listed = strstr(err.text, i == 0 ? "parallel" : "[lease]") != NULL;
      assert_true(listed || (met && strstr(err.text, "in the sample") != NULL));
    }
  }
}

static Status read_settings(Error *err) {
  Config config;
  config_defaults(&config);
  return config_read_file(&config, TEST_DATA "/../fuzz/corpus/config/accepted/universe.conf", err);
}

static void a_settings_file_is_read_or_the_run_ends(void **state) {
  (void)state;
  check_piece(read_settings, 1);
}

/* ---- the parser, and the JSON library with it ---- */

static const char BODY[] =
    "{\"OutBlock_1\":[{\"BAS_DD\":\"20240105\",\"ISU_CD\":\"095570\",\"ISU_NM\":\"AJ네트웍스\",\"MKT_NM\":\"KOSPI\","
    "\"SECT_TP_NM\":\"-\",\"TDD_CLSPRC\":\"5280\",\"CMPPREVDD_PRC\":\"60\",\"FLUC_RT\":\"1.15\",\"TDD_OPNPRC\":"
    "\"5270\",\"TDD_HGPRC\":\"5290\",\"TDD_LWPRC\":\"5070\",\"ACC_TRDVOL\":\"410628\",\"ACC_TRDVAL\":\"2137622110\","
    "\"MKTCAP\":\"238934567520\",\"LIST_SHRS\":\"45252759\"}]}";

typedef struct {
  const char *body;
  int http_status;
  AnswerKind whole;
} Sent;

enum { CHILD_MET_NOTHING = 10, CHILD_FOUND_FAULT = 11 };

/* A child's whole life. Without memory the answer is one to be asked for again, if there is one at all. */
static int parse_as_child(Source *source, const Sent *sent, long at, MallocFaultMode mode) {
  MarketAnswer answer;
  malloc_fault_begin(at, mode);
  krx_parse_daily(sent->body, strlen(sent->body), sent->http_status, day_of("2024-01-05"), MARKET_KOSPI, &answer);
  bool met = malloc_fault_end(NULL), rows = answer.kind == ANSWER_ROWS;
  bool sound = rows ? answer.count == 1 && answer.rows[0].close == 5280 : answer.rows == NULL && answer.detail[0];
  free(answer.rows);
  source_close(source); /* which keeps memory for the next answer */
  if (!sound || malloc_fault_blocks() != 0) return CHILD_FOUND_FAULT;
  if (answer.kind != (met ? ANSWER_FAILING : sent->whole)) return CHILD_FOUND_FAULT;
  return met ? 0 : CHILD_MET_NOTHING;
}

static int parse_in_child(Source *source, const Sent *sent, long at, MallocFaultMode mode) {
  int status = 0;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) _exit(parse_as_child(source, sent, at, mode));
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

typedef struct {
  long aborted, failed;
} Ends;

static Ends fail_each_parse(Source *source, const Sent *sent, MallocFaultMode mode) {
  Ends ends = {0};
  for (long at = 1; at < ALLOCATIONS_MAX; at++) {
    int status = parse_in_child(source, sent, at, mode);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_MET_NOTHING) break;
    bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    if (!aborted && status != 0) fail_msg("allocation %ld: the child ended with %#x", at, (unsigned)status);
    ends.aborted += aborted;
    ends.failed += !aborted;
  }
  return ends;
}

/* The process ends where there is no memory for the JSON library: it would go on with bytes missing from what it has
 * read. */
static void an_answer_without_memory_is_no_answer(void **state) {
  (void)state;
  static const Sent ROWS = {BODY, 200, ANSWER_ROWS};
  static const Sent REFUSALS[] = {
      {"{\"respMsg\":\"Unauthorized Key\",\"respCode\":\"401\"}", 401, ANSWER_UNAUTHORIZED},
      {"{\"respMsg\":\"Unauthorized Key\",\"respCode\":\"401\"}", 200, ANSWER_UNAUTHORIZED}};
  Config config;
  Source source;
  Error err = {{0}};
  const Clock clock = clock_system(-1);
  config_defaults(&config);
  strcpy(config.krx.auth_key, "key");
  assert_int_equal(krx_open(&source, &config, &clock, &err), STATUS_OK);
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    Ends ends = fail_each_parse(&source, &ROWS, (MallocFaultMode)mode);
    assert_int_equal(ends.aborted, 1); /* the block that the JSON is read into */
    assert_int_equal(ends.failed, 1);  /* the rows themselves */
    for (size_t i = 0; i < 2; i++) {
      ends = fail_each_parse(&source, &REFUSALS[i], (MallocFaultMode)mode);
      assert_int_equal(ends.aborted, 1);
      assert_int_equal(ends.failed, 0);
    }
  }
  source_close(&source);
}

/* ---- lines for a terminal ---- */

static const char LONG_LINE[] = "a line of the table that is longer than sixty columns, whatever is cut off at its end";

static Status print_long_line(Error *err) {
  char printed[256] = "";
  Output out = {.stream = fmemopen(printed, sizeof printed, "w"), .columns = 60};
  output_line(&out, 2, "%s", LONG_LINE);
  fclose(out.stream);
  char *end = strchr(printed, '\n');
  if (end == NULL) return error_set(err, STATUS_INTERNAL, "no line");
  if (end[1] != '\0') return STATUS_OK; /* wrapped */
  *end = '\0';
  return strcmp(printed, LONG_LINE) == 0 ? STATUS_NO_MEMORY : error_set(err, STATUS_INTERNAL, "lost: %s", printed);
}

static void a_line_is_too_long_without_memory_and_there(void **state) {
  (void)state;
  check_piece(print_long_line, 1);
}

/* ---- what a broker answers ---- */

static json_t *broker_body; /* read before memory runs out */

static Status read_broker(Error *err) {
  const KisMinutesQuestion asked = {.date = day_of("2022-09-02"),
                                    .asked_at = instant_from_kst(day_of("2022-09-03"), 0)};
  Answer answer = {.retry_after_ms = -1};
  kis_parse_minutes(broker_body, &asked, &answer);
  AnswerKind kind = answer.kind;
  assert_true((kind == ANSWER_ROWS) == (answer.payload != NULL));
  free(answer.payload);
  if (kind == ANSWER_ROWS) kis_parse_programs(broker_body, &answer);
  if (kind == ANSWER_ROWS) kind = answer.kind;
  if (kind == ANSWER_ROWS) free(answer.payload);
  return kind == ANSWER_ROWS ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "%s", answer.detail);
}

static void a_brokers_answer_is_read_or_fails(void **state) {
  (void)state;
  static const char ANSWERED[] =
      "{\"output2\":[{\"stck_bsop_date\":\"20220902\",\"stck_cntg_hour\":\"100000\",\"stck_prpr\":\"5\",\"stck_oprc\":"
      "\"5\",\"stck_hgpr\":\"5\",\"stck_lwpr\":\"5\",\"cntg_vol\":\"1\"}],\"output\":[{\"stck_bsop_date\":\"20240531\","
      "\"stck_clpr\":\"73500\",\"acml_vol\":\"26198776\",\"whol_smtn_seln_vol\":\"1\",\"whol_smtn_shnu_vol\":\"1\","
      "\"whol_smtn_ntby_qty\":\"0\",\"whol_smtn_seln_tr_pbmn\":\"1\",\"whol_smtn_shnu_tr_pbmn\":\"1\","
      "\"whol_smtn_ntby_tr_pbmn\":\"0\"}]}";
  broker_body = json_loads(ANSWERED, 0, NULL);
  assert_non_null(broker_body);
  check_piece(read_broker, 2);
  json_decref(broker_body);
}

/* ---- OpenDART ---- */

static json_t *accounts_body, *filings_body; /* read before memory runs out */

static Status settle(const Answer *answer, Error *err) {
  assert_true((answer->kind == ANSWER_ROWS) == (answer->payload != NULL));
  free(answer->payload);
  return answer->kind == ANSWER_ROWS ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "%s", answer->detail);
}

static Status read_disclosures(Error *err) {
  static const char codes[] = "<result><list><corp_code>00126380</corp_code><corp_name>a</corp_name><stock_code>005930"
                              "</stock_code><modify_date>20260110</modify_date></list></result>";
  const DartStatementsAsked asked = {.year = 2024, .kind = REPORT_Q3, .count = 1, .corp_codes = {"00126380"}};
  Answer answer = {.retry_after_ms = -1};
  dart_parse_corp_codes(codes, strlen(codes), &answer);
  Status status = settle(&answer, err);
  answer = (Answer){.retry_after_ms = -1};
  if (status == STATUS_OK) dart_parse_statements(accounts_body, &asked, &answer);
  if (status == STATUS_OK) status = settle(&answer, err);
  answer = (Answer){.retry_after_ms = -1};
  if (status == STATUS_OK) dart_parse_filings(filings_body, 1, &answer);
  return status == STATUS_OK ? settle(&answer, err) : status;
}

static void a_disclosure_is_read_or_fails(void **state) {
  (void)state;
  accounts_body =
      json_loads("{\"list\":[{\"rcept_no\":\"20241114002642\",\"reprt_code\":\"11014\",\"bsns_year\":\"2024\","
                 "\"corp_code\":\"00126380\",\"fs_div\":\"CFS\",\"thstrm_dt\":\"2024.09.30\"}]}",
                 0, NULL);
  filings_body =
      json_loads("{\"page_no\":1,\"page_count\":100,\"total_count\":1,\"total_page\":1,\"list\":[{\"corp_code\":"
                 "\"00126380\",\"corp_cls\":\"Y\",\"report_nm\":\"a\",\"rcept_no\":\"20241120000123\"}]}",
                 0, NULL);
  assert_true(accounts_body != NULL && filings_body != NULL);
  check_piece(read_disclosures, 4);
  json_decref(accounts_body);
  json_decref(filings_body);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_wrong_setting_is_refused_without_memory_too),
      cmocka_unit_test(a_settings_file_is_read_or_the_run_ends),
      cmocka_unit_test(an_answer_without_memory_is_no_answer),
      cmocka_unit_test(a_line_is_too_long_without_memory_and_there),
      cmocka_unit_test(a_brokers_answer_is_read_or_fails),
      cmocka_unit_test(a_disclosure_is_read_or_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
