/* http.h: the one HTTP call path: GET, or POST of one text, by libcurl, several at a time, bounded in rate, size and
 * time. */
#ifndef CLOSEBELL_SOURCE_HTTP_H
#define CLOSEBELL_SOURCE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/clock.h>
#include <closebell/base/status.h>

typedef struct Http Http;

typedef struct {
  double rate_per_second; /* requests started */
  int parallel;           /* requests under way at once */
  int64_t connect_timeout_ms, timeout_ms;
  int64_t max_answer_bytes;
  const char *header; /* sent with every request: "AUTH_KEY: ..."; copied; never in a message */
  const char *body;   /* null: GET; else POSTed to every URL; copied */
  bool url_is_secret; /* no piece of it, behind its host, is shown where a redirect repeats it */
} HttpOptions;

typedef enum {
  HTTP_ANSWERED,
  HTTP_UNREACHABLE,
  HTTP_TIMED_OUT,
  HTTP_CUT_SHORT,
  HTTP_TOO_LARGE,
  HTTP_MISDIRECTED /* a redirect, or a proxy that wants a password: a setting is wrong, and detail says which way */
} HttpOutcome;

/* Lent to the callback only. */
typedef struct {
  HttpOutcome outcome;
  int status;             /* 0 when none arrived */
  int64_t retry_after_ms; /* -1 when not given */
  const char *body;       /* length bytes, then a NUL */
  size_t length;
  const char *detail; /* why there is no answer, else ""; of a proxy it says which variable names it */
  bool proxy_failed;  /* it is the proxy that cannot be reached or refuses */
} HttpAnswer;

typedef void HttpVisit(void *context, size_t index, const HttpAnswer *answer);

/* TLS is verified, redirects are not followed, only http and https, no proxy secrets in messages. clock must
 * outlive it. */
Status http_open(Http **ret_http, const HttpOptions *options, const Clock *clock, Error *err);
void http_close(Http *http);

/* Asks every URL once; visit is called as each one ends, in any order. STATUS_INTERRUPTED when the clock says stopping.
 */
Status http_get_all(Http *http, const char *const *urls, size_t count, HttpVisit *visit, void *context, Error *err);

/* Requests begun, and those announced. */
long http_calls(const Http *http);

/* What will be asked for after the next http_get_all, so that it is on its way while the caller works. Once released,
 * the requests begin one after the other, under the same rate: while http_get_all waits for the last answers of others,
 * and in http_turn. As many as `parallel` less one are taken, in their order, and counted as calls at once; their
 * answers are held until http_get_all is given the URL. What was announced before, and is not among what that next
 * http_get_all asks for, is dropped. */
void http_announce(Http *http, const char *const *urls, size_t count);
void http_release(Http *http);
/* What has not begun is not going to, and is no call any more. */
void http_forget(Http *http);
/* Announced and not yet asked for: no further call. */
bool http_is_announced(const Http *http, const char *url);
/* Never waits. */
void http_turn(Http *http);

#endif
