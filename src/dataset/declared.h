/* declared.h: a declared feed as a dataset: which units are owed, and the work of each. */
#ifndef CLOSEBELL_DATASET_DECLARED_H
#define CLOSEBELL_DATASET_DECLARED_H

#include <closebell/dataset/feeds.h>
#include <closebell/dataset/plan.h>

/* Lends what it takes from the feed. */
Dataset declared_dataset(const DeclaredFeed *feed);

/* Its units that are owed, newest first, with their due instants. With dates: those of them that are not completed,
 * also before the feed first ran. */
Status declared_plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan,
                     Error *err);
/* Whether its own door is shut. */
Status declared_is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err);

#endif
