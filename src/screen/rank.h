/* rank.h: the places of values among each other, 0 to 100. */
#ifndef CLOSEBELL_SCREEN_RANK_H
#define CLOSEBELL_SCREEN_RANK_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t key;
  size_t index;
} RankItem;

/* values become their ranks; equal ones share the middle, absent ones (NaN) stay absent. room: for 2 * count items. */
void screen_rank(double *values, size_t count, RankItem *room);

#endif
