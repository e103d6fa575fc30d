/* Years with everything that the product brings: each provider fails alone, for hours or weeks, runs die, clocks jump,
 * people read and ask. Whatever fails, nothing that does not need it is held: each night every dataset whose own
 * providers are well is as current as in a world in which nothing failed. A failing seed prints itself.
 *
 * CLOSEBELL_SIM_SEEDS=200  so many seeds; else SHORT_SEEDS
 * CLOSEBELL_SIM_FIRST=65   from that one on; else from the first
 * CLOSEBELL_SIM_SEED=17    this one alone
 * CLOSEBELL_SIM_YEARS=3    so long, at most three; else SHORT_DAYS
 * CLOSEBELL_SIM_DAYS=90    or so many days
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

#include <closebell/store/job_status.h>

#include "sim_check.h"
#include "sim_filed.h"
#include "sim_flow_check.h"
#include "sim_index.h"
#include "sim_luck.h"
#include "sim_sample.h"
#include "sim_whole_equal.h"
#include "whole_reader.h"

/* Seeds of a group have one market, and one undisturbed world. */
enum { SHORT_SEEDS = 4, SHORT_DAYS = 110, YEAR_DAYS = 365, LONGEST_DAYS = 3 * YEAR_DAYS, GROUP = 8 };
enum { BEFORE_DAYS = 120, CALM_DAYS = 16, RECENT_DAYS = 20, CHECK_EVERY = 7 };
enum { CHECK_ALL_EVERY = 13 * CHECK_EVERY, LATEST_DAYS = 60 };

/* When an operator's schedule starts the programs, in Korea. */
static const int ROUNDS[] = {[SIM_MORNING] = 8 * 60 + 30, [SIM_CLOSE] = 15 * 60 + 45, [SIM_NIGHT] = 20 * 60 + 30};

static struct {
  uint64_t first_seed, seeds;
  int days;
  bool logged;
} plan = {.first_seed = 1, .seeds = SHORT_SEEDS, .days = SHORT_DAYS};

typedef struct {
  uint64_t seed;
  SimWhole *whole; /* null once it has failed */
  SimLuck luck;
  WholeReader reader;
  SimHeld held;
  long runs, crashes, failures;
} Life;

typedef struct {
  SimMarket *market;
  SimWhole *undisturbed;
  Life lives[GROUP];
  size_t count, failed;
} Group;

static bool say(Error *why, const char *what) {
  error_set(why, STATUS_BAD_DATA, "%s", what);
  return false;
}

/* ---- what must hold ---- */

static bool check_often(SimWhole *whole, Error *why) {
  Day recent = instant_kst_day(whole->world->now) - RECENT_DAYS;
  return sim_check(whole->world, recent, why) && sim_check_flows(whole->world, recent, why);
}

/* What is stored of the rates is what was answered, and a day that is completed has all of them. */
static bool check_rates(const SimWhole *whole, Error *why) {
  const SimWorld *world = whole->world;
  JobStatusList list = {0};
  bool good = job_status_load(&world->view, "rates", DAY_NONE, DAY_NONE, &list, why) == STATUS_OK;
  for (size_t i = 0; i < list.count * WEB_RATES && good; i++) {
    const JobStatus *status = &list.items[i / WEB_RATES];
    int item = (int)(i % WEB_RATES);
    char id[32];
    snprintf(id, sizeof id, "%s:r%d", day_text(status->date).text, item);
    const bson_t *row = sim_document(world, DB_FEED, "rates", id);
    good = row ? sim_int64(row, "value") == sim_web_rate(status->date, item) : status->state != JOB_COMPLETED;
    if (!good) error_set(why, STATUS_BAD_DATA, "rates: %s is not as it was answered", id);
  }
  job_status_list_free(&list);
  return good;
}

/* Of the funds all sessions once a quarter, and in the end; else those that may have been completed since. */
static bool check_funds(const SimWhole *whole, Error *why) {
  Day today = instant_kst_day(whole->world->now);
  return sim_funds_check(&whole->funds, today % CHECK_ALL_EVERY == 0 ? DAY_NONE : today - LATEST_DAYS, why);
}

static bool check_seldom(const SimWhole *whole, Day began, Error *why) {
  return sim_filed_check(whole->events, began, why) && sim_check_proven_index_rows(whole->world, why) &&
         check_funds(whole, why) && check_rates(whole, why);
}

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

/* ---- a day ---- */

static bool run_one(Life *life, const SimRun *run, Error *why) {
  SimResult result = sim_whole_run(life->whole, *run);
  life->runs++;
  life->crashes += result.crashed;
  life->failures += result.exit_code != EXIT_DONE;
  if (!result.crashed && !is_expected(&result)) {
    error_set(why, STATUS_INTERNAL, "%s ended with %d: %s", sim_program_name(run->program), result.exit_code,
              result.message);
    return false;
  }
  return !result.wrote || check_often(life->whole, why);
}

