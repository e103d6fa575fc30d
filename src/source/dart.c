/* OpenDART as a provider: its settings, its address, its key, and the table of what it can be asked. */
#include <closebell/source/dart.h>

#include "base_url.h"
#include "http_source.h"
#include "json_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The list of companies is the largest answer, some 4 MB of zip. One question at a time: a second one is all it takes.
 */
enum { PARALLEL = 1, CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 60000, MAX_ANSWER_BYTES = 16 << 20 };

static const Feed *const FEEDS[] = {&DART_CORP_CODES, &DART_COMPANY,   &DART_FILINGS,
                                    &DART_STATEMENTS, &DART_DIVIDENDS, &DART_EVENTS};

typedef struct {
  char base_url[CONFIG_TEXT_SIZE], key[CONFIG_TEXT_SIZE];
} Dart;

/* The key is a part of the URL, which is a secret from here on. */
static Status complete(const void *self, FeedRequest *request, Error *err) {
  const Dart *dart = self;
  size_t length = strlen(request->url);
  int added = snprintf(request->url + length, sizeof request->url - length, "%ccrtfc_key=%s",
                       strchr(request->url, '?') == NULL ? '?' : '&', dart->key);
  request->http.url_is_secret = true;
  if (added < 0 || (size_t)added >= sizeof request->url - length)
    return error_set(err, STATUS_CONFIG, "it is too long");
  return base_url_put(dart->base_url, request, err);
}

/* ---- the settings ---- */

static ProviderTerms terms(const Config *config) {
  return (ProviderTerms){.name = "dart",
                         .key_advice = "set [dart] auth_key_file",
                         .rate_per_second = config->dart.rate_per_second,
                         .parallel = PARALLEL,
                         .calls_per_day = config->dart.calls_per_day,
                         .calls_per_run = config->dart.calls_per_day};
}

static const char *base_url(const Config *config) { return config->dart.base_url; }

static bool has_key(const Config *config) { return config->dart.auth_key[0] != '\0'; }

/* What needs no escape in a query. */
static bool query_can_carry(const char *text) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  return text[strspn(text, plain)] == '\0';
}

static Status check_key(const Config *config, Error *err) {
  if (!has_key(config)) return config_fault(config, "dart", "auth_key", err, "it is not set: OpenDART needs a key");
  if (!query_can_carry(config->dart.auth_key))
    return config_fault(config, "dart", "auth_key", err, "it holds characters that no key of OpenDART has");
  return STATUS_OK;
}

static void check(const Config *config, Complaints *complaints) {
  Error err;
  complaints_add(complaints, base_url_check(config, "dart", &err), &err);
  if (has_key(config)) complaints_add(complaints, check_key(config, &err), &err);
}

/* ---- opening ---- */

static void release(void *self) {
  json_arena_free();
  explicit_bzero(self, sizeof(Dart));
  free(self);
}

Status dart_open(Source *ret_source, const Config *config, const Clock *clock, Error *err) {
  Status status = check_key(config, err);
  if (status == STATUS_OK) status = base_url_check(config, "dart", err);
  if (status != STATUS_OK) return status;
  Dart *dart = calloc(1, sizeof *dart);
  if (dart == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(dart->base_url, config->dart.base_url, sizeof dart->base_url);
  memcpy(dart->key, config->dart.auth_key, sizeof dart->key);
  const HttpSourceOptions options = {.name = "dart",
                                     .feeds = FEEDS,
                                     .feed_count = sizeof FEEDS / sizeof FEEDS[0],
                                     .config = config,
                                     .http = {.rate_per_second = config->dart.rate_per_second,
                                              .parallel = PARALLEL,
                                              .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                              .timeout_ms = TIMEOUT_MS,
                                              .max_answer_bytes = MAX_ANSWER_BYTES},
                                     .self = dart,
                                     .complete = complete,
                                     .secrets = {dart->key},
                                     .release = release};
  return http_source_open(ret_source, &options, clock, err);
}

/* The smallest question there is, about Samsung Electronics. */
static void probe(Question *ret_question) {
  *ret_question = (Question){.feed = &DART_COMPANY, .date = DAY_NONE, .key = "00126380"};
}

const Provider DART_PROVIDER = {.name = "dart",
                                .title = "disclosure service",
                                .terms = terms,
                                .base_url = base_url,
                                .check = check,
                                .has_key = has_key,
                                .check_key = check_key,
                                .probe = probe,
                                .open = dart_open};
