#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <closebell/base/text.h>

enum { LISTEN_BACKLOG = 1024, ACTIVATED_FD = 3 };

static bool is_loopback(const char *host) {
  struct in_addr four;
  struct in6_addr six;
  if (strcmp(host, "localhost") == 0) return true;
  if (inet_pton(AF_INET, host, &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

Status listen_address(const Config *config, ListenAddress *ret_address, Error *err) {
  ListenAddress address = {{0}, {0}, false};
  const char *text = config->api.listen, *colon = strrchr(text, ':');
  int64_t port;
  size_t length = colon ? (size_t)(colon - text) : 0;
  bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
  if (!colon || length == 0 || length >= sizeof address.host || !text_parse_int64(colon + 1, 0, 65535, &port))
    return config_fault(config, "api", "listen", err, "\"%.80s\" is no ADDRESS:PORT like 127.0.0.1:8787", text);
  snprintf(address.host, sizeof address.host, "%.*s", (int)(brackets ? length - 2 : length), text + brackets);
  snprintf(address.port, sizeof address.port, "%d", (int)port);
  address.loopback = is_loopback(address.host);
  *ret_address = address;
  return STATUS_OK;
}

/* The socket that systemd has opened, or -1. */
static int activated_socket(void) {
  const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
  int64_t number;
  if (!pid || !count || !text_parse_int64(pid, 1, INT32_MAX, &number) || number != getpid()) return -1;
  return text_parse_int64(count, 1, 1, &number) ? ACTIVATED_FD : -1;
}

static int listen_on(const struct addrinfo *at) {
  const int one = 1;
  int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

Status listen_open(const ListenAddress *address, int *ret_fd, Error *err) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  *ret_fd = activated_socket();
  if (*ret_fd >= 0) return STATUS_OK;
  int failed = getaddrinfo(address->host, address->port, &hints, &found);
  if (failed) return error_set(err, STATUS_CONFIG, "%s: %s", address->host, gai_strerror(failed));
  *ret_fd = listen_on(found);
  int error = errno;
  freeaddrinfo(found);
  if (*ret_fd >= 0) return STATUS_OK;
  return error_set(err, error == EADDRNOTAVAIL || error == EACCES ? STATUS_CONFIG : STATUS_UNAVAILABLE,
                   "%s port %s: %s", address->host, address->port, strerror(error));
}

int listen_port(int fd) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return 0;
  return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port)
                                       : ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
}

/* The protocol of sd_notify: one datagram. Without NOTIFY_SOCKET nothing. */
void listen_tell(const char *state) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = path ? strlen(path) : 0;
  if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@')) return;
  memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)(const void *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  (void)sent;
  close(fd);
}
