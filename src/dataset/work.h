/* work.h: one dataset's work of one run. */
#ifndef CLOSEBELL_DATASET_WORK_H
#define CLOSEBELL_DATASET_WORK_H

#include <closebell/dataset/plan.h>

#include "day_list.h"

typedef struct DatasetWork {
  Ingest *ingest;
  const Dataset *dataset;
  int64_t deadline_ms; /* uptime; 0: none */
  size_t proven, failed, waiting;
  size_t left;        /* for the next run */
  DayList doubted;    /* failed so far, and not stamped: perhaps it is a neighbour that is wrong */
  DayList alone;      /* await their proof */
  DayList joined;     /* of these, those beside which one has been proven since */
  bool held, shut;    /* by another process; the feed's door, as it is now */
  Lease holder;       /* when held */
  bool tells_changed; /* it counts ... */
  int64_t changed;    /* ... the documents that are others now */
  char note[96];      /* told behind the figures; empty: nothing */
} DatasetWork;

/* Asks, proves, stores and stamps the sessions of the plan, newest first, after a look at what is stored. The lease is
 * held. */
Status dataset_work(DatasetWork *work, DatasetPlan *plan, Error *err);

/* One unit, as a dataset with units of its own leaves it. */
typedef struct {
  Day date;
  const DatasetVerdict *verdict;
  const char *finality;      /* null: "final" where it is proven, and absent otherwise */
  const JobMissing *missing; /* null: nothing */
  JobUnit *unit;             /* of a declared feed; null: of any other */
} DatasetStamp;

/* Stamps it, counts it in the work, and raises or resolves its alert. The lease is held. */
Status dataset_stamp(DatasetWork *work, const DatasetStamp *stamp, Instant started, Error *err);
/* There is time left for one more. */
bool dataset_has_time(const DatasetWork *work);

#endif
