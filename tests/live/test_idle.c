/* Runs with nothing to do: few round trips to the database, no question to the exchange, no lease, nothing written but
 * their own record. Counted on the wire, between the programs and the server. */
#include "live_db.h"
#include "named.h"
#include "wire_proxy.h"

static const char SET_UP[] = "2025-03-04T00:00:00Z", LATER[] = "2025-03-06T00:00:00Z";

enum { DRIVERS_OWN = 2 /* handshake, endSessions */, MOST_ROUND_TRIPS = 6 };

/* Runs it through the proxy; it must end with 0, say so, and leave one more record behind and nothing else. */
static void assert_idle(LiveWorld *world, WireProxy *proxy, const char *program, const char *says) {
  LiveDump before = live_dump(world, LIVE_ALL);
  int64_t runs = live_count(world, "system_info", "job_runs"), leases = live_count(world, "system_info", "job_locks");
  live_forget_calls(world);
  const WireFault none = {.kind = WIRE_NONE};
  char uri[96];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%u/", wire_proxy_port(proxy));
  live_set(world, "MONGODB_URI", uri);
  wire_proxy_arm(proxy, &none);
  LiveResult result = live_do(world, program, LATER, strcmp(program, "manual_setup") == 0 ? "--days 4" : "");
  WireReport report = wire_proxy_settle(proxy);
  live_set(world, "MONGODB_URI", world->uri);
  assert_named(result.err, says);
  if (report.messages > DRIVERS_OWN + MOST_ROUND_TRIPS) fail_msg("%s: %ld messages", program, report.messages);
  assert_true(report.messages > DRIVERS_OWN);
  assert_int_equal(live_calls(world), 0);
  assert_int_equal(live_count(world, "system_info", "job_runs"), runs + 1);
  assert_int_equal(live_count(world, "system_info", "job_locks"), leases);
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
}

static void assert_all_idle(LiveWorld *world) {
  if (world->server.pid == 0) skip(); /* the proxy stands before a server of ours */
  WireProxy *proxy = wire_proxy_start((uint16_t)world->server.port);
  assert_non_null(proxy);
  assert_idle(world, proxy, "manual_setup", "set-up");
  assert_idle(world, proxy, "daily_update", "nothing due");
  assert_idle(world, proxy, "hourly_analysis", "2025-03-05");
  wire_proxy_stop(proxy);
}

static void do_all(LiveWorld *world) {
  live_do(world, "manual_setup", SET_UP, "--days 4");
  live_do(world, "daily_update", LATER, "");
  live_do(world, "hourly_analysis", LATER, "");
}

static void a_run_with_nothing_to_do_takes_at_most_six_round_trips(void **state) {
  LiveWorld *world = *state;
  do_all(world);
  assert_all_idle(world);
}

static void so_it_does_with_metrics_and_a_webhook(void **state) {
  LiveWorld *world = *state;
  do_all(world);
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", world->folder);
  live_set(world, "CLOSEBELL_ALERTS_WEBHOOK", "http://127.0.0.1:9/nobody");
  assert_all_idle(world);
  char path[160], text[8192];
  snprintf(path, sizeof path, "%s/closebell_hourly_analysis.prom", world->folder);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  live_assert_says(text, "closebell_analysis_lag_sessions");
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_run_with_nothing_to_do_takes_at_most_six_round_trips),
      TEST(so_it_does_with_metrics_and_a_webhook),
  };
  return cmocka_run_group_tests_name("idle", tests, live_setup_days, live_teardown);
}
