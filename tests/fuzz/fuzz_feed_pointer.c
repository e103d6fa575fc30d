/* "POINTER\nJSON", held against a walk over jansson's values. Accepted: the pointer leads to a value. */
#include "fuzz.h"

#include <closebell/feed/pointer.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* One step, as RFC 6901 tells it; the name is decoded in place: ~1 first, then ~0. */
static const json_t *their_step(const json_t *value, char *name) {
  char *to = name;
  for (const char *from = name; *from != '\0'; from++) {
    bool escaped = *from == '~';
    *to++ = !escaped ? *from : from[1] == '1' ? '/' : '~';
    from += escaped;
  }
  *to = '\0';
  if (json_is_object(value)) return json_object_get(value, name);
  size_t digits = strspn(name, "0123456789");
  if (!json_is_array(value) || digits == 0 || name[digits] != '\0' || (digits > 1 && *name == '0')) return NULL;
  return strlen(name) > 9 ? NULL : json_array_get(value, strtoul(name, NULL, 10));
}

static const json_t *their_find(const char *pointer, const json_t *value) {
  char *copy = strdup(pointer), *at = copy;
  FUZZ_CHECK(copy != NULL);
  while (value != NULL && *at == '/') {
    char *name = ++at;
    at += strcspn(at, "/");
    char end = *at;
    *at = '\0';
    value = their_step(value, name);
    *at = end;
  }
  free(copy);
  return value;
}

static bool is_pointer(const char *text) {
  for (const char *c = strchr(text, '~'); c != NULL; c = strchr(c + 1, '~'))
    if (c[1] != '0' && c[1] != '1') return false;
  return *text == '\0' || *text == '/';
}

static void check_found(const FeedJson *ours, const json_t *theirs) {
  static const json_type types[] = {JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT};
  FUZZ_CHECK((ours != NULL) == (theirs != NULL));
  if (ours != NULL) FUZZ_CHECK(types[ours->kind] == json_typeof(theirs));
}

/* A star in a pointer changes where it ends, and never leads outside. */
static void check_star(const char *text, const FeedJson *root) {
  FeedPointer pointer;
  if (feed_pointer_parse(text, true, &pointer) != NULL) return;
  const FeedJson *array = feed_pointer_find(&pointer, root);
  if (array == NULL || pointer.star == FEED_POINTER_STEPS) return;
  for (const FeedJson *item = array->first; item != NULL; item = item->next) (void)feed_pointer_find_in(&pointer, item);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data, *line_end = size > 0 ? memchr(bytes, '\n', size) : NULL;
  if (line_end == NULL) return false;
  char *text = fuzz_text(data, (size_t)(line_end - bytes));
  const char *body = line_end + 1;
  size_t length = size - (size_t)(body - bytes), steps = 0;
  FeedPointer pointer;
  FeedJsonText json = {0};
  const FeedJson *found = NULL;
  for (const char *c = text; *c != '\0'; c++) steps += *c == '/';
  bool parsed = feed_pointer_parse(text, false, &pointer) == NULL;
  FUZZ_CHECK(parsed == (is_pointer(text) && strlen(text) < FEED_POINTER_SIZE && steps <= FEED_POINTER_STEPS));
  if (parsed && feed_json_open(body, length, &json, NULL) == STATUS_OK) {
    json_t *theirs = json_loadb(body, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    found = feed_pointer_find(&pointer, json.root);
    if (theirs != NULL) check_found(found, their_find(text, theirs));
    check_star(text, json.root);
    json_decref(theirs);
  }
  bool accepted = found != NULL;
  feed_json_close(&json);
  free(text);
  return accepted;
}
