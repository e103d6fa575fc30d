/* closebell_api, byte by byte: requests that are broken, too large or ambiguous, and what every answer has. */
#include <stdlib.h>

#include <closebell/base/json.h>
#include <closebell/base/sha256.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";
enum { BODY_MAX = 64 * 1024 };

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 12");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
  return count;
}

/* ---- where a request ends ---- */

/* Behind each stands a request that would be answered with 200, were it taken for one of its own. */
static void where_a_request_ends_is_certain_or_it_is_refused(void **state) {
  static const struct {
    const char *headers;
    int status;
  } cases[] = {{"Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400},
               {"Host: a\r\nContent-Length: 0\r\ncontent-length: 0\r\n", 400},
               {"Host: a\r\nContent-Length: 1,1\r\n", 400},
               {"Host: a\r\nContent-Length: -1\r\n", 400},
               {"Host: a\r\nContent-Length: +1\r\n", 400},
               {"Host: a\r\nContent-Length: 0x1\r\n", 400},
               {"Host: a\r\nContent-Length: 1 1\r\n", 400},
               {"Host: a\r\nContent-Length: \r\n", 400},

               {"Host: a\r\nContent-Length : 1\r\n", 400},
               {"Host: a\r\nTransfer-Encoding : chunked\r\n", 400},

               {"Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400},
               {"Host: a\r\nTransfer-Encoding: gzip\r\n", 501},
               {"Host: a\r\nTransfer-Encoding: gzip, chunked\r\n", 501},
               {"Host: a\r\nTransfer-Encoding: identity\r\n", 501},
               {"Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501},
               {"Host: a\r\nContent-Length: 65537\r\n", 413},
               {"Host: a\r\nContent-Length: 18446744073709551615\r\n", 413},
               {"Host: a\r\nContent-Length: 99999999999999999999999\r\n", 413},
               {"Host: a\r\nHost: a\r\n", 400},
               {"", 400},
               {"Host: a\r\nno colon\r\n", 400}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char request[512];
    snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\n%s\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
             cases[i].headers);
    Reply reply = api_send(&api, request);
    if (reply.status != cases[i].status || strstr(reply.text, "HTTP/1.1 200") != NULL)
      fail_msg("%s: %.600s", cases[i].headers, reply.text);
    reply_free(&reply);
  }
  Reply old = api_send(&api, "GET /healthz HTTP/1.0\r\n\r\n"); /* which knew no Host */
  assert_int_equal(old.status, 200);
  reply_free(&old);
  api_stop(&scene->world, &api);
}

/* ---- sizes ---- */

static void a_target_past_8_kib_is_too_long(void **state) {
  static const struct {
    size_t size;
    int status;
  } cases[] = {{8192, 200}, {8193, 414}, {20000, 414}, {60000, 414}, {200000, 414}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *target = malloc(cases[i].size + 1);
    memset(target, 'a', cases[i].size);
    memcpy(target, "/stocks?q=", 10);
    target[cases[i].size] = '\0';
    free(api_expect(&api, target, cases[i].status));
    free(target);
  }
  api_stop(&scene->world, &api);
}

static char *body_of(size_t size) {
  char *body = malloc(size + 1);
  memset(body, 'a', size);
  memcpy(body, "{\"tickers\":[\"", 13);
  memcpy(body + size - 3, "\"]}", 4);
  return body;
}

static Reply put(const Api *api, const char *how, const char *before, const char *body, const char *behind) {
  size_t size = strlen(body) + 512;
  char *request = malloc(size);
  snprintf(
      request, size,
      "PUT /watchlists/mine HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n%s\r\n\r\n"
      "%s%s%s",
      how, before, body, behind);
  Reply reply = api_send(api, request);
  free(request);
  return reply;
}

static void assert_put(Reply reply, int status, const char *named) {
  if (reply.status != status || !strstr(reply.text, named)) fail_msg("not %d: %.600s", status, reply.text);
  reply_free(&reply);
}

/* One at the limit is read: its ticker is refused. */
static void a_body_past_64_kib_is_too_large_announced_or_in_chunks(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char how[64], chunk[32], *most = body_of(BODY_MAX), *more = body_of(BODY_MAX + 1), *much = body_of(8 * BODY_MAX);
  snprintf(how, sizeof how, "Content-Length: %d", BODY_MAX);
  assert_put(put(&api, how, "", most, ""), 400, "\"parameter\":\"tickers\"");
  snprintf(how, sizeof how, "Content-Length: %d", BODY_MAX + 1);
  assert_put(put(&api, how, "", "", ""), 413, ""); /* at once: nothing of it has come */
  snprintf(how, sizeof how, "Expect: 100-continue\r\nContent-Length: %d", BODY_MAX + 1);
  assert_put(put(&api, how, "", "", ""), 413, "");
  snprintf(chunk, sizeof chunk, "%x\r\n", BODY_MAX);
  assert_put(put(&api, "Transfer-Encoding: chunked", chunk, most, "\r\n0\r\n\r\n"), 400, "\"parameter\":\"tickers\"");
  snprintf(chunk, sizeof chunk, "%x\r\n", BODY_MAX + 1);
  assert_put(put(&api, "Transfer-Encoding: chunked", chunk, more, "\r\n0\r\n\r\n"), 413, "");
  snprintf(chunk, sizeof chunk, "%x\r\n", 8 * BODY_MAX);
  assert_put(put(&api, "Transfer-Encoding: chunked", chunk, much, "\r\n0\r\n\r\n"), 413, "");
  assert_put(put(&api, "Transfer-Encoding: chunked", "zz\r\n", "{}", "\r\n0\r\n\r\n"), 400, "");
  free(most);
  free(more);
  free(much);
  api_stop(&scene->world, &api);
}

/* ---- texts and parameters ---- */

static void a_refusal_about_where_has_its_place(void **state) {
  static const struct {
    const char *target, *position;
  } cases[] = {{"/screener?where=close%20%3E%200&where=1", "{\"line\":1,\"column\":1}"},
               {"/screener?where=close%20%3E%200&strategy_name=squeeze", "{\"line\":1,\"column\":1}"},
               {"/screener?where=close%20%3E%00", "{\"line\":1,\"column\":8}"},
               {"/screener?where=%EC%96%B5%ff", "{\"line\":1,\"column\":2}"},
               {"/screener?where=close%20%3", "{\"line\":1,\"column\":7}"},
               {"/screener?where=close%20%3E%0Aclsoe", "{\"line\":2,\"column\":1}"},
               {"/screener?where=", "{\"line\":1,\"column\":1}"},
               {"/stocks?where=close%20%3E%200", "{\"line\":1,\"column\":1}"}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *body = api_expect(&api, cases[i].target, 400);
    if (!strstr(body, cases[i].position) || !strstr(body, "\"parameter\":\"where\""))
      fail_msg("%s: %s", cases[i].target, body);
    free(body);
  }
  char target[8000] = "/screener?where=";
  while (strlen(target) < 4200) strcat(target, "close+%3E+0+and+");
  strcat(target, "close+%3E+0");
  char *body = api_expect(&api, target, 400);
  live_assert_says(body, "\"position\":{");
  free(body);
  api_stop(&scene->world, &api);
}

static void what_a_parameter_may_not_be_is_400_and_names_it(void **state) {
  static const struct {
    const char *target, *parameter;
  } cases[] = {{"/stocks?limit=%2B1", "limit"},
               {"/stocks?limit=+1", "limit"},
               {"/stocks?limit=-1", "limit"},
               {"/stocks?limit=1.0", "limit"},
               {"/stocks?limit=", "limit"},
               {"/stocks?limit=99999999999999999999", "limit"},
               {"/changes?since=%2B1", "since"},
               {"/stocks?order=down", "order"},
               {"/sessions?from=", "from"},
               {"/sessions?from=2025-4-1", "from"},
               {"/sessions?to=2025-02-29", "to"},
               {"/sessions/2025-13-01/market.csv", "date"},
               {"/sessions/2025-04-12/market.csv", "date"},
               {"/screener?strategy_name=squeez", "strategy_name"},
               {"/screener?strategy_name=squeeze&date=2025-04-12", "date"},
               {"/stocks?cursor=x&cursor=x", "cursor"},
               {"/matrix?tickers=005930,005930", "tickers"},
               {"/matrix?field=clse", "field"},
               {"/healthz?x=1", "x"}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *body = api_expect(&api, cases[i].target, 400), named[64];
    snprintf(named, sizeof named, "\"parameter\":\"%s\"", cases[i].parameter);
    if (!strstr(body, named)) fail_msg("%s: %s", cases[i].target, body);
    free(body);
  }
  api_stop(&scene->world, &api);
}

/* As many as a target has room for: a watchlist has up to a thousand. */
static void a_matrix_takes_as_many_tickers_as_a_target_holds(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char target[8192] = "/matrix?from=2025-04-10&tickers=005930";
  for (int i = 0; i < 1000; i++) sprintf(target + strlen(target), ",%06d", 900000 + i);
  char *body = api_expect(&api, target, 200);
  live_assert_says(body, "date,005930,900000,");
  live_assert_says(body, "\n2025-04-10,56400,,");
  free(body);
  api_stop(&scene->world, &api);
}

static void a_page_of_another_limit_is_another_request(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks?limit=2", 200), *next = strstr(body, "\"next\":\""), target[512];
  assert_non_null(next);
  snprintf(target, sizeof target, "/stocks?limit=3&cursor=%.*s", (int)strcspn(next + 8, "\""), next + 8);
  free(api_expect(&api, target, 400));
  free(body);
  api_stop(&scene->world, &api);
}

/* ---- headers ---- */

static void headers_that_come_in_several_lines_are_one_list(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char header[256], etag[128], value[64];
  Reply reply = api_ask(&api, "GET", "/stocks", "Accept: text/csv\r\nAccept: application/json\r\n");
  assert_int_equal(reply.status, 200);
  snprintf(header, sizeof header, "If-None-Match: \"a\"\r\nif-none-match: %s\r\nIf-None-Match: \"b\"\r\n",
           reply_header(&reply, "ETag", etag, sizeof etag));
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/stocks", header);
  assert_int_equal(reply.status, 304);
  assert_string_equal(reply_header(&reply, "ETag", value, sizeof value), etag);
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/stocks", "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n");
  assert_string_equal(reply_header(&reply, "Content-Encoding", value, sizeof value), "gzip");
  reply_free(&reply);
  reply = api_ask(&api, "GET", "/stocks", "Accept: text/html\r\nAccept: image/png\r\n");
  assert_int_equal(reply.status, 406);
  reply_free(&reply);
  api_stop(&scene->world, &api);
}

static void every_server_gives_the_same_tags(void **state) {
  static const char *const targets[] = {"/stocks",
                                        "/stocks/005930",
                                        "/stocks/005930/prices",
                                        "/stocks/005930/prices?format=csv",
                                        "/stocks/005930/prices?format=ndjson",
                                        "/matrix",
                                        "/sessions/2025-04-10/market.csv",
                                        "/sessions",
                                        "/strategies",
                                        "/screener?where=close%20%3E%200",
                                        "/runs",
                                        "/status",
                                        "/openapi.json"};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true), other = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    char tags[4][128], header[256];
    for (int k = 0; k < 4; k++) {
      Reply reply = api_ask(k % 2 ? &other : &api, "GET", targets[i], k < 2 ? "" : "Accept-Encoding: gzip\r\n");
      assert_int_equal(reply.status, 200);
      assert_true(reply_header(&reply, "ETag", tags[k], sizeof tags[k])[0] == '"');
      assert_string_equal(reply_header(&reply, "Vary", header, sizeof header), "Accept-Encoding");
      bool zipped = reply.body_length > 2 && memcmp(reply.body, "\x1f\x8b", 2) == 0;
      assert_true(k < 2 ? !zipped : zipped == (strcmp(tags[k], tags[0]) != 0));
      reply_free(&reply);
    }
    if (strcmp(tags[0], tags[1]) || strcmp(tags[2], tags[3])) fail_msg("%s has several tags", targets[i]);
    snprintf(header, sizeof header, "Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", tags[2]);
    Reply reply = api_ask(&other, "GET", targets[i], header);
    assert_int_equal(reply.status, 304);
    reply_free(&reply);
  }
  api_stop(&scene->world, &other);
  api_stop(&scene->world, &api);
}

