#include <closebell/api/answer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <closebell/api/accept.h>
#include <closebell/api/event_bus.h>
#include <closebell/base/sha256.h>

enum { GZIP_WINDOW = 15 + 16, GZIP_LEVEL = 5, GZIP_MEMORY = 8 };

static void free_headers(ServiceAnswer *answer) {
  for (size_t i = 0; i < answer->header_count; i++) free(answer->headers[i].value);
  answer->header_count = 0;
}

void shared_body_release(SharedBody *shared) {
  if (!shared || atomic_fetch_sub(&shared->holders, 1) != 1) return;
  if (shared->held) atomic_fetch_sub(shared->held, shared->length);
  free(shared->data);
  free(shared);
}

size_t answer_length(const ServiceAnswer *answer) {
  return answer->shared ? answer->shared->length : answer->body.length;
}

bool answer_share(ServiceAnswer *answer, atomic_size_t *held) {
  if (answer->shared) return true;
  SharedBody *shared = answer->body.data ? malloc(sizeof *shared) : NULL;
  if (!shared) return false;
  char *fitting = realloc(answer->body.data, answer->body.length + 1); /* it was made with room to grow */
  atomic_init(&shared->holders, 1);
  shared->data = fitting ? fitting : answer->body.data;
  shared->length = answer->body.length;
  shared->held = held;
  if (held) atomic_fetch_add(held, shared->length);
  answer->body = (TextBuffer){0};
  answer->shared = shared;
  return true;
}

void answer_free(ServiceAnswer *answer) {
  free_headers(answer);
  shared_body_release(answer->shared);
  text_buffer_free(&answer->body);
  listener_leave(answer->listener);
  *answer = (ServiceAnswer){0};
}

void answer_header(ServiceAnswer *answer, const char *name, const char *value) {
  for (const char *c = value; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) return;
  char *copy = answer->header_count < ANSWER_HEADERS ? strdup(value) : NULL;
  if (!copy) return;
  answer->headers[answer->header_count].name = name;
  answer->headers[answer->header_count++].value = copy;
}

static void put_retry_after(ServiceAnswer *answer, int seconds) {
  char text[16];
  snprintf(text, sizeof text, "%d", seconds);
  answer_header(answer, "Retry-After", text);
}

void answer_problem(ServiceAnswer *answer, const Problem *problem) {
  bool closes = answer->closes;
  answer_free(answer);
  answer->closes = closes;
  answer->status = problem->status;
  answer->type = TYPE_PROBLEM;
  problem_write(problem, &answer->body);
  if (problem->retry_after > 0) put_retry_after(answer, problem->retry_after);
  if (problem->status == 401) answer_header(answer, "WWW-Authenticate", "Bearer");
}

/* Out of memory: false, and the body stays as it is. The same bytes give the same bytes: no time, no name. */
static bool zip(TextBuffer *body) {
  z_stream stream = {0};
  if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) return false;
  TextBuffer zipped = {.capacity = deflateBound(&stream, body->length) + 1};
  zipped.data = malloc(zipped.capacity);
  stream.next_in = (unsigned char *)body->data;
  stream.avail_in = (uInt)body->length;
  stream.next_out = (unsigned char *)zipped.data;
  stream.avail_out = (uInt)zipped.capacity;
  bool done = zipped.data && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  zipped.length = stream.total_out;
  deflateEnd(&stream);
  if (done) {
    text_buffer_free(body);
    *body = zipped;
  } else {
    text_buffer_free(&zipped);
  }
  return done;
}

/* Of the content before it is zipped, so that every server gives the same one. */
static void set_etag(ServiceAnswer *answer) {
  Sha256Text sum = sha256_text(answer->body.data ? answer->body.data : "", answer->body.length);
  snprintf(answer->etag, sizeof answer->etag, "\"%.32s%s\"", sum.text, answer->zipped ? "-gzip" : "");
}

void answer_finish(ServiceAnswer *answer, const char *accept_encoding) {
  if (answer->body.failed) {
    Problem problem = {0};
    problem_set(&problem, 503, "no memory for the answer");
    problem.retry_after = 5;
    answer_problem(answer, &problem);
    return;
  }
  if (answer->status != 200 || answer->listener) return;
  answer->zipped = answer->body.length > ANSWER_GZIP_FROM && accept_takes_gzip(accept_encoding);
  set_etag(answer);
  if (!answer->zipped || zip(&answer->body)) return;
  answer->zipped = false;
  set_etag(answer);
}

void answer_unless_had(ServiceAnswer *answer, const char *if_none_match) {
  if (answer->status != 200 || answer->listener || !etag_is_among(if_none_match, answer->etag)) return;
  answer->status = 304;
  text_buffer_free(&answer->body);
  shared_body_release(answer->shared);
  answer->shared = NULL;
}
