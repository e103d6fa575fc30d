/* No memory, at every single allocation of the pure modules, of the settings and of the parser: an error that says so,
 * nothing leaked, nothing half done; or, in one place, the end of the process. */
#include "market_rows.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <closebell/base/config.h>
#include <closebell/base/output.h>
#include <closebell/market/adjustment.h>
#include <closebell/market/archive.h>
#include <closebell/market/closures.h>
#include <closebell/market/filter_history.h>
#include <closebell/market/panel.h>
#include <closebell/market/session_csv.h>
#include <closebell/market/universe.h>
#include <closebell/plan/chosen.h>
#include <closebell/plan/evening.h>
#include <closebell/plan/work.h>
#include <closebell/source/dart.h>
#include <closebell/source/kis_parse.h>
#include <closebell/source/krx.h>
#include <closebell/strategy/strategies.h>

#include <jansson.h>

#include "malloc_fault.h"
#include "session_equal.h"

/* Does its work, gives back what it allocated, and returns how the work ended. */
typedef Status Piece(Error *err);

enum { ALLOCATIONS_MAX = 5000 };

/* Fails the first allocation, the second, ... until the piece ends without having met the failure. Returns how many
 * failures it met. */
static long fail_each(Piece *piece, MallocFaultMode mode) {
  for (long at = 1; at < ALLOCATIONS_MAX; at++) {
    Error err = {{0}};
    malloc_fault_begin(at, mode);
    Status status = piece(&err);
    bool met = malloc_fault_end(NULL);
    if (malloc_fault_blocks() != 0) fail_msg("allocation %ld: %zu blocks leaked", at, malloc_fault_blocks());
    if (!met) {
      if (status != STATUS_OK) fail_msg("with all the memory it wants: %s", err.text);
      return at - 1;
    }
    if (status != STATUS_NO_MEMORY) fail_msg("allocation %ld: %s %s", at, status_name(status), err.text);
  }
  fail_msg("more than %d allocations", ALLOCATIONS_MAX);
  return 0;
}

/* Both ways, and at least so many. */
static void check_piece(Piece *piece, long at_least) {
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++)
    assert_in_range(fail_each(piece, (MallocFaultMode)mode), at_least, ALLOCATIONS_MAX);
}

/* ---- sessions, archive, universe, panel ---- */

enum { STOCKS = 40, SESSIONS = 30 };

static StockRow made_row(int stock, int session) {
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "%06d", stock * 10);
  return row_of(ticker, 1000 + 10 * stock + session);
}

/* Rows added one by one. */
static Status make_session(int number, Session *ret_session, Error *err) {
  Session session = {.date = day_of("2025-01-06") + 7 * (number / 5) + number % 5, .markets = 1};
  Status status = STATUS_OK;
  for (int i = 0; i < STOCKS && status == STATUS_OK; i++) {
    StockRow row = made_row(i, number);
    status = session_add(&session, &row);
  }
  if (status == STATUS_OK) status = session_seal(&session, err);
  if (status == STATUS_OK)
    *ret_session = session;
  else
    session_free(&session);
  return status;
}

static Status add_rows(Error *err) {
  Session session = {0};
  Status status = make_session(0, &session, err);
  if (status == STATUS_OK) assert_int_equal(session.count, STOCKS);
  session_free(&session);
  return status;
}

/* Made without failures, for pieces that begin behind it. */
static Session given_session(int number) {
  Session session = {0};
  Error err = {{0}};
  malloc_fault_pause();
  assert_int_equal(make_session(number, &session, &err), STATUS_OK);
  malloc_fault_resume();
  return session;
}

/* That the blob could not be made smaller is no failure. */
static Status encode(Error *err) {
  Session session = given_session(0);
  uint8_t *untouched = (uint8_t *)&session, *blob = untouched;
  size_t size = 0;
  Status status = archive_encode(&session, &blob, &size, err);
  if (status == STATUS_OK)
    free(blob);
  else
    assert_ptr_equal(blob, untouched);
  if (status == STATUS_NO_MEMORY && strstr(err->text, "out of memory") == NULL) fail_msg("%s", err->text);
  session_free(&session);
  return status;
}

