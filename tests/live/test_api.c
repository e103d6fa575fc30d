/* closebell_api as a process, on a database that the other programs have filled, asked byte by byte. */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <closebell/base/json.h>
#include <closebell/base/sha256.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";
static const char STATE[] = "{\"as_of\":\"2025-04-10\",\"restatement\":0,\"proof\":{\"proven\":true,\"unproven\":[]}";

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
  return count;
}

/* ---- answers ---- */

static void every_route_of_data_says_which_state_it_is_of(void **state) {
  static const char *const targets[] = {"/stocks",
                                        "/stocks/005930",
                                        "/stocks/005930/prices?from=2025-04-01",
                                        "/stocks/005930/prices?adjust=none",
                                        "/stocks/005930/actions",
                                        "/stocks/005930/financials",
                                        "/stocks/005930/dividends",
                                        "/stocks/005930/flow",
                                        "/sessions",
                                        "/sessions/2025-04-10",
                                        "/changes?since=0",
                                        "/leaders",
                                        "/leaders?date=2025-04-10",
                                        "/indices/KOSPI",
                                        "/status",
                                        "/runs",
                                        "/alerts",
                                        "/datasets",
                                        "/strategies",
                                        "/strategies/squeeze",
                                        "/watchlists",
                                        "/ledger",
                                        "/radar",
                                        "/stocks/005930/minutes?date=2025-04-10",
                                        "/feeds/fred_rates",
                                        "/requests"};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    char *body = api_expect(&api, targets[i], 200);
    if (strncmp(body, STATE, strlen(STATE)) != 0) fail_msg("%s: %.300s", targets[i], body);
    if (!json_is_valid(body)) fail_msg("%s is no JSON: %.300s", targets[i], body);
    free(body);
  }
  api_stop(&scene->world, &api);
}

static void routes_without_a_state_answer_as_well(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/openapi.json", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, "\"/stocks/{ticker}/prices\"");
  live_assert_says(body, "\"x-names\":[{\"name\":\"open\",\"kind\":\"number\",\"analysed\":false,\"help\":");
  live_assert_says(body, "{\"name\":\"golden_cross\",\"kind\":\"truth\",\"analysed\":true,\"help\":");
  free(body);
  body = api_expect(&api, "/metrics", 200);
  live_assert_says(body, "closebell_api_answers_total{path=\"/openapi.json\",status=\"2xx\"} 1");
  free(body);
  api_stop(&scene->world, &api);
}

static void pages_together_are_the_whole_in_its_order(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char target[512] = "/stocks?sort=market_cap&order=desc&fields=name&limit=7";
  int64_t last = INT64_MAX;
  size_t items = 0, pages = 0;
  for (bool more = true; more; pages++) {
    char *body = api_expect(&api, target, 200), *next = strstr(body, "\"next\":\"");
    items += count_of(body, "{\"ticker\":");
    assert_null(strstr(body, "market_cap"));
    more = next != NULL;
    if (more)
      snprintf(target, sizeof target, "/stocks?sort=market_cap&order=desc&fields=name&limit=7&cursor=%.*s",
               (int)strcspn(next + 8, "\""), next + 8);
    free(body);
  }
  assert_int_equal(items, live_count(&scene->world, "system_info", "target_tickers"));
  assert_int_equal(pages, (items + 6) / 7);
  char *body = api_expect(&api, "/stocks?sort=market_cap&order=desc&limit=1000", 200);
  for (char *at = body; (at = strstr(at, "\"market_cap\":")) != NULL;) {
    int64_t cap = strtoll(at += 13, NULL, 10);
    assert_true(cap <= last);
    last = cap;
  }
  free(body);
  api_stop(&scene->world, &api);
}

/* A few are read from the end of a collection, many from its beginning: the order must be one. */
static void the_newest_are_the_first_of_all(void **state) {
  static const char *const lists[] = {"/status", "/runs", "/leaders"};
  static const int limits[] = {1, 5, 30, 90};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    char target[64];
    snprintf(target, sizeof target, "%s?limit=1000", lists[i]);
    char *all = api_expect(&api, target, 200);
    for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
      snprintf(target, sizeof target, "%s?limit=%d", lists[i], limits[k]);
      char *some = api_expect(&api, target, 200);
      if (strncmp(some, all, strlen(some) - strlen("]}\n")) != 0) fail_msg("%s: %.600s", target, some);
      free(some);
    }
    free(all);
  }
  char *body = api_expect(&api, "/status?limit=30", 200);
  assert_int_equal(count_of(body, "{\"id\":"), 30);
  free(body);
  body = api_expect(&api, "/status?date=2025-04-09", 200);
  assert_int_equal(count_of(body, "{\"id\":"), count_of(body, "{\"id\":\"2025-04-09_"));
  live_assert_says(body, "2025-04-09_daily_update");
  free(body);
  api_stop(&scene->world, &api);
}

