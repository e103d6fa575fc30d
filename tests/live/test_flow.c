/* market_flow and minute_prices: the real programs, a broker that answers from recorded days, real rows of investors.
 */
#include "flow_scene.h"

/* ---- flows ---- */

/* date,code,open,high,low,close,volume,institution,other,individual,foreign: the nets of the recorded rows. */
static size_t compare_with_recorded(Scene *scene, const char *from, const char *to) {
  FILE *file = fopen(TEST_DATA "/investor/net_shares.csv", "r");
  char line[256], date[16], code[16];
  long long institution, individual, foreign;
  size_t compared = 0;
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%10[^,],%6[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lld,%*[^,],%lld,%lld", date, code,
               &institution, &individual, &foreign) != 5 ||
        strcmp(date, from) < 0 || strcmp(date, to) > 0)
      continue;
    bson_t *document = live_find(&scene->world, "market_flow", code, date);
    if (!document) continue;
    assert_int_equal(live_int64(document, "institution_net_volume"), institution);
    assert_int_equal(live_int64(document, "individual_net_volume"), individual);
    assert_int_equal(live_int64(document, "foreign_net_volume"), foreign);
    assert_true(live_has_field(document, "program_net_buy") && live_has_field(document, "foreign_net_buy"));
    bson_destroy(document);
    compared++;
  }
  fclose(file);
  return compared;
}

static void flows_are_provisional_then_final_and_gain_their_close(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, AFTERNOON, "");
  assert_status(scene, DATE, "market_flow", "waiting", "provisional", STOCK_COUNT);
  assert_finality(scene, "market_flow", DATE, "provisional");
  assert_finality(scene, "market_flow", BEFORE, "final");
  assert_false(has_close(scene, STOCKS[0], DATE));
  long asked = count(scene, "calls");
  do_at(scene, AFTERNOON, ""); /* nothing new to be had */
  assert_int_equal(count(scene, "calls"), asked);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_finality(scene, "market_flow", DATE, "final");
  assert_false(has_close(scene, STOCKS[0], DATE));
  next_day(scene);
  asked = count(scene, "calls");
  do_at(scene, NEXT, "");
  assert_int_equal(count(scene, "calls"), asked);
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  for (int i = 0; i < STOCK_COUNT; i++) {
    bson_t *document = live_get(&scene->world, "market_flow", STOCKS[i], DATE);
    assert_int_equal(live_int64(document, "close"), archived_close(scene, STOCKS[i], DATE));
    bson_destroy(document);
  }
}

static void flows_equal_the_recorded_rows_and_one_answer_fills_thirty_days(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, EVENING, "");
  assert_int_equal(count(scene, "investor") + count(scene, "program"), 2 * STOCK_COUNT);
  assert_status(scene, BEFORE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_true(compare_with_recorded(scene, "2024-09-26", DATE) >= SESSIONS);
  assert_int_equal(live_count(&scene->world, "market_flow", STOCKS[0]), SESSIONS + 1);
}

static void what_is_gone_or_altered_is_found_and_comes_back(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, EVENING, "");
  next_day(scene);
  do_at(scene, NEXT, "");
  LiveDump whole = live_dump(&scene->world, LIVE_CONTENT), flows = live_dump_part(&whole, "market_flow.");
  live_delete(&scene->world, "market_flow", STOCKS[1], BEFORE);
  live_update(&scene->world, "market_flow", STOCKS[2], DATE, "{\"$set\": {\"close\": {\"$numberLong\": \"7\"}}}");
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "daily_update --dataset market_flow --date 2024-10-10");
  live_assert_says(result.out, "daily_update --dataset market_flow --date 2024-10-11");
  do_at(scene, NEXT, "--dataset market_flow --date 2024-10-10");
  do_at(scene, NEXT, "--dataset market_flow --date 2024-10-11");
  result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
  LiveDump now = live_dump(&scene->world, LIVE_CONTENT), again = live_dump_part(&now, "market_flow.");
  live_assert_same(&again, &flows);
  live_dump_free(&again);
  live_dump_free(&now);
  live_dump_free(&flows);
  live_dump_free(&whole);
}

static void flows_that_are_requested_are_asked_again(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, EVENING, "");
  long asked = count(scene, "investor");
  live_update(&scene->world, "market_flow", STOCKS[2], BEFORE,
              "{\"$set\": {\"foreign_net_volume\": {\"$numberLong\": \"7\"}}}");
  do_at(scene, EVENING, "--request market_flow --from 2024-10-10 --to 2024-10-11 --reason doubt");
  do_at(scene, EVENING, "");
  assert_true(count(scene, "investor") > asked);
  LiveDocuments requests = live_documents(&scene->world, "system_info", "requests");
  assert_string_equal(live_text(requests.items[0], "status"), "done");
  live_assert_says(live_text(requests.items[0], "result"), "2 sessions asked for again: 2 proven; 1 documents changed");
  live_documents_free(&requests);
  bson_t *flow = live_get(&scene->world, "market_flow", STOCKS[2], BEFORE);
  assert_true(live_int64(flow, "foreign_net_volume") != 7);
  bson_destroy(flow);
}

