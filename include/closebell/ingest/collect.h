/* collect.h: from a day to a verdict and an archived session. */
#ifndef CLOSEBELL_INGEST_COLLECT_H
#define CLOSEBELL_INGEST_COLLECT_H

#include <closebell/ingest/ingest.h>

/* Fetches and takes days in the order given, asking again for broken answers. Stops early with STATUS_UNAVAILABLE or
 * STATUS_CONFIG; what was archived stays. */
Status collect_days(Ingest *ingest, const Day *dates, size_t count, Error *err);

/* By whose wish an answer is judged. */
typedef struct {
  bool forced;     /* a person has asked for it to replace what is archived */
  Day replaced_to; /* the archived sessions behind it up to this one may be replaced with it: they are no neighbours;
                      DAY_NONE */
} JudgeTerms;

/* Judges an answer among its archived neighbours, and among all that is archived when none of them vouches for it.
 * ret_session is filled for VERDICT_GOOD only and is the caller's. */
Status collect_judge(Ingest *ingest, DayAnswer *answer, const JudgeTerms *terms, Session *ret_session,
                     Verdict *ret_verdict, Error *err);

/* Judges an answer among its archived neighbours and acts: archives a good session, remembers the rest, and lets a new
 * link decide about the empty days beside it. ret_verdict tells what came out. */
Status collect_take(Ingest *ingest, DayAnswer *answer, Verdict *ret_verdict, Error *err);

/* A day that was recorded as closed is a session that the source has lost: failed from the next stamp on. */
void collect_reopen(Ingest *ingest, Day date, const char *reason);

#endif