static void a_cursor_of_before_a_restatement_is_gone(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks?limit=2", 200), *next = strstr(body, "\"next\":\""), target[512];
  assert_non_null(next);
  snprintf(target, sizeof target, "/stocks?limit=2&cursor=%.*s", (int)strcspn(next + 8, "\""), next + 8);
  free(body);
  free(api_expect(&api, target, 200));
  live_insert(&scene->world, "system_info", "restatements",
              "{\"_id\":\"0000000001\",\"from\":\"2025-04-01\",\"tickers\":[\"999999\"],\"reason\":\"a test\","
              "\"at_utc\":{\"$date\":\"2025-04-11T00:00:00Z\"}}");
  api_await(&api, target, 410);
  body = api_expect(&api, "/changes?since=0", 200);
  live_assert_says(body, "\"restatement\":1");
  live_assert_says(body, "\"at_utc\":\"2025-04-11T00:00:00Z\"");
  free(body);
  free(api_expect(&api, "/stocks?limit=2&cursor=abc", 400));
  live_delete(&scene->world, "system_info", "restatements", "0000000001");
  api_await(&api, target, 200);
  api_stop(&scene->world, &api);
}

static void three_forms_say_the_same_numbers(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char value[256];
  Reply csv = api_get(&api, "/stocks/005930/prices?from=2025-04-09&adjust=none&format=csv");
  assert_int_equal(csv.status, 200);
  assert_string_equal(reply_header(&csv, "Closebell-As-Of", value, sizeof value), "2025-04-10");
  assert_string_equal(reply_header(&csv, "Closebell-Restatement", value, sizeof value), "0");
  live_assert_says(reply_header(&csv, "Closebell-Proof", value, sizeof value), "\"proven\":true");
  live_assert_says(csv.body,
                   "date,open,high,low,close,change,volume,value,market_cap,listed_shares\n2025-04-09,53300,");
  reply_free(&csv);
  char *body = api_expect(&api, "/stocks/005930/prices?from=2025-04-10&format=ndjson&indicators=sma_5", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, "{\"date\":\"2025-04-10\",\"open\":56600,");
  live_assert_says(body, "\"sma_5\":");
  free(body);
  body = api_expect(&api, "/matrix?from=2025-04-09&tickers=005930,000660", 200);
  assert_string_equal(body, "date,000660,005930\n2025-04-09,165000,53000\n2025-04-10,183200,56400\n");
  free(body);
  body = api_expect(&api, "/matrix?from=2025-04-10&tickers=005930&format=ndjson&field=market_cap", 200);
  assert_string_equal(body, "{\"date\":\"2025-04-10\",\"005930\":336695735820000}\n");
  free(body);
  api_stop(&scene->world, &api);
}

/* 000020 is in the archive and not followed: its market cap is too small. */
static void a_stock_that_is_not_followed_has_its_history_too(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/000020/prices", 200);
  assert_int_equal(count_of(body, "\"date\":"), 40);
  free(body);
  body = api_expect(&api, "/stocks/000020/prices?from=2025-04-10&adjust=none", 200);
  live_assert_says(body, "\"close\":5860,\"change\":140");
  free(body);
  body = api_expect(&api, "/sessions/2025-04-10/market.csv", 200);
  live_assert_says(body, "ticker,name,market,open,");
  live_assert_says(body, "\n000020,동화약품,KOSPI,5840,5910,5810,5860,140,");
  free(body);
  free(api_expect(&api, "/stocks/000020", 404));
  free(api_expect(&api, "/stocks/ZZZZZZ/prices", 404));
  api_stop(&scene->world, &api);
}

/* ---- refusals ---- */

