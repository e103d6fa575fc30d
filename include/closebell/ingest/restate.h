/* restate.h: asks the source again for what is archived, and says when it answers differently. */
#ifndef CLOSEBELL_INGEST_RESTATE_H
#define CLOSEBELL_INGEST_RESTATE_H

#include <closebell/ingest/ingest.h>
#include <closebell/plan/restated.h>

enum { RESTATE_SESSIONS_BACK = 5 };

/* Dates whose archive was replaced. */
typedef struct {
  Day *dates; /* the caller's, with room for all that are checked */
  size_t count;
} ReplacedDays;

/* Equal answers change nothing. With RESTATE_FORCE dates may be closed: one that has rows, which the session before it
 * continues, was a session after all; it is judged before those behind it, which may be replaced by the same answers.
 * One that is empty, while the session behind it has rows that only later ones continue, was a session that the source
 * has lost: collect_reopen.
 * An archive document that cannot be read, or lacks a market that is configured now, is replaced by a believable answer
 * in any case. What was replaced stays so, and is in *replaced, also where the check then fails. */
Status restate_check(Ingest *ingest, const Day *dates, size_t count, RestateMode mode, ReplacedDays *replaced,
                     Error *err);

/* The suspect, an archived session that what follows does not continue, and the days before it that are closed though
 * the calendar expected a session. When the source has rows for one of these by now, or others for the suspect, which
 * continue nothing before, it once hid that session and showed its rows as the suspect's: alert `closure-doubtful`,
 * CRITICAL, names the days and the command that takes over what it answers now. Nothing else is changed. */
Status restate_check_closures(Ingest *ingest, Day suspect, Error *err);

#endif
