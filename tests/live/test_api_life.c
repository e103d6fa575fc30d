/* The life of closebell_api as a process: started by a socket, told to read again and to stop in the midst of requests,
 * a database that comes and goes, and many slow clients. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 12");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static void rest(void) { nanosleep(&(struct timespec){.tv_nsec = 20000000L}, NULL); }

static void say(int fd, const char *text) {
  assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Up to what is awaited, or the end of the connection. */
static void hear(int fd, const char *awaited, char *text, size_t size) {
  size_t length = 0;
  text[0] = '\0';
  while (length + 1 < size && (*awaited == '\0' || !strstr(text, awaited))) {
    ssize_t got = recv(fd, text + length, size - 1 - length, 0);
    if (got <= 0) break;
    text[length += (size_t)got] = '\0';
  }
  if (!strstr(text, awaited)) fail_msg("\"%s\" was awaited, and this came: %s", awaited, text);
}

/* ---- systemd ---- */

static int open_listener(int *ret_port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(fd, 64), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  *ret_port = ntohs(address.sin_port);
  return fd;
}

/* Who asks before the server is there is answered by it; and the address is the socket's, not the setting's. */
static void a_socket_that_stands_open_already_is_served(void **state) {
  LiveScene *scene = *state;
  Api api = {0};
  char text[8192];
  scene->world.passed_socket = open_listener(&api.port);
  int early = api_connect(&api);
  say(early, "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  api.process = live_start(&scene->world, "closebell_api", "--listen 127.0.0.1:1");
  hear(early, "HTTP/1.1 200", text, sizeof text);
  close(early);
  free(api_expect(&api, "/stocks", 200));
  api_stop(&scene->world, &api);
  close(scene->world.passed_socket);
  scene->world.passed_socket = 0;
}

static void expect_told(int fd, const char *state) {
  char text[256] = "";
  ssize_t got = recv(fd, text, sizeof text - 1, 0);
  assert_true(got > 0);
  if (strcmp(text, state) != 0) fail_msg("told %s and not %s", text, state);
}

static int open_notified(LiveWorld *world) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const struct timeval patience = {.tv_sec = 120};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/notified", world->folder);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  live_set(world, "NOTIFY_SOCKET", address.sun_path);
  return fd;
}

static void who_started_it_is_told_what_it_does(void **state) {
  LiveScene *scene = *state;
  int fd = open_notified(&scene->world);
  Api api = api_start(&scene->world, "", false);
  expect_told(fd, "READY=1");
  kill(api.process.pid, SIGHUP);
  expect_told(fd, "RELOADING=1");
  expect_told(fd, "READY=1");
  kill(api.process.pid, SIGTERM);
  expect_told(fd, "STOPPING=1");
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  live_set(&scene->world, "NOTIFY_SOCKET", NULL);
  close(fd);
}

/* ---- told to read again ---- */

static void write_strategy(LiveWorld *world, const char *name, const char *where) {
  char path[128], text[256], file[64];
  snprintf(file, sizeof file, "strategies/%s.ini", name);
  snprintf(text, sizeof text, "title = %s\norigin = a test\nwhere = %s\n", name, where);
  live_file(world, file, text, path);
}

static void await_body(const Api *api, const char *target, const char *part) {
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; live_now_ms() < until; rest()) {
    char *body = api_expect(api, target, 200);
    bool found = strstr(body, part) != NULL;
    free(body);
    if (found) return;
  }
  fail_msg("%s never says %s", target, part);
}

