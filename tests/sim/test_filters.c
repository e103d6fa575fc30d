/* The entry filter is widened, narrowed and changed back at any time, between sessions and with them, by runs that die:
 * after each run the universe is the one that tests/support/sim_filters reckons apart.
 *
 * 200 seeds; 5,000 with CLOSEBELL_TEST_LONG=1. CLOSEBELL_SIM_SEED=N: that one alone, with what is done and, with
 * CLOSEBELL_SIM_LOG=1, what the jobs say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/job_status.h>
#include <closebell/store/meta.h>
#include <closebell/store/stock_data.h>

#include "sim_check.h"
#include "sim_filters.h"
#include "sim_sample.h"

enum { MARKETS = 12, BEGIN = 30, STEPS = 12, SHORT = 200, LONG = 5000 };

static SimMarket *markets[MARKETS]; /* made when they are first wanted */

typedef struct {
  uint64_t seed, state;
  Random random;
  SimWorld *world;
  FilterStory story;
  bool counted[FILTER_STORY_SESSIONS]; /* the session's filter is written down */
  EntryFilter first, previous;         /* to go back to */
  bool talks;
} Story;

static size_t below(Story *s, size_t bound) { return (size_t)sim_below(&s->random, bound); }
static EntryFilter *filter_of(Story *s) { return &s->world->prepared.rules.filter; }

