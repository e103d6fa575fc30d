/* What all that only looks tells of an evening: --dry-run, --explain, --history, --verify, the metrics, the watch. */
#include <stdlib.h>

#include "evening_scene.h"
#include "live_files.h"
#include "named.h"

static const char SET_UP[] = "2025-04-10T00:00:00Z", EVENING[] = "2025-04-10T06:42:00Z";
static const char NIGHT[] = "2025-04-10T12:00:00Z", MORNING[] = "2025-04-11T00:00:00Z", DATE[] = "2025-04-10";

static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  configure(scene);
  if (live_return(&scene->world, "analysed")) return 0;
  live_do(&scene->world, "manual_setup", SET_UP, "--days 12");
  live_do(&scene->world, "hourly_analysis", SET_UP, "");
  live_keep(&scene->world, "analysed");
  return 0;
}

/* A line of it names all parts. */
static void assert_look(Scene *scene, const char *program, const char *now, const char *arguments, const char *parts) {
  LiveResult result = live_look(&scene->world, program, now, arguments);
  live_assert_exit(&result, 0);
  assert_named(result.out, parts);
}

static void an_evening_to_come_is_in_the_dry_run_and_nobody_is_asked(void **state) {
  Scene *scene = *state;
  assert_look(scene, "daily_update", EVENING, "--dry-run", "evening:|1 would be asked for|2025-04-10");
  assert_int_equal(count(scene, "calls"), 0);
}

static void each_step_of_an_evening_is_explained(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  live_do(world, "daily_update", EVENING, "");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 2025-04-10", "evening|completed|attempt 1");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 2025-04-10", "provisional|not analysed yet");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 005930", "provisional|2025-04-10|not analysed yet");
  assert_look(scene, "hourly_analysis", NIGHT, "--dry-run", "2025-04-10|provisional|would be analysed");
  live_do(world, "hourly_analysis", NIGHT, "--quota 5");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 2025-04-10", "provisional|5 tickers|so far");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 005930", "provisional|2025-04-10: analysed");
  live_do(world, "hourly_analysis", NIGHT, "");
  assert_look(scene, "hourly_analysis", NIGHT, "--explain 2025-04-10", "provisional|tickers analysed|lists");
  live_do(world, "daily_update", MORNING, "");
  assert_look(scene, "daily_update", MORNING, "--explain 2025-04-10",
              "provisional|the next hourly_analysis|final session");
  live_do(world, "hourly_analysis", MORNING, "");
  assert_look(scene, "daily_update", MORNING, "--explain 2025-04-10", "provisional|gone|0 stocks");
  LiveResult result = live_look(world, "hourly_analysis", MORNING, "--explain 005930");
  assert_null(strstr(result.out, "provisional"));
  assert_look(scene, "daily_update", MORNING, "--history", "daily_update|evening: 1 evenings");
}

static void a_session_without_an_evening_is_explained_without(void **state) {
  Scene *scene = *state;
  LiveResult result = live_look(&scene->world, "hourly_analysis", NIGHT, "--explain 2025-04-09");
  live_assert_exit(&result, 0);
  assert_null(strstr(result.out, "provisional"));
}

static void an_evening_whose_document_is_gone_is_found_and_read_again_by_its_name(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  live_do(world, "daily_update", EVENING, "");
  live_do(world, "manual_setup", EVENING, "--verify");
  live_delete(world, "system_info", "evening_days", DATE);
  LiveResult result = live_run_at(world, "manual_setup", EVENING, "--verify");
  live_assert_exit(&result, 75);
  assert_named(result.out, "2025-04-10|evening|daily_update --dataset evening --date 2025-04-10");
  live_do(world, "daily_update", EVENING, "--dataset evening --date 2025-04-10");
  result = live_run_at(world, "manual_setup", EVENING, "--verify");
  live_assert_exit(&result, 0);
  assert_named(result.err, "evening: 1 of 1 evenings");
}

/* It may be missed: it lags behind nothing, and nobody waits for it. */
static void an_evening_that_never_comes_is_in_no_metric_and_no_alert(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  char path[160];
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", world->folder);
  control(scene, "fault?service=quotes&kind=status&value=503");
  live_do(world, "daily_update", EVENING, "");
  live_update(world, "system_info", "job_status", "2025-04-09_daily_update",
              "{\"$set\": {\"end_time_utc\": {\"$date\": \"2025-04-01T00:00:00Z\"}}}");
  live_do(world, "daily_update", MORNING, "");
  snprintf(path, sizeof path, "%s/closebell_daily_update.prom", world->folder);
  char *text = live_read_file(path);
  assert_non_null(strstr(text, "dataset=\"market_totals\""));
  assert_null(strstr(text, "dataset=\"evening\""));
  free(text);
  LiveDocuments alerts = live_documents(world, "system_info", "ops_alerts");
  for (size_t i = 0; i < alerts.count; i++) assert_null(strstr(live_id(alerts.items[i]), "evening"));
  live_documents_free(&alerts);
}

int main(int argc, char **argv) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(an_evening_to_come_is_in_the_dry_run_and_nobody_is_asked),
      TEST(each_step_of_an_evening_is_explained),
      TEST(a_session_without_an_evening_is_explained_without),
      TEST(an_evening_whose_document_is_gone_is_found_and_read_again_by_its_name),
      TEST(an_evening_that_never_comes_is_in_no_metric_and_no_alert),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, start, stop);
}