/* An answer of each kind, by its status. */
static void every_answer_forbids_guessing_and_none_is_for_other_pages(void **state) {
  static const struct {
    const char *method, *target, *headers;
    int status;
  } cases[] = {
      {"GET", "/healthz", "Origin: http://elsewhere\r\n", 200},
      {"GET", "/stocks", "Origin: http://elsewhere\r\n", 200},
      {"HEAD", "/stocks", "", 200},
      {"GET", "/matrix", "", 200},
      {"GET", "/stocks", "If-None-Match: *\r\n", 304},
      {"GET", "/stocks?limit=0", "", 400},
      {"GET", "/nothing", "", 404},
      {"OPTIONS", "/watchlists/mine", "Origin: http://elsewhere\r\nAccess-Control-Request-Method: PUT\r\n", 405},
      {"GET", "/stocks", "Accept: text/csv\r\n", 406},
      {"GET", "/stocks?require=2030-01-02", "", 409},
      {"PUT", "/watchlists/mine", "Content-Length: 70000\r\n", 413},
      {"PUT", "/watchlists/mine", "Content-Type: text/plain\r\nContent-Length: 0\r\n", 415},
      {"PUT", "/watchlists/mine", "Content-Length: 0\r\n", 415},
      {"POST", "/ai/analysis", "Content-Type: application/json\r\nContent-Length: 0\r\n", 503}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char value[64];
    Reply reply = api_ask(&api, cases[i].method, cases[i].target, cases[i].headers);
    if (reply.status != cases[i].status) fail_msg("%s: %.600s", cases[i].target, reply.text);
    assert_string_equal(reply_header(&reply, "X-Content-Type-Options", value, sizeof value), "nosniff");
    assert_null(strstr(reply.text, "Access-Control"));
    reply_header(&reply, "Content-Type", value, sizeof value);
    if (reply.status >= 400) assert_string_equal(value, "application/problem+json");
    if (reply.status >= 400 && !json_is_valid(reply.body)) fail_msg("no JSON: %s", reply.text);
    reply_free(&reply);
  }
  api_stop(&scene->world, &api);
}

