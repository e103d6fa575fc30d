/* What the analysis leaves behind does not depend on how the work was cut up: over the whole sample day by day, in
 * random batches, with interruptions, and against everything redone by --force. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_compare.h"
#include "sim_sample.h"

enum { SET_UP_AT = 19, FORCE_EVERY = 62, HOUR_MS = 60 * 60 * 1000 };

#define MIN_CAP INT64_C(100000000000)

typedef struct {
  SimMarket *market;
  SimWorld *clean; /* the whole sample, analysed session by session as it came */
} Scene;

static const AnalyzeOptions FORCED = {.budget_ms = HOUR_MS, .force = true};

static SimResult analyze(SimWorld *world, AnalyzeOptions options) {
  options.budget_ms = HOUR_MS;
  return sim_run(world, &(SimRun){.program = SIM_ANALYSIS, .analysis = options, .limited = true});
}

/* Everything redone changes no bit of any document. */
static void assert_as_if_forced(SimWorld *world, Day date) {
  static const char *const ASIDE[] = {"system_info.job_runs", "system_info.job_locks", "system_info.job_status", NULL};
  Error difference = {{0}};
  DbMemory *before = db_memory_copy(world->memory);
  assert_non_null(before);
  SimResult result = analyze(world, FORCED);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_true(result.wrote);
  if (!db_memory_equal(before, world->memory, &(DbMemoryOmit){.collections = ASIDE}, &difference))
    fail_msg("%s: %s", day_text(date).text, difference.text);
  db_memory_free(before);
}

static void assert_equal_worlds(const SimWorld *other, const SimWorld *clean) {
  Error difference = {{0}};
  if (!sim_worlds_equal(other, clean, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("%s", difference.text);
}

/* ---- incremental is the same as whole ---- */

enum { TICKERS_SIZE = 2048 };

/* The active ones, one behind the other; returns how many. */
static size_t list_active(const SimWorld *world, char tickers[TICKERS_SIZE]) {
  size_t active = 0;
  tickers[0] = '\0';
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "target_tickers"); i++) {
    bson_iter_t iter;
    const bson_t *target = sim_document_at(world, DB_SYSTEM, "target_tickers", i);
    if (!bson_iter_init_find(&iter, target, "is_active") || !bson_iter_bool(&iter)) continue;
    assert_true(++active * 6 < TICKERS_SIZE);
    strcat(tickers, sim_text(target, "_id"));
  }
  return active;
}

static void the_sample_analysed_day_by_day_equals_everything_redone(void **state) {
  Scene *scene = *state;
  scene->clean = sim_sample_world(scene->market, SET_UP_AT, MIN_CAP);
  sim_sample_set_up(scene->clean, SET_UP_AT);
  sim_sample_run(scene->clean, SIM_ANALYSIS);
  size_t normal = 0;
  for (size_t i = SET_UP_AT + 1; i < scene->market->count; i++) {
    char before[TICKERS_SIZE], after[TICKERS_SIZE];
    list_active(scene->clean, before);
    sim_sample_move_to(scene->clean, i);
    sim_sample_run(scene->clean, SIM_UPDATE);
    SimResult result = sim_sample_run(scene->clean, SIM_ANALYSIS);
    size_t active = list_active(scene->clean, after);
    if (strcmp(before, after) == 0) { /* one document a ticker, and none of those that did not trade */
      assert_in_range(sim_documents_written(&result), active / 2, active);
      normal++;
    }
    if (i % FORCE_EVERY == 0 || i + 1 == scene->market->count)
      assert_as_if_forced(scene->clean, scene->market->sessions[i].date);
  }
  assert_true(normal > scene->market->count / 2);
}

/* A run that may be cut short in any way, of a batch of any size. */
static SimRun draw_run(const Random *random, SimProgram program) {
  SimRun run = {.program = program, .limited = true};
  run.analysis = (AnalyzeOptions){.quota = (int64_t)sim_below(random, 25), .budget_ms = HOUR_MS};
  switch (sim_below(random, 4)) {
  case 0:
    run.crash_at = 1 + (long)sim_below(random, 150);
    run.crash_after = sim_chance(random, 500);
    break;
  case 1:
    run.stop_at = 1 + (long)sim_below(random, 150);
    break;
  case 2:
    run.losses_per_mille = 30;
    break;
  default:
    break;
  }
  return run;
}

