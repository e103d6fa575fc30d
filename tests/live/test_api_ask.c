/* closebell_api: /ai/analysis: what is refused, asked, answered again, and what becomes of it when a server stops. */
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <closebell/base/json.h>
#include <closebell/base/text.h>

#include "ask_client.h"
#include "live_scene.h"
#include "model_answer.h"
#include "named.h"
#include "tiny_http.h"

static const char NOW[] = "2025-04-11T00:00:00Z";
enum { BURST = 6 };

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 300");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

/* ---- the model ---- */

static TinyHttp start_model(LiveWorld *world, const char *answer) {
  char log[128];
  TinyHttp model;
  snprintf(log, sizeof log, "%s/model.log", world->folder);
  assert_true(tiny_http_start(&model, answer, log));
  ask_point_to(world, "openai", "tiny", model.port);
  return model;
}

static int calls_of(LiveWorld *world) {
  char log[128];
  int calls = 0;
  snprintf(log, sizeof log, "%s/model.log", world->folder);
  FILE *file = fopen(log, "r");
  assert_non_null(file);
  for (int c, before = '\n'; (c = fgetc(file)) != EOF; before = c) calls += before == '\n' && c == 'P';
  fclose(file);
  return calls;
}

/* A model that takes questions, and never says anything. */
static int start_hanging(LiveWorld *world) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 256) == 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
  ask_point_to(world, "openai", "tiny", ntohs(address.sin_port));
  return fd;
}

/* ---- requests ---- */

static void expect_refused(const Api *api, const char *body, int status, const char *named) {
  Reply reply = ask_post(api, body);
  if (reply.status != status || !strstr(reply.body, named))
    fail_msg("POST %.120s: %d %s", body, reply.status, reply.body);
  reply_free(&reply);
}

/* ---- what is refused ---- */

static void a_wrong_question_is_refused_and_says_why(void **state) {
  static const struct {
    const char *body, *named;
  } cases[] = {{"{}", "\"parameter\":\"tickers\""},
               {"{\"tickers\":[\"005930\"],\"strategy_name\":\"golden_cross\"}", "both there"},
               {"{\"tickers\":[]}", "1 to 30"},
               {"{\"tickers\":\"005930\"}", "1 to 30"},
               {"{\"tickers\":[\"samsung\"]}", "samsung"},
               {"{\"tickers\":[\"999999\"]}", "999999"},
               {"{\"tickers\":[5930]}", "\"parameter\":\"tickers\""},
               {"{\"tickers\":[\"005930\"],\"prompt\":\"sumary\"}", "\"nearest\":\"summary\""},
               {"{\"tickers\":[\"005930\"],\"prompt\":[\"summary\"]}", "\"parameter\":\"prompt\""},
               {"{\"tickers\":[\"005930\"],\"language\":\"kr\"}", "\"parameter\":\"language\""},
               {"{\"tickers\":[\"005930\"],\"languag\":\"ko\"}", "\"nearest\":\"language\""},
               {"{\"tickers\":[\"005930\"],\"model\":\"x\"}", "\"parameter\":\"model\""},
               {"{\"tickers\":[\"005930\"],\"tickers\":[\"000660\"]}", "twice"},
               {"{\"strategy_name\":\"golden_cros\"}", "\"nearest\":\"golden_cross\""},
               {"[]", "\"status\":400"},
               {"", "\"status\":400"}};
  LiveWorld *world = &((LiveScene *)*state)->world;
  TinyHttp model = start_model(world, MODEL_HONEST);
  Api api = api_start(world, "", true);
  TextBuffer many = {0};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) expect_refused(&api, cases[i].body, 400, cases[i].named);
  text_buffer_printf(&many, "{\"tickers\":[\"005930\"");
  for (int i = 0; i < 30; i++) text_buffer_printf(&many, ",\"005930\"");
  text_buffer_printf(&many, "]}");
  expect_refused(&api, many.data, 400, "1 to 30");
  text_buffer_free(&many);
  free(api_expect(&api, "/ai/analysis/nothing", 404));
  free(api_expect(&api, "/ai/analysis/01J9ZK3W8Q2V5T7Y9B1D3F5H7K", 404));
  assert_int_equal(calls_of(world), 0);
  api_stop(world, &api);
  tiny_http_stop(&model);
}

/* ---- what is answered ---- */

