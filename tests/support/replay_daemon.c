#include "replay_daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <time.h>

bool replay_daemon_start(ReplayDaemon *daemon, const ReplayDaemonOptions *options) {
  *daemon = (ReplayDaemon){0};
  pthread_mutex_init(&daemon->lock, NULL);
  pthread_cond_init(&daemon->stop_asked, NULL);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
  daemon->http = MHD_start_daemon(flags, 0, NULL, NULL, options->answer, options->context, MHD_OPTION_SOCK_ADDR,
                                  &address, MHD_OPTION_NOTIFY_COMPLETED, options->forget, NULL, MHD_OPTION_END);
  if (daemon->http == NULL)
    fprintf(stderr, "%s: cannot listen on 127.0.0.1:%u\n", options->program, (unsigned)options->port);
  return daemon->http != NULL;
}

uint16_t replay_daemon_port(const ReplayDaemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon->http, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}

bool replay_daemon_wait_ms(ReplayDaemon *daemon, long ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&daemon->lock);
  int result = 0;
  while (!daemon->stopping && result == 0) result = pthread_cond_timedwait(&daemon->stop_asked, &daemon->lock, &until);
  bool goes_on = !daemon->stopping;
  pthread_mutex_unlock(&daemon->lock);
  return goes_on;
}

void replay_daemon_stop(ReplayDaemon *daemon) {
  pthread_mutex_lock(&daemon->lock);
  daemon->stopping = true;
  pthread_cond_broadcast(&daemon->stop_asked);
  pthread_mutex_unlock(&daemon->lock);
  if (daemon->http != NULL) MHD_stop_daemon(daemon->http);
  pthread_cond_destroy(&daemon->stop_asked);
  pthread_mutex_destroy(&daemon->lock);
}
