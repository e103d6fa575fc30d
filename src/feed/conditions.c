#include "conditions.h"

#include <string.h>

#include <closebell/feed/pointer.h>

static bool is_written_so(const FeedJson *json, const char *text) {
  switch (json->kind) {
  case FEED_JSON_TEXT:
  case FEED_JSON_NUMBER:
    return strcmp(json->text, text) == 0;
  case FEED_JSON_ARRAY:
  case FEED_JSON_OBJECT:
    return false;
  default: /* true, false and null are named by their words */
    return strcmp(feed_json_kind_name(json->kind), text) == 0;
  }
}

static bool holds(const FeedCondition *condition, const FeedJson *root) {
  FeedPointer pointer;
  if (feed_pointer_parse(condition->pointer, false, &pointer) != NULL) return false;
  const FeedJson *json = feed_pointer_find(&pointer, root);
  if (condition->test == FEED_EXISTS) return json != NULL;
  if (condition->test == FEED_IS_ABSENT) return json == NULL;
  return json != NULL && is_written_so(json, condition->text);
}

const FeedCondition *conditions_met(const FeedConditions *conditions, const FeedJson *root) {
  for (size_t i = 0; i < conditions->count; i++)
    if (holds(&conditions->items[i], root)) return &conditions->items[i];
  return NULL;
}
