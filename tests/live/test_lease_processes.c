/* Two to four real processes on one database: stopped past their lease and continued, killed, racing for the lease, or
 * without the reply that says it is theirs. One of them does the work, once, and the content is that of an undisturbed
 * run.
 *
 * test_lease_processes [FILTER]   CLOSEBELL_LEASE_POINT=46 stops the holder at that message only */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "kill_world.h"
#include "live_db.h"
#include "named.h"
#include "truth.h"

#define FIRST_DAY "2025-04-11T00:00:00Z"
#define SECOND_DAY "2025-04-18T00:00:00Z" /* five sessions later */
static const KillJob SETUP = {"manual_setup", FIRST_DAY, "--days 30"};
static const KillJob FIRST_ANALYSIS = {"hourly_analysis", FIRST_DAY, ""};
static const KillJob UPDATE = {"daily_update", SECOND_DAY, ""};
static const KillJob ANALYSIS = {"hourly_analysis", SECOND_DAY, ""};

enum {
  SHORT_LEASE_STEPS = 2,
  MANY = 4,
  RACES = 3,
  PATIENCE_RUNS = 400,
  DATASETS = 2 /* each takes a lease of its own */
};
static const char SHORT_LEASE[] = "3", LONG_LEASE[] = "300"; /* seconds; three are the least that is accepted */

/* Where a message waits while its sender is stopped. */
typedef struct {
  KillWorld *world;
  pthread_mutex_t mutex;
  pthread_cond_t opened;
  bool entered, open;
} Gate;

typedef struct {
  KillWorld *world;
  Gate gate;
  DbMemory *set_up, *updated, *analyzed; /* the content after each, undisturbed */
  long update_last, analysis_last;       /* the message before the last write that needs the lease */
  long stops;
} Scene;

/* Undisturbed; returns the number of its last message of that command. */
static long find_last(KillWorld *world, const KillJob *job, const char *command) {
  WireReport report;
  LiveResult result = kill_world_run(world, job, &(WireFault){.kind = WIRE_NONE, .command = command}, &report);
  live_assert_exit(&result, 0);
  assert_true(report.counted > 0);
  return report.last;
}

static int prepare(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  *state = scene;
  KillWorld *world = scene->world = kill_world_open();
  scene->gate = (Gate){.world = world, .mutex = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};
  kill_world_keep(world, "empty");
  kill_world_do(world, &SETUP);
  scene->set_up = kill_world_snapshot(world, DB_PART_ALL);
  kill_world_do(world, &FIRST_ANALYSIS);
  kill_world_keep(world, "before update");
  scene->update_last = find_last(world, &UPDATE, "update target_tickers") - 1;
  scene->updated = kill_world_snapshot(world, DB_PART_ALL);
  kill_world_keep(world, "before analysis");
  scene->analysis_last = find_last(world, &ANALYSIS, "update job_status") - 1;
  scene->analyzed = kill_world_snapshot(world, DB_PART_ALL);
  return 0;
}

static int discard(void **state) {
  Scene *scene = *state;
  print_message("lease: %ld times stopped past the lease and continued\n", scene->stops);
  db_memory_free(scene->set_up);
  db_memory_free(scene->updated);
  db_memory_free(scene->analyzed);
  kill_world_close(scene->world);
  free(scene);
  return 0;
}

/* ---- processes ---- */

static void set_lease(KillWorld *world, const char *seconds) {
  live_set(&world->live, "CLOSEBELL_LEASE_SECONDS", seconds);
  live_set(&world->live, "CLOSEBELL_LEASE_SKEW_SECONDS", "0");
}

static LiveProcess start(KillWorld *world, const KillJob *job) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--now %s %s", job->now, job->arguments);
  live_exchange_now(&world->live, job->now);
  return live_start(&world->live, job->program, arguments);
}

/* Past the proxy. */
static LiveResult run_aside(KillWorld *world, const KillJob *job) {
  live_set(&world->live, "MONGODB_URI", world->live.server.uri);
  LiveProcess process = start(world, job);
  LiveResult result = live_finish(&world->live, &process);
  kill_world_connect(world, "");
  return result;
}

