/* hourly_analysis --ask, and [ai] after_analysis: a model's opinion without a server. */
#include <signal.h>
#include <stdlib.h>

#include <closebell/base/json.h>

#include "ask_client.h"
#include "live_scene.h"
#include "model_answer.h"
#include "model_replay_server.h"
#include "named.h"
#include "tiny_http.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

typedef struct {
  LiveScene *scene;
  ModelServer *model;
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

static LiveWorld *world_of(Scene *scene, ModelManner manner) {
  LiveWorld *world = &scene->scene->world;
  live_set(world, "CLOSEBELL_AI_AFTER_ANALYSIS", NULL);
  live_delete(world, "system_info", "source_state", "ai");
  model_server_clear(scene->model);
  model_server_behave(scene->model, manner, 0, manner == MANNER_hang ? 60000 : 0);
  ask_point_to(world, "gemini", "replay", model_server_port(scene->model));
  return world;
}

/* ---- --ask ---- */

static void an_honest_answer_is_shown_with_our_figures(void **state) {
  LiveWorld *world = world_of(*state, MANNER_honest);
  TinyHttp model;
  char log[128];
  snprintf(log, sizeof log, "%s/model.log", world->folder);
  assert_true(tiny_http_start(&model, MODEL_HONEST, log));
  ask_point_to(world, "openai", "tiny", model.port);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 005930");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "headline: A price of KRW 56,400");
  live_assert_says(result.out, "- The value KRW 336,695,735,820,000 is large");
  live_assert_says(result.out, "f9 close: KRW 56,400");
  live_assert_says(result.out, "tiny-1");
  live_assert_says(result.out, ": accepted");
  result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 005930 --language ko");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "요약");
  live_assert_says(result.out, "headline: A price of 56,400원");
  tiny_http_stop(&model);
}

static void the_same_question_is_answered_from_the_ledger_as_over_http(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_honest);
  LiveResult first = live_run_at(world, "hourly_analysis", NOW, "--ask risk --tickers 005930,000660 --json");
  live_assert_exit(&first, 0);
  assert_true(json_is_valid(first.out));
  live_assert_says(first.out,
                   "{\"as_of\":\"2025-04-10\",\"restatement\":0,\"proof\":{\"proven\":true,\"unproven\":[]},");
  live_assert_says(first.out, "\"verdict\":\"accepted\"");
  assert_int_equal(model_server_seen(scene->model).calls, 1);
  Api api = api_start(world, "", true);
  Reply over_http = ask_post(&api, "{\"tickers\":[\"005930\",\"000660\"],\"prompt\":\"risk\"}");
  assert_int_equal(over_http.status, 200);
  LiveResult again = live_run_at(world, "hourly_analysis", NOW, "--ask risk --tickers 005930,000660 --json");
  live_assert_exit(&again, 0);
  assert_string_equal(over_http.body, again.out);
  assert_int_equal(model_server_seen(scene->model).calls, 1);
  reply_free(&over_http);
  api_stop(world, &api);
}

static void an_invented_figure_is_refused_and_the_facts_are_shown(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_digits);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 000660");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "f9 close: KRW 183,200");
  live_assert_says(result.out, ": refused: ");
  assert_null(strstr(result.out, "\n- ")); /* no text of a list in its answer */
  assert_int_equal(model_server_seen(scene->model).calls, 2);
  assert_int_equal(live_count(world, "system_info", "job_runs"), 2); /* set-up and analysis: it is no run of a job */
}

/* The reason would mend nothing: there was no answer to it. */
static void an_error_of_the_service_is_not_asked_about_again(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_status_502);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask compare --ticker 000660");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, ": refused: HTTP 502");
  assert_int_equal(model_server_seen(scene->model).calls, 1);
}

static void a_strategy_is_asked_about_largest_first(void **state) {
  LiveWorld *world = world_of(*state, MANNER_honest);
  char path[128];
  live_file(world, "all.ini", "title = All\nwhere = close > 0\n", path);
  live_file(world, "none.ini", "title = None\nwhere = close < 0\n", path);
  live_set(world, "CLOSEBELL_API_STRATEGIES", world->folder);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask compare --strategy all --json");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "\"strategy_name\":\"all\",\"tickers\":[\"005930\",\"000660\",");
  result = live_run_at(world, "hourly_analysis", NOW, "--ask compare --strategy none");
  live_assert_exit(&result, 75);
  live_assert_says(result.err, "matches no followed stock");
  live_set(world, "CLOSEBELL_API_STRATEGIES", NULL);
}

static void wrong_words_are_refused_before_anything_is_asked(void **state) {
  static const struct {
    const char *arguments, *named;
    int exit_code;
  } cases[] = {{"--ask summary", "--strategy, --tickers and --ticker", 64},
               {"--ask summary --ticker 005930 --strategy golden_cross", "one of", 64},
               {"--tickers 005930", "go with --ask", 64},
               {"--ask summary --tickers 005930,samsung", "samsung", 64},
               {"--ask summary --tickers 999999", "999999", 64},
               {"--ask sumary --ticker 005930", "summary", 64},
               {"--ask summary --strategy golden_cros", "golden_cross", 64},
               {"--ask summary --ticker 005930 --language kr", "en, ko", 64},
               {"--ask summary --ticker 005930 --force", "--ask goes with", 64},
               {"--ask summary --ticker 005930 --print", "--ask goes with", 64}};
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_honest);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    LiveResult result = live_run_at(world, "hourly_analysis", NOW, cases[i].arguments);
    live_assert_exit(&result, cases[i].exit_code);
    live_assert_says(result.err, cases[i].named);
  }
  live_set(world, "CLOSEBELL_AI_PROVIDER", NULL);
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "--ask summary --ticker 005930");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "[ai] provider");
  assert_int_equal(model_server_seen(scene->model).calls, 0);
}

