/* Corporate actions and what else befalls a stock: the recorded sessions of 2023, unadjusted as published, day by day;
 * and a halt of months, made of real rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_sample.h"

enum { SET_UP_AT = 4, ACTIONS = 14, RENAMES = 9 };

typedef struct {
  SimMarket *market;
  SimWorld *world; /* at the last session */
} Scene;

static const char *date_of(const SimMarket *market, size_t session) {
  static char text[DAY_TEXT_SIZE];
  snprintf(text, sizeof text, "%s", day_text(market->sessions[session].date).text);
  return text;
}

static const StockRow *row_before(const SimMarket *market, size_t session, const char *ticker) {
  return session > 0 ? session_find(&market->sessions[session - 1], ticker) : NULL;
}

/* The factor that the exchange's own base price implies; 1: none. */
static double factor_on(const SimMarket *market, size_t session, const char *ticker) {
  const StockRow *row = session_find(&market->sessions[session], ticker), *before = row_before(market, session, ticker);
  if (!row || !before) return 1;
  int64_t base = row->close - row->change;
  return 1000 * llabs(base - before->close) >= 5 * before->close ? (double)base / (double)before->close : 1;
}

static size_t actions_on(const SimMarket *market, size_t session) {
  size_t actions = 0;
  for (size_t i = 0; i < market->sessions[session].count; i++)
    actions += factor_on(market, session, market->sessions[session].rows[i].ticker) != 1;
  return actions;
}

/* ---- adjusted history, after every session ---- */

static void assert_close_to(double value, double wanted, const char *ticker, const char *date) {
  if (!(fabs(value - wanted) <= 1e-12 * fabs(wanted))) fail_msg("%s %s: %.17g, not %.17g", ticker, date, value, wanted);
}

/* Every analysed document of the ticker is its published row times the factors that came after it, up to `now`. */
static size_t check_series(const SimWorld *world, const char *ticker, size_t now) {
  size_t documents = 0;
  double factor = 1;
  for (size_t i = now + 1; i-- > 0; factor *= factor_on(world->market, i, ticker)) {
    const StockRow *row = session_find(&world->market->sessions[i], ticker);
    const char *date = date_of(world->market, i);
    const bson_t *document = sim_document(world, DB_ANALYZED, ticker, date);
    bool traded = row && row->open != 0;
    if (traded != (document != NULL)) fail_msg("%s %s: %s", ticker, date, traded ? "missing" : "too much");
    if (traded) {
      documents++;
      assert_close_to(sim_double(document, "open"), (double)row->open * factor, ticker, date);
      assert_close_to(sim_double(document, "high"), (double)row->high * factor, ticker, date);
      assert_close_to(sim_double(document, "low"), (double)row->low * factor, ticker, date);
      assert_close_to(sim_double(document, "close"), (double)row->close * factor, ticker, date);
      assert_close_to(sim_double(document, "volume"), (double)row->volume / factor, ticker, date);
    }
    const bson_t *raw = sim_document(world, DB_STOCK, ticker, date);
    if (row && raw) assert_int_equal(sim_int64(raw, "close"), row->close); /* as published, whatever came after */
  }
  assert_int_equal(sim_document_count(world, DB_ANALYZED, ticker), documents);
  return documents;
}

/* What a run of that session has to write: one document of each stock that traded, and all of those that an action has
 * moved. */
static size_t documents_due(const SimWorld *world, size_t session) {
  size_t due = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    const bson_t *target = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
    const char *ticker = sim_text(target, "_id");
    const StockRow *row = session_find(&world->market->sessions[session], ticker);
    bool come = strcmp(sim_text(target, "added_date"), date_of(world->market, session)) == 0;
    if (factor_on(world->market, session, ticker) != 1 || come)
      due += sim_document_count(world, DB_ANALYZED, ticker);
    else
      due += row && row->open != 0;
  }
  return due;
}

static void check_all_series(const SimWorld *world, size_t now) {
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    char ticker[TICKER_SIZE];
    snprintf(ticker, sizeof ticker, "%s", sim_text(sim_document_at(world, DB_SYSTEM, "target_tickers", i), "_id"));
    check_series(world, ticker, now);
  }
}

/* ---- names ---- */

static void check_names(const SimWorld *world, size_t session) {
  const Session *truth = &world->market->sessions[session];
  for (size_t i = 0; i < truth->count; i++) {
    const StockRow *row = &truth->rows[i];
    const bson_t *latest = sim_document(world, DB_SYSTEM, "latest_analysis", row->ticker);
    assert_string_equal(sim_text(sim_document(world, DB_SYSTEM, "target_tickers", row->ticker), "name"), row->name);
    if (latest) assert_string_equal(sim_text(latest, "name"), row->name);
  }
}

