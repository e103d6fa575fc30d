/* refilter.h: an entry filter that was changed in the settings, applied to the newest completed session. */
#ifndef CLOSEBELL_JOB_REFILTER_H
#define CLOSEBELL_JOB_REFILTER_H

#include <closebell/job/ingest.h>

/* The newest completed session, when the universe took it in by another filter than today's; null when it did not, or
 * when there is no record. */
const IngestDay *refilter_due(const Ingest *ingest);

/* Takes that session in anew by today's filter: stocks that pass enter with backfill_needed, others leave, and the
 * session is proven and stamped again. No network, and no limit on how many may leave. Nothing when it is not due. */
Status refilter_apply(Ingest *ingest, Error *err);

/* Prints to job->out who would enter and who would leave. */
Status refilter_explain(Ingest *ingest, Error *err);

#endif
