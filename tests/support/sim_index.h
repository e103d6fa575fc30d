/* sim_index.h: what the index services of a simulated exchange publish, and whether what is stored of it is that. */
#ifndef CLOSEBELL_TESTS_SIM_INDEX_H
#define CLOSEBELL_TESTS_SIM_INDEX_H

#include <closebell/market/index_report.h>

#include "sim_world.h"

/* The sum of the market's true rows, and indices that make a chain by the exchange's sessions. */
IndexReport sim_index_report(const SimMarket *market, const Session *session, Market which);

/* No totals from `from` on (DAY_NONE: any) are said to agree but true ones. False: *why names the first. */
bool sim_check_totals(const SimWorld *world, Day from, Error *why);

/* No index values are stored but true ones. */
bool sim_check_index_rows(const SimWorld *world, Error *why);
/* None of a session that index_days calls completed. */
bool sim_check_proven_index_rows(const SimWorld *world, Error *why);

/* Every session that daily_update has completed has its totals and its index values, they are true, and their statuses
 * say so; no other date has any. What the settings do not ask for is not looked at. */
bool sim_check_datasets(const SimWorld *world, Error *why);

#endif
