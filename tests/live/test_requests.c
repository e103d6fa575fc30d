/* Requests: asked for over HTTP or on the command line, done once by the next run, whoever races; refused with a
 * sentence where they make no sense. */
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <closebell/base/json.h>
#include <closebell/base/sha256.h>

#include "api_client.h"
#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z", FROM[] = "2025-02-27", TO[] = "2025-03-04";
static const char PRICES[] =
    "{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\"a "
    "doubt\"}";
enum { SESSIONS_IN_RANGE = 3, MARKETS = 2 };

static int fill(void **state) {
  if (live_setup_days(state) != 0) return -1;
  LiveWorld *world = *state;
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "19700000000000");
  live_do(world, "manual_setup", NOW, "--days 12");
  live_do(world, "hourly_analysis", NOW, "");
  return 0;
}

static int forget(void **state) {
  LiveWorld *world = *state;
  live_clear_faults(world);
  live_forget_calls(world);
  if (live_has_collection(world, "system_info", "requests")) live_drop(world, "system_info", "requests");
  LiveDocuments marks = live_documents(world, "system_info", "meta");
  for (size_t i = 0; i < marks.count; i++)
    if (strcmp(live_id(marks.items[i]), "contract") != 0)
      live_delete(world, "system_info", "meta", live_id(marks.items[i]));
  live_documents_free(&marks);
  return 0;
}

/* ---- the server ---- */

static const char *write_keys(LiveWorld *world, char path[128]) {
  char text[512];
  snprintf(text, sizeof text, "%s operator operate\n%s reader\n", sha256_text("may-do", 6).text,
           sha256_text("may-read", 8).text);
  return live_file(world, "keys", text, path);
}

static Api start_with_keys(LiveWorld *world) {
  char path[128];
  live_set(world, "CLOSEBELL_API_KEYS_FILE", write_keys(world, path));
  Api api = api_start(world, "", true);
  live_set(world, "CLOSEBELL_API_KEYS_FILE", NULL);
  return api;
}

static Reply post(const Api *api, const char *key, const char *headers, const char *body) {
  char request[4096];
  snprintf(request, sizeof request,
           "POST /requests HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s%s%sContent-Type: application/json\r\n%s"
           "Content-Length: %zu\r\n\r\n%s",
           key ? "Authorization: Bearer " : "", key ? key : "", key ? "\r\n" : "", headers, strlen(body), body);
  return api_send(api, request);
}

#define expect_post(...) check_post(__LINE__, __VA_ARGS__)
static void check_post(int line, const Api *api, const char *headers, const char *body, int status, const char *named) {
  Reply reply = post(api, "may-do", headers, body);
  if (reply.status != status || !strstr(reply.text, named))
    fail_msg("line %d: POST %s: %d %s", line, body, reply.status, reply.text);
  assert_true(json_is_valid(reply.body));
  reply_free(&reply);
}

static Reply ask(const Api *api, const char *method, const char *target) {
  return api_ask(api, method, target, "Authorization: Bearer may-do\r\n");
}

static void expect(const Api *api, const char *method, const char *target, int status, const char *named) {
  Reply reply = ask(api, method, target);
  if (reply.status != status || !strstr(reply.text, named))
    fail_msg("%s %s: %d %s", method, target, reply.status, reply.text);
  reply_free(&reply);
}

/* ---- what is stored ---- */

static void assert_request(LiveWorld *world, const char *id, const char *status, const char *said) {
  bson_t *request = live_get(world, "system_info", "requests", id);
  assert_string_equal(live_text(request, "status"), status);
  live_assert_says(live_text(request, "result"), said);
  live_assert_instant(request, "at_utc");
  live_assert_instant(request, "done_utc");
  bson_destroy(request);
}

static size_t marks(LiveWorld *world) { return (size_t)live_count(world, "system_info", "meta") - 1; }

static long price_calls(LiveWorld *world) {
  return replay_run_calls(&world->exchange, "/svc/apis/sto/stk_bydd_trd") +
         replay_run_calls(&world->exchange, "/svc/apis/sto/ksq_bydd_trd");
}

