/* follow.h: what comes after daily prices in the same run: the datasets beside them. */
#ifndef CLOSEBELL_JOB_FOLLOW_H
#define CLOSEBELL_JOB_FOLLOW_H

#include <closebell/dataset/engine.h>

/* Gives the job's own lease back, and brings the datasets up to date, each under its own: where something is due, and
 * only then. A run that only plans says what it would ask for. STATUS_LOST: the lease was another's by then. */
Status follow_datasets(Ingest *ingest, const DatasetOptions *options, Outcome *outcome, Error *err);

/* After that: the job's own trouble counts, and only without any the datasets'. */
Status follow_conclude(Status own, Status followed, const Error *trouble, Error *err);

#endif
