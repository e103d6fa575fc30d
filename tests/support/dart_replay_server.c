#include "dart_replay_server.h"

#include "dart_replay_ask.h"
#include "dart_replay_limits.h"
#include "replay_clock.h"
#include "replay_control.h"
#include "replay_daemon.h"
#include "replay_http.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_LENGTH = 40 };

typedef struct {
  const char *path, *endpoint, *name; /* name: what a fault and the counts call it */
  DartWrite *write;
} Service;

#define RECORDED(endpoint)                                                                                             \
  { "/api/" endpoint ".json", endpoint, "recorded", dart_write_recorded }
#define EVENTS(endpoint)                                                                                               \
  { "/api/" endpoint ".json", endpoint, "events", dart_write_events }
static const Service SERVICES[] = {
    {"/api/corpCode.xml", "corpCode", "codes", dart_write_codes},
    {"/api/company.json", "company", "company", dart_write_company},
    {"/api/list.json", "list", "list", dart_write_list},
    {"/api/fnlttMultiAcnt.json", "fnlttMultiAcnt", "multi", dart_write_multi},
    {"/api/fnlttSinglAcnt.json", "fnlttSinglAcnt", "single", dart_write_single},
    RECORDED("fnlttSinglIndx"),
    RECORDED("fnlttCmpnyIndx"),
    RECORDED("fnlttSinglAcntAll"),
    {"/api/alotMatter.json", "alotMatter", "dividends", dart_write_dividends},
    RECORDED("stockTotqySttus"),
    EVENTS("fricDecsn"),
    EVENTS("piicDecsn"),
    EVENTS("crDecsn"),
    EVENTS("cmpDvDecsn"),
    EVENTS("cmpMgDecsn"),
};
enum { SERVICE_COUNT = sizeof(SERVICES) / sizeof(SERVICES[0]) };

struct DartServer {
  DartOptions options;
  ReplayDaemon daemon; /* its lock: of all below */
  ReplayClock clock;
  DartCounts counts;
  ReplayFaults faults;
  int64_t closed_from_s, closed_until_s; /* 800 meanwhile */
  long calls[SERVICE_COUNT], wrong_key, closed, redirected, most_companies;
};

/* --- answers --- */

/* The zip's endpoint says in XML what the others say in JSON. */
static enum MHD_Result say(struct MHD_Connection *connection, const Service *service, const char *status,
                           const char *words) {
  char text[512];
  if (service->write != dart_write_codes) {
    snprintf(text, sizeof(text), "{\"status\":\"%s\",\"message\":\"%s\"}", status, words);
    return replay_answer_json(connection, 200, text);
  }
  snprintf(text, sizeof(text),
           "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
           "<result><status>%s</status><message>%s</message></result>",
           status, words);
  return replay_answer(connection, 200, "application/xml;charset=UTF-8", text, strlen(text), "");
}

static enum MHD_Result redirect(struct MHD_Connection *connection) {
  struct MHD_Response *response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
  if (response == NULL) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, "/error1.html");
  enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_FOUND, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result answer_page(struct MHD_Connection *connection, unsigned status) {
  static const char page[] = "\r\n<!DOCTYPE html>\r\n<html lang=\"ko\"><head><title>전자공시시스템</title></head>"
                             "<body>시스템 오류가 발생하였습니다.</body></html>";
  return replay_answer(connection, status, "text/html;charset=UTF-8", page, strlen(page), "");
}

/* Body and its type as they are, or as the fault spoils them. */
static enum MHD_Result answer_body(struct MHD_Connection *connection, const Service *service, const ReplayFault *fault,
                                   char *body, size_t length) {
  bool is_zip = service->write == dart_write_codes;
  if (fault->kind == REPLAY_FAULT_TRUNCATED) {
    char *copy = malloc(length);
    if (copy != NULL) memcpy(copy, body, length);
    return copy == NULL ? MHD_NO : replay_answer_stream(connection, copy, length, length / 2);
  }
  if (fault->kind == REPLAY_FAULT_CUT_JSON) length /= 2;
  for (size_t i = 0; fault->kind == REPLAY_FAULT_BAD_UTF8 && i < length; i++) {
    if ((unsigned char)body[i] < 0x80) continue;
    body[i] = (char)0xFF;
    break;
  }
  return replay_answer(connection, 200, is_zip ? "application/x-msdownload" : "application/json;charset=UTF-8", body,
                       length, "");
}

static const char *get_parameter(void *context, const char *name) {
  return MHD_lookup_connection_value(context, MHD_GET_ARGUMENT_KIND, name);
}

/* A batch whose answer is too large is sent to a page of errors. */
static bool is_too_large(DartServer *server, struct MHD_Connection *connection, const Service *service, size_t length) {
  const char *codes = get_parameter(connection, "corp_code");
  bool is_batch = service->write == dart_write_multi && codes != NULL && strchr(codes, ',') != NULL;
  pthread_mutex_lock(&server->daemon.lock);
  long largest = server->options.limits.largest;
  bool is_larger = is_batch && largest > 0 && length > (size_t)largest;
  server->redirected += is_larger;
  pthread_mutex_unlock(&server->daemon.lock);
  return is_larger;
}

