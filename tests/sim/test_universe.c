/* Who is followed: against what the recorded files say, day by day; after an outage; and where stocks come and go at
 * the border, return after they were delisted, or vanish by the dozen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live_sample.h"
#include "sim_compare.h"
#include "sim_sample.h"
#include "universe_truth.h"

static void set_rules(SimWorld *world, const TruthRules *rules) {
  EntryFilter *filter = &world->prepared.rules.filter;
  Error err = {{0}};
  assert_true(market_set_parse(rules->markets, &filter->markets));
  filter->min_market_cap = rules->min_cap;
  filter->exit_market_cap = rules->exit_cap;
  filter->exit_sessions = (int)rules->exit_sessions;
  assert_int_equal(filter_parse_excluded(rules->without_preferred ? "preferred" : "", filter, &err), STATUS_OK);
}

static SimWorld *world_by(const SimMarket *market, const TruthRules *rules, size_t session) {
  SimWorld *world = sim_sample_world(market, session, 0);
  set_rules(world, rules);
  sim_sample_set_up(world, session);
  return world;
}

static void update_and_analyse(SimWorld *world, size_t session) {
  sim_sample_move_to(world, session);
  sim_sample_run(world, SIM_UPDATE);
  sim_sample_run(world, SIM_ANALYSIS);
}

/* ---- against the files ---- */

enum { RAW_BEGIN = 9 };

static const TruthRules RULES[] = {
    {"everything", "KOSPI,KOSDAQ,KONEX", 0, 0, 20, false},
    {"the defaults, but sooner out", "KOSPI,KOSDAQ,KONEX", 100000000000, 80000000000, 3, false},
    {"a border in the middle of the market", "KOSPI,KOSDAQ,KONEX", 60000000000, 58000000000, 1, false},
    {"large ones", "KOSPI,KOSDAQ", 250000000000, 240000000000, 2, true},
};

static void assert_universe(const SimWorld *world, const LiveSample *sample, const TruthRules *rules, size_t now,
                            TruthUniverse *truth) {
  const bson_t *targets[TRUTH_STOCKS];
  size_t count = sim_document_count(world, DB_SYSTEM, "target_tickers");
  char why[256];
  assert_true(count <= TRUTH_STOCKS);
  for (size_t i = 0; i < count; i++) targets[i] = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
  universe_truth(sample, rules, RAW_BEGIN, now, truth);
  if (!universe_truth_holds(truth, sample, targets, count, why))
    fail_msg("%s, %s: %s", rules->name, sample->days[now].date, why);
}

static void the_universe_of_every_day_of_2023_is_the_one_worked_out_from_the_files(void **state) {
  (void)state;
  SimMarket *market = sim_sample_market(SIM_SAMPLE_RAW);
  LiveSample sample;
  live_sample_load_raw(&sample);
  static TruthUniverse truth;
  size_t entered = 0, left = 0;
  for (size_t r = 0; r < sizeof RULES / sizeof RULES[0]; r++) {
    SimWorld *world = world_by(market, &RULES[r], RAW_BEGIN);
    assert_universe(world, &sample, &RULES[r], RAW_BEGIN, &truth);
    for (size_t i = RAW_BEGIN + 1; i < market->count; i++) {
      sim_sample_move_to(world, i);
      sim_sample_run(world, SIM_UPDATE);
      assert_universe(world, &sample, &RULES[r], i, &truth);
    }
    assert_true(truth.active > 0);
    entered += truth.entered;
    left += truth.left;
    sim_world_free(world);
  }
  assert_true(entered >= 8 && left >= 4);
  live_sample_free(&sample);
  sim_market_free(market);
}

/* ---- who enters later, and who was missed ---- */

enum { DAYS_BEGIN = 262, DAYS_END = 300, OUTAGE = 5 };

static const TruthRules SHIFTING = {"shifting", "KOSPI,KOSDAQ", 100000000000, 98000000000, 1, false};

