/* secret.h: whether a text shows a piece of a secret. */
#ifndef CLOSEBELL_BASE_SECRET_H
#define CLOSEBELL_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_PIECE = 4 }; /* bytes in a row that are too many to be shown */

/* The text has `piece` bytes in a row of the secret, or all of a secret that is shorter (but never for one shorter than
 * SECRET_PIECE, which would be found everywhere). */
bool secret_shows(const char *secret, const char *text, size_t piece);

#endif
