#include <closebell/feed/pointer.h>

#include <string.h>

/* "~0" and "~1" decoded into `to`; how many bytes of the name that makes, or -1 for a tilde with nothing known behind.
 */
static int decode(const char *from, size_t length, char *to) {
  int count = 0;
  for (size_t i = 0; i < length; i++, count++) {
    to[count] = from[i];
    if (from[i] != '~') continue;
    if (i + 1 == length || (from[i + 1] != '0' && from[i + 1] != '1')) return -1;
    to[count] = from[++i] == '0' ? '~' : '/';
  }
  return count;
}

const char *feed_pointer_parse(const char *text, bool has_star, FeedPointer *ret_pointer) {
  FeedPointer pointer = {.star = FEED_POINTER_STEPS};
  size_t used = 0;
  if (*text != '\0' && *text != '/') return "a pointer is empty or begins with /";
  if (strlen(text) >= FEED_POINTER_SIZE) return "the pointer is too long";
  while (*text == '/') {
    size_t length = strcspn(++text, "/");
    if (pointer.count == FEED_POINTER_STEPS) return "the pointer has too many steps";
    int name = decode(text, length, pointer.names + used);
    if (name < 0) return "behind ~ stands 0 or 1 (~0 is a tilde, ~1 a slash)";
    if (has_star && length == 1 && *text == '*') {
      if (pointer.star < FEED_POINTER_STEPS) return "the pointer has more than one *";
      pointer.star = pointer.count;
    }
    pointer.length[pointer.count++] = (uint8_t)name;
    used += (size_t)name;
    text += length;
  }
  *ret_pointer = pointer;
  return NULL;
}

static bool place_of(const char *name, size_t length, size_t *ret_place) {
  size_t place = 0;
  if (length == 0 || length > 9 || (length > 1 && name[0] == '0')) return false;
  for (size_t i = 0; i < length; i++) {
    if (name[i] < '0' || name[i] > '9') return false;
    place = place * 10 + (size_t)(name[i] - '0');
  }
  *ret_place = place;
  return true;
}

static const FeedJson *step(const FeedJson *from, const char *name, size_t length) {
  size_t place;
  if (from->kind == FEED_JSON_OBJECT) return feed_json_member(from, name, length);
  return place_of(name, length, &place) ? feed_json_item(from, place) : NULL;
}

static const FeedJson *walk(const FeedPointer *pointer, size_t from, size_t to, const FeedJson *value) {
  const char *name = pointer->names;
  for (size_t i = 0; i < to && value != NULL; i++) {
    if (i >= from) value = step(value, name, pointer->length[i]);
    name += pointer->length[i];
  }
  return value;
}

const FeedJson *feed_pointer_find(const FeedPointer *pointer, const FeedJson *root) {
  return walk(pointer, 0, pointer->star < pointer->count ? pointer->star : pointer->count, root);
}

const FeedJson *feed_pointer_follow(const char *text, const FeedJson *root) {
  FeedPointer pointer;
  return feed_pointer_parse(text, false, &pointer) == NULL ? feed_pointer_find(&pointer, root) : NULL;
}

const FeedJson *feed_pointer_find_in(const FeedPointer *pointer, const FeedJson *element) {
  return walk(pointer, pointer->star + (size_t)1, pointer->count, element);
}
