/* statistics.h: what is said of many numbers in one. None of them is NaN; of no numbers at all everything is. */
#ifndef CLOSEBELL_SCREEN_STATISTICS_H
#define CLOSEBELL_SCREEN_STATISTICS_H

#include <stddef.h>

typedef struct {
  double lower, median, upper;
} Quartiles;

double statistics_mean(const double *values, size_t count);

/* Linear between order statistics: position p * (count - 1). The values are put into another order. */
Quartiles statistics_quartiles(double *values, size_t count);
double statistics_median(double *values, size_t count);

#endif
