#include "repeated.h"

#include <string.h>

#include <closebell/feed/template.h>

Repeated feed_repeated(const FeedKeys *keys, const char *bytes, size_t length) {
  bool found = false, failed = false;
  for (size_t i = 0; i < keys->count && !found && !failed; i++) {
    TextBuffer encoded = {0};
    const char *key = keys->items[i].text;
    feed_percent_encode(&encoded, key);
    failed = encoded.failed || encoded.data == NULL;
    if (!failed)
      found = memmem(bytes, length, key, strlen(key)) != NULL ||
              memmem(bytes, length, encoded.data, encoded.length) != NULL;
    text_buffer_free(&encoded);
  }
  return failed ? REPEATED_NO_MEMORY : found ? REPEATS_A_KEY : REPEATS_NO_KEY;
}
