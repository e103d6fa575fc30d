/* workers.h: threads that answer what has to read the database; each has a connection of its own. */
#ifndef CLOSEBELL_API_WORKERS_H
#define CLOSEBELL_API_WORKERS_H

#include <closebell/api/service.h>

typedef struct Workers Workers;

/* One request that waits, or is worked on. It lies where its connection keeps it. */
typedef struct WorkItem {
  ServiceRequest request;
  ServiceLane lane;
  ServiceAnswer answer;
  struct WorkItem *next;
  int64_t since_ms; /* uptime at which it was added */
} WorkItem;

typedef struct {
  Service *service;
  const DbOptions *db_options;
  const char *uri;
  unsigned threads;
  size_t queue_max;
  void (*done)(WorkItem *item); /* called by a worker, once its answer is there */
} WorkersOptions;

Status workers_start(const WorkersOptions *options, Workers **ret_workers, Error *err);
/* False: too many wait already. */
bool workers_add(Workers *workers, WorkItem *item);
/* All that waits is done first. */
void workers_stop(Workers *workers);

#endif
