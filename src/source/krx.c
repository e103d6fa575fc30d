#include <closebell/source/krx.h>

#include "json_arena.h"
#include "krx_parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/secret.h>
#include <closebell/base/text.h>
#include <closebell/source/http.h>

enum { URL_SIZE = CONFIG_TEXT_SIZE + 64, ANNOUNCED_MAX = 32 };

typedef struct {
  char text[URL_SIZE];
} Url;

typedef struct {
  Http *http;
  char base_url[CONFIG_TEXT_SIZE], key[CONFIG_TEXT_SIZE];
  size_t with_rows; /* answers since something was announced */
} Krx;

/* --- URLs --- */

static const char *skip_scheme(const char *url) {
  static const char plain[] = "http://", secure[] = "https://";
  if (strncmp(url, plain, strlen(plain)) == 0) return url + strlen(plain);
  if (strncmp(url, secure, strlen(secure)) == 0) return url + strlen(secure);
  return NULL;
}

/* A host and perhaps a port and a path: nothing that would need escaping, no user, no query. */
static bool is_base_url(const char *url) {
  const char *rest = skip_scheme(url);
  if (rest == NULL || *rest == '\0' || *rest == '/' || *rest == ':') return false;
  for (; *rest != '\0'; rest++) {
    if (*rest <= ' ' || *rest > '~' || strchr("\"#%<>?@\\^`{|}", *rest) != NULL) return false;
  }
  return true;
}

static Status make_url(const char *base_url, Market market, bool base_info, Day date, char *url, size_t url_size,
                       Error *err) {
  char text[URL_SIZE], day[DAY_TEXT_SIZE];
  size_t base_length = strlen(base_url);
  if (!is_base_url(base_url))
    return error_set(err, STATUS_CONFIG, "it is not like https://host or https://host:port/path");
  while (base_url[base_length - 1] == '/') base_length--;
  int length = snprintf(text, sizeof(text), "%.*s%s?basDd=%s", (int)base_length, base_url,
                        krx_url_path(market, base_info), day_format_compact(date, day));
  if (length < 0 || (size_t)length >= sizeof(text) || !text_copy(url, url_size, text))
    return error_set(err, STATUS_CONFIG, "it is too long");
  return STATUS_OK;
}

Status krx_daily_url(const char *base_url, Market market, Day date, char *url, size_t url_size, Error *err) {
  return make_url(base_url, market, false, date, url, url_size, err);
}

Status krx_base_info_url(const char *base_url, Market market, Day date, char *url, size_t url_size, Error *err) {
  return make_url(base_url, market, true, date, url, url_size, err);
}

/* --- fetching --- */

typedef struct {
  Krx *krx;
  const SourceRequest *requests;
  DayAnswer *answers;
} Fetch;

static MarketAnswer *answer_of(const Fetch *fetch, size_t index, Day *ret_date) {
  DayAnswer *day = &fetch->answers[fetch->requests[index].answer];
  *ret_date = day->date;
  return &day->markets[fetch->requests[index].market];
}

/* Whatever broke the connection, a status that is no success says more; a redirect, or a proxy, is no answer at all. */
static void judge(const HttpAnswer *http, Day date, const SourceRequest *request, MarketAnswer *answer) {
  if (http->outcome == HTTP_MISDIRECTED) {
    *answer = (MarketAnswer){.http_status = http->status, .retry_after_ms = -1};
    krx_answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: %s", http->status, http->detail);
    return;
  }
  bool failed = http->outcome != HTTP_ANSWERED && (http->status == 0 || http->status == 200);
  size_t length = failed ? 0 : http->length;
  if (request->base_info)
    krx_parse_base_info(http->body, length, http->status, request->market, answer);
  else
    krx_parse_daily(http->body, length, http->status, date, request->market, answer);
  answer->retry_after_ms = http->retry_after_ms;
  if (!failed) return;
  switch (http->outcome) {
  case HTTP_UNREACHABLE:
    krx_answer_fail(answer, ANSWER_UNREACHABLE, "no connection: %s", http->detail);
    break;
  case HTTP_TIMED_OUT:
    krx_answer_fail(answer, ANSWER_FAILING, "no answer in time: %s", http->detail);
    break;
  case HTTP_TOO_LARGE:
    krx_answer_fail(answer, ANSWER_BROKEN, "the answer is larger than [krx] max_answer_bytes");
    break;
  default:
    krx_answer_fail(answer, ANSWER_FAILING, "the answer was cut short: %s", http->detail);
  }
}

