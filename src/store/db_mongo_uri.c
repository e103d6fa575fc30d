#include "db_mongo_internal.h"

#include <closebell/base/url.h>

#include <stdio.h>
#include <string.h>

enum { DEFAULT_SELECTION_MS = 5000, DEFAULT_SOCKET_TIMEOUT_MS = 60000 };

static const char UNACKNOWLEDGED[] = "the MongoDB URI asks for unacknowledged writes (w=0): remove the option w";

static void default_ms(mongoc_uri_t *uri, const char *option, int64_t value, int32_t otherwise) {
  if (mongoc_uri_has_option(uri, option)) return;
  bool usable = value > 0 && value <= INT32_MAX;
  mongoc_uri_set_option_as_int32(uri, option, usable ? (int32_t)value : otherwise);
}

static void say_nothing(mongoc_log_level_t level, const char *domain, const char *message, void *context) {
  (void)level, (void)domain, (void)message, (void)context;
}

void mongo_log_silence(void) { mongoc_log_set_handler(say_nothing, NULL); }

/* The driver's own words may quote the text, and with it the password; and where a password holds a reserved byte, the
 * driver takes a piece of it for the host. Its log is silent from here on. */
static Status parse(const char *text, mongoc_uri_t **ret_uri, Error *err) {
  bson_error_t error;
  const char *fault = url_mongodb_fault(text);
  if (fault != NULL) return error_set(err, STATUS_CONFIG, "the MongoDB URI cannot be used: %s", fault);
  mongo_log_silence();
  mongoc_uri_t *uri = mongoc_uri_new_with_error(text, &error);
  if (uri == NULL) return error_set(err, STATUS_CONFIG, "the MongoDB URI is not a valid connection string");
  *ret_uri = uri;
  return STATUS_OK;
}

static bool is_acknowledged(const mongoc_uri_t *uri) {
  return mongoc_write_concern_is_acknowledged(mongoc_uri_get_write_concern(uri));
}

Status db_mongo_check(const char *text, Error *err) {
  mongoc_uri_t *uri = NULL;
  mongoc_init();
  Status status = parse(text, &uri, err);
  if (status == STATUS_OK && !is_acknowledged(uri)) status = error_set(err, STATUS_CONFIG, "%s", UNACKNOWLEDGED);
  mongoc_uri_destroy(uri);
  return status;
}

Status mongo_uri_prepare(const char *text, const DbOptions *options, mongoc_uri_t **ret_uri, Error *err) {
  mongoc_uri_t *uri = NULL;
  Status status = parse(text, &uri, err);
  if (status != STATUS_OK) return status;
  if (!is_acknowledged(uri)) {
    mongoc_uri_destroy(uri);
    return error_set(err, STATUS_CONFIG, "%s", UNACKNOWLEDGED);
  }
  /* Without this a single client fails at once, and goes on failing for 5 s after the server is back. */
  if (!mongoc_uri_has_option(uri, MONGOC_URI_SERVERSELECTIONTRYONCE))
    mongoc_uri_set_option_as_bool(uri, MONGOC_URI_SERVERSELECTIONTRYONCE, false);
  default_ms(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, options->selection_ms, DEFAULT_SELECTION_MS);
  default_ms(uri, MONGOC_URI_SOCKETTIMEOUTMS, options->socket_timeout_ms, DEFAULT_SOCKET_TIMEOUT_MS);
  if (mongoc_uri_get_appname(uri) == NULL && options->program != NULL) mongoc_uri_set_appname(uri, options->program);
  *ret_uri = uri;
  return STATUS_OK;
}

static void append(char *text, size_t text_size, const char *part) {
  size_t length = strlen(text);
  if (length < text_size) snprintf(text + length, text_size - length, "%s", part);
}

char *mongo_uri_describe(const mongoc_uri_t *uri, char *text, size_t text_size) {
  const char *service = mongoc_uri_get_srv_hostname(uri);
  snprintf(text, text_size, "%s", service == NULL ? "mongodb://" : "mongodb+srv://");
  if (service != NULL) append(text, text_size, service);
  const mongoc_host_list_t *hosts = service == NULL ? mongoc_uri_get_hosts(uri) : NULL;
  for (const mongoc_host_list_t *host = hosts; host != NULL; host = host->next) {
    append(text, text_size, host->host_and_port);
    if (host->next != NULL) append(text, text_size, ",");
  }
  append(text, text_size, "/");
  return text;
}

char *db_mongo_describe(const char *uri_text, char *text, size_t text_size) {
  mongoc_uri_t *uri = NULL;
  if (parse(uri_text, &uri, NULL) != STATUS_OK) {
    snprintf(text, text_size, "(not a valid MongoDB URI)");
    return text;
  }
  mongo_uri_describe(uri, text, text_size);
  mongoc_uri_destroy(uri);
  return text;
}