static void a_refusal_names_what_is_wrong(void **state) {
  static const struct {
    const char *target;
    int status;
    const char *named;
  } cases[] = {{"/stoks", 404, "\"nearest\":\"/stocks\""},
               {"/stocks?limt=1", 400, "\"parameter\":\"limt\",\"nearest\":\"limit\""},
               {"/stocks?limit=0", 400, "\"parameter\":\"limit\""},
               {"/stocks?limit=1001", 400, "\"parameter\":\"limit\""},
               {"/stocks?limit=1&limit=2", 400, "\"parameter\":\"limit\""},
               {"/stocks?sort=clsoe", 400, "\"nearest\":\"close\""},
               {"/stocks?fields=nme", 400, "\"nearest\":\"name\""},
               {"/stocks?market=KOSPY", 400, "\"nearest\":\"KOSPI\""},
               {"/stocks?q=%00", 400, "\"parameter\":\"q\""},
               {"/stocks?q=%ff", 400, "\"parameter\":\"q\""},
               {"/stocks?require=2025-04-11", 409, "2025-04-11"},
               {"/stocks?require=2025-02-30", 400, "\"parameter\":\"require\""},
               {"/sessions?from=2025-04-10&to=2025-04-09", 400, "\"parameter\":\"from\""},
               {"/sessions/2025-04-12/market.csv", 400, "2025-04-12"},
               {"/leaders?date=2025-04-12", 400, "2025-04-12"},
               {"/stocks/005930/prices?indicators=sma_7", 400, "\"parameter\":\"indicators\""},
               {"/stocks/005930/prices?indicators=foreign_net_buy_5", 400, "\"parameter\":\"indicators\""},
               {"/strategies/squeezes", 404, "\"nearest\":\"squeeze\""},
               {"/indices/NASDAQ", 404, "KOSPI200"}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char type[64];
    Reply reply = api_get(&api, cases[i].target);
    if (reply.status != cases[i].status || !json_is_valid(reply.body) || !strstr(reply.body, cases[i].named))
      fail_msg("%s: %.600s", cases[i].target, reply.text);
    assert_string_equal(reply_header(&reply, "Content-Type", type, sizeof type), "application/problem+json");
    assert_string_equal(reply_header(&reply, "X-Content-Type-Options", type, sizeof type), "nosniff");
    reply_free(&reply);
  }
  free(api_expect(&api, "/stocks?require=2025-04-10", 200));
  free(api_expect(&api, "/sessions/2025-04-10/market.csv?require=2025-04-10", 200));
  api_stop(&scene->world, &api);
}

