/* An exchange that shuts its door behind whoever has more than three requests under way for ten seconds, for an hour.
 * Time runs a hundred times as fast here: waits by [retry] scale, the pace by its setting, the door by its numbers. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "live_scene.h"

static const char FEW_TARGETS[] = "30000000000000";
static const char DOOR[] = "POST /control/door?at_once=3&after_ms=100&shut_ms=36000"; /* ten seconds, an hour */
static const char SCALE[] = "0.01", PACE[] = "400";                                   /* the default: 4 a second */
static const char EIGHT_SLOW[] = "kind=slow&value=60";
enum { MANY = 300, SOME = 80, FIRST = 16, EIGHT = 8 };

static void control(LiveWorld *world, const char *request) {
  char answer[1024];
  assert_true(replay_run_control(&world->exchange, request, answer, sizeof answer));
}

/* A pace is one of a day, and the day is the real clock's: no scene begins just before midnight in Korea. */
static void pass_midnight(void) {
  enum { DAY = 24 * 60 * 60, MIDNIGHT = 15 * 60 * 60, SCENE = 90 }; /* seconds; midnight in UTC */
  time_t left = DAY - (time(NULL) + DAY - MIDNIGHT) % DAY;
  if (left <= SCENE) sleep((unsigned)left);
}

/* parallel null: the default. */
static LiveWorld *open_world(LiveScene *scene, const char *parallel, const char *slow) {
  LiveWorld *world = &scene->world;
  pass_midnight();
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", FEW_TARGETS);
  live_set(world, "CLOSEBELL_RETRY_SCALE", SCALE);
  live_set(world, "CLOSEBELL_KRX_RATE_PER_SECOND", PACE);
  live_set(world, "CLOSEBELL_KRX_PARALLEL", parallel);
  live_fault(world, slow);
  return world;
}

static LiveResult run(LiveScene *scene, const char *arguments) {
  LiveInstant due = live_sample_due(&scene->sample, scene->sample.count - 2);
  return live_run_at(&scene->world, "manual_setup", due.text, arguments);
}

static LiveResult set_up(LiveScene *scene, int days) {
  char arguments[32];
  snprintf(arguments, sizeof arguments, "--days %d", days);
  return run(scene, arguments);
}

static bool some_are_archived(LiveWorld *world, const void *context) {
  (void)context;
  return live_count(world, "system_info", "market_days") >= FIRST;
}

/* The door is lent its patience, which is short, once the run is under way: a busy machine keeps no ten seconds. */
static LiveResult set_up_before(LiveScene *scene, const char *door) {
  LiveWorld *world = &scene->world;
  LiveInstant due = live_sample_due(&scene->sample, scene->sample.count - 2);
  char arguments[96];
  snprintf(arguments, sizeof arguments, "--now %s --days %d", due.text, SOME);
  live_exchange_now(world, due.text);
  LiveProcess process = live_start(world, "manual_setup", arguments);
  assert_true(live_wait_until(world, &process, some_are_archived, NULL));
  control(world, door);
  return live_finish(world, &process);
}

static long refused(const LiveWorld *world) { return replay_run_calls(&world->exchange, "refused"); }
static long most_at_once(const LiveWorld *world) { return replay_run_calls(&world->exchange, "most_under_way"); }
static int64_t archived(LiveWorld *world) { return live_count(world, "system_info", "market_days"); }

static void assert_all_there(LiveScene *scene, int days) {
  LiveWorld *world = &scene->world;
  assert_int_equal(archived(world), days);
  for (size_t i = 1; i <= (size_t)days; i++)
    live_assert_state(world, scene->sample.days[scene->sample.count - 1 - i].date, "completed");
  LiveResult verified = run(scene, "--verify");
  live_assert_exit(&verified, 0);
}

static void assert_slowed(LiveWorld *world, double per_second) {
  bson_t *state = live_get(world, "system_info", "source_state", "krx");
  assert_true(live_double(state, "pace_per_second") == per_second);
  live_assert_says(live_text(state, "pace_reason"), "403");
  bson_destroy(state);
}

static void with_the_defaults_a_set_up_of_300_sessions_never_finds_it_shut(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = open_world(scene, NULL, "kind=slow&value=4");
  control(world, DOOR);
  LiveResult result = set_up(scene, MANY);
  live_assert_exit(&result, 0);
  assert_int_equal(refused(world), 0);
  assert_int_equal(most_at_once(world), 1);
  assert_all_there(scene, MANY);
}

/* The door is shut for less than a minute. */
static void a_refusal_that_passes_slows_the_run_down_and_no_more(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = open_world(scene, "8", EIGHT_SLOW);
  LiveResult result = set_up_before(scene, "POST /control/door?at_once=3&after_ms=20&shut_ms=500");
  live_assert_exit(&result, 0);
  assert_in_range(refused(world), 1, EIGHT);
  assert_slowed(world, 200);
  assert_all_there(scene, SOME);
  assert_false(live_has(world, "system_info", "ops_alerts", "source-blocked:krx"));
}

/* An operator who knows that it is open, or a day later. */
static void forget_the_breaker(LiveWorld *world) {
  live_update(world, "system_info", "source_state", "krx", "{\"$unset\": {\"blocked_until_utc\": 1, \"reason\": 1}}");
}

static void eight_at_once_find_it_shut_keep_what_they_have_and_end_well_after_the_hour(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = open_world(scene, "8", EIGHT_SLOW);
  LiveResult result = set_up_before(scene, "POST /control/door?at_once=3&after_ms=20&shut_ms=36000");
  live_assert_exit(&result, 69);
  assert_in_range(refused(world), 2, EIGHT + 1); /* those under way, and one alone after a minute */
  assert_slowed(world, 200);
  int64_t kept = archived(world);
  assert_in_range(kept, 1, SOME - 1);
  LiveDocuments before = live_documents(world, "system_info", "market_days");
  live_forget_calls(world);
  result = set_up(scene, SOME);
  live_assert_exit(&result, 69);
  assert_int_equal(live_calls(world), 0);
  live_clear_faults(world);
  control(world, DOOR); /* open, as after an hour; it would shut again */
  forget_the_breaker(world);
  result = set_up(scene, SOME);
  live_assert_exit(&result, 0);
  assert_int_equal(refused(world), 0);
  assert_int_equal(most_at_once(world), 1); /* the pace of the day */
  assert_all_there(scene, SOME);
  for (size_t i = 0; i < before.count; i++) {
    bson_t *now = live_get(world, "system_info", "market_days", live_id(before.items[i]));
    assert_true(bson_equal(now, before.items[i]));
    bson_destroy(now);
  }
  live_documents_free(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(with_the_defaults_a_set_up_of_300_sessions_never_finds_it_shut),
      cmocka_unit_test(a_refusal_that_passes_slows_the_run_down_and_no_more),
      cmocka_unit_test(eight_at_once_find_it_shut_keep_what_they_have_and_end_well_after_the_hour),
  };
  return cmocka_run_group_tests_name("shutting door", tests, live_scene_open, live_scene_close);
}