static void stop_victim(void *world) { kill(wire_proxy_await_victim(((KillWorld *)world)->proxy), SIGSTOP); }

static void stop_victim_and_hold(void *context) {
  Gate *gate = context;
  stop_victim(gate->world);
  pthread_mutex_lock(&gate->mutex);
  gate->entered = true;
  while (!gate->open) pthread_cond_wait(&gate->opened, &gate->mutex);
  pthread_mutex_unlock(&gate->mutex);
}

static void open_gate(Gate *gate) {
  pthread_mutex_lock(&gate->mutex);
  gate->open = true;
  pthread_cond_signal(&gate->opened);
  pthread_mutex_unlock(&gate->mutex);
}

/* After each test: a failed one must not leave the proxy waiting. */
static int let_all_go(void **state) {
  open_gate(&((Scene *)*state)->gate);
  return 0;
}

static bool is_stopped(LiveWorld *live, const void *context) {
  Gate *gate = (Gate *)(uintptr_t)context;
  (void)live;
  pthread_mutex_lock(&gate->mutex);
  bool entered = gate->entered;
  pthread_mutex_unlock(&gate->mutex);
  return entered || wire_proxy_report(gate->world->proxy).struck;
}

/* Which message: the n-th, or the n-th of a command. The process is stopped once the server has got it; `held`: the
 * server gets it only when the gate is opened. */
typedef struct {
  const char *command;
  long message;
  bool held;
} StopAt;

static LiveProcess start_and_stop(Scene *scene, const KillJob *job, StopAt at) {
  KillWorld *world = scene->world;
  const WireFault answered = {
      .kind = WIRE_CALL_AFTER, .message = at.message, .command = at.command, .call = stop_victim, .context = world};
  const WireFault held = {.kind = WIRE_CALL_BEFORE,
                          .message = at.message,
                          .command = at.command,
                          .call = stop_victim_and_hold,
                          .context = &scene->gate};
  scene->gate.entered = scene->gate.open = false; /* nobody waits there */
  wire_proxy_arm(world->proxy, at.held ? &held : &answered);
  LiveProcess process = start(world, job);
  wire_proxy_victim(world->proxy, process.pid);
  if (!live_wait_until(&world->live, &process, is_stopped, &scene->gate)) fail_msg("it was never stopped");
  return process;
}

static LiveResult continue_to_end(Scene *scene, LiveProcess *process) {
  KillWorld *world = scene->world;
  open_gate(&scene->gate);
  assert_int_equal(kill(process->pid, SIGCONT), 0);
  LiveResult result = live_finish(&world->live, process);
  wire_proxy_settle(world->proxy);
  return result;
}

static bool says(const LiveResult *result, const char *part) { return strstr(result->err, part) != NULL; }

/* ---- what has to hold ---- */

static void check_content(KillWorld *world, DbMemory *expected) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(world, DB_PART_ALL);
  bool equal = db_memory_equal(expected, now, &KILL_OMIT, &why);
  bool good = truth_of_sessions(now, TEST_DATA "/days", &why);
  db_memory_free(now);
  if (!equal || !good) fail_msg("%s", why.text);
}

static void check_next_run(KillWorld *world, const KillJob *job, DbMemory *expected) {
  LiveResult result = run_aside(world, job);
  live_assert_exit(&result, 0);
  check_content(world, expected);
}

/* Instants, fences and pids included: who wrote a stamp shows. */
static void check_same_stamps(KillWorld *world, DbMemory *before) {
  static const char *const of_every_run[] = {"system_info.job_runs", "system_info.job_locks",
                                             "system_info.restatements", "system_info.source_state", NULL};
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(world, DB_PART_SYSTEM);
  bool equal = db_memory_equal(before, now, &(DbMemoryOmit){.collections = of_every_run}, &why);
  db_memory_free(now);
  if (!equal) fail_msg("the process that had lost its lease wrote on: %s", why.text);
}

/* Of today, by any process. */
static int64_t counted_calls(KillWorld *world) {
  bson_t *state = live_get(&world->live, "system_info", "source_state", "krx");
  int64_t calls = live_int64(state, "calls");
  bson_destroy(state);
  return calls;
}

static int64_t leases(KillWorld *world) { return live_count(&world->live, "system_info", "job_locks"); }