static void a_dry_run_says_what_would_be_asked(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_honest);
  LiveResult result = live_look(world, "hourly_analysis", NOW, "--ask summary --ticker 005930 --dry-run");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "nothing is asked");
  live_assert_says(result.out, "f9 close");
  assert_int_equal(model_server_seen(scene->model).calls, 0);
}

static bool is_asked(LiveWorld *world, const void *context) {
  (void)world;
  return model_server_seen((ModelServer *)(uintptr_t)context).under_way > 0;
}

static void one_that_is_stopped_leaves_a_refused_decision(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_hang);
  const int64_t before = live_count(world, "system_info", "decision_ledger");
  LiveProcess process = live_start(world, "hourly_analysis", "--ask debate --ticker 051910");
  assert_true(live_wait_until(world, &process, is_asked, scene->model));
  kill(process.pid, SIGTERM);
  LiveResult result = live_finish(world, &process);
  assert_int_not_equal(result.exit_code, 0);
  assert_int_equal(live_count(world, "system_info", "decision_ledger"), before + 1);
  model_server_behave(scene->model, MANNER_honest, 0, 0);
  result = live_run_at(world, "hourly_analysis", NOW, "--ask debate --ticker 051910"); /* nobody holds it any more */
  live_assert_exit(&result, 0);
}

/* ---- [ai] after_analysis ---- */

static void a_session_is_asked_about_once_when_its_analysis_is_complete(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_honest);
  char path[128];
  live_file(world, "large.ini", "title = Large\nwhere = market_cap > 0\nsort = -market_cap\n", path);
  live_set(world, "CLOSEBELL_API_STRATEGIES", world->folder);
  live_do(world, "hourly_analysis", NOW, "--force"); /* lists of this strategy */
  const int64_t before = live_count(world, "system_info", "decision_ledger");
  live_set(world, "CLOSEBELL_AI_AFTER_ANALYSIS", "debate large 3");
  model_server_behave(scene->model, MANNER_digits, 2, 0); /* the first one is refused for good */
  LiveResult result = live_do(world, "hourly_analysis", NOW, "");
  live_assert_says(result.err, "a model was asked about 3 stocks");
  assert_int_equal(live_count(world, "system_info", "decision_ledger"), before + 3);
  assert_int_equal(model_server_seen(scene->model).calls, 4);
  live_do(world, "hourly_analysis", NOW, "");
  live_delete(world, "system_info", "source_state", "ai-after"); /* and without that mark as well */
  live_do(world, "hourly_analysis", NOW, "");
  assert_int_equal(model_server_seen(scene->model).calls, 4);
  assert_int_equal(live_count(world, "system_info", "decision_ledger"), before + 3);
}

static void what_the_budget_leaves_is_asked_by_a_later_run(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_honest);
  live_set(world, "CLOSEBELL_AI_AFTER_ANALYSIS", "risk large 2");
  live_delete(world, "system_info", "source_state", "ai-after");
  live_do(world, "hourly_analysis", NOW, "--budget 0");
  assert_int_equal(model_server_seen(scene->model).calls, 0);
  live_do(world, "hourly_analysis", NOW, "");
  assert_int_equal(model_server_seen(scene->model).calls, 2);
}

static void a_model_that_fails_costs_a_warning(void **state) {
  Scene *scene = *state;
  LiveWorld *world = world_of(scene, MANNER_unauthorized);
  live_set(world, "CLOSEBELL_AI_AFTER_ANALYSIS", "compare large 1,summary nosuch 1,nosuch large 1");
  live_delete(world, "system_info", "source_state", "ai-after");
  LiveResult result = live_do(world, "hourly_analysis", NOW, "");
  live_assert_says(result.err, "compare of");
  live_assert_says(result.err, "nosuch");
  live_set(world, "CLOSEBELL_API_STRATEGIES", NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_honest_answer_is_shown_with_our_figures),
      cmocka_unit_test(the_same_question_is_answered_from_the_ledger_as_over_http),
      cmocka_unit_test(an_invented_figure_is_refused_and_the_facts_are_shown),
      cmocka_unit_test(an_error_of_the_service_is_not_asked_about_again),
      cmocka_unit_test(a_strategy_is_asked_about_largest_first),
      cmocka_unit_test(wrong_words_are_refused_before_anything_is_asked),
      cmocka_unit_test(a_dry_run_says_what_would_be_asked),
      cmocka_unit_test(one_that_is_stopped_leaves_a_refused_decision),
      cmocka_unit_test(a_session_is_asked_about_once_when_its_analysis_is_complete),
      cmocka_unit_test(what_the_budget_leaves_is_asked_by_a_later_run),
      cmocka_unit_test(a_model_that_fails_costs_a_warning),
  };
  return cmocka_run_group_tests_name("ask", tests, fill, discard);
}
