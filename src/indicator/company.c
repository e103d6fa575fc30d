/* company.c: the fields that come from outside the bars (company_fields.h), one a row. */
#include <math.h>
#include <string.h>

#include "table.h"

size_t company_start(const int *parameters, size_t output) {
  (void)output;
  (void)parameters;
  return 0;
}

void company_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  if (bars->company) {
    if (bars->count > 0) memcpy(outputs[0], bars->company[parameters[0]], bars->count * sizeof **outputs);
    return;
  }
  for (size_t i = 0; i < bars->count; i++) outputs[0][i] = NAN;
}
