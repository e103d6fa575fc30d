/* replay_process.h: how a replay server says that it is ready, and when it ends. */
#ifndef REPLAY_PROCESS_H
#define REPLAY_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A descriptor at which SIGTERM and its kin arrive. To be called before any thread exists. -1: errno says why. */
int replay_block_signals(void);
/* The file appears complete, and last. */
bool replay_write_port(const char *program, const char *path, uint16_t port);
/* Until a signal, or the end of that process; 0: none. */
void replay_wait_for_stop(const char *program, int signals, pid_t stop_with);

#endif