static Status decode(Error *err) {
  Session session = given_session(0), back = {0};
  uint8_t *blob = NULL;
  size_t size = 0;
  malloc_fault_pause();
  assert_int_equal(archive_encode(&session, &blob, &size, err), STATUS_OK);
  malloc_fault_resume();
  Status status = archive_decode(blob, size, session.date, &back, err);
  if (status == STATUS_OK)
    assert_true(session_equal(&session, &back));
  else
    assert_null(back.rows);
  if (status == STATUS_NO_MEMORY && strstr(err->text, "out of memory") == NULL) fail_msg("%s", err->text);
  session_free(&back);
  session_free(&session);
  free(blob);
  return status;
}

static const EntryFilter FILTER = {.markets = 1, .min_market_cap = 1, .exit_market_cap = 1, .exit_sessions = 3};

/* A step that found no memory has changed nothing. */
static Status step_universe(Error *err) {
  (void)err;
  Session older = given_session(0), newer = given_session(1);
  const size_t begun = STOCKS - 5;
  UniverseCounts counts;
  Universe universe = {0}, copy = {0};
  size_t all = older.count;
  older.count = begun; /* the rest is new in the second session */
  Status status = universe_begin(&universe, (const Session *const[]){&older}, 1, &FILTER, older.date, &counts);
  older.count = all;
  if (status == STATUS_OK) {
    const Session *window[] = {&newer, &older};
    status = universe_step(&universe, window, 2, &FILTER, older.date, &counts);
    assert_int_equal(universe.count, status == STATUS_OK ? STOCKS : begun);
  }
  if (status == STATUS_OK) status = universe_copy(&copy, &universe);
  universe_free(&copy);
  universe_free(&universe);
  session_free(&older);
  session_free(&newer);
  return status;
}

static Status fill_panel(Panel *panel) {
  Status status = STATUS_OK;
  for (int i = 0; i < SESSIONS && status == STATUS_OK; i++) {
    Session session = given_session(i);
    size_t before = panel->session_count;
    status = panel_add(panel, &session, false);
    assert_int_equal(panel->session_count, before + (status == STATUS_OK));
    session_free(&session);
  }
  return status;
}

static Status gather_and_adjust(Error *err) {
  (void)err;
  static const char *const TICKERS[] = {"000000", "000010", "000390"};
  Panel panel = {0};
  AdjustedSeries adjusted = {0};
  Status status = panel_init(&panel, TICKERS, 3);
  if (status == STATUS_OK) status = fill_panel(&panel);
  if (status == STATUS_OK) status = panel_adjust(&panel, panel_find(&panel, "000010"), DAY_NONE, &adjusted);
  if (status == STATUS_OK) assert_int_equal(adjusted.count, SESSIONS);
  adjusted_free(&adjusted);
  panel_free(&panel);
  return status;
}

static void sessions_are_added_or_refused(void **state) {
  (void)state;
  check_piece(add_rows, 3);
}

static void an_archive_is_written_whole_or_not_at_all(void **state) {
  (void)state;
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    int refused = 0, done = 0;
    for (long at = 1; at <= 4; at++) {
      Error err = {{0}};
      malloc_fault_begin(at, (MallocFaultMode)mode);
      Status status = encode(&err);
      bool met = malloc_fault_end(NULL);
      assert_int_equal(malloc_fault_blocks(), 0);
      assert_true(status == STATUS_OK || (met && status == STATUS_NO_MEMORY));
      refused += status == STATUS_NO_MEMORY;
      done += status == STATUS_OK;
    }
    /* Content and blob are needed; that the blob cannot be made smaller costs a little room. */
    assert_int_equal(refused, 2);
    assert_int_equal(done, 2);
  }
}

static void an_archive_is_read_whole_or_not_at_all(void **state) {
  (void)state;
  check_piece(decode, 2);
}

static void a_universe_steps_or_stays(void **state) {
  (void)state;
  check_piece(step_universe, 3);
}

static void a_panel_grows_by_a_session_or_not_at_all(void **state) {
  (void)state;
  check_piece(gather_and_adjust, 10);
}

