/* sim_decisions.h: whether the decisions that a simulated world holds are those that were filed, and whether each
 * action names the filing that explains it, by another way of counting than the product's. */
#ifndef CLOSEBELL_TESTS_SIM_DECISIONS_H
#define CLOSEBELL_TESTS_SIM_DECISIONS_H

#include "sim_events.h"

enum { SIM_GIVES_UP_DAYS = 10 }; /* what is not given for longer holds no day open */

/* The decision with that receipt, and which of its versions it is; null: nobody filed it. */
const SimDecision *sim_decision_of(const SimEvents *events, const char *rcept_no, size_t *ret_version);
/* Whether the world knows the company of that stock. */
bool sim_company_is_followed(const SimEvents *events, size_t stock);
/* The day on which a stored event's series began. */
const char *sim_event_first_day(const bson_t *event);

/* Nothing is stored that was not filed, or is another than was filed. False: *why. */
bool sim_check_decisions(const SimEvents *events, Error *why);
/* What must hold besides on a day that is completed: what the services give of each decision that was filed first from
 * `from` on is there, and so is each withdrawal. */
bool sim_check_all_decisions(const SimEvents *events, Day from, Error *why);
/* Each action is explained by the filing that is due to it, or by none. *ret_actions, *ret_explained: how many. */
bool sim_check_explained(const SimEvents *events, size_t *ret_actions, size_t *ret_explained, Error *why);

#endif
