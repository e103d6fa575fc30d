/* What the analysis says of companies: the same whether it came day by day, with what is stored taken over, or all at
 * once; of a session only what was filed before it; and anew from there on when a report comes late. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/company/company_book.h>
#include <closebell/store/collections.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/restatements.h>

#include "sim_compare.h"
#include "sim_sample.h"

enum { SET_UP_AT = 19, HOUR_MS = 60 * 60 * 1000, YEARS = 3 };

typedef struct {
  SimMarket *market;
  CompanyBook book;
  SimWorld *world;
} Scene;

/* ---- the market: a company for each stock, but every seventh is a preferred one of the stock before it ---- */

static void give_code(StockRow *row) {
  unsigned stock = (unsigned)atoi(row->ticker) - 100000;
  bool preferred = stock % 7 == 1;
  snprintf(row->ticker, sizeof row->ticker, "1%04u%d", (stock - preferred) % 10000, preferred ? 5 : 0);
}

static SimMarket *make_market(void) {
  Day from, to;
  assert_true(day_parse("2023-02-20", &from) && day_parse("2024-06-14", &to));
  SimMarket *market = sim_market_new(5, from, to);
  for (size_t i = 0; i < market->count; i++)
    for (size_t k = 0; k < market->sessions[i].count; k++) give_code(&market->sessions[i].rows[k]);
  return market;
}

/* ---- reports: annual ones of three years, and half a year of the last ---- */

static void set(Report *report, ReportAmount amount, int64_t value) {
  report->amounts[amount] = value;
  report->has |= 1u << amount;
}

static void fill(Report *report, const Random *random) {
  int64_t assets = 1000000 + (int64_t)sim_below(random, 5000000),
          equity = assets / 100 * (int64_t)sim_below(random, 90);
  set(report, AMOUNT_total_assets, assets);
  set(report, AMOUNT_total_equity, equity);
  set(report, AMOUNT_total_liabilities, assets - equity);
  set(report, AMOUNT_current_assets, assets / 2);
  set(report, AMOUNT_current_liabilities, assets / 3);
  set(report, AMOUNT_retained_earnings, equity / 2);
  set(report, AMOUNT_revenue, assets / 10 * (int64_t)(1 + sim_below(random, 20)));
  set(report, AMOUNT_operating_profit, assets / 100 * ((int64_t)sim_below(random, 40) - 10));
  set(report, AMOUNT_net_income, assets / 100 * ((int64_t)sim_below(random, 30) - 10));
}

static void add_report(Reports *reports, const char *period, int year, int month, int day, const Random *random) {
  char id[REPORT_ID_SIZE];
  Report report = {0};
  snprintf(id, sizeof id, "%s:CFS:%04d%02d%02d000123", period, year, month, day);
  assert_true(report_id_parse(id, &report));
  snprintf(report.currency, sizeof report.currency, "KRW");
  fill(&report, random);
  assert_int_equal(reports_put(reports, &report), STATUS_OK);
}

static void add_company(CompanyBook *book, const char *ticker, const Random *random) {
  Reports *reports = company_book_open(book, ticker);
  assert_non_null(reports);
  for (int year = 2021; year < 2021 + YEARS; year++) {
    char period[64];
    snprintf(period, sizeof period, "%d-12-31:annual", year);
    add_report(reports, period, year + 1, 3, 1 + (int)sim_below(random, 28), random);
    snprintf(period, sizeof period, "%d-06-30:half", year);
    add_report(reports, period, year, 8, 1 + (int)sim_below(random, 28), random);
  }
}

static void make_book(Scene *scene) {
  uint64_t seed = 7;
  const Random random = random_seeded(&seed);
  for (size_t i = 0; i < scene->market->count; i++)
    for (size_t k = 0; k < scene->market->sessions[i].count; k++) {
      const char *ticker = scene->market->sessions[i].rows[k].ticker;
      if (ticker[5] == '0' && !company_book_find(&scene->book, ticker)) add_company(&scene->book, ticker, &random);
    }
  assert_true(scene->book.count > 40);
}

/* ---- runs ---- */

/* With [dart] in its settings. */
static SimResult analyze(SimWorld *world, AnalyzeOptions options) {
  strcpy(world->config.dart.auth_key, "key");
  options.budget_ms = HOUR_MS;
  SimResult result = sim_run(world, &(SimRun){.program = SIM_ANALYSIS, .analysis = options, .limited = true});
  assert_int_equal(result.exit_code, EXIT_DONE);
  world->config.dart.auth_key[0] = '\0';
  return result;
}

static void assert_as_if_forced(SimWorld *world, Day date) {
  static const char *const ASIDE[] = {"system_info.job_runs", "system_info.job_locks", "system_info.job_status", NULL};
  Error difference = {{0}};
  DbMemory *before = db_memory_copy(world->memory);
  assert_non_null(before);
  assert_true(analyze(world, (AnalyzeOptions){.force = true}).wrote);
  if (!db_memory_equal(before, world->memory, &(DbMemoryOmit){.collections = ASIDE}, &difference))
    fail_msg("%s: %s", day_text(date).text, difference.text);
  db_memory_free(before);
}

