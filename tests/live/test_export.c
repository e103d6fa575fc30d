/* Adjusted prices and indicators as files: they belong to a state of the database, which manifest.json names, and an
 * export repeated every night brings them from one state to the next. What was published stays as it is. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live_db.h"
#include "live_files.h"
#include "named.h"

static const char SET_UP[] = "2023-01-16T00:00:00Z", MONTH_LATER[] = "2023-02-15T00:00:00Z";
static const char SPLIT[] = "2023-01-16.csv"; /* 131400's prices of that day change with its split of 2023-02-07 */

static LiveResult export(LiveWorld *world, const char *range, const char *folder, const char *more) {
  char arguments[320];
  snprintf(arguments, sizeof arguments, "--export %s --out %s %s", range, live_path(world, folder, "").text, more);
  return live_run_at(world, "manual_setup", MONTH_LATER, arguments);
}

static void export_well(LiveWorld *world, const char *folder, const char *more) {
  LiveResult result = export(world, "..", folder, more);
  live_assert_exit(&result, 0);
}

static void assert_folder(LiveWorld *world, const char *folder, const char *expected) {
  char *text = live_folder_text(world, folder);
  assert_true(strcmp(text, expected) == 0);
  free(text);
}

/* As an export into an empty folder makes it. */
static char *fresh(LiveWorld *world, const char *content) {
  live_clear_folder(world, "fresh");
  export_well(world, "fresh", content);
  return live_folder_text(world, "fresh");
}

static void assert_fresh(LiveWorld *world, const char *folder, const char *content) {
  char *expected = fresh(world, content);
  assert_folder(world, folder, expected);
  free(expected);
}

/* Everything that is listed is followed, up to the middle of January. */
static void set_up(LiveWorld *world) {
  live_set(world, "CLOSEBELL_UNIVERSE_MARKETS", "KOSPI,KOSDAQ,KONEX");
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "0");
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "0");
  live_do(world, "manual_setup", SET_UP, "--days 10");
  live_do(world, "hourly_analysis", SET_UP, "");
  live_clear_folder(world, "files");
}

/* Splits, bonus issues, mergers and a delisting follow. */
static void live_on(LiveWorld *world, const char *until) {
  live_do(world, "daily_update", until, "");
  live_do(world, "hourly_analysis", until, "");
}

static bool manifest_has(LiveWorld *world, const void *context) {
  LivePath path = live_path(world, "files", "manifest.json");
  char text[1024] = "";
  FILE *file = fopen(path.text, "r");
  if (file == NULL) return false;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  return strstr(text, context) != NULL;
}

/* Against the files, by a program that knows nothing of closebell. */
static void assert_manifest_adds_up(LiveWorld *world, const char *folder, size_t files) {
  char command[1024], answer[32] = "";
  LivePath path = live_path(world, folder, "");
  snprintf(command, sizeof command,
           "cd %s && sed -n 's/.*\"name\": \"\\([^\"]*\\)\".*\"sha256\": \"\\([^\"]*\\)\".*/\\2  \\1/p' manifest.json "
           "| sha256sum -c --quiet && ls *.csv | wc -l && grep -c sha256 manifest.json",
           path.text);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  for (int i = 0; i < 2; i++) {
    assert_non_null(fgets(answer, sizeof answer, pipe));
    assert_int_equal(atol(answer), files);
  }
  assert_int_equal(pclose(pipe), 0);
}

/* ---- from state to state ---- */

static void a_nightly_export_works_through_splits(LiveWorld *world, const char *content) {
  static const char *const nights[] = {"2023-01-17T00:00:00Z", "2023-01-18T00:00:00Z", "2023-02-07T00:00:00Z",
                                       "2023-02-08T00:00:00Z", "2023-02-15T00:00:00Z"};
  char arguments[64];
  snprintf(arguments, sizeof arguments, "%s --overwrite", content);
  set_up(world);
  export_well(world, "files", arguments);
  assert_fresh(world, "files", content);
  for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
    live_on(world, nights[i]);
    export_well(world, "files", arguments);
    assert_fresh(world, "files", content);
    LiveResult result = export(world, "..", "files", content); /* of this state nothing is to be replaced */
    live_assert_exit(&result, 0);
    live_assert_says(result.err, ": 0 files written");
  }
  assert_manifest_adds_up(world, "files", 30);
}

static void a_nightly_export_of_adjusted_prices_works_through_splits(void **state) {
  a_nightly_export_works_through_splits(*state, "--adjusted");
}

static void a_nightly_export_of_indicators_works_through_splits(void **state) {
  a_nightly_export_works_through_splits(*state, "--indicators");
}

