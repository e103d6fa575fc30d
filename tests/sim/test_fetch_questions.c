/* Questions to a provider beside the exchange: its own door, allowance and pace; retries; services that it lacks. */
#include <stdlib.h>
#include <string.h>

#include <closebell/ingest/door.h>
#include <closebell/source/kis.h>
#include <closebell/store/ops_alerts.h>

#include "kis_peer.h"
#include "named.h"

enum { STOCKS = 5 };
static const char *const CODES[STOCKS] = {"000660", "005930", "035420", "035720", "068270"};

typedef struct {
  Answer answers[STOCKS];
  Question questions[STOCKS];
} Asked;

static Status ask_stocks(Peer *peer, Asked *asked, Error *err) {
  *asked = (Asked){0};
  for (int i = 0; i < STOCKS; i++)
    asked->questions[i] =
        (Question){.feed = &KIS_INVESTORS, .key = CODES[i], .date = DAY_NONE, .answer = &asked->answers[i]};
  return fetch_questions(&peer->fetch, asked->questions, STOCKS, err);
}

static void assert_asks(Peer *peer, Asked *asked) {
  Error err = {{0}};
  if (ask_stocks(peer, asked, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static SourceState state_of(const Peer *peer, const char *id) {
  SourceState state;
  Error err;
  assert_int_equal(source_state_read(&peer->db, id, &state, &err), STATUS_OK);
  return state;
}

static Answer of_kind(AnswerKind kind, const char *detail) {
  Answer answer = {.kind = kind, .retry_after_ms = -1};
  snprintf(answer.detail, sizeof answer.detail, "%s", detail);
  return answer;
}

/* ---- too many a second ---- */

static Answer too_many_at_first(World *world, const char *key) {
  (void)key;
  return world->data_calls == 1 ? of_kind(ANSWER_THROTTLED, "EGW00201") : of_kind(ANSWER_EMPTY, "");
}

static void too_many_halves_the_pace_of_this_provider_alone(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer;
  Asked asked;
  world.says = too_many_at_first;
  peer_open(&peer, &world, 1);
  assert_asks(&peer, &asked);
  for (int i = 0; i < STOCKS; i++) assert_int_equal(asked.answers[i].kind, ANSWER_EMPTY);
  assert_true(peer.pace.per_second == 7.5 && peer.pace.parallel == 1);
  assert_true(state_of(&peer, "kis").pace_per_second == 7.5);
  assert_false(state_of(&peer, "krx").stored);
  peer_close(&peer);
  peer_world_end(&world);
}

/* ---- one stock ---- */

static Answer one_fails(World *world, const char *key) {
  (void)world;
  return strcmp(key, CODES[2]) == 0 ? of_kind(ANSWER_FAILING, "EGW00002") : of_kind(ANSWER_EMPTY, "");
}

static void one_stock_that_fails_holds_no_other(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer;
  Asked asked;
  world.says = one_fails;
  peer_open(&peer, &world, 1);
  assert_asks(&peer, &asked);
  for (int i = 0; i < STOCKS; i++) assert_int_equal(asked.answers[i].kind, i == 2 ? ANSWER_FAILING : ANSWER_EMPTY);
  assert_int_equal(world.data_calls, STOCKS + 3); /* asked again three times */
  peer_close(&peer);
  peer_world_end(&world);
}

/* ---- what the provider lacks ---- */

static Answer no_investors(World *world, const char *key) {
  (void)world;
  Answer answer = of_kind(key[0] ? ANSWER_UNAUTHORIZED : ANSWER_EMPTY, key[0] ? "OPSQ0002" : "");
  answer.refused = REFUSED_SERVICE;
  return answer;
}

static void a_service_that_is_lacking_is_told_once_and_rests_for_a_week(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer, later;
  Asked asked;
  Error err = {{0}};
  world.says = no_investors;
  peer_open(&peer, &world, 1);
  assert_asks(&peer, &asked);
  assert_int_equal(asked.answers[0].kind, ANSWER_UNAUTHORIZED);
  assert_int_equal(world.data_calls, 1);
  assert_int_equal(peer_ask(&peer, &err), STATUS_OK); /* another service */
  SourceState door = state_of(&peer, "kis-investors");
  assert_true(door.blocked_until_utc > world.now_ms + 6 * 24 * INT64_C(3600000));
  assert_named(door.reason, "OPSQ0002");
  assert_int_equal(state_of(&peer, "kis").blocked_until_utc, INSTANT_NONE);
  long calls = world.data_calls;
  peer_open(&later, &world, 2);
  assert_asks(&later, &asked);
  assert_int_equal(asked.answers[0].kind, ANSWER_NONE);
  assert_int_equal(world.data_calls, calls);
  world.now_ms += 8 * 24 * INT64_C(3600000);
  assert_asks(&later, &asked);
  assert_int_equal(world.data_calls, calls + 1);
  peer_close(&peer);
  peer_close(&later);
  peer_world_end(&world);
}

/* ---- the day's calls ---- */

static void the_allowance_is_the_providers_own(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer;
  Asked asked;
  Error err = {{0}};
  peer_open(&peer, &world, 1);
  peer.asked.calls_per_day = STOCKS + 1; /* and the token */
  assert_asks(&peer, &asked);
  assert_int_equal(state_of(&peer, "kis").calls, STOCKS + 1);
  assert_int_equal(ask_stocks(&peer, &asked, &err), STATUS_UNAVAILABLE);
  assert_named(err.text, "kis|6");
  world.now_ms += 24 * INT64_C(3600000);
  assert_asks(&peer, &asked);
  peer_close(&peer);
  peer_world_end(&world);
}

/* ---- a shut door ---- */

static Answer shut_out(World *world, const char *key) {
  (void)world, (void)key;
  return of_kind(ANSWER_BLOCKED, "HTTP 403");
}

static void a_shut_door_is_knocked_at_once_more_and_is_this_providers(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer;
  Asked asked;
  Error err = {{0}};
  world.says = shut_out;
  peer_open(&peer, &world, 1);
  assert_int_equal(ask_stocks(&peer, &asked, &err), STATUS_UNAVAILABLE);
  assert_int_equal(world.data_calls, 2);
  assert_true(state_of(&peer, "kis").blocked_until_utc > world.now_ms);
  assert_false(state_of(&peer, "krx").stored);
  peer_close(&peer);
  peer_world_end(&world);
}

/* ---- a day that is used up ---- */

static Answer spent_today(World *world, const char *key) {
  (void)key;
  return instant_kst_day(world->now_ms) == instant_kst_day(PEER_START) ? of_kind(ANSWER_SPENT, "status 020")
                                                                       : of_kind(ANSWER_EMPTY, "");
}

static Status count_warnings(void *context, const Alert *alert, Error *err) {
  (void)err;
  bool open = alert->severity == ALERT_WARN && alert->resolved_utc == INSTANT_NONE;
  *(size_t *)context += open && strcmp(alert->kind, "source-blocked") == 0 && strcmp(alert->subject, "kis") == 0;
  return STATUS_OK;
}

static size_t warnings_of(const Peer *peer) {
  size_t count = 0;
  Error err = {{0}};
  assert_int_equal(ops_alerts_read(&peer->db, NULL, count_warnings, &count, &err), STATUS_OK);
  return count;
}

static void a_day_that_is_used_up_ends_at_midnight_in_korea(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer, later;
  Asked asked;
  Error err = {{0}};
  world.says = spent_today;
  peer_open(&peer, &world, 1);
  assert_int_equal(ask_stocks(&peer, &asked, &err), STATUS_UNAVAILABLE);
  assert_named(err.text, "kis|2025-04-11 00:00|status 020");
  assert_int_equal(world.data_calls, 1);
  SourceState door = state_of(&peer, "kis");
  assert_int_equal(door.blocked_until_utc, instant_from_kst(instant_kst_day(PEER_START) + 1, 0));
  assert_named(door.reason, "status 020");
  assert_int_equal(warnings_of(&peer), 1);

  peer_open(&later, &world, 2);
  assert_int_equal(ask_stocks(&later, &asked, &err), STATUS_UNAVAILABLE);
  assert_int_equal(world.data_calls, 1);
  world.now_ms = door.blocked_until_utc;
  assert_asks(&later, &asked);
  assert_int_equal(asked.answers[STOCKS - 1].kind, ANSWER_EMPTY);
  assert_int_equal(warnings_of(&later), 0);
  peer_close(&peer);
  peer_close(&later);
  peer_world_end(&world);
}

/* ---- a question that is too large ---- */

static Answer two_are_too_large(World *world, const char *key) {
  (void)world;
  bool large = strcmp(key, CODES[0]) == 0 || strcmp(key, CODES[3]) == 0;
  return large ? of_kind(ANSWER_TOO_LARGE, "a redirect") : of_kind(ANSWER_EMPTY, "");
}

static void a_question_that_is_too_large_is_answered_with_that_and_holds_no_other(void **state) {
  (void)state;
  World world = peer_world();
  Peer peer;
  Asked asked;
  world.says = two_are_too_large;
  peer_open(&peer, &world, 1);
  assert_asks(&peer, &asked);
  for (int i = 0; i < STOCKS; i++)
    assert_int_equal(asked.answers[i].kind, i == 0 || i == 3 ? ANSWER_TOO_LARGE : ANSWER_EMPTY);
  assert_int_equal(world.data_calls, STOCKS); /* not asked again as it is */
  assert_true(peer.pace.per_second == 15);
  assert_int_equal(state_of(&peer, "kis").blocked_until_utc, INSTANT_NONE);
  peer_close(&peer);
  peer_world_end(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(too_many_halves_the_pace_of_this_provider_alone),
      cmocka_unit_test(one_stock_that_fails_holds_no_other),
      cmocka_unit_test(a_service_that_is_lacking_is_told_once_and_rests_for_a_week),
      cmocka_unit_test(the_allowance_is_the_providers_own),
      cmocka_unit_test(a_shut_door_is_knocked_at_once_more_and_is_this_providers),
      cmocka_unit_test(a_day_that_is_used_up_ends_at_midnight_in_korea),
      cmocka_unit_test(a_question_that_is_too_large_is_answered_with_that_and_holds_no_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
