/* quote.h: foreign text as part of a message. */
#ifndef CLOSEBELL_FEED_QUOTE_H
#define CLOSEBELL_FEED_QUOTE_H

enum { FEED_QUOTE_SIZE = 48 };
typedef struct {
  char text[FEED_QUOTE_SIZE];
} FeedQuote;

/* Printable ASCII, anything else as ?, cut when long. Whoever quotes an answer has made sure that no key is in it. */
FeedQuote feed_quote(const char *text);

#endif
