/* A program killed at any point costs time, never data: run again, the content is that of a run nobody disturbed. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "live_db.h"

static const char SET_UP[] = "2025-03-04T00:00:00Z", WEEK_LATER[] = "2025-03-12T00:00:00Z";
static const char DAYS[] = "--days 25";

typedef struct {
  LiveWorld *world;
  LiveDump set_up, updated, analyzed; /* undisturbed, one after the other */
} Scene;

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  void *world = NULL;
  *state = scene;
  if (scene == NULL || live_setup_days(&world) != 0) return -1;
  scene->world = world;
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  scene->set_up = live_dump(scene->world, LIVE_CONTENT);
  live_do(scene->world, "daily_update", WEEK_LATER, "");
  scene->updated = live_dump(scene->world, LIVE_CONTENT);
  live_do(scene->world, "hourly_analysis", WEEK_LATER, "");
  scene->analyzed = live_dump(scene->world, LIVE_CONTENT);
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  void *world = scene->world;
  live_dump_free(&scene->set_up);
  live_dump_free(&scene->updated);
  live_dump_free(&scene->analyzed);
  live_teardown(&world);
  free(scene);
  return 0;
}

static int reset(void **state) {
  live_world_reset(((Scene *)*state)->world);
  return 0;
}

static void assert_content(LiveWorld *world, const LiveDump *expected) {
  live_assert_holds(world, LIVE_CONTENT, expected);
}

/* ---- points at which to kill ---- */

/* "so many documents are in that collection", or calls answered when there is no collection */
typedef struct {
  const char *database, *collection;
  int64_t count;
} Point;

static bool is_reached(LiveWorld *world, const void *context) {
  const Point *point = context;
  if (point->collection == NULL) return live_calls(world) >= point->count;
  return live_count(world, point->database, point->collection) >= point->count;
}

static bool status_is_running(LiveWorld *world, const void *context) {
  LiveDocuments statuses = live_documents(world, "system_info", "job_status");
  bool running = false;
  (void)context;
  for (size_t i = 0; i < statuses.count; i++) running |= strcmp(live_text(statuses.items[i], "status"), "running") == 0;
  live_documents_free(&statuses);
  return running;
}

/* So many rows of that session, over all tickers. */
static int64_t stored_rows(LiveWorld *world, const LiveDocuments *targets, const char *date) {
  int64_t rows = 0;
  for (size_t i = 0; i < targets->count; i++) rows += live_has(world, "stock_data", live_id(targets->items[i]), date);
  return rows;
}

/* `completed` never stands over missing rows, and never over a missing archive. The newest is where it would first. */
static void assert_completed_is_true(LiveWorld *world) {
  LiveDocuments statuses = live_documents(world, "system_info", "job_status");
  LiveDocuments targets = live_documents(world, "system_info", "target_tickers");
  size_t newest = statuses.count;
  for (size_t i = 0; i < statuses.count; i++) {
    const bson_t *status = statuses.items[i];
    bool daily = strcmp(live_text(status, "job_name"), "daily_update") == 0;
    if (!daily || strcmp(live_text(status, "status"), "completed") != 0) continue;
    assert_int_equal(live_int64(status, "stored_rows"), live_int64(status, "expected_rows"));
    assert_true(live_has(world, "system_info", "market_days", live_text(status, "date_kst")));
    newest = i;
  }
  if (newest < statuses.count) {
    const bson_t *status = statuses.items[newest];
    assert_true(live_int64(status, "stored_rows") > 0);
    assert_true(stored_rows(world, &targets, live_text(status, "date_kst")) >= live_int64(status, "stored_rows"));
  }
  live_documents_free(&targets);
  live_documents_free(&statuses);
}

/* A program that has spoken to the database has no file of the driver's below /dev/shm. */
static void assert_nothing_shared(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/dev/shm/mongoc-%d", (int)pid);
  assert_int_not_equal(access(path, F_OK), 0);
}

/* Kills the program once it is there. False when it ended before that was seen. */
static bool kill_at(LiveWorld *world, const char *program, const char *arguments, LiveCondition *condition,
                    const void *context) {
  LiveProcess process = live_start(world, program, arguments);
  live_wait_until(world, &process, condition, context);
  kill(process.pid, SIGKILL);
  LiveResult result = live_finish(world, &process);
  if (result.signal != SIGKILL) live_assert_exit(&result, 0);
  assert_completed_is_true(world);
  if (result.signal == SIGKILL) assert_nothing_shared(process.pid);
  return result.signal == SIGKILL;
}

