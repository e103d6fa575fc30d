/* evening_index.h: asks the broker for the indices of an evening. Private to src/dataset. */
#ifndef CLOSEBELL_DATASET_EVENING_INDEX_H
#define CLOSEBELL_DATASET_EVENING_INDEX_H

#include <closebell/ingest/ingest.h>
#include <closebell/plan/evening_index.h>

typedef struct {
  Day date, before; /* the evening's, and the archived session before it */
  Instant until;    /* business time: what is answered later is no evening's */
} EveningIndexWish;

/* What came of it. */
typedef struct {
  IndexDay indices;                 /* those that are proven */
  IndexSet lacking;                 /* the others of those that are wanted */
  char why[EVENING_INDEX_WHY_SIZE]; /* of the first one that lacks; the log tells of each */
} EveningIndices;

/* How many calls it takes: as many as [indices] names wants. */
size_t evening_index_calls(const Job *job);

/* An index that cannot be had, or is not proven, is left out, and no failure: an evening stands without it. Fails where
 * the run cannot go on. */
Status evening_read_indices(Fetch *fetch, const EveningIndexWish *wish, EveningIndices *ret_indices, Error *err);

#endif
