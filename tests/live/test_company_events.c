/* What companies decide about their shares, collected by the real programs from the DART server of ours, and which of
 * it explains the corporate actions of January 2023. */
#include <signal.h>

#include "live_dart.h"
#include "live_db.h"
#include "named.h"

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun dart;
} Scene;

static const char BEGIN[] = "2023-01-16", MIDDLE[] = "2023-01-20", END[] = "2023-02-15";

static int start(void **state) {
  static Scene scene;
  live_world_open(&scene.world, LIVE_RAW);
  assert_true(dart_run_start(&scene.dart, DART_REPLAY, TEST_DATA "/dart_events", "2023-01-16T09:00:00"));
  *state = &scene;
  return 0;
}

static int stop(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_stop(&scene->dart));
  live_world_close(&scene->world);
  return 0;
}

static int reset(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MARKETS", "KOSPI,KOSDAQ,KONEX");
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "0");
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "0");
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.001");
  dart_run_reset(&scene->dart, "2023-01-16T09:00:00");
  live_dart_use(&scene->world, &scene->dart);
  return 0;
}

/* ---- running ---- */

/* At nine in the morning in Korea of that day, by all clocks. */
static LiveResult run(Scene *scene, const char *day, const char *program, const char *arguments) {
  char korean[32], now[32];
  snprintf(korean, sizeof korean, "%sT09:00:00", day);
  snprintf(now, sizeof now, "%sT00:00:00Z", day);
  dart_run_at(&scene->dart, korean);
  return live_run_at(&scene->world, program, now, arguments);
}

static void must(Scene *scene, const char *day, const char *program, const char *arguments) {
  LiveResult result = run(scene, day, program, arguments);
  live_assert_exit(&result, 0);
}

static const char *state_of(Scene *scene, const char *day) {
  static LiveState state;
  state = live_state(&scene->world, day, "company_events");
  return state.text;
}

/* ---- what must be stored ---- */

static void expect(Scene *scene, const char *id, const char *field, const char *value) {
  bson_t *event = live_get(&scene->world, "system_info", "company_events", id);
  bool has = live_has_field(event, field);
  if (has != (value[0] != '\0')) fail_msg("%s: %s is %s", id, field, has ? "there" : "absent");
  if (has) assert_string_equal(live_text(event, field), value);
  bson_destroy(event);
}

static void expect_ratio(Scene *scene, const char *id, double ratio) {
  bson_t *event = live_get(&scene->world, "system_info", "company_events", id);
  assert_true(live_double(event, "ratio") > ratio * 0.999999 && live_double(event, "ratio") < ratio * 1.000001);
  bson_destroy(event);
}

static bool is_stored(Scene *scene, const char *id) { return live_has(&scene->world, "system_info", "company_events", id); }

/* "": nothing explains it. */
static void expect_explained(Scene *scene, const char *action, const char *filing) {
  bson_t *document = live_get(&scene->world, "system_info", "corporate_actions", action);
  const char *found = live_has_field(document, "explained_by") ? live_text(document, "explained_by") : "";
  if (strcmp(found, filing) != 0) fail_msg("%s is explained by \"%s\", not \"%s\"", action, found, filing);
  bson_destroy(document);
}

/* All that the services give at the beginning, and nothing else. */
static void expect_beginning(Scene *scene) {
  assert_string_equal(state_of(scene, BEGIN), "waiting"); /* 131400's reduction is listed, and given on the 18th */
  assert_int_equal(live_count(&scene->world, "system_info", "company_events"), 7);
  expect(scene, "20230104000205", "kind", "bonus_issue");
  expect(scene, "20230104000205", "ticker", "311320");
  expect(scene, "20230104000205", "first_filed", "2022-12-15");
  expect(scene, "20230104000205", "filed", "2023-01-04");
  expect(scene, "20230104000205", "base_date", "2023-01-12");
  expect(scene, "20230104000205", "listing_date", "2023-02-06");
  expect(scene, "20230104000205", "report_name", "[기재정정]주요사항보고서(무상증자결정)");
  expect(scene, "20230104000205", "origin", "backfill");
  expect_ratio(scene, "20230104000205", 0.9955556);
  expect(scene, "20221212000033", "listing_date", "");
  expect(scene, "20221212000033", "first_filed", "");
  assert_true(is_stored(scene, "20221212000051") && is_stored(scene, "20221212000052"));
  expect(scene, "20230105000012", "kind", "rights_issue");
  expect(scene, "20230105000012", "base_date", "");
  expect(scene, "20230105000012", "report_name", "주요사항보고서 (유상증자결정)");
  expect(scene, "20220301000020", "kind", "split_off");
  expect(scene, "20220301000020", "base_date", "2022-04-01");
  expect(scene, "20210901000021", "kind", "merger");
  expect(scene, "20210901000021", "base_date", "2021-10-01");
  expect(scene, "20210901000021", "listing_date", "");
  expect_explained(scene, "311320:2023-01-11", "20230104000205");
  expect_explained(scene, "086960:2023-01-09", "20221212000033");
  expect_explained(scene, "095700:2023-01-11", "20221212000052");
  expect_explained(scene, "131400:2023-01-03", "");
}