static void kill_set_up_and_go_on(void **state, LiveCondition *condition, const void *context) {
  Scene *scene = *state;
  char arguments[128];
  live_exchange_now(scene->world, SET_UP);
  snprintf(arguments, sizeof arguments, "--now %s %s", SET_UP, DAYS);
  assert_true(kill_at(scene->world, "manual_setup", arguments, condition, context));
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  assert_content(scene->world, &scene->set_up);
}

/* ---- set-up ---- */

static void set_up_killed_after_its_first_call(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){.count = 1});
}

static void set_up_killed_among_its_calls(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){.count = 14});
}

static void set_up_killed_while_archiving(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){"system_info", "market_days", 5});
}

static void set_up_killed_once_the_calendar_begins(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){"system_info", "trading_calendar", 1});
}

static void set_up_killed_while_it_fills_the_targets(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){"system_info", "target_tickers", 1});
}

static void set_up_killed_while_sessions_are_running(void **state) {
  kill_set_up_and_go_on(state, status_is_running, NULL);
}

static void set_up_killed_among_its_rows(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){"stock_data", "005930", 1});
}

static void set_up_killed_among_its_last_rows(void **state) {
  kill_set_up_and_go_on(state, is_reached, &(Point){"stock_data", "253450", 1});
}

static void a_set_up_that_is_killed_again_and_again_arrives(void **state) {
  Scene *scene = *state;
  char arguments[128];
  int kills = 0;
  live_exchange_now(scene->world, SET_UP);
  snprintf(arguments, sizeof arguments, "--now %s %s", SET_UP, DAYS);
  for (int64_t sessions = 3; sessions <= 25; sessions += 7)
    kills +=
        kill_at(scene->world, "manual_setup", arguments, is_reached, &(Point){"system_info", "market_days", sessions});
  for (int64_t stamps = 1; stamps <= 28; stamps += 9)
    kills +=
        kill_at(scene->world, "manual_setup", arguments, is_reached, &(Point){"system_info", "job_status", stamps});
  assert_true(kills >= 4);
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  assert_content(scene->world, &scene->set_up);
}

/* ---- the other two ---- */

static void a_catch_up_killed_at_any_point_is_finished_by_the_next(void **state) {
  Scene *scene = *state;
  static const Point points[] = {{.count = 3}, {"system_info", "market_days", 26}, {"system_info", "market_days", 29}};
  char arguments[64];
  int kills = 0;
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  live_exchange_now(scene->world, WEEK_LATER);
  live_forget_calls(scene->world);
  snprintf(arguments, sizeof arguments, "--now %s", WEEK_LATER);
  for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
    kills += kill_at(scene->world, "daily_update", arguments, is_reached, &points[i]);
  kills += kill_at(scene->world, "daily_update", arguments, status_is_running, NULL);
  assert_true(kills >= 2);
  live_do(scene->world, "daily_update", WEEK_LATER, "");
  assert_content(scene->world, &scene->updated);
}

static void an_analysis_killed_at_any_point_is_finished_by_the_next(void **state) {
  Scene *scene = *state;
  static const Point points[] = {
      {"stock_analyzed", "000660", 1}, {"system_info", "latest_analysis", 1}, {"system_info", "latest_analysis", 21}};
  char arguments[64];
  int kills = 0;
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  live_do(scene->world, "daily_update", WEEK_LATER, "");
  snprintf(arguments, sizeof arguments, "--now %s", WEEK_LATER);
  for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
    kills += kill_at(scene->world, "hourly_analysis", arguments, is_reached, &points[i]);
  assert_true(kills >= 2);
  live_do(scene->world, "hourly_analysis", WEEK_LATER, "");
  assert_content(scene->world, &scene->analyzed);
}

/* ---- asked to stop ---- */

static bool a_call_is_under_way(LiveWorld *world, const void *context) {
  (void)context;
  return replay_run_calls(&world->exchange, "calls") > 0;
}

static void assert_lease_is_released(LiveWorld *world) {
  LiveDocuments leases = live_documents(world, "system_info", "job_locks");
  assert_true(leases.count > 0);
  live_assert_instant(leases.items[leases.count - 1], "released_utc");
  live_documents_free(&leases);
}