/* ---- stopped past the lease ---- */

/* Runs the job until it has succeeded the stopped holder. */
static void take_over(KillWorld *world, const KillJob *job) {
  for (int i = 0; i < PATIENCE_RUNS; i++) {
    LiveResult result = run_aside(world, job);
    live_assert_exit(&result, 0);
    if (says(&result, "it expired")) return;
    assert_named(result.err, "that one");
  }
  fail_msg("the lease of a stopped process never expired");
}

/* It says that it has lost its lease; one that learns of it only now finds nothing left to do. */
static void check_last_words(const LiveResult *result) {
  bool lost = says(result, "ran out") || says(result, "taken over");
  if (lost && result->exit_code == 75) return;
  if (result->exit_code == 0 && says(result, "0 sessions completed")) return;
  fail_msg("stopped past its lease and continued, it ended with exit code %d: %s", result->exit_code, result->err);
}

static void stop_take_over_and_continue(Scene *scene, const KillJob *job, const char *files, StopAt at,
                                        DbMemory *expected) {
  KillWorld *world = scene->world;
  print_message("stopped at %s %ld%s\n", at.command ? at.command : "message", at.message, at.held ? ", held" : "");
  kill_world_restore(world, files);
  set_lease(world, SHORT_LEASE);
  LiveProcess holder = start_and_stop(scene, job, at);
  set_lease(world, LONG_LEASE); /* its successor's is not put to the test */
  take_over(world, job);
  check_content(world, expected);
  DbMemory *stamps = kill_world_snapshot(world, DB_PART_SYSTEM);
  int64_t calls = counted_calls(world);
  LiveResult result = continue_to_end(scene, &holder);
  check_last_words(&result);
  check_same_stamps(world, stamps);
  db_memory_free(stamps);
  if (!at.held) assert_true(counted_calls(world) >= calls);
  check_next_run(world, job, expected);
  scene->stops++;
}

static void stop_at_some(Scene *scene, const KillJob *job, const char *files, long last, bool held,
                         DbMemory *expected) {
  const char *chosen = getenv("CLOSEBELL_LEASE_POINT");
  long first = 8; /* the seventh is the insert of its lease */
  long step = kill_long() ? 1 : (last - first) / SHORT_LEASE_STEPS;
  if (chosen != NULL) first = last = strtol(chosen, NULL, 10);
  for (long n = first; n <= last; n += step)
    stop_take_over_and_continue(scene, job, files, (StopAt){.message = n, .held = held}, expected);
}

static void a_daily_update_stopped_past_its_lease_writes_nothing_when_it_goes_on(void **state) {
  Scene *scene = *state;
  stop_at_some(scene, &UPDATE, "before update", scene->update_last, false, scene->updated);
}

static void an_analysis_stopped_past_its_lease_writes_nothing_when_it_goes_on(void **state) {
  Scene *scene = *state;
  stop_at_some(scene, &ANALYSIS, "before analysis", scene->analysis_last, false, scene->analyzed);
}

static void what_a_daily_update_had_under_way_harms_nothing_when_it_arrives_after_its_successor(void **state) {
  Scene *scene = *state;
  stop_at_some(scene, &UPDATE, "before update", scene->update_last, true, scene->updated);
}

static void what_an_analysis_had_under_way_harms_nothing_when_it_arrives_after_its_successor(void **state) {
  Scene *scene = *state;
  stop_at_some(scene, &ANALYSIS, "before analysis", scene->analysis_last, true, scene->analyzed);
}

/* Not yet told that the lease is its own. */
static void stopped_while_it_takes_the_lease(void **state) {
  Scene *scene = *state;
  stop_take_over_and_continue(scene, &UPDATE, "before update", (StopAt){.command = "insert job_locks", .message = 1},
                              scene->updated);
}

