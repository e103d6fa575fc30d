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
#include <closebell/plan/job_table.h>
#include <closebell/source/kis.h>
#include <closebell/store/shared_tokens.h>

#include "db_memory.h"
#include "kis_replay_token.h"
#include "named.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPp", SECRET[] = "aMadeUpQxWvZyKqJjHh";
static const int64_t MINUTE_MS = 60 * 1000, HOUR_MS = 60 * 60 * 1000;
static const Instant START = INT64_C(1744267500000); /* 2025-04-10 15:45 in Korea */

/* The time and the provider, for all hosts. */
typedef struct {
  int64_t now_ms;
  KisTokens tokens;
  int64_t last_question_ms, closest_ms; /* between two questions for a token */
  DbMemory *database;
  FILE *log;
} World;

typedef struct {
  World *world;
  DbMemory *memory;
  Db db;
  Clock clock;
  Random random;
  uint64_t seed;
  Log log;
  Config config;
  Source source;
  TokenTerms terms;
  ProviderTerms asked;
  char token[TOKEN_SIZE];
  long calls;
  Job job;
  Fetch fetch;
} Peer;

/* ---- time ---- */

static Instant now_of(void *self) { return ((World *)self)->now_ms; }
static int64_t uptime_of(void *self) { return ((World *)self)->now_ms - START + 1; }
static bool sleep_of(void *self, int64_t ms) {
  ((World *)self)->now_ms += ms;
  return true;
}
static bool stopping_of(void *self) {
  (void)self;
  return false;
}

/* ---- the provider ---- */

static void answer_token(World *world, Answer *answer) {
  char body[256], text[1024];
  int status = 0;
  snprintf(body, sizeof body, "{\"appkey\":\"%s\",\"appsecret\":\"%s\"}", KEY, SECRET);
  int64_t apart = world->now_ms - world->last_question_ms;
  if (world->last_question_ms != 0 && apart < world->closest_ms) world->closest_ms = apart;
  world->last_question_ms = world->now_ms;
  kis_tokens_ask(&world->tokens, body, world->now_ms, &status, text, sizeof text);
  kis_parse_token(&(FeedReply){text, strlen(text), status}, answer);
}