static size_t count_collection(const SimWorld *world, const char *database, const char *ticker) {
  return sim_document_count(world, database, ticker);
}

static void assert_same_documents(const SimWorld *late, const SimWorld *whole, const char *database,
                                  const char *ticker) {
  size_t count = count_collection(late, database, ticker);
  if (count == 0 || count != count_collection(whole, database, ticker))
    fail_msg("%s.%s: %zu documents, not %zu", database, ticker, count, count_collection(whole, database, ticker));
  for (size_t i = 0; i < count; i++)
    if (!bson_equal(sim_document_at(late, database, ticker, i), sim_document_at(whole, database, ticker, i)))
      fail_msg("%s.%s: document %zu differs", database, ticker, i);
}

static bool entered_later(const bson_t *target, const char *begin) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, target, "is_active") && bson_iter_bool(&iter) &&
         strcmp(sim_text(target, "added_date"), begin) > 0;
}

static void a_stock_that_enters_has_what_a_set_up_with_it_would_have_given(void **state) {
  (void)state;
  SimMarket *market = sim_sample_market(SIM_SAMPLE_DAYS);
  const TruthRules all = {"all", "KOSPI,KOSDAQ", 0, 0, 20, false};
  SimWorld *late = world_by(market, &SHIFTING, DAYS_BEGIN), *whole = world_by(market, &all, DAYS_BEGIN);
  for (size_t i = DAYS_BEGIN + 1; i <= DAYS_END; i++) {
    update_and_analyse(late, i);
    update_and_analyse(whole, i);
  }
  char begin[DAY_TEXT_SIZE];
  snprintf(begin, sizeof begin, "%s", day_text(market->sessions[DAYS_BEGIN].date).text);
  size_t entered = 0;
  for (size_t i = 0; i < sim_document_count(late, DB_SYSTEM, "target_tickers"); i++) {
    const bson_t *target = sim_document_at(late, DB_SYSTEM, "target_tickers", i);
    if (!entered_later(target, begin)) continue;
    assert_same_documents(late, whole, DB_STOCK, sim_text(target, "_id"));
    assert_same_documents(late, whole, DB_ANALYZED, sim_text(target, "_id"));
    entered++;
  }
  assert_true(entered >= 2);
  sim_world_free(late);
  sim_world_free(whole);
  sim_market_free(market);
}

/* Whether so many sessions bring both an entry and an exit. */
static bool both_come_and_go(const LiveSample *sample, const TruthRules *rules, size_t begin, size_t from, size_t to) {
  static TruthUniverse before, after;
  universe_truth(sample, rules, begin, from, &before);
  universe_truth(sample, rules, begin, to, &after);
  return after.entered > before.entered && after.left > before.left;
}

static void live_through_outages(SimSample which, const TruthRules *rules, size_t begin, size_t end) {
  SimMarket *market = sim_sample_market(which);
  LiveSample sample;
  Error difference = {{0}};
  which == SIM_SAMPLE_RAW ? live_sample_load_raw(&sample) : live_sample_load_days(&sample);
  SimWorld *steady = world_by(market, rules, begin), *missed = world_by(market, rules, begin);
  size_t shifting = 0;
  for (size_t from = begin; from + OUTAGE <= end; from += OUTAGE) {
    for (size_t i = from + 1; i <= from + OUTAGE; i++) update_and_analyse(steady, i);
    update_and_analyse(missed, from + OUTAGE);
    if (!sim_worlds_equal(missed, steady, (SimStrictness){.inactive_series = true, .alerts = true}, &difference))
      fail_msg("%s: %s", day_text(market->sessions[from + OUTAGE].date).text, difference.text);
    shifting += both_come_and_go(&sample, rules, begin, from, from + OUTAGE);
  }
  assert_true(shifting >= 1);
  sim_world_free(steady);
  sim_world_free(missed);
  live_sample_free(&sample);
  sim_market_free(market);
}

