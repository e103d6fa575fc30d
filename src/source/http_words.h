/* http_words.h: what may be said of a request that has no proper answer: nothing of a secret URL, of the user and
 * password of a proxy, of the query of a redirect. */
#ifndef CLOSEBELL_SOURCE_HTTP_WORDS_H
#define CLOSEBELL_SOURCE_HTTP_WORDS_H

#include <closebell/source/http.h>

enum { HTTP_WORDS_SIZE = 320 };

/* How a transfer ended, as libcurl tells it; lent. */
typedef struct {
  const char *url, *target;       /* what was asked; where a redirect leads, or null */
  const char *said, *said_of_all; /* about this failure, which may quote the proxy's URL; about its kind */
  bool failed, no_connection;     /* nobody was reached to take the request */
  bool url_is_secret;
  long connect_status; /* of a proxy that was asked for a tunnel; 0: none was */
} HttpEnd;

/* Fills detail, which stands in words, and proxy_failed; sets outcome and status where the proxy, or a redirect, is the
 * reason. */
void http_judge_end(const HttpEnd *end, HttpAnswer *answer, char words[HTTP_WORDS_SIZE]);

#endif
