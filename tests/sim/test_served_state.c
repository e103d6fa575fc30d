/* Which state closebell_api serves: the old one until the analysis has followed, for ten minutes without progress at
 * most; and what its proof then says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/job_status.h>
#include <closebell/store/restatements.h>

#include "api_reader.h"
#include "sim_case.h"

static const int64_t MINUTE_MS = 60 * 1000, HOUR_MS = 60 * 60 * 1000;
static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

typedef struct {
  SimCase *c;
  ApiReader *server;
  char before[64], after[64]; /* the states of the first two sessions */
} Scene;

static void look(const Scene *scene) { api_reader_look(scene->server, &scene->c->world->view); }

static ReaderAnswer ask(const Scene *scene, const char *target, int status) {
  ReaderAnswer answer = api_reader_ask(scene->server, &scene->c->world->view, target);
  if (answer.status != status) fail_msg("%s: %d: %s", target, answer.status, answer.body);
  return answer;
}

/* It is in memory, and stays as it is served, whatever becomes of the archive. */
static void assert_matrix(const Scene *scene, const char *state) {
  ReaderAnswer answer = ask(scene, "/matrix", 200);
  assert_string_equal(answer.state, state);
  free(answer.body);
}

static void assert_served(const Scene *scene, const char *state, bool open) {
  look(scene);
  ReaderAnswer answer = ask(scene, "/stocks?limit=1", 200);
  assert_string_equal(answer.state, state);
  assert_int_equal(answer.open, open);
  free(answer.body);
}

static void state_of(const Scene *scene, size_t session, int64_t restatement, char text[64]) {
  snprintf(text, 64, "{\"as_of\":\"%s\",\"restatement\":%lld", day_text(sim_case_session(scene->c, session)).text,
           (long long)restatement);
}

static Scene begin(SimCase *c) {
  Scene scene = {.c = c};
  sim_case_set_up_database(c);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
  scene.server = api_reader_open(&c->world->config, &c->world->clock, &c->world->prepared.rules.closures);
  state_of(&scene, 0, 0, scene.before);
  state_of(&scene, 1, 0, scene.after);
  assert_served(&scene, scene.before, false);
  return scene;
}

/* Of the followed stocks the one with that place is analysed, and no other. */
static void analyze_one(const Scene *scene, const char *ticker) {
  SimRun run = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.budget_ms = HOUR_MS, .ticker = ticker}};
  assert_int_equal(sim_run(scene->c->world, &run).exit_code, EXIT_DONE);
}

/* Two that are followed; free is for nobody: they are copied. */
static void find_two(const Scene *scene, char first[8], char second[8]) {
  ReaderAnswer answer = ask(scene, "/stocks?fields=ticker", 200);
  const char *at = strstr(answer.body, "\"ticker\":\"");
  assert_non_null(at);
  snprintf(first, 8, "%.6s", at + 10);
  at = strstr(at + 1, "\"ticker\":\"");
  assert_non_null(at);
  snprintf(second, 8, "%.6s", at + 10);
  free(answer.body);
}

