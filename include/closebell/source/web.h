/* web.h: the web as a provider: whom the files of [feeds] folder name. A question carries its request
 * (Question.written) and the texts that nothing may show (Question.secrets); an answer is the body as it came: what it
 * says, the feed's file decides.
 *
 * Only addresses of the public internet are asked, and those of [feeds] allow; this host where the URL names it. */
#ifndef CLOSEBELL_SOURCE_WEB_H
#define CLOSEBELL_SOURCE_WEB_H

#include <closebell/source/provider.h>

#define PROVIDER_WEB "web"
/* Its one question. */
#define FEED_WEB "web"

enum { WEB_ANSWER_BYTES_MAX = 16 << 20 };

/* What came, whatever the HTTP status: ANSWER_ROWS with one of these. Only what did not arrive whole is another kind.
 */
typedef struct {
  int http_status;
  char rate_reset[HTTP_RATE_RESET_SIZE]; /* x-rate-limit-reset as it was given; empty: it was not */
  size_t length;
  char bytes[]; /* length of them, then a NUL */
} WebBody;

extern const PayloadType PAYLOAD_WEB_BODY;
extern const Feed WEB_FEED;
extern const Provider WEB_PROVIDER;

#endif
