#include "ask_desk.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/random.h>
#include <closebell/decision/decision_json.h>

enum { KEPT_MAX = 64, RENEW_MS = 10000, STEP_MS = 20, TABLE = ASK_DESK_AT_ONCE + ASK_DESK_WAITING_MAX };

static const char STOPPED[] = "the server stopped before the model had answered; ask again";

/* A decision that the database did not take. */
typedef struct {
  char id[ULID_SIZE];
  TextBuffer members;
} Kept;

struct AskDesk {
  AskDeskOptions options;
  Random random;
  Clock clock; /* the service's, which says stopping as soon as the desk is to stop */
  Archivist archivist;
  pthread_t threads[ASK_DESK_AT_ONCE], keeper;
  unsigned started;
  bool keeps; /* the keeper was started */
  atomic_uint ended;
  atomic_bool stopping;
  pthread_mutex_t mutex; /* over what follows */
  pthread_cond_t more;
  Ask *waiting[ASK_DESK_WAITING_MAX]; /* owned; oldest first */
  size_t waiting_count;
  char under_way[TABLE][ULID_SIZE]; /* ids of those that wait, too */
  size_t under_way_count;
  Kept kept[KEPT_MAX]; /* a ring */
  size_t kept_count;
};

/* ---- the clock ---- */

static Instant desk_now(void *self) { return clock_now(((AskDesk *)self)->options.service->clock); }
static int64_t desk_uptime(void *self) { return clock_uptime_ms(((AskDesk *)self)->options.service->clock); }
static bool desk_stopping(void *self) { return atomic_load(&((AskDesk *)self)->stopping); }

/* In pieces: a stop is noticed after one of them. */
static bool desk_sleep(void *self, int64_t ms) {
  const AskDesk *desk = self;
  const Clock *clock = desk->options.service->clock;
  const int64_t until = clock_uptime_ms(clock) + ms;
  for (int64_t left = ms; left > 0 && !desk_stopping(self); left = until - clock_uptime_ms(clock))
    clock_sleep_ms(clock, left < STEP_MS ? left : STEP_MS);
  return !desk_stopping(self);
}

AskTools ask_desk_tools(AskDesk *desk, const Db *db) {
  const Service *service = desk->options.service;
  return (AskTools){.config = service->config,
                    .db = db,
                    .clock = &desk->clock,
                    .random = &desk->random,
                    .log = service->log,
                    .archivist = &desk->archivist};
}

/* ---- what is under way ---- */

size_t ask_desk_waiting(AskDesk *desk) {
  pthread_mutex_lock(&desk->mutex);
  size_t waiting = desk->waiting_count;
  pthread_mutex_unlock(&desk->mutex);
  return waiting;
}

bool ask_desk_add(AskDesk *desk, Ask *ask) {
  Ask *own = malloc(sizeof *own);
  if (!own) return false;
  pthread_mutex_lock(&desk->mutex);
  bool room = desk->waiting_count < ASK_DESK_WAITING_MAX && desk->under_way_count < TABLE && !desk_stopping(desk);
  if (room) {
    *own = *ask;
    desk->waiting[desk->waiting_count++] = own;
    memcpy(desk->under_way[desk->under_way_count++], ask->decision.id, ULID_SIZE);
    pthread_cond_signal(&desk->more);
  }
  pthread_mutex_unlock(&desk->mutex);
  if (room)
    *ask = (Ask){.decision = decision_empty()};
  else
    free(own);
  return room;
}

static bool is_under_way(const AskDesk *desk, const char *id, size_t *ret_place) {
  for (size_t i = 0; i < desk->under_way_count; i++)
    if (strcmp(desk->under_way[i], id) == 0) {
      *ret_place = i;
      return true;
    }
  return false;
}

AskDeskState ask_desk_find(AskDesk *desk, const char *id, TextBuffer *members) {
  size_t place;
  pthread_mutex_lock(&desk->mutex);
  AskDeskState state = is_under_way(desk, id, &place) ? ASK_DESK_UNDER_WAY : ASK_DESK_NOT_HERE;
  for (size_t i = 0; i < KEPT_MAX && state == ASK_DESK_NOT_HERE; i++) {
    const Kept *kept = &desk->kept[i];
    if (strcmp(kept->id, id) != 0) continue;
    text_buffer_append(members, kept->members.data, kept->members.length);
    state = ASK_DESK_KEPT;
  }
  pthread_mutex_unlock(&desk->mutex);
  return state;
}

