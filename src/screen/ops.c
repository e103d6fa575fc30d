/* Operators over columns. */
#include "ops.h"

#include <math.h>

double screen_op_finite(double value) { return isfinite(value) ? value : NAN; }

static double both(double a, double b) { return a == 0 || b == 0 ? 0 : isnan(a) || isnan(b) ? NAN : 1; }
static double either(double a, double b) {
  bool is_true = (a != 0 && !isnan(a)) || (b != 0 && !isnan(b));
  return is_true ? 1 : isnan(a) || isnan(b) ? NAN : 0;
}
static double clause(bool holds, double a, double b) { return isnan(a) || isnan(b) ? NAN : holds ? 1 : 0; }

static double result(ScreenOp op, double a, double b) {
  switch (op) {
  case SCREEN_ADD:
    return screen_op_finite(a + b);
  case SCREEN_SUBTRACT:
    return screen_op_finite(a - b);
  case SCREEN_MULTIPLY:
    return screen_op_finite(a * b);
  case SCREEN_DIVIDE:
    return b == 0 ? NAN : screen_op_finite(a / b);
  case SCREEN_LESS:
    return clause(a < b, a, b);
  case SCREEN_LESS_EQUAL:
    return clause(a <= b, a, b);
  case SCREEN_GREATER:
    return clause(a > b, a, b);
  case SCREEN_GREATER_EQUAL:
    return clause(a >= b, a, b);
  case SCREEN_EQUAL:
    return clause(a == b, a, b);
  case SCREEN_NOT_EQUAL:
    return clause(a != b, a, b);
  case SCREEN_AND:
    return both(a, b);
  case SCREEN_OR:
    return either(a, b);
  case SCREEN_NEGATE:
    return -a;
  case SCREEN_NOT:
    return 1 - a;
  default:
    return NAN;
  }
}

/* One loop an operator, so that the choice is made once a column. */
#define COLUMN(OP)                                                                                                     \
  case OP:                                                                                                             \
    for (size_t i = 0; i < count; i++) out[i] = result(OP, a[i], b[i]);                                                \
    return
void screen_op_apply(ScreenOp op, size_t count, const double *a, const double *b, double *out) {
  if (b == NULL) b = a;
  switch (op) {
    COLUMN(SCREEN_ADD);
    COLUMN(SCREEN_SUBTRACT);
    COLUMN(SCREEN_MULTIPLY);
    COLUMN(SCREEN_DIVIDE);
    COLUMN(SCREEN_LESS);
    COLUMN(SCREEN_LESS_EQUAL);
    COLUMN(SCREEN_GREATER);
    COLUMN(SCREEN_GREATER_EQUAL);
    COLUMN(SCREEN_EQUAL);
    COLUMN(SCREEN_NOT_EQUAL);
    COLUMN(SCREEN_AND);
    COLUMN(SCREEN_OR);
    COLUMN(SCREEN_NEGATE);
    COLUMN(SCREEN_NOT);
  default:
    return;
  }
}

double screen_op_between(bool negated, double x, double low, double high) {
  if (isnan(x) || isnan(low) || isnan(high)) return NAN;
  return (x >= low && x <= high) != negated ? 1 : 0;
}

double screen_op_crosses(ScreenOp op, double a, double b, double before_a, double before_b) {
  if (isnan(a) || isnan(b) || isnan(before_a) || isnan(before_b)) return NAN;
  bool above = a > b && before_a <= before_b, below = a < b && before_a >= before_b;
  return (op == SCREEN_CROSSES_ABOVE ? above : below) ? 1 : 0;
}
