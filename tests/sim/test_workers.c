/* Two processes share the analysis of a session. One is stopped before each of its calls to the database in turn, while
 * another one does all it can; then it goes on. What both leave behind is what one process alone leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"
#include "sim_compare.h"
#include "sim_sample.h"

enum { SET_UP_AT = 19, HOUR_MS = 60 * 60 * 1000, TOGETHER = 2 };

#define MIN_CAP INT64_C(100000000000)

typedef struct {
  SimMarket *market;
  SimWorld *clean;  /* analysed by one process alone */
  SimWorld *world;  /* by two */
  DbMemory *before; /* its database before the analysis */
} Scene;

static SimWorld *world_to_analyse(const SimMarket *market) {
  SimWorld *world = sim_sample_world(market, SET_UP_AT, MIN_CAP);
  sim_sample_set_up(world, SET_UP_AT);
  return world;
}

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  if (!scene) return -1;
  *state = scene;
  scene->market = sim_sample_market(SIM_SAMPLE_DAYS);
  scene->clean = world_to_analyse(scene->market);
  sim_sample_run(scene->clean, SIM_ANALYSIS);
  scene->world = world_to_analyse(scene->market);
  scene->before = db_memory_copy(scene->world->memory);
  return scene->before ? 0 : -1;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  db_memory_free(scene->before);
  sim_world_free(scene->clean);
  sim_world_free(scene->world);
  sim_market_free(scene->market);
  free(scene);
  return 0;
}

static SimRun worker(int64_t workers) {
  return (SimRun){.program = SIM_ANALYSIS, .limited = true, .analysis = {.budget_ms = HOUR_MS, .workers = workers}};
}

static const bson_t *session_status(const Scene *scene) {
  char id[JOB_STATUS_ID_SIZE];
  return sim_document(scene->world, DB_SYSTEM, "job_status",
                      job_status_id(scene->market->sessions[SET_UP_AT].date, JOB_HOURLY_ANALYSIS, id));
}