static void strategies_are_read_again_and_so_is_what_was_answered_from_them(void **state) {
  static const char asked[] = "/screener?strategy_name=mine&limit=1";
  LiveScene *scene = *state;
  char folder[128], path[128];
  snprintf(folder, sizeof folder, "%s/strategies", scene->world.folder);
  assert_int_equal(mkdir(folder, 0700), 0);
  write_strategy(&scene->world, "mine", "close > 0");
  live_set(&scene->world, "CLOSEBELL_API_STRATEGIES", folder);
  Api api = api_start(&scene->world, "", true);
  await_body(&api, asked, "\"where\":\"close > 0\"");
  write_strategy(&scene->world, "mine", "close > 1000000000");
  write_strategy(&scene->world, "another", "close < 0");
  await_body(&api, asked, "\"where\":\"close > 0\""); /* nobody has said so yet */
  kill(api.process.pid, SIGHUP);
  await_body(&api, asked, "\"where\":\"close > 1000000000\"");
  await_body(&api, asked, "\"count\":0");
  await_body(&api, "/strategies", "\"name\":\"another\"");
  write_strategy(&scene->world, "mine", "close >");
  live_file(&scene->world, "strategies/third.ini", "title = third\norigin = a test\nwhere = close > 2\n", path);
  kill(api.process.pid, SIGHUP);
  await_body(&api, "/strategies", "\"name\":\"third\""); /* the bad one is left out, the others load */
  free(api_expect(&api, asked, 400));
  api_stop(&scene->world, &api);
  live_set(&scene->world, "CLOSEBELL_API_STRATEGIES", NULL);
}

/* ---- told to stop ---- */

static bool is_closed_to_new(const Api *api) {
  int fd = api_connect(api);
  if (fd >= 0) close(fd);
  return fd < 0;
}

/* The server has asked for their bodies: it has begun with them. */
static void requests_that_have_begun_are_answered_before_the_end(void **state) {
  enum { WRITERS = 8 };
  static const char body[] = "{\"tickers\":[\"005930\"]}";
  LiveScene *scene = *state;
  char text[8192];
  int fds[WRITERS];
  Api api = api_start(&scene->world, "", true);
  for (int i = 0; i < WRITERS; i++) {
    snprintf(text, sizeof text,
             "PUT /watchlists/late%d HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
             "Content-Length: %zu\r\n\r\n",
             i, sizeof body - 1);
    say(fds[i] = api_connect(&api), text);
    hear(fds[i], "100 Continue\r\n\r\n", text, sizeof text);
  }
  kill(api.process.pid, SIGTERM);
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; !is_closed_to_new(&api) && live_now_ms() < until;) rest();
  for (int i = 0; i < WRITERS; i++) say(fds[i], body);
  for (int i = 0; i < WRITERS; i++) {
    hear(fds[i], "", text, sizeof text);
    live_assert_says(text, "HTTP/1.1 200");
    live_assert_says(text, "Connection: close");
    live_assert_says(text, "\"tickers\":[\"005930\"]");
    close(fds[i]);
  }
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  assert_null(strstr(result.err, "did not end in time"));
  assert_int_equal(live_count(&scene->world, "system_info", "watchlists"), WRITERS);
}

