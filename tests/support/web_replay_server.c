#include "web_replay_server.h"

#include "krx_replay_time.h"
#include "replay_clock.h"
#include "replay_control.h"
#include "replay_daemon.h"
#include "replay_http.h"
#include "web_replay_keys.h"
#include "web_replay_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct WebServer {
  WebOptions options;
  ReplayDaemon daemon; /* its lock: of all below */
  ReplayClock clock;
  ReplayFaults faults;
  WebKeys keys;
  WebLog log;
  long calls[WEB_SERVICES], moved; /* moved: calls of the place that a redirect names */
};

/* A call that is let in, or not. */
typedef struct {
  const WebService *service;
  const WebProvider *provider;
  char key[WEB_KEY_SIZE];
  WebDoor door;
  int64_t reset_s; /* when the key's window ends */
} Call;

static const char JSON[] = "application/json; charset=utf-8", HTML[] = "text/html; charset=utf-8";
static const char PAGE[] = "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body></body></html>\n";
static const char BEARER[] = "Bearer ";

/* --- answers --- */

/* The words, with the key in the place of {key}. */
static enum MHD_Result say(const WebAsk *ask, const Call *call, const WebWords *words, bool is_limit) {
  char text[1024], reset[32] = "";
  const char *mark = strstr(words->text, "{key}");
  if (mark == NULL)
    snprintf(text, sizeof(text), "%s", words->text);
  else
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - words->text), words->text, call->key, mark + 5);
  if (call->provider->tells_reset) snprintf(reset, sizeof(reset), "%" PRId64, call->reset_s);
  const ReplayHeader headers[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, JSON},
                                  {MHD_HTTP_HEADER_RETRY_AFTER, is_limit ? call->provider->retry_after : ""},
                                  {"x-rate-limit-reset", reset}};
  return replay_answer_with(ask->connection, words->status, text, strlen(text), headers, 3);
}

static enum MHD_Result answer_status(const WebAsk *ask) {
  char text[256];
  const ReplayFault *fault = &ask->fault;
  bool is_page = fault->value == 403 || fault->value >= 500;
  snprintf(text, sizeof(text), "{\"error\":\"%s\"}", fault->message[0] == '\0' ? "no" : fault->message);
  const char *body = is_page ? PAGE : text;
  return replay_answer(ask->connection, (unsigned)fault->value, is_page ? HTML : JSON, body, strlen(body),
                       fault->retry_after);
}

static enum MHD_Result answer_rate_reset(const WebAsk *ask) {
  char reset[32];
  snprintf(reset, sizeof(reset), "%" PRId64, ask->now_s + ask->fault.value);
  const ReplayHeader headers[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, JSON}, {"x-rate-limit-reset", reset}};
  static const char text[] = "{\"title\":\"Too Many Requests\",\"status\":429}";
  return replay_answer_with(ask->connection, 429, text, strlen(text), headers, 2);
}

static enum MHD_Result answer_redirect(const WebAsk *ask) {
  const ReplayHeader headers[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, HTML}, {MHD_HTTP_HEADER_LOCATION, "/moved"}};
  return replay_answer_with(ask->connection, 302, PAGE, strlen(PAGE), headers, 2);
}

/* Takes the body. */
static enum MHD_Result answer_body(WebServer *server, const WebAsk *ask, const Call *call, char *body, size_t length) {
  char reset[32] = "";
  if (ask->fault.kind == REPLAY_FAULT_TRUNCATED) return replay_answer_stream(ask->connection, body, length, length / 2);
  enum MHD_Result result;
  if (ask->fault.kind == REPLAY_FAULT_CUT_JSON) length /= 2;
  if (call->provider->tells_reset) snprintf(reset, sizeof(reset), "%" PRId64, call->reset_s);
  const ReplayHeader headers[] = {
      {MHD_HTTP_HEADER_CONTENT_TYPE, call->service->is_csv ? "application/x-download" : JSON},
      {"x-rate-limit-reset", reset}};
  if (ask->fault.kind == REPLAY_FAULT_DRIP)
    result = replay_answer_drip(ask->connection, body, length, &server->daemon, ask->fault.value);
  else
    result = replay_answer_with(ask->connection, 200, body, length, headers, 2);
  free(body);
  return result;
}

