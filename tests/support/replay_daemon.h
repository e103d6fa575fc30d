/* replay_daemon.h: what every replay server is below its answers: a daemon on 127.0.0.1 that ends in the middle of slow
 * answers when it is told to, and the lock of what its threads share. */
#ifndef REPLAY_DAEMON_H
#define REPLAY_DAEMON_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  struct MHD_Daemon *http;
  pthread_mutex_t lock; /* of all that the threads of the server share */
  pthread_cond_t stop_asked;
  bool stopping;
} ReplayDaemon;

/* What answers a request; context is its first argument. */
typedef struct {
  const char *program; /* for the line on stderr */
  uint16_t port;       /* 0: a free one */
  MHD_AccessHandlerCallback answer;
  MHD_RequestCompletedCallback forget; /* null: nothing is kept of a request */
  void *context;
} ReplayDaemonOptions;

/* Listens on 127.0.0.1, a thread a connection. False with a line on stderr; replay_daemon_stop is owed all the same. */
bool replay_daemon_start(ReplayDaemon *daemon, const ReplayDaemonOptions *options);
uint16_t replay_daemon_port(const ReplayDaemon *daemon);
/* False when the server is told to stop meanwhile. The lock is not held. */
bool replay_daemon_wait_ms(ReplayDaemon *daemon, long ms);
/* Ends the slow answers, which would be waited for. No answer is under way afterwards. */
void replay_daemon_stop(ReplayDaemon *daemon);

#endif
