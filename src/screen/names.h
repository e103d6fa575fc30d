/* names.h: words that are near a wrong one. */
#ifndef CLOSEBELL_SCREEN_NAMES_H
#define CLOSEBELL_SCREEN_NAMES_H

#include <stddef.h>

/* The known name (or, with words, the nearest of these, null-ended) at most two slips away, capitals aside; null when
 * none is, or the text is one of them itself. */
const char *screen_nearest(const char *text, size_t length, const char *const *words);

#endif
