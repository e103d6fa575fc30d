/* GET /events: what comes to be, as server-sent events: kinds, going on after a break, on another server, after
 * restarts of server and database; many listeners, slow ones, and the end. */
#include <dirent.h>
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

static bson_t *alert_of(const char *subject, int64_t first, int64_t resolved) {
  char id[160];
  snprintf(id, sizeof id, "a-test:%s", subject);
  bson_t *alert =
      BCON_NEW("_id", BCON_UTF8(id), "severity", "WARN", "kind", "a-test", "subject", BCON_UTF8(subject), "message",
               "m", "count", BCON_INT64(1), "first_utc", BCON_DATE_TIME(first), "last_utc", BCON_DATE_TIME(first));
  if (resolved) BSON_APPEND_DATE_TIME(alert, "resolved_utc", resolved);
  return alert;
}

static void raise_alert(LiveWorld *world, const char *subject, int64_t first, int64_t resolved) {
  bson_t *alert = alert_of(subject, first, resolved), selector = BSON_INITIALIZER,
         *upsert = BCON_NEW("upsert", BCON_BOOL(true));
  mongoc_collection_t *alerts = mongoc_client_get_collection(world->client, "system_info", "ops_alerts");
  BSON_APPEND_UTF8(&selector, "_id", live_id(alert));
  assert_true(mongoc_collection_replace_one(alerts, &selector, alert, upsert, NULL, NULL));
  mongoc_collection_destroy(alerts);
  bson_destroy(&selector);
  bson_destroy(upsert);
  bson_destroy(alert);
}

