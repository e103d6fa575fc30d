/* open_day.h: whether the exchange is open on a day, as somebody who should know says. */
#ifndef CLOSEBELL_MARKET_OPEN_DAY_H
#define CLOSEBELL_MARKET_OPEN_DAY_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>

typedef struct {
  Day date;
  bool is_open;
} OpenDay;

typedef enum { OPEN_UNKNOWN = 0, OPEN_YES, OPEN_NO } OpenState;

/* Of days in any order. */
OpenState open_day_state(const OpenDay *days, size_t count, Day date);

#endif
