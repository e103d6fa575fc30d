#include "export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/atomic_file.h>

enum { BLOCK_SIZE = 64 * 1024, TEMPORARY_SIZE = 64 };

ExportName export_name(Day date) {
  ExportName name;
  snprintf(name.text, sizeof name.text, "%s.csv", day_text(date).text);
  return name;
}

static Status trouble(const ExportFolder *folder, const char *name, Error *err) {
  return error_set(err, STATUS_CONFIG, "%s/%s: %s", folder->path, name, strerror(errno));
}

/* Whether the file holds just the text. */
static bool compare(int descriptor, const TextBuffer *text, bool *ret_same) {
  char block[BLOCK_SIZE];
  size_t at = 0;
  for (;;) {
    ssize_t count = read(descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    if ((size_t)count > text->length - at || memcmp(block, text->data + at, (size_t)count) != 0) {
      *ret_same = false;
      return true;
    }
    at += (size_t)count;
  }
  *ret_same = at == text->length;
  return true;
}

Status export_file_look(const ExportFolder *folder, const char *name, const TextBuffer *text, FileState *ret_state,
                        Error *err) {
  struct stat info;
  if (text->failed) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", name);
  int descriptor = openat(folder->descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  *ret_state = FILE_ABSENT;
  if (descriptor < 0) return errno == ENOENT ? STATUS_OK : trouble(folder, name, err);
  bool regular = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode), same = false;
  Status status = regular && !compare(descriptor, text, &same) ? trouble(folder, name, err) : STATUS_OK;
  close(descriptor);
  *ret_state = same ? FILE_SAME : FILE_DIFFERENT;
  return status;
}

/* The folder is locked: the temporary name is nobody else's, and the next run writes over what a killed one left. */
Status export_file_put(const ExportFolder *folder, const char *name, const TextBuffer *text, Error *err) {
  char temporary[TEMPORARY_SIZE];
  if (text->failed) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", name);
  snprintf(temporary, sizeof temporary, ".%.40s.tmp", name);
  return atomic_file_replace(folder->descriptor, name, temporary, text, 0) ? STATUS_OK : trouble(folder, name, err);
}

Status export_file_remove(const ExportFolder *folder, const char *name, Error *err) {
  if (unlinkat(folder->descriptor, name, 0) == 0 || errno == ENOENT) return STATUS_OK;
  return trouble(folder, name, err);
}
