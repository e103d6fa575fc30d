/* Every definition of deploy/feeds through the real dataset and a database in memory: with the recorded answer of its
 * provider it is completed and its rows are there; with six kinds of broken answers it never is, and nothing is. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/dataset/feeds.h>
#include <closebell/source/web.h>

#include "../unit/shipped_feeds.h"
#include "sim_case.h"
#include "sim_sample.h"

enum { BYTES_MAX = 128 * 1024, FEEDS_COUNT = sizeof FEEDS / sizeof FEEDS[0] };

typedef enum { RECORDED, HTML, NOTHING, HALF, FAILING, OTHER_SHAPE, OTHER_TYPE, WAYS } AnswerWay;

typedef struct {
  SimMarket *market;
  SimWorld *world;
  Feeds feeds;
  JobRow rows[JOB_TABLE_MAX];
  JobTable jobs;
  DatasetTable datasets;
  ProviderSet beside;
  const Shipped *current; /* who is asked ... */
  AnswerWay way;          /* ... and how it answers */
  long calls;
  char folder[64];
} Scene;

/* ---- answers ---- */

static size_t read_file(const char *folder, const char *name, char bytes[BYTES_MAX]) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s is not there", path);
  size_t length = fread(bytes, 1, BYTES_MAX - 1, file);
  assert_true(feof(file));
  fclose(file);
  bytes[length] = '\0';
  return length;
}

static size_t write_body(const Scene *scene, char body[BYTES_MAX]) {
  static char recorded[BYTES_MAX];
  char name[64];
  snprintf(name, sizeof name, "%s.json", scene->current->name);
  size_t length = read_file(TEST_DATA "/feeds", name, recorded);
  const char *spoilt = strstr(recorded, scene->current->needs[0]);
  assert_non_null(spoilt);
  body[0] = '\0';
  if (scene->way == HTML) return (size_t)snprintf(body, BYTES_MAX, "<!DOCTYPE html><title>Just a moment...</title>");
  if (scene->way == OTHER_SHAPE) return (size_t)snprintf(body, BYTES_MAX, "{\"other\":{\"kind\":[1,2,3]}}");
  if (scene->way == OTHER_TYPE)
    return (size_t)snprintf(body, BYTES_MAX, "%.*s%s%s", (int)(spoilt - recorded), recorded, scene->current->needs[1],
                            spoilt + strlen(scene->current->needs[0]));
  if (scene->way == NOTHING) return 0;
  memcpy(body, recorded, length + 1);
  return scene->way == HALF ? length / 2 : length;
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  static char text[BYTES_MAX];
  Scene *scene = self;
  (void)err;
  for (size_t i = 0; i < count; i++) {
    size_t length = write_body(scene, text);
    WebBody *body = calloc(1, sizeof *body + length + 1);
    assert_non_null(body);
    *body = (WebBody){.http_status = scene->way == FAILING ? 500 : 200, .length = length};
    memcpy(body->bytes, text, length);
    free(questions[i].answer->payload);
    *questions[i].answer = (Answer){.kind = ANSWER_ROWS,
                                    .http_status = body->http_status,
                                    .retry_after_ms = -1,
                                    .type = &PAYLOAD_WEB_BODY,
                                    .payload = body,
                                    .count = 1};
    scene->calls++;
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((const Scene *)self)->calls; }

/* ---- the feeds ---- */

static void write_file(const Scene *scene, const char *name, const char *text) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s", scene->folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

/* As an operator does: all files, and a key in each file of keys. */
static void copy_feeds(const Scene *scene) {
  static char text[BYTES_MAX];
  DIR *folder = opendir(TEST_FEEDS);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char keys[64];
    if (entry->d_name[0] == '.') continue;
    read_file(TEST_FEEDS, entry->d_name, text);
    write_file(scene, entry->d_name, text);
    const char *named = strstr(text, "\nkeys_file = ");
    if (named && sscanf(named, "\nkeys_file = %63s", keys) == 1) write_file(scene, keys, "a-key-of-some-length\n");
  }
  closedir(folder);
}

static void remove_files(const Scene *scene) {
  DIR *folder = opendir(scene->folder);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (entry->d_name[0] != '.') unlinkat(dirfd(folder), entry->d_name, 0);
  closedir(folder);
  rmdir(scene->folder);
}