static void an_answer_is_asked_for_once_and_given_again(void **state) {
  static const char body[] = "{\"tickers\":[\"005930\"]}";
  LiveWorld *world = &((LiveScene *)*state)->world;
  char place[ASK_PLACE_SIZE];
  TinyHttp model = start_model(world, MODEL_HONEST);
  Api api = api_start(world, "", true), other = api_start(world, "", true);
  char *first = ask_await_decided(&api, ask_expect_asked(&api, body, place));
  assert_true(json_is_valid(first));
  live_assert_says(first, "{\"as_of\":\"2025-04-10\",\"restatement\":0,\"proof\":{\"proven\":true");
  live_assert_says(first, "\"verdict\":\"accepted\"");
  live_assert_says(first, "A price of KRW 56,400");
  live_assert_says(first, "\"final_decision\":\"NO_DECISION\"");
  live_assert_says(first, "\"model\":\"tiny\",\"model_version\":\"tiny-1\"");
  live_assert_says(first, "\"hunter_score\":");
  live_assert_says(first, "\"f9\"");
  Reply again = ask_post(&other, body);
  assert_int_equal(again.status, 200);
  assert_string_equal(again.body, first);
  reply_free(&again);
  assert_int_equal(calls_of(world), 1);
  api_stop(world, &other);
  api_stop(world, &api);
  free(first);
  tiny_http_stop(&model);
}

static void an_invention_reaches_nobody_and_may_be_asked_about_again(void **state) {
  static const char body[] = "{\"tickers\":[\"000660\"],\"language\":\"ko\"}";
  LiveWorld *world = &((LiveScene *)*state)->world;
  char place[ASK_PLACE_SIZE], another[ASK_PLACE_SIZE];
  TinyHttp model = start_model(world, MODEL_INVENTING);
  Api api = api_start(world, "", true);
  char *answer = ask_await_decided(&api, ask_expect_asked(&api, body, place));
  live_assert_says(answer, "\"verdict\":\"refused: ");
  live_assert_says(answer, "\"answer\":{},");
  live_assert_says(answer, "\"final_decision\":\"NO_DECISION\"");
  live_assert_says(answer, "\"field\"");
  assert_null(strstr(answer, "1597"));
  free(answer);
  assert_int_equal(calls_of(world), 2); /* and once more, with the reason */
  free(ask_await_decided(&api, ask_expect_asked(&api, body, another)));
  assert_string_not_equal(place, another);
  api_stop(world, &api);
  tiny_http_stop(&model);
}

static void the_same_question_on_two_servers_is_one_call(void **state) {
  static const char body[] = "{\"tickers\":[\"005380\",\"000660\"]}";
  LiveWorld *world = &((LiveScene *)*state)->world;
  char places[2 * BURST][ASK_PLACE_SIZE];
  int hanging = start_hanging(world);
  Api one = api_start(world, "", true), other = api_start(world, "", true);
  for (int i = 0; i < 2 * BURST; i++) ask_expect_asked(i % 2 ? &other : &one, body, places[i]);
  for (int i = 1; i < 2 * BURST; i++) assert_string_equal(places[i], places[0]);
  char *running = api_expect(&other, places[0], 202);
  live_assert_says(running, "\"status\":\"running\"");
  free(running);
  api_stop(world, &one);
  char *stopped = api_expect(&other, places[0], 200);
  live_assert_says(stopped, "\"verdict\":\"refused: the server stopped");
  free(stopped);
  api_stop(world, &other);
  close(hanging);
}

/* ---- strategies ---- */

static void a_strategy_gives_its_matches_or_409(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  char place[ASK_PLACE_SIZE];
  TinyHttp model = start_model(world, MODEL_HONEST);
  const char *folder = world->folder;
  char path[128], directory[160];
  live_file(world, "all.ini", "title = All\nwhere = close > 0\n", path);
  live_file(world, "none.ini", "title = None\nwhere = close < 0\n", path);
  snprintf(directory, sizeof directory, "%s", folder);
  live_set(world, "CLOSEBELL_API_STRATEGIES", directory);
  Api api = api_start(world, "", true);
  expect_refused(&api, "{\"strategy_name\":\"none\"}", 409, "matches no");
  char *answer = ask_await_decided(&api, ask_expect_asked(&api, "{\"strategy_name\":\"all\"}", place));
  live_assert_says(answer, "\"strategy_name\":\"all\",\"tickers\":[\"005930\",\"000660\",");
  free(answer);
  live_set(world, "CLOSEBELL_API_STRATEGIES", NULL);
  api_stop(world, &api);
  tiny_http_stop(&model);
}

/* ---- caps and stops ---- */

static void over_the_cap_is_429_and_what_is_known_is_answered(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  char place[ASK_PLACE_SIZE], value[32], cap[16];
  TinyHttp model = start_model(world, MODEL_HONEST);
  snprintf(cap, sizeof cap, "%d", (int)live_count(world, "system_info", "source_state")); /* more than were counted */
  Api api = api_start(world, "", true);
  free(ask_await_decided(&api, ask_expect_asked(&api, "{\"tickers\":[\"005490\"]}", place)));
  api_stop(world, &api);
  live_set(world, "CLOSEBELL_AI_CALLS_PER_DAY", "1");
  api = api_start(world, "", true);
  Reply reply = ask_post(&api, "{\"tickers\":[\"051910\"]}");
  assert_int_equal(reply.status, 429);
  assert_true(atoi(reply_header(&reply, "Retry-After", value, sizeof value)) >= 1);
  live_assert_says(reply.body, "calls are used up");
  reply_free(&reply);
  reply = ask_post(&api, "{\"tickers\":[\"005490\"]}");
  assert_int_equal(reply.status, 200);
  reply_free(&reply);
  api_stop(world, &api);
  tiny_http_stop(&model);
}

