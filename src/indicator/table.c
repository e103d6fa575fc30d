/* table.c: the table itself, and what is the same for every row of it. */
#include "table.h"

#include <math.h>
#include <string.h>

#include "version.h"

#define ROW(formula, type, numbers, names, text)                                                                       \
  {.name = #formula,                                                                                                   \
   .parameters = numbers,                                                                                              \
   .fields = names,                                                                                                    \
   .help = text,                                                                                                       \
   .kind = FIELD_##type,                                                                                               \
   .start = formula##_start,                                                                                           \
   .compute = formula##_compute},
#define SIGNAL(predicate, names, sessions, field, text)                                                                \
  {.name = #predicate,                                                                                                 \
   .fields = {field},                                                                                                  \
   .help = text,                                                                                                       \
   .kind = FIELD_BOOL,                                                                                                 \
   .inputs = names,                                                                                                    \
   .back = sessions,                                                                                                   \
   .holds = predicate},
static const Indicator table[] = {INDICATOR_ROWS(ROW, SIGNAL)};
#undef ROW
#undef SIGNAL

/* Counted by the compiler: screens ask for it at each column. */
#define ROW(formula, type, numbers, names, text) +sizeof((const char *const[])names) / sizeof(const char *)
#define SIGNAL(predicate, names, sessions, field, text) +1
enum { ROWS = sizeof table / sizeof table[0], OUTPUTS = 0 INDICATOR_ROWS(ROW, SIGNAL) };
#undef ROW
#undef SIGNAL

const Indicator *indicator_table(size_t *ret_count) {
  *ret_count = ROWS;
  return table;
}

size_t indicator_output_count(const Indicator *indicator) {
  size_t count = 0;
  while (indicator->fields[count] != NULL) count++;
  return count;
}

size_t indicator_total_outputs(void) { return OUTPUTS; }

const Indicator *indicator_of_output(size_t output, size_t *ret_of_row) {
  const Indicator *row = table;
  for (; output >= indicator_output_count(row); row++) output -= indicator_output_count(row);
  *ret_of_row = output;
  return row;
}

typedef struct {
  const Indicator *row;
  size_t output, column; /* of the row; of the whole table */
} Field;

/* The inputs of signals are fields of the table: a test looks up every one. */
static Field find_field(const char *name) {
  Field field = {.row = table};
  for (size_t r = 0; r < ROWS; r++)
    for (size_t k = 0; table[r].fields[k] != NULL; k++, field.column++)
      if (strcmp(table[r].fields[k], name) == 0) return (Field){&table[r], k, field.column};
  return field;
}

size_t indicator_start(const Indicator *indicator, size_t output) {
  if (indicator->start) return indicator->start(indicator->parameters, output);
  size_t start = 0;
  for (size_t k = 0; indicator->inputs[k] != NULL; k++) {
    Field input = find_field(indicator->inputs[k]);
    size_t first = indicator_start(input.row, input.output) + (size_t)indicator->back[k];
    if (first > start) start = first;
  }
  return start;
}

static bool any_missing(const double *const *inputs, size_t count, size_t i) {
  for (size_t k = 0; k < count; k++)
    if (isnan(inputs[k][i])) return true;
  return false;
}

static void compute_signal(const Indicator *signal, const Bars *bars, double *const *all, double *output) {
  const double *inputs[INDICATOR_MAX_INPUTS];
  size_t count = 0;
  for (; signal->inputs[count] != NULL; count++) inputs[count] = all[find_field(signal->inputs[count]).column];
  size_t first = indicator_start(signal, 0);
  for (size_t i = first > bars->from ? first : bars->from; i < bars->count; i++)
    output[i] = any_missing(inputs, count, i) ? NAN : signal->holds(bars, inputs, i);
}

void indicator_want(bool *wanted, size_t output) {
  size_t of_row;
  const Indicator *row = indicator_of_output(output, &of_row);
  wanted[row - table] = true;
  for (size_t k = 0; row->inputs[k] != NULL; k++) wanted[find_field(row->inputs[k]).row - table] = true;
}

void indicator_compute(const Bars *bars, const bool *wanted, double *const *outputs) {
  double *const *next = outputs;
  for (size_t r = 0; r < ROWS; r++) {
    if ((wanted && !wanted[r]) || !*next)
      ;
    else if (table[r].holds)
      compute_signal(&table[r], bars, outputs, *next);
    else
      table[r].compute(bars, table[r].parameters, next);
    next += indicator_output_count(&table[r]);
  }
}

void indicator_compute_all(const Bars *bars, double *const *outputs) { indicator_compute(bars, NULL, outputs); }

int indicator_version(void) { return INDICATOR_VERSION; }
