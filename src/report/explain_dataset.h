/* explain_dataset.h: the story of one dataset: what is owed, what its newest units are like, and of a declared feed how
 * far its items have come and what its keys still give. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_DATASET_H
#define CLOSEBELL_REPORT_EXPLAIN_DATASET_H

#include <closebell/run/job.h>

Status explain_dataset(Job *job, const char *name, Error *err);

#endif
