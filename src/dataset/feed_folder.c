#include "feed_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char SUFFIX[] = ".ini", ZONES[] = "/usr/share/zoneinfo";
enum { SUFFIX_LENGTH = sizeof SUFFIX - 1, FEED_PATH_SIZE = PATH_MAX, FILES_MAX = 1000 };

/* ---- the files of the folder ---- */

static int ends_like_a_feed(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > SUFFIX_LENGTH &&
         strcmp(entry->d_name + length - SUFFIX_LENGTH, SUFFIX) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

void feed_folder_list_free(char **names, size_t count) {
  for (size_t i = 0; names && i < count; i++) free(names[i]);
  free(names);
}

static Status take_names(struct dirent **entries, size_t count, char ***ret_names, Error *err) {
  char **names = calloc(count + 1, sizeof *names);
  bool good = names != NULL;
  for (size_t i = 0; good && i < count; i++) {
    names[i] = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - SUFFIX_LENGTH);
    good = names[i] != NULL;
  }
  if (good) {
    *ret_names = names;
    return STATUS_OK;
  }
  feed_folder_list_free(names, count);
  return error_set(err, STATUS_NO_MEMORY, "no memory for the feeds");
}

Status feed_folder_list(const char *folder, char ***ret_names, size_t *ret_count, Error *err) {
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, ends_like_a_feed, by_name);
  if (count < 0 && errno == ENOMEM) return error_set(err, STATUS_NO_MEMORY, "no memory for the feeds");
  if (count < 0) return error_set(err, STATUS_CONFIG, "the folder of feeds %s: %s", folder, strerror(errno));
  Status status = count <= FILES_MAX
                      ? take_names(entries, (size_t)count, ret_names, err)
                      : error_set(err, STATUS_CONFIG, "the folder of feeds %s: more than %d files", folder, FILES_MAX);
  for (int i = 0; i < count; i++) free(entries[i]);
  free(entries);
  if (status == STATUS_OK) *ret_count = (size_t)count;
  return status;
}

/* ---- one file ---- */

typedef struct {
  char *bytes; /* owned */
  size_t length;
  const char *trouble; /* why there are none; null: nothing */
} Content;

static Content fail(const char *trouble) { return (Content){.trouble = trouble}; }

static Content read_all(int descriptor, size_t size) {
  Content content = {.bytes = malloc(size + 1)};
  if (content.bytes == NULL) return fail("there is no memory for it");
  while (content.length < size) {
    ssize_t some = read(descriptor, content.bytes + content.length, size - content.length);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) {
      free(content.bytes);
      return fail(strerror(errno));
    }
    if (some == 0) break;
    content.length += (size_t)some;
  }
  return content;
}

/* A pipe would keep us waiting, so what kind of file it is comes first. */
static Content read_file(const char *path, size_t most) {
  struct stat about;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return fail(strerror(errno));
  Content content = {0};
  if (fstat(descriptor, &about) != 0)
    content = fail(strerror(errno));
  else if (!S_ISREG(about.st_mode))
    content = fail("it is no regular file");
  else if ((uintmax_t)about.st_size > most)
    content = fail("it is too large");
  else
    content = read_all(descriptor, (size_t)about.st_size);
  close(descriptor);
  return content;
}

/* ---- what a feed's file names ---- */

/* Whether the path, with all its links followed, lies below the folder. */
static bool is_below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (length == 1 || path[length] == '/');
}

static Content read_below(const char *folder, const char *name, size_t most) {
  char path[FEED_PATH_SIZE], real[FEED_PATH_SIZE], real_folder[FEED_PATH_SIZE];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return fail("its path is too long");
  if (realpath(folder, real_folder) == NULL || realpath(path, real) == NULL) return fail(strerror(errno));
  if (!is_below(real, real_folder)) return fail("it lies outside the folder");
  return read_file(real, most);
}

static Content read_named(const char *folder, const FeedFile *file) {
  if (file->kind == FEED_FILE_ZONE) return read_below(ZONES, file->name, FEED_ZONE_BYTES_MAX);
  return read_below(folder, file->name, FEED_TABLE_BYTES_MAX);
}

static void release(Content *content, FeedFileKind kind) {
  if (kind == FEED_FILE_KEYS && content->bytes != NULL) explicit_bzero(content->bytes, content->length);
  free(content->bytes);
}

static Status supply_all(const char *folder, FeedDefinition *definition, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < definition->files.count && status == STATUS_OK; i++) {
    const FeedFile *file = &definition->files.items[i];
    Content content = read_named(folder, file);
    status = feed_definition_supply(definition, i, content.bytes, content.length, content.trouble, err);
    release(&content, file->kind);
  }
  return status;
}

static void complain(Complaints *complaints, const char *shown, const char *what) {
  Error err;
  complaints_add(complaints, error_set(&err, STATUS_CONFIG, "%s: %s", shown, what), &err);
}

Status feed_folder_read(const char *folder, const char *name, FeedDefinition **ret_definition, Complaints *complaints,
                        Error *err) {
  char path[FEED_PATH_SIZE];
  *ret_definition = NULL;
  snprintf(path, sizeof path, "%s/%s%s", folder, name, SUFFIX);
  Content content = read_file(path, FEED_FILE_BYTES_MAX);
  if (content.trouble != NULL) {
    complain(complaints, path, content.trouble);
    return STATUS_OK;
  }
  FeedDefinition *definition = feed_definition_parse(name, path, content.bytes, content.length);
  free(content.bytes);
  if (definition == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the feed %s", name);
  Status status = supply_all(folder, definition, err);
  bool settled = status == STATUS_OK && feed_definition_settle(definition, complaints) == STATUS_OK;
  if (settled)
    *ret_definition = definition;
  else
    feed_definition_free(definition);
  return status;
}
