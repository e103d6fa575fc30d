#include "kis_replay_server.h"

#include "kis_replay_ask.h"
#include "kis_replay_token.h"
#include "replay_clock.h"
#include "replay_control.h"
#include "replay_daemon.h"
#include "replay_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 4096, RATE_MAX = 64 };
static const char TOKEN_PATH[] = "/oauth2/tokenP";

typedef struct {
  const char *path, *tr_id, *name; /* name: what a fault and the counts call it */
  bool on_paper;
  KisWrite *write;
} Service;

#define QUOTATIONS "/uapi/domestic-stock/v1/quotations/"
static const Service SERVICES[] = {
    {QUOTATIONS "intstock-multprice", "FHKST11300006", "quotes", false, kis_write_quotes},
    {QUOTATIONS "inquire-investor", "FHKST01010900", "investor", true, kis_write_investor},
    {QUOTATIONS "investor-trade-by-stock-daily", "FHPTJ04160001", "investor-daily", true, kis_write_investor_daily},
    {QUOTATIONS "program-trade-by-stock-daily", "FHPPG04650201", "program", false, kis_write_program},
    {QUOTATIONS "inquire-time-itemchartprice", "FHKST03010200", "minutes", true, kis_write_minutes},
    {QUOTATIONS "inquire-time-dailychartprice", "FHKST03010230", "minutes-dated", false, kis_write_minutes_dated},
    {QUOTATIONS "inquire-daily-indexchartprice", "FHKUP03500100", "index", true, kis_write_index},
    {QUOTATIONS "inquire-daily-itemchartprice", "FHKST03010100", "item", true, kis_write_item},
    {QUOTATIONS "chk-holiday", "CTCA0903R", "holidays", false, kis_write_holidays},
};
enum { SERVICE_COUNT = sizeof(SERVICES) / sizeof(SERVICES[0]) };

struct KisServer {
  KisOptions options;
  ReplayDaemon daemon; /* its lock: of all below, and of the world */
  ReplayClock clock;
  KisManners manners;
  KisTokens tokens;
  ReplayFaults faults;
  long calls[SERVICE_COUNT], refused_token, too_many, most_a_second, under_way, most_under_way;
  int64_t begun_ms[RATE_MAX]; /* the latest data calls, in turn */
  size_t begun;
  bool says_500; /* turn about: these errors come with HTTP 500 or 200 */
};

typedef struct {
  char body[BODY_MAX];
  size_t length;
} Upload;

/* --- errors --- */

/* The lock is held. */
static unsigned error_status(KisServer *server) {
  server->says_500 = !server->says_500;
  return server->says_500 ? 500 : 200;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status, const char *rt_cd, const char *code,
                           const char *why) {
  char text[512];
  snprintf(text, sizeof(text), "{\"rt_cd\":\"%s\",\"msg_cd\":\"%s\",\"msg1\":\"%s\"}", rt_cd, code, why);
  return replay_answer_json(connection, status, text);
}

/* Counts the call; whether it is one too many in its second. The lock is held. */
static bool is_too_many(KisServer *server) {
  int64_t now = replay_uptime_ms();
  long within = 1;
  for (size_t i = 0; i < RATE_MAX; i++) within += server->begun_ms[i] != 0 && now - server->begun_ms[i] < 1000;
  if (within > server->most_a_second) server->most_a_second = within;
  if (server->options.rate > 0 && within > server->options.rate) {
    server->too_many++;
    return true;
  }
  server->begun_ms[server->begun++ % RATE_MAX] = now;
  return false;
}

/* --- data --- */

static const char *get_parameter(void *context, const char *name) {
  struct MHD_Connection *connection = context;
  const char *value = NULL;
  /* An empty parameter is sent, too. */
  enum MHD_ValueKind kind = MHD_GET_ARGUMENT_KIND;
  size_t size = 0;
  if (MHD_lookup_connection_value_n(connection, kind, name, strlen(name), &value, &size) != MHD_YES) return NULL;
  return value == NULL ? "" : value;
}

static enum MHD_Result answer_written(struct MHD_Connection *connection, const KisAsk *ask, KisSaid said, char *body,
                                      size_t length) {
  switch (said) {
  case KIS_INPUT_MISSING:
    return say(connection, 200, "2", "OPSQ2001", ask->why);
  case KIS_BAD_MARKET:
    return say(connection, 200, "2", "OPSQ2001", "ERROR INVALID FID_COND_MRKT_DIV_CODE");
  case KIS_TIME_LIMIT:
    return say(connection, 200, "2", "OPSQ2001", ask->why);
  case KIS_FINE:
    break;
  }
  if (ask->fault.kind == REPLAY_FAULT_TRUNCATED) {
    char *copy = malloc(length);
    if (copy != NULL) memcpy(copy, body, length);
    return copy == NULL ? MHD_NO : replay_answer_stream(connection, copy, length, length / 2);
  }
  if (ask->fault.kind == REPLAY_FAULT_CUT_JSON) length /= 2;
  return replay_answer(connection, 200, "application/json; charset=utf-8", body, length, "");
}

