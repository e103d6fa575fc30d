/* The model server of ours is held against what is known of the services: shapes, errors, and what it notes of a
 * question. It is asked without any code of closebell's that reads answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <closebell/base/clock.h>
#include <closebell/source/http.h>

#include "model_replay_server.h"

typedef struct {
  ModelServer *server;
  Clock clock;
  HttpOutcome outcome;
  int status;
  int64_t retry_after_ms;
  json_t *root;
  char text[4096]; /* the beginning of the body */
  size_t length;
} Scene;

static const char GEMINI[] = "/v1beta/models/a-model:generateContent", OPENAI[] = "/v1/chat/completions";
static const char GEMINI_BODY[] =
    "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":"
    "\"[{\\\"id\\\":\\\"f7\\\"}]\"}]}],\"generationConfig\":{\"responseSchema\":{\"type\":\"object\",\"properties\":{"
    "\"view\":{\"enum\":[\"BUY\"]},\"lines\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"string\"}}}}}}";
static const char OPENAI_BODY[] =
    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"[{"
    "\\\"id\\\":\\\"f7\\\"}]\"}],\"response_format\":{\"type\":\"json_object\"}}";

static int begin(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  scene->server = model_server_start(0);
  scene->clock = clock_system(-1);
  *state = scene;
  return scene->server == NULL ? -1 : 0;
}

static int end(void **state) {
  Scene *scene = *state;
  json_decref(scene->root);
  model_server_stop(scene->server);
  free(scene);
  return 0;
}

static HttpUse keep(void *context, size_t index, const HttpAnswer *answer) {
  Scene *scene = context;
  (void)index;
  scene->outcome = answer->outcome;
  scene->status = answer->status;
  scene->retry_after_ms = answer->retry_after_ms;
  scene->length = answer->length;
  snprintf(scene->text, sizeof scene->text, "%s", answer->body);
  json_decref(scene->root);
  scene->root = json_loadb(answer->body, answer->length, 0, NULL);
  return HTTP_NO_MATTER;
}

static void post(Scene *scene, const char *path, const char *body) {
  char url[256];
  Http *http;
  Error err;
  const HttpOptions options = {.rate_per_second = 1000,
                               .parallel = 1,
                               .connect_timeout_ms = 5000,
                               .timeout_ms = 5000,
                               .max_answer_bytes = 4 << 20};
  snprintf(url, sizeof url, "http://127.0.0.1:%u%s", model_server_port(scene->server), path);
  const HttpRequest request = {
      .url = url, .body = body, .headers = {"Content-Type: application/json", "x-goog-api-key: k"}};
  assert_int_equal(http_open(&http, &options, &scene->clock, &err), STATUS_OK);
  assert_int_equal(http_get_all(http, &request, 1, keep, scene, &err), STATUS_OK);
  http_close(http);
}

static void gemini(Scene *scene, ModelManner manner, int64_t value) {
  model_server_behave(scene->server, manner, 0, value);
  post(scene, GEMINI, GEMINI_BODY);
}

static void openai(Scene *scene, ModelManner manner, int64_t value) {
  model_server_behave(scene->server, manner, 0, value);
  post(scene, OPENAI, OPENAI_BODY);
}

#define UNPACK(scene, ...) assert_int_equal(json_unpack((scene)->root, __VA_ARGS__), 0)

/* ---- shapes ---- */

static void gemini_answers_as_the_schema_says(void **state) {
  Scene *scene = *state;
  const char *text, *finish, *version;
  int in, out;
  gemini(scene, MANNER_honest, 0);
  assert_int_equal(scene->status, 200);
  UNPACK(scene, "{s:[{s:{s:[{s:s}]}, s:s}], s:s, s:{s:i, s:i}}", "candidates", "content", "parts", "text", &text,
         "finishReason", &finish, "modelVersion", &version, "usageMetadata", "promptTokenCount", &in,
         "candidatesTokenCount", &out);
  assert_string_equal(finish, "STOP");
  assert_string_equal(version, "a-model");
  json_t *answer = json_loads(text, 0, NULL);
  assert_string_equal(json_string_value(json_object_get(answer, "view")), "BUY");
  assert_int_equal(json_array_size(json_object_get(answer, "lines")), 2);
  assert_non_null(strstr(text, "{f7}"));
  json_decref(answer);
}

static void openai_answers_with_a_choice(void **state) {
  Scene *scene = *state;
  const char *text, *finish, *model;
  int in, out;
  openai(scene, MANNER_honest, 0);
  UNPACK(scene, "{s:[{s:{s:s}, s:s}], s:s, s:{s:i, s:i}}", "choices", "message", "content", &text, "finish_reason",
         &finish, "model", &model, "usage", "prompt_tokens", &in, "completion_tokens", &out);
  assert_string_equal(finish, "stop");
  assert_string_equal(model, "m");
  assert_non_null(strstr(text, "{f7}"));
}

