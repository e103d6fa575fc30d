#include "model_replay_server.h"

#include "model_replay_answer.h"
#include "model_replay_control.h"
#include "replay_daemon.h"
#include "replay_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ModelServer {
  ReplayDaemon daemon;      /* its lock: of all below */
  ModelManner manner, then; /* then: once the times are over */
  int times;                /* 0: always */
  int64_t value, tokens_in, tokens_out;
  ModelSeen seen;
  char *body;
};

/* A question while its body arrives, and while it is answered. */
typedef struct {
  ModelServer *server;
  struct MHD_Connection *connection;
  char url[512], key[512];
  char *body;
  size_t length;
  json_t *root;
  bool gemini;
  ModelManner manner;
  int64_t value;
  unsigned number;
} Asked;

static const char JSON[] = "application/json; charset=utf-8", HTML[] = "text/html; charset=utf-8";
static const char PAGE[] = "<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body></body></html>\n";
enum { BODY_MAX = 8 << 20, HUGE_BYTES = 2 << 20, DEFAULT_WAIT_MS = 600000, DEFAULT_DRIP_MS = 2000 };

#define MANNER_NAME(name, ...) #name,
static const char *const NAMES[MANNER_COUNT] = {MODEL_MANNERS(MANNER_NAME)};
#undef MANNER_NAME

bool model_manner_parse(const char *name, ModelManner *ret_manner) {
  for (int i = 0; i < MANNER_COUNT; i++) {
    if (strcmp(NAMES[i], name) != 0) continue;
    *ret_manner = (ModelManner)i;
    return true;
  }
  return false;
}

/* ---- the request ---- */

static const char *text_at(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text == NULL ? "" : text;
}

static const json_t *schema_of(const Asked *asked) {
  const json_t *config = json_object_get(asked->root, "generationConfig");
  const json_t *form = json_object_get(asked->root, "response_format");
  const json_t *schema = json_object_get(config, "responseSchema");
  if (schema == NULL) schema = json_object_get(config, "responseJsonSchema");
  return asked->gemini ? schema : json_object_get(json_object_get(form, "json_schema"), "schema");
}

static const char *user_of(const Asked *asked) {
  if (!asked->gemini) return text_at(json_array_get(json_object_get(asked->root, "messages"), 1), "content");
  const json_t *content = json_array_get(json_object_get(asked->root, "contents"), 0);
  return text_at(json_array_get(json_object_get(content, "parts"), 0), "text");
}

/* The name of the model: of Gemini it stands in the path. */
static void model_of(const Asked *asked, char *name, size_t size) {
  const char *at = strstr(asked->url, "/models/");
  if (asked->gemini && at != NULL)
    snprintf(name, size, "%.*s", (int)strcspn(at + 8, ":"), at + 8);
  else
    snprintf(name, size, "%s", text_at(asked->root, "model"));
}

/* ---- what the model writes ---- */

static char *write_answer(const Asked *asked) {
  ModelServer *server = asked->server;
  char name[256];
  model_of(asked, name, sizeof name);
  ModelTold told = {.gemini = asked->gemini,
                    .manner = asked->manner,
                    .user = user_of(asked),
                    .schema = schema_of(asked),
                    .model = name,
                    .number = asked->number,
                    .tokens_in = server->tokens_in,
                    .tokens_out = server->tokens_out};
  char *answer = model_answer(&told);
  pthread_mutex_lock(&server->daemon.lock);
  if (asked->manner != MANNER_no_usage) server->seen.tokens += told.tokens_in + told.tokens_out;
  pthread_mutex_unlock(&server->daemon.lock);
  return answer;
}

/* ---- errors ---- */