static void assert_done_as_by_one(Scene *scene, long point) {
  Error difference = {{0}};
  const bson_t *status = session_status(scene);
  assert_non_null(status);
  if (strcmp(sim_text(status, "status"), "completed") != 0 || sim_int64(status, "remaining") != 0)
    fail_msg("stopped before call %ld: the session is %s, %lld remain", point, sim_text(status, "status"),
             (long long)sim_int64(status, "remaining"));
  if (!sim_worlds_equal(scene->world, scene->clean, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("stopped before call %ld: %s", point, difference.text);
}

static void run_another(SimWorld *world, void *context) {
  SimResult *result = context;
  const SimRun run = worker(TOGETHER);
  *result = sim_run(world, &run);
}

/* The long form stops at every call. */
static long step(void) { return getenv("CLOSEBELL_TEST_LONG") ? 1 : 4; }

static void one_worker_alone_does_all_slots(void **state) {
  Scene *scene = *state;
  for (int64_t workers = 2; workers <= 64; workers *= 2) {
    sim_world_restore(scene->world, scene->before);
    const SimRun run = worker(workers);
    SimResult result = sim_run(scene->world, &run);
    assert_int_equal(result.exit_code, EXIT_DONE);
    assert_done_as_by_one(scene, 0);
  }
}

/* Whichever call it is: nothing is done twice at once, nothing is left undone, and the last one to end says so. */
static void a_worker_met_by_another_at_any_call_shares_the_work(void **state) {
  Scene *scene = *state;
  long points = 0, shared = 0;
  for (long at = 1;; at += step()) {
    sim_world_restore(scene->world, scene->before);
    SimResult other = {0};
    SimRun run = worker(TOGETHER);
    run.freeze_at = at;
    run.meanwhile = run_another;
    run.meanwhile_context = &other;
    SimResult result = sim_run(scene->world, &run);
    if (result.round_trips < at) break;
    points++;
    shared += sim_documents_written(&result) > 0 && sim_documents_written(&other) > 0;
    if (result.exit_code == EXIT_TRY_AGAIN) { /* stopped so long that its lease was lost: the next run heals */
      sim_world_pass(scene->world, HOUR_MS);
      run_another(scene->world, &other);
    }
    assert_done_as_by_one(scene, at);
  }
  assert_true(points > 15);
  assert_true(shared > 5);
}

static void a_worker_that_dies_at_any_call_is_stood_in_for(void **state) {
  Scene *scene = *state;
  long points = 0;
  for (long at = 1;; at += step()) {
    sim_world_restore(scene->world, scene->before);
    SimRun run = worker(TOGETHER);
    run.crash_at = at;
    run.crash_after = at / step() % 2 == 0;
    SimResult result = sim_run(scene->world, &run), other;
    if (result.round_trips < at) break;
    points++;
    sim_world_pass(scene->world, HOUR_MS);
    run_another(scene->world, &other);
    assert_int_equal(other.exit_code, EXIT_DONE);
    assert_done_as_by_one(scene, at);
  }
  assert_true(points > 15);
}

/* Another number of workers, and a run alone. */
static void run_of_another_number(SimWorld *world, void *context) {
  SimResult *results = context;
  for (int i = 0; i < 2; i++) {
    const SimRun run = worker(i == 0 ? 1 : 3);
    results[i] = sim_run(world, &run);
  }
}

static void another_number_of_workers_never_mixes(void **state) {
  Scene *scene = *state;
  long refused = 0;
  for (long at = 1;; at += step()) {
    sim_world_restore(scene->world, scene->before);
    SimResult others[2] = {{0}};
    SimRun run = worker(TOGETHER);
    run.freeze_at = at;
    run.meanwhile = run_of_another_number;
    run.meanwhile_context = others;
    SimResult result = sim_run(scene->world, &run);
    if (result.round_trips < at) break;
    for (int i = 0; i < 2; i++) {
      assert_int_equal(others[i].exit_code, EXIT_DONE);
      refused += strstr(others[i].message, "2 workers") != NULL;
    }
    assert_int_equal(result.exit_code, EXIT_DONE);
    assert_done_as_by_one(scene, at);
  }
  assert_true(refused > 15);
}

static void a_quota_is_each_processs_own_and_the_session_waits(void **state) {
  Scene *scene = *state;
  sim_world_restore(scene->world, scene->before);
  SimRun run = worker(TOGETHER);
  run.analysis.quota = 5;
  SimResult result = sim_run(scene->world, &run);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_non_null(strstr(result.message, "5 tickers analysed"));
  assert_named(result.message, "5 tickers|quota|remain");
  assert_string_equal(sim_text(session_status(scene), "status"), "waiting");
  assert_string_equal(sim_text(session_status(scene), "reason"), "quota");
  assert_int_equal(sim_int64(session_status(scene), "analyzed"), 5);
  sim_run(scene->world, &run);
  assert_int_equal(sim_int64(session_status(scene), "analyzed"), 10);
}

/* A worker ends while another one is at work: the session is running, by that one. */
static void end_while_the_other_works(SimWorld *world, void *context) {
  Scene *scene = context;
  SimRun run = worker(TOGETHER);
  sim_run(world, &run);
  assert_string_equal(sim_text(session_status(scene), "status"), "running");
  assert_true(sim_int64(session_status(scene), "remaining") > 0);
}

static void while_one_works_the_session_is_running(void **state) {
  Scene *scene = *state;
  sim_world_restore(scene->world, scene->before);
  SimRun run = worker(TOGETHER);
  run.freeze_at = 30; /* amid the tickers of its first slot */
  run.meanwhile = end_while_the_other_works;
  run.meanwhile_context = scene;
  SimResult result = sim_run(scene->world, &run);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_done_as_by_one(scene, 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_worker_alone_does_all_slots),
      cmocka_unit_test(a_worker_met_by_another_at_any_call_shares_the_work),
      cmocka_unit_test(a_worker_that_dies_at_any_call_is_stood_in_for),
      cmocka_unit_test(another_number_of_workers_never_mixes),
      cmocka_unit_test(a_quota_is_each_processs_own_and_the_session_waits),
      cmocka_unit_test(while_one_works_the_session_is_running),
  };
  return cmocka_run_group_tests_name("workers", tests, open_scene, close_scene);
}
