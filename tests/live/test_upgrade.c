/* An installation that an earlier release left behind: its database (tests/data/make_upgrade) becomes that of a fresh
 * installation by the runs that come anyway, also with datasets and a server that the release did not have. */
#include <stdlib.h>

#include <zstd.h>

#include "api_client.h"
#include "dart_replay_run.h"
#include "live_dart.h"
#include "live_files.h"

static const char SET_UP[] = "2025-04-11T00:00:00Z", UPDATED[] = "2025-04-14T00:00:00Z",
                  LATER[] = "2025-04-14T03:00:00Z";
static const char NEWEST[] = "2025-04-11";

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun dart;
  char *dump; /* a line a document */
} Scene;

/* ---- the database of before ---- */

static char *read_dump(void) {
  FILE *file = fopen(TEST_DATA "/upgrade/before_datasets.ndjson.zst", "rb");
  static char packed[1 << 20];
  assert_non_null(file);
  size_t size = fread(packed, 1, sizeof packed, file);
  fclose(file);
  assert_true(size < sizeof packed);
  unsigned long long length = ZSTD_getFrameContentSize(packed, size);
  assert_true(length > 0 && length < 64 << 20);
  char *text = malloc(length + 1);
  assert_non_null(text);
  assert_int_equal(ZSTD_decompress(text, length, packed, size), length);
  text[length] = '\0';
  return text;
}

typedef struct {
  mongoc_collection_t *collection;
  char database[64], name[64];
  mongoc_bulk_operation_t *bulk;
  int count;
} Load;

static void load_flush(Load *load) {
  bson_error_t error;
  bson_t reply;
  if (load->count > 0) {
    if (!mongoc_bulk_operation_execute(load->bulk, &reply, &error))
      fail_msg("%s.%s: %s", load->database, load->name, error.message);
    bson_destroy(&reply);
  }
  if (load->bulk) mongoc_bulk_operation_destroy(load->bulk);
  load->bulk = NULL;
  load->count = 0;
}

static void load_collection(Load *load, LiveWorld *world, const char *database, const char *name) {
  load_flush(load);
  if (load->collection) mongoc_collection_destroy(load->collection);
  load->collection = NULL;
  if (name == NULL) return;
  snprintf(load->database, sizeof load->database, "%s", database);
  snprintf(load->name, sizeof load->name, "%s", name);
  load->collection = mongoc_client_get_collection(world->client, database, name);
  mongoc_database_t *of = mongoc_client_get_database(world->client, database);
  bson_error_t error;
  mongoc_collection_t *made = mongoc_database_create_collection(of, name, NULL, &error);
  if (made == NULL) fail_msg("%s.%s: %s", database, name, error.message);
  mongoc_collection_destroy(made);
  mongoc_database_destroy(of);
}

static void load_line(Load *load, LiveWorld *world, const char *line, size_t length) {
  bson_error_t error;
  bson_t *parsed = bson_new_from_json((const uint8_t *)line, (ssize_t)length, &error), document;
  if (parsed == NULL) fail_msg("%.100s: %s", line, error.message);
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, parsed, "document")) {
    load_collection(load, world, live_text(parsed, "database"), live_text(parsed, "collection"));
  } else {
    uint32_t size;
    const uint8_t *data;
    bson_iter_document(&iter, &size, &data);
    assert_true(bson_init_static(&document, data, size));
    if (load->bulk == NULL) load->bulk = mongoc_collection_create_bulk_operation_with_opts(load->collection, NULL);
    mongoc_bulk_operation_insert(load->bulk, &document);
    if (++load->count == 500) load_flush(load);
  }
  bson_destroy(parsed);
}

static void load_database_of_before(Scene *scene) {
  Load load = {0};
  size_t lines = 0;
  for (const char *line = scene->dump, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++)
    load_line(&load, &scene->world, line, (size_t)(end - line));
  load_collection(&load, NULL, NULL, NULL);
  assert_true(lines > 3000);
}

