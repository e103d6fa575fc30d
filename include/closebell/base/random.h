/* random.h: the interface to chance: tokens and jitter. */
#ifndef CLOSEBELL_BASE_RANDOM_H
#define CLOSEBELL_BASE_RANDOM_H

#include <stdint.h>

typedef struct Random {
  void *self;
  uint64_t (*next)(void *self);
} Random;

static inline uint64_t random_next(const Random *random) { return random->next(random->self); }

/* The kernel's (getrandom). */
Random random_system(void);

/* splitmix64: a seeded sequence for tests; *state is the caller's. */
Random random_seeded(uint64_t *state);

#endif
