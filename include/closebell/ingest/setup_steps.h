/* setup_steps.h: how a database begins, whatever the source: set-up and import share it. */
#ifndef CLOSEBELL_INGEST_SETUP_STEPS_H
#define CLOSEBELL_INGEST_SETUP_STEPS_H

#include <closebell/ingest/ingest.h>
#include <closebell/store/meta.h>

/* So many weekdays in a row without a session are more than any holiday: there is none before. */
enum { SETUP_HISTORY_ENDS_WEEKDAYS = 15, SETUP_ANCHOR_DAYS = 6 };

/* Makes the collections, and writes the contract's version where the database has none. *ret_meta is what it says now:
 * who had the lease before may have finished meanwhile. */
Status setup_prepare_database(Job *job, Meta *ret_meta, Error *err);

/* Fetches the dates, newest first and at most SETUP_ANCHOR_DAYS, while nothing is archived: the newest session whose
 * rows sum to the exchange's totals, or the newest two that continue each other, vouch for the rest. STATUS_INCOMPLETE:
 * there is neither. */
Status setup_collect_anchor(Ingest *ingest, const Day *dates, size_t count, Error *err);

/* History is kept from this session on. An earlier one than so far is a restatement of every target. */
Status setup_fix_first_session(Ingest *ingest, Day oldest, Error *err);

/* Fills the targets with what passes the entry filter in ingest->universe_from's session; DAY_NONE: the newest archived
 * one's. STATUS_CONFIG: nothing passes. */
Status setup_fill_targets(Ingest *ingest, Error *err);

/* Writes and stamps every archived session up to that date that is not completed. STATUS_INCOMPLETE: rows of some could
 * not be proven. */
Status setup_project(Ingest *ingest, Day to, Error *err);

/* Set-up has finished: the contract says so, with which markets all sessions have, and by which filter the universe
 * began. */
Status setup_remember(Ingest *ingest, Meta *meta, Error *err);

#endif
