/* Reports of companies day after day: corrections, withdrawals, lies, outages, and pauses of the programs. */
#include "financials_scene.h"

static void set_up(Scene *scene, const char *day) { scene_do(scene, day, "manual_setup", "--days 3 --financials"); }
static void update(Scene *scene, const char *day) { scene_do(scene, day, "daily_update", ""); }

/* How many documents of ops alerts have that kind, and are open or not. */
static size_t count_alerts(Scene *scene, const char *kind, bool open) {
  LiveDocuments alerts = live_documents(&scene->world, "system_info", "ops_alerts");
  size_t count = 0;
  for (size_t i = 0; i < alerts.count; i++) {
    bool is_open = !live_has_field(alerts.items[i], "resolved_utc");
    count += is_open == open && strstr(live_id(alerts.items[i]), kind) != NULL;
  }
  live_documents_free(&alerts);
  return count;
}

static void assert_state(Scene *scene, const char *date, const char *state) {
  assert_string_equal(live_state(&scene->world, date, "financials").text, state);
}

/* What was served on the first day, and all that was filed until the second: stored as it came. */
static void assert_served_is_stored(Scene *scene, const char *day) {
  int64_t refused, stored = scene_check_stored(scene, day, atoi(day) - 3, &refused);
  assert_true(stored > 0 && scene_count_stored(scene) >= stored);
}

/* ---- what is filed ---- */

static void a_correction_stands_beside_what_it_corrects(void **state) {
  Scene *scene = *state;
  static const char report[] = "2023-12-31:annual:CFS:";
  set_up(scene, "2024-05-17");
  assert_int_equal(scene_versions(scene, "000660", report), 1);
  update(scene, "2024-05-17");
  dart_run_control(&scene->dart, "forget-calls");
  update(scene, "2024-05-20");
  assert_int_equal(scene_versions(scene, "000660", report), 2);
  assert_int_equal(scene_calls(scene, "multi"), 1);
  LiveDocuments documents = live_documents(&scene->world, "financial_data", "000660");
  size_t live = 0;
  for (size_t i = 0; i < documents.count; i++) {
    const char *filed = live_text(documents.items[i], "filed"), *origin = live_text(documents.items[i], "origin");
    bool is_new = strcmp(filed, "2024-05-20") == 0;
    if (is_new) assert_string_equal(origin, "live");
    if (strcmp(filed, "2024-05-01") < 0) assert_string_equal(origin, "backfill");
    live += is_new;
  }
  assert_int_equal(live, 2);
  live_documents_free(&documents);
  update(scene, "2024-07-08");
  assert_int_equal(scene_versions(scene, "000660", report), 3);
  assert_served_is_stored(scene, "2024-07-08");
}

static void a_report_is_withdrawn_and_filed_anew(void **state) {
  Scene *scene = *state;
  static const char report[] = "2024-06-30:half:CFS:";
  set_up(scene, "2024-08-16");
  assert_int_equal(scene_versions(scene, "017510", report), 1);
  update(scene, "2024-08-21");
  assert_int_equal(scene_versions(scene, "017510", report), 1);
  update(scene, "2024-08-26");
  assert_int_equal(scene_versions(scene, "017510", report), 2);
}

static void what_is_listed_and_not_given_is_asked_for_again(void **state) {
  Scene *scene = *state;
  static const char report[] = "2024-09-30:q3:";
  set_up(scene, "2024-10-31");
  update(scene, "2024-11-15");
  assert_state(scene, "2024-11-15", "waiting");
  bson_t *status = live_get(&scene->world, "system_info", "job_status", "2024-11-15_financials");
  static const char *const missing[] = {"040910"};
  assert_true(live_array_is(status, "missing", missing, 1));
  bson_destroy(status);
  assert_int_equal(scene_versions(scene, "040910", report), 0);
  assert_int_equal(scene_versions(scene, "005930", report), 2);
  update(scene, "2024-11-20");
  assert_int_equal(scene_versions(scene, "040910", report), 2);
  assert_state(scene, "2024-11-20", "completed");
  assert_state(scene, "2024-11-15", "completed");
}