static void answer_data(const Peer *host, Answer *answer) {
  char header[TOKEN_SIZE + 16];
  snprintf(header, sizeof header, "Bearer %s", host->token);
  const char *code = kis_tokens_refuse(&host->world->tokens, header, KEY, SECRET, host->world->now_ms);
  *answer = (Answer){.kind = code ? ANSWER_UNAUTHORIZED : ANSWER_EMPTY, .retry_after_ms = -1};
  if (code) answer->refused = REFUSED_TOKEN;
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  Peer *host = self;
  (void)err;
  for (size_t i = 0; i < count; i++) {
    host->calls++;
    if (questions[i].feed == &KIS_TOKEN)
      answer_token(host->world, questions[i].answer);
    else
      answer_data(host, questions[i].answer);
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((Peer *)self)->calls; }
static void set_token(void *self, const char *token) { snprintf(((Peer *)self)->token, TOKEN_SIZE, "%s", token); }

/* ---- hosts ---- */

static void open_peer(Peer *host, World *world, uint64_t seed) {
  *host = (Peer){.world = world, .seed = seed, .memory = db_memory_connect(world->database)};
  host->db = db_memory_db(host->memory);
  host->clock = (Clock){world, now_of, uptime_of, sleep_of, stopping_of};
  db_memory_set_clock(host->memory, &host->clock);
  host->random = random_seeded(&host->seed);
  host->log = log_open(world->log, LOG_DEBUG, "daily_update", &host->clock, "1");
  host->config.retry.scale = 1;
  host->config.lease.seconds = 300;
  host->terms = (TokenTerms){.feed = &KIS_TOKEN,
                             .account = "kis-token-test",
                             .seal = SECRET,
                             .rules = {90 * 1000, 6 * HOUR_MS, 24 * HOUR_MS, HOUR_MS},
                             .set = set_token};
  host->source = (Source){.self = host, .name = "kis", .fetch = fetch, .calls = calls, .token = &host->terms};
  host->asked = (ProviderTerms){.name = "kis",
                                .key_advice = "set it",
                                .rate_per_second = 15,
                                .parallel = 4,
                                .calls_per_day = 1000,
                                .calls_per_run = 1000};
  host->job = (Job){.process.program = "daily_update",
                    .tables.jobs = job_table(),
                    .config = &host->config,
                    .db = &host->db,
                    .server = &host->db,
                    .clock = &host->clock,
                    .random = &host->random,
                    .log = &host->log};
  host->fetch = (Fetch){.job = &host->job, .asked = &host->source, .terms = &host->asked};
}

static void close_peer(Peer *host) { db_memory_free(host->memory); }

/* One data question, which needs a token. */
static Status ask(Peer *host, Error *err) {
  Answer answer = {0};
  const Question question = {.feed = &KIS_CALENDAR, .date = 0, .answer = &answer};
  Status status = fetch_questions(&host->fetch, &question, 1, err);
  return status;
}

static void assert_asks(Peer *host) {
  Error err = {{0}};
  Status status = ask(host, &err);
  if (status != STATUS_OK) fail_msg("%s: %s", status_name(status), err.text);
  assert_string_equal(host->token, host->world->tokens.token);
}

static World new_world(void) {
  World world = {.now_ms = START, .closest_ms = INT64_MAX, .database = db_memory_new(), .log = tmpfile()};
  world.tokens = (KisTokens){.appkey = KEY, .appsecret = SECRET};
  assert_non_null(world.log);
  return world;
}

static void end_world(World *world) {
  fclose(world->log);
  db_memory_free(world->database);
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
    World world = new_world();
    Peer one, other;
    open_peer(&one, &world, 1);
    open_peer(&other, &world, 2);
    Hook hook = {.left = n, .strike = other_asks, .context = &other};
    db_memory_set_hook(one.memory, on_call, &hook);
    assert_asks(&one);
    assert_true(!hook.struck || world.tokens.given >= 1);
    assert_int_equal(world.tokens.number, 1);
    assert_once_a_minute(&world);
    assert_string_equal(one.token, hook.struck ? other.token : one.token);
    close_peer(&one);
    close_peer(&other);
    end_world(&world);
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
    World world = new_world();
    Peer one, other;
    Error err;
    open_peer(&one, &world, 1);
    open_peer(&other, &world, 2);
    Hook hook = {.left = n, .fails = true};
    db_memory_set_hook(one.memory, on_call, &hook);
    ask(&one, &err);
    assert_asks(&other);
    assert_int_equal(world.tokens.number, 1);
    assert_once_a_minute(&world);
    close_peer(&one);
    close_peer(&other);
    end_world(&world);
    if (!hook.struck) return;
  }
}

static void a_host_that_stands_still_at_any_call_does_no_harm(void **state) {
  (void)state;
  void (*const strikes[])(void *) = {an_hour_passes, half_a_minute_passes};
  for (int n = 0, struck = 1; struck; n++)
    for (int i = 0; i < 2; i++) {
      World world = new_world();
      Peer one, other;
      Error err;
      open_peer(&one, &world, 1);
      open_peer(&other, &world, 2);
      Hook hook = {.left = n, .strike = strikes[i], .context = &world};
      db_memory_set_hook(one.memory, on_call, &hook);
      ask(&one, &err);
      assert_asks(&other);
      assert_once_a_minute(&world);
      struck = hook.struck;
      close_peer(&one);
      close_peer(&other);
      end_world(&world);
    }
}

static void many_runs_of_a_day_ask_for_few_tokens(void **state) {
  (void)state;
  World world = new_world();
  for (int run = 0; run < 3 * 24; run++) {
    Peer host;
    open_peer(&host, &world, (uint64_t)run + 1);
    assert_asks(&host);
    close_peer(&host);
    world.now_ms += HOUR_MS;
  }
  assert_once_a_minute(&world);
  assert_in_range(world.tokens.given, 3, 4);
  end_world(&world);
}

