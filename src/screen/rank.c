/* Sorted by digits of the numbers' bits, the lowest first: the time is the same whatever the values are. */
#include "rank.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Keys stand in the order of the values: the bits of negative ones are turned, of the others the sign alone. */
static uint64_t key_of(double value) {
  uint64_t bits, sign = (uint64_t)1 << 63;
  if (value == 0) value = 0; /* -0 as well */
  memcpy(&bits, &value, sizeof(bits));
  return bits & sign ? ~bits : bits | sign;
}

/* False when all have the same digit: nothing was moved. */
static bool sort_by_digit(const RankItem *from, RankItem *to, size_t count, int shift) {
  size_t places[DIGITS] = {0}, sum = 0;
  for (size_t i = 0; i < count; i++) places[from[i].key >> shift & (DIGITS - 1)]++;
  if (places[from[0].key >> shift & (DIGITS - 1)] == count) return false;
  for (size_t d = 0; d < DIGITS; d++) {
    size_t here = places[d];
    places[d] = sum;
    sum += here;
  }
  for (size_t i = 0; i < count; i++) to[places[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
  return true;
}

static void set_ranks(double *values, const RankItem *sorted, size_t count) {
  for (size_t less = 0, end; less < count; less = end) {
    for (end = less + 1; end < count && sorted[end].key == sorted[less].key;) end++;
    double rank = 100 * ((double)less + (double)(end - less - 1) / 2) / (double)(count - 1);
    for (size_t i = less; i < end; i++) values[sorted[i].index] = count < 2 ? NAN : rank;
  }
}

void screen_rank(double *values, size_t count, RankItem *room) {
  RankItem *from = room, *to = room + count;
  size_t known = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isnan(values[i])) from[known++] = (RankItem){key_of(values[i]), i};
  }
  for (int shift = 0; shift < 64 && known > 1; shift += DIGIT_BITS) {
    if (!sort_by_digit(from, to, known, shift)) continue;
    RankItem *sorted = to;
    to = from;
    from = sorted;
  }
  set_ranks(values, from, known);
}
