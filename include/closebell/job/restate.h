/* restate.h: asks the source again for what is archived, and says when it answers differently. */
#ifndef CLOSEBELL_JOB_RESTATE_H
#define CLOSEBELL_JOB_RESTATE_H

#include <closebell/job/ingest.h>

enum { RESTATE_SESSIONS_BACK = 5 };

/* Equal answers change nothing. A different one is reported (alert `restated`, both values) and changes nothing either,
 * unless `force`: then the archive is replaced and the date is among ret_replaced, which has room for count dates. An
 * archive document that cannot be read, or lacks a market that is configured now, is replaced by a believable answer in
 * any case. */
Status restate_check(Ingest *ingest, const Day *dates, size_t count, bool force, Day *ret_replaced,
                     size_t *ret_replaced_count, Error *err);

#endif
