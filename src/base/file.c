#include <closebell/base/file.h>

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USER_SIZE = 64 };

/* "kim (uid 1000)", or the number alone where it has no name. Returns text. */
static char *describe_user(uid_t uid, char text[USER_SIZE]) {
  const struct passwd *entry = getpwuid(uid);
  if (entry)
    snprintf(text, USER_SIZE, "%.32s (uid %lu)", entry->pw_name, (unsigned long)uid);
  else
    snprintf(text, USER_SIZE, "uid %lu", (unsigned long)uid);
  return text;
}

static Status refuse(const char *path, const char *shown, Error *err) {
  char reader[USER_SIZE], owner[USER_SIZE];
  struct stat is;
  describe_user(geteuid(), reader);
  if (stat(path, &is) != 0)
    return error_set(err, STATUS_CONFIG, "open %s: Permission denied: %s, who runs this, must be able to read it",
                     shown, reader);
  return error_set(
      err, STATUS_CONFIG,
      "open %s: Permission denied: %s, who runs this, must be able to read it; it belongs to %s, mode %04o", shown,
      reader, describe_user(is.st_uid, owner), (unsigned)(is.st_mode & 07777));
}

Status file_open(const char *path, const char *shown, FILE **ret_file, Error *err) {
  FILE *file = fopen(path, "re");
  if (!file && errno == EACCES) return refuse(path, shown, err);
  if (!file) return error_set(err, STATUS_CONFIG, "open %s: %s", shown, strerror(errno));
  *ret_file = file;
  return STATUS_OK;
}
