#include "db_mongo_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document.h"

/* Within that the server's time is taken as that of the moment its answer is read; [lease] skew_seconds covers it. */
enum { PROMPT_MS = 1000 };

mongoc_collection_t *mongo_collection(DbMongo *mongo, const MongoTarget *target) {
  return mongoc_client_get_collection(mongo->client, target->database, target->collection);
}

/* --- commands --- */

typedef struct {
  const bson_t *command;
} RunCommand;

static Status try_write_command(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  const RunCommand *run = context;
  bson_t reply;
  bson_error_t error = {0};
  bool done =
      mongoc_client_write_command_with_opts(mongo->client, target->database, run->command, NULL, &reply, &error);
  Status status = done ? STATUS_OK : mongo_failed(mongo, &error, &reply, err);
  bson_destroy(&reply);
  return status;
}

static Status write_command(DbMongo *mongo, const MongoTarget *target, const bson_t *command, Error *err) {
  RunCommand run = {.command = command};
  return mongo_attempt(mongo, target, try_write_command, &run, err);
}

static Status mongo_create_collection(void *self, const char *database, const char *name, Error *err) {
  bson_t command = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&command, "create", name);
  Status status = write_command(self, &(MongoTarget){database, name, "create"}, &command, err);
  bson_destroy(&command);
  return status == STATUS_DUPLICATE ? STATUS_OK : status;
}

/* { createIndexes: collection, indexes: [ { key: { field: 1 }, name: "field_1" } ] }; -1 of a descending one. */
static Status mongo_create_index(void *self, const char *database, const char *collection, const char *field,
                                 bool unique, Error *err) {
  bson_t command = BSON_INITIALIZER, indexes = BSON_INITIALIZER, index = BSON_INITIALIZER, key = BSON_INITIALIZER;
  int order = *field == '-' ? -1 : 1;
  const char *of = order < 0 ? field + 1 : field;
  char *name = bson_strdup_printf("%s_%d", of, order);
  BSON_APPEND_INT32(&key, of, order);
  BSON_APPEND_DOCUMENT(&index, "key", &key);
  BSON_APPEND_UTF8(&index, "name", name);
  if (unique) BSON_APPEND_BOOL(&index, "unique", true);
  BSON_APPEND_DOCUMENT(&indexes, "0", &index);
  BSON_APPEND_UTF8(&command, "createIndexes", collection);
  BSON_APPEND_ARRAY(&command, "indexes", &indexes);
  Status status = write_command(self, &(MongoTarget){database, collection, "create index"}, &command, err);
  bson_free(name);
  bson_destroy(&key);
  bson_destroy(&index);
  bson_destroy(&indexes);
  bson_destroy(&command);
  return status;
}

static Status try_list(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  char ***names = context;
  mongoc_database_t *database = mongoc_client_get_database(mongo->client, target->database);
  bson_error_t error = {0};
  *names = mongoc_database_get_collection_names_with_opts(database, NULL, &error);
  mongoc_database_destroy(database);
  return *names != NULL ? STATUS_OK : mongo_failed(mongo, &error, NULL, err);
}

static Status mongo_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                     void *context, Error *err) {
  char **names = NULL;
  Status status = mongo_attempt(self, &(MongoTarget){database, NULL, "list collections"}, try_list, &names, err);
  if (status != STATUS_OK) return status;
  for (char **name = names; *name != NULL; name++) visit(context, *name);
  bson_strfreev(names);
  return STATUS_OK;
}

static Status mongo_server_time(void *self, Instant *ret_now, Error *err) {
  const DbMongo *mongo = self;
  if (!mongo->time_known) return error_set(err, STATUS_INTERNAL, "the database server does not tell its time");
  *ret_now = mongo->told + clock_uptime_ms(mongo->clock) - mongo->told_uptime_ms;
  return STATUS_OK;
}

static Status try_ping(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  (void)context;
  bson_t command = BSON_INITIALIZER, reply;
  BSON_APPEND_INT32(&command, "ping", 1);
  bson_error_t error = {0};
  bool done = mongoc_client_command_simple(mongo->client, target->database, &command, NULL, &reply, &error);
  Status status = done ? STATUS_OK : mongo_failed(mongo, &error, &reply, err);
  bson_destroy(&reply);
  bson_destroy(&command);
  return status;
}

static Status mongo_ping(void *self, Error *err) {
  return mongo_attempt(self, &(MongoTarget){"admin", NULL, "ping"}, try_ping, NULL, err);
}

static DbCounters mongo_counters(void *self) {
  const DbMongo *mongo = self;
  return mongo->counters;
}

/* --- opening and closing --- */

static const Db OPERATIONS = {.insert = mongo_insert,
                              .insert_many = mongo_insert_many,
                              .find = mongo_find,
                              .find_range = mongo_find_range,
                              .find_back = mongo_find_back,
                              .find_last = mongo_find_last,
                              .replace_many = mongo_replace_many,
                              .update_many = mongo_update_many,
                              .delete_one = mongo_delete_one,
                              .delete_range = mongo_delete_range,
                              .delete_before = mongo_delete_before,
                              .list_collections = mongo_list_collections,
                              .create_collection = mongo_create_collection,
                              .create_index = mongo_create_index,
                              .server_time = mongo_server_time,
                              .ping = mongo_ping,
                              .counters = mongo_counters};

