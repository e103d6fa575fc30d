#include <closebell/ingest/explain.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/company/fundamentals.h>
#include <closebell/run/run.h>
#include <closebell/store/company_events.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/market_days.h>

bool explain_is_wanted(const Job *job) { return job->config->dart.auth_key[0] != '\0'; }

/* ---- the archived sessions ---- */

static size_t take_days(const Ledger *ledger, Day *days) {
  size_t count = 0;
  for (size_t i = 0; i < ledger->count; i++)
    if (ledger->days[i].archived) days[count++] = ledger->days[i].date;
  return count;
}

static Status list_days(const Ingest *ingest, Day **ret_days, size_t *ret_count, Error *err) {
  const Ledger *ledger = &ingest->ledger;
  MarketDayIds archived = {0};
  Status status = ledger->archive_known ? STATUS_OK : market_days_list(ingest->job->db, &archived, err);
  if (status != STATUS_OK) return status;
  Day *days = malloc((ledger->count + archived.count + 1) * sizeof *days);
  if (!days) status = error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  for (size_t i = 0; days && i < archived.count; i++) days[i] = archived.items[i].date;
  if (days) *ret_count = ledger->archive_known ? take_days(ledger, days) : archived.count;
  if (days) *ret_days = days;
  market_day_ids_free(&archived);
  return status;
}

/* ---- new actions ---- */

static Status load(Explainer *explainer, const Ingest *ingest, Error *err) {
  Status status = company_events_read(ingest->job->db, NULL, NULL, &explainer->events, err);
  if (status == STATUS_OK && explainer->events.count)
    status = list_days(ingest, &explainer->days, &explainer->day_count, err);
  explainer->is_loaded = status == STATUS_OK;
  return status;
}

static bool any_common(const CorporateAction *actions, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (ticker_is_common(actions[i].ticker)) return true;
  return false;
}

static void explain_one(const Events *events, const SessionDays *sessions, CorporateAction *action) {
  const CompanyEvent *event = explained_by(events, sessions, action);
  text_copy(action->explained_by, sizeof action->explained_by, event ? event->as_filed.rcept_no : "");
}

Status explain_actions(Explainer *explainer, const Ingest *ingest, CorporateAction *actions, size_t count, Error *err) {
  bool needed = any_common(actions, count);
  Status status = needed && !explainer->is_loaded ? load(explainer, ingest, err) : STATUS_OK;
  const SessionDays sessions = {explainer->days, explainer->day_count};
  for (size_t i = 0; i < count && status == STATUS_OK; i++) explain_one(&explainer->events, &sessions, &actions[i]);
  return status;
}

void explainer_free(Explainer *explainer) {
  events_free(&explainer->events);
  free(explainer->days);
  *explainer = (Explainer){0};
}

/* ---- those that are stored ---- */

/* What cannot be read is healed elsewhere (heal_actions.h). */
static Status add_stored(void *context, const char *id, const CorporateAction *action, Error *err) {
  (void)id;
  return action ? actions_add(context, action, err) : STATUS_OK;
}

static Status add(void *context, const CorporateAction *action, Error *err) {
  return actions_add(context, action, err);
}

/* Sessions are listed only where an event speaks of one of the stocks. */
static bool needs_days(const Actions *actions, const Events *events) {
  for (size_t i = 0; i < events->count; i++)
    for (size_t k = 0; event_factor(&events->items[i]) > 0 && k < actions->count; k++)
      if (strcmp(events->items[i].ticker, actions->items[k].ticker) == 0) return true;
  return false;
}

Status explain_compare(const Ingest *ingest, const Events *events, ExplainVisit *visit, void *context, Error *err) {
  Actions actions = {0};
  Day *days = NULL;
  size_t day_count = 0;
  Status status = corporate_actions_read(ingest->job->db, NULL, add_stored, &actions, err);
  if (status == STATUS_OK && needs_days(&actions, events)) status = list_days(ingest, &days, &day_count, err);
  const SessionDays sessions = {days, day_count};
  for (size_t i = 0; i < actions.count && status == STATUS_OK; i++) {
    CorporateAction *action = &actions.items[i], before = *action;
    explain_one(events, &sessions, action);
    if (strcmp(action->explained_by, before.explained_by) != 0) status = visit(context, action, err);
  }
  free(days);
  actions_free(&actions);
  return status;
}

Status explain_again(const Ingest *ingest, const Events *events, size_t *ret_changed, Error *err) {
  Actions changed = {0};
  Status status = explain_compare(ingest, events, add, &changed, err);
  if (status == STATUS_OK && changed.count) status = run_beat(ingest->job, err);
  if (status == STATUS_OK && changed.count)
    status = corporate_actions_explain(ingest->job->db, changed.items, changed.count, err);
  if (status == STATUS_OK) *ret_changed = changed.count;
  actions_free(&changed);
  return status;
}
