#include "krx_replay_server.h"

#include "krx_replay_body.h"
#include "krx_replay_door.h"
#include "krx_replay_etf.h"
#include "krx_replay_fault.h"
#include "krx_replay_index.h"
#include "replay_daemon.h"
#include "replay_http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  const char *path, *market;
  const char *service; /* what a fault calls it in the place of a market */
  char *(*write)(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                 size_t *ret_length);
} MarketPath;

static const MarketPath MARKET_PATHS[] = {
    {"/svc/apis/sto/stk_bydd_trd", "KOSPI", "KOSPI", replay_body},
    {"/svc/apis/sto/ksq_bydd_trd", "KOSDAQ", "KOSDAQ", replay_body},
    {"/svc/apis/sto/knx_bydd_trd", "KONEX", "KONEX", replay_body},
    {"/svc/apis/sto/stk_isu_base_info", "KOSPI", "base-KOSPI", replay_base_info},
    {"/svc/apis/sto/ksq_isu_base_info", "KOSDAQ", "base-KOSDAQ", replay_base_info},
    {"/svc/apis/sto/knx_isu_base_info", "KONEX", "base-KONEX", replay_base_info},
    {"/svc/apis/idx/kospi_dd_trd", "KOSPI", "index-KOSPI", replay_index},
    {"/svc/apis/idx/kosdaq_dd_trd", "KOSDAQ", "index-KOSDAQ", replay_index},
    {"/svc/apis/etp/etf_bydd_trd", "ETF", "etf", replay_etf},
};
enum { PATH_COUNT = sizeof(MARKET_PATHS) / sizeof(MARKET_PATHS[0]) };

typedef struct {
  char date[REPLAY_DAY_TEXT_SIZE];
  long calls;
} DateCalls;

struct ReplayServer {
  ReplayOptions options;
  ReplayDaemon daemon; /* its lock: of all below, and of options.now */
  ReplayFaults faults;
  ReplayDoor door;
  long refused; /* by the door */
  long calls[PATH_COUNT], under_way, most_under_way;
  DateCalls *dates;
  size_t date_count;
};

/* --- answers --- */

static enum MHD_Result answer_status(struct MHD_Connection *connection, const ReplayFault *fault) {
  char text[256];
  unsigned status = (unsigned)fault->value;
  bool page = status == 403 || (status >= 300 && status < 400);
  if (page)
    snprintf(text, sizeof(text), "<html><body><h1>%u</h1>%s</body></html>", status, fault->message);
  else
    snprintf(text, sizeof(text), "{\"respMsg\":\"%s\",\"respCode\":\"%u\"}",
             fault->message[0] != '\0' ? fault->message
             : status == 401           ? "Unauthorized Key"
                                       : "Error",
             status);
  return replay_answer(connection, status, page ? "text/html" : "application/json; charset=utf-8", text, strlen(text),
                       fault->retry_after);
}

/* --- the exchange --- */

static void count_date(ReplayServer *server, const char *date) {
  for (size_t i = 0; i < server->date_count; i++) {
    if (strcmp(server->dates[i].date, date) == 0) {
      server->dates[i].calls++;
      return;
    }
  }
  DateCalls *moved = realloc(server->dates, (server->date_count + 1) * sizeof(*moved));
  if (moved == NULL) return;
  server->dates = moved;
  DateCalls *added = &server->dates[server->date_count++];
  added->calls = 1;
  snprintf(added->date, sizeof(added->date), "%s", date);
}

static enum MHD_Result answer_rows(ReplayServer *server, struct MHD_Connection *connection, size_t path, long date,
                                   bool served, const ReplayFault *fault) {
  size_t length = 0;
  const MarketPath *asked = &MARKET_PATHS[path];
  char *body = asked->write(server->options.data, date, asked->market, served, fault, &length);
  if (body == NULL) return replay_answer_json(connection, 500, "{\"respMsg\":\"replay file\",\"respCode\":\"500\"}");
  if (fault->kind == REPLAY_FAULT_TRUNCATED) return replay_answer_stream(connection, body, length, length / 2);
  if (fault->kind == REPLAY_FAULT_CUT_JSON) length /= 2;
  enum MHD_Result result = replay_answer(connection, 200, "application/json; charset=utf-8", body, length, "");
  free(body);
  return result;
}

