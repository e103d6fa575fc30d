/* sim_flow_check.h: whether the flows and minutes that a simulated world holds are those of its market. */
#ifndef CLOSEBELL_TESTS_SIM_FLOW_CHECK_H
#define CLOSEBELL_TESTS_SIM_FLOW_CHECK_H

#include "sim_choices.h"

/* What must hold after every run, of sessions from `from` on: `completed` stands over sessions alone, for each of the
 * recorded stocks, neither more nor less, there is a final document, and it holds the truth. False: *why. */
bool sim_check_flows(const SimWorld *world, Day from, Error *why);

/* What must hold besides when all is calm: every session that daily_update has completed is completed by both datasets,
 * about stocks that were wanted; every flow has its archived close; and no document says anything else than the market
 * did, whoever chose the stock. *ret_documents: flows and minutes looked at. */
bool sim_check_all_flows(const SimWorld *world, const SimChoices *choices, size_t *ret_documents, Error *why);

#endif
