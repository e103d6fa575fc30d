#include "feed_scene.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/instant.h>

const char FEED_SCENE_NOW[] = "2025-03-05T00:00:00Z";

const char FEED_SCENE_TICKER[] = "[feed]\n"
                                 "title = Ticker\n"
                                 "url = http://127.0.0.1:$PORT/public/ticker/ALL_KRW\n"
                                 "schedule = hourly\n"
                                 "rows = /data\n"
                                 "id = {coin}\n"
                                 "keep = replace\n"
                                 "indexes = -closing_price\n"
                                 "[fields]\n"
                                 "coin = string @key\n"
                                 "closing_price = double /closing_price\n"
                                 "as_of_utc = instant ^/data/date\n"
                                 "[answer]\nok_if = /status = 0000\n"
                                 "[checks]\nmin_rows = 300\nunique = coin\n";

const char FEED_SCENE_OVERVIEW[] = "[feed]\n"
                                   "url = http://127.0.0.1:$PORT/query\n"
                                   "schedule = daily 01:00 UTC\n"
                                   "keys_file = alpha.keys\n"
                                   "items = A, B, C\n"
                                   "rows =\nsingle = yes\n"
                                   "id = {symbol}\n"
                                   "[query]\nfunction = OVERVIEW\nsymbol = {item}\napikey = {key}\n"
                                   "[fields]\n"
                                   "symbol = string /Symbol\nname = string /Name\n"
                                   "market_capitalization = int /MarketCapitalization\n"
                                   "[answer]\nlimit_if = /Information\nerror_if = /Error Message\n";

int feed_scene_open(void **state) {
  FeedScene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  live_world_open(&scene->world, LIVE_DAYS);
  scene->world.prices_only = true;
  assert_true(web_run_start(&scene->web, WEB_REPLAY, FEED_SCENE_NOW));
  snprintf(scene->folder, sizeof scene->folder, "%s/feeds", scene->world.folder);
  assert_int_equal(mkdir(scene->folder, 0700), 0);
  *state = scene;
  return 0;
}

static void empty_folder(const FeedScene *scene) {
  struct dirent **entries = NULL;
  int count = scandir(scene->folder, &entries, NULL, NULL);
  for (int i = 0; i < count; i++) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", scene->folder, entries[i]->d_name);
    unlink(path);
    free(entries[i]);
  }
  free(entries);
}

int feed_scene_close(void **state) {
  FeedScene *scene = *state;
  empty_folder(scene);
  rmdir(scene->folder);
  assert_true(replay_run_stop(&scene->web));
  live_world_close(&scene->world);
  free(scene);
  return 0;
}

int feed_scene_reset(void **state) {
  FeedScene *scene = *state;
  live_world_reset(&scene->world);
  empty_folder(scene);
  web_run_reset(&scene->web, FEED_SCENE_NOW);
  web_run_control(&scene->web, "limits?provider=alpha&per_day=0&per_window=0");
  web_run_control(&scene->web, "limits?provider=x&per_day=0&per_window=0");
  web_run_control(&scene->web, "limits?provider=fred&per_day=0&per_window=0");
  live_do(&scene->world, "manual_setup", FEED_SCENE_NOW, "--days 2");
  live_set(&scene->world, "CLOSEBELL_FEEDS_FOLDER", scene->folder);
  return 0;
}

void feed_scene_file(FeedScene *scene, const char *name, const char *text) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", scene->folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  for (const char *at; (at = strstr(text, "$PORT")) != NULL; text = at + 5)
    fprintf(file, "%.*s%u", (int)(at - text), text, (unsigned)scene->web.port);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

LiveResult feed_scene_run(FeedScene *scene, const char *name, const char *now) {
  char arguments[128];
  web_run_at(&scene->web, now);
  snprintf(arguments, sizeof arguments, "--dataset %s", name);
  return live_run_at(&scene->world, "daily_update", now, arguments);
}

void feed_scene_do(FeedScene *scene, const char *name, const char *now, int exit_code) {
  LiveResult result = feed_scene_run(scene, name, now);
  live_assert_exit(&result, exit_code);
}

const char *feed_scene_later(const char *from, int64_t ms, char text[32]) {
  Instant instant;
  assert_true(instant_parse(from, &instant));
  snprintf(text, 32, "%s", instant_text(instant + ms).text);
  return text;
}

bson_t *feed_scene_status(FeedScene *scene, const char *date, const char *name) {
  char id[96];
  snprintf(id, sizeof id, "%s_%s", date, name);
  return live_get(&scene->world, "system_info", "job_status", id);
}

void feed_scene_assert(FeedScene *scene, const char *date, const char *name, const char *state, int64_t expected,
                       int64_t stored) {
  bson_t *status = feed_scene_status(scene, date, name);
  char *text = bson_as_relaxed_extended_json(status, NULL);
  bool same = strcmp(live_text(status, "status"), state) == 0;
  if (!same) fail_msg("%s is not %s: %s", name, state, text);
  if (expected >= 0 && live_int64(status, "expected_rows") != expected) fail_msg("expected_rows: %s", text);
  if (stored >= 0 && live_int64(status, "stored_rows") != stored) fail_msg("stored_rows: %s", text);
  bson_free(text);
  bson_destroy(status);
}

void feed_scene_assert_says(FeedScene *scene, const char *date, const char *name, const char *words) {
  bson_t *status = feed_scene_status(scene, date, name);
  char *text = bson_as_relaxed_extended_json(status, NULL);
  if (strstr(text, words) == NULL) fail_msg("\"%s\" is not in %s", words, text);
  bson_free(text);
  bson_destroy(status);
}

bool feed_scene_alert_is_open(FeedScene *scene, const char *id) {
  bson_t *alert = live_find(&scene->world, "system_info", "ops_alerts", id);
  bson_iter_t resolved;
  bool open = alert && !(bson_iter_init_find(&resolved, alert, "resolved_utc") && BSON_ITER_HOLDS_DATE_TIME(&resolved));
  if (alert) bson_destroy(alert);
  return open;
}

long feed_scene_calls(const FeedScene *scene, const char *service) {
  WebLog log = web_run_log(&scene->web);
  long count = web_log_count(&log, service, NULL, NULL, NULL);
  web_log_clear(&log);
  return count;
}
