/* ops.h: what operators do with values. NaN is an absent number or an unknown truth. */
#ifndef CLOSEBELL_SCREEN_OPS_H
#define CLOSEBELL_SCREEN_OPS_H

#include <closebell/screen/screen.h>

/* An infinite result is absent. */
double screen_op_finite(double value);
void screen_op_apply(ScreenOp op, size_t count, const double *a, const double *b, double *out);
/* One more session of a window: out becomes that of out and x. */
void screen_op_gather(ScreenOp op, size_t count, const double *x, double *out);
double screen_op_between(bool negated, double x, double low, double high);
double screen_op_crosses(ScreenOp op, double a, double b, double before_a, double before_b);

#endif
