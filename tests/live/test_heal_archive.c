/* Sessions that somebody has deleted from the archive, or damaged there, are asked for again, and what was made of them
 * is right again. The end is compared with a database to which nothing ever happened. */
#include "live_heal.h"
#include "named.h"

static long calls_for(LiveWorld *world, const char *date) { return replay_run_calls(&world->exchange, date); }

static void a_hole_in_the_middle_of_the_archive_is_refetched(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "system_info", "market_days", HEAL_MIDDLE);
  heal_spoil_analysis(scene->world, "005930", HEAL_LATER);
  heal_spoil_analysis(scene->world, "000660", HEAL_MIDDLE);
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  assert_int_equal(calls_for(scene->world, "20250403"), 4); /* KOSPI and KOSDAQ, rows and totals */
  heal_assert_result(scene, 1);
}

static void several_sessions_deleted_from_the_archive_are_refetched(void **state) {
  HealScene *scene = *state;
  live_delete(scene->world, "system_info", "market_days", HEAL_FIRST);
  live_delete(scene->world, "system_info", "market_days", "2025-04-02");
  live_delete(scene->world, "system_info", "market_days", HEAL_MIDDLE);
  live_delete(scene->world, "system_info", "market_days", "2025-04-10");
  heal_spoil_analysis(scene->world, "005930", HEAL_FIRST);
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  heal_assert_result(scene, 1);
}

static void spoil_archive(LiveWorld *world, const char *date) {
  live_update(world, "system_info", "market_days", date,
              "{\"$set\": {\"data\": {\"$binary\": {\"base64\": \"KLUv/QBYAQAA\", \"subType\": \"00\"}}}}");
}

static void a_damaged_archive_document_is_replaced_when_it_is_asked_for(void **state) {
  HealScene *scene = *state;
  spoil_archive(scene->world, HEAL_MIDDLE);
  char arguments[32];
  snprintf(arguments, sizeof arguments, "--date %s", HEAL_MIDDLE);
  LiveResult result = live_do(scene->world, "daily_update", HEAL_MORNINGS[0], arguments);
  live_assert_says(result.err, HEAL_MIDDLE);
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[0], "");
  heal_assert_result(scene, 0);
}

static bool damage_is_reported(LiveWorld *world, const char *date) {
  char id[64];
  snprintf(id, sizeof id, "archive-damaged:%s", date);
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  bool open = alert != NULL && !live_has_field(alert, "resolved_utc");
  bson_destroy(alert);
  return open;
}

static void damaged_archive_documents_are_found_with_the_next_session_and_fetched_again(void **state) {
  HealScene *scene = *state;
  static const char *const dates[] = {"2025-03-26", "2025-04-02", "2025-04-03", "2025-04-10"};
  for (size_t i = 0; i < 4; i++) spoil_archive(scene->world, dates[i]);
  live_delete(scene->world, "system_info", "target_tickers", "000660"); /* which is worked out from the archive */
  LiveResult result = live_do(scene->world, "daily_update", HEAL_MORNINGS[1], "");
  assert_named(result.err, "2025-04-03|archive");
  for (size_t i = 0; i < 4; i++) assert_false(damage_is_reported(scene->world, dates[i]));
  live_do(scene->world, "hourly_analysis", HEAL_MORNINGS[1], "");
  heal_assert_result(scene, 1);
}

static void a_damaged_archive_document_is_reported_while_the_exchange_does_not_help(void **state) {
  HealScene *scene = *state;
  spoil_archive(scene->world, HEAL_MIDDLE);
  live_fault(scene->world, "kind=half&date=20250403");
  LiveResult result = live_run_at(scene->world, "daily_update", HEAL_MORNINGS[1], "");
  live_assert_exit(&result, 75);
  assert_true(damage_is_reported(scene->world, HEAL_MIDDLE));
  live_clear_faults(scene->world);
  heal_run_morning(scene->world, HEAL_MORNINGS[1]);
  assert_false(damage_is_reported(scene->world, HEAL_MIDDLE));
  heal_assert_result(scene, 1);
}

static const char UNREADABLE[] = "{\"_id\": \"%s\", \"markets\": [\"KOSPI\"], \"data\": \"somebody's\"}";

static void insert_unreadable(LiveWorld *world, const char *date) {
  char document[128];
  snprintf(document, sizeof document, UNREADABLE, date);
  live_insert(world, "system_info", "market_days", document);
}

