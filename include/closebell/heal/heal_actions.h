/* heal_actions.h: compares system_info.corporate_actions with what the archived base prices tell, of the whole market.
 */
#ifndef CLOSEBELL_HEAL_ACTIONS_H
#define CLOSEBELL_HEAL_ACTIONS_H

#include <closebell/heal/heal.h>

/* Those of completed sessions of the dates. What is missing, different, unreadable or does not belong
 * is counted in *report and, with HEAL_REPAIR, put right, with the filing that explains it. What is stored of other
 * days is left alone. */
Status heal_actions(Ingest *ingest, DayRange dates, HealMode mode, HealReport *report, Error *err);

/* Once a session: those of 25 sessions, of 25 others each time; a history of 500 sessions has been gone through after
 * twenty of them. `completed` is the number of sessions this run has completed: a catch-up goes on by as many. */
Status heal_actions_once_a_session(Ingest *ingest, size_t completed, HealReport *report, Error *err);

#endif
