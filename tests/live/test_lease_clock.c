/* Real processes, one of them on a host whose clock is wrong (a preloaded library shifts it): the lease of a living
 * holder stays its own, with and without --now, and a holder that loses it says who has it. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "kill_world.h"
#include "live_db.h"
#include "named.h"

#define FIRST_DAY "2025-04-11T00:00:00Z"
#define SECOND_DAY "2025-04-18T00:00:00Z"
static const KillJob SETUP = {"manual_setup", FIRST_DAY, "--days 30"};
static const char DAY_S[] = "86400", DAY_BACK_S[] = "-86400", FOUR_MINUTES_S[] = "240";

static int prepare(void **state) {
  KillWorld *world = kill_world_open();
  kill_world_do(world, &SETUP);
  kill_world_keep(world, "set up");
  *state = world;
  return 0;
}

static int discard(void **state) {
  kill_world_close(*state);
  return 0;
}

/* Null: the true time. */
static void shift_clock(KillWorld *world, const char *seconds) {
  live_set(&world->live, "LD_PRELOAD", seconds ? SHIFTED_CLOCK : NULL);
  live_set(&world->live, "ASAN_OPTIONS",
           seconds ? "verify_asan_link_order=0" : NULL); /* it stands behind our library */
  live_set(&world->live, "SHIFTED_CLOCK_SECONDS", seconds);
}

static void begin(KillWorld *world, const char *lease_seconds) {
  kill_world_restore(world, "set up");
  shift_clock(world, NULL);
  live_clear_faults(&world->live);
  live_set(&world->live, "CLOSEBELL_LEASE_SECONDS", lease_seconds);
  live_set(&world->live, "CLOSEBELL_LEASE_SKEW_SECONDS", "1");
  wire_proxy_arm(world->proxy, &(WireFault){.kind = WIRE_NONE});
}

static bool a_call_is_under_way(LiveWorld *live, const void *context) {
  (void)context;
  return live_calls(live) > 0;
}

/* It waits for the exchange, alive and well. */
static LiveProcess start_waiting(KillWorld *world) {
  live_exchange_now(&world->live, SECOND_DAY);
  live_fault(&world->live, "kind=slow&value=110000");
  live_forget_calls(&world->live);
  LiveProcess process = live_start(&world->live, "daily_update", "--now " SECOND_DAY);
  assert_true(live_wait_until(&world->live, &process, a_call_is_under_way, NULL));
  return process;
}

static void end(KillWorld *world, LiveProcess *process) {
  kill(process->pid, SIGTERM);
  LiveResult result = live_finish(&world->live, process);
  live_assert_exit(&result, 75);
}

static void a_clock_a_day_off_is_refused_and_the_holder_keeps_its_lease(void **state) {
  static const char *const programs[] = {"daily_update", "manual_setup", "hourly_analysis"};
  static const char *const arguments[] = {"", "--now " SECOND_DAY};
  KillWorld *world = *state;
  begin(world, "60");
  LiveProcess holder = start_waiting(world);
  int64_t leases = live_count(&world->live, "system_info", "job_locks");
  for (size_t i = 0; i < 12; i++) {
    shift_clock(world, i % 2 ? DAY_S : DAY_BACK_S);
    LiveResult result = live_run(&world->live, programs[i / 4], arguments[i / 2 % 2]);
    live_assert_exit(&result, 78);
    live_assert_says(result.err, "NTP");
    assert_null(strstr(result.err, "say --now"));
  }
  assert_int_equal(live_count(&world->live, "system_info", "job_locks"), leases);
  assert_false(live_has_ended(&holder));
  end(world, &holder);
}

/* Near enough to be let in; farther than the lease is long. */
static void a_clock_four_minutes_ahead_does_not_take_a_lease_of_one_minute(void **state) {
  KillWorld *world = *state;
  begin(world, "60");
  LiveProcess holder = start_waiting(world);
  shift_clock(world, FOUR_MINUTES_S);
  LiveResult result = live_run(&world->live, "daily_update", "--now " SECOND_DAY);
  live_assert_exit(&result, 0);
  assert_named(result.err, "that one");
  assert_false(live_has_ended(&holder));
  end(world, &holder);
}

/* ---- who loses it ---- */

static const bson_t *newest_of(const LiveDocuments *documents, const char *field, int64_t value) {
  for (size_t i = documents->count; i > 0; i--)
    if (live_int64(documents->items[i - 1], field) == value) return documents->items[i - 1];
  return NULL;
}

static void check_record(KillWorld *world, const LiveProcess *process, const char *successor) {
  LiveDocuments runs = live_documents(&world->live, "system_info", "job_runs");
  const bson_t *run = newest_of(&runs, "pid", process->pid);
  assert_non_null(run);
  assert_int_equal(live_int64(run, "exit_code"), 75);
  live_assert_says(live_text(run, "message"), "daily_update lease");
  live_assert_says(live_text(run, "message"), successor);
  live_documents_free(&runs);
}

