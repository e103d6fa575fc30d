/* hourly_analysis --ask, and [ai] after_analysis: a model's opinion without a server. */
#include <closebell/base/json.h>

#include "live_scene.h"
#include "named.h"
#include "tiny_http.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

#define ANSWER(CONTENT)                                                                                                \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"                                     \
  "{\"model\":\"tiny-1\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\""  \
  "{\\\"headline\\\":\\\"" CONTENT "\\\",\\\"summary\\\":\\\"It stands at {f2}.\\\",\\\"strengths\\\":[],"             \
  "\\\"weaknesses\\\":[],\\\"dominant_keywords\\\":[\\\"price\\\"]}\"}}],"                                             \
  "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20}}"
static const char HONEST[] = ANSWER("A price of {f1}"), INVENTING[] = ANSWER("It rose by 15 percent");

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static void start_model(LiveWorld *world, TinyHttp *model, const char *answer) {
  char log[128], url[64];
  snprintf(log, sizeof log, "%s/model.log", world->folder);
  assert_true(tiny_http_start(model, answer, log));
  snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", model->port);
  live_set(world, "CLOSEBELL_AI_PROVIDER", "openai");
  live_set(world, "CLOSEBELL_AI_MODEL", "tiny");
  live_set(world, "CLOSEBELL_AI_BASE_URL", url);
}

static void an_honest_answer_is_shown_with_our_figures(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  TinyHttp model;
  start_model(world, &model, HONEST);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 005930");
  print_message("%s\n%s\n", result.out, result.err);
  live_assert_exit(&result, 0);
  result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --tickers 005930 --json");
  print_message("%s\n%s\n", result.out, result.err);
  live_assert_exit(&result, 0);
  tiny_http_stop(&model);
}

static void an_invented_figure_reaches_nobody(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  TinyHttp model;
  start_model(world, &model, INVENTING);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 000660");
  print_message("%s\n%s\n", result.out, result.err);
  live_assert_exit(&result, 75);
  tiny_http_stop(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_honest_answer_is_shown_with_our_figures),
      cmocka_unit_test(an_invented_figure_reaches_nobody),
  };
  return cmocka_run_group_tests_name("ask", tests, fill, live_scene_close);
}