static void one_broken_stock_holds_no_other(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  control(scene, "fault?service=investor&kind=negative&times=1");
  LiveResult result = run_at(scene, EVENING, "--dataset market_flow --date 2024-10-11");
  live_assert_exit(&result, 75);
  assert_status(scene, DATE, "market_flow", "failed", "final", STOCK_COUNT - 1);
  bson_t *status = status_of(scene, DATE, "market_flow");
  assert_true(live_array_is(status, "missing", (const char *const[]){"000020"}, 1));
  bson_destroy(status);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
}

static void a_killed_token_ends_the_run_and_the_next_one_goes_on(void **state) {
  Scene *scene = *state;
  set_up(scene, "flow");
  do_at(scene, AFTERNOON, "");
  control(scene, "kill-token");
  run_at(scene, EVENING, "");
  assert_finality(scene, "market_flow", DATE, "provisional");
  next_day(scene);
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
}

static void rate_errors_are_waited_for(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  control(scene, "fault?service=investor&kind=code&code=EGW00201&value=500&times=2");
  control(scene, "fault?service=minutes-dated&kind=code&code=EGW00201&times=2");
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
}

/* No evening is known of a day on which the exchange was closed: a holiday in the middle of the week. */
static void a_day_without_a_session_leaves_nothing(void **state) {
  Scene *scene = *state;
  live_do(&scene->world, "manual_setup", "2024-10-09T00:00:00Z", "--days 5");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"000660\"], \"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  choose(scene, "both");
  do_at(scene, "2024-10-09T07:05:00Z", "");
  assert_false(live_has(&scene->world, "system_info", "job_status", "2024-10-09_market_flow"));
  assert_false(live_has(&scene->world, "system_info", "job_status", "2024-10-09_minute_prices"));
  assert_false(live_has(&scene->world, "market_flow", "000660", "2024-10-09"));
}

/* ---- minutes ---- */

static void minutes_are_provisional_until_the_archive_agrees(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  do_at(scene, AFTERNOON, "--dataset minute_prices --date 2024-10-11");
  assert_true(count(scene, "minutes-dated") >= 2 * STOCK_COUNT && count(scene, "minutes-dated") <= 4 * STOCK_COUNT);
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
  assert_finality(scene, "minute_data", DATE, "provisional");
  next_day(scene);
  long asked = count(scene, "calls");
  do_at(scene, NEXT, "--dataset minute_prices --date 2024-10-11");
  assert_true(count(scene, "calls") >= asked);
  do_at(scene, NEXT, "");
  assert_status(scene, DATE, "minute_prices", "completed", "final", STOCK_COUNT);
  assert_finality(scene, "minute_data", DATE, "final");
  assert_finality(scene, "minute_data", BEFORE, "final");
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
}