static enum MHD_Result say_error(const Asked *asked, unsigned status, const char *code, const char *message,
                                 json_t *details) {
  json_t *root = asked->gemini
                     ? json_pack("{s:{s:i, s:s, s:s, s:o*}}", "error", "code", (int)status, "status", code, "message",
                                 message, "details", details)
                     : json_pack("{s:{s:s, s:s, s:s}}", "error", "type", code, "code", code, "message", message);
  char *text = json_dumps(root, JSON_COMPACT), after[32] = "";
  if (asked->manner == MANNER_throttled && !asked->gemini)
    snprintf(after, sizeof after, "%" PRId64, (asked->value + 999) / 1000);
  enum MHD_Result result = replay_answer(asked->connection, status, JSON, text, strlen(text), after);
  if (!asked->gemini) json_decref(details);
  json_decref(root);
  free(text);
  return result;
}

static enum MHD_Result say_throttled(const Asked *asked) {
  char delay[32];
  snprintf(delay, sizeof delay, "%.3fs", (double)asked->value / 1000);
  return say_error(asked, 429, asked->gemini ? "RESOURCE_EXHAUSTED" : "rate_limit_exceeded", "Too many requests.",
                   json_pack("[{s:s, s:s}]", "@type", "type.googleapis.com/google.rpc.RetryInfo", "retryDelay", delay));
}

static enum MHD_Result say_quota(const Asked *asked) {
  return say_error(asked, 429, asked->gemini ? "RESOURCE_EXHAUSTED" : "insufficient_quota", "Quota exceeded.",
                   json_pack("[{s:s, s:[{s:s}]}, {s:s, s:s}]", "@type", "type.googleapis.com/google.rpc.QuotaFailure",
                             "violations", "quotaId", "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "@type",
                             "type.googleapis.com/google.rpc.RetryInfo", "retryDelay", "0.1s"));
}

static enum MHD_Result say_redirect(const Asked *asked) {
  const ReplayHeader headers[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, HTML},
                                  {MHD_HTTP_HEADER_LOCATION, "/v1/moved/chat/completions"}};
  return replay_answer_with(asked->connection, 302, PAGE, strlen(PAGE), headers, 2);
}

static enum MHD_Result say_unauthorized(const Asked *asked) {
  char words[640];
  snprintf(words, sizeof words, "The key %s is not valid.", asked->key);
  return say_error(asked, 401, "UNAUTHENTICATED", words, NULL);
}

/* ---- answering ---- */

static enum MHD_Result say_answer(Asked *asked) {
  char *text = write_answer(asked);
  size_t length = strlen(text);
  enum MHD_Result result;
  if (asked->manner == MANNER_cut) return replay_answer_stream(asked->connection, text, length, length / 2);
  if (asked->manner == MANNER_drip)
    result = replay_answer_drip(asked->connection, text, length, &asked->server->daemon,
                                asked->value > 0 ? (long)asked->value : DEFAULT_DRIP_MS);
  else
    result = replay_answer_json(asked->connection, 200, text);
  free(text);
  return result;
}

static enum MHD_Result answer(Asked *asked) {
  struct MHD_Connection *connection = asked->connection;
  switch (asked->manner) {
  case MANNER_not_json:
    return replay_answer_json(connection, 200, "the model is out for lunch");
  case MANNER_html_200:
    return replay_answer(connection, 200, HTML, PAGE, strlen(PAGE), "");
  case MANNER_html_403:
    return replay_answer(connection, 403, HTML, PAGE, strlen(PAGE), "");
  case MANNER_bad_request:
    return say_error(asked, 400, "INVALID_ARGUMENT", "The request is wrong.", NULL);
  case MANNER_unauthorized:
    return say_unauthorized(asked);
  case MANNER_forbidden:
    return say_error(asked, 403, "PERMISSION_DENIED", "Not with this key.", NULL);
  case MANNER_not_found:
    return say_error(asked, 404, "NOT_FOUND", "There is no such model.", NULL);
  case MANNER_throttled:
    return say_throttled(asked);
  case MANNER_daily_quota:
    return say_quota(asked);
  case MANNER_no_schema:
    if (schema_of(asked) == NULL) return say_answer(asked);
    return say_error(asked, 400, "invalid_request_error", "response_format json_schema is not supported", NULL);
  case MANNER_status_500:
    return say_error(asked, 500, "INTERNAL", "An internal error has occurred.", NULL);
  case MANNER_status_502:
    return replay_answer(connection, 502, HTML, PAGE, strlen(PAGE), "");
  case MANNER_status_503:
    return say_error(asked, 503, "UNAVAILABLE", "The model is overloaded.", NULL);
  case MANNER_status_504:
    return say_error(asked, 504, "DEADLINE_EXCEEDED", "Too late.", NULL);
  case MANNER_reset:
    return replay_reset(connection);
  case MANNER_huge:
    return replay_answer_stream(connection, NULL, HUGE_BYTES, HUGE_BYTES);
  case MANNER_redirect:
    return say_redirect(asked);
  case MANNER_hang:
    if (!replay_daemon_wait_ms(&asked->server->daemon, asked->value > 0 ? (long)asked->value : DEFAULT_WAIT_MS))
      return replay_reset(connection);
    return say_answer(asked);
  default:
    return say_answer(asked);
  }
}

