/* The reports of companies in simulated history: swept, back-filled, corrected, given late, through outages and
 * deaths. Whatever happens, a day that is completed has all that was filed, and what comes late is announced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/report_merge.h>
#include <closebell/store/financial_data.h>
#include <closebell/store/job_status.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/report_work.h>
#include <closebell/store/restatements.h>
#include <closebell/store/source_state.h>

#include "dart_case.h"
#include "sim_rival.h"

static const char ARCHIVE[] = "system_info.report_archive";

/* ---- what is there ---- */

static const char *state_of(const SimDart *dart, Day date) { return dataset_state(dart, date, "financials"); }

static CompanyBook book_of(const SimDart *dart) {
  CompanyBook book = {0};
  Error err = {{0}};
  if (company_book_load(&dart->world->view, &book, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_int_equal(book.damaged, 0);
  return book;
}

static size_t statements_in(const SimDart *dart) {
  CompanyBook book = book_of(dart);
  size_t count = 0;
  for (size_t i = 0; i < book.count; i++) count += book.items[i].count;
  company_book_free(&book);
  return count;
}

static ReportWork progress_of(const SimDart *dart) {
  ReportWork progress;
  Error err;
  assert_int_equal(report_work_read(&dart->world->view, &progress, &err), STATUS_OK);
  return progress;
}

/* Every archived report is a document of financial_data, and what DART said on some day. */
static void check_stored(const SimDart *dart) {
  CompanyBook book = book_of(dart);
  for (size_t i = 0; i < book.count; i++) {
    Reports stored = {0};
    Error err = {{0}};
    const Reports *archived = &book.items[i];
    if (financial_data_read(&dart->world->view, archived->ticker, NULL, NULL, &stored, &err) != STATUS_OK)
      fail_msg("%s", err.text);
    if (stored.count != archived->count)
      fail_msg("%s: %zu reports archived, %zu stored", archived->ticker, archived->count, stored.count);
    for (size_t k = 0; k < stored.count; k++) {
      assert_int_equal(report_compare(&stored.items[k], &archived->items[k]), 0);
      assert_true(report_same_values(&stored.items[k], &archived->items[k]));
      assert_null(report_fault(&stored.items[k]));
      assert_true(report_filed(&stored.items[k]) <= today(dart));
    }
    reports_free(&stored);
  }
  company_book_free(&book);
  assert_int_equal(progress_of(dart).open_from, DAY_NONE);
}

/* A completed day: all that was filed from..date, but for what was listed long ago and is not given. */
static void check_completed(const SimDart *dart, Day from, Day date) {
  CompanyBook book = book_of(dart);
  for (size_t stock = 0; stock < dart->stock_count; stock++) {
    char code[CORP_CODE_SIZE];
    const Reports *reports = company_book_find(&book, dart->stocks[stock].ticker);
    snprintf(code, sizeof code, "%08u", (100000 + (unsigned)stock) % 100000000);
    if (!sim_document(dart->world, DB_SYSTEM, "companies", code)) continue;
    for (int year = SIM_FIRST_YEAR; year <= SIM_LAST_YEAR; year++)
      for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        SimFiling filings[SIM_FILINGS_MAX];
        size_t count = sim_dart_filings(dart, stock, (ReportTerm){year, kind}, filings);
        int of_year, month, day;
        day_to_ymd(filings[0].period_end, &of_year, &month, &day);
        for (size_t i = 0; i < count; i++) {
          bool listed = filings[i].filed >= from && filings[i].filed <= date;
          bool never = dart->never && strcmp(dart->never, dart->stocks[stock].ticker) == 0;
          bool given_up = (never || filings[i].given > date) && filings[i].filed < date - DART_GIVES_UP_DAYS;
          if (!listed || given_up || reports_have(reports, kind, year, month, filings[i].rcept_no)) continue;
          fail_msg("%s is completed without %s of %s", day_text(date).text, filings[i].rcept_no,
                   dart->stocks[stock].ticker);
        }
      }
  }
  company_book_free(&book);
}

/* What came after a session that was there before it is announced from the day on which it counts. */
static void check_announced(const SimDart *dart, Instant since, Day newest) {
  CompanyBook book = book_of(dart);
  Restatements list = {0};
  Error err;
  assert_int_equal(restatements_load(&dart->world->view, 0, &list, &err), STATUS_OK);
  for (size_t i = 0; i < book.count; i++)
    for (size_t k = 0; k < book.items[i].count; k++) {
      const Report *report = &book.items[i].items[k];
      bool announced = report->first_seen_utc < since || report_filed(report) + 1 > newest;
      for (size_t r = 0; r < list.count && !announced; r++)
        announced = list.items[r].at_utc >= report->first_seen_utc && list.items[r].from <= report_filed(report) + 1;
      if (!announced) fail_msg("%s of %s came late, and nobody was told", report->rcept_no, book.items[i].ticker);
    }
  restatements_free(&list);
  company_book_free(&book);
}

/* ---- the world ---- */

static SimDart *begin(void **state) { return sim_dart_new(((SimCase *)*state)->world); }

/* The sessions of the case end with September. */
static void go_to_session(SimCase *c, size_t sessions) { sim_case_wait_for(c, sessions); }

static void the_first_sweep_looks_ten_days_back_and_no_further(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  set_up(dart);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  assert_true(sim_document_count(dart->world, DB_SYSTEM, "companies") > 4);
  check_stored(dart);
  CompanyBook book = book_of(dart);
  for (size_t i = 0; i < book.count; i++)
    for (size_t k = 0; k < book.items[i].count; k++) assert_true(book.items[i].items[k].is_live);
  company_book_free(&book);
  check_completed(dart, today(dart) - DART_GIVES_UP_DAYS, today(dart));
  assert_int_equal(progress_of(dart).backfill.due, DAY_NONE);
  go_to_session(c, 1);
  update(dart);
  assert_int_equal(dart->lists, 2);
  update(dart);
  assert_int_equal(dart->calls, 0);
  sim_dart_free(dart);
}

static void a_back_fill_brings_all_years_once(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  size_t before = statements_in(dart), told = restatements_in(dart);
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_true(statements_in(dart) > before + 4 * 2 * 12);
  assert_int_equal(restatements_in(dart), told + 1);
  check_stored(dart);
  check_announced(dart, 0, ((SimCase *)*state)->market->sessions[((SimCase *)*state)->newest].date);
  assert_true(progress_of(dart).backfill.is_done);
  CompanyBook book = book_of(dart);
  size_t marked = 0;
  for (size_t i = 0; i < book.count; i++)
    for (size_t k = 0; k < book.items[i].count; k++) marked += !book.items[i].items[k].is_live;
  assert_true(marked > 4 * 2 * 12);
  company_book_free(&book);
  long first = dart->statements;
  back_fill(dart);
  assert_true(dart->statements < first);
  assert_int_equal(restatements_in(dart), told + 1);
  sim_dart_free(dart);
}

static void daily_update_begins_no_back_fill(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  set_up(dart);
  for (size_t i = 1; i < 60; i += 3) {
    go_to_session(c, i);
    update(dart);
  }
  CompanyBook book = book_of(dart);
  for (size_t i = 0; i < book.count; i++)
    for (size_t k = 0; k < book.items[i].count; k++)
      assert_true(report_filed(&book.items[i].items[k]) > c->market->sessions[c->newest].date - 2 * DART_GIVES_UP_DAYS);
  company_book_free(&book);
  sim_dart_free(dart);
}

static void too_large_a_batch_is_halved_and_the_size_is_remembered(void **state) {
  SimDart *dart = begin(state);
  SourceState known;
  Error err;
  set_up(dart);
  dart->takes = 2;
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_true(dart->largest <= 2);
  assert_int_equal(source_state_read(&dart->world->view, "dart", &known, &err), STATUS_OK);
  assert_in_range(known.batch, 1, 2);
  long statements = dart->statements;
  back_fill(dart);
  assert_true(dart->statements < statements && dart->largest <= 2);
  sim_dart_free(dart);
}

static void what_cannot_be_believed_is_not_stored_and_holds_no_other(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  dart->wrong = dart->stocks[4].ticker;
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  check_stored(dart);
  CompanyBook book = book_of(dart);
  const Reports *reports = company_book_find(&book, dart->wrong),
                *others = company_book_find(&book, dart->stocks[3].ticker);
  for (size_t i = 0; reports && i < reports->count; i++) assert_true(reports->items[i].is_live);
  assert_true(others && others->count > 20);
  company_book_free(&book);
  assert_true(sim_document_count(dart->world, DB_SYSTEM, "ops_alerts") > 0);
  sim_dart_free(dart);
}

static void other_amounts_under_one_receipt_stand_beside_the_first(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  back_fill(dart);
  size_t before = statements_in(dart);
  CompanyBook book = book_of(dart);
  size_t of_one = company_book_find(&book, dart->stocks[2].ticker)->count;
  company_book_free(&book);
  dart->lied = dart->stocks[2].ticker;
  /* The check of the next month asks for the last four reports again. */
  sim_world_pass(dart->world, 32 * MS_OF_DAY);
  update(dart);
  book = book_of(dart);
  const Reports *reports = company_book_find(&book, dart->lied);
  size_t second = 0;
  for (size_t i = 0; i < reports->count; i++) second += reports->items[i].version == 2;
  assert_true(second > 0 && reports->count > of_one);
  assert_true(statements_in(dart) > before);
  company_book_free(&book);
  check_stored(dart);
  sim_dart_free(dart);
}

static void what_is_listed_and_never_given_keeps_no_day_open_for_ever(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  size_t waited = 0, went_on = 0;
  set_up(dart);
  /* Half-yearly reports are filed in August. */
  for (size_t i = 1; i + c->newest < c->market->count; i++) {
    if (i == 1) dart->never = dart->stocks[1].ticker;
    go_to_session(c, i);
    update(dart);
    waited += strcmp(state_of(dart, today(dart)), "waiting") == 0;
    if (strcmp(state_of(dart, today(dart)), "completed") != 0) continue;
    went_on += waited > 0;
    check_completed(dart, c->market->sessions[c->newest].date - DART_GIVES_UP_DAYS, today(dart));
  }
  assert_true(waited > 0 && went_on > 0);
  sim_dart_free(dart);
}

static void raise_alert(const SimDart *dart, const char *kind, const char *subject) {
  Error err;
  assert_int_equal(
      ops_alerts_raise(&dart->world->view, &(NewAlert){ALERT_WARN, kind, subject, ""}, dart->world->now, &err),
      STATUS_OK);
}

/* An alert that comes before all others, as somebody has left it. */
static void leave_edited_alert(const SimDart *dart) {
  const Db *db = &dart->world->view;
  Error err;
  bson_t set = BSON_INITIALIZER;
  raise_alert(dart, "alert", "edited");
  BSON_APPEND_UTF8(&set, "count", "many");
  const DbUpdate update = {.id = "alert:edited", .set = &set};
  assert_int_equal(db->update_many(db->self, DB_SYSTEM, "ops_alerts", &update, 1, &err), STATUS_OK);
  bson_destroy(&set);
}

static void an_alert_that_somebody_has_edited_holds_nothing(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  Day completed = sim_case_session(c, 0);
  set_up(dart);
  leave_edited_alert(dart);
  raise_alert(dart, "session-failed", day_text(completed).text);
  go_to_session(c, 1);
  SimResult result = update(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_string_equal(state_of(dart, today(dart)), "completed");
  assert_true(bson_has_field(sim_case_alert(c, "session-failed", completed), "resolved_utc"));
  sim_dart_free(dart);
}

static void a_list_that_knows_too_few_is_not_taken_over(void **state) {
  SimDart *dart = begin(state);
  dart->hidden = 1;
  assert_int_equal(run_with(dart, (SimRun){.program = SIM_SETUP}).exit_code, EXIT_TRY_AGAIN);
  assert_int_equal(sim_document_count(dart->world, DB_SYSTEM, "companies"), 0);
  dart->hidden = 0;
  sim_world_pass(dart->world, 8 * MS_OF_DAY);
  update(dart);
  assert_true(sim_document_count(dart->world, DB_SYSTEM, "companies") > 4);
  sim_dart_free(dart);
}

static void verify_and_mend(SimDart *dart) {
  assert_int_equal(run_with(dart, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_TRY_AGAIN);
  run_with(dart, alone("financials"));
  check_stored(dart);
  assert_int_equal(run_with(dart, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_DONE);
}

static void what_is_lost_comes_back(void **state) {
  SimDart *dart = begin(state);
  const Db *db = &dart->world->view;
  Error err;
  set_up(dart);
  back_fill(dart);
  size_t statements = statements_in(dart), told = restatements_in(dart);
  const char *ticker = dart->stocks[1].ticker, group[] = {ticker[0], ticker[1], '\0'};
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "report_archive", group, &err), STATUS_OK);
  verify_and_mend(dart);
  assert_int_equal(statements_in(dart), statements);
  assert_int_equal(restatements_in(dart), told + 1);
  assert_int_equal(db->delete_range(db->self, DB_FINANCIAL, ticker, NULL, "2023", &err), STATUS_OK);
  verify_and_mend(dart);
  assert_int_equal(statements_in(dart), statements);
  assert_int_equal(restatements_in(dart), told + 1); /* nobody read what was lost */
  sim_dart_free(dart);
}

/* They are not announced before they are there: the mark stays, by which the next run finishes. */
static void reports_that_somebody_else_writes_are_put_right_by_the_next_run(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  SimRun beside_rival = {.program = SIM_SETUP,
                         .setup = {.financials = true},
                         .dress = sim_rival_dress,
                         .dress_context = (char[]){"financial_data"}};
  assert_int_equal(run_with(dart, beside_rival).exit_code, EXIT_TRY_AGAIN);
  assert_true(progress_of(dart).open_from != DAY_NONE);
  SimResult result = back_fill(dart);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  assert_true(progress_of(dart).open_from == DAY_NONE);
  check_stored(dart);
  sim_dart_free(dart);
}

/* What a run would do, as it says it. */
static char *plan_of(SimDart *dart, SimRun run) {
  static char text[8192];
  FILE *out = tmpfile();
  assert_non_null(out);
  run.access = ACCESS_PLAN;
  run.out = out;
  run_with(dart, run);
  rewind(out);
  text[fread(text, 1, sizeof text - 1, out)] = '\0';
  fclose(out);
  assert_int_equal(dart->calls, 0);
  return text;
}

static void a_run_that_only_plans_says_how_far_the_years_before_are(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  set_up(dart);
  go_to_session(c, 1);
  const char *said = plan_of(dart, (SimRun){.program = SIM_UPDATE});
  assert_non_null(strstr(said, "financials: 1 of 2 days proven"));
  assert_non_null(strstr(said, "manual_setup --financials"));
  said = plan_of(dart, filling_back());
  assert_non_null(strstr(said, "source calls"));
  dart->trouble = ANSWER_FAILING;
  dart->troubled = &DART_STATEMENTS;
  assert_int_equal(back_fill(dart).exit_code, EXIT_TRY_AGAIN);
  dart->trouble = ANSWER_NONE;
  sim_world_pass(dart->world, MS_OF_DAY);
  assert_non_null(strstr(plan_of(dart, (SimRun){.program = SIM_UPDATE}), "not finished"));
  assert_int_equal(back_fill(dart).exit_code, EXIT_DONE);
  assert_null(strstr(plan_of(dart, (SimRun){.program = SIM_UPDATE}), "earlier years"));
  sim_dart_free(dart);
}

/* ---- deaths ---- */

static void check_all(const SimDart *dart, Instant since, Day newest) {
  check_stored(dart);
  check_announced(dart, since, newest);
}

static void die(SimCase *c, SimDart *dart, SimRun run, long step) {
  const DartDeaths deaths = {.run = run, .step = step, .archive = ARCHIVE, .check = check_all};
  assert_true(die_at_each(dart, &deaths, c->market->sessions[80].date) > 10);
}

static void a_back_fill_that_dies_anywhere_goes_on(void **state) {
  SimDart *dart = begin(state);
  set_up(dart);
  die(*state, dart, filling_back(), 3);
  sim_dart_free(dart);
}

static void a_sweep_that_dies_anywhere_is_made_again(void **state) {
  SimCase *c = *state;
  SimDart *dart = begin(state);
  set_up(dart);
  go_to_session(c, 18); /* the middle of August: half-yearly reports */
  run_with(dart, alone("companies"));
  die(c, dart, alone("financials"), 1);
  sim_dart_free(dart);
}

/* ---- three years ---- */

static const AnswerKind OUTAGES[] = {ANSWER_FAILING, ANSWER_SPENT, ANSWER_UNREACHABLE, ANSWER_BROKEN};

static void three_years_with_outages(void **state) {
  (void)state;
  Day first, last;
  assert_true(day_parse("2022-01-03", &first) && day_parse("2025-03-31", &last));
  SimMarket *market = sim_market_new(7, first, last);
  enum { BEGIN = 60 };
  SimWorld *world = sim_world_new(market, 7, sim_market_published(market, market->sessions[BEGIN].date));
  SimDart *dart = sim_dart_new(world);
  Day swept_from = today(dart) - DART_GIVES_UP_DAYS;
  size_t completed = 0, runs = 0;
  set_up(dart);
  back_fill(dart);
  for (size_t at = BEGIN + 1; at + 1 < market->count; at += 1 + at % 5) {
    bool out = at % 90 > 70;
    dart->trouble = out ? OUTAGES[at / 90 % 4] : ANSWER_NONE;
    sim_world_move_to(world, sim_market_published(market, market->sessions[at].date));
    if (at % 200 > 170) continue; /* nobody runs it */
    Instant began = world->now;
    update(dart);
    runs++;
    check_announced(dart, began, market->sessions[at].date);
    if (strcmp(state_of(dart, today(dart)), "completed") != 0) continue;
    completed++;
    assert_false(out);
    check_completed(dart, swept_from, today(dart));
  }
  dart->trouble = ANSWER_NONE;
  sim_world_pass(world, 8 * MS_OF_DAY);
  update(dart);
  check_stored(dart);
  check_completed(dart, swept_from, today(dart));
  assert_true(runs > 150 && completed * 2 > runs);
  sim_dart_free(dart);
  sim_world_free(world);
  sim_market_free(market);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_first_sweep_looks_ten_days_back_and_no_further),
      SIM_CASE(a_back_fill_brings_all_years_once),
      SIM_CASE(daily_update_begins_no_back_fill),
      SIM_CASE(too_large_a_batch_is_halved_and_the_size_is_remembered),
      SIM_CASE(what_cannot_be_believed_is_not_stored_and_holds_no_other),
      SIM_CASE(other_amounts_under_one_receipt_stand_beside_the_first),
      SIM_CASE(what_is_listed_and_never_given_keeps_no_day_open_for_ever),
      SIM_CASE(an_alert_that_somebody_has_edited_holds_nothing),
      SIM_CASE(a_list_that_knows_too_few_is_not_taken_over),
      SIM_CASE(what_is_lost_comes_back),
      SIM_CASE(reports_that_somebody_else_writes_are_put_right_by_the_next_run),
      SIM_CASE(a_run_that_only_plans_says_how_far_the_years_before_are),
      SIM_CASE(a_back_fill_that_dies_anywhere_goes_on),
      SIM_CASE(a_sweep_that_dies_anywhere_is_made_again),
      cmocka_unit_test(three_years_with_outages),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
