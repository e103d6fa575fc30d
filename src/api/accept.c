#include <closebell/api/accept.h>

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* One item of a list by commas, without blanks around. */
typedef struct {
  const char *text;
  size_t length;
} Item;

static Item trimmed(const char *text, size_t length) {
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  return (Item){text, length};
}

static bool next_item(const char **list, char separator, Item *ret_item) {
  if (!*list) return false;
  const char *end = strchr(*list, separator);
  *ret_item = trimmed(*list, end ? (size_t)(end - *list) : strlen(*list));
  *list = end ? end + 1 : NULL;
  return true;
}

static bool is(Item item, const char *word) {
  return item.length == strlen(word) && strncasecmp(item.text, word, item.length) == 0;
}

/* "q=0", "q=0.000": nothing but zeros. */
static bool says_never(Item parameter) {
  if (parameter.length < 3 || strncasecmp(parameter.text, "q=", 2) != 0) return false;
  for (size_t i = 2; i < parameter.length; i++)
    if (parameter.text[i] != '0' && parameter.text[i] != '.') return false;
  return true;
}

/* The name of the item, and whether its weight excludes it. */
static Item split(Item item, bool *ret_never) {
  const char *semicolon = memchr(item.text, ';', item.length);
  *ret_never = false;
  if (!semicolon) return item;
  const char *end = item.text + item.length, *at = semicolon + 1;
  while (at < end) {
    const char *next = memchr(at, ';', (size_t)(end - at));
    size_t length = next ? (size_t)(next - at) : (size_t)(end - at);
    if (says_never(trimmed(at, length))) *ret_never = true;
    at += length + 1;
  }
  return trimmed(item.text, (size_t)(semicolon - item.text));
}

/* 3: the type itself, 2: its family, 1: everything, 0: another. */
static int closeness(Item range, const char *type) {
  size_t family = strcspn(type, "/") + 1;
  if (is(range, type)) return 3;
  if (range.length == family + 1 && strncasecmp(range.text, type, family) == 0 && range.text[family] == '*') return 2;
  return is(range, "*/*") || is(range, "*") ? 1 : 0;
}

bool accept_takes(const char *accept, const char *type) {
  Item item;
  int best = 0;
  bool takes = false, empty = true;
  while (next_item(&accept, ',', &item)) {
    bool never;
    Item range = split(item, &never);
    if (range.length == 0) continue;
    empty = false;
    int close = closeness(range, type);
    if (close > best) {
      best = close;
      takes = !never;
    }
  }
  return empty || takes;
}

bool accept_takes_gzip(const char *accept_encoding) {
  Item item;
  bool takes = false, named = false;
  while (next_item(&accept_encoding, ',', &item)) {
    bool never;
    Item coding = split(item, &never);
    if (is(coding, "gzip") || is(coding, "x-gzip")) {
      named = true;
      takes = !never;
    } else if (is(coding, "*") && !named) {
      takes = !never;
    }
  }
  return takes;
}

bool etag_is_among(const char *if_none_match, const char *etag) {
  Item item;
  while (next_item(&if_none_match, ',', &item)) {
    if (item.length > 2 && strncmp(item.text, "W/", 2) == 0) item.text += 2, item.length -= 2;
    if ((item.length == strlen(etag) && memcmp(item.text, etag, item.length) == 0) || is(item, "*")) return true;
  }
  return false;
}
