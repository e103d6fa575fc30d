/* The replay server's index services over real HTTP, read by the parser: they are honest, and lie as they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/krx.h>
#include <closebell/source/krx_index_parse.h>

#include "krx_replay_run.h"
#include "market_rows.h"

static const char KEY[] = "a-key";
static const char *const DAILY_PATHS[] = {"/svc/apis/sto/stk_bydd_trd", "/svc/apis/sto/ksq_bydd_trd"};

static int start_server(void **state) {
  static ReplayRun run;
  static const char *const arguments[] = {"--raw",     TEST_DATA "/raw-2023",    "--days", TEST_DATA "/days",
                                          "--listing", TEST_DATA "/listing.csv", "--key",  KEY,
                                          NULL};
  assert_true(replay_run_start(&run, KRX_REPLAY, arguments));
  *state = &run;
  return 0;
}

static int stop_server(void **state) { return replay_run_stop(*state) ? 0 : -1; }

static int clear_faults(void **state) {
  char answer[512];
  return replay_run_control(*state, "POST /control/clear", answer, sizeof answer) ? 0 : -1;
}

static char *ask(const ReplayRun *run, const char *service, Day date, int *ret_status) {
  char path[128], day[DAY_TEXT_SIZE];
  snprintf(path, sizeof path, "%s?basDd=%s", service, day_format_compact(date, day));
  char *body = replay_run_ask(run, path, KEY, ret_status);
  if (body == NULL) fail_msg("no answer to %s", path);
  return body;
}

static KrxIndexAnswer ask_index(const ReplayRun *run, Day date, Market market) {
  KrxIndexAnswer answer;
  KrxIndexQuestion asked = {.date = date, .market = market, .wanted = INDEX_SET_ALL};
  int status = 0;
  char *body = ask(run, krx_index_path(market), date, &status);
  krx_parse_index(body, strlen(body), status, &asked, &answer);
  free(body);
  return answer;
}

static KrxIndexAnswer rows_of_index(const ReplayRun *run, Day date, Market market) {
  KrxIndexAnswer answer = ask_index(run, date, market);
  if (answer.said.kind != ANSWER_ROWS) fail_msg("%s: %s", day_text(date).text, answer.said.detail);
  return answer;
}

static MarketTotals served_sum(const ReplayRun *run, Day date, Market market) {
  MarketAnswer answer;
  MarketTotals summed = {0};
  int status = 0;
  char *body = ask(run, DAILY_PATHS[market], date, &status);
  krx_parse_daily(body, strlen(body), status, date, market, &answer);
  free(body);
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_true(market_totals_sum(answer.rows, answer.count, market, &summed));
  free(answer.rows);
  return summed;
}

static void assert_honest(const ReplayRun *run, Day date) {
  for (Market market = MARKET_KOSPI; market <= MARKET_KOSDAQ; market++) {
    char text[MARKET_TOTALS_TEXT_SIZE];
    MarketTotals summed = served_sum(run, date, market);
    KrxIndexAnswer answer = rows_of_index(run, date, market);
    assert_true(summed.rows > 10 && summed.volume > 0);
    assert_string_equal(market_totals_difference(market, &summed, &answer.totals, text), "");
  }
}

static void the_totals_are_the_sum_of_what_is_served(void **state) {
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) assert_honest(*state, day_of(RAW_DATES[i]));
  assert_honest(*state, day_of("2024-01-04")); /* prices alone: value and market cap are worked out */
  assert_honest(*state, day_of("2025-04-30"));
}

static IndexDay index_day(const ReplayRun *run, Day date) {
  IndexDay day = rows_of_index(run, date, MARKET_KOSPI).day;
  IndexDay other = rows_of_index(run, date, MARKET_KOSDAQ).day;
  day.rows[INDEX_KOSDAQ] = other.rows[INDEX_KOSDAQ];
  day.has |= other.has;
  assert_int_equal(day.has, INDEX_SET_ALL);
  return day;
}

static void the_indices_link_from_session_to_session(void **state) {
  IndexDay last = index_day(*state, day_of(RAW_DATES[0])), older = {0};
  for (size_t i = 1; i < RAW_DATE_COUNT; i++) {
    IndexDay day = index_day(*state, day_of(RAW_DATES[i]));
    assert_int_equal(index_day_gap(&last, &day), INDEX_GAP_NONE_MISSING);
    if (i > 1) assert_int_equal(index_day_gap(&older, &day), INDEX_GAP_SESSION_MISSING);
    older = last;
    last = day;
  }
}

static void a_day_without_a_session_is_empty(void **state) {
  assert_int_equal(ask_index(*state, day_of("2023-01-23"), MARKET_KOSPI).said.kind, ANSWER_EMPTY);
  assert_int_equal(ask_index(*state, day_of("2023-01-07"), MARKET_KOSDAQ).said.kind, ANSWER_EMPTY);
}

