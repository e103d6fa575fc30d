/* quote.h: foreign text as part of a message. */
#ifndef CLOSEBELL_FEED_QUOTE_H
#define CLOSEBELL_FEED_QUOTE_H

#include <closebell/feed/definition.h>

enum { FEED_QUOTE_SIZE = 48 };
typedef struct {
  char text[FEED_QUOTE_SIZE];
} FeedQuote;

/* Printable ASCII, anything else as ?, cut when long. Empty where it would show a piece of a key, as a service does
 * that repeats keys in part. */
FeedQuote feed_quote(const FeedKeys *keys, const char *text);

#endif
