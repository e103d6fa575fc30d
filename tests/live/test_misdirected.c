/* Where a request does not arrive because a setting points elsewhere: redirects, and proxies. */
#include <unistd.h>

#include "live_db.h"
#include "tiny_http.h"

static const char BEFORE[] = "2025-04-11T00:00:00Z", AFTER[] = "2025-04-14T00:00:00Z";
static const char FINE[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static const char MOVED[] =
    "HTTP/1.1 302 Found\r\nLocation: https://someone:hidden-pw@elsewhere.example:8443/new/place?token="
    "hidden-token\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static const char MOVED_ALIKE[] = "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://elsewhere.example{path}\r\n"
                                  "Content-Length: 0\r\nConnection: close\r\n\r\n";
static const char WANTS_PASSWORD[] = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
                                     "realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static const char GONE[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

typedef struct {
  TinyHttp server;
  char log[128];
} Elsewhere;

static Elsewhere start(LiveWorld *world, const char *answer) {
  Elsewhere elsewhere;
  snprintf(elsewhere.log, sizeof elsewhere.log, "%s/elsewhere", world->folder);
  assert_true(tiny_http_start(&elsewhere.server, answer, elsewhere.log));
  return elsewhere;
}

static size_t requests_of(const Elsewhere *elsewhere) {
  FILE *file = fopen(elsewhere->log, "r");
  size_t lines = 0;
  assert_non_null(file);
  for (int c; (c = fgetc(file)) != EOF;) lines += c == '\n';
  fclose(file);
  return lines;
}

static void set_url(LiveWorld *world, const char *name, const char *format, int port) {
  char url[128];
  snprintf(url, sizeof url, format, port);
  live_set(world, name, url);
}

/* Of the place that is named nothing but host and path. */
static void assert_named(const LiveResult *result) {
  live_assert_says(result->err, "https://elsewhere.example:8443/new/place");
  assert_null(strstr(result->err, "hidden"));
}

static void assert_not_blocked(LiveWorld *world) {
  bson_t *source = live_find(world, "system_info", "source_state", "krx");
  assert_false(source != NULL && live_has_field(source, "blocked_until_utc"));
  if (source != NULL) bson_destroy(source);
}

/* ---- redirects ---- */

static void a_redirect_of_the_exchange_is_a_configuration_error_at_the_first_call(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", BEFORE, "--days 3");
  Elsewhere elsewhere = start(world, MOVED);
  set_url(world, "KRX_BASE_URL", "http://127.0.0.1:%d", elsewhere.server.port);
  LiveResult result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 78);
  assert_named(&result);
  live_assert_says(result.err, "KRX_BASE_URL");
  assert_int_equal(requests_of(&elsewhere), 1);
  assert_not_blocked(world);
  tiny_http_stop(&elsewhere.server);
  set_url(world, "KRX_BASE_URL", "http://127.0.0.1:%d", world->exchange.port);
  live_do(world, "daily_update", AFTER, "");
  live_assert_state(world, "2025-04-11", "completed");
  bson_t *alert = live_get(world, "system_info", "ops_alerts", "source-key:krx");
  live_assert_instant(alert, "resolved_utc");
  bson_destroy(alert);
}

static void a_redirect_of_a_ping_is_one_too_though_the_work_is_done(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", BEFORE, "--days 3");
  Elsewhere elsewhere = start(world, MOVED);
  set_url(world, "CLOSEBELL_ALERTS_PING_DAILY_UPDATE", "http://127.0.0.1:%d/ping/of-ours", elsewhere.server.port);
  LiveResult result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 78);
  assert_named(&result);
  live_assert_says(result.err, "CLOSEBELL_ALERTS_PING_DAILY_UPDATE");
  live_assert_state(world, "2025-04-11", "completed");
  tiny_http_stop(&elsewhere.server);
}

static void a_redirect_of_the_webhook_shows_no_path_that_is_the_secret(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", BEFORE, "--days 3");
  live_fault(world, "kind=half&date=20250411");
  Elsewhere elsewhere = start(world, FINE);
  set_url(world, "CLOSEBELL_ALERTS_WEBHOOK", "http://127.0.0.1:%d/", elsewhere.server.port);
  LiveResult result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 75);
  assert_int_equal(requests_of(&elsewhere), 1); /* the alert is known; its end will be news */
  tiny_http_stop(&elsewhere.server);
  live_clear_faults(world);
  elsewhere = start(world, MOVED_ALIKE);
  set_url(world, "CLOSEBELL_ALERTS_WEBHOOK", "http://127.0.0.1:%d/services/T0123/s3cr3t-hook", elsewhere.server.port);
  result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "https://elsewhere.example");
  live_assert_says(result.err, "CLOSEBELL_ALERTS_WEBHOOK");
  assert_null(strstr(result.err, "s3cr3t"));
  assert_int_equal(requests_of(&elsewhere), 1);
  tiny_http_stop(&elsewhere.server);
}

/* ---- proxies ---- */

