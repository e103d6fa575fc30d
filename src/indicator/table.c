/* table.c: the table itself, and what is the same for every row of it. */
#include "table.h"

/* Add one whenever a stored value would come out different, or a field appears, disappears or is renamed: the analysis
 * of every ticker is then redone over the following runs. Not for changes that leave every stored bit as it was. */
enum { VERSION = 1 };

#define ROW(formula, parameters, fields, help) {#formula, parameters, fields, formula##_start, formula##_compute, help},
static const Indicator table[] = {INDICATOR_ROWS(ROW)};
#undef ROW

const Indicator *indicator_table(size_t *ret_count) {
  *ret_count = sizeof table / sizeof table[0];
  return table;
}

size_t indicator_output_count(const Indicator *indicator) {
  size_t count = 0;
  while (indicator->fields[count] != NULL) count++;
  return count;
}

size_t indicator_total_outputs(void) {
  size_t rows, total = 0;
  const Indicator *row = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++) total += indicator_output_count(&row[r]);
  return total;
}

void indicator_compute_all(const Bars *bars, double *const *outputs) {
  size_t rows;
  const Indicator *row = indicator_table(&rows);
  for (size_t r = 0; r < rows; r++) {
    row[r].compute(bars, row[r].parameters, outputs);
    outputs += indicator_output_count(&row[r]);
  }
}

int indicator_version(void) { return VERSION; }
