/* slot.h: how several processes share one job's tickers: which slot holds a ticker, and which leases exclude each
 * other.
 *
 * A slot is a lease named after the job, "hourly_analysis/3of8". The lease of the bare name is the plain run's, who
 * works alone; workers take it for as long as they stamp the session, so that stamps have one order and one row of
 * fences. Exclusion rests on this: whoever takes a lease looks at all others of the job before and after, and gives up
 * when one of them excludes it. So of two that take theirs at once at least one sees the other. */
#ifndef CLOSEBELL_PLAN_SLOT_H
#define CLOSEBELL_PLAN_SLOT_H

#include <closebell/plan/lease.h>

enum { SLOT_MAX_WORKERS = 64 };

/* "hourly_analysis/3of8": slot 1 to workers. Returns name. */
char *slot_name(const char *job, int slot, int workers, char name[LEASE_JOB_SIZE]);
/* The slot that the lease stands for, of so many workers; 0 when it is the bare job's. */
int slot_of_lease(const Lease *lease, const char *job, int workers);

/* The slot, 1 to workers, that holds the ticker: the same on every host and for ever. */
int slot_of_ticker(const char *ticker, int workers);

/* Whether a live lease of the job keeps us from working as one of so many (1: alone): another number of workers never
 * mixes with ours, and a plain run mixes with nobody. */
bool slot_excludes(const Lease *live, int workers);

#endif
