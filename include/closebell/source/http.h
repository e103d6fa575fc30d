/* http.h: the one HTTP call path: requests as values, by libcurl, several at a time, bounded in rate, size and time. */
#ifndef CLOSEBELL_SOURCE_HTTP_H
#define CLOSEBELL_SOURCE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/clock.h>
#include <closebell/base/status.h>
#include <closebell/source/address.h>

typedef struct Http Http;

typedef struct {
  double rate_per_second; /* requests started */
  int parallel;           /* requests under way at once */
  int64_t connect_timeout_ms, timeout_ms;
  int64_t max_answer_bytes;
  /* Null: any address is asked. Else only public ones, those of this list, and this host where the URL itself names it:
   * it is the address that counts, whatever the name resolves to. Behind a proxy only a URL that names an address is
   * looked at. Must outlive the Http. */
  const AddressList *public_and;
} HttpOptions;

enum { HTTP_HEADERS_MAX = 8, HTTP_RATE_RESET_SIZE = 40 };

/* One request. Its texts are lent, and copied by whoever keeps it. */
typedef struct {
  const char *method; /* null: GET, or POST when there is a body */
  const char *url;
  const char *headers[HTTP_HEADERS_MAX]; /* "AUTH_KEY: ...", each one line; never in a message; null ends them */
  const char *body;                      /* null: none */
  bool url_is_secret;                    /* no piece of it, behind its host, is shown where a redirect repeats it */
} HttpRequest;

typedef enum {
  HTTP_ANSWERED,
  HTTP_UNREACHABLE,
  HTTP_TIMED_OUT,
  HTTP_CUT_SHORT,
  HTTP_TOO_LARGE,
  HTTP_REFUSED,    /* nothing was sent: the address is none that may be asked */
  HTTP_MISDIRECTED /* a redirect, or a proxy that wants a password: a setting is wrong, and detail says which way */
} HttpOutcome;

/* Lent to the callback only. */
typedef struct {
  HttpOutcome outcome;
  int status;             /* 0 when none arrived */
  int64_t retry_after_ms; /* -1 when not given */
  const char *rate_reset; /* x-rate-limit-reset as it was given; empty: it was not, or is too long */
  const char *body;       /* length bytes, then a NUL */
  size_t length;
  const char *detail; /* why there is no answer, else ""; of a proxy it says which variable names it */
  bool proxy_failed;  /* it is the proxy that cannot be reached or refuses */
} HttpAnswer;

/* What an answer is worth to whoever has announced what comes next; HTTP_SHUT: the server wants no more of us. */
typedef enum { HTTP_NO_MATTER, HTTP_USEFUL, HTTP_TROUBLE, HTTP_SHUT } HttpUse;

typedef HttpUse HttpVisit(void *context, size_t index, const HttpAnswer *answer);

/* TLS is verified, redirects are not followed, only http and https, no proxy secrets in messages. clock must
 * outlive it. */
Status http_open(Http **ret_http, const HttpOptions *options, const Clock *clock, Error *err);
void http_close(Http *http);

/* Makes every request once; visit is called as each one ends, in any order. After an answer that is HTTP_SHUT no
 * further request begins, of these and of those announced: what has not begun by then is no call and is not visited.
 * STATUS_INTERRUPTED when the clock says stopping, STATUS_CONFIG when a header is no single line. */
Status http_get_all(Http *http, const HttpRequest *requests, size_t count, HttpVisit *visit, void *context, Error *err);

/* From now on: no faster, and no more at once, than the options say. What is under way stays so. */
void http_set_pace(Http *http, double rate_per_second, int parallel);

/* Requests begun, and those announced. */
long http_calls(const Http *http);

/* What will be asked for after the next http_get_all, so that it is on its way while the caller works. The requests
 * begin once more than `after` answers were useful, one after the other, under the same rate: while http_get_all waits
 * for the last answers of others, and in http_turn. After an answer that is trouble no further one begins, and what has
 * not begun is no call any more. As many as `parallel` less one are taken, in their order, and counted as calls at
 * once; their answers are held until http_get_all is given the same request. What was announced before, and is not
 * among what that next http_get_all asks for, is dropped. */
void http_announce(Http *http, const HttpRequest *requests, size_t count, size_t after);
/* Announced and not yet asked for: no further call. */
bool http_is_announced(const Http *http, const HttpRequest *request);
/* Never waits. */
void http_turn(Http *http);

#endif
