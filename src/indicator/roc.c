/* roc.c: rate of change: percent from the close `period` sessions ago. Definition and warm-up are TA-Lib's ROC, a close
 * of 0 included: 0. */
#include "price.h"
#include "table.h"

size_t roc_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void roc_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t period = roc_start(parameters, 0), count = bars->count;
  const double *closes = bars->close;
  double *changes = outputs[0];
  for (size_t i = period; i < count; i++) changes[i] = change_in_percent(closes[i - period], closes[i]);
}
