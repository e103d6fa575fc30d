#include "sim_luck.h"

#include <stdio.h>

static const int64_t HOUR = INT64_C(60) * 60 * 1000, DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

/* The longest door is shut for a week; then what was asked for in vain is asked for again. */
enum {
  CATCH_UP_DAYS = 9,
  REQUEST_PER_MILLE = 30,
  DARK_PER_MILLE = 6,
  REQUEST_DAYS = 12,
  CLOSED_DAYS = 2 /* of a weekend the exchange is asked nothing */
};

static uint64_t below(SimLuck *luck, uint64_t bound) { return sim_below(&luck->random, bound); }
static bool chance(SimLuck *luck, unsigned per_mille) { return sim_chance(&luck->random, per_mille); }

void sim_luck_begin(SimLuck *luck, SimWhole *whole, uint64_t seed) {
  *luck = (SimLuck){
      .whole = whole, .random_state = seed * UINT64_C(0xd1342543de82ef95) + 7, .calm = INT64_MAX, .seed = seed};
  luck->random = random_seeded(&luck->random_state);
  luck->ends = INSTANT_NONE;
  luck->health.began = whole->world->now;
  luck->next = whole->world->now + (int64_t)below(luck, 4 * (uint64_t)DAY_LENGTH);
  luck->hosts[0] = (SimHost){.name = "first", .boot_id = "boot-of-first"};
  luck->hosts[1] = (SimHost){.name = "second", .boot_id = "boot-of-second"};
  for (SimWho who = 0; who < SIM_WHO_COUNT; who++) luck->health.well[who] = whole->world->now;
}

/* ---- troubles ---- */

/* Hours, days, or weeks. */
static int64_t draw_length(SimLuck *luck) {
  static const int64_t HOURS[] = {3, 16, 24, 24, 30, 40, 50, 60, 150, 400};
  int64_t hours = HOURS[below(luck, sizeof HOURS / sizeof *HOURS)];
  return (hours + (int64_t)below(luck, (uint64_t)hours)) * HOUR;
}

static void tell(const SimLuck *luck, const char *what) {
  const SimWorld *world = luck->whole->world;
  if (world->log)
    fprintf(world->log, "--- %s: %s %s\n", instant_kst_text(world->now).text, sim_who_name(luck->who), what);
}

static void end_trouble(SimLuck *luck) {
  Instant now = luck->whole->world->now;
  sim_whole_trouble(luck->whole, luck->who, SIM_TROUBLE_NONE);
  luck->health.well[luck->who] = (now > luck->dark ? now : luck->dark) + CATCH_UP_DAYS * DAY_LENGTH;
  luck->ends = INSTANT_NONE;
  luck->next = now + (int64_t)below(luck, 2 * (uint64_t)DAY_LENGTH);
  tell(luck, "is well again");
}

/* Each kind of each provider once before one comes again; a seed goes on about where the one before it has come to. */
static void draw_trouble(SimLuck *luck, SimWho *ret_who, SimTrouble *ret_trouble) {
  enum { KINDS = SIM_TROUBLE_KINDS - 1, ALL = SIM_WHO_COUNT * KINDS, STEP = 23, OF_A_SEED = 14 };
  uint64_t which = (luck->seed * OF_A_SEED + (uint64_t)luck->troubles) * STEP % ALL;
  *ret_who = (SimWho)(which / KINDS);
  *ret_trouble = (SimTrouble)(1 + which % KINDS);
}

static void begin_trouble(SimLuck *luck) {
  SimTrouble trouble;
  draw_trouble(luck, &luck->who, &trouble);
  luck->ends = luck->whole->world->now + draw_length(luck);
  if (luck->who < SIM_WHO_BROKER) luck->ends += CLOSED_DAYS * DAY_LENGTH;
  luck->health.well[luck->who] = INT64_MAX;
  luck->troubles++;
  sim_whole_trouble(luck->whole, luck->who, trouble);
  tell(luck, sim_trouble_name(trouble));
}

static void begin_dark(SimLuck *luck) {
  luck->dark = luck->whole->world->now + draw_length(luck);
  for (SimWho who = 0; who < SIM_WHO_COUNT; who++) {
    Instant *well = &luck->health.well[who];
    Instant again = luck->dark + CATCH_UP_DAYS * DAY_LENGTH;
    if (*well < again) *well = again;
  }
}

/* What a person asks for again is asked for with the next run. */
static void ask_again(SimLuck *luck) {
  static const char *const DATASETS[] = {"daily_prices",  "index_days", "etf_days", "market_flow",
                                         "minute_prices", "financials", "rates"};
  Day today = instant_kst_day(luck->whole->world->now), from = today - 1 - (Day)below(luck, REQUEST_DAYS);
  sim_whole_request(luck->whole, DATASETS[below(luck, sizeof DATASETS / sizeof *DATASETS)], from, from + 1);
}

bool sim_luck_turn(SimLuck *luck) {
  Instant now = luck->whole->world->now;
  if (luck->ends != INSTANT_NONE && (now >= luck->ends || now >= luck->calm)) end_trouble(luck);
  if (now >= luck->calm) return true;
  if (luck->ends == INSTANT_NONE && now >= luck->next) begin_trouble(luck);
  if (chance(luck, REQUEST_PER_MILLE)) ask_again(luck);
  if (now >= luck->dark && chance(luck, DARK_PER_MILLE)) begin_dark(luck);
  return now >= luck->dark;
}

/* ---- runs ---- */

/* Early round trips are met more often than late ones: most runs are short. */
static long draw_round_trip(SimLuck *luck) { return 1 + (long)below(luck, UINT64_C(1) << below(luck, 11)); }

/* Within what is tolerated, or hours off: then a run does nothing. */
static int64_t draw_skew(SimLuck *luck) {
  if (!chance(luck, 100)) return (int64_t)below(luck, 29000) - 14500;
  return (chance(luck, 500) ? 1 : -1) * (1 + (int64_t)below(luck, 60)) * HOUR;
}

static void disturb(SimLuck *luck, SimRun *run) {
  if (chance(luck, 150)) {
    run->crash_at = draw_round_trip(luck);
    run->crash_after = chance(luck, 500);
  }
  if (chance(luck, 40)) run->stop_at = draw_round_trip(luck);
  if (chance(luck, 60)) run->losses_per_mille = 5;
}

SimRun sim_luck_run(SimLuck *luck, SimProgram program, SimHour hour) {
  SimRun run = {.program = program, .freeze_at = draw_round_trip(luck)};
  if (hour == SIM_NIGHT || luck->whole->world->now >= luck->calm) return run;
  disturb(luck, &run);
  if (hour == SIM_CLOSE || !chance(luck, 250)) return run;
  SimHost *host = &luck->hosts[below(luck, 2)];
  host->skew_ms = draw_skew(luck);
  run.host = host;
  if (chance(luck, 100)) run.stalls_per_mille = 20;
  return run;
}

bool sim_luck_is_disturbed(const SimRun *run) { return run->crash_at || run->stop_at || run->losses_per_mille; }