static void declare(Scene *scene) {
  static const Feed *const FEED_LIST[] = {&WEB_FEED};
  Error err = {{0}};
  snprintf(scene->folder, sizeof scene->folder, "/tmp/closebell-shipped-XXXXXX");
  assert_non_null(mkdtemp(scene->folder));
  copy_feeds(scene);
  assert_int_equal(feeds_load(scene->folder, &scene->feeds, &err), STATUS_OK);
  assert_int_equal(scene->feeds.bad_count, 0);
  assert_int_equal(scene->feeds.count, FEEDS_COUNT);
  scene->jobs.rows = scene->rows;
  for (size_t i = 0; i < scene->feeds.jobs.count; i++) {
    const JobRow *row = &scene->feeds.jobs.rows[i];
    if (row->kind != JOB_DATASET || i >= job_table()->count) scene->rows[scene->jobs.count++] = *row;
  }
  scene->datasets =
      (DatasetTable){scene->feeds.datasets.items + scene->feeds.datasets.count - FEEDS_COUNT, FEEDS_COUNT};
  scene->beside.count = 1;
  scene->beside.items[0].source = (Source){
      .self = scene, .name = PROVIDER_WEB, .feeds = FEED_LIST, .feed_count = 1, .fetch = fetch, .calls = calls};
  scene->beside.items[0].terms = WEB_PROVIDER.terms(&scene->world->config);
}

static void begin(Scene *scene, AnswerWay way) {
  Day first, last;
  assert_true(day_parse("2023-10-02", &first) && day_parse("2024-01-31", &last));
  *scene = (Scene){.way = way, .market = sim_market_new(1, first, last)};
  scene->world = sim_world_new(scene->market, 1, sim_market_published(scene->market, scene->market->sessions[60].date));
  SimRun setup = {.program = SIM_SETUP};
  assert_int_equal(sim_run(scene->world, &setup).exit_code, EXIT_DONE);
  declare(scene);
}

static void end(Scene *scene) {
  feeds_free(&scene->feeds);
  remove_files(scene);
  sim_world_free(scene->world);
  sim_market_free(scene->market);
}

static const bson_t *run(Scene *scene, const Shipped *shipped) {
  const bson_t *newest = NULL;
  SimRun update = {.program = SIM_UPDATE,
                   .ranged = true,
                   .update = {.dataset = shipped->name, .from = DAY_NONE, .to = DAY_NONE},
                   .beside = &scene->beside,
                   .jobs = &scene->jobs,
                   .datasets = &scene->datasets};
  scene->current = shipped;
  sim_run(scene->world, &update);
  for (size_t i = 0; i < sim_document_count(scene->world, DB_SYSTEM, "job_status"); i++) {
    const bson_t *status = sim_document_at(scene->world, DB_SYSTEM, "job_status", i);
    if (strcmp(sim_text(status, "job_name"), shipped->name) == 0) newest = status;
  }
  if (newest == NULL) fail_msg("%s has no status", shipped->name);
  return newest;
}

/* ---- what has to hold ---- */

static void a_recorded_answer_completes_each_feed(void **state) {
  (void)state;
  Scene scene;
  begin(&scene, RECORDED);
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const bson_t *status = run(&scene, &FEEDS[i]);
    if (strcmp(sim_text(status, "status"), "completed") != 0)
      fail_msg("%s is %s: %s", FEEDS[i].name, sim_text(status, "status"), sim_text(status, "reason"));
    assert_true(sim_int64(status, "stored_rows") >= (int64_t)FEEDS[i].rows);
    assert_int_equal(sim_int64(status, "stored_rows"), sim_int64(status, "expected_rows"));
    assert_true(sim_document_count(scene.world, DB_FEED, FEEDS[i].name) >= FEEDS[i].rows);
  }
  end(&scene);
}

static void broken_answers_complete_and_store_nothing(void **state) {
  (void)state;
  for (AnswerWay way = HTML; way < WAYS; way++) {
    Scene scene;
    begin(&scene, way);
    for (size_t i = 0; i < FEEDS_COUNT; i++) {
      long before = scene.calls;
      const bson_t *status = run(&scene, &FEEDS[i]);
      if (strcmp(sim_text(status, "status"), "completed") == 0)
        fail_msg("%s is completed by answers of way %d", FEEDS[i].name, (int)way);
      assert_int_equal(sim_document_count(scene.world, DB_FEED, FEEDS[i].name), 0);
      assert_true(scene.calls > before);
    }
    end(&scene);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_recorded_answer_completes_each_feed),
                                     cmocka_unit_test(broken_answers_complete_and_store_nothing)};
  return cmocka_run_group_tests_name("shipped_feeds_run", tests, NULL, NULL);
}
