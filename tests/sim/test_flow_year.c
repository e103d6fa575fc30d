/* Years of flows, minutes and evenings from a broker, under everything that can go wrong with it, with the exchange and
 * with the runs, while lists and settings change; a failing seed prints itself.
 *
 * CLOSEBELL_SIM_SEEDS=100  so many seeds; else SHORT_SEEDS
 * CLOSEBELL_SIM_SEED=17    this one alone
 * CLOSEBELL_SIM_DAYS=90    so many days; else a year
 * CLOSEBELL_SIM_LOG=1      with every line that the jobs log, on stderr */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/store/job_status.h>
#include <closebell/store/ops_alerts.h>

#include "made_market.h"
#include "sim_broker.h"
#include "sim_check.h"
#include "sim_choices.h"
#include "sim_flow_check.h"
#include "sim_weather.h"

enum {
  SHORT_SEEDS = 1,
  YEAR_DAYS = 365,
  WINDOW_DAYS = 60,
  CALM_DAYS = 4,
  RECENT_DAYS = 12,
  KEEP_DAYS = 90,
  MISSED_PER_MILLE = 200
};
static const int64_t SECOND = 1000, MINUTE = 60 * 1000, DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

/* When an operator's schedule starts the programs, in Korea; one run begins as the day's flows become final. */
typedef struct {
  int minute, second;
  bool analyses;
} Round;
static const Round ROUNDS[] = {{9 * 60 + 5, 0, true},    {15 * 60 + 45, 0, false}, {16 * 60 + 10, 0, false},
                               {16 * 60 + 50, 0, false}, {20 * 60 + 4, 55, false}, {20 * 60 + 10, 0, true}};
enum { ROUND_COUNT = sizeof ROUNDS / sizeof *ROUNDS };

typedef struct {
  uint64_t seed, random_state;
  Random random;
  SimMarket *market;
  SimWorld *world;
  SimBroker broker;
  SimWeather weather;
  SimChoices choices;
  long runs, crashes, failures;
  size_t documents;
} Life;

/* ---- the weather of the broker ---- */

static bool chance(Life *life, unsigned per_mille) { return sim_chance(&life->random, per_mille); }

/* Short ones are many; none is longer than the calm allows. */
static void draw_fault(Life *life, Instant calm) {
  static const int64_t HOURS[] = {1, 2, 4, 5, 8, 24, 60, 120};
  BrokerFault fault = {.kind = (BrokerFaultKind)sim_below(&life->random, BROKER_FAULT_KINDS)};
  fault.from = life->world->now + (int64_t)sim_below(&life->random, (uint64_t)DAY_LENGTH);
  fault.until = fault.from + HOURS[sim_below(&life->random, sizeof HOURS / sizeof *HOURS)] * 60 * MINUTE;
  if (fault.until > calm) fault.until = calm;
  if (chance(life, 400)) made_ticker((size_t)sim_below(&life->random, 56), fault.ticker);
  sim_broker_fault(&life->broker, &fault);
}

static void begin_day(Life *life, Instant calm) {
  sim_weather_draw_day(&life->weather, life->world, calm);
  if (chance(life, 200)) sim_choices_change(&life->choices, life->world, &life->random);
  for (int i = 0; i < 2 && life->world->now < calm; i++)
    if (chance(life, 250)) draw_fault(life, calm);
}

/* ---- runs ---- */

/* A key that is refused, by whomever, is the operator's to mend: 78. */
static bool is_expected(const SimResult *result) {
  switch (result->exit_code) {
  case EXIT_DONE:
  case EXIT_UNAVAILABLE:
  case EXIT_TRY_AGAIN:
  case EXIT_CONFIG:
    return true;
  default:
    return false;
  }
}

static bool run_one(Life *life, const SimRun *run, Error *why) {
  SimWorld *world = life->world;
  SimResult result = sim_run(world, run);
  life->runs++;
  life->crashes += result.crashed;
  life->failures += result.exit_code != EXIT_DONE;
  Day recent = instant_kst_day(world->now) - RECENT_DAYS;
  bool good = result.crashed || is_expected(&result);
  if (!good)
    error_set(why, STATUS_INTERNAL, "%s ended with %d: %s", sim_program_name(run->program), result.exit_code,
              result.message);
  if (good && (result.wrote || run->meanwhile))
    good = sim_check(world, recent, why) && sim_check_flows(world, recent, why);
  if (!good) error_prefix(why, STATUS_INTERNAL, "%s", instant_text(world->now).text);
  return good;
}