static void insert_at(LiveWorld *world, const char *id, const char *dataset, const char *from, const char *to,
                      time_t at) {
  char json[512], now[32];
  strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime(&at));
  snprintf(json, sizeof json,
           "{\"_id\":\"%s\",\"at_utc\":{\"$date\":\"%s\"},\"who\":\"a hand\",\"reason\":\"why\","
           "\"what\":{\"dataset\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"},\"status\":\"open\"}",
           id, now, dataset, from, to);
  live_insert(world, "system_info", "requests", json);
  snprintf(json, sizeof json, "{\"_id\":\"request:%s\",\"at_utc\":{\"$date\":\"2026-01-01T00:00:00Z\"}}", id);
  live_insert(world, "system_info", "meta", json);
}

static void insert_request(LiveWorld *world, const char *id, const char *dataset, const char *from, const char *to) {
  insert_at(world, id, dataset, from, to, time(NULL) + 1); /* no status of before is younger */
}

static void assert_metric(LiveWorld *world, const char *line) {
  char path[128], text[16384];
  snprintf(path, sizeof path, "%s/closebell_daily_update.prom", world->folder);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  assert_int_equal(remove(path), 0);
  live_assert_says(text, line);
}

/* ---- done ---- */

static void the_next_run_does_it_first_and_once(void **state) {
  LiveWorld *world = *state;
  LiveDump before = live_dump(world, LIVE_CONTENT);
  LiveResult result =
      live_do(world, "daily_update", NOW, "--request daily_prices --from 2025-02-27 --to 2025-03-04 --reason doubt");
  live_assert_says(result.out, "is open");
  assert_int_equal(marks(world), 1);
  assert_int_equal(price_calls(world), 0);
  result = live_look(world, "daily_update", NOW, "--dry-run");
  live_assert_says(result.out, "would be done first: daily_prices from 2025-02-27 to 2025-03-04 (doubt)");
  result = live_do(world, "daily_update", NOW, "");
  live_assert_says(result.err, "requests: 1 done");
  assert_int_equal(price_calls(world), SESSIONS_IN_RANGE * MARKETS);
  LiveDocuments requests = live_documents(world, "system_info", "requests");
  assert_int_equal(requests.count, 1);
  assert_request(world, live_id(requests.items[0]), "done", "3 sessions asked for again: 3 the same");
  assert_non_null(strchr(live_text(requests.items[0], "who"), '@'));
  assert_string_equal(live_text(requests.items[0], "reason"), "doubt");
  live_documents_free(&requests);
  assert_int_equal(marks(world), 0);
  live_do(world, "daily_update", NOW, "");
  assert_int_equal(price_calls(world), SESSIONS_IN_RANGE * MARKETS);
  forget(state);
  live_drop(world, "system_info", "requests");
  live_assert_holds(world, LIVE_CONTENT, &before);
  live_dump_free(&before);
}

static void what_it_mends_is_on_record(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "mends", "daily_prices", FROM, TO);
  live_update(world, "stock_data", "005930", "2025-02-28", "{\"$set\": {\"volume\": {\"$numberLong\": \"1\"}}}");
  live_drop(world, "system_info", "job_runs"); /* a clock that is set back would put an earlier run last */
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "mends", "done", "1 rows of stock_data written again from the archive");
  LiveDocuments runs = live_documents(world, "system_info", "job_runs");
  assert_int_equal(runs.count, 1);
  assert_int_equal(live_int64(runs.items[0], "healed"), 1);
  live_assert_says(live_text(runs.items[0], "message"), "requests: 1 done");
  live_documents_free(&runs);
}

static void a_dataset_is_asked_for_its_days_again(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "again", "index_days", FROM, TO);
  live_update(world, "index_data", "KOSPI", "2025-02-28", "{\"$set\": {\"volume\": {\"$numberLong\": \"1\"}}}");
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "again", "done", "3 sessions asked for again: 3 proven");
  bson_t *day = live_get(world, "index_data", "KOSPI", "2025-02-28");
  assert_true(live_int64(day, "volume") > 1);
  bson_destroy(day);
  assert_int_equal(marks(world), 0);
}

