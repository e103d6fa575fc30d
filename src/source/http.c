#include "http_request.h"
#include "http_transfer.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* How long a stop request may go unseen while transfers are under way. */
static const int POLL_MS = 100;

/* A request that was announced; its texts are ours. */
typedef struct {
  HttpRequest request;
  Transfer *transfer; /* null: not begun */
  bool old;           /* something was announced since: what the next http_get_all does not ask for is dropped */
} Ahead;

struct Http {
  HttpOptions options;
  const Clock *clock;
  CURLM *multi;
  Transfer *transfers; /* options.parallel of them */
  int busy;
  double rate_per_second; /* the pace: at most what the options say */
  int parallel;
  Ahead *ahead; /* room for twice as many: old and new */
  size_t ahead_count;
  size_t useful, begins_after; /* useful answers since something was announced; how many are not enough */
  double next_start_ms;        /* uptime from which the rate allows another request */
  long calls;
};

typedef enum { REQUEST_NEW = 0, REQUEST_COUNTED, REQUEST_BEGUN } RequestState;

/* What one http_get_all has in hand. */
typedef struct {
  const HttpRequest *requests;
  RequestState *states; /* one a request: what was announced is counted already, and may have begun */
  size_t count, started, ended;
  size_t awaited; /* answers; fewer than count once the server wants no more */
  HttpVisit *visit;
  void *context;
} Batch;

/* --- what was announced --- */

static Ahead *find_ahead(const Http *http, const HttpRequest *request) {
  for (size_t i = 0; i < http->ahead_count; i++) {
    if (http_request_same(&http->ahead[i].request, request)) return &http->ahead[i];
  }
  return NULL;
}

static void remove_ahead(Http *http, Ahead *ahead) {
  http_request_free(&ahead->request);
  size_t behind = http->ahead_count - (size_t)(ahead - http->ahead) - 1;
  memmove(ahead, ahead + 1, behind * sizeof(*ahead));
  http->ahead_count--;
}

static void forget(Http *http) {
  for (size_t i = http->ahead_count; i > 0; i--) {
    if (http->ahead[i - 1].transfer != NULL) continue;
    remove_ahead(http, &http->ahead[i - 1]);
    http->calls--;
  }
}

static void stop(Http *http, Transfer *transfer) {
  transfer_stop(transfer, http->multi);
  http->busy--;
}

static void drop_old(Http *http) {
  for (size_t i = http->ahead_count; i > 0; i--) {
    Ahead *ahead = &http->ahead[i - 1];
    if (!ahead->old) continue;
    if (ahead->transfer != NULL) stop(http, ahead->transfer);
    http->calls -= ahead->transfer == NULL;
    remove_ahead(http, ahead);
  }
}

/* All of it, whoever has asked for it. */
static void abandon(Http *http) {
  forget(http);
  while (http->ahead_count > 0) remove_ahead(http, &http->ahead[http->ahead_count - 1]);
  for (int i = 0; http->transfers != NULL && i < http->options.parallel; i++) {
    if (!http->transfers[i].busy) continue;
    transfer_leave(&http->transfers[i]);
    stop(http, &http->transfers[i]);
  }
}

/* --- open and close --- */

static bool http_prepare(Http *http) {
  http->multi = curl_multi_init();
  http->transfers = calloc((size_t)http->options.parallel, sizeof(*http->transfers));
  http->ahead = calloc(2 * (size_t)http->options.parallel, sizeof(*http->ahead));
  if (http->multi == NULL || http->transfers == NULL || http->ahead == NULL) return false;
  curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http->options.parallel);
  for (int i = 0; i < http->options.parallel; i++) {
    if (!transfer_open(&http->transfers[i], &http->options, http->clock)) return false;
  }
  return true;
}

Status http_open(Http **ret_http, const HttpOptions *options, const Clock *clock, Error *err) {
  if (options->parallel < 1 || options->max_answer_bytes < 1 || !(options->rate_per_second > 0))
    return error_set(err, STATUS_CONFIG, "HTTP: parallel, rate and size of answers must be positive");
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return error_set(err, STATUS_INTERNAL, "HTTP: libcurl cannot be initialised");
  Http *http = calloc(1, sizeof(*http));
  if (http == NULL) {
    curl_global_cleanup();
    return error_set(err, STATUS_NO_MEMORY, "HTTP: out of memory");
  }
  http->options = *options;
  http->rate_per_second = options->rate_per_second;
  http->parallel = options->parallel;
  http->clock = clock;
  if (!http_prepare(http)) {
    http_close(http);
    return error_set(err, STATUS_NO_MEMORY, "HTTP: no memory for libcurl's handles");
  }
  *ret_http = http;
  return STATUS_OK;
}

void http_close(Http *http) {
  if (http == NULL) return;
  abandon(http);
  for (int i = 0; http->transfers != NULL && i < http->options.parallel; i++) transfer_close(&http->transfers[i]);
  free(http->transfers);
  free(http->ahead);
  curl_multi_cleanup(http->multi);
  free(http);
  curl_global_cleanup();
}

