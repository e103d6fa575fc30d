#include "words.h"

#include <string.h>

static const char blanks[] = " \t\n";

const char *const feed_weekdays[8] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

const char *words_next(Words *words, size_t *ret_length) {
  const char *word = words->rest + strspn(words->rest, blanks);
  *ret_length = strcspn(word, blanks);
  words->rest = word + *ret_length;
  return word;
}

const char *words_rest(Words *words, size_t *ret_length) {
  const char *rest = words->rest + strspn(words->rest, blanks);
  size_t length = strlen(rest);
  while (length > 0 && strchr(blanks, rest[length - 1]) != NULL) length--;
  words->rest = rest + strlen(rest);
  *ret_length = length;
  return rest;
}

bool feed_weekday_find(const char *text, size_t length, Weekday *ret_weekday) {
  for (int i = 0; feed_weekdays[i] != NULL; i++) {
    if (strlen(feed_weekdays[i]) != length || memcmp(feed_weekdays[i], text, length) != 0) continue;
    *ret_weekday = (Weekday)i;
    return true;
  }
  return false;
}
