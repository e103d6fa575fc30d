/* The exchange changes its mind about sessions that are archived: it is asked again, the difference is reported, and
 * taken over only when a person says so; then all is as if it had answered so from the beginning. */
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "live_db.h"
#include "live_sample.h"
#include "named.h"

static const char SET_UP[] = "2025-04-11T00:00:00Z", NEXT[] = "2025-04-14T00:00:00Z", DAYS[] = "--days 12";
static const char FIFTH[] = "2025-04-04"; /* before 2025-04-11, which is due on NEXT */

typedef struct {
  LiveWorld *world;
  LiveDump recorded, changed; /* undisturbed, on NEXT, from either source */
  ReplayRun as_recorded, as_changed;
} Scene;

/* ---- the other source ---- */

static void set_field(char *line, int field, long add) {
  char copy[256], *save, *word = copy;
  snprintf(copy, sizeof copy, "%s", line);
  line[0] = '\0';
  int number = 0;
  for (word = strtok_r(copy, ",\n", &save); word != NULL; word = strtok_r(NULL, ",\n", &save), number++) {
    size_t length = strlen(line);
    if (number == field)
      snprintf(line + length, 256 - length, "%s%ld", number ? "," : "", strtol(word, NULL, 10) + add);
    else
      snprintf(line + length, 256 - length, "%s%s", number ? "," : "", word);
  }
  strcat(line, "\n");
}

/* code,open,high,low,close,volume */
enum { HIGH = 2, CLOSE = 4, VOLUME = 5 };

typedef struct {
  const char *date, *code;
  int field;
  long add;
} Change;

/* A volume and a high of the fifth session, and a close: which changes what the session after it says as well. */
static const Change CHANGES[] = {
    {"2025-04-04", "005930", VOLUME, 1000}, {"2025-04-04", "005930", HIGH, 100}, {"2025-04-08", "000660", CLOSE, 500}};

static void copy_day(const char *date, const char *folder) {
  char path[256], line[256];
  snprintf(path, sizeof path, "%s/days/%s.csv", TEST_DATA, date);
  FILE *from = fopen(path, "r");
  snprintf(path, sizeof path, "%s/%s.csv", folder, date);
  FILE *to = fopen(path, "w");
  assert_true(from != NULL && to != NULL);
  while (fgets(line, sizeof line, from) != NULL) {
    for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++)
      if (strcmp(date, CHANGES[i].date) == 0 && strncmp(line, CHANGES[i].code, 6) == 0)
        set_field(line, CHANGES[i].field, CHANGES[i].add);
    fputs(line, to);
  }
  fclose(from);
  assert_int_equal(fclose(to), 0);
}

static ReplayRun start_other_source(const LiveWorld *world) {
  LiveSample sample;
  char folder[128];
  live_sample_load_days(&sample);
  snprintf(folder, sizeof folder, "%s/days", world->folder);
  assert_int_equal(mkdir(folder, 0700), 0);
  for (size_t i = live_sample_index(&sample, "2025-03-20"); i <= live_sample_index(&sample, "2025-04-17"); i++)
    copy_day(sample.days[i].date, folder);
  live_sample_free(&sample);
  return live_start_exchange(folder);
}

/* ---- the scene ---- */

static void set_up(LiveWorld *world) {
  live_do(world, "manual_setup", SET_UP, DAYS);
  live_do(world, "hourly_analysis", SET_UP, "");
}