static void a_late_report_is_found_by_the_day_on_which_it_is_filed(void **state) {
  Scene *scene = *state;
  set_up(scene, "2024-06-26");
  assert_int_equal(scene_versions(scene, "001570", "2023-12-31:annual:"), 0);
  update(scene, "2024-06-28");
  assert_int_equal(scene_versions(scene, "001570", "2023-12-31:annual:"), 2);
}

/* ---- lies ---- */

static void assets_that_do_not_add_up_are_not_stored_until_they_do(void **state) {
  Scene *scene = *state;
  static const char report[] = "2024-06-30:half:";
  set_up(scene, "2024-08-16");
  assert_int_equal(scene_versions(scene, "033230", report), 0);
  assert_true(count_alerts(scene, "report-refused", true) > 0);
  update(scene, "2024-09-02");
  assert_int_equal(scene_versions(scene, "033230", report), 2);
  assert_int_equal(count_alerts(scene, "report-refused", true), 0);
  assert_true(count_alerts(scene, "report-refused", false) > 0);
}

static void other_values_under_the_same_receipt_number_are_kept_beside(void **state) {
  Scene *scene = *state;
  static const char report[] = "2024-09-30:q3:CFS:";
  set_up(scene, "2024-11-29");
  assert_int_equal(scene_versions(scene, "038880", report), 1);
  update(scene, "2024-12-03");
  assert_int_equal(scene_versions(scene, "038880", report), 2);
  assert_true(count_alerts(scene, "report-contradicted", true) > 0);
  LiveDocuments documents = live_documents(&scene->world, "financial_data", "038880");
  const bson_t *first = NULL, *second = NULL;
  for (size_t i = 0; i < documents.count; i++) {
    if (strncmp(live_id(documents.items[i]), report, strlen(report)) != 0) continue;
    if (first == NULL)
      first = documents.items[i];
    else
      second = documents.items[i];
  }
  assert_non_null(second);
  assert_int_equal(strlen(live_id(second)), strlen(live_id(first)) + 2);
  assert_string_equal(live_id(second) + strlen(live_id(first)), ":2");
  assert_true(live_int64(second, "net_income") < live_int64(first, "net_income"));
  live_documents_free(&documents);
}

/* ---- outages and pauses ---- */

/* Prices go on meanwhile. */
static void a_closed_dart_costs_time_only(void **state) {
  Scene *scene = *state;
  set_up(scene, "2024-08-07");
  dart_run_control(&scene->dart, "closed?from=2024-08-08T00:00:00%2B09:00&until=2024-08-16T00:00:00%2B09:00");
  for (int day = 12; day <= 14; day++) {
    char date[16];
    snprintf(date, sizeof date, "2024-08-%d", day);
    LiveResult result = scene_run(scene, date, "daily_update", "");
    if (result.exit_code != 0 && result.exit_code != 75) live_assert_exit(&result, 0);
    assert_state(scene, date, "waiting");
  }
  assert_true(scene_calls(scene, "closed") > 0);
  live_delete(&scene->world, "system_info", "source_state", "dart");
  update(scene, "2024-08-16");
  assert_served_is_stored(scene, "2024-08-16");
  update(scene, "2024-09-03");
  assert_state(scene, "2024-09-03", "completed");
  assert_served_is_stored(scene, "2024-09-03");
}

/* From summer to spring nobody runs anything; what was filed meanwhile is listed in pieces of three months. 064400 was
 * listed meanwhile: its older reports come with the monthly check. */
static void a_pause_of_any_length_is_caught_up(void **state) {
  Scene *scene = *state;
  set_up(scene, "2024-07-10");
  dart_run_control(&scene->dart, "forget-calls");
  update(scene, "2025-04-25");
  assert_state(scene, "2025-04-25", "completed");
  assert_served_is_stored(scene, "2025-04-25");
  assert_true(scene_calls(scene, "list") >= 8);
}