enum { REPEATED_PIECE = 8 };

/* Details quote the server, and a server might repeat what it was sent, cut or written in another way: what it says
 * with an error is its own words, where a small piece tells; among a market's rows one may be there by chance. */
static void hide_key(MarketAnswer *answer, const HttpAnswer *http, const char *key) {
  size_t piece = http->status == 200 ? REPEATED_PIECE : SECRET_PIECE;
  if (!secret_shows(key, answer->detail, piece)) return;
  krx_answer_fail(answer, answer->kind, "HTTP %d: the server's words repeat the key and are not shown", http->status);
}

/* More answers with rows than one date has markets: the history does not end here, so that what is next is wanted. */
static void decide_ahead(Krx *krx, AnswerKind kind) {
  if (kind == ANSWER_ROWS && ++krx->with_rows > MARKET_COUNT) http_release(krx->http);
  if (kind != ANSWER_ROWS && kind != ANSWER_EMPTY) http_forget(krx->http);
}

static void on_answer(void *self, size_t index, const HttpAnswer *http) {
  const Fetch *fetch = self;
  Day date;
  MarketAnswer *answer = answer_of(fetch, index, &date);
  free(answer->rows); /* should the batch hold the same request twice */
  judge(http, date, &fetch->requests[index], answer);
  hide_key(answer, http, fetch->krx->key);
  if (!fetch->requests[index].base_info) decide_ahead(fetch->krx, answer->kind);
}

static Status request_url(const Krx *krx, const SourceRequest *request, const DayAnswer *answers, Url *url,
                          Error *err) {
  return make_url(krx->base_url, request->market, request->base_info, answers[request->answer].date, url->text,
                  sizeof(url->text), err);
}

static Status write_urls(const Fetch *fetch, size_t count, Url *urls, const char **pointers, Error *err) {
  for (size_t i = 0; i < count; i++) {
    Status status = request_url(fetch->krx, &fetch->requests[i], fetch->answers, &urls[i], err);
    if (status != STATUS_OK) return status;
    pointers[i] = urls[i].text;
  }
  return STATUS_OK;
}

static void forget_answers(const Fetch *fetch, size_t count) {
  for (size_t i = 0; i < count; i++) {
    Day date;
    MarketAnswer *answer = answer_of(fetch, i, &date);
    free(answer->rows);
    *answer = (MarketAnswer){.retry_after_ms = -1};
  }
}

static Status krx_fetch(void *self, const SourceRequest *requests, size_t count, DayAnswer *answers, Error *err) {
  Krx *krx = self;
  Fetch fetch = {.krx = krx, .requests = requests, .answers = answers};
  if (count == 0) return STATUS_OK;
  forget_answers(&fetch, count);
  Url *urls = calloc(count, sizeof(*urls));
  const char **pointers = calloc(count, sizeof(*pointers));
  Status status = STATUS_OK;
  if (urls == NULL || pointers == NULL) status = error_set(err, STATUS_NO_MEMORY, "out of memory");
  if (status == STATUS_OK) status = write_urls(&fetch, count, urls, pointers, err);
  if (status == STATUS_OK) status = http_get_all(krx->http, pointers, count, on_answer, &fetch, err);
  free(pointers);
  free(urls);
  return error_prefix(err, status, "krx");
}

