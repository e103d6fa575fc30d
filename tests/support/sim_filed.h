/* sim_filed.h: whether what a simulated world holds of companies is what they have filed. */
#ifndef CLOSEBELL_TESTS_SIM_FILED_H
#define CLOSEBELL_TESTS_SIM_FILED_H

#include "sim_events.h"

/* Every report, dividend and decision that is stored was filed, and says what was filed. On a day that financials or
 * company_events has completed, the newest version that DART gives of all that was filed from..today is there. False:
 * *why. */
bool sim_filed_check(const SimEvents *events, Day from, Error *why);

#endif
