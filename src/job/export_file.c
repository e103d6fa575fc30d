#include "export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_SIZE = 64 * 1024, TEMPORARY_SIZE = 64 };

static Status trouble(const char *folder, const char *name, Error *err) {
  return error_set(err, STATUS_CONFIG, "%s/%s: %s", folder, name, strerror(errno));
}

Status export_folder(const char *folder, Error *err) {
  if (mkdir(folder, 0777) == 0 || errno == EEXIST) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "%s: %s", folder, strerror(errno));
}

/* Whether the file holds just the text. */
static Status compare(int descriptor, const TextBuffer *text, bool *ret_same) {
  char block[BLOCK_SIZE];
  size_t at = 0;
  for (;;) {
    ssize_t count = read(descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return STATUS_CONFIG;
    if (count == 0) break;
    if ((size_t)count > text->length - at || memcmp(block, text->data + at, (size_t)count) != 0) {
      *ret_same = false;
      return STATUS_OK;
    }
    at += (size_t)count;
  }
  *ret_same = at == text->length;
  return STATUS_OK;
}

/* Whether there is a file of that name, and whether it says the same. */
static Status look(int folder, const char *name, const TextBuffer *text, bool *ret_there, bool *ret_same) {
  struct stat info;
  *ret_there = *ret_same = false;
  int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return errno == ENOENT ? STATUS_OK : STATUS_CONFIG;
  *ret_there = true;
  bool regular = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  Status status = regular ? compare(descriptor, text, ret_same) : STATUS_OK;
  close(descriptor);
  return status;
}

static bool write_all(int descriptor, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

static Status put(int folder, const char *name, const TextBuffer *text) {
  char temporary[TEMPORARY_SIZE];
  snprintf(temporary, sizeof temporary, ".%.40s.%d.tmp", name, (int)getpid());
  int descriptor = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return STATUS_CONFIG;
  bool good = write_all(descriptor, text->data, text->length) && fsync(descriptor) == 0;
  int why = errno;
  good = close(descriptor) == 0 && good && renameat(folder, temporary, folder, name) == 0 && fsync(folder) == 0;
  if (good) return STATUS_OK;
  if (why == 0) why = errno;
  unlinkat(folder, temporary, 0);
  errno = why;
  return STATUS_CONFIG;
}

Status export_file(const char *folder, const char *name, const TextBuffer *text, ExportMode mode, bool *ret_written,
                   Error *err) {
  if (text->failed) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", name);
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return error_set(err, STATUS_CONFIG, "%s: %s", folder, strerror(errno));
  bool there, same;
  Status status = look(descriptor, name, text, &there, &same);
  if (status == STATUS_OK && there && !same && mode == EXPORT_KEEP_OTHERS) {
    close(descriptor);
    return error_set(err, STATUS_CONFIG,
                     "%s/%s says something else than what is to be written: it stays; move it away, or name another "
                     "folder",
                     folder, name);
  }
  if (status == STATUS_OK && !same) status = put(descriptor, name, text);
  if (status != STATUS_OK) trouble(folder, name, err);
  close(descriptor);
  if (status == STATUS_OK) *ret_written = !same;
  return status;
}
