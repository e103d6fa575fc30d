#include <closebell/feed/keys.h>

#include "words.h"

#include <closebell/base/sha256.h>
#include <closebell/base/text.h>
#include <closebell/feed/table.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the file ---- */

static bool is_key(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] > '~') return false;
  return length > 0 && length <= FEED_KEY_BYTES_MAX;
}

static void set_mark(FeedKey *key) {
  char bytes[32 + FEED_KEY_BYTES_MAX];
  int length = snprintf(bytes, sizeof bytes, "closebell feed key\n%s", key->text);
  Sha256Text sum = sha256_text(bytes, (size_t)length);
  memcpy(key->mark, sum.text, sizeof key->mark - 1);
  explicit_bzero(bytes, sizeof bytes);
}

static bool is_there(const FeedKeys *keys, const FeedKey *key) {
  for (size_t i = 0; i < keys->count; i++)
    if (strcmp(keys->items[i].text, key->text) == 0) return true;
  return false;
}

/* KEY [CALLS]; line is its own text. */
static Status take_key(FeedKeys *keys, char *line, Error *err) {
  Words words = {line};
  size_t length, calls_length, more;
  char *text = (char *)words_next(&words, &length), *calls = (char *)words_next(&words, &calls_length);
  (void)words_next(&words, &more);
  FeedKey key = {.text = text};
  text[length] = '\0';
  calls[calls_length] = '\0';
  if (!is_key(text, length))
    return error_set(err, STATUS_CONFIG, "a key has 1 to %d printable characters", FEED_KEY_BYTES_MAX);
  if (calls_length > 0 && !text_parse_int64(calls, 1, 1000000000, &key.calls_per_day))
    return error_set(err, STATUS_CONFIG, "behind the key its calls a day were expected, a number from 1 on");
  if (more > 0) return error_set(err, STATUS_CONFIG, "something follows the calls a day");
  if (is_there(keys, &key)) return error_set(err, STATUS_CONFIG, "this key stood there before");
  if (keys->count == FEED_KEYS_MAX) return error_set(err, STATUS_CONFIG, "there are more than %d keys", FEED_KEYS_MAX);
  set_mark(&key);
  keys->items[keys->count++] = key;
  return STATUS_OK;
}

static Status take_lines(FeedKeys *keys, char *text, size_t length, Error *err) {
  Status status = STATUS_OK;
  int number = 0;
  for (size_t at = 0; status == STATUS_OK && at < length;) {
    char *line = text + at, *end = memchr(line, '\n', length - at);
    size_t line_length = end == NULL ? length - at : (size_t)(end - line);
    at += line_length + 1;
    line[line_length] = '\0';
    if (line_length > 0 && line[line_length - 1] == '\r') line[line_length - 1] = '\0';
    number++;
    bool is_blank = line[strspn(line, " \t")] == '\0' || line[strspn(line, " \t")] == '#';
    if (!is_blank) status = take_key(keys, line, err);
    error_prefix(err, status, "line %d", number);
  }
  return status;
}

Status feed_keys_parse(const char *bytes, size_t length, FeedKeys *keys, Error *err) {
  enum { BYTES_MAX = 128 * 1024 };
  FeedKeys made = {.file = keys->file};
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3, length -= 3;
  if (length > BYTES_MAX) return error_set(err, STATUS_CONFIG, "it is larger than %d bytes", BYTES_MAX);
  if (length > 0 && memchr(bytes, '\0', length) != NULL)
    return error_set(err, STATUS_CONFIG, "a NUL byte stands in it");
  made.text = malloc(length + 2);
  made.items = calloc(FEED_KEYS_MAX, sizeof *made.items);
  Status status = STATUS_OK;
  if (made.text == NULL || made.items == NULL) {
    status = error_set(err, STATUS_NO_MEMORY, "no memory for keys");
  } else {
    if (length > 0) memcpy(made.text, bytes, length);
    memset(made.text + length, 0, 2);
    made.text_length = length;
    status = take_lines(&made, made.text, length, err);
  }
  made.are_missing = made.count == 0;
  if (status == STATUS_OK)
    *keys = made;
  else
    feed_keys_free(&made);
  return status;
}

/* The compiler may not leave the writing out because nobody reads it: what is freed can come into a core. */
void feed_keys_free(FeedKeys *keys) {
  if (keys->text != NULL) explicit_bzero(keys->text, keys->text_length);
  free(keys->text);
  free(keys->items);
  *keys = (FeedKeys){0};
}

/* ---- naming ---- */

char *feed_key_text(const FeedKeys *keys, size_t key, char text[FEED_KEY_TEXT_SIZE]) {
  if (keys->count == 0)
    snprintf(text, FEED_KEY_TEXT_SIZE, "no key");
  else
    snprintf(text, FEED_KEY_TEXT_SIZE, "key %zu of %zu", key + 1, keys->count);
  return text;
}

/* ---- rate ---- */

Status feed_rate_parse(const char *text, FeedRate *ret_rate, Error *err) {
  static const struct {
    const char *name;
    int64_t ms;
  } windows[] = {{"s", 1000}, {"min", 60000}, {"15min", 900000}, {"h", 3600000}};
  char number[12];
  FeedRate rate = {0};
  const char *slash = strchr(text, '/');
  size_t length = slash == NULL ? sizeof number : (size_t)(slash - text);
  if (length < sizeof number) {
    memcpy(number, text, length);
    number[length] = '\0';
    if (!text_parse_int64(number, 1, 1000000, &rate.calls)) rate.calls = 0;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
      if (strcmp(windows[i].name, slash + 1) == 0) rate.window_ms = windows[i].ms;
  }
  if (rate.calls == 0 || rate.window_ms == 0)
    return error_set(err, STATUS_CONFIG, "a rate was expected: N/s, N/min, N/15min or N/h");
  *ret_rate = rate;
  return STATUS_OK;
}
