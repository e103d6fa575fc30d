#include "http_words.h"

#include <closebell/base/text.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

/* How long a stop request may go unseen while transfers are under way. */
static const int POLL_MS = 100;

static const int64_t RETRY_AFTER_MAX_S = INT64_C(30) * 24 * 3600;

typedef struct {
  Http *http;
  CURL *easy;
  bool busy, too_large;
  bool ahead;   /* nobody has asked for it yet */
  bool ended;   /* by code; its answer waits for whoever asks */
  size_t index; /* into the caller's URLs */
  CURLcode code;
  int64_t retry_after_ms;
  TextBuffer body;
  char error[CURL_ERROR_SIZE], words[HTTP_WORDS_SIZE];
} Transfer;

/* A URL that was announced. */
typedef struct {
  char *url;
  Transfer *transfer; /* null: not begun */
  bool old;           /* something was announced since: what the next http_get_all does not ask for is dropped */
} Ahead;

struct Http {
  HttpOptions options; /* header and body are null: libcurl has copies */
  const Clock *clock;
  CURLM *multi;
  struct curl_slist *headers;
  Transfer *transfers; /* options.parallel of them */
  int busy;
  Ahead *ahead; /* room for twice as many: old and new */
  size_t ahead_count;
  bool released;
  double next_start_ms; /* uptime from which the rate allows another request */
  long calls;
};

typedef enum { URL_NEW = 0, URL_COUNTED, URL_BEGUN } UrlState;

/* What one http_get_all has in hand. */
typedef struct {
  const char *const *urls;
  UrlState *states; /* one a URL: what was announced is counted already, and may have begun */
  size_t count, started, ended;
  HttpVisit *visit;
  void *context;
} Batch;

/* --- one transfer --- */

static size_t on_body(char *bytes, size_t size, size_t count, void *self) {
  Transfer *transfer = self;
  size_t length = size * count;
  if (length > (size_t)transfer->http->options.max_answer_bytes - transfer->body.length) {
    transfer->too_large = true;
    return 0; /* aborts the transfer */
  }
  text_buffer_append(&transfer->body, bytes, length);
  return transfer->body.failed ? 0 : length;
}

/* RFC 9110, 10.2.3: seconds, or a date. -1 when it is neither. */
static int64_t parse_retry_after_ms(const char *text, Instant now) {
  int64_t seconds;
  size_t digits = strspn(text, "0123456789");
  if (digits > 0 && text[digits] == '\0') {
    if (!text_parse_int64(text, 0, RETRY_AFTER_MAX_S, &seconds)) seconds = RETRY_AFTER_MAX_S;
    return seconds * 1000;
  }
  time_t date = curl_getdate(text, NULL);
  if (date < 0) return -1;
  int64_t ms = (int64_t)date * 1000 - now;
  if (ms < 0) return 0;
  return ms < RETRY_AFTER_MAX_S * 1000 ? ms : RETRY_AFTER_MAX_S * 1000;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *self) {
  static const char name[] = "retry-after:";
  Transfer *transfer = self;
  size_t length = size * count, name_length = strlen(name);
  char value[64];
  if (length < name_length || strncasecmp(bytes, name, name_length) != 0) return length;
  const char *from = bytes + name_length, *to = bytes + length;
  while (from < to && (*from == ' ' || *from == '\t')) from++;
  while (to > from && strchr(" \t\r\n", to[-1]) != NULL) to--;
  if ((size_t)(to - from) >= sizeof(value)) return length;
  memcpy(value, from, (size_t)(to - from));
  value[to - from] = '\0';
  transfer->retry_after_ms = parse_retry_after_ms(value, clock_now(transfer->http->clock));
  return length;
}

/* The names of these options changed in libcurl 7.85. */
static CURLcode allow_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static bool transfer_open(Transfer *transfer, Http *http) {
  const HttpOptions *options = &http->options;
  CURL *easy = curl_easy_init();
  transfer->http = http;
  transfer->easy = easy;
  if (easy == NULL || allow_http_only(easy) != CURLE_OK) return false;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->max_answer_bytes);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers);
  if (options->body != NULL && curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, options->body) != CURLE_OK) return false;
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  return curl_easy_setopt(easy, CURLOPT_USERAGENT, "closebell") == CURLE_OK;
}

static Status transfer_start(Transfer *transfer, const char *url) {
  transfer->ahead = transfer->ended = transfer->too_large = false;
  transfer->retry_after_ms = -1;
  transfer->error[0] = '\0';
  transfer->body.length = 0; /* its memory is used again */
  if (curl_easy_setopt(transfer->easy, CURLOPT_URL, url) != CURLE_OK) return STATUS_NO_MEMORY;
  if (curl_multi_add_handle(transfer->http->multi, transfer->easy) != CURLM_OK) return STATUS_INTERNAL;
  transfer->busy = true;
  transfer->http->busy++;
  return STATUS_OK;
}