typedef struct {
  long runs, crashed, stopped;
} Disturbances;

static void disturb(SimWorld *world, const Random *random, SimProgram program, Disturbances *so_far) {
  SimRun run = draw_run(random, program);
  SimResult result = sim_run(world, &run);
  so_far->runs++;
  so_far->crashed += result.crashed;
  so_far->stopped += run.stop_at > 0 && result.round_trips >= run.stop_at;
  sim_world_pass(world, HOUR_MS); /* so that what a dead run holds expires */
}

static void catch_up(SimWorld *world) {
  for (int i = 0; i < 3; i++) {
    sim_world_pass(world, HOUR_MS);
    sim_sample_run(world, SIM_UPDATE);
    sim_sample_run(world, SIM_ANALYSIS);
  }
}

static void analyse_in_random_batches(SimWorld *world, size_t from, size_t to, uint64_t seed, Disturbances *so_far) {
  uint64_t state = seed;
  const Random random = random_seeded(&state);
  for (size_t i = from; i < to; i++) {
    sim_sample_move_to(world, i);
    if (sim_chance(&random, 600)) disturb(world, &random, SIM_UPDATE, so_far);
    for (uint64_t runs = sim_below(&random, 3); runs > 0; runs--) disturb(world, &random, SIM_ANALYSIS, so_far);
  }
}

static void the_sample_in_random_batches_with_interruptions_equals_it_day_by_day(void **state) {
  Scene *scene = *state;
  assert_non_null(scene->clean);
  Disturbances so_far = {0};
  SimWorld *world = sim_sample_world(scene->market, SET_UP_AT, MIN_CAP);
  sim_sample_set_up(world, SET_UP_AT);
  analyse_in_random_batches(world, SET_UP_AT + 1, scene->market->count, 1, &so_far);
  sim_sample_move_to(world, scene->market->count - 1);
  catch_up(world);
  assert_true(so_far.runs > 300 && so_far.crashed > 30 && so_far.stopped > 10);
  assert_equal_worlds(world, scene->clean);
  sim_world_free(world);
}

/* Splits, halts, stocks that come and go: a made market. */
static void corporate_actions_in_random_batches_with_interruptions_equal_those_day_by_day(void **state) {
  (void)state;
  Day from, to;
  assert_true(day_parse("2023-01-02", &from) && day_parse("2024-02-29", &to));
  SimMarket *market = sim_market_new(1, from, to);
  SimWorld *worlds[2];
  Disturbances so_far = {0};
  for (size_t w = 0; w < 2; w++) {
    worlds[w] = sim_sample_world(market, SET_UP_AT, SIM_MIN_MARKET_CAP);
    sim_sample_set_up(worlds[w], SET_UP_AT);
  }
  for (size_t i = SET_UP_AT + 1; i < market->count; i++) {
    sim_sample_move_to(worlds[0], i);
    sim_sample_run(worlds[0], SIM_UPDATE);
    sim_sample_run(worlds[0], SIM_ANALYSIS);
  }
  assert_true(sim_document_count(worlds[0], DB_SYSTEM, "corporate_actions") > 5);
  analyse_in_random_batches(worlds[1], SET_UP_AT + 1, market->count, 1, &so_far);
  sim_sample_move_to(worlds[1], market->count - 1);
  catch_up(worlds[1]);
  catch_up(worlds[0]);
  assert_equal_worlds(worlds[1], worlds[0]);
  assert_as_if_forced(worlds[1], market->to);
  for (size_t w = 0; w < 2; w++) sim_world_free(worlds[w]);
  sim_market_free(market);
}

/* ---- the cross-section ---- */