static void krx_announce(void *self, const SourceRequest *requests, size_t count, const DayAnswer *answers) {
  Krx *krx = self;
  Url urls[ANNOUNCED_MAX];
  const char *pointers[ANNOUNCED_MAX];
  size_t written = 0;
  for (; written < count && written < ANNOUNCED_MAX; written++) {
    if (request_url(krx, &requests[written], answers, &urls[written], NULL) != STATUS_OK) break;
    pointers[written] = urls[written].text;
  }
  krx->with_rows = 0;
  http_announce(krx->http, pointers, written);
}

static size_t krx_announced(void *self, const SourceRequest *requests, size_t count, const DayAnswer *answers) {
  const Krx *krx = self;
  size_t announced = 0;
  for (size_t i = 0; i < count; i++) {
    Url url;
    if (request_url(krx, &requests[i], answers, &url, NULL) != STATUS_OK) continue;
    announced += http_is_announced(krx->http, url.text);
  }
  return announced;
}

static void krx_turn(void *self) { http_turn(((const Krx *)self)->http); }

static long krx_calls(void *self) { return http_calls(((const Krx *)self)->http); }

/* --- opening --- */

static bool key_can_be_sent(const char *key) {
  for (const char *c = key; *c != '\0'; c++) {
    if (*c <= ' ' || *c > '~') return false;
  }
  return true;
}

Status krx_check_key(const Config *config, Error *err) {
  if (config->krx.auth_key[0] == '\0')
    return config_fault(config, "krx", "auth_key", err, "it is not set: the KRX Open API needs a key");
  if (!key_can_be_sent(config->krx.auth_key))
    return config_fault(config, "krx", "auth_key", err, "it holds blanks or characters that a header cannot carry");
  return STATUS_OK;
}

Status krx_check_url(const Config *config, Error *err) {
  char url[URL_SIZE];
  Status status = krx_daily_url(config->krx.base_url, MARKET_KOSPI, 0, url, sizeof(url), err);
  return config_prefix(config, "krx", "base_url", status, err);
}

static Status open_http(Krx *krx, const Config *config, const Clock *clock, Error *err) {
  char header[CONFIG_TEXT_SIZE + 16];
  snprintf(header, sizeof(header), "AUTH_KEY: %s", config->krx.auth_key);
  HttpOptions options = {
      .rate_per_second = config->krx.rate_per_second,
      .parallel = (int)config->krx.parallel,
      .connect_timeout_ms = config->krx.connect_timeout_ms,
      .timeout_ms = config->krx.timeout_ms,
      .max_answer_bytes = config->krx.max_answer_bytes,
      .header = header,
  };
  Status status = http_open(&krx->http, &options, clock, err);
  explicit_bzero(header, sizeof(header));
  return status;
}

Status krx_open(Source *ret_source, const Config *config, const Clock *clock, Error *err) {
  Status status = krx_check_key(config, err);
  if (status == STATUS_OK) status = krx_check_url(config, err);
  if (status != STATUS_OK) return status;
  Krx *krx = calloc(1, sizeof(*krx));
  if (krx == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(krx->base_url, config->krx.base_url, sizeof(krx->base_url));
  memcpy(krx->key, config->krx.auth_key, sizeof(krx->key));
  status = open_http(krx, config, clock, err);
  if (status != STATUS_OK) {
    free(krx);
    return status;
  }
  *ret_source = (Source){.self = krx,
                         .has_base_info = true,
                         .name = "krx",
                         .fetch = krx_fetch,
                         .calls = krx_calls,
                         .announce = krx_announce,
                         .announced = krx_announced,
                         .turn = krx_turn};
  return STATUS_OK;
}

void krx_close(Source *source) {
  Krx *krx = source->self;
  if (krx == NULL) return;
  http_close(krx->http);
  json_arena_free();
  explicit_bzero(krx->key, sizeof(krx->key));
  free(krx);
  *source = (Source){0};
}