/* Sessions beside a doubted one are asked, too, and so are those whose documents are gone: they are not counted. */
static void a_result_counts_the_days_that_were_asked_for(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "one", "index_days", "2025-02-27", "2025-02-27");
  live_delete(world, "index_data", "KOSPI", "2025-02-24");
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "one", "done", "1 sessions asked for again: 1 proven");
  assert_true(live_has(world, "index_data", "KOSPI", "2025-02-24"));
  insert_request(world, "doubted", "index_days", "2025-02-27", "2025-02-27");
  live_fault(world, "kind=unlinked&market=index-KOSPI&date=2025-02-27");
  LiveResult result = live_run_at(world, "daily_update", NOW, "");
  live_assert_exit(&result, 75);
  live_clear_faults(world);
  assert_request(world, "doubted", "done", "1 sessions asked for again: 0 proven, 1 failed");
  live_do(world, "daily_update", NOW, "--dataset index_days");
}

/* Whatever is stamped from then on is younger than a request of that second. */
static void wait_for(time_t second) {
  while (time(NULL) <= second) nanosleep(&(struct timespec){.tv_nsec = 20 * 1000000L}, NULL);
}

static long index_calls(LiveWorld *world) {
  return replay_run_calls(&world->exchange, "/svc/apis/idx/kospi_dd_trd") +
         replay_run_calls(&world->exchange, "/svc/apis/idx/kosdaq_dd_trd");
}

/* A run that is cut off goes on where it was. */
static void what_was_asked_since_is_not_asked_again(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "again", "index_days", FROM, TO);
  live_fault(world, "kind=status&value=500&market=index-KOSPI&date=2025-02-27");
  live_fault(world, "kind=status&value=500&market=index-KOSDAQ&date=2025-02-27");
  wait_for(time(NULL) + 1);
  live_set(world, "CLOSEBELL_LEASE_SKEW_SECONDS", "0");
  LiveResult result = live_run_at(world, "daily_update", NOW, "");
  live_assert_says(result.err, "1 left open");
  live_clear_faults(world);
  live_forget_calls(world);
  live_do(world, "daily_update", NOW, "");
  live_set(world, "CLOSEBELL_LEASE_SKEW_SECONDS", NULL);
  assert_int_equal(index_calls(world), 2);
  assert_request(world, "again", "done", "3 sessions asked for again: 3 proven");
}

static void what_the_source_does_not_answer_stays_open(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "waits", "daily_prices", FROM, TO);
  insert_at(world, "gives-up", "daily_prices", FROM, TO, time(NULL) - 8 * 86400);
  live_fault(world, "kind=status&value=500&date=2025-02-28");
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", world->folder);
  LiveResult result = live_run_at(world, "daily_update", NOW, "");
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", NULL);
  live_assert_says(result.err, "1 left open");
  assert_metric(world, "closebell_requests_open{program=\"daily_update\"} 1\n");
  result = live_look(world, "daily_update", NOW, "--explain 2025-02-28");
  live_assert_says(result.out, "daily_prices from 2025-02-27 to 2025-03-04, by a hand at ");
  result = live_look(world, "daily_update", NOW, "--explain 2025-02-26");
  assert_null(strstr(result.out, "a hand"));
  bson_t *request = live_get(world, "system_info", "requests", "waits");
  assert_string_equal(live_text(request, "status"), "open");
  bson_destroy(request);
  assert_request(world, "gives-up", "refused", "not done within 7 days: the source did not answer for 1 sessions");
  live_clear_faults(world);
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "waits", "done", "3 the same");
}

