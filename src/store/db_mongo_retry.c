#include "db_mongo_internal.h"

#include <string.h>

/* Server errors that pass by themselves: elections, shutdowns, lost hosts, time-outs; and 1, InternalError, by which
 * the embedded server reports a busy disk. */
static bool code_passes(uint32_t code) {
  static const uint32_t codes[] = {1,   6,   7,   43,   50,    63,    89,    91,    133,   150,
                                   189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    if (codes[i] == code) return true;
  }
  return false;
}

static bool code_denies(uint32_t code) {
  return code == 13 /* Unauthorized */ || code == 18 /* AuthenticationFailed */;
}

/* SQLite's words by way of the embedded server, the system's own, and MongoDB's code for them. */
static bool is_no_room(const bson_error_t *error) {
  enum { OUT_OF_DISK_SPACE = 14031 };
  if (error->domain != MONGOC_ERROR_SERVER) return false;
  return error->code == OUT_OF_DISK_SPACE || strstr(error->message, "database or disk is full") != NULL ||
         strstr(error->message, "No space left on device") != NULL;
}

static Status server_status(uint32_t code) {
  enum { NAMESPACE_EXISTS = 48 };
  if (code == MONGOC_ERROR_DUPLICATE_KEY || code == NAMESPACE_EXISTS) return STATUS_DUPLICATE;
  if (code_denies(code)) return STATUS_CONFIG;
  return code_passes(code) ? STATUS_UNAVAILABLE : STATUS_INTERNAL;
}

static Status client_status(uint32_t code) {
  if (code == MONGOC_ERROR_CLIENT_AUTHENTICATE) return STATUS_CONFIG;
  if (code == MONGOC_ERROR_CLIENT_TOO_BIG) return STATUS_INTERNAL;
  return STATUS_UNAVAILABLE;
}

Status mongo_status(const bson_error_t *error, const bson_t *reply) {
  if (reply != NULL && (mongoc_error_has_label(reply, "RetryableWriteError") ||
                        mongoc_error_has_label(reply, "TransientTransactionError")))
    return STATUS_UNAVAILABLE;
  switch (error->domain) {
  case MONGOC_ERROR_STREAM:
  case MONGOC_ERROR_CURSOR:
  case MONGOC_ERROR_SERVER_SELECTION:
  case MONGOC_ERROR_WRITE_CONCERN: /* applied here, not yet elsewhere: writing it again waits for the others again */
    return STATUS_UNAVAILABLE;
  case MONGOC_ERROR_PROTOCOL:
    return error->code == MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION ? STATUS_CONFIG : STATUS_UNAVAILABLE;
  case MONGOC_ERROR_SASL:
  case MONGOC_ERROR_SCRAM:
    return STATUS_CONFIG;
  case MONGOC_ERROR_CLIENT:
    return client_status(error->code);
  case MONGOC_ERROR_SERVER:
    return server_status(error->code);
  default:
    return STATUS_INTERNAL;
  }
}

/* What went wrong with the server's address, out of the driver's words about its selection: "connection refused calling
 * hello on '127.0.0.1:27017'". Whoever reads it need not know what a server selection is. */
static Status no_server(const bson_error_t *error, Error *err) {
  const char *open = strchr(error->message, '['), *close = strrchr(error->message, ']');
  if (open == NULL || close == NULL || close <= open + 1)
    return error_set(err, STATUS_UNAVAILABLE, "no database server answers");
  return error_set(err, STATUS_UNAVAILABLE, "no database server answers (%.*s)", (int)(close - open - 1), open + 1);
}

/* After a reply that makes no sense nobody knows which reply comes next on that connection; and after a connection that
 * failed the driver answers for five seconds out of its memory that there is no server. */
static bool client_is_spoilt(const bson_error_t *error) {
  return error->domain == MONGOC_ERROR_PROTOCOL || error->domain == MONGOC_ERROR_CURSOR ||
         error->domain == MONGOC_ERROR_STREAM || error->domain == MONGOC_ERROR_SERVER_SELECTION;
}

