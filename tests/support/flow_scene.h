/* flow_scene.h: market_flow and minute_prices over the wire: the programs, the exchange, and a broker that answers from
 * recorded days; a list of four stocks is chosen. */
#ifndef CLOSEBELL_TESTS_FLOW_SCENE_H
#define CLOSEBELL_TESTS_FLOW_SCENE_H

#include <stdlib.h>

#include "live_db.h"
#include "live_kept.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";
static const char DATE[] = "2024-10-11", BEFORE[] = "2024-10-10";
static const char MORNING[] = "2024-10-11T00:00:00Z", AFTERNOON[] = "2024-10-11T07:05:00Z",
                  EVENING[] = "2024-10-11T11:10:00Z", NEXT[] = "2024-10-14T00:00:00Z";
static const char *const STOCKS[] = {"000660", "005930", "000020", "035720"};
enum { STOCK_COUNT = 4, SESSIONS = 8 };

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
  const char *const arguments[] = {"--days",      TEST_DATA "/days",
                                   "--listing",   TEST_DATA "/listing.csv",
                                   "--flow",      TEST_DATA "/investor/net_shares.csv",
                                   "--appkey",    KEY,
                                   "--appsecret", SECRET,
                                   NULL};
  live_world_open(&scene.world, LIVE_DAYS);
  scene.world.prices_only = true;
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

static inline void point_at(Scene *scene, const char *host) {
  char url[128];
  snprintf(url, sizeof url, "http://%s:%u", host, (unsigned)scene->kis.port);
  live_set(&scene->world, "CLOSEBELL_KIS_BASE_URL", url);
}

static inline int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  control(scene, "clear");
  control(scene, "paper?off=1");
  control(scene, "forget-token");
  control(scene, "forget-calls");
  control(scene, "market?drift=1&auction_back=1545");
  point_at(scene, "127.0.0.1");
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", KEY);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(&scene->world, "CLOSEBELL_KIS_RATE_PER_SECOND", "1000");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.01");
  return 0;
}

static inline void choose(Scene *scene, const char *what) {
  live_set(&scene->world, "CLOSEBELL_FLOW_STOCKS", strcmp(what, "minutes") == 0 ? NULL : "watchlists");
  live_set(&scene->world, "CLOSEBELL_MINUTES_STOCKS", strcmp(what, "flow") == 0 ? NULL : "watchlists");
}

static inline void make_set_up(Scene *scene) {
  live_do(&scene->world, "manual_setup", MORNING, "--days 8");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"000020\", \"000660\", \"005930\", \"035720\"], "
              "\"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  live_keep(&scene->world, "eight-sessions");
}

/* Eight sessions up to the one before, and a list of four stocks. */
static inline void set_up(Scene *scene, const char *what) {
  if (!live_return(&scene->world, "eight-sessions")) make_set_up(scene);
  choose(scene, what);
}

/* The broker's token does not outlast the day. */
static inline LiveResult run_at(Scene *scene, const char *now, const char *arguments) {
  char request[128];
  snprintf(request, sizeof request, "now?instant=%s", now);
  control(scene, request);
  return live_run_at(&scene->world, "daily_update", now, arguments);
}

static inline LiveResult do_at(Scene *scene, const char *now, const char *arguments) {
  LiveResult result = run_at(scene, now, arguments);
  live_assert_exit(&result, 0);
  return result;
}

static inline void next_day(Scene *scene) {
  control(scene, "forget-token");
  if (live_has_collection(&scene->world, "system_info", "source_state")) {
    LiveDocuments states = live_documents(&scene->world, "system_info", "source_state");
    for (size_t i = 0; i < states.count; i++)
      if (strncmp(live_id(states.items[i]), "kis", 3) == 0)
        live_delete(&scene->world, "system_info", "source_state", live_id(states.items[i]));
    live_documents_free(&states);
  }
}

static inline bson_t *status_of(Scene *scene, const char *date, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", date, dataset);
  return live_get(&scene->world, "system_info", "job_status", id);
}

static inline void assert_status(Scene *scene, const char *date, const char *dataset, const char *state,
                                 const char *finality, int64_t stored) {
  bson_t *status = status_of(scene, date, dataset);
  if (strcmp(live_text(status, "status"), state) != 0)
    fail_msg("%s %s: %s, not %s: %s", date, dataset, live_text(status, "status"), state,
             live_has_field(status, "reason") ? live_text(status, "reason") : "");
  assert_string_equal(live_text(status, "finality"), finality);
  assert_int_equal(live_int64(status, "stored_rows"), stored);
  bson_destroy(status);
}

/* Every document of the chosen stocks on that date. */
static inline void assert_finality(Scene *scene, const char *database, const char *date, const char *finality) {
  for (int i = 0; i < STOCK_COUNT; i++) {
    bson_t *document = live_get(&scene->world, database, STOCKS[i], date);
    assert_string_equal(live_text(document, "finality"), finality);
    bson_destroy(document);
  }
}

static inline bool has_close(Scene *scene, const char *ticker, const char *date) {
  bson_t *document = live_get(&scene->world, "market_flow", ticker, date);
  bool has = live_has_field(document, "close");
  bson_destroy(document);
  return has;
}

static inline int64_t archived_close(Scene *scene, const char *ticker, const char *date) {
  bson_t *row = live_get(&scene->world, "stock_data", ticker, date);
  int64_t close = live_int64(row, "close");
  bson_destroy(row);
  return close;
}

#endif
