/* answer.h: what a request is answered with: status, headers, body. Pure but for memory. */
#ifndef CLOSEBELL_API_ANSWER_H
#define CLOSEBELL_API_ANSWER_H

#include <stdatomic.h>

#include <closebell/api/problem.h>
#include <closebell/base/text.h>

enum { ANSWER_ETAG_SIZE = 72, ANSWER_HEADERS = 12, ANSWER_GZIP_FROM = 1024 };

#define TYPE_JSON "application/json"
#define TYPE_PROBLEM "application/problem+json"
#define TYPE_CSV "text/csv"
#define TYPE_NDJSON "application/x-ndjson"
#define TYPE_EVENTS "text/event-stream"
#define TYPE_TEXT "text/plain" /* for Prometheus */
#define TYPE_HTML "text/html"
#define TYPE_CSS "text/css"
#define TYPE_JS "text/javascript"
#define TYPE_SVG "image/svg+xml"
#define TYPE_PNG "image/png"
#define TYPE_WOFF2 "font/woff2"
#define TYPE_PLAIN "text/plain; charset=utf-8" /* licences and the like */

/* Bytes that several answers share: never changed, gone with the last holder. */
typedef struct {
  atomic_int holders;
  atomic_size_t *held; /* counts the bytes of all that live */
  char *data;          /* owned */
  size_t length;
} SharedBody;
void shared_body_release(SharedBody *shared); /* null: nothing */

/* Zero-initialise; answer_free at the end. */
typedef struct {
  int status;       /* 0: not answered yet */
  const char *type; /* TYPE_...; null: no body */
  TextBuffer body;
  SharedBody *shared; /* held; not null: the body is this one */
  struct {
    const char *name;
    char *value; /* owned */
  } headers[ANSWER_HEADERS];
  size_t header_count;
  char etag[ANSWER_ETAG_SIZE]; /* empty: none */
  bool zipped, closes;         /* closes: the connection ends with it */
  struct Listener *listener;   /* owned; not null: the body goes on, and comes from there */
  bool is_fleeting;            /* not kept: the next answer of the same state may be another one */
} ServiceAnswer;

/* Takes the body's place. */
void answer_problem(ServiceAnswer *answer, const Problem *problem);
/* A value with a control character is left out. */
void answer_header(ServiceAnswer *answer, const char *name, const char *value);
/* Of a 200: its ETag, and gzip where it is wanted and worth it. Out of memory: 503. The header as it was sent, or null.
 */
void answer_finish(ServiceAnswer *answer, const char *accept_encoding);
/* 304 where the client has it. */
void answer_unless_had(ServiceAnswer *answer, const char *if_none_match);
/* Its body from now on is one that others can share, counted in *held (null: nowhere) while it lives. False: no memory,
 * and nothing has changed. */
bool answer_share(ServiceAnswer *answer, atomic_size_t *held);
size_t answer_length(const ServiceAnswer *answer); /* of its body */
void answer_free(ServiceAnswer *answer);

#endif