static void a_hand_that_writes_nonsense_is_told_so(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "weekend", "daily_prices", "2025-03-01", "2025-03-02");
  insert_request(world, "unknown", "daily_prize", FROM, TO);
  insert_request(world, "early", "daily_prices", "2024-12-27", "2024-12-30");
  insert_request(world, "totals", "market_totals", FROM, TO);
  insert_request(world, "off", "market_flow", FROM, TO);
  insert_request(world, "no-date", "daily_prices", "yesterday", TO);
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "weekend", "refused", "there is no session");
  assert_request(world, "unknown", "refused", "the nearest name is daily_prices");
  assert_request(world, "early", "refused", "before the first session kept");
  assert_request(world, "totals", "refused", "ask for these, or for index_days");
  assert_request(world, "off", "refused", "market_flow is off");
  assert_request(world, "no-date", "refused", "no-date");
  assert_int_equal(marks(world), 0);
  assert_int_equal(price_calls(world), 0);
}

/* Of a clock that is behind nothing can be said: what is asked for is neither refused nor done. */
static void a_clock_that_is_wrong_refuses_nothing(void **state) {
  LiveWorld *world = *state;
  insert_request(world, "later", "daily_prices", "2025-03-04", "2025-03-04");
  insert_request(world, "off", "market_flow", FROM, TO);
  LiveResult result = live_run_at(world, "daily_update", "2025-03-03T00:00:00Z", "");
  live_assert_exit(&result, 78);
  assert_int_equal(marks(world), 2);
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "later", "done", "1 the same");
  assert_request(world, "off", "refused", "market_flow is off");
}

/* ---- asked over HTTP ---- */

static void two_servers_take_a_key_once(void **state) {
  LiveWorld *world = *state;
  Api one = start_with_keys(world), other = start_with_keys(world);
  expect_post(&one, "Idempotency-Key: k-1\r\n", PRICES, 202, "Location: /requests/k-1");
  expect_post(&other, "Idempotency-Key: k-1\r\n", PRICES, 202, "\"who\":\"operator\"");
  expect_post(&other, "Idempotency-Key: \"k-1\"\r\n", PRICES, 202, "\"status\":\"open\"");
  expect_post(&other, "Idempotency-Key: k-1\r\n",
              "{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\"other\"}", 409,
              "k-1");
  expect_post(&one, "", PRICES, 202, "\"what\":{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\"");
  assert_int_equal(live_count(world, "system_info", "requests"), 2);
  expect(&other, "GET", "/requests/k-1", 200, "\"reason\":\"a doubt\"");
  expect(&other, "GET", "/requests?limit=1", 200, "\"next\":");
  live_do(world, "daily_update", NOW, "");
  expect_post(&other, "Idempotency-Key: k-1\r\n", PRICES, 200, "\"result\":\"3 sessions asked for again: 3 the same");
  expect(&one, "DELETE", "/requests/k-1", 409, "stays on record");
  assert_int_equal(marks(world), 0);
  api_stop(world, &other);
  api_stop(world, &one);
}

/* All are on their way before the first one is read. */
static void many_who_ask_the_same_at_once_have_one_request(void **state) {
  enum { AT_ONCE = 12 };
  LiveWorld *world = *state;
  Api servers[] = {start_with_keys(world), start_with_keys(world)};
  int connections[AT_ONCE];
  char request[1024], answer[4096];
  snprintf(request, sizeof request,
           "POST /requests HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer may-do\r\n"
           "Idempotency-Key: same\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
           strlen(PRICES), PRICES);
  for (size_t i = 0; i < AT_ONCE; i++) connections[i] = api_connect(&servers[i % 2]);
  for (size_t i = 0; i < AT_ONCE; i++)
    assert_int_equal(send(connections[i], request, strlen(request), MSG_NOSIGNAL), strlen(request));
  for (size_t i = 0; i < AT_ONCE; i++) {
    ssize_t got = recv(connections[i], answer, sizeof answer - 1, MSG_WAITALL);
    assert_true(got > 0);
    answer[got] = '\0';
    live_assert_says(answer, "HTTP/1.1 202");
    live_assert_says(answer, "Location: /requests/same");
    close(connections[i]);
  }
  assert_int_equal(live_count(world, "system_info", "requests"), 1);
  assert_int_equal(marks(world), 1);
  api_stop(world, &servers[1]);
  api_stop(world, &servers[0]);
}

