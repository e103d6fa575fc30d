/* etf_days over the wire: a window of sessions that is proven oldest first, that holds at what cannot be proven, comes
 * back when it is gone, and costs nothing without the setting or without the service. */
#include <stdlib.h>

#include "live_db.h"
#include "made_funds.h"

static const char NOW[] = "2023-02-10T00:00:00Z", NEWEST[] = "2023-02-09";
static const char LATER[] = "2023-02-13T00:00:00Z", NEXT[] = "2023-02-10";
static const char LATEST[] = "2023-02-14T00:00:00Z", LAST[] = "2023-02-13";
/* Sessions of January and February 2023, from 2023-01-02 on; there was none on 23 and 24 January. */
static const char *const DATES[] = {"2023-01-25", "2023-01-26", "2023-01-27", "2023-01-30", "2023-01-31", "2023-02-01",
                                    "2023-02-02", "2023-02-03", "2023-02-06", "2023-02-07", "2023-02-08", "2023-02-09"};
enum { FIRST_SESSION = 15, COUNT = sizeof DATES / sizeof DATES[0], DAYS = 8, FUNDS = 60 };
static const char PATH[] = "/svc/apis/etp/etf_bydd_trd";

static long etf_calls(LiveWorld *world) { return replay_run_calls(&world->exchange, PATH); }

static const char *etf_state(LiveWorld *world, const char *date) {
  static LiveState state;
  state = live_state(world, date, "etf_days");
  return state.text;
}

static void set_up(LiveWorld *world, const char *days) {
  live_set(world, "CLOSEBELL_INDICES_NAMES", "");
  live_set(world, "CLOSEBELL_ETF_DAYS", days);
  live_do(world, "manual_setup", NOW, "--days 16");
}

/* Each figure that is published, and no other. */
static void assert_fund(LiveWorld *world, size_t fund, long session, const char *date) {
  MadeFund made;
  if (!made_fund(fund, session, &made)) return;
  bson_t *document = live_get(world, "etf_data", made.code, date);
  assert_int_equal(live_int64(document, "open"), made.open);
  assert_int_equal(live_int64(document, "high"), made.high);
  assert_int_equal(live_int64(document, "low"), made.low);
  assert_int_equal(live_int64(document, "close"), made.close);
  assert_int_equal(live_int64(document, "change"), made.change);
  assert_int_equal(live_int64(document, "volume"), made.volume);
  assert_int_equal(live_int64(document, "value"), made.value);
  assert_int_equal(live_int64(document, "market_cap"), made.market_cap);
  assert_int_equal(live_int64(document, "listed_shares"), made.listed_shares);
  assert_int_equal(live_has_field(document, "net_assets"), made.net_assets != 0);
  assert_int_equal(live_has_field(document, "nav"), made.nav != 0);
  assert_int_equal(live_has_field(document, "index_name"), made.index != 0);
  assert_int_equal(live_has_field(document, "index_close"), made.index != 0);
  if (made.nav) assert_true(live_double(document, "nav") == (double)made.nav / 100);
  if (made.index) assert_string_equal(live_text(document, "index_name"), made.index_name);
  assert_int_equal(bson_count_keys(document), 10 + (made.net_assets != 0) + (made.nav != 0) + 2 * (made.index != 0));
  bson_destroy(document);
}

/* Every fund of the sessions first..end - 1 of DATES, and no document of another. */
static void assert_whole(LiveWorld *world, size_t first, size_t end) {
  int64_t documents = 0, stored = 0;
  for (size_t fund = 0; fund < FUNDS; fund++) {
    MadeFund made;
    bool seen = false;
    char code[MADE_FUND_CODE_SIZE] = "";
    for (size_t i = first; i < end; i++) {
      if (!made_fund(fund, FIRST_SESSION + (long)i, &made)) continue;
      seen = true;
      documents++;
      strcpy(code, made.code);
      assert_fund(world, fund, FIRST_SESSION + (long)i, DATES[i]);
    }
    if (seen) stored += live_count(world, "etf_data", code);
    assert_int_equal(live_has(world, "system_info", "etfs", code), seen);
  }
  assert_int_equal(documents, stored);
  for (size_t i = first; i < end; i++) assert_string_equal(etf_state(world, DATES[i]), "completed");
  if (first > 0) assert_string_equal(etf_state(world, DATES[first - 1]), "absent");
}