/* A program that judged by another clock: of an older version, say. */
static void steal(KillWorld *world, const LiveProcess *holder) {
  char json[512];
  LiveDocuments leases = live_documents(&world->live, "system_info", "job_locks");
  const bson_t *lease = newest_of(&leases, "pid", holder->pid);
  assert_non_null(lease);
  long long fence = (long long)live_int64(lease, "fence") + 1;
  snprintf(json, sizeof json,
           "{\"_id\": \"daily_update:%010lld\", \"job\": \"daily_update\", \"fence\": {\"$numberLong\": \"%lld\"}, "
           "\"token\": \"0\", \"host\": \"usurper\", \"pid\": {\"$numberLong\": \"99\"}, \"boot_id\": \"b\", "
           "\"acquired_utc\": {\"$date\": \"2025-04-18T00:00:00Z\"}, \"expires_utc\": {\"$date\": "
           "\"2099-01-01T00:00:00Z\"}}",
           fence, fence);
  live_insert(&world->live, "system_info", "job_locks", json);
  live_documents_free(&leases);
}

static void a_holder_robbed_while_it_waits_stops_and_names_the_thief(void **state) {
  KillWorld *world = *state;
  begin(world, "6");
  live_set(&world->live, "CLOSEBELL_KRX_TIMEOUT", "3s");
  LiveProcess holder = start_waiting(world);
  steal(world, &holder);
  LiveResult result = live_finish(&world->live, &holder);
  live_set(&world->live, "CLOSEBELL_KRX_TIMEOUT", NULL);
  live_assert_exit(&result, 75);
  assert_named(result.err, "usurper|99");
  check_record(world, &holder, "usurper, pid 99");
}

static bool has_run_out(LiveWorld *live, const void *pid) {
  LiveDocuments leases = live_documents(live, "system_info", "job_locks");
  const bson_t *lease = newest_of(&leases, "pid", *(const pid_t *)pid);
  bson_iter_t expires;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  bool out = lease && bson_iter_init_find(&expires, lease, "expires_utc") &&
             bson_iter_date_time(&expires) + 1000 < (int64_t)now.tv_sec * 1000;
  live_documents_free(&leases);
  return out;
}

static void a_holder_that_stood_still_past_its_lease_names_its_successor(void **state) {
  KillWorld *world = *state;
  char successor[64];
  begin(world, "6");
  live_set(&world->live, "CLOSEBELL_KRX_TIMEOUT", "3s");
  LiveProcess holder = start_waiting(world);
  kill(holder.pid, SIGSTOP);
  live_clear_faults(&world->live);
  assert_true(live_wait_until(&world->live, &holder, has_run_out, &holder.pid));
  LiveProcess heir = live_start(&world->live, "daily_update", "--now " SECOND_DAY);
  snprintf(successor, sizeof successor, "pid %d", (int)heir.pid);
  LiveResult done = live_finish(&world->live, &heir);
  live_assert_exit(&done, 0);
  kill(holder.pid, SIGCONT);
  LiveResult result = live_finish(&world->live, &holder);
  live_set(&world->live, "CLOSEBELL_KRX_TIMEOUT", NULL);
  live_assert_exit(&result, 75);
  live_assert_says(result.err, successor);
  check_record(world, &holder, successor);
}

/* ---- the server's time ---- */

static void stop_victim(void *world) { kill(wire_proxy_await_victim(((KillWorld *)world)->proxy), SIGSTOP); }

static bool has_struck(LiveWorld *live, const void *world) {
  (void)live;
  return wire_proxy_report(((const KillWorld *)world)->proxy).struck;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Stopped while the server told its time: what it was told is old when it is read, and a lease by it would be short. */
static void a_time_that_was_read_late_is_asked_for_again(void **state) {
  KillWorld *world = *state;
  begin(world, "60");
  wire_proxy_arm(world->proxy,
                 &(WireFault){.kind = WIRE_CALL_AFTER, .message = 1, .call = stop_victim, .context = world});
  live_exchange_now(&world->live, SECOND_DAY);
  LiveProcess process = live_start(&world->live, "daily_update", "--now " SECOND_DAY);
  wire_proxy_victim(world->proxy, process.pid);
  assert_true(live_wait_until(&world->live, &process, has_struck, world));
  int64_t stopped_ms = now_ms();
  while (now_ms() < stopped_ms + 5000) usleep(50000); /* the time itself is what is waited for */
  int64_t continued_ms = now_ms();
  kill(process.pid, SIGCONT);
  LiveResult result = live_finish(&world->live, &process);
  wire_proxy_settle(world->proxy);
  live_assert_exit(&result, 0);
  LiveDocuments leases = live_documents(&world->live, "system_info", "job_locks");
  const bson_t *lease = newest_of(&leases, "pid", process.pid);
  bson_iter_t acquired;
  assert_true(lease && bson_iter_init_find(&acquired, lease, "acquired_utc"));
  assert_true(bson_iter_date_time(&acquired) >= continued_ms);
  live_documents_free(&leases);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_clock_a_day_off_is_refused_and_the_holder_keeps_its_lease),
      cmocka_unit_test(a_clock_four_minutes_ahead_does_not_take_a_lease_of_one_minute),
      cmocka_unit_test(a_holder_robbed_while_it_waits_stops_and_names_the_thief),
      cmocka_unit_test(a_holder_that_stood_still_past_its_lease_names_its_successor),
      cmocka_unit_test(a_time_that_was_read_late_is_asked_for_again),
  };
  if (!kill_world_available()) return 77;
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests_name("lease_clock", tests, prepare, discard);
}
