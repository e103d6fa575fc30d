/* job_locks.h: system_info.job_locks: leases by insertion. The newest document of a job is its lease; it is never deleted. */
#ifndef CLOSEBELL_STORE_JOB_LOCKS_H
#define CLOSEBELL_STORE_JOB_LOCKS_H

#include <closebell/plan/lease.h>
#include <closebell/store/db.h>

/* The newest lease of the job, STATUS_NOT_FOUND when there never was one. */
Status job_locks_newest(const Db *db, const char *job, Lease *ret_lease, Error *err);
/* The newest lease of each slot of the job, and of the bare job: those named "job" and "job/...". */
typedef struct {
  Lease *items; /* by name */
  size_t count, capacity;
} Leases;
Status job_locks_newest_of_slots(const Db *db, const char *job, Leases *ret_leases, Error *err);
void leases_free(Leases *leases);
/* STATUS_DUPLICATE: the number exists: read back and compare the token. */
Status job_locks_insert(const Db *db, const Lease *lease, Error *err);
Status job_locks_find(const Db *db, const char *job, int64_t fence, Lease *ret_lease, Error *err);
/* Overwrites the holder's own document (renewal, release). */
Status job_locks_replace(const Db *db, const Lease *lease, Error *err);
/* Deletes all but the newest `keep` leases of the job; never the newest, whose number would be given again. */
Status job_locks_prune(const Db *db, const char *job, int64_t keep, Error *err);

#endif
