/* The indices of an evening: beta_252 and rs_index need the index of the day, which the exchange has in the morning. */
#include <stdlib.h>

#include "api_client.h"
#include "evening_scene.h"
#include "live_files.h"

static const char SET_UP[] = "2025-04-10T00:00:00Z", DATE[] = "2025-04-10";
static const char EVENING[] = "2025-04-10T06:42:00Z", NIGHT[] = "2025-04-10T12:00:00Z";
static const char MORNING[] = "2025-04-11T00:00:00Z";
static const char *const NAMES[] = {"KOSPI", "KOSDAQ", "KOSPI200"};

/* A strategy of the reader's own, which looks at nothing but indices. */
static void set_strategy(LiveWorld *world) {
  live_clear_folder(world, "own");
  live_write_file(live_path(world, "own", "by_index.ini").text,
                  "title = By index\nwhere = rs_index > -1000 and beta_252 > -10\ncolumns = rs_index, beta_252\n");
  live_set(world, "CLOSEBELL_API_STRATEGIES", live_path(world, "own", "").text);
}

/* More than a year of sessions. */
static int each(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  configure(scene);
  set_strategy(&scene->world);
  if (live_return(&scene->world, "analysed")) return 0;
  live_do(&scene->world, "manual_setup", SET_UP, "--days 300");
  live_do(&scene->world, "hourly_analysis", SET_UP, "");
  live_keep(&scene->world, "analysed");
  return 0;
}

static void read_evening(Scene *scene) {
  LiveResult result = live_run_at(&scene->world, "daily_update", EVENING, "");
  live_assert_exit(&result, 0);
  assert_string_equal(live_state(&scene->world, DATE, "evening").text, "completed");
}

static void assert_reason(LiveWorld *world, const char *says) {
  bson_t *status = live_get(world, "system_info", "job_status", "2025-04-10_evening");
  live_assert_says(live_text(status, "reason"), says);
  bson_destroy(status);
}

/* Of the stocks that traded in the session. */
static size_t count_with(const LiveDocuments *documents, const char *field) {
  size_t count = 0;
  for (size_t i = 0; i < documents->count; i++)
    count += strcmp(live_text(documents->items[i], "date"), DATE) == 0 && live_has_field(documents->items[i], field);
  return count;
}

static void do_morning(LiveWorld *world) {
  live_do(world, "daily_update", MORNING, "");
  live_do(world, "hourly_analysis", MORNING, "");
}

/* ---- what is had ---- */

static size_t count_items(const bson_t *document, const char *array) {
  bson_iter_t at, item;
  size_t count = 0;
  assert_true(bson_iter_init_find(&at, document, array) && bson_iter_recurse(&at, &item));
  while (bson_iter_next(&item)) count++;
  return count;
}

/* The lists of strategies are made of the same indices. */
static void check_lists(LiveWorld *world, const LiveDocuments *evening) {
  const bson_t *own = live_documents_find(evening, "2025-04-10:by_index");
  assert_non_null(own);
  assert_true(count_items(own, "matches") > 20);
  for (size_t i = 0; i < evening->count; i++) {
    bson_t *final = live_get(world, "system_info", "strategy_days", live_id(evening->items[i]));
    check_one(DATE, evening->items[i], final);
    bson_destroy(final);
  }
}

static void beta_and_rs_index_of_an_evening_are_those_of_the_morning(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  read_evening(scene);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments evening = live_documents(world, "system_info", "evening_analysis");
  LiveDocuments lists = live_documents(world, "system_info", "evening_strategy_days");
  do_morning(world);
  LiveDocuments final = live_documents(world, "system_info", "latest_analysis");
  assert_true(count_with(&final, "beta_252") > 30 && count_with(&final, "rs_index") > 20);
  check_equal(DATE, &evening, &final);
  check_lists(world, &lists);
  assert_gone(world);
  live_documents_free(&lists);
  live_documents_free(&evening);
  live_documents_free(&final);
}

static size_t count_texts(const char *text, const char *wanted) {
  size_t found = 0;
  for (const char *at = text; (at = strstr(at, wanted)) != NULL; at += strlen(wanted)) found++;
  return found;
}

/* It is computed when it is asked for, not read from the list. */
static void a_screen_of_the_evening_knows_its_indices(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  read_evening(scene);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments lists = live_documents(world, "system_info", "evening_strategy_days");
  const bson_t *own = live_documents_find(&lists, "2025-04-10:by_index");
  assert_non_null(own);
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, "/screener?strategy_name=by_index&evening=1&fields=ticker&limit=1000", 200);
  live_assert_says(body, "\"finality\":\"provisional\"");
  assert_int_equal(count_texts(body, "\"ticker\":"), count_items(own, "matches"));
  free(body);
  api_stop(world, &api);
  live_documents_free(&lists);
}

/* An index day in hundredths, as the morning has it. */
static int64_t hundredths(const bson_t *document, const char *field) {
  return (int64_t)(live_double(document, field) * 100 + 0.5);
}

