/* name_search.h: which stocks a person means by a name. Pure.
 *
 * Names are compared without spaces and without regard to the case of Latin letters, and a Korean syllable is the same
 * whether it comes in one piece or in its letters (as macOS writes it: Unicode's NFD). */
#ifndef CLOSEBELL_MARKET_NAME_SEARCH_H
#define CLOSEBELL_MARKET_NAME_SEARCH_H

#include <closebell/market/universe.h>

enum { NAME_WANTED_SIZE = 400, NAME_MATCHES = 8 };

typedef enum { NAME_NONE, NAME_EXACT, NAME_PART, NAME_NEAR } NameMatch;

typedef struct {
  NameMatch kind;
  size_t count;                      /* how many there are */
  const Target *items[NAME_MATCHES]; /* the first of them: nearest first, then the largest market cap */
  size_t shown;
} NameMatches;

/* It can be asked for: UTF-8 without control characters, not too long, more than spaces, no path, and not digits alone,
 * which are a code with an error. */
bool name_is_searchable(const char *wanted);

/* The stocks of just that name; else those that have it in their name; else those whose name is like it but for one or
 * two characters. Of the others none. */
NameMatches name_search(const Universe *universe, const char *wanted);

#endif
