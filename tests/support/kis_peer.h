/* kis_peer.h: hosts that ask KIS in memory: one time, one database and one provider for all of them. */
#ifndef CLOSEBELL_TESTS_KIS_PEER_H
#define CLOSEBELL_TESTS_KIS_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <closebell/ingest/fetch.h>

#include "db_memory.h"
#include "kis_replay_token.h"

extern const char PEER_KEY[], PEER_SECRET[], PEER_ACCOUNT[];
enum { PEER_MINUTE_MS = 60 * 1000, PEER_HOUR_MS = 60 * 60 * 1000, PEER_APART_MS = 90 * 1000 };
#define PEER_START INT64_C(1744267500000) /* 2025-04-10 15:45 in Korea */

/* What the provider says to a data question for which its token is good; the question's key, or "". */
typedef struct World World;
typedef Answer PeerSays(World *world, const char *key);

struct World {
  int64_t now_ms;
  KisTokens tokens;
  int64_t last_question_ms, closest_ms; /* between two questions for a token */
  long data_calls;
  PeerSays *says; /* null: ANSWER_EMPTY */
  DbMemory *database;
  FILE *log;
};

World peer_world(void);
void peer_world_end(World *world);

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
  Pace pace; /* as it was last set */
  char token[TOKEN_SIZE];
  long calls;
  Job job;
  Fetch fetch;
} Peer;

/* The world must stay where it is from here on. */
void peer_open(Peer *peer, World *world, uint64_t seed);
void peer_close(Peer *peer);
/* One data question without a key. */
Status peer_ask(Peer *peer, Error *err);

#endif