/* ---- what it is asked ---- */

static bool has_forbidden_words(const char *body) {
  static const char *const words[] = {"\"temperature\"", "\"topP\"", "\"top_p\"", "\"topK\"", "\"thinking"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strstr(body, words[i]) != NULL) return true;
  return false;
}

static enum MHD_Result note_query(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  (void)name;
  (void)value;
  *(bool *)context = true;
  return MHD_YES;
}

/* The lock is held. */
static void choose_manner(Asked *asked) {
  ModelServer *server = asked->server;
  char name[256];
  asked->manner = server->manner;
  asked->value = server->value;
  if (server->times > 0 && --server->times == 0) server->manner = server->then;
  model_of(asked, name, sizeof name);
  if (strncmp(name, "replay-", 7) == 0) model_manner_parse(name + 7, &asked->manner);
}

static void note(Asked *asked) {
  ModelServer *server = asked->server;
  pthread_mutex_lock(&server->daemon.lock);
  ModelSeen *seen = &server->seen;
  seen->calls++;
  if (++seen->under_way > seen->most_at_once) seen->most_at_once = seen->under_way;
  seen->key_in_header = asked->key[0] != '\0';
  seen->key_in_url = false;
  MHD_get_connection_values(asked->connection, MHD_GET_ARGUMENT_KIND, note_query, &seen->key_in_url);
  seen->has_schema = schema_of(asked) != NULL;
  seen->forbidden_words = has_forbidden_words(asked->body);
  snprintf(seen->path, sizeof seen->path, "%s", asked->url);
  free(server->body);
  server->body = strdup(asked->body);
  asked->number = (unsigned)seen->calls;
  choose_manner(asked);
  pthread_mutex_unlock(&server->daemon.lock);
}