static enum MHD_Result answer_service(DartServer *server, struct MHD_Connection *connection, const Service *service,
                                      const ReplayFault *fault, long day) {
  char *body = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&body, &length);
  if (out == NULL) return MHD_NO;
  DartAsk ask = {.data = server->options.data,
                 .endpoint = service->endpoint,
                 .day = day,
                 .unlisted = server->options.unlisted,
                 .fault = *fault,
                 .get = get_parameter,
                 .context = connection};
  const char *status = service->write(&ask, out);
  fclose(out);
  enum MHD_Result result;
  if (strcmp(status, DART_FINE) != 0)
    result = say(connection, service, status, dart_words_of(status));
  else if (is_too_large(server, connection, service, length))
    result = redirect(connection);
  else
    result = answer_body(connection, service, fault, body, length);
  free(body);
  return result;
}

static enum MHD_Result answer_fault_or(DartServer *server, struct MHD_Connection *connection, const Service *service,
                                       const ReplayFault *fault, long day) {
  switch (fault->kind) {
  case REPLAY_FAULT_STATUS:
    return answer_page(connection, (unsigned)fault->value);
  case REPLAY_FAULT_CODE:
    return say(connection, service, fault->code, fault->message[0] ? fault->message : dart_words_of(fault->code));
  case REPLAY_FAULT_HTML:
    return answer_page(connection, 200);
  case REPLAY_FAULT_REDIRECT:
    return redirect(connection);
  case REPLAY_FAULT_RESET:
    return replay_reset(connection);
  case REPLAY_FAULT_HUGE:
    return replay_answer_stream(connection, NULL, (uint64_t)fault->value, (uint64_t)fault->value);
  case REPLAY_FAULT_SHAPE:
    return replay_answer_json(connection, 200, "{\"status\":\"000\",\"message\":\"정상\",\"other\":[]}");
  case REPLAY_FAULT_SLOW:
    if (!replay_daemon_wait_ms(&server->daemon, fault->value)) return MHD_NO;
    return answer_service(server, connection, service, fault, day);
  default:
    return answer_service(server, connection, service, fault, day);
  }
}

/* --- who is let in --- */

static bool is_key(const DartServer *server, const char *key) {
  return server->options.key != NULL ? strcmp(server->options.key, key) == 0 : strlen(key) == KEY_LENGTH;
}

static void count_companies(DartServer *server, const char *codes) {
  long count = codes != NULL;
  for (; codes != NULL && *codes != '\0'; codes++) count += *codes == ',';
  if (count > server->most_companies) server->most_companies = count;
}

/* The status a call is refused with whatever it asks; null: it is let in. The lock is held. */
static const char *refuse(DartServer *server, struct MHD_Connection *connection) {
  const char *key = get_parameter(connection, "crtfc_key");
  int64_t now_s = replay_clock_ms(&server->clock) / 1000;
  if (now_s >= server->closed_from_s && now_s < server->closed_until_s) {
    server->closed++;
    return "800";
  }
  if (key == NULL) return DART_BAD_VALUE;
  if (is_key(server, key))
    return dart_counts_take_day(&server->counts, &server->options.limits, replay_clock_korean_day(&server->clock));
  server->wrong_key++;
  return "010";
}

static enum MHD_Result answer_data(DartServer *server, struct MHD_Connection *connection, size_t which) {
  const Service *service = &SERVICES[which];
  ReplayFault fault = {.kind = REPLAY_FAULT_NONE};
  pthread_mutex_lock(&server->daemon.lock);
  server->calls[which]++;
  if (service->write == dart_write_multi) count_companies(server, get_parameter(connection, "corp_code"));
  bool is_in =
      dart_counts_take(&server->counts, &server->options.limits, replay_uptime_ms(), replay_clock_ms(&server->clock));
  const char *status = is_in ? refuse(server, connection) : NULL;
  if (is_in && status == NULL) fault = replay_faults_take(&server->faults, REPLAY_ANY_DAY, service->name);
  long day = replay_clock_korean_day(&server->clock);
  pthread_mutex_unlock(&server->daemon.lock);
  if (!is_in) return replay_reset(connection);
  if (status != NULL) return say(connection, service, status, dart_words_of(status));
  return answer_fault_or(server, connection, service, &fault, day);
}

/* --- control --- */

static bool control_limits(DartServer *server, struct MHD_Connection *connection) {
  DartLimits limits = server->options.limits;
  bool good = replay_count_parse(replay_argument(connection, "per_day"), limits.per_day, &limits.per_day) &&
              replay_count_parse(replay_argument(connection, "per_minute"), limits.per_minute, &limits.per_minute) &&
              replay_count_parse(replay_argument(connection, "largest"), limits.largest, &limits.largest);
  if (good) server->options.limits = limits;
  return good;
}

/* Without instants it is open. */
static bool control_closed(DartServer *server, struct MHD_Connection *connection) {
  const char *from = replay_argument(connection, "from"), *until = replay_argument(connection, "until");
  server->closed_from_s = server->closed_until_s = 0;
  if (from == NULL && until == NULL) return true;
  return from != NULL && until != NULL && replay_instant_parse(from, &server->closed_from_s) &&
         replay_instant_parse(until, &server->closed_until_s);
}

