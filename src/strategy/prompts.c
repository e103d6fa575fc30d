#include <closebell/strategy/prompts.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ini_files.h"

_Static_assert(offsetof(NamedPrompt, name) == offsetof(IniName, name) &&
                   offsetof(NamedPrompt, path) == offsetof(IniName, path),
               "it begins with the name of its file");

static bool parse(const char *text, size_t length, void *item, ScreenError *why) {
  return prompt_parse(text, length, &((NamedPrompt *)item)->prompt, why) == STATUS_OK;
}

static const IniKind KIND = {.one = "prompt",
                             .many = "prompts",
                             .item_size = sizeof(NamedPrompt),
                             .max_bytes = PROMPT_MAX_BYTES,
                             .parse = parse};

const NamedPrompt *prompts_find(const Prompts *prompts, const char *name) {
  return ini_item_find(&KIND, prompts->items, prompts->count, name);
}

const char *prompts_nearest(const Prompts *prompts, const char *name) {
  for (size_t i = 0; i < prompts->count; i++) {
    const char *const one[] = {prompts->items[i].name, NULL};
    if (screen_nearest(name, strlen(name), one) != NULL) return one[0];
  }
  return NULL;
}

Status prompts_load(const char *shipped, const char *own, Prompts *ret_prompts, Error *err) {
  IniItems found = {0};
  Status status = ini_files_load(&KIND, shipped, own, &found, err);
  if (status == STATUS_OK) *ret_prompts = (Prompts){.items = found.items, .count = found.count, .bad = found.bad};
  return status;
}

void prompts_free(Prompts *prompts) {
  free(prompts->items);
  free(prompts->bad.items);
  *prompts = (Prompts){0};
}