static bool run_program(Life *life, SimProgram program, bool calm, Error *why) {
  SimRun run = calm ? (SimRun){.program = program} : sim_weather_draw_run(&life->weather, program);
  return run_one(life, &run, why);
}

static bool run_round(Life *life, const Round *round, bool calm, Error *why) {
  if (sim_world_has_fault(life->world, SIM_HOSTS_DOWN)) return true;
  return run_program(life, SIM_UPDATE, calm, why) && (!round->analyses || run_program(life, SIM_ANALYSIS, calm, why));
}

static bool live_a_day(Life *life, Day date, Instant calm, Error *why) {
  bool good = true;
  for (int i = 0; i < ROUND_COUNT && good; i++) {
    Instant at = instant_from_kst(date, ROUNDS[i].minute) + ROUNDS[i].second * SECOND;
    if (at < life->world->now) continue;
    sim_world_move_to(life->world, at);
    if (i == 0) begin_day(life, calm);
    if (life->world->now < calm && chance(life, MISSED_PER_MILLE)) continue; /* nobody starts it */
    good = run_round(life, &ROUNDS[i], life->world->now >= calm, why);
  }
  return good;
}

/* ---- what an operator does once all is calm ---- */

static const char *const DATASETS[] = {"market_flow", "minute_prices"};

/* Doors that are shut for a week are opened. */
static bool open_doors(SimWorld *world, Error *why) {
  static const char *const DOORS[] = {"kis", "kis-quotes", "kis-programs", "kis-minutes", "kis-calendar"};
  bool good = true;
  for (size_t i = 0; i < sizeof DOORS / sizeof *DOORS && good; i++)
    good = world->view.delete_one(world->view.self, DB_SYSTEM, "source_state", DOORS[i], why) == STATUS_OK;
  return good;
}

static bool ask_by_name(Life *life, const char *dataset, Day date, Error *why) {
  const UpdateOptions update = {.dataset = dataset, .from = date, .to = date};
  return run_one(life, &(SimRun){.program = SIM_UPDATE, .update = update, .ranged = true}, why);
}

/* What was asked for in vain again and again rests longer than the calm lasts. */
static bool ask_for_resting(Life *life, const char *dataset, Error *why) {
  JobStatusList statuses = {0};
  bool good = job_status_load(&life->world->view, dataset, DAY_NONE, DAY_NONE, &statuses, why) == STATUS_OK;
  for (size_t i = 0; i < statuses.count && good; i++) {
    const JobStatus *status = &statuses.items[i];
    bool session = sim_market_session(life->market, status->date) != NULL;
    if (session && status->state != JOB_COMPLETED) good = ask_by_name(life, dataset, status->date, why);
  }
  job_status_list_free(&statuses);
  return good;
}

static bool verify(Life *life, Error *why) {
  char *said = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&said, &length);
  sim_or_die(out != NULL, "no memory for a report");
  SimResult result = sim_run(life->world, &(SimRun){.program = SIM_VERIFY, .access = ACCESS_READ, .out = out});
  fclose(out);
  bool good = result.exit_code == EXIT_DONE;
  if (!good) error_set(why, STATUS_BAD_DATA, "--verify: %s\n%.300s", result.message, said);
  free(said);
  return good;
}

/* A closure that nobody has announced is asked about until the next session tells that it was one. */
static bool is_in_doubt(const Life *life) {
  Day today = instant_kst_day(life->world->now);
  for (Day date = today; date > today - RECENT_DAYS; date--) {
    bool unannounced = !sim_market_session(life->market, date) && closures_expects_open(&life->market->table, date);
    const Session *next = sim_market_neighbour(life->market, date, 0);
    if (unannounced && next && sim_market_published(life->market, next->date) > life->world->now) return true;
  }
  return false;
}

/* Until the session is archived nobody knows that a stock does not trade: its minutes are asked for again. */
static bool may_lack_a_stock(const Life *life) {
  const Session *session = sim_market_session(life->market, instant_kst_day(life->world->now));
  const SimChoice *choice = life->choices.count ? &life->choices.items[life->choices.count - 1] : NULL;
  if (!session || !choice || sim_market_published(life->market, session->date) <= life->world->now) return false;
  for (size_t i = 0; i < choice->count; i++) {
    const StockRow *row = session_find(session, choice->listed[i]);
    if (!row || !row_has_trades(row)) return true;
  }
  return false;
}

