#include "live_scene.h"

#include <stdlib.h>

int live_scene_open(void **state) {
  LiveScene *scene = calloc(1, sizeof *scene);
  *state = scene;
  if (scene == NULL) return -1;
  live_sample_load_days(&scene->sample);
  live_world_open(&scene->world, LIVE_DAYS);
  return 0;
}

int live_scene_close(void **state) {
  LiveScene *scene = *state;
  live_sample_free(&scene->sample);
  live_world_close(&scene->world);
  free(scene);
  return 0;
}
