#include "statistics.h"

#include <math.h>

double statistics_mean(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return count > 0 ? sum / (double)count : NAN;
}

/* Values below the limit, or those up to it, come to the front of first .. last. Returns where the others begin. There
 * is no branch to be guessed wrong. */
static size_t move_below(double *values, size_t first, size_t last, double limit) {
  size_t others = first;
  for (size_t i = first; i <= last; i++) {
    double value = values[i];
    values[i] = values[others];
    values[others] = value;
    others += value < limit;
  }
  return others;
}
static size_t move_up_to(double *values, size_t first, size_t last, double limit) {
  size_t others = first;
  for (size_t i = first; i <= last; i++) {
    double value = values[i];
    values[i] = values[others];
    values[others] = value;
    others += value <= limit;
  }
  return others;
}

/* Hoare's Find: between first and last the place-th smallest comes to its place, none that is larger before it, none
 * that is smaller behind. */
static void put_in_place(double *values, size_t first, size_t last, size_t place) {
  while (first < last) {
    double pivot = values[first + (last - first) / 2];
    size_t others = move_below(values, first, last, pivot);
    if (others == first) { /* the pivot is the smallest */
      first = move_up_to(values, first, last, pivot);
      if (place < first) return;
    } else if (place < others) {
      last = others - 1;
    } else {
      first = others;
    }
  }
}

/* The value `quarters` quarters of the way. What belongs to places low .. high stands there, in any order. */
static double quantile(double *values, size_t count, size_t quarters, size_t low, size_t high) {
  size_t place = quarters * (count - 1) / 4, rest = quarters * (count - 1) % 4;
  put_in_place(values, low, high, place);
  if (rest == 0) return values[place];
  double next = values[place + 1];
  for (size_t i = place + 2; i < count; i++) next = values[i] < next ? values[i] : next;
  return values[place] + (next - values[place]) * (double)rest / 4;
}

double statistics_median(double *values, size_t count) {
  return count > 0 ? quantile(values, count, 2, 0, count - 1) : NAN;
}

Quartiles statistics_quartiles(double *values, size_t count) {
  if (count == 0) return (Quartiles){NAN, NAN, NAN};
  Quartiles quartiles = {.median = quantile(values, count, 2, 0, count - 1)};
  size_t middle = (count - 1) / 2;
  quartiles.lower = quantile(values, count, 1, 0, middle);
  quartiles.upper = quantile(values, count, 3, middle, count - 1);
  return quartiles;
}
