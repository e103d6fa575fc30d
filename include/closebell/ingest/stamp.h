/* stamp.h: what became of a day, in job_status, trading_calendar and ops_alerts. */
#ifndef CLOSEBELL_INGEST_STAMP_H
#define CLOSEBELL_INGEST_STAMP_H

#include <closebell/ingest/ingest.h>

/* The day's status in that state, with the run's fence, host and attempt filled in. */
JobStatus stamp_status(Ingest *ingest, LedgerDay *day, JobState state);
/* Writes the statuses, and the calendar's view of their days; the days follow. */
Status stamp_write(Ingest *ingest, const JobStatus *items, size_t count, Error *err);

/* Of the judged days that did not become sessions: waiting and failed are what later answers of the same run may still
 * change. */
typedef enum { STAMP_CLOSED, STAMP_ALL } StampOthers;
/* Writes job_status, trading_calendar and alerts of those of these days that lie not before `from`. */
Status stamp_others(Ingest *ingest, Day from, StampOthers which, Error *err);

/* Resolves the alerts about days that are completed or closed: whoever wrote that may have died before, and whoever
 * raised them may have been stopped in between. And those about stocks that vanish, once a session has been taken in
 * without that. */
Status stamp_resolve_outlived(const Ingest *ingest, Error *err);

/* Calendar documents that are missing or say something else than job_status does about a completed or closed day. */
bool stamp_calendar_gap(const Ingest *ingest, const LedgerDay *day);
size_t stamp_calendar_gaps(const Ingest *ingest);
Status stamp_mend_calendar(Ingest *ingest, Error *err);

#endif
