/* No memory, at every single allocation of the pure modules: an error that says so, nothing leaked, nothing half done.
 * What comes from outside is in test_memory_answers.c. */
#include "market_rows.h"

#include <closebell/company/dividend_text.h>
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
#include <closebell/strategy/strategies.h>

#include "malloc_fault_piece.h"
#include "session_equal.h"

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

/* ---- closures, missing days ---- */

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

/* ---- an evening ---- */

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

/* ---- dividends ---- */

static const char DIVIDENDS_OF[] = "005930";
static TextBuffer dividends_text; /* written before memory runs out */

static void write_dividends(void) {
  Dividends dividends = {.ticker = "005930"};
  Dividend dividend = {.dps = 1446, .payout_percent = 29.2, .yield_percent = 1.9, .has_total = true, .total = 7};
  const DividendAsked asked = {2024, 12, "20250311001085", day_of("2025-03-12")};
  assert_true(dividend_id_parse("2024-12-31:annual:common:20250311001085", &dividend));
  assert_int_equal(dividends_put(&dividends, &dividend), STATUS_OK);
  assert_int_equal(dividends_note_asked(&dividends, &asked), STATUS_OK);
  dividend_text_encode(&dividends, &dividends_text);
  dividends_free(&dividends);
}

static Status read_dividends(Error *err) {
  Dividends dividends = {0};
  Status status = dividend_text_decode(dividends_text.data, DIVIDENDS_OF, &dividends, err);
  assert_int_equal(dividends.count, status == STATUS_OK ? 1 : 0);
  dividends_free(&dividends);
  return status;
}

/* Dividends that are damaged are passed over; those that there is no memory for must not be. */
static void dividends_without_memory_are_not_damaged(void **state) {
  (void)state;
  write_dividends();
  check_piece(read_dividends, 2);
  text_buffer_free(&dividends_text);
}

/* ---- strategies ---- */

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
      cmocka_unit_test(files_of_sessions_are_read_and_written_whole_or_not_at_all),
      cmocka_unit_test(an_evening_is_a_session_or_none),
      cmocka_unit_test(dividends_without_memory_are_not_damaged),
      cmocka_unit_test(strategies_are_all_loaded_or_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
