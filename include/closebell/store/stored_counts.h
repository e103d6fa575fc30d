/* stored_counts.h: what became of documents that were to be stored. */
#ifndef CLOSEBELL_STORE_STORED_COUNTS_H
#define CLOSEBELL_STORE_STORED_COUNTS_H

#include <stddef.h>

typedef struct {
  size_t stored; /* of those given, there afterwards just as given; fewer than given: somebody else wrote in between */
  size_t inserted; /* of these, not there before */
  size_t replaced; /* of these, there before as something else */
} StoredCounts;

#endif