static int by_length(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* A figure to look at: how long it takes depends on what else the machine does. */
static int64_t slowest_but_one_in_a_hundred(const Api *api) {
  enum { TIMES = 300 };
  int64_t took[TIMES];
  for (int i = 0; i < TIMES; i++) {
    const int64_t begun = now_us();
    free(api_expect(api, "/healthz", 200));
    took[i] = now_us() - begun;
  }
  qsort(took, TIMES, sizeof took[0], by_length);
  return took[TIMES * 99 / 100];
}

static void readers_are_served_while_a_model_hangs_and_the_server_stops(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  char *tickers[128], place[ASK_PLACE_SIZE] = "", body[128];
  size_t count = 0, asked = 0, full = 0;
  int hanging = start_hanging(world);
  LiveDocuments latest = live_documents(world, "system_info", "latest_analysis");
  for (; count < latest.count && count < 128; count++) tickers[count] = strdup(live_id(latest.items[count]));
  live_documents_free(&latest);
  Api api = api_start(world, "", true);
  for (size_t i = 0; i < 4 * count && full == 0; i++) {
    static const char *const prompts[] = {"summary", "compare", "debate", "risk"};
    snprintf(body, sizeof body, "{\"tickers\":[\"%s\"],\"prompt\":\"%s\",\"language\":\"ko\"}", tickers[i / 4],
             prompts[i % 4]);
    Reply reply = ask_post(&api, body);
    if (reply.status == 202) reply_header(&reply, "Location", place, sizeof place);
    asked += reply.status == 202;
    full += reply.status == 503;
    if (reply.status != 202 && reply.status != 503) fail_msg("%s: %d %s", body, reply.status, reply.body);
    reply_free(&reply);
  }
  assert_true(asked >= 50);
  if (4 * count > 68) assert_true(full == 1 && asked >= 64 && asked <= 68);
  print_message("/healthz within %d us, 99 of 100 times\n", (int)slowest_but_one_in_a_hundred(&api));
  free(api_expect(&api, "/stocks", 200));
  free(api_expect(&api, place, 202));
  const int64_t begun = live_now_ms();
  api_stop(world, &api);
  print_message("%zu asked, stopped in %d ms\n", asked, (int)(live_now_ms() - begun));
  api = api_start(world, "", true);
  char *answer = api_expect(&api, place, 200);
  live_assert_says(answer, "refused: the server stopped");
  free(answer);
  api_stop(world, &api);
  for (size_t i = 0; i < count; i++) free(tickers[i]);
  close(hanging);
}

static void what_a_server_that_died_left_is_told(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  TinyHttp model = start_model(world, MODEL_HONEST);
  live_insert(world, "system_info", "source_state",
              "{\"_id\": \"ai-run:01J9ZK3W8Q2V5T7Y9B1D3F5H7M\", \"asked_utc\": {\"$date\": \"2025-04-01T00:00:00Z\"}, "
              "\"until_utc\": {\"$date\": \"2025-04-01T00:01:00Z\"}, \"kind\": \"summary\", \"model\": \"tiny\"}");
  Api api = api_start(world, "", true);
  char *answer = api_expect(&api, "/ai/analysis/01J9ZK3W8Q2V5T7Y9B1D3F5H7M", 200);
  live_assert_says(answer, "\"verdict\":\"refused: the program that asked has ended");
  live_assert_says(answer, "\"facts\":[]");
  free(answer);
  api_stop(world, &api);
  tiny_http_stop(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_wrong_question_is_refused_and_says_why),
      cmocka_unit_test(an_answer_is_asked_for_once_and_given_again),
      cmocka_unit_test(an_invention_reaches_nobody_and_may_be_asked_about_again),
      cmocka_unit_test(the_same_question_on_two_servers_is_one_call),
      cmocka_unit_test(a_strategy_gives_its_matches_or_409),
      cmocka_unit_test(over_the_cap_is_429_and_what_is_known_is_answered),
      cmocka_unit_test(readers_are_served_while_a_model_hangs_and_the_server_stops),
      cmocka_unit_test(what_a_server_that_died_left_is_told),
  };
  return cmocka_run_group_tests_name("api ask", tests, fill, live_scene_close);
}
