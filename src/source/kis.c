/* KIS as a provider: its settings, its address, its key, secret and token, and the table of what it can be asked. */
#include <closebell/source/kis.h>

#include "base_url.h"
#include "http_source.h"
#include "json_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/sha256.h>
#include <closebell/base/text.h>
#include <closebell/base/url.h>

enum { PARALLEL = 4, PAPER_PARALLEL = 1, CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 30000, MAX_ANSWER_BYTES = 4 << 20 };
static const double PAPER_PER_SECOND = 1;

/* Once a minute, and a request may take half a minute on its way: to be begun, to be sent, to arrive. A token lives for
 * a day, and the same one is given for six hours. */
static const TokenRules RULES = {.apart_ms = 90 * 1000,
                                 .same_ms = INT64_C(6) * 3600 * 1000,
                                 .life_ms = INT64_C(24) * 3600 * 1000,
                                 .refresh_ms = INT64_C(3600) * 1000};

static const Feed *const FEEDS[] = {&KIS_QUOTES,        &KIS_INVESTORS, &KIS_INVESTORS_DATED, &KIS_PROGRAMS,
                                    &KIS_MINUTES_TODAY, &KIS_MINUTES,   &KIS_INDEX,           &KIS_CALENDAR};

typedef struct {
  char base_url[CONFIG_TEXT_SIZE], key[CONFIG_TEXT_SIZE], secret[CONFIG_TEXT_SIZE], token[TOKEN_SIZE];
  char key_header[CONFIG_TEXT_SIZE + 16], secret_header[CONFIG_TEXT_SIZE + 16], token_header[TOKEN_SIZE + 32];
  TextBuffer token_body; /* of the question for a token */
  TokenTerms terms;
} Kis;

/* ---- requests ---- */

static const char CONTENT_TYPE[] = "content-type: application/json; charset=utf-8";

static Status complete(const void *self, FeedRequest *request, Error *err) {
  const Kis *kis = self;
  const char **headers = request->http.headers;
  if (request->asks_token) {
    headers[0] = CONTENT_TYPE;
    request->http.body = kis->token_body.data;
    return base_url_put(kis->base_url, request, err);
  }
  if (kis->token[0] == '\0') return error_set(err, STATUS_INTERNAL, "it is asked without an access token");
  size_t at = 0;
  while (headers[at] != NULL) at++; /* the feed's own */
  headers[at++] = CONTENT_TYPE;
  headers[at++] = kis->token_header;
  headers[at++] = kis->key_header;
  headers[at++] = kis->secret_header;
  headers[at++] = "custtype: P";
  headers[at] = "tr_cont;"; /* sent, and empty */
  return base_url_put(kis->base_url, request, err);
}

static void set_token(void *self, const char *token);

/* ---- the settings ---- */

/* Whether the address is that of paper trading. */
static bool is_paper(const char *base_url) {
  static const char paper[] = "openapivts";
  char host[256];
  return url_host(base_url, host, sizeof host) && strncmp(host, paper, strlen(paper)) == 0;
}

static ProviderTerms terms(const Config *config) {
  bool paper = is_paper(config->kis.base_url);
  double rate = config->kis.rate_per_second;
  return (ProviderTerms){.name = "kis",
                         .key_advice = "set [kis] app_key_file and app_secret_file",
                         .rate_per_second = paper && rate > PAPER_PER_SECOND ? PAPER_PER_SECOND : rate,
                         .parallel = paper ? PAPER_PARALLEL : PARALLEL,
                         .calls_per_day = config->kis.calls_per_day,
                         .calls_per_run = config->kis.calls_per_day};
}

static const char *base_url(const Config *config) { return config->kis.base_url; }

static bool has_key(const Config *config) {
  return config->kis.app_key[0] != '\0' || config->kis.app_secret[0] != '\0';
}

static Status check_one(const Config *config, const char *key, const char *value, Error *err) {
  if (value[0] == '\0')
    return config_fault(config, "kis", key, err, "it is not set: the broker wants app_key and app_secret");
  if (!header_can_carry(value))
    return config_fault(config, "kis", key, err, "it holds blanks or characters that a header cannot carry");
  return STATUS_OK;
}

static Status check_key(const Config *config, Error *err) {
  Status status = check_one(config, "app_key", config->kis.app_key, err);
  return status == STATUS_OK ? check_one(config, "app_secret", config->kis.app_secret, err) : status;
}

