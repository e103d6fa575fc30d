/* A question to the model over real HTTP, in each manner of our own server: what comes of it, how often it is asked,
 * what is counted, and what is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/decision/model_desk.h>
#include <closebell/store/model_calls.h>
#include <closebell/store/source_state.h>

#include "db_memory.h"
#include "model_replay_server.h"

static const char KEY[] = "AIzaSyTestKeyOfOurs0123456789";
static const ModelQuestion QUESTION = {
    .system = "Write prose with placeholders.",
    .user = "Facts:\n[{\"id\":\"f1\",\"value\":57200},{\"id\":\"f2\",\"value\":\"삼성전자\"}]\n",
    .schema_name = "summary",
    .schema_json = "{\"type\":\"object\",\"properties\":{\"summary\":{\"type\":\"string\",\"maxLength\":600}},"
                   "\"required\":[\"summary\"],\"additionalProperties\":false}",
    .max_output_tokens = 1000};

typedef struct {
  ModelServer *server;
  DbMemory *memory;
  Db db;
  Clock clock;
  uint64_t seed;
  Random random;
  Log silent;
  Config config;
  ModelDesk desk;
  ModelReply reply;
  Error err;
} Scene;

/* ---- the scene ---- */

static void use(Scene *scene, const char *provider) {
  config_defaults(&scene->config);
  snprintf(scene->config.ai.provider, sizeof scene->config.ai.provider, "%s", provider);
  snprintf(scene->config.ai.base_url, sizeof scene->config.ai.base_url, "http://127.0.0.1:%u%s",
           model_server_port(scene->server), strcmp(provider, "openai") == 0 ? "/v1" : "");
  snprintf(scene->config.ai.api_key, sizeof scene->config.ai.api_key, "%s", KEY);
  snprintf(scene->config.ai.model, sizeof scene->config.ai.model, "a-model-1.5");
  scene->config.ai.timeout_ms = 20000;
  scene->config.retry.scale = 0.001;
}

static void open_desk(Scene *scene) {
  scene->desk = (ModelDesk){.db = &scene->db,
                            .clock = &scene->clock,
                            .random = &scene->random,
                            .log = &scene->silent,
                            .config = &scene->config};
  if (model_desk_open(&scene->desk, &scene->err) != STATUS_OK) fail_msg("%s", scene->err.text);
}

static int begin(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  scene->server = model_server_start(0);
  scene->memory = db_memory_new();
  if (scene->server == NULL || scene->memory == NULL) return -1;
  scene->db = db_memory_db(scene->memory);
  scene->clock = clock_system(-1);
  scene->seed = 23;
  scene->random = random_seeded(&scene->seed);
  use(scene, "gemini");
  open_desk(scene);
  *state = scene;
  return 0;
}

static int end(void **state) {
  Scene *scene = *state;
  model_reply_free(&scene->reply);
  model_server_stop(scene->server);
  db_memory_free(scene->memory);
  free(scene);
  return 0;
}

static const ModelReply *ask(Scene *scene) {
  model_reply_free(&scene->reply);
  if (model_desk_ask(&scene->desk, &QUESTION, &scene->reply, &scene->err) != STATUS_OK) fail_msg("%s", scene->err.text);
  return &scene->reply;
}

static const ModelReply *ask_in_manner(Scene *scene, ModelManner manner, int times, int64_t value) {
  model_server_clear(scene->server);
  model_server_behave(scene->server, manner, times, value);
  return ask(scene);
}

static long calls(Scene *scene) { return model_server_seen(scene->server).calls; }

/* The calls of today that are counted. */
static size_t counted(Scene *scene, CountedCall *newest) {
  size_t count = 0;
  assert_int_equal(
      model_calls_newest(&scene->db, instant_utc_day(clock_now(&scene->clock)), newest, &count, &scene->err),
      STATUS_OK);
  return count;
}

static SourceState door(Scene *scene) {
  SourceState door;
  assert_int_equal(source_state_read(&scene->db, MODEL_SOURCE, &door, &scene->err), STATUS_OK);
  return door;
}

static void open_door(Scene *scene) {
  assert_int_equal(scene->db.delete_one(scene->db.self, DB_SYSTEM, "source_state", MODEL_SOURCE, &scene->err),
                   STATUS_OK);
}

/* ---- manners ---- */

typedef struct {
  ModelManner manner;
  ModelReplyKind kind;
  long calls; /* 0: one of each service is another matter */
  const char *says;
} Row;

