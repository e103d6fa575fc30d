/* vector.h: room for one more: growth of the arrays that modules keep as {items, count, capacity}. */
#ifndef CLOSEBELL_BASE_VECTOR_H
#define CLOSEBELL_BASE_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Returns items, perhaps moved, with room for at least `needed` elements of item_size bytes; *capacity is updated.
 * Null when there is no memory or the size overflows: items is still valid and unchanged. */
void *vector_reserve(void *items, size_t *capacity, size_t needed, size_t item_size);

#endif