static void another_state_replaces_nothing_without_overwrite(void **state) {
  static const char *const contents[] = {"--adjusted", "--indicators"};
  LiveWorld *world = *state;
  set_up(world);
  live_clear_folder(world, "--indicators");
  for (size_t i = 0; i < 2; i++) {
    live_clear_folder(world, contents[i]);
    export_well(world, contents[i], contents[i]);
  }
  live_on(world, MONTH_LATER);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(unlink(live_path(world, contents[i], "2023-01-02.csv").text),
                     0); /* nor is it filled up by halves */
    char *before = live_folder_text(world, contents[i]);
    LiveResult result = export(world, "..", contents[i], contents[i]);
    live_assert_exit(&result, 78);
    live_assert_says(result.err, "2023-01-03.csv");
    live_assert_says(result.err, "manifest.json: session 2023-01-13");
    live_assert_says(result.err, "session 2023-02-14");
    live_assert_says(result.err, "--overwrite");
    assert_folder(world, contents[i], before);
    free(before);
  }
}

/* The range says what is wanted besides: a folder never holds files of two states. */
static void files_outside_the_range_are_brought_to_the_state_as_well(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  export_well(world, "files", "--adjusted");
  live_on(world, MONTH_LATER);
  LiveResult result = export(world, "2023-01-16..", "files", "--adjusted --overwrite");
  live_assert_exit(&result, 0);
  assert_fresh(world, "files", "--adjusted");
}

static void what_was_removed_or_changed_by_hand_comes_back(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_on(world, MONTH_LATER);
  export_well(world, "files", "--adjusted");
  assert_int_equal(unlink(live_path(world, "files", SPLIT).text), 0);
  export_well(world, "files", "--adjusted");
  assert_fresh(world, "files", "--adjusted");
  live_edit_file(live_path(world, "files", SPLIT).text, "005930", "005931");
  LiveResult result = export(world, "..", "files", "--adjusted");
  live_assert_exit(&result, 78);
  export_well(world, "files", "--adjusted --overwrite");
  assert_fresh(world, "files", "--adjusted");
  assert_int_equal(unlink(live_path(world, "files", "manifest.json").text), 0);
  export_well(world, "files", "--adjusted");
  assert_fresh(world, "files", "--adjusted");
}

static void a_file_of_a_day_that_is_no_session_any_more_goes(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  export_well(world, "files", "--adjusted");
  LivePath there = live_path(world, "files", "2023-01-13.csv"), gone = live_path(world, "files", "2022-12-29.csv");
  assert_int_equal(link(there.text, gone.text), 0);
  LiveResult result = export(world, "..", "files", "--adjusted");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "2022-12-29.csv");
  export_well(world, "files", "--adjusted --overwrite");
  assert_fresh(world, "files", "--adjusted");
}

/* ---- half-done ---- */

static void a_half_done_export_says_so_and_is_gone_on_with(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  export_well(world, "files", "--adjusted");
  live_on(world, MONTH_LATER);
  LivePath obstacle = live_path(world, "files", ".2023-01-10.csv.tmp"); /* there it stops */
  assert_int_equal(mkdir(obstacle.text, 0700), 0);
  LiveResult result = export(world, "..", "files", "--adjusted --overwrite");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "2023-01-10.csv");
  assert_true(manifest_has(world, "\"complete\": false"));
  assert_false(manifest_has(world, "sha256"));
  result = export(world, "..", "files", "--adjusted");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "half-done");
  assert_int_equal(rmdir(obstacle.text), 0);
  export_well(world, "files", "--adjusted --overwrite");
  assert_fresh(world, "files", "--adjusted");
}

static void a_killed_export_is_gone_on_with(void **state) {
  LiveWorld *world = *state;
  char arguments[320];
  int killed = 0;
  set_up(world);
  export_well(world, "files", "--adjusted");
  live_on(world, MONTH_LATER);
  snprintf(arguments, sizeof arguments, "--now %s --export .. --adjusted --overwrite --out %s", MONTH_LATER,
           live_path(world, "files", "").text);
  for (int i = 0; i < 20; i++) {
    LiveProcess process = live_start(world, "manual_setup", arguments);
    live_wait_until(world, &process, manifest_has, "\"complete\": false");
    kill(process.pid, SIGKILL);
    killed += live_finish(world, &process).signal == SIGKILL;
  }
  assert_true(killed > 0);
  export_well(world, "files", "--adjusted --overwrite");
  assert_fresh(world, "files", "--adjusted");
}

