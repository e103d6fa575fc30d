/* words.h: the words of a value, which stand between blanks; the names of weekdays. */
#ifndef CLOSEBELL_FEED_WORDS_H
#define CLOSEBELL_FEED_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>

typedef struct {
  const char *rest; /* what is not yet read, ends with NUL */
} Words;

/* The next word, which no NUL ends; *ret_length is 0 when there is none. */
const char *words_next(Words *words, size_t *ret_length);
/* All that is left, without blanks before it and behind it; *ret_length likewise. */
const char *words_rest(Words *words, size_t *ret_length);

/* "mon" to "sun", null-ended, in the order of Weekday. */
extern const char *const feed_weekdays[8];
bool feed_weekday_find(const char *text, size_t length, Weekday *ret_weekday);

#endif