static bool forget_calls(DartServer *server) {
  memset(server->calls, 0, sizeof(server->calls));
  server->wrong_key = server->closed = server->redirected = server->most_companies = 0;
  server->counts = (DartCounts){0};
  return true;
}

/* The lock is held. */
static bool control_do(DartServer *server, struct MHD_Connection *connection, const char *path) {
  if (strcmp(path, "/control/fault") == 0) return replay_control_fault(connection, &server->faults);
  if (strcmp(path, "/control/now") == 0) return replay_control_now(connection, 1, &server->clock);
  if (strcmp(path, "/control/limits") == 0) return control_limits(server, connection);
  if (strcmp(path, "/control/closed") == 0) return control_closed(server, connection);
  if (strcmp(path, "/control/forget-calls") == 0) return forget_calls(server);
  if (strcmp(path, "/control/clear") != 0) return false;
  replay_faults_clear(&server->faults);
  server->closed_from_s = server->closed_until_s = 0;
  return true;
}

/* How often the services of this name were asked. */
static long calls_of(const DartServer *server, const char *name) {
  long calls = 0;
  for (size_t i = 0; i < SERVICE_COUNT; i++)
    if (strcmp(SERVICES[i].name, name) == 0) calls += server->calls[i];
  return calls;
}

/* Answers that are still to be spoilt. */
static long faults_left(const DartServer *server) {
  long left = 0;
  for (size_t i = 0; i < server->faults.count; i++)
    if (server->faults.items[i].times != REPLAY_FOREVER) left += server->faults.items[i].times;
  return left;
}

/* The lock is held. */
static char *write_calls(const DartServer *server) {
  static const char *const names[] = {"codes", "company", "list", "multi", "single", "dividends", "recorded", "events"};
  char *text = NULL;
  size_t length = 0;
  long total = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) return NULL;
  for (size_t i = 0; i < SERVICE_COUNT; i++) total += server->calls[i];
  fprintf(out, "{\"calls\":%ld,\"wrong_key\":%ld,\"closed\":%ld,\"redirected\":%ld,\"most_companies\":%ld", total,
          server->wrong_key, server->closed, server->redirected, server->most_companies);
  fprintf(out, ",\"today\":%ld,\"over_day\":%ld,\"most_a_minute\":%ld,\"shut_out\":%ld", server->counts.today,
          server->counts.over_day, server->counts.most_a_minute, server->counts.shut_out);
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    fprintf(out, ",\"%s\":%ld", names[i], calls_of(server, names[i]));
  fprintf(out, ",\"faults_left\":%ld}\n", faults_left(server));
  fclose(out);
  return text;
}

static enum MHD_Result answer_control(DartServer *server, struct MHD_Connection *connection, const char *method,
                                      const char *path) {
  pthread_mutex_lock(&server->daemon.lock);
  bool asks = strcmp(path, "/control/calls") == 0;
  char *text = asks ? write_calls(server) : NULL;
  bool good = !asks && strcmp(method, MHD_HTTP_METHOD_POST) == 0 && control_do(server, connection, path);
  pthread_mutex_unlock(&server->daemon.lock);
  if (text == NULL)
    return replay_answer_json(connection, good ? 200 : 400, good ? "{\"ok\":true}\n" : "{\"ok\":false}\n");
  enum MHD_Result result = replay_answer_json(connection, 200, text);
  free(text);
  return result;
}

/* --- the daemon --- */

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *bytes, size_t *size, void **request) {
  static int seen;
  (void)version, (void)bytes;
  DartServer *server = context;
  if (*request == NULL) {
    *request = &seen;
    return MHD_YES;
  }
  if (*size > 0) {
    *size = 0;
    return MHD_YES;
  }
  if (strncmp(path, "/control/", 9) == 0) return answer_control(server, connection, method, path);
  if (strcmp(path, "/error1.html") == 0) return answer_page(connection, 200);
  for (size_t i = 0; i < SERVICE_COUNT && strcmp(method, MHD_HTTP_METHOD_GET) == 0; i++)
    if (strcmp(path, SERVICES[i].path) == 0) return answer_data(server, connection, i);
  return answer_page(connection, 404);
}

DartServer *dart_server_start(const DartOptions *options) {
  DartServer *server = calloc(1, sizeof(*server));
  if (server == NULL) return NULL;
  server->options = *options;
  server->clock = replay_clock_from(options->has_now, options->now_ms, options->speed);
  const ReplayDaemonOptions listen = {
      .program = "dart_replay", .port = options->port, .answer = handle, .context = server};
  if (replay_daemon_start(&server->daemon, &listen)) return server;
  dart_server_stop(server);
  return NULL;
}

uint16_t dart_server_port(const DartServer *server) { return replay_daemon_port(&server->daemon); }

void dart_server_stop(DartServer *server) {
  replay_daemon_stop(&server->daemon);
  replay_faults_clear(&server->faults);
  free(server);
}