static void methods_and_types_that_a_route_lacks_are_refused(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char allow[64], long_target[9000];
  Reply reply = api_ask(&api, "DELETE", "/stocks", "");
  assert_int_equal(reply.status, 405);
  live_assert_says(reply_header(&reply, "Allow", allow, sizeof allow), "GET");
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/stocks", "Accept: text/csv\r\n");
  assert_int_equal(reply.status, 406);
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/matrix?from=2025-04-10", "Accept: text/csv\r\n");
  assert_int_equal(reply.status, 200);
  reply_free(&reply);
  reply = api_ask(&api, "POST", "/ai/analysis", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
  assert_int_equal(reply.status, 415);
  reply_free(&reply);
  reply = api_ask(&api, "POST", "/ai/analysis", "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  assert_int_equal(reply.status, 503);
  reply_free(&reply);
  memset(long_target, 'a', sizeof long_target);
  memcpy(long_target, "/stocks?q=", 10);
  long_target[sizeof long_target - 1] = '\0';
  free(api_expect(&api, long_target, 414));
  api_stop(&scene->world, &api);
}

static void an_uncertain_end_of_a_request_ends_the_connection(void **state) {
  static const struct {
    const char *headers;
    int status;
  } cases[] = {{"Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400},
               {"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400},
               {"Host: a\r\nContent-Length: 1x\r\n", 400},
               {"Host: a\r\nTransfer-Encoding: gzip\r\n", 501},
               {"Host: a\r\nContent-Length: 65537\r\n", 413},
               {"", 400}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char request[512];
    /* Without Connection: close the answer would be awaited for a minute, were the connection not ended. */
    snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\n%s\r\nxGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
             cases[i].headers);
    Reply reply = api_send(&api, request);
    if (reply.status != cases[i].status || strstr(reply.text, "HTTP/1.1 200") != NULL)
      fail_msg("%s: %.600s", cases[i].headers, reply.text);
    reply_free(&reply);
  }
  api_stop(&scene->world, &api);
}

/* ---- caching ---- */

static void who_has_it_already_gets_304(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true), other = api_start(&scene->world, "", true);
  char etag[128], twin[128], zipped[128], header[256], length[32];
  Reply reply = api_get(&api, "/stocks"), second = api_get(&other, "/stocks");
  reply_header(&reply, "ETag", etag, sizeof etag);
  assert_string_equal(reply_header(&second, "ETag", twin, sizeof twin), etag);
  assert_true(etag[0] == '"');
  reply_free(&second);
  snprintf(header, sizeof header, "If-None-Match: %s\r\n", etag);
  second = api_ask(&api, "GET", "/stocks", header);
  assert_int_equal(second.status, 304);
  assert_int_equal(second.body_length, 0);
  reply_free(&second);
  second = api_ask(&api, "HEAD", "/stocks", "");
  assert_int_equal(second.status, 200);
  assert_int_equal(second.body_length, 0);
  assert_int_equal(strtoul(reply_header(&second, "Content-Length", length, sizeof length), NULL, 10),
                   reply.body_length);
  reply_free(&second);
  second = api_ask(&api, "GET", "/stocks", "Accept-Encoding: gzip\r\n");
  assert_string_equal(reply_header(&second, "Content-Encoding", length, sizeof length), "gzip");
  assert_string_not_equal(reply_header(&second, "ETag", zipped, sizeof zipped), etag);
  assert_string_equal(reply_header(&second, "Vary", length, sizeof length), "Accept-Encoding");
  assert_true(second.body_length < reply.body_length / 2);
  assert_memory_equal(second.body, "\x1f\x8b", 2);
  reply_free(&second);
  reply_free(&reply);
  api_stop(&scene->world, &other);
  api_stop(&scene->world, &api);
}

/* ---- keys and limits ---- */

static const char *write_keys(LiveScene *scene, const char *key, char path[128]) {
  char text[256];
  snprintf(text, sizeof text, "# readers\n%s kim operate\n", sha256_text(key, strlen(key)).text);
  return live_file(&scene->world, "keys", text, path);
}

static void without_its_key_nobody_reads(void **state) {
  LiveScene *scene = *state;
  char path[128];
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", write_keys(scene, "open-sesame", path));
  Api api = api_start(&scene->world, "", true);
  Reply none = api_get(&api, "/stocks"), wrong = api_ask(&api, "GET", "/nothing?x=%", "Authorization: Bearer x\r\n");
  char value[64];
  assert_int_equal(none.status, 401);
  assert_int_equal(wrong.status, 401);
  assert_string_equal(none.body, wrong.body);
  assert_string_equal(reply_header(&none, "WWW-Authenticate", value, sizeof value), "Bearer");
  reply_free(&none);
  reply_free(&wrong);
  Reply right = api_ask(&api, "GET", "/stocks", "Authorization: Bearer open-sesame\r\n");
  assert_int_equal(right.status, 200);
  reply_free(&right);
  free(api_expect(&api, "/openapi.json", 200));
  write_keys(scene, "another", path);
  kill(api.process.pid, SIGHUP);
  for (int status = 200; status != 401;) {
    right = api_ask(&api, "GET", "/healthz", "");
    reply_free(&right);
    right = api_ask(&api, "GET", "/stocks", "Authorization: Bearer open-sesame\r\n");
    status = right.status;
    reply_free(&right);
  }
  right = api_ask(&api, "GET", "/stocks", "Authorization: bearer another\r\n");
  assert_int_equal(right.status, 200);
  reply_free(&right);
  kill(api.process.pid, SIGTERM);
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  assert_null(strstr(result.err, "sesame"));
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
}

static void another_address_than_loopback_wants_keys(void **state) {
  LiveScene *scene = *state;
  LiveResult result = live_run(&scene->world, "closebell_api", "--listen 0.0.0.0:0");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "keys_file");
  result = live_run(&scene->world, "closebell_api", "--listen nowhere");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "listen");
  result = live_run(&scene->world, "closebell_api", "--nonsense");
  live_assert_exit(&result, 64);
  result = live_run(&scene->world, "closebell_api", "--check");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "database");
}

static void too_many_requests_are_told_when_to_come_again(void **state) {
  LiveScene *scene = *state;
  char value[32];
  live_set(&scene->world, "CLOSEBELL_API_RATE_PER_SECOND", "0.1");
  Api api = api_start(&scene->world, "", false);
  free(api_expect(&api, "/openapi.json", 200));
  Reply reply = api_get(&api, "/openapi.json");
  assert_int_equal(reply.status, 429);
  int seconds = atoi(reply_header(&reply, "Retry-After", value, sizeof value));
  assert_in_range(seconds, 1, 11);
  reply_free(&reply);
  for (int i = 0; i < 20; i++) free(api_expect(&api, "/healthz", 200));
  api_stop(&scene->world, &api);
  char path[128];
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", write_keys(scene, "open-sesame", path));
  api = api_start(&scene->world, "", false);
  free(api_expect(&api, "/stocks", 401));
  free(api_expect(&api, "/stocks", 429));
  reply = api_ask(&api, "GET", "/metrics", "Authorization: Bearer open-sesame\r\n");
  assert_int_equal(reply.status, 200);
  reply_free(&reply);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
  live_set(&scene->world, "CLOSEBELL_API_RATE_PER_SECOND", NULL);
  api_stop(&scene->world, &api);
}