static void five_sessions_missed_while_stocks_come_and_go_end_equal_to_none(void **state) {
  (void)state;
  live_through_outages(SIM_SAMPLE_DAYS, &SHIFTING, 100, 160);
}

static void so_it_is_with_splits_renames_and_delistings(void **state) {
  (void)state;
  live_through_outages(SIM_SAMPLE_RAW, &RULES[2], RAW_BEGIN, 29);
}

/* ---- made up ---- */

enum { MADE_BEGIN = 44, LAST = 70 };

typedef struct {
  SimMarket *market;
  SimWorld *world;
} Case;

static const TruthRules BORDER = {"border", "KOSPI,KOSDAQ", 100 * INT64_C(10000000000), 95 * INT64_C(10000000000),
                                  5,        false};

static int make(void **state) {
  static Case c;
  Day first, last;
  if (!day_parse("2024-03-01", &first) || !day_parse("2024-09-30", &last)) return -1;
  c = (Case){.market = sim_market_new(1, first, last)};
  *state = &c;
  return 0;
}

static int unmake(void **state) {
  Case *c = *state;
  sim_world_free(c->world);
  sim_market_free(c->market);
  return 0;
}

static StockRow *row_in(const Case *c, size_t session, const char *ticker) {
  return (StockRow *)session_find(&c->market->sessions[session], ticker);
}

/* A stock that is listed in every session of the test, the n-th of those above or below the border all the time. */
static const char *steady_stock(const Case *c, bool above, size_t n) {
  const Session *first = &c->market->sessions[0];
  for (size_t i = 0; i < first->count; i++) {
    bool steady = true;
    for (size_t s = 0; s <= LAST && steady; s++) {
      const StockRow *row = row_in(c, s, first->rows[i].ticker);
      steady = row && (above ? row->market_cap > 2 * BORDER.min_cap : row->market_cap < BORDER.exit_cap / 2);
    }
    if (steady && n-- == 0) return first->rows[i].ticker;
  }
  fail_msg("no such stock");
  return NULL;
}

static void take_away(const Case *c, size_t session, const char *ticker) {
  Session *from = &c->market->sessions[session];
  StockRow *row = row_in(c, session, ticker);
  assert_non_null(row);
  size_t at = (size_t)(row - from->rows);
  memmove(row, row + 1, (--from->count - at) * sizeof *row);
}

static void begin(Case *c) { c->world = world_by(c->market, &BORDER, MADE_BEGIN); }

static void live_to(Case *c, size_t from, size_t to) {
  for (size_t i = from; i <= to; i++) update_and_analyse(c->world, i);
}

static const bson_t *target_of(const Case *c, const char *ticker) {
  return sim_document(c->world, DB_SYSTEM, "target_tickers", ticker);
}

static bool is_followed(const Case *c, const char *ticker) {
  bson_iter_t iter;
  const bson_t *target = target_of(c, ticker);
  return target && bson_iter_init_find(&iter, target, "is_active") && bson_iter_bool(&iter);
}

static void assert_date(const bson_t *target, const char *field, const Case *c, size_t session) {
  assert_string_equal(sim_text(target, field), day_text(c->market->sessions[session].date).text);
}

/* Rows are there for just the sessions up to `to` that list it, and as many analysed ones as have trades. */
static void assert_rows(const Case *c, const char *ticker, size_t to) {
  size_t listed = 0, traded = 0;
  for (size_t s = 0; s <= to; s++) {
    const StockRow *row = row_in(c, s, ticker);
    listed += row != NULL;
    traded += row != NULL && row_has_trades(row);
    const bson_t *stored = sim_document(c->world, DB_STOCK, ticker, day_text(c->market->sessions[s].date).text);
    assert_int_equal(stored != NULL, row != NULL);
    if (row) assert_int_equal(sim_int64(stored, "close"), row->close);
  }
  assert_int_equal(sim_document_count(c->world, DB_STOCK, ticker), listed);
  assert_int_equal(sim_document_count(c->world, DB_ANALYZED, ticker), traded);
}

