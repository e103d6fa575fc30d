/* reports.h: what both datasets of the index services read of an answer, and say of what is stored. */
#ifndef CLOSEBELL_DATASET_REPORTS_H
#define CLOSEBELL_DATASET_REPORTS_H

#include <closebell/dataset/dataset.h>
#include <closebell/market/index_report.h>

/* What the service says of the market; null: nothing. */
const IndexReport *report_of(const DayAnswer *answer, Market market);

/* A document of a date. */
typedef struct {
  const char *database, *collection;
  Day date;
} DatedDocument;

/* Tells of it where its date is no session, and how it is removed. */
Status report_stranger(const Ingest *ingest, const DatedDocument *document, DatasetFinding *tell, void *context,
                       Error *err);

#endif
