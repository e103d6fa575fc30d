/* repeated.h: whether an answer repeats a key of its feed: then nothing of it is quoted, and its texts are kept with
 * the key hidden. */
#ifndef CLOSEBELL_FEED_REPEATED_H
#define CLOSEBELL_FEED_REPEATED_H

#include <stdbool.h>

#include <closebell/feed/definition.h>

/* How many of these bytes are the key, as it is or with bytes percent-encoded: all of them, or some, as services do it.
 * 0: another text stands there. */
size_t feed_key_at(const char *bytes, size_t length, const char *key);

/* A key stands anywhere in the bytes. */
bool feed_repeated(const FeedKeys *keys, const char *bytes, size_t length);

#endif
