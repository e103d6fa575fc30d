#include "http_source.h"

#include "answer_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/secret.h>

enum { ANNOUNCED_MAX = 32, REPEATED_PIECE = 8 };

typedef struct {
  Http *http;
  HttpSourceOptions options;
  const Feed *feeds[HTTP_SOURCE_FEEDS_MAX];
  size_t feed_count;
  const Feed *ahead; /* the feed that was announced last */
} HttpSource;

typedef struct {
  const HttpSource *source;
  const Question *questions;
} Fetch;

/* --- an answer --- */

/* The setting that could help, where there is one. */
static void fail_too_large(const HttpSourceOptions *options, Answer *answer) {
  const char *setting = options->size_setting;
  answer_fail(answer, ANSWER_BROKEN, "the answer is larger than %lld bytes%s%s%s",
              (long long)options->http.max_answer_bytes, setting == NULL ? "" : " (", setting == NULL ? "" : setting,
              setting == NULL ? "" : ")");
}

static void judge_failure(const HttpSource *source, const HttpAnswer *http, Answer *answer) {
  switch (http->outcome) {
  case HTTP_UNREACHABLE:
    answer_fail(answer, ANSWER_UNREACHABLE, "no connection: %s", http->detail);
    break;
  case HTTP_TIMED_OUT:
    answer_fail(answer, ANSWER_FAILING, "no answer in time: %s", http->detail);
    break;
  case HTTP_REFUSED:
    answer_fail(answer, ANSWER_MISDIRECTED, "nothing was sent: %s", http->detail);
    break;
  case HTTP_TOO_LARGE:
    fail_too_large(&source->options, answer);
    break;
  default:
    answer->was_reset = http->status == 0;
    answer_fail(answer, ANSWER_FAILING, "the answer was cut short: %s", http->detail);
  }
}

/* Another page for now. One that has moved for good is a matter of the settings. */
static bool is_read(const HttpAnswer *http, const Feed *feed) {
  return feed->reads_redirects && (http->status == 302 || http->status == 303 || http->status == 307);
}

/* Whatever broke the connection, a status that is no success says more; a redirect, or a proxy, is no answer at all. */
static void judge(const HttpSource *source, const HttpAnswer *http, const Question *question) {
  Answer *answer = question->answer;
  if (http->outcome == HTTP_MISDIRECTED && !is_read(http, question->feed)) {
    *answer = (Answer){.http_status = http->status, .retry_after_ms = -1};
    answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: %s", http->status, http->detail);
    return;
  }
  bool failed = http->outcome != HTTP_ANSWERED && (http->status == 0 || http->status == 200);
  const FeedReply reply = {http->body, failed ? 0 : http->length, http->status, http->rate_reset};
  question->feed->parse(&reply, question, answer);
  if (http->retry_after_ms >= 0) answer->retry_after_ms = http->retry_after_ms;
  if (failed) judge_failure(source, http, answer);
}

/* secrets: null, or ended by a null or after `most` of them. */
static bool any_shows(const char *const *secrets, size_t most, const char *text, size_t piece) {
  for (size_t i = 0; secrets != NULL && i < most && secrets[i] != NULL; i++)
    if (secret_shows(secrets[i], text, piece)) return true;
  return false;
}

/* Details quote the server, and a server might repeat what it was sent, cut or written in another way: what it says
 * with an error is its own words, where a small piece tells; among a market's rows one may be there by chance. */
static void hide_secret(const HttpSource *source, const Question *question, const HttpAnswer *http) {
  Answer *answer = question->answer;
  size_t piece = http->status == 200 ? REPEATED_PIECE : SECRET_PIECE;
  bool shows = any_shows(source->options.secrets, HTTP_SOURCE_SECRETS_MAX, answer->detail, piece) ||
               any_shows(question->secrets, SIZE_MAX, answer->detail, piece);
  if (shows)
    answer_fail(answer, answer->kind, "HTTP %d: the server's words repeat the key and are not shown", http->status);
}

static void answer_clear(Answer *answer) {
  free(answer->payload);
  *answer = (Answer){.retry_after_ms = -1};
}

static HttpUse on_answer(void *self, size_t index, const HttpAnswer *http) {
  const Fetch *fetch = self;
  const Question *question = &fetch->questions[index];
  answer_clear(question->answer); /* should the batch hold the same question twice */
  judge(fetch->source, http, question);
  hide_secret(fetch->source, question, http);
  AnswerKind kind = question->answer->kind;
  bool shut = kind == ANSWER_BLOCKED || kind == ANSWER_UNAUTHORIZED || kind == ANSWER_MISDIRECTED;
  if (shut || kind == ANSWER_SPENT) return HTTP_SHUT;
  if (question->feed != fetch->source->ahead || kind == ANSWER_EMPTY) return HTTP_NO_MATTER;
  return kind == ANSWER_ROWS ? HTTP_USEFUL : HTTP_TROUBLE;
}