static void the_closing_auction_is_awaited(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  control(scene, "market?auction_back=1620");
  do_at(scene, AFTERNOON, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", 0);
  assert_false(live_has(&scene->world, "minute_data", STOCKS[0], DATE));
  do_at(scene, "2024-10-11T07:25:00Z", "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
}

/* One stock: paper trading is asked once a second, sixteen times for each. */
static void paper_trading_brings_todays_minutes_and_investors(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  control(scene, "paper");
  point_at(scene, "openapivts.localhost");
  live_set(&scene->world, "no_proxy", "*");
  live_update(&scene->world, "system_info", "watchlists", "mine", "{\"$set\": {\"tickers\": [\"000660\"]}}");
  do_at(scene, EVENING, "--dataset market_flow --date 2024-10-11");
  assert_status(scene, DATE, "market_flow", "completed", "final", 1);
  do_at(scene, EVENING, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", 1);
  bson_t *flow = live_get(&scene->world, "market_flow", STOCKS[0], DATE);
  assert_false(live_has_field(flow, "program_net_buy"));
  bson_destroy(flow);
}

static void exam_days_end_an_hour_later(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  control(scene, "hours?date=2024-10-11&open=1000&close=1630");
  control(scene, "market?auction_back=1645");
  next_day(scene);
  do_at(scene, NEXT, "");
  do_at(scene, NEXT, "--dataset minute_prices --date 2024-10-11");
  assert_status(scene, DATE, "minute_prices", "completed", "final", STOCK_COUNT);
  control(scene, "hours?date=2024-10-11&open=0900&close=1530");
}

static void two_processes_do_the_work_once(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  char request[64], arguments[64];
  snprintf(request, sizeof request, "now?instant=%s", EVENING);
  control(scene, request);
  live_exchange_now(&scene->world, EVENING);
  snprintf(arguments, sizeof arguments, "--now %s", EVENING);
  LiveProcess processes[2];
  for (int i = 0; i < 2; i++) processes[i] = live_start(&scene->world, "daily_update", arguments);
  for (int i = 0; i < 2; i++) {
    LiveResult result = live_finish(&scene->world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "market_flow", "completed", "final", STOCK_COUNT);
  assert_int_equal(count(scene, "investor"), STOCK_COUNT);
}

/* Thirty days by one answer; those behind them by the service that knows dates, thirty by each. */
static void older_flows_come_by_the_dated_service(void **state) {
  Scene *scene = *state;
  enum { MANY = 50 };
  live_do(&scene->world, "manual_setup", MORNING, "--days 50");
  live_insert(&scene->world, "system_info", "watchlists",
              "{\"_id\": \"mine\", \"tickers\": [\"005930\"], \"updated_utc\": {\"$date\": \"2024-10-01T00:00:00Z\"}}");
  choose(scene, "flow");
  do_at(scene, EVENING, "");
  assert_int_equal(live_count(&scene->world, "market_flow", "005930"), MANY + 1);
  assert_int_equal(count(scene, "investor"), 1);
  assert_true(count(scene, "investor-daily") >= 1 && count(scene, "investor-daily") <= 2);
  LiveDocuments flows = live_documents(&scene->world, "market_flow", "005930");
  assert_string_equal(live_text(flows.items[0], "finality"), "final");
  assert_status(scene, live_id(flows.items[0]), "market_flow", "completed", "final", 1);
  live_documents_free(&flows);
  long asked = count(scene, "calls");
  do_at(scene, EVENING, "");
  assert_int_equal(count(scene, "calls"), asked);
}

/* Filling in leaves half of the day's calls to the work of the day. */
static void filling_in_leaves_calls_for_the_day(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  live_set(&scene->world, "CLOSEBELL_KIS_CALLS_PER_DAY", "60");
  do_at(scene, EVENING, "");
  assert_status(scene, DATE, "minute_prices", "waiting", "provisional", STOCK_COUNT);
  assert_status(scene, BEFORE, "minute_prices", "completed", "final", STOCK_COUNT);
  assert_true(count(scene, "minutes-dated") < 60);
  assert_true(live_count(&scene->world, "minute_data", STOCKS[0]) < SESSIONS + 1);
}

static void what_would_be_asked_is_said_and_each_day_explained(void **state) {
  Scene *scene = *state;
  set_up(scene, "both");
  LiveResult result = live_look(&scene->world, "daily_update", EVENING, "--dry-run");
  live_assert_says(result.out, "market_flow");
  live_assert_says(result.out, "minute_prices");
  do_at(scene, EVENING, "");
  result = live_look(&scene->world, "daily_update", EVENING, "--explain 2024-10-10");
  live_assert_says(result.out, "market_flow");
  live_assert_says(result.out, "minute_prices");
  result = live_look(&scene->world, "daily_update", EVENING, "--history");
  live_assert_says(result.out, "daily_update");
}

static void minutes_older_than_keep_days_are_removed(void **state) {
  Scene *scene = *state;
  set_up(scene, "minutes");
  do_at(scene, EVENING, "");
  assert_int_equal(live_count(&scene->world, "minute_data", STOCKS[0]), SESSIONS + 1);
  live_set(&scene->world, "CLOSEBELL_MINUTES_KEEP_DAYS", "5");
  next_day(scene);
  do_at(scene, NEXT, "");
  LiveDocuments minutes = live_documents(&scene->world, "minute_data", STOCKS[0]);
  assert_true(minutes.count > 0 && strcmp(live_id(minutes.items[0]), "2024-10-08") > 0);
  live_documents_free(&minutes);
  LiveResult result = live_run_at(&scene->world, "manual_setup", NEXT, "--verify");
  live_assert_exit(&result, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(flows_are_provisional_then_final_and_gain_their_close),
      TEST(flows_equal_the_recorded_rows_and_one_answer_fills_thirty_days),
      TEST(what_is_gone_or_altered_is_found_and_comes_back),
      TEST(flows_that_are_requested_are_asked_again),
      TEST(one_broken_stock_holds_no_other),
      TEST(a_killed_token_ends_the_run_and_the_next_one_goes_on),
      TEST(rate_errors_are_waited_for),
      TEST(a_day_without_a_session_leaves_nothing),
      TEST(minutes_are_provisional_until_the_archive_agrees),
      TEST(the_closing_auction_is_awaited),
      TEST(paper_trading_brings_todays_minutes_and_investors),
      TEST(exam_days_end_an_hour_later),
      TEST(two_processes_do_the_work_once),
      TEST(older_flows_come_by_the_dated_service),
      TEST(filling_in_leaves_calls_for_the_day),
      TEST(minutes_older_than_keep_days_are_removed),
      TEST(what_would_be_asked_is_said_and_each_day_explained),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