/* ---- keys and limits ---- */

static void set_keys(LiveScene *scene, const char *key) {
  char text[256], path[128];
  snprintf(text, sizeof text, "%s kim\n", sha256_text(key, strlen(key)).text);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", live_file(&scene->world, "keys", text, path));
}

/* All but the time at which it was given. */
static void forget_date(char *text) {
  char *date = strstr(text, "Date: ");
  assert_non_null(date);
  memset(date, 'x', strcspn(date, "\r"));
}

static void every_401_has_the_same_bytes(void **state) {
  static const struct {
    const char *method, *target, *headers;
  } cases[] = {{"GET", "/stocks", ""},
               {"GET", "/nothing", ""},
               {"GET", "/%00", ""},
               {"GET", "/stocks", "Authorization: Bearer wrong\r\n"},
               {"GET", "/stocks", "Authorization: Bearer \r\n"},
               {"GET", "/stocks", "Authorization: Basic open-sesame\r\n"},
               {"GET", "/stocks", "Authorization: Bearer open-sesam\r\n"},
               {"GET", "/stocks", "Authorization: Bearer open-sesame2\r\n"},
               {"GET", "/stocks", "Accept: image/png\r\nAccept-Encoding: gzip\r\nIf-None-Match: *\r\n"},
               {"DELETE", "/watchlists/mine", ""},
               {"POST", "/ai/analysis", "Content-Length: 0\r\n"},
               {"GET", "/metrics", ""}};
  LiveScene *scene = *state;
  set_keys(scene, "open-sesame");
  Api api = api_start(&scene->world, "", true);
  Reply first = api_get(&api, "/watchlists");
  assert_int_equal(first.status, 401);
  forget_date(first.text);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Reply reply = api_ask(&api, cases[i].method, cases[i].target, cases[i].headers);
    assert_int_equal(reply.status, 401);
    forget_date(reply.text);
    assert_string_equal(reply.text, first.text);
    reply_free(&reply);
  }
  reply_free(&first);
  for (size_t i = 0; i < 3; i++)
    free(api_expect(&api, (const char *const[]){"/healthz", "/readyz", "/openapi.json"}[i], 200));
  api_stop(&scene->world, &api);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
}