static size_t renamed_on(const SimMarket *market, size_t session) {
  size_t renamed = 0;
  for (size_t i = 0; i < market->sessions[session].count; i++) {
    const StockRow *row = &market->sessions[session].rows[i], *before = row_before(market, session, row->ticker);
    renamed += before && strcmp(before->name, row->name) != 0;
  }
  return renamed;
}

/* ---- the recorded days ---- */

static void an_action_rewrites_the_history_of_its_ticker_and_of_no_other(void **state) {
  Scene *scene = *state;
  SimWorld *world = scene->world = sim_sample_world(scene->market, SET_UP_AT, 1);
  size_t renamed = 0, moved = 0;
  sim_sample_set_up(world, SET_UP_AT);
  sim_sample_run(world, SIM_ANALYSIS);
  check_all_series(world, SET_UP_AT);
  for (size_t i = 1; i <= SET_UP_AT; i++) renamed += renamed_on(scene->market, i);
  for (size_t i = SET_UP_AT + 1; i < scene->market->count; i++) {
    sim_sample_move_to(world, i);
    sim_sample_run(world, SIM_UPDATE);
    SimResult result = sim_sample_run(world, SIM_ANALYSIS);
    check_all_series(world, i);
    check_names(world, i);
    assert_int_equal(sim_documents_written(&result), documents_due(world, i));
    moved += actions_on(scene->market, i);
    renamed += renamed_on(scene->market, i);
  }
  assert_int_equal(moved, ACTIONS - 3); /* set-up has taken in the others */
  assert_int_equal(renamed, RENAMES);
}

static void the_fourteen_actions_are_listed_with_their_factors(void **state) {
  const Scene *scene = *state;
  size_t actions = 0;
  assert_non_null(scene->world);
  for (size_t i = 1; i < scene->market->count; i++)
    for (size_t k = 0; k < scene->market->sessions[i].count; k++) {
      const StockRow *row = &scene->market->sessions[i].rows[k];
      double factor = factor_on(scene->market, i, row->ticker);
      if (factor == 1) continue;
      char id[32];
      snprintf(id, sizeof id, "%s:%s", row->ticker, date_of(scene->market, i));
      const bson_t *action = sim_document(scene->world, DB_SYSTEM, "corporate_actions", id);
      if (!action) fail_msg("%s is missing", id);
      assert_true(sim_double(action, "factor") == factor);
      assert_int_equal(sim_int64(action, "base_price"), row->close - row->change);
      assert_int_equal(sim_int64(action, "previous_close"), row_before(scene->market, i, row->ticker)->close);
      actions++;
    }
  assert_int_equal(actions, ACTIONS);
  assert_int_equal(sim_document_count(scene->world, DB_SYSTEM, "corporate_actions"), ACTIONS);
}

static void a_delisting_ends_the_series_and_keeps_it(void **state) {
  const Scene *scene = *state;
  static const char GONE[] = "064510"; /* last listed on 2023-01-16 */
  assert_non_null(scene->world);
  const bson_t *target = sim_document(scene->world, DB_SYSTEM, "target_tickers", GONE);
  bson_iter_t active;
  assert_true(bson_iter_init_find(&active, target, "is_active") && !bson_iter_bool(&active));
  assert_string_equal(sim_text(target, "removed_date"), "2023-01-17");
  assert_string_equal(sim_text(target, "removed_reason"), "delisted");
  assert_string_equal(sim_text(target, "last_analyzed_date"), "2023-01-16");
  assert_null(sim_document(scene->world, DB_SYSTEM, "latest_analysis", GONE));
  size_t documents = sim_document_count(scene->world, DB_ANALYZED, GONE),
         rows = sim_document_count(scene->world, DB_STOCK, GONE);
  assert_int_equal(rows, 11);
  assert_true(documents <= rows &&
              strcmp(sim_text(sim_document_at(scene->world, DB_STOCK, GONE, rows - 1), "_id"), "2023-01-16") == 0);
}

static void two_actions_of_one_stock_multiply(void **state) {
  const Scene *scene = *state;
  assert_non_null(scene->world);
  const bson_t *oldest = sim_document(scene->world, DB_ANALYZED, "131400", "2023-01-02");
  const StockRow *row = session_find(&scene->market->sessions[0], "131400");
  if (row->open != 0)
    assert_close_to(sim_double(oldest, "close"), (double)row->close * (1865.0 / 953) * (1686.0 / 1910), "131400",
                    "2023-01-02");
  else
    assert_null(oldest);
}

