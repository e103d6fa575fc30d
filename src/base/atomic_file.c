#include <closebell/base/atomic_file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int descriptor, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

/* The first thing that goes wrong is the one that errno tells. */
static bool fill(int descriptor, const TextBuffer *text, mode_t mode) {
  bool good = write_all(descriptor, text->data, text->length) && (mode == 0 || fchmod(descriptor, mode) == 0) &&
              fsync(descriptor) == 0;
  int why = errno;
  bool closed = close(descriptor) == 0;
  if (!good) errno = why;
  return good && closed;
}

bool atomic_file_replace(int folder, const char *name, const char *temporary, const TextBuffer *text, mode_t mode) {
  int descriptor = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return false;
  bool good = fill(descriptor, text, mode) && renameat(folder, temporary, folder, name) == 0;
  if (good) return fsync(folder) == 0 || errno == EBADF; /* opened as a path alone: it may not be listed */
  int why = errno;
  unlinkat(folder, temporary, 0);
  errno = why;
  return false;
}