static void stop_while_the_exchange_is_slow(Scene *scene, int signal_number) {
  LiveWorld *world = scene->world;
  char arguments[128];
  live_fault(world, "kind=slow&value=60000");
  live_forget_calls(world);
  snprintf(arguments, sizeof arguments, "--now %s %s", SET_UP, DAYS);
  LiveProcess process = live_start(world, "manual_setup", arguments);
  assert_true(live_wait_until(world, &process, a_call_is_under_way, NULL));
  int64_t asked_ms = live_now_ms();
  kill(process.pid, signal_number);
  LiveResult result = live_finish(world, &process);
  live_assert_exit(&result, 75);
  assert_true(live_now_ms() - asked_ms < 5000);
  live_assert_says(result.err, "stop");
  live_clear_faults(world);
  assert_lease_is_released(world);
}

static void asked_to_stop_while_waiting_for_the_exchange_it_is_gone_in_time(void **state) {
  Scene *scene = *state;
  live_exchange_now(scene->world, SET_UP);
  stop_while_the_exchange_is_slow(scene, SIGTERM);
  stop_while_the_exchange_is_slow(scene, SIGINT);
  stop_while_the_exchange_is_slow(scene, SIGHUP);
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  assert_content(scene->world, &scene->set_up);
}

static void asked_to_stop_while_writing_it_is_gone_in_time(void **state) {
  Scene *scene = *state;
  static const Point archiving = {"system_info", "market_days", 4}, writing = {"stock_data", "005930", 1};
  const Point *const points[] = {&archiving, &writing};
  char arguments[128];
  live_exchange_now(scene->world, SET_UP);
  snprintf(arguments, sizeof arguments, "--now %s %s", SET_UP, DAYS);
  for (size_t i = 0; i < 2; i++) {
    LiveProcess process = live_start(scene->world, "manual_setup", arguments);
    assert_true(live_wait_until(scene->world, &process, is_reached, points[i]));
    int64_t asked_ms = live_now_ms();
    kill(process.pid, SIGTERM);
    LiveResult result = live_finish(scene->world, &process);
    live_assert_exit(&result, 75);
    assert_true(live_now_ms() - asked_ms < 5000);
    assert_lease_is_released(scene->world);
  }
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  assert_content(scene->world, &scene->set_up);
}

static void an_analysis_asked_to_stop_keeps_what_it_has_done(void **state) {
  Scene *scene = *state;
  static const Point begun = {"system_info", "latest_analysis", 1};
  char arguments[64];
  live_do(scene->world, "manual_setup", SET_UP, DAYS);
  live_do(scene->world, "daily_update", WEEK_LATER, "");
  snprintf(arguments, sizeof arguments, "--now %s", WEEK_LATER);
  LiveProcess process = live_start(scene->world, "hourly_analysis", arguments);
  assert_true(live_wait_until(scene->world, &process, is_reached, &begun));
  kill(process.pid, SIGTERM);
  LiveResult result = live_finish(scene->world, &process);
  live_assert_exit(&result, 75);
  bson_t *status = live_get(scene->world, "system_info", "job_status", "2025-03-11_hourly_analysis");
  assert_string_equal(live_text(status, "status"), "waiting");
  assert_true(live_int64(status, "analyzed") >= 20);
  bson_destroy(status);
  live_do(scene->world, "hourly_analysis", WEEK_LATER, "");
  assert_content(scene->world, &scene->analyzed);
}

#define TEST(name) cmocka_unit_test_setup(name, reset)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(set_up_killed_after_its_first_call),
      TEST(set_up_killed_among_its_calls),
      TEST(set_up_killed_while_archiving),
      TEST(set_up_killed_once_the_calendar_begins),
      TEST(set_up_killed_while_it_fills_the_targets),
      TEST(set_up_killed_while_sessions_are_running),
      TEST(set_up_killed_among_its_rows),
      TEST(set_up_killed_among_its_last_rows),
      TEST(a_set_up_that_is_killed_again_and_again_arrives),
      TEST(a_catch_up_killed_at_any_point_is_finished_by_the_next),
      TEST(an_analysis_killed_at_any_point_is_finished_by_the_next),
      TEST(asked_to_stop_while_waiting_for_the_exchange_it_is_gone_in_time),
      TEST(asked_to_stop_while_writing_it_is_gone_in_time),
      TEST(an_analysis_asked_to_stop_keeps_what_it_has_done),
  };
  return cmocka_run_group_tests_name("crash", tests, open_scene, close_scene);
}
