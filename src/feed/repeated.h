/* repeated.h: whether an answer repeats a key of its feed: then nothing of it is quoted, and its texts are kept with
 * the key hidden. */
#ifndef CLOSEBELL_FEED_REPEATED_H
#define CLOSEBELL_FEED_REPEATED_H

#include <closebell/feed/definition.h>

typedef enum { REPEATS_NO_KEY, REPEATS_A_KEY, REPEATED_NO_MEMORY } Repeated;

/* The bytes hold a key as it is, or percent-encoded. */
Repeated feed_repeated(const FeedKeys *keys, const char *bytes, size_t length);

#endif