static void the_old_state_is_served_whole_until_the_analysis_has_followed(void **state) {
  Scene scene = begin(*state);
  char first[8], second[8];
  find_two(&scene, first, second);
  sim_case_wait_for(scene.c, 1);
  sim_case_update(scene.c);
  assert_served(&scene, scene.before, false);
  analyze_one(&scene, first);
  assert_served(&scene, scene.before, false);
  assert_int_equal(sim_run(scene.c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_served(&scene, scene.after, false);
  api_reader_close(scene.server);
}

static void ten_minutes_without_progress_end_the_waiting_and_proof_names_what_is_open(void **state) {
  Scene scene = begin(*state);
  char first[8], second[8], quoted[16];
  find_two(&scene, first, second);
  sim_case_wait_for(scene.c, 1);
  sim_case_update(scene.c);
  analyze_one(&scene, first);
  assert_served(&scene, scene.before, false);
  sim_world_pass(scene.c->world, 9 * MINUTE_MS);
  assert_served(&scene, scene.before, false);
  analyze_one(&scene, second); /* progress: the ten minutes begin anew */
  assert_served(&scene, scene.before, false);
  sim_world_pass(scene.c->world, 9 * MINUTE_MS);
  assert_served(&scene, scene.before, false);
  sim_world_pass(scene.c->world, 2 * MINUTE_MS);
  assert_served(&scene, scene.after, true);
  ReaderAnswer answer = ask(&scene, "/stocks?fields=ticker", 200);
  snprintf(quoted, sizeof quoted, "\"%s\"", second);
  assert_null(strstr(strstr(answer.proof, "\"open\":"), quoted)); /* it has been analysed, others not */
  assert_non_null(strstr(answer.proof, "\"open\":[\""));
  free(answer.body);
  assert_int_equal(sim_run(scene.c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_served(&scene, scene.after, false);
  api_reader_close(scene.server);
}

static void a_restatement_waits_for_the_analysis_as_well(void **state) {
  Scene scene = begin(*state);
  Error err = {{0}};
  int64_t number;
  char restated[64];
  state_of(&scene, 0, 1, restated);
  Day from = sim_case_session(scene.c, 0);
  assert_int_equal(
      restatements_insert(&scene.c->world->view,
                          &(NewRestatement){.from = from, .reason = "a test", .at_utc = scene.c->world->now}, &number,
                          &err),
      STATUS_OK);
  assert_served(&scene, scene.before, false);
  char dated[64];
  snprintf(dated, sizeof dated, "/sessions/%s/market.csv", day_text(from).text);
  free(ask(&scene, dated, 503).body); /* what is read now belongs to no state that is served */
  assert_matrix(&scene, scene.before);
  assert_int_equal(sim_run(scene.c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_served(&scene, restated, false);
  assert_matrix(&scene, restated);
  api_reader_close(scene.server);
}

/* A copy of before has been put back. */
static void an_older_state_is_served_too(void **state) {
  Scene scene = begin(*state);
  DbMemory *before = db_memory_copy(scene.c->world->memory);
  sim_case_wait_for(scene.c, 1);
  sim_case_update(scene.c);
  assert_int_equal(sim_run(scene.c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_served(&scene, scene.after, false);
  sim_world_restore(scene.c->world, before);
  assert_served(&scene, scene.before, false);
  db_memory_free(before);
  api_reader_close(scene.server);
}

/* Its rows may be other ones by now: the status says so before they are. */
static void a_session_that_is_archived_anew_is_of_no_state_until_that_is_done(void **state) {
  Scene scene = begin(*state);
  Error err = {{0}};
  char one[64], dated[64];
  JobStatusList list = {0};
  const Db *db = &scene.c->world->view;
  Day date = sim_case_session(scene.c, 0);
  snprintf(dated, sizeof dated, "/sessions/%s/market.csv", day_text(date).text);
  snprintf(one, sizeof one, "/stocks?require=%s", day_text(date).text);
  assert_int_equal(job_status_load(db, JOB_DAILY_UPDATE, date, date, &list, &err), STATUS_OK);
  assert_int_equal(list.count, 1);
  list.items[0].state = JOB_RUNNING;
  list.items[0].end_utc = INSTANT_NONE;
  assert_int_equal(job_status_write(db, list.items, 1, &err), STATUS_OK);
  for (int looks = 0; looks < 2; looks++) {
    free(ask(&scene, dated, 503).body);
    assert_matrix(&scene, scene.before);
    ReaderAnswer answer = ask(&scene, one, 200);
    assert_non_null(strstr(answer.proof, "\"proven\":true"));
    free(answer.body);
    assert_served(&scene, scene.before, false);
  }
  sim_world_pass(scene.c->world, 11 * MINUTE_MS);
  assert_served(&scene, scene.before, true);
  ReaderAnswer answer = ask(&scene, one, 409); /* half done, and nobody goes on with it */
  assert_non_null(strstr(answer.body, day_text(date).text));
  free(answer.body);
  list.items[0].state = JOB_COMPLETED;
  list.items[0].end_utc = scene.c->world->now;
  assert_int_equal(job_status_write(db, list.items, 1, &err), STATUS_OK);
  assert_served(&scene, scene.before, false);
  free(ask(&scene, dated, 200).body);
  assert_matrix(&scene, scene.before);
  free(ask(&scene, one, 200).body);
  job_status_list_free(&list);
  api_reader_close(scene.server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_old_state_is_served_whole_until_the_analysis_has_followed),
      SIM_CASE(ten_minutes_without_progress_end_the_waiting_and_proof_names_what_is_open),
      SIM_CASE(a_restatement_waits_for_the_analysis_as_well),
      SIM_CASE(an_older_state_is_served_too),
      SIM_CASE(a_session_that_is_archived_anew_is_of_no_state_until_that_is_done),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
