/* closures.h: weekdays on which the exchange is expected to be closed: a prior for reading an empty answer, never the
 * truth. */
#ifndef CLOSEBELL_MARKET_CLOSURES_H
#define CLOSEBELL_MARKET_CLOSURES_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>
#include <closebell/base/status.h>

enum { CLOSURE_REASON_SIZE = 64 };
typedef struct {
  Day date;
  char reason[CLOSURE_REASON_SIZE];
} Closure;

/* Sorted by date. Zero-initialise; closures_free at the end. */
typedef struct {
  Closure *items;
  size_t count, capacity;
} Closures;

/* The built-in table, 2015 to 2027. */
Status closures_builtin(Closures *ret_closures, Error *err);
/* CSV text "date,reason" with that header line; reason may be quoted or hold commas and is cut to its size. Weekends,
 * bad and repeated dates are STATUS_CONFIG naming `name:line`. */
Status closures_parse(Closures *ret_closures, const char *name, const char *text, Error *err);
void closures_free(Closures *closures);

/* The reason, or null when the day is not in the table. */
const char *closures_reason(const Closures *closures, Day day);
/* Monday to Friday and not in the table. */
bool closures_expects_open(const Closures *closures, Day day);
Day closures_next_open(const Closures *closures, Day day); /* the first expected trading day after day */

#endif