/* Somebody reads in the midst of it, but for a run that dies: others know its process by a number that nobody has. */
static bool run_program(Life *life, SimProgram program, SimHour hour, Error *why) {
  SimRun run = sim_luck_run(&life->luck, program, hour);
  const SimRun again = {.program = program};
  if (!run.crash_at) run.meanwhile = whole_reader_ask;
  run.meanwhile_context = &life->reader;
  if (!run_one(life, &run, why)) return false;
  bool repeat = hour == SIM_CLOSE && sim_luck_is_disturbed(&run);
  return !repeat || run_one(life, &again, why);
}

static bool live_a_day(Life *life, Day date, Error *why) {
  bool good = true;
  SimWorld *world = life->whole->world;
  sim_whole_list(life->whole, date);
  for (SimHour hour = SIM_MORNING; hour <= SIM_NIGHT && good; hour++) {
    sim_world_move_to(world, instant_from_kst(date, ROUNDS[hour]));
    if (sim_luck_turn(&life->luck))
      good = run_program(life, SIM_UPDATE, hour, why) && run_program(life, SIM_ANALYSIS, hour, why);
  }
  whole_reader_ask(world, &life->reader);
  if (good && life->reader.wrong.text[0]) good = say(why, life->reader.wrong.text);
  if (good && date % CHECK_EVERY == 0) good = check_seldom(life->whole, instant_kst_day(life->luck.health.began), why);
  if (!good) error_prefix(why, STATUS_INTERNAL, "%s", instant_kst_text(world->now).text);
  return good;
}

static void live_a_day_undisturbed(SimWhole *whole, Day date) {
  sim_whole_list(whole, date);
  for (SimHour hour = SIM_MORNING; hour <= SIM_NIGHT; hour++) {
    sim_world_move_to(whole->world, instant_from_kst(date, ROUNDS[hour]));
    sim_whole_run(whole, (SimRun){.program = SIM_UPDATE});
    sim_whole_run(whole, (SimRun){.program = SIM_ANALYSIS});
  }
}

/* Zero sessions: no dataset waits for one who is not its own. */
static bool is_held_by_nobody(Life *life, const SimWhole *undisturbed, Error *why) {
  sim_current_compare(life->whole, undisturbed, &life->luck.health, &life->held);
  if (life->held.held == 0) return true;
  error_set(why, STATUS_BAD_DATA, "%s, %s: %s", instant_kst_text(life->whole->world->now).text,
            sim_who_name(life->luck.who), life->held.first);
  return false;
}

/* ---- lives ---- */

static bool set_up(SimWhole *whole, Error *why) {
  SimResult result = sim_whole_run(whole, (SimRun){.program = SIM_SETUP});
  return result.exit_code == EXIT_DONE || say(why, result.message);
}

static void free_life(Life *life) {
  if (!life->whole) return;
  whole_reader_end(&life->reader);
  sim_whole_free(life->whole);
  life->whole = NULL;
}

static void give_up(Group *group, Life *life, const Error *why) {
  print_error("seed %llu: %s\nto repeat it: CLOSEBELL_SIM_SEED=%llu CLOSEBELL_SIM_DAYS=%d\n",
              (unsigned long long)life->seed, why->text, (unsigned long long)life->seed, plan.days);
  free_life(life);
  group->failed++;
}

static void begin_life(Group *group, uint64_t seed, Instant start) {
  Error why = {{0}};
  Life *life = &group->lives[group->count++];
  *life = (Life){.seed = seed, .whole = sim_whole_new(group->market, seed, start)};
  if (plan.logged) life->whole->world->log = stderr;
  whole_reader_begin(&life->reader, life->whole);
  if (!set_up(life->whole, &why)) {
    give_up(group, life, &why);
    return;
  }
  sim_luck_begin(&life->luck, life->whole, seed);
  life->luck.calm = start + (plan.days - CALM_DAYS) * (INT64_C(24) * 60 * 60 * 1000);
}

static void live(Group *group, Day from) {
  for (Day date = from; date < from + plan.days; date++) {
    live_a_day_undisturbed(group->undisturbed, date);
    for (size_t i = 0; i < group->count; i++) {
      Error why = {{0}};
      Life *life = &group->lives[i];
      if (!life->whole) continue;
      if (!live_a_day(life, date, &why) || !is_held_by_nobody(life, group->undisturbed, &why))
        give_up(group, life, &why);
    }
  }
}

static size_t sessions_of(const SimWhole *whole) {
  JobStatusList list = {0};
  Error err = {{0}};
  size_t count = 0;
  sim_or_die(job_status_load(&whole->world->view, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err) == STATUS_OK,
             err.text);
  for (size_t i = 0; i < list.count; i++) count += list.items[i].state == JOB_COMPLETED;
  job_status_list_free(&list);
  return count;
}