static void transfer_stop(Transfer *transfer) {
  curl_multi_remove_handle(transfer->http->multi, transfer->easy);
  transfer->busy = false;
  transfer->http->busy--;
}

/* A time-out before the request was sent is a host that cannot be reached. */
static bool was_sent(CURL *easy) {
  curl_off_t sent_after_us = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sent_after_us) == CURLE_OK && sent_after_us > 0;
}

static HttpOutcome transfer_outcome(const Transfer *transfer, CURLcode code) {
  if (transfer->too_large || code == CURLE_FILESIZE_EXCEEDED) return HTTP_TOO_LARGE;
  switch (code) {
  case CURLE_OK:
    return HTTP_ANSWERED;
  case CURLE_OPERATION_TIMEDOUT:
    return was_sent(transfer->easy) ? HTTP_TIMED_OUT : HTTP_UNREACHABLE;
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
    return HTTP_CUT_SHORT;
  default:
    return HTTP_UNREACHABLE;
  }
}

/* What http_words.c is to know of a transfer that has ended. */
static HttpEnd transfer_facts(const Transfer *transfer, CURLcode code) {
  HttpEnd end = {.url = "", .failed = code != CURLE_OK, .url_is_secret = transfer->http->options.url_is_secret};
  end.said = transfer->error[0] == '\0' ? curl_easy_strerror(code) : transfer->error;
  end.said_of_all = curl_easy_strerror(code);
  end.no_connection = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY ||
                      (code == CURLE_OPERATION_TIMEDOUT && !was_sent(transfer->easy));
  curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &end.url);
  curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &end.target);
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &end.connect_status);
  return end;
}

static Status transfer_end(Transfer *transfer, Batch *batch, Error *err) {
  CURLcode code = transfer->code;
  if (transfer->body.failed || code == CURLE_OUT_OF_MEMORY) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  HttpAnswer answer = {
      .outcome = transfer_outcome(transfer, code),
      .status = (int)status,
      .retry_after_ms = transfer->retry_after_ms,
      .body = transfer->body.length > 0 ? transfer->body.data : "",
      .length = transfer->body.length,
  };
  const HttpEnd end = transfer_facts(transfer, code);
  http_judge_end(&end, &answer, transfer->words);
  transfer_stop(transfer);
  batch->ended++;
  batch->visit(batch->context, transfer->index, &answer);
  return STATUS_OK;
}

/* --- what was announced --- */

static Ahead *find_ahead(const Http *http, const char *url) {
  for (size_t i = 0; i < http->ahead_count; i++) {
    if (strcmp(http->ahead[i].url, url) == 0) return &http->ahead[i];
  }
  return NULL;
}

static void remove_ahead(Http *http, Ahead *ahead) {
  free(ahead->url);
  size_t behind = http->ahead_count - (size_t)(ahead - http->ahead) - 1;
  memmove(ahead, ahead + 1, behind * sizeof(*ahead));
  http->ahead_count--;
}

void http_forget(Http *http) {
  for (size_t i = http->ahead_count; i > 0; i--) {
    if (http->ahead[i - 1].transfer != NULL) continue;
    remove_ahead(http, &http->ahead[i - 1]);
    http->calls--;
  }
}

static void drop_old(Http *http) {
  for (size_t i = http->ahead_count; i > 0; i--) {
    Ahead *ahead = &http->ahead[i - 1];
    if (!ahead->old) continue;
    if (ahead->transfer != NULL) transfer_stop(ahead->transfer);
    http->calls -= ahead->transfer == NULL;
    remove_ahead(http, ahead);
  }
}

/* All of it, whoever has asked for it. */
static void abandon(Http *http) {
  http_forget(http);
  while (http->ahead_count > 0) remove_ahead(http, &http->ahead[http->ahead_count - 1]);
  for (int i = 0; http->transfers != NULL && i < http->options.parallel; i++) {
    if (!http->transfers[i].busy) continue;
#if LIBCURL_VERSION_NUM >= 0x075700
    curl_easy_setopt(http->transfers[i].easy, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a resolver that hangs */
#endif
    transfer_stop(&http->transfers[i]);
  }
}

/* --- open and close --- */

static bool header_is_one_line(const char *header) { return header == NULL || strpbrk(header, "\r\n") == NULL; }

static bool http_prepare(Http *http, const char *header) {
  if (header != NULL && (http->headers = curl_slist_append(NULL, header)) == NULL) return false;
  http->multi = curl_multi_init();
  http->transfers = calloc((size_t)http->options.parallel, sizeof(*http->transfers));
  http->ahead = calloc(2 * (size_t)http->options.parallel, sizeof(*http->ahead));
  if (http->multi == NULL || http->transfers == NULL || http->ahead == NULL) return false;
  curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http->options.parallel);
  for (int i = 0; i < http->options.parallel; i++) {
    if (!transfer_open(&http->transfers[i], http)) return false;
  }
  return true;
}

