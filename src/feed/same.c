/* Rows that are one: by their _id, or by their values. */
#include <closebell/feed/rows.h>

#include <stdlib.h>
#include <string.h>

/* --- values --- */

static bool texts_equal(const FeedTexts *a, const FeedTexts *b) {
  if (a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (strcmp(a->items[i], b->items[i]) != 0) return false;
  return true;
}

bool feed_value_equals(const FeedValue *a, const FeedValue *b) {
  if (a->type != b->type || a->is_absent != b->is_absent) return false;
  if (a->is_absent) return true;
  switch (a->type) {
  case FEED_STRING:
    return strcmp(a->text, b->text) == 0;
  case FEED_INT:
    return a->whole == b->whole;
  case FEED_DOUBLE:
    return a->real == b->real;
  case FEED_BOOL:
    return a->truth == b->truth;
  case FEED_DATE:
    return a->day == b->day;
  case FEED_INSTANT:
    return a->instant == b->instant;
  default:
    return texts_equal(&a->texts, &b->texts);
  }
}

bool feed_row_equals(const FeedRow *a, const FeedRow *b, size_t field_count) {
  for (size_t i = 0; i < field_count; i++)
    if (!feed_value_equals(&a->values[i], &b->values[i])) return false;
  return true;
}

/* --- ids --- */

/* FNV-1a. */
static size_t hash_of(const char *text) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
  return (size_t)(hash ^ (hash >> 32));
}

/* Places of rows by their _id, one more than the place; 0: free. There are at least twice as many as rows. */
typedef struct {
  size_t *slots, mask;
} Index;

/* The slot of that _id, or the free one where it would be. */
static size_t *find_slot(const Index *index, const FeedRow *rows, const char *id) {
  size_t at = hash_of(id) & index->mask;
  while (index->slots[at] != 0 && strcmp(rows[index->slots[at] - 1].id, id) != 0) at = (at + 1) & index->mask;
  return &index->slots[at];
}

bool feed_rows_make_distinct(FeedRowList *rows, FeedKeep keep) {
  size_t size = 16, kept = 0;
  while (size < rows->count * 2) size *= 2;
  Index index = {.slots = calloc(size, sizeof(*index.slots)), .mask = size - 1};
  if (index.slots == NULL) return false;
  for (size_t i = 0; i < rows->count; i++) {
    const FeedRow row = rows->items[i];
    size_t *slot = find_slot(&index, rows->items, row.id);
    if (*slot == 0) {
      rows->items[kept++] = row;
      *slot = kept;
    } else if (keep == FEED_KEEP_NEWEST)
      rows->items[*slot - 1] = row;
  }
  rows->count = kept;
  free(index.slots);
  return true;
}
