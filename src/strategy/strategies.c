#include <closebell/strategy/strategies.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "ini_files.h"

const NamedStrategy *strategies_find(const Strategies *strategies, const char *name) {
  for (size_t i = 0; i < strategies->count; i++)
    if (strcmp(strategies->items[i].name, name) == 0) return &strategies->items[i];
  return NULL;
}

void strategies_free(Strategies *strategies) {
  free(strategies->items);
  free(strategies->bad.items);
  *strategies = (Strategies){0};
}

static bool take_content(const IniFile *file, Strategy *ret_strategy, ScreenError *why) {
  char text[STRATEGY_MAX_BYTES + 1];
  size_t length = 0;
  return ini_file_read(file, STRATEGY_MAX_BYTES, text, &length, why) &&
         strategy_parse(text, length, ret_strategy, why) == STATUS_OK;
}

static Status take_file(const IniFiles *files, const IniFile *file, Strategies *to, size_t *capacity, Error *err) {
  ScreenError why = {0};
  NamedStrategy *items = vector_reserve(to->items, capacity, to->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the strategies");
  to->items = items;
  NamedStrategy *item = &items[to->count];
  if (!take_content(file, &item->strategy, &why)) return ini_files_refuse(files, file->path, &why, &to->bad, err);
  memcpy(item->name, file->name, sizeof item->name);
  memcpy(item->path, file->path, sizeof item->path);
  to->count++;
  return STATUS_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const NamedStrategy *)a)->name, ((const NamedStrategy *)b)->name);
}

Status strategies_load(const char *shipped, const char *own, Strategies *ret_strategies, Error *err) {
  IniFiles files = {.one = "strategy", .many = "strategies"};
  Strategies found = {0};
  size_t capacity = 0;
  Status status = ini_files_list(shipped, own, &files, err);
  for (size_t i = 0; status == STATUS_OK && i < files.count; i++)
    status = take_file(&files, &files.items[i], &found, &capacity, err);
  ini_files_free(&files);
  if (found.count > 0) qsort(found.items, found.count, sizeof *found.items, by_name);
  if (status == STATUS_OK)
    *ret_strategies = found;
  else
    strategies_free(&found);
  return status;
}