static enum MHD_Result answer_service(KisServer *server, struct MHD_Connection *connection, const Service *service,
                                      const ReplayFault *fault) {
  char *body = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&body, &length);
  if (out == NULL) return MHD_NO;
  pthread_mutex_lock(&server->daemon.lock);
  int64_t kst_s = replay_clock_ms(&server->clock) / 1000 + 9 * 3600;
  KisAsk ask = {.world = server->options.world,
                .manners = server->manners,
                .day = (long)(kst_s / 86400),
                .second = (int)(kst_s % 86400),
                .fault = *fault,
                .get = get_parameter,
                .context = connection};
  fputc('{', out);
  KisSaid said = service->write(&ask, out);
  pthread_mutex_unlock(&server->daemon.lock);
  bool is_calendar = service->write == kis_write_holidays;
  fprintf(out, ",\"rt_cd\":\"0\",\"msg_cd\":\"%s\",\"msg1\":\"%s\"}", is_calendar ? "KIOK0500" : "MCA00000",
          is_calendar ? "조회가 완료되었습니다.                                        " : "정상처리 되었습니다.");
  fclose(out);
  enum MHD_Result result = answer_written(connection, &ask, said, body, length);
  free(body);
  return result;
}

static enum MHD_Result answer_status(struct MHD_Connection *connection, const ReplayFault *fault) {
  char text[256];
  snprintf(text, sizeof(text), "<html><body><h1>%ld</h1>%s</body></html>", fault->value, fault->message);
  return replay_answer(connection, (unsigned)fault->value, "text/html", text, strlen(text), fault->retry_after);
}

static enum MHD_Result answer_fault_or(KisServer *server, struct MHD_Connection *connection, const Service *service,
                                       const ReplayFault *fault) {
  static const char page[] = "\r\n<!DOCTYPE html><html><body>점검 중입니다.</body></html>";
  switch (fault->kind) {
  case REPLAY_FAULT_STATUS:
    return answer_status(connection, fault);
  case REPLAY_FAULT_CODE:
    return say(connection, fault->value >= 200 ? (unsigned)fault->value : 200, "1", fault->code, fault->message);
  case REPLAY_FAULT_HTML:
    return replay_answer(connection, 200, "text/html", page, strlen(page), "");
  case REPLAY_FAULT_RESET:
    return replay_reset(connection);
  case REPLAY_FAULT_HUGE:
    return replay_answer_stream(connection, NULL, (uint64_t)fault->value, (uint64_t)fault->value);
  case REPLAY_FAULT_SHAPE:
    return replay_answer_json(connection, 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"\",\"other\":[]}");
  case REPLAY_FAULT_SLOW:
    if (!replay_daemon_wait_ms(&server->daemon, fault->value)) return MHD_NO;
    return answer_service(server, connection, service, fault);
  default:
    return answer_service(server, connection, service, fault);
  }
}