static enum MHD_Result answer_fault_or_rows(ReplayServer *server, struct MHD_Connection *connection, size_t path,
                                            long date, bool served, const ReplayFault *fault) {
  static const char page[] = "\r\n<!DOCTYPE html><html><body>Please enable cookies.</body></html>";
  switch (fault->kind) {
  case REPLAY_FAULT_STATUS:
    return answer_status(connection, fault);
  case REPLAY_FAULT_NOT_APPROVED:
    return replay_answer_json(connection, 401, "{\"respMsg\":\"Unauthorized API Call\",\"respCode\":\"401\"}");
  case REPLAY_FAULT_HTML:
    return replay_answer(connection, 200, "text/html", page, strlen(page), "");
  case REPLAY_FAULT_RESET:
    return replay_reset(connection);
  case REPLAY_FAULT_HUGE:
    return replay_answer_stream(connection, NULL, (uint64_t)fault->value, (uint64_t)fault->value);
  case REPLAY_FAULT_SHAPE:
    return replay_answer_json(connection, 200, "{\"output\":[],\"CURRENT_DATETIME\":\"\"}");
  case REPLAY_FAULT_SLOW:
    if (!replay_daemon_wait_ms(&server->daemon, fault->value)) return MHD_NO;
    return answer_rows(server, connection, path, date, served, fault);
  default:
    return answer_rows(server, connection, path, date, served, fault);
  }
}

static bool key_is_right(const ReplayServer *server, struct MHD_Connection *connection) {
  const char *key = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "AUTH_KEY");
  if (key == NULL || key[0] == '\0') return false;
  return server->options.key == NULL || strcmp(key, server->options.key) == 0;
}

static int64_t uptime_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One more, or one less. The lock is held. */
static void note_under_way(ReplayServer *server, long change) {
  server->under_way += change;
  if (server->under_way > server->most_under_way) server->most_under_way = server->under_way;
  replay_door_note(&server->door, server->under_way, uptime_ms());
}

static enum MHD_Result answer_data(ReplayServer *server, struct MHD_Connection *connection, size_t path) {
  const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "basDd");
  ReplayFault fault = {.kind = REPLAY_FAULT_NONE};
  long date = 0;
  bool valid = text != NULL && strlen(text) == 8 && replay_day_parse(text, &date);
  bool authorized = key_is_right(server, connection);
  pthread_mutex_lock(&server->daemon.lock);
  server->calls[path]++;
  note_under_way(server, 1);
  bool shut = replay_door_is_shut(&server->door, uptime_ms());
  server->refused += shut;
  if (valid) count_date(server, text);
  if (valid && authorized) fault = replay_faults_take(&server->faults, date, MARKET_PATHS[path].service);
  const ReplayOptions *options = &server->options;
  bool served = !options->has_now || replay_due(options->publication, options->closures, date) <= options->now;
  pthread_mutex_unlock(&server->daemon.lock);

  enum MHD_Result result;
  if (shut)
    result = answer_status(connection, &(ReplayFault){.value = 403});
  else if (!authorized)
    result = replay_answer_json(connection, 401, "{\"respMsg\":\"Unauthorized Key\",\"respCode\":\"401\"}");
  else if (!valid)
    result = replay_answer_json(connection, 400, "{\"respMsg\":\"basDd\",\"respCode\":\"400\"}");
  else
    result = answer_fault_or_rows(server, connection, path, date, served, &fault);
  pthread_mutex_lock(&server->daemon.lock);
  note_under_way(server, -1);
  pthread_mutex_unlock(&server->daemon.lock);
  return result;
}

/* --- control --- */

typedef struct {
  ReplayFaultWords fault;
  const char *instant, *at_once, *after_ms, *shut_ms;
} ControlArguments;

typedef struct {
  const char *name;
  size_t offset;
} ControlName;

