/* refilter.h: an entry filter that was changed in the settings, applied to the newest completed session.
 *
 * The rule: the universe is a fold over the archived sessions, and each session has one filter: the last with which a
 * run took it in, which is the one in force when the next session came. Whatever the filter was in between leaves no
 * trace: who entered by it is forgotten (forget.h), who left by it is back with its rows. A run that dies has counted
 * from the moment its filter stood in the session's status on. Set-up's choice is an event of its own: the universe
 * begins with who passed set-up's filter (Meta.began_by), and a filter changed before the next session takes set-up's
 * session in once more, so that who does not pass leaves, and keeps its data. */
#ifndef CLOSEBELL_INGEST_REFILTER_H
#define CLOSEBELL_INGEST_REFILTER_H

#include <closebell/ingest/ingest.h>

/* The newest completed session, when the universe took it in by another filter than today's; null when it did not, or
 * when there is no record. */
const LedgerDay *refilter_due(const Ingest *ingest);

/* When it is due, takes that session in anew by today's filter: stocks that pass enter with backfill_needed, others
 * leave, and the session is proven and stamped again. No network, and no limit on how many may leave. When it is not,
 * for sessions asked for by name (and once for what an older program left, which the contract says), target_tickers is
 * compared with the whole fold; where they differ, the session is taken in anew, and with it all whose rows are counted
 * otherwise. */
Status refilter_follow(Ingest *ingest, Meta *meta, bool named, Error *err);

/* Prints to job->out who would enter and who would leave; with `anew` also when the filter is the same. */
Status refilter_explain(Ingest *ingest, bool anew, Error *err);

#endif
