/* hindsight_internal.h: what the outcomes of decisions and the radar share. */
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

#endif