static void a_proxy_that_does_not_listen_is_named_as_the_proxy(void **state) {
  LiveWorld *world = *state;
  int fd, port = tiny_closed_port(&fd);
  char expected[64];
  set_url(world, "http_proxy", "http://me:hidden-pw@127.0.0.1:%d", port);
  set_url(world, "https_proxy", "http://me:hidden-pw@127.0.0.1:%d", port);
  snprintf(expected, sizeof expected, "the proxy 127.0.0.1:%d of http_proxy", port);
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 3");
  live_assert_exit(&result, 69);
  live_assert_says(result.err, expected);
  assert_null(strstr(result.err, "hidden"));
  live_set(world, "KRX_BASE_URL", "https://api.example");
  snprintf(expected, sizeof expected, "the proxy 127.0.0.1:%d of https_proxy", port);
  result = live_run_at(world, "manual_setup", BEFORE, "--days 3");
  live_assert_exit(&result, 69);
  live_assert_says(result.err, expected);
  close(fd);
}

static void a_proxy_that_wants_a_password_is_a_configuration_error(void **state) {
  LiveWorld *world = *state;
  static const char *const urls[] = {"http://api.example", "https://api.example"};
  static const char *const names[] = {"http_proxy", "https_proxy"};
  Elsewhere elsewhere = start(world, WANTS_PASSWORD);
  for (size_t i = 0; i < 2; i++) {
    char expected[64];
    live_set(world, "KRX_BASE_URL", urls[i]);
    set_url(world, names[i], "http://me:hidden-pw@127.0.0.1:%d", elsewhere.server.port);
    snprintf(expected, sizeof expected, "the proxy 127.0.0.1:%d of %s", elsewhere.server.port, names[i]);
    LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 3");
    live_assert_exit(&result, 78);
    live_assert_says(result.err, expected);
    assert_null(strstr(result.err, "hidden"));
  }
  assert_int_equal(requests_of(&elsewhere), 2);
  tiny_http_stop(&elsewhere.server);
}

static void a_proxy_that_refuses_the_tunnel_is_named_and_asked_again(void **state) {
  LiveWorld *world = *state;
  Elsewhere elsewhere = start(world, GONE);
  live_set(world, "KRX_BASE_URL", "https://api.example");
  set_url(world, "HTTPS_PROXY", "127.0.0.1:%d", elsewhere.server.port);
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 3");
  live_assert_exit(&result, 69);
  live_assert_says(result.err, "of HTTPS_PROXY");
  assert_true(requests_of(&elsewhere) > 1);
  tiny_http_stop(&elsewhere.server);
}

static void the_proxy_of_a_ping_is_named_too(void **state) {
  LiveWorld *world = *state;
  int fd, port = tiny_closed_port(&fd);
  live_do(world, "manual_setup", BEFORE, "--days 3");
  live_set(world, "CLOSEBELL_ALERTS_PING_DAILY_UPDATE", "https://ping.example/of-ours");
  set_url(world, "https_proxy", "http://me:hidden-pw@127.0.0.1:%d", port);
  LiveResult result = live_run_at(world, "daily_update", AFTER, "");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "of https_proxy");
  assert_null(strstr(result.err, "hidden"));
  close(fd);
}

static void an_exempt_host_is_asked_without_the_proxy(void **state) {
  LiveWorld *world = *state;
  int fd, port = tiny_closed_port(&fd);
  set_url(world, "http_proxy", "http://127.0.0.1:%d", port);
  live_set(world, "no_proxy", "127.0.0.1");
  live_do(world, "manual_setup", BEFORE, "--days 3");
  close(fd);
}

static void a_proxy_with_an_unescaped_password_ends_the_run_before_it_begins(void **state) {
  LiveWorld *world = *state;
  live_set(world, "http_proxy", "http://me:My@hidden99@127.0.0.1:3128");
  LiveResult result = live_run_at(world, "manual_setup", BEFORE, "--days 3");
  live_assert_exit(&result, 78);
  live_assert_says(result.err, "http_proxy");
  live_assert_says(result.err, "percent-encode @");
  assert_null(strstr(result.err, "hidden"));
}

#define TEST(name) cmocka_unit_test_setup(name, live_reset_test)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_redirect_of_the_exchange_is_a_configuration_error_at_the_first_call),
      TEST(a_redirect_of_a_ping_is_one_too_though_the_work_is_done),
      TEST(a_redirect_of_the_webhook_shows_no_path_that_is_the_secret),
      TEST(a_proxy_that_does_not_listen_is_named_as_the_proxy),
      TEST(a_proxy_that_wants_a_password_is_a_configuration_error),
      TEST(a_proxy_that_refuses_the_tunnel_is_named_and_asked_again),
      TEST(the_proxy_of_a_ping_is_named_too),
      TEST(an_exempt_host_is_asked_without_the_proxy),
      TEST(a_proxy_with_an_unescaped_password_ends_the_run_before_it_begins),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
