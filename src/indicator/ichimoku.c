/* ichimoku.c: Ichimoku Kinko Hyo (Goichi Hosoda): the middle between highest high and lowest low of 9, 26 and 52
 * sessions (conversion, base, span_b), and the middle of the first two (span_a). Each middle is TA-Lib's MIDPRICE.
 *
 * Unshifted: the spans are stored at the session they are computed from, not 26 sessions ahead as charts draw them. */
#include "table.h"
#include "window.h"

enum { CONVERSION, BASE, SPAN_B };                                     /* parameters */
enum { CONVERSION_OUTPUT, BASE_OUTPUT, SPAN_A_OUTPUT, SPAN_B_OUTPUT }; /* outputs */

size_t ichimoku_start(const int *parameters, size_t output) {
  static const int longest[] = {CONVERSION, BASE, BASE, SPAN_B};
  return (size_t)parameters[longest[output]] - 1;
}

static void middles(const Bars *bars, int period, double *output) {
  enum { CHUNK = 256 };
  double max[CHUNK], min[CHUNK];
  for (size_t from = (size_t)period - 1; from < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, CHUNK);
    window_ranges(bars->high, bars->low, from, from + count, period, max, min);
    for (size_t k = 0; k < count; k++) output[from + k] = (max[k] + min[k]) / 2;
  }
}

void ichimoku_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const double *conversion = outputs[CONVERSION_OUTPUT], *base = outputs[BASE_OUTPUT];
  middles(bars, parameters[CONVERSION], outputs[CONVERSION_OUTPUT]);
  middles(bars, parameters[BASE], outputs[BASE_OUTPUT]);
  middles(bars, parameters[SPAN_B], outputs[SPAN_B_OUTPUT]);
  for (size_t i = ichimoku_start(parameters, SPAN_A_OUTPUT); i < bars->count; i++)
    outputs[SPAN_A_OUTPUT][i] = (conversion[i] + base[i]) / 2;
}