/* Null: there will be none any more. When the desk is to stop, what waits is handed out first. */
static Ask *take(AskDesk *desk) {
  Ask *ask = NULL;
  pthread_mutex_lock(&desk->mutex);
  while (desk->waiting_count == 0 && !desk_stopping(desk)) pthread_cond_wait(&desk->more, &desk->mutex);
  if (desk->waiting_count > 0) {
    ask = desk->waiting[0];
    memmove(desk->waiting, desk->waiting + 1, --desk->waiting_count * sizeof desk->waiting[0]);
  }
  pthread_mutex_unlock(&desk->mutex);
  return ask;
}

/* Without memory for it the decision is in the archivist's file all the same. */
static void keep(AskDesk *desk, const Decision *decision) {
  TextBuffer members = {0};
  JsonWriter to = json_writer(&members);
  json_begin_object(&to, NULL);
  decision_json_put(&to, decision);
  json_end_object(&to);
  if (members.failed) {
    text_buffer_free(&members);
    return;
  }
  Kept *kept = &desk->kept[desk->kept_count++ % KEPT_MAX];
  text_buffer_free(&kept->members);
  kept->members = members;
  text_copy(kept->id, sizeof kept->id, decision->id);
}

static void leave(AskDesk *desk, const Ask *ask, bool written) {
  size_t place;
  pthread_mutex_lock(&desk->mutex);
  if (!written) keep(desk, &ask->decision);
  if (is_under_way(desk, ask->decision.id, &place))
    memcpy(desk->under_way[place], desk->under_way[--desk->under_way_count], ULID_SIZE);
  pthread_mutex_unlock(&desk->mutex);
}

/* ---- threads ---- */

static bool open_database(AskDesk *desk, Db *db) {
  Service *service = desk->options.service;
  Error err = {{0}};
  Status status = db_mongo_open(db, desk->options.uri, desk->options.db_options, service->clock, service->log, &err);
  if (status != STATUS_OK) log_warn(service->log, "no database to ask a model with: %s", err.text);
  return status == STATUS_OK;
}

/* Whatever becomes of it, there is a decision. Returns whether the ledger has it. */
static bool answer(const AskTools *tools, Ask *ask) {
  Error err = {{0}};
  bool written = false;
  if (!tools->db) return ask_refuse(tools, ask, "the database did not answer, so nothing was asked; ask again");
  if (clock_stopping(tools->clock)) return ask_refuse(tools, ask, STOPPED);
  Status status = ask_answer(tools, ask, &written, &err);
  if (status == STATUS_OK) return written;
  return ask_refuse(tools, ask, status == STATUS_INTERRUPTED ? STOPPED : err.text);
}

static void *work(void *context) {
  AskDesk *desk = context;
  Db db;
  bool open = false;
  for (Ask *ask; (ask = take(desk)) != NULL;) {
    if (!open) open = open_database(desk, &db);
    const AskTools tools = ask_desk_tools(desk, open ? &db : NULL);
    leave(desk, ask, answer(&tools, ask));
    ask_free(ask);
    free(ask);
  }
  if (open) db_mongo_close(&db);
  atomic_fetch_add(&desk->ended, 1);
  return NULL;
}

static size_t list_under_way(AskDesk *desk, char ids[TABLE][ULID_SIZE]) {
  pthread_mutex_lock(&desk->mutex);
  size_t count = desk->under_way_count;
  memcpy(ids, desk->under_way, count * sizeof ids[0]);
  pthread_mutex_unlock(&desk->mutex);
  return count;
}

/* So long may the tries of one take that begins now. */
static Instant renewed_until(const AskDesk *desk, Instant now) {
  ModelTerms terms;
  Error err;
  bool known = model_terms(desk->options.service->config, &terms, &err) == STATUS_OK;
  return now + ASK_GRACE_MS + (known ? 2 * terms.timeout_ms : 0);
}