/* A year of fortnights: each version of a report that was served at the end of one of them is stored. */
static void a_year_of_fortnights(void **state) {
  Scene *scene = *state;
  set_up(scene, "2024-01-12");
  int64_t before = scene_count_stored(scene);
  for (long day = scene_day("2024-01-26"); day <= scene_day("2025-01-10"); day += 14) {
    char compact[REPLAY_DAY_TEXT_SIZE], date[16];
    replay_day_compact(day, compact);
    snprintf(date, sizeof date, "%.4s-%.2s-%.2s", compact, compact + 4, compact + 6);
    LiveResult result = scene_run(scene, date, "daily_update", "");
    if (result.exit_code != 75) live_assert_exit(&result, 0);
  }
  assert_served_is_stored(scene, "2025-01-10");
  assert_true(scene_count_stored(scene) > before + 300);
  assert_int_equal(scene_versions(scene, "000660", "2023-12-31:annual:CFS:"), 3);
  LiveResult result = live_run(&scene->world, "manual_setup", "--verify --now 2025-01-10T09:00:00Z");
  live_assert_exit(&result, 0);
}

/* ---- what somebody has done to the database ---- */

static void a_lost_document_is_found_and_comes_back_from_the_archive(void **state) {
  Scene *scene = *state;
  static const char id[] = "2023-12-31:annual:CFS:20240319000652";
  set_up(scene, "2024-05-17");
  update(scene, "2024-05-17");
  bson_t *whole = live_get(&scene->world, "financial_data", "000020", id);
  live_delete(&scene->world, "financial_data", "000020", id);
  live_drop(&scene->world, "financial_data", "005380");
  LiveResult result = live_run(&scene->world, "manual_setup", "--verify --now 2024-05-17T09:00:00Z");
  assert_int_not_equal(result.exit_code, 0);
  live_assert_says(result.out, "000020");
  live_assert_says(result.out, "005380");
  dart_run_control(&scene->dart, "forget-calls");
  scene_do(scene, "2024-05-17", "daily_update", "--dataset financials");
  assert_int_equal(scene_calls(scene, "multi"), 0);
  bson_t *again = live_get(&scene->world, "financial_data", "000020", id);
  assert_true(bson_equal(whole, again));
  bson_destroy(whole);
  bson_destroy(again);
  assert_served_is_stored(scene, "2024-05-17");
  result = live_run(&scene->world, "manual_setup", "--verify --now 2024-05-17T09:00:00Z");
  live_assert_exit(&result, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_correction_stands_beside_what_it_corrects, scene_reset),
      cmocka_unit_test_setup(a_report_is_withdrawn_and_filed_anew, scene_reset),
      cmocka_unit_test_setup(what_is_listed_and_not_given_is_asked_for_again, scene_reset),
      cmocka_unit_test_setup(a_late_report_is_found_by_the_day_on_which_it_is_filed, scene_reset),
      cmocka_unit_test_setup(assets_that_do_not_add_up_are_not_stored_until_they_do, scene_reset),
      cmocka_unit_test_setup(other_values_under_the_same_receipt_number_are_kept_beside, scene_reset),
      cmocka_unit_test_setup(a_closed_dart_costs_time_only, scene_reset),
      cmocka_unit_test_setup(a_pause_of_any_length_is_caught_up, scene_reset),
      cmocka_unit_test_setup(a_year_of_fortnights, scene_reset),
      cmocka_unit_test_setup(a_lost_document_is_found_and_comes_back_from_the_archive, scene_reset),
  };
  const char *only = getenv("CLOSEBELL_TEST");
  if (only != NULL) cmocka_set_test_filter(only);
  return cmocka_run_group_tests(tests, scene_start, scene_stop);
}