/* Whether rows are sent, right or spoilt; else the answer is other words. */
static bool has_rows(const ReplayFault *fault) {
  switch (fault->kind) {
  case REPLAY_FAULT_STATUS:
  case REPLAY_FAULT_LIMIT:
  case REPLAY_FAULT_KEY_REFUSED:
  case REPLAY_FAULT_ERROR:
  case REPLAY_FAULT_RATE_RESET:
  case REPLAY_FAULT_HTML:
  case REPLAY_FAULT_NO_BODY:
  case REPLAY_FAULT_SHAPE:
  case REPLAY_FAULT_REDIRECT:
  case REPLAY_FAULT_RESET:
  case REPLAY_FAULT_HUGE:
    return false;
  default:
    return true;
  }
}

static enum MHD_Result answer_words(const WebAsk *ask, const Call *call) {
  const ReplayFault *fault = &ask->fault;
  switch (fault->kind) {
  case REPLAY_FAULT_STATUS:
    return answer_status(ask);
  case REPLAY_FAULT_LIMIT:
    return say(ask, call, &call->provider->limited, true);
  case REPLAY_FAULT_KEY_REFUSED:
    return say(ask, call, &call->provider->refused, false);
  case REPLAY_FAULT_ERROR:
    return say(ask, call, &call->provider->error, false);
  case REPLAY_FAULT_RATE_RESET:
    return answer_rate_reset(ask);
  case REPLAY_FAULT_HTML:
    return replay_answer(ask->connection, 200, HTML, PAGE, strlen(PAGE), "");
  case REPLAY_FAULT_NO_BODY:
    return replay_answer(ask->connection, 200, JSON, "", 0, "");
  case REPLAY_FAULT_SHAPE:
    return replay_answer_json(ask->connection, 200, "{\"other\":{\"kind\":[1,2,3]}}");
  case REPLAY_FAULT_REDIRECT:
    return answer_redirect(ask);
  case REPLAY_FAULT_RESET:
    return replay_reset(ask->connection);
  default:
    return replay_answer_stream(ask->connection, NULL, (uint64_t)fault->value, (uint64_t)fault->value);
  }
}

/* --- who is let in --- */

static void find_key(const WebProvider *provider, const WebAsk *ask, char key[WEB_KEY_SIZE]) {
  enum MHD_ValueKind kind = provider->place == WEB_KEY_QUERY ? MHD_GET_ARGUMENT_KIND : MHD_HEADER_KIND;
  const char *text = NULL;
  if (provider->place != WEB_KEY_NONE) text = MHD_lookup_connection_value(ask->connection, kind, provider->key_name);
  if (text != NULL && provider->place == WEB_KEY_BEARER)
    text = strncmp(text, BEARER, sizeof(BEARER) - 1) == 0 ? text + sizeof(BEARER) - 1 : NULL;
  snprintf(key, WEB_KEY_SIZE, "%s", text == NULL ? "" : text);
}

/* A fault of this item before one of the service. */
static ReplayFault take_fault(WebServer *server, const char *service, const char *item) {
  char name[WEB_LOG_WORD + WEB_ITEM_SIZE];
  snprintf(name, sizeof(name), "%s/%s", service, item);
  ReplayFault fault = {.kind = REPLAY_FAULT_NONE};
  if (item[0] != '\0') fault = replay_faults_take(&server->faults, REPLAY_ANY_DAY, name);
  return fault.kind != REPLAY_FAULT_NONE ? fault : replay_faults_take(&server->faults, REPLAY_ANY_DAY, service);
}

static const char *said_of(const WebAsk *ask, const Call *call) {
  if (call->door == WEB_LIMITED) return "limited";
  if (call->door == WEB_REFUSED) return "refused";
  return ask->fault.kind == REPLAY_FAULT_NONE ? "rows" : replay_fault_kind_text(ask->fault.kind);
}

/* The lock is held. */
static void write_down(WebServer *server, const WebAsk *ask, const Call *call) {
  const WebService *service = call->service;
  WebCall line = {.at_s = ask->now_s, .rows = ask->rows};
  snprintf(line.service, sizeof(line.service), "%s", service->name);
  snprintf(line.said, sizeof(line.said), "%s", said_of(ask, call));
  snprintf(line.key, sizeof(line.key), "%s", call->key);
  snprintf(line.item, sizeof(line.item), "%s", ask->item);
  if (service->page != NULL) snprintf(line.page, sizeof(line.page), "%s", web_get(ask, service->page));
  if (service->since != NULL) snprintf(line.since, sizeof(line.since), "%s", web_get(ask, service->since));
  web_log_add(&server->log, &line);
}

