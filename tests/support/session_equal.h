/* session_equal.h: whether two sessions are the same, for tests. */
#ifndef CLOSEBELL_TESTS_SESSION_EQUAL_H
#define CLOSEBELL_TESTS_SESSION_EQUAL_H

#include <closebell/market/session.h>

/* Date, markets and every row. */
static inline bool session_equal(const Session *a, const Session *b) {
  if (a->date != b->date || a->markets != b->markets || a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (!row_equal(&a->rows[i], &b->rows[i])) return false;
  return true;
}

#endif