static void the_newest_sessions_come_and_the_one_before_them_is_asked_and_not_kept(void **state) {
  LiveWorld *world = *state;
  set_up(world, "8");
  assert_int_equal(etf_calls(world), DAYS + 1);
  assert_whole(world, COUNT - DAYS, COUNT);
  bson_t *status = live_get(world, "system_info", "job_status", "2023-02-09_etf_days");
  assert_int_equal(live_int64(status, "expected_rows"), live_int64(status, "stored_rows"));
  assert_string_equal(live_text(status, "finality"), "final");
  bson_destroy(status);
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(etf_calls(world), 1);
  assert_string_equal(etf_state(world, NEXT), "completed");
  assert_string_equal(etf_state(world, DATES[COUNT - DAYS]), "completed");
  live_forget_calls(world);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(live_calls(world), 0);
  live_do(world, "manual_setup", LATER, "--verify");
  assert_false(live_has_collection(world, "stock_data", "300000"));
}

static void a_fund_keeps_its_newest_name_and_its_dates(void **state) {
  LiveWorld *world = *state;
  set_up(world, "12");
  MadeFund early, late;
  assert_true(made_fund(3, FIRST_SESSION, &early) && made_fund(3, FIRST_SESSION + COUNT - 1, &late));
  assert_string_not_equal(early.name, late.name);
  bson_t *fund = live_get(world, "system_info", "etfs", late.code);
  assert_string_equal(live_text(fund, "name"), late.name);
  assert_string_equal(live_text(fund, "index_name"), late.index_name);
  assert_string_equal(live_text(fund, "first_date"), DATES[0]);
  assert_string_equal(live_text(fund, "last_date"), NEWEST);
  bson_destroy(fund);
  assert_true(made_fund(7, FIRST_SESSION + COUNT - 1, &late) && !made_fund(7, FIRST_SESSION, &early));
  fund = live_get(world, "system_info", "etfs", late.code);
  assert_string_equal(live_text(fund, "first_date"), DATES[2]); /* its session 17 */
  bson_destroy(fund);
}

static void a_larger_number_extends_the_window_backwards(void **state) {
  LiveWorld *world = *state;
  set_up(world, "3");
  assert_whole(world, COUNT - 3, COUNT);
  live_forget_calls(world);
  live_set(world, "CLOSEBELL_ETF_DAYS", "10");
  live_do(world, "daily_update", NOW, "");
  assert_int_equal(etf_calls(world), 7 + 1);
  assert_whole(world, COUNT - 10, COUNT);
  MadeFund renamed; /* after the first of the three */
  assert_true(made_fund(3, FIRST_SESSION + COUNT - 1, &renamed));
  bson_t *fund = live_get(world, "system_info", "etfs", renamed.code);
  assert_string_equal(live_text(fund, "name"), renamed.name);
  assert_string_equal(live_text(fund, "first_date"), DATES[COUNT - 10]);
  assert_string_equal(live_text(fund, "last_date"), NEWEST);
  bson_destroy(fund);
  live_set(world, "CLOSEBELL_ETF_DAYS", "2");
  live_do(world, "daily_update", LATER, "");
  assert_string_equal(etf_state(world, NEXT), "completed");
  assert_string_equal(etf_state(world, DATES[COUNT - 10]), "completed");
  live_do(world, "manual_setup", LATER, "--verify");
}

/* What is wrong with an answer, and the state that it leaves. */
static void assert_holds(LiveWorld *world, const char *fault, const char *left) {
  char text[160];
  snprintf(text, sizeof text, "%s&market=etf&date=2023-02-10", fault);
  live_clear_faults(world);
  live_fault(world, text);
  live_run_at(world, "daily_update", LATEST, "");
  live_assert_state(world, LAST, "completed");
  if (strcmp(etf_state(world, NEXT), left) != 0) fail_msg("%s: %s", fault, etf_state(world, NEXT));
  assert_string_equal(etf_state(world, LAST), "absent");
  assert_false(live_has(world, "etf_data", "300000", NEXT));
}