/* Null: there is no memory. */
static char *write_body(WebAsk *ask, const WebService *service, size_t *ret_length) {
  char *body = NULL;
  FILE *out = open_memstream(&body, ret_length);
  if (out == NULL) return NULL;
  service->write(ask, out);
  fclose(out);
  return body;
}

static Call let_in(WebServer *server, WebAsk *ask, int which) {
  const WebService *service = &WEB_SERVICE_TABLE[which];
  int provider = web_provider_find(service->provider);
  Call call = {.service = service, .provider = &WEB_PROVIDER_TABLE[provider]};
  find_key(call.provider, ask, call.key);
  pthread_mutex_lock(&server->daemon.lock);
  server->calls[which]++;
  ask->now_s = replay_clock_ms(&server->clock) / 1000;
  ask->coins = server->options.coins;
  WebKey *key = web_keys_find(&server->keys, provider, call.key);
  call.door = key == NULL ? WEB_REFUSED : web_keys_take(&server->keys, key, ask->now_s, &call.reset_s);
  if (call.door == WEB_LET_IN) ask->fault = take_fault(server, service->name, ask->item);
  pthread_mutex_unlock(&server->daemon.lock);
  return call;
}

/* A call is written down before it is answered: whoever has the answer finds its line. */
static enum MHD_Result answer_service(WebServer *server, WebAsk *ask, int which) {
  Call call = let_in(server, ask, which);
  size_t length = 0;
  bool sends_rows = call.door == WEB_LET_IN && has_rows(&ask->fault);
  char *body = sends_rows ? write_body(ask, call.service, &length) : NULL;
  if (sends_rows && body == NULL) return MHD_NO;
  pthread_mutex_lock(&server->daemon.lock);
  write_down(server, ask, &call);
  pthread_mutex_unlock(&server->daemon.lock);
  if (call.door == WEB_REFUSED) return say(ask, &call, &call.provider->refused, false);
  if (call.door == WEB_LIMITED) return say(ask, &call, &call.provider->limited, true);
  if (!sends_rows) return answer_words(ask, &call);
  bool is_late = ask->fault.kind == REPLAY_FAULT_SLOW && !replay_daemon_wait_ms(&server->daemon, ask->fault.value);
  if (!is_late) return answer_body(server, ask, &call, body, length);
  free(body);
  return MHD_NO;
}

/* --- control --- */

static bool control_limits(WebServer *server, struct MHD_Connection *connection) {
  int provider = web_provider_find(replay_argument(connection, "provider"));
  if (provider < 0) return false;
  WebLimits limits = server->keys.limits[provider];
  bool good = replay_count_parse(replay_argument(connection, "per_day"), limits.per_day, &limits.per_day) &&
              replay_count_parse(replay_argument(connection, "per_window"), limits.per_window, &limits.per_window) &&
              replay_count_parse(replay_argument(connection, "window_s"), limits.window_s, &limits.window_s);
  if (good) server->keys.limits[provider] = limits;
  return good;
}

static bool control_key(WebServer *server, struct MHD_Connection *connection) {
  int provider = web_provider_find(replay_argument(connection, "provider"));
  const char *text = replay_argument(connection, "key");
  WebKey *key = provider < 0 || text == NULL ? NULL : web_keys_find(&server->keys, provider, text);
  if (key == NULL) return false;
  const char *refused = replay_argument(connection, "refused"), *spent = replay_argument(connection, "spent");
  const char *per_day = replay_argument(connection, "per_day");
  if (refused != NULL) key->is_refused = strcmp(refused, "0") != 0;
  if (spent != NULL) key->is_spent = strcmp(spent, "0") != 0;
  if (spent != NULL) key->day = (long)(replay_clock_ms(&server->clock) / 86400000), key->today = 0;
  key->has_allowance = key->has_allowance || per_day != NULL;
  return replay_count_parse(per_day, key->per_day, &key->per_day);
}

/* The keys' counts go, their limits stay. */
static bool forget_calls(WebServer *server) {
  memset(server->calls, 0, sizeof(server->calls));
  server->moved = 0;
  server->keys.count = 0;
  web_log_clear(&server->log);
  return true;
}

