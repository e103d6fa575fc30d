#include <closebell/base/nearest.h>

#include <string.h>

enum { WORD_LENGTH_MAX = 39, SLIPS_MAX = 2 };

static int least(int a, int b) { return a < b ? a : b; }

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Levenshtein's distance, by rows, capitals and small letters being one. Both are at most WORD_LENGTH_MAX long. */
static int slips(const char *a, size_t a_length, const char *b, size_t b_length) {
  int row[WORD_LENGTH_MAX + 1];
  for (size_t j = 0; j <= b_length; j++) row[j] = (int)j;
  for (size_t i = 1; i <= a_length; i++) {
    int corner = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= b_length; j++) {
      int changed = corner + (small(a[i - 1]) != small(b[j - 1]));
      corner = row[j];
      row[j] = least(changed, least(row[j], row[j - 1]) + 1);
    }
  }
  return row[b_length];
}

Nearest nearest_begin(const char *text, size_t length) {
  return (Nearest){.text = text, .length = length, .best = length < 4 ? SLIPS_MAX : SLIPS_MAX + 1};
}

void nearest_look(Nearest *nearest, const char *word) {
  size_t length = strlen(word);
  if (nearest->length > WORD_LENGTH_MAX || length > WORD_LENGTH_MAX) return;
  if (length == nearest->length && memcmp(nearest->text, word, length) == 0) {
    nearest->is_known = true;
    return;
  }
  int distance = slips(nearest->text, nearest->length, word, length);
  if (distance < nearest->best) nearest->best = distance, nearest->found = word;
}

const char *nearest_found(const Nearest *nearest) { return nearest->is_known ? NULL : nearest->found; }

const char *nearest_of(const char *text, size_t length, const char *const *words) {
  Nearest nearest = nearest_begin(text, length);
  for (size_t i = 0; words[i] != NULL; i++) nearest_look(&nearest, words[i]);
  return nearest_found(&nearest);
}
