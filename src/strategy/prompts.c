#include <closebell/strategy/prompts.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "ini_files.h"

const NamedPrompt *prompts_find(const Prompts *prompts, const char *name) {
  for (size_t i = 0; i < prompts->count; i++)
    if (strcmp(prompts->items[i].name, name) == 0) return &prompts->items[i];
  return NULL;
}

const char *prompts_nearest(const Prompts *prompts, const char *name) {
  for (size_t i = 0; i < prompts->count; i++) {
    const char *const one[] = {prompts->items[i].name, NULL};
    if (screen_nearest(name, strlen(name), one) != NULL) return one[0];
  }
  return NULL;
}

void prompts_free(Prompts *prompts) {
  free(prompts->items);
  free(prompts->bad.items);
  *prompts = (Prompts){0};
}

static bool take_content(const IniFile *file, Prompt *ret_prompt, ScreenError *why) {
  char text[PROMPT_MAX_BYTES + 1];
  size_t length = 0;
  return ini_file_read(file, PROMPT_MAX_BYTES, text, &length, why) &&
         prompt_parse(text, length, ret_prompt, why) == STATUS_OK;
}

static Status take_file(const IniFiles *files, const IniFile *file, Prompts *to, size_t *capacity, Error *err) {
  ScreenError why = {0};
  NamedPrompt *items = vector_reserve(to->items, capacity, to->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the prompts");
  to->items = items;
  NamedPrompt *item = &items[to->count];
  if (!take_content(file, &item->prompt, &why)) return ini_files_refuse(files, file->path, &why, &to->bad, err);
  memcpy(item->name, file->name, sizeof item->name);
  memcpy(item->path, file->path, sizeof item->path);
  to->count++;
  return STATUS_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const NamedPrompt *)a)->name, ((const NamedPrompt *)b)->name);
}

Status prompts_load(const char *shipped, const char *own, Prompts *ret_prompts, Error *err) {
  IniFiles files = {.one = "prompt", .many = "prompts"};
  Prompts found = {0};
  size_t capacity = 0;
  Status status = ini_files_list(shipped, own, &files, err);
  for (size_t i = 0; status == STATUS_OK && i < files.count; i++)
    status = take_file(&files, &files.items[i], &found, &capacity, err);
  ini_files_free(&files);
  if (found.count > 0) qsort(found.items, found.count, sizeof *found.items, by_name);
  if (status == STATUS_OK)
    *ret_prompts = found;
  else
    prompts_free(&found);
  return status;
}