static void one_export_at_a_time_writes_to_a_folder(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  int folder = open(live_path(world, "files", "").text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  assert_int_equal(flock(folder, LOCK_EX), 0);
  LiveResult result = export(world, "..", "files", "--adjusted");
  live_assert_exit(&result, 75);
  assert_int_equal(live_count_files(world, "files"), 0);
  close(folder);
  export_well(world, "files", "--adjusted");
}

/* ---- one kind a folder ---- */

static void published_files_are_never_replaced(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  export_well(world, "files", "");
  live_edit_file(live_path(world, "files", "2023-01-12.csv").text, "005930", "005931");
  char *before = live_folder_text(world, "files");
  LiveResult result = export(world, "..", "files", "--overwrite");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "2023-01-12.csv");
  live_assert_says(result.err, "--overwrite");
  assert_folder(world, "files", before);
  free(before);
}

static void a_folder_holds_one_kind_of_files(void **state) {
  static const char *const contents[] = {"", "--adjusted", "--indicators"};
  LiveWorld *world = *state;
  set_up(world);
  for (size_t i = 0; i < 3; i++) {
    for (int manifest = 0; manifest < 2; manifest++) {
      live_clear_folder(world, "files");
      export_well(world, "files", contents[i]);
      if (!manifest) unlink(live_path(world, "files", "manifest.json").text);
      char *before = live_folder_text(world, "files");
      for (size_t k = 1; k < 3; k++) {
        char arguments[64];
        snprintf(arguments, sizeof arguments, "%s --overwrite", contents[(i + k) % 3]);
        LiveResult result = export(world, "..", "files", arguments);
        live_assert_exit(&result, 78);
        live_assert_says(result.err, "/files/");
        assert_folder(world, "files", before);
      }
      free(before);
    }
  }
}

static void an_import_refuses_what_is_adjusted_and_says_by_what_it_knows(void **state) {
  static const char *const contents[] = {"--adjusted", "--indicators"};
  LiveWorld *world = *state;
  char arguments[320];
  set_up(world);
  for (size_t i = 0; i < 2; i++) {
    live_clear_folder(world, contents[i]);
    export_well(world, contents[i], contents[i]);
  }
  live_world_reset(world);
  for (size_t i = 0; i < 2; i++) {
    snprintf(arguments, sizeof arguments, "--import %s", live_path(world, contents[i], "").text);
    LiveResult result = live_run_at(world, "manual_setup", SET_UP, arguments);
    live_assert_exit(&result, 78);
    live_assert_says(result.err, "manifest.json");
    live_assert_says(result.err, contents[i] + 2);
    assert_false(live_has_collection(world, "system_info", "market_days"));
  }
}

/* ---- what indicators look like ---- */

/* The cells of a line, an empty one included; the line is cut up. */
static size_t split(char *line, char *cells[128]) {
  size_t count = 0;
  line[strcspn(line, "\n")] = '\0';
  for (char *rest = line; rest != NULL && count < 128;) cells[count++] = strsep(&rest, ",");
  return count;
}

static void assert_cell(const bson_t *document, const char *field, const char *cell) {
  bson_iter_t at;
  char *end;
  if (!bson_iter_init_find(&at, document, field)) {
    assert_string_equal(cell, "");
    return;
  }
  if (bson_iter_type(&at) == BSON_TYPE_BOOL) {
    assert_string_equal(cell, bson_iter_bool(&at) ? "true" : "false");
    return;
  }
  double value = strtod(cell, &end);
  assert_true(*cell != '\0' && *end == '\0');
  assert_true(value == bson_iter_as_double(&at));
}

static size_t compare_file(LiveWorld *world, const char *folder, const char *date) {
  char name[32], header_line[4096], line[4096], previous[8] = "", *header[128], *cells[128];
  snprintf(name, sizeof name, "%s.csv", date);
  FILE *file = fopen(live_path(world, folder, name).text, "r");
  size_t rows = 0;
  assert_non_null(file);
  assert_non_null(fgets(header_line, sizeof header_line, file));
  size_t columns = split(header_line, header);
  assert_string_equal(header[0], "date");
  assert_string_equal(header[1], "ticker");
  for (; fgets(line, sizeof line, file) != NULL; rows++) {
    assert_int_equal(split(line, cells), columns);
    assert_string_equal(cells[0], date);
    assert_true(strcmp(cells[1], previous) > 0);
    snprintf(previous, sizeof previous, "%s", cells[1]);
    bson_t *document = live_get(world, "stock_analyzed", cells[1], date);
    size_t present = 1; /* _id */
    for (size_t i = 2; i < columns; i++) {
      assert_cell(document, header[i], cells[i]);
      present += *cells[i] != '\0';
    }
    assert_int_equal(bson_count_keys(document), present);
    bson_destroy(document);
  }
  fclose(file);
  return rows;
}

