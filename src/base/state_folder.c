#include <closebell/base/state_folder.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_SIZE = 64 };

/* /var/tmp is everybody's: somebody else may have made the folder, or a link in its place. */
static int open_own(bool make) {
  char folder[FOLDER_SIZE];
  struct stat is;
  snprintf(folder, sizeof folder, "/var/tmp/closebell-%lu", (unsigned long)geteuid());
  if (make && mkdir(folder, 0700) != 0 && errno != EEXIST) return -1;
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  if (fstat(fd, &is) == 0 && is.st_uid == geteuid() && (is.st_mode & 077) == 0) return fd;
  close(fd);
  errno = EPERM;
  return -1;
}

int state_folder_open(const char *folder, bool make) {
  if (folder == NULL || *folder == '\0') return open_own(make);
  return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
