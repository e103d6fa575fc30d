/* host.h: who this process is, and whether another process of this host still lives. */
#ifndef CLOSEBELL_RUN_HOST_H
#define CLOSEBELL_RUN_HOST_H

#include <closebell/plan/lease.h>

typedef struct {
  char name[LEASE_HOST_SIZE];
  char boot_id[LEASE_BOOT_SIZE]; /* of the running kernel; empty when unknown */
  int64_t pid, pid_started;      /* start time in clock ticks since boot; 0 unknown */
} Host;

Host host_identify(void);

/* Looks only when the lease was taken on this host and boot: else the holder is elsewhere. */
HolderProcess host_look(const Host *host, const Lease *lease);

#endif
