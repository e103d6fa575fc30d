/* What is announced to the source: on its way while the caller works, counted as calls, and never more than that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include <closebell/source/krx.h>

#include "krx_replay_run.h"

static const char KEY[] = "a-key";

typedef struct {
  ReplayRun run;
} Server;

static int start_server(void **state) {
  static Server server;
  const char *const arguments[] = {"--days", TEST_DATA "/days", "--listing", TEST_DATA "/listing.csv", "--key", KEY,
                                   NULL};
  assert_true(replay_run_start(&server.run, KRX_REPLAY, arguments));
  *state = &server;
  return 0;
}

static int stop_server(void **state) {
  assert_true(replay_run_stop(&((Server *)*state)->run));
  return 0;
}

static void control(const Server *server, const char *request) {
  char answer[1024];
  assert_true(replay_run_control(&server->run, request, answer, sizeof(answer)));
}

static int forget(void **state) {
  control(*state, "POST /control/clear");
  control(*state, "POST /control/forget-calls");
  return 0;
}

static long number_in_calls(const Server *server, const char *name) { return replay_run_calls(&server->run, name); }

/* --- the source --- */

/* A clock of the test's own: waiting is free. */
typedef struct {
  int64_t now_ms, slept_ms;
} TestTime;

static int64_t test_now(void *self) { return ((TestTime *)self)->now_ms; }

static bool never(void *self) {
  (void)self;
  return false;
}

static bool test_sleep_ms(void *self, int64_t ms) {
  TestTime *time = self;
  time->now_ms += ms;
  time->slept_ms += ms;
  return true;
}

static Clock test_clock(TestTime *time) {
  return (Clock){.self = time, .now = test_now, .uptime_ms = test_now, .sleep_ms = test_sleep_ms, .stopping = never};
}

static Source open_source(const Server *server, const Clock *clock, double rate) {
  Config config = {.krx = {.rate_per_second = rate,
                           .parallel = 4,
                           .connect_timeout_ms = 5000,
                           .timeout_ms = 20000,
                           .max_answer_bytes = 1 << 20,
                           .base_info = "auto"}};
  Source source;
  Error err = {.text = ""};
  snprintf(config.krx.base_url, sizeof(config.krx.base_url), "http://127.0.0.1:%u", (unsigned)server->run.port);
  snprintf(config.krx.auth_key, sizeof(config.krx.auth_key), "%s", KEY);
  assert_int_equal(krx_open(&source, &config, clock, &err), STATUS_OK);
  return source;
}

static Day day_of(const char *text) {
  Day day = DAY_NONE;
  assert_true(day_parse(text, &day));
  return day;
}

/* Dates in a row, both markets of each. */
typedef struct {
  DayAnswer days[3];
  Question questions[6];
  size_t count;
} Asked;

static void ask_for(Asked *asked, const char *const *dates, size_t count) {
  *asked = (Asked){.count = 2 * count};
  assert_in_range(count, 1, 3);
  for (size_t i = 0; i < 2 * count; i++) {
    DayAnswer *day = &asked->days[i / 2];
    Market market = i % 2 == 0 ? MARKET_KOSPI : MARKET_KOSDAQ;
    day->date = day_of(dates[i / 2]);
    asked->questions[i] =
        (Question){.feed = &KRX_DAILY_PRICES, .date = day->date, .market = market, .answer = &day->markets[market]};
  }
}

static void free_asked(Asked *asked) {
  for (size_t i = 0; i < 3; i++) day_answer_free(&asked->days[i]);
}

static void fetch_asked(const Source *source, Asked *asked) {
  Error err = {.text = ""};
  assert_int_equal(source_fetch(source, asked->questions, asked->count, &err), STATUS_OK);
}

static void announce(const Source *source, const Asked *next) { source_announce(source, next->questions, next->count); }

/* Gives it turns until the exchange has seen so many requests. */
static void turn_until(const Server *server, const Source *source, long calls) {
  const struct timespec moment = {.tv_nsec = 5000000};
  for (int tries = 0; tries < 2000 && number_in_calls(server, "calls") != calls; tries++) {
    source_turn(source);
    nanosleep(&moment, NULL);
  }
  assert_int_equal(number_in_calls(server, "calls"), calls);
}

static const char *const FIRST[] = {"2024-01-04", "2024-01-03"}, *const SECOND[] = {"2024-01-02", "2024-01-01"},
                         *const THIRD[] = {"2023-12-28"};