static void what_cannot_be_believed_is_not_stored_and_holds_what_comes_after(void **state) {
  LiveWorld *world = *state;
  set_up(world, "3");
  assert_holds(world, "kind=status&value=500", "absent");
  assert_holds(world, "kind=html", "absent");
  assert_holds(world, "kind=truncated", "absent");
  assert_holds(world, "kind=empty", "waiting");
  assert_holds(world, "kind=wrong-date", "failed");
  assert_holds(world, "kind=repeat", "failed");
  assert_holds(world, "kind=half", "failed");
  assert_holds(world, "kind=duplicate", "failed");
  assert_holds(world, "kind=lacks", "failed");
  assert_holds(world, "kind=overflow", "failed");
  assert_holds(world, "kind=totals", "failed");
  assert_holds(world, "kind=wrong-total", "failed");
  assert_holds(world, "kind=unlinked", "failed");
  bson_t *status = live_get(world, "system_info", "job_status", "2023-02-10_etf_days");
  live_assert_says(live_text(status, "reason"), "continue");
  bson_destroy(status);
  assert_true(live_has(world, "system_info", "ops_alerts", "etf-days:2023-02-10"));
  LiveResult plan = live_run_at(world, "daily_update", LATEST, "--dry-run");
  live_assert_says(plan.out, "etf_days: 3 of 5 sessions proven; 2 would be asked for, oldest first from 2023-02-10");
  live_clear_faults(world);
  live_do(world, "daily_update", LATEST, "");
  assert_string_equal(etf_state(world, NEXT), "completed");
  assert_string_equal(etf_state(world, LAST), "completed");
}

static void what_is_lost_or_altered_is_found_and_comes_back(void **state) {
  LiveWorld *world = *state;
  set_up(world, "4");
  LiveDump whole = live_dump(world, LIVE_CONTENT);
  live_delete(world, "etf_data", "300000", "2023-02-08");
  live_update(world, "etf_data", "300020", "2023-02-07", "{\"$set\": {\"close\": 15}}");
  live_delete(world, "system_info", "etfs", "300030");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "daily_update --dataset etf_days --date 2023-02-08");
  live_assert_says(result.out, "daily_update --dataset etf_days --date 2023-02-07");
  live_assert_says(result.out, "300030");
  live_do(world, "daily_update", NOW, "--dataset etf_days");
  live_assert_holds(world, LIVE_CONTENT, &whole);
  live_drop(world, "etf_data", "300040");
  live_delete(world, "system_info", "etfs", "300050");
  live_do(world, "daily_update", LATER, "");
  assert_string_equal(etf_state(world, NEXT), "completed");
  assert_int_equal(live_count(world, "etf_data", "300040"), 5);
  live_do(world, "manual_setup", LATER, "--verify");
  live_dump_free(&whole);
}

/* The answer has no such fund, and the list of funds neither. */
static void what_no_fund_of_the_session_has_goes(void **state) {
  static const char STRAY[] = "{\"_id\": \"2023-02-08\", \"close\": {\"$numberLong\": \"15\"}}";
  static const char EARLIER[] = "{\"_id\": \"2023-02-06\", \"close\": {\"$numberLong\": \"15\"}}";
  LiveWorld *world = *state;
  set_up(world, "4");
  live_insert(world, "etf_data", "990000", STRAY);
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "daily_update --dataset etf_days --date 2023-02-08");
  live_do(world, "daily_update", NOW, "--dataset etf_days --date 2023-02-08");
  assert_int_equal(live_count(world, "etf_data", "990000"), 0);
  live_do(world, "manual_setup", NOW, "--verify");
  live_insert(world, "etf_data", "990000", EARLIER);
  live_insert(world, "etf_data", "990000", STRAY);
  live_do(world, "daily_update", LATER, "--dataset etf_days --date 2023-02-10");
  assert_false(live_has(world, "system_info", "etfs", "990000"));
  live_insert(world, "etf_data", "990000", EARLIER);
  live_insert(world, "etf_data", "990000", STRAY);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(live_count(world, "etf_data", "990000"), 1);
  assert_false(live_has(world, "system_info", "etfs", "990000")); /* an entry would have no name */
  live_do(world, "daily_update", LATEST, "");
  assert_int_equal(live_count(world, "etf_data", "990000"), 0);
  live_forget_calls(world);
  live_do(world, "daily_update", LATEST, "");
  assert_int_equal(etf_calls(world), 0);
  live_do(world, "manual_setup", LATEST, "--verify");
}

