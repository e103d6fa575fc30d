#include <closebell/feed/rows.h>

#include "arena.h"
#include "mapping.h"
#include "reason.h"
#include "repeated.h"

#include <stdlib.h>

#include <closebell/base/vector.h>

/* --- what `rows` leads to --- */

/* The rows are first and those after it; of members, those that are objects. */
typedef struct {
  const FeedJson *first;
  bool is_one, are_members;
} Found;

static Found found_in_object(const FeedJson *object) {
  for (const FeedJson *member = object->first; member != NULL; member = member->next)
    if (member->kind == FEED_JSON_OBJECT) return (Found){.first = object->first, .are_members = true};
  return (Found){.first = object->length > 0 ? object : NULL, .is_one = true};
}

/* Services write "" where they would write an object with a list in it, when the list is empty. */
static bool ends_in_nothing(FeedPointer pointer, const FeedJson *root) {
  for (; pointer.count > 1; pointer.count--) {
    FeedPointer before = pointer;
    before.count--;
    const FeedJson *value = feed_pointer_find(&before, root);
    if (value != NULL) return value->kind == FEED_JSON_TEXT && value->length == 0;
  }
  return false;
}

static Status find_rows(const Mapping *mapping, Found *ret_found) {
  const FeedRows *rules = mapping->rules;
  FeedPointer pointer;
  const char *fault = feed_pointer_parse(rules->pointer, false, &pointer);
  const FeedJson *value = fault == NULL ? feed_pointer_find(&pointer, mapping->answer->root) : NULL;
  *ret_found = (Found){.first = NULL};
  if (value == NULL && fault == NULL && ends_in_nothing(pointer, mapping->answer->root)) return STATUS_OK;
  if (value == NULL)
    return feed_refuse(mapping->reason, "there is nothing at \"%.100s\", where rows were due", rules->pointer);
  if (rules->is_single)
    *ret_found = (Found){.first = value, .is_one = true};
  else if (value->kind == FEED_JSON_ARRAY)
    ret_found->first = value->first;
  else if (value->kind == FEED_JSON_OBJECT)
    *ret_found = found_in_object(value);
  else if (value->kind != FEED_JSON_TEXT || value->length > 0)
    return feed_refuse(mapping->reason, "%s stands at \"%.100s\", where rows were due",
                       feed_json_kind_name(value->kind), rules->pointer);
  return STATUS_OK;
}

/* --- adding --- */

static Status check_bounds(const Mapping *mapping, const FeedRowList *rows) {
  if (rows->count > FEED_ROWS_MAX) return feed_refuse(mapping->reason, "there are more than %d rows", FEED_ROWS_MAX);
  if (mapping->keep.bytes > FEED_ROWS_BYTES_MAX) return feed_refuse(mapping->reason, "the rows take more than 256 MiB");
  return STATUS_OK;
}

static Status add_row(Mapping *mapping, const FeedJson *json, FeedRowList *rows) {
  FeedRow row = {0};
  bool left_out;
  rows->received++;
  Status status = mapping_read_row(mapping, json, &row, &left_out);
  if (status != STATUS_OK || left_out) return status;
  void *moved = vector_reserve(rows->items, &rows->capacity, rows->count + 1, sizeof(*rows->items));
  if (moved == NULL) return feed_refuse_memory(mapping->reason);
  rows->items = moved;
  rows->items[rows->count++] = row;
  return check_bounds(mapping, rows);
}

static Status add_found(Mapping *mapping, const Found *found, FeedRowList *rows) {
  Status status = STATUS_OK;
  for (const FeedJson *json = found->first; json != NULL && status == STATUS_OK;
       json = found->is_one ? NULL : json->next) {
    if (found->are_members && json->kind != FEED_JSON_OBJECT) continue;
    mapping->row_name = found->are_members ? json->name : NULL;
    mapping->number = rows->received + 1;
    if (!found->is_one && json->kind != FEED_JSON_OBJECT)
      return mapping_fail(mapping, NULL, "%s is no object", feed_json_kind_name(json->kind));
    status = add_row(mapping, json, rows);
  }
  return status;
}

static Status add_all(Mapping *mapping, FeedRowList *rows) {
  Found found;
  Status status = mapping_open(mapping);
  if (status == STATUS_OK) status = find_rows(mapping, &found);
  if (status == STATUS_OK) status = add_found(mapping, &found, rows);
  mapping_close(mapping);
  return status;
}

Status feed_rows_add(const FeedAsked *asked, const FeedJsonText *answer, FeedRowList *rows,
                     char reason[FEED_REASON_SIZE]) {
  const FeedKeys *keys = &asked->definition->keys;
  bool repeats_a_key = feed_repeated(keys, answer->decoded, answer->decoded_length);
  if (rows->arena == NULL) rows->arena = feed_arena_new();
  if (rows->arena == NULL) return feed_refuse_memory(reason);
  Mapping mapping = {.asked = asked,
                     .rules = &asked->definition->rows,
                     .answer = answer,
                     .keep = {.arena = rows->arena, .bytes = rows->bytes},
                     .may_quote = !repeats_a_key,
                     .reason = reason};
  if (repeats_a_key) mapping.keep.keys = keys;
  size_t count = rows->count, received = rows->received;
  Status status = add_all(&mapping, rows);
  rows->bytes = mapping.keep.bytes;
  if (status != STATUS_OK) rows->count = count, rows->received = received;
  return status;
}

void feed_rows_free(FeedRowList *rows) {
  free(rows->items);
  feed_arena_free(rows->arena);
  *rows = (FeedRowList){0};
}
