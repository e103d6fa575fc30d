/* export_folder.c: what an export finds in its folder: one kind of files, and perhaps the manifest of their state. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/vector.h>
#include <closebell/market/session_csv.h>
#include <closebell/source/manifest.h>

#include "export_file.h"

enum { HEAD_SIZE = 128, MANIFEST_MAX_BYTES = 16 * 1024 * 1024 };

static bool begins(const char *head, const char *start) { return strncmp(head, start, strlen(start)) == 0; }

/* By the first line. A file that begins otherwise is of no content: it merely says something else. */
static bool content_of(const char *head, Content *ret_content) {
  if (begins(head, SESSION_CSV_HEADER))
    *ret_content = CONTENT_PUBLISHED;
  else if (begins(head, SESSION_CSV_ADJUSTED_HEADER "\n"))
    *ret_content = CONTENT_ADJUSTED;
  else if (begins(head, EXPORT_INDICATORS_HEADER_START))
    *ret_content = CONTENT_INDICATORS;
  else
    return false;
  return true;
}

/* The beginning of the file as text; empty when it cannot be read. */
static void read_head(int folder, const char *name, char head[HEAD_SIZE]) {
  int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  ssize_t length = descriptor < 0 ? 0 : read(descriptor, head, HEAD_SIZE - 1);
  head[length > 0 ? length : 0] = '\0';
  if (descriptor >= 0) close(descriptor);
}

bool export_file_begins(const ExportFolder *folder, const char *name, const char *start) {
  char head[HEAD_SIZE];
  read_head(folder->descriptor, name, head);
  size_t length = strlen(start);
  return strncmp(head, start, length < HEAD_SIZE - 1 ? length : HEAD_SIZE - 1) == 0;
}

static Status take_file(ExportFolder *folder, const char *name, Day date, Content content, Error *err) {
  char head[HEAD_SIZE];
  Content found;
  read_head(folder->descriptor, name, head);
  if (content_of(head, &found) && found != content)
    return error_set(err, STATUS_CONFIG, "%s/%s holds %s rows: a folder holds one kind of files; name another folder",
                     folder->path, name, content_name(found));
  Day *files = vector_reserve(folder->files, &folder->capacity, folder->count + 1, sizeof *files);
  if (files == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the list of %s", folder->path);
  folder->files = files;
  files[folder->count++] = date;
  return STATUS_OK;
}

static bool parse_name(const char *name, Day *ret_date) {
  char date[DAY_TEXT_SIZE] = "";
  if (strlen(name) != DAY_TEXT_SIZE - 1 + 4 || strcmp(name + DAY_TEXT_SIZE - 1, ".csv") != 0) return false;
  memcpy(date, name, DAY_TEXT_SIZE - 1);
  return day_parse(date, ret_date);
}

static Status list(ExportFolder *folder, Content content, Error *err) {
  DIR *stream = opendir(folder->path);
  Day date;
  if (stream == NULL) return error_set(err, STATUS_CONFIG, "%s: %s", folder->path, strerror(errno));
  Status status = STATUS_OK;
  for (struct dirent *entry; status == STATUS_OK && (entry = readdir(stream)) != NULL;)
    if (parse_name(entry->d_name, &date)) status = take_file(folder, entry->d_name, date, content, err);
  closedir(stream);
  if (folder->count > 0) qsort(folder->files, folder->count, sizeof *folder->files, day_compare);
  return status;
}

/* With a NUL behind it, the caller's to free; null and errno when it cannot be read. */
static char *read_text(int folder, const char *name) {
  struct stat info;
  size_t length = 0;
  int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return NULL;
  bool good = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= MANIFEST_MAX_BYTES;
  char *text = good ? malloc((size_t)info.st_size + 1) : NULL;
  for (ssize_t count = 1; text && count > 0 && length<(size_t)info.st_size; length += count> 0 ? (size_t)count : 0)
    count = read(descriptor, text + length, (size_t)info.st_size - length);
  close(descriptor);
  if (text) text[length] = '\0';
  if (!text) errno = good ? ENOMEM : EINVAL;
  return text;
}

static Status take_manifest(ExportFolder *folder, Content content, Error *err) {
  char *text = read_text(folder->descriptor, MANIFEST_FILE);
  if (text == NULL && errno == ENOENT) return STATUS_OK;
  if (text == NULL) return error_set(err, STATUS_CONFIG, "%s/" MANIFEST_FILE ": %s", folder->path, strerror(errno));
  Status status = manifest_parse(text, &folder->manifest, err);
  free(text);
  if (status != STATUS_OK && content == CONTENT_PUBLISHED) return STATUS_OK; /* somebody else's; we write none */
  if (status != STATUS_OK)
    return error_prefix(err, STATUS_CONFIG, "%s/" MANIFEST_FILE " stays; name another folder", folder->path);
  folder->has_manifest = true;
  if (folder->manifest.content == content) return STATUS_OK;
  return error_set(err, STATUS_CONFIG,
                   "%s/" MANIFEST_FILE " is of %s rows: a folder holds one kind of files; name another folder",
                   folder->path, content_name(folder->manifest.content));
}

static Status lock(const ExportFolder *folder, Error *err) {
  if (flock(folder->descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE, "%s: another export is writing to it; repeat this one when it has ended",
                   folder->path);
}

Status export_folder_open(ExportFolder *folder, const char *path, Content content, Error *err) {
  folder->path = path;
  if (mkdir(path, 0777) != 0 && errno != EEXIST) return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  folder->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->descriptor < 0) return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  folder->open = true;
  Status status = lock(folder, err);
  if (status == STATUS_OK) status = take_manifest(folder, content, err);
  return status == STATUS_OK ? list(folder, content, err) : status;
}

void export_folder_close(ExportFolder *folder) {
  if (folder->open) close(folder->descriptor);
  free(folder->files);
  *folder = (ExportFolder){0};
}

bool export_folder_has(const ExportFolder *folder, Day date) {
  return folder->count > 0 && bsearch(&date, folder->files, folder->count, sizeof date, day_compare) != NULL;
}