/* The embedded server names each document that it deletes in one statement; trying again is in vain. */
static bool is_too_many(const bson_error_t *error) { return strstr(error->message, "too many SQL variables") != NULL; }

Status mongo_failed(DbMongo *mongo, const bson_error_t *error, const bson_t *reply, Error *err) {
  if (client_is_spoilt(error)) mongo->broken = true;
  if (is_no_room(error)) {
    mongo->counters.no_room++;
    return error_set(err, STATUS_UNAVAILABLE,
                     "the disk under the database is full: make room there; the next run goes on");
  }
  if (is_too_many(error)) return error_set(err, STATUS_INTERNAL, "so many documents are not deleted at once");
  if (error->domain == MONGOC_ERROR_SERVER_SELECTION && mongo_status(error, reply) == STATUS_UNAVAILABLE)
    return no_server(error, err);
  return error_set(err, mongo_status(error, reply), "%s [%u/%u]", error->message, error->domain, error->code);
}

static void count_round_trip(const mongoc_apm_command_started_t *event) {
  DbMongo *mongo = mongoc_apm_command_started_get_context(event);
  mongo->counters.round_trips++;
}

static Status connect_client(DbMongo *mongo, Error *err) {
  if (mongo->broken && mongo->open_cursors == 0) {
    mongoc_client_destroy(mongo->client);
    mongo->client = NULL;
    mongo->broken = false;
  }
  if (mongo->client != NULL) return STATUS_OK;
  bson_error_t error;
  mongo->client = mongoc_client_new_from_uri_with_error(mongo->uri, &error);
  if (mongo->client == NULL) return mongo_failed(mongo, &error, NULL, err);
  mongoc_client_set_error_api(mongo->client, 2);
  mongoc_apm_callbacks_t *callbacks = mongoc_apm_callbacks_new();
  mongoc_apm_set_command_started_cb(callbacks, count_round_trip);
  mongoc_client_set_apm_callbacks(mongo->client, callbacks, mongo);
  mongoc_apm_callbacks_destroy(callbacks);
  return STATUS_OK;
}

static Status try_connected(DbMongo *mongo, const MongoTarget *target, MongoTry *try_once, void *context, Error *err) {
  Status status = connect_client(mongo, err);
  if (status == STATUS_OK) status = try_once(mongo, target, context, err);
  return error_prefix(err, status, "%s%s%s: %s", target->database, target->collection == NULL ? "" : ".",
                      target->collection == NULL ? "" : target->collection, target->verb);
}

/* A host that swallows every packet costs the driver's connection time-out a try, not the selection time-out. */
static bool may_repeat(const DbMongo *mongo, int left) {
  if (left <= 0) return false;
  return mongo->give_up_ms == 0 || clock_uptime_ms(mongo->clock) + mongo->options.retry_wait_ms < mongo->give_up_ms;
}

Status mongo_attempt(DbMongo *mongo, const MongoTarget *target, MongoTry *try_once, void *context, Error *err) {
  Error last = {{0}};
  const long no_room = mongo->counters.no_room;
  for (int left = mongo->options.retries;; left--) {
    Status status = try_connected(mongo, target, try_once, context, &last);
    if (status == STATUS_OK) return STATUS_OK;
    bool passes = status == STATUS_UNAVAILABLE && mongo->counters.no_room == no_room; /* no wait makes room */
    if (!passes || !may_repeat(mongo, left)) return error_set(err, status, "%s", last.text);
    log_with(mongo->log, LOG_WARN,
             LOG_FACTS(log_text("database", target->database),
                       log_text("collection", target->collection ? target->collection : ""),
                       log_number("wait_ms", mongo->options.retry_wait_ms), log_number("tries_left", left)),
             "%s; trying again in %lld ms, %d more", last.text, (long long)mongo->options.retry_wait_ms, left);
    if (!clock_sleep_ms(mongo->clock, mongo->options.retry_wait_ms))
      return error_set(err, STATUS_INTERRUPTED, "stopped while waiting to try again: %s", last.text);
  }
}