/* What is in the text is not this module's to judge. */
static const Row ROWS[] = {
    {MANNER_honest, MODEL_ANSWERED, 1, ""},
    {MANNER_digits, MODEL_ANSWERED, 1, ""},
    {MANNER_member_twice, MODEL_ANSWERED, 1, ""},
    {MANNER_around, MODEL_ANSWERED, 1, ""},
    {MANNER_thinking, MODEL_ANSWERED, 1, ""},
    {MANNER_no_usage, MODEL_ANSWERED, 1, ""},
    {MANNER_other_version, MODEL_ANSWERED, 1, ""},
    {MANNER_drip, MODEL_ANSWERED, 1, ""},
    {MANNER_max_tokens, MODEL_REFUSED, 1, "did not come to its end"},
    {MANNER_safety, MODEL_REFUSED, 1, "did not come to its end"},
    {MANNER_other_finish, MODEL_REFUSED, 1, "SOMETHING_NEW"},
    {MANNER_no_finish, MODEL_REFUSED, 1, "did not come to its end"},
    {MANNER_blocked, MODEL_REFUSED, 1, ""},
    {MANNER_empty, MODEL_REFUSED, 1, "no text"},
    {MANNER_thoughts, MODEL_REFUSED, 1, "no text"},
    {MANNER_tool_call, MODEL_REFUSED, 1, ""},
    {MANNER_twice, MODEL_BROKEN, 1, "not JSON"},
    {MANNER_not_json, MODEL_BROKEN, 1, "not JSON"},
    {MANNER_html_200, MODEL_BROKEN, 1, "not JSON"},
    {MANNER_huge, MODEL_BROKEN, 1, "larger"},
    {MANNER_status_502, MODEL_ENDED, 1, "502"},
    {MANNER_bad_request, MODEL_WRONG, 1, "400"},
    {MANNER_unauthorized, MODEL_WRONG, 1, "401"},
    {MANNER_forbidden, MODEL_WRONG, 1, "403"},
    {MANNER_not_found, MODEL_WRONG, 1, "404"},
    {MANNER_redirect, MODEL_WRONG, 1, "redirect"},
    {MANNER_html_403, MODEL_SHUT, 2, "403"},
    {MANNER_daily_quota, MODEL_QUOTA, 1, "quota"},
    {MANNER_throttled, MODEL_THROTTLED, 4, "429"},
    {MANNER_status_500, MODEL_FAILING, 4, "500"},
    {MANNER_status_503, MODEL_FAILING, 4, "503"},
    {MANNER_status_504, MODEL_FAILING, 4, "504"},
    {MANNER_reset, MODEL_FAILING, 4, "broke off"},
    {MANNER_cut, MODEL_FAILING, 4, "broke off"},
};

static void each_manner_comes_to_its_end(Scene *scene, const char *provider) {
  use(scene, provider);
  open_desk(scene);
  for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
    const Row *row = &ROWS[i];
    const ModelReply *reply = ask_in_manner(scene, row->manner, 0, 100);
    if (reply->kind != row->kind || calls(scene) != row->calls || strstr(reply->detail, row->says) == NULL)
      fail_msg("%s, manner %d: kind %d, %ld calls, %s", provider, (int)row->manner, (int)reply->kind, calls(scene),
               reply->detail);
    assert_int_equal(reply->calls, row->calls);
    assert_int_equal(reply->kind == MODEL_ANSWERED, reply->detail[0] == '\0');
    if (reply->kind == MODEL_ANSWERED) assert_non_null(reply->text);
    assert_null(strstr(reply->detail, KEY));
    assert_null(strstr(reply->said, KEY));
    open_door(scene);
  }
}

static void gemini_in_each_manner(void **state) { each_manner_comes_to_its_end(*state, "gemini"); }
static void openai_in_each_manner(void **state) { each_manner_comes_to_its_end(*state, "openai"); }

static void a_right_answer_has_text_version_and_tokens(void **state) {
  Scene *scene = *state;
  model_server_set_usage(scene->server, 400, 100);
  const ModelReply *reply = ask_in_manner(scene, MANNER_thinking, 0, 0);
  assert_non_null(strstr(reply->text, "{f"));
  assert_null(strstr(reply->text, "percent"));
  assert_string_equal(reply->model_version, "a-model-1.5");
  assert_int_equal(reply->tokens_in, 400);
  assert_int_equal(reply->tokens_out, 100); /* thinking counts */
  assert_false(reply->estimated);
  reply = ask_in_manner(scene, MANNER_other_version, 0, 0);
  assert_string_equal(reply->model_version, "another-model-2");
}