/* As a source answers to which nothing was announced. */
static void assert_as_ever(const Server *server, const Clock *clock, const Asked *asked, const char *const *dates) {
  Source source = open_source(server, clock, 10000);
  Asked plain;
  ask_for(&plain, dates, asked->count / 2);
  fetch_asked(&source, &plain);
  source_close(&source);
  for (size_t i = 0; i < asked->count; i++) {
    const MarketAnswer *answer = &asked->days[i / 2].markets[asked->questions[i].market],
                       *expected = &plain.days[i / 2].markets[asked->questions[i].market];
    assert_int_equal(answer->kind, expected->kind);
    assert_int_equal(answer->count, expected->count);
    for (size_t k = 0; k < answer->count; k++) assert_true(row_equal(&answer->rows[k], &expected->rows[k]));
  }
  free_asked(&plain);
}

static void what_is_announced_is_on_its_way_before_it_is_asked_for(void **state) {
  const Clock clock = clock_system(-1);
  Error err;
  Asked first, second, third;
  ask_for(&first, FIRST, 2);
  ask_for(&second, SECOND, 2);
  ask_for(&third, THIRD, 1);
  Source source = open_source(*state, &clock, 10000);
  announce(&source, &second);
  assert_int_equal(source.calls(source.self), 3); /* of four: one place in four is kept free */
  fetch_asked(&source, &first);
  assert_int_equal(source.calls(source.self), 4 + 3);
  assert_int_equal(source_announced(&source, second.questions, second.count), 3);
  turn_until(*state, &source, 4 + 3);
  DayAnswer other = {.date = day_of("2024-01-05")}; /* what comes in between takes nothing away */
  const Question base_info = {.feed = source_feed(&source, "base_info"),
                              .date = other.date,
                              .market = MARKET_KOSPI,
                              .answer = &other.markets[MARKET_KOSPI]};
  assert_non_null(base_info.feed);
  assert_int_equal(source_fetch(&source, &base_info, 1, &err), STATUS_OK);
  assert_int_equal(other.markets[MARKET_KOSPI].kind, ANSWER_ROWS);
  announce(&source, &third);
  fetch_asked(&source, &second);
  fetch_asked(&source, &third);
  assert_int_equal(source.calls(source.self), 4 + 4 + 2 + 1);
  source_close(&source);
  assert_int_equal(number_in_calls(*state, "calls"), 4 + 4 + 2 + 1);
  assert_int_equal(number_in_calls(*state, "20240102"), 2);
  assert_int_equal(second.days[0].markets[MARKET_KOSDAQ].kind, ANSWER_ROWS);
  assert_int_equal(second.days[1].markets[MARKET_KOSPI].kind, ANSWER_EMPTY);
  assert_as_ever(*state, &clock, &first, FIRST);
  assert_as_ever(*state, &clock, &second, SECOND);
  assert_as_ever(*state, &clock, &third, THIRD);
  day_answer_free(&other);
  free_asked(&first);
  free_asked(&second);
  free_asked(&third);
}

/* Fetches with something announced, and looks whether a request of that is made: none should be. */
static void assert_nothing_ahead(const Server *server, const char *const *dates, long calls) {
  const Clock clock = clock_system(-1);
  Asked first, next;
  ask_for(&first, dates, 2);
  ask_for(&next, THIRD, 1);
  Source source = open_source(server, &clock, 10000);
  announce(&source, &next);
  fetch_asked(&source, &first);
  assert_int_equal(source.calls(source.self), calls);
  for (int i = 0; i < 10; i++) source_turn(&source);
  announce(&source, &(Asked){.count = 0}); /* what the last one announced is the next fetch's */
  fetch_asked(&source, &first);
  assert_int_equal(source.calls(source.self), 8);
  source_close(&source);
  assert_int_equal(number_in_calls(server, "calls"), 8);
  free_asked(&first);
  free_asked(&next);
}

static void nothing_is_begun_ahead_after_a_bad_answer(void **state) {
  assert_true(replay_run_fault(&((Server *)*state)->run, "kind=status&value=503&times=1"));
  assert_nothing_ahead(*state, FIRST, 4);
}

static void nothing_is_begun_ahead_where_the_history_may_end(void **state) {
  assert_nothing_ahead(*state, SECOND, 4 + 2); /* a holiday and one session; they stay announced until they are not */
}

