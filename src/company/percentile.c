#include "percentile.h"

#include <math.h>
#include <string.h>

enum { KEY_BITS = 64, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

/* ---- keys ---- */

/* The bits of doubles are in the order of their values, but for the sign: with it set, the order is reversed. */
static uint64_t key_of(double value) {
  double unsigned_zero = value + 0.0; /* -0 equals 0 */
  uint64_t bits, sign = (uint64_t)1 << (KEY_BITS - 1);
  memcpy(&bits, &unsigned_zero, sizeof bits);
  return bits & sign ? ~bits : bits | sign;
}

Ranked ranked_of(double value, size_t stock) { return (Ranked){key_of(value), stock}; }

/* ---- order ---- */

static size_t digit_of(const Ranked *item, int shift) { return (size_t)(item->key >> shift) % DIGITS; }

/* Sorts by one digit of the keys and keeps the order of equal ones. */
static void sort_by_digit(const Ranked *items, Ranked *sorted, size_t count, int shift) {
  size_t starts[DIGITS + 1] = {0};
  for (size_t i = 0; i < count; i++) starts[digit_of(&items[i], shift) + 1]++;
  for (size_t digit = 0; digit < DIGITS; digit++) starts[digit + 1] += starts[digit];
  for (size_t i = 0; i < count; i++) sorted[starts[digit_of(&items[i], shift)]++] = items[i];
}

/* From the last digit to the first: a fifth of the time of qsort, and the same for every order. */
static void sort(Ranked *items, Ranked *spare, size_t count) {
  for (int shift = 0; shift < KEY_BITS; shift += 2 * DIGIT_BITS) {
    sort_by_digit(items, spare, count, shift);
    sort_by_digit(spare, items, count, shift + DIGIT_BITS);
  }
}

/* ---- places ---- */

static double place_of(size_t less, size_t equal, size_t count) {
  return 100 * ((double)less + (double)(equal - 1) / 2) / (double)(count - 1);
}

void percentile_rank(Ranked *items, Ranked *spare, size_t count, double *ret_places) {
  if (count < PERCENTILE_FEWEST) return;
  sort(items, spare, count);
  const uint64_t lowest = key_of(-INFINITY);
  for (size_t first = 0, after; first < count; first = after) {
    for (after = first + 1; after < count && items[after].key == items[first].key;) after++;
    double place = items[first].key == lowest ? 0 : place_of(first, after - first, count);
    for (size_t i = first; i < after; i++) ret_places[items[i].stock] = place;
  }
}
