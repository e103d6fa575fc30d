/* Flows and minutes of chosen stocks out as files and in again, into another database, and what of such files is
 * refused. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live_files.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

static LiveResult export(LiveWorld *world, const char *folder) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--export .. --out %s", live_path(world, folder, "").text);
  return live_run_at(world, "manual_setup", NOW, arguments);
}

static LiveResult import(LiveWorld *world, const char *folder, const char *more) {
  char arguments[256];
  snprintf(arguments, sizeof arguments, "--import %s %s", live_path(world, folder, "").text, more);
  return live_run_at(world, "manual_setup", NOW, arguments);
}

static bool is_there(LiveWorld *world, const char *folder, const char *name) {
  return access(live_path(world, folder, name).text, F_OK) == 0;
}

/* ---- what a database holds ---- */

static void put_flow(LiveWorld *world, const char *ticker, const char *date, int64_t close, const char *finality) {
  char json[512];
  snprintf(json, sizeof json,
           "{\"_id\":\"%s\",\"foreign_net_buy\":{\"$numberLong\":\"-%lld000\"},\"foreign_net_volume\":{\"$numberLong\":"
           "\"7\"},\"program_net_buy\":{\"$numberLong\":\"3\"},\"program_net_volume\":{\"$numberLong\":\"-4\"},"
           "\"finality\":\"%s\",\"as_of_utc\":{\"$date\":\"2025-04-10T11:05:00.250Z\"}}",
           date, (long long)close, finality);
  live_insert(world, "market_flow", ticker, json);
}

/* An opening, a high and low within the first minute, and the auction: as the sample's row of the day has it. */
static void put_minutes(LiveScene *scene, const char *ticker, const char *date, const char *finality) {
  const LiveDay *day = &scene->sample.days[live_sample_index(&scene->sample, date)];
  const LiveRow *row = live_sample_row(day, ticker);
  char json[1024];
  assert_non_null(row);
  snprintf(
      json, sizeof json,
      "{\"_id\":\"%s\",\"time\":[900,1530],\"open\":[{\"$numberLong\":\"%lld\"},{\"$numberLong\":\"%lld\"}],"
      "\"high\":[{\"$numberLong\":\"%lld\"},{\"$numberLong\":\"%lld\"}],\"low\":[{\"$numberLong\":\"%lld\"},"
      "{\"$numberLong\":\"%lld\"}],\"close\":[{\"$numberLong\":\"%lld\"},{\"$numberLong\":\"%lld\"}],\"volume\":"
      "[{\"$numberLong\":\"12\"},{\"$numberLong\":\"34\"}],\"bars\":2,\"finality\":\"%s\",\"as_of_utc\":{\"$date\":"
      "\"2025-04-10T07:10:00Z\"}}",
      date, (long long)row->open, (long long)row->close, (long long)row->high, (long long)row->close,
      (long long)row->low, (long long)row->close, (long long)row->open, (long long)row->close, finality);
  live_insert(&scene->world, "minute_data", ticker, json);
}

static void set_up(LiveScene *scene) {
  live_world_reset(&scene->world);
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "10000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 6");
}

static void put_all(LiveScene *scene) {
  LiveWorld *world = &scene->world;
  put_flow(world, "005930", "2025-04-09", 53000, "final");
  put_flow(world, "005930", "2025-04-10", 56400, "final");
  put_flow(world, "000660", "2025-04-10", 183200, "final");
  put_flow(world, "000270", "2025-04-10", 1, "provisional");
  put_minutes(scene, "005930", "2025-04-10", "final");
  put_minutes(scene, "000660", "2025-04-10", "final");
  put_minutes(scene, "000660", "2025-04-09", "provisional");
}

static void assert_same_collection(const LiveDocuments *before, LiveWorld *world, const char *database,
                                   const char *ticker) {
  LiveDocuments now = live_documents(world, database, ticker);
  assert_int_equal(now.count, before->count);
  for (size_t i = 0; i < now.count; i++) assert_true(bson_equal(now.items[i], before->items[i]));
  live_documents_free(&now);
}

/* ---- out and in ---- */

static void what_is_final_comes_back_as_it_went(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene);
  put_all(scene);
  LiveDocuments flows = live_documents(world, "market_flow", "005930");
  LiveDocuments minutes = live_documents(world, "minute_data", "005930");
  live_clear_folder(world, "all");
  LiveResult result = export(world, "all");
  live_assert_exit(&result, 0);
  assert_true(is_there(world, "all", "flow/2025-04-10.csv"));
  assert_true(is_there(world, "all", "minutes/2025-04-10.csv"));
  assert_false(is_there(world, "all", "minutes/2025-04-09.csv")); /* nothing of it is final */
  result = export(world, "all");
  live_assert_exit(&result, 0);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "10000000000000");
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  assert_named(result.err, "5 days");
  assert_same_collection(&flows, world, "market_flow", "005930");
  assert_same_collection(&minutes, world, "minute_data", "005930");
  assert_false(live_has(world, "market_flow", "000270", "2025-04-10"));
  assert_int_equal(live_count(world, "minute_data", "000660"), 1);
  live_clear_folder(world, "again");
  result = export(world, "again");
  live_assert_exit(&result, 0);
  char *first = live_read_file(live_path(world, "all", "minutes/2025-04-10.csv").text);
  char *second = live_read_file(live_path(world, "again", "minutes/2025-04-10.csv").text);
  assert_string_equal(first, second);
  free(first);
  free(second);
  result = import(world, "all", "");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "nothing to do");
  live_documents_free(&flows);
  live_documents_free(&minutes);
}