void http_set_pace(Http *http, double rate_per_second, int parallel) {
  http->rate_per_second = fmin(rate_per_second, http->options.rate_per_second);
  http->parallel = parallel < http->options.parallel ? parallel : http->options.parallel;
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

static bool has_room(const Http *http) { return http->busy < http->parallel; }

static bool may_start(const Http *http, const Batch *batch) { return batch->started < batch->count && has_room(http); }

/* The first that was announced and has not begun; it waits until all that is asked for now has begun. */
static Ahead *next_ahead(const Http *http, const Batch *batch) {
  if (http->useful <= http->begins_after || !has_room(http) || (batch != NULL && batch->started < batch->count))
    return NULL;
  for (size_t i = 0; i < http->ahead_count; i++) {
    if (http->ahead[i].transfer == NULL) return &http->ahead[i];
  }
  return NULL;
}

static Status begin(Http *http, const HttpRequest *request, Transfer **ret_transfer, Error *err) {
  Transfer *transfer = find_idle(http);
  Status status = transfer_start(transfer, http->multi, request);
  if (status != STATUS_OK) return error_set(err, status, "HTTP: a request cannot be started");
  http->busy++;
  http->next_start_ms = fmax(http->next_start_ms, (double)clock_uptime_ms(http->clock)) + 1000 / http->rate_per_second;
  *ret_transfer = transfer;
  return STATUS_OK;
}

static void skip_begun(Batch *batch) {
  while (batch->started < batch->count && batch->states[batch->started] == REQUEST_BEGUN) batch->started++;
}

/* Starts what rate and room allow. */
static Status start_some(Http *http, Batch *batch, Error *err) {
  while (may_start(http, batch) && rate_wait_ms(http) == 0) {
    size_t index = batch->started;
    Transfer *transfer;
    Status status = begin(http, &batch->requests[index], &transfer, err);
    if (status != STATUS_OK) return status;
    transfer->index = index;
    http->calls += batch->states[index] == REQUEST_NEW;
    batch->states[index] = REQUEST_BEGUN;
    skip_begun(batch);
  }
  return STATUS_OK;
}

static Status start_ahead(Http *http, const Batch *batch, Error *err) {
  for (Ahead *ahead; (ahead = next_ahead(http, batch)) != NULL && rate_wait_ms(http) == 0;) {
    Status status = begin(http, &ahead->request, &ahead->transfer, err);
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

/* The batch ends with what is under way. What was announced is counted already. */
static void leave_unsent(Http *http, Batch *batch) {
  size_t begun = 0;
  for (size_t i = 0; i < batch->count; i++) {
    http->calls -= batch->states[i] == REQUEST_COUNTED;
    begun += batch->states[i] == REQUEST_BEGUN;
    if (batch->states[i] == REQUEST_COUNTED) batch->states[i] = REQUEST_NEW;
  }
  batch->awaited = begun;
  batch->started = batch->count;
}

static Status end(Http *http, Transfer *transfer, Batch *batch, Error *err) {
  HttpAnswer answer;
  Status status = transfer_answer(transfer, &answer);
  if (status != STATUS_OK) return error_set(err, status, "out of memory");
  stop(http, transfer);
  batch->ended++;
  HttpUse use = batch->visit(batch->context, transfer->index, &answer);
  http->useful += use == HTTP_USEFUL;
  if (use == HTTP_TROUBLE || use == HTTP_SHUT) forget(http);
  if (use == HTTP_SHUT) leave_unsent(http, batch);
  return STATUS_OK;
}

static Status end_some(Http *http, Batch *batch, Error *err) {
  for (int i = 0; i < http->options.parallel; i++) {
    Transfer *transfer = &http->transfers[i];
    if (!transfer->busy || !transfer->ended || transfer->ahead) continue;
    Status status = end(http, transfer, batch, err);
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
  if (batch->ended == batch->awaited) return STATUS_OK;
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

/* Those of the requests that were announced are the caller's from now on. */
static void take_over_announced(Http *http, Batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    Ahead *ahead = find_ahead(http, &batch->requests[i]);
    if (ahead == NULL) continue;
    batch->states[i] = ahead->transfer != NULL ? REQUEST_BEGUN : REQUEST_COUNTED;
    if (ahead->transfer != NULL) {
      ahead->transfer->ahead = false;
      ahead->transfer->index = i;
    }
    remove_ahead(http, ahead);
  }
  drop_old(http);
  skip_begun(batch);
}

Status http_get_all(Http *http, const HttpRequest *requests, size_t count, HttpVisit *visit, void *context,
                    Error *err) {
  Batch batch = {.requests = requests, .count = count, .awaited = count, .visit = visit, .context = context};
  for (size_t i = 0; i < count; i++) {
    if (!http_request_headers_are_single_lines(&requests[i]))
      return error_set(err, STATUS_CONFIG, "HTTP: a header must be one line");
  }
  batch.states = calloc(count + 1, sizeof(*batch.states));
  if (batch.states == NULL) return error_set(err, STATUS_NO_MEMORY, "HTTP: out of memory");
  take_over_announced(http, &batch);
  Status status = STATUS_OK;
  while (status == STATUS_OK && batch.ended < batch.awaited) status = run_once(http, &batch, err);
  if (status != STATUS_OK) abandon(http);
  free(batch.states);
  return status;
}

/* --- ahead --- */

void http_announce(Http *http, const HttpRequest *requests, size_t count, size_t after) {
  size_t room = (size_t)http->parallel - 1;
  drop_old(http);
  for (size_t i = 0; i < http->ahead_count; i++) http->ahead[i].old = true;
  http->useful = 0;
  http->begins_after = after;
  for (size_t i = 0; i < count && i < room; i++) {
    Ahead ahead = {.transfer = NULL};
    /* What cannot be kept is asked for later all the same. */
    if (find_ahead(http, &requests[i]) != NULL || !http_request_copy(&requests[i], &ahead.request)) return;
    http->ahead[http->ahead_count++] = ahead;
    http->calls++;
  }
}

bool http_is_announced(const Http *http, const HttpRequest *request) { return find_ahead(http, request) != NULL; }

/* What goes wrong here goes wrong again, and is told, when it is asked for. */
void http_turn(Http *http) {
  Error ignored;
  if (http->ahead_count == 0 || http->useful <= http->begins_after || clock_stopping(http->clock)) return;
  if (start_ahead(http, NULL, &ignored) == STATUS_OK) proceed(http, &ignored);
}
