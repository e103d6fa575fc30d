/* ichimoku.c: Ichimoku Kinko Hyo (Goichi Hosoda): the middle between highest high and lowest low of 9, 26 and 52
 * sessions (conversion, base, span_b), and the middle of the first two (span_a). Each middle is TA-Lib's MIDPRICE.
 *
 * Unshifted: the spans are stored at the session they are computed from, not 26 sessions ahead as charts draw them. */
#include "table.h"
#include "window.h"

enum { CONVERSION, BASE, SPAN_B };                                     /* parameters */
enum { CONVERSION_OUTPUT, BASE_OUTPUT, SPAN_A_OUTPUT, SPAN_B_OUTPUT }; /* outputs */

static double middle(const Bars *bars, size_t i, int period) {
  return (window_max(bars->high, i, period) + window_min(bars->low, i, period)) / 2;
}

size_t ichimoku_start(const int *parameters, size_t output) {
  static const int longest[] = {CONVERSION, BASE, BASE, SPAN_B};
  return (size_t)parameters[longest[output]] - 1;
}

void ichimoku_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = ichimoku_start(parameters, CONVERSION_OUTPUT); i < bars->count; i++) {
    double conversion = middle(bars, i, parameters[CONVERSION]);
    outputs[CONVERSION_OUTPUT][i] = conversion;
    if (i < ichimoku_start(parameters, BASE_OUTPUT)) continue;
    double base = middle(bars, i, parameters[BASE]);
    outputs[BASE_OUTPUT][i] = base;
    outputs[SPAN_A_OUTPUT][i] = (conversion + base) / 2;
    if (i >= ichimoku_start(parameters, SPAN_B_OUTPUT)) outputs[SPAN_B_OUTPUT][i] = middle(bars, i, parameters[SPAN_B]);
  }
}
