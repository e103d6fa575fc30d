#include <closebell/base/vector.h>

#include <stdint.h>
#include <stdlib.h>

enum { SMALLEST_CAPACITY = 8 };

void *vector_reserve(void *items, size_t *capacity, size_t needed, size_t item_size) {
  if (items != NULL && needed <= *capacity) return items;
  if (item_size == 0) return NULL;
  size_t most = SIZE_MAX / 2 / item_size; /* PTRDIFF_MAX bytes: no larger object exists */
  if (needed > most) return NULL;

  /* Doubling makes adding n elements cost O(n) copies. */
  size_t larger = *capacity > most / 2 ? most : *capacity * 2;
  if (larger < needed) larger = needed;
  if (larger < SMALLEST_CAPACITY && SMALLEST_CAPACITY <= most) larger = SMALLEST_CAPACITY;
  void *moved = realloc(items, larger * item_size);
  if (moved != NULL) *capacity = larger;
  return moved;
}
