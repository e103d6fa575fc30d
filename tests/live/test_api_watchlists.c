/* closebell_api: watchlists, the one thing that readers can write. */
#include <stdlib.h>

#include <closebell/base/json.h>
#include <closebell/base/text.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static Reply put(const Api *api, const char *name, const char *type, const char *body) {
  char request[32768];
  snprintf(request, sizeof request,
           "PUT /watchlists/%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: "
           "%zu\r\n\r\n%s",
           name, type, strlen(body), body);
  return api_send(api, request);
}

static void expect_put(const Api *api, const char *name, const char *body, int status, const char *named) {
  Reply reply = put(api, name, "application/json", body);
  if (reply.status != status || !strstr(reply.body, named))
    fail_msg("PUT %s %.80s: %d %s", name, body, reply.status, reply.body);
  assert_true(json_is_valid(reply.body));
  reply_free(&reply);
}

/* 000020 is archived, and not followed. */
static void what_is_put_is_there_on_every_server_at_once(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  Api one = api_start(world, "", true), other = api_start(world, "", true);
  expect_put(&one, "mine", "{\"tickers\":[\"000660\",\"000020\",\"000660\"]}", 200,
             "\"name\":\"mine\",\"tickers\":[\"000660\",\"000020\"],\"updated_utc\":\"20");
  char *body = api_expect(&other, "/watchlists/mine", 200);
  live_assert_says(body, "{\"as_of\":\"2025-04-10\",\"restatement\":0,\"proof\":{\"proven\":true");
  live_assert_says(body, "\"tickers\":[\"000660\",\"000020\"]");
  free(body);
  expect_put(&other, "%EA%B4%80%EC%8B%AC-1_a", "{\"tickers\":[]}", 200, "\"tickers\":[]");
  body = api_expect(&one, "/watchlists", 200);
  live_assert_says(body, "{\"name\":\"mine\",\"size\":2,");
  live_assert_says(body, "{\"name\":\"관심-1_a\",\"size\":0,");
  free(body);
  expect_put(&other, "mine", "{\"tickers\":[\"005930\"]}", 200, "[\"005930\"]");
  body = api_expect(&one, "/watchlists/mine", 200);
  live_assert_says(body, "\"tickers\":[\"005930\"]");
  free(body);
  api_stop(world, &other);
  api_stop(world, &one);
}

static void one_that_is_deleted_is_gone(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  Api api = api_start(world, "", true);
  expect_put(&api, "short", "{\"tickers\":[\"005930\"]}", 200, "\"short\"");
  Reply reply = api_ask(&api, "DELETE", "/watchlists/short", "");
  assert_int_equal(reply.status, 204);
  assert_int_equal(reply.body_length, 0);
  reply_free(&reply);
  free(api_expect(&api, "/watchlists/short", 404));
  reply = api_ask(&api, "DELETE", "/watchlists/short", "");
  assert_int_equal(reply.status, 404);
  reply_free(&reply);
  api_stop(world, &api);
}

static void a_wrong_list_is_refused_and_the_old_one_stays(void **state) {
  static const struct {
    const char *body, *named;
  } cases[] = {{"{\"tickers\":[\"005930\",\"999999\"]}", "999999"},
               {"{\"tickers\":[\"samsung\"]}", "\"parameter\":\"tickers\""},
               {"{\"tickers\":\"005930\"}", "\"parameter\":\"tickers\""},
               {"{\"tickers\":[5930]}", "\"parameter\":\"tickers\""},
               {"{}", "\"parameter\":\"tickers\""},
               {"{\"ticker\":[\"005930\"]}", "\"nearest\":\"tickers\""},
               {"{\"tickers\":[],\"tickers\":[]}", "\"parameter\":\"tickers\""},
               {"[\"005930\"]", "\"status\":400"},
               {"", "\"status\":400"},
               {"{\"tickers\":[", "\"status\":400"}};
  static const char *const names[] = {"a.b", "%24a", "a%20b", "%E6%97%A5",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  LiveWorld *world = &((LiveScene *)*state)->world;
  Api api = api_start(world, "", true);
  expect_put(&api, "kept", "{\"tickers\":[\"005930\"]}", 200, "\"kept\"");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    expect_put(&api, "kept", cases[i].body, 400, cases[i].named);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    expect_put(&api, names[i], "{\"tickers\":[]}", 400, "\"parameter\":\"name\"");
  TextBuffer many = {0};
  text_buffer_printf(&many, "{\"tickers\":[\"005930\"");
  for (int i = 0; i < 1000; i++) text_buffer_printf(&many, ",\"005930\"");
  text_buffer_printf(&many, "]}");
  expect_put(&api, "kept", many.data, 400, "\"parameter\":\"tickers\"");
  text_buffer_free(&many);
  Reply reply = put(&api, "kept", "text/plain", "{\"tickers\":[]}");
  assert_int_equal(reply.status, 415);
  reply_free(&reply);
  char *body = api_expect(&api, "/watchlists/kept", 200);
  live_assert_says(body, "\"tickers\":[\"005930\"]");
  free(body);
  api_stop(world, &api);
}

static void other_methods_are_told_which_there_are(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  char value[64];
  Api api = api_start(world, "", true);
  Reply reply = api_ask(&api, "POST", "/watchlists/mine", "Content-Length: 0\r\n");
  assert_int_equal(reply.status, 405);
  assert_string_equal(reply_header(&reply, "Allow", value, sizeof value), "GET, HEAD, PUT, DELETE");
  reply_free(&reply);
  char *body = api_expect(&api, "/openapi.json", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, "\"delete\":{");
  live_assert_says(body, "\"put\":{");
  free(body);
  api_stop(world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_put_is_there_on_every_server_at_once),
      cmocka_unit_test(one_that_is_deleted_is_gone),
      cmocka_unit_test(a_wrong_list_is_refused_and_the_old_one_stays),
      cmocka_unit_test(other_methods_are_told_which_there_are),
  };
  return cmocka_run_group_tests_name("api watchlists", tests, fill, live_scene_close);
}
