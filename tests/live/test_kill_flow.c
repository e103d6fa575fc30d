/* daily_update killed while it brings flows and minutes: at messages all over the run, before and after them. The next
 * run brings the content that an undisturbed one has, and nothing is `completed` that is not there. */
#include <stdlib.h>

#include <closebell/store/db.h>

#include "kill_world.h"
#include "live_db.h"

static const char MORNING[] = "2024-10-11T00:00:00Z", EVENING[] = "2024-10-11T11:10:00Z",
                  NEXT[] = "2024-10-14T00:00:00Z";
static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";
static const DbParts PARTS = (DbParts)(DB_PART_FLOW | DB_PART_MINUTES);
enum { POINTS = 12 };

typedef struct {
  KillWorld *world;
  ReplayRun kis;
  DbMemory *evening, *morning; /* flows and minutes, undisturbed */
  long messages[2];            /* of the evening's run, and of the next morning's */
} Sweep;

static const KillJob JOBS[] = {{"daily_update", EVENING, ""}, {"daily_update", NEXT, ""}};

static void control(const Sweep *sweep, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&sweep->kis, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

static void broker_at(const Sweep *sweep, const char *now) {
  char request[128];
  snprintf(request, sizeof request, "now?instant=%s&speed=100", now);
  control(sweep, request);
  control(sweep, "forget-token");
}

static void settings(Sweep *sweep) {
  LiveWorld *live = &sweep->world->live;
  char url[128];
  snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)sweep->kis.port);
  live_set(live, "CLOSEBELL_KIS_BASE_URL", url);
  live_set(live, "CLOSEBELL_KIS_APP_KEY", KEY);
  live_set(live, "CLOSEBELL_KIS_APP_SECRET", SECRET);
  live_set(live, "CLOSEBELL_KIS_RATE_PER_SECOND", "1000");
  live_set(live, "CLOSEBELL_RETRY_SCALE", "0.01");
  live_set(live, "CLOSEBELL_FLOW_STOCKS", "watchlists");
  live_set(live, "CLOSEBELL_MINUTES_STOCKS", "watchlists");
}

static int prepare(void **state) {
  Sweep *sweep = calloc(1, sizeof *sweep);
  const char *const arguments[] = {
      "--days", TEST_DATA "/days", "--listing", TEST_DATA "/listing.csv", "--appkey", KEY, "--appsecret", SECRET, NULL};
  assert_non_null(sweep);
  *state = sweep;
  assert_true(replay_run_start(&sweep->kis, KIS_REPLAY, arguments));
  sweep->world = kill_world_open();
  live_set(&sweep->world->live, "CLOSEBELL_INDICES_NAMES", "");
  kill_world_do(sweep->world, &(KillJob){"manual_setup", MORNING, "--days 4"});
  live_insert(&sweep->world->live, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"000660\", \"005930\"], "
              "\"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  settings(sweep);
  kill_world_keep(sweep->world, "evening");
  broker_at(sweep, EVENING);
  sweep->messages[0] = kill_world_do(sweep->world, &JOBS[0]);
  sweep->evening = kill_world_snapshot(sweep->world, PARTS);
  kill_world_keep(sweep->world, "morning");
  broker_at(sweep, NEXT);
  sweep->messages[1] = kill_world_do(sweep->world, &JOBS[1]);
  sweep->morning = kill_world_snapshot(sweep->world, PARTS);
  return 0;
}

static int discard(void **state) {
  Sweep *sweep = *state;
  print_message("%ld and %ld messages\n", sweep->messages[0], sweep->messages[1]);
  db_memory_free(sweep->evening);
  db_memory_free(sweep->morning);
  kill_world_close(sweep->world);
  assert_true(replay_run_stop(&sweep->kis));
  free(sweep);
  return 0;
}

/* What is completed is there. */
static void check_completed(Sweep *sweep, const char *dataset, const char *database, long message) {
  static const char *const DATES[] = {"2024-10-11", "2024-10-10"}, *const STOCKS[] = {"000660", "005930"};
  for (int i = 0; i < 4; i++) {
    bool completed = strcmp(live_state(&sweep->world->live, DATES[i / 2], dataset).text, "completed") == 0;
    if (completed && !live_has(&sweep->world->live, database, STOCKS[i % 2], DATES[i / 2]))
      fail_msg("killed at message %ld, %s of %s is completed, and %s is not there", message, dataset, DATES[i / 2],
               STOCKS[i % 2]);
  }
}

static void check_content(Sweep *sweep, DbMemory *undisturbed, long message) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, PARTS);
  bool equal = db_memory_equal(undisturbed, now, &KILL_OMIT, &why);
  db_memory_free(now);
  if (!equal) fail_msg("killed at message %ld, the content differs from an undisturbed run's: %s", message, why.text);
}

static void strike(Sweep *sweep, int which, WireFaultKind kind, long message) {
  WireReport report;
  const WireFault fault = {.kind = kind, .message = message};
  kill_world_restore(sweep->world, which == 0 ? "evening" : "morning");
  broker_at(sweep, which == 0 ? EVENING : NEXT);
  LiveResult result = kill_world_run(sweep->world, &JOBS[which], &fault, &report);
  if (report.struck) assert_int_equal(result.signal, 9);
  check_completed(sweep, "market_flow", "market_flow", message);
  check_completed(sweep, "minute_prices", "minute_data", message);
  result = kill_world_run(sweep->world, &JOBS[which], NULL, &report);
  live_assert_exit(&result, 0);
  check_content(sweep, which == 0 ? sweep->evening : sweep->morning, message);
}

static void sweep_over(Sweep *sweep, int which) {
  long all = sweep->messages[which], step = kill_long() ? 1 : all / POINTS;
  for (long n = 1, turn = 0; n <= all; n += step > 0 ? step : 1, turn++)
    strike(sweep, which, turn % 2 ? WIRE_KILL_AFTER : WIRE_KILL_BEFORE, n);
}

static void killed_in_the_evening(void **state) { sweep_over(*state, 0); }
static void killed_in_the_morning(void **state) { sweep_over(*state, 1); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_in_the_evening), cmocka_unit_test(killed_in_the_morning)};
  if (!kill_world_available()) return 77;
  return cmocka_run_group_tests(tests, prepare, discard);
}