static void raise_many(LiveWorld *world, int count, int64_t first) {
  enum { MANY = 200 };
  bson_t *items[MANY];
  char subject[32];
  assert_true(count <= MANY);
  for (int i = 0; i < count; i++) {
    snprintf(subject, sizeof subject, "slow-%d", i);
    items[i] = alert_of(subject, first + i, first + MANY + i);
  }
  mongoc_collection_t *alerts = mongoc_client_get_collection(world->client, "system_info", "ops_alerts");
  assert_true(mongoc_collection_insert_many(alerts, (const bson_t **)items, (size_t)count, NULL, NULL, NULL));
  mongoc_collection_destroy(alerts);
  for (int i = 0; i < count; i++) bson_destroy(items[i]);
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

/* A host whose clock is behind stamps an earlier instant than what its readers have seen. */
static void what_comes_late_with_an_earlier_instant_is_not_lost(void **state) {
  LiveScene *scene = *state;
  EventClient client = {0};
  char id[EVENT_TEXT_SIZE];
  const int64_t now = now_utc();
  event_client_join(&client, &its_server, NULL);
  raise_alert(&scene->world, "in-time", now, 0);
  event_client_await(&client, "alert", "in-time");
  raise_alert(&scene->world, "late", now - 10 * 60000, 0);
  event_client_await(&client, "alert", "a-test:late"); /* it stayed */
  raise_alert(&scene->world, "in-time-again", now + 1, 0);
  event_client_await(&client, "alert", "in-time-again");
  event_client_close(&client);
  raise_alert(&scene->world, "later", now - 10 * 60000, 0);
  memcpy(id, client.last_id, sizeof id);
  event_client_join(&client, &its_server, id); /* it comes again */
  event_client_await(&client, "alert", "a-test:later");
  assert_int_equal(client.count, 4);
  event_client_free(&client);
  remove_handmade(&scene->world);
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

/* But for what proves it, of which there may be more by then. */
static bool is_same(const SeenEvent *a, const SeenEvent *b) {
  const char *left = strstr(a->data, "\"proven_by\""), *right = strstr(b->data, "\"proven_by\"");
  const size_t head = (size_t)(left - a->data);
  return strcmp(a->kind, b->kind) == 0 && head == (size_t)(right - b->data) && strncmp(a->data, b->data, head) == 0 &&
         strcmp(strstr(left, "\"at_utc\""), strstr(right, "\"at_utc\"")) == 0;
}

static void assert_none_twice(const EventClient *client) {
  for (size_t i = 0; i < client->count; i++)
    for (size_t k = 0; k < i; k++)
      if (is_same(&client->events[i], &client->events[k])) fail_msg("twice: %s", client->events[i].data);
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
    if (i == FIRST_DAYS + 4 && world->server.pid != 0) {
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
  assert_none_twice(&client);
  event_client_free(&client);
  for (int i = 0; i < 2; i++) api_stop(world, &servers[i]);
}

/* ---- many ---- */

static size_t entries(const Api *api, const char *folder) {
  char path[64];
  size_t count = 0;
  snprintf(path, sizeof path, "/proc/%d/%s", (int)api->process.pid, folder);
  DIR *opened = opendir(path);
  assert_non_null(opened);
  while (readdir(opened)) count++;
  closedir(opened);
  return count;
}

static long resident_kb(const Api *api) {
  char path[64], line[128];
  long kb = 0;
  snprintf(path, sizeof path, "/proc/%d/status", (int)api->process.pid);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
  fclose(file);
  return kb;
}

static void the_hundred_and_first_is_told_to_come_again(void **state) {
  LiveScene *scene = *state;
  EventClient clients[MOST] = {0};
  char value[32];
  Api api = api_start(&scene->world, "", true);
  const size_t threads = entries(&api, "task");
  for (int i = 0; i < MOST; i++) event_client_join(&clients[i], &api, NULL);
  Reply refused = api_get(&api, "/events");
  assert_int_equal(refused.status, 503);
  assert_true(atoi(reply_header(&refused, "Retry-After", value, sizeof value)) > 0);
  reply_free(&refused);
  assert_true(entries(&api, "task") <= threads + 5); /* workers that had no connection yet; none a listener */
  for (int i = 0; i < 5; i++) free(api_expect(&api, i % 2 ? "/stocks" : "/watchlists", 200));
  raise_alert(&scene->world, "many", now_utc(), 0);
  for (int i = 0; i < MOST; i++) event_client_await(&clients[i], "alert", "a-test:many");
  event_client_close(&clients[7]);
  EventClient another = {0};
  event_client_join(&another, &api, clients[7].last_id); /* its place is free at once */
  assert_int_equal(another.count, 0);
  event_client_free(&another);
  for (int i = 0; i < MOST; i++) event_client_free(&clients[i]);
  remove_handmade(&scene->world);
  api_stop(&scene->world, &api);
}

static void a_thousand_reconnects_leave_nothing_behind(void **state) {
  enum { WARM = 100, TIMES = 1000, MORE_KB = 4096 };
  LiveScene *scene = *state;
  EventClient client = {0};
  char id[EVENT_TEXT_SIZE];
  Api api = api_start(&scene->world, "", true);
  size_t files = 0, threads = 0;
  long kb = 0;
  event_client_join(&client, &api, NULL);
  for (int i = 0; i < WARM + TIMES; i++) {
    if (i == WARM) {
      files = entries(&api, "fd");
      threads = entries(&api, "task");
      kb = resident_kb(&api);
    }
    memcpy(id, client.last_id, sizeof id);
    event_client_close(&client);
    event_client_join(&client, &api, id);
  }
  event_client_close(&client);
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; entries(&api, "fd") > files && live_now_ms() < until;) rest();
  assert_true(entries(&api, "fd") <= files);
  assert_true(entries(&api, "task") <= threads);
  if (!getenv("ASAN_OPTIONS")) assert_true(resident_kb(&api) < kb + MORE_KB);
  event_client_free(&client);
  api_stop(&scene->world, &api);
}

/* ---- slow ones ---- */

/* Workers may keep theirs to the database. */
static void await_files(const Api *api, size_t files) {
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; entries(api, "fd") > files && live_now_ms() < until;) rest();
  if (entries(api, "fd") > files) fail_msg("%zu files are open, and not %zu", entries(api, "fd"), files);
}

/* It takes nothing, while more is told than its connection holds. */
static void who_takes_nothing_is_dropped_and_goes_on_from_where_it_was(void **state) {
  enum { ALERTS = 200 };
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  EventClient slow = {0};
  Api api = api_start(world, "", true);
  char request[EVENT_TEXT_SIZE + 64], subject[128];
  event_client_join(&slow, &api, NULL);
  const size_t files = entries(&api, "fd") - 1;
  snprintf(request, sizeof request, "GET /events HTTP/1.0\r\nLast-Event-ID: %s\r\n\r\n", slow.last_id);
  event_client_close(&slow);
  await_files(&api, files);
  slow.fd = api_connect(&api);
  assert_int_equal(send(slow.fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
  slow.length = slow.taken = 0;
  slow.status = 0;
  raise_many(world, ALERTS, now_utc());
  while (entries(&api, "fd") == files) rest(); /* it is not accepted yet */
  await_files(&api, files);
  event_client_await_end(&slow); /* what was on its way */
  event_client_close(&slow);
  assert_true(slow.count < 2 * ALERTS);
  char id[EVENT_TEXT_SIZE];
  memcpy(id, slow.last_id, sizeof id);
  event_client_join(&slow, &api, id);
  snprintf(subject, sizeof subject, "slow-%d\",\"status\":\"resolved", ALERTS - 1);
  event_client_await(&slow, "alert", subject);
  assert_int_equal(event_client_count(&slow, "alert", "a-test:slow-"), 2 * ALERTS);
  event_client_free(&slow);
  remove_handmade(world);
  api_stop(world, &api);
}

/* ---- the database, keys, the end ---- */

static void a_stream_outlives_the_database_and_tells_what_came_meanwhile(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  EventClient client = {0}, later = {0};
  if (world->server.pid == 0) skip();
  Api api = api_start(world, "", true);
  event_client_join(&client, &api, NULL);
  embedded_db_kill(&world->server);
  api_await(&api, "/readyz", 503);
  event_client_join(&later, &api, client.last_id); /* what is known can still be asked for */
  assert_true(event_client_read(&client));
  assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
  live_world_reconnect(world);
  raise_alert(world, "meanwhile", now_utc(), 0);
  event_client_await(&client, "alert", "a-test:meanwhile");
  event_client_await(&later, "alert", "a-test:meanwhile");
  assert_int_equal(client.count, 1);
  assert_int_equal(later.count, 1);
  event_client_free(&client);
  event_client_free(&later);
  remove_handmade(world);
  api_stop(world, &api);
}

static void keys_are_wanted_and_asked_for_again_when_they_changed(void **state) {
  static const char known[] = "Authorization: Bearer first\r\n", another[] = "Authorization: Bearer second\r\n";
  /* of "first" and "second" */
  static const char first[] = "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e one\n",
                    second[] = "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4 two\n";
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  EventClient client = {0};
  char path[128];
  live_file(world, "event-keys", first, path);
  live_set(world, "CLOSEBELL_API_KEYS_FILE", path);
  Api api = api_start(world, "", true);
  Reply none = api_get(&api, "/events"), wrong = api_ask(&api, "GET", "/events", another);
  assert_int_equal(none.status, 401);
  assert_int_equal(wrong.status, 401);
  assert_string_equal(none.body, wrong.body);
  reply_free(&none);
  reply_free(&wrong);
  event_client_open(&client, &api, NULL, known);
  while (client.status == 0 && event_client_read(&client)) rest();
  assert_int_equal(client.status, 200);
  live_file(world, "event-keys", second, path);
  kill(api.process.pid, SIGHUP);
  event_client_await_end(&client);
  event_client_close(&client);
  wrong = api_ask(&api, "GET", "/events", known);
  assert_int_equal(wrong.status, 401);
  reply_free(&wrong);
  event_client_open(&client, &api, client.last_id, another);
  while (client.status == 0 && event_client_read(&client)) rest();
  assert_int_equal(client.status, 200);
  event_client_free(&client);
  api_stop(world, &api);
  live_set(world, "CLOSEBELL_API_KEYS_FILE", NULL);
}

/* As browsers read it: in chunks, whose end comes with the server's. */
static void streams_end_when_the_server_does(void **state) {
  enum { READERS = 20 };
  static const char request[] =
      "GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip\r\n\r\n";
  LiveScene *scene = *state;
  char text[8192];
  int fds[READERS];
  Api api = api_start(&scene->world, "", true);
  for (int i = 0; i < READERS; i++) {
    size_t length = 0;
    fds[i] = api_connect(&api);
    assert_int_equal(send(fds[i], request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    for (text[0] = '\0'; !strstr(text, "\n\n");) {
      ssize_t got = recv(fds[i], text + length, sizeof text - 1 - length, 0);
      assert_true(got > 0);
      text[length += (size_t)got] = '\0';
    }
    live_assert_says(text, "HTTP/1.1 200");
    live_assert_says(text, "Transfer-Encoding: chunked");
    assert_null(strstr(text, "Content-Encoding"));
    assert_null(strstr(text, "ETag"));
  }
  kill(api.process.pid, SIGTERM);
  for (int i = 0; i < READERS; i++) {
    ssize_t got = recv(fds[i], text, sizeof text - 1, 0);
    assert_int_equal(got, 5);
    assert_memory_equal(text, "0\r\n\r\n", 5);
    assert_int_equal(recv(fds[i], text, sizeof text, 0), 0);
    close(fds[i]);
  }
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  assert_null(strstr(result.err, "did not end in time"));
}

/* In the long form. It has listened all the time. */
static void who_is_told_nothing_hears_a_comment(void **state) {
  (void)state;
  if (!getenv("CLOSEBELL_TEST_LONG")) skip();
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; patient.comments == 0 && live_now_ms() < until; rest())
    assert_true(event_client_read(&patient));
  assert_true(patient.comments > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_is_told_with_its_names),
      cmocka_unit_test(what_comes_late_with_an_earlier_instant_is_not_lost),
      cmocka_unit_test(what_is_no_stream_is_refused),
      cmocka_unit_test(each_session_of_a_fortnight_is_seen_once_over_restarts),
      cmocka_unit_test(who_is_told_nothing_hears_a_comment),
      cmocka_unit_test(the_hundred_and_first_is_told_to_come_again),
      cmocka_unit_test(a_thousand_reconnects_leave_nothing_behind),
      cmocka_unit_test(who_takes_nothing_is_dropped_and_goes_on_from_where_it_was),
      cmocka_unit_test(a_stream_outlives_the_database_and_tells_what_came_meanwhile),
      cmocka_unit_test(keys_are_wanted_and_asked_for_again_when_they_changed),
      cmocka_unit_test(streams_end_when_the_server_does),
  };
  return cmocka_run_group_tests_name("api_events", tests, fill, close_all);
}
