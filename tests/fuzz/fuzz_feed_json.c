/* The JSON of declared feeds, held against jansson: both take a text or both refuse it, and then see the same values.
 * Accepted: ours takes it. They may differ in what json.h says, a number that no double holds and the nesting, and
 * where a NUL byte stands between values: jansson stops reading there. */
#include "fuzz.h"

#include <closebell/base/text.h>
#include <closebell/feed/json.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void check_value(const FeedJson *ours, const json_t *theirs);

static void check_text(const FeedJson *ours, const json_t *theirs) {
  FUZZ_CHECK(json_is_string(theirs) && json_string_length(theirs) == ours->length);
  FUZZ_CHECK(strlen(ours->text) == ours->length && memcmp(json_string_value(theirs), ours->text, ours->length) == 0);
  FUZZ_CHECK(text_is_utf8(ours->text, ours->length));
}

static void check_number(const FeedJson *ours, const json_t *theirs) {
  FUZZ_CHECK(strlen(ours->text) == ours->length && json_is_real(theirs));
  FUZZ_CHECK(strtod(ours->text, NULL) == json_real_value(theirs));
}

static void check_array(const FeedJson *ours, const json_t *theirs) {
  size_t place = 0;
  FUZZ_CHECK(json_is_array(theirs) && json_array_size(theirs) == ours->length);
  for (const FeedJson *item = ours->first; item != NULL; item = item->next, place++)
    check_value(item, json_array_get(theirs, place));
  FUZZ_CHECK(place == ours->length);
}

static void check_object(const FeedJson *ours, const json_t *theirs) {
  size_t count = 0;
  FUZZ_CHECK(json_is_object(theirs) && json_object_size(theirs) == ours->length);
  for (const FeedJson *member = ours->first; member != NULL; member = member->next, count++) {
    FUZZ_CHECK(strlen(member->name) == member->name_length);
    FUZZ_CHECK(feed_json_member(ours, member->name, member->name_length) == member);
    check_value(member, json_object_get(theirs, member->name));
  }
  FUZZ_CHECK(count == ours->length);
}

static void check_value(const FeedJson *ours, const json_t *theirs) {
  FUZZ_CHECK(theirs != NULL);
  switch (ours->kind) {
  case FEED_JSON_NULL:
    FUZZ_CHECK(json_is_null(theirs));
    break;
  case FEED_JSON_FALSE:
    FUZZ_CHECK(json_is_false(theirs));
    break;
  case FEED_JSON_TRUE:
    FUZZ_CHECK(json_is_true(theirs));
    break;
  case FEED_JSON_NUMBER:
    check_number(ours, theirs);
    break;
  case FEED_JSON_TEXT:
    check_text(ours, theirs);
    break;
  case FEED_JSON_ARRAY:
    check_array(ours, theirs);
    break;
  case FEED_JSON_OBJECT:
    check_object(ours, theirs);
    break;
  }
}

static int depth_of(const json_t *value) {
  size_t place;
  const char *name;
  json_t *inner;
  int deepest = 0;
  if (json_is_array(value)) json_array_foreach(value, place, inner) {
      int depth = depth_of(inner);
      if (depth > deepest) deepest = depth;
    }
  if (json_is_object(value)) json_object_foreach((json_t *)(uintptr_t)value, name, inner) {
      int depth = depth_of(inner);
      if (depth > deepest) deepest = depth;
    }
  return json_is_array(value) || json_is_object(value) ? deepest + 1 : 0;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  FeedJsonText text = {0};
  Error err = {{0}};
  json_error_t error;
  bool accepted = feed_json_open((const char *)data, size, &text, &err) == STATUS_OK;
  json_t *theirs =
      json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
  if (accepted && theirs != NULL)
    check_value(text.root, theirs);
  else if (accepted)
    FUZZ_CHECK(json_error_code(&error) == json_error_numeric_overflow);
  else if (theirs != NULL && memchr(data, '\0', size) == NULL)
    FUZZ_CHECK(depth_of(theirs) > FEED_JSON_MAX_DEPTH && text.fault == FEED_JSON_UNFIT);
  if (!accepted) {
    FUZZ_CHECK(text.root == NULL && text.arena == NULL);
    fuzz_check_message(err.text);
  }
  json_decref(theirs);
  feed_json_close(&text);
  return accepted;
}
