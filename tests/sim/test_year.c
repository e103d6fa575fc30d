/* Years of hourly rounds under everything that can go wrong, seed by seed; a failing seed prints itself.
 *
 * CLOSEBELL_SIM_SEEDS=1000   so many seeds
 * CLOSEBELL_SIM_FIRST=65     from that one on; else from the first
 * CLOSEBELL_SIM_YEARS=3      so long, at most three; else one
 * CLOSEBELL_SIM_DAYS=90      or so many days
 * CLOSEBELL_SIM_PROCESSES=1  so many at once; else two
 * CLOSEBELL_SIM_SEED=17      this one alone
 * CLOSEBELL_SIM_LOG=1        with every line that the jobs log, on stderr */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/store/job_status.h>
#include <closebell/store/ops_alerts.h>

#include "sim_check.h"
#include "sim_compare.h"
#include "sim_history.h"
#include "sim_index.h"

/* Seeds of one market share its undisturbed history: of 64 seeds every fourth has the same. They share its index
 * services, too: every second seed asks them, one of four has none, and one of four has them and asks nothing. */
enum { SHORT_SEEDS = 50, SHORT_DAYS = 360, YEAR_DAYS = 365, WINDOW_DAYS = 30, CALM_DAYS = 4, MARKETS = 4, GROUP = 16 };
enum { LONGEST_DAYS = 3 * YEAR_DAYS };

static const int64_t HOURLY_MS = 60 * 60 * 1000, DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

static const SimStrictness STRICTNESS = {.inactive_series = true, .alerts = true};

typedef struct {
  uint64_t first_seed, seeds, processes;
  int days;
  bool alone, logged;
} Plan;

static Plan plan = {.first_seed = 1, .seeds = SHORT_SEEDS, .processes = 2, .days = SHORT_DAYS};

typedef struct {
  uint64_t seed;
  SimWorld *world; /* null once it has failed */
  SimHistory history;
  SimWeather weather;
} Life;

typedef struct {
  SimMarket *market;
  uint64_t first_seed;
  SimWorld *clean, *plain; /* plain: undisturbed as well, and without index services; null: so is clean */
  SimHistory clean_history, plain_history;
  Life lives[GROUP];
  size_t count, failed;
} Group;

static bool set_up(SimWorld *world, Error *why) {
  SimResult result = sim_run(world, &(SimRun){.program = SIM_SETUP});
  if (result.exit_code == EXIT_DONE) return true;
  error_set(why, STATUS_INTERNAL, "set-up ended with %d: %s", result.exit_code, result.message);
  return false;
}

static void give_up(Group *group, Life *life, const Error *why) {
  fprintf(stderr, "seed %llu: %s\nto repeat it: CLOSEBELL_SIM_SEED=%llu CLOSEBELL_SIM_DAYS=%d\n",
          (unsigned long long)life->seed, why->text, (unsigned long long)life->seed, plan.days);
  sim_world_free(life->world);
  life->world = NULL;
  group->failed++;
}

static bool has_index_services(const Group *group) { return group->first_seed % MARKETS != 1; }

static bool asks_index_services(const Group *group) { return group->first_seed % 2 == 0; }

static SimWorld *new_world(const Group *group, uint64_t seed, Instant start) {
  SimWorld *world = sim_world_new(group->market, seed, start);
  world->publishes_totals = has_index_services(group);
  if (has_index_services(group) && !asks_index_services(group)) world->config.indices.names[0] = '\0';
  return world;
}

static void begin_life(Group *group, uint64_t seed, Instant start) {
  Error why = {{0}};
  Life *life = &group->lives[group->count++];
  *life = (Life){.seed = seed, .world = new_world(group, seed, start)};
  sim_weather_start(&life->weather, seed);
  life->history =
      (SimHistory){.world = life->world, .weather = &life->weather, .every_ms = HOURLY_MS, .skips_idle = true};
  if (plan.logged) life->world->log = stderr;
  if (!set_up(life->world, &why)) give_up(group, life, &why);
}

/* ---- what an operator would do ---- */

typedef struct {
  Day dates[64];
  size_t count;
} Restated;

static Status note_restated(void *context, const Alert *alert, Error *err) {
  Restated *restated = context;
  if (strcmp(alert->kind, "restated") != 0 || alert->resolved_utc != INSTANT_NONE) return STATUS_OK;
  sim_or_die(restated->count < sizeof restated->dates / sizeof *restated->dates, "a month of restatements");
  if (day_parse(alert->subject, &restated->dates[restated->count++])) return STATUS_OK;
  return error_set(err, STATUS_BAD_DATA, "the alert restated:%s is about no day", alert->subject);
}

