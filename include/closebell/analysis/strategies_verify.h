/* strategies_verify.h: are the newest session's lists of strategies what the archive gives? */
#ifndef CLOSEBELL_ANALYSIS_STRATEGIES_VERIFY_H
#define CLOSEBELL_ANALYSIS_STRATEGIES_VERIFY_H

#include <closebell/run/job.h>

/* id: of the document in the collection; what: what is wrong with it; cure: the command that writes it again. */
typedef void StrategyFound(void *context, const char *collection, const char *id, const char *what, const char *cure);

/* Makes the list of each strategy that there is once more, by the condition in its document, for the newest session
 * analysed; `found` is called for each that differs, and for those that are missing though the strategy had one the
 * session before. With [ai] the radar and the outcomes of decisions are
 * compared too (hindsight_write.h). Nothing is compared while hourly_analysis has that session still to finish. Reads
 * only. */
Status strategies_verify(Job *job, StrategyFound *found, void *context, size_t *ret_lists, Error *err);

#endif