/* Others see what is under way here, however long it waits. */
static void *keep_under_way(void *context) {
  AskDesk *desk = context;
  char ids[TABLE][ULID_SIZE];
  Db db;
  bool open = false;
  while (clock_sleep_ms(&desk->clock, RENEW_MS)) {
    Error err = {{0}};
    Instant now;
    size_t count = list_under_way(desk, ids);
    if (count == 0) continue;
    if (!open) open = open_database(desk, &db);
    if (!open) continue;
    Status status = db_server_time(&db, &now, &err);
    if (status == STATUS_OK)
      status = ask_runs_renew(&db, (const char(*)[ULID_SIZE])ids, count, renewed_until(desk, now), &err);
    if (status != STATUS_OK) log_warn(desk->options.service->log, "questions under way were not renewed: %s", err.text);
  }
  if (open) db_mongo_close(&db);
  atomic_fetch_add(&desk->ended, 1);
  return NULL;
}

/* ---- life ---- */

static void desk_free(AskDesk *desk) {
  for (size_t i = 0; i < KEPT_MAX; i++) text_buffer_free(&desk->kept[i].members);
  archivist_destroy(&desk->archivist);
  pthread_cond_destroy(&desk->more);
  pthread_mutex_destroy(&desk->mutex);
  free(desk);
}

static void open_desk(AskDesk *desk, const AskDeskOptions *options) {
  desk->options = *options;
  desk->random = random_system();
  desk->clock = (Clock){
      .self = desk, .now = desk_now, .uptime_ms = desk_uptime, .sleep_ms = desk_sleep, .stopping = desk_stopping};
  pthread_mutex_init(&desk->mutex, NULL);
  pthread_cond_init(&desk->more, NULL);
  const ArchivistTools tools = {.clock = options->service->clock,
                                .random = &desk->random,
                                .log = options->service->log,
                                .state_folder = options->state_folder,
                                .database = options->service->config->mongodb.uri};
  archivist_init(&desk->archivist, &tools);
}

static bool start_threads(AskDesk *desk) {
  while (desk->started < ASK_DESK_AT_ONCE) {
    if (pthread_create(&desk->threads[desk->started], NULL, work, desk) != 0) return false;
    desk->started++;
  }
  desk->keeps = pthread_create(&desk->keeper, NULL, keep_under_way, desk) == 0;
  return desk->keeps;
}

Status ask_desk_start(const AskDeskOptions *options, AskDesk **ret_desk, Error *err) {
  if (!model_is_configured(options->service->config)) {
    *ret_desk = NULL;
    return STATUS_OK;
  }
  AskDesk *desk = calloc(1, sizeof *desk);
  if (!desk) return error_set(err, STATUS_NO_MEMORY, "no memory for questions to a model");
  open_desk(desk, options);
  if (!start_threads(desk)) {
    ask_desk_begin_stop(desk);
    ask_desk_stop(desk, INT32_MAX);
    return error_set(err, STATUS_NO_MEMORY, "a thread that asks the model could not be started");
  }
  *ret_desk = desk;
  return STATUS_OK;
}

void ask_desk_begin_stop(AskDesk *desk) {
  if (!desk) return;
  pthread_mutex_lock(&desk->mutex);
  atomic_store(&desk->stopping, true);
  pthread_cond_broadcast(&desk->more);
  pthread_mutex_unlock(&desk->mutex);
}

bool ask_desk_stop(AskDesk *desk, int64_t wait_ms) {
  if (!desk) return true;
  const Clock *clock = desk->options.service->clock;
  const unsigned all = desk->started + desk->keeps;
  int64_t until = clock_uptime_ms(clock) + wait_ms;
  ask_desk_begin_stop(desk);
  while (atomic_load(&desk->ended) < all && clock_uptime_ms(clock) < until) clock_sleep_ms(clock, STEP_MS);
  if (atomic_load(&desk->ended) < all) return false;
  for (unsigned i = 0; i < desk->started; i++) pthread_join(desk->threads[i], NULL);
  if (desk->keeps) pthread_join(desk->keeper, NULL);
  desk_free(desk);
  return true;
}
