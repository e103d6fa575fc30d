/* market_flow and minute_prices of chosen stocks in what watches over closebell: metrics, alerts, --explain, --history.
 */
#include "flow_scene.h"
#include "live_files.h"
#include "named.h"

static const char *const ALERTS[] = {"market_flow-missing:market_flow", "minute_prices-missing:minute_prices"};

/* The newest that daily_update left; the caller frees it. */
static char *metrics(LiveWorld *world) {
  char path[160];
  snprintf(path, sizeof path, "%s/closebell_daily_update.prom", world->folder);
  return live_read_file(path);
}

static void assert_lags(LiveWorld *world, int sessions) {
  static const char *const names[] = {"market_flow", "minute_prices"};
  char wanted[128], *text = metrics(world);
  for (size_t i = 0; i < 2; i++) {
    snprintf(wanted, sizeof wanted, "closebell_dataset_lag_sessions{program=\"daily_update\",dataset=\"%s\"} %d\n",
             names[i], sessions);
    live_assert_says(text, wanted);
  }
  free(text);
}

static void no_broker(Scene *scene) {
  control(scene, "fault?service=investor&kind=status&value=503");
  control(scene, "fault?service=minutes-dated&kind=status&value=503");
  control(scene, "fault?service=minutes&kind=status&value=503");
}

/* As though the updates had been done long ago: what follows them has had its time. */
static void age(Scene *scene, const char *date) {
  char id[64];
  snprintf(id, sizeof id, "%s_daily_update", date);
  live_update(&scene->world, "system_info", "job_status", id,
              "{\"$set\": {\"end_time_utc\": {\"$date\": \"2024-10-17T00:00:00Z\"}}}");
}

static void assert_alerts(Scene *scene, bool open) {
  for (size_t i = 0; i < 2; i++) {
    bson_t *alert = live_get(&scene->world, "system_info", "ops_alerts", ALERTS[i]);
    assert_string_equal(live_text(alert, "severity"), "WARN");
    assert_int_equal(live_has_field(alert, "resolved_utc"), !open);
    bson_destroy(alert);
  }
}

static void what_does_not_come_lags_is_told_and_ends_when_it_has_come(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene, "both");
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", world->folder);
  do_at(scene, EVENING, "");
  next_day(scene);
  do_at(scene, NEXT, "");
  assert_lags(world, 0);
  no_broker(scene);
  next_day(scene);
  run_at(scene, "2024-10-16T00:00:00Z", "");
  assert_lags(world, 2);
  for (size_t i = 0; i < 2; i++) assert_false(live_has(world, "system_info", "ops_alerts", ALERTS[i]));
  age(scene, "2024-10-14");
  age(scene, "2024-10-15");
  run_at(scene, "2024-10-16T00:00:00Z", "");
  assert_alerts(scene, true);
  control(scene, "clear");
  next_day(scene);
  do_at(scene, "2024-10-16T00:00:00Z", "--dataset market_flow");
  do_at(scene, "2024-10-16T00:00:00Z", "--dataset minute_prices");
  do_at(scene, "2024-10-16T00:00:00Z", "");
  assert_alerts(scene, false);
  assert_lags(world, 0);
}

static void what_they_lack_is_explained(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  control(scene, "fault?service=investor&kind=negative&times=1");
  run_at(scene, EVENING, "--dataset market_flow --date 2024-10-11");
  LiveResult result = live_look(&scene->world, "daily_update", EVENING, "--explain 2024-10-11");
  live_assert_exit(&result, 0);
  assert_named(result.out, "market_flow|failed");
  assert_named(result.out, "3 of 4 rows");
  assert_named(result.out, "1 of 4 stocks|000020");
  assert_named(result.out, "alert|WARN market-flow|000020");
  result = live_look(&scene->world, "daily_update", EVENING, "--history");
  live_assert_exit(&result, 0);
  assert_named(result.out, "daily_update|75|market_flow|1 failed");
}

static void without_chosen_stocks_nothing_is_said_of_them(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene, "both");
  live_set(world, "CLOSEBELL_FLOW_STOCKS", NULL);
  live_set(world, "CLOSEBELL_MINUTES_STOCKS", NULL);
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", world->folder);
  do_at(scene, NEXT, "");
  char *text = metrics(world);
  assert_null(strstr(text, "closebell_dataset_lag_sessions"));
  free(text);
  LiveResult result = live_look(world, "daily_update", NEXT, "--explain 2024-10-11");
  assert_null(strstr(result.out, "market_flow"));
  assert_null(strstr(result.out, "minute_prices"));
}

int main(int argc, char **argv) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(what_does_not_come_lags_is_told_and_ends_when_it_has_come),
      TEST(what_they_lack_is_explained),
      TEST(without_chosen_stocks_nothing_is_said_of_them),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, start, stop);
}
