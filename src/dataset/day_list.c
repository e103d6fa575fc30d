#include "day_list.h"

#include <stdlib.h>

#include <closebell/base/vector.h>

static size_t place(const DayList *list, Day date) {
  size_t at = 0;
  while (at < list->count && list->items[at] != date) at++;
  return at;
}

bool day_list_has(const DayList *list, Day date) { return place(list, date) < list->count; }

Status day_list_add(DayList *list, Day date, Error *err) {
  if (day_list_has(list, date)) return STATUS_OK;
  Day *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", list->count + 1);
  list->items = items;
  items[list->count++] = date;
  return STATUS_OK;
}

void day_list_remove(DayList *list, Day date) {
  size_t at = place(list, date);
  if (at < list->count) list->items[at] = list->items[--list->count];
}

void day_list_free(DayList *list) {
  free(list->items);
  *list = (DayList){0};
}
