#include "kill_world.h"

#include "live_kept.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const OMITTED_COLLECTIONS[] = {"system_info.job_runs", "system_info.job_locks",
                                                  "system_info.restatements", "system_info.source_state", NULL};
static const char *const OMITTED_FIELDS[] = {"start_time_utc", "end_time_utc", "fetched_at_utc", "at_utc",      "fence",
                                             "host",           "pid",          "attempt",        "restatement", NULL};
const DbMemoryOmit KILL_OMIT = {.collections = OMITTED_COLLECTIONS, .fields = OMITTED_FIELDS};

bool kill_long(void) {
  const char *sweep = getenv("CLOSEBELL_KILL_SWEEP"), *all = getenv("CLOSEBELL_TEST_LONG");
  return (sweep != NULL && strcmp(sweep, "full") == 0) || (all != NULL && strcmp(all, "1") == 0);
}

bool kill_world_available(void) { return access(EMBEDDED_DB, X_OK) == 0; }

/* ---- the server's files ---- */

void kill_world_keep(KillWorld *world, const char *name) { live_keep(&world->live, name); }
void kill_world_restore(KillWorld *world, const char *name) { assert_true(live_return(&world->live, name)); }

/* ---- the world ---- */

KillWorld *kill_world_open(void) {
  KillWorld *world = calloc(1, sizeof *world);
  assert_non_null(world);
  unsetenv("TEST_MONGODB_URI");
  live_world_open(&world->live, LIVE_DAYS);
  world->proxy = wire_proxy_start((uint16_t)world->live.server.port);
  assert_non_null(world->proxy);
  kill_world_connect(world, "");
  live_set(&world->live, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", KILL_MIN_MARKET_CAP);
  return world;
}

void kill_world_connect(KillWorld *world, const char *options) {
  char uri[128];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%u/%s", (unsigned)wire_proxy_port(world->proxy), options);
  live_set(&world->live, "MONGODB_URI", uri);
}

void kill_world_close(KillWorld *world) {
  wire_proxy_stop(world->proxy);
  live_world_close(&world->live);
  free(world);
}

LiveResult kill_world_run(KillWorld *world, const KillJob *job, const WireFault *fault, WireReport *ret_report) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--now %s %s", job->now, job->arguments);
  live_exchange_now(&world->live, job->now);
  wire_proxy_arm(world->proxy, fault != NULL ? fault : &(WireFault){.kind = WIRE_NONE});
  LiveProcess process = live_start(&world->live, job->program, arguments);
  wire_proxy_victim(world->proxy, process.pid);
  LiveResult result = live_finish(&world->live, &process);
  *ret_report = wire_proxy_settle(world->proxy);
  return result;
}

long kill_world_do(KillWorld *world, const KillJob *job) {
  WireReport report;
  LiveResult result = kill_world_run(world, job, NULL, &report);
  live_assert_exit(&result, 0);
  return report.messages;
}

DbMemory *kill_world_snapshot(KillWorld *world, DbParts parts) {
  Error err = {{0}};
  DbMemory *memory = db_snapshot_take(world->live.server.uri, parts, &err);
  if (memory == NULL) fail_msg("snapshot: %s", err.text);
  return memory;
}