static void a_service_without_approval_refuses_that_service_alone(void **state) {
  assert_true(replay_run_fault(*state, "kind=not-approved&market=index-KOSPI"));
  KrxIndexAnswer answer = ask_index(*state, day_of(RAW_DATES[0]), MARKET_KOSPI);
  assert_int_equal(answer.said.kind, ANSWER_UNAUTHORIZED);
  assert_true(answer.not_approved);
  assert_true(served_sum(*state, day_of(RAW_DATES[0]), MARKET_KOSPI).rows > 0);
  assert_int_equal(ask_index(*state, day_of(RAW_DATES[0]), MARKET_KOSDAQ).said.kind, ANSWER_ROWS);
}

static void totals_may_be_off_by_a_share(void **state) {
  Day date = day_of(RAW_DATES[3]);
  assert_true(replay_run_fault(*state, "kind=totals&market=index-KOSDAQ&date=2023-01-05"));
  MarketTotals summed = served_sum(*state, date, MARKET_KOSDAQ);
  MarketTotals told = rows_of_index(*state, date, MARKET_KOSDAQ).totals;
  assert_int_equal(told.volume, summed.volume + 1);
  assert_int_equal(told.value, summed.value);
  assert_true(replay_run_fault(*state, "kind=totals&market=index-KOSPI&date=2023-01-05&value=500"));
  summed = served_sum(*state, date, MARKET_KOSPI);
  assert_int_equal(rows_of_index(*state, date, MARKET_KOSPI).totals.volume, summed.volume + 500);
}

static void a_half_answer_of_stocks_leaves_the_totals_whole(void **state) {
  Day date = day_of(RAW_DATES[3]);
  assert_true(replay_run_fault(*state, "kind=half&market=KOSPI"));
  MarketTotals summed = served_sum(*state, date, MARKET_KOSPI);
  MarketTotals told = rows_of_index(*state, date, MARKET_KOSPI).totals;
  assert_false(market_totals_agree(&summed, &told));
  assert_true(told.market_cap > summed.market_cap);
}

static void the_index_days_lie_as_they_are_told(void **state) {
  Day date = day_of("2023-01-25");
  IndexDay before = index_day(*state, day_of("2023-01-20"));
  assert_true(replay_run_fault(*state, "kind=unlinked&market=index-KOSPI&times=1"));
  IndexDay day = index_day(*state, date);
  assert_int_equal(index_day_gap(&before, &day), INDEX_GAP_SESSION_MISSING);
  static const struct {
    const char *fault;
    AnswerKind kind;
  } CASES[] = {{"kind=empty", ANSWER_EMPTY},
               {"kind=wrong-date", ANSWER_BROKEN},
               {"kind=duplicate", ANSWER_BROKEN},
               {"kind=html", ANSWER_BLOCKED},
               {"kind=cut-json", ANSWER_FAILING},
               {"kind=shape", ANSWER_BROKEN},
               {"kind=status&value=503", ANSWER_FAILING}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char fault[128];
    snprintf(fault, sizeof fault, "%s&market=index-KOSPI&times=1", CASES[i].fault);
    assert_true(replay_run_fault(*state, fault));
    KrxIndexAnswer answer = ask_index(*state, date, MARKET_KOSPI);
    if (answer.said.kind != CASES[i].kind) fail_msg("%s: %s", fault, answer.said.detail);
  }
  assert_true(replay_run_fault(*state, "kind=repeat&market=index-KOSPI&times=1"));
  KrxIndexAnswer repeated = rows_of_index(*state, date, MARKET_KOSPI);
  assert_true(index_row_equal(&repeated.day.rows[INDEX_KOSPI], &before.rows[INDEX_KOSPI]));
}

static void questions_are_counted_by_service(void **state) {
  char answer[512];
  assert_true(replay_run_control(*state, "POST /control/forget-calls", answer, sizeof answer));
  ask_index(*state, day_of(RAW_DATES[0]), MARKET_KOSPI);
  ask_index(*state, day_of(RAW_DATES[1]), MARKET_KOSPI);
  assert_int_equal(replay_run_calls(*state, "/svc/apis/idx/kospi_dd_trd"), 2);
  assert_int_equal(replay_run_calls(*state, "/svc/apis/idx/kosdaq_dd_trd"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_totals_are_the_sum_of_what_is_served, clear_faults),
      cmocka_unit_test_setup(the_indices_link_from_session_to_session, clear_faults),
      cmocka_unit_test_setup(a_day_without_a_session_is_empty, clear_faults),
      cmocka_unit_test_setup(a_service_without_approval_refuses_that_service_alone, clear_faults),
      cmocka_unit_test_setup(totals_may_be_off_by_a_share, clear_faults),
      cmocka_unit_test_setup(a_half_answer_of_stocks_leaves_the_totals_whole, clear_faults),
      cmocka_unit_test_setup(the_index_days_lie_as_they_are_told, clear_faults),
      cmocka_unit_test_setup(questions_are_counted_by_service, clear_faults),
  };
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