/* That the source has answered something else about a session asks for a look by a person, who asks for the day again:
 * no run does that by itself. The source has its old answer by now, and the alert goes. */
static bool look_at_restated(SimWorld *world, Error *why) {
  Restated restated = {.count = 0};
  if (ops_alerts_read(&world->view, NULL, note_restated, &restated, why) != STATUS_OK) return false;
  for (size_t i = 0; i < restated.count; i++) {
    Day date = restated.dates[i];
    SimResult result =
        sim_run(world, &(SimRun){.program = SIM_UPDATE, .update = {.from = date, .to = date}, .ranged = true});
    if (result.exit_code == EXIT_DONE) continue;
    error_set(why, STATUS_INTERNAL, "daily_update --date %s ended with %d: %s", day_text(date).text, result.exit_code,
              result.message);
    return false;
  }
  return true;
}

/* The key is approved again: no run waits for the week in which it was not. */
static bool open_index_door(SimWorld *world, Error *why) {
  return world->view.delete_one(world->view.self, DB_SYSTEM, "source_state", "krx-index", why) == STATUS_OK;
}

/* What was asked for in vain again and again rests longer than the calm lasts: a person asks for it by name. */
static bool ask_for_resting(SimWorld *world, const char *dataset, Error *why) {
  JobStatusList statuses = {0};
  if (job_status_load(&world->view, dataset, DAY_NONE, DAY_NONE, &statuses, why) != STATUS_OK) return false;
  bool good = true;
  for (size_t i = 0; i < statuses.count && good; i++) {
    Day date = statuses.items[i].date;
    if (statuses.items[i].state == JOB_COMPLETED) continue;
    const UpdateOptions update = {.dataset = dataset, .from = date, .to = date};
    SimResult result = sim_run(world, &(SimRun){.program = SIM_UPDATE, .update = update, .ranged = true});
    good = result.exit_code == EXIT_DONE;
    if (!good)
      error_set(why, STATUS_INTERNAL, "--dataset %s --date %s ended with %d: %s", dataset, day_text(date).text,
                result.exit_code, result.message);
  }
  job_status_list_free(&statuses);
  return good;
}

static bool look_at_index_services(SimWorld *world, Error *why) {
  if (!world->publishes_totals || !world->config.indices.names[0]) return true;
  if (!open_index_door(world, why)) return false;
  sim_run(world, &(SimRun){.program = SIM_UPDATE});
  if (!ask_for_resting(world, "market_totals", why) || !ask_for_resting(world, "index_days", why)) return false;
  sim_run(world, &(SimRun){.program = SIM_ANALYSIS}); /* of what they restate */
  return sim_check_datasets(world, why);
}

/* A month in the rough, its last days in calm: then it is as if nothing had been. */
static bool live_on(Life *life, SimWorld *clean, Instant until, Error *why) {
  if (!sim_history_run(&life->history, until - CALM_DAYS * DAY_LENGTH, until, why)) return false;
  if (!look_at_restated(life->world, why) || !look_at_index_services(life->world, why)) return false;
  if (!sim_check(life->world, DAY_NONE, why)) return false;
  if (sim_worlds_equal(life->world, clean, STRICTNESS, why)) return true;
  error_prefix(why, STATUS_INTERNAL, "%s", instant_text(until).text);
  return false;
}

/* Undisturbed, with index services and without: the prices are the same. */
static bool live_on_undisturbed(Group *group, Instant until, Error *why) {
  static const SimStrictness PRICES = {.inactive_series = true, .prices_alone = true};
  if (!sim_history_run(&group->clean_history, until, until, why)) return false;
  if (asks_index_services(group) && !sim_check_datasets(group->clean, why)) return false;
  if (!group->plain) return true;
  return sim_history_run(&group->plain_history, until, until, why) &&
         sim_worlds_equal(group->clean, group->plain, PRICES, why);
}

/* Both as they are set up. */
static bool begin_undisturbed(Group *group, Instant start, Error *why) {
  group->clean = new_world(group, 1, start);
  group->clean_history = (SimHistory){.world = group->clean, .every_ms = 6 * HOURLY_MS, .skips_idle = true};
  if (has_index_services(group)) group->plain = sim_world_new(group->market, 1, start);
  group->plain_history = (SimHistory){.world = group->plain, .every_ms = 6 * HOURLY_MS, .skips_idle = true};
  return set_up(group->clean, why) && (!group->plain || set_up(group->plain, why));
}

static uint64_t market_of(uint64_t seed) { return (seed - 1) / (MARKETS * GROUP) * MARKETS + seed % MARKETS; }