/* Nothing is left to ask the broker for. */
static bool is_idle(Life *life, Error *why) {
  if (is_in_doubt(life) || may_lack_a_stock(life)) return true;
  SimResult result = sim_run(life->world, &(SimRun){.program = SIM_UPDATE});
  if (result.exit_code == EXIT_DONE && result.broker_calls == 0) return true;
  error_set(why, STATUS_INTERNAL, "a run with nothing to do asked the broker %ld times: %s", result.broker_calls,
            result.message);
  return false;
}

static bool end_window(Life *life, Error *why) {
  bool good = open_doors(life->world, why);
  for (size_t i = 0; i < 2 && good; i++) good = ask_for_resting(life, DATASETS[i], why);
  good = good && run_program(life, SIM_UPDATE, true, why) && run_program(life, SIM_ANALYSIS, true, why);
  return good && sim_check(life->world, DAY_NONE, why) &&
         sim_check_all_flows(life->world, &life->choices, &life->documents, why) && verify(life, why) &&
         is_idle(life, why);
}

/* ---- a life ---- */

static void configure(SimWorld *world) {
  Config *config = &world->config;
  text_copy(config->kis.app_key, sizeof config->kis.app_key, "key");
  text_copy(config->kis.app_secret, sizeof config->kis.app_secret, "secret");
  config->kis.calls_per_day = 20000;
  config->minutes.keep_days = KEEP_DAYS;
}

static void begin(Life *life, uint64_t seed, int days) {
  Day first;
  sim_or_die(day_parse("2021-09-01", &first), "no first day");
  *life = (Life){.seed = seed, .random_state = seed * UINT64_C(0xd1342543de82ef95) + 3};
  life->random = random_seeded(&life->random_state);
  life->market = sim_market_new(seed, first, first + 120 + days + 60);
  life->world = sim_world_new(life->market, seed, instant_from_kst(first + 120, 8 * 60 + 30));
  life->world->broker = &life->broker;
  if (getenv("CLOSEBELL_SIM_LOG")) life->world->log = stderr;
  configure(life->world);
  sim_weather_start(&life->weather, seed);
}

static bool live(Life *life, int days, Error *why) {
  SimWorld *world = life->world;
  Day first = instant_kst_day(world->now), date = first;
  SimResult result = sim_run(world, &(SimRun){.program = SIM_SETUP});
  bool good = result.exit_code == EXIT_DONE;
  if (!good) error_set(why, STATUS_INTERNAL, "set-up ended with %d: %s", result.exit_code, result.message);
  sim_choices_change(&life->choices, world, &life->random);
  while (good && date < first + days) {
    Day end = date + WINDOW_DAYS < first + days ? date + WINDOW_DAYS : first + days;
    Instant calm = instant_from_kst(end - CALM_DAYS, 0);
    for (; good && date < end; date++) good = live_a_day(life, date, calm, why);
    if (good) good = end_window(life, why);
  }
  return good;
}

static bool run_seed(uint64_t seed, int days) {
  Error why = {{0}};
  Life *life = malloc(sizeof *life);
  sim_or_die(life != NULL, "no memory for a life");
  begin(life, seed, days);
  bool good = live(life, days, &why);
  if (!good)
    print_error("seed %llu: %s\nto repeat it: CLOSEBELL_SIM_SEED=%llu CLOSEBELL_SIM_DAYS=%d\n",
                (unsigned long long)seed, why.text, (unsigned long long)seed, days);
  print_message("seed %llu: %ld runs, %ld crashed, %ld could not finish; %zu choices, %zu flows and minutes\n",
                (unsigned long long)seed, life->runs, life->crashes, life->failures, life->choices.count,
                life->documents);
  sim_world_free(life->world);
  sim_market_free(life->market);
  free(life);
  return good;
}

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : otherwise;
}

static void flows_and_minutes_of_a_year_are_those_of_the_market(void **state) {
  (void)state;
  int days = (int)number_from("CLOSEBELL_SIM_DAYS", YEAR_DAYS);
  uint64_t alone = number_from("CLOSEBELL_SIM_SEED", 0),
           seeds = alone ? 1 : number_from("CLOSEBELL_SIM_SEEDS", SHORT_SEEDS);
  size_t failed = 0;
  for (uint64_t i = 0; i < seeds; i++) failed += !run_seed(alone ? alone : 1 + i, days);
  assert_int_equal(failed, 0);
}

/* Each run takes and gives back what it has read: memory stays with the process. */
static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int main(void) {
  keep_memory();
  const struct CMUnitTest tests[] = {cmocka_unit_test(flows_and_minutes_of_a_year_are_those_of_the_market)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