static void the_indices_stand_with_the_evenings_session_alone(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  read_evening(scene);
  assert_int_equal(count(scene, "index"), 3);
  bson_t *session = live_get(world, "system_info", "evening_days", DATE);
  assert_true(live_has_field(session, "indices"));
  for (size_t i = 0; i < 3; i++) assert_false(live_has(world, "index_data", NAMES[i], DATE));
  live_do(world, "daily_update", MORNING, "");
  bson_iter_t at, part;
  for (size_t i = 0; i < 3; i++) {
    bson_t *final = live_get(world, "index_data", NAMES[i], DATE);
    assert_true(bson_iter_init_find(&at, session, "indices") && bson_iter_recurse(&at, &part));
    assert_true(bson_iter_find(&part, NAMES[i]));
    uint32_t length = 0;
    const uint8_t *data = NULL;
    bson_t row;
    bson_iter_document(&part, &length, &data);
    assert_true(bson_init_static(&row, data, length));
    static const char *const points[] = {"open", "high", "low", "close", "change"};
    for (size_t k = 0; k < sizeof points / sizeof points[0]; k++)
      assert_int_equal(hundredths(&row, points[k]), hundredths(final, points[k]));
    assert_int_equal(live_int64(&row, "volume") / 1000, live_int64(final, "volume") / 1000);
    assert_int_equal(live_int64(&row, "value") / 1000000, live_int64(final, "value") / 1000000);
    bson_destroy(final);
  }
  bson_destroy(session);
}

/* ---- what is not ---- */

/* The session is stored, the index is not, and why is on record; the morning has it all. */
static void assert_without(Scene *scene, const char *fault, const char *says) {
  LiveWorld *world = &scene->world;
  control(scene, fault);
  read_evening(scene);
  for (size_t i = 0; i < 3; i++) assert_reason(world, NAMES[i]);
  assert_reason(world, says);
  bson_t *session = live_get(world, "system_info", "evening_days", DATE);
  assert_false(live_has_field(session, "indices"));
  bson_destroy(session);
  live_do(world, "hourly_analysis", NIGHT, "");
  LiveDocuments evening = live_documents(world, "system_info", "evening_analysis");
  assert_true(evening.count > 30);
  assert_int_equal(count_with(&evening, "rs_index"), 0);
  do_morning(world);
  LiveDocuments final = live_documents(world, "system_info", "latest_analysis");
  assert_int_equal(final.count, evening.count);
  assert_true(count_with(&final, "rs_index") > 20);
  live_do(world, "manual_setup", MORNING, "--verify");
  live_documents_free(&evening);
  live_documents_free(&final);
}

static void another_index_does_not_link(void **state) {
  assert_without(*state, "fault?service=index&kind=unlinked", "2025-04-09");
}

static void a_placeholder_is_no_index_day(void **state) {
  assert_without(*state, "fault?service=index&kind=placeholder", "not opened");
}

static void an_answer_without_rows_is_no_index_day(void **state) {
  assert_without(*state, "fault?service=index&kind=empty", "no rows");
}

static void an_index_service_that_fails_holds_no_evening(void **state) {
  assert_without(*state, "fault?service=index&kind=status&value=500", "500");
}

/* The quotes are there in time, the indices are not. */
static void an_index_that_comes_after_the_window_is_no_index_day(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  live_set(world, "CLOSEBELL_EVENING_WINDOW", "15:41-15:42");
  control(scene, "fault?service=index&kind=slow&value=8000&times=1");
  live_do(world, "daily_update", "2025-04-10T06:41:53Z", "");
  assert_string_equal(live_state(world, DATE, "evening").text, "completed");
  assert_reason(world, "window");
  bson_t *session = live_get(world, "system_info", "evening_days", DATE);
  assert_false(live_has_field(session, "indices"));
  bson_destroy(session);
}

/* Told once: the door of that service alone is shut. */
static void an_index_service_that_there_is_not_is_told_once(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  control(scene, "fault?service=index&kind=code&code=OPSQ0002");
  read_evening(scene);
  assert_int_equal(count(scene, "index"), 1);
  assert_reason(world, "OPSQ0002");
  control(scene, "clear");
  live_do(world, "daily_update", EVENING, "--dataset evening --date 2025-04-10");
  assert_string_equal(live_state(world, DATE, "evening").text, "completed");
  assert_int_equal(count(scene, "index"), 1);
}

static void indices_that_nobody_wants_are_not_asked_for(void **state) {
  Scene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_INDICES_NAMES", "KOSDAQ");
  read_evening(scene);
  assert_int_equal(count(scene, "index"), 1);
  live_set(&scene->world, "CLOSEBELL_INDICES_NAMES", "");
  live_do(&scene->world, "daily_update", EVENING, "--dataset evening --date 2025-04-10");
  assert_int_equal(count(scene, "index"), 1);
  bson_t *session = live_get(&scene->world, "system_info", "evening_days", DATE);
  assert_false(live_has_field(session, "indices"));
  bson_destroy(session);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(beta_and_rs_index_of_an_evening_are_those_of_the_morning, each),
      cmocka_unit_test_setup(a_screen_of_the_evening_knows_its_indices, each),
      cmocka_unit_test_setup(the_indices_stand_with_the_evenings_session_alone, each),
      cmocka_unit_test_setup(another_index_does_not_link, each),
      cmocka_unit_test_setup(a_placeholder_is_no_index_day, each),
      cmocka_unit_test_setup(an_answer_without_rows_is_no_index_day, each),
      cmocka_unit_test_setup(an_index_service_that_fails_holds_no_evening, each),
      cmocka_unit_test_setup(an_index_that_comes_after_the_window_is_no_index_day, each),
      cmocka_unit_test_setup(an_index_service_that_there_is_not_is_told_once, each),
      cmocka_unit_test_setup(indices_that_nobody_wants_are_not_asked_for, each),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, start, stop);
}