static void stopped_while_it_looks_who_has_the_lease(void **state) {
  Scene *scene = *state;
  kill_world_restore(scene->world, "before update");
  set_lease(scene->world, LONG_LEASE);
  LiveProcess slow = start_and_stop(scene, &UPDATE, (StopAt){.command = "find job_locks", .message = 1});
  LiveResult quick = run_aside(scene->world, &UPDATE);
  live_assert_exit(&quick, 0);
  live_assert_says(quick.err, "5 sessions completed");
  DbMemory *stamps = kill_world_snapshot(scene->world, DB_PART_SYSTEM);
  LiveResult result = continue_to_end(scene, &slow);
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "0 sessions completed");
  check_same_stamps(scene->world, stamps);
  db_memory_free(stamps);
  check_content(scene->world, scene->updated);
}

/* Stopped between reading the breaker and asking. */
static void a_breaker_set_meanwhile_outlives_a_process_that_was_stopped(void **state) {
  Scene *scene = *state;
  KillWorld *world = scene->world;
  kill_world_restore(world, "before update");
  set_lease(world, LONG_LEASE);
  LiveProcess asking = start_and_stop(scene, &UPDATE, (StopAt){.command = "find source_state", .message = 1});
  live_update(&world->live, "system_info", "source_state", "krx",
              "{\"$set\": {\"blocked_until_utc\": {\"$date\": \"2099-01-01T00:00:00Z\"}, \"reason\": \"403\"}}");
  LiveResult result = continue_to_end(scene, &asking);
  live_assert_exit(&result, 69);
  assert_named(result.err, "not asked|2099-01-01");
  bson_t *breaker = live_get(&world->live, "system_info", "source_state", "krx");
  live_assert_instant(breaker, "blocked_until_utc");
  bson_destroy(breaker);
}

/* ---- held, and let go of ---- */

static void a_stopped_process_keeps_its_lease_until_it_expires(void **state) {
  Scene *scene = *state;
  kill_world_restore(scene->world, "before update");
  set_lease(scene->world, LONG_LEASE);
  LiveProcess holder = start_and_stop(scene, &UPDATE, (StopAt){.message = 30});
  for (int i = 0; i < 2; i++) {
    LiveResult result = run_aside(scene->world, &UPDATE);
    live_assert_exit(&result, 0);
    assert_named(result.err, "that one");
  }
  LiveResult result = continue_to_end(scene, &holder);
  live_assert_exit(&result, 0);
  check_content(scene->world, scene->updated);
}

static void set_up_and_daily_update_share_a_lease(void **state) {
  Scene *scene = *state;
  kill_world_restore(scene->world, "empty");
  set_lease(scene->world, LONG_LEASE);
  LiveProcess holder = start_and_stop(scene, &SETUP, (StopAt){.message = 70});
  LiveResult again = run_aside(scene->world, &SETUP), update = run_aside(scene->world, &UPDATE);
  live_assert_exit(&again, 0);
  assert_named(again.err, "that one");
  live_assert_exit(&update, 75);
  assert_named(update.err, "set-up|not finished");
  live_exchange_now(&scene->world->live, SETUP.now);
  LiveResult result = continue_to_end(scene, &holder);
  live_assert_exit(&result, 0);
  check_content(scene->world, scene->set_up);
}

static void a_killed_process_is_succeeded_at_once_on_its_own_host(void **state) {
  Scene *scene = *state;
  WireReport report;
  kill_world_restore(scene->world, "before update");
  set_lease(scene->world, LONG_LEASE);
  const WireFault fault = {.kind = WIRE_KILL_AFTER, .message = 40};
  LiveResult killed = kill_world_run(scene->world, &UPDATE, &fault, &report);
  assert_int_equal(killed.signal, SIGKILL);
  LiveResult next = run_aside(scene->world, &UPDATE);
  live_assert_exit(&next, 0);
  assert_named(next.err, "gone");
  check_content(scene->world, scene->updated);
}

/* ---- the reply that says whose it is ---- */

static void lose_around_the_lease(Scene *scene, WireFaultKind kind, const char *command) {
  WireReport report;
  kill_world_restore(scene->world, "before update");
  set_lease(scene->world, LONG_LEASE);
  int64_t before = leases(scene->world);
  const WireFault fault = {.kind = kind, .message = 1, .command = command, .delay = 2};
  LiveResult result = kill_world_run(scene->world, &UPDATE, &fault, &report);
  assert_true(report.struck);
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "5 sessions completed");
  assert_int_equal(leases(scene->world), before + 1 + DATASETS);
  check_content(scene->world, scene->updated);
}

