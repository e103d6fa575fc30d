/* Keys out of a text. */
#include <closebell/feed/keys.h>
#include <closebell/feed/template.h>

#include <string.h>

/* The value of a hexadecimal digit; -1: it is none. */
static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of the text that stand for this one of the key: 3 where it is percent-encoded, 1 as it is; 0: it is another. */
static size_t stands_for(const char *text, char byte) {
  int high = text[0] == '%' ? digit_of(text[1]) : -1, low = high >= 0 ? digit_of(text[2]) : -1;
  if (low >= 0 && high * 16 + low == (unsigned char)byte) return 3;
  return text[0] == byte;
}

/* Bytes of the key that the text begins with; 0: none. Services encode some bytes of a key and leave others. A key that
 * holds a % itself is looked for as it is first. */
static size_t begins_with(const char *text, const char *key) {
  size_t length = strlen(key), taken = 0;
  if (strncmp(text, key, length) == 0) return length;
  for (size_t i = 0; i < length; i++) {
    size_t bytes = stands_for(text + taken, key[i]);
    if (bytes == 0) return 0;
    taken += bytes;
  }
  return taken;
}

/* The longest of the keys that the text begins with. */
static size_t longest(const FeedKeys *keys, const char *text, size_t *ret_key) {
  size_t most = 0;
  for (size_t i = 0; i < keys->count; i++) {
    size_t length = begins_with(text, keys->items[i].text);
    if (length <= most) continue;
    most = length;
    *ret_key = i;
  }
  return most;
}

void feed_keys_hide(const FeedKeys *keys, const char *text, TextBuffer *to) {
  char name[FEED_KEY_TEXT_SIZE];
  while (*text != '\0') {
    size_t key = 0, length = longest(keys, text, &key);
    if (length > 0)
      text_buffer_printf(to, "(%s)", feed_key_text(keys, key, name));
    else
      text_buffer_append(to, text, 1);
    text += length > 0 ? length : 1;
  }
}