static void the_key_stands_in_a_header_alone(void **state) {
  Scene *scene = *state;
  static const char *const providers[] = {"gemini", "openai"};
  for (size_t i = 0; i < 2; i++) {
    use(scene, providers[i]);
    open_desk(scene);
    ask_in_manner(scene, MANNER_honest, 0, 0);
    ModelSeen seen = model_server_seen(scene->server);
    char *body = model_server_body(scene->server);
    assert_true(seen.key_in_header);
    assert_false(seen.key_in_url);
    assert_true(seen.has_schema);
    assert_false(seen.forbidden_words);
    assert_null(strstr(seen.path, KEY));
    assert_null(strstr(body, KEY));
    free(body);
  }
}

static void a_model_on_this_host_needs_no_key(void **state) {
  Scene *scene = *state;
  use(scene, "openai");
  scene->config.ai.api_key[0] = '\0';
  open_desk(scene);
  assert_int_equal(ask_in_manner(scene, MANNER_honest, 0, 0)->kind, MODEL_ANSWERED);
  assert_false(model_server_seen(scene->server).key_in_header);
}

/* ---- tries ---- */

static void trouble_that_passes_is_passed_by(void **state) {
  static const ModelManner manners[] = {MANNER_status_500, MANNER_status_503, MANNER_status_504, MANNER_reset,
                                        MANNER_cut,        MANNER_throttled,  MANNER_html_403};
  Scene *scene = *state;
  for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
    const ModelReply *reply = ask_in_manner(scene, manners[i], 1, 50);
    assert_int_equal(reply->kind, MODEL_ANSWERED);
    assert_int_equal(reply->calls, 2);
    assert_int_equal(door(scene).blocked_until_utc, INSTANT_NONE);
  }
}

static void a_server_without_json_schema_is_asked_for_an_object(void **state) {
  Scene *scene = *state;
  use(scene, "openai");
  open_desk(scene);
  const ModelReply *reply = ask_in_manner(scene, MANNER_no_schema, 0, 0);
  assert_int_equal(reply->kind, MODEL_ANSWERED);
  assert_int_equal(calls(scene), 2);
  char *body = model_server_body(scene->server);
  assert_non_null(strstr(body, "\"json_object\""));
  free(body);
  use(scene, "gemini");
  open_desk(scene);
  assert_int_equal(ask_in_manner(scene, MANNER_no_schema, 0, 0)->kind, MODEL_WRONG); /* 400 is never tried again */
  assert_int_equal(calls(scene), 1);
}

static void the_time_out_is_for_all_of_it(void **state) {
  static const struct {
    ModelManner manner;
    int64_t value;
  } slow[] = {{MANNER_hang, 0}, {MANNER_drip, 60000}};
  Scene *scene = *state;
  scene->config.ai.timeout_ms = 300;
  open_desk(scene);
  for (size_t i = 0; i < 2; i++) {
    const ModelReply *reply = ask_in_manner(scene, slow[i].manner, 0, slow[i].value);
    assert_int_equal(reply->kind, MODEL_TIMED_OUT);
    assert_int_equal(reply->calls, 1);
  }
  scene->config.retry.scale = 1; /* the wait does not fit */
  assert_int_equal(ask_in_manner(scene, MANNER_status_503, 0, 0)->calls, 1);
}

/* ---- what is closed ---- */

static void a_wait_that_does_not_fit_keeps_everybody_away(void **state) {
  Scene *scene = *state;
  scene->config.retry.scale = 1;
  const ModelReply *reply = ask_in_manner(scene, MANNER_throttled, 0, 34000);
  assert_int_equal(reply->kind, MODEL_THROTTLED);
  assert_int_equal(reply->retry_after_ms, 34000);
  assert_int_equal(calls(scene), 1);
  reply = ask_in_manner(scene, MANNER_honest, 0, 0);
  assert_int_equal(reply->kind, MODEL_NOT_ASKED);
  assert_in_range(reply->retry_after_ms, 1, 38000);
  assert_int_equal(calls(scene), 0);
}

static void a_daily_quota_ends_the_day(void **state) {
  Scene *scene = *state;
  Instant now = clock_now(&scene->clock);
  const ModelReply *reply = ask_in_manner(scene, MANNER_daily_quota, 0, 0);
  assert_int_equal(reply->not_before, instant_next_utc_day(now));
  assert_int_equal(door(scene).blocked_until_utc, instant_next_utc_day(now));
  assert_int_equal(ask_in_manner(scene, MANNER_honest, 0, 0)->kind, MODEL_NOT_ASKED);
  assert_int_equal(calls(scene), 0);
  open_door(scene); /* by an operator */
  assert_int_equal(ask(scene)->kind, MODEL_ANSWERED);
}

