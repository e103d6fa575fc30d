#include "repeated.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <closebell/feed/template.h>

/* In letters of any case, as keys are hidden: hexadecimal digits are written in both. */
static bool holds(const char *bytes, size_t length, const TextBuffer *sought) {
  const char *end = sought->length <= length ? bytes + (length - sought->length) : NULL;
  int lower = *sought->data | 0x20;
  for (const char *at = bytes; end != NULL && at <= end; at++)
    if ((*at | 0x20) == lower && strncasecmp(at, sought->data, sought->length) == 0) return true;
  return false;
}

Repeated feed_repeated(const FeedKeys *keys, const char *bytes, size_t length) {
  bool found = false, failed = false;
  for (size_t i = 0; i < keys->count && !found && !failed; i++) {
    TextBuffer encoded = {0};
    const char *key = keys->items[i].text;
    feed_percent_encode(&encoded, key);
    failed = encoded.failed || encoded.data == NULL;
    if (!failed) found = memmem(bytes, length, key, strlen(key)) != NULL || holds(bytes, length, &encoded);
    if (encoded.data != NULL) explicit_bzero(encoded.data, encoded.length);
    text_buffer_free(&encoded);
  }
  return failed ? REPEATED_NO_MEMORY : found ? REPEATS_A_KEY : REPEATS_NO_KEY;
}
