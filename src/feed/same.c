/* Rows that have one _id. */
#include <closebell/feed/rows.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/fnv.h>

static size_t hash_of(const char *text) {
  uint64_t hash = fnv_64(FNV_START, text, strlen(text));
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
