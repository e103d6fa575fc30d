/* One cap, two servers' worth of processes on one real database: some are killed in the middle of a question. What the
 * model was asked never passes the cap by one, in calls or in tokens. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/decision/model_desk.h>
#include <closebell/store/model_calls.h>

#include "embedded_db.h"
#include "model_replay_server.h"

enum { PROCESSES = 4, CALLS = 60, USAGE = 150, KILL_AFTER_CALLS = 12 };
static const ModelQuestion QUESTION = {.system = "Write prose.",
                                       .user = "Facts:\n[{\"id\":\"f1\",\"value\":57200}]\n",
                                       .schema_name = "summary",
                                       .schema_json =
                                           "{\"type\":\"object\",\"properties\":{\"s\":{\"type\":\"string\"}}}",
                                       .max_output_tokens = 100};
static const Log SILENT = {0};

typedef struct {
  EmbeddedDb database;
  ModelServer *server;
  Config config;
  Clock clock;
} Scene;

static int begin(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  *state = scene;
  if (!embedded_db_start(&scene->database, EMBEDDED_DB)) return -1;
  scene->server = model_server_start(0);
  if (scene->server == NULL) return -1;
  scene->clock = clock_system(-1);
  model_server_set_usage(scene->server, USAGE - 50, 50);
  config_defaults(&scene->config);
  snprintf(scene->config.ai.provider, sizeof scene->config.ai.provider, "openai");
  snprintf(scene->config.ai.base_url, sizeof scene->config.ai.base_url, "http://127.0.0.1:%u/v1",
           model_server_port(scene->server));
  snprintf(scene->config.ai.model, sizeof scene->config.ai.model, "a-model");
  return 0;
}

static int end(void **state) {
  Scene *scene = *state;
  model_server_stop(scene->server);
  embedded_db_stop(&scene->database);
  free(scene);
  return 0;
}

static Status connect_to(const Scene *scene, Db *ret_db) {
  Error err;
  const DbOptions options = {
      .program = "test", .retry_wait_ms = 50, .retries = 5, .selection_ms = 20000, .socket_timeout_ms = 60000};
  return db_mongo_open(ret_db, scene->database.uri, &options, &scene->clock, &SILENT, &err);
}

/* ---- a process that asks until the cap ---- */

static int ask_until_the_cap(const Scene *scene) {
  Db db;
  Error err = {{0}};
  ModelReply reply = {.kind = MODEL_ANSWERED};
  const Random random = random_system();
  ModelDesk desk = {.db = &db, .clock = &scene->clock, .random = &random, .log = &SILENT, .config = &scene->config};
  if (connect_to(scene, &db) != STATUS_OK) return 1;
  Status status = model_desk_open(&desk, &err);
  while (status == STATUS_OK && reply.kind == MODEL_ANSWERED) {
    model_reply_free(&reply);
    status = model_desk_ask(&desk, &QUESTION, &reply, &err);
  }
  bool good = status == STATUS_OK && reply.kind == MODEL_NOT_ASKED;
  if (!good) fprintf(stderr, "asking ended early: %s%s\n", status == STATUS_OK ? reply.detail : "", err.text);
  model_reply_free(&reply);
  db_mongo_close(&db);
  return good ? 0 : 1;
}

/* _exit: what the parent has is its own. */
static pid_t start(const Scene *scene) {
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) _exit(ask_until_the_cap(scene));
  return pid;
}

static void wait_for_calls(const Scene *scene, long calls) {
  while (model_server_seen(scene->server).calls < calls) clock_sleep_ms(&scene->clock, 2);
}

/* Two are killed while the model has their question. The rest go on to the cap, and one that starts afterwards too. */
static void run_to_the_cap(const Scene *scene, bool with_kills) {
  pid_t pids[PROCESSES];
  int result;
  model_server_behave(scene->server, MANNER_drip, 0, with_kills ? 40 : 20); /* so that they meet */
  for (int i = 0; i < PROCESSES; i++) pids[i] = start(scene);
  for (int i = 0; with_kills && i < 2; i++) {
    wait_for_calls(scene, KILL_AFTER_CALLS * (i + 1));
    kill(pids[i], SIGKILL);
  }
  if (with_kills) model_server_behave(scene->server, MANNER_honest, 0, 0);
  for (int i = 0; i < PROCESSES; i++) {
    assert_int_equal(waitpid(pids[i], &result, 0), pids[i]);
    if (!with_kills || i >= 2) assert_int_equal(result, 0);
  }
  pid_t late = start(scene);
  assert_int_equal(waitpid(late, &result, 0), late);
  assert_int_equal(result, 0);
}