static void somebodys_document_in_the_place_of_a_closed_day_is_removed(void **state) {
  LiveWorld *world = ((HealScene *)*state)->world;
  static const char HOLIDAY[] = "2025-03-03";
  live_do(world, "manual_setup", "2025-03-11T00:00:00Z", "--days 8");
  live_assert_state(world, HOLIDAY, "closed");
  insert_unreadable(world, HOLIDAY);
  LiveResult result = live_do(world, "daily_update", "2025-03-12T00:00:00Z", "");
  assert_named(result.err, "2025-03-03|market_days");
  assert_false(live_has(world, "system_info", "market_days", HOLIDAY));
  assert_false(damage_is_reported(world, HOLIDAY));
  live_assert_state(world, HOLIDAY, "closed");
  assert_int_equal(calls_for(world, "20250303"), 2); /* those of set-up: nobody had to ask again */
  insert_unreadable(world, HOLIDAY);
  live_do(world, "daily_update", "2025-03-12T00:00:00Z", "--date 2025-03-03"); /* as --verify says */
  assert_false(live_has(world, "system_info", "market_days", HOLIDAY));
}

/* A day that somebody calls completed, with a document that nobody can read: the exchange answers nothing for it, and
 * the session behind it continues the one before it. */
static void a_closed_day_that_somebody_calls_completed_is_closed_again(void **state) {
  LiveWorld *world = ((HealScene *)*state)->world;
  static const char HOLIDAY[] = "2025-03-03";
  live_do(world, "manual_setup", "2025-03-11T00:00:00Z", "--days 8");
  LiveDump undisturbed = live_dump(world, LIVE_RESULT);
  insert_unreadable(world, HOLIDAY);
  live_update(world, "system_info", "job_status", "2025-03-03_daily_update", "{\"$set\": {\"status\": \"completed\"}}");
  LiveResult result = live_do(world, "daily_update", "2025-03-11T00:00:00Z", "--from 2025-02-28 --to 2025-03-05");
  assert_named(result.err, "2025-03-03|removed");
  live_assert_state(world, HOLIDAY, "closed");
  assert_false(damage_is_reported(world, HOLIDAY));
  LiveDump healed = live_dump(world, LIVE_RESULT);
  live_assert_same(&healed, &undisturbed);
  live_dump_free(&undisturbed);
  live_dump_free(&healed);
}

/* The exchange has lost the session: the day fails for as long as that lasts, and whatever is new is taken in. */
static void a_damaged_session_that_the_exchange_has_lost_holds_no_other(void **state) {
  HealScene *scene = *state;
  LiveWorld *world = scene->world;
  spoil_archive(world, HEAL_MIDDLE);
  live_fault(world, "kind=empty&date=20250403");
  for (size_t morning = 1; morning <= 2; morning++) {
    LiveResult result = live_run_at(world, "daily_update", HEAL_MORNINGS[morning], "");
    live_assert_exit(&result, 75);
    assert_named(result.err, "2025-04-03|2025-04-04|2025-04-02");
    live_assert_state(world, HEAL_MIDDLE, "failed");
    live_assert_state(world, morning == 1 ? "2025-04-11" : "2025-04-14", "completed");
    assert_true(damage_is_reported(world, HEAL_MIDDLE));
  }
  live_clear_faults(world);
  heal_run_morning(world, HEAL_MORNINGS[2]);
  assert_false(damage_is_reported(world, HEAL_MIDDLE));
  heal_assert_result(scene, 2);
}

static void set_up_again_fetches_what_it_cannot_read(void **state) {
  HealScene *scene = *state;
  LiveWorld *world = scene->world;
  insert_unreadable(world, HEAL_MIDDLE);
  live_do(world, "manual_setup", HEAL_MORNINGS[0], HEAL_DAYS);
  live_do(world, "hourly_analysis", HEAL_MORNINGS[0], "");
  heal_assert_result(scene, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, heal_set_up)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_hole_in_the_middle_of_the_archive_is_refetched),
      TEST(several_sessions_deleted_from_the_archive_are_refetched),
      TEST(a_damaged_archive_document_is_replaced_when_it_is_asked_for),
      TEST(damaged_archive_documents_are_found_with_the_next_session_and_fetched_again),
      TEST(a_damaged_archive_document_is_reported_while_the_exchange_does_not_help),
      cmocka_unit_test_setup(somebodys_document_in_the_place_of_a_closed_day_is_removed, heal_reset),
      cmocka_unit_test_setup(a_closed_day_that_somebody_calls_completed_is_closed_again, heal_reset),
      cmocka_unit_test_setup(a_damaged_session_that_the_exchange_has_lost_holds_no_other, heal_set_up),
      cmocka_unit_test_setup(set_up_again_fetches_what_it_cannot_read, heal_reset),
  };
  return cmocka_run_group_tests_name("heal_archive", tests, heal_open, heal_close);
}
