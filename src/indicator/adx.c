/* adx.c: directional movement (J. Welles Wilder, 1978): the shares of upward and downward movement in the true range
 * (plus_di, minus_di), and the mean of how one-sided they are (adx), all in percent.
 *
 * As TA-Lib's ADX, PLUS_DI and MINUS_DI: Wilder's sums begin with period - 1 sessions; the mean begins with `period`
 * of its terms. Without true range both shares are 0, and without movement adx stays as it is: there too. */
#include <math.h>
#include <stdbool.h>

#include "price.h"
#include "table.h"

enum { ADX, PLUS_DI, MINUS_DI }; /* outputs */

/* Wilder's sums approach 0 without reaching it; below this many percent TA-Lib sees nothing to compare. */
static const double NO_MOVEMENT = 1e-14;

typedef struct {
  double plus, minus, range;
} Movement;

/* Of the two directions only the greater one counts; neither does when they are equal. */
static Movement movement_of(const Bars *bars, size_t i) {
  double up = bars->high[i] - bars->high[i - 1], down = bars->low[i - 1] - bars->low[i];
  return (Movement){
      .plus = up > 0 && up > down ? up : 0, .minus = down > 0 && down > up ? down : 0, .range = true_range(bars, i)};
}

static Movement first_sum(const Bars *bars, int period) {
  Movement sum = {0, 0, 0};
  for (size_t i = 1; i < (size_t)period; i++) {
    Movement new = movement_of(bars, i);
    sum = (Movement){sum.plus + new.plus, sum.minus + new.minus, sum.range + new.range};
  }
  return sum;
}

/* Wilder takes the period's share off a sum and adds the new value. */
static Movement next_sum(Movement sum, Movement new, double kept) {
  return (Movement){sum.plus * kept + new.plus, sum.minus *kept + new.minus, sum.range *kept + new.range};
}

static double share(double movement, double range) { return range > 0 ? 100 * (movement / range) : 0; }

size_t adx_start(const int *parameters, size_t output) {
  return (size_t)(output == ADX ? 2 * parameters[0] - 1 : parameters[0]);
}

void adx_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  int period = parameters[0];
  size_t start = adx_start(parameters, ADX);
  if (bars->count <= (size_t)period) return;
  Movement sum = first_sum(bars, period);
  double mean = 0, weight = 1.0 / period, kept = 1 - weight;
  for (size_t i = (size_t)period; i < bars->count; i++) {
    sum = next_sum(sum, movement_of(bars, i), kept);
    double plus = share(sum.plus, sum.range), minus = share(sum.minus, sum.range);
    bool moved = plus + minus >= NO_MOVEMENT;
    double one_sided = moved ? 100 * (fabs(minus - plus) / (plus + minus)) : 0;
    if (i < start)
      mean += one_sided;
    else if (i == start)
      mean = (mean + one_sided) / period;
    else if (moved)
      mean += (one_sided - mean) * weight;
    if (i >= start) outputs[ADX][i] = mean;
    outputs[PLUS_DI][i] = plus;
    outputs[MINUS_DI][i] = minus;
  }
}