static void what_is_announced_keeps_to_the_rate(void **state) {
  TestTime time = {.now_ms = 1000000};
  const Clock clock = test_clock(&time);
  Asked first, second;
  ask_for(&first, FIRST, 2);
  ask_for(&second, SECOND, 2);
  Source source = open_source(*state, &clock, 2);
  announce(&source, &second);
  fetch_asked(&source, &first);
  for (int i = 0; i < 10; i++) source_turn(&source); /* no time passes */
  assert_int_equal(number_in_calls(*state, "calls"), 4);
  time.now_ms += 500;
  turn_until(*state, &source, 5);
  fetch_asked(&source, &second);
  source_close(&source);
  assert_in_range(time.slept_ms + 500, 3450, 3550); /* eight requests */
  assert_int_equal(number_in_calls(*state, "calls"), 8);
  free_asked(&first);
  free_asked(&second);
}

/* --- a door that shuts --- */

static const char *const DATES[] = {"2025-04-08", "2025-04-09", "2025-04-10"};

/* Six questions at once, of which the first gets this answer: how many the exchange has seen. */
static long calls_of_a_batch(const Server *server, const char *first_answer, int parallel) {
  TestTime time = {.now_ms = 1000000};
  const Clock clock = test_clock(&time);
  char what[128];
  Asked asked;
  control(server, "POST /control/clear");
  control(server, "POST /control/forget-calls");
  snprintf(what, sizeof(what), "%s&date=20250408&market=KOSPI", first_answer);
  assert_true(replay_run_fault(&server->run, what));
  assert_true(replay_run_fault(&server->run, "kind=slow&value=100")); /* what is under way stays so for a while */
  Source source = open_source(server, &clock, 10000);
  source_set_pace(&source, &(Pace){.per_second = 10000, .parallel = parallel});
  ask_for(&asked, DATES, 3);
  fetch_asked(&source, &asked);
  long calls = source.calls(source.self), answered = 0;
  for (size_t i = 0; i < asked.count; i++) answered += asked.questions[i].answer->kind != ANSWER_NONE;
  assert_int_equal(answered, calls);
  assert_int_equal(number_in_calls(server, "calls"), calls);
  source_close(&source);
  free_asked(&asked);
  return calls;
}

static void what_has_not_been_sent_when_the_door_shuts_is_not_sent(void **state) {
  static const char *const shut[] = {"kind=status&value=403", "kind=html", "kind=status&value=401",
                                     "kind=status&value=302"};
  for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++) {
    assert_int_equal(calls_of_a_batch(*state, shut[i], 1), 1);
    assert_in_range(calls_of_a_batch(*state, shut[i], 4), 1, 4);
  }
  assert_int_equal(calls_of_a_batch(*state, "kind=status&value=503", 1), 6);
}

static void what_was_announced_before_the_door_shut_is_no_call(void **state) {
  TestTime time = {.now_ms = 1000000};
  const Clock clock = test_clock(&time);
  Asked now, next;
  Source source = open_source(*state, &clock, 10000);
  ask_for(&now, DATES, 1);
  ask_for(&next, DATES + 1, 2);
  fetch_asked(&source, &now);
  announce(&source, &next);
  fetch_asked(&source, &next); /* taken over, and begun */
  assert_int_equal(number_in_calls(*state, "calls"), 6);
  announce(&source, &next);
  assert_true(source.calls(source.self) > 6);
  source_set_pace(&source, &(Pace){.per_second = 10000, .parallel = 1});
  assert_true(replay_run_fault(&((Server *)*state)->run, "kind=status&value=403"));
  fetch_asked(&source, &next);
  assert_int_equal(number_in_calls(*state, "calls"), 7);
  assert_int_equal(source.calls(source.self), 7);
  source_close(&source);
  free_asked(&now);
  free_asked(&next);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, forget)
  const struct CMUnitTest tests[] = {
      TEST(what_is_announced_is_on_its_way_before_it_is_asked_for),
      TEST(nothing_is_begun_ahead_after_a_bad_answer),
      TEST(nothing_is_begun_ahead_where_the_history_may_end),
      TEST(what_is_announced_keeps_to_the_rate),
      TEST(what_has_not_been_sent_when_the_door_shuts_is_not_sent),
      TEST(what_was_announced_before_the_door_shut_is_no_call),
  };
  return cmocka_run_group_tests_name("source ahead", tests, start_server, stop_server);
}
