#include "strategy_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

void strategies_free(Strategies *strategies) {
  free(strategies->items);
  *strategies = (Strategies){0};
}

static bool read_file(const char *path, char text[STRATEGY_MAX_BYTES + 1], size_t *ret_length) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  *ret_length = fread(text, 1, STRATEGY_MAX_BYTES + 1, file);
  bool whole = !ferror(file);
  fclose(file);
  return whole;
}

static void take_file(const char *folder, const char *file, const Log *log, Strategies *strategies) {
  char path[1024], text[STRATEGY_MAX_BYTES + 1];
  size_t name_length = strlen(file) - 4, length;
  ScreenError error = {0};
  if (name_length >= STRATEGY_NAME_SIZE) return;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  NamedStrategy *items = vector_reserve(strategies->items, &strategies->capacity, strategies->count + 1, sizeof *items);
  if (!items || !read_file(path, text, &length)) {
    log_warn(log, "%s could not be read: the strategy is left out", path);
    if (items) strategies->items = items;
    return;
  }
  strategies->items = items;
  NamedStrategy *added = &items[strategies->count];
  snprintf(added->name, sizeof added->name, "%.*s", (int)name_length, file);
  if (strategy_parse(text, length, &added->strategy, &error) == STATUS_OK)
    strategies->count++;
  else
    log_warn(log, "%s:%d:%d: %s: the strategy is left out", path, error.line, error.column, error.what);
}

static int is_strategy(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".ini") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

void strategies_load(const char *folder, const Log *log, Strategies *ret_strategies) {
  Strategies strategies = {0};
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, is_strategy, by_bytes);
  if (count < 0) log_warn(log, "no strategies: the folder %s cannot be read", folder);
  for (int i = 0; i < count; i++) {
    take_file(folder, entries[i]->d_name, log, &strategies);
    free(entries[i]);
  }
  free(entries);
  *ret_strategies = strategies;
}
