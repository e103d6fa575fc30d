/* corporate_actions that are gone, altered, unreadable or nobody's: shown by --verify, repaired in their turn, and at
 * once for who names the days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/turn.h>

#include "sim_check.h"
#include "sim_run.h"
#include "sim_sample.h"

#define COLLECTION "corporate_actions"
enum { SET_UP_AT = 60, DAMAGED_AT = 200, LEAST = 5 };

typedef struct {
  SimMarket *market;
  SimWorld *world;
  size_t session;
  bson_t **whole; /* as they were; owned */
  size_t count;
} Scene;

static void run_to(Scene *scene, size_t session) {
  for (; scene->session < session; scene->session++) {
    sim_sample_move_to(scene->world, scene->session + 1);
    sim_sample_run(scene->world, SIM_UPDATE);
  }
}

static const bson_t *stored(const Scene *scene, size_t index) {
  return sim_document_at(scene->world, DB_SYSTEM, COLLECTION, index);
}

static int begin(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  Day from, to;
  assert_true(day_parse("2023-01-02", &from) && day_parse("2024-02-29", &to));
  scene->market = sim_market_new(1, from, to);
  scene->world = sim_sample_world(scene->market, SET_UP_AT, SIM_MIN_MARKET_CAP);
  sim_sample_set_up(scene->world, SET_UP_AT);
  scene->session = SET_UP_AT;
  run_to(scene, DAMAGED_AT);
  scene->count = sim_document_count(scene->world, DB_SYSTEM, COLLECTION);
  assert_in_range(scene->count, LEAST, 10000);
  scene->whole = calloc(scene->count, sizeof *scene->whole);
  for (size_t i = 0; i < scene->count; i++) scene->whole[i] = bson_copy(stored(scene, i));
  *state = scene;
  return 0;
}

static int end(void **state) {
  Scene *scene = *state;
  for (size_t i = 0; i < scene->count; i++) bson_destroy(scene->whole[i]);
  free(scene->whole);
  sim_world_free(scene->world);
  sim_market_free(scene->market);
  free(scene);
  return 0;
}

static const char *id_of(const Scene *scene, size_t index) { return sim_text(scene->whole[index], "_id"); }

static void put(const Scene *scene, const bson_t *document) {
  const Db *db = &scene->world->view;
  Error err = {{0}};
  if (db->replace_many(db->self, DB_SYSTEM, COLLECTION, &document, 1, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static void lose(const Scene *scene, const char *id) {
  const Db *db = &scene->world->view;
  Error err = {{0}};
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, COLLECTION, id, &err), STATUS_OK);
}

static void put_action(const Scene *scene, const char *id, const char *ticker, const char *date, double factor) {
  bson_t document = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&document, "_id", id);
  BSON_APPEND_UTF8(&document, "ticker", ticker);
  BSON_APPEND_UTF8(&document, "date", date);
  BSON_APPEND_INT64(&document, "base_price", 500);
  BSON_APPEND_INT64(&document, "previous_close", 1000);
  BSON_APPEND_DOUBLE(&document, "factor", factor);
  put(scene, &document);
  bson_destroy(&document);
}

static void put_unreadable(const Scene *scene, const char *id) {
  bson_t document = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&document, "_id", id);
  BSON_APPEND_UTF8(&document, "factor", "a half");
  put(scene, &document);
  bson_destroy(&document);
}

/* Two are gone, one says another factor, one is broken, two belong to nobody: of a session, and of a Sunday. */
static void damage(const Scene *scene) {
  for (size_t i = 0; i < 2; i++) lose(scene, id_of(scene, i));
  const bson_t *altered = scene->whole[2], *borrowed = scene->whole[4];
  put_action(scene, id_of(scene, 2), sim_text(altered, "ticker"), sim_text(altered, "date"), 0.5);
  put_unreadable(scene, id_of(scene, 3));
  char id[32];
  snprintf(id, sizeof id, "999990:%s", sim_text(borrowed, "date"));
  put_action(scene, id, "999990", sim_text(borrowed, "date"), 0.5);
  put_action(scene, "999980:2023-07-09", "999980", "2023-07-09", 0.5);
}

