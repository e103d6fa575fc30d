/* plan.h: which sessions a dataset lacks. */
#ifndef CLOSEBELL_DATASET_PLAN_H
#define CLOSEBELL_DATASET_PLAN_H

#include <closebell/dataset/dataset.h>

/* Which sessions a person has asked for; DAY_NONE: open ends. */
typedef struct DatasetWish {
  const char *name; /* this dataset alone; null: all */
  Day from, to;
  bool history; /* and what a dataset brings of earlier years only when a person asks for it */
  bool anew;    /* all of them, but for those that were stamped since: a request (plan/request.h) */
  Instant since;
} DatasetWish;

/* Whether a person has named days, and whether one is among them; open ends are unlimited. */
bool dataset_wish_names_days(const DatasetWish *wish);
bool dataset_wish_includes(const DatasetWish *wish, Day date);

typedef struct DatasetPlan {
  Day *dates;   /* owned; newest first */
  Instant *due; /* of a declared feed's units, one beside each date; owned; null: of any other */
  size_t count;
  size_t sessions;     /* that there should be */
  size_t completed;    /* of them */
  size_t reopened;     /* completed, but this run has written their rows again: what is stored is looked at */
  size_t resting;      /* asked in vain so often that they are not asked at each run ... */
  Instant rest_ends;   /* ... the first of them not before then */
  size_t questions;    /* to its provider, for what is missing */
  bool history;        /* as wished */
  bool anew;           /* as wished: what was stored before is asked for all the same */
  bool whole;          /* all that is stored is looked at, because a person named the dataset */
  size_t given_up;     /* units of a declared feed that nobody will ask any more: to be said once ... */
  Instant given_up_to; /* ... and the newest of them */
  char note[160];      /* what else is to be told of it; empty: nothing */
} DatasetPlan;

/* Its values are stored, and nothing has proven them yet: of a session that links, none beside it is known. */
bool dataset_awaits_proof(const JobStatus *status);
/* Until when a session of that status is left alone: asked for in vain, an hour after the second time, twice as long
 * each time after that, a week at most. INSTANT_NONE: it is not. */
Instant dataset_rest_ends(const JobStatus *status);

/* Of the sessions completed by daily_update those that the dataset has not: it never came to them, it was cut off, it
 * wants more of them than it did, or it failed and has rested; and those that await their proof, without a rest where a
 * session beside them is stored. With a wish, all of its sessions. */
Status dataset_plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err);
void dataset_plan_free(DatasetPlan *plan);

/* For whoever plans units of his own: whether one of that status (null: it has none) rests, which is then counted. */
bool dataset_plan_rests(const Job *job, DatasetPlan *plan, const JobStatus *status);
/* Whether that source rests, by source_state alone. */
Status dataset_source_is_shut(const Ingest *ingest, const char *source, bool *ret_shut, Error *err);
/* In what its progress is counted: "sessions". */
const char *dataset_unit(const Dataset *dataset);

/* Sessions whose archived rows the exchange's totals contradict, and whose turn to be asked for again has come,
 * ascending; there is room for one a day of the ledger. Null: only how many there are. Returns their number. */
size_t dataset_contradicted(const Ingest *ingest, Day *dates);

/* The sessions next to it that nothing can be missing between. */
void dataset_neighbours(const Ingest *ingest, DatasetDay *day);

/* One that daily_update has completed, and that is kept. */
bool dataset_is_session(const Ingest *ingest, const LedgerDay *day);

/* The statuses of the dataset as they were read. */
const JobStatusList *dataset_statuses(const Ingest *ingest, const Dataset *dataset);

#endif