static LiveDump undisturbed(LiveWorld *world) {
  live_world_reset(world);
  set_up(world);
  live_do(world, "daily_update", NEXT, "");
  live_do(world, "hourly_analysis", NEXT, "");
  return live_dump(world, LIVE_RESULT);
}

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  void *world = NULL;
  *state = scene;
  if (scene == NULL || live_setup_days(&world) != 0) return -1;
  scene->world = world;
  scene->as_recorded = scene->world->exchange;
  scene->as_changed = start_other_source(scene->world);
  scene->recorded = undisturbed(scene->world);
  live_use_exchange(scene->world, &scene->as_changed);
  scene->changed = undisturbed(scene->world);
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  void *world = scene->world;
  live_dump_free(&scene->recorded);
  live_dump_free(&scene->changed);
  live_use_exchange(scene->world, &scene->as_recorded);
  assert_true(replay_run_stop(&scene->as_changed));
  live_teardown(&world);
  free(scene);
  return 0;
}

/* Set up and analysed from the recorded source; then the other one answers. */
static int change_source(void **state) {
  Scene *scene = *state;
  live_use_exchange(scene->world, &scene->as_recorded);
  live_world_reset(scene->world);
  set_up(scene->world);
  live_forget_calls(scene->world);
  live_use_exchange(scene->world, &scene->as_changed);
  return 0;
}

static void assert_result(Scene *scene, const LiveDump *expected) {
  live_assert_holds(scene->world, LIVE_RESULT, expected);
}

static bool alert_is_open(LiveWorld *world, const char *date) {
  char id[64];
  snprintf(id, sizeof id, "restated:%s", date);
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  bool open = alert != NULL && !live_has_field(alert, "resolved_utc");
  if (open) {
    assert_string_equal(live_text(alert, "severity"), "WARN");
    live_assert_says(live_text(alert, "message"), " -> ");
  }
  bson_destroy(alert);
  return open;
}

/* ---- tests ---- */

static void the_two_sources_differ(void **state) {
  Scene *scene = *state;
  assert_int_equal(scene->recorded.count, scene->changed.count);
  size_t rows = 0;
  for (size_t i = 0; i < scene->recorded.count; i++) {
    bool row = strncmp(scene->recorded.lines[i], "stock_data.", 11) == 0;
    rows += row && strcmp(scene->recorded.lines[i], scene->changed.lines[i]) != 0;
  }
  assert_int_equal(rows, 3); /* 005930 on 04-04, 000660 on 04-08 and 04-09 */
}

static void an_equal_answer_about_the_fifth_session_before_changes_nothing(void **state) {
  Scene *scene = *state;
  live_use_exchange(scene->world, &scene->as_recorded);
  live_do(scene->world, "daily_update", NEXT, "");
  assert_int_equal(replay_run_calls(&scene->world->exchange, "20250404"), 2);
  assert_int_equal(live_calls(scene->world), 6); /* and the new session, of two markets each, with its totals */
  assert_false(alert_is_open(scene->world, FIFTH));
  assert_int_equal(live_count(scene->world, "system_info", "restatements"), 0);
  live_do(scene->world, "hourly_analysis", NEXT, "");
  assert_result(scene, &scene->recorded);
}

static void a_different_answer_about_the_fifth_session_before_is_reported_and_changes_nothing(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(scene->world, "daily_update", NEXT, "");
  live_assert_says(result.err, "RESTATED 2025-04-04");
  live_assert_says(result.err, "005930 high");
  live_assert_says(result.err, "nothing changed");
  live_assert_says(result.err, "daily_update --date 2025-04-04 --force");
  assert_true(alert_is_open(scene->world, FIFTH));
  assert_int_equal(live_count(scene->world, "system_info", "restatements"), 0);
  live_do(scene->world, "hourly_analysis", NEXT, "");
  assert_result(scene, &scene->recorded);
}