/* Half a pair of keys is no wish to do without. */
static void check(const Config *config, Complaints *complaints) {
  Error err;
  complaints_add(complaints, base_url_check(config, "kis", &err), &err);
  if (has_key(config)) complaints_add(complaints, check_key(config, &err), &err);
}

/* ---- opening ---- */

static void release(void *self) {
  Kis *kis = self;
  json_arena_free();
  if (kis->token_body.data != NULL) explicit_bzero(kis->token_body.data, kis->token_body.length);
  text_buffer_free(&kis->token_body);
  explicit_bzero(kis, sizeof *kis);
  free(kis);
}

/* JSON, whatever a key is made of. */
static void write_body(Kis *kis) {
  TextBuffer *body = &kis->token_body;
  text_buffer_printf(body, "{\"grant_type\":\"client_credentials\",\"appkey\":");
  json_append_text(body, kis->key, strlen(kis->key));
  text_buffer_printf(body, ",\"appsecret\":");
  json_append_text(body, kis->secret, strlen(kis->secret));
  text_buffer_append(body, "}", 1);
}

/* Whose tokens these are: the same key at the same address. */
static void name_account(Kis *kis) {
  char text[2 * CONFIG_TEXT_SIZE + 1];
  snprintf(text, sizeof text, "%s %s", kis->base_url, kis->key);
  snprintf(kis->terms.account, sizeof kis->terms.account, "kis-token-%.8s", sha256_text(text, strlen(text)).text);
  explicit_bzero(text, sizeof text);
}

static Kis *make(const Config *config) {
  Kis *kis = calloc(1, sizeof *kis);
  if (kis == NULL) return NULL;
  memcpy(kis->base_url, config->kis.base_url, sizeof kis->base_url);
  memcpy(kis->key, config->kis.app_key, sizeof kis->key);
  memcpy(kis->secret, config->kis.app_secret, sizeof kis->secret);
  snprintf(kis->key_header, sizeof kis->key_header, "appkey: %s", kis->key);
  snprintf(kis->secret_header, sizeof kis->secret_header, "appsecret: %s", kis->secret);
  kis->terms = (TokenTerms){.feed = &KIS_TOKEN, .seal = kis->secret, .rules = RULES, .set = set_token};
  name_account(kis);
  write_body(kis);
  if (!kis->token_body.failed) return kis;
  release(kis);
  return NULL;
}

Status kis_open(Source *ret_source, const Config *config, const Clock *clock, Error *err) {
  Status status = check_key(config, err);
  if (status == STATUS_OK) status = base_url_check(config, "kis", err);
  if (status != STATUS_OK) return status;
  Kis *kis = make(config);
  if (kis == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  const ProviderTerms asked = terms(config);
  const HttpSourceOptions options = {.name = "kis",
                                     .feeds = FEEDS,
                                     .feed_count = sizeof FEEDS / sizeof FEEDS[0],
                                     .config = config,
                                     .http = {.rate_per_second = asked.rate_per_second,
                                              .parallel = (int)asked.parallel,
                                              .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                              .timeout_ms = TIMEOUT_MS,
                                              .max_answer_bytes = MAX_ANSWER_BYTES},
                                     .self = kis,
                                     .complete = complete,
                                     .secrets = {kis->key, kis->secret, kis->token},
                                     .release = release};
  const TokenTerms *token = &kis->terms;
  status = http_source_open(ret_source, &options, clock, err);
  if (status == STATUS_OK) ret_source->token = token;
  return status;
}

/* Of the source that stands over it. */
static void set_token(void *self, const char *token) {
  Kis *kis = http_source_provider(self);
  text_copy(kis->token, sizeof kis->token, token);
  snprintf(kis->token_header, sizeof kis->token_header, "authorization: Bearer %s", kis->token);
}

/* Which paper trading has, too. */
static void probe(Question *ret_question) {
  *ret_question = (Question){.feed = &KIS_INVESTORS, .date = DAY_NONE, .key = "005930"};
}

const Provider KIS_PROVIDER = {.name = "kis",
                               .title = "broker",
                               .terms = terms,
                               .base_url = base_url,
                               .check = check,
                               .has_key = has_key,
                               .check_key = check_key,
                               .probe = probe,
                               .open = kis_open};
