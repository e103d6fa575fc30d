/* service.h: what all requests share: the state that is served, keys, limits, strategies, counts; and the way of a
 * request through them. */
#ifndef CLOSEBELL_API_SERVICE_H
#define CLOSEBELL_API_SERVICE_H

#include <pthread.h>

#include <closebell/api/answer_cache.h>
#include <closebell/api/event_bus.h>
#include <closebell/api/keys.h>
#include <closebell/api/limit.h>
#include <closebell/api/routes.h>
#include <closebell/api/web_files.h>
#include <closebell/base/config.h>
#include <closebell/base/log.h>
#include <closebell/base/shipped.h>
#include <closebell/market/closures.h>
#include <closebell/strategy/prompts.h>
#include <closebell/strategy/strategies.h>

enum { SERVICE_ROUTES = 64, SERVICE_CLASSES = 6 };
/* An answer is made as a whole, and not streamed: its ETag is of its content and goes before it, and a restatement that
 * comes meanwhile must not give the second half of another state. The memory that this takes is bounded. HELD_MAX:
 * bytes of finished answers, those that are kept included; beyond these nobody is given another large one, until slow
 * readers have taken theirs. COUNTED_FROM: answers of so many bytes are counted even if nobody keeps them. */
enum { SERVICE_HELD_MAX = CACHE_BYTES + (24 << 20), SERVICE_COUNTED_FROM = 32 << 10 };

typedef struct Service {
  const Config *config;
  const Clock *clock;
  const Log *log;
  const Closures *closures;
  struct AskDesk *asks; /* who asks the model; null: none is configured */
  double rate_per_second;
  pthread_mutex_t mutex;    /* over what follows, but for the atomic ones */
  Snapshot *snapshot;       /* null: none yet */
  int64_t snapshots;        /* served so far */
  Sha256Text pending;       /* the signature of a new state that waits for the analysis ... */
  int64_t pending_since_ms; /* ... which has stood still since then */
  Keys keys;
  Strategies strategies;
  Prompts prompts;     /* none without a model */
  WebFiles *web;       /* of the dashboard; null: none */
  atomic_long reloads; /* of the strategies, so far */
  Limit limit;
  AnswerCache cache;     /* with a lock of its own */
  EventBus events;       /* too */
  atomic_bool reachable; /* the database answered when it was last asked */
  /* By route (the last: no route) and first digit of the status. */
  atomic_long answers[SERVICE_ROUTES][SERVICE_CLASSES];
} Service;

/* Reads keys, strategies and the dashboard. */
Status service_open(Service *service, Error *err);
void service_close(Service *service);
/* All three once more; what cannot be read leaves the old ones, and is told in the log. */
void service_reload(Service *service);

/* Where the dashboard's files are read from. Returns folder. */
char *service_web_folder(const Config *config, char folder[SHIPPED_PATH_SIZE]);

/* Looks at the database; serves its state when that is whole. */
void service_look(Service *service, const Db *db);
void service_lost_database(Service *service);

/* The current one, held; the caller releases it. Null: none yet. */
Snapshot *service_snapshot(Service *service);

/* A request as it came; texts are null where there was none. */
typedef struct {
  const char *method, *target, *authorization, *accept, *accept_encoding, *if_none_match, *content_type;
  const char *last_event_id;
  const char *idempotency_key;
  const char *address; /* of the client */
  const char *body;
  size_t body_size;
} ServiceRequest;

/* What a worker has to answer, by what it takes: those of one lane hold up none of another. */
typedef enum { LANE_SHORT, LANE_SCREEN, LANE_OUTCOME, LANE_HISTORY, LANES } ServiceLane;

/* False: a worker has to answer it, in that lane. */
bool service_answer(Service *service, const ServiceRequest *request, ServiceAnswer *answer, ServiceLane *ret_lane);
/* What a worker does about that. db null: the database is away. */
void service_work(Service *service, const ServiceRequest *request, const Db *db, ServiceAnswer *answer);

#endif