static void a_lease_whose_insert_was_not_answered_is_known_by_its_token(void **state) {
  lose_around_the_lease(*state, WIRE_LOSE_REPLY, "insert job_locks");
  lose_around_the_lease(*state, WIRE_HALF_REPLY, "insert job_locks");
}

static void a_lease_whose_insert_arrives_twice_or_not_at_all_is_taken_once(void **state) {
  lose_around_the_lease(*state, WIRE_LATE, "insert job_locks");
  lose_around_the_lease(*state, WIRE_CUT, "insert job_locks");
}

static void a_release_that_was_not_answered_is_repeated(void **state) {
  lose_around_the_lease(*state, WIRE_LOSE_REPLY, "update job_locks");
  lose_around_the_lease(*state, WIRE_CUT, "update job_locks");
}

/* ---- all at once ---- */

static void check_one_fence(KillWorld *world) {
  LiveDocuments statuses = live_documents(&world->live, "system_info", "job_status");
  int64_t fence = 0;
  size_t stamped = 0;
  for (size_t i = 0; i < statuses.count; i++) {
    const char *id = live_id(statuses.items[i]);
    if (strstr(id, "_daily_update") == NULL || strcmp(id, "2025-04-11") < 0) continue;
    assert_string_equal(live_text(statuses.items[i], "status"), "completed");
    int64_t its = live_int64(statuses.items[i], "fence");
    if (stamped++ > 0) assert_int_equal(its, fence);
    fence = its;
  }
  live_documents_free(&statuses);
  assert_int_equal(stamped, 5);
}

static void four_at_once_do_the_work_of_one(void **state) {
  Scene *scene = *state;
  for (int race = 0; race < (kill_long() ? 10 * RACES : RACES); race++) {
    LiveProcess processes[MANY];
    int worked = 0;
    kill_world_restore(scene->world, "before update");
    set_lease(scene->world, LONG_LEASE);
    wire_proxy_arm(scene->world->proxy, &(WireFault){.kind = WIRE_NONE});
    for (int i = 0; i < MANY; i++) processes[i] = start(scene->world, &UPDATE);
    for (int i = 0; i < MANY; i++) {
      LiveResult result = live_finish(&scene->world->live, &processes[i]);
      live_assert_exit(&result, 0);
      bool did = says(&result, "5 sessions completed");
      /* Its datasets may have been another's, which came between. */
      bool did_not =
          !did && (says(&result, "that one") || says(&result, "nothing due") || says(&result, "0 sessions completed"));
      if (did == did_not) fail_msg("one of four at once said: %s", result.err);
      worked += did;
    }
    wire_proxy_settle(scene->world->proxy);
    assert_int_equal(worked, 1);
    check_one_fence(scene->world);
    check_content(scene->world, scene->updated);
  }
}

#define TEST(name) cmocka_unit_test_teardown(name, let_all_go)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TEST(a_daily_update_stopped_past_its_lease_writes_nothing_when_it_goes_on),
      TEST(an_analysis_stopped_past_its_lease_writes_nothing_when_it_goes_on),
      TEST(what_a_daily_update_had_under_way_harms_nothing_when_it_arrives_after_its_successor),
      TEST(what_an_analysis_had_under_way_harms_nothing_when_it_arrives_after_its_successor),
      TEST(stopped_while_it_takes_the_lease),
      TEST(stopped_while_it_looks_who_has_the_lease),
      TEST(a_breaker_set_meanwhile_outlives_a_process_that_was_stopped),
      TEST(a_stopped_process_keeps_its_lease_until_it_expires),
      TEST(set_up_and_daily_update_share_a_lease),
      TEST(a_killed_process_is_succeeded_at_once_on_its_own_host),
      TEST(a_lease_whose_insert_was_not_answered_is_known_by_its_token),
      TEST(a_lease_whose_insert_arrives_twice_or_not_at_all_is_taken_once),
      TEST(a_release_that_was_not_answered_is_repeated),
      TEST(four_at_once_do_the_work_of_one),
  };
  if (!kill_world_available()) return 77;
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests_name("lease_processes", tests, prepare, discard);
}