/* What stands in the database, all days together. */
typedef struct {
  long calls;
  int64_t tokens;
} Sum;

static Sum sum_of(const Scene *scene) {
  Db db;
  Error err;
  Sum sum = {0};
  assert_int_equal(connect_to(scene, &db), STATUS_OK);
  Day today = instant_utc_day(clock_now(&scene->clock));
  for (Day day = today - 1; day <= today; day++) {
    CountedCall newest[CALL_WINDOW + 1];
    size_t count;
    assert_int_equal(model_calls_newest(&db, day, newest, &count, &err), STATUS_OK);
    if (count > 0) sum.calls += newest[count - 1].number, sum.tokens += newest[count - 1].before;
    for (size_t i = 0; i < count; i++)
      if (newest[i].number >= newest[count - 1].number - CALL_WINDOW) sum.tokens += newest[i].tokens;
  }
  db_mongo_close(&db);
  return sum;
}

/* ---- the caps ---- */

static void the_cap_of_calls_is_reached_and_not_passed(void **state) {
  Scene *scene = *state;
  scene->config.ai.calls_per_day = CALLS;
  run_to_the_cap(scene, false);
  assert_int_equal(model_server_seen(scene->server).calls, CALLS);
  assert_int_equal(sum_of(scene).calls, CALLS);
}

static void kills_leave_the_cap_of_calls_alone(void **state) {
  Scene *scene = *state;
  scene->config.ai.calls_per_day = CALLS;
  run_to_the_cap(scene, true);
  assert_in_range(model_server_seen(scene->server).calls, CALLS - 2, CALLS);
  assert_int_equal(sum_of(scene).calls, CALLS);
}

static void the_cap_of_tokens_is_never_passed(void **state) {
  Scene *scene = *state;
  int64_t cap = CALLS * USAGE + model_tokens_at_most(&QUESTION);
  scene->config.ai.tokens_per_day = cap;
  run_to_the_cap(scene, true);
  Sum sum = sum_of(scene);
  assert_in_range(model_server_seen(scene->server).tokens, 1, cap);
  assert_in_range(sum.tokens, model_server_seen(scene->server).tokens, cap);
}

/* More calls than are read at once. */
static void old_calls_stay_in_the_sum(void **state) {
  Scene *scene = *state;
  int64_t cap = (2 * CALL_WINDOW + 10) * USAGE + model_tokens_at_most(&QUESTION) - 1;
  scene->config.ai.tokens_per_day = cap;
  run_to_the_cap(scene, false);
  assert_in_range(model_server_seen(scene->server).tokens, (2 * CALL_WINDOW) * USAGE, cap);
  assert_in_range(sum_of(scene).tokens, model_server_seen(scene->server).tokens, cap);
}

/* Asks once. */
static ModelReplyKind ask_once(const Scene *scene) {
  Db db;
  Error err = {{0}};
  ModelReply reply = {0};
  const Random random = random_system();
  ModelDesk desk = {.db = &db, .clock = &scene->clock, .random = &random, .log = &SILENT, .config = &scene->config};
  assert_int_equal(connect_to(scene, &db), STATUS_OK);
  assert_int_equal(model_desk_open(&desk, &err), STATUS_OK);
  assert_int_equal(model_desk_ask(&desk, &QUESTION, &reply, &err), STATUS_OK);
  ModelReplyKind kind = reply.kind;
  model_reply_free(&reply);
  db_mongo_close(&db);
  return kind;
}

static void a_cap_that_is_raised_lets_it_be_asked_again(void **state) {
  Scene *scene = *state;
  scene->config.ai.calls_per_day = 1;
  assert_int_equal(ask_once(scene), MODEL_ANSWERED);
  assert_int_equal(ask_once(scene), MODEL_NOT_ASKED);
  scene->config.ai.calls_per_day = 2;
  assert_int_equal(ask_once(scene), MODEL_ANSWERED);
  assert_int_equal(ask_once(scene), MODEL_NOT_ASKED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(the_cap_of_calls_is_reached_and_not_passed),  TEST(kills_leave_the_cap_of_calls_alone),
      TEST(the_cap_of_tokens_is_never_passed),           TEST(old_calls_stay_in_the_sum),
      TEST(a_cap_that_is_raised_lets_it_be_asked_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
