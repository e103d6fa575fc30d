/* ulid.h: names that sort by the time they were made (ULID: 48 bits of milliseconds and 80 bits of chance, 26 letters
 * and digits of Crockford's base 32). Pure: time and chance are given. */
#ifndef CLOSEBELL_BASE_ULID_H
#define CLOSEBELL_BASE_ULID_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/base/instant.h>

enum { ULID_SIZE = 27 };

/* Who makes several in a row. Zero-initialise. */
typedef struct {
  uint64_t ms;   /* of the last one */
  uint16_t high; /* the first 16 of its 80 bits */
  uint64_t low;  /* the other 64 */
} UlidMaker;

/* Each one is greater than the one before it of the same maker, also in the same millisecond and when the clock is set
 * back. high and low: fresh chance. Returns text. */
char *ulid_next(UlidMaker *maker, Instant now, uint16_t high, uint64_t low, char text[ULID_SIZE]);

/* 26 capital letters and digits, none of I, L, O, U, the first at most 7. */
bool ulid_is_valid(const char *text);
/* No ULID that was made then or later is smaller. Returns text. */
char *ulid_first(Instant instant, char text[ULID_SIZE]);

#endif
