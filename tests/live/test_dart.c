/* OpenDART, asked by the real programs: what --check says, doors, alerts, and the key nowhere. */
#include "live_dart.h"
#include "live_db.h"

static const char NOW[] = "2025-04-11T09:00:00";

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun dart;
} Scene;

static int start(void **state) {
  static Scene scene;
  live_world_open(&scene.world, LIVE_DAYS);
  assert_true(dart_run_start(&scene.dart, DART_REPLAY, TEST_DATA "/dart", NOW));
  *state = &scene;
  return 0;
}

static int stop(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_stop(&scene->dart));
  live_world_close(&scene->world);
  return 0;
}

static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  dart_run_reset(&scene->dart, NOW);
  live_dart_use(&scene->world, &scene->dart);
  return 0;
}

static void assert_hidden(const char *text, const char *key) {
  char piece[9];
  for (; strlen(key) >= sizeof piece - 1; key++) {
    snprintf(piece, sizeof piece, "%.8s", key);
    assert_null(strstr(text, piece));
  }
}

/* Nothing that is said or stored shows a piece of the key. */
static LiveResult check_with(Scene *scene, const char *key) {
  LiveResult result = live_run(&scene->world, "daily_update", "--check");
  assert_hidden(result.out, key);
  assert_hidden(result.err, key);
  LiveDump dump = live_dump(&scene->world, LIVE_ALL);
  for (size_t i = 0; i < dump.count; i++) assert_hidden(dump.lines[i], key);
  live_dump_free(&dump);
  return result;
}

static LiveResult check(Scene *scene) { return check_with(scene, DART_RUN_KEY); }

static long calls(const Scene *scene) { return replay_run_calls(&scene->dart, "calls"); }

static void fault(const Scene *scene, const char *what) {
  if (!replay_run_fault(&scene->dart, what)) fail_msg("%s", what);
}

static void check_asks_one_question_and_counts_it(void **state) {
  Scene *scene = *state;
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "dart answers");
  assert_int_equal(calls(scene), 1);
  bson_t *door = live_get(&scene->world, "system_info", "source_state", "dart");
  assert_int_equal(live_int64(door, "calls"), 1);
  bson_destroy(door);
}

static void without_a_key_nobody_is_asked(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", NULL);
  LiveResult result = live_run(&scene->world, "daily_update", "--check");
  live_assert_exit(&result, 0);
  assert_null(strstr(result.out, "dart"));
  assert_int_equal(calls(scene), 0);
}

static void the_key_may_stand_in_a_file(void **state) {
  Scene *scene = *state;
  char path[128], text[128];
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", NULL);
  snprintf(text, sizeof text, "%s\n", DART_RUN_KEY);
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY_FILE", live_file(&scene->world, "key", text, path));
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "dart answers");
}

static void a_key_that_is_refused_is_named_and_ends_with_78(void **state) {
  Scene *scene = *state;
  static const char other[] = "ffffeeeeddddccccbbbbaaaa9999888877776666";
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", other);
  LiveResult result = check_with(scene, other);
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "010");
  assert_int_equal(calls(scene), 1);
  bson_t *alert = live_get(&scene->world, "system_info", "ops_alerts", "source-key:dart");
  assert_string_equal(live_text(alert, "severity"), "CRITICAL");
  assert_false(live_has_field(alert, "resolved_utc"));
  bson_destroy(alert);
  static const char *const codes[] = {"011", "012", "901"};
  live_dart_use(&scene->world, &scene->dart);
  for (size_t i = 0; i < 3; i++) {
    char text[64];
    snprintf(text, sizeof text, "service=company&kind=code&code=%s&times=1", codes[i]);
    fault(scene, text);
    result = check(scene);
    live_assert_exit(&result, 78);
    live_assert_says(result.out, codes[i]);
  }
  result = check(scene);
  live_assert_exit(&result, 0);
  alert = live_get(&scene->world, "system_info", "ops_alerts", "source-key:dart");
  live_assert_instant(alert, "resolved_utc");
  bson_destroy(alert);
}

static void a_day_that_is_used_up_shuts_the_door_until_midnight(void **state) {
  Scene *scene = *state;
  fault(scene, "service=company&kind=code&code=020&times=1");
  LiveResult result = check(scene);
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "020");
  bson_t *door = live_get(&scene->world, "system_info", "source_state", "dart");
  live_assert_instant(door, "blocked_until_utc");
  live_assert_says(live_text(door, "reason"), "020");
  bson_destroy(door);
  long before = calls(scene);
  result = check(scene);
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "00:00 KST");
  assert_int_equal(calls(scene), before);
  live_delete(&scene->world, "system_info", "source_state", "dart"); /* an operator opens it again */
  result = check(scene);
  live_assert_exit(&result, 0);
  assert_int_equal(calls(scene), before + 1);
}

static void maintenance_is_waited_for(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.001");
  fault(scene, "service=company&kind=code&code=800&times=2");
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
  assert_int_equal(calls(scene), 3);
  fault(scene, "service=company&kind=redirect&times=1");
  result = check(scene);
  live_assert_exit(&result, 0);
}

static void a_wrong_setting_is_named_without_the_key(void **state) {
  Scene *scene = *state;
  static const char key[] = "half & of a key that is none 0123456789";
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", key);
  LiveResult result = live_run(&scene->world, "daily_update", "--check-config");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "DART_AUTH_KEY");
  assert_hidden(result.out, key);
  live_dart_use(&scene->world, &scene->dart);
  live_set(&scene->world, "CLOSEBELL_DART_BASE_URL", "ftp://dart.example");
  result = live_run(&scene->world, "daily_update", "--check-config");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "DART_BASE_URL");
  result = live_run(&scene->world, "daily_update", "--print-config");
  live_assert_exit(&result, 0);
  assert_hidden(result.out, DART_RUN_KEY);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(check_asks_one_question_and_counts_it),
      TEST(without_a_key_nobody_is_asked),
      TEST(the_key_may_stand_in_a_file),
      TEST(a_key_that_is_refused_is_named_and_ends_with_78),
      TEST(a_day_that_is_used_up_shuts_the_door_until_midnight),
      TEST(maintenance_is_waited_for),
      TEST(a_wrong_setting_is_named_without_the_key),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