static const ControlName CONTROL_NAMES[] = {
    {"date", offsetof(ControlArguments, fault.date)},
    {"market", offsetof(ControlArguments, fault.market)},
    {"kind", offsetof(ControlArguments, fault.kind)},
    {"times", offsetof(ControlArguments, fault.times)},
    {"value", offsetof(ControlArguments, fault.value)},
    {"retry_after", offsetof(ControlArguments, fault.retry_after)},
    {"message", offsetof(ControlArguments, fault.message)},
    {"code", offsetof(ControlArguments, fault.code)},
    {"instant", offsetof(ControlArguments, instant)},
    {"at_once", offsetof(ControlArguments, at_once)},
    {"after_ms", offsetof(ControlArguments, after_ms)},
    {"shut_ms", offsetof(ControlArguments, shut_ms)},
};
enum { CONTROL_NAME_COUNT = sizeof(CONTROL_NAMES) / sizeof(CONTROL_NAMES[0]) };

static void set_argument(ControlArguments *arguments, size_t i, const char *value) {
  memcpy((char *)arguments + CONTROL_NAMES[i].offset, &value, sizeof(value));
}

static bool control_fault(ReplayServer *server, const ControlArguments *arguments, char *why, size_t why_size) {
  ReplayFault fault;
  if (!replay_fault_read(&arguments->fault, &fault)) {
    snprintf(why, why_size,
             "a fault needs a known kind, and perhaps date, market, times, value, retry_after, message, code");
    return false;
  }
  pthread_mutex_lock(&server->daemon.lock);
  bool good = replay_faults_add(&server->faults, &fault);
  pthread_mutex_unlock(&server->daemon.lock);
  return good;
}

static bool control_now(ReplayServer *server, const ControlArguments *arguments, char *why, size_t why_size) {
  int64_t now = 0;
  bool given = arguments->instant != NULL && arguments->instant[0] != '\0';
  if (given && !replay_instant_parse(arguments->instant, &now)) {
    snprintf(why, why_size, "instant is not RFC 3339: %s", arguments->instant);
    return false;
  }
  pthread_mutex_lock(&server->daemon.lock);
  server->options.has_now = given; /* without an instant everything is served */
  server->options.now = now;
  pthread_mutex_unlock(&server->daemon.lock);
  return true;
}

/* All three at once; without them it is open and never shuts. */
static bool control_door(ReplayServer *server, const ControlArguments *arguments, char *why, size_t why_size) {
  ReplayDoor door = {0};
  long after_ms, shut_ms;
  if (!replay_count_parse(arguments->at_once, 0, &door.at_once) ||
      !replay_count_parse(arguments->after_ms, 0, &after_ms) || !replay_count_parse(arguments->shut_ms, 0, &shut_ms)) {
    snprintf(why, why_size, "a door needs the numbers at_once, after_ms and shut_ms");
    return false;
  }
  door.after_ms = after_ms;
  door.shut_ms = shut_ms;
  pthread_mutex_lock(&server->daemon.lock);
  server->door = door;
  pthread_mutex_unlock(&server->daemon.lock);
  return true;
}

static void control_clear(ReplayServer *server) {
  pthread_mutex_lock(&server->daemon.lock);
  replay_faults_clear(&server->faults);
  server->door = (ReplayDoor){0};
  pthread_mutex_unlock(&server->daemon.lock);
}

static void control_forget_calls(ReplayServer *server) {
  pthread_mutex_lock(&server->daemon.lock);
  memset(server->calls, 0, sizeof(server->calls));
  server->most_under_way = server->refused = 0;
  server->date_count = 0;
  pthread_mutex_unlock(&server->daemon.lock);
}

static bool control_do(ReplayServer *server, const char *path, const ControlArguments *arguments, char *why,
                       size_t why_size) {
  if (strcmp(path, "/control/fault") == 0) return control_fault(server, arguments, why, why_size);
  if (strcmp(path, "/control/door") == 0) return control_door(server, arguments, why, why_size);
  if (strcmp(path, "/control/now") == 0) return control_now(server, arguments, why, why_size);
  if (strcmp(path, "/control/clear") == 0) {
    control_clear(server);
    return true;
  }
  if (strcmp(path, "/control/forget-calls") == 0) {
    control_forget_calls(server);
    return true;
  }
  snprintf(why, why_size, "no such control: %s", path);
  return false;
}

