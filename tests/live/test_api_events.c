/* GET /events: what comes to be, as server-sent events: kinds, going on after a break, on another server, after
 * restarts of server and database; many listeners, slow ones, and the end. */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "event_client.h"
#include "live_scene.h"
#include "named.h"

enum { FIRST_DAYS = 6, FORTNIGHT = 10, MOST = 100 };

static EventClient patient; /* it listens from the first test to the last */
static Api its_server;

static void rest(void) { nanosleep(&(struct timespec){.tv_nsec = 20000000L}, NULL); }

/* The first sessions are there, and the others come. */
static int fill(void **state) {
  char days[32];
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  snprintf(days, sizeof days, "--days %d", FIRST_DAYS);
  live_do(&scene->world, "manual_setup", live_sample_due(&scene->sample, FIRST_DAYS - 1).text, days);
  live_do(&scene->world, "hourly_analysis", live_sample_due(&scene->sample, FIRST_DAYS - 1).text, "");
  its_server = api_start(&scene->world, "", true);
  event_client_join(&patient, &its_server, NULL);
  return 0;
}

static int close_all(void **state) {
  LiveScene *scene = *state;
  event_client_free(&patient);
  api_stop(&scene->world, &its_server);
  return live_scene_close(state);
}

/* ---- a document of each kind, by hand ---- */

static void stamp(LiveWorld *world, const char *date, const char *job, const char *status, int64_t at_utc) {
  char json[512], id[96];
  snprintf(id, sizeof id, "%s_%s", date, job);
  live_delete(world, "system_info", "job_status", id);
  snprintf(
      json, sizeof json,
      "{\"_id\": \"%s\", \"job_name\": \"%s\", \"date_kst\": \"%s\", \"status\": \"%s\", \"fence\": {\"$numberLong\": "
      "\"1\"}, \"host\": \"h\", \"pid\": {\"$numberLong\": \"1\"}, \"attempt\": {\"$numberLong\": \"1\"}, "
      "\"end_time_utc\": {\"$date\": {\"$numberLong\": \"%lld\"}}}",
      id, job, date, status, (long long)at_utc);
  live_insert(world, "system_info", "job_status", json);
}

static int64_t now_utc(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void raise_alert(LiveWorld *world, const char *subject, int64_t first, int64_t resolved) {
  char json[512], end[96] = "", id[96];
  snprintf(id, sizeof id, "a-test:%s", subject);
  live_delete(world, "system_info", "ops_alerts", id);
  if (resolved)
    snprintf(end, sizeof end, ", \"resolved_utc\": {\"$date\": {\"$numberLong\": \"%lld\"}}", (long long)resolved);
  snprintf(
      json, sizeof json,
      "{\"_id\": \"%s\", \"severity\": \"WARN\", \"kind\": \"a-test\", \"subject\": \"%s\", \"message\": \"m\", "
      "\"count\": {\"$numberLong\": \"1\"}, \"first_utc\": {\"$date\": {\"$numberLong\": \"%lld\"}}, \"last_utc\": "
      "{\"$date\": {\"$numberLong\": \"%lld\"}}%s}",
      id, subject, (long long)first, (long long)first, end);
  live_insert(world, "system_info", "ops_alerts", json);
}

static void restate(LiveWorld *world, int number, int64_t at_utc) {
  char json[256];
  snprintf(json, sizeof json,
           "{\"_id\": \"%010d\", \"tickers\": [\"005930\"], \"reason\": \"a test\", \"at_utc\": {\"$date\": "
           "{\"$numberLong\": \"%lld\"}}}",
           number, (long long)at_utc);
  live_insert(world, "system_info", "restatements", json);
}

static void remove_handmade(LiveWorld *world) {
  static const char *const statuses[] = {"2030-01-01_daily_update", "2030-01-02_market_totals", "2030-01-03_fred_rates",
                                         "2030-01-04_market_totals", "2030-01-01_summary_mail"};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    live_delete(world, "system_info", "job_status", statuses[i]);
  live_drop(world, "system_info", "ops_alerts");
  live_drop(world, "system_info", "restatements");
}

/* ---- tests ---- */

static void each_kind_is_told_with_its_names(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  EventClient client = {0};
  const int64_t now = now_utc();
  event_client_join(&client, &its_server, NULL);
  assert_int_equal(client.count, 0); /* nothing old */
  stamp(world, "2030-01-01", "summary_mail", "completed", now);
  stamp(world, "2030-01-01", "daily_update", "running", now);
  stamp(world, "2030-01-02", "market_totals", "completed", now);
  raise_alert(world, "one", now, 0);
  restate(world, 1, now);
  size_t dataset = event_client_await(&client, "dataset", "2030-01-02");
  size_t alert = event_client_await(&client, "alert", "a-test:one");
  size_t restatement = event_client_await(&client, "restatement", "\"number\":1,");
  live_assert_says(client.events[dataset].data,
                   "\"name\":\"market_totals\",\"status\":\"completed\",\"proven_by\":[\"totals\"]");
  live_assert_says(client.events[alert].data, "\"status\":\"open\"");
  live_assert_says(client.events[restatement].data, "\"name\":\"005930\",\"status\":\"noted\"");
  stamp(world, "2030-01-01", "daily_update", "completed", now + 1);
  raise_alert(world, "one", now, now + 2);
  size_t session = event_client_await(&client, "session", "2030-01-01");
  live_assert_says(client.events[session].data,
                   "\"name\":\"daily_prices\",\"status\":\"completed\",\"proven_by\":[\"links\"]");
  live_assert_says(client.events[session].data, "\"at_utc\":\"20");
  event_client_await(&client, "alert", "\"status\":\"resolved\"");
  assert_int_equal(client.count, 5);                                /* no mail, no session at work */
  stamp(world, "2030-01-01", "daily_update", "completed", now + 9); /* restated: another event */
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; event_client_count(&client, "session", "2030-01-01") < 2;
       rest()) {
    assert_true(event_client_read(&client));
    assert_true(live_now_ms() < until);
  }
  event_client_free(&client);
  remove_handmade(world);
}

