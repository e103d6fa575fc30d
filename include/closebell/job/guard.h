/* guard.h: what a run checks before it begins, and says when it does not. */
#ifndef CLOSEBELL_JOB_GUARD_H
#define CLOSEBELL_JOB_GUARD_H

#include <closebell/job/ingest.h>

/* STATUS_CONFIG when the business instant lies before the newest completed session was due: a clock or a --now that is
 * wrong. A dry run may look back. */
Status guard_business_time(const Job *job, const Ingest *ingest, Error *err);

/* STATUS_INCOMPLETE when set-up has not finished. */
Status guard_setup_finished(const Job *job, Error *err);

/* Exit code 0 and a sentence about who works. */
void guard_held_elsewhere(const Lease *holder, Outcome *outcome);

#endif