static void a_blocked_question_has_no_candidate(void **state) {
  Scene *scene = *state;
  const char *reason;
  gemini(scene, MANNER_blocked, 0);
  UNPACK(scene, "{s:{s:s}}", "promptFeedback", "blockReason", &reason);
  assert_null(json_object_get(scene->root, "candidates"));
}

static void thoughts_are_marked(void **state) {
  Scene *scene = *state;
  int thought;
  gemini(scene, MANNER_thoughts, 0);
  UNPACK(scene, "{s:[{s:{s:[{s:b}]}}]}", "candidates", "content", "parts", "thought", &thought);
  assert_true(thought);
}

/* ---- errors ---- */

static void a_throttled_question_says_when_again(void **state) {
  Scene *scene = *state;
  const char *type, *delay, *code;
  gemini(scene, MANNER_throttled, 34000);
  assert_int_equal(scene->status, 429);
  UNPACK(scene, "{s:{s:s, s:[{s:s, s:s}]}}", "error", "status", &code, "details", "@type", &type, "retryDelay", &delay);
  assert_string_equal(code, "RESOURCE_EXHAUSTED");
  assert_string_equal(delay, "34.000s");
  openai(scene, MANNER_throttled, 2000);
  assert_int_equal(scene->retry_after_ms, 2000);
}

static void a_daily_quota_names_itself(void **state) {
  Scene *scene = *state;
  const char *code;
  gemini(scene, MANNER_daily_quota, 0);
  assert_non_null(strstr(scene->text, "PerDay"));
  openai(scene, MANNER_daily_quota, 0);
  UNPACK(scene, "{s:{s:s}}", "error", "code", &code);
  assert_string_equal(code, "insufficient_quota");
}

static void errors_have_their_status(void **state) {
  static const struct {
    ModelManner manner;
    int status;
    bool json;
  } rows[] = {{MANNER_bad_request, 400, true}, {MANNER_unauthorized, 401, true}, {MANNER_forbidden, 403, true},
              {MANNER_html_403, 403, false},   {MANNER_not_found, 404, true},    {MANNER_status_500, 500, true},
              {MANNER_status_502, 502, false}, {MANNER_status_503, 503, true},   {MANNER_status_504, 504, true}};
  Scene *scene = *state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gemini(scene, rows[i].manner, 0);
    assert_int_equal(scene->status, rows[i].status);
    assert_int_equal(scene->root != NULL, rows[i].json);
    openai(scene, rows[i].manner, 0);
    assert_int_equal(scene->status, rows[i].status);
  }
}

static void the_way_there_can_be_broken(void **state) {
  Scene *scene = *state;
  gemini(scene, MANNER_reset, 0);
  assert_int_equal(scene->outcome, HTTP_CUT_SHORT);
  gemini(scene, MANNER_cut, 0);
  assert_int_equal(scene->outcome, HTTP_CUT_SHORT);
  gemini(scene, MANNER_redirect, 0);
  assert_int_equal(scene->outcome, HTTP_MISDIRECTED);
  gemini(scene, MANNER_huge, 0);
  assert_int_equal(scene->length, 2 << 20);
  gemini(scene, MANNER_hang, 20000);
  assert_int_equal(scene->outcome, HTTP_TIMED_OUT);
}

/* ---- manners ---- */

static void a_name_chooses_the_manner(void **state) {
  Scene *scene = *state;
  post(scene, "/v1beta/models/replay-status_503:generateContent", GEMINI_BODY);
  assert_int_equal(scene->status, 503);
}

static void a_manner_lasts_as_long_as_it_was_set(void **state) {
  Scene *scene = *state;
  model_server_behave(scene->server, MANNER_status_500, 1, 0);
  post(scene, GEMINI, GEMINI_BODY);
  assert_int_equal(scene->status, 500);
  post(scene, GEMINI, GEMINI_BODY);
  assert_int_equal(scene->status, 200);
}

static void a_program_is_controlled_over_http(void **state) {
  Scene *scene = *state;
  int count;
  post(scene, "/control/manner?name=not_found", "");
  post(scene, OPENAI, OPENAI_BODY);
  assert_int_equal(scene->status, 404);
  post(scene, "/control/seen", "");
  UNPACK(scene, "{s:i}", "calls", &count);
  assert_int_equal(count, 1);
  post(scene, "/control/manner?name=unheard_of", "");
  assert_int_equal(scene->status, 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(gemini_answers_as_the_schema_says),
      TEST(openai_answers_with_a_choice),
      TEST(a_blocked_question_has_no_candidate),
      TEST(thoughts_are_marked),
      TEST(a_throttled_question_says_when_again),
      TEST(a_daily_quota_names_itself),
      TEST(errors_have_their_status),
      TEST(the_way_there_can_be_broken),
      TEST(a_name_chooses_the_manner),
      TEST(a_manner_lasts_as_long_as_it_was_set),
      TEST(a_program_is_controlled_over_http),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