static void a_door_that_is_shut_twice_is_left_alone(void **state) {
  Scene *scene = *state;
  Instant not_before;
  char why[MODEL_DETAIL_SIZE];
  ask_in_manner(scene, MANNER_html_403, 0, 0);
  assert_true(door(scene).blocked_until_utc > clock_now(&scene->clock));
  assert_int_equal(ask_in_manner(scene, MANNER_honest, 0, 0)->kind, MODEL_NOT_ASKED);
  assert_int_equal(calls(scene), 0);
  assert_int_equal(model_desk_look(&scene->desk, &QUESTION, 0, &not_before, why, &scene->err), STATUS_OK);
  assert_int_equal(not_before, door(scene).blocked_until_utc);
  assert_non_null(strstr(why, "403"));
}

/* The wait before the second look does not fit. */
static void a_door_that_was_shut_once_is_not_closed(void **state) {
  Scene *scene = *state;
  scene->config.ai.timeout_ms = 2000;
  scene->config.retry.scale = 1;
  open_desk(scene);
  assert_int_equal(ask_in_manner(scene, MANNER_html_403, 0, 0)->calls, 1);
  assert_int_equal(door(scene).blocked_until_utc, INSTANT_NONE);
}

static void a_second_try_has_the_rest_of_the_time(void **state) {
  Scene *scene = *state;
  scene->config.ai.timeout_ms = 3000;
  scene->config.retry.scale = 1;
  open_desk(scene);
  model_server_behave(scene->server, MANNER_throttled, 1, 2000);
  model_server_behave_then(scene->server, MANNER_hang); /* for as long again */
  assert_int_equal(ask(scene)->kind, MODEL_TIMED_OUT);
  assert_int_equal(scene->reply.calls, 2);
}

static void a_refused_key_closes_nothing(void **state) {
  Scene *scene = *state;
  ask_in_manner(scene, MANNER_unauthorized, 0, 0);
  ask_in_manner(scene, MANNER_forbidden, 0, 0);
  assert_int_equal(door(scene).blocked_until_utc, INSTANT_NONE);
}

/* ---- what is counted ---- */

static void each_try_is_counted_before_it_is_made(void **state) {
  Scene *scene = *state;
  CountedCall newest[CALL_WINDOW + 1];
  model_server_set_usage(scene->server, 40, 10);
  ask_in_manner(scene, MANNER_status_503, 2, 0);
  assert_int_equal(counted(scene, newest), 3);
  assert_int_equal(newest[0].tokens, model_tokens_at_most(&QUESTION)); /* it may have been billed */
  assert_int_equal(newest[2].tokens, 50);
  ask_in_manner(scene, MANNER_unauthorized, 0, 0);
  assert_int_equal(counted(scene, newest), 4);
  assert_int_equal(newest[3].tokens, 0);
}

static void over_the_cap_of_calls_nothing_is_asked(void **state) {
  Scene *scene = *state;
  Instant not_before;
  char why[MODEL_DETAIL_SIZE];
  scene->config.ai.calls_per_day = 3;
  ask_in_manner(scene, MANNER_honest, 0, 0);
  assert_int_equal(model_desk_look(&scene->desk, &QUESTION, 0, &not_before, why, &scene->err), STATUS_OK);
  assert_int_equal(not_before, INSTANT_NONE);
  assert_int_equal(model_desk_look(&scene->desk, &QUESTION, 2, &not_before, why, &scene->err), STATUS_OK);
  assert_int_equal(not_before, instant_next_utc_day(clock_now(&scene->clock))); /* those that wait take the rest */
  const ModelReply *reply = ask_in_manner(scene, MANNER_status_500, 0, 0);      /* two of four tries */
  assert_int_equal(reply->kind, MODEL_FAILING);
  assert_int_equal(calls(scene), 2);
  reply = ask_in_manner(scene, MANNER_honest, 0, 0);
  assert_int_equal(reply->kind, MODEL_NOT_ASKED);
  assert_int_equal(reply->not_before, instant_next_utc_day(clock_now(&scene->clock)));
  assert_non_null(strstr(reply->detail, "3 calls"));
  assert_int_equal(calls(scene), 0);
  assert_int_equal(model_desk_look(&scene->desk, &QUESTION, 0, &not_before, why, &scene->err), STATUS_OK);
  assert_int_equal(not_before, reply->not_before);
}

