#include "ini_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <closebell/base/file.h>
#include <closebell/base/vector.h>

static const char SUFFIX[] = ".ini";
enum { SUFFIX_LENGTH = sizeof SUFFIX - 1 };

typedef struct {
  IniName is;
  ScreenError why; /* what is not empty: it is none */
} IniFile;

/* The own folder's first, by path in each. */
typedef struct {
  const IniKind *kind;
  IniFile *items; /* owned */
  size_t count, capacity;
} IniFiles;

/* ---- files that are none ---- */

char *bad_file_text(const BadFile *bad, char text[BAD_FILE_TEXT_SIZE]) {
  char place[32] = "";
  bool named = *bad->nearest == '\0' || strstr(bad->what, bad->nearest) != NULL;
  if (bad->line > 0) snprintf(place, sizeof place, ":%d:%d", bad->line, bad->column);
  snprintf(text, BAD_FILE_TEXT_SIZE, "%s%s: %s%s%s%s", bad->path, place, bad->what, named ? "" : ": did you mean ",
           named ? "" : bad->nearest, named ? "" : "?");
  return text;
}

static bool fail(ScreenError *why, const char *what) {
  *why = (ScreenError){0};
  snprintf(why->what, sizeof why->what, "%.199s", what);
  return false;
}

static Status no_memory(const IniFiles *files, Error *err) {
  return error_set(err, STATUS_NO_MEMORY, "no memory for the %s", files->kind->many);
}

static Status refuse(const IniFiles *files, const char *path, const ScreenError *why, BadFiles *bad, Error *err) {
  BadFile *items = realloc(bad->items, (bad->count + 1) * sizeof *items);
  if (items == NULL) return no_memory(files, err);
  bad->items = items;
  BadFile *item = &items[bad->count++];
  *item = (BadFile){.line = why->line, .column = why->column};
  snprintf(item->path, sizeof item->path, "%s", path);
  snprintf(item->what, sizeof item->what, "%s", why->what);
  snprintf(item->nearest, sizeof item->nearest, "%s", why->nearest);
  return STATUS_OK;
}

/* ---- one file ---- */

/* A pipe would keep us waiting, so what kind of file it is comes first. text has room for one byte more than max_bytes,
 * by which it is seen that there is too much. */
static bool read_file(const IniFile *file, size_t max_bytes, char *text, size_t *ret_length, ScreenError *why) {
  struct stat is;
  FILE *from = NULL;
  Error err;
  if (*file->why.what != '\0') {
    *why = file->why;
    return false;
  }
  if (stat(file->is.path, &is) == 0 && !S_ISREG(is.st_mode)) return fail(why, "this is no regular file");
  if (file_open(file->is.path, "it", &from, &err) != STATUS_OK) return fail(why, err.text);
  *ret_length = fread(text, 1, max_bytes + 1, from);
  int read_errno = ferror(from) ? errno : 0;
  fclose(from);
  return read_errno == 0 || fail(why, strerror(read_errno));
}

/* The name without .ini, or why it may not be one. */
static void take_name(const IniFiles *files, const char *entry, IniFile *file) {
  char what[128];
  size_t length = strlen(entry) - SUFFIX_LENGTH;
  if (length == 0 || length >= INI_NAME_SIZE) {
    snprintf(what, sizeof what, "the name of a %s has 1 to %d characters", files->kind->one, INI_NAME_SIZE - 1);
    fail(&file->why, what);
    return;
  }
  for (size_t i = 0; i < length; i++) {
    if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", entry[i]) != NULL) continue;
    snprintf(what, sizeof what, "the name of a %s is made of a to z, 0 to 9 and _", files->kind->one);
    fail(&file->why, what);
    return;
  }
  memcpy(file->is.name, entry, length);
}

static IniFile *add_file(IniFiles *files) {
  IniFile *items = vector_reserve(files->items, &files->capacity, files->count + 1, sizeof *items);
  if (items == NULL) return NULL;
  files->items = items;
  items[files->count] = (IniFile){0};
  return &items[files->count++];
}

/* ---- a folder ---- */

typedef struct {
  const char *path;
  struct dirent **entries;
  int count;
} Folder;

static int ends_in_ini(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length >= SUFFIX_LENGTH &&
         strcmp(entry->d_name + length - SUFFIX_LENGTH, SUFFIX) == 0;
}

