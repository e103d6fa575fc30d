#include "sim_weather.h"

#include <stdio.h>

#include <closebell/market/due.h>

static const int64_t MINUTE = 60 * 1000, HOUR = 60 * 60 * 1000, DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

/* The factor is not the step of random_seeded: the luck of a seed would be that of the next one, a draw later. */
void sim_weather_start(SimWeather *weather, uint64_t seed) {
  *weather = (SimWeather){.random_state = seed * 0xd1342543de82ef95U + 11};
  weather->random = random_seeded(&weather->random_state);
  weather->hosts[0].name = "first";
  weather->hosts[1].name = "second";
  for (size_t i = 0; i < SIM_HOSTS; i++) {
    snprintf(weather->boot_ids[i], sizeof weather->boot_ids[i], "boot-of-%s", weather->hosts[i].name);
    weather->hosts[i].boot_id = weather->boot_ids[i];
  }
}

static size_t below(SimWeather *weather, size_t bound) { return (size_t)sim_below(&weather->random, bound); }

static bool chance(SimWeather *weather, unsigned per_mille) { return sim_chance(&weather->random, per_mille); }

/* Short ones are many, long ones few, none longer than four days. */
static int64_t draw_length(SimWeather *weather) {
  static const int64_t HOURS[] = {1, 1, 2, 3, 5, 9, 14, 26, 50, 96};
  int64_t length = HOURS[below(weather, sizeof HOURS / sizeof HOURS[0])] * HOUR;
  return length - (int64_t)below(weather, (size_t)HOUR);
}

/* ---- the day ---- */

static void begin(SimWorld *world, SimFault fault, int64_t length_ms, Instant calm) {
  fault.until = fault.from + length_ms < calm ? fault.from + length_ms : calm;
  if (fault.until <= fault.from) return;
  sim_world_fault(world, fault);
  if (world->log)
    fprintf(world->log, "--- %s for %s from %s until %s\n", sim_fault_name(fault.kind),
            fault.date == DAY_NONE ? "all" : day_text(fault.date).text, instant_text(fault.from).text,
            instant_text(fault.until).text);
}

static Day next_due(const SimWorld *world) {
  const Closures *closures = &world->prepared.rules.closures;
  return closures_next_open(closures, due_newest(world->config.krx.publication, closures, world->now));
}

/* What concerns answers is likely to concern one date, the next that becomes due; the rest concerns them all. */
static void draw_source_fault(SimWeather *weather, SimWorld *world, Instant calm) {
  SimFault fault = {.kind = (SimFaultKind)below(weather, SIM_RESTATED + 1), .date = DAY_NONE, .market = -1};
  fault.from = world->now + (int64_t)below(weather, (size_t)DAY_LENGTH);
  bool about_rows = fault.kind >= SIM_EMPTY && fault.kind <= SIM_WRONG_ROW;
  if (about_rows && chance(weather, 800)) {
    fault.date = next_due(world);
    fault.from = world->now;
  }
  if (chance(weather, 300)) fault.market = (int)below(weather, 2);
  begin(world, fault, draw_length(weather), calm);
}

/* What is about rows concerns the next date that becomes due, or, but for the day before's, all of them. */
static void draw_index_fault(SimWeather *weather, SimWorld *world, Instant calm) {
  static const SimFaultKind KINDS[] = {SIM_UNREACHABLE, SIM_FAILING,   SIM_THROTTLED, SIM_BLOCKED, SIM_UNAUTHORIZED,
                                       SIM_EMPTY,       SIM_WRONG_ROW, SIM_REPEATED,  SIM_ALTERED};
  SimFault fault = {.kind = KINDS[below(weather, sizeof KINDS / sizeof KINDS[0])], .market = -1, .index_alone = true};
  fault.date = DAY_NONE;
  fault.from = world->now + (int64_t)below(weather, (size_t)DAY_LENGTH);
  if (fault.kind == SIM_REPEATED || (fault.kind >= SIM_EMPTY && chance(weather, 500))) {
    fault.date = next_due(world);
    fault.from = world->now;
  }
  if (chance(weather, 300)) fault.market = (int)below(weather, 2);
  begin(world, fault, draw_length(weather), calm);
}