/* Answers are whole, or there is none. */
static void nobody_gets_half_an_answer_at_the_end(void **state) {
  enum { READERS = 40 };
  LiveScene *scene = *state;
  int fds[READERS];
  long whole = 0;
  Api api = api_start(&scene->world, "", true);
  for (int i = 0; i < READERS; i++)
    say(fds[i] = api_connect(&api), i % 2 ? "GET /matrix HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                          : "GET /stocks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  char *text = malloc(1 << 20);
  hear(fds[0], "HTTP/1.1 200", text, 1 << 20);
  kill(api.process.pid, SIGTERM);
  for (int i = 1; i < READERS; i++) {
    hear(fds[i], "", text, 1 << 20);
    const char *length = strstr(text, "Content-Length: "), *body = strstr(text, "\r\n\r\n");
    if (!*text) continue;
    assert_true(length != NULL && body != NULL);
    assert_int_equal(strtoul(length + 16, NULL, 10), strlen(body + 4));
    whole++;
  }
  for (int i = 0; i < READERS; i++) close(fds[i]);
  free(text);
  LiveResult result = live_finish(&scene->world, &api.process);
  live_assert_exit(&result, 0);
  assert_true(whole > 0);
}

/* ---- the database ---- */

static void assert_refused_for_now(const Api *api, const char *target) {
  char value[32];
  Reply reply = api_get(api, target);
  if (reply.status != 503) fail_msg("%s: %.300s", target, reply.text);
  assert_true(atoi(reply_header(&reply, "Retry-After", value, sizeof value)) > 0);
  reply_free(&reply);
}

static void what_needs_the_database_says_when_to_come_again(void **state) {
  static const char *const needy[] = {
      "/stocks/005930/prices",           "/watchlists", "/changes", "/status",
      "/sessions/2025-04-10/market.csv", "/leaders",    "/ledger",  "/sessions/2025-04-10"};
  static const char *const others[] = {"/stocks",     "/stocks/005930", "/sessions",
                                       "/strategies", "/datasets",      "/screener?where=close%20%3E%201",
                                       "/healthz",    "/metrics",       "/openapi.json"};
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  if (world->server.pid == 0) skip();
  Api api = api_start(world, "", true);
  free(api_expect(&api, "/screener?where=close%20%3E%200", 200)); /* the archive is in memory by now */
  for (int stalls = 0; stalls < 2; stalls++) {
    kill(world->server.pid, SIGSTOP);
    if (stalls == 0) api_await(&api, "/readyz", 503); /* else nobody knows it yet */
    for (size_t i = 0; i < sizeof needy / sizeof needy[0]; i++)
      if (stalls == 0 || i < 2) assert_refused_for_now(&api, needy[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) free(api_expect(&api, others[i], 200));
    assert_refused_for_now(&api, "/readyz");
    kill(world->server.pid, SIGCONT);
    api_await(&api, "/readyz", 200);
    for (size_t i = 0; i < sizeof needy / sizeof needy[0]; i++) api_await(&api, needy[i], 200);
  }
  api_stop(world, &api);
}

static void a_server_that_is_there_before_its_database_waits_for_it(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  if (world->server.pid == 0) skip();
  embedded_db_kill(&world->server);
  Api api = api_start(world, "", false);
  free(api_expect(&api, "/openapi.json", 200));
  assert_refused_for_now(&api, "/readyz");
  assert_refused_for_now(&api, "/stocks");
  assert_refused_for_now(&api, "/watchlists");
  assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
  live_world_reconnect(world);
  api_await(&api, "/readyz", 200);
  api_await(&api, "/stocks", 200);
  api_await(&api, "/watchlists", 200);
  api_stop(world, &api);
}

/* ---- two servers ---- */

static void two_servers_go_on_where_the_other_was(void **state) {
  LiveScene *scene = *state;
  Api one = api_start(&scene->world, "", true), other = api_start(&scene->world, "", true);
  char target[512];
  for (size_t k = 0; k < 2; k++) {
    const char *start = k ? "/screener?where=close%20%3E%200&limit=3" : "/stocks?sort=close&limit=3";
    char *body = api_expect(&one, start, 200), *next = strstr(body, "\"next\":\"");
    assert_non_null(next);
    snprintf(target, sizeof target, "%s&cursor=%.*s", start, (int)strcspn(next + 8, "\""), next + 8);
    free(body);
    char *here = api_expect(&one, target, 200), *there = api_expect(&other, target, 200);
    assert_string_equal(here, there);
    free(here);
    free(there);
  }
  for (int i = 0; i < 10; i++) {
    char headers[160], body[64];
    snprintf(body, sizeof body, "{\"tickers\":[%s]}", i % 2 ? "\"005930\"" : "\"000660\"");
    snprintf(headers, sizeof headers, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
             body);
    Reply reply = api_ask(i % 2 ? &one : &other, "PUT", "/watchlists/both", headers);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    char *seen = api_expect(i % 2 ? &other : &one, "/watchlists/both", 200);
    live_assert_says(seen, i % 2 ? "[\"005930\"]" : "[\"000660\"]");
    free(seen);
  }
  Reply gone = api_ask(&one, "DELETE", "/watchlists/both", "");
  assert_int_equal(gone.status, 204);
  reply_free(&gone);
  free(api_expect(&other, "/watchlists/both", 404));
  api_stop(&scene->world, &other);
  api_stop(&scene->world, &one);
}

/* ---- slow clients ---- */

static const char *const BEGINNINGS[] = {
    "", "G", "GET /stocks HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "PUT /watchlists/slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    "Content-Length: 60000\r\n\r\n{",
    "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"};
enum { BEGINNINGS_COUNT = sizeof BEGINNINGS / sizeof BEGINNINGS[0] };

static int connect_slowly(const Api *api, size_t how) {
  int fd = api_connect(api);
  assert_true(fd >= 0);
  ssize_t sent = send(fd, BEGINNINGS[how % BEGINNINGS_COUNT], strlen(BEGINNINGS[how % BEGINNINGS_COUNT]), MSG_NOSIGNAL);
  (void)sent; /* it may have been ended already, to make room */
  return fd;
}

static size_t open_files(size_t wanted) {
  struct rlimit files;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_cur < wanted) files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

static void hold_slow_ones_and_ask(LiveWorld *world, size_t count) {
  int *fds = calloc(count, sizeof *fds);
  Api api = api_start(world, "", true);
  for (size_t i = 0; i < count; i++) {
    fds[i] = connect_slowly(&api, i);
    if (i % 100 == 0) free(api_expect(&api, i % 200 ? "/stocks" : "/runs", 200));
  }
  for (int i = 0; i < 20; i++) free(api_expect(&api, i % 2 ? "/stocks" : "/watchlists", 200));
  api_stop(world, &api);
  for (size_t i = 0; i < count; i++) close(fds[i]);
  free(fds);
}

static void a_thousand_slow_clients_stop_nobody(void **state) {
  LiveScene *scene = *state;
  assert_true(open_files(8192) > 1100);
  hold_slow_ones_and_ask(&scene->world, 1000);
}

/* More than there is room for: who was waited for longest makes room. */
static void more_slow_clients_than_there_is_room_for_stop_nobody(void **state) {
  LiveScene *scene = *state;
  if (open_files(8192) < 6000) skip();
  hold_slow_ones_and_ask(&scene->world, 5500);
}

/* In the long form: each ends by itself within 130 s, those that go on dripping too. */
static void slow_connections_end_by_themselves(void **state) {
  enum { DRIPPING = 2, MOST_MS = 130000 };
  LiveScene *scene = *state;
  if (!getenv("CLOSEBELL_TEST_LONG")) skip();
  Api api = api_start(&scene->world, "", true);
  int fds[BEGINNINGS_COUNT + DRIPPING];
  size_t open = sizeof fds / sizeof fds[0];
  for (size_t i = 0; i < open; i++) fds[i] = connect_slowly(&api, i < BEGINNINGS_COUNT ? i : i - BEGINNINGS_COUNT + 2);
  for (int64_t began = live_now_ms(); open > 0; sleep(1)) {
    if (live_now_ms() - began > MOST_MS) fail_msg("%zu connections are open still", open);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
      char bytes[1024];
      if (fds[i] < 0) continue;
      if (i >= BEGINNINGS_COUNT && send(fds[i], "a", 1, MSG_NOSIGNAL) != 1) (void)bytes; /* seen below */
      ssize_t got = recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
      if (got > 0 || (got < 0 && errno == EAGAIN)) continue;
      close(fds[i]);
      fds[i] = -1;
      open--;
    }
  }
  free(api_expect(&api, "/stocks", 200));
  api.process.started_ms = live_now_ms(); /* it has lived longer than a job may */
  api_stop(&scene->world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_socket_that_stands_open_already_is_served),
      cmocka_unit_test(who_started_it_is_told_what_it_does),
      cmocka_unit_test(strategies_are_read_again_and_so_is_what_was_answered_from_them),
      cmocka_unit_test(requests_that_have_begun_are_answered_before_the_end),
      cmocka_unit_test(nobody_gets_half_an_answer_at_the_end),
      cmocka_unit_test(two_servers_go_on_where_the_other_was),
      cmocka_unit_test(a_thousand_slow_clients_stop_nobody),
      cmocka_unit_test(more_slow_clients_than_there_is_room_for_stop_nobody),
      cmocka_unit_test(slow_connections_end_by_themselves),
      cmocka_unit_test(what_needs_the_database_says_when_to_come_again),
      cmocka_unit_test(a_server_that_is_there_before_its_database_waits_for_it),
  };
  return cmocka_run_group_tests_name("api_life", tests, fill, live_scene_close);
}
