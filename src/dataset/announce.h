/* announce.h: a dataset's documents that the analysis looks at came when it had looked already. */
#ifndef CLOSEBELL_DATASET_ANNOUNCE_H
#define CLOSEBELL_DATASET_ANNOUNCE_H

#include <closebell/ingest/ingest.h>

/* To be called when they are stored: a restatement of all stocks from that session on, where hourly_analysis has begun
 * with it or with one behind it. It says that it has begun before it reads what a dataset stores, so whoever read
 * before they were there is found. what: "index days": for log and document. The lease is held. */
Status dataset_announce(const Ingest *ingest, Day from, const char *what, Error *err);

#endif
