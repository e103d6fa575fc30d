/* rs_raw.h: the strength of one stock by its newest close and those one to four quarters before. */
#ifndef CLOSEBELL_INDICATOR_RS_RAW_H
#define CLOSEBELL_INDICATOR_RS_RAW_H

#include "price.h"

#define RS_RAW_QUARTERS 63, 126, 189, 252 /* traded sessions */
enum { RS_RAW_LONGEST = 252 };

static inline double rs_raw_of(double newest, double quarter, double half, double three_quarters, double year) {
  return 0.4 * change_in_percent(quarter, newest) + 0.2 * change_in_percent(half, newest) +
         0.2 * change_in_percent(three_quarters, newest) + 0.2 * change_in_percent(year, newest);
}

#endif