static void what_makes_no_sense_is_refused_by_its_part(void **state) {
  static const struct {
    const char *body, *named;
  } cases[] = {
      {"{\"dataset\":\"daily_prizes\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\"r\"}",
       "\"nearest\":\"daily_prices\""},
      {"{\"dataset\":\"market_totals\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\"r\"}",
       "\"parameter\":\"dataset\""},
      {"{\"dataset\":\"minute_prices\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\"r\"}", "is off"},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2035-02-27\",\"to\":\"2035-03-04\",\"reason\":\"r\"}", "future"},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-03-04\",\"to\":\"2025-02-27\",\"reason\":\"r\"}",
       "\"parameter\":\"from\""},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-01-01\",\"to\":\"2025-06-30\",\"reason\":\"r\"}", ": 92"},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2020-01-02\",\"to\":\"2020-01-03\",\"reason\":\"r\"}",
       "first session kept"},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-02-30\",\"to\":\"2025-03-04\",\"reason\":\"r\"}",
       "\"parameter\":\"from\""},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\",\"reason\":\"r\"}", "\"parameter\":\"to\""},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\",\"reason\":\" \"}",
       "\"parameter\":\"reason\""},
      {"{\"dataset\":\"daily_prices\",\"from\":\"2025-02-27\",\"to\":\"2025-03-04\"}", "\"parameter\":\"reason\""},
      {"{\"dataset\":\"x\",\"form\":\"2025-02-27\"}", "\"nearest\":\"from\""},
      {"[]", "\"status\":400"}};
  LiveWorld *world = *state;
  Api api = start_with_keys(world);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) expect_post(&api, "", cases[i].body, 400, cases[i].named);
  expect_post(&api, "Idempotency-Key: a b\r\n", PRICES, 400, "\"parameter\":\"Idempotency-Key\"");
  expect_post(&api, "Idempotency-Key: a\r\nIdempotency-Key: b\r\n", PRICES, 400, "\"parameter\":\"Idempotency-Key\"");
  expect(&api, "GET", "/requests/none", 404, "404");
  expect(&api, "DELETE", "/requests/none", 404, "404");
  assert_int_equal(live_count(world, "system_info", "requests"), 0);
  assert_int_equal(marks(world), 0);
  api_stop(world, &api);
}

static void only_a_key_that_may_operate_does(void **state) {
  LiveWorld *world = *state;
  Api api = start_with_keys(world), open = api_start(world, "", true);
  const struct {
    const Api *api;
    const char *key;
    int status;
  } cases[] = {{&api, NULL, 401}, {&api, "wrong", 401}, {&api, "may-read", 403}, {&open, NULL, 403}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Reply reply = post(cases[i].api, cases[i].key, "", PRICES);
    assert_int_equal(reply.status, cases[i].status);
    if (reply.status == 403) live_assert_says(reply.body, "keys_file");
    reply_free(&reply);
  }
  Reply reply = api_ask(&api, "DELETE", "/requests/k", "Authorization: Bearer may-read\r\n");
  assert_int_equal(reply.status, 403);
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/requests", "Authorization: Bearer may-read\r\n");
  assert_int_equal(reply.status, 200);
  reply_free(&reply);
  api_stop(world, &open);
  api_stop(world, &api);
}

