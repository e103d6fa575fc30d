/* indicator.h: the technical indicators, and the one table that lists them.
 *
 * An indicator is one file in src/indicator and one row of the table. The table drives computation, field names in
 * stock_analyzed, warm-up and the documentation. Definitions and warm-up agree with TA-Lib wherever it has the
 * indicator; each file names the source of its formula and says where flat prices need a limit of their own. */
#ifndef CLOSEBELL_INDICATOR_INDICATOR_H
#define CLOSEBELL_INDICATOR_INDICATOR_H

#include <stddef.h>

/* One ticker's traded sessions, oldest first; prices and volumes adjusted for corporate actions. Lent, never owned. */
typedef struct {
  size_t count;
  const double *open, *high, *low, *close, *volume;
} Bars;

enum { INDICATOR_MAX_OUTPUTS = 4, INDICATOR_MAX_PARAMETERS = 4 };

typedef struct Indicator {
  const char *name;                              /* "macd" */
  int parameters[INDICATOR_MAX_PARAMETERS];      /* periods, in sessions; unused ones 0 */
  const char *fields[INDICATOR_MAX_OUTPUTS + 1]; /* names in stock_analyzed, null-ended */
  /* Index of the first bar that has the given output: its warm-up. Bars before it are left untouched by compute. */
  size_t (*start)(const int *parameters, size_t output);
  /* Fills output[k][start(k) .. count-1]; each output has room for count values. Never NaN or infinite for input of 0
   * or of any size between 1e-100 and 1e100. A value depends on the bars up to its own only, so that a longer series
   * gives the same bits. Allocates nothing; outputs do not overlap the bars. */
  void (*compute)(const Bars *bars, const int *parameters, double *const *outputs);
  const char *help; /* formula and origin, one line, for the documentation */
} Indicator;

/* The table, in the order fields are stored. */
const Indicator *indicator_table(size_t *ret_count);

/* Number of outputs of one row, and of all rows together. */
size_t indicator_output_count(const Indicator *indicator);
size_t indicator_total_outputs(void);

/* Computes the whole table. outputs: indicator_total_outputs() arrays of bars->count doubles each, in table order. */
void indicator_compute_all(const Bars *bars, double *const *outputs);

/* Changes whenever the meaning of any stored value changes: tickers analysed under another version are redone. */
int indicator_version(void);

#endif
