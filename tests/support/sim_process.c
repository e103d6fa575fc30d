#include "sim_process.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

#include "db_memory_internal.h"

enum { RETRIES = 2, RETRY_WAIT_MS = 5000, SELECTION_MS = 5000, STALL_MS = 30000 };

/* ---- time ---- */

static Instant process_now(void *self) {
  const SimProcess *process = self;
  return process->world->now + process->skew_ms;
}

static int64_t process_uptime(void *self) { return ((const SimProcess *)self)->world->uptime_ms; }

/* The dead neither wait nor go on. */
static bool process_stopping(void *self) {
  const SimProcess *process = self;
  return process->dead || process->stopped;
}

static bool process_sleep(void *self, int64_t ms) {
  SimProcess *process = self;
  if (process_stopping(self)) return false;
  sim_world_pass(process->world, ms);
  return true;
}

/* ---- what happens to a round trip ---- */

static bool is_lost_before(SimProcess *process) {
  const SimRun *run = process->run;
  if (run->stalls_per_mille && sim_chance(&process->random, run->stalls_per_mille))
    sim_world_pass(process->world, STALL_MS);
  if (sim_world_has_fault(process->world, SIM_DATABASE_DOWN)) {
    sim_world_pass(process->world, SELECTION_MS);
    return true;
  }
  if (!run->losses_per_mille || !sim_chance(&process->random, run->losses_per_mille)) return false;
  process->losing_reply = sim_chance(&process->random, 500);
  return !process->losing_reply;
}

static int before_effect(SimProcess *process) {
  const SimRun *run = process->run;
  long number = ++process->round_trips;
  process->losing_reply = false;
  sim_world_pass(process->world, process->world->round_trip_ms);
  process->stopped |= number == run->stop_at;
  if (number == run->freeze_at) {
    sim_world_pass(process->world, run->freeze_ms);
    process->frozen = process->leased;
    if (run->meanwhile) run->meanwhile(process->world, run->meanwhile_context);
  }
  process->dead = number == run->crash_at && !run->crash_after;
  return process->dead || is_lost_before(process);
}

static int on_round_trip(void *context, const char *operation, bool after) {
  (void)operation;
  SimProcess *process = context;
  if (process->dead) return 1;
  if (!after) return before_effect(process);
  process->dead = process->round_trips == process->run->crash_at;
  return process->dead || process->losing_reply;
}

void sim_process_start(SimProcess *process, SimWorld *world, const SimRun *run) {
  *process = (SimProcess){.world = world, .run = run, .skew_ms = run->host ? run->host->skew_ms : 0};
  process->connection = db_memory_connect(world->memory);
  sim_or_die(process->connection != NULL, "no memory for a connection");
  process->direct = db_memory_db(process->connection);
  db_memory_set_hook(process->connection, on_round_trip, process);
  process->clock = (Clock){.self = process,
                           .now = process_now,
                           .uptime_ms = process_uptime,
                           .sleep_ms = process_sleep,
                           .stopping = process_stopping};
  process->random_state = random_next(&world->random);
  process->random = random_seeded(&process->random_state);
}

void sim_process_end(SimProcess *process) { db_memory_free(process->connection); }

/* ---- the database, tried again ---- */

/* Whether the operation is to be tried again; a stop while waiting ends it. */
static bool again(SimProcess *process, Status *status, int *tries) {
  if (*status != STATUS_UNAVAILABLE || process->dead || ++*tries > RETRIES) return false;
  if (clock_sleep_ms(&process->clock, RETRY_WAIT_MS)) return true;
  *status = STATUS_INTERRUPTED;
  return false;
}

/* Stamps have their fence; restatements are announced just because a lease was lost. */
static void note_late_write(SimProcess *process, const char *collection) {
  static const char *const ANYBODYS[] = {"job_runs",     "job_locks", "source_state", "ops_alerts", "job_status",
                                         "restatements", NULL};
  process->leased |= strcmp(collection, "job_locks") == 0;
  if (!process->frozen || memory_is_listed(ANYBODYS, collection)) return;
  if (process->late_writes++ == 0) text_copy(process->late_write, sizeof process->late_write, collection);
}

static void note_write(SimProcess *process, const char *collection) {
  static const char *const ASIDE[] = {"job_runs", "job_locks", "source_state", "ops_alerts", NULL};
  static const char *const STAMPS[] = {"job_status", "trading_calendar", NULL};
  bool aside = memory_is_listed(ASIDE, collection);
  process->wrote |= !aside;
  process->wrote_content |= !aside && !memory_is_listed(STAMPS, collection);
}