Status http_open(Http **ret_http, const HttpOptions *options, const Clock *clock, Error *err) {
  if (options->parallel < 1 || options->max_answer_bytes < 1 || !(options->rate_per_second > 0))
    return error_set(err, STATUS_CONFIG, "HTTP: parallel, rate and size of answers must be positive");
  if (!header_is_one_line(options->header)) return error_set(err, STATUS_CONFIG, "HTTP: a header must be one line");
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return error_set(err, STATUS_INTERNAL, "HTTP: libcurl cannot be initialised");
  Http *http = calloc(1, sizeof(*http));
  if (http == NULL) {
    curl_global_cleanup();
    return error_set(err, STATUS_NO_MEMORY, "HTTP: out of memory");
  }
  http->options = *options;
  http->options.header = NULL;
  http->clock = clock;
  if (!http_prepare(http, options->header)) {
    http_close(http);
    return error_set(err, STATUS_NO_MEMORY, "HTTP: no memory for libcurl's handles");
  }
  http->options.body = NULL;
  *ret_http = http;
  return STATUS_OK;
}

void http_close(Http *http) {
  if (http == NULL) return;
  abandon(http);
  for (int i = 0; http->transfers != NULL && i < http->options.parallel; i++) {
    curl_easy_cleanup(http->transfers[i].easy);
    text_buffer_free(&http->transfers[i].body);
  }
  free(http->transfers);
  free(http->ahead);
  curl_multi_cleanup(http->multi);
  curl_slist_free_all(http->headers);
  free(http);
  curl_global_cleanup();
}

long http_calls(const Http *http) { return http->calls; }

/* --- many transfers --- */

static Transfer *find_idle(Http *http) {
  for (int i = 0; i < http->options.parallel; i++) {
    if (!http->transfers[i].busy) return &http->transfers[i];
  }
  return NULL;
}

/* Milliseconds until the rate allows another request. */
static int64_t rate_wait_ms(const Http *http) {
  double wait = http->next_start_ms - (double)clock_uptime_ms(http->clock);
  return wait < 1 ? 0 : (int64_t)wait;
}

static bool has_room(const Http *http) { return http->busy < http->options.parallel; }

static bool may_start(const Http *http, const Batch *batch) { return batch->started < batch->count && has_room(http); }

/* The first that was announced and has not begun; it waits until all that is asked for now has begun. */
static Ahead *next_ahead(const Http *http, const Batch *batch) {
  if (!http->released || !has_room(http) || (batch != NULL && batch->started < batch->count)) return NULL;
  for (size_t i = 0; i < http->ahead_count; i++) {
    if (http->ahead[i].transfer == NULL) return &http->ahead[i];
  }
  return NULL;
}

static Status begin(Http *http, const char *url, Transfer **ret_transfer, Error *err) {
  Transfer *transfer = find_idle(http);
  Status status = transfer_start(transfer, url);
  if (status != STATUS_OK) return error_set(err, status, "HTTP: a request cannot be started");
  http->next_start_ms =
      fmax(http->next_start_ms, (double)clock_uptime_ms(http->clock)) + 1000 / http->options.rate_per_second;
  *ret_transfer = transfer;
  return STATUS_OK;
}

static void skip_begun(Batch *batch) {
  while (batch->started < batch->count && batch->states[batch->started] == URL_BEGUN) batch->started++;
}

/* Starts what rate and room allow. */
static Status start_some(Http *http, Batch *batch, Error *err) {
  while (may_start(http, batch) && rate_wait_ms(http) == 0) {
    size_t index = batch->started;
    Transfer *transfer;
    Status status = begin(http, batch->urls[index], &transfer, err);
    if (status != STATUS_OK) return status;
    transfer->index = index;
    http->calls += batch->states[index] == URL_NEW;
    batch->states[index] = URL_BEGUN;
    skip_begun(batch);
  }
  return STATUS_OK;
}

static Status start_ahead(Http *http, const Batch *batch, Error *err) {
  for (Ahead *ahead; (ahead = next_ahead(http, batch)) != NULL && rate_wait_ms(http) == 0;) {
    Status status = begin(http, ahead->url, &ahead->transfer, err);
    if (status != STATUS_OK) return status;
    ahead->transfer->ahead = true;
  }
  return STATUS_OK;
}

