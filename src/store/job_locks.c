#include <closebell/store/job_locks.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "job_locks"

static Status read_lease(const bson_t *document, Lease *ret_lease, Error *err) {
  Lease lease = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "job", lease.job, sizeof lease.job);
  document_get_int64(&from, "fence", &lease.fence);
  document_get_text(&from, "token", lease.token, sizeof lease.token);
  document_get_text(&from, "host", lease.host, sizeof lease.host);
  document_get_int64(&from, "pid", &lease.pid);
  document_get_text(&from, "boot_id", lease.boot_id, sizeof lease.boot_id);
  document_get_int64_or(&from, "pid_started", 0, &lease.pid_started);
  document_get_int64_or(&from, "workers", 0, &lease.workers);
  document_get_instant(&from, "acquired_utc", &lease.acquired_utc);
  document_get_instant(&from, "expires_utc", &lease.expires_utc);
  document_get_instant_or_none(&from, "released_utc", &lease.released_utc);
  char id[LEASE_ID_SIZE];
  if (from.status == STATUS_OK && strcmp(lease_id(lease.job, lease.fence, id), from.id) != 0)
    document_fault(&from, "job or fence", "is not what _id says");
  if (from.status == STATUS_OK) *ret_lease = lease;
  return from.status;
}

Status job_locks_newest(const Db *db, const char *job, Lease *ret_lease, Error *err) {
  char prefix[LEASE_ID_SIZE];
  snprintf(prefix, sizeof prefix, "%s:", job);
  bson_t *document = NULL;
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, prefix, &document, err);
  if (status != STATUS_OK) return status;
  status = read_lease(document, ret_lease, err);
  bson_destroy(document);
  return status;
}

typedef struct {
  Leases leases;
  char name[LEASE_ID_SIZE]; /* of the last one: its _id without the number; empty: there is none yet */
  bson_t newest;            /* a copy of the last one, which stands in one piece of memory for them all */
} Gathering;

static Status take_newest(Gathering *gathering, Error *err) {
  Leases *leases = &gathering->leases;
  if (gathering->name[0] == '\0') return STATUS_OK;
  Lease *items = vector_reserve(leases->items, &leases->capacity, leases->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "leases: out of memory");
  leases->items = items;
  Status status = read_lease(&gathering->newest, &items[leases->count], err);
  leases->count += status == STATUS_OK;
  return status;
}

/* They come by _id: those of one name together, and of these the newest last, which alone has to be readable. */
static Status add_lease(void *context, const bson_t *document, Error *err) {
  Gathering *gathering = context;
  const char *id = document_id(document), *number = id ? strrchr(id, ':') : NULL;
  if (number == NULL || (size_t)(number - id) >= sizeof gathering->name) return STATUS_OK;
  size_t length = (size_t)(number - id);
  bool same = strncmp(gathering->name, id, length) == 0 && gathering->name[length] == '\0';
  Status status = same ? STATUS_OK : take_newest(gathering, err);
  if (!same) snprintf(gathering->name, sizeof gathering->name, "%.*s", (int)length, id);
  bson_reinit(&gathering->newest);
  if (status == STATUS_OK && !bson_concat(&gathering->newest, document))
    status = error_set(err, STATUS_NO_MEMORY, "leases: out of memory");
  return status;
}

Status job_locks_newest_of_slots(const Db *db, const char *job, Leases *ret_leases, Error *err) {
  char from[LEASE_ID_SIZE], to[LEASE_ID_SIZE];
  snprintf(from, sizeof from, "%s/", job); /* '/' comes before the digits and these before ':' */
  snprintf(to, sizeof to, "%s:~", job);
  Gathering gathering = {.newest = BSON_INITIALIZER};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, from, to, NULL, add_lease, &gathering, err);
  if (status == STATUS_OK) status = take_newest(&gathering, err);
  bson_destroy(&gathering.newest);
  if (status == STATUS_OK)
    *ret_leases = gathering.leases;
  else
    leases_free(&gathering.leases);
  return status;
}

void leases_free(Leases *leases) {
  free(leases->items);
  *leases = (Leases){0};
}

Status job_locks_find(const Db *db, const char *job, int64_t fence, Lease *ret_lease, Error *err) {
  char id[LEASE_ID_SIZE];
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, lease_id(job, fence, id), &document, err);
  if (status != STATUS_OK) return status;
  status = read_lease(document, ret_lease, err);
  bson_destroy(document);
  return status;
}

static Status make_document(const Lease *lease, Documents *documents, Error *err) {
  char id[LEASE_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", lease_id(lease->job, lease->fence, id));
  document_put_text(&to, "job", lease->job);
  document_put_int64(&to, "fence", lease->fence);
  document_put_text(&to, "token", lease->token);
  document_put_text(&to, "host", lease->host);
  document_put_int64(&to, "pid", lease->pid);
  document_put_text(&to, "boot_id", lease->boot_id);
  if (lease->pid_started != 0) document_put_int64(&to, "pid_started", lease->pid_started);
  if (lease->workers != 0) document_put_int64(&to, "workers", lease->workers);
  document_put_instant(&to, "acquired_utc", lease->acquired_utc);
  document_put_instant(&to, "expires_utc", lease->expires_utc);
  document_put_instant(&to, "released_utc", lease->released_utc);
  return to.status;
}

Status job_locks_insert(const Db *db, const Lease *lease, Error *err) {
  Documents documents = {0};
  Status status = make_document(lease, &documents, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  return status;
}

Status job_locks_replace(const Db *db, const Lease *lease, Error *err) {
  Documents documents = {0};
  Status status = make_document(lease, &documents, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status job_locks_prune(const Db *db, const char *job, int64_t keep, Error *err) {
  Lease newest;
  Status status = job_locks_newest(db, job, &newest, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  int64_t last = newest.fence - (keep > 1 ? keep : 1);
  if (last < 1) return STATUS_OK;
  char from[LEASE_ID_SIZE], to[LEASE_ID_SIZE];
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, lease_id(job, 0, from), lease_id(job, last, to), err);
}
