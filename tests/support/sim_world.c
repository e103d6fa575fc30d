#include "sim_world.h"
#include <closebell/job/prepare.h>

#include <stdlib.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

const char *sim_fault_name(SimFaultKind kind) {
  static const char *const NAMES[SIM_FAULT_KINDS] = {
      "unreachable", "failing",      "throttled", "blocked",  "unauthorized",   "empty",         "half",
      "repeated",    "repeated old", "wrong row", "restated", "altered totals", "database down", "hosts down"};
  return NAMES[kind];
}

static Instant true_now(void *self) { return ((const SimWorld *)self)->now; }
static int64_t true_uptime(void *self) { return ((const SimWorld *)self)->uptime_ms; }

/* The server's clock is only read. */
static bool never_sleeps(void *self, int64_t ms) {
  (void)self;
  (void)ms;
  return false;
}

static bool never_stops(void *self) {
  (void)self;
  return false;
}

/* The filter of the sample configuration would let all stocks in; a third of them makes the same history in a third of
 * the time, and a narrow band makes stocks come and go. */
static void configure(Config *config) {
  config_defaults(config);
  config->universe.min_market_cap = SIM_MIN_MARKET_CAP;
  config->universe.exit_market_cap = SIM_EXIT_MARKET_CAP;
  config->universe.exit_sessions = 4;
  text_copy(config->api.strategies, sizeof config->api.strategies, TEST_DATA "/strategies");
}

static void take_database(SimWorld *world, DbMemory *memory) {
  sim_or_die(memory != NULL, "no memory for a database");
  world->memory = memory;
  world->view = db_memory_db(memory);
  db_memory_set_clock(memory, &world->clock);
}

SimWorld *sim_world_new(const SimMarket *market, uint64_t seed, Instant now) {
  SimWorld *world = calloc(1, sizeof *world);
  sim_or_die(world != NULL, "no memory for a world");
  world->market = market;
  world->clock = (Clock){
      .self = world, .now = true_now, .uptime_ms = true_uptime, .sleep_ms = never_sleeps, .stopping = never_stops};
  take_database(world, db_memory_new());
  configure(&world->config);
  world->prepared.config = &world->config;
  Error err = {{0}};
  sim_or_die(job_prepare(&world->prepared, &err) == STATUS_OK, err.text);
  world->now = now;
  world->uptime_ms = 1000;
  world->random_state = seed;
  world->random = random_seeded(&world->random_state);
  world->round_trip_ms = 1;
  world->request_ms = 200;
  return world;
}

void sim_world_free(SimWorld *world) {
  if (!world) return;
  db_memory_free(world->memory);
  job_release(&world->prepared);
  free(world->faults);
  free(world->checked);
  free(world);
}

void sim_world_restore(SimWorld *world, DbMemory *content) {
  DbMemory *before = world->memory;
  take_database(world, db_memory_copy(content));
  db_memory_free(before);
}

void sim_world_pass(SimWorld *world, int64_t ms) {
  world->now += ms;
  world->uptime_ms += ms;
}

void sim_world_move_to(SimWorld *world, Instant instant) {
  if (instant > world->now) sim_world_pass(world, instant - world->now);
}

/* ---- faults ---- */

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* Those that are long over are forgotten: there are few at any time. */
void sim_world_fault(SimWorld *world, SimFault fault) {
  size_t kept = 0;
  for (size_t i = 0; i < world->fault_count; i++)
    if (world->faults[i].until > world->now - DAY_MS) world->faults[kept++] = world->faults[i];
  SimFault *faults = vector_reserve(world->faults, &world->fault_capacity, kept + 1, sizeof *faults);
  sim_or_die(faults != NULL, "no memory for faults");
  world->faults = faults;
  faults[kept++] = fault;
  world->fault_count = kept;
}

void sim_world_forget_faults(SimWorld *world) { world->fault_count = 0; }

static bool is_on(const SimWorld *world, const SimFault *fault) {
  return fault->from <= world->now && world->now < fault->until;
}

bool sim_world_has_fault(const SimWorld *world, SimFaultKind kind) {
  for (size_t i = 0; i < world->fault_count; i++)
    if (world->faults[i].kind == kind && is_on(world, &world->faults[i])) return true;
  return false;
}

bool sim_world_had_fault(const SimWorld *world, SimFaultKind kind, Instant since) {
  for (size_t i = 0; i < world->fault_count; i++) {
    const SimFault *fault = &world->faults[i];
    if (fault->kind == kind && fault->from <= world->now && fault->until > since) return true;
  }
  return false;
}

static bool strikes(const SimFault *fault, SimService service) {
  if (fault->index_alone) return service == SIM_INDEX;
  return service == SIM_PRICES || fault->kind <= SIM_UNAUTHORIZED;
}

const SimFault *sim_world_source_fault(const SimWorld *world, SimService service, Day date, Market market) {
  for (size_t i = 0; i < world->fault_count; i++) {
    const SimFault *fault = &world->faults[i];
    if (fault->kind >= SIM_DATABASE_DOWN || !is_on(world, fault) || !strikes(fault, service)) continue;
    if (fault->date != DAY_NONE && fault->date != date) continue;
    if (fault->market < 0 || fault->market == (int)market) return fault;
  }
  return NULL;
}
