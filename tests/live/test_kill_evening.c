/* The programs killed while they read an evening, analyse it, and put the final session in its place: at messages all
 * over each run, before and after them. The next run brings the content that an undisturbed one has; nothing is
 * `completed`, and there are no leaders, over what is not there; nothing provisional stands in a final collection. */
#include <stdlib.h>

#include <closebell/store/db.h>

#include "kill_world.h"
#include "live_db.h"

static const char DATE[] = "2025-04-10", SET_UP[] = "2025-04-10T00:00:00Z", EVENING[] = "2025-04-10T06:42:00Z",
                  NIGHT[] = "2025-04-10T12:00:00Z", MORNING[] = "2025-04-11T00:00:00Z";
static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq", SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";
static const DbParts PARTS = (DbParts)(DB_PART_SYSTEM | DB_PART_ANALYZED);

typedef enum { READING, ANALYSING, CONCLUDING, STAGES } Stage;
static const char *const NAMES[STAGES] = {"reading", "analysing", "concluding"};
static const KillJob JOBS[STAGES] = {
    {"daily_update", EVENING, ""}, {"hourly_analysis", NIGHT, ""}, {"hourly_analysis", MORNING, ""}};
enum { POINTS = 7 };

typedef struct {
  KillWorld *world;
  ReplayRun kis;
  DbMemory *after[STAGES]; /* what an undisturbed run leaves */
  long messages[STAGES], struck;
  int64_t targets;
} Sweep;

static void control(const Sweep *sweep, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&sweep->kis, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

/* A minute of the broker's is a little more than half a second: so long a token is waited for after a kill. */
static void broker_in_the_evening(const Sweep *sweep) {
  control(sweep, "market?drift=0&late=0");
  control(sweep, "now?instant=2025-04-10T15:42:00%2B09:00&speed=100");
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
}

static void undisturbed(Sweep *sweep, Stage stage) {
  kill_world_keep(sweep->world, NAMES[stage]);
  broker_in_the_evening(sweep);
  sweep->messages[stage] = kill_world_do(sweep->world, &JOBS[stage]);
  sweep->after[stage] = kill_world_snapshot(sweep->world, PARTS);
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
  kill_world_do(sweep->world, &(KillJob){"manual_setup", SET_UP, "--days 30"});
  kill_world_do(sweep->world, &(KillJob){"hourly_analysis", SET_UP, ""});
  settings(sweep);
  undisturbed(sweep, READING);
  undisturbed(sweep, ANALYSING);
  sweep->targets = live_count(&sweep->world->live, "system_info", "evening_analysis");
  assert_true(sweep->targets > 5);
  kill_world_do(sweep->world, &(KillJob){"daily_update", MORNING, ""});
  undisturbed(sweep, CONCLUDING);
  assert_int_equal(live_count(&sweep->world->live, "system_info", "evening_analysis"), 0);
  return 0;
}

static int discard(void **state) {
  Sweep *sweep = *state;
  print_message("%ld, %ld and %ld messages\n", sweep->messages[0], sweep->messages[1], sweep->messages[2]);
  for (int i = 0; i < STAGES; i++) db_memory_free(sweep->after[i]);
  kill_world_close(sweep->world);
  assert_true(replay_run_stop(&sweep->kis));
  free(sweep);
  return 0;
}

static void assert_nothing_provisional(LiveWorld *live, long message) {
  static const char *const final[] = {"market_days", "latest_analysis", "leader_candidates", "strategy_days"};
  for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
    LiveDocuments documents = live_documents(live, "system_info", final[i]);
    for (size_t k = 0; k < documents.count; k++)
      if (live_has_field(documents.items[k], "finality") &&
          strcmp(live_text(documents.items[k], "finality"), "final") != 0)
        fail_msg("killed at message %ld, %s has a document that is provisional", message, final[i]);
    live_documents_free(&documents);
  }
}

/* However far it came. */
static void check_left(Sweep *sweep, Stage stage, long message) {
  LiveWorld *live = &sweep->world->live;
  bool completed = strcmp(live_state(live, DATE, "evening").text, "completed") == 0;
  if (completed && !live_has(live, "system_info", "evening_days", DATE))
    fail_msg("killed at message %ld, the evening is completed, and not there", message);
  bool led = live_has_collection(live, "system_info", "evening_leaders") &&
             live_count(live, "system_info", "evening_leaders") > 0;
  if (stage == ANALYSING && led && live_count(live, "system_info", "evening_analysis") < sweep->targets)
    fail_msg("killed at message %ld, there are leaders of stocks that are not analysed", message);
  assert_nothing_provisional(live, message);
}

static void check_content(Sweep *sweep, Stage stage, long message) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, PARTS);
  bool equal = db_memory_equal(sweep->after[stage], now, &KILL_OMIT, &why);
  db_memory_free(now);
  if (!equal) fail_msg("killed at message %ld, the content differs from an undisturbed run's: %s", message, why.text);
}

static void strike(Sweep *sweep, Stage stage, WireFaultKind kind, long message) {
  WireReport report;
  const WireFault fault = {.kind = kind, .message = message};
  kill_world_restore(sweep->world, NAMES[stage]);
  broker_in_the_evening(sweep);
  LiveResult result = kill_world_run(sweep->world, &JOBS[stage], &fault, &report);
  if (report.struck) assert_int_equal(result.signal, 9);
  sweep->struck += report.struck;
  check_left(sweep, stage, message);
  result = kill_world_run(sweep->world, &JOBS[stage], NULL, &report);
  live_assert_exit(&result, 0);
  check_content(sweep, stage, message);
}

static void sweep_over(Sweep *sweep, Stage stage) {
  long all = sweep->messages[stage], step = kill_long() ? 1 : all / POINTS;
  sweep->struck = 0;
  for (long n = 1, turn = 0; n <= all; n += step > 0 ? step : 1, turn++)
    strike(sweep, stage, turn % 2 ? WIRE_KILL_AFTER : WIRE_KILL_BEFORE, n);
  assert_true(sweep->struck >= POINTS / 2);
}

static void killed_while_the_evening_is_read(void **state) { sweep_over(*state, READING); }
static void killed_while_the_evening_is_analysed(void **state) { sweep_over(*state, ANALYSING); }
static void killed_while_the_final_session_takes_its_place(void **state) { sweep_over(*state, CONCLUDING); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_while_the_evening_is_read),
                                     cmocka_unit_test(killed_while_the_evening_is_analysed),
                                     cmocka_unit_test(killed_while_the_final_session_takes_its_place)};
  if (!kill_world_available()) return 77;
  return cmocka_run_group_tests(tests, prepare, discard);
}