/* Lets the network do what it can without waiting, and notes what has ended. */
static Status proceed(Http *http, Error *err) {
  int running, left;
  CURLMcode code = curl_multi_perform(http->multi, &running);
  if (code != CURLM_OK) return error_set(err, STATUS_INTERNAL, "HTTP: %s", curl_multi_strerror(code));
  for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left)) != NULL;) {
    void *self = NULL;
    if (message->msg != CURLMSG_DONE) continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&self);
    Transfer *transfer = self;
    transfer->ended = true;
    transfer->code = message->data.result;
  }
  return STATUS_OK;
}

static Status end_some(Http *http, Batch *batch, Error *err) {
  for (int i = 0; i < http->options.parallel; i++) {
    Transfer *transfer = &http->transfers[i];
    if (!transfer->busy || !transfer->ended || transfer->ahead) continue;
    Status status = transfer_end(transfer, batch, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

static bool is_any_under_way(const Http *http) {
  for (int i = 0; i < http->options.parallel; i++) {
    if (http->transfers[i].busy && !http->transfers[i].ended) return true;
  }
  return false;
}

/* Waits for the network, for the rate, or for both. Without a transfer under way only the clock is waited for. */
static Status wait_some(Http *http, const Batch *batch, Error *err) {
  bool rate_matters = may_start(http, batch) || next_ahead(http, batch) != NULL;
  int64_t wait_ms = rate_matters ? rate_wait_ms(http) : POLL_MS;
  if (batch->ended == batch->count) return STATUS_OK;
  if (!is_any_under_way(http)) {
    clock_sleep_ms(http->clock, wait_ms); /* a stop is seen by the caller */
    return STATUS_OK;
  }
  CURLMcode code = curl_multi_poll(http->multi, NULL, 0, (int)(wait_ms < POLL_MS ? wait_ms : POLL_MS), NULL);
  return code == CURLM_OK ? STATUS_OK : error_set(err, STATUS_INTERNAL, "HTTP: %s", curl_multi_strerror(code));
}

static Status run_once(Http *http, Batch *batch, Error *err) {
  /* A wait of nothing: it sees a stop request, and lets a clock that renews the lease while waiting do so. */
  if (!clock_sleep_ms(http->clock, 0)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
  Status status = start_some(http, batch, err);
  if (status == STATUS_OK) status = start_ahead(http, batch, err);
  if (status == STATUS_OK) status = proceed(http, err);
  if (status == STATUS_OK) status = end_some(http, batch, err);
  return status != STATUS_OK ? status : wait_some(http, batch, err);
}

/* Those of the URLs that were announced are the caller's from now on. */
static void take_over_announced(Http *http, Batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    Ahead *ahead = find_ahead(http, batch->urls[i]);
    if (ahead == NULL) continue;
    batch->states[i] = ahead->transfer != NULL ? URL_BEGUN : URL_COUNTED;
    if (ahead->transfer != NULL) {
      ahead->transfer->ahead = false;
      ahead->transfer->index = i;
    }
    remove_ahead(http, ahead);
  }
  drop_old(http);
  skip_begun(batch);
}

Status http_get_all(Http *http, const char *const *urls, size_t count, HttpVisit *visit, void *context, Error *err) {
  Batch batch = {.urls = urls, .count = count, .visit = visit, .context = context};
  batch.states = calloc(count + 1, sizeof(*batch.states));
  if (batch.states == NULL) return error_set(err, STATUS_NO_MEMORY, "HTTP: out of memory");
  take_over_announced(http, &batch);
  Status status = STATUS_OK;
  while (status == STATUS_OK && batch.ended < count) status = run_once(http, &batch, err);
  if (status != STATUS_OK) abandon(http);
  free(batch.states);
  return status;
}

/* --- ahead --- */

void http_announce(Http *http, const char *const *urls, size_t count) {
  size_t room = (size_t)http->options.parallel - 1;
  drop_old(http);
  for (size_t i = 0; i < http->ahead_count; i++) http->ahead[i].old = true;
  http->released = false;
  for (size_t i = 0; i < count && i < room; i++) {
    char *url = find_ahead(http, urls[i]) == NULL ? strdup(urls[i]) : NULL;
    if (url == NULL) return; /* it will be asked for all the same */
    http->ahead[http->ahead_count++] = (Ahead){.url = url};
    http->calls++;
  }
}

bool http_is_announced(const Http *http, const char *url) { return find_ahead(http, url) != NULL; }

void http_release(Http *http) { http->released = true; }

/* What goes wrong here goes wrong again, and is told, when it is asked for. */
void http_turn(Http *http) {
  Error ignored;
  if (http->ahead_count == 0 || !http->released || clock_stopping(http->clock)) return;
  if (start_ahead(http, NULL, &ignored) == STATUS_OK) proceed(http, &ignored);
}