static void decisions_are_stored_as_they_were_filed_and_explain_what_moved_prices(void **state) {
  Scene *scene = *state;
  must(scene, BEGIN, "manual_setup", "--days 10");
  expect_beginning(scene);
  must(scene, MIDDLE, "daily_update", "");
  assert_string_equal(state_of(scene, MIDDLE), "completed");
  assert_string_equal(state_of(scene, BEGIN), "completed");
  expect(scene, "20230110000700", "kind", "capital_reduction");
  expect(scene, "20230110000700", "base_date", "2023-01-02");
  expect_ratio(scene, "20230110000700", 1.0 / 1.957);
  expect_explained(scene, "131400:2023-01-03", "20230110000700");
  LiveResult result = run(scene, MIDDLE, "hourly_analysis", "--explain 311320");
  live_assert_exit(&result, 0);
  assert_named(result.out, "explained by|20230104000205|bonus_issue");
  /* The withdrawal comes. */
  must(scene, END, "daily_update", "");
  assert_string_equal(state_of(scene, END), "completed");
  expect(scene, "20230208000401", "first_filed", "2022-12-12");
  expect(scene, "20230208000401", "origin", "live");
  expect(scene, "20230208000401", "base_date", "");
  assert_true(is_stored(scene, "20221212000033"));
  expect_explained(scene, "086960:2023-01-09", "");
  expect_explained(scene, "311320:2023-01-11", "20230104000205");
  assert_int_equal(live_count(&scene->world, "system_info", "company_events"), 9);
  assert_false(is_stored(scene, "20230106000011")); /* of a decision from before what is kept */
  result = run(scene, END, "manual_setup", "--verify");
  live_assert_exit(&result, 0);
}

/* Each question takes a while, so that it is in the middle when it dies. */
static bool has_asked(LiveWorld *world, const void *context) {
  const Scene *scene = (const Scene *)world;
  return replay_run_calls(&scene->dart, "events") >= *(const long *)context;
}

static void a_back_fill_that_is_killed_goes_on(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_fault(&scene->dart, "service=events&kind=slow&value=50"));
  for (long asked = 2; asked < 7; asked += 2) {
    LiveProcess process = live_start(&scene->world, "manual_setup", "--days 10 --now 2023-01-16T00:00:00Z");
    assert_true(live_wait_until(&scene->world, &process, has_asked, &asked));
    kill(process.pid, SIGKILL);
    LiveResult result = live_finish(&scene->world, &process);
    assert_int_equal(result.signal, SIGKILL);
  }
  must(scene, BEGIN, "manual_setup", "--days 10");
  expect_beginning(scene);
}

static void wrong_answers_store_nothing_wrong(void **state) {
  static const char *const faults[] = {"events&kind=html&times=2",          "events&kind=redirect&times=2",
                                       "events&kind=cut-json&times=2",      "events&kind=truncated&times=2",
                                       "events&kind=status&value=500&times=2", "events&kind=wrong-company&times=1",
                                       "events&kind=shape&times=1",         "events&kind=code&code=800&times=2",
                                       "events&kind=code&code=900&times=2", "events&kind=reset&times=2",
                                       "list&kind=html&times=2",            "list&kind=cut-json&times=2"};
  Scene *scene = *state;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    char fault[128];
    snprintf(fault, sizeof fault, "service=%s", faults[i]);
    assert_true(replay_run_fault(&scene->dart, fault));
  }
  for (int runs = 0; runs < 40 && replay_run_calls(&scene->dart, "faults_left") > 0; runs++) {
    LiveResult result = runs ? run(scene, BEGIN, "daily_update", "--dataset company_events")
                             : run(scene, BEGIN, "manual_setup", "--days 10");
    if (result.exit_code != 75 && result.exit_code != 69) live_assert_exit(&result, 0);
    if (live_has(&scene->world, "system_info", "source_state", "dart"))
      live_delete(&scene->world, "system_info", "source_state", "dart");
  }
  assert_int_equal(replay_run_calls(&scene->dart, "faults_left"), 0);
  must(scene, BEGIN, "daily_update", "--dataset company_events");
  expect_beginning(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(decisions_are_stored_as_they_were_filed_and_explain_what_moved_prices, reset),
      cmocka_unit_test_setup(a_back_fill_that_is_killed_goes_on, reset),
      cmocka_unit_test_setup(wrong_answers_store_nothing_wrong, reset),
  };
  const char *only = getenv("CLOSEBELL_TEST");
  if (only != NULL) cmocka_set_test_filter(only);
  return cmocka_run_group_tests(tests, start, stop);
}