bool replay_server_control(ReplayServer *server, const char *line, char *why, size_t why_size) {
  char copy[1024], *rest = copy;
  ControlArguments arguments = {0};
  if (snprintf(copy, sizeof(copy), "%s", line) >= (int)sizeof(copy)) {
    snprintf(why, why_size, "line too long");
    return false;
  }
  const char *path = strsep(&rest, "?");
  for (char *pair; (pair = strsep(&rest, "&")) != NULL;) {
    char *value = strchr(pair, '=');
    if (value == NULL) continue;
    *value++ = '\0';
    for (size_t i = 0; i < CONTROL_NAME_COUNT; i++) {
      if (strcmp(pair, CONTROL_NAMES[i].name) == 0) set_argument(&arguments, i, value);
    }
  }
  return control_do(server, path, &arguments, why, why_size);
}

static enum MHD_Result answer_calls(ReplayServer *server, struct MHD_Connection *connection) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) return MHD_NO;
  pthread_mutex_lock(&server->daemon.lock);
  long total = 0;
  for (size_t i = 0; i < PATH_COUNT; i++) total += server->calls[i];
  fprintf(out, "{\"calls\":%ld,\"refused\":%ld,\"most_under_way\":%ld,\"by_path\":{", total, server->refused,
          server->most_under_way);
  for (size_t i = 0; i < PATH_COUNT; i++)
    fprintf(out, "%s\"%s\":%ld", i > 0 ? "," : "", MARKET_PATHS[i].path, server->calls[i]);
  fputs("},\"by_date\":{", out);
  for (size_t i = 0; i < server->date_count; i++)
    fprintf(out, "%s\"%s\":%ld", i > 0 ? "," : "", server->dates[i].date, server->dates[i].calls);
  fputs("}}\n", out);
  pthread_mutex_unlock(&server->daemon.lock);
  fclose(out);
  enum MHD_Result result = replay_answer_json(connection, 200, text);
  free(text);
  return result;
}

static enum MHD_Result answer_control(ReplayServer *server, struct MHD_Connection *connection, const char *method,
                                      const char *path) {
  if (strcmp(path, "/control/calls") == 0) return answer_calls(server, connection);
  if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) return replay_answer_json(connection, 405, "{\"error\":\"POST\"}\n");
  ControlArguments arguments = {0};
  for (size_t i = 0; i < CONTROL_NAME_COUNT; i++) {
    set_argument(&arguments, i, MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, CONTROL_NAMES[i].name));
  }
  char why[256] = "out of memory", text[512];
  if (control_do(server, path, &arguments, why, sizeof(why)))
    return replay_answer_json(connection, 200, "{\"ok\":true}\n");
  snprintf(text, sizeof(text), "krx_replay: %s\n", why);
  return replay_answer(connection, 400, "text/plain", text, strlen(text), "");
}

/* --- the daemon --- */

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **request) {
  (void)version, (void)upload;
  ReplayServer *server = context;
  if (*request == NULL) { /* the headers alone: answering now would close a connection that still has a body to send */
    *request = server;
    return MHD_YES;
  }
  if (*upload_size > 0) {
    *upload_size = 0;
    return MHD_YES;
  }
  if (strncmp(path, "/control/", 9) == 0) return answer_control(server, connection, method, path);
  for (size_t i = 0; i < PATH_COUNT && strcmp(method, MHD_HTTP_METHOD_GET) == 0; i++) {
    if (strcmp(path, MARKET_PATHS[i].path) == 0) return answer_data(server, connection, i);
  }
  return replay_answer_json(connection, 404, "{\"respMsg\":\"Not Found\",\"respCode\":\"404\"}");
}

ReplayServer *replay_server_start(const ReplayOptions *options) {
  ReplayServer *server = calloc(1, sizeof(*server));
  if (server == NULL) return NULL;
  server->options = *options;
  const ReplayDaemonOptions listen = {
      .program = "krx_replay", .port = options->port, .answer = handle, .context = server};
  if (replay_daemon_start(&server->daemon, &listen)) return server;
  replay_server_stop(server);
  return NULL;
}

uint16_t replay_server_port(const ReplayServer *server) { return replay_daemon_port(&server->daemon); }

void replay_server_stop(ReplayServer *server) {
  replay_daemon_stop(&server->daemon);
  replay_faults_clear(&server->faults);
  free(server->dates);
  free(server);
}
