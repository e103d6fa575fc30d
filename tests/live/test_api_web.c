/* closebell_api serves the dashboard's files. No job has run: they need no state of the database. */
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <closebell/base/json.h>
#include <closebell/base/sha256.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char *header_of(const Reply *reply, const char *name) {
  static char value[512];
  return reply_header(reply, name, value, sizeof value);
}

static void a_browser_gets_what_it_needs(void **state) {
  static const struct {
    const char *target, *accept, *type;
  } cases[] = {{"/", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"},
               {"/index.html", "text/html", "text/html; charset=utf-8"},
               {"/style.css", "text/css,*/*;q=0.1", "text/css; charset=utf-8"},
               {"/app.js", "*/*", "text/javascript; charset=utf-8"},
               {"/lib/dom.js", "*/*", "text/javascript; charset=utf-8"},
               {"/favicon.svg", "image/svg+xml,image/*", "image/svg+xml"}};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", false);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char accept[128];
    snprintf(accept, sizeof accept, "Accept: %s\r\n", cases[i].accept);
    Reply reply = api_ask(&api, "GET", cases[i].target, accept);
    if (reply.status != 200) fail_msg("%s: %.300s", cases[i].target, reply.text);
    assert_string_equal(header_of(&reply, "Content-Type"), cases[i].type);
    assert_string_equal(header_of(&reply, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(header_of(&reply, "Cache-Control"), "no-cache");
    assert_string_equal(header_of(&reply, "Vary"), "Accept-Encoding");
    assert_true(header_of(&reply, "ETag")[0] == '"');
    assert_string_equal(header_of(&reply, "Closebell-As-Of"), "");
    assert_string_equal(header_of(&reply, "Access-Control-Allow-Origin"), "");
    reply_free(&reply);
  }
  Reply reply = api_ask(&api, "GET", "/", "Accept: application/json\r\n");
  assert_int_equal(reply.status, 406);
  reply_free(&reply);
  api_stop(&scene->world, &api);
}

static void a_page_lets_nothing_in_from_elsewhere(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", false);
  Reply page = api_get(&api, "/"), script = api_get(&api, "/app.js");
  const char *policy = header_of(&page, "Content-Security-Policy");
  live_assert_says(policy, "default-src 'self'");
  live_assert_says(policy, "frame-ancestors 'none'");
  live_assert_says(policy, "base-uri 'none'");
  assert_null(strstr(policy, "unsafe"));
  assert_null(strstr(policy, "://"));
  assert_null(strchr(policy, '*'));
  assert_null(strstr(page.body, "<style"));
  assert_null(strstr(page.body, "://"));
  assert_int_equal(script.status, 200);
  reply_free(&page);
  reply_free(&script);
  api_stop(&scene->world, &api);
}

static void who_has_a_file_already_gets_304(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", false), other = api_start(&scene->world, "", false);
  char etag[128], ask[256];
  Reply plain = api_get(&api, "/style.css"), zipped = api_ask(&api, "GET", "/style.css", "Accept-Encoding: gzip\r\n");
  reply_header(&plain, "ETag", etag, sizeof etag);
  assert_string_not_equal(header_of(&zipped, "ETag"), etag);
  assert_string_equal(header_of(&zipped, "Content-Encoding"), "gzip");
  assert_true(zipped.body_length < plain.body_length / 2);
  assert_memory_equal(zipped.body, "\x1f\x8b", 2);
  Reply twin = api_get(&other, "/style.css");
  assert_string_equal(header_of(&twin, "ETag"), etag);
  reply_free(&twin);
  snprintf(ask, sizeof ask, "If-None-Match: %s\r\n", etag);
  twin = api_ask(&api, "GET", "/style.css", ask);
  assert_int_equal(twin.status, 304);
  assert_int_equal(twin.body_length, 0);
  reply_free(&twin);
  twin = api_ask(&api, "HEAD", "/style.css", "");
  assert_int_equal(twin.status, 200);
  assert_int_equal(twin.body_length, 0);
  assert_int_equal(strtoul(header_of(&twin, "Content-Length"), NULL, 10), plain.body_length);
  reply_free(&twin);
  reply_free(&plain);
  reply_free(&zipped);
  api_stop(&scene->world, &other);
  api_stop(&scene->world, &api);
}

static void no_path_leads_out_of_the_folder(void **state) {
  static const char *const targets[] = {"/..",
                                        "/../web/style.css",
                                        "/lib/../style.css",
                                        "/%2e%2e/web/style.css",
                                        "/lib/%2e%2e/style.css",
                                        "/lib%2f..%2fstyle.css",
                                        "/..%2fREADME.md",
                                        "/lib/..%5cstyle.css",
                                        "/./style.css",
                                        "//style.css",
                                        "/lib",
                                        "/lib/",
                                        "/style.css/",
                                        "/.hidden.js",
                                        "/../../../../../../etc/passwd",
                                        "/etc/passwd",
                                        "/STYLE.CSS"};
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", false);
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    Reply reply = api_get(&api, targets[i]);
    if (reply.status != 404 || !json_is_valid(reply.body)) fail_msg("%s: %.300s", targets[i], reply.text);
    reply_free(&reply);
  }
  free(api_expect(&api, "/style.css%00", 400));
  free(api_expect(&api, "/style.css?x=1", 400));
  Reply reply = api_ask(&api, "DELETE", "/style.css", "");
  assert_int_equal(reply.status, 405);
  live_assert_says(header_of(&reply, "Allow"), "GET, HEAD");
  reply_free(&reply);
  char *routes = api_expect(&api, "/openapi.json", 200);
  live_assert_says(routes, "\"/\":{\"get\"");
  free(routes);
  api_stop(&scene->world, &api);
}

static void the_files_want_no_key_and_the_data_do(void **state) {
  LiveScene *scene = *state;
  char path[128], text[128];
  snprintf(text, sizeof text, "%s kim\n", sha256_text("sesame", 6).text);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", live_file(&scene->world, "keys", text, path));
  Api api = api_start(&scene->world, "", false);
  free(api_expect(&api, "/", 200));
  free(api_expect(&api, "/lib/api.js", 200));
  free(api_expect(&api, "/datasets", 401));
  free(api_expect(&api, "/nothing.js", 401));
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
  api_stop(&scene->world, &api);
}

static const char *put(LiveScene *scene, const char *name, const char *text) {
  static char path[128];
  return live_file(&scene->world, name, text, path);
}

static void with_key(LiveScene *scene, const char *key) {
  char text[128];
  snprintf(text, sizeof text, "%s kim\n", sha256_text(key, strlen(key)).text);
  put(scene, "keys", text);
}

/* Each reload takes another key: so the test sees that it is over. */
static void reload_and_await(LiveScene *scene, const Api *api, const char *key) {
  char header[64];
  snprintf(header, sizeof header, "Authorization: Bearer %s\r\n", key);
  with_key(scene, key);
  kill(api->process.pid, SIGHUP);
  for (int status = 401, tries = 0; status != 200; tries++) {
    Reply reply = api_ask(api, "GET", "/metrics", header);
    status = reply.status;
    reply_free(&reply);
    assert_true(tries < 100000);
  }
}

static void expect_page(const Api *api, const char *text) {
  char *body = api_expect(api, "/", 200);
  assert_string_equal(body, text);
  free(body);
}

static void a_reload_reads_the_files_again(void **state) {
  LiveScene *scene = *state;
  char folder[128], keys[128];
  snprintf(folder, sizeof folder, "%s/web", scene->world.folder);
  assert_int_equal(mkdir(folder, 0755), 0);
  with_key(scene, "first");
  put(scene, "web/index.html", "<p>one");
  live_set(&scene->world, "CLOSEBELL_API_WEB", folder);
  snprintf(keys, sizeof keys, "%s/keys", scene->world.folder);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", keys);
  Api api = api_start(&scene->world, "", false);
  expect_page(&api, "<p>one");
  put(scene, "web/index.html", "<p>two");
  put(scene, "web/new.js", "1");
  expect_page(&api, "<p>one");
  reload_and_await(scene, &api, "second");
  expect_page(&api, "<p>two");
  free(api_expect(&api, "/new.js", 200));
  assert_int_equal(unlink(put(scene, "web/index.html", "")), 0);
  reload_and_await(scene, &api, "third");
  expect_page(&api, "<p>two"); /* what cannot be read leaves the old one */
  put(scene, "web/index.html", "<p>three");
  reload_and_await(scene, &api, "fourth");
  expect_page(&api, "<p>three");
  kill(api.process.pid, SIGTERM);
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "index.html");
  live_set(&scene->world, "CLOSEBELL_API_WEB", NULL);
  live_set(&scene->world, "CLOSEBELL_API_KEYS_FILE", NULL);
}