static void a_stock_at_the_border_does_not_come_and_go(void **state) {
  Case *c = *state;
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "%s", steady_stock(c, false, 0));
  for (size_t s = MADE_BEGIN + 1; s <= LAST; s++) /* four sessions below, one above */
    row_in(c, s, ticker)->market_cap = s % 5 == 0 ? BORDER.min_cap : BORDER.exit_cap - 1;
  size_t entry = MADE_BEGIN + 1;
  while (entry % 5 != 0) entry++;
  begin(c);
  for (size_t s = MADE_BEGIN + 1; s <= LAST; s++) {
    live_to(c, s, s);
    assert_int_equal(is_followed(c, ticker), s >= entry);
  }
  assert_date(target_of(c, ticker), "added_date", c, entry);
  assert_rows(c, ticker, LAST);
}

static void a_stock_that_sinks_leaves_and_one_that_rises_again_has_no_gap(void **state) {
  Case *c = *state;
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "%s", steady_stock(c, true, 0));
  enum { SINKS = MADE_BEGIN + 3, RISES = SINKS + 12 };
  for (size_t s = SINKS; s < RISES; s++) row_in(c, s, ticker)->market_cap = BORDER.exit_cap - 1;
  begin(c);
  size_t leaves = SINKS + BORDER.exit_sessions - 1;
  live_to(c, MADE_BEGIN + 1, leaves - 1);
  assert_true(is_followed(c, ticker));
  live_to(c, leaves, RISES - 1);
  assert_false(is_followed(c, ticker));
  assert_date(target_of(c, ticker), "removed_date", c, leaves);
  assert_string_equal(sim_text(target_of(c, ticker), "removed_reason"), "market_cap");
  assert_null(sim_document(c->world, DB_SYSTEM, "latest_analysis", ticker));
  assert_rows(c, ticker, leaves - 1);
  live_to(c, RISES, RISES + 2);
  assert_true(is_followed(c, ticker));
  assert_rows(c, ticker, RISES + 2);
}

/* Neither before nor after the outage is there anything to see of it. Healing, which comes to a twentieth of the stocks
 * a session, does not come to all of these. */
static void stocks_that_left_and_came_back_during_an_outage_have_no_gap(void **state) {
  Case *c = *state;
  enum { STOCKS = 3, SINKS = MADE_BEGIN + 3 };
  char tickers[STOCKS][TICKER_SIZE];
  const size_t leaves = SINKS + (size_t)BORDER.exit_sessions - 1, rises = leaves + 1;
  for (size_t n = 0; n < STOCKS; n++) snprintf(tickers[n], TICKER_SIZE, "%s", steady_stock(c, true, n));
  for (size_t n = 0; n < STOCKS; n++)
    for (size_t s = SINKS; s < rises; s++) row_in(c, s, tickers[n])->market_cap = BORDER.exit_cap - 1;
  begin(c);
  live_to(c, MADE_BEGIN + 1, leaves - 1);
  live_to(c, rises + 2, rises + 2);
  for (size_t n = 0; n < STOCKS; n++) {
    assert_true(is_followed(c, tickers[n]));
    assert_rows(c, tickers[n], rises + 2);
  }
}

static void a_stock_that_is_listed_again_is_followed_again_and_its_rows_are_whole(void **state) {
  Case *c = *state;
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "%s", steady_stock(c, true, 0));
  enum { GONE = MADE_BEGIN + 4, BACK = GONE + 8 };
  for (size_t s = GONE; s < BACK; s++) take_away(c, s, ticker);
  begin(c);
  live_to(c, MADE_BEGIN + 1, GONE + 1);
  assert_true(is_followed(c, ticker)); /* two sessions are not enough */
  live_to(c, GONE + 2, BACK - 1);
  assert_false(is_followed(c, ticker));
  assert_date(target_of(c, ticker), "removed_date", c, GONE);
  assert_string_equal(sim_text(target_of(c, ticker), "removed_reason"), "delisted");
  assert_rows(c, ticker, GONE - 1);
  live_to(c, BACK, BACK + 3);
  assert_true(is_followed(c, ticker));
  assert_string_equal(sim_text(target_of(c, ticker), "removed_date"), "");
  assert_rows(c, ticker, BACK + 3);
}

