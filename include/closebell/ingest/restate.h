/* restate.h: asks the source again for what is archived, and says when it answers differently. */
#ifndef CLOSEBELL_INGEST_RESTATE_H
#define CLOSEBELL_INGEST_RESTATE_H

#include <closebell/ingest/ingest.h>

enum { RESTATE_SESSIONS_BACK = 5 };

typedef enum {
  RESTATE_REPORT,  /* a different answer is reported: alert `restated`, both values, WARN */
  RESTATE_SUSPECT, /* the same, CRITICAL: later sessions do not continue what is archived, so that is probably wrong */
  RESTATE_FORCE    /* a different answer replaces what is archived, by a person's order */
} RestateMode;

/* Equal answers change nothing. With RESTATE_FORCE dates may be closed: one that has rows, which the session before it
 * continues, was a session after all; it is judged before those behind it, which may be replaced by the same answers.
 * One that is empty, while the session behind it has rows that only later ones continue, was a session that the source
 * has lost: ingest_reopen.
 * The dates whose archive was replaced are in ret_replaced, which has room for count dates. An archive document that
 * cannot be read, or lacks a market that is configured now, is replaced by a believable answer in any case. */
Status restate_check(Ingest *ingest, const Day *dates, size_t count, RestateMode mode, Day *ret_replaced,
                     size_t *ret_replaced_count, Error *err);

/* The suspect, an archived session that what follows does not continue, and the days before it that are closed though
 * the calendar expected a session. When the source has rows for one of these by now, or others for the suspect, which
 * continue nothing before, it once hid that session and showed its rows as the suspect's: alert `closure-doubtful`,
 * CRITICAL, names the days and the command that takes over what it answers now. Nothing else is changed. */
Status restate_check_closures(Ingest *ingest, Day suspect, Error *err);

/* Rows of the markets in `stored` that are not the same in both; text describes the first. Rows of markets that were
 * not asked for then are no difference. */
size_t restate_count_differences(const Session *stored, const Session *fresh, char *text, size_t size);

#endif
