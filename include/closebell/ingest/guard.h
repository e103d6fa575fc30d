/* guard.h: what a run checks before it begins, and says when it does not. */
#ifndef CLOSEBELL_INGEST_GUARD_H
#define CLOSEBELL_INGEST_GUARD_H

#include <closebell/ingest/ingest.h>
#include <closebell/store/requests.h>

/* STATUS_CONFIG when the business instant lies before the newest completed session was due: a clock or a --now that is
 * wrong. Clocks of two hosts may be apart by [lease] skew_seconds; --now is taken at its word. A dry run may look back.
 */
Status guard_business_time(const Job *job, const Ingest *ingest, Error *err);

enum { GUARD_CLOCK_SKEW_MS = 5 * 60 * 1000 };

/* STATUS_CONFIG when this host's clock and the database server's are further apart than GUARD_CLOCK_SKEW_MS: one of
 * them is wrong, and nothing may be due, or stamped, by a wrong clock. Also with --now, which says what is due and
 * nothing else: leases, budgets and stamps keep the real time. */
Status guard_clock(const Job *job, Error *err);

/* STATUS_INCOMPLETE when set-up has not finished. */
Status guard_setup_finished(const Job *job, Meta *ret_meta, Error *err);
/* The same, and the marks of open requests, in the same round trip. */
Status guard_setup_finished_marked(const Job *job, Meta *ret_meta, RequestMarks *ret_marks, Error *err);

/* Takes the lease. job->run.held stays false when somebody else has it: then the outcome says so, with exit code 0. */
Status guard_acquire(Job *job, Outcome *outcome, Error *err);

/* Exit code 0 and a sentence about who works. */
void guard_held_elsewhere(const Lease *holder, Outcome *outcome);

#endif
