/* declared.h: a declared feed as a dataset: which units are owed, and the work of each. */
#ifndef CLOSEBELL_DATASET_DECLARED_H
#define CLOSEBELL_DATASET_DECLARED_H

#include <closebell/dataset/feeds.h>
#include <closebell/dataset/plan.h>

/* Lends what it takes from the feed. */
Dataset declared_dataset(const DeclaredFeed *feed);

#endif
