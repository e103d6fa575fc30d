/* Keys out of a text. */
#include <closebell/feed/keys.h>
#include <closebell/feed/template.h>

#include <string.h>

/* The two digits behind a % may be small letters or capitals. */
static size_t begins_encoded(const char *text, const char *encoded) {
  size_t digits = 0;
  for (size_t i = 0; encoded[i] != '\0'; i++) {
    bool is_same = text[i] == encoded[i] || (digits > 0 && (text[i] | 0x20) == (encoded[i] | 0x20));
    if (!is_same) return 0;
    digits = encoded[i] == '%' ? 2 : digits > 0 ? digits - 1 : 0;
  }
  return strlen(encoded);
}

/* Bytes of the key, as it is or percent-encoded, that the text begins with; 0: none. */
static size_t begins_with(const char *text, const char *key, const char *encoded) {
  size_t length = strlen(key);
  return strncmp(text, key, length) == 0 ? length : begins_encoded(text, encoded);
}

/* The longest of the keys that the text begins with. */
static size_t longest(const FeedKeys *keys, char *const *encoded, const char *text, size_t *ret_key) {
  size_t most = 0;
  for (size_t i = 0; i < keys->count; i++) {
    size_t length = begins_with(text, keys->items[i].text, encoded[i]);
    if (length <= most) continue;
    most = length;
    *ret_key = i;
  }
  return most;
}

void feed_keys_hide(const FeedKeys *keys, const char *text, TextBuffer *to) {
  TextBuffer encoded[FEED_KEYS_MAX] = {{0}};
  char *texts[FEED_KEYS_MAX], name[FEED_KEY_TEXT_SIZE];
  bool failed = false;
  for (size_t i = 0; i < keys->count; i++) {
    feed_percent_encode(&encoded[i], keys->items[i].text);
    texts[i] = encoded[i].data;
    failed = failed || encoded[i].failed;
  }
  while (!failed && *text != '\0') {
    size_t key = 0, length = longest(keys, texts, text, &key);
    if (length > 0)
      text_buffer_printf(to, "(%s)", feed_key_text(keys, key, name));
    else
      text_buffer_append(to, text, 1);
    text += length > 0 ? length : 1;
  }
  for (size_t i = 0; i < keys->count; i++) {
    if (encoded[i].data != NULL) explicit_bzero(encoded[i].data, encoded[i].length);
    text_buffer_free(&encoded[i]);
  }
  to->failed = to->failed || failed;
}