static void a_session_behind_one_that_failed_is_not_blamed(void **state) {
  LiveWorld *world = *state;
  set_up(world, "4");
  live_fault(world, "kind=half&market=etf&date=2023-02-07");
  live_run_at(world, "daily_update", NOW, "--dataset etf_days --date 2023-02-07");
  assert_string_equal(etf_state(world, "2023-02-07"), "failed");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_says(result.out, "daily_update --dataset etf_days --date 2023-02-07");
  assert_null(strstr(result.out, "2023-02-08"));
}

static void a_document_of_no_session_is_told_with_commands_that_work(void **state) {
  LiveWorld *world = *state;
  set_up(world, "4");
  live_insert(world, "etf_data", "300000", "{\"_id\": \"2023-03-15\", \"close\": {\"$numberLong\": \"15\"}}");
  LiveResult result = live_run_at(world, "manual_setup", NOW, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out,
                   "db.getSiblingDB(\"etf_data\").getCollection(\"300000\").deleteOne({_id: \"2023-03-15\"})");
  assert_null(strstr(result.out, "--date 2023-03-15"));
}

static void a_key_without_the_service_is_told_once_and_stops_nothing(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=not-approved&market=etf");
  set_up(world, "3");
  assert_int_equal(etf_calls(world), 1);
  bson_t *door = live_get(world, "system_info", "source_state", "krx-etf");
  live_assert_instant(door, "blocked_until_utc");
  bson_destroy(door);
  live_do(world, "daily_update", LATER, "");
  live_do(world, "daily_update", LATEST, "");
  assert_int_equal(etf_calls(world), 1);
  live_assert_state(world, LAST, "completed");
  assert_string_equal(etf_state(world, LAST), "absent");
  assert_false(live_has(world, "system_info", "ops_alerts", "etf_days-missing:etf_days"));
  live_clear_faults(world);
  live_delete(world, "system_info", "source_state", "krx-etf");
  live_do(world, "daily_update", LATEST, "");
  assert_string_equal(etf_state(world, LAST), "completed");
}

static void without_the_setting_nothing_is_asked_or_written(void **state) {
  LiveWorld *world = *state;
  set_up(world, NULL);
  live_do(world, "daily_update", LATER, "");
  assert_int_equal(etf_calls(world), 0);
  assert_string_equal(etf_state(world, NEXT), "absent");
  assert_false(live_has_collection(world, "system_info", "etfs"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_newest_sessions_come_and_the_one_before_them_is_asked_and_not_kept, live_reset_test),
      cmocka_unit_test_setup(a_fund_keeps_its_newest_name_and_its_dates, live_reset_test),
      cmocka_unit_test_setup(a_larger_number_extends_the_window_backwards, live_reset_test),
      cmocka_unit_test_setup(what_cannot_be_believed_is_not_stored_and_holds_what_comes_after, live_reset_test),
      cmocka_unit_test_setup(what_is_lost_or_altered_is_found_and_comes_back, live_reset_test),
      cmocka_unit_test_setup(what_no_fund_of_the_session_has_goes, live_reset_test),
      cmocka_unit_test_setup(a_session_behind_one_that_failed_is_not_blamed, live_reset_test),
      cmocka_unit_test_setup(a_document_of_no_session_is_told_with_commands_that_work, live_reset_test),
      cmocka_unit_test_setup(a_key_without_the_service_is_told_once_and_stops_nothing, live_reset_test),
      cmocka_unit_test_setup(without_the_setting_nothing_is_asked_or_written, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_raw, live_teardown);
}
