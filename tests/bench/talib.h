/* talib.h: the C library of TA-Lib, if it is there, asked for what a row of the indicator table computes.
 *
 * It is opened at run time, so that nothing here needs it to be built. */
#ifndef CLOSEBELL_TESTS_BENCH_TALIB_H
#define CLOSEBELL_TESTS_BENCH_TALIB_H

#include <stdbool.h>

#include <closebell/indicator/indicator.h>

/* False, with the reason on stderr, when the library is not to be had. */
bool talib_open(const char *path);
bool talib_has(const Indicator *row);
/* outputs: as many arrays of bars->count as the row has fields; results begin at index 0, as the library hands them
 * out. */
void talib_compute(const Indicator *row, const Bars *bars, double *const *outputs);

#endif