/* ---- the steps ---- */

static void do_at(Scene *scene, const char *program, const char *now, const char *arguments) {
  char korean[32];
  snprintf(korean, sizeof korean, "%.10sT%s", now, strcmp(now, LATER) == 0 ? "12:00:00" : "09:00:00");
  dart_run_at(&scene->dart, korean);
  live_do(&scene->world, program, now, arguments);
}

static void use_dart(Scene *scene) {
  live_dart_use(&scene->world, &scene->dart);
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.001");
}

/* Copies of financial_data and dividend_data that hold the instants at which it was stored. */
static void drop_instants(Scene *scene) {
  live_drop(&scene->world, "system_info", "report_archive");
  live_drop(&scene->world, "system_info", "dividend_archive");
}

/* What was done with the earlier release, done by the programs of today; then the runs that come next. */
static LiveDump fresh_installation(Scene *scene, bool dart) {
  do_at(scene, "manual_setup", SET_UP, "--days 40");
  do_at(scene, "hourly_analysis", SET_UP, "");
  do_at(scene, "daily_update", UPDATED, "");
  do_at(scene, "hourly_analysis", UPDATED, "");
  if (dart) use_dart(scene);
  do_at(scene, "daily_update", LATER, "");
  do_at(scene, "hourly_analysis", LATER, "");
  live_drop(&scene->world, "system_info", "watchlists"); /* empty: a set-up makes it, else the first list does */
  if (dart) drop_instants(scene);
  LiveDump dump = live_dump(&scene->world, LIVE_RESULT);
  live_world_reset(&scene->world);
  dart_run_reset(&scene->dart, "2025-04-11T09:00:00");
  return dump;
}

/* ---- tests ---- */

static void the_runs_that_come_anyway_make_it_that_of_a_fresh_installation(void **state) {
  Scene *scene = *state;
  LiveDump fresh = fresh_installation(scene, false);
  load_database_of_before(scene);
  do_at(scene, "daily_update", LATER, "");
  do_at(scene, "hourly_analysis", LATER, "");
  live_assert_holds(&scene->world, LIVE_RESULT, &fresh);
  live_dump_free(&fresh);
  LiveResult verified = live_run_at(&scene->world, "manual_setup", LATER, "--verify");
  live_assert_exit(&verified, 0);
}

static void so_do_they_with_companies_and_a_server_beside_them(void **state) {
  Scene *scene = *state;
  LiveDump fresh = fresh_installation(scene, true);
  use_dart(scene);
  load_database_of_before(scene);
  Api api = api_start(&scene->world, "", false);
  do_at(scene, "daily_update", LATER, "");
  do_at(scene, "hourly_analysis", LATER, "");
  drop_instants(scene);
  live_assert_holds(&scene->world, LIVE_RESULT, &fresh);
  live_dump_free(&fresh);
  api_await(&api, "/readyz", 200);
  char target[64];
  snprintf(target, sizeof target, "/stocks?require=%s", NEWEST);
  api_await(&api, target, 200);
  api_stop(&scene->world, &api);
}

static int start(void **state) {
  static Scene scene;
  live_world_open(&scene.world, LIVE_DAYS);
  assert_true(dart_run_start(&scene.dart, DART_REPLAY, TEST_DATA "/dart", "2025-04-11T09:00:00"));
  scene.dump = read_dump();
  *state = &scene;
  return 0;
}

static int reset(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  dart_run_reset(&scene->dart, "2025-04-11T09:00:00");
  return 0;
}

static int stop(void **state) {
  Scene *scene = *state;
  free(scene->dump);
  assert_true(replay_run_stop(&scene->dart));
  live_world_close(&scene->world);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_runs_that_come_anyway_make_it_that_of_a_fresh_installation, reset),
      cmocka_unit_test_setup(so_do_they_with_companies_and_a_server_beside_them, reset),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