/* ---- life ---- */

static bool was_closed(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* Connections that say nothing, or half of a request. */
static void slow_clients_stop_nobody_and_no_stop(void **state) {
  static const char half[] = "GET /stocks HTTP/1.1\r\nHost: a\r\nX-Slow: ";
  enum { SLOW = 500 };
  LiveScene *scene = *state;
  int fds[SLOW];
  Api api = api_start(&scene->world, "", true);
  for (int i = 0; i < SLOW; i++) {
    fds[i] = api_connect(&api);
    assert_true(fds[i] >= 0);
    if (i % 2 == 0) assert_int_equal(send(fds[i], half, sizeof half - 1, MSG_NOSIGNAL), sizeof half - 1);
  }
  free(api_expect(&api, "/stocks", 200));
  free(api_expect(&api, "/runs", 200));
  for (int i = 0; i < SLOW; i++) assert_false(was_closed(fds[i]));
  api_stop(&scene->world, &api);
  for (int i = 0; i < SLOW; i++) close(fds[i]);
}

static void a_database_that_goes_away_comes_back_by_itself(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  char value[32];
  if (world->server.pid == 0) skip();
  Api api = api_start(world, "", true);
  free(api_expect(&api, "/runs", 200));
  embedded_db_kill(&world->server);
  api_await(&api, "/readyz", 503);
  free(api_expect(&api, "/healthz", 200));
  free(api_expect(&api, "/stocks", 200));
  Reply reply = api_get(&api, "/runs");
  assert_int_equal(reply.status, 503);
  assert_true(atoi(reply_header(&reply, "Retry-After", value, sizeof value)) > 0);
  reply_free(&reply);
  Api early = api_start(world, "", false);
  free(api_expect(&early, "/readyz", 503));
  free(api_expect(&early, "/stocks", 503));
  assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
  live_world_reconnect(world);
  api_await(&api, "/readyz", 200);
  api_await(&api, "/runs", 200);
  api_await(&early, "/readyz", 200);
  api_await(&early, "/stocks", 200);
  api_stop(world, &early);
  api_stop(world, &api);
}

static void a_database_that_stands_still_counts_as_away(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  if (world->server.pid == 0) skip();
  Api api = api_start(world, "", true);
  kill(world->server.pid, SIGSTOP);
  api_await(&api, "/readyz", 503);
  free(api_expect(&api, "/runs", 503));
  free(api_expect(&api, "/stocks", 200));
  kill(world->server.pid, SIGCONT);
  api_await(&api, "/readyz", 200);
  api_await(&api, "/runs", 200);
  api_stop(world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_route_of_data_says_which_state_it_is_of),
      cmocka_unit_test(routes_without_a_state_answer_as_well),
      cmocka_unit_test(pages_together_are_the_whole_in_its_order),
      cmocka_unit_test(the_newest_are_the_first_of_all),
      cmocka_unit_test(a_cursor_of_before_a_restatement_is_gone),
      cmocka_unit_test(three_forms_say_the_same_numbers),
      cmocka_unit_test(a_stock_that_is_not_followed_has_its_history_too),
      cmocka_unit_test(a_refusal_names_what_is_wrong),
      cmocka_unit_test(methods_and_types_that_a_route_lacks_are_refused),
      cmocka_unit_test(an_uncertain_end_of_a_request_ends_the_connection),
      cmocka_unit_test(who_has_it_already_gets_304),
      cmocka_unit_test(without_its_key_nobody_reads),
      cmocka_unit_test(another_address_than_loopback_wants_keys),
      cmocka_unit_test(too_many_requests_are_told_when_to_come_again),
      cmocka_unit_test(slow_clients_stop_nobody_and_no_stop),
      cmocka_unit_test(a_database_that_stands_still_counts_as_away),
      cmocka_unit_test(a_database_that_goes_away_comes_back_by_itself),
  };
  return cmocka_run_group_tests_name("api", tests, fill, live_scene_close);
}