/* ---- closures, missing days, settings ---- */

static Status builtin_closures(Error *err) {
  Closures closures = {0};
  Status status = closures_builtin(&closures, err);
  if (status == STATUS_OK)
    assert_true(closures.count > 100);
  else
    assert_null(closures.items);
  closures_free(&closures);
  return status;
}

static Status closures_of_a_file(Error *err) {
  Closures closures = {0};
  Status status =
      closures_parse(&closures, "c.csv", "date,reason\n2024-10-01,a\n2024-10-02,b\n2024-10-03,c\n2024-10-04,d\n", err);
  if (status == STATUS_NO_MEMORY && strstr(err->text, "c.csv:2") == NULL) fail_msg("%s", err->text);
  closures_free(&closures);
  return status;
}

static Status missing_days(Error *err) {
  (void)err;
  Day *dates = NULL;
  size_t count = 0;
  Status status = work_missing(NULL, 0, day_of("2025-01-06"), day_of("2025-03-06"), &dates, &count);
  if (status == STATUS_OK) assert_int_equal(count, 44);
  free(dates);
  return status;
}

static void closures_are_known_or_the_run_ends(void **state) {
  (void)state;
  check_piece(builtin_closures, 3);
  check_piece(closures_of_a_file, 1);
}

static void missing_days_are_found_or_the_run_ends(void **state) {
  (void)state;
  check_piece(missing_days, 1);
}

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

/* ---- files of sessions ---- */

static Status write_and_read_csv(Error *err) {
  Session session = {0}, again = {0};
  TextBuffer text = {0};
  Status status = make_session(0, &session, err);
  if (status == STATUS_OK) session_csv_format(&session, &text);
  if (status == STATUS_OK && text.failed) status = STATUS_NO_MEMORY;
  if (status == STATUS_OK) status = session_csv_parse(text.data, text.length, session.date, &again, err);
  if (status == STATUS_OK) assert_true(again.count == STOCKS);
  session_free(&session);
  session_free(&again);
  text_buffer_free(&text);
  return status;
}

static Status gather_factors(Error *err) {
  Adjustment adjustment = {0};
  Status status = STATUS_OK;
  for (int i = 0; i < SESSIONS && status == STATUS_OK; i++) {
    Session session = {0};
    status = make_session(i, &session, err);
    if (status == STATUS_OK) status = adjustment_add(&adjustment, &session, false);
    session_free(&session);
  }
  adjustment_finish(&adjustment);
  adjustment_free(&adjustment);
  return status;
}

static Status read_filters(Error *err) {
  FilterHistory history = {0};
  static const char text[] =
      "2025-03-04 markets=KOSPI cap=1 exit_cap=1 exit_sessions=20 exclude=- sessions=0 value=0\n"
      "2025-03-05 markets=KOSPI cap=2 exit_cap=1 exit_sessions=20 exclude=- sessions=0 value=0\n";
  Status status = filter_history_parse(text, &history, err);
  filter_history_free(&history);
  return status;
}

static void files_of_sessions_are_read_and_written_whole_or_not_at_all(void **state) {
  (void)state;
  check_piece(write_and_read_csv, 10);
  check_piece(gather_factors, 100);
  check_piece(read_filters, 1);
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

/* ---- an evening, and what a broker answers ---- */

static Status choose_stocks(Error *err) {
  ChosenFrom from = {.set = 1 << CHOSEN_WATCHLISTS};
  TickerList chosen = {0};
  Status status = STATUS_OK;
  for (int i = 0; i < STOCKS && status == STATUS_OK; i++) {
    StockRow row = made_row(i, 1);
    status = ticker_list_add(&from.sources[CHOSEN_WATCHLISTS], row.ticker, err);
  }
  ticker_list_settle(&from.sources[CHOSEN_WATCHLISTS]);
  if (status == STATUS_OK) status = chosen_stocks(&from, NULL, &chosen, err);
  ticker_list_free(&from.sources[CHOSEN_WATCHLISTS]);
  ticker_list_free(&chosen);
  return status;
}

/* Each stock as it closed, a won above the day before. */
static size_t quote_session(const Session *session, Quote *quotes) {
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    quotes[i] = (Quote){.open = row->close + 1,
                        .high = row->close + 1,
                        .low = row->close + 1,
                        .close = row->close + 1,
                        .base_price = row->close,
                        .volume = 7,
                        .value = 7};
    text_copy(quotes[i].ticker, sizeof quotes[i].ticker, row->ticker);
  }
  return session->count;
}

