/* Dividends in simulated history: asked for where reports came, back-filled, corrected, given late, through outages and
 * deaths. Whatever happens, a day that is completed has those of all annual reports, and what comes late is announced.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/report_merge.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/report_work.h>
#include <closebell/store/restatements.h>

#include "dart_case.h"
#include "sim_rival.h"

static const char ARCHIVE[] = "system_info.dividend_archive";

static SimDart *begin(void **state) {
  SimDart *dart = sim_dart_new(((SimCase *)*state)->world);
  dart->pays = true;
  return dart;
}

/* ---- what is there ---- */

static const char *state_of(const SimDart *dart, Day date) { return dataset_state(dart, date, "dividends"); }

static CompanyBook book_of(const SimDart *dart) {
  const Db *db = &dart->world->view;
  CompanyBook book = {0};
  Error err = {{0}};
  if (company_book_load(db, &book, &err) != STATUS_OK ||
      dividend_book_read(db, NULL, NULL, &book.dividends, &err) != STATUS_OK)
    fail_msg("%s", err.text);
  return book;
}

static size_t dividends_in(const SimDart *dart) {
  CompanyBook book = book_of(dart);
  size_t count = 0;
  for (size_t i = 0; i < book.dividends.count; i++) count += book.dividends.items[i].count;
  company_book_free(&book);
  return count;
}

static size_t stock_of(const SimDart *dart, const char *ticker) {
  size_t stock = 0;
  while (strcmp(dart->stocks[stock].ticker, ticker) != 0) stock++;
  return stock;
}

/* The filing of that receipt number, as the service has it. */
static SimFiling filing_of(const SimDart *dart, size_t stock, const Dividend *dividend) {
  int year, month, day;
  SimFiling filings[SIM_FILINGS_MAX];
  day_to_ymd(dividend->period_end, &year, &month, &day);
  size_t count = sim_dart_filings(dart, stock, (ReportTerm){year, dividend->kind}, filings);
  for (size_t i = 0; i < count; i++)
    if (strcmp(filings[i].rcept_no, dividend->rcept_no) == 0) return filings[i];
  fail_msg("%s: nobody filed %s", dart->stocks[stock].ticker, dividend->rcept_no);
  return filings[0];
}

static void check_one(const SimDart *dart, const char *ticker, const Dividend *dividend) {
  size_t stock = stock_of(dart, ticker);
  SimFiling filing = filing_of(dart, stock, dividend);
  FiledDividends said = sim_dart_dividends(dart, stock, &filing);
  assert_true(dividend->stock < said.count && dividend->filed <= today(dart));
  assert_true(instant_kst_day(dividend->first_seen_utc) >= sim_dart_pays_given(stock, &filing));
  if (dividend->version == 1 && !dart->pays_lied)
    assert_true(dividend_same_values(dividend, &said.items[dividend->stock]));
}

/* Every archived dividend is a document of dividend_data, and what DART said. */
static void check_stored(const SimDart *dart) {
  CompanyBook book = book_of(dart);
  Day open = 0;
  Error err = {{0}};
  for (size_t i = 0; i < book.dividends.count; i++) {
    Dividends stored = {0};
    const Dividends *archived = &book.dividends.items[i];
    if (dividend_data_read(&dart->world->view, archived->ticker, NULL, NULL, &stored, &err) != STATUS_OK)
      fail_msg("%s", err.text);
    if (stored.count != archived->count)
      fail_msg("%s: %zu dividends archived, %zu stored", archived->ticker, archived->count, stored.count);
    for (size_t k = 0; k < stored.count; k++) {
      assert_int_equal(dividend_compare(&stored.items[k], &archived->items[k]), 0);
      assert_true(dividend_same_values(&stored.items[k], &archived->items[k]));
      check_one(dart, archived->ticker, &stored.items[k]);
    }
    dividends_free(&stored);
  }
  company_book_free(&book);
  assert_int_equal(report_work_read_dividends(&dart->world->view, &open, &err), STATUS_OK);
  assert_int_equal(open, DAY_NONE);
}

