/* closures_table.h: the weekdays, 2015 to 2027, on which the exchange was or will probably be closed. */
#ifndef CLOSEBELL_MARKET_CLOSURES_TABLE_H
#define CLOSEBELL_MARKET_CLOSURES_TABLE_H

#include <stddef.h>

/* "predicted" stands in the reason where the government has not announced the day yet, "unsure" where even the rule is
 * open. Sorted by date. */
typedef struct {
  const char *date, *reason;
} ClosureFact;

extern const ClosureFact CLOSURES_TABLE[];
extern const size_t CLOSURES_TABLE_COUNT;

#endif
