/* statuses_memo.c: linked in front of job_statuses_load and job_statuses_free: of the statuses that were read once only
 * those are read again that may have changed.
 *
 * Every run reads the statuses of all jobs and sessions several times, some fifteen thousand after three years, of
 * which a run changes some of the newest. How they are read is tested elsewhere (unit/test_job_table, the store's
 * contract). What is written to the collection makes all from that date on be read anew. A reading is a round trip as
 * before, and fails as before. Readers share what is kept: whoever asks while all that is kept is in use gets one more.
 */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/store/job_status.h>

#include "db_memory_internal.h"
#include "sim_sample.h"

Status __real_job_statuses_load(const Db *db, const JobTable *jobs, StatusesNeeded needed, JobStatuses *ret_statuses,
                                Error *err);
void __real_job_statuses_free(JobStatuses *statuses);
Status __wrap_job_statuses_load(const Db *db, const JobTable *jobs, StatusesNeeded needed, JobStatuses *ret_statuses,
                                Error *err);
void __wrap_job_statuses_free(JobStatuses *statuses);

typedef struct Kept {
  Watcher watcher; /* stands first: it is the same address */
  struct Kept *next;
  JobStatuses statuses;
  const char *database; /* the collection, known by this address: collections move; null: it is gone */
  bool used;
} Kept;

static Kept *all;

static void forget(Kept *kept) {
  Kept **at = &all;
  while (*at != kept) at = &(*at)->next;
  *at = kept->next;
  __real_job_statuses_free(&kept->statuses);
  free(kept);
}

static void on_left(Watcher *watcher) {
  Kept *kept = (Kept *)watcher;
  kept->database = NULL;
  if (!kept->used) forget(kept);
}

/* ---- the collection, without a round trip ---- */

typedef struct {
  const Collection *collection;
  const char *from_id;
} Tail;

static Status read_tail(void *self, const char *database, const char *name, const char *from_id, const char *to_id,
                        const char *const *fields, DbVisit *visit, void *context, Error *err) {
  const Tail *tail = self;
  const Documents *documents = &tail->collection->documents;
  Status status = STATUS_OK;
  (void)database, (void)name, (void)from_id, (void)to_id, (void)fields;
  for (size_t i = memory_position(tail->collection, tail->from_id, false); i < documents->count && status == STATUS_OK;
       i++)
    status = visit(context, documents->items[i], err);
  return status;
}

static Status load_from(const Collection *collection, const char *from_id, const JobTable *jobs, StatusesNeeded needed,
                        JobStatuses *ret_statuses, Error *err) {
  Tail tail = {collection, from_id};
  const Db db = {.self = &tail, .find_range = read_tail};
  return __real_job_statuses_load(&db, jobs, needed, ret_statuses, err);
}

/* ---- what is kept ---- */

static Kept *find_unused(const Collection *collection, const JobTable *jobs) {
  for (Kept *kept = all; kept; kept = kept->next)
    if (!kept->used && kept->database == collection->database && kept->statuses.jobs == jobs) return kept;
  return NULL;
}

static Kept *keep(Collection *collection, const JobTable *jobs) {
  Kept *kept = calloc(1, sizeof *kept);
  sim_or_die(kept != NULL, "no memory for statuses");
  kept->database = collection->database;
  kept->statuses = (JobStatuses){.jobs = jobs, .whole = true};
  kept->watcher = (Watcher){.next = collection->watchers, .first = "0", .left = on_left};
  collection->watchers = &kept->watcher;
  kept->next = all;
  return all = kept;
}

static void cut(JobStatusList *list, Day from) {
  while (list->count > 0 && list->items[list->count - 1].date >= from) job_status_free(&list->items[--list->count]);
}

static void append(JobStatusList *list, JobStatusList *tail) {
  if (tail->count == 0) return;
  JobStatus *items = vector_reserve(list->items, &list->capacity, list->count + tail->count, sizeof *items);
  sim_or_die(items != NULL, "no memory for statuses");
  list->items = items;
  memcpy(&items[list->count], tail->items, tail->count * sizeof *items);
  list->count += tail->count;
  tail->count = 0; /* what each of them owns has moved */
}

/* False: something of them cannot be read. */
static bool bring_up_to_date(Kept *kept, const Collection *collection) {
  Day from;
  Error err = {{0}};
  JobStatuses tail;
  if (kept->watcher.first[0] == '\0') return true;
  kept->watcher.first[DAY_TEXT_SIZE - 1] = '\0';
  if (!day_parse(kept->watcher.first, &from)) {
    from = 0;
    strcpy(kept->watcher.first, "0");
  }
  const JobTable *jobs = kept->statuses.jobs;
  for (size_t i = 0; i < jobs->count; i++) cut(&kept->statuses.lists[i], from);
  if (load_from(collection, kept->watcher.first, jobs, NEED_ALL_STATUSES, &tail, &err) != STATUS_OK) return false;
  for (size_t i = 0; i < jobs->count; i++) append(&kept->statuses.lists[i], &tail.lists[i]);
  __real_job_statuses_free(&tail);
  kept->watcher.first[0] = '\0';
  return true;
}

/* ---- in front ---- */

static Status visit_nothing(void *context, const bson_t *document, Error *err) {
  (void)context, (void)document, (void)err;
  return STATUS_OK;
}

Status __wrap_job_statuses_load(const Db *db, const JobTable *jobs, StatusesNeeded needed, JobStatuses *ret_statuses,
                                Error *err) {
  /* Behind all of them. */
  Status status = db->find_range(db->self, DB_SYSTEM, "job_status", "~", NULL, NULL, visit_nothing, NULL, err);
  if (status != STATUS_OK) return status;
  Collection *collection = memory_read_last();
  if (!collection || collection->documents.count == 0) {
    *ret_statuses = (JobStatuses){.jobs = jobs, .whole = true};
    return STATUS_OK;
  }
  Kept *kept = find_unused(collection, jobs);
  if (!kept) kept = keep(collection, jobs);
  if (!bring_up_to_date(kept, collection)) return load_from(collection, "", jobs, needed, ret_statuses, err);
  kept->used = true;
  *ret_statuses = kept->statuses;
  return STATUS_OK;
}

static bool is_same(const JobStatuses *one, const JobStatuses *other) {
  return one->jobs == other->jobs && memcmp(one->lists, other->lists, one->jobs->count * sizeof *one->lists) == 0;
}

void __wrap_job_statuses_free(JobStatuses *statuses) {
  Kept *kept = statuses->jobs ? all : NULL;
  while (kept && !(kept->used && is_same(&kept->statuses, statuses))) kept = kept->next;
  if (!kept) {
    __real_job_statuses_free(statuses);
    return;
  }
  kept->used = false;
  if (!kept->database) forget(kept);
  *statuses = (JobStatuses){0};
}