/* The lock is held. */
static bool control_do(WebServer *server, struct MHD_Connection *connection, const char *path) {
  if (strcmp(path, "/control/fault") == 0) return replay_control_fault(connection, &server->faults);
  if (strcmp(path, "/control/now") == 0) return replay_control_now(connection, 0, &server->clock);
  if (strcmp(path, "/control/limits") == 0) return control_limits(server, connection);
  if (strcmp(path, "/control/key") == 0) return control_key(server, connection);
  if (strcmp(path, "/control/forget-calls") == 0) return forget_calls(server);
  if (strcmp(path, "/control/clear") != 0) return false;
  replay_faults_clear(&server->faults);
  return true;
}

/* The lock is held. */
static void write_calls(const WebServer *server, FILE *out) {
  long limited = 0, refused = 0, left = 0;
  for (size_t i = 0; i < server->log.count; i++) {
    limited += strcmp(server->log.calls[i].said, "limited") == 0;
    refused += strcmp(server->log.calls[i].said, "refused") == 0;
  }
  for (size_t i = 0; i < server->faults.count; i++)
    if (server->faults.items[i].times != REPLAY_FOREVER) left += server->faults.items[i].times;
  fprintf(out, "{\"calls\":%zu,\"limited\":%ld,\"refused\":%ld,\"moved\":%ld,\"faults_left\":%ld", server->log.count,
          limited, refused, server->moved, left);
  for (int i = 0; i < WEB_SERVICES; i++) fprintf(out, ",\"%s\":%ld", WEB_SERVICE_TABLE[i].name, server->calls[i]);
  fputs("}\n", out);
}

static enum MHD_Result answer_control(WebServer *server, struct MHD_Connection *connection, const char *method,
                                      const char *path) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) return MHD_NO;
  bool counts = strcmp(path, "/control/calls") == 0, lists = strcmp(path, "/control/log") == 0, good = counts || lists;
  pthread_mutex_lock(&server->daemon.lock);
  if (counts)
    write_calls(server, out);
  else if (lists)
    web_log_write(&server->log, out);
  else
    good = strcmp(method, MHD_HTTP_METHOD_POST) == 0 && control_do(server, connection, path);
  pthread_mutex_unlock(&server->daemon.lock);
  if (!counts && !lists) fputs(good ? "{\"ok\":true}\n" : "{\"ok\":false}\n", out);
  fclose(out);
  enum MHD_Result result = replay_answer(connection, good ? 200 : 400, lists ? "text/plain" : JSON, text, length, "");
  free(text);
  return result;
}

/* --- the daemon --- */

static enum MHD_Result answer_moved(WebServer *server, struct MHD_Connection *connection) {
  pthread_mutex_lock(&server->daemon.lock);
  server->moved++;
  pthread_mutex_unlock(&server->daemon.lock);
  return replay_answer_json(connection, 200, "[]");
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *bytes, size_t *size, void **request) {
  static int seen;
  (void)version, (void)bytes;
  WebServer *server = context;
  if (*request == NULL) {
    *request = &seen;
    return MHD_YES;
  }
  if (*size > 0) {
    *size = 0;
    return MHD_YES;
  }
  if (strncmp(path, "/control/", 9) == 0) return answer_control(server, connection, method, path);
  if (strcmp(path, "/moved") == 0) return answer_moved(server, connection);
  WebAsk ask = {.connection = connection};
  int which = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ? web_service_find(path, &ask) : -1;
  if (which < 0) return replay_answer(connection, 404, HTML, PAGE, strlen(PAGE), "");
  return answer_service(server, &ask, which);
}

WebServer *web_server_start(const WebOptions *options) {
  WebServer *server = calloc(1, sizeof(*server));
  if (server == NULL) return NULL;
  server->options = *options;
  server->clock = replay_clock_from(options->has_now, options->now_ms, options->speed);
  web_keys_init(&server->keys);
  const ReplayDaemonOptions listen = {
      .program = "web_replay", .port = options->port, .answer = handle, .context = server};
  if (replay_daemon_start(&server->daemon, &listen)) return server;
  web_server_stop(server);
  return NULL;
}

uint16_t web_server_port(const WebServer *server) { return replay_daemon_port(&server->daemon); }

void web_server_stop(WebServer *server) {
  replay_daemon_stop(&server->daemon);
  replay_faults_clear(&server->faults);
  web_log_clear(&server->log);
  free(server);
}
