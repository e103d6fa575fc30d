#include <closebell/source/web.h>

#include "http_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <closebell/base/text.h>

/* One question at a time. How often is each feed's own affair: its `rate`; this is what nobody goes beyond. */
enum { PARALLEL = 1, CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 60000 };
static const double RATE_PER_SECOND = 100;
static const int64_t CALLS = INT64_C(1000000000);

const PayloadType PAYLOAD_WEB_BODY = {"web_body", sizeof(WebBody)};

typedef struct {
  AddressList allowed;
} Web;

/* ---- a question ---- */

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  const HttpRequest *written = question->written;
  if (written == NULL) return error_set(err, STATUS_INTERNAL, "a feed is asked for without its request");
  size_t length = strlen(written->url);
  if (length >= sizeof request->url)
    return error_set(err, STATUS_CONFIG, "its URL has %zu bytes, more than are sent", length);
  memcpy(request->url, written->url, length + 1);
  memcpy(request->http.headers, written->headers, sizeof request->http.headers);
  return STATUS_OK;
}

static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  (void)question;
  *answer = (Answer){.http_status = reply->http_status, .retry_after_ms = -1};
  WebBody *body = malloc(sizeof *body + reply->length + 1);
  if (body == NULL) {
    answer->kind = ANSWER_FAILING;
    snprintf(answer->detail, sizeof answer->detail, "no memory for an answer of %zu bytes", reply->length);
    return;
  }
  *body = (WebBody){.http_status = reply->http_status, .length = reply->length};
  if (reply->rate_reset != NULL) text_copy(body->rate_reset, sizeof body->rate_reset, reply->rate_reset);
  if (reply->length > 0) memcpy(body->bytes, reply->body, reply->length);
  body->bytes[reply->length] = '\0';
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_WEB_BODY;
  answer->payload = body;
  answer->count = 1;
}

const Feed WEB_FEED = {.name = FEED_WEB,
                       .provider = PROVIDER_WEB,
                       .scope = SCOPE_KEY,
                       .payload = &PAYLOAD_WEB_BODY,
                       .ask = ask,
                       .parse = parse};

/* Its URL may hold a key. */
static Status complete(const void *self, FeedRequest *request, Error *err) {
  (void)self;
  (void)err;
  request->http.url_is_secret = true;
  return STATUS_OK;
}

/* ---- the settings ---- */

static ProviderTerms terms(const Config *config) {
  (void)config;
  return (ProviderTerms){.name = PROVIDER_WEB,
                         .key_advice = "look at the feed's keys_file",
                         .rate_per_second = RATE_PER_SECOND,
                         .parallel = PARALLEL,
                         .calls_per_day = CALLS,
                         .calls_per_run = CALLS};
}

static const char *base_url(const Config *config) {
  (void)config;
  return "";
}

static bool has_key(const Config *config) { return config->feeds.folder[0] != '\0'; }

static Status check_folder(const Config *config, Error *err) {
  struct stat about;
  const char *folder = config->feeds.folder;
  if (*folder == '\0' || (stat(folder, &about) == 0 && S_ISDIR(about.st_mode))) return STATUS_OK;
  return config_fault(config, "feeds", "folder", err, "there is no folder %s", folder);
}

static Status check_allow(const Config *config, Error *err) {
  AddressList allowed;
  if (address_list_parse(config->feeds.allow, &allowed)) return STATUS_OK;
  return config_fault(config, "feeds", "allow", err,
                      "\"%.80s\" is not a list of at most %d addresses or networks like 10.0.0.5, 192.168.1.0/24",
                      config->feeds.allow, ADDRESS_NETS_MAX);
}

static void check(const Config *config, Complaints *complaints) {
  Error err;
  complaints_add(complaints, check_folder(config, &err), &err);
  complaints_add(complaints, check_allow(config, &err), &err);
}

/* A feed has keys of its own. */
static Status check_key(const Config *config, Error *err) {
  (void)config;
  (void)err;
  return STATUS_OK;
}

/* ---- opening ---- */

static void release(void *self) { free(self); }

static Status open_web(Source *ret_source, const Config *config, const Clock *clock, Error *err) {
  static const Feed *const FEEDS[] = {&WEB_FEED};
  Status status = check_allow(config, err);
  if (status != STATUS_OK) return status;
  Web *web = calloc(1, sizeof *web);
  if (web == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  address_list_parse(config->feeds.allow, &web->allowed);
  const HttpSourceOptions options = {.name = PROVIDER_WEB,
                                     .feeds = FEEDS,
                                     .feed_count = sizeof FEEDS / sizeof FEEDS[0],
                                     .config = config,
                                     .http = {.rate_per_second = RATE_PER_SECOND,
                                              .parallel = PARALLEL,
                                              .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                              .timeout_ms = TIMEOUT_MS,
                                              .max_answer_bytes = WEB_ANSWER_BYTES_MAX,
                                              .public_and = &web->allowed},
                                     .self = web,
                                     .complete = complete,
                                     .release = release};
  return http_source_open(ret_source, &options, clock, err);
}

const Provider WEB_PROVIDER = {.name = PROVIDER_WEB,
                               .title = "web",
                               .terms = terms,
                               .base_url = base_url,
                               .check = check,
                               .has_key = has_key,
                               .check_key = check_key,
                               .open = open_web};
