/* KIS, asked by the real programs: one token for all of them, a token that was killed, secrets, settings. */
#include <unistd.h>

#include "live_db.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun kis;
} Scene;

static void control(const Scene *scene, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&scene->kis, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

static long count(const Scene *scene, const char *name) { return replay_run_calls(&scene->kis, name); }

static int start(void **state) {
  static Scene scene;
  const char *const arguments[] = {
      "--days", TEST_DATA "/days", "--listing", TEST_DATA "/listing.csv", "--appkey", KEY, "--appsecret", SECRET, NULL};
  live_world_open(&scene.world, LIVE_DAYS);
  assert_true(replay_run_start(&scene.kis, KIS_REPLAY, arguments));
  *state = &scene;
  return 0;
}

static int stop(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_stop(&scene->kis));
  live_world_close(&scene->world);
  return 0;
}

static void point_at(Scene *scene, const char *host) {
  char url[128];
  snprintf(url, sizeof url, "http://%s:%u", host, (unsigned)scene->kis.port);
  live_set(&scene->world, "CLOSEBELL_KIS_BASE_URL", url);
}

static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  control(scene, "clear");
  control(scene, "now");
  control(scene, "paper?off=1");
  control(scene, "forget-token");
  control(scene, "forget-calls");
  point_at(scene, "127.0.0.1");
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", KEY);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "1");
  return 0;
}

/* Nothing that the programs have said or stored shows a piece of them. */
static void assert_hidden(const char *text) {
  assert_null(strstr(text, "MadeUp"));
  assert_null(strstr(text, "eyJ0"));
}

static LiveResult check(Scene *scene) {
  LiveResult result = live_run(&scene->world, "daily_update", "--check");
  assert_hidden(result.out);
  assert_hidden(result.err);
  return result;
}

static void processes_that_begin_at_once_share_one_token(void **state) {
  Scene *scene = *state;
  enum { PROCESSES = 5 };
  LiveProcess processes[PROCESSES];
  for (int i = 0; i < PROCESSES; i++) processes[i] = live_start(&scene->world, "daily_update", "--check");
  for (int i = 0; i < PROCESSES; i++) {
    LiveResult result = live_finish(&scene->world, &processes[i]);
    live_assert_exit(&result, 0);
    live_assert_says(result.out, "kis");
  }
  assert_int_equal(count(scene, "tokens_asked"), 1);
  assert_int_equal(count(scene, "investor"), PROCESSES);
  LiveResult later = check(scene);
  live_assert_exit(&later, 0);
  assert_int_equal(count(scene, "tokens_asked"), 1);
}

/* Its minutes, and ours, are a hundred times as fast. */
static void a_killed_token_is_named_and_waited_for(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.01");
  control(scene, "now?instant=2025-04-10T16:10:00%2B09:00&speed=100");
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
  long made = count(scene, "tokens_made");
  control(scene, "kill-token");
  result = check(scene);
  live_assert_exit(&result, 69);
  live_assert_says(result.out, "token");
  live_assert_says(result.out, "kis");
  assert_int_equal(count(scene, "tokens_made"), made);
  assert_int_equal(count(scene, "tokens_too_soon"), 0);
  long asked = count(scene, "tokens_asked"), calls = count(scene, "calls");
  result = check(scene);
  live_assert_exit(&result, 69);
  assert_int_equal(count(scene, "tokens_asked"), asked);
  assert_int_equal(count(scene, "calls"), calls);
}

static void a_wrong_secret_is_named_and_closes_nothing(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", "anotherMadeUpOne");
  LiveResult result = check(scene);
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "EGW00105");
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.01");
  result = check(scene);
  live_assert_exit(&result, 0);
}

static void paper_trading_is_known_by_its_address(void **state) {
  Scene *scene = *state;
  control(scene, "paper");
  point_at(scene, "openapivts.localhost");
  live_set(&scene->world, "no_proxy", "*");
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
}

static void half_a_pair_of_keys_is_an_error_of_the_settings(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", NULL);
  LiveResult result = live_run(&scene->world, "daily_update", "--check-config");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "app_secret");
  assert_hidden(result.out);
  long asked = live_calls(&scene->world);
  result = live_run(&scene->world, "daily_update", "");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "app_secret");
  assert_int_equal(live_calls(&scene->world), asked);
}

static void secrets_may_stand_in_files(void **state) {
  Scene *scene = *state;
  char path[128];
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", NULL);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", NULL);
  char text[128];
  snprintf(text, sizeof text, "%s\n", SECRET);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET_FILE", live_file(&scene->world, "secret", text, path));
  snprintf(text, sizeof text, "%s\n", KEY);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY_FILE", live_file(&scene->world, "key", text, path));
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
}

static void without_keys_nobody_is_asked(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_KIS_APP_SECRET", NULL);
  live_set(&scene->world, "CLOSEBELL_KIS_APP_KEY", NULL);
  LiveResult result = check(scene);
  live_assert_exit(&result, 0);
  assert_null(strstr(result.out, "kis"));
  assert_int_equal(count(scene, "tokens_asked"), 0);
  assert_false(live_has_collection(&scene->world, "system_info", "source_state"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(processes_that_begin_at_once_share_one_token),
      TEST(a_killed_token_is_named_and_waited_for),
      TEST(a_wrong_secret_is_named_and_closes_nothing),
      TEST(paper_trading_is_known_by_its_address),
      TEST(half_a_pair_of_keys_is_an_error_of_the_settings),
      TEST(secrets_may_stand_in_files),
      TEST(without_keys_nobody_is_asked),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
