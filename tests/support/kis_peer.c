#include "kis_peer.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/plan/job_table.h>
#include <closebell/source/kis.h>

const char PEER_KEY[] = "PSMadeUpZzBbNnMmLlPp", PEER_SECRET[] = "aMadeUpQxWvZyKqJjHh",
           PEER_ACCOUNT[] = "kis-token-test";

static const Feed *const FEEDS[] = {&KIS_CALENDAR, &KIS_INVESTORS};

/* ---- time ---- */

static Instant now_of(void *self) { return ((World *)self)->now_ms; }
static int64_t uptime_of(void *self) { return ((World *)self)->now_ms - PEER_START + 1; }
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
  snprintf(body, sizeof body, "{\"appkey\":\"%s\",\"appsecret\":\"%s\"}", PEER_KEY, PEER_SECRET);
  int64_t apart = world->now_ms - world->last_question_ms;
  if (world->last_question_ms != 0 && apart < world->closest_ms) world->closest_ms = apart;
  world->last_question_ms = world->now_ms;
  kis_tokens_ask(&world->tokens, body, world->now_ms, &status, text, sizeof text);
  kis_parse_token(&(FeedReply){text, strlen(text), status, ""}, answer);
}

static void answer_data(const Peer *peer, const char *key, Answer *answer) {
  char header[TOKEN_SIZE + 16];
  snprintf(header, sizeof header, "Bearer %s", peer->token);
  const char *code = kis_tokens_refuse(&peer->world->tokens, header, PEER_KEY, PEER_SECRET, peer->world->now_ms);
  *answer = (Answer){.kind = code ? ANSWER_UNAUTHORIZED : ANSWER_EMPTY, .retry_after_ms = -1};
  if (code) answer->refused = REFUSED_TOKEN;
  if (!code && peer->world->says) *answer = peer->world->says(peer->world, key ? key : "");
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  Peer *peer = self;
  (void)err;
  for (size_t i = 0; i < count; i++) {
    peer->calls++;
    if (questions[i].feed == &KIS_TOKEN)
      answer_token(peer->world, questions[i].answer);
    else
      answer_data(peer, questions[i].key, questions[i].answer);
    peer->world->data_calls += questions[i].feed != &KIS_TOKEN;
    if (questions[i].answer->kind == ANSWER_UNAUTHORIZED) break; /* what is behind it is not sent */
  }
  return STATUS_OK;
}

static void set_pace(void *self, const Pace *pace) { ((Peer *)self)->pace = *pace; }
static long calls(void *self) { return ((Peer *)self)->calls; }
static void set_token(void *self, const char *token) { snprintf(((Peer *)self)->token, TOKEN_SIZE, "%s", token); }

/* ---- hosts ---- */

void peer_open(Peer *peer, World *world, uint64_t seed) {
  *peer = (Peer){.world = world, .seed = seed, .memory = db_memory_connect(world->database)};
  peer->db = db_memory_db(peer->memory);
  peer->clock = (Clock){world, now_of, uptime_of, sleep_of, stopping_of};
  db_memory_set_clock(peer->memory, &peer->clock);
  peer->random = random_seeded(&peer->seed);
  peer->log = log_open(world->log, LOG_DEBUG, "daily_update", &peer->clock, "1");
  peer->config.retry.scale = 1;
  peer->config.lease.seconds = 300;
  peer->terms = (TokenTerms){.feed = &KIS_TOKEN,
                             .account = "kis-token-test",
                             .seal = PEER_SECRET,
                             .rules = {PEER_APART_MS, 6 * PEER_HOUR_MS, 24 * PEER_HOUR_MS, PEER_HOUR_MS},
                             .set = set_token};
  peer->source = (Source){.self = peer,
                          .name = "kis",
                          .fetch = fetch,
                          .calls = calls,
                          .set_pace = set_pace,
                          .feeds = FEEDS,
                          .feed_count = 2,
                          .token = &peer->terms};
  peer->asked = (ProviderTerms){.name = "kis",
                                .key_advice = "set it",
                                .rate_per_second = 15,
                                .parallel = 4,
                                .calls_per_day = 1000,
                                .calls_per_run = 1000};
  peer->job = (Job){.process.program = "daily_update",
                    .tables.jobs = job_table(),
                    .config = &peer->config,
                    .db = &peer->db,
                    .server = &peer->db,
                    .clock = &peer->clock,
                    .random = &peer->random,
                    .log = &peer->log};
  peer->fetch = (Fetch){.job = &peer->job, .asked = &peer->source, .terms = &peer->asked};
}

void peer_close(Peer *peer) { db_memory_free(peer->memory); }

Status peer_ask(Peer *peer, Error *err) {
  Answer answer = {0};
  const Question question = {.feed = &KIS_CALENDAR, .date = 0, .answer = &answer};
  return fetch_questions(&peer->fetch, &question, 1, err);
}

World peer_world(void) {
  World world = {.now_ms = PEER_START, .closest_ms = INT64_MAX, .database = db_memory_new(), .log = tmpfile()};
  world.tokens = (KisTokens){.appkey = PEER_KEY, .appsecret = PEER_SECRET};
  assert_non_null(world.log);
  return world;
}

void peer_world_end(World *world) {
  fclose(world->log);
  db_memory_free(world->database);
}
