/* mfi.c: money flow index (Gene Quong and Avrum Soudack): of the money (typical price x volume) that moved with a
 * change of the typical price, the percentage that moved with a rise. A session whose typical price equals the one
 * before it counts on neither side. Definition and warm-up are TA-Lib's MFI.
 *
 * No money on either side (flat prices, or no volume): 50; TA-Lib gives 0. */
#include "price.h"
#include "rounding.h"
#include "table.h"

size_t mfi_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

static double window_mfi(const Bars *bars, size_t last, int period) {
  double rising = 0, falling = 0, previous = typical_price(bars, last - (size_t)period);
  for (size_t i = last + 1 - (size_t)period; i <= last; i++) {
    double price = typical_price(bars, i), flow = price * bars->volume[i];
    bool moved = !is_rounding(price - previous, fabs(price) + fabs(previous));
    if (moved && price > previous) rising += flow;
    if (moved && price < previous) falling += flow;
    previous = price;
  }
  return rising + falling > 0 ? 100 * (rising / (rising + falling)) : 50;
}

void mfi_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = mfi_start(parameters, 0); i < bars->count; i++) outputs[0][i] = window_mfi(bars, i, parameters[0]);
}