/* So many requests on one connection, faster than any limit lets through. */
static size_t refused_of(const Api *api, const char *target, int requests) {
  char request[160], *all = calloc((size_t)requests + 1, sizeof request);
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer open-sesame\r\n", target);
  for (int i = 0, at = 0; i < requests; i++)
    at += sprintf(all + at, "%s%s\r\n", request, i + 1 == requests ? "Connection: close\r\n" : "");
  Reply reply = api_send(api, all);
  size_t refused = count_of(reply.text, "HTTP/1.1 429 ");
  assert_int_equal(count_of(reply.text, "HTTP/1.1 "), requests);
  assert_int_equal(count_of(reply.text, "Retry-After: "), refused);
  reply_free(&reply);
  free(all);
  return refused;
}

static void elsewhere_fifty_a_second_are_let_through_and_at_home_all(void **state) {
  LiveScene *scene = *state;
  set_keys(scene, "open-sesame");
  Api api = api_start_on(&scene->world, "0.0.0.0", "", true);
  assert_true(refused_of(&api, "/strategies", 1000) > 0);
  assert_int_equal(refused_of(&api, "/healthz", 1000), 0);
  assert_true(refused_of(&api, "/healthz-not", 1000) > 0);
  api_stop(&scene->world, &api);
  api = api_start(&scene->world, "", true);
  assert_int_equal(refused_of(&api, "/strategies", 1000), 0);
  api_stop(&scene->world, &api);
  live_set(&scene->world, "CLOSEBELL_API_RATE_PER_SECOND", "0");
  api = api_start_on(&scene->world, "0.0.0.0", "", true);
  assert_int_equal(refused_of(&api, "/strategies", 1000), 0);
  api_stop(&scene->world, &api);
  live_set(&scene->world, "CLOSEBELL_API_RATE_PER_SECOND", NULL);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(where_a_request_ends_is_certain_or_it_is_refused),
      cmocka_unit_test(a_target_past_8_kib_is_too_long),
      cmocka_unit_test(a_body_past_64_kib_is_too_large_announced_or_in_chunks),
      cmocka_unit_test(a_refusal_about_where_has_its_place),
      cmocka_unit_test(what_a_parameter_may_not_be_is_400_and_names_it),
      cmocka_unit_test(a_matrix_takes_as_many_tickers_as_a_target_holds),
      cmocka_unit_test(a_page_of_another_limit_is_another_request),
      cmocka_unit_test(headers_that_come_in_several_lines_are_one_list),
      cmocka_unit_test(every_server_gives_the_same_tags),
      cmocka_unit_test(every_answer_forbids_guessing_and_none_is_for_other_pages),
      cmocka_unit_test(every_401_has_the_same_bytes),
      cmocka_unit_test(elsewhere_fifty_a_second_are_let_through_and_at_home_all),
  };
  return cmocka_run_group_tests_name("api_wire", tests, fill, live_scene_close);
}
