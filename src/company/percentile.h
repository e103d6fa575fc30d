/* percentile.h: the place of each value among all of its group, 0 (lowest) to 100.
 *
 * 100 (less + (equal - 1) / 2) / (n - 1): of n values `less` are smaller, and `equal` are the same, itself
 * included. */
#ifndef CLOSEBELL_COMPANY_PERCENTILE_H
#define CLOSEBELL_COMPANY_PERCENTILE_H

#include <stddef.h>
#include <stdint.h>

enum { PERCENTILE_FEWEST = 30 }; /* of fewer there are no places */

typedef struct {
  uint64_t key; /* larger for a larger value, equal for an equal one */
  size_t stock; /* whose place it is */
} Ranked;

/* value is a number or -INFINITY. */
Ranked ranked_of(double value, size_t stock);

/* Writes ret_places[items[i].stock]; writes nothing when there are too few. Those of -INFINITY are the lowest of all:
 * they count, and the place of each is 0, however many they are. Sorts items; spare has room for as many. */
void percentile_rank(Ranked *items, Ranked *spare, size_t count, double *ret_places);

#endif
