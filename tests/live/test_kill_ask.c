/* hourly_analysis killed while it asks a model by itself: at messages all over the run, before and after them. Once the
 * question of the killed run has lapsed, the next run asks what is missing: each request has one accepted decision, and
 * none is asked about again that has one. */
#include <stdlib.h>

#include "ask_client.h"
#include "kill_world.h"
#include "live_db.h"
#include "model_replay_server.h"

static const char NOW[] = "2024-10-11T00:00:00Z";
static const KillJob JOB = {"hourly_analysis", NOW, ""};
enum { POINTS = 16, STOCKS = 2 };

typedef struct {
  KillWorld *world;
  ModelServer *model;
  long messages; /* of an undisturbed run */
} Sweep;

static int prepare(void **state) {
  Sweep *sweep = calloc(1, sizeof *sweep);
  char path[128];
  assert_non_null(sweep);
  *state = sweep;
  sweep->model = model_server_start(0);
  assert_non_null(sweep->model);
  sweep->world = kill_world_open();
  LiveWorld *live = &sweep->world->live;
  live_set(live, "CLOSEBELL_INDICES_NAMES", "");
  live_set(live, "CLOSEBELL_RETRY_SCALE", "0.01");
  live_file(live, "large.ini", "title = Large\nwhere = market_cap > 0\nsort = -market_cap\n", path);
  live_set(live, "CLOSEBELL_API_STRATEGIES", live->folder);
  kill_world_do(sweep->world, &(KillJob){"manual_setup", NOW, "--days 4"});
  kill_world_do(sweep->world, &JOB);
  ask_point_to(live, "gemini", "replay", model_server_port(sweep->model));
  live_set(live, "CLOSEBELL_AI_AFTER_ANALYSIS", "summary large 2");
  kill_world_keep(sweep->world, "analysed");
  sweep->messages = kill_world_do(sweep->world, &JOB);
  assert_int_equal(live_count(live, "system_info", "decision_ledger"), STOCKS);
  return 0;
}

static int discard(void **state) {
  Sweep *sweep = *state;
  print_message("%ld messages\n", sweep->messages);
  kill_world_close(sweep->world);
  model_server_stop(sweep->model);
  free(sweep);
  return 0;
}

/* As if the time that the tries of a question may take were over. */
static void let_lapse(LiveWorld *live) {
  LiveDocuments states = live_documents(live, "system_info", "source_state");
  for (size_t i = 0; i < states.count; i++)
    if (strncmp(live_id(states.items[i]), "ai-run:", 7) == 0)
      live_update(live, "system_info", "source_state", live_id(states.items[i]),
                  "{\"$set\": {\"until_utc\": {\"$date\": \"2024-01-01T00:00:00Z\"}}}");
  live_documents_free(&states);
}

/* Each request has one decision, which is accepted; and each counted call was a call. */
static void check(Sweep *sweep, long message) {
  LiveWorld *live = &sweep->world->live;
  LiveDocuments ledger = live_documents(live, "system_info", "decision_ledger");
  if (ledger.count != STOCKS) fail_msg("killed at message %ld: %zu decisions", message, ledger.count);
  for (size_t i = 0; i < ledger.count; i++) {
    const char *request = live_text(ledger.items[i], "request_sha256");
    assert_string_equal(live_text(ledger.items[i], "verdict"), "accepted");
    for (size_t k = 0; k < i; k++) assert_string_not_equal(request, live_text(ledger.items[k], "request_sha256"));
    bson_t *answers = live_get(live, "system_info", "decision_requests", request);
    assert_string_equal(live_text(answers, "decision"), live_id(ledger.items[i]));
    bson_destroy(answers);
  }
  live_documents_free(&ledger);
  bson_t *done = live_get(live, "system_info", "source_state", "ai-after");
  assert_string_equal(live_text(done, "session"), "2024-10-10");
  bson_destroy(done);
}

static void strike(Sweep *sweep, WireFaultKind kind, long message) {
  WireReport report;
  const WireFault fault = {.kind = kind, .message = message};
  kill_world_restore(sweep->world, "analysed");
  model_server_clear(sweep->model);
  kill_world_run(sweep->world, &JOB, &fault, &report);
  let_lapse(&sweep->world->live);
  LiveResult result = kill_world_run(sweep->world, &JOB, NULL, &report);
  live_assert_exit(&result, 0);
  check(sweep, message);
  long calls = model_server_seen(sweep->model).calls;
  if (calls > STOCKS + 1) fail_msg("killed at message %ld: %ld calls", message, calls);
}

static void killed_while_it_asks(void **state) {
  Sweep *sweep = *state;
  long step = kill_long() ? 1 : sweep->messages / POINTS;
  for (long n = 1, turn = 0; n <= sweep->messages; n += step > 0 ? step : 1, turn++)
    strike(sweep, turn % 2 ? WIRE_KILL_AFTER : WIRE_KILL_BEFORE, n);
}

/* The run goes on; what it could not write is in a file, which a later run brings in. */
static void replies_are_lost_while_it_asks(void **state) {
  Sweep *sweep = *state;
  long step = kill_long() ? 1 : sweep->messages / POINTS;
  for (long n = 2; n <= sweep->messages; n += step > 0 ? step : 1) strike(sweep, WIRE_LOSE_REPLY, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_while_it_asks),
                                     cmocka_unit_test(replies_are_lost_while_it_asks)};
  if (!kill_world_available()) return 77;
  return cmocka_run_group_tests(tests, prepare, discard);
}