/* Seeds from, from + MARKETS, ...; returns how many failed. */
static size_t run_group(uint64_t from, size_t count) {
  Day first, last;
  day_parse("2021-09-01", &first);
  last = first + 120 + LONGEST_DAYS + 60; /* not a day less for a shorter life: it would be another market */
  Error why = {{0}};
  Group group = {.market = sim_market_new(market_of(from), first, last), .first_seed = from};
  /* Three in the afternoon: nothing becomes due at the end of a window. */
  Instant start = instant_from_kst(first + 120, 15 * 60), end = start + plan.days * DAY_LENGTH;
  bool good = begin_undisturbed(&group, start, &why);
  for (size_t i = 0; i < count; i++) begin_life(&group, from + i * MARKETS, start);
  for (Instant to = start + WINDOW_DAYS * DAY_LENGTH; good && to <= end; to += WINDOW_DAYS * DAY_LENGTH) {
    good = live_on_undisturbed(&group, to, &why);
    for (size_t i = 0; good && i < count; i++) {
      Error trouble = {{0}};
      Life *life = &group.lives[i];
      if (life->world && !live_on(life, group.clean, to, &trouble)) give_up(&group, life, &trouble);
    }
  }
  if (!good) fprintf(stderr, "the undisturbed history of seed %llu: %s\n", (unsigned long long)from, why.text);
  for (size_t i = 0; i < count; i++) {
    const SimHistory *history = &group.lives[i].history;
    if (plan.alone || plan.logged)
      fprintf(stderr, "seed %llu: %ld runs, %ld crashed, %ld could not finish\n",
              (unsigned long long)group.lives[i].seed, history->runs, history->crashes, history->failures);
    sim_world_free(group.lives[i].world);
  }
  if (good && plan.days == LONGEST_DAYS)
    fprintf(stderr, "seeds %llu, %llu, ... (%zu): %zu failed\n", (unsigned long long)from,
            (unsigned long long)(from + MARKETS), count, group.failed);
  sim_world_free(group.clean);
  sim_world_free(group.plain);
  sim_market_free(group.market);
  return good ? group.failed : count;
}

/* A process a group, a few at a time. */
static size_t wait_for_one(void) {
  int status;
  sim_or_die(wait(&status) > 0, "no child to wait for");
  return WIFEXITED(status) ? (size_t)WEXITSTATUS(status) : 1;
}

static void start_group(uint64_t from, size_t count) {
  fflush(NULL);
  pid_t child = fork();
  sim_or_die(child >= 0, "no process for a group of seeds");
  if (child == 0) _exit((int)run_group(from, count));
}

static size_t run_all(void) {
  size_t failed = 0;
  uint64_t running = 0, end = plan.first_seed + plan.seeds;
  for (uint64_t from = plan.first_seed, next; from < end; from = next) {
    next = ((from - 1) / (MARKETS * GROUP) + 1) * MARKETS * GROUP + 1; /* others have other markets */
    if (next > end) next = end;
    for (uint64_t seed = from; seed < from + MARKETS && seed < next; seed++) {
      if (running == plan.processes) failed += wait_for_one();
      running -= running == plan.processes;
      start_group(seed, (size_t)((next - seed + MARKETS - 1) / MARKETS));
      running++;
    }
  }
  for (; running > 0; running--) failed += wait_for_one();
  return failed;
}

static void disturbed_months_end_as_the_undisturbed_ones_do(void **state) {
  (void)state;
  assert_int_equal(plan.alone ? run_group(plan.first_seed, 1) : run_all(), 0);
}

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : otherwise;
}

/* Each run takes and gives back what it has read: memory stays with the process. */
static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int main(void) {
  keep_memory();
  plan.seeds = number_from("CLOSEBELL_SIM_SEEDS", plan.seeds);
  plan.first_seed = number_from("CLOSEBELL_SIM_FIRST", plan.first_seed);
  plan.processes = number_from("CLOSEBELL_SIM_PROCESSES", plan.processes);
  plan.logged = getenv("CLOSEBELL_SIM_LOG") != NULL;
  plan.alone = getenv("CLOSEBELL_SIM_SEED") != NULL;
  if (plan.alone) plan.first_seed = number_from("CLOSEBELL_SIM_SEED", 1);
  if (getenv("CLOSEBELL_SIM_YEARS")) plan.days = YEAR_DAYS * (int)number_from("CLOSEBELL_SIM_YEARS", 1);
  plan.days = (int)number_from("CLOSEBELL_SIM_DAYS", (uint64_t)plan.days);
  if (plan.days > LONGEST_DAYS) plan.days = LONGEST_DAYS;
  const struct CMUnitTest tests[] = {cmocka_unit_test(disturbed_months_end_as_the_undisturbed_ones_do)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