static Status process_insert(void *self, const char *database, const char *collection, const bson_t *document,
                             Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.insert(process->connection, database, collection, document, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_insert_many(void *self, const char *database, const char *collection,
                                  const bson_t *const *documents, size_t count, size_t *ret_duplicates, Error *err) {
  SimProcess *process = self;
  const SimRun *run = process->run;
  Status status;
  int tries = 0;
  if (run->refused && strcmp(database, DB_ANALYZED) == 0 && strstr(run->refused, collection))
    return error_set(err, run->refused_with, "%s.%s: refused (simulated)", database, collection);
  note_write(process, collection);
  note_late_write(process, collection);
  do
    status =
        process->direct.insert_many(process->connection, database, collection, documents, count, ret_duplicates, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_find(void *self, const char *database, const char *collection, const char *id,
                           bson_t **ret_document, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  do status = process->direct.find(process->connection, database, collection, id, ret_document, err);
  while (again(process, &status, &tries));
  return status;
}

typedef struct {
  DbVisit *visit;
  void *context;
  char *last_id; /* visited; what comes again up to it is known already */
  Status status; /* the visitor's own, which is never a reason to read again */
} Range;

static Status visit_once(void *context, const bson_t *document, Error *err) {
  Range *range = context;
  const char *id = document_id(document);
  if (range->last_id && strcmp(id, range->last_id) <= 0) return STATUS_OK;
  free(range->last_id);
  range->last_id = strdup(id);
  sim_or_die(range->last_id != NULL, "no memory for an _id");
  return range->status = range->visit(range->context, document, err);
}

static Status process_find_range(void *self, const char *database, const char *collection, const char *from_id,
                                 const char *to_id, const char *const *fields, DbVisit *visit, void *context,
                                 Error *err) {
  SimProcess *process = self;
  const SimRun *run = process->run;
  /* No reply gets lost: no need to remember what was visited. */
  if (!run->losses_per_mille)
    return process->direct.find_range(process->connection, database, collection, from_id, to_id, fields, visit, context,
                                      err);
  Range range = {.visit = visit, .context = context};
  Status status;
  int tries = 0;
  do
    status = process->direct.find_range(process->connection, database, collection, from_id, to_id, fields, visit_once,
                                        &range, err);
  while (range.status == STATUS_OK && again(process, &status, &tries));
  free(range.last_id);
  return status;
}

static Status visit_page(void *context, const bson_t *document, Error *err) {
  Range *range = context;
  return range->status = range->visit(range->context, document, err);
}

/* A page: a reply that got lost comes again before anything of it is visited. */
static Status process_find_back(void *self, const char *database, const char *collection, const char *from_id,
                                const char *to_id, const char *const *fields, size_t limit, DbVisit *visit,
                                void *context, Error *err) {
  SimProcess *process = self;
  Range range = {.visit = visit, .context = context};
  Status status;
  int tries = 0;
  do
    status = process->direct.find_back(process->connection, database, collection, from_id, to_id, fields, limit,
                                       visit_page, &range, err);
  while (range.status == STATUS_OK && again(process, &status, &tries));
  return status;
}

static Status process_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                                bson_t **ret_document, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  do status = process->direct.find_last(process->connection, database, collection, id_prefix, ret_document, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_replace_many(void *self, const char *database, const char *collection,
                                   const bson_t *const *documents, size_t count, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.replace_many(process->connection, database, collection, documents, count, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                                  size_t count, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.update_many(process->connection, database, collection, updates, count, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.delete_one(process->connection, database, collection, id, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                                   const char *to_id, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.delete_range(process->connection, database, collection, from_id, to_id, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_delete_before(void *self, const char *database, const char *collection, const char *field,
                                    Instant before, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, collection);
  note_late_write(process, collection);
  do status = process->direct.delete_before(process->connection, database, collection, field, before, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                       void *context, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  do status = process->direct.list_collections(process->connection, database, visit, context, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_create_collection(void *self, const char *database, const char *name, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  note_write(process, name);
  do status = process->direct.create_collection(process->connection, database, name, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_create_index(void *self, const char *database, const char *collection, const char *field,
                                   bool unique, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  do status = process->direct.create_index(process->connection, database, collection, field, unique, err);
  while (again(process, &status, &tries));
  return status;
}

static Status process_server_time(void *self, Instant *ret_now, Error *err) {
  SimProcess *process = self;
  return process->direct.server_time(process->connection, ret_now, err);
}

static Status process_ping(void *self, Error *err) {
  SimProcess *process = self;
  Status status;
  int tries = 0;
  do status = process->direct.ping(process->connection, err);
  while (again(process, &status, &tries));
  return status;
}

static DbCounters process_counters(void *self) {
  const SimProcess *process = self;
  return process->direct.counters(process->connection);
}

Db sim_process_db(SimProcess *process) {
  return (Db){.self = process,
              .insert = process_insert,
              .insert_many = process_insert_many,
              .find = process_find,
              .find_range = process_find_range,
              .find_back = process_find_back,
              .find_last = process_find_last,
              .replace_many = process_replace_many,
              .update_many = process_update_many,
              .delete_one = process_delete_one,
              .delete_range = process_delete_range,
              .delete_before = process_delete_before,
              .list_collections = process_list_collections,
              .create_collection = process_create_collection,
              .create_index = process_create_index,
              .server_time = process_server_time,
              .ping = process_ping,
              .counters = process_counters};
}
