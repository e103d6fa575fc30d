#include <closebell/api/looker.h>

#include <stdlib.h>

enum { LOOK_MS = 30000, PING_MS = 3000, AWAY_MS = 1000, STEP_MS = 200, LOOK_LEAST_MS = 2 * STEP_MS };

struct Looker {
  Service *service;
  const DbOptions *options;
  atomic_bool stopping, done, looked;
  pthread_t thread;
  Db db;
  bool open;
  int64_t next_look_ms, next_ping_ms; /* uptime */
};

static bool open_database(Looker *looker) {
  const Service *service = looker->service;
  Error err = {{0}};
  if (!looker->open)
    looker->open = db_mongo_open(&looker->db, service->config->mongodb.uri, looker->options, service->clock,
                                 service->log, &err) == STATUS_OK;
  if (!looker->open) log_debug(service->log, "no database yet: %s", err.text);
  return looker->open;
}

/* [retry] scale shortens the wait, for tests. */
static int64_t wait_of(const Service *service) {
  double scale = service->config->retry.scale;
  int64_t wait = (int64_t)(LOOK_MS * (scale < 1 ? scale : 1));
  if (!atomic_load(&service->reachable)) return AWAY_MS;
  return wait > LOOK_LEAST_MS ? wait : LOOK_LEAST_MS;
}

/* Events wait for no state to be served; where the database is away, they are not asked for as well. */
static void look_at(Looker *looker) {
  Service *service = looker->service;
  service_look(service, &looker->db);
  if (atomic_load(&service->reachable)) event_bus_look(&service->events, &looker->db);
}

static void look(Looker *looker) {
  Service *service = looker->service;
  if (open_database(looker))
    look_at(looker);
  else
    service_lost_database(service);
  int64_t now = clock_uptime_ms(service->clock);
  looker->next_look_ms = now + wait_of(service);
  looker->next_ping_ms = now + PING_MS;
  atomic_store(&looker->looked, true);
}

static void ping(Looker *looker) {
  if (!looker->open || db_answers(&looker->db)) {
    looker->next_ping_ms = clock_uptime_ms(looker->service->clock) + PING_MS;
    return;
  }
  service_lost_database(looker->service);
  looker->next_look_ms = 0;
}

static void *run(void *context) {
  Looker *looker = context;
  const Clock *clock = looker->service->clock;
  while (!atomic_load(&looker->stopping)) {
    int64_t now = clock_uptime_ms(clock);
    if (now >= looker->next_look_ms)
      look(looker);
    else if (now >= looker->next_ping_ms)
      ping(looker);
    clock_sleep_ms(clock, STEP_MS);
  }
  if (looker->open) db_mongo_close(&looker->db);
  atomic_store(&looker->done, true);
  return NULL;
}

Status looker_start(Service *service, const DbOptions *options, Looker **ret_looker, Error *err) {
  Looker *looker = calloc(1, sizeof *looker);
  if (!looker) return error_set(err, STATUS_NO_MEMORY, "no memory for a thread");
  looker->service = service;
  looker->options = options;
  if (pthread_create(&looker->thread, NULL, run, looker) != 0) {
    free(looker);
    return error_set(err, STATUS_NO_MEMORY, "a thread could not be started");
  }
  *ret_looker = looker;
  return STATUS_OK;
}

static bool has_state(Service *service) {
  Snapshot *snapshot = service_snapshot(service);
  snapshot_release(snapshot);
  return snapshot != NULL;
}

void looker_await_first(const Looker *looker, int64_t wait_ms) {
  const Clock *clock = looker->service->clock;
  int64_t until = clock_uptime_ms(clock) + wait_ms;
  while (!atomic_load(&looker->looked) && !has_state(looker->service) && clock_uptime_ms(clock) < until)
    clock_sleep_ms(clock, STEP_MS / 10);
}

bool looker_stop(Looker *looker, int64_t wait_ms) {
  const Clock *clock = looker->service->clock;
  int64_t until = clock_uptime_ms(clock) + wait_ms;
  atomic_store(&looker->stopping, true);
  while (!atomic_load(&looker->done) && clock_uptime_ms(clock) < until) clock_sleep_ms(clock, STEP_MS / 10);
  if (!atomic_load(&looker->done)) return false;
  pthread_join(looker->thread, NULL);
  free(looker);
  return true;
}
