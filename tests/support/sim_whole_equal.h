/* sim_whole_equal.h: whether a whole world has come to hold what an undisturbed one, or a fresh installation, holds. */
#ifndef CLOSEBELL_TESTS_SIM_WHOLE_EQUAL_H
#define CLOSEBELL_TESTS_SIM_WHOLE_EQUAL_H

#include "sim_whole.h"

typedef enum {
  /* All content but what tells when, by whom and in how many tries it was brought; what could be brought at one time
   * alone, such as an evening; and what people chose at another time. */
  SIM_EQUAL_ALL,
  SIM_EQUAL_MARKET /* sessions, the rows of stocks, indices, totals: what does not depend on when one begins */
} SimEqual;

/* False: *why names the first difference. */
bool sim_whole_equal(const SimWhole *whole, const SimWhole *other, SimEqual how, Error *why);

#endif
