/* Reports of companies, collected by the real programs from the DART server of ours: what it serves is stored, whatever
 * happens on the way. */
#include <signal.h>

#include "financials_scene.h"

enum { OLDEST_YEAR = 2022 };
static const char DAY[] = "2025-03-06", SET_UP[] = "--days 3 --financials";

/* All that is served on DAY, and nothing else. */
static void assert_all_there(Scene *scene) {
  int64_t refused, stored = scene_check_stored(scene, DAY, OLDEST_YEAR, &refused);
  assert_true(stored > 900);
  assert_int_equal(refused, 0);
  assert_int_equal(scene_count_stored(scene), stored);
}

static void a_backfill_stores_what_dart_serves(void **state) {
  Scene *scene = *state;
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
  LiveDocuments documents = live_documents(&scene->world, "financial_data", "005930");
  for (size_t i = 0; i < documents.count; i++) {
    assert_string_equal(live_text(documents.items[i], "origin"), "backfill");
    live_assert_instant(documents.items[i], "first_seen_utc");
  }
  live_documents_free(&documents);
  assert_int_equal(live_count(&scene->world, "system_info", "companies"), 57);
  assert_string_equal(live_state(&scene->world, DAY, "financials").text, "completed");
}

static void a_second_backfill_has_nothing_to_store(void **state) {
  Scene *scene = *state;
  scene_do(scene, DAY, "manual_setup", SET_UP);
  LiveDocuments before = live_documents(&scene->world, "financial_data", "000660");
  scene_do(scene, DAY, "manual_setup", SET_UP);
  LiveDocuments after = live_documents(&scene->world, "financial_data", "000660");
  assert_int_equal(before.count, after.count);
  for (size_t i = 0; i < before.count; i++) assert_true(bson_equal(before.items[i], after.items[i]));
  live_documents_free(&before);
  live_documents_free(&after);
}

/* Each question takes a while, so that it is in the middle when it dies. */
static bool has_asked(LiveWorld *world, const void *context) {
  const Scene *scene = (const Scene *)world;
  return scene_calls(scene, "multi") >= *(const long *)context;
}

static void a_backfill_that_is_killed_goes_on(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_DART_BATCH", "5");
  scene_do(scene, DAY, "manual_setup", SET_UP);
  long whole = scene_calls(scene, "multi");
  assert_true(whole > 60);
  scene_reset(state);
  live_set(&scene->world, "CLOSEBELL_DART_BATCH", "5");
  assert_true(replay_run_fault(&scene->dart, "service=multi&kind=slow&value=30"));
  for (long half = whole / 3; half < whole; half += whole / 3) {
    LiveProcess process = live_start(&scene->world, "manual_setup", "--days 3 --financials --now 2025-03-06T09:00:00Z");
    scene_at(scene, DAY);
    assert_true(live_wait_until(&scene->world, &process, has_asked, &half));
    kill(process.pid, SIGKILL);
    LiveResult result = live_finish(&scene->world, &process);
    assert_int_equal(result.signal, SIGKILL);
  }
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
  assert_true(scene_calls(scene, "multi") < whole + whole / 2);
}

static void a_batch_that_is_too_large_is_halved_and_that_is_remembered(void **state) {
  Scene *scene = *state;
  dart_run_control(&scene->dart, "limits?largest=250000");
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
  long redirected = scene_calls(scene, "redirected");
  assert_true(redirected > 0 && redirected < 6);
  assert_int_equal(scene_calls(scene, "most_companies"), 50);
  dart_run_control(&scene->dart, "forget-calls");
  scene_do(scene, "2025-04-02", "daily_update", "");
  assert_int_equal(scene_calls(scene, "redirected"), 0);
  assert_true(scene_calls(scene, "most_companies") < 26);
}

/* What was filed is listed once more, and what is there is not asked for. */
static void a_day_that_is_requested_is_swept_again(void **state) {
  Scene *scene = *state;
  scene_do(scene, DAY, "manual_setup", SET_UP);
  scene_do(scene, "2025-04-02", "daily_update", "");
  long listed = scene_calls(scene, "list");
  scene_do(scene, "2025-04-02", "daily_update",
           "--request financials --from 2025-03-01 --to 2025-04-02 --reason doubt");
  scene_do(scene, "2025-04-02", "daily_update", "");
  assert_true(scene_calls(scene, "list") > listed);
  LiveDocuments requests = live_documents(&scene->world, "system_info", "requests");
  assert_string_equal(live_text(requests.items[0], "status"), "done");
  live_assert_says(live_text(requests.items[0], "result"), "asked for again: ");
  live_documents_free(&requests);
  assert_string_equal(live_state(&scene->world, "2025-04-02", "financials").text, "completed");
}