static void what_is_no_stream_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"abc", "1.2", "1.------.x", "99999999999999999.------.", "1.------.------!"};
  char value[64], headers[128];
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    snprintf(headers, sizeof headers, "Last-Event-ID: %s\r\n", bad[i]);
    Reply reply = api_ask(&its_server, "GET", "/events", headers);
    if (reply.status != 400) fail_msg("%s: %s", bad[i], reply.text);
    reply_free(&reply);
  }
  Reply later = api_ask(&its_server, "GET", "/events", "Last-Event-ID: 9999999999999.------.\r\n");
  assert_int_equal(later.status, 410);
  reply_free(&later);
  Reply json = api_ask(&its_server, "GET", "/events", "Accept: application/json\r\n");
  assert_int_equal(json.status, 406);
  reply_free(&json);
  Reply posted = api_ask(&its_server, "POST", "/events", "Content-Length: 0\r\n");
  assert_int_equal(posted.status, 405);
  reply_free(&posted);
  Reply asked = api_ask(&its_server, "GET", "/events?since=1", "");
  assert_int_equal(asked.status, 400);
  reply_free(&asked);
  Reply head = api_ask(&its_server, "HEAD", "/events", "If-None-Match: *\r\nAccept-Encoding: gzip\r\n");
  assert_int_equal(head.status, 200);
  assert_int_equal(head.body_length, 0);
  assert_string_equal(reply_header(&head, "Content-Type", value, sizeof value), "text/event-stream");
  assert_string_equal(reply_header(&head, "Content-Encoding", value, sizeof value), "");
  assert_string_equal(reply_header(&head, "ETag", value, sizeof value), "");
  reply_free(&head);
}

/* A reader that breaks off again and again, on two servers, beside restarts of both and of the database. */
static void each_session_of_a_fortnight_is_seen_once_over_restarts(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  Api servers[2] = {api_start(world, "", true), api_start(world, "", true)};
  EventClient client = {0};
  char id[EVENT_TEXT_SIZE];
  event_client_join(&client, &servers[0], NULL);
  for (size_t i = FIRST_DAYS; i < FIRST_DAYS + FORTNIGHT; i++) {
    const char *date = scene->sample.days[i].date;
    if (i % 3 == 0) event_client_close(&client); /* it comes while nobody listens */
    live_do(world, "daily_update", live_sample_due(&scene->sample, i).text, "");
    if (i % 3 == 1) event_client_await(&client, "session", date);
    if (i % 4 == 2 && world->server.pid != 0) {
      embedded_db_kill(&world->server);
      assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
      live_world_reconnect(world);
    }
    if (i % 2 == 0) live_do(world, "hourly_analysis", live_sample_due(&scene->sample, i).text, "");
    event_client_close(&client);
    if (i % 5 == 0) {
      api_stop(world, &servers[i % 2]);
      servers[i % 2] = api_start(world, "", true);
    }
    memcpy(id, client.last_id, sizeof id);
    api_await(&servers[(i + 1) % 2], "/readyz", 200);
    event_client_join(&client, &servers[(i + 1) % 2], id);
    event_client_await(&client, "session", date);
  }
  event_client_await(&patient, "session", scene->sample.days[FIRST_DAYS + FORTNIGHT - 1].date);
  for (size_t i = FIRST_DAYS; i < FIRST_DAYS + FORTNIGHT; i++) {
    assert_int_equal(event_client_count(&client, "session", scene->sample.days[i].date), 1);
    assert_int_equal(event_client_count(&patient, "session", scene->sample.days[i].date), 1);
  }
  event_client_free(&client);
  for (int i = 0; i < 2; i++) api_stop(world, &servers[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_is_told_with_its_names),
      cmocka_unit_test(what_is_no_stream_is_refused),
      cmocka_unit_test(each_session_of_a_fortnight_is_seen_once_over_restarts),
  };
  return cmocka_run_group_tests_name("api_events", tests, fill, close_all);
}