__attribute__((format(printf, 2, 3))) static void say(const Story *s, const char *format, ...) {
  va_list arguments;
  if (!s->talks) return;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

/* ---- filters ---- */

static void draw_filter(Story *s, bool lets_many_in) {
  static const int64_t CAPS[] = {0, 1500000000000, 2500000000000, 4000000000000, 6000000000000};
  static const int64_t VALUES[] = {0, 0, 1000000000, 20000000000};
  static const int LISTED[] = {0, 0, 3, 12, 35};
  EntryFilter *filter = filter_of(s);
  filter->min_market_cap = CAPS[below(s, lets_many_in ? 3 : 5)];
  filter->exit_market_cap = filter->min_market_cap / 100 * (int64_t)(60 + below(s, 41));
  filter->exit_sessions = 1 + (int)below(s, 5);
  filter->excluded = 0;
  for (Kind kind = KIND_PREFERRED; kind <= KIND_REIT; kind++)
    if (below(s, 4) == 0) filter->excluded |= 1u << kind;
  filter->exclude_halted = below(s, 6) == 0;
  filter->min_sessions = LISTED[below(s, 5)];
  filter->min_traded_value = lets_many_in ? 0 : VALUES[below(s, 4)];
}

static void widen(EntryFilter *filter) {
  filter->min_market_cap /= 2;
  filter->exit_market_cap /= 2;
  filter->excluded = 0;
  filter->exclude_halted = false;
  filter->min_sessions = 0;
  filter->min_traded_value /= 2;
}

static void narrow(Story *s, EntryFilter *filter) {
  filter->min_market_cap = filter->min_market_cap * 3 / 2 + 100000000000;
  filter->exit_market_cap = filter->exit_market_cap * 3 / 2;
  filter->excluded |= 1u << (KIND_PREFERRED + below(s, 3));
}

static void change_filter(Story *s) {
  EntryFilter before = *filter_of(s);
  size_t choice = below(s, 8);
  if (choice == 0) return;
  if (choice == 1) draw_filter(s, false);
  if (choice == 2 || choice == 3) widen(filter_of(s));
  if (choice == 4) narrow(s, filter_of(s));
  if (choice == 5 || choice == 6) *filter_of(s) = s->previous;
  if (choice == 7) *filter_of(s) = s->first;
  s->previous = before;
}

/* ---- what counts ---- */

/* A run may have died: what it has written down counts, and it can have written down its own filter alone. */
static void read_filters(Story *s) {
  FilterStory *story = &s->story;
  for (size_t i = story->begin; i <= story->now; i++) {
    char id[JOB_STATUS_ID_SIZE], mine[FILTER_TEXT_SIZE], known[FILTER_TEXT_SIZE];
    job_status_id(story->market->sessions[i].date, JOB_DAILY_UPDATE, id);
    const bson_t *status = sim_document(s->world, DB_SYSTEM, "job_status", id);
    const char *text = status ? sim_text(status, "filter") : "";
    if (text[0] == '\0') continue;
    filter_format(filter_of(s), mine);
    if (s->counted[i] && strcmp(text, filter_format(&story->filters[i], known)) == 0) continue;
    if (strcmp(text, mine) != 0) fail_msg("seed %ju: %s is taken in by %s", (uintmax_t)s->seed, id, text);
    story->filters[i] = *filter_of(s);
    s->counted[i] = true;
  }
}

/* After a run that has come to its end every session has its filter, and the newest has today's. */
static void assert_filters(Story *s) {
  char newest[FILTER_TEXT_SIZE], today[FILTER_TEXT_SIZE];
  for (size_t i = s->story.begin; i <= s->story.now; i++)
    if (!s->counted[i]) fail_msg("seed %ju: session %zu has no filter", (uintmax_t)s->seed, i);
  assert_string_equal(filter_format(&s->story.filters[s->story.now], newest), filter_format(filter_of(s), today));
}

static void assert_nothing_left(const Story *s, const Universe *targets) {
  const Session *newest = &s->story.market->sessions[s->story.now];
  for (size_t i = 0; i < newest->count; i++) {
    const char *ticker = newest->rows[i].ticker;
    if (universe_find(targets, ticker)) continue;
    if (sim_document_count(s->world, DB_STOCK, ticker) + sim_document_count(s->world, DB_ANALYZED, ticker) > 0)
      fail_msg("seed %ju: %s is no target, and has rows", (uintmax_t)s->seed, ticker);
  }
}

static void assert_universe(Story *s) {
  TargetTable targets = {0};
  FilterTruth truth;
  Error err = {{0}};
  char why[256];
  read_filters(s);
  assert_filters(s);
  filter_truth(&s->story, &truth);
  assert_int_equal(targets_load(&s->world->view, &targets, &err), STATUS_OK);
  if (!filter_truth_holds(&truth, &s->story, &targets.universe, why)) fail_msg("seed %ju: %s", (uintmax_t)s->seed, why);
  if (!sim_check(s->world, DAY_NONE, &err)) fail_msg("seed %ju: %s", (uintmax_t)s->seed, err.text);
  assert_nothing_left(s, &targets.universe);
  target_table_free(&targets);
}

/* ---- a story ---- */

static SimResult run(Story *s, SimProgram program, long crash_at) {
  char text[FILTER_TEXT_SIZE];
  SimRun options = {.program = program,
                    .setup = {.days = (int64_t)(s->story.begin - s->story.kept + 1)},
                    .crash_at = crash_at,
                    .crash_after = crash_at > 0 && below(s, 2)};
  SimResult result = sim_run(s->world, &options);
  say(s, "session %zu, %s%s: %s; %s", s->story.now, sim_program_name(program), result.crashed ? " dies" : "",
      filter_format(filter_of(s), text), result.crashed ? "" : result.message);
  if (!result.crashed && result.exit_code != EXIT_DONE)
    fail_msg("seed %ju: %s ends with %d: %s", (uintmax_t)s->seed, sim_program_name(program), result.exit_code,
             result.message);
  return result;
}

/* Many a run has a few dozen round trips, some have several hundred. */
static long draw_crash(Story *s, size_t per_hundred) {
  static const size_t WITHIN[] = {40, 160, 600};
  return below(s, 100) < per_hundred ? 1 + (long)below(s, WITHIN[below(s, 3)]) : 0;
}

static void set_up(Story *s) {
  while (run(s, SIM_SETUP, draw_crash(s, 25)).crashed) {
    read_filters(s);
    if (below(s, 2)) draw_filter(s, true);
  }
  EntryFilter now = *filter_of(s);
  read_filters(s);
  s->story.began_by = s->story.filters[s->story.begin];
  *filter_of(s) = s->story.began_by;
  assert_universe(s);
  *filter_of(s) = now;
  s->first = s->previous = now;
}

static void take_step(Story *s) {
  const SimMarket *market = s->story.market;
  size_t further = below(s, 5);
  change_filter(s);
  s->story.now += further < 3 ? 0 : further - 2;
  if (s->story.now > market->count - 1) s->story.now = market->count - 1;
  sim_world_move_to(s->world, sim_market_published(market, market->sessions[s->story.now].date));
  bool died = run(s, SIM_UPDATE, draw_crash(s, 40)).crashed;
  read_filters(s);
  if (died) return;
  assert_universe(s);
  if (below(s, 4) == 0) run(s, SIM_ANALYSIS, 0);
}

static void begin(Story *s, uint64_t seed) {
  SimMarket **market = &markets[seed % MARKETS];
  if (!*market) *market = sim_filters_market(seed % MARKETS + 1);
  *s = (Story){.seed = seed, .state = seed * 104729 + 1, .talks = getenv("CLOSEBELL_SIM_SEED") != NULL};
  s->random = random_seeded(&s->state);
  s->story = (FilterStory){.market = *market, .kept = BEGIN - 5 - below(s, 24), .begin = BEGIN, .now = BEGIN};
  s->world = sim_world_new(*market, seed, sim_market_published(*market, (*market)->sessions[BEGIN].date));
  if (getenv("CLOSEBELL_SIM_LOG")) s->world->log = stderr;
  draw_filter(s, true);
  set_up(s);
}

static void live_through(uint64_t seed) {
  Story *s = malloc(sizeof *s);
  assert_non_null(s);
  begin(s, seed);
  for (int i = 0; i < STEPS; i++) take_step(s);
  run(s, SIM_UPDATE, 0);
  assert_universe(s);
  run(s, SIM_ANALYSIS, 0);
  run(s, SIM_VERIFY, 0);
  sim_world_free(s->world);
  free(s);
}

static void any_sequence_of_filters_ends_as_the_ones_that_counted(void **state) {
  (void)state;
  const char *alone = getenv("CLOSEBELL_SIM_SEED");
  uint64_t seeds = getenv("CLOSEBELL_TEST_LONG") ? LONG : SHORT, first = alone ? strtoull(alone, NULL, 10) : 1;
  for (uint64_t seed = first; seed < first + (alone ? 1 : seeds); seed++) live_through(seed);
  print_message("%ju sequences of filters equal to the universe reckoned apart\n", (uintmax_t)(alone ? 1 : seeds));
}

/* ---- what an older program left ---- */

/* As it stood after a wider filter was changed back: a target that the sessions know nothing of, and its rows. */
static void spoil(Story *s, char ticker[TICKER_SIZE]) {
  const Session *newest = &s->story.market->sessions[s->story.now];
  TargetTable targets = {0};
  Error err = {{0}};
  size_t i = 0;
  StoredCounts counts;
  assert_int_equal(targets_load(&s->world->view, &targets, &err), STATUS_OK);
  while (i < newest->count && universe_find(&targets.universe, newest->rows[i].ticker)) i++;
  assert_true(i < newest->count);
  const StockRow *row = &newest->rows[i];
  Target target = {.market = row->market,
                   .market_cap = row->market_cap,
                   .listed_shares = row->listed_shares,
                   .added_date = newest->date,
                   .history_from = s->story.market->sessions[s->story.kept].date,
                   .is_active = true,
                   .removed_date = DAY_NONE};
  memcpy(target.ticker, row->ticker, sizeof target.ticker);
  memcpy(target.name, row->name, sizeof target.name);
  memcpy(ticker, row->ticker, TICKER_SIZE);
  const Target *lent = &target;
  const DatedRow dated = {.date = newest->date, .row = row};
  assert_int_equal(targets_insert(&s->world->view, &lent, 1, &err), STATUS_OK);
  assert_int_equal(stock_data_store(&s->world->view, ticker, &dated, 1, &counts, &err), STATUS_OK);
  target_table_free(&targets);
}

static Story *begin_to_spoil(char ticker[TICKER_SIZE]) {
  Story *s = malloc(sizeof *s);
  assert_non_null(s);
  begin(s, 7);
  s->story.now++;
  sim_world_move_to(s->world, sim_market_published(s->story.market, s->story.market->sessions[s->story.now].date));
  filter_of(s)->min_market_cap = filter_of(s)->exit_market_cap = 4000000000000;
  run(s, SIM_UPDATE, 0);
  assert_universe(s);
  spoil(s, ticker);
  return s;
}

static void end(Story *s) {
  sim_world_free(s->world);
  free(s);
}

static void what_an_older_program_left_is_mended_by_the_next_run_with_nothing_due(void **state) {
  (void)state;
  char ticker[TICKER_SIZE];
  Meta meta;
  Error err = {{0}};
  Story *s = begin_to_spoil(ticker);
  assert_int_equal(meta_read(&s->world->view, &meta, &err), STATUS_OK);
  meta.began_by[0] = '\0'; /* it does not know the field */
  assert_int_equal(meta_write(&s->world->view, &meta, &err), STATUS_OK);
  run(s, SIM_UPDATE, 0);
  assert_universe(s);
  SimResult again = run(s, SIM_UPDATE, 0);
  assert_non_null(strstr(again.message, "nothing due"));
  end(s);
}

static void sessions_asked_for_by_name_mend_the_universe_too(void **state) {
  (void)state;
  char ticker[TICKER_SIZE];
  for (int forced = 0; forced < 2; forced++) {
    Story *s = begin_to_spoil(ticker);
    const Day date = s->story.market->sessions[s->story.now].date;
    assert_int_equal(sim_run(s->world, &(SimRun){.program = SIM_VERIFY}).exit_code, EXIT_TRY_AGAIN);
    SimResult result = sim_run(
        s->world,
        &(SimRun){.program = SIM_UPDATE, .ranged = true, .update = {.from = date, .to = date, .force = forced}});
    assert_int_equal(result.exit_code, EXIT_DONE);
    assert_universe(s);
    assert_int_equal(sim_run(s->world, &(SimRun){.program = SIM_VERIFY}).exit_code, EXIT_DONE);
    end(s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_sequence_of_filters_ends_as_the_ones_that_counted),
      cmocka_unit_test(what_an_older_program_left_is_mended_by_the_next_run_with_nothing_due),
      cmocka_unit_test(sessions_asked_for_by_name_mend_the_universe_too),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  for (size_t i = 0; i < MARKETS; i++) sim_market_free(markets[i]);
  return failed;
}