static void indicators_say_what_the_documents_say_to_the_last_bit(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_on(world, MONTH_LATER);
  export_well(world, "files", "--indicators");
  assert_int_equal(live_count_files(world, "files"), 31);
  assert_true(compare_file(world, "files", "2023-01-02") > 50);
  assert_true(compare_file(world, "files", "2023-02-14") > 50);
  LiveDump before = live_dump(world, LIVE_ALL);
  live_clear_folder(world, "some");
  LiveResult result = export(world, "2023-02-13..2023-02-14", "some", "--indicators --dry-run");
  live_assert_exit(&result, 0);
  assert_int_equal(live_count_files(world, "some"), 0);
  result = export(world, "2023-02-13..2023-02-14", "some", "--indicators");
  live_assert_exit(&result, 0);
  assert_int_equal(live_count_files(world, "some"), 3);
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
}

static void indicators_wait_for_the_analysis(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_do(world, "daily_update", MONTH_LATER, "");
  LiveResult result = export(world, "..", "files", "--indicators");
  live_assert_exit(&result, 75);
  live_assert_says(result.err, "hourly_analysis");
  assert_int_equal(live_count_files(world, "files"), 0);
  live_do(world, "hourly_analysis", MONTH_LATER, "");
  export_well(world, "files", "--indicators");
}

/* Its documents are of two states while it works. */
static void indicators_wait_while_the_analysis_works(void **state) {
  LiveWorld *world = *state;
  set_up(world);
  live_insert(
      world, "system_info", "job_locks",
      "{\"_id\": \"hourly_analysis:0000000099\", \"job\": \"hourly_analysis\", \"fence\": {\"$numberLong\": "
      "\"99\"}, \"token\": \"t\", \"host\": \"elsewhere\", \"pid\": {\"$numberLong\": \"7\"}, \"boot_id\": \"b\", "
      "\"acquired_utc\": {\"$date\": \"2023-01-16T00:00:00Z\"}, \"expires_utc\": {\"$date\": "
      "\"2099-01-16T00:00:00Z\"}}");
  LiveResult result = export(world, "..", "files", "--indicators");
  live_assert_exit(&result, 75);
  live_assert_says(result.err, "elsewhere");
  assert_int_equal(live_count_files(world, "files"), 0);
}

static void what_does_not_go_together_is_a_usage_error(void **state) {
  LiveWorld *world = *state;
  static const char *const wrong[] = {"--indicators", "--overwrite", "--export .. --out /tmp --adjusted --indicators",
                                      "--verify --overwrite", "--import /tmp --indicators"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    LiveResult result = live_run(world, "manual_setup", wrong[i]);
    live_assert_exit(&result, 64);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_nightly_export_of_adjusted_prices_works_through_splits, live_reset_test),
      cmocka_unit_test_setup(a_nightly_export_of_indicators_works_through_splits, live_reset_test),
      cmocka_unit_test_setup(another_state_replaces_nothing_without_overwrite, live_reset_test),
      cmocka_unit_test_setup(files_outside_the_range_are_brought_to_the_state_as_well, live_reset_test),
      cmocka_unit_test_setup(what_was_removed_or_changed_by_hand_comes_back, live_reset_test),
      cmocka_unit_test_setup(a_file_of_a_day_that_is_no_session_any_more_goes, live_reset_test),
      cmocka_unit_test_setup(a_half_done_export_says_so_and_is_gone_on_with, live_reset_test),
      cmocka_unit_test_setup(a_killed_export_is_gone_on_with, live_reset_test),
      cmocka_unit_test_setup(one_export_at_a_time_writes_to_a_folder, live_reset_test),
      cmocka_unit_test_setup(published_files_are_never_replaced, live_reset_test),
      cmocka_unit_test_setup(a_folder_holds_one_kind_of_files, live_reset_test),
      cmocka_unit_test_setup(an_import_refuses_what_is_adjusted_and_says_by_what_it_knows, live_reset_test),
      cmocka_unit_test_setup(indicators_say_what_the_documents_say_to_the_last_bit, live_reset_test),
      cmocka_unit_test_setup(indicators_wait_for_the_analysis, live_reset_test),
      cmocka_unit_test_setup(indicators_wait_while_the_analysis_works, live_reset_test),
      cmocka_unit_test_setup(what_does_not_go_together_is_a_usage_error, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_raw, live_teardown);
}