static void without_its_folder_the_data_are_served_all_the_same(void **state) {
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_API_WEB", "/nonexistent/web");
  Api api = api_start(&scene->world, "", false);
  char *body = api_expect(&api, "/", 404);
  assert_true(json_is_valid(body));
  live_assert_says(body, "[api] web");
  free(body);
  free(api_expect(&api, "/app.js", 404));
  free(api_expect(&api, "/openapi.json", 200));
  kill(api.process.pid, SIGTERM);
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "/nonexistent/web");
  result = live_run(&scene->world, "closebell_api", "--check");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "warning: ");
  live_assert_says(result.out, "/nonexistent/web");
  live_set(&scene->world, "CLOSEBELL_API_WEB", NULL);
  result = live_run(&scene->world, "closebell_api", "--check");
  assert_null(strstr(result.out, "dashboard"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_browser_gets_what_it_needs),
      cmocka_unit_test(a_page_lets_nothing_in_from_elsewhere),
      cmocka_unit_test(who_has_a_file_already_gets_304),
      cmocka_unit_test(no_path_leads_out_of_the_folder),
      cmocka_unit_test(the_files_want_no_key_and_the_data_do),
      cmocka_unit_test(a_reload_reads_the_files_again),
      cmocka_unit_test(without_its_folder_the_data_are_served_all_the_same),
  };
  return cmocka_run_group_tests_name("api web", tests, live_scene_open, live_scene_close);
}
