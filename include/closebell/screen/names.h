/* names.h: words that are near a wrong one. */
#ifndef CLOSEBELL_SCREEN_NAMES_H
#define CLOSEBELL_SCREEN_NAMES_H

#include <stddef.h>

/* The known name (or, with words, the nearest of these, null-ended) at most two slips away; null when none is. */
const char *screen_nearest(const char *text, size_t length, const char *const *words);

#endif