static int by_file(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void close_folder(Folder *folder) {
  for (int i = 0; i < folder->count; i++) free(folder->entries[i]);
  free(folder->entries);
  folder->entries = NULL;
  folder->count = 0;
}

static Status open_folder(const IniFiles *files, Folder *folder, Error *err) {
  int count = scandir(folder->path, &folder->entries, ends_in_ini, by_file);
  if (count < 0 && errno == ENOENT) return error_set(err, STATUS_NOT_FOUND, "there is no folder %s", folder->path);
  if (count < 0 && errno == ENOMEM) return no_memory(files, err);
  if (count < 0)
    return error_set(err, STATUS_CONFIG, "the folder of %s %s: %s", files->kind->many, folder->path, strerror(errno));
  folder->count = count;
  if (count <= INI_FILES_MAX) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "the folder of %s %s: more than %d files", files->kind->many, folder->path,
                   INI_FILES_MAX);
}

/* What is wrong with the own folder keeps nobody from the shipped files. */
static Status open_own(IniFiles *files, Folder *own, Error *err) {
  if (own->path == NULL) return STATUS_OK;
  Status status = open_folder(files, own, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_CONFIG) return status;
  close_folder(own);
  IniFile *file = add_file(files);
  if (file == NULL) return no_memory(files, err);
  snprintf(file->is.path, sizeof file->is.path, "%s", own->path);
  fail(&file->why, err->text);
  return STATUS_OK;
}

static Status open_shipped(const IniFiles *files, Folder *shipped, Error *err) {
  Status status = open_folder(files, shipped, err);
  return status == STATUS_NOT_FOUND ? STATUS_CONFIG : status;
}

static bool has_entry(const Folder *folder, const char *name) {
  for (int i = 0; i < folder->count; i++)
    if (strcmp(folder->entries[i]->d_name, name) == 0) return true;
  return false;
}

/* hidden: its names are those that this folder's stand behind. */
static Status take_folder(IniFiles *files, const Folder *folder, const Folder *hidden, Error *err) {
  for (int i = 0; i < folder->count; i++) {
    const char *entry = folder->entries[i]->d_name;
    if (hidden != NULL && has_entry(hidden, entry)) continue;
    IniFile *file = add_file(files);
    if (file == NULL) return no_memory(files, err);
    if (snprintf(file->is.path, sizeof file->is.path, "%s/%s", folder->path, entry) >= (int)sizeof file->is.path)
      return error_set(err, STATUS_CONFIG, "%s: the path of a %s has more than %d bytes", folder->path,
                       files->kind->one, INI_PATH_SIZE - 1);
    take_name(files, entry, file);
  }
  return STATUS_OK;
}

/* A file whose name may be none is in the list too, and says why. */
static Status list_files(const char *shipped, const char *own, IniFiles *files, Error *err) {
  Folder own_folder = {.path = own}, shipped_folder = {.path = shipped};
  Status status = open_own(files, &own_folder, err);
  if (status == STATUS_OK) status = open_shipped(files, &shipped_folder, err);
  if (status == STATUS_OK) status = take_folder(files, &own_folder, NULL, err);
  if (status == STATUS_OK) status = take_folder(files, &shipped_folder, &own_folder, err);
  close_folder(&own_folder);
  close_folder(&shipped_folder);
  return status;
}

/* ---- what they hold ---- */

static Status take_file(const IniFiles *files, const IniFile *file, char *text, IniItems *to, Error *err) {
  const IniKind *kind = files->kind;
  ScreenError why = {0};
  size_t length = 0;
  void *item = (char *)to->items + to->count * kind->item_size;
  if (!read_file(file, kind->max_bytes, text, &length, &why) || !kind->parse(text, length, item, &why))
    return refuse(files, file->is.path, &why, &to->bad, err);
  memcpy(item, &file->is, sizeof file->is);
  to->count++;
  return STATUS_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const IniName *)a)->name, ((const IniName *)b)->name);
}

Status ini_files_load(const IniKind *kind, const char *shipped, const char *own, IniItems *ret_items, Error *err) {
  IniFiles files = {.kind = kind};
  IniItems found = {0};
  Status status = list_files(shipped, own, &files, err);
  char *text = malloc(kind->max_bytes + 1);
  found.items = calloc(files.count + 1, kind->item_size);
  if (status == STATUS_OK && (text == NULL || found.items == NULL)) status = no_memory(&files, err);
  for (size_t i = 0; status == STATUS_OK && i < files.count; i++)
    status = take_file(&files, &files.items[i], text, &found, err);
  free(text);
  free(files.items);
  if (status == STATUS_OK) {
    qsort(found.items, found.count, kind->item_size, by_name);
    *ret_items = found;
    return STATUS_OK;
  }
  free(found.items);
  free(found.bad.items);
  return status;
}

const void *ini_item_find(const IniKind *kind, const void *items, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    const IniName *item = (const void *)((const char *)items + i * kind->item_size);
    if (strcmp(item->name, name) == 0) return item;
  }
  return NULL;
}
