/* hourly_analysis --workers N as real processes: what they leave together is what one leaves, a dead one is stood in
 * for, and another number of workers stays out. */
#include <signal.h>

#include "live_db.h"
#include "named.h"
#include "wire_proxy.h"

static const char SET_UP[] = "2025-04-11T00:00:00Z", SESSION[] = "2025-04-10";

static void set_up(LiveWorld *world) { live_do(world, "manual_setup", SET_UP, "--days 60"); }

static LiveDump analysed_by_one(LiveWorld *world) {
  set_up(world);
  live_do(world, "hourly_analysis", SET_UP, "");
  LiveDump dump = live_dump(world, LIVE_CONTENT);
  live_world_reset(world);
  set_up(world);
  return dump;
}

static void assert_done_as_by_one(LiveWorld *world, LiveDump *by_one) {
  assert_string_equal(live_state(world, SESSION, "hourly_analysis").text, "completed");
  live_assert_holds(world, LIVE_CONTENT, by_one);
  live_dump_free(by_one);
  LiveResult idle = live_do(world, "hourly_analysis", SET_UP, "--workers 4");
  assert_named(idle.err, SESSION);
}

static void four_processes_leave_together_what_one_leaves(void **state) {
  LiveWorld *world = *state;
  LiveDump by_one = analysed_by_one(world);
  LiveProcess processes[4];
  char arguments[64];
  live_exchange_now(world, SET_UP);
  snprintf(arguments, sizeof arguments, "--now %s --workers 4", SET_UP);
  for (int i = 0; i < 4; i++) processes[i] = live_start(world, "hourly_analysis", arguments);
  for (int i = 0; i < 4; i++) {
    LiveResult result = live_finish(world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  LiveDocuments leases = live_documents(world, "system_info", "job_locks");
  size_t slots = 0;
  for (size_t i = 0; i < leases.count; i++) {
    slots += strstr(live_id(leases.items[i]), "of4:") != NULL;
    assert_true(live_has_field(leases.items[i], "released_utc"));
  }
  assert_true(slots >= 4);
  live_documents_free(&leases);
  assert_done_as_by_one(world, &by_one);
}

/* ---- one that is stopped amid its first slot ---- */

static void stop_victim(void *proxy) { kill(wire_proxy_await_victim(proxy), SIGSTOP); }

typedef struct {
  WireProxy *proxy;
  LiveProcess process;
} Stopped;

static bool has_struck(LiveWorld *world, const void *proxy) {
  (void)world;
  return wire_proxy_report((WireProxy *)(uintptr_t)proxy).struck;
}

/* One of two, stopped as its first tickers are about to be shown: amid a slot. */
static Stopped stop_a_worker(LiveWorld *world) {
  Stopped stopped = {.proxy = wire_proxy_start((uint16_t)world->server.port)};
  assert_non_null(stopped.proxy);
  const WireFault fault = {.kind = WIRE_CALL_BEFORE,
                           .message = 1,
                           .command = "update latest_analysis",
                           .call = stop_victim,
                           .context = stopped.proxy};
  char uri[96], arguments[64];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%u/", wire_proxy_port(stopped.proxy));
  snprintf(arguments, sizeof arguments, "--now %s", SET_UP);
  live_exchange_now(world, SET_UP);
  wire_proxy_arm(stopped.proxy, &fault);
  live_set(world, "MONGODB_URI", uri);
  live_set(world, "CLOSEBELL_ANALYSIS_WORKERS", "2");
  stopped.process = live_start(world, "hourly_analysis", arguments);
  live_set(world, "MONGODB_URI", world->uri);
  live_set(world, "CLOSEBELL_ANALYSIS_WORKERS", NULL);
  wire_proxy_victim(stopped.proxy, stopped.process.pid);
  assert_true(live_wait_until(world, &stopped.process, has_struck, stopped.proxy));
  return stopped;
}

static void assert_others_stay_out(LiveWorld *world) {
  static const char *const OTHERS[] = {"", "--workers 1", "--workers 3", "--force"};
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    LiveResult result = live_do(world, "hourly_analysis", SET_UP, OTHERS[i]);
    live_assert_says(result.err, "hourly_analysis/");
    assert_named(result.err, "2 workers");
  }
}

/* The other slot is done, and the session is running by the one that is stopped. */
static void assert_the_fellow_does_the_rest(LiveWorld *world, const Stopped *stopped) {
  LiveResult result = live_do(world, "hourly_analysis", SET_UP, "--workers 2");
  assert_named(result.err, "1 of 2 slots");
  bson_t *status = live_get(world, "system_info", "job_status", "2025-04-10_hourly_analysis");
  assert_string_equal(live_text(status, "status"), "running");
  assert_int_equal(live_int64(status, "pid"), stopped->process.pid);
  assert_true(live_int64(status, "remaining") > 0);
  bson_destroy(status);
  result = live_do(world, "hourly_analysis", SET_UP, "--workers 2");
  assert_named(result.err, "that one|2 workers");
}

static void the_slot_of_a_dead_worker_is_taken_over(void **state) {
  LiveWorld *world = *state;
  if (world->server.pid == 0) skip();
  LiveDump by_one = analysed_by_one(world);
  Stopped stopped = stop_a_worker(world);
  assert_others_stay_out(world);
  assert_the_fellow_does_the_rest(world, &stopped);
  kill(stopped.process.pid, SIGKILL);
  LiveResult killed = live_finish(world, &stopped.process);
  assert_int_equal(killed.signal, SIGKILL);
  LiveResult result = live_do(world, "hourly_analysis", SET_UP, "--workers 2");
  assert_named(result.err, "gone");
  assert_named(result.err, "0 remain|0 failed");
  wire_proxy_stop(stopped.proxy);
  assert_done_as_by_one(world, &by_one);
}

static void a_worker_that_goes_on_ends_its_slot_and_says_that_all_is_done(void **state) {
  LiveWorld *world = *state;
  if (world->server.pid == 0) skip();
  LiveDump by_one = analysed_by_one(world);
  Stopped stopped = stop_a_worker(world);
  assert_the_fellow_does_the_rest(world, &stopped);
  kill(stopped.process.pid, SIGCONT);
  LiveResult result = live_finish(world, &stopped.process);
  live_assert_exit(&result, 0);
  assert_named(result.err, "1 of 2 slots");
  assert_named(result.err, "0 remain|0 failed");
  wire_proxy_stop(stopped.proxy);
  assert_done_as_by_one(world, &by_one);
}

static void force_goes_without_workers(void **state) {
  LiveWorld *world = *state;
  LiveResult result = live_run(world, "hourly_analysis", "--force --workers 2");
  live_assert_exit(&result, 64);
  result = live_run(world, "hourly_analysis", "--workers 65");
  live_assert_exit(&result, 64);
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(four_processes_leave_together_what_one_leaves),
      TEST(the_slot_of_a_dead_worker_is_taken_over),
      TEST(a_worker_that_goes_on_ends_its_slot_and_says_that_all_is_done),
      TEST(force_goes_without_workers),
  };
  return cmocka_run_group_tests_name("workers", tests, live_setup_days, live_teardown);
}