static void find_key(Asked *asked) {
  static const char bearer[] = "Bearer ";
  const char *key = MHD_lookup_connection_value(asked->connection, MHD_HEADER_KIND,
                                                asked->gemini ? "x-goog-api-key" : "Authorization");
  if (key != NULL && !asked->gemini) key = strncmp(key, bearer, strlen(bearer)) == 0 ? key + strlen(bearer) : NULL;
  snprintf(asked->key, sizeof asked->key, "%s", key == NULL ? "" : key);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static enum MHD_Result take_question(Asked *asked) {
  asked->gemini = ends_with(asked->url, ":generateContent");
  if (!asked->gemini && !ends_with(asked->url, "/chat/completions"))
    return replay_answer_json(asked->connection, 404, "{\"error\":{\"message\":\"no such path\"}}");
  asked->root = json_loads(asked->body, JSON_REJECT_DUPLICATES, NULL);
  find_key(asked);
  note(asked);
  if (asked->root == NULL) return say_error(asked, 400, "INVALID_ARGUMENT", "That is no JSON.", NULL);
  return answer(asked);
}

/* ---- HTTP ---- */

static void forget(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code) {
  Asked *asked = *state;
  (void)connection;
  (void)code;
  (void)context;
  if (asked == NULL) return;
  if (asked->number > 0) {
    pthread_mutex_lock(&asked->server->daemon.lock);
    asked->server->seen.under_way--;
    pthread_mutex_unlock(&asked->server->daemon.lock);
  }
  json_decref(asked->root);
  free(asked->body);
  free(asked);
  *state = NULL;
}

static bool take_bytes(Asked *asked, const char *bytes, size_t count) {
  char *longer = asked->length + count > BODY_MAX ? NULL : realloc(asked->body, asked->length + count + 1);
  if (longer == NULL) return false;
  memcpy(longer + asked->length, bytes, count);
  asked->body = longer;
  asked->length += count;
  longer[asked->length] = '\0';
  return true;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **state) {
  Asked *asked = *state;
  (void)method;
  (void)version;
  if (asked == NULL) {
    asked = calloc(1, sizeof *asked);
    if (asked == NULL) return MHD_NO;
    asked->server = context;
    asked->connection = connection;
    snprintf(asked->url, sizeof asked->url, "%s", url);
    *state = asked;
    return take_bytes(asked, "", 0) ? MHD_YES : MHD_NO;
  }
  if (*upload_size > 0) {
    bool good = take_bytes(asked, upload, *upload_size);
    *upload_size = 0;
    return good ? MHD_YES : MHD_NO;
  }
  return strncmp(url, "/control/", 9) == 0 ? model_control(asked->server, connection, url) : take_question(asked);
}

/* ---- from the outside ---- */

ModelServer *model_server_start(uint16_t port) {
  ModelServer *server = calloc(1, sizeof *server);
  if (server == NULL) return NULL;
  const ReplayDaemonOptions options = {
      .program = "model_replay", .port = port, .answer = on_request, .forget = forget, .context = server};
  if (replay_daemon_start(&server->daemon, &options)) return server;
  model_server_stop(server);
  return NULL;
}

uint16_t model_server_port(const ModelServer *server) { return replay_daemon_port(&server->daemon); }

void model_server_stop(ModelServer *server) {
  replay_daemon_stop(&server->daemon);
  free(server->body);
  free(server);
}

void model_server_behave(ModelServer *server, ModelManner manner, int times, int64_t value) {
  pthread_mutex_lock(&server->daemon.lock);
  server->manner = manner;
  server->then = MANNER_honest;
  server->times = times;
  server->value = value;
  pthread_mutex_unlock(&server->daemon.lock);
}

void model_server_behave_then(ModelServer *server, ModelManner manner) {
  pthread_mutex_lock(&server->daemon.lock);
  server->then = manner;
  pthread_mutex_unlock(&server->daemon.lock);
}

void model_server_set_usage(ModelServer *server, int64_t tokens_in, int64_t tokens_out) {
  pthread_mutex_lock(&server->daemon.lock);
  server->tokens_in = tokens_in;
  server->tokens_out = tokens_out;
  pthread_mutex_unlock(&server->daemon.lock);
}

ModelSeen model_server_seen(ModelServer *server) {
  pthread_mutex_lock(&server->daemon.lock);
  ModelSeen seen = server->seen;
  pthread_mutex_unlock(&server->daemon.lock);
  return seen;
}

char *model_server_body(ModelServer *server) {
  pthread_mutex_lock(&server->daemon.lock);
  char *body = server->body == NULL ? NULL : strdup(server->body);
  pthread_mutex_unlock(&server->daemon.lock);
  return body;
}

void model_server_clear(ModelServer *server) {
  pthread_mutex_lock(&server->daemon.lock);
  server->seen = (ModelSeen){.under_way = server->seen.under_way};
  free(server->body);
  server->body = NULL;
  pthread_mutex_unlock(&server->daemon.lock);
}