static void flows_alone_are_taken_into_an_archive_that_is_there(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene);
  put_all(scene);
  live_clear_folder(world, "alone");
  LiveResult result = export(world, "alone");
  live_assert_exit(&result, 0);
  set_up(scene);
  put_flow(world, "005930", "2025-04-10", 1, "provisional");
  result = import(world, "alone", "--dry-run");
  live_assert_exit(&result, 0);
  assert_named(result.err, "import 0|5 days");
  assert_int_equal(live_count(world, "market_flow", "005930"), 1);
  result = import(world, "alone", "");
  live_assert_exit(&result, 0);
  bson_t *flow = live_get(world, "market_flow", "005930", "2025-04-10");
  assert_string_equal(live_text(flow, "finality"), "final");
  assert_true(live_int64(flow, "foreign_net_buy") == -56400000);
  assert_false(live_has_field(flow, "institution_net_buy"));
  bson_destroy(flow);
  assert_int_equal(live_count(world, "minute_data", "005930"), 1);
}

static void without_any_there_is_no_folder(void **state) {
  LiveScene *scene = *state;
  set_up(scene);
  live_clear_folder(&scene->world, "bare");
  LiveResult result = export(&scene->world, "bare");
  live_assert_exit(&result, 0);
  assert_false(is_there(&scene->world, "bare", "flow"));
  assert_false(is_there(&scene->world, "bare", "minutes"));
  result = import(&scene->world, "bare", "");
  live_assert_exit(&result, 0);
}

/* A stock that is chosen later has its days filled in: the file of a day then says more. */
static void a_file_of_ours_follows_and_another_stays(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene);
  put_all(scene);
  live_clear_folder(world, "grows");
  LiveResult result = export(world, "grows");
  live_assert_exit(&result, 0);
  put_flow(world, "005380", "2025-04-10", 1, "final");
  result = export(world, "grows");
  live_assert_exit(&result, 0);
  char *text = live_read_file(live_path(world, "grows", "flow/2025-04-10.csv").text);
  live_assert_says(text, "\n005380,");
  free(text);
  live_write_file(live_path(world, "grows", "flow/2025-04-10.csv").text, "mine\n");
  result = export(world, "grows");
  live_assert_exit(&result, 78);
  assert_named(result.err, "flow/2025-04-10.csv");
}

/* ---- refusals ---- */

static void a_file_that_cannot_be_right_is_named_and_nothing_is_stored(void **state) {
  static const struct {
    const char *file, *from, *to, *named;
  } CASES[] = {{"flow/2025-04-10.csv", "\n005930,", "\n05930,", "flow/2025-04-10.csv|line 3|ticker"},
               {"flow/2025-04-10.csv", ",3,-4,", ",3,,", "flow/2025-04-10.csv|program_net_volume"},
               {"flow/2025-04-10.csv", "\n005930,", "\n999999,", "flow/2025-04-10.csv|999999"},
               {"minutes/2025-04-10.csv", ",1530,", ",1531,", "minutes/2025-04-10.csv|000660"},
               {"minutes/2025-04-10.csv", ",56400,34,", ",56500,34,", "minutes/2025-04-10.csv|line"},
               {"minutes/2025-04-10.csv", "ticker,", "code,", "minutes/2025-04-10.csv|line 1"}};
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    set_up(scene);
    put_all(scene);
    char folder[8];
    snprintf(folder, sizeof folder, "bad-%zu", i);
    live_clear_folder(world, folder);
    LiveResult result = export(world, folder);
    live_assert_exit(&result, 0);
    live_edit_file(live_path(world, folder, CASES[i].file).text, CASES[i].from, CASES[i].to);
    set_up(scene);
    result = import(world, folder, "");
    live_assert_exit(&result, 78);
    assert_named(result.err, CASES[i].named);
    assert_false(live_has_collection(world, "market_flow", "000660"));
  }
}

static void what_is_stored_stays_and_a_day_without_a_session_is_refused(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  set_up(scene);
  put_all(scene);
  live_clear_folder(world, "other");
  LiveResult result = export(world, "other");
  live_assert_exit(&result, 0);
  live_edit_file(live_path(world, "other", "flow/2025-04-10.csv").text, ",7,", ",8,");
  result = import(world, "other", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, "flow/2025-04-10.csv|000660");
  live_edit_file(live_path(world, "other", "flow/2025-04-10.csv").text, ",8,", ",7,");
  rename(live_path(world, "other", "flow/2025-04-10.csv").text, live_path(world, "other", "flow/2025-01-10.csv").text);
  result = import(world, "other", "");
  live_assert_exit(&result, 78);
  assert_named(result.err, "2025-01-10");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_final_comes_back_as_it_went),
      cmocka_unit_test(flows_alone_are_taken_into_an_archive_that_is_there),
      cmocka_unit_test(without_any_there_is_no_folder),
      cmocka_unit_test(a_file_of_ours_follows_and_another_stays),
      cmocka_unit_test(a_file_that_cannot_be_right_is_named_and_nothing_is_stored),
      cmocka_unit_test(what_is_stored_stays_and_a_day_without_a_session_is_refused),
  };
  return cmocka_run_group_tests(tests, live_scene_open, live_scene_close);
}