static const char *header(struct MHD_Connection *connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* The code that a call is refused with whatever it asks; null: it is let in. *ret_status comes with it. The lock is
 * held. */
static const char *refuse(KisServer *server, struct MHD_Connection *connection, const Service *service,
                          unsigned *ret_status) {
  const char *tr_id = header(connection, "tr_id"), *custtype = header(connection, "custtype");
  const char *code =
      kis_tokens_refuse(&server->tokens, header(connection, "authorization"), header(connection, "appkey"),
                        header(connection, "appsecret"), replay_clock_ms(&server->clock));
  if (is_too_many(server)) {
    *ret_status = error_status(server);
    return "EGW00201";
  }
  if (code != NULL) {
    server->refused_token++;
    *ret_status = strcmp(code, "EGW00304") == 0 ? 500 : error_status(server);
    return code;
  }
  bool known = tr_id != NULL && strcmp(tr_id, service->tr_id) == 0 && custtype != NULL && strcmp(custtype, "P") == 0;
  *ret_status = error_status(server);
  return known && (service->on_paper || !server->options.is_paper) ? NULL : "OPSQ0002";
}

static const char *words_of(const char *code) {
  if (strcmp(code, "EGW00201") == 0) return "초당 거래건수를 초과하였습니다.";
  if (strcmp(code, "EGW00123") == 0) return "기간이 만료된 token 입니다.";
  if (strcmp(code, "OPSQ0002") == 0) return "없는 서비스 코드 입니다";
  return "유효하지 않은 token 입니다.";
}

static enum MHD_Result answer_data(KisServer *server, struct MHD_Connection *connection, size_t which) {
  const Service *service = &SERVICES[which];
  unsigned status = 200;
  ReplayFault fault = {.kind = REPLAY_FAULT_NONE};
  pthread_mutex_lock(&server->daemon.lock);
  server->calls[which]++;
  server->under_way++;
  if (server->under_way > server->most_under_way) server->most_under_way = server->under_way;
  const char *code = refuse(server, connection, service, &status);
  if (code == NULL) fault = replay_faults_take(&server->faults, REPLAY_ANY_DAY, service->name);
  pthread_mutex_unlock(&server->daemon.lock);
  enum MHD_Result result = code != NULL ? say(connection, status, "1", code, words_of(code))
                                        : answer_fault_or(server, connection, service, &fault);
  pthread_mutex_lock(&server->daemon.lock);
  server->under_way--;
  pthread_mutex_unlock(&server->daemon.lock);
  return result;
}

static enum MHD_Result answer_token(KisServer *server, struct MHD_Connection *connection, const char *body) {
  char text[1024];
  int status = 200;
  pthread_mutex_lock(&server->daemon.lock);
  ReplayFault fault = replay_faults_take(&server->faults, REPLAY_ANY_DAY, "token");
  if (fault.kind == REPLAY_FAULT_NONE || fault.kind == REPLAY_FAULT_SLOW)
    kis_tokens_ask(&server->tokens, body, replay_clock_ms(&server->clock), &status, text, sizeof(text));
  pthread_mutex_unlock(&server->daemon.lock);
  if (fault.kind == REPLAY_FAULT_SLOW && !replay_daemon_wait_ms(&server->daemon, fault.value)) return MHD_NO;
  if (fault.kind == REPLAY_FAULT_NONE || fault.kind == REPLAY_FAULT_SLOW)
    return replay_answer_json(connection, (unsigned)status, text);
  if (fault.kind == REPLAY_FAULT_CUT_JSON) return replay_answer_json(connection, 200, "{\"access_token\":\"eyJ0");
  return answer_fault_or(server, connection, &SERVICES[0], &fault);
}

/* --- control --- */

/* minute: "1630" */
static int minute_of(const char *text, int fallback) {
  long time = text == NULL ? 0 : strtol(text, NULL, 10);
  return text == NULL ? fallback : (int)(time / 100 * 60 + time % 100);
}

static bool control_hours(KisServer *server, struct MHD_Connection *connection) {
  long day;
  const char *date = replay_argument(connection, "date");
  if (date == NULL || !replay_day_parse(date, &day)) return false;
  KisHours hours = {.open_at = minute_of(replay_argument(connection, "open"), 9 * 60),
                    .close_at = minute_of(replay_argument(connection, "close"), 15 * 60 + 30)};
  hours.auction_begins = hours.close_at - 10;
  kis_world_set_hours(server->options.world, day, hours);
  return true;
}

static bool control_market(KisServer *server, struct MHD_Connection *connection) {
  const char *drifts = replay_argument(connection, "drift");
  long rate = server->options.rate;
  if (drifts != NULL) server->manners.drifts = strcmp(drifts, "0") != 0;
  server->manners.auction_back = minute_of(replay_argument(connection, "auction_back"), server->manners.auction_back);
  bool good = replay_count_parse(replay_argument(connection, "late"), server->manners.late_per_thousand,
                                 &server->manners.late_per_thousand) &&
              replay_count_parse(replay_argument(connection, "rate"), rate, &rate);
  server->options.rate = rate;
  return good;
}

static void forget_calls(KisServer *server) {
  memset(server->calls, 0, sizeof(server->calls));
  memset(server->begun_ms, 0, sizeof(server->begun_ms));
  server->refused_token = server->too_many = server->most_a_second = server->most_under_way = 0;
  server->tokens.asked = server->tokens.given = server->tokens.too_soon = server->tokens.wrong = 0;
}

static bool control_token(KisServer *server, const char *path) {
  if (strcmp(path, "/control/kill-token") == 0)
    kis_tokens_kill(&server->tokens);
  else
    server->tokens = (KisTokens){.appkey = server->options.appkey,
                                 .appsecret = server->options.appsecret,
                                 .more_days = server->options.more_days,
                                 .number = server->tokens.number};
  return true;
}

/* The lock is held. */
static bool control_do(KisServer *server, struct MHD_Connection *connection, const char *path) {
  if (strcmp(path, "/control/fault") == 0) return replay_control_fault(connection, &server->faults);
  if (strcmp(path, "/control/now") == 0) return replay_control_now(connection, 1, &server->clock);
  if (strcmp(path, "/control/hours") == 0) return control_hours(server, connection);
  if (strcmp(path, "/control/market") == 0) return control_market(server, connection);
  if (strcmp(path, "/control/kill-token") == 0 || strcmp(path, "/control/forget-token") == 0)
    return control_token(server, path);
  if (strcmp(path, "/control/paper") == 0) {
    server->options.is_paper = replay_argument(connection, "off") == NULL;
    return true;
  }
  if (strcmp(path, "/control/clear") == 0)
    replay_faults_clear(&server->faults);
  else if (strcmp(path, "/control/forget-calls") == 0)
    forget_calls(server);
  else
    return false;
  return true;
}

/* The lock is held. */
static char *write_calls(const KisServer *server) {
  char *text = NULL;
  size_t length = 0;
  long total = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) return NULL;
  for (size_t i = 0; i < SERVICE_COUNT; i++) total += server->calls[i];
  fprintf(out, "{\"calls\":%ld,\"too_many\":%ld,\"most_a_second\":%ld,\"most_under_way\":%ld,\"refused_token\":%ld",
          total, server->too_many, server->most_a_second, server->most_under_way, server->refused_token);
  fprintf(out,
          ",\"tokens_asked\":%ld,\"tokens_given\":%ld,\"tokens_made\":%ld,\"tokens_too_soon\":%ld,\"tokens_wrong\":%ld",
          server->tokens.asked, server->tokens.given, server->tokens.number, server->tokens.too_soon,
          server->tokens.wrong);
  for (size_t i = 0; i < SERVICE_COUNT; i++) fprintf(out, ",\"%s\":%ld", SERVICES[i].name, server->calls[i]);
  fputs("}\n", out);
  fclose(out);
  return text;
}

