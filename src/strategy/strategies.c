#include <closebell/strategy/strategies.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <closebell/base/file.h>
#include <closebell/base/text.h>

static const char SUFFIX[] = ".ini";
enum { SUFFIX_LENGTH = sizeof SUFFIX - 1 };

/* ---- the list ---- */

const NamedStrategy *strategies_find(const Strategies *strategies, const char *name) {
  for (size_t i = 0; i < strategies->count; i++)
    if (strcmp(strategies->items[i].name, name) == 0) return &strategies->items[i];
  return NULL;
}

char *bad_strategy_text(const BadStrategy *bad, char text[BAD_STRATEGY_TEXT_SIZE]) {
  char place[32] = "";
  bool named = *bad->nearest == '\0' || strstr(bad->what, bad->nearest) != NULL;
  if (bad->line > 0) snprintf(place, sizeof place, ":%d:%d", bad->line, bad->column);
  snprintf(text, BAD_STRATEGY_TEXT_SIZE, "%s%s: %s%s%s%s", bad->path, place, bad->what, named ? "" : ": did you mean ",
           named ? "" : bad->nearest, named ? "" : "?");
  return text;
}

void strategies_free(Strategies *strategies) {
  free(strategies->items);
  free(strategies->bad);
  *strategies = (Strategies){0};
}

