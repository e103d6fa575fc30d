#include "live_heal.h"

#include <stdlib.h>

const char HEAL_DAYS[] = "--days 12"; /* up to 2025-04-10 */
const char *const HEAL_MORNINGS[HEAL_MORNING_COUNT] = {"2025-04-11T00:00:00Z", "2025-04-14T00:00:00Z",
                                                       "2025-04-15T00:00:00Z", "2025-04-16T00:00:00Z",
                                                       "2025-04-17T00:00:00Z", "2025-04-18T00:00:00Z"};

const char HEAL_FIRST[] = "2025-03-26", HEAL_MIDDLE[] = "2025-04-03", HEAL_LATER[] = "2025-04-08";

void heal_run_morning(LiveWorld *world, const char *now) {
  live_do(world, "daily_update", now, "");
  live_do(world, "hourly_analysis", now, "");
}

int heal_open(void **state) {
  HealScene *scene = calloc(1, sizeof *scene);
  void *world = NULL;
  *state = scene;
  if (scene == NULL || live_setup_days(&world) != 0) return -1;
  scene->world = world;
  live_do(scene->world, "manual_setup", HEAL_MORNINGS[0], HEAL_DAYS);
  for (size_t i = 0; i < HEAL_MORNING_COUNT; i++) {
    heal_run_morning(scene->world, HEAL_MORNINGS[i]);
    scene->mornings[i] = live_dump(scene->world, LIVE_RESULT);
  }
  return 0;
}

int heal_close(void **state) {
  HealScene *scene = *state;
  void *world = scene->world;
  for (size_t i = 0; i < HEAL_MORNING_COUNT; i++) live_dump_free(&scene->mornings[i]);
  live_teardown(&world);
  free(scene);
  return 0;
}

int heal_reset(void **state) {
  live_world_reset(((HealScene *)*state)->world);
  return 0;
}

int heal_set_up(void **state) {
  LiveWorld *world = ((HealScene *)*state)->world;
  heal_reset(state);
  live_do(world, "manual_setup", HEAL_MORNINGS[0], HEAL_DAYS);
  live_do(world, "hourly_analysis", HEAL_MORNINGS[0], "");
  live_forget_calls(world);
  return 0;
}

void heal_assert_result(HealScene *scene, size_t morning) {
  live_assert_holds(scene->world, LIVE_RESULT, &scene->mornings[morning]);
}

void heal_spoil_analysis(LiveWorld *world, const char *ticker, const char *date) {
  live_update(world, "stock_analyzed", ticker, date, "{\"$set\": {\"close\": 1.5, \"sma_5\": 2.5}}");
}
