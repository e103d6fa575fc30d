/* The contract between the DART server of ours and the provider: every feed over real HTTP, all that the server has,
 * and each thing that goes wrong. */
#include <unistd.h>

#include <closebell/base/text.h>

#include "dart_body.h"
#include "krx_replay_run.h"
#include "tiny_http.h"

#define KEY_TEXT "c7d1f0a9b8e6543210fedcba9876543210abcdef"
static const char KEY[] = KEY_TEXT;
static const char LATE[] = "2026-11-01T09:00:00"; /* when all that it has is there */

typedef struct {
  ReplayRun run;
  Clock clock;
  Source source;
} World;

/* ---- the server ---- */

static void control(const World *world, const char *request) {
  char text[256], answer[4096];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&world->run, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

static void at(const World *world, const char *instant) {
  char text[128];
  snprintf(text, sizeof text, "now?instant=%s%%2B09:00&speed=0", instant);
  control(world, text);
}

static void open_at(World *world, const char *base_url, const char *key) {
  Config config = {.dart = {.rate_per_second = 10000, .batch = 50, .years = 3, .calls_per_day = 100000}};
  Error err = {{0}};
  snprintf(config.dart.base_url, sizeof config.dart.base_url, "%s", base_url);
  snprintf(config.dart.auth_key, sizeof config.dart.auth_key, "%s", key);
  if (world->source.self != NULL) source_close(&world->source);
  if (dart_open(&world->source, &config, &world->clock, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static void open_source(World *world, const char *key) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/api/", (unsigned)world->run.port);
  open_at(world, url, key);
}

static int start(void **state) {
  static World world;
  const char *const arguments[] = {"--data", TEST_DATA "/dart", "--key", KEY, "--per-day",
                                   "0",      "--per-minute",    "0",     NULL};
  world = (World){.clock = clock_system(-1)};
  assert_true(replay_run_start(&world.run, DART_REPLAY, arguments));
  *state = &world;
  return 0;
}

static int stop(void **state) {
  World *world = *state;
  if (world->source.self != NULL) source_close(&world->source);
  assert_true(replay_run_stop(&world->run));
  return 0;
}

static int each(void **state) {
  World *world = *state;
  control(world, "clear");
  control(world, "forget-calls");
  control(world, "closed");
  control(world, "limits?per_day=0&per_minute=0&largest=1000000");
  at(world, LATE);
  open_source(world, KEY);
  return 0;
}

/* ---- questions ---- */

static Answer ask(World *world, const Feed *feed, const char *key) {
  Error err = {{0}};
  Answer answer = {0};
  const Question question = {.feed = feed, .date = DAY_NONE, .key = key, .answer = &answer};
  if (source_fetch(&world->source, &question, 1, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_null(strstr(answer.detail, KEY));
  return answer;
}

static void assert_answers(World *world, const Feed *feed, const char *key, AnswerKind kind, const char *parts) {
  Answer answer = ask(world, feed, key);
  dart_assert(&answer, kind, parts);
  free(answer.payload);
}

/* ---- what the server has: the files that it was made of ---- */

enum { FIELDS_MAX = 32 };
typedef struct {
  char text[1024];
  char *fields[FIELDS_MAX];
} Line;

/* A line of a file without quotes. */
static bool next_line(FILE *file, Line *line) {
  if (fgets(line->text, sizeof line->text, file) == NULL) return false;
  line->text[strcspn(line->text, "\n")] = '\0';
  char *rest = line->text;
  for (size_t i = 0; i < FIELDS_MAX; i++) {
    char *field = strsep(&rest, ",");
    line->fields[i] = field == NULL ? line->text + strlen(line->text) : field;
  }
  return true;
}

static FILE *open_data(const char *name, Line *heads) {
  char path[512];
  snprintf(path, sizeof path, "%s/dart/%s.csv", TEST_DATA, name);
  FILE *file = fopen(path, "r");
  if (file == NULL || !next_line(file, heads)) fail_msg("%s cannot be read", path);
  return file;
}

static size_t column(const Line *heads, const char *name) {
  for (size_t i = 0; i < FIELDS_MAX; i++)
    if (strcmp(heads->fields[i], name) == 0) return i;
  fail_msg("no column %s", name);
  return 0;
}

/* ---- companies ---- */

enum { COMPANIES_MAX = 100 };
typedef struct {
  char corp_code[CORP_CODE_SIZE], ticker[TICKER_SIZE], name[COMPANY_NAME_SIZE], corp_cls;
  int fiscal_month;
} Company;
typedef struct {
  Company items[COMPANIES_MAX];
  size_t count;
} Companies;

/* As they are now: of the lines of one company the last. */
static Companies read_companies(void) {
  Companies companies = {.count = 0};
  Line heads, line;
  FILE *file = open_data("companies", &heads);
  while (next_line(file, &line)) {
    const char *code = line.fields[column(&heads, "corp_code")];
    bool again = companies.count > 0 && strcmp(companies.items[companies.count - 1].corp_code, code) == 0;
    Company *company = &companies.items[again ? companies.count - 1 : companies.count++];
    assert_in_range(companies.count, 1, COMPANIES_MAX);
    assert_true(text_copy(company->corp_code, sizeof company->corp_code, code));
    assert_true(text_copy(company->ticker, sizeof company->ticker, line.fields[column(&heads, "stock_code")]));
    assert_true(text_copy(company->name, sizeof company->name, line.fields[column(&heads, "corp_name")]));
    company->corp_cls = line.fields[column(&heads, "corp_cls")][0];
    company->fiscal_month = atoi(line.fields[column(&heads, "acc_mt")]);
  }
  fclose(file);
  assert_in_range(companies.count, 40, COMPANIES_MAX);
  return companies;
}

static void the_list_of_companies_has_each_with_a_stock_code(void **state) {
  World *world = *state;
  const Companies companies = read_companies();
  Answer answer = ask(world, &DART_CORP_CODES, NULL);
  dart_assert(&answer, ANSWER_ROWS, "");
  const CorpCode *codes = answer_items(&answer, &PAYLOAD_CORP_CODES);
  size_t found = 0;
  for (size_t i = 0; i < answer.count; i++)
    for (size_t k = 0; k < companies.count; k++) {
      if (strcmp(codes[i].corp_code, companies.items[k].corp_code) != 0) continue;
      assert_string_equal(codes[i].ticker, companies.items[k].ticker);
      assert_string_equal(codes[i].name, companies.items[k].name);
      found++;
    }
  assert_int_equal(found, answer.count);
  assert_int_equal(found, companies.count);
  free(answer.payload);
}

static void a_profile_says_when_the_fiscal_year_ends(void **state) {
  World *world = *state;
  const Companies companies = read_companies();
  for (size_t i = 0; i < companies.count; i++) {
    Answer answer = ask(world, &DART_COMPANY, companies.items[i].corp_code);
    dart_assert(&answer, ANSWER_ROWS, "");
    const CompanyProfile *profile = answer_items(&answer, &PAYLOAD_COMPANY_PROFILE);
    assert_int_equal(profile->fiscal_month, companies.items[i].fiscal_month);
    assert_int_equal(profile->corp_cls, companies.items[i].corp_cls);
    free(answer.payload);
  }
  assert_answers(world, &DART_COMPANY, "99999999", ANSWER_EMPTY, "013");
}

/* ---- filings ---- */

static void all_pages_together_are_the_list(void **state) {
  World *world = *state;
  int64_t rows = 0, total = 0;
  int pages = 1;
  for (int page = 1; page <= pages; page++) {
    char key[DART_KEY_SIZE];
    DartFilingsAsked asked = {.type = 'A', .corp_cls = 'K', .page = page};
    assert_true(day_parse("2024-10-01", &asked.from) && day_parse("2024-12-20", &asked.to));
    assert_true(dart_filings_key(&asked, key));
    Answer answer = ask(world, &DART_FILINGS, key);
    dart_assert(&answer, ANSWER_ROWS, "");
    const FilingPage *filings = answer.payload;
    for (size_t i = 0; i < filings->count; i++) {
      const Filing *filing = &filings->items[i];
      assert_in_range(filing->filed, asked.from, asked.to);
      assert_int_equal(filing->corp_cls, 'K');
      assert_true(filing->kind != FILING_OTHER && filing->period_year > 0);
    }
    rows += (int64_t)filings->count;
    total = filings->total;
    pages = filings->pages;
    free(answer.payload);
  }
  assert_int_equal(rows, total);
  assert_true(rows > 0);
  assert_answers(world, &DART_FILINGS, "A:K:20240101:20240101:1", ANSWER_EMPTY, "013");
}

/* ---- accounts ---- */

/* What the file has of an amount; false: nothing, or a word that says how it is missing. */
static bool amount_of(const Line *heads, const Line *line, ReportAmount amount, int64_t *ret_value) {
  const char *text = line->fields[column(heads, report_amount_name(amount))];
  *ret_value = strtoll(text, NULL, 10);
  return *text != '\0' && strchr("0123456789", text[strlen(text) - 1]) != NULL;
}

/* The lines of one statement follow each other; the last one is what is shown now. */
static bool find_statement(FILE *file, const Line *heads, const FiledReport *filed, Line *line) {
  long at = -1, next = ftell(file);
  for (; next_line(file, line); next = ftell(file)) {
    bool same = strcmp(line->fields[column(heads, "rcept_no")], filed->report.rcept_no) == 0 &&
                strcmp(line->fields[column(heads, "fs_div")], statement_name(filed->report.statement)) == 0;
    if (same) at = next;
  }
  return at >= 0 && fseek(file, at, SEEK_SET) == 0 && next_line(file, line);
}

/* The files lack noncurrent amounts, which the server makes of others. */
static void compare(const FiledReport *filed) {
  Line heads, line;
  FILE *file = open_data("statements", &heads);
  if (!find_statement(file, &heads, filed, &line)) fail_msg("nobody filed %s", filed->report.rcept_no);
  fclose(file);
  assert_string_equal(line.fields[column(&heads, "period_end")], day_text(filed->report.period_end).text);
  assert_string_equal(line.fields[column(&heads, "currency")], filed->report.currency);
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++) {
    int64_t value;
    if (strncmp(report_amount_name(amount), "noncurrent", 10) == 0) continue;
    bool has = amount_of(&heads, &line, amount, &value);
    if (has != report_has(&filed->report, amount) || (has && filed->report.amounts[amount] != value))
      fail_msg("%s %s: %s is %lld, not %s", filed->corp_code, filed->report.rcept_no, report_amount_name(amount),
               (long long)filed->report.amounts[amount], line.fields[column(&heads, report_amount_name(amount))]);
  }
}

static size_t compare_report(World *world, int year, ReportKind kind) {
  DartStatementsAsked asked = {.year = year, .kind = kind};
  char key[DART_KEY_SIZE];
  const Companies companies = read_companies();
  for (; asked.count < companies.count; asked.count++)
    memcpy(asked.corp_codes[asked.count], companies.items[asked.count].corp_code, CORP_CODE_SIZE);
  assert_true(dart_statements_key(&asked, key));
  Answer answer = ask(world, &DART_STATEMENTS, key);
  if (answer.kind == ANSWER_EMPTY) return 0;
  dart_assert(&answer, ANSWER_ROWS, "");
  const FiledReport *filed = answer_items(&answer, &PAYLOAD_FILED_REPORTS);
  size_t same = answer.count;
  for (size_t i = 0; i < answer.count; i++) {
    if (filed[i].trouble[0] != '\0') fail_msg("%s: %s", filed[i].corp_code, filed[i].trouble);
    if (report_fault(&filed[i].report) != NULL) fail_msg("%s: %s", filed[i].corp_code, report_fault(&filed[i].report));
    compare(&filed[i]);
  }
  free(answer.payload);
  return same;
}

static void every_amount_arrives_as_it_was_filed(void **state) {
  World *world = *state;
  size_t same[REPORT_KIND_COUNT] = {0};
  for (int year = 2021; year <= 2025; year++)
    for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) same[kind] += compare_report(world, year, kind);
  for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) assert_in_range(same[kind], 100, 10000);
  print_message("%zu annual, %zu q1, %zu half, %zu q3 statements are equal\n", same[REPORT_ANNUAL], same[REPORT_Q1],
                same[REPORT_HALF], same[REPORT_Q3]);
}

static void a_batch_that_is_too_large_is_answered_in_halves(void **state) {
  World *world = *state;
  control(world, "limits?largest=20000");
  assert_answers(world, &DART_STATEMENTS, "2023:11011:00126380,00106119,00106641,00112378", ANSWER_TOO_LARGE,
                 "4 companies");
  assert_answers(world, &DART_STATEMENTS, "2023:11011:00126380", ANSWER_ROWS, "");
}

/* ---- faults ---- */

static const char ONE[] = "2023:11011:00126380", TWO[] = "2023:11011:00126380,00106119";

static void each_fault_is_judged(void **state) {
  World *world = *state;
  static const struct {
    const char *fault;
    const Feed *feed;
    const char *key;
    AnswerKind kind;
    const char *parts;
  } cases[] = {{"service=multi&kind=redirect", &DART_STATEMENTS, TWO, ANSWER_TOO_LARGE, "redirect"},
               {"service=multi&kind=redirect", &DART_STATEMENTS, ONE, ANSWER_FAILING, "redirect"},
               {"service=multi&kind=html", &DART_STATEMENTS, TWO, ANSWER_TOO_LARGE, "page"},
               {"service=multi&kind=html", &DART_STATEMENTS, ONE, ANSWER_FAILING, "page"},
               {"service=list&kind=redirect", &DART_FILINGS, "A:K:20241001:20241220:1", ANSWER_FAILING, "redirect"},
               {"service=company&kind=redirect", &DART_COMPANY, "00126380", ANSWER_FAILING, "redirect"},
               {"service=codes&kind=redirect", &DART_CORP_CODES, NULL, ANSWER_FAILING, "redirect"},
               {"service=codes&kind=html", &DART_CORP_CODES, NULL, ANSWER_FAILING, "page"},
               {"service=multi&kind=status&value=500", &DART_STATEMENTS, TWO, ANSWER_FAILING, "500"},
               {"service=multi&kind=status&value=403", &DART_STATEMENTS, TWO, ANSWER_BLOCKED, "403"},
               {"service=multi&kind=status&value=429", &DART_STATEMENTS, TWO, ANSWER_THROTTLED, "429"},
               {"service=multi&kind=cut-json", &DART_STATEMENTS, TWO, ANSWER_FAILING, ""},
               {"service=multi&kind=truncated", &DART_STATEMENTS, TWO, ANSWER_FAILING, ""},
               {"service=multi&kind=reset", &DART_STATEMENTS, TWO, ANSWER_FAILING, ""},
               {"service=multi&kind=bad-utf8", &DART_STATEMENTS, TWO, ANSWER_BROKEN, "UTF-8"},
               {"service=multi&kind=empty", &DART_STATEMENTS, TWO, ANSWER_EMPTY, ""},
               {"service=codes&kind=truncated", &DART_CORP_CODES, NULL, ANSWER_FAILING, ""},
               {"service=codes&kind=cut-json", &DART_CORP_CODES, NULL, ANSWER_FAILING, "zip"},
               {"service=codes&kind=zip-bomb&value=100000000", &DART_CORP_CODES, NULL, ANSWER_BROKEN, "100000000"},
               {"service=codes&kind=zip-member&message=OTHER.xml", &DART_CORP_CODES, NULL, ANSWER_BROKEN, "OTHER.xml"},
               {"service=codes&kind=zip-two", &DART_CORP_CODES, NULL, ANSWER_BROKEN, "2 files"},
               {"service=codes&kind=zip-cut-xml", &DART_CORP_CODES, NULL, ANSWER_FAILING, "CORPCODE.xml"},
               {"service=codes&kind=code&code=020", &DART_CORP_CODES, NULL, ANSWER_SPENT, "020"},
               {"service=codes&kind=code&code=012", &DART_CORP_CODES, NULL, ANSWER_UNAUTHORIZED, "012"},
               {"service=list&kind=code&code=800", &DART_FILINGS, "A:K:20241001:20241220:1", ANSWER_FAILING, "800"},
               {"service=company&kind=code&code=901", &DART_COMPANY, "00126380", ANSWER_UNAUTHORIZED, "901"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[160];
    control(world, "clear");
    snprintf(text, sizeof text, "fault?%s", cases[i].fault);
    control(world, text);
    Answer answer = ask(world, cases[i].feed, cases[i].key);
    if (answer.kind != cases[i].kind)
      fail_msg("%s: %s, %s", cases[i].fault, answer_kind_name(answer.kind), answer.detail);
    dart_assert(&answer, cases[i].kind, cases[i].parts);
  }
}

static void what_is_wrong_with_a_company_is_its_own(void **state) {
  World *world = *state;
  static const struct {
    const char *fault, *parts;
  } cases[] = {{"service=multi&kind=wrong-company", "not asked"},
               {"service=multi&kind=wrong-report", "reprt_code"},
               {"service=multi&kind=two-receipts", "rcept_no"},
               {"service=multi&kind=not-a-number&message=x1", "x1"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[160];
    control(world, "clear");
    snprintf(text, sizeof text, "fault?%s", cases[i].fault);
    control(world, text);
    Answer answer = ask(world, &DART_STATEMENTS, ONE);
    dart_assert(&answer, ANSWER_ROWS, "");
    const FiledReport *filed = answer.payload;
    bool told = false;
    for (size_t k = 0; k < answer.count; k++) told |= is_named(filed[k].trouble, cases[i].parts) && filed[k].trouble[0];
    if (!told) fail_msg("%s is not told", cases[i].fault);
    free(answer.payload);
  }
  control(world, "clear");
  control(world, "fault?service=multi&kind=unbalanced");
  Answer answer = ask(world, &DART_STATEMENTS, ONE);
  const FiledReport *filed = answer.payload;
  size_t faults = 0;
  for (size_t k = 0; k < answer.count; k++) faults += report_fault(&filed[k].report) != NULL;
  assert_true(faults > 0);
  free(answer.payload);
}

/* ---- limits and keys ---- */

static void after_the_days_last_call_nothing_more_is_sent(void **state) {
  World *world = *state;
  Error err = {{0}};
  Answer answers[4] = {{0}};
  Question questions[4];
  control(world, "limits?per_day=2");
  for (size_t i = 0; i < 4; i++)
    questions[i] = (Question){.feed = &DART_COMPANY, .date = DAY_NONE, .key = "00126380", .answer = &answers[i]};
  assert_int_equal(source_fetch(&world->source, questions, 4, &err), STATUS_OK);
  static const AnswerKind kinds[] = {ANSWER_ROWS, ANSWER_ROWS, ANSWER_SPENT, ANSWER_NONE};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(answers[i].kind, kinds[i]);
    free(answers[i].payload);
  }
  assert_int_equal(replay_run_calls(&world->run, "calls"), 3);
}

static void another_key_is_refused(void **state) {
  World *world = *state;
  open_source(world, "0123456789012345678901234567890123456789");
  assert_answers(world, &DART_COMPANY, "00126380", ANSWER_UNAUTHORIZED, "010");
  assert_answers(world, &DART_CORP_CODES, NULL, ANSWER_UNAUTHORIZED, "010");
}

/* A server that repeats the whole address, query and all, in a redirect, in words of its own, in a page. */
static void no_answer_shows_a_piece_of_the_key(void **state) {
  World *world = *state;
  static const char *const answers[] = {
      "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example{path}\r\nContent-Length: 0\r\nConnection: "
      "close\r\n\r\n",
      "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n{\"status\":\"{path}\",\"message\":\"{path}\"}",
      "HTTP/1.1 200 OK\r\nConnection: "
      "close\r\n\r\n{\"status\":\"000\",\"list\":[{\"corp_code\":\"00126380\",\"fs_div\":\"{path}\"}]}",
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\":\"000\",\"corp_code\":\"{path}\"}",
      "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/" KEY_TEXT "\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\":\"000\",\"list\":[{\"corp_code\":\"00126380\","
      "\"fs_div\":\"" KEY_TEXT "\"}]}",
      "HTTP/1.1 308 Moved\r\nLocation: http://elsewhere.example/" KEY_TEXT "\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 {path}\r\n\r\n"};
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    TinyHttp server;
    char log[] = "/tmp/closebell-dart-XXXXXX", url[64];
    int fd = mkstemp(log);
    assert_true(fd >= 0 && close(fd) == 0 && tiny_http_start(&server, answers[i], log));
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    open_at(world, url, KEY);
    Answer one = ask(world, &DART_COMPANY, "00126380"), several = ask(world, &DART_STATEMENTS, TWO);
    for (size_t length = 8, at_piece = 0; at_piece + length <= sizeof KEY - 1; at_piece++) {
      char piece[16];
      snprintf(piece, sizeof piece, "%.*s", (int)length, KEY + at_piece);
      assert_null(strstr(one.detail, piece));
      assert_null(strstr(several.detail, piece));
    }
    assert_true(one.detail[0] != '\0' && several.detail[0] != '\0');
    assert_int_equal(several.kind == ANSWER_MISDIRECTED, strstr(answers[i], "Moved") != NULL);
    free(one.payload);
    free(several.payload);
    tiny_http_stop(&server);
    unlink(log);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_list_of_companies_has_each_with_a_stock_code, each),
      cmocka_unit_test_setup(a_profile_says_when_the_fiscal_year_ends, each),
      cmocka_unit_test_setup(all_pages_together_are_the_list, each),
      cmocka_unit_test_setup(every_amount_arrives_as_it_was_filed, each),
      cmocka_unit_test_setup(a_batch_that_is_too_large_is_answered_in_halves, each),
      cmocka_unit_test_setup(each_fault_is_judged, each),
      cmocka_unit_test_setup(what_is_wrong_with_a_company_is_its_own, each),
      cmocka_unit_test_setup(after_the_days_last_call_nothing_more_is_sent, each),
      cmocka_unit_test_setup(another_key_is_refused, each),
      cmocka_unit_test_setup(no_answer_shows_a_piece_of_the_key, each),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