static Status judge_evening(Error *err) {
  static Quote quotes[STOCKS];
  Session archived = {0}, session = {0};
  EveningVerdict verdict = {0};
  Status status = make_session(1, &archived, err);
  if (status != STATUS_OK) return status;
  Day date = archived.date + 1;
  Quotes all = {quotes, quote_session(&archived, quotes)};
  EveningFacts facts = {.date = date,
                        .archived = &archived,
                        .window = {941, 958},
                        .begun = instant_from_kst(date, 942),
                        .ended = instant_from_kst(date, 944),
                        .read = all,
                        .again = all};
  status = evening_judge(&facts, &session, &verdict, err);
  assert_true(status != STATUS_OK || (verdict.kind == EVENING_GOOD && session.count == STOCKS));
  session_free(&session);
  session_free(&archived);
  return status;
}

static void an_evening_is_a_session_or_none(void **state) {
  (void)state;
  check_piece(choose_stocks, 2);
  check_piece(judge_evening, 4);
}

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

static void a_line_is_too_long_without_memory_and_there(void **state) {
  (void)state;
  check_piece(print_long_line, 1);
}

/* The shipped strategies, and an own folder that is not there. */
static Status load_strategies(Error *err) {
  Strategies strategies = {0};
  Status status = strategies_load(TEST_STRATEGIES, "/nowhere", &strategies, err);
  if (status != STATUS_OK) assert_null(strategies.items);
  strategies_free(&strategies);
  return status;
}

static void strategies_are_all_loaded_or_none(void **state) {
  (void)state;
  check_piece(load_strategies, 5);
}

/* The loops above would also end if the shim did nothing. */
static void the_shim_fails_what_it_is_told_to(void **state) {
  (void)state;
  long count = 0;
  malloc_fault_begin(2, MALLOC_FAILS_ONCE);
  void *first = malloc(10), *second = calloc(1, 10), *third = strdup("x");
  assert_true(malloc_fault_end(&count));
  assert_true(first != NULL && second == NULL && third != NULL);
  assert_int_equal(count, 3);
  assert_int_equal(malloc_fault_blocks(), 2);
  free(first);
  free(third);
  assert_int_equal(malloc_fault_blocks(), 0);
  malloc_fault_begin(1, MALLOC_FAILS_FROM_THEN_ON);
  first = malloc(10), second = realloc(NULL, 10);
  assert_true(malloc_fault_end(&count));
  assert_true(first == NULL && second == NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shim_fails_what_it_is_told_to),
      cmocka_unit_test(sessions_are_added_or_refused),
      cmocka_unit_test(an_archive_is_written_whole_or_not_at_all),
      cmocka_unit_test(an_archive_is_read_whole_or_not_at_all),
      cmocka_unit_test(a_universe_steps_or_stays),
      cmocka_unit_test(a_panel_grows_by_a_session_or_not_at_all),
      cmocka_unit_test(closures_are_known_or_the_run_ends),
      cmocka_unit_test(missing_days_are_found_or_the_run_ends),
      cmocka_unit_test(a_wrong_setting_is_refused_without_memory_too),
      cmocka_unit_test(a_settings_file_is_read_or_the_run_ends),
      cmocka_unit_test(an_answer_without_memory_is_no_answer),
      cmocka_unit_test(files_of_sessions_are_read_and_written_whole_or_not_at_all),
      cmocka_unit_test(an_evening_is_a_session_or_none),
      cmocka_unit_test(a_brokers_answer_is_read_or_fails),
      cmocka_unit_test(a_disclosure_is_read_or_fails),
      cmocka_unit_test(a_line_is_too_long_without_memory_and_there),
      cmocka_unit_test(strategies_are_all_loaded_or_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
