/* closebell_api and a model in every manner: what reaches a reader, what does not, and what is told of it. */
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include <closebell/base/json.h>
#include <closebell/base/json_writer.h>
#include <closebell/base/text.h>

#include "ask_client.h"
#include "inventions.h"
#include "live_scene.h"
#include "model_replay_server.h"
#include "named.h"
#include "replay_http.h"

static const char NOW[] = "2025-04-11T00:00:00Z";
enum {
  HONEST_SHORT = 8,
  HONEST_LONG = 200,
  INVENTIONS_SHORT = 48,
  INVENTIONS_LONG = 1000,
  CAP = 7,
  TICKERS = 32,
  BODY_SIZE = 160
};

typedef struct {
  LiveScene *scene;
  ModelServer *model;
  char tickers[TICKERS][8]; /* followed */
  size_t count;
  unsigned asked; /* so many questions so far: no two are the same */
} Scene;

static int fill(void **state) {
  static Scene scene;
  void *live = NULL;
  if (live_scene_open(&live) != 0) return -1;
  scene.scene = live;
  live_set(&scene.scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_set(&scene.scene->world, "CLOSEBELL_RETRY_SCALE", "0.01");
  live_do(&scene.scene->world, "manual_setup", NOW, "--days 60");
  live_do(&scene.scene->world, "hourly_analysis", NOW, "");
  LiveDocuments latest = live_documents(&scene.scene->world, "system_info", "latest_analysis");
  for (size_t i = 0; i < latest.count && scene.count < TICKERS; i++)
    snprintf(scene.tickers[scene.count++], sizeof scene.tickers[0], "%s", live_id(latest.items[i]));
  live_documents_free(&latest);
  assert_true(scene.count >= 6);
  scene.model = model_server_start(0);
  *state = &scene;
  return scene.model ? 0 : -1;
}

static int discard(void **state) {
  Scene *scene = *state;
  void *live = scene->scene;
  model_server_stop(scene->model);
  return live_scene_close(&live);
}

static bool is_long(void) {
  const char *set = getenv("CLOSEBELL_TEST_LONG");
  return set && strcmp(set, "1") == 0;
}

static Api start_with_model(Scene *scene, const char *provider) {
  LiveWorld *world = &scene->scene->world;
  model_server_behave(scene->model, MANNER_honest, 0, 0);
  model_server_clear(scene->model);
  live_delete(world, "system_info", "source_state", "ai"); /* what an earlier manner has shut */
  ask_point_to(world, provider, "replay", model_server_port(scene->model));
  return api_start(world, "", true);
}

/* ---- questions ---- */

/* Another body for another number, with three stocks. */
static const char *body_of(const Scene *scene, unsigned number, char body[BODY_SIZE]) {
  static const char *const prompts[] = {"summary", "compare", "debate", "risk"};
  const size_t count = scene->count;
  size_t first = number / 8 % count, step = 1 + number / 8 / count % (count / 3);
  snprintf(body, BODY_SIZE, "{\"tickers\":[\"%s\",\"%s\",\"%s\"],\"prompt\":\"%s\",\"language\":\"%s\"}",
           scene->tickers[first], scene->tickers[(first + step) % count], scene->tickers[(first + 2 * step) % count],
           prompts[number % 4], number / 4 % 2 ? "ko" : "en");
  return body;
}

/* ---- honest answers ---- */

static bool shows(const char *text, const char *figure) { return strstr(text, figure) != NULL; }

/* Every figure of the answer is printed by the rule from the value of the stored document. */
static void check_figure(LiveWorld *world, const json_t *facts, const char *id) {
  size_t index;
  json_t *fact;
  json_array_foreach(facts, index, fact) {
    if (strcmp(json_string_value(json_object_get(fact, "id")), id) != 0) continue;
    const char *field = json_string_value(json_object_get(fact, "field"));
    const json_t *value = json_object_get(fact, "value");
    bson_t *document =
        live_get(world, "system_info", "latest_analysis", json_string_value(json_object_get(fact, "ticker")));
    bson_iter_t at;
    assert_true(bson_iter_init_find(&at, document, field));
    if (json_is_string(value))
      assert_string_equal(json_string_value(value), live_text(document, field));
    else
      assert_true(json_number_value(value) == bson_iter_as_double(&at));
    bson_destroy(document);
    return;
  }
  fail_msg("the answer has a figure of %s, which is no fact", id);
}

/* By characters, as figures count. */
static const char *at_character(const char *text, size_t position) {
  while (position > 0 && *text) {
    text++;
    position -= (*text & 0xc0) != 0x80;
  }
  return text;
}

/* "KRW 1,234.5" and 1234.5: the digits shown are those of the value, correctly rounded. */
static void check_digits(const json_t *value, const char *shown, size_t length) {
  char digits[64];
  size_t count = 0, decimals = 0;
  bool point = false;
  for (size_t i = 0; i < length && count + 1 < sizeof digits; i++) {
    bool digit = shown[i] >= '0' && shown[i] <= '9';
    bool sign = shown[i] == '-' && count == 0;
    decimals += digit && point;
    if (shown[i] == '.') point = true;
    if (digit || sign || shown[i] == '.') digits[count++] = shown[i];
  }
  digits[count] = '\0';
  double half = 0.5 * pow(10, -(double)decimals) * (1 + 1e-9);
  if (fabs(strtod(digits, NULL) - json_number_value(value)) > half)
    fail_msg("%.*s is shown for %.17g", (int)length, shown, json_number_value(value));
}

static const json_t *text_of(const json_t *answer, const json_t *figure) {
  const json_t *member = json_object_get(answer, json_string_value(json_object_get(figure, "member")));
  const json_t *item = json_object_get(figure, "item");
  if (item) member = json_array_get(member, (size_t)json_integer_value(item));
  return json_is_object(member) ? json_object_get(member, "text") : member;
}

static size_t check_figures(LiveWorld *world, const char *body) {
  size_t index, k;
  json_t *figure, *fact, *all = json_loads(body, 0, NULL);
  const json_t *figures = json_object_get(all, "figures"), *facts = json_object_get(all, "facts");
  json_array_foreach(figures, index, figure) {
    const char *id = json_string_value(json_object_get(figure, "fact"));
    const char *text = json_string_value(text_of(json_object_get(all, "answer"), figure));
    check_figure(world, facts, id);
    assert_non_null(text);
    const char *from = at_character(text, (size_t)json_integer_value(json_object_get(figure, "position")));
    const char *to = at_character(from, (size_t)json_integer_value(json_object_get(figure, "length")));
    json_array_foreach(facts, k, fact) {
      const json_t *value = json_object_get(fact, "value");
      if (strcmp(json_string_value(json_object_get(fact, "id")), id) == 0 && json_is_number(value))
        check_digits(value, from, (size_t)(to - from));
    }
  }
  size_t count = json_array_size(figures);
  json_decref(all);
  return count;
}

static void honest_answers_are_accepted_and_their_figures_are_the_documents(void **state) {
  Scene *scene = *state;
  char body[BODY_SIZE], place[ASK_PLACE_SIZE];
  size_t figures = 0;
  Api api = start_with_model(scene, "gemini");
  const int wanted = is_long() ? HONEST_LONG : HONEST_SHORT;
  for (int i = 0; i < wanted; i++) {
    char *answer = ask_await_decided(&api, ask_expect_asked(&api, body_of(scene, scene->asked++, body), place));
    if (!shows(answer, "\"verdict\":\"accepted\"")) fail_msg("%s: %.1500s", body, answer);
    assert_true(json_is_valid(answer));
    figures += check_figures(&scene->scene->world, answer);
    free(answer);
  }
  print_message("%d honest answers, %zu figures, each that of its document\n", wanted, figures);
  assert_true(figures > 0);
  api_stop(&scene->scene->world, &api);
}

/* ---- every manner ---- */

/* What one service has no way to say is a right answer from it. Without a schema ours answers another object. */
static bool is_good(ModelManner manner, const char *provider) {
  switch (manner) {
  case MANNER_honest:
  case MANNER_thinking:
  case MANNER_no_usage:
  case MANNER_other_version:
  case MANNER_drip:
    return true;
  case MANNER_refusal:
    return strcmp(provider, "gemini") == 0;
  default:
    return false;
  }
}

static void check_manner(Scene *scene, const Api *api, const char *provider, ModelManner manner) {
#define NAME(name, ...) #name,
  static const char *const names[] = {MODEL_MANNERS(NAME)};
#undef NAME
  char body[BODY_SIZE], place[ASK_PLACE_SIZE];
  live_delete(&scene->scene->world, "system_info", "source_state", "ai");
  model_server_behave(scene->model, manner, 0, manner == MANNER_hang ? 60000 : manner == MANNER_drip ? 200 : 0);
  char *answer = ask_await_decided(api, ask_expect_asked(api, body_of(scene, scene->asked++, body), place));
  bool accepted = shows(answer, "\"verdict\":\"accepted\"");
  if (accepted != is_good(manner, provider))
    fail_msg("%s %s is %s: %.900s", provider, names[manner], accepted ? "accepted" : "refused", answer);
  if (!accepted) live_assert_says(answer, "\"answer\":{}");
  if (!accepted) live_assert_says(answer, "\"final_decision\":\"NO_DECISION\"");
  if (manner == MANNER_other_version) live_assert_says(answer, "\"model_version\":\"another-model-2\"");
  assert_null(strstr(answer, "MadeUpKeyOfTests"));
  free(answer);
}

static void each_manner_has_its_verdict(Scene *scene, const char *provider) {
  LiveWorld *world = &scene->scene->world;
  Api api = start_with_model(scene, provider);
  api_stop(world, &api);
  live_set(world, "CLOSEBELL_AI_TIMEOUT", "2s");
  api = api_start(world, "", true);
  for (int i = 0; i < MANNER_COUNT; i++) check_manner(scene, &api, provider, (ModelManner)i);
  live_set(world, "CLOSEBELL_AI_TIMEOUT", NULL);
  api_stop(world, &api);
}

static void each_manner_of_gemini_has_its_verdict(void **state) { each_manner_has_its_verdict(*state, "gemini"); }
static void each_manner_of_openai_has_its_verdict(void **state) { each_manner_has_its_verdict(*state, "openai"); }

/* ---- inventions ---- */

typedef struct {
  ReplayDaemon daemon;
  char text[INVENTION_SIZE]; /* as it stands in JSON */
} Inventor;

static enum MHD_Result invent(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **request) {
  Inventor *inventor = context;
  (void)url, (void)method, (void)version, (void)data;
  if (!*request || *size > 0) {
    *request = inventor;
    *size = 0;
    return MHD_YES;
  }
  TextBuffer inner = {0}, whole = {0};
  pthread_mutex_lock(&inventor->daemon.lock);
  text_buffer_printf(&inner,
                     "{\"headline\":\"Of {f1}\",\"summary\":\"%s\",\"strengths\":[],\"weaknesses\":[],"
                     "\"dominant_keywords\":[]}",
                     inventor->text);
  pthread_mutex_unlock(&inventor->daemon.lock);
  text_buffer_printf(&whole, "{\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":");
  json_append_text(&whole, inner.data, inner.length);
  text_buffer_printf(&whole, "}}]}");
  enum MHD_Result sent = replay_answer_json(connection, 200, whole.data);
  text_buffer_free(&inner);
  text_buffer_free(&whole);
  return sent;
}

static void no_invention_reaches_a_reader(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->scene->world;
  Inventor inventor = {.text = "It is {f9}"};
  char place[ASK_PLACE_SIZE];
  const ReplayDaemonOptions options = {.program = "inventor", .answer = invent, .context = &inventor};
  assert_true(replay_daemon_start(&inventor.daemon, &options));
  ask_point_to(world, "openai", "inventor", replay_daemon_port(&inventor.daemon));
  Api api = api_start(world, "", true);
  const unsigned wanted = is_long() ? INVENTIONS_LONG : INVENTIONS_SHORT;
  for (unsigned seed = 0; seed < wanted; seed++) {
    pthread_mutex_lock(&inventor.daemon.lock);
    invention(seed, inventor.text);
    pthread_mutex_unlock(&inventor.daemon.lock);
    char *answer = ask_await_decided(&api, ask_expect_asked(&api, "{\"tickers\":[\"005930\"]}", place));
    if (!shows(answer, "\"verdict\":\"refused: ") || !shows(answer, "\"answer\":{},") || shows(answer, inventor.text))
      fail_msg("invention %u, %s: %.1500s", seed, inventor.text, answer);
    free(answer);
  }
  snprintf(inventor.text, sizeof inventor.text, "It is {f9}"); /* or else all would be refused */
  char *answer = ask_await_decided(&api, ask_expect_asked(&api, "{\"tickers\":[\"005930\"]}", place));
  live_assert_says(answer, "\"verdict\":\"accepted\"");
  free(answer);
  print_message("%u inventions, 0 reached a reader\n", wanted);
  api_stop(world, &api);
  replay_daemon_stop(&inventor.daemon);
}

/* ---- one cap ---- */

static int64_t calls_counted(LiveWorld *world) {
  LiveDocuments states = live_documents(world, "system_info", "source_state");
  int64_t counted = 0;
  for (size_t i = 0; i < states.count; i++) counted += strncmp(live_id(states.items[i]), "ai-call:", 8) == 0;
  live_documents_free(&states);
  return counted;
}

static void two_servers_keep_to_one_cap(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->scene->world;
  char body[BODY_SIZE], cap[16];
  int over = 0;
  snprintf(cap, sizeof cap, "%d", (int)calls_counted(world) + CAP);
  Api one = start_with_model(scene, "gemini");
  api_stop(world, &one);
  live_set(world, "CLOSEBELL_AI_CALLS_PER_DAY", cap);
  one = api_start(world, "", true);
  Api other = api_start(world, "", true);
  for (int i = 0; i < 4 * CAP; i++) {
    Reply reply = ask_post(i % 2 ? &one : &other, body_of(scene, scene->asked++, body));
    over += reply.status == 429;
    if (reply.status != 202 && reply.status != 429) fail_msg("%s: %d %s", body, reply.status, reply.body);
    reply_free(&reply);
  }
  api_stop(world, &one);
  api_stop(world, &other);
  ModelSeen seen = model_server_seen(scene->model);
  print_message("%ld calls under a cap of %d, %d refused\n", seen.calls, (int)CAP, over);
  assert_true(seen.calls <= CAP);
  assert_true(over > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(honest_answers_are_accepted_and_their_figures_are_the_documents),
      cmocka_unit_test(each_manner_of_gemini_has_its_verdict),
      cmocka_unit_test(each_manner_of_openai_has_its_verdict),
      cmocka_unit_test(no_invention_reaches_a_reader),
      cmocka_unit_test(two_servers_keep_to_one_cap),
  };
  return cmocka_run_group_tests_name("api ask manners", tests, fill, discard);
}