static void draw_outage(SimWeather *weather, SimWorld *world, Instant calm) {
  SimFault fault = {.date = DAY_NONE, .market = -1, .from = world->now + (int64_t)below(weather, (size_t)DAY_LENGTH)};
  if (chance(weather, 70)) {
    fault.kind = SIM_DATABASE_DOWN;
    begin(world, fault, chance(weather, 500) ? draw_length(weather) / 4 : MINUTE * (int64_t)below(weather, 12), calm);
  }
  if (chance(weather, 30)) {
    fault.kind = SIM_HOSTS_DOWN;
    begin(world, fault, chance(weather, 100) ? 20 * DAY_LENGTH : 2 * draw_length(weather), calm);
  }
}

/* Their clocks stay within half a minute of each other. */
static void draw_hosts(SimWeather *weather) {
  for (size_t i = 0; i < SIM_HOSTS; i++) {
    if (chance(weather, 100)) weather->hosts[i].skew_ms = (int64_t)below(weather, 29000) - 14500;
    if (chance(weather, 950)) continue;
    snprintf(weather->boot_ids[i], sizeof weather->boot_ids[i], "boot-%ld", ++weather->boots);
  }
}

void sim_weather_draw_day(SimWeather *weather, SimWorld *world, Instant calm) {
  draw_hosts(weather);
  if (world->now >= calm) return;
  for (int i = 0; i < 2; i++)
    if (chance(weather, 200)) draw_source_fault(weather, world, calm);
  draw_outage(weather, world, calm);
  if (world->publishes_totals && chance(weather, 200)) draw_index_fault(weather, world, calm);
}

/* ---- a run ---- */

/* Early round trips are met more often than late ones: most runs are short. */
static long draw_round_trip(SimWeather *weather) { return 1 + (long)below(weather, (size_t)1 << below(weather, 9)); }

static void run_meanwhile(SimWorld *world, void *context) {
  const SimMeanwhileRuns *meanwhile = context;
  for (size_t i = 0; i < meanwhile->count; i++) {
    SimResult result = sim_run(world, &meanwhile->runs[i]);
    if (world->log)
      fprintf(world->log, "--- meanwhile %s: %d %s\n", sim_program_name(meanwhile->runs[i].program), result.exit_code,
              result.message);
  }
}

static void draw_mishaps(SimWeather *weather, SimRun *run) {
  if (chance(weather, 100)) {
    run->crash_at = draw_round_trip(weather);
    run->crash_after = chance(weather, 500);
  }
  if (chance(weather, 30)) run->stop_at = draw_round_trip(weather);
  if (chance(weather, 40)) run->losses_per_mille = 20U << below(weather, 5);
  if (chance(weather, 20)) run->stalls_per_mille = 50;
}

static void draw_freeze(SimWeather *weather, SimRun *run) {
  static const int64_t SECONDS[] = {0, 0, 10, 120, 290, 340, 1200, 7200};
  SimMeanwhileRuns *meanwhile = &weather->meanwhile;
  meanwhile->count = below(weather, 3);
  for (size_t i = 0; i < meanwhile->count; i++) {
    SimRun *other = &meanwhile->runs[i];
    *other = (SimRun){.program = chance(weather, 600) ? run->program : (SimProgram)below(weather, SIM_PROGRAMS),
                      .host = &weather->hosts[below(weather, SIM_HOSTS)]};
    draw_mishaps(weather, other);
  }
  run->freeze_at = draw_round_trip(weather);
  run->freeze_ms = SECONDS[below(weather, sizeof SECONDS / sizeof SECONDS[0])] * 1000;
  run->meanwhile = run_meanwhile;
  run->meanwhile_context = meanwhile;
}

SimRun sim_weather_draw_run(SimWeather *weather, SimProgram program) {
  SimRun run = {.program = program, .host = &weather->hosts[chance(weather, 800) ? 0 : 1]};
  draw_mishaps(weather, &run);
  if (chance(weather, 60)) draw_freeze(weather, &run);
  if (program == SIM_ANALYSIS && chance(weather, 300)) {
    run.limited = true;
    run.analysis = (AnalyzeOptions){.quota = 1 + (int64_t)below(weather, 20), .budget_ms = 50 * MINUTE};
  }
  return run;
}
