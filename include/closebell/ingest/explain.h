/* explain.h: explained_by of corporate_actions: which filings say why base prices were moved, worked out from
 * company_events and the archived sessions. */
#ifndef CLOSEBELL_INGEST_EXPLAIN_H
#define CLOSEBELL_INGEST_EXPLAIN_H

#include <closebell/company/explained.h>
#include <closebell/ingest/ingest.h>

/* What is needed for it. Zero-initialise; explainer_free at the end. */
typedef struct {
  Events events; /* owned */
  Day *days;     /* owned */
  size_t day_count;
  bool is_loaded;
} Explainer;

/* Whether the settings want companies' filings: without them nothing is read. */
bool explain_is_wanted(const Job *job);

/* Sets explained_by of new actions; what was in it is forgotten. The first time events are read. */
Status explain_actions(Explainer *explainer, const Ingest *ingest, CorporateAction *actions, size_t count, Error *err);
void explainer_free(Explainer *explainer);

/* Told of each stored action whose explained_by is another than it should be, which it is in *action. */
typedef Status ExplainVisit(void *context, const CorporateAction *action, Error *err);
Status explain_compare(const Ingest *ingest, const Events *events, ExplainVisit *visit, void *context, Error *err);
/* Puts them right; *ret_changed: how many. The lease is held. */
Status explain_again(const Ingest *ingest, const Events *events, size_t *ret_changed, Error *err);

#endif