static size_t count_wrong(const Scene *scene) {
  size_t wrong = 0;
  for (size_t i = 0; i < scene->count; i++) {
    const bson_t *now = sim_document(scene->world, DB_SYSTEM, COLLECTION, id_of(scene, i));
    wrong += now == NULL || !bson_equal(now, scene->whole[i]);
  }
  for (size_t i = 0; i < sim_document_count(scene->world, DB_SYSTEM, COLLECTION); i++)
    wrong += strncmp(sim_text(stored(scene, i), "_id"), "9999", 4) == 0;
  return wrong;
}

static SimResult verify(const Scene *scene) {
  return sim_run(scene->world, &(SimRun){.program = SIM_VERIFY, .access = ACCESS_READ});
}

static void verify_says_how_many_are_wrong_and_changes_none(void **state) {
  Scene *scene = *state;
  assert_int_equal(verify(scene).exit_code, EXIT_DONE);
  damage(scene);
  assert_int_equal(count_wrong(scene), 6);
  SimResult result = verify(scene);
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_non_null(strstr(result.message, "6 other findings"));
  assert_int_equal(count_wrong(scene), 6);
}

/* A few sessions each time: not all at once. */
static void each_is_right_again_within_twenty_sessions(void **state) {
  Scene *scene = *state;
  damage(scene);
  run_to(scene, DAMAGED_AT + 1);
  assert_in_range(count_wrong(scene), 1, 6);
  run_to(scene, DAMAGED_AT + TURN_SESSIONS + 2);
  assert_int_equal(count_wrong(scene), 0);
  assert_int_equal(verify(scene).exit_code, EXIT_DONE);
}

static void who_names_the_days_has_them_put_right_at_once(void **state) {
  Scene *scene = *state;
  damage(scene);
  const UpdateOptions all = {.from = scene->market->sessions[0].date, .to = scene->market->sessions[DAMAGED_AT].date};
  SimResult result = sim_run(scene->world, &(SimRun){.program = SIM_UPDATE, .update = all, .ranged = true});
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_int_equal(count_wrong(scene), 0);
  const bson_t *alert = sim_document(scene->world, DB_SYSTEM, "ops_alerts", "healed:daily_update");
  assert_non_null(strstr(sim_text(alert, "message"), "6 corporate actions"));
  assert_int_equal(verify(scene).exit_code, EXIT_DONE);
}

static void all_of_them_come_back(void **state) {
  Scene *scene = *state;
  for (size_t i = 0; i < scene->count; i++) lose(scene, id_of(scene, i));
  assert_int_equal(count_wrong(scene), scene->count);
  run_to(scene, DAMAGED_AT + TURN_SESSIONS + 2);
  assert_int_equal(count_wrong(scene), 0);
}

/* What was never ours stays: its id is no ticker and date. */
static void documents_of_other_ids_are_left_alone(void **state) {
  Scene *scene = *state;
  put_unreadable(scene, "a note of somebody's");
  put_unreadable(scene, "1:2023-05-02");
  const UpdateOptions all = {.from = scene->market->sessions[0].date, .to = scene->market->sessions[DAMAGED_AT].date};
  sim_run(scene->world, &(SimRun){.program = SIM_UPDATE, .update = all, .ranged = true});
  assert_non_null(sim_document(scene->world, DB_SYSTEM, COLLECTION, "a note of somebody's"));
  assert_non_null(sim_document(scene->world, DB_SYSTEM, COLLECTION, "1:2023-05-02"));
  assert_int_equal(verify(scene).exit_code, EXIT_DONE);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      CASE(verify_says_how_many_are_wrong_and_changes_none), CASE(each_is_right_again_within_twenty_sessions),
      CASE(who_names_the_days_has_them_put_right_at_once),   CASE(all_of_them_come_back),
      CASE(documents_of_other_ids_are_left_alone),
  };
  return cmocka_run_group_tests_name("heal_actions", tests, NULL, NULL);
}
