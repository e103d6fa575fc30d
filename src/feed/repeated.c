#include "repeated.h"

#include <string.h>

/* The value of a hexadecimal digit; -1: it is none. */
static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes that stand for this one of the key: 3 where it is percent-encoded, 1 as it is; 0: it is another. */
static size_t stands_for(const char *bytes, size_t length, char byte) {
  if (length == 0) return 0;
  if (length >= 3 && *bytes == '%') {
    int high = digit_of(bytes[1]), low = digit_of(bytes[2]);
    if (high >= 0 && low >= 0 && high * 16 + low == (unsigned char)byte) return 3;
  }
  return *bytes == byte;
}

static size_t mixed_at(const char *bytes, size_t length, const char *key) {
  size_t taken = 0;
  for (; *key != '\0'; key++) {
    size_t some = stands_for(bytes + taken, length - taken, *key);
    if (some == 0) return 0;
    taken += some;
  }
  return taken;
}

/* As it is first: a key may hold a % itself. */
size_t feed_key_at(const char *bytes, size_t length, const char *key) {
  size_t whole = strlen(key);
  return whole <= length && memcmp(bytes, key, whole) == 0 ? whole : mixed_at(bytes, length, key);
}

static bool holds(const char *bytes, size_t length, const char *key) {
  if (memmem(bytes, length, key, strlen(key)) != NULL) return true;
  for (size_t i = 0; i < length; i++)
    if (mixed_at(bytes + i, length - i, key) > 0) return true;
  return false;
}

bool feed_repeated(const FeedKeys *keys, const char *bytes, size_t length) {
  for (size_t i = 0; i < keys->count; i++)
    if (holds(bytes, length, keys->items[i].text)) return true;
  return false;
}
