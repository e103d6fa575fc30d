/* day_range.h: the days from one to another. */
#ifndef CLOSEBELL_BASE_DAY_RANGE_H
#define CLOSEBELL_BASE_DAY_RANGE_H

#include <closebell/base/day.h>

typedef struct {
  Day from, to; /* both included; DAY_NONE: an open end */
} DayRange;

/* All days; and one alone. */
static const DayRange DAYS_ALL = {DAY_NONE, DAY_NONE};
static inline DayRange day_alone(Day day) { return (DayRange){day, day}; }

#endif
