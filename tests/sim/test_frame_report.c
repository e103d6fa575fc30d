/* What is told of a dataset that no line in src knows: watched, explained, planned by --dry-run, and in the metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/report/explain.h>
#include <closebell/report/metrics.h>
#include <closebell/report/watch.h>

#include "frame_case.h"

static const int64_t HOUR_MS = 60 * 60 * 1000;

static Day due_day; /* which is explained */

static void watch(Job *job, const Outcome *outcome, void *context) {
  (void)context;
  AlertReport alerts = {0};
  watch_programs(job, outcome, &alerts);
}

static bool is_late(const SimCase *c) {
  const bson_t *alert = sim_document(c->world, DB_SYSTEM, "ops_alerts", FRAME_NAME "-missing:" FRAME_NAME);
  bson_iter_t resolved;
  return alert && !(bson_iter_init_find(&resolved, alert, "resolved_utc") && BSON_ITER_HOLDS_DATE_TIME(&resolved));
}

static void one_that_does_not_come_is_told_of_and_ends(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  service.trouble = ANSWER_FAILING;
  SimRun run = frame_run(&service, (SimRun){.program = SIM_UPDATE, .after = watch});
  for (size_t i = 1; i <= 4; i++) {
    sim_case_wait_for(c, i);
    sim_run(c->world, &run);
  }
  assert_true(is_late(c));
  service.trouble = ANSWER_NONE;
  sim_run(c->world, &run);
  assert_false(is_late(c));
}

static void explain(Job *job, const Outcome *outcome, void *context) {
  Outcome explained = {0};
  (void)outcome;
  FILE *before = job->out.stream;
  job->out.stream = context;
  explain_run(job, day_text(due_day).text, &explained);
  job->out.stream = before;
}

static void a_date_is_explained_with_it(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  set_up(&service);
  sim_case_wait_for(c, 1);
  due_day = sim_case_session(c, 1);
  const SimRun run = frame_run(&service, (SimRun){.program = SIM_UPDATE, .after = explain, .after_context = out});
  sim_run(c->world, &run);
  fclose(out);
  assert_non_null(strstr(text, FRAME_NAME));
  free(text);
}

/* ---- --dry-run ---- */

/* The caller frees what it says. */
static char *dry_run(SimCase *c, FrameService *service, const UpdateOptions *named) {
  char *text = NULL;
  size_t length;
  SimRun run = {.program = SIM_UPDATE, .access = ACCESS_PLAN, .out = open_memstream(&text, &length)};
  DbMemory *before = db_memory_copy(c->world->memory);
  Error difference = {{0}};
  assert_non_null(run.out);
  run.ranged = named != NULL;
  if (named) run.update = *named;
  run = frame_run(service, run);
  assert_int_equal(sim_run(c->world, &run).exit_code, EXIT_DONE);
  fclose(run.out);
  assert_int_equal(service->asked, 0);
  if (!db_memory_equal(before, c->world->memory, NULL, &difference)) fail_msg("written: %s", difference.text);
  db_memory_free(before);
  return text;
}

/* "frame_days: ... 3 source calls" */
static bool tells(const char *text, const char *what) {
  const char *line = strstr(text, FRAME_NAME ": ");
  return line && strstr(line, what);
}

static void a_dry_run_tells_the_calls_and_writes_nothing(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  frame_want(2);
  char *text = dry_run(c, &service, NULL), calls[32];
  snprintf(calls, sizeof calls, "%d source calls", SIM_KEPT_SESSIONS);
  assert_true(tells(text, day_text(sim_case_session(c, 0)).text));
  assert_true(tells(text, calls));
  free(text);
  const UpdateOptions named = {.dataset = FRAME_NAME, .from = sim_case_session(c, 0), .to = sim_case_session(c, 0)};
  text = dry_run(c, &service, &named);
  assert_true(tells(text, "1 source call"));
  free(text);
  frame_want(1);
  text = dry_run(c, &service, NULL);
  assert_null(strstr(text, FRAME_NAME)); /* nothing would be done */
  free(text);
}

/* How the dataset says it of one that was asked for in vain twice: it ended just before the world stands where it does.
 */
static void one_that_rests_is_said_to_rest_until_when(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  char until[64], *text = NULL;
  size_t length;
  set_up(&service);
  sim_case_wait_for(c, 1);
  due_day = service.lied = sim_case_session(c, 1);
  do_run(&service, SIM_UPDATE);
  do_run(&service, SIM_UPDATE);
  snprintf(until, sizeof until, "rests until %s", instant_kst_text(c->world->now + HOUR_MS).text);
  char *planned = dry_run(c, &service, NULL);
  if (!tells(planned, until)) fail_msg("%s", planned);
  free(planned);
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  const SimRun run = frame_run(&service, (SimRun){.program = SIM_UPDATE, .after = explain, .after_context = out});
  sim_run(c->world, &run);
  fclose(out);
  if (!strstr(text, until)) fail_msg("%s", text);
  free(text);
}

/* ---- metrics ---- */

static char metrics_folder[CONFIG_TEXT_SIZE];

static int begin_with_folder(void **state) {
  snprintf(metrics_folder, sizeof metrics_folder, "%s", "/tmp/closebell-frame-XXXXXX");
  return mkdtemp(metrics_folder) ? sim_case_begin(state) : -1;
}

static const char *metrics_path(void) {
  static char path[CONFIG_TEXT_SIZE + 64];
  snprintf(path, sizeof path, "%s/closebell_daily_update.prom", metrics_folder);
  return path;
}

static int end_with_folder(void **state) {
  unlink(metrics_path());
  rmdir(metrics_folder);
  return sim_case_end(state);
}

static void leave_metrics(Job *job, const Outcome *outcome, void *context) {
  AlertReport alerts = {0};
  (void)context;
  metrics_write(job, outcome, &alerts);
}

/* Sessions that it lags behind, as the file says; -1: the file does not name it. */
static int told_lag(FrameService *service) {
  static const char NAMED[] = "dataset=\"" FRAME_NAME "\"} ";
  const SimRun run = frame_run(service, (SimRun){.program = SIM_UPDATE, .after = leave_metrics});
  char line[512];
  int lag = -1;
  sim_run(service->world, &run);
  FILE *file = fopen(metrics_path(), "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    const char *found = strstr(line, NAMED);
    if (found) lag = atoi(found + strlen(NAMED));
  }
  fclose(file);
  return lag;
}

static void its_lag_is_in_the_metrics(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  snprintf(c->world->config.metrics.textfile_dir, sizeof c->world->config.metrics.textfile_dir, "%s", metrics_folder);
  set_up(&service);
  sim_case_wait_for(c, 1);
  assert_int_equal(told_lag(&service), 0);
  service.trouble = ANSWER_FAILING;
  for (size_t i = 2; i <= 3; i++) {
    sim_case_wait_for(c, i);
    assert_int_equal(told_lag(&service), i - 1);
  }
  service.trouble = ANSWER_NONE;
  assert_int_equal(told_lag(&service), 0);
  frame_want(0); /* the settings want none of it */
  assert_int_equal(told_lag(&service), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(one_that_does_not_come_is_told_of_and_ends),
      SIM_CASE(a_date_is_explained_with_it),
      SIM_CASE(a_dry_run_tells_the_calls_and_writes_nothing),
      SIM_CASE(one_that_rests_is_said_to_rest_until_when),
      cmocka_unit_test_setup_teardown(its_lag_is_in_the_metrics, begin_with_folder, end_with_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
