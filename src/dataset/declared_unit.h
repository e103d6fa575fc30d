/* declared_unit.h: one run's work on a declared feed, and one unit of it. */
#ifndef CLOSEBELL_DATASET_DECLARED_UNIT_H
#define CLOSEBELL_DATASET_DECLARED_UNIT_H

#include <closebell/feed/progress.h>
#include <closebell/store/feed_pending.h>
#include <closebell/store/feed_state.h>

#include "declared_ask.h"
#include "work.h"

/* One feed's work of one run. */
typedef struct {
  DatasetWork *work;
  const FeedDefinition *definition;
  const Db *db;
  Asking asking;
  FeedSince since;
  FeedUnitsState units;
  bool anew;    /* what was stored before is asked for all the same */
  bool stopped; /* nothing more is asked in this run */
} Declared;

/* One unit of it. */
typedef struct {
  Declared *declared;
  Instant due;
  Day date;
  Weekday weekday;
  const FeedTable *list; /* null: it has no items */
  char part[FEED_PROGRESS_NAME_SIZE];
  FeedProgress progress;
  FeedAgenda agenda;
  FeedSums sums;
  size_t failed;  /* questions */
  JobState state; /* JOB_ABSENT: nothing has gone wrong */
  char reason[JOB_REASON_SIZE];
} DeclaredUnit;

/* The text by which an item is known; "" for the one question of a feed without items. */
static inline const char *declared_item_name(const FeedLine *item) { return item ? item->columns[0] : ""; }

/* Asks, proves, stores and stamps the units of the plan, oldest first. The lease is held. */
Status declared_work(DatasetWork *work, DatasetPlan *plan, Error *err);

/* ---- declared_store.c ---- */

/* Stores the proven rows of a question, and puts down that its item is done (null: the feed has none). Only where all
 * of them are there: else STATUS_INCOMPLETE, and the item is asked for again. */
Status declared_unit_store(DeclaredUnit *unit, const FeedLine *item, FeedRowList *rows, Error *err);
/* Stores what a run that was killed was about to store, and takes its item from the agenda. Rows that somebody has
 * altered are none: their item is asked for. */
Status declared_unit_go_on(DeclaredUnit *unit, const FeedPending *pending, Error *err);

#endif