/* On that day the service had it, or it had ten days for it. */
static bool may_lack(const SimDart *dart, size_t stock, const Report *report, Day date) {
  const Dividend of = {.period_end = report->period_end, .kind = report->kind};
  Dividend named = of;
  memcpy(named.rcept_no, report->rcept_no, sizeof named.rcept_no);
  SimFiling filing = filing_of(dart, stock, &named);
  if (!sim_dart_pays_known(dart, stock, &filing)) return report_filed(report) < date - DART_GIVES_UP_DAYS;
  return sim_dart_pays_given(stock, &filing) > date && report_filed(report) < date - DART_GIVES_UP_DAYS;
}

/* A completed day: each annual report that is there, and whose year is kept, has its dividends. */
static void check_completed(const SimDart *dart, Day date) {
  CompanyBook book = book_of(dart);
  int this_year, month, day;
  day_to_ymd(date, &this_year, &month, &day);
  for (size_t i = 0; i < book.count; i++)
    for (size_t k = 0; k < book.items[i].count; k++) {
      const Report *report = &book.items[i].items[k];
      int year;
      day_to_ymd(report->period_end, &year, &month, &day);
      if (report->kind != REPORT_ANNUAL || year < this_year - (int)dart->world->config.dart.years) continue;
      if (dividends_have(dividend_book_find(&book.dividends, book.items[i].ticker), year, month, report->rcept_no))
        continue;
      if (!may_lack(dart, stock_of(dart, book.items[i].ticker), report, date))
        fail_msg("%s is completed without the dividends of %s", day_text(date).text, report->rcept_no);
    }
  company_book_free(&book);
}

/* What came after a session that was there before it is announced from the day on which it counts. */
static void check_announced(const SimDart *dart, Instant since, Day newest) {
  CompanyBook book = book_of(dart);
  Restatements list = {0};
  Error err;
  assert_int_equal(restatements_load(&dart->world->view, 0, &list, &err), STATUS_OK);
  for (size_t i = 0; i < book.dividends.count; i++)
    for (size_t k = 0; k < book.dividends.items[i].count; k++) {
      const Dividend *dividend = &book.dividends.items[i].items[k];
      bool announced = dividend->first_seen_utc < since || dividend->filed + 1 > newest;
      for (size_t r = 0; r < list.count && !announced; r++)
        announced = list.items[r].at_utc >= dividend->first_seen_utc && list.items[r].from <= dividend->filed + 1;
      if (!announced) fail_msg("%s came late, and nobody was told", dividend->rcept_no);
    }
  restatements_free(&list);
  company_book_free(&book);
}

/* ---- the cases ---- */

static void the_reports_that_are_there_bring_their_dividends_once(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  set_up(dart);
  size_t told = restatements_in(dart);
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_true(dart->dividends >= 16 && dividends_in(dart) > 12);
  assert_int_equal(restatements_in(dart), told + 2); /* of reports, and of dividends */
  assert_string_equal(state_of(dart, today(dart)), "completed");
  check_stored(dart);
  check_completed(dart, today(dart));
  check_announced(dart, 0, c->market->sessions[c->newest].date);
  sim_case_wait_for(c, 1);
  update(dart);
  long again = dart->dividends;
  assert_true(again < 12); /* each company's newest, in another month at most */
  assert_string_equal(state_of(dart, today(dart)), "completed");
  update(dart);
  assert_int_equal(dart->calls, 0);
  sim_dart_free(dart);
}

static void without_reports_nothing_is_asked(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  assert_int_equal(dart->dividends, 0);
  assert_int_equal(dividends_in(dart), 0);
  sim_dart_free(dart);
}

static void a_back_fill_beyond_the_allowance_goes_on_the_next_day(void **state) {
  SimDart *dart = begin(state);
  size_t days = 1, waited = 0;
  set_up(dart);
  dart->pays = false;
  back_fill(dart);
  dart->pays = true;
  dart->beside.items[0].terms.calls_per_day = dart->beside.items[0].terms.calls_per_run = 15;
  for (; days < 30; days++) {
    sim_world_pass(dart->world, MS_OF_DAY);
    update(dart);
    assert_true(dart->calls <= 15);
    check_stored(dart);
    if (strcmp(state_of(dart, today(dart)), "completed") == 0) break;
    assert_string_equal(state_of(dart, today(dart)), "waiting");
    waited++;
  }
  assert_true(waited > 1 && days < 30);
  check_completed(dart, today(dart));
  for (Day day = today(dart) - (Day)waited; day < today(dart); day++)
    assert_string_equal(state_of(dart, day), "completed");
  sim_dart_free(dart);
}

