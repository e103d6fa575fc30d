/* hindsight_internal.h: what the outcomes of decisions, the radar and the lists of strategies share. */
#ifndef CLOSEBELL_ANALYSIS_HINDSIGHT_INTERNAL_H
#define CLOSEBELL_ANALYSIS_HINDSIGHT_INTERNAL_H

#include <closebell/analysis/hindsight_write.h>
#include <closebell/hindsight/radar.h>
#include <closebell/screen/outcome.h>
#include <closebell/store/decision_ledger.h>

/* [ai] is configured. */
bool hindsight_is_wanted(const StrategiesRun *run);

/* What is done with an outcome that is another than the stored one. */
typedef Status OutcomeVisit(void *context, const Decision *decision, const DecisionOutcome *now, Error *err);

/* Goes over the decisions of session `from` and later ones. The archive is read when there is one. */
Status outcomes_visit(StrategiesRun *run, Day from, OutcomeVisit *visit, void *context, Error *err);

/* What brings all of a session once more: any followed stock that is analysed again. Returns text. */
enum { SESSION_CURE_SIZE = 64 };
char *session_cure(const Universe *universe, char text[SESSION_CURE_SIZE]);

#endif