static void one_that_is_taken_back_is_not_done_and_only_so_many_wait(void **state) {
  LiveWorld *world = *state;
  Api api = start_with_keys(world);
  expect_post(&api, "Idempotency-Key: back\r\n", PRICES, 202, "open");
  expect(&api, "DELETE", "/requests/back", 204, "204");
  expect(&api, "GET", "/requests/back", 404, "404");
  for (int i = 0; i < 20; i++) expect_post(&api, i == 0 ? "Idempotency-Key: first\r\n" : "", PRICES, 202, "open");
  expect_post(&api, "", PRICES, 429, "Retry-After: ");
  expect(&api, "DELETE", "/requests/first", 204, "204");
  live_do(world, "daily_update", NOW, "--request daily_prices --date 2025-03-04 --reason a_place_is_free");
  api_stop(world, &api);
  LiveResult result =
      live_run_at(world, "daily_update", NOW, "--request daily_prices --date 2025-03-04 --reason too_many");
  live_assert_exit(&result, 75);
  forget(state);
  insert_request(world, "back", "daily_prices", FROM, TO);
  live_delete(world, "system_info", "requests", "back");
  live_do(world, "daily_update", NOW, "");
  assert_int_equal(marks(world), 0);
  assert_int_equal(price_calls(world), 0);
}

/* ---- races ---- */

static void two_hosts_do_it_once(void **state) {
  LiveWorld *world = *state;
  char arguments[64];
  insert_request(world, "race", "index_days", FROM, TO);
  insert_request(world, "race-2", "daily_prices", FROM, TO);
  live_exchange_now(world, NOW);
  snprintf(arguments, sizeof arguments, "--now %s", NOW);
  LiveProcess hosts[3];
  for (size_t i = 0; i < 3; i++) hosts[i] = live_start(world, "daily_update", arguments);
  for (size_t i = 0; i < 3; i++) {
    LiveResult result = live_finish(world, &hosts[i]);
    live_assert_exit(&result, 0);
  }
  live_do(world, "daily_update", NOW, "");
  assert_request(world, "race", "done", "3 proven");
  assert_request(world, "race-2", "done", "3 the same");
  assert_int_equal(price_calls(world), SESSIONS_IN_RANGE * MARKETS);
  assert_int_equal(marks(world), 0);
}

static void the_command_line_refuses_with_a_sentence(void **state) {
  static const struct {
    const char *arguments, *said;
  } cases[] = {{"--request daily_prize --date 2025-03-04 --reason r", "the nearest name is daily_prices"},
               {"--request daily_prices --reason r", "--from and --to"},
               {"--request daily_prices --date 2025-03-04", "--reason"},
               {"--reason r", "--request"},
               {"--request daily_prices --date 2025-03-04 --reason r --force", "alone"},
               {"--request daily_prices --date 2025-03-05 --reason r", "not published yet"}};
  LiveWorld *world = *state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    LiveResult result = live_run_at(world, "daily_update", NOW, cases[i].arguments);
    live_assert_exit(&result, 64);
    live_assert_says(result.err, cases[i].said);
  }
  live_look(world, "daily_update", NOW, "--request daily_prices --date 2025-03-04 --reason r --dry-run");
  assert_int_equal(marks(world), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_next_run_does_it_first_and_once, forget),
      cmocka_unit_test_setup(what_it_mends_is_on_record, forget),
      cmocka_unit_test_setup(a_dataset_is_asked_for_its_days_again, forget),
      cmocka_unit_test_setup(a_result_counts_the_days_that_were_asked_for, forget),
      cmocka_unit_test_setup(what_was_asked_since_is_not_asked_again, forget),
      cmocka_unit_test_setup(what_the_source_does_not_answer_stays_open, forget),
      cmocka_unit_test_setup(a_hand_that_writes_nonsense_is_told_so, forget),
      cmocka_unit_test_setup(a_clock_that_is_wrong_refuses_nothing, forget),
      cmocka_unit_test_setup(two_servers_take_a_key_once, forget),
      cmocka_unit_test_setup(many_who_ask_the_same_at_once_have_one_request, forget),
      cmocka_unit_test_setup(what_makes_no_sense_is_refused_by_its_part, forget),
      cmocka_unit_test_setup(only_a_key_that_may_operate_does, forget),
      cmocka_unit_test_setup(one_that_is_taken_back_is_not_done_and_only_so_many_wait, forget),
      cmocka_unit_test_setup(two_hosts_do_it_once, forget),
      cmocka_unit_test_setup(the_command_line_refuses_with_a_sentence, forget),
  };
  return cmocka_run_group_tests_name("requests", tests, fill, live_teardown);
}