/* Nobody knows yet which reports there are. */
static void a_day_waits_until_what_was_filed_is_known(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  back_fill(dart);
  sim_world_pass(dart->world, MS_OF_DAY);
  dart->trouble = ANSWER_FAILING;
  dart->troubled = &DART_FILINGS;
  update(dart);
  const Day day = today(dart);
  assert_string_equal(state_of(dart, day), "waiting");
  dart->trouble = ANSWER_NONE;
  sim_world_pass(dart->world, MS_OF_DAY);
  update(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  assert_string_equal(state_of(dart, day), "completed");
  sim_dart_free(dart);
}

static void sweep_reports(SimDart *dart) {
  run_with(dart, (SimRun){.program = SIM_UPDATE,
                          .ranged = true,
                          .update = {.dataset = "financials", .from = today(dart), .to = today(dart)}});
}

static void reports_that_come_later_on_a_day_bring_their_dividends(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  dart->pays = false;
  back_fill(dart);
  sim_world_pass(dart->world, HOUR_MS / 4);
  sweep_reports(dart);
  dart->pays = true;
  sim_world_pass(dart->world, HOUR_MS / 4);
  update(dart);
  assert_true(dart->dividends > 0);
  check_completed(dart, today(dart));
  sim_dart_free(dart);
}

/* Each run goes on, however often the day was begun. */
static void a_back_fill_goes_on_in_each_run_of_a_day(void **state) {
  SimDart *dart = begin(state);
  size_t runs = 0;
  set_up(dart);
  dart->pays = false;
  back_fill(dart);
  dart->pays = true;
  dart->beside.items[0].terms.calls_per_run = 5;
  sim_world_pass(dart->world, MS_OF_DAY);
  for (; runs < 20 && strcmp(state_of(dart, today(dart)), "completed") != 0; runs++) {
    update(dart);
    if (dart->calls == 0) fail_msg("nothing is asked in run %zu", runs + 1);
    assert_true(dart->calls <= 5);
  }
  assert_in_range(runs, 4, 10);
  sim_dart_free(dart);
}

static void other_values_under_one_receipt_stand_beside_the_first(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  back_fill(dart);
  CompanyBook book = book_of(dart);
  const char *ticker = book.dividends.items[book.dividends.count / 2].ticker;
  size_t before = dividend_book_find(&book.dividends, ticker)->count, second = 0;
  dart->pays_lied = dart->stocks[stock_of(dart, ticker)].ticker;
  company_book_free(&book);
  sim_world_pass(dart->world, 32 * MS_OF_DAY);
  update(dart);
  book = book_of(dart);
  const Dividends *dividends = dividend_book_find(&book.dividends, dart->pays_lied);
  for (size_t i = 0; i < dividends->count; i++) second += dividends->items[i].version == 2;
  assert_true(second > 0 && dividends->count > before);
  const Dividend *known = dividends_known(dividends, today(dart) + 1);
  assert_int_equal(known->version, 1);
  company_book_free(&book);
  check_stored(dart);
  size_t alerts = sim_document_count(dart->world, DB_SYSTEM, "ops_alerts");
  assert_true(alerts > 0);
  sim_world_pass(dart->world, MS_OF_DAY);
  size_t stored = dividends_in(dart);
  update(dart);
  assert_int_equal(dividends_in(dart), stored);
  sim_dart_free(dart);
}

/* A company that the service knows no dividends of is asked about for ten days, and then once a month. */
static void what_is_not_given_keeps_no_day_open_for_ever(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  dart->pays_never = dart->stocks[1].ticker;
  back_fill(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  sim_world_pass(dart->world, MS_OF_DAY);
  update(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  CompanyBook book = book_of(dart);
  const Dividends *none = dividend_book_find(&book.dividends, dart->pays_never);
  assert_true(none && none->count == 0 && none->asked_count > 2);
  company_book_free(&book);
  sim_dart_free(dart);
}

static bool is_listed(const SimDart *dart, const SimFiling *filing) {
  char id[64];
  snprintf(id, sizeof id, "listed:%s", filing->rcept_no);
  return sim_document(dart->world, DB_SYSTEM, "report_work", id) != NULL;
}

/* The first annual report of a stock that is still to be filed. */
static SimFiling next_annual(const SimDart *dart, size_t stock) {
  int year, month, day;
  SimFiling filings[SIM_FILINGS_MAX] = {0};
  day_to_ymd(today(dart), &year, &month, &day);
  for (int of_year = year - 2; of_year <= year + 1; of_year++)
    if (sim_dart_filings(dart, stock, (ReportTerm){of_year, REPORT_ANNUAL}, filings) && filings[0].filed > today(dart))
      break;
  assert_true(filings[0].filed > today(dart));
  return filings[0];
}

/* Its accounts came, so that it is among the reports: whether the service ever says what it pays is another question.
 */
static void a_report_whose_accounts_came_is_listed_no_more(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  back_fill(dart);
  dart->never = dart->pays_never = dart->stocks[1].ticker;
  const SimFiling filing = next_annual(dart, 1);
  sim_world_move_to(dart->world, instant_from_kst(filing.given + 1, 20 * 60));
  sweep_reports(dart);
  update(dart);
  assert_true(is_listed(dart, &filing));
  dart->never = NULL;
  sim_world_pass(dart->world, MS_OF_DAY);
  sweep_reports(dart);
  update(dart);
  assert_false(is_listed(dart, &filing));
  sim_dart_free(dart);
}

static void what_is_lost_comes_back(void **state) {
  SimDart *dart = begin(state);
  const Db *db = &dart->world->view;
  Error err;
  set_up(dart);
  back_fill(dart);
  CompanyBook book = book_of(dart);
  char ticker[TICKER_SIZE];
  memcpy(ticker, book.dividends.items[2].ticker, sizeof ticker);
  company_book_free(&book);
  size_t dividends = dividends_in(dart);
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "dividend_archive", ticker, &err), STATUS_OK);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(run_with(dart, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_TRY_AGAIN);
    run_with(dart, alone("dividends"));
    check_stored(dart);
    assert_int_equal(dividends_in(dart), dividends);
    assert_int_equal(run_with(dart, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_DONE);
    assert_int_equal(db->delete_range(db->self, DB_DIVIDEND, ticker, NULL, NULL, &err), STATUS_OK);
  }
  sim_dart_free(dart);
}

/* They are not announced before they are there: the mark stays, by which the next run finishes. */
static void dividends_that_somebody_else_writes_are_put_right_by_the_next_run(void **state) {
  SimDart *dart = begin(state);
  Error err;
  Day open_from;
  set_up(dart);
  SimRun beside_rival = {.program = SIM_SETUP,
                         .setup = {.financials = true},
                         .dress = sim_rival_dress,
                         .dress_context = (char[]){"dividend_data"}};
  run_with(dart, beside_rival);
  assert_string_equal(state_of(dart, today(dart)), "waiting");
  assert_int_equal(report_work_read_dividends(&dart->world->view, &open_from, &err), STATUS_OK);
  assert_true(open_from != DAY_NONE);
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_int_equal(report_work_read_dividends(&dart->world->view, &open_from, &err), STATUS_OK);
  assert_true(open_from == DAY_NONE);
  check_stored(dart);
  sim_dart_free(dart);
}

/* ---- deaths ---- */

static void check_all(const SimDart *dart, Instant since, Day newest) {
  check_stored(dart);
  check_announced(dart, since, newest);
}

static void a_back_fill_that_dies_anywhere_goes_on(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  dart->pays = false; /* of that day nothing is on record yet */
  set_up(dart);
  back_fill(dart);
  dart->pays = true;
  const DartDeaths deaths = {.run = {.program = SIM_UPDATE}, .step = 1, .archive = ARCHIVE, .check = check_all};
  assert_true(die_at_each(dart, &deaths, c->market->sessions[c->newest].date) > 100);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  sim_dart_free(dart);
}

/* ---- years ---- */

static const AnswerKind OUTAGES[] = {ANSWER_FAILING, ANSWER_SPENT, ANSWER_UNREACHABLE, ANSWER_BROKEN};
static const Feed *const TROUBLED[] = {NULL, &DART_DIVIDENDS, &DART_STATEMENTS, &DART_FILINGS, &DART_DIVIDENDS};

/* Outages of all or of one question, days on which nobody runs it, deaths, corrections, and a company whose accounts
 * are never given while its dividends are. */
static void year_of(unsigned seed, Day first, Day last) {
  enum { BEGIN = 60 };
  SimMarket *market = sim_market_new(seed, first, last);
  SimWorld *world = sim_world_new(market, seed, sim_market_published(market, market->sessions[BEGIN].date));
  SimDart *dart = sim_dart_new(world);
  size_t completed = 0, runs = 0, crashed = 0;
  dart->pays = true;
  dart->never = dart->stocks[2].ticker;
  set_up(dart);
  back_fill(dart);
  for (size_t at = BEGIN + 1; at + 1 < market->count; at += 1 + at % 4) {
    bool out = at % 60 > 47;
    dart->trouble = out ? OUTAGES[at / 60 % 4] : ANSWER_NONE;
    dart->troubled = TROUBLED[(at / 60 + seed) % 5];
    sim_world_move_to(world, sim_market_published(market, market->sessions[at].date));
    if (at > 136 && at < 166) continue; /* nobody runs it while corrections are filed */
    Instant began = world->now;
    SimRun run = {.program = SIM_UPDATE, .crash_at = at % 3 == 0 ? 10 + (long)(at * 7 % 60) : 0};
    crashed += run_with(dart, run).crashed;
    sim_world_pass(world, HOUR_MS);
    update(dart);
    runs++;
    check_announced(dart, began, market->sessions[at].date);
    if (strcmp(state_of(dart, today(dart)), "completed") != 0) continue;
    completed++;
    check_completed(dart, today(dart));
  }
  dart->trouble = ANSWER_NONE;
  sim_world_pass(world, 8 * MS_OF_DAY);
  update(dart);
  check_stored(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  check_completed(dart, today(dart));
  assert_true(runs > 50 && crashed > 5 && completed * 3 > runs);
  CompanyBook book = book_of(dart);
  const Dividends *unaccounted = dividend_book_find(&book.dividends, dart->never);
  assert_true(unaccounted && unaccounted->count > 0);
  company_book_free(&book);
  sim_dart_free(dart);
  sim_world_free(world);
  sim_market_free(market);
}

/* Three seeds of a year, or three years of thirty seeds with CLOSEBELL_TEST_LONG=1. */
static void years_with_outages_corrections_and_deaths(void **state) {
  (void)state;
  Day first, last;
  bool is_long = getenv("CLOSEBELL_TEST_LONG") != NULL;
  assert_true(day_parse("2022-10-03", &first) && day_parse(is_long ? "2025-12-31" : "2024-01-31", &last));
  for (unsigned seed = 7; seed < (is_long ? 37u : 10u); seed++) year_of(seed, first, last);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(without_reports_nothing_is_asked),
      SIM_CASE(the_reports_that_are_there_bring_their_dividends_once),
      SIM_CASE(a_back_fill_beyond_the_allowance_goes_on_the_next_day),
      SIM_CASE(a_day_waits_until_what_was_filed_is_known),
      SIM_CASE(reports_that_come_later_on_a_day_bring_their_dividends),
      SIM_CASE(a_back_fill_goes_on_in_each_run_of_a_day),
      SIM_CASE(other_values_under_one_receipt_stand_beside_the_first),
      SIM_CASE(what_is_not_given_keeps_no_day_open_for_ever),
      SIM_CASE(a_report_whose_accounts_came_is_listed_no_more),
      SIM_CASE(what_is_lost_comes_back),
      SIM_CASE(dividends_that_somebody_else_writes_are_put_right_by_the_next_run),
      SIM_CASE(a_back_fill_that_dies_anywhere_goes_on),
      cmocka_unit_test(years_with_outages_corrections_and_deaths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