static void over_the_cap_of_tokens_nothing_is_asked(void **state) {
  Scene *scene = *state;
  int64_t most = model_tokens_at_most(&QUESTION);
  model_server_set_usage(scene->server, 90, 10);
  scene->config.ai.tokens_per_day = most + 250;
  for (int i = 0; i < 3; i++) assert_int_equal(ask_in_manner(scene, MANNER_honest, 0, 0)->kind, MODEL_ANSWERED);
  assert_int_equal(ask_in_manner(scene, MANNER_honest, 0, 0)->kind, MODEL_NOT_ASKED); /* 300 and most are too many */
  assert_non_null(strstr(scene->reply.detail, "tokens"));
}

static void tokens_that_nobody_names_are_guessed(void **state) {
  Scene *scene = *state;
  CountedCall newest[CALL_WINDOW + 1];
  const ModelReply *reply = ask_in_manner(scene, MANNER_no_usage, 0, 0);
  size_t bytes = strlen(QUESTION.system) + strlen(QUESTION.user) + strlen(QUESTION.schema_json);
  assert_true(reply->estimated);
  assert_int_equal(reply->tokens_in, (bytes + 2) / 3);
  assert_int_equal(reply->tokens_out, (strlen(reply->text) + 2) / 3);
  counted(scene, newest);
  assert_int_equal(newest[0].tokens, reply->tokens_in + reply->tokens_out);
}

static int fail_inserts(void *context, const char *operation, bool after) {
  (void)context;
  return !after && strcmp(operation, "insert") == 0;
}

static int fail_updates(void *context, const char *operation, bool after) {
  (void)context;
  return !after && strcmp(operation, "update_many") == 0;
}

static int lose_replies(void *context, const char *operation, bool after) {
  (void)context;
  return after && strcmp(operation, "insert") == 0;
}

static void a_database_that_cannot_count_lets_nothing_be_asked(void **state) {
  Scene *scene = *state;
  static DbMemoryHook *const hooks[] = {fail_inserts, lose_replies};
  model_server_behave(scene->server, MANNER_honest, 0, 0);
  for (size_t i = 0; i < 2; i++) {
    ModelReply reply = {.text = NULL};
    db_memory_set_hook(scene->memory, hooks[i], NULL);
    assert_int_equal(model_desk_ask(&scene->desk, &QUESTION, &reply, &scene->err), STATUS_UNAVAILABLE);
  }
  assert_int_equal(calls(scene), 0);
  db_memory_set_hook(scene->memory, fail_updates, NULL);
  assert_int_equal(ask(scene)->kind, MODEL_ANSWERED); /* the answer is there, and counts as many as it can take */
  CountedCall newest[CALL_WINDOW + 1];
  db_memory_set_hook(scene->memory, NULL, NULL);
  size_t count = counted(scene, newest);
  assert_int_equal(newest[count - 1].tokens, model_tokens_at_most(&QUESTION));
}

static bool is_stopping(void *self) {
  (void)self;
  return true;
}

static bool sleep_not(void *self, int64_t ms) {
  (void)self;
  (void)ms;
  return false;
}

static void a_program_that_stops_does_not_wait_for_the_model(void **state) {
  Scene *scene = *state;
  ModelReply reply = {.text = NULL};
  model_server_behave(scene->server, MANNER_hang, 0, 0);
  scene->clock.stopping = is_stopping;
  scene->clock.sleep_ms = sleep_not;
  assert_int_equal(model_desk_ask(&scene->desk, &QUESTION, &reply, &scene->err), STATUS_INTERRUPTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(gemini_in_each_manner),
      TEST(openai_in_each_manner),
      TEST(a_right_answer_has_text_version_and_tokens),
      TEST(the_key_stands_in_a_header_alone),
      TEST(a_model_on_this_host_needs_no_key),
      TEST(trouble_that_passes_is_passed_by),
      TEST(a_server_without_json_schema_is_asked_for_an_object),
      TEST(the_time_out_is_for_all_of_it),
      TEST(a_wait_that_does_not_fit_keeps_everybody_away),
      TEST(a_daily_quota_ends_the_day),
      TEST(a_door_that_is_shut_twice_is_left_alone),
      TEST(a_door_that_was_shut_once_is_not_closed),
      TEST(a_second_try_has_the_rest_of_the_time),
      TEST(a_refused_key_closes_nothing),
      TEST(each_try_is_counted_before_it_is_made),
      TEST(over_the_cap_of_calls_nothing_is_asked),
      TEST(over_the_cap_of_tokens_nothing_is_asked),
      TEST(tokens_that_nobody_names_are_guessed),
      TEST(a_database_that_cannot_count_lets_nothing_be_asked),
      TEST(a_program_that_stops_does_not_wait_for_the_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
