#include "statistics.h"

#include <math.h>

double statistics_mean(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return count > 0 ? sum / (double)count : NAN;
}

/* Hoare's Find: between first and last the place-th smallest comes to its place, smaller ones before it, larger ones
 * behind. */
static void put_in_place(double *values, size_t first, size_t last, size_t place) {
  while (first < last) {
    double pivot = values[first + (last - first) / 2];
    size_t i = first, j = last + 1; /* j: one past the right one, so that it never goes below 0 */
    while (i < j) {
      while (values[i] < pivot) i++;
      while (values[j - 1] > pivot) j--;
      if (i >= j) break;
      double moved = values[i];
      values[i++] = values[j - 1];
      values[--j] = moved;
    }
    if (place < j)
      last = j - 1;
    else if (place >= i)
      first = i;
    else
      return;
  }
}

/* The value at `numerator` quarters of the way from first to last; all outside of low .. high are in their half. */
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
