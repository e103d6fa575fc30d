/* roc.c: rate of change: percent from the close `period` sessions ago. Definition and warm-up are TA-Lib's ROC, a close
 * of 0 included: 0. */
#include "price.h"
#include "table.h"

size_t roc_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void roc_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = roc_start(parameters, 0); i < bars->count; i++)
    outputs[0][i] = change_in_percent(bars->close[i - (size_t)parameters[0]], bars->close[i]);
}
