/* listen.h: where a server listens, and how it tells systemd of its life, without any library of systemd's. */
#ifndef CLOSEBELL_JOBS_LISTEN_H
#define CLOSEBELL_JOBS_LISTEN_H

#include <closebell/base/config.h>

typedef struct {
  char host[256], port[8];
  bool loopback; /* nobody else reaches it */
} ListenAddress;

/* [api] listen, "127.0.0.1:8787", "[::1]:0". STATUS_CONFIG names the setting. */
Status listen_address(const Config *config, ListenAddress *ret_address, Error *err);
/* The socket that systemd has opened, else one of that address. STATUS_UNAVAILABLE: the address is taken. */
Status listen_open(const ListenAddress *address, int *ret_fd, Error *err);
int listen_port(int fd);
/* "READY=1", to the socket that NOTIFY_SOCKET names; without it nothing. */
void listen_tell(const char *state);

#endif
