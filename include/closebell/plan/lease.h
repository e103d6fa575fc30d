/* lease.h: who may work: decisions about leases, pure. */
#ifndef CLOSEBELL_PLAN_LEASE_H
#define CLOSEBELL_PLAN_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/base/instant.h>
#include <closebell/base/status.h>

enum { LEASE_JOB_SIZE = 64, LEASE_TOKEN_SIZE = 40, LEASE_HOST_SIZE = 64, LEASE_BOOT_SIZE = 40, LEASE_ID_SIZE = 96 };

typedef struct {
  char job[LEASE_JOB_SIZE];
  int64_t fence;                /* 1, 2, ...: greater is newer */
  char token[LEASE_TOKEN_SIZE]; /* drawn by the process that inserted it: tells its own insert after a lost reply */
  char host[LEASE_HOST_SIZE];
  int64_t pid;
  char boot_id[LEASE_BOOT_SIZE]; /* /proc/sys/kernel/random/boot_id */
  int64_t pid_started; /* the process's start time in clock ticks since boot; 0 unknown: a pid used again is another
                          process */
  int64_t workers;     /* the holder is one of so many that share the job's tickers (slot.h); 0: it works alone */
  Instant acquired_utc, expires_utc; /* by the database server's clock, as released_utc */
  Instant released_utc;              /* INSTANT_NONE while held */
} Lease;

/* "daily_update:0000000042". Returns id. */
char *lease_id(const char *job, int64_t fence, char id[LEASE_ID_SIZE]);

enum { LEASE_HOLDER_SIZE = 256 };

/* "seoul-1, pid 4711, since 2025-04-11T00:00:03Z (lease 42)". Returns text. */
char *lease_holder_text(const Lease *lease, char text[LEASE_HOLDER_SIZE]);

/* What the host knows about the holder's process. */
typedef enum { HOLDER_ELSEWHERE, HOLDER_ALIVE, HOLDER_GONE } HolderProcess;

typedef enum { LEASE_FREE, LEASE_HELD } LeaseDecision;

/* newest null: never held. Held: unreleased, its holder not known to be gone, and now <= expires + skew. `now` is the
 * database server's: all hosts judge by that one clock, and what a host believes itself changes nothing. */
LeaseDecision lease_decide(const Lease *newest, HolderProcess holder, Instant now, int64_t skew_ms);

/* The holder stops writing when this uptime has passed: `skew` before the expiry it wrote, at most a third of the
 * length. */
int64_t lease_safe_until_ms(int64_t acquired_uptime_ms, int64_t length_ms, int64_t skew_ms);

/* Renew when a sixth of the length has gone by since the last renewal. */
bool lease_renewal_due(int64_t renewed_uptime_ms, int64_t now_uptime_ms, int64_t length_ms);

#endif