static Status refuse(Strategies *to, const char *path, const ScreenError *why, Error *err) {
  BadStrategy *bad = realloc(to->bad, (to->bad_count + 1) * sizeof *bad);
  if (bad == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the strategies");
  to->bad = bad;
  bad = &to->bad[to->bad_count++];
  *bad = (BadStrategy){.line = why->line, .column = why->column};
  snprintf(bad->path, sizeof bad->path, "%s", path);
  snprintf(bad->what, sizeof bad->what, "%s", why->what);
  snprintf(bad->nearest, sizeof bad->nearest, "%s", why->nearest);
  return STATUS_OK;
}

static Status room_for_one(Strategies *to, Error *err) {
  NamedStrategy *items = realloc(to->items, (to->count + 1) * sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the strategies");
  to->items = items;
  return STATUS_OK;
}

/* ---- one file ---- */

static bool fail(ScreenError *why, const char *what) {
  *why = (ScreenError){0};
  snprintf(why->what, sizeof why->what, "%.199s", what);
  return false;
}

/* A pipe would keep us waiting, so what kind of file it is comes first. */
static bool read_file(const char *path, char text[STRATEGY_MAX_BYTES + 1], size_t *ret_length, ScreenError *why) {
  struct stat is;
  FILE *file = NULL;
  Error err;
  if (stat(path, &is) == 0 && !S_ISREG(is.st_mode)) return fail(why, "this is no regular file");
  if (file_open(path, "it", &file, &err) != STATUS_OK) return fail(why, err.text);
  *ret_length = fread(text, 1, STRATEGY_MAX_BYTES + 1, file); /* one more, to see that there is too much */
  int read_errno = ferror(file) ? errno : 0;
  fclose(file);
  return read_errno == 0 || fail(why, strerror(read_errno));
}

/* The name without .ini; false when it may not be one. */
static bool take_name(const char *file, char name[STRATEGY_NAME_SIZE], ScreenError *why) {
  size_t length = strlen(file) - SUFFIX_LENGTH;
  if (length == 0 || length >= STRATEGY_NAME_SIZE) return fail(why, "the name of a strategy has 1 to 63 characters");
  for (size_t i = 0; i < length; i++)
    if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", file[i]) == NULL)
      return fail(why, "the name of a strategy is made of a to z, 0 to 9 and _");
  memcpy(name, file, length);
  name[length] = '\0';
  return true;
}

static bool take_content(const char *path, Strategy *ret_strategy, ScreenError *why) {
  char text[STRATEGY_MAX_BYTES + 1];
  size_t length = 0;
  return read_file(path, text, &length, why) && strategy_parse(text, length, ret_strategy, why) == STATUS_OK;
}

/* hidden: the names of the own files, which this folder's stand behind; null in the own folder. */
typedef struct {
  const char *path;
  const char *const *hidden;
  size_t hidden_count;
} Folder;

static bool is_hidden(const Folder *folder, const char *file) {
  for (size_t i = 0; i < folder->hidden_count; i++)
    if (strcmp(folder->hidden[i], file) == 0) return true;
  return false;
}

static Status take_file(const Folder *folder, const char *file, Strategies *to, Error *err) {
  char path[STRATEGY_PATH_SIZE];
  ScreenError why = {0};
  if (snprintf(path, sizeof path, "%s/%s", folder->path, file) >= (int)sizeof path)
    return error_set(err, STATUS_CONFIG, "%s: the path of a strategy has more than %d bytes", folder->path,
                     STRATEGY_PATH_SIZE - 1);
  Status status = room_for_one(to, err);
  if (status != STATUS_OK) return status;
  NamedStrategy *item = &to->items[to->count];
  if (!take_name(file, item->name, &why) || !take_content(path, &item->strategy, &why))
    return refuse(to, path, &why, err);
  strcpy(item->path, path);
  to->count++;
  return STATUS_OK;
}

/* ---- a folder ---- */

static int ends_like_a_strategy(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length >= SUFFIX_LENGTH &&
         strcmp(entry->d_name + length - SUFFIX_LENGTH, SUFFIX) == 0;
}

static int by_file(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

typedef struct {
  struct dirent **entries;
  int count;
} Listing;

static void free_listing(Listing *listing) {
  for (int i = 0; i < listing->count; i++) free(listing->entries[i]);
  free(listing->entries);
  *listing = (Listing){0};
}

static Status list_folder(const char *path, Listing *ret_listing, Error *err) {
  int count = scandir(path, &ret_listing->entries, ends_like_a_strategy, by_file);
  if (count < 0 && errno == ENOENT) return error_set(err, STATUS_NOT_FOUND, "there is no folder %s", path);
  if (count < 0 && errno == ENOMEM) return error_set(err, STATUS_NO_MEMORY, "no memory for the strategies");
  if (count < 0) return error_set(err, STATUS_CONFIG, "the folder of strategies %s: %s", path, strerror(errno));
  ret_listing->count = count;
  if (count <= STRATEGIES_MAX) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "the folder of strategies %s: more than %d files", path, STRATEGIES_MAX);
}

/* What is wrong with the own folder keeps nobody from the shipped strategies. */
static Status list_own(const char *own, Listing *ret_listing, Strategies *to, Error *err) {
  ScreenError why;
  if (own == NULL) return STATUS_OK;
  Status status = list_folder(own, ret_listing, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_CONFIG) return status;
  free_listing(ret_listing);
  fail(&why, err->text);
  return refuse(to, own, &why, err);
}

static Status list_shipped(const char *shipped, Listing *ret_listing, Error *err) {
  Status status = list_folder(shipped, ret_listing, err);
  return status == STATUS_NOT_FOUND ? STATUS_CONFIG : status;
}

static Status take_folder(const Folder *folder, const Listing *listing, Strategies *to, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < listing->count; i++)
    if (!is_hidden(folder, listing->entries[i]->d_name))
      status = take_file(folder, listing->entries[i]->d_name, to, err);
  return status;
}

/* ---- both ---- */

static int by_name(const void *a, const void *b) {
  return strcmp(((const NamedStrategy *)a)->name, ((const NamedStrategy *)b)->name);
}

static Status take_both(const char *shipped, const char *own, const Listing listings[2], Strategies *to, Error *err) {
  const char **hidden = calloc((size_t)listings[0].count + 1, sizeof *hidden);
  if (hidden == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the strategies");
  for (int i = 0; i < listings[0].count; i++) hidden[i] = listings[0].entries[i]->d_name;
  const Folder own_folder = {own, NULL, 0}, shipped_folder = {shipped, hidden, (size_t)listings[0].count};
  Status status = take_folder(&own_folder, &listings[0], to, err);
  if (status == STATUS_OK) status = take_folder(&shipped_folder, &listings[1], to, err);
  free(hidden);
  return status;
}

Status strategies_load(const char *shipped, const char *own, Strategies *ret_strategies, Error *err) {
  Strategies found = {0};
  Listing listings[2] = {{0}};
  Status status = list_own(own, &listings[0], &found, err);
  if (status == STATUS_OK) status = list_shipped(shipped, &listings[1], err);
  if (status == STATUS_OK) status = take_both(shipped, own, listings, &found, err);
  for (int i = 0; i < 2; i++) free_listing(&listings[i]);
  if (found.count > 0) qsort(found.items, found.count, sizeof *found.items, by_name);
  if (status == STATUS_OK)
    *ret_strategies = found;
  else
    strategies_free(&found);
  return status;
}
