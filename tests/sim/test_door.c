/* The source's door: it is looked at before each call, by whatever other processes and operators have made of it, and
 * the pace behind it is told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/ingest/fetch.h>

#include "db_memory.h"

enum { CALLS_MAX = 128 };
static const Instant NOW = 1744329600123; /* 2025-04-11T00:00:00.123Z */
static const Day DATE = 20188;

typedef struct Door Door;
typedef void Meanwhile(Door *door);

/* One run before a source that answers as it is told to, and stops a batch as http_source.c does. */
struct Door {
  Clock clock;
  int64_t waited_ms;
  Random random;
  uint64_t seed;
  Config config;
  DbMemory *memory, *others;
  Db db, other; /* the run's, and another process's */
  long round_trips;
  AnswerKind script[CALLS_MAX]; /* by call; ANSWER_NONE: rows */
  long calls, stop_at;          /* stop_at 0: never */
  Pace pace;                    /* as set */
  Meanwhile *while_waiting, *while_asking;
  Source source;
  char *logged;
  size_t logged_size;
  Log log;
  Job job;
  Fetch fetch;
};

/* ---- what surrounds it ---- */

static Instant now_of(void *self) { return NOW + ((Door *)self)->waited_ms; }

static bool sleep_of(void *self, int64_t ms) {
  Door *door = self;
  door->waited_ms += ms;
  if (ms > 0 && door->while_waiting != NULL) door->while_waiting(door);
  return true;
}

static bool is_stopping(void *self) {
  const Door *door = self;
  return door->stop_at > 0 && door->calls >= door->stop_at;
}

static int count_round_trip(void *context, const char *operation, bool after) {
  ((Door *)context)->round_trips += after && strcmp(operation, "server_time") != 0;
  return 0;
}

static Status answer_all(void *self, const Question *questions, size_t count, Error *err) {
  Door *door = self;
  bool shut = false;
  for (size_t i = 0; i < count; i++) {
    if (is_stopping(self)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
    free(questions[i].answer->payload);
    *questions[i].answer = (Answer){.retry_after_ms = -1};
    if (shut) continue;
    assert_in_range(door->calls, 0, CALLS_MAX - 1);
    AnswerKind kind = door->script[door->calls++];
    questions[i].answer->kind = kind == ANSWER_NONE ? ANSWER_ROWS : kind;
    snprintf(questions[i].answer->detail, ANSWER_DETAIL_SIZE, "answer %ld", door->calls);
    shut = kind == ANSWER_BLOCKED;
  }
  if (door->while_asking != NULL) door->while_asking(door);
  return STATUS_OK;
}

static long calls_of(void *self) { return ((const Door *)self)->calls; }
static void set_pace(void *self, const Pace *pace) { ((Door *)self)->pace = *pace; }

static const Feed PRICES = {.name = FEED_DAILY_PRICES, .provider = "krx"},
                  BESIDE = {.name = "base_info", .provider = "krx", .title = "base info", .without = "all goes on"};
static const Feed *const FEEDS[] = {&PRICES, &BESIDE};

static int open_door(void **state) {
  Door *door = calloc(1, sizeof *door);
  assert_non_null(door);
  *state = door;
  door->clock =
      (Clock){.self = door, .now = now_of, .uptime_ms = now_of, .sleep_ms = sleep_of, .stopping = is_stopping};
  door->seed = 1;
  door->random = random_seeded(&door->seed);
  door->config = (Config){.retry.scale = 1, .lease.seconds = 300};
  door->memory = db_memory_new();
  assert_non_null(door->memory);
  door->others = db_memory_connect(door->memory);
  assert_non_null(door->others);
  db_memory_set_hook(door->memory, count_round_trip, door);
  door->db = db_memory_db(door->memory);
  door->other = db_memory_db(door->others);
  door->source = (Source){.self = door,
                          .name = "krx",
                          .feeds = FEEDS,
                          .feed_count = 2,
                          .fetch = answer_all,
                          .calls = calls_of,
                          .set_pace = set_pace};
  door->log.stream = open_memstream(&door->logged, &door->logged_size);
  assert_non_null(door->log.stream);
  door->job =
      (Job){.config = &door->config,
            .db = &door->db,
            .server = &door->db,
            .source = &door->source,
            .clock = &door->clock,
            .random = &door->random,
            .log = &door->log,
            .rules.terms = {
                .rate_per_second = 4, .parallel = 2, .calls_per_day = 1000, .calls_per_run = 1000, .key_advice = ""}};
  door->fetch = (Fetch){.job = &door->job, .markets = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ)};
  return 0;
}