static SimWorld *new_world(const Scene *scene) {
  Error err = {{0}};
  SimWorld *world = sim_sample_world(scene->market, SET_UP_AT, SIM_MIN_MARKET_CAP);
  sim_sample_set_up(world, SET_UP_AT);
  assert_int_equal(collections_create_section(&world->view, "dart", &err), STATUS_OK);
  assert_int_equal(report_archive_write(&world->view, scene->book.items, scene->book.count, &err), STATUS_OK);
  return world;
}

/* ---- */

static void day_by_day_equals_everything_redone(void **state) {
  Scene *scene = *state;
  scene->world = new_world(scene);
  for (size_t i = SET_UP_AT + 1; i < scene->market->count; i++) {
    sim_sample_move_to(scene->world, i);
    sim_sample_run(scene->world, SIM_UPDATE);
    analyze(scene->world, (AnalyzeOptions){0});
    if (i % 71 == 0 || i + 1 == scene->market->count)
      assert_as_if_forced(scene->world, scene->market->sessions[i].date);
  }
  assert_true(sim_document_count(scene->world, DB_SYSTEM, "corporate_actions") > 5);
}

/* The newest period of those that were filed before the session. */
static const Report *newest_known(const Reports *reports, Day session) {
  const Report *newest = NULL;
  for (size_t i = 0; i < reports->count; i++) {
    const Report *report = &reports->items[i];
    if (report_filed(report) < session && (!newest || report->period_end > newest->period_end)) newest = report;
  }
  return newest;
}

/* Every document names the newest report that was filed before it, and none of the same day; one day later it does. */
static void a_session_knows_what_was_filed_before_it(void **state) {
  Scene *scene = *state;
  size_t seen = 0, filed_that_day = 0, scored = 0, graded = 0;
  assert_non_null(scene->world);
  for (size_t c = 0; c < scene->book.count; c++) {
    const Reports *reports = &scene->book.items[c];
    for (size_t i = 0; i < sim_document_count(scene->world, DB_ANALYZED, reports->ticker); i++) {
      const bson_t *document = sim_document_at(scene->world, DB_ANALYZED, reports->ticker, i);
      Day date;
      assert_true(day_parse(sim_text(document, "_id"), &date));
      const Report *known = newest_known(reports, date), *tomorrow = newest_known(reports, date + 1);
      assert_non_null(known);
      assert_string_equal(sim_text(document, "rcept_no"), known->rcept_no);
      assert_string_equal(sim_text(document, "filed"), day_text(report_filed(known)).text);
      filed_that_day += tomorrow != known;
      scored += isnan(sim_double(document, "compass_score")) ? 0 : 1;
      graded += sim_text(document, "compass_grade")[0] != '\0';
      seen++;
    }
  }
  assert_true(seen > 1000 && filed_that_day > 3 && scored > 300 && graded > 300);
}

/* A report that is collected late changes the sessions after the day it was filed, and those of all stocks. */
static void a_late_report_rewrites_from_the_day_after_it_was_filed(void **state) {
  Scene *scene = *state;
  SimWorld *world = scene->world;
  Error err = {{0}};
  uint64_t seed = 3;
  int64_t number;
  const Random random = random_seeded(&seed);
  assert_non_null(world);
  Day filed = scene->market->sessions[scene->market->count - 40].date;
  char text[DAY_TEXT_SIZE], ticker[TICKER_SIZE] = "";
  strcpy(text, day_text(filed).text);
  for (size_t c = 0; c < scene->book.count && ticker[0] == '\0'; c++)
    if (sim_document(world, DB_ANALYZED, scene->book.items[c].ticker, text))
      strcpy(ticker, scene->book.items[c].ticker);
  Reports *reports = company_book_open(&scene->book, ticker);
  add_report(reports, "2024-03-31:q1", atoi(text), atoi(text + 5), atoi(text + 8), &random);
  assert_int_equal(report_archive_write(&world->view, reports, 1, &err), STATUS_OK);
  assert_int_equal(restatements_insert(&world->view,
                                       &(NewRestatement){.from = filed + 1, .reason = "a report", .at_utc = world->now},
                                       &number, &err),
                   STATUS_OK);
  DbMemory *before = db_memory_copy(world->memory);
  analyze(world, (AnalyzeOptions){0});
  const bson_t *that_day = sim_document(world, DB_ANALYZED, ticker, text);
  const Report *late = newest_known(reports, filed + 1);
  assert_string_not_equal(sim_text(that_day, "rcept_no"), late->rcept_no);
  size_t changed = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_ANALYZED, ticker); i++) {
    const bson_t *document = sim_document_at(world, DB_ANALYZED, ticker, i);
    bool is_later = strcmp(sim_text(document, "_id"), text) > 0;
    bool names_it = strcmp(sim_text(document, "rcept_no"), late->rcept_no) == 0;
    assert_true(is_later == names_it);
    changed += names_it;
  }
  assert_true(changed > 5);
  db_memory_free(before);
  assert_as_if_forced(world, filed);
}

/* ---- the group ---- */

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  if (!scene) return -1;
  scene->market = make_market();
  make_book(scene);
  *state = scene;
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  sim_world_free(scene->world);
  sim_market_free(scene->market);
  company_book_free(&scene->book);
  free(scene);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(day_by_day_equals_everything_redone),
      cmocka_unit_test(a_session_knows_what_was_filed_before_it),
      cmocka_unit_test(a_late_report_rewrites_from_the_day_after_it_was_filed),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
