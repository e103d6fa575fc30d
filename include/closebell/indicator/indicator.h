/* indicator.h: the technical indicators and the signals made of them, and the one table that lists them.
 *
 * An indicator is one file in src/indicator and one row of the table; a signal is one predicate in signals.c and one
 * row. The table drives computation, field names and kinds in stock_analyzed, warm-up and the documentation.
 * Definitions and warm-up agree with TA-Lib wherever it has the indicator; each file names the source of its formula
 * and says where flat prices need a limit of their own. */
#ifndef CLOSEBELL_INDICATOR_INDICATOR_H
#define CLOSEBELL_INDICATOR_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/market/index_closes.h>

/* One ticker's traded sessions, oldest first; prices and volumes adjusted for corporate actions. Lent, never owned. */
typedef struct {
  size_t count;
  size_t from; /* values before this bar are not wanted, and may be left untouched; 0: all are wanted */
  const double *open, *high, *low, *close, *volume;
  const double *chained_close;               /* the closes in ratios that no later session changes (market/chain.h) */
  const uint8_t *rating;                     /* place in the market of the session, 1 to 99 (strength.h); 0 none */
  const uint8_t *market;                     /* Market of the session; null: no index days */
  const double *index_close[MARKET_INDICES]; /* of the session's date; NaN: missing. Null: no index days */
  const double *const *company; /* an array for each of COMPANY_FIELDS (company_fields.h); null: none is known */
} Bars;

static inline bool bars_have_indices(const Bars *bars) { return bars->market != NULL; }
/* Which of index_close is that of the stock's market at the bar; -1: it has none. */
static inline int bars_index(const Bars *bars, size_t bar) {
  return bars->market[bar] < MARKET_INDICES ? bars->market[bar] : -1;
}

/* How a field is stored. All are computed as doubles; a signal is 1 or 0. What is absent is NaN; a DOUBLE never is. */
typedef enum {
  FIELD_DOUBLE = 0,
  FIELD_INT32,
  FIELD_BOOL,
  FIELD_MAYBE,  /* a double, which may be absent after its warm-up too */
  FIELD_DAY,    /* text: "2025-03-11"; computed as its Day */
  FIELD_DIGITS, /* text: 14 digits, which a double holds exactly */
  FIELD_GRADE   /* text: "A+"; computed as its Grade (company/compass.h) */
} FieldKind;
static inline bool field_is_text(FieldKind kind) {
  return kind == FIELD_DAY || kind == FIELD_DIGITS || kind == FIELD_GRADE;
}

enum { INDICATOR_MAX_OUTPUTS = 4, INDICATOR_MAX_PARAMETERS = 4, INDICATOR_MAX_INPUTS = 6 };

typedef struct Indicator {
  const char *name;                              /* of the formula: "macd" */
  int parameters[INDICATOR_MAX_PARAMETERS];      /* periods, in sessions; unused ones 0 */
  const char *fields[INDICATOR_MAX_OUTPUTS + 1]; /* names in stock_analyzed, null-ended */
  const char *help;                              /* formula and origin, one line, for the documentation */
  FieldKind kind;                                /* of all its fields */
  /* Index of the first bar that has the given output. Null in a signal. */
  size_t (*start)(const int *parameters, size_t output);
  /* Fills output[k][start(k) .. count-1]; each output has room for count values. Never NaN or infinite for input of 0
   * or of any size between 1e-100 and 1e100, but where a field of another kind than double has no value. A value
   * depends on the bars up to its own only, so that a longer series gives the same bits. Allocates nothing; outputs do
   * not overlap the bars. Null in a signal. */
  void (*compute)(const Bars *bars, const int *parameters, double *const *outputs);
  /* A signal: the fields of earlier rows that it looks at, null-ended; how many sessions before its own it looks back
   * at each; and whether it holds at bar i. It exists from the first bar on at which all of that does. */
  const char *inputs[INDICATOR_MAX_INPUTS + 1];
  int back[INDICATOR_MAX_INPUTS];
  bool (*holds)(const Bars *bars, const double *const *inputs, size_t i);
} Indicator;

/* The table, in the order fields are stored. */
const Indicator *indicator_table(size_t *ret_count);

/* Number of outputs of one row, and of all rows together. */
size_t indicator_output_count(const Indicator *indicator);
size_t indicator_total_outputs(void);

/* Index of the first bar that has the given output: its warm-up. Bars before it are left untouched. */
size_t indicator_start(const Indicator *indicator, size_t output);

/* Computes the whole table. outputs: indicator_total_outputs() arrays of bars->count doubles each, in table order. What
 * has no value at a bar, though warmed up, is NaN there: never a field of kind double. A row whose first array is null
 * is left out; no signal may look at it. */
void indicator_compute_all(const Bars *bars, double *const *outputs);

/* The same of the rows that are wanted: wanted[row of the table]. The outputs of other rows are not touched. What a
 * signal looks at must be wanted with it. */
void indicator_compute(const Bars *bars, const bool *wanted, double *const *outputs);

/* The row of an output that is counted over the whole table, and which of its own it is. */
const Indicator *indicator_of_output(size_t output, size_t *ret_of_row);

/* Marks the row of an output (counted over the whole table), and the rows that it looks at. */
void indicator_want(bool *wanted, size_t output);

/* Changes whenever the meaning of any stored value changes: tickers analysed under another version are redone. */
int indicator_version(void);

#endif
