/* evening_scene.h: the programs, the exchange and the broker, of the same recorded days. */
#ifndef CLOSEBELL_TESTS_EVENING_SCENE_H
#define CLOSEBELL_TESTS_EVENING_SCENE_H

#include "live_db.h"
#include "live_kept.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";
typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun kis;
} Scene;

static inline void control(const Scene *scene, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&scene->kis, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

static inline long count(const Scene *scene, const char *name) { return replay_run_calls(&scene->kis, name); }

static inline int start(void **state) {
  static Scene scene;
  const char *const arguments[] = {
      "--days", TEST_DATA "/days", "--listing", TEST_DATA "/listing.csv", "--appkey", KEY, "--appsecret", SECRET, NULL};
  live_world_open(&scene.world, LIVE_DAYS);
  assert_true(replay_run_start(&scene.kis, KIS_REPLAY, arguments));
  *state = &scene;
  return 0;
}

static inline int stop(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_stop(&scene->kis));
  live_world_close(&scene->world);
  return 0;
}

static inline void configure(Scene *scene) {
  char url[128];
  control(scene, "clear");
  control(scene, "paper?off=1");
  control(scene, "market?drift=0&late=0");
  control(scene, "forget-token");
  control(scene, "forget-calls");
  control(scene, "now?instant=2025-04-10T15:42:00%2B09:00&speed=0");
  snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)scene->kis.port);
  live_set(&scene->world, "CLOSEBELL_KIS_BASE_URL", url);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", KEY);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(&scene->world, "CLOSEBELL_KIS_RATE_PER_SECOND", "1000");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.001");
}

/* The documents, without what marks them as provisional. */
static inline bson_t *unmarked(const bson_t *document) {
  bson_t *copy = bson_new();
  bson_copy_to_excluding_noinit(document, copy, "finality", (char *)NULL);
  return copy;
}

/* The documents that one of two collections has alone. */
static inline size_t print_alone(const char *where, const LiveDocuments *documents, const LiveDocuments *others) {
  size_t count = 0;
  for (size_t i = 0; i < documents->count; i++) {
    if (live_documents_find(others, live_id(documents->items[i]))) continue;
    char *text = bson_as_relaxed_extended_json(documents->items[i], NULL);
    print_error("only %s: %s\n", where, text);
    bson_free(text);
    count++;
  }
  return count;
}

static inline void check_one(const char *date, const bson_t *evening, const bson_t *final) {
  bson_t *document = unmarked(evening);
  assert_string_equal(live_text(evening, "finality"), "provisional");
  if (!bson_equal(document, final))
    fail_msg("%s: %s\n%s", date, bson_as_canonical_extended_json(document, NULL),
             bson_as_canonical_extended_json(final, NULL));
  bson_destroy(document);
}

/* The same stocks, and the same of each. */
static inline void check_equal(const char *date, const LiveDocuments *evening, const LiveDocuments *final) {
  size_t alone = print_alone("in the evening", evening, final) + print_alone("in the morning", final, evening);
  if (alone > 0) fail_msg("%s: %zu stocks in the evening, %zu in the morning", date, evening->count, final->count);
  for (size_t i = 0; i < final->count; i++) check_one(date, evening->items[i], final->items[i]);
}

static inline void assert_gone(LiveWorld *world) {
  assert_int_equal(live_count(world, "system_info", "evening_analysis"), 0);
  assert_int_equal(live_count(world, "system_info", "evening_leaders"), 0);
  assert_int_equal(live_count(world, "system_info", "evening_strategy_days"), 0);
}

#endif
