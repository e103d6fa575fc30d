/* Keys out of a text. */
#include <closebell/feed/keys.h>
#include <closebell/feed/template.h>

#include <string.h>

#include "repeated.h"

/* The longest of the keys that the text begins with; 0: none. */
static size_t longest(const FeedKeys *keys, const char *text, size_t left, size_t *ret_key) {
  size_t most = 0;
  for (size_t i = 0; i < keys->count; i++) {
    size_t length = feed_key_at(text, left, keys->items[i].text);
    if (length <= most) continue;
    most = length;
    *ret_key = i;
  }
  return most;
}

void feed_keys_hide(const FeedKeys *keys, const char *text, TextBuffer *to) {
  char name[FEED_KEY_TEXT_SIZE];
  size_t left = strlen(text);
  while (left > 0) {
    size_t key = 0, length = longest(keys, text, left, &key), taken = length > 0 ? length : 1;
    if (length > 0)
      text_buffer_printf(to, "(%s)", feed_key_text(keys, key, name));
    else
      text_buffer_append(to, text, 1);
    text += taken;
    left -= taken;
  }
}
