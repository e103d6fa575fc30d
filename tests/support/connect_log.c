/* connect_log: preloaded into a program, writes down whom it connects to: a line each, a port, in the file that
 * CONNECT_LOG names. A socket of another kind is the line "other". */
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const struct sockaddr *address) {
  char line[16];
  const char *path = getenv("CONNECT_LOG");
  int length = snprintf(line, sizeof line, "other\n");
  if (address->sa_family == AF_INET)
    length = snprintf(line, sizeof line, "%u\n", ntohs(((const struct sockaddr_in *)address)->sin_port));
  if (address->sa_family == AF_INET6)
    length = snprintf(line, sizeof line, "%u\n", ntohs(((const struct sockaddr_in6 *)address)->sin6_port));
  int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, (size_t)length) != length) abort();
  close(fd);
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
  int (*next)(int, const struct sockaddr *, socklen_t);
  *(void **)&next = dlsym(RTLD_NEXT, "connect");
  note(address);
  return next(fd, address, size);
}