static enum MHD_Result answer_control(KisServer *server, struct MHD_Connection *connection, const char *method,
                                      const char *path) {
  pthread_mutex_lock(&server->daemon.lock);
  bool asks = strcmp(path, "/control/calls") == 0, shows = strcmp(path, "/control/token") == 0;
  char *text = asks ? write_calls(server) : shows ? strdup(server->tokens.token) : NULL;
  bool good = !asks && !shows && strcmp(method, MHD_HTTP_METHOD_POST) == 0 && control_do(server, connection, path);
  pthread_mutex_unlock(&server->daemon.lock);
  if (text == NULL)
    return replay_answer_json(connection, good ? 200 : 400, good ? "{\"ok\":true}\n" : "{\"ok\":false}\n");
  enum MHD_Result result = replay_answer_json(connection, 200, text);
  free(text);
  return result;
}

/* --- the daemon --- */

static enum MHD_Result take_upload(Upload *upload, const char *bytes, size_t *size) {
  size_t room = sizeof(upload->body) - 1 - upload->length, taken = *size < room ? *size : room;
  memcpy(upload->body + upload->length, bytes, taken);
  upload->length += taken;
  *size = 0;
  return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *bytes, size_t *size, void **request) {
  (void)version;
  KisServer *server = context;
  if (*request == NULL) {
    *request = calloc(1, sizeof(Upload));
    return *request == NULL ? MHD_NO : MHD_YES;
  }
  if (*size > 0) return take_upload(*request, bytes, size);
  if (strncmp(path, "/control/", 9) == 0) return answer_control(server, connection, method, path);
  if (strcmp(path, TOKEN_PATH) == 0 && strcmp(method, MHD_HTTP_METHOD_POST) == 0)
    return answer_token(server, connection, ((Upload *)*request)->body);
  for (size_t i = 0; i < SERVICE_COUNT && strcmp(method, MHD_HTTP_METHOD_GET) == 0; i++)
    if (strcmp(path, SERVICES[i].path) == 0) return answer_data(server, connection, i);
  return replay_answer(connection, 404, "text/html", "<html>404</html>", 16, "");
}

static void forget_request(void *context, struct MHD_Connection *connection, void **request,
                           enum MHD_RequestTerminationCode code) {
  (void)context, (void)connection, (void)code;
  free(*request);
  *request = NULL;
}

KisServer *kis_server_start(const KisOptions *options) {
  KisServer *server = calloc(1, sizeof(*server));
  if (server == NULL) return NULL;
  server->options = *options;
  server->manners = (KisManners){.drifts = true, .auction_back = 15 * 60 + 40};
  server->tokens =
      (KisTokens){.appkey = options->appkey, .appsecret = options->appsecret, .more_days = options->more_days};
  server->clock = replay_clock_from(options->has_now, options->now_ms, options->speed);
  const ReplayDaemonOptions listen = {
      .program = "kis_replay", .port = options->port, .answer = handle, .forget = forget_request, .context = server};
  if (replay_daemon_start(&server->daemon, &listen)) return server;
  kis_server_stop(server);
  return NULL;
}

uint16_t kis_server_port(const KisServer *server) { return replay_daemon_port(&server->daemon); }

void kis_server_stop(KisServer *server) {
  replay_daemon_stop(&server->daemon);
  replay_faults_clear(&server->faults);
  free(server);
}
