/* strategies_print.h: --strategies: the strategies that there are, as a table or as JSON. */
#ifndef CLOSEBELL_REPORT_STRATEGIES_PRINT_H
#define CLOSEBELL_REPORT_STRATEGIES_PRINT_H

#include <closebell/base/output.h>
#include <closebell/strategy/strategies.h>

/* A line each: name, title, Korean title and origin; on a narrow terminal the origin stands below. Bad files are not in
 * it. */
void strategies_print_table(const Output *out, const Strategies *strategies);
/* {"strategies":[{"name": ...}], "bad":[{"path": ...}]} on one line. */
Status strategies_print_json(FILE *out, const Strategies *strategies, Error *err);

#endif