/* All is there, and true. */
static bool check_all(SimWhole *whole, Error *why) {
  size_t counted;
  return sim_check(whole->world, DAY_NONE, why) && sim_check_datasets(whole->world, why) &&
         sim_check_all_flows(whole->world, NULL, &counted, why) && sim_funds_check_whole(&whole->funds, &counted, why);
}

/* One that is set up today, with all sessions. */
static bool is_as_fresh(const SimWhole *whole, const SimMarket *market, Error *why) {
  SimWhole *fresh = sim_whole_new(market, 1, whole->world->now);
  SimRun run = {.program = SIM_SETUP, .setup.days = (int64_t)sessions_of(whole)};
  bool good = sim_whole_run(fresh, run).exit_code == EXIT_DONE || say(why, "a fresh installation fails");
  good = good && sim_whole_equal(whole, fresh, SIM_EQUAL_MARKET, why);
  error_prefix(why, good ? STATUS_OK : STATUS_BAD_DATA, "as a fresh installation");
  sim_whole_free(fresh);
  return good;
}

static bool is_whole(Life *life, const Group *group, Error *why) {
  return check_all(life->whole, why) && sim_whole_equal(life->whole, group->undisturbed, SIM_EQUAL_ALL, why);
}

/* Else the zero would say nothing of it. */
static void expect_all_compared(const Group *group) {
  SimHeld together = {0};
  for (size_t i = 0; i < group->count; i++) together.seen |= group->lives[i].held.seen;
  const char *unseen = plan.days < SHORT_DAYS ? NULL : sim_current_unseen(&together);
  if (unseen) fail_msg("seeds from %llu: %s was never compared", (unsigned long long)group->lives[0].seed, unseen);
}

static void end_group(Group *group) {
  expect_all_compared(group);
  for (size_t i = 0; i < group->count; i++) {
    Error why = {{0}};
    Life *life = &group->lives[i];
    if (life->whole && !is_whole(life, group, &why)) give_up(group, life, &why);
    print_message(
        "seed %llu: %ld runs, %ld crashed, %ld could not finish; %ld troubles; %ld answers; %ld compared, %ld "
        "held\n",
        (unsigned long long)life->seed, life->runs, life->crashes, life->failures, life->luck.troubles,
        life->reader.answered, life->held.compared, life->held.held);
    free_life(life);
  }
  sim_whole_free(group->undisturbed);
  sim_market_free(group->market);
}

/* Seeds from, from + 1, ...; returns how many failed. */
static size_t run_group(uint64_t from, size_t count) {
  Day first;
  Error why = {{0}};
  Group group = {.count = 0};
  sim_or_die(day_parse("2021-09-01", &first), "no first day");
  /* Not a day less for a shorter life: it would be another market. */
  group.market = sim_market_new((from - 1) / GROUP, first, first + BEFORE_DAYS + LONGEST_DAYS + 60);
  Instant start = instant_from_kst(first + BEFORE_DAYS, 8 * 60 + 15);
  group.undisturbed = sim_whole_new(group.market, 1, start);
  sim_or_die(set_up(group.undisturbed, &why), why.text);
  for (size_t i = 0; i < count; i++) begin_life(&group, from + i, start);
  live(&group, first + BEFORE_DAYS);
  sim_or_die(is_as_fresh(group.undisturbed, group.market, &why), why.text);
  end_group(&group);
  return group.failed;
}

static void nothing_is_held_by_the_failure_of_another(void **state) {
  (void)state;
  size_t failed = 0;
  for (uint64_t from = plan.first_seed, end = from + plan.seeds, next; from < end; from = next) {
    next = (from - 1) / GROUP * GROUP + GROUP + 1;
    if (next > end) next = end;
    failed += run_group(from, (size_t)(next - from));
  }
  assert_int_equal(failed, 0);
}

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void read_plan(void) {
  uint64_t alone = number_from("CLOSEBELL_SIM_SEED", 0);
  plan.seeds = alone ? 1 : number_from("CLOSEBELL_SIM_SEEDS", plan.seeds);
  plan.first_seed = alone ? alone : number_from("CLOSEBELL_SIM_FIRST", plan.first_seed);
  plan.logged = getenv("CLOSEBELL_SIM_LOG") != NULL;
  if (getenv("CLOSEBELL_SIM_YEARS")) plan.days = YEAR_DAYS * (int)number_from("CLOSEBELL_SIM_YEARS", 1);
  plan.days = (int)number_from("CLOSEBELL_SIM_DAYS", (uint64_t)plan.days);
  if (plan.days > LONGEST_DAYS) plan.days = LONGEST_DAYS;
}

int main(void) {
  /* Each run takes and gives back what it has read: memory stays with the process. */
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  read_plan();
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_held_by_the_failure_of_another)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
