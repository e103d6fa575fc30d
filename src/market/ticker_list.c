#include <closebell/market/ticker_list.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

static int compare(const void *a, const void *b) { return strcmp(a, b); }

Status ticker_list_add(TickerList *list, const char *ticker, Error *err) {
  if (!ticker_is_valid(ticker)) return error_set(err, STATUS_INTERNAL, "a list of tickers gets what is none");
  char(*items)[TICKER_SIZE] = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "a list of tickers: out of memory");
  list->items = items;
  memset(items[list->count], 0, sizeof *items);
  text_copy(items[list->count++], sizeof *items, ticker);
  return STATUS_OK;
}

void ticker_list_settle(TickerList *list) {
  size_t kept = 0;
  if (list->count == 0) return;
  qsort(list->items, list->count, sizeof *list->items, compare);
  for (size_t i = 0; i < list->count; i++) {
    if (kept > 0 && strcmp(list->items[kept - 1], list->items[i]) == 0) continue;
    memmove(list->items[kept++], list->items[i], sizeof *list->items);
  }
  list->count = kept;
}

bool ticker_list_has(const TickerList *list, const char *ticker) {
  return list->count > 0 && bsearch(ticker, list->items, list->count, sizeof *list->items, compare) != NULL;
}

void ticker_list_free(TickerList *list) {
  free(list->items);
  *list = (TickerList){0};
}

/* What is read goes in order: the end is looked at first. */
size_t ticker_position(const void *items, size_t count, size_t size, const char *ticker) {
  const char *first = items;
  size_t low = 0, high = count;
  if (high > 0 && strcmp(first + (high - 1) * size, ticker) < 0) return high;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(first + middle * size, ticker) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