/* The driver would write to stderr, past the program's log; and it complains of every embedded server that has no
 * sessions to end. */
static void on_driver_log(mongoc_log_level_t level, const char *domain, const char *message, void *log) {
  if (level > MONGOC_LOG_LEVEL_WARNING || strstr(message, "endSessions") != NULL) return;
  log_warn((const Log *)log, "driver (%s): %s", domain, message);
}

/* Our own clock has no part in it: only how long ago the server told its time. */
static void take_time(DbMongo *mongo, const bson_t *hello) {
  bson_iter_t iter;
  mongo->time_known = bson_iter_init_find(&iter, hello, "localTime") && BSON_ITER_HOLDS_DATE_TIME(&iter);
  if (!mongo->time_known) return;
  mongo->told = bson_iter_date_time(&iter);
  mongo->told_uptime_ms = clock_uptime_ms(mongo->clock);
}

/* What the server says of itself as the connection is made: its clock need not be asked for again. */
static void take_handshake(DbMongo *mongo, const bson_t *hello) {
  bson_iter_t iter;
  take_time(mongo, hello);
  bool wire_known = bson_iter_init_find(&iter, hello, "maxWireVersion") && BSON_ITER_HOLDS_NUMBER(&iter);
  log_debug(mongo->log, "connected, wire version %lld", wire_known ? (long long)bson_iter_as_int64(&iter) : -1);
}

/* Connecting took long, or this process stood still meanwhile: the time that came with it is of nobody knows when. */
static Status ask_time_again(DbMongo *mongo, Error *err) {
  bson_t command = BSON_INITIALIZER, reply;
  BSON_APPEND_INT32(&command, "hello", 1);
  bson_error_t error = {0};
  bool done = mongoc_client_command_simple(mongo->client, "admin", &command, NULL, &reply, &error);
  Status status = done ? STATUS_OK : mongo_failed(mongo, &error, &reply, err);
  if (done) take_time(mongo, &reply);
  bson_destroy(&reply);
  bson_destroy(&command);
  return status;
}

static Status try_shake_hands(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  (void)target, (void)context;
  bson_error_t error = {0};
  int64_t began_ms = clock_uptime_ms(mongo->clock);
  mongoc_server_description_t *server = mongoc_client_select_server(mongo->client, true, NULL, &error);
  if (server == NULL) return mongo_failed(mongo, &error, NULL, err);
  take_handshake(mongo, mongoc_server_description_hello_response(server));
  mongoc_server_description_destroy(server);
  bool prompt = clock_uptime_ms(mongo->clock) - began_ms <= PROMPT_MS;
  return prompt ? STATUS_OK : ask_time_again(mongo, err);
}

static Status greet(DbMongo *mongo, Error *err) {
  const DbOptions *options = &mongo->options;
  int64_t selection_ms = mongoc_uri_get_option_as_int32(mongo->uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0);
  mongo->give_up_ms =
      clock_uptime_ms(mongo->clock) + options->retries * (selection_ms + options->retry_wait_ms) + selection_ms;
  Status status = mongo_attempt(mongo, &(MongoTarget){"admin", NULL, "hello"}, try_shake_hands, NULL, err);
  mongo->give_up_ms = 0;
  if (status == STATUS_UNAVAILABLE) {
    char address[256];
    const Error cause = *err;
    return error_set(err, status, "the database %s cannot be used, nothing done: %s",
                     mongo_uri_describe(mongo->uri, address, sizeof address), cause.text);
  }
  return status;
}

void db_mongo_close(Db *db) {
  DbMongo *mongo = db->self;
  if (mongo == NULL) return;
  if (mongo->client != NULL) mongoc_client_destroy(mongo->client);
  mongoc_uri_destroy(mongo->uri);
  mongo_log_silence(); /* the log may be gone after us */
  free(mongo);
  *db = (Db){0};
}

/* The driver has counters in a file below /dev/shm from the moment it is loaded, which is before main. A process that
 * is killed would leave it there, for a later one with the same pid to stumble over; nobody reads them. */
static void unlink_driver_counters(void) {
  char name[32];
  snprintf(name, sizeof name, "/mongoc-%d", (int)getpid());
  shm_unlink(name);
}

/* mongoc_cleanup is not called: the driver cannot be started again after it, and a process may open another database.
 * What it would release is reachable until the process ends. */
Status db_mongo_open(Db *ret_db, const char *uri, const DbOptions *options, const Clock *clock, const Log *log,
                     Error *err) {
  mongoc_init();
  unlink_driver_counters();
  DbMongo *mongo = calloc(1, sizeof *mongo);
  if (mongo == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  mongo->options = *options;
  mongo->clock = clock;
  mongo->log = log;
  Db db = OPERATIONS;
  db.self = mongo;
  Status status = mongo_uri_prepare(uri, options, &mongo->uri, err);
  mongoc_log_set_handler(on_driver_log, (void *)(uintptr_t)log);
  if (status == STATUS_OK) status = greet(mongo, err);
  if (status != STATUS_OK) {
    db_mongo_close(&db);
    return status;
  }
  *ret_db = db;
  return STATUS_OK;
}
