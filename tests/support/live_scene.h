/* live_scene.h: a world and the recorded sessions that its exchange answers with: what most live tests begin with. */
#ifndef CLOSEBELL_TESTS_LIVE_SCENE_H
#define CLOSEBELL_TESTS_LIVE_SCENE_H

#include "live_db.h"
#include "live_sample.h"

typedef struct {
  LiveWorld world;
  LiveSample sample;
} LiveScene;

/* For cmocka_run_group_tests: *state is a LiveScene of tests/data/days. */
int live_scene_open(void **state);
int live_scene_close(void **state);

#endif
