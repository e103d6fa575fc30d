/* One access token for all processes and hosts: hosts that meet at any call, die at any call, or stand still for an
 * hour at any call; the provider is the token part of the KIS server of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/ingest/token_desk.h>
#include <closebell/store/shared_tokens.h>

#include "kis_peer.h"
#include "named.h"

static const int64_t MINUTE_MS = PEER_MINUTE_MS, HOUR_MS = PEER_HOUR_MS;
static const Instant START = PEER_START;

static void assert_asks(Peer *host) {
  Error err = {{0}};
  Status status = peer_ask(host, &err);
  if (status != STATUS_OK) fail_msg("%s: %s", status_name(status), err.text);
  assert_string_equal(host->token, host->world->tokens.token);
}

/* The promise to the provider. */
static void assert_once_a_minute(const World *world) {
  if (world->closest_ms < MINUTE_MS) fail_msg("two questions for a token within %d ms", (int)world->closest_ms);
  assert_int_equal(world->tokens.too_soon, 0);
}

/* ---- something at the n-th call ---- */

typedef struct {
  int left; /* before the n-th round trip, and after it */
  bool struck;
  void (*strike)(void *context);
  void *context;
  bool fails;
} Hook;

static int on_call(void *context, const char *operation, bool after) {
  Hook *hook = context;
  (void)operation, (void)after;
  if (hook->struck) return hook->fails ? -1 : 0;
  if (hook->left-- > 0) return 0;
  hook->struck = true;
  if (hook->strike) hook->strike(hook->context);
  return hook->fails ? -1 : 0;
}

static void other_asks(void *context) { assert_asks(context); }
static void an_hour_passes(void *context) { ((World *)context)->now_ms += HOUR_MS; }
static void half_a_minute_passes(void *context) { ((World *)context)->now_ms += MINUTE_MS / 2; }

static void hosts_that_meet_at_any_call_share_one_token(void **state) {
  (void)state;
  for (int n = 0;; n++) {
    World world = peer_world();
    Peer one, other;
    peer_open(&one, &world, 1);
    peer_open(&other, &world, 2);
    Hook hook = {.left = n, .strike = other_asks, .context = &other};
    db_memory_set_hook(one.memory, on_call, &hook);
    assert_asks(&one);
    assert_true(!hook.struck || world.tokens.given >= 1);
    assert_int_equal(world.tokens.number, 1);
    assert_once_a_minute(&world);
    assert_string_equal(one.token, hook.struck ? other.token : one.token);
    peer_close(&one);
    peer_close(&other);
    peer_world_end(&world);
    if (!hook.struck) {
      assert_true(n > 8);
      return;
    }
  }
}

/* It dies there: nothing of it comes any more. */
static void a_host_that_dies_at_any_call_leaves_no_second_question_within_a_minute(void **state) {
  (void)state;
  for (int n = 0;; n++) {
    World world = peer_world();
    Peer one, other;
    Error err;
    peer_open(&one, &world, 1);
    peer_open(&other, &world, 2);
    Hook hook = {.left = n, .fails = true};
    db_memory_set_hook(one.memory, on_call, &hook);
    peer_ask(&one, &err);
    assert_asks(&other);
    assert_int_equal(world.tokens.number, 1);
    assert_once_a_minute(&world);
    peer_close(&one);
    peer_close(&other);
    peer_world_end(&world);
    if (!hook.struck) return;
  }
}

static void a_host_that_stands_still_at_any_call_does_no_harm(void **state) {
  (void)state;
  void (*const strikes[])(void *) = {an_hour_passes, half_a_minute_passes};
  for (int n = 0, struck = 1; struck; n++)
    for (int i = 0; i < 2; i++) {
      World world = peer_world();
      Peer one, other;
      Error err;
      peer_open(&one, &world, 1);
      peer_open(&other, &world, 2);
      Hook hook = {.left = n, .strike = strikes[i], .context = &world};
      db_memory_set_hook(one.memory, on_call, &hook);
      peer_ask(&one, &err);
      assert_asks(&other);
      assert_once_a_minute(&world);
      struck = hook.struck;
      peer_close(&one);
      peer_close(&other);
      peer_world_end(&world);
    }
}

static void many_runs_of_a_day_ask_for_few_tokens(void **state) {
  (void)state;
  World world = peer_world();
  for (int run = 0; run < 3 * 24; run++) {
    Peer host;
    peer_open(&host, &world, (uint64_t)run + 1);
    assert_asks(&host);
    peer_close(&host);
    world.now_ms += HOUR_MS;
  }
  assert_once_a_minute(&world);
  assert_in_range(world.tokens.given, 3, 4);
  peer_world_end(&world);
}

static void a_run_longer_than_a_token_goes_on_with_the_next(void **state) {
  (void)state;
  World world = peer_world();
  Peer host;
  peer_open(&host, &world, 1);
  for (int i = 0; i < 60; i++) {
    assert_asks(&host);
    world.now_ms += HOUR_MS;
  }
  assert_int_equal(world.tokens.number, 3);
  peer_close(&host);
  peer_world_end(&world);
}

