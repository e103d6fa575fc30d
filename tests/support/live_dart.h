/* live_dart.h: the DART server beside a world of live tests: the programs ask it from now on. */
#ifndef CLOSEBELL_TESTS_LIVE_DART_H
#define CLOSEBELL_TESTS_LIVE_DART_H

#include "dart_replay_run.h"
#include "live_world.h"

/* Settings of the programs: where it answers, its key, and as many questions a second as they like. To be called after
 * live_world_reset, which forgets settings. */
static inline void live_dart_use(LiveWorld *world, const ReplayRun *dart) {
  char url[128];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/api", (unsigned)dart->port);
  live_set(world, "CLOSEBELL_DART_BASE_URL", url);
  live_set(world, "CLOSEBELL_DART_AUTH_KEY", DART_RUN_KEY);
  live_set(world, "CLOSEBELL_DART_RATE_PER_SECOND", "1000");
}

#endif
