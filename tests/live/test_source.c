/* The source over real HTTP: each thing the replay server can do wrong, and what the source makes of it. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/source/krx.h>

#include "krx_replay_run.h"

static const char KEY[] = "a-key-that-nobody-may-see-0123456789";

typedef struct {
  char folder[64];
  ReplayRun run;
  Clock clock;
} Server;

/* --- the replay server --- */

static void write_file(const Server *server, const char *name, const char *text) {
  char path[128];
  snprintf(path, sizeof(path), "%s/%s", server->folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

/* Two stocks of KOSPI and one of KOSDAQ over four sessions, with a holiday (Monday 8th) between. */
static void write_days(const Server *server) {
  write_file(server, "listing.csv",
             "code,name,market,listed_shares\n"
             "005930,삼성전자,KOSPI,1000\n"
             "00104K,CJ4우(전환),KOSPI,10\n"
             "035720,카카오,KOSDAQ,100\n");
  static const char *const days[] = {"2024-01-04", "2024-01-05", "2024-01-09", "2024-01-10"};
  for (int i = 0; i < 4; i++) {
    char name[32], text[256];
    snprintf(name, sizeof(name), "days/%s.csv", days[i]);
    snprintf(text, sizeof(text),
             "code,open,high,low,close,volume\n"
             "00104K,0,0,0,500,0\n"
             "005930,%d,%d,%d,%d,7\n"
             "035720,200,210,190,205,9\n"
             "999999,1,1,1,1,1\n",
             1000 + i, 1100 + i, 900 + i, 1000 + 10 * i);
    write_file(server, name, text);
  }
}

static int start_server(void **state) {
  static Server server;
  char days[128], listing[128];
  server = (Server){.folder = "/tmp/closebell-source-XXXXXX", .clock = clock_system(-1)};
  assert_non_null(mkdtemp(server.folder));
  snprintf(days, sizeof(days), "%s/days", server.folder);
  snprintf(listing, sizeof(listing), "%s/listing.csv", server.folder);
  assert_int_equal(mkdir(days, 0700), 0);
  write_days(&server);
  const char *const arguments[] = {"--days", days, "--listing", listing, "--key", KEY, NULL};
  assert_true(replay_run_start(&server.run, KRX_REPLAY, arguments));
  *state = &server;
  return 0;
}

static int stop_server(void **state) {
  static const char *const files[] = {"days/2024-01-04.csv",
                                      "days/2024-01-05.csv",
                                      "days/2024-01-09.csv",
                                      "days/2024-01-10.csv",
                                      "days",
                                      "listing.csv",
                                      ""};
  Server *server = *state;
  assert_true(replay_run_stop(&server->run));
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", server->folder, files[i]);
    remove(path);
  }
  return 0;
}

static void control(const Server *server, const char *request) {
  char answer[1024];
  assert_true(replay_run_control(&server->run, request, answer, sizeof(answer)));
}

static void fault(const Server *server, const char *what) { assert_true(replay_run_fault(&server->run, what)); }

static long number_in_calls(const Server *server, const char *name) { return replay_run_calls(&server->run, name); }

static int forget(void **state) {
  control(*state, "POST /control/clear");
  control(*state, "POST /control/now?instant=");
  control(*state, "POST /control/forget-calls");
  return 0;
}

/* --- the source --- */

static Config config_for(const Server *server) {
  Config config = {.krx = {.rate_per_second = 10000,
                           .parallel = 4,
                           .connect_timeout_ms = 5000,
                           .timeout_ms = 20000,
                           .max_answer_bytes = 65536}};
  snprintf(config.krx.base_url, sizeof(config.krx.base_url), "http://127.0.0.1:%u", (unsigned)server->run.port);
  snprintf(config.krx.auth_key, sizeof(config.krx.auth_key), "%s", KEY);
  return config;
}

static Day day_of(const char *text) {
  Day day = DAY_NONE;
  assert_true(day_parse(text, &day));
  return day;
}

static DayAnswer fetch_with(const Server *server, const Config *config, const char *date, Market market) {
  Source source;
  Error err = {.text = ""};
  DayAnswer day = {.date = day_of(date)};
  const Question question = {
      .feed = &KRX_DAILY_PRICES, .date = day.date, .market = market, .answer = &day.markets[market]};
  assert_int_equal(krx_open(&source, config, &server->clock, &err), STATUS_OK);
  assert_int_equal(source_fetch(&source, &question, 1, &err), STATUS_OK);
  assert_int_equal(source.calls(source.self), 1);
  source_close(&source);
  assert_null(strstr(day.markets[market].detail, KEY));
  return day;
}

static DayAnswer fetch(const Server *server, const char *date, Market market) {
  Config config = config_for(server);
  return fetch_with(server, &config, date, market);
}

static void assert_answer(DayAnswer day, AnswerKind kind, const char *detail) {
  const MarketAnswer *answer = &day.markets[MARKET_KOSPI];
  if (strstr(answer->detail, detail) == NULL) fail_msg("\"%s\" lacks \"%s\"", answer->detail, detail);
  assert_int_equal(answer->kind, kind);
  day_answer_free(&day);
}

static void assert_fault(const Server *server, const char *what, AnswerKind kind, const char *detail) {
  fault(server, what);
  assert_answer(fetch(server, "2024-01-05", MARKET_KOSPI), kind, detail);
  control(server, "POST /control/clear");
}

/* --- what is right --- */

static void a_session_comes_as_it_was_recorded(void **state) {
  DayAnswer day = fetch(*state, "2024-01-09", MARKET_KOSPI);
  const MarketAnswer *answer = &day.markets[MARKET_KOSPI];
  StockRow halted = {.ticker = "00104K", .name = "CJ4우(전환)", .close = 500, .market_cap = 5000, .listed_shares = 10};
  StockRow traded = {.ticker = "005930",
                     .name = "삼성전자",
                     .open = 1002,
                     .high = 1102,
                     .low = 902,
                     .close = 1020,
                     .change = 10,
                     .volume = 7,
                     .value = 7140,
                     .market_cap = 1020000,
                     .listed_shares = 1000};
  assert_string_equal(answer->detail, "");
  assert_int_equal(answer->kind, ANSWER_ROWS);
  assert_int_equal(answer->http_status, 200);
  assert_int_equal(answer->retry_after_ms, -1);
  assert_int_equal(answer->count, 2);
  assert_true(row_equal(&answer->rows[0], &halted));
  assert_true(row_equal(&answer->rows[1], &traded));
  assert_int_equal(day.markets[MARKET_KOSDAQ].kind, ANSWER_NONE);
  day_answer_free(&day);
}

static void a_day_without_trading_is_empty(void **state) {
  assert_answer(fetch(*state, "2024-01-08", MARKET_KOSPI), ANSWER_EMPTY, "");
}

static void a_day_is_empty_until_it_is_published(void **state) {
  control(*state, "POST /control/now?instant=2024-01-09T07:59:59%2B09:00"); /* the 8th is a holiday */
  assert_answer(fetch(*state, "2024-01-05", MARKET_KOSPI), ANSWER_EMPTY, "");
  control(*state, "POST /control/now?instant=2024-01-08T23:00:00Z");
  assert_answer(fetch(*state, "2024-01-05", MARKET_KOSPI), ANSWER_ROWS, "");
  assert_answer(fetch(*state, "2024-01-09", MARKET_KOSPI), ANSWER_EMPTY, "");
}

static void many_days_and_markets_are_fetched_at_once(void **state) {
  static const char *const dates[] = {"2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"};
  Config config = config_for(*state);
  Source source;
  Error err = {.text = ""};
  DayAnswer days[5] = {0};
  Question questions[10];
  for (size_t i = 0; i < 10; i++) {
    days[i / 2].date = day_of(dates[i / 2]);
    Market market = i % 2 == 0 ? MARKET_KOSPI : MARKET_KOSDAQ;
    questions[i] = (Question){
        .feed = &KRX_DAILY_PRICES, .date = days[i / 2].date, .market = market, .answer = &days[i / 2].markets[market]};
  }
  fault(*state, "kind=slow&value=100"); /* so that they overlap */
  assert_int_equal(krx_open(&source, &config, &((Server *)*state)->clock, &err), STATUS_OK);
  for (int round = 0; round < 2; round++) { /* the second frees what the first left, over the same connections */
    assert_int_equal(source_fetch(&source, questions, 10, &err), STATUS_OK);
    for (size_t i = 0; i < 5; i++) {
      bool open = i != 2;
      assert_int_equal(days[i].markets[MARKET_KOSPI].kind, open ? ANSWER_ROWS : ANSWER_EMPTY);
      assert_int_equal(days[i].markets[MARKET_KOSPI].count, open ? 2 : 0);
      assert_int_equal(days[i].markets[MARKET_KOSDAQ].count, open ? 1 : 0);
      if (open) assert_string_equal(days[i].markets[MARKET_KOSDAQ].rows[0].name, "카카오");
    }
    assert_int_equal(days[4].markets[MARKET_KOSPI].rows[1].close, 1030);
  }
  assert_int_equal(source.calls(source.self), 20);
  source_close(&source);
  assert_int_equal(number_in_calls(*state, "calls"), 20);
  assert_int_equal(number_in_calls(*state, "20240105"), 4);
  assert_int_equal(number_in_calls(*state, "/svc/apis/sto/ksq_bydd_trd"), 10);
  assert_in_range(number_in_calls(*state, "most_under_way"), 2, 4);
  for (size_t i = 0; i < 5; i++) day_answer_free(&days[i]);
}

/* --- what is wrong --- */

static void a_wrong_key_is_unauthorized(void **state) {
  Config config = config_for(*state);
  snprintf(config.krx.auth_key, sizeof(config.krx.auth_key), "another-key");
  assert_answer(fetch_with(*state, &config, "2024-01-05", MARKET_KOSPI), ANSWER_UNAUTHORIZED,
                "HTTP 401: Unauthorized Key");
}

static void a_status_that_is_no_success_says_what_is_wrong(void **state) {
  assert_fault(*state, "kind=status&value=401&message=Unauthorized%20API%20Call", ANSWER_UNAUTHORIZED, "Unauthorized");
  assert_fault(*state, "kind=status&value=403", ANSWER_BLOCKED, "HTTP 403");
  assert_fault(*state, "kind=status&value=429", ANSWER_THROTTLED, "HTTP 429");
  assert_fault(*state, "kind=status&value=500", ANSWER_FAILING, "HTTP 500");
  assert_fault(*state, "kind=status&value=503", ANSWER_FAILING, "HTTP 503");
  assert_fault(*state, "kind=status&value=302", ANSWER_MISDIRECTED, "HTTP 302");
  assert_fault(*state, "kind=status&value=404", ANSWER_FAILING, "/svc/apis/sto/stk");
}

static void a_server_that_repeats_the_key_is_not_quoted(void **state) {
  char what[128];
  snprintf(what, sizeof(what), "kind=status&value=500&message=%s", KEY);
  assert_fault(*state, what, ANSWER_FAILING, "not shown"); /* fetch_with looks for the key */
}

static void answers_that_are_no_rows_are_told_apart(void **state) {
  assert_fault(*state, "kind=empty", ANSWER_EMPTY, "");
  assert_fault(*state, "kind=html", ANSWER_BLOCKED, "HTML");
  assert_fault(*state, "kind=cut-json", ANSWER_FAILING, "cut short");
  assert_fault(*state, "kind=truncated", ANSWER_FAILING, "cut short");
  assert_fault(*state, "kind=reset", ANSWER_FAILING, "cut short");
  assert_fault(*state, "kind=shape", ANSWER_BROKEN, "without OutBlock_1");
}

static void rows_that_cannot_be_believed_are_named(void **state) {
  assert_fault(*state, "kind=wrong-date", ANSWER_BROKEN, "BAS_DD \"20240104\"");
  assert_fault(*state, "kind=bad-code", ANSWER_BROKEN, "ISU_CD \"../x\"");
  assert_fault(*state, "kind=negative", ANSWER_BROKEN, "TDD_CLSPRC \"-5\" is negative");
  assert_fault(*state, "kind=overflow", ANSWER_BROKEN, "ACC_TRDVOL");
  assert_fault(*state, "kind=duplicate", ANSWER_BROKEN, "00104K");
  assert_fault(*state, "kind=bad-utf8", ANSWER_BROKEN, "UTF-8");
}

static void half_an_answer_and_a_repeated_one_are_left_to_the_verdict(void **state) {
  fault(*state, "kind=half&date=20240105&market=KOSPI&times=1");
  DayAnswer day = fetch(*state, "2024-01-05", MARKET_KOSPI);
  assert_int_equal(day.markets[MARKET_KOSPI].count, 1);
  day_answer_free(&day);
  fault(*state, "kind=repeat&date=20240105&times=1");
  day = fetch(*state, "2024-01-05", MARKET_KOSPI);
  assert_int_equal(day.markets[MARKET_KOSPI].count, 2);
  assert_int_equal(day.markets[MARKET_KOSPI].rows[1].close, 1000);
  day_answer_free(&day);
}

static void a_fault_ends_after_its_times_and_spares_other_markets(void **state) {
  fault(*state, "kind=empty&date=2024-01-05&market=KOSPI&times=1");
  DayAnswer kosdaq = fetch(*state, "2024-01-05", MARKET_KOSDAQ);
  assert_int_equal(kosdaq.markets[MARKET_KOSDAQ].kind, ANSWER_ROWS);
  day_answer_free(&kosdaq);
  assert_answer(fetch(*state, "2024-01-04", MARKET_KOSPI), ANSWER_ROWS, "");
  assert_answer(fetch(*state, "2024-01-05", MARKET_KOSPI), ANSWER_EMPTY, "");
  assert_answer(fetch(*state, "2024-01-05", MARKET_KOSPI), ANSWER_ROWS, "");
}

static void an_answer_beyond_the_limit_is_refused(void **state) {
  assert_fault(*state, "kind=huge&value=400000000", ANSWER_BROKEN, "larger than");
  assert_fault(*state, "kind=huge&value=65537", ANSWER_BROKEN, "larger than");
  assert_fault(*state, "kind=huge&value=65536", ANSWER_FAILING, "JSON"); /* blanks, but not too many */
  Config config = config_for(*state);
  config.krx.max_answer_bytes = 200; /* less than the announced length */
  assert_answer(fetch_with(*state, &config, "2024-01-05", MARKET_KOSPI), ANSWER_BROKEN, "larger than");
}

static void a_server_that_takes_too_long_is_failing(void **state) {
  Config config = config_for(*state);
  config.krx.timeout_ms = 200;
  fault(*state, "kind=slow&value=20000&times=1");
  assert_answer(fetch_with(*state, &config, "2024-01-05", MARKET_KOSPI), ANSWER_FAILING, "in time");
}

static void a_slow_answer_holds_up_no_other(void **state) {
  Config config = config_for(*state);
  config.krx.timeout_ms = 1000;
  Source source;
  Error err = {.text = ""};
  DayAnswer days[2] = {{.date = day_of("2024-01-05")}, {.date = day_of("2024-01-09")}};
  Question questions[2];
  for (size_t i = 0; i < 2; i++)
    questions[i] = (Question){.feed = &KRX_DAILY_PRICES,
                              .date = days[i].date,
                              .market = MARKET_KOSPI,
                              .answer = &days[i].markets[MARKET_KOSPI]};
  fault(*state, "kind=slow&value=20000&date=20240105");
  assert_int_equal(krx_open(&source, &config, &((Server *)*state)->clock, &err), STATUS_OK);
  assert_int_equal(source_fetch(&source, questions, 2, &err), STATUS_OK);
  source_close(&source);
  assert_int_equal(days[0].markets[MARKET_KOSPI].kind, ANSWER_FAILING);
  assert_int_equal(days[1].markets[MARKET_KOSPI].kind, ANSWER_ROWS);
  day_answer_free(&days[0]);
  day_answer_free(&days[1]);
}

static void a_host_that_does_not_listen_is_unreachable(void **state) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof(address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int bound = socket(AF_INET, SOCK_STREAM, 0); /* bound and deaf: nobody else gets the port */
  assert_int_equal(bind(bound, (struct sockaddr *)&address, size), 0);
  assert_int_equal(getsockname(bound, (struct sockaddr *)&address, &size), 0);
  Config config = config_for(*state);
  snprintf(config.krx.base_url, sizeof(config.krx.base_url), "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
  DayAnswer day = fetch_with(*state, &config, "2024-01-05", MARKET_KOSPI);
  assert_int_equal(day.markets[MARKET_KOSPI].http_status, 0);
  assert_answer(day, ANSWER_UNREACHABLE, "no connection");
  snprintf(config.krx.base_url, sizeof(config.krx.base_url), "https://127.0.0.1:%u",
           (unsigned)((Server *)*state)->run.port); /* a server that speaks no TLS */
  assert_answer(fetch_with(*state, &config, "2024-01-05", MARKET_KOSPI), ANSWER_UNREACHABLE, "no connection");
  close(bound);
}

/* --- time --- */

/* A clock of the test's own: waiting is free, and a stop comes at a time or after so many looks at it. */
typedef struct {
  int64_t now_ms, slept_ms, stop_at_ms;
  int looks_until_stop;
} TestTime;

static const TestTime ENDLESS = {.now_ms = 1000000, .stop_at_ms = INT64_MAX, .looks_until_stop = INT_MAX};

static Instant test_now(void *self) { return ((TestTime *)self)->now_ms; }
static bool test_stopping(void *self) {
  TestTime *time = self;
  if (time->looks_until_stop > 0) time->looks_until_stop--;
  return time->looks_until_stop == 0 || time->now_ms >= time->stop_at_ms;
}
static bool test_sleep_ms(void *self, int64_t ms) {
  TestTime *time = self;
  int64_t left_ms = time->stop_at_ms - time->now_ms;
  time->now_ms += ms < left_ms ? ms : left_ms;
  time->slept_ms += ms;
  return !test_stopping(self);
}

static Clock test_clock(TestTime *time) {
  return (Clock){
      .self = time, .now = test_now, .uptime_ms = test_now, .sleep_ms = test_sleep_ms, .stopping = test_stopping};
}

static Status fetch_times(const Server *server, TestTime *time, double rate, size_t count, DayAnswer *day) {
  Config config = config_for(server);
  Clock clock = test_clock(time);
  Source source;
  Error err = {.text = ""};
  Question questions[16];
  config.krx.rate_per_second = rate;
  day->date = day_of("2024-01-05");
  assert_in_range(count, 1, 16);
  for (size_t i = 0; i < count; i++)
    questions[i] = (Question){
        .feed = &KRX_DAILY_PRICES, .date = day->date, .market = MARKET_KOSPI, .answer = &day->markets[MARKET_KOSPI]};
  assert_int_equal(krx_open(&source, &config, &clock, &err), STATUS_OK);
  Status status = source_fetch(&source, questions, count, &err);
  source_close(&source);
  return status;
}

static void requests_keep_to_the_rate(void **state) {
  TestTime time = ENDLESS;
  DayAnswer day = {0};
  assert_int_equal(fetch_times(*state, &time, 2, 6, &day), STATUS_OK);
  assert_int_equal(day.markets[MARKET_KOSPI].kind, ANSWER_ROWS);
  assert_in_range(time.slept_ms, 2450, 2550); /* five waits of half a second: no burst at the start */
  assert_int_equal(number_in_calls(*state, "calls"), 6);
  day_answer_free(&day);
}

static int64_t retry_after_of(const Server *server, const char *text) {
  TestTime time = ENDLESS;
  DayAnswer day = {0};
  char what[128];
  snprintf(what, sizeof(what), "kind=status&value=429&times=1&retry_after=%s", text);
  fault(server, what);
  assert_int_equal(fetch_times(server, &time, 1, 1, &day), STATUS_OK);
  assert_int_equal(day.markets[MARKET_KOSPI].kind, ANSWER_THROTTLED);
  return day.markets[MARKET_KOSPI].retry_after_ms;
}

static void retry_after_is_seconds_or_a_date(void **state) {
  const int64_t month_ms = INT64_C(30) * 24 * 3600 * 1000; /* it is 00:16:40 on the first day of time */
  assert_int_equal(retry_after_of(*state, "7"), 7000);
  assert_int_equal(retry_after_of(*state, "Thu,%2001%20Jan%201970%2000:17:10%20GMT"), 30000);
  assert_int_equal(retry_after_of(*state, "Thu,%2001%20Jan%201970%2000:00:10%20GMT"), 0);
  assert_int_equal(retry_after_of(*state, "Fri,%2031%20Dec%202100%2000:00:00%20GMT"), month_ms);
  assert_int_equal(retry_after_of(*state, "99999999999999999999"), month_ms);
  assert_int_equal(retry_after_of(*state, "soon"), -1);
  assert_int_equal(retry_after_of(*state, "-5"), -1);
}

static void a_stop_ends_the_wait_for_the_rate(void **state) {
  TestTime time = ENDLESS;
  DayAnswer day = {0};
  time.stop_at_ms = time.now_ms + 2500;
  assert_int_equal(fetch_times(*state, &time, 1, 16, &day), STATUS_INTERRUPTED);
  assert_int_equal(number_in_calls(*state, "calls"), 3);
  day_answer_free(&day);
}

static void a_stop_ends_a_transfer_under_way(void **state) {
  TestTime time = ENDLESS;
  DayAnswer day = {0};
  struct timespec before, after;
  time.looks_until_stop = 3;
  fault(*state, "kind=slow&value=60000");
  clock_gettime(CLOCK_MONOTONIC, &before);
  assert_int_equal(fetch_times(*state, &time, 10000, 1, &day), STATUS_INTERRUPTED);
  clock_gettime(CLOCK_MONOTONIC, &after);
  assert_true(after.tv_sec - before.tv_sec < 10); /* the answer and the time-out come later than that */
  assert_int_equal(day.markets[MARKET_KOSPI].kind, ANSWER_NONE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, forget)
  const struct CMUnitTest tests[] = {
      TEST(a_session_comes_as_it_was_recorded),
      TEST(a_day_without_trading_is_empty),
      TEST(a_day_is_empty_until_it_is_published),
      TEST(many_days_and_markets_are_fetched_at_once),
      TEST(a_wrong_key_is_unauthorized),
      TEST(a_status_that_is_no_success_says_what_is_wrong),
      TEST(a_server_that_repeats_the_key_is_not_quoted),
      TEST(answers_that_are_no_rows_are_told_apart),
      TEST(rows_that_cannot_be_believed_are_named),
      TEST(half_an_answer_and_a_repeated_one_are_left_to_the_verdict),
      TEST(a_fault_ends_after_its_times_and_spares_other_markets),
      TEST(an_answer_beyond_the_limit_is_refused),
      TEST(a_server_that_takes_too_long_is_failing),
      TEST(a_slow_answer_holds_up_no_other),
      TEST(a_host_that_does_not_listen_is_unreachable),
      TEST(requests_keep_to_the_rate),
      TEST(retry_after_is_seconds_or_a_date),
      TEST(a_stop_ends_the_wait_for_the_rate),
      TEST(a_stop_ends_a_transfer_under_way),
  };
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