static void a_token_that_was_killed_is_named_and_waited_for(void **state) {
  (void)state;
  World world = peer_world();
  Peer host, later;
  Error err = {{0}};
  peer_open(&host, &world, 1);
  assert_asks(&host);
  world.now_ms += HOUR_MS;
  kis_tokens_kill(&world.tokens);
  assert_int_equal(peer_ask(&host, &err), STATUS_UNAVAILABLE);
  assert_named(err.text, "2025-04-10|21:45|token|2025-04-10|15:45");
  assert_int_equal(world.tokens.number, 1);
  long asked = world.tokens.asked;
  peer_open(&later, &world, 2);
  assert_int_equal(peer_ask(&later, &err), STATUS_UNAVAILABLE); /* it asks nobody */
  assert_int_equal(world.tokens.asked, asked);
  world.now_ms = START + 6 * HOUR_MS + MINUTE_MS;
  assert_asks(&later);
  assert_int_equal(world.tokens.number, 2);
  assert_once_a_minute(&world);
  peer_close(&host);
  peer_close(&later);
  peer_world_end(&world);
}

static void a_token_refused_once_and_given_again_is_used(void **state) {
  (void)state;
  World world = peer_world();
  Peer host;
  Error err;
  SharedToken newest;
  peer_open(&host, &world, 1);
  assert_asks(&host);
  host.fetch.token.number = 1;
  assert_int_equal(token_desk_refused(&host.fetch, &err), STATUS_OK); /* though it is good */
  assert_asks(&host);
  assert_int_equal(shared_tokens_newest(&host.db, PEER_ACCOUNT, &newest, &err), STATUS_OK);
  assert_int_equal(newest.number, 2);
  assert_int_equal(newest.issued_utc, START);
  peer_close(&host);
  peer_world_end(&world);
}

static void another_program_with_the_same_key_is_waited_for(void **state) {
  (void)state;
  World world = peer_world();
  Peer host;
  peer_open(&host, &world, 1);
  world.tokens.asked_ms = START - 1000;
  assert_asks(&host);
  assert_int_equal(world.tokens.too_soon, 1);
  assert_true(world.closest_ms >= MINUTE_MS);
  peer_close(&host);
  peer_world_end(&world);
}

static void a_refused_secret_ends_the_run_and_closes_nothing(void **state) {
  (void)state;
  World world = peer_world();
  Peer host;
  Error err = {{0}};
  SourceState door;
  peer_open(&host, &world, 1);
  world.tokens.appsecret = "another";
  assert_int_equal(peer_ask(&host, &err), STATUS_CONFIG);
  assert_named(err.text, "EGW00105");
  assert_int_equal(source_state_read(&host.db, "kis", &door, &err), STATUS_OK);
  assert_int_equal(door.blocked_until_utc, INSTANT_NONE);
  peer_close(&host);
  peer_world_end(&world);
}

static void what_is_stored_of_a_token_by_another_secret_is_not_used(void **state) {
  (void)state;
  World world = peer_world();
  Peer host, other;
  peer_open(&host, &world, 1);
  assert_asks(&host);
  peer_open(&other, &world, 2);
  other.terms.seal = "anotherMadeUpOne";
  assert_asks(&other);
  assert_once_a_minute(&world);
  peer_close(&host);
  peer_close(&other);
  peer_world_end(&world);
}

/* No four letters in a row of the secrets, nor the beginning of a token. */
static void assert_hidden(FILE *file, const World *world) {
  static char text[1 << 20];
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  assert_non_null(strstr(text, "kis"));
  assert_null(strstr(text, "MadeUp"));
  for (size_t i = 20; i + 8 < strlen(world->tokens.token); i++) {
    char piece[9];
    snprintf(piece, sizeof piece, "%.8s", world->tokens.token + i);
    assert_null(strstr(text, piece));
  }
}

static void neither_log_nor_database_shows_a_secret(void **state) {
  (void)state;
  World world = peer_world();
  Peer host;
  Error err;
  peer_open(&host, &world, 1);
  assert_asks(&host);
  world.now_ms += HOUR_MS;
  kis_tokens_kill(&world.tokens);
  peer_ask(&host, &err);
  FILE *dump = tmpfile();
  db_memory_dump(host.memory, NULL, dump);
  assert_hidden(dump, &world);
  assert_hidden(world.log, &world);
  fclose(dump);
  peer_close(&host);
  peer_world_end(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hosts_that_meet_at_any_call_share_one_token),
      cmocka_unit_test(a_host_that_dies_at_any_call_leaves_no_second_question_within_a_minute),
      cmocka_unit_test(a_host_that_stands_still_at_any_call_does_no_harm),
      cmocka_unit_test(many_runs_of_a_day_ask_for_few_tokens),
      cmocka_unit_test(a_run_longer_than_a_token_goes_on_with_the_next),
      cmocka_unit_test(a_token_that_was_killed_is_named_and_waited_for),
      cmocka_unit_test(a_token_refused_once_and_given_again_is_used),
      cmocka_unit_test(another_program_with_the_same_key_is_waited_for),
      cmocka_unit_test(a_refused_secret_ends_the_run_and_closes_nothing),
      cmocka_unit_test(what_is_stored_of_a_token_by_another_secret_is_not_used),
      cmocka_unit_test(neither_log_nor_database_shows_a_secret),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