/* What was answered before is stored; the next day goes on. The door is shut by the clock of the database's server. */
static void a_day_that_is_spent_is_over(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_DART_BATCH", "5");
  dart_run_control(&scene->dart, "limits?per_day=40");
  LiveResult result = scene_run(scene, DAY, "manual_setup", SET_UP);
  live_assert_exit(&result, 75);
  assert_int_equal(scene_calls(scene, "over_day"), 1);
  int64_t some = scene_count_stored(scene);
  assert_true(some > 0);
  result = scene_run(scene, DAY, "manual_setup", SET_UP);
  live_assert_exit(&result, 75);
  assert_int_equal(scene_calls(scene, "over_day"), 1);
  live_delete(&scene->world, "system_info", "source_state", "dart");
  dart_run_control(&scene->dart, "limits?per_day=0");
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
}

static void wrong_answers_store_nothing_wrong(void **state) {
  static const char *const faults[] = {"kind=html&times=2",
                                       "kind=redirect&times=3",
                                       "kind=cut-json&times=3",
                                       "kind=truncated&times=3",
                                       "kind=status&value=500&times=3",
                                       "kind=wrong-company&times=2",
                                       "kind=wrong-report&times=2",
                                       "kind=two-receipts&times=2",
                                       "kind=unbalanced&times=2",
                                       "kind=overflow&times=2",
                                       "kind=empty&times=2",
                                       "kind=shape&times=2",
                                       "kind=code&code=800&times=2",
                                       "kind=code&code=900&times=2",
                                       "kind=reset&times=3"};
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_DART_BATCH", "20");
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    char fault[128];
    snprintf(fault, sizeof fault, "service=multi&%s", faults[i]);
    assert_true(replay_run_fault(&scene->dart, fault));
  }
  for (int runs = 0; runs < 60 && scene_calls(scene, "faults_left") > 0; runs++) {
    LiveResult result = scene_run(scene, DAY, "manual_setup", SET_UP);
    if (result.exit_code != 75 && result.exit_code != 69) live_assert_exit(&result, 0);
    if (live_has(&scene->world, "system_info", "source_state", "dart"))
      live_delete(&scene->world, "system_info", "source_state", "dart");
  }
  assert_int_equal(scene_calls(scene, "faults_left"), 0);
  for (int i = 0; i < 2; i++) scene_do(scene, DAY, "manual_setup", SET_UP); /* goes on, then asks for what is lacking */
  assert_all_there(scene);
}

static void a_key_that_dart_does_not_know_is_named_and_hidden(void **state) {
  Scene *scene = *state;
  static const char key[] = "AnotherMadeUpKeyOfFortyCharactersForDart";
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", key);
  LiveResult result = scene_run(scene, DAY, "manual_setup", SET_UP);
  assert_int_not_equal(result.exit_code, 0);
  live_assert_says(result.err, "010");
  assert_null(strstr(result.err, "AnotherMadeUp"));
  assert_null(strstr(result.out, "AnotherMadeUp"));
  LiveDump dump = live_dump(&scene->world, LIVE_ALL);
  for (size_t i = 0; i < dump.count; i++) assert_null(strstr(dump.lines[i], "AnotherMadeUp"));
  live_dump_free(&dump);
  assert_true(scene_calls(scene, "wrong_key") <= 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_backfill_stores_what_dart_serves, scene_reset),
      cmocka_unit_test_setup(a_second_backfill_has_nothing_to_store, scene_reset),
      cmocka_unit_test_setup(a_backfill_that_is_killed_goes_on, scene_reset),
      cmocka_unit_test_setup(a_batch_that_is_too_large_is_halved_and_that_is_remembered, scene_reset),
      cmocka_unit_test_setup(a_day_that_is_requested_is_swept_again, scene_reset),
      cmocka_unit_test_setup(a_day_that_is_spent_is_over, scene_reset),
      cmocka_unit_test_setup(wrong_answers_store_nothing_wrong, scene_reset),
      cmocka_unit_test_setup(a_key_that_dart_does_not_know_is_named_and_hidden, scene_reset),
  };
  const char *only = getenv("CLOSEBELL_TEST");
  if (only != NULL) cmocka_set_test_filter(only);
  return cmocka_run_group_tests(tests, scene_start, scene_stop);
}
