/* sim_check.h: what must hold in a simulated world after every run, whatever happened. */
#ifndef CLOSEBELL_TESTS_SIM_CHECK_H
#define CLOSEBELL_TESTS_SIM_CHECK_H

#include "sim_world.h"

/* `completed` never stands over missing rows: the exchange had a session on that date, the archive holds just its rows,
 * and every row that a target expects is in stock_data, equal to the archive. `closed` stands only over days on which
 * the exchange was closed. Totals are said to agree only where they are true. A target that still waits for its
 * back-fill is left out. Looks at dates from `from` on (DAY_NONE: all). False: *why names the first thing that is
 * wrong. */
bool sim_check(SimWorld *world, Day from, Error *why);

#endif
