#include <closebell/strategy/strategies.h>

#include <stddef.h>
#include <stdlib.h>

#include "ini_files.h"

_Static_assert(offsetof(NamedStrategy, name) == offsetof(IniName, name) &&
                   offsetof(NamedStrategy, path) == offsetof(IniName, path),
               "it begins with the name of its file");

static bool parse(const char *text, size_t length, void *item, ScreenError *why) {
  return strategy_parse(text, length, &((NamedStrategy *)item)->strategy, why) == STATUS_OK;
}

static const IniKind KIND = {.one = "strategy",
                             .many = "strategies",
                             .item_size = sizeof(NamedStrategy),
                             .max_bytes = STRATEGY_MAX_BYTES,
                             .parse = parse};

const NamedStrategy *strategies_find(const Strategies *strategies, const char *name) {
  return ini_item_find(&KIND, strategies->items, strategies->count, name);
}

Status strategies_load(const char *shipped, const char *own, Strategies *ret_strategies, Error *err) {
  IniItems found = {0};
  Status status = ini_files_load(&KIND, shipped, own, &found, err);
  if (status == STATUS_OK) *ret_strategies = (Strategies){.items = found.items, .count = found.count, .bad = found.bad};
  return status;
}

void strategies_free(Strategies *strategies) {
  free(strategies->items);
  free(strategies->bad.items);
  *strategies = (Strategies){0};
}