static void a_stock_under_another_name_is_the_same_one(void **state) {
  Case *c = *state;
  char ticker[TICKER_SIZE];
  snprintf(ticker, sizeof ticker, "%s", steady_stock(c, true, 0));
  for (size_t s = MADE_BEGIN + 2; s <= LAST; s++)
    snprintf(row_in(c, s, ticker)->name, STOCK_NAME_SIZE, "%s", "새이름홀딩스");
  begin(c);
  live_to(c, MADE_BEGIN + 1, MADE_BEGIN + 1);
  assert_string_not_equal(sim_text(target_of(c, ticker), "name"), "새이름홀딩스");
  live_to(c, MADE_BEGIN + 2, MADE_BEGIN + 4);
  assert_string_equal(sim_text(target_of(c, ticker), "name"), "새이름홀딩스");
  assert_string_equal(sim_text(sim_document(c->world, DB_SYSTEM, "latest_analysis", ticker), "name"), "새이름홀딩스");
  assert_date(target_of(c, ticker), "added_date", c, MADE_BEGIN);
  assert_rows(c, ticker, MADE_BEGIN + 4);
}

/* Two of some twenty targets, and so few of the rows of either market that the answers are believed. */
static void stocks_that_vanish_together_stay_until_a_person_has_looked(void **state) {
  Case *c = *state;
  char gone[2][TICKER_SIZE];
  enum { GONE = MADE_BEGIN + 3, BACK = GONE + 6 };
  snprintf(gone[0], TICKER_SIZE, "%s", steady_stock(c, true, 0));
  size_t other = 1;
  while (row_in(c, 0, steady_stock(c, true, other))->market == row_in(c, 0, gone[0])->market) other++;
  snprintf(gone[1], TICKER_SIZE, "%s", steady_stock(c, true, other));
  for (size_t s = GONE; s < BACK; s++)
    for (size_t n = 0; n < 2; n++) take_away(c, s, gone[n]);
  begin(c);
  live_to(c, MADE_BEGIN + 1, BACK - 1);
  char id[64];
  snprintf(id, sizeof id, "universe-too-many-leaving:%s", day_text(c->market->sessions[GONE + 2].date).text);
  const bson_t *alert = sim_document(c->world, DB_SYSTEM, "ops_alerts", id);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), "CRITICAL");
  assert_false(bson_has_field(alert, "resolved_utc"));
  for (size_t n = 0; n < 2; n++) {
    assert_true(is_followed(c, gone[n]));
    assert_rows(c, gone[n], BACK - 1);
  }
  live_to(c, BACK, BACK + 2);
  assert_true(bson_has_field(sim_document(c->world, DB_SYSTEM, "ops_alerts", id), "resolved_utc"));
  for (size_t n = 0; n < 2; n++) assert_rows(c, gone[n], BACK + 2);
}

#define MADE(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_universe_of_every_day_of_2023_is_the_one_worked_out_from_the_files),
      cmocka_unit_test(a_stock_that_enters_has_what_a_set_up_with_it_would_have_given),
      cmocka_unit_test(five_sessions_missed_while_stocks_come_and_go_end_equal_to_none),
      cmocka_unit_test(so_it_is_with_splits_renames_and_delistings),
      MADE(a_stock_at_the_border_does_not_come_and_go),
      MADE(a_stock_that_sinks_leaves_and_one_that_rises_again_has_no_gap),
      MADE(stocks_that_left_and_came_back_during_an_outage_have_no_gap),
      MADE(a_stock_that_is_listed_again_is_followed_again_and_its_rows_are_whole),
      MADE(a_stock_under_another_name_is_the_same_one),
      MADE(stocks_that_vanish_together_stay_until_a_person_has_looked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