/* --- requests --- */

static Status write_request(const HttpSource *source, const Question *question, FeedRequest *request, Error *err) {
  request->http = (HttpRequest){0};
  request->asks_token = false;
  Status status = question->feed->ask(question, request, err);
  if (status == STATUS_OK) status = source->options.complete(source->options.self, request, err);
  if (status == STATUS_OK) request->http.url = request->url;
  return status;
}

static Status write_requests(const HttpSource *source, const Question *questions, size_t count, FeedRequest *written,
                             HttpRequest *requests, Error *err) {
  for (size_t i = 0; i < count; i++) {
    Status status = write_request(source, &questions[i], &written[i], err);
    if (status != STATUS_OK) return status;
    requests[i] = written[i].http;
  }
  return STATUS_OK;
}

static Status fetch_all(void *self, const Question *questions, size_t count, Error *err) {
  HttpSource *source = self;
  Fetch fetch = {.source = source, .questions = questions};
  if (count == 0) return STATUS_OK;
  for (size_t i = 0; i < count; i++) answer_clear(questions[i].answer);
  FeedRequest *written = calloc(count, sizeof(*written));
  HttpRequest *requests = calloc(count, sizeof(*requests));
  Status status = STATUS_OK;
  if (written == NULL || requests == NULL) status = error_set(err, STATUS_NO_MEMORY, "out of memory");
  if (status == STATUS_OK) status = write_requests(source, questions, count, written, requests, err);
  if (status == STATUS_OK) status = http_get_all(source->http, requests, count, on_answer, &fetch, err);
  free(requests);
  if (written != NULL) explicit_bzero(written, count * sizeof(*written)); /* a URL may hold a key */
  free(written);
  return error_prefix(err, status, "%s", source->options.name);
}

/* --- ahead --- */

/* More answers with rows than one date has markets: the history does not end here, so that what is next is wanted. */
static void announce(void *self, const Question *questions, size_t count) {
  HttpSource *source = self;
  FeedRequest written[ANNOUNCED_MAX];
  HttpRequest requests[ANNOUNCED_MAX];
  size_t ready = 0;
  for (; ready < count && ready < ANNOUNCED_MAX; ready++) {
    if (write_request(source, &questions[ready], &written[ready], NULL) != STATUS_OK) break;
    requests[ready] = written[ready].http;
  }
  if (count > 0) source->ahead = questions[0].feed;
  http_announce(source->http, requests, ready, MARKET_COUNT);
}

static size_t announced(void *self, const Question *questions, size_t count) {
  const HttpSource *source = self;
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    FeedRequest request;
    if (write_request(source, &questions[i], &request, NULL) != STATUS_OK) continue;
    found += http_is_announced(source->http, &request.http);
  }
  return found;
}

static void turn(void *self) { http_turn(((const HttpSource *)self)->http); }

static void set_pace(void *self, const Pace *pace) {
  http_set_pace(((const HttpSource *)self)->http, pace->per_second, pace->parallel);
}

static long calls(void *self) { return http_calls(((const HttpSource *)self)->http); }

void *http_source_provider(void *self) { return ((HttpSource *)self)->options.self; }

/* --- opening --- */

static void close_source(void *self) {
  HttpSource *source = self;
  http_close(source->http);
  source->options.release(source->options.self);
  free(source);
}

static void choose_feeds(HttpSource *source, const HttpSourceOptions *options) {
  for (size_t i = 0; i < options->feed_count && source->feed_count < HTTP_SOURCE_FEEDS_MAX; i++) {
    const Feed *feed = options->feeds[i];
    if (feed->wanted == NULL || feed->wanted(options->config)) source->feeds[source->feed_count++] = feed;
  }
}

Status http_source_open(Source *ret_source, const HttpSourceOptions *options, const Clock *clock, Error *err) {
  HttpSource *source = calloc(1, sizeof(*source));
  Status status = source == NULL ? error_set(err, STATUS_NO_MEMORY, "out of memory")
                                 : http_open(&source->http, &options->http, clock, err);
  if (status != STATUS_OK) {
    options->release(options->self);
    free(source);
    return status;
  }
  source->options = *options;
  source->options.config = NULL;
  choose_feeds(source, options);
  *ret_source = (Source){.self = source,
                         .name = options->name,
                         .feeds = source->feeds,
                         .feed_count = source->feed_count,
                         .fetch = fetch_all,
                         .calls = calls,
                         .announce = announce,
                         .announced = announced,
                         .turn = turn,
                         .set_pace = set_pace,
                         .close = close_source};
  return STATUS_OK;
}
