/* nearest.h: the known word that somebody may have meant who wrote another. Pure. */
#ifndef CLOSEBELL_BASE_NEAREST_H
#define CLOSEBELL_BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/* A search over words that stand in no array: nearest_begin, nearest_look for each word, nearest_found. */
typedef struct {
  const char *text, *found; /* lent */
  size_t length;
  int best; /* slips that are too many, or those of `found` */
  bool is_known;
} Nearest;

Nearest nearest_begin(const char *text, size_t length);
void nearest_look(Nearest *nearest, const char *word);
/* The word with the fewest slips, at most two of them (one in a text below four bytes), capitals aside; of several the
 * first. Null when none is near, or when the text is one of the words itself. */
const char *nearest_found(const Nearest *nearest);

/* The same of an array, null-ended. */
const char *nearest_of(const char *text, size_t length, const char *const *words);

#endif
