#include "workers.h"

#include <stdlib.h>

enum { WORKERS_MAX = 16, PATIENCE_MS = 12000 };

/* How many of a lane are worked on at once. Screens share the market's columns, one after the other; so whoever asks
 * what another one has just asked is given the kept answer. What histories take in memory is bounded. */
static const unsigned AT_ONCE[LANES] = {
    [LANE_SHORT] = WORKERS_MAX, [LANE_SCREEN] = 1, [LANE_OUTCOME] = 1, [LANE_HISTORY] = 2};

struct Workers {
  WorkersOptions options;
  pthread_t threads[WORKERS_MAX];
  unsigned started;
  pthread_mutex_t mutex; /* over what follows */
  pthread_cond_t more;
  WorkItem *first, **last;
  size_t waiting;
  unsigned at_work[LANES];
  bool stopping;
};

/* The first whose lane has room. Null: none. */
static WorkItem *next_item(Workers *workers) {
  WorkItem **at = &workers->first;
  while (*at && workers->at_work[(*at)->lane] >= AT_ONCE[(*at)->lane]) at = &(*at)->next;
  WorkItem *item = *at;
  if (!item) return NULL;
  *at = item->next;
  if (!*at) workers->last = at;
  workers->waiting--;
  workers->at_work[item->lane]++;
  return item;
}

/* Null: there will be none any more. */
static WorkItem *take(Workers *workers) {
  WorkItem *item;
  pthread_mutex_lock(&workers->mutex);
  while (!(item = next_item(workers)) && !(workers->stopping && !workers->first))
    pthread_cond_wait(&workers->more, &workers->mutex);
  pthread_mutex_unlock(&workers->mutex);
  return item;
}

/* The item may be gone by now. */
static void leave_lane(Workers *workers, ServiceLane lane) {
  pthread_mutex_lock(&workers->mutex);
  workers->at_work[lane]--;
  if (workers->first || workers->stopping) pthread_cond_broadcast(&workers->more);
  pthread_mutex_unlock(&workers->mutex);
}

/* A connection that could not be made is tried again with the next request. */
static bool open_database(Workers *workers, Db *db) {
  Service *service = workers->options.service;
  Error err = {{0}};
  Status status =
      db_mongo_open(db, workers->options.uri, workers->options.db_options, service->clock, service->log, &err);
  if (status != STATUS_OK) log_debug(service->log, "a worker has no database: %s", err.text);
  return status == STATUS_OK;
}

/* Neither is the database known to be away, nor has the request waited so long that its answer would come too late. */
static bool is_hopeful(const Workers *workers, const WorkItem *item) {
  Service *service = workers->options.service;
  return atomic_load(&service->reachable) && clock_uptime_ms(service->clock) - item->since_ms < PATIENCE_MS;
}

static void *work(void *context) {
  Workers *workers = context;
  Db db;
  bool open = false;
  for (WorkItem *item; (item = take(workers)) != NULL;) {
    const ServiceLane lane = item->lane;
    bool hopeful = is_hopeful(workers, item);
    if (!open && hopeful) open = open_database(workers, &db);
    service_work(workers->options.service, &item->request, open && hopeful ? &db : NULL, &item->answer);
    workers->options.done(item);
    leave_lane(workers, lane);
  }
  if (open) db_mongo_close(&db);
  return NULL;
}

bool workers_add(Workers *workers, WorkItem *item) {
  item->since_ms = clock_uptime_ms(workers->options.service->clock);
  pthread_mutex_lock(&workers->mutex);
  bool room = workers->waiting < workers->options.queue_max && !workers->stopping;
  if (room) {
    item->next = NULL;
    *workers->last = item;
    workers->last = &item->next;
    workers->waiting++;
    pthread_cond_signal(&workers->more);
  }
  pthread_mutex_unlock(&workers->mutex);
  return room;
}

void workers_stop(Workers *workers) {
  pthread_mutex_lock(&workers->mutex);
  workers->stopping = true;
  pthread_cond_broadcast(&workers->more);
  pthread_mutex_unlock(&workers->mutex);
  for (unsigned i = 0; i < workers->started; i++) pthread_join(workers->threads[i], NULL);
  pthread_cond_destroy(&workers->more);
  pthread_mutex_destroy(&workers->mutex);
  free(workers);
}

Status workers_start(const WorkersOptions *options, Workers **ret_workers, Error *err) {
  Workers *workers = calloc(1, sizeof *workers);
  if (!workers) return error_set(err, STATUS_NO_MEMORY, "no memory for workers");
  workers->options = *options;
  workers->last = &workers->first;
  pthread_mutex_init(&workers->mutex, NULL);
  pthread_cond_init(&workers->more, NULL);
  while (workers->started < options->threads && workers->started < WORKERS_MAX) {
    if (pthread_create(&workers->threads[workers->started], NULL, work, workers) != 0) {
      workers_stop(workers);
      return error_set(err, STATUS_NO_MEMORY, "a worker could not be started");
    }
    workers->started++;
  }
  *ret_workers = workers;
  return STATUS_OK;
}
