/* The KRX Open API as a provider: its settings, its address, its key, and the table of what it can be asked. */
#include <closebell/source/krx.h>

#include "base_url.h"
#include "http_source.h"
#include "json_arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

static const Feed *const FEEDS[] = {&KRX_DAILY_PRICES, &KRX_BASE_INFO, &KRX_INDEX, &KRX_ETF};

typedef struct {
  char base_url[CONFIG_TEXT_SIZE], key[CONFIG_TEXT_SIZE];
  char header[CONFIG_TEXT_SIZE + 16];
} Krx;

static Status complete(const void *self, FeedRequest *request, Error *err) {
  const Krx *krx = self;
  request->http.headers[0] = krx->header;
  return base_url_put(krx->base_url, request, err);
}

Status krx_url(const char *base_url, const Question *question, char *url, size_t url_size, Error *err) {
  FeedRequest request = {.url = ""};
  Status status = question->feed->ask(question, &request, err);
  if (status == STATUS_OK) status = base_url_put(base_url, &request, err);
  if (status != STATUS_OK) return status;
  return text_copy(url, url_size, request.url) ? STATUS_OK : error_set(err, STATUS_CONFIG, "it is too long");
}

/* --- the settings --- */

static ProviderTerms terms(const Config *config) {
  return (ProviderTerms){.name = "krx",
                         .key_advice = "set KRX_AUTH_KEY or [krx] auth_key_file",
                         .publication = config->krx.publication,
                         .rate_per_second = config->krx.rate_per_second,
                         .parallel = config->krx.parallel,
                         .calls_per_day = config->krx.calls_per_day,
                         .calls_per_run = config->krx.calls_per_run};
}

static const char *base_url(const Config *config) { return config->krx.base_url; }

static bool has_key(const Config *config) { return config->krx.auth_key[0] != '\0'; }

static Status check_key(const Config *config, Error *err) {
  if (!has_key(config))
    return config_fault(config, "krx", "auth_key", err, "it is not set: the KRX Open API needs a key");
  if (!header_can_carry(config->krx.auth_key))
    return config_fault(config, "krx", "auth_key", err, "it holds blanks or characters that a header cannot carry");
  return STATUS_OK;
}

static Status check_url(const Config *config, Error *err) {
  char url[FEED_URL_SIZE];
  const Question question = {.feed = &KRX_DAILY_PRICES, .market = MARKET_KOSPI};
  Status status = krx_url(config->krx.base_url, &question, url, sizeof(url), err);
  return config_prefix(config, "krx", "base_url", status, err);
}

static Status check_base_info(const Config *config, Error *err) {
  const char *text = config->krx.base_info;
  if (strcmp(text, "auto") == 0 || strcmp(text, "off") == 0) return STATUS_OK;
  return config_fault(config, "krx", "base_info", err, "\"%.80s\" is not auto or off", text);
}

static void check(const Config *config, Complaints *complaints) {
  Error err;
  complaints_add(complaints, check_url(config, &err), &err);
  complaints_add(complaints, check_base_info(config, &err), &err);
}

/* --- opening --- */

static void release(void *self) {
  json_arena_free();
  explicit_bzero(self, sizeof(Krx));
  free(self);
}

Status krx_open(Source *ret_source, const Config *config, const Clock *clock, Error *err) {
  Status status = check_key(config, err);
  if (status == STATUS_OK) status = check_url(config, err);
  if (status != STATUS_OK) return status;
  Krx *krx = calloc(1, sizeof(*krx));
  if (krx == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(krx->base_url, config->krx.base_url, sizeof(krx->base_url));
  memcpy(krx->key, config->krx.auth_key, sizeof(krx->key));
  snprintf(krx->header, sizeof(krx->header), "AUTH_KEY: %s", krx->key);
  const HttpSourceOptions options = {.name = "krx",
                                     .feeds = FEEDS,
                                     .feed_count = sizeof(FEEDS) / sizeof(FEEDS[0]),
                                     .config = config,
                                     .http = {.rate_per_second = config->krx.rate_per_second,
                                              .parallel = (int)config->krx.parallel,
                                              .connect_timeout_ms = config->krx.connect_timeout_ms,
                                              .timeout_ms = config->krx.timeout_ms,
                                              .max_answer_bytes = config->krx.max_answer_bytes},
                                     .size_setting = "[krx] max_answer_bytes",
                                     .self = krx,
                                     .complete = complete,
                                     .secrets = {krx->key},
                                     .release = release};
  return http_source_open(ret_source, &options, clock, err);
}

static Status refuse(void *self, const Question *questions, size_t count, Error *err) {
  (void)questions;
  (void)count;
  return check_key(self, err);
}

static long no_calls(void *self) {
  (void)self;
  return 0;
}

static void open_without_key(Source *ret_source, const Config *config) {
  *ret_source = (Source){.self = (void *)(uintptr_t)config,
                         .name = "krx",
                         .feeds = FEEDS,
                         .feed_count = sizeof(FEEDS) / sizeof(FEEDS[0]),
                         .fetch = refuse,
                         .calls = no_calls};
}

const Provider KRX_PROVIDER = {.name = "krx",
                               .title = "exchange",
                               .terms = terms,
                               .base_url = base_url,
                               .check = check,
                               .has_key = has_key,
                               .check_key = check_key,
                               .open = krx_open,
                               .open_without_key = open_without_key};
