/* ops.h: operators over values that may be absent (NaN). */
#ifndef CLOSEBELL_SCREEN_OPS_H
#define CLOSEBELL_SCREEN_OPS_H

#include <closebell/screen/screen.h>

#include <math.h>

/* The value, or NaN when it is infinite. */
double screen_op_finite(double value);

/* Arithmetic, comparison, and, or, negation, not. b is null for one operand. */
void screen_op_apply(ScreenOp op, size_t count, const double *a, const double *b, double *out);

double screen_op_between(bool negated, double x, double low, double high);
double screen_op_crosses(ScreenOp op, double a, double b, double before_a, double before_b);

/* What a window makes of the values so far and one more. Nothing is better than an absent one. */
static inline double screen_op_gather(ScreenOp op, double so_far, double x) {
  if (op == SCREEN_MEAN || op == SCREEN_COUNT) return so_far + x;
  bool better = op == SCREEN_HIGHEST ? x > so_far : x < so_far;
  return isnan(x) || better ? x : so_far;
}

#endif