static int close_door(void **state) {
  Door *door = *state;
  fclose(door->log.stream);
  free(door->logged);
  db_memory_free(door->others);
  db_memory_free(door->memory);
  free(door);
  return 0;
}

/* ---- what is done and seen ---- */

static Status ask_days(Door *door, size_t count) {
  Day dates[FETCH_MAX_DAYS] = {0};
  DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
  Error err = {{0}};
  for (size_t i = 0; i < count; i++) dates[i] = DATE + (Day)i;
  Status status = fetch_days(&door->fetch, dates, count, answers, &err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) assert_true(fetch_is_whole(&door->fetch, &answers[i]));
  for (size_t i = 0; i < count; i++) day_answer_free(&answers[i]);
  return status;
}

static void ask_beside(Door *door) {
  DayAnswer answer = {0};
  Error err = {{0}};
  const Day date = DATE;
  const FeedDays asked = {.feed = "base_info", .markets = door->fetch.markets, .dates = &date, .count = 1};
  assert_int_equal(fetch_beside(&door->fetch, &asked, &answer, &err), STATUS_OK);
  day_answer_free(&answer);
}

static SourceState stored(const Door *door, const char *id) {
  SourceState state;
  Error err;
  assert_int_equal(source_state_read(&door->other, id, &state, &err), STATUS_OK);
  return state;
}

static void others_shut(const Door *door, const char *id, Instant until) {
  SourceState state = stored(door, id);
  Error err;
  state.blocked_until_utc = until;
  assert_int_equal(source_state_write(&door->other, id, &state, &err), STATUS_OK);
}

static void shut_by_others(Door *door) { others_shut(door, "krx", NOW + 1000000000); }

static size_t times_logged(Door *door, const char *what) {
  size_t found = 0;
  fflush(door->log.stream);
  for (const char *at = door->logged; (at = strstr(at, what)) != NULL; at += strlen(what)) found++;
  return found;
}

/* ---- looking before each call ---- */

static void another_process_shuts_it_and_an_operator_opens_it_within_a_run(void **state) {
  Door *door = *state;
  assert_int_equal(ask_days(door, 1), STATUS_OK);
  assert_int_equal(door->calls, 2);
  shut_by_others(door);
  assert_int_equal(ask_days(door, 1), STATUS_UNAVAILABLE);
  assert_int_equal(door->calls, 2);
  others_shut(door, "krx", INSTANT_NONE);
  assert_int_equal(ask_days(door, 1), STATUS_OK);
  assert_int_equal(door->calls, 4);
}

static void it_is_not_knocked_at_when_others_shut_it_during_the_wait(void **state) {
  Door *door = *state;
  static const AnswerKind passing[] = {ANSWER_FAILING, ANSWER_THROTTLED, ANSWER_BLOCKED};
  for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
    long before = door->calls;
    others_shut(door, "krx", INSTANT_NONE);
    door->fetch.answered = true; /* all go at once */
    door->script[door->calls + 1] = passing[i];
    door->while_waiting = shut_by_others;
    assert_int_equal(ask_days(door, 1), STATUS_UNAVAILABLE);
    assert_int_equal(door->calls, before + 2);
    door->while_waiting = NULL;
  }
}

static void a_breaker_set_while_it_asks_is_not_counted_away(void **state) {
  Door *door = *state;
  door->while_asking = shut_by_others;
  door->fetch.answered = true;
  assert_int_equal(ask_days(door, 1), STATUS_OK);
  assert_int_equal(stored(door, "krx").calls, 2);
  assert_int_equal(stored(door, "krx").blocked_until_utc, NOW + 1000000000);
  assert_int_equal(ask_days(door, 1), STATUS_UNAVAILABLE);
  assert_int_equal(door->calls, 2);
}

static void a_feed_that_is_refused_is_asked_again_in_the_run_in_which_it_is_let_in(void **state) {
  Door *door = *state;
  door->script[0] = ANSWER_UNAUTHORIZED;
  ask_beside(door);
  assert_true(stored(door, "krx-base-info").blocked_until_utc > NOW);
  ask_beside(door);
  assert_int_equal(door->calls, 1);
  others_shut(door, "krx-base-info", INSTANT_NONE);
  ask_beside(door);
  assert_int_equal(door->calls, 3);
  others_shut(door, "krx-base-info", NOW + 1000000000);
  ask_beside(door);
  shut_by_others(door);
  others_shut(door, "krx-base-info", INSTANT_NONE);
  ask_beside(door);
  assert_int_equal(door->calls, 3);
}

