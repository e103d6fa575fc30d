/* mfi.c: money flow index (Gene Quong and Avrum Soudack): of the money (typical price x volume) that moved with a
 * change of the typical price, the percentage that moved with a rise. A session whose typical price equals the one
 * before it counts on neither side. Definition and warm-up are TA-Lib's MFI.
 *
 * No money on either side (flat prices, or no volume): 50; TA-Lib gives 0. */
#include "price.h"
#include "rounding.h"
#include "table.h"
#include "window.h"

size_t mfi_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

enum { ROOM = WINDOW_LONGEST + 1 };

/* Money that moved with each session from `first` on, of `count` sessions. */
static void money_of(const Bars *bars, size_t first, size_t count, double *rising, double *falling) {
  double prices[ROOM];
  const double *volumes = bars->volume + first;
  for (size_t k = 0; k <= count; k++) prices[k] = typical_price(bars, first - 1 + k);
  for (size_t k = 0; k < count; k++) {
    double flow = prices[k + 1] * volumes[k], change = prices[k + 1] - prices[k];
    double rounding = rounding_of(fabs(prices[k + 1]) + fabs(prices[k]));
    rising[k] = change > rounding ? flow : 0;
    falling[k] = change < -rounding ? flow : 0;
  }
}

static double share_of_rises(double rising, double falling) {
  return rising + falling > 0 ? 100 * (rising / (rising + falling)) : 50;
}

void mfi_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  double rising[ROOM], falling[ROOM], old_rising[WINDOW_LONGEST], old_falling[WINDOW_LONGEST];
  size_t period = (size_t)parameters[0];
  for (size_t b = period; b < bars->count; b += period) {
    double rise = 0, fall = 0;
    money_of(bars, b + 1 - period, period - 1, rising, falling);
    sum_tails(rising, period, old_rising);
    sum_tails(falling, period, old_falling);
    size_t count = block_length(b, bars->count, period);
    money_of(bars, b, count, rising, falling);
    for (size_t j = 0; j < count; j++) {
      rise += rising[j];
      fall += falling[j];
      outputs[0][b + j] = share_of_rises(rise + old_rising[j], fall + old_falling[j]);
    }
  }
}
