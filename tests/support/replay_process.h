/* replay_process.h: how a replay server says that it is ready, and when it ends. */
#ifndef REPLAY_PROCESS_H
#define REPLAY_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A descriptor at which SIGTERM and its kin arrive. To be called before any thread exists. -1: errno says why. */
int replay_block_signals(void);

/* A server that answers. */
typedef struct {
  const char *program; /* "krx_replay" */
  const char *of;      /* what stands before its address in the line on stdout; "" */
  const char *path;    /* what stands behind its port there; "" */
  uint16_t port;
  const char *port_file; /* null: none */
  int signals;           /* of replay_block_signals */
  pid_t stop_with;       /* 0: no process ends it */
} ReplayReady;

/* Says that it is ready, and returns when a signal comes or that process ends. False: the file cannot be written. */
bool replay_run_until_stop(const ReplayReady *ready);

#endif
