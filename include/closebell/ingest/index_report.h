/* index_report.h: what the exchange's index service says of the sessions that this run judges: their totals, and
 * whether a session is missing between two. An answer that is empty, broken or refused has no say, and holds nothing
 * up. */
#ifndef CLOSEBELL_INGEST_INDEX_REPORT_H
#define CLOSEBELL_INGEST_INDEX_REPORT_H

#include <closebell/ingest/ingest.h>

/* Asks for those of the dates that this run has not been told of; nothing where the source has no such feed, or the
 * settings do not want it. */
Status index_report_ask(Ingest *ingest, const Day *dates, size_t count, Error *err);
/* The same for those of the dates whose prices came in every market; FETCH_MAX_DAYS at most. */
Status index_report_ask_answered(Ingest *ingest, const DayAnswer *answers, size_t count, Error *err);

/* The published totals of the kept markets as far as this run was told; false: of none. */
bool index_report_totals(const Ingest *ingest, Day date, SessionTotals *ret_totals);

/* Whether a session is missing between two archived ones, by what this run was told of their indices, or else by what
 * is stored and proven. A set-up, which has nothing stored, looks at the first alone. */
Status index_report_gap(Ingest *ingest, Day earlier, Day later, IndexGap *ret_gap, Error *err);

#endif