static void a_run_longer_than_a_token_goes_on_with_the_next(void **state) {
  (void)state;
  World world = new_world();
  Peer host;
  open_peer(&host, &world, 1);
  for (int i = 0; i < 60; i++) {
    assert_asks(&host);
    world.now_ms += HOUR_MS;
  }
  assert_int_equal(world.tokens.number, 3);
  close_peer(&host);
  end_world(&world);
}

static void a_token_that_was_killed_is_named_and_waited_for(void **state) {
  (void)state;
  World world = new_world();
  Peer host, later;
  Error err = {{0}};
  open_peer(&host, &world, 1);
  assert_asks(&host);
  world.now_ms += HOUR_MS;
  kis_tokens_kill(&world.tokens);
  assert_int_equal(ask(&host, &err), STATUS_UNAVAILABLE);
  assert_named(err.text, "2025-04-10|21:45|token|2025-04-10|15:45");
  assert_int_equal(world.tokens.number, 1);
  long asked = world.tokens.asked;
  open_peer(&later, &world, 2);
  assert_int_equal(ask(&later, &err), STATUS_UNAVAILABLE); /* it asks nobody */
  assert_int_equal(world.tokens.asked, asked);
  world.now_ms = START + 6 * HOUR_MS + MINUTE_MS;
  assert_asks(&later);
  assert_int_equal(world.tokens.number, 2);
  assert_once_a_minute(&world);
  close_peer(&host);
  close_peer(&later);
  end_world(&world);
}

static void a_token_refused_once_and_given_again_is_used(void **state) {
  (void)state;
  World world = new_world();
  Peer host;
  Error err;
  SharedToken newest;
  open_peer(&host, &world, 1);
  assert_asks(&host);
  host.fetch.token.number = 1;
  assert_int_equal(token_desk_refused(&host.fetch, &err), STATUS_OK); /* though it is good */
  assert_asks(&host);
  assert_int_equal(shared_tokens_newest(&host.db, "kis-token-test", &newest, &err), STATUS_OK);
  assert_int_equal(newest.number, 2);
  assert_int_equal(newest.issued_utc, START);
  close_peer(&host);
  end_world(&world);
}

static void another_program_with_the_same_key_is_waited_for(void **state) {
  (void)state;
  World world = new_world();
  Peer host;
  open_peer(&host, &world, 1);
  world.tokens.asked_ms = START - 1000;
  assert_asks(&host);
  assert_int_equal(world.tokens.too_soon, 1);
  assert_true(world.closest_ms >= MINUTE_MS);
  close_peer(&host);
  end_world(&world);
}

static void a_refused_secret_ends_the_run_and_closes_nothing(void **state) {
  (void)state;
  World world = new_world();
  Peer host;
  Error err = {{0}};
  SourceState door;
  open_peer(&host, &world, 1);
  world.tokens.appsecret = "another";
  assert_int_equal(ask(&host, &err), STATUS_CONFIG);
  assert_named(err.text, "EGW00105");
  assert_int_equal(source_state_read(&host.db, "kis", &door, &err), STATUS_OK);
  assert_int_equal(door.blocked_until_utc, INSTANT_NONE);
  close_peer(&host);
  end_world(&world);
}

static void what_is_stored_of_a_token_by_another_secret_is_not_used(void **state) {
  (void)state;
  World world = new_world();
  Peer host, other;
  open_peer(&host, &world, 1);
  assert_asks(&host);
  open_peer(&other, &world, 2);
  other.terms.seal = "anotherMadeUpOne";
  assert_asks(&other);
  assert_once_a_minute(&world);
  close_peer(&host);
  close_peer(&other);
  end_world(&world);
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
  World world = new_world();
  Peer host;
  Error err;
  open_peer(&host, &world, 1);
  assert_asks(&host);
  world.now_ms += HOUR_MS;
  kis_tokens_kill(&world.tokens);
  ask(&host, &err);
  FILE *dump = tmpfile();
  db_memory_dump(host.memory, NULL, dump);
  assert_hidden(dump, &world);
  assert_hidden(world.log, &world);
  fclose(dump);
  close_peer(&host);
  end_world(&world);
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