static void sessions_asked_for_by_name_are_reported_and_left_alone_without_force(void **state) {
  Scene *scene = *state;
  LiveDump before = live_dump(scene->world, LIVE_CONTENT);
  live_do(scene->world, "daily_update", SET_UP, "--from 2025-04-04 --to 2025-04-10");
  assert_true(alert_is_open(scene->world, "2025-04-04"));
  assert_false(alert_is_open(scene->world, "2025-04-07"));
  assert_true(alert_is_open(scene->world, "2025-04-08"));
  assert_true(alert_is_open(scene->world, "2025-04-09"));
  live_use_exchange(scene->world, &scene->as_recorded); /* the source has gone back */
  live_do(scene->world, "daily_update", SET_UP, "--from 2025-04-04 --to 2025-04-08");
  assert_false(alert_is_open(scene->world, "2025-04-04"));
  assert_false(alert_is_open(scene->world, "2025-04-08"));
  assert_true(alert_is_open(scene->world, "2025-04-09"));
  live_assert_holds(scene->world, LIVE_CONTENT, &before);
  live_dump_free(&before);
}

static void sessions_that_are_requested_are_reported_and_left_alone(void **state) {
  Scene *scene = *state;
  live_do(scene->world, "daily_update", SET_UP,
          "--request daily_prices --from 2025-04-04 --to 2025-04-10 --reason doubt");
  LiveDump before = live_dump(scene->world, LIVE_CONTENT), rows = live_dump_part(&before, "stock_data.");
  live_do(scene->world, "daily_update", SET_UP, "");
  assert_true(alert_is_open(scene->world, "2025-04-04"));
  LiveDocuments requests = live_documents(scene->world, "system_info", "requests");
  assert_int_equal(requests.count, 1);
  assert_string_equal(live_text(requests.items[0], "status"), "done");
  live_assert_says(live_text(requests.items[0], "result"),
                   "5 sessions asked for again: 2 the same, 3 answered differently (3 rows, first 2025-04-04; what is "
                   "archived stays: daily_update --date 2025-04-04 --force");
  live_documents_free(&requests);
  LiveDump after = live_dump(scene->world, LIVE_CONTENT), now = live_dump_part(&after, "stock_data.");
  live_assert_same(&now, &rows);
  live_dump_free(&now);
  live_dump_free(&after);
  live_dump_free(&rows);
  live_dump_free(&before);
}

static void force_takes_the_new_answer_over_and_redoes_what_depends_on_it(void **state) {
  Scene *scene = *state;
  live_do(scene->world, "daily_update", NEXT, "");
  assert_true(alert_is_open(scene->world, FIFTH));
  live_do(scene->world, "hourly_analysis", NEXT, "");
  LiveResult result = live_do(scene->world, "daily_update", NEXT, "--date 2025-04-04 --force");
  live_assert_says(result.err, "RESTATED 2025-04-04");
  assert_false(alert_is_open(scene->world, FIFTH));
  LiveDocuments restatements = live_documents(scene->world, "system_info", "restatements");
  assert_int_equal(restatements.count, 2); /* of the prices, and of the indices that are made from them */
  for (size_t i = 0; i < restatements.count; i++) assert_string_equal(live_text(restatements.items[i], "from"), FIFTH);
  live_documents_free(&restatements);
  live_do(scene->world, "daily_update", NEXT, "--from 2025-04-08 --to 2025-04-09 --force");
  live_do(scene->world, "hourly_analysis", NEXT, "");
  assert_result(scene, &scene->changed);
}

static void force_over_equal_answers_changes_nothing(void **state) {
  Scene *scene = *state;
  live_use_exchange(scene->world, &scene->as_recorded);
  LiveDump before = live_dump(scene->world, LIVE_CONTENT);
  live_do(scene->world, "daily_update", SET_UP, "--from 2025-03-26 --to 2025-04-10 --force");
  assert_int_equal(live_calls(scene->world), 24); /* all twelve sessions */
  live_assert_holds(scene->world, LIVE_CONTENT, &before);
  assert_int_equal(live_count(scene->world, "system_info", "restatements"), 0);
  assert_int_equal(live_count(scene->world, "system_info", "ops_alerts"), 0);
  live_dump_free(&before);
}