static void a_look_and_a_count_are_all_that_a_call_costs(void **state) {
  Door *door = *state;
  door->fetch.answered = true;
  assert_int_equal(ask_days(door, 16), STATUS_OK);
  door->round_trips = 0;
  assert_int_equal(ask_days(door, 16), STATUS_OK);
  assert_int_equal(door->round_trips, 2);
  door->round_trips = 0;
  ask_beside(door);
  assert_int_equal(door->round_trips, 2 * 2); /* markets */
}

/* ---- a refusal ---- */

static void a_single_refusal_is_knocked_at_alone_and_the_rest_goes_on(void **state) {
  Door *door = *state;
  door->fetch.answered = true;
  door->script[3] = ANSWER_BLOCKED; /* the fourth of 32; the 28 behind it are not sent */
  assert_int_equal(ask_days(door, 16), STATUS_OK);
  assert_int_equal(door->calls, 33);
  assert_int_equal(door->waited_ms, 60 * 1000);
  assert_int_equal(stored(door, "krx").calls, 33);
}

static void a_door_that_stays_shut_costs_two_calls(void **state) {
  Door *door = *state;
  door->fetch.answered = true;
  door->script[0] = door->script[1] = ANSWER_BLOCKED;
  assert_int_equal(ask_days(door, 16), STATUS_UNAVAILABLE);
  assert_int_equal(door->calls, 2);
  assert_true(source_state_blocks(&(SourceState){.blocked_until_utc = stored(door, "krx").blocked_until_utc}, NOW));
}

/* Asked to stop within a batch. */
static void what_was_not_sent_before_a_stop_is_not_counted(void **state) {
  Door *door = *state;
  door->fetch.answered = true;
  door->stop_at = 5;
  assert_int_equal(ask_days(door, 16), STATUS_INTERRUPTED);
  assert_int_equal(door->calls, 5);
  assert_int_equal(stored(door, "krx").calls, 5);
}

/* ---- the pace ---- */

static void the_pace_is_told_at_the_first_question_and_at_each_change(void **state) {
  Door *door = *state;
  assert_int_equal(ask_days(door, 0), STATUS_OK);
  assert_int_equal(times_logged(door, "times a second"), 0);
  for (int i = 0; i < 3; i++) assert_int_equal(ask_days(door, 4), STATUS_OK);
  assert_int_equal(times_logged(door, "times a second"), 1);
  assert_true(door->pace.per_second == 4 && door->pace.parallel == 2);
  door->script[door->calls] = ANSWER_THROTTLED;
  char reason[32];
  snprintf(reason, sizeof reason, "answer %ld", door->calls + 1);
  for (int i = 0; i < 3; i++) assert_int_equal(ask_days(door, 2), STATUS_OK);
  assert_int_equal(times_logged(door, "times a second"), 2);
  assert_true(door->pace.per_second == 2 && door->pace.parallel == 1);
  assert_true(stored(door, "krx").pace_per_second == 2);
  assert_string_equal(stored(door, "krx").pace_reason, reason);
}

static void what_slowed_another_process_slows_this_one(void **state) {
  Door *door = *state;
  Error err;
  assert_int_equal(ask_days(door, 1), STATUS_OK);
  SourceState slowed = stored(door, "krx");
  slowed.pace_per_second = 0.5;
  snprintf(slowed.pace_reason, sizeof slowed.pace_reason, "HTTP 429 there");
  assert_int_equal(source_state_write(&door->other, "krx", &slowed, &err), STATUS_OK);
  for (int i = 0; i < 2; i++) assert_int_equal(ask_days(door, 1), STATUS_OK);
  assert_true(door->pace.per_second == 0.5 && door->pace.parallel == 1);
  assert_int_equal(times_logged(door, "a time: HTTP 429 there"), 1);
  assert_true(stored(door, "krx").pace_per_second == 0.5);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)
  const struct CMUnitTest tests[] = {
      TEST(another_process_shuts_it_and_an_operator_opens_it_within_a_run),
      TEST(it_is_not_knocked_at_when_others_shut_it_during_the_wait),
      TEST(a_breaker_set_while_it_asks_is_not_counted_away),
      TEST(a_feed_that_is_refused_is_asked_again_in_the_run_in_which_it_is_let_in),
      TEST(a_look_and_a_count_are_all_that_a_call_costs),
      TEST(a_single_refusal_is_knocked_at_alone_and_the_rest_goes_on),
      TEST(a_door_that_stays_shut_costs_two_calls),
      TEST(what_was_not_sent_before_a_stop_is_not_counted),
      TEST(the_pace_is_told_at_the_first_question_and_at_each_change),
      TEST(what_slowed_another_process_slows_this_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
