#include "sim_history.h"

#include <string.h>

#include <closebell/market/due.h>

#include "sim_check.h"

/* The invariant is looked at where something changes; a whole look is taken from time to time by the caller. */
enum {
  RECENT_DAYS = 30,
  SELDOM = 40,
  NOW_AND_THEN = 4,
  SETUP_PER_MILLE = 5,
  AGAIN_PER_MILLE = 400,
  MOST_SKEW_MS = 15000
};

static const int64_t DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

static Day newest_due(const SimHistory *history, Instant now) {
  const SimWorld *world = history->world;
  return due_newest(world->config.krx.publication, &world->prepared.rules.closures, now);
}

static bool is_skipped(SimHistory *history, SimProgram program) {
  if (!history->skips_idle || !history->idle[program]) return false;
  if (history->idle_since[program] != newest_due(history, history->world->now)) return false;
  return sim_below(&history->world->random, history->idle[program]) != 0;
}

/* By a clock that is behind less may have been due than there was. */
static void note_activity(SimHistory *history, SimProgram program, Instant began, const SimResult *result) {
  if (result->wrote_content || result->crashed)
    for (int i = 0; i < SIM_PROGRAMS; i++) history->idle[i] = 0;
  bool left_to_another = strstr(result->message, "leaving it to that one") != NULL; /* who may be dead */
  bool idle = !result->wrote_content && !result->crashed && !left_to_another;
  history->idle[program] = !idle                                                         ? 0
                           : result->exit_code == EXIT_DONE && result->source_calls == 0 ? SELDOM
                                                                                         : NOW_AND_THEN;
  history->idle_since[program] = newest_due(history, began - MOST_SKEW_MS);
}

static bool is_expected(const SimWorld *world, Instant began, const SimResult *result) {
  switch (result->exit_code) {
  case EXIT_DONE:
  case EXIT_UNAVAILABLE:
  case EXIT_TRY_AGAIN:
    return true;
  case EXIT_CONFIG:
    return sim_world_had_fault(world, SIM_UNAUTHORIZED,
                               began); /* it may be over by the end of a run that stood still */
  default:
    return false;
  }
}

static bool run_one(SimHistory *history, const SimRun *run, Error *why) {
  SimWorld *world = history->world;
  Instant began = world->now;
  SimResult result = sim_run(world, run);
  history->runs++;
  history->crashes += result.crashed;
  history->failures += result.exit_code != EXIT_DONE;
  bool met = run->freeze_at && result.round_trips >= run->freeze_at;
  if (met) result.wrote = result.wrote_content = true; /* by those that ran meanwhile, perhaps */
  note_activity(history, run->program, began, &result);
  bool good = true;
  if (!result.crashed && !is_expected(world, began, &result)) {
    error_set(why, STATUS_INTERNAL, "%s ended with %d: %s", sim_program_name(run->program), result.exit_code,
              result.message);
    good = false;
  }
  if (good && result.wrote) good = sim_check(world, instant_kst_day(world->now) - RECENT_DAYS, why);
  if (!good)
    error_prefix(why, STATUS_INTERNAL, "%s, after %s", instant_text(world->now).text, sim_program_name(run->program));
  return good;
}

static bool run_program(SimHistory *history, SimProgram program, Error *why) {
  if (is_skipped(history, program)) return true;
  if (!history->weather) return run_one(history, &(SimRun){.program = program}, why);
  SimRun run = sim_weather_draw_run(history->weather, program);
  if (!run_one(history, &run, why)) return false;
  if (!run.crash_at || !sim_chance(&history->weather->random, AGAIN_PER_MILLE)) return true;
  run = sim_weather_draw_run(history->weather, program);
  return run_one(history, &run, why);
}

static bool round_of_all(SimHistory *history, Error *why) {
  history->rounds++;
  if (sim_world_has_fault(history->world, SIM_HOSTS_DOWN)) return true;
  bool good = true;
  if (history->weather && sim_chance(&history->weather->random, SETUP_PER_MILLE))
    good = run_program(history, SIM_SETUP, why);
  return good && run_program(history, SIM_UPDATE, why) && run_program(history, SIM_ANALYSIS, why);
}

bool sim_history_run(SimHistory *history, Instant calm, Instant until, Error *why) {
  SimWorld *world = history->world;
  SimWeather *weather = history->weather;
  for (Instant at = world->now - world->now % history->every_ms; at <= until; at += history->every_ms) {
    if (at < world->now) continue;
    sim_world_move_to(world, at);
    if (world->now >= calm) history->weather = NULL;
    if (history->weather && world->now >= history->next_day) {
      sim_weather_draw_day(weather, world, calm);
      history->next_day = world->now + DAY_LENGTH;
    }
    bool good = round_of_all(history, why);
    if (!good) {
      history->weather = weather;
      return false;
    }
  }
  history->weather = weather;
  sim_world_move_to(world, until);
  return true;
}