/* ---- a halt of months: made rows ---- */

enum { HALT_FROM = 60, HALT_TO = 130, RATIO = 5 };
static const char HALTED[] = "000270";

/* MADE: the real rows of 000270, without trades from HALT_FROM on, and from HALT_TO on at a fifth of the price and five
 * times the shares, with a base price to match. */
static void make_halt(SimMarket *market) {
  int64_t before = session_find(&market->sessions[HALT_FROM - 1], HALTED)->close, previous = before / RATIO;
  for (size_t i = HALT_FROM; i < market->count; i++) {
    StockRow *row = (StockRow *)session_find(&market->sessions[i], HALTED);
    assert_non_null(row);
    if (i < HALT_TO) {
      row->open = row->high = row->low = row->change = row->volume = row->value = 0;
      row->close = before;
      continue;
    }
    row->open /= RATIO, row->high /= RATIO, row->low /= RATIO, row->close /= RATIO;
    row->change = row->close - previous;
    row->volume *= RATIO;
    row->listed_shares *= RATIO;
    previous = row->close;
  }
}

static double mean_close(const SimWorld *world, size_t last, size_t length) {
  double sum = 0;
  size_t taken = 0;
  for (size_t i = last + 1; taken < length; i--) {
    const bson_t *document = sim_document(world, DB_ANALYZED, HALTED, date_of(world->market, i - 1));
    if (document) sum += sim_double(document, "close"), taken++;
  }
  return sum / (double)length;
}

/* 0: it traded in as_of, and the field is absent. */
static int64_t stale_sessions(const bson_t *latest) {
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, latest, "stale_sessions")) return 0;
  assert_true(BSON_ITER_HOLDS_INT32(&iter) && bson_iter_int32(&iter) > 0);
  return bson_iter_int32(&iter);
}

static void a_halt_of_months_resumes_at_a_new_base_without_a_jump(void **state) {
  (void)state;
  SimMarket *market = sim_sample_market(SIM_SAMPLE_DAYS);
  make_halt(market);
  SimWorld *world = sim_sample_world(market, HALT_FROM - 2, INT64_C(100000000000));
  sim_sample_set_up(world, HALT_FROM - 2);
  for (size_t i = HALT_FROM - 1; i < HALT_TO + 6; i++) {
    sim_sample_move_to(world, i);
    sim_sample_run(world, SIM_UPDATE);
    sim_sample_run(world, SIM_ANALYSIS);
    const bson_t *latest = sim_document(world, DB_SYSTEM, "latest_analysis", HALTED);
    bool halted = i >= HALT_FROM && i < HALT_TO;
    assert_string_equal(sim_text(latest, "as_of"), date_of(market, i));
    assert_string_equal(sim_text(latest, "date"), date_of(market, halted ? HALT_FROM - 1 : i));
    assert_int_equal(stale_sessions(latest), halted ? i + 1 - HALT_FROM : 0);
  }
  assert_int_equal(check_series(world, HALTED, HALT_TO + 5), HALT_FROM + 6);
  double factor = factor_on(market, HALT_TO, HALTED);
  assert_true(factor < 0.2 + 1e-4 && factor > 0.2 - 1e-4);
  const bson_t *resumed = sim_document(world, DB_ANALYZED, HALTED, date_of(market, HALT_TO));
  assert_close_to(sim_double(resumed, "sma_5"), mean_close(world, HALT_TO, 5), HALTED, "resumed");
  assert_true(fabs(sim_double(resumed, "close") / mean_close(world, HALT_FROM - 1, 5) - 1) < 0.5); /* no jump by five */
  sim_world_free(world);
  sim_market_free(market);
}

/* ---- the group ---- */

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  if (!scene) return -1;
  scene->market = sim_sample_market(SIM_SAMPLE_RAW);
  *state = scene;
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  sim_world_free(scene->world);
  sim_market_free(scene->market);
  free(scene);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_action_rewrites_the_history_of_its_ticker_and_of_no_other),
      cmocka_unit_test(the_fourteen_actions_are_listed_with_their_factors),
      cmocka_unit_test(a_delisting_ends_the_series_and_keeps_it),
      cmocka_unit_test(two_actions_of_one_stock_multiply),
      cmocka_unit_test(a_halt_of_months_resumes_at_a_new_base_without_a_jump),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