static void force_never_takes_over_what_cannot_be_believed(void **state) {
  Scene *scene = *state;
  static const char *const faults[] = {"kind=half&date=20250404", "kind=empty&date=20250404&market=KOSPI",
                                       "kind=empty&date=20250404", "kind=repeat&date=20250404",
                                       "kind=negative&date=20250404"};
  live_use_exchange(scene->world, &scene->as_recorded);
  LiveDump before = live_dump(scene->world, LIVE_CONTENT);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    live_fault(scene->world, faults[i]);
    LiveResult result = live_run_at(scene->world, "daily_update", SET_UP, "--date 2025-04-04 --force");
    assert_named(result.err, "archived stays");
    live_clear_faults(scene->world);
  }
  live_assert_holds(scene->world, LIVE_CONTENT, &before);
  live_dump_free(&before);
}

/* ---- killed in the middle of it ---- */

static bool archive_is_another(LiveWorld *world, const void *context) {
  bson_t *now = live_get(world, "system_info", "market_days", FIFTH);
  bool another = !bson_equal(now, context);
  bson_destroy(now);
  return another;
}

static bool status_is_running(LiveWorld *world, const void *context) {
  (void)context;
  return strcmp(live_state(world, FIFTH, "daily_update").text, "completed") != 0;
}

static void a_forced_session_that_was_begun_is_finished_by_any_update(Scene *scene, LiveCondition *condition) {
  char arguments[128];
  live_do(scene->world, "daily_update", NEXT, "");
  live_do(scene->world, "hourly_analysis", NEXT, "");
  bson_t *archived = live_get(scene->world, "system_info", "market_days", FIFTH);
  snprintf(arguments, sizeof arguments, "--now %s --date %s --force", NEXT, FIFTH);
  LiveProcess process = live_start(scene->world, "daily_update", arguments);
  assert_true(live_wait_until(scene->world, &process, condition, archived));
  kill(process.pid, SIGKILL);
  LiveResult killed = live_finish(scene->world, &process);
  assert_int_equal(killed.signal, SIGKILL);
  bool replaced = archive_is_another(scene->world, archived);
  bson_destroy(archived);
  if (!replaced) live_use_exchange(scene->world, &scene->as_recorded); /* whose totals are those of the archive */
  live_do(scene->world, "daily_update", NEXT, "");
  live_do(scene->world, "hourly_analysis", NEXT, "");
  if (!replaced) assert_result(scene, &scene->recorded);
  live_use_exchange(scene->world, &scene->as_changed);
  live_do(scene->world, "daily_update", NEXT, "--from 2025-04-04 --to 2025-04-09 --force");
  live_do(scene->world, "hourly_analysis", NEXT, "");
  assert_result(scene, &scene->changed);
}

static void killed_once_the_archive_is_replaced_it_is_finished_by_any_update(void **state) {
  a_forced_session_that_was_begun_is_finished_by_any_update(*state, archive_is_another);
}

static void killed_once_it_is_begun_it_is_finished_by_any_update(void **state) {
  a_forced_session_that_was_begun_is_finished_by_any_update(*state, status_is_running);
}

#define TEST(name) cmocka_unit_test_setup(name, change_source)
int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_two_sources_differ),
      TEST(an_equal_answer_about_the_fifth_session_before_changes_nothing),
      TEST(a_different_answer_about_the_fifth_session_before_is_reported_and_changes_nothing),
      TEST(sessions_asked_for_by_name_are_reported_and_left_alone_without_force),
      TEST(sessions_that_are_requested_are_reported_and_left_alone),
      TEST(force_takes_the_new_answer_over_and_redoes_what_depends_on_it),
      TEST(force_over_equal_answers_changes_nothing),
      TEST(force_never_takes_over_what_cannot_be_believed),
      TEST(killed_once_the_archive_is_replaced_it_is_finished_by_any_update),
      TEST(killed_once_it_is_begun_it_is_finished_by_any_update),
  };
  return cmocka_run_group_tests_name("restate", tests, open_scene, close_scene);
}