/* rs_raw by its definition; the recorded days are adjusted already. NAN: none. */
static double strength_of(const SimMarket *market, size_t session, const char *ticker) {
  double closes[400];
  size_t traded = 0;
  const StockRow *row = session_find(&market->sessions[session], ticker);
  if (!row || row->open == 0) return NAN;
  for (size_t i = session + 1; i-- > 0;) {
    row = session_find(&market->sessions[i], ticker);
    if (row && row->open != 0) closes[traded++] = (double)row->close;
  }
  if (traded < 253) return NAN;
  return 40 * (closes[0] / closes[63] - 1) + 20 * (closes[0] / closes[126] - 1) + 20 * (closes[0] / closes[189] - 1) +
         20 * (closes[0] / closes[252] - 1);
}

/* -1: none. */
static int rating_of(const double *values, size_t count, size_t which) {
  size_t less = 0, all = 0;
  for (size_t i = 0; i < count; i++) {
    all += !isnan(values[i]) ? 1 : 0;
    less += values[i] < values[which] - 1e-9;
  }
  if (isnan(values[which]) || all < 2) return -1;
  return 1 + (int)floor(98 * (double)less / (double)(all - 1) + 0.5);
}

/* Returns how many ratings it has seen. */
static size_t check_ratings(const SimWorld *world, size_t session) {
  const Session *truth = &world->market->sessions[session];
  double values[128];
  size_t seen = 0;
  assert_true(truth->count <= 128);
  for (size_t i = 0; i < truth->count; i++) values[i] = strength_of(world->market, session, truth->rows[i].ticker);
  for (size_t i = 0; i < truth->count; i++) {
    const bson_t *document = sim_document(world, DB_ANALYZED, truth->rows[i].ticker, day_text(truth->date).text);
    if (!document) continue;
    int wanted = rating_of(values, truth->count, i), stored = sim_int32(document, "rs_rating");
    if (stored != wanted)
      fail_msg("%s %s: %d, not %d", truth->rows[i].ticker, day_text(truth->date).text, stored, wanted);
    assert_true((stored > 0) == bson_has_field(document, "trend_template"));
    seen += stored > 0;
  }
  return seen;
}

static void every_rating_ranks_all_stocks_of_the_archive_on_its_date(void **state) {
  Scene *scene = *state;
  size_t seen = 0, checked = 0;
  assert_non_null(scene->clean);
  for (size_t i = 0; i < scene->market->count; i++, checked++) seen += check_ratings(scene->clean, i);
  assert_int_equal(checked, scene->market->count);
  assert_true(seen > 3000);
}

/* Set up late and all at once, with a handful of targets, three tickers a run: the same ratings. */
static void a_rating_depends_on_neither_quota_nor_universe_nor_later_sessions(void **state) {
  Scene *scene = *state;
  size_t last = scene->market->count - 1, seen = 0;
  SimWorld *few = sim_sample_world(scene->market, last, 100 * MIN_CAP);
  sim_sample_set_up(few, last);
  for (int i = 0; i < 10; i++) analyze(few, (AnalyzeOptions){.quota = 3});
  size_t targets = sim_document_count(few, DB_SYSTEM, "target_tickers");
  assert_in_range(targets, 4, 25);
  assert_in_range(sim_document_count(scene->clean, DB_SYSTEM, "target_tickers"), targets + 10, 100);
  for (size_t i = 0; i <= last; i++) seen += check_ratings(few, i);
  assert_true(seen > targets * 50);
  sim_world_free(few);
}

/* ---- the group ---- */

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  if (!scene) return -1;
  scene->market = sim_sample_market(SIM_SAMPLE_DAYS);
  *state = scene;
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  sim_world_free(scene->clean);
  sim_market_free(scene->market);
  free(scene);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_sample_analysed_day_by_day_equals_everything_redone),
      cmocka_unit_test(the_sample_in_random_batches_with_interruptions_equals_it_day_by_day),
      cmocka_unit_test(corporate_actions_in_random_batches_with_interruptions_equal_those_day_by_day),
      cmocka_unit_test(every_rating_ranks_all_stocks_of_the_archive_on_its_date),
      cmocka_unit_test(a_rating_depends_on_neither_quota_nor_universe_nor_later_sessions),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
