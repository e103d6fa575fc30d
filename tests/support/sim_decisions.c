#include "sim_decisions.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/store/corporate_actions.h>
#include <closebell/store/market_days.h>

#include "sim_sample.h"

static SimWorld *world_of(const SimEvents *events) { return events->dart->world; }
static Day today(const SimEvents *events) { return instant_kst_day(world_of(events)->now); }

static size_t stored_count(const SimEvents *events) {
  return sim_document_count(world_of(events), DB_SYSTEM, "company_events");
}

static const bson_t *stored_at(const SimEvents *events, size_t i) {
  return sim_document_at(world_of(events), DB_SYSTEM, "company_events", i);
}

static const char *ticker_of(const SimEvents *events, const SimDecision *decision) {
  return events->dart->stocks[decision->stock].ticker;
}

__attribute__((format(printf, 2, 3))) static bool fail(Error *why, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why->text, sizeof why->text, format, arguments);
  va_end(arguments);
  return false;
}

const SimDecision *sim_decision_of(const SimEvents *events, const char *rcept_no, size_t *ret_version) {
  for (size_t i = 0; i < events->count; i++)
    for (size_t k = 0; k < events->decisions[i].count; k++)
      if (strcmp(events->decisions[i].versions[k].rcept_no, rcept_no) == 0) {
        *ret_version = k;
        return &events->decisions[i];
      }
  return NULL;
}

bool sim_company_is_followed(const SimEvents *events, size_t stock) {
  char code[CORP_CODE_SIZE];
  snprintf(code, sizeof code, "%08u", (100000 + (unsigned)stock) % 100000000);
  return sim_document(world_of(events), DB_SYSTEM, "companies", code) != NULL;
}

const char *sim_event_first_day(const bson_t *event) {
  return bson_has_field(event, "first_filed") ? sim_text(event, "first_filed") : sim_text(event, "filed");
}

/* ---- what is stored ---- */

static bool check_text(const bson_t *document, const char *field, const char *wanted, Error *why) {
  const char *found = sim_text(document, field);
  return strcmp(found, wanted) == 0 ||
         fail(why, "%s: %s is \"%s\", not \"%s\"", sim_text(document, "_id"), field, found, wanted);
}

static bool check_day(const bson_t *document, const char *field, Day day, Error *why) {
  return check_text(document, field, day == DAY_NONE ? "" : day_text(day).text, why);
}

/* Of two decisions that are both withdrawn when anybody looks, the list does not say which withdrawal is whose. */
static bool check_first_day(const SimEvents *events, const bson_t *document, const SimDecision *decision, size_t at,
                            Error *why) {
  const SimVersion *version = &decision->versions[at];
  for (size_t i = 0; version->is_withdrawal && i < events->count; i++) {
    const SimDecision *other = &events->decisions[i];
    Day first = other->versions[0].filed;
    if (other->stock == decision->stock && other->kind == decision->kind && first <= version->filed &&
        sim_decision_withdrawal(other, today(events)) &&
        strcmp(sim_text(document, "first_filed"), day_text(first).text) == 0)
      return true;
  }
  return check_day(document, "first_filed", at > 0 ? decision->versions[0].filed : DAY_NONE, why);
}

static bool check_ratio(const bson_t *document, double ratio, Error *why) {
  const char *id = sim_text(document, "_id");
  double found = sim_double(document, "ratio");
  if (bson_has_field(document, "ratio") != (ratio > 0)) return fail(why, "%s: a ratio where none is, or none", id);
  bool same = ratio <= 0 || (found >= ratio * 0.999999 && found <= ratio * 1.000001);
  return same || fail(why, "%s: the ratio is %g, not %g", id, found, ratio);
}

static bool check_name(const bson_t *document, Error *why) {
  const char *name = sim_text(document, "report_name");
  bool good = strstr(name, "주요사항보고서") && name[0] != ' ' && name[strlen(name) - 1] != ' ';
  return good || fail(why, "%s: its name is \"%s\"", sim_text(document, "_id"), name);
}

static bool check_document(const SimEvents *events, const bson_t *document, Error *why) {
  const char *id = sim_text(document, "_id");
  size_t at = 0;
  const SimDecision *decision = sim_decision_of(events, id, &at);
  if (!decision || decision->versions[at].filed > today(events)) return fail(why, "%s: nobody filed it", id);
  const SimVersion *version = &decision->versions[at];
  bool has_dates = decision->kind != EVENT_RIGHTS_ISSUE && !version->is_withdrawal;
  if (bson_has_field(document, "withdrawn") != version->is_withdrawal)
    return fail(why, "%s: whether it is withdrawn", id);
  return check_text(document, "ticker", ticker_of(events, decision), why) &&
         check_text(document, "kind", event_kind_name(decision->kind), why) &&
         check_day(document, "filed", version->filed, why) && check_first_day(events, document, decision, at, why) &&
         check_day(document, "base_date", has_dates ? version->base_date : DAY_NONE, why) &&
         check_day(document, "listing_date", has_dates ? version->listing_date : DAY_NONE, why) &&
         check_ratio(document, version->is_withdrawal ? 0 : sim_version_ratio(decision, version), why) &&
         check_name(document, why);
}

bool sim_check_decisions(const SimEvents *events, Error *why) {
  for (size_t i = 0; i < stored_count(events); i++)
    if (!check_document(events, stored_at(events, i), why)) return false;
  return true;
}

/* ---- what has to be there ---- */

static bool is_stored(const SimEvents *events, const SimVersion *version) {
  return !version || sim_document(world_of(events), DB_SYSTEM, "company_events", version->rcept_no) != NULL;
}

/* The newest version of a decision that was filed lately is given. */
static bool is_given(const SimDecision *decision, Day date, Error *why) {
  for (size_t k = 0; k < decision->count; k++) {
    const SimVersion *version = &decision->versions[k];
    bool newest = k + 1 == decision->count || decision->versions[k + 1].filed > date;
    if (newest && version->filed >= date - SIM_GIVES_UP_DAYS && version->filed <= date && version->given > date)
      return fail(why, "%s is completed, and %s is not given yet", day_text(date).text, version->rcept_no);
  }
  return true;
}

bool sim_check_all_decisions(const SimEvents *events, Day from, Error *why) {
  Day date = today(events);
  for (size_t i = 0; i < events->count; i++) {
    const SimDecision *decision = &events->decisions[i];
    const SimVersion *given = sim_decision_given(decision, date), *gone = sim_decision_withdrawal(decision, date);
    if (decision->versions[0].filed < from || !sim_company_is_followed(events, decision->stock)) continue;
    if (!gone && !is_given(decision, date, why)) return false;
    if (!is_stored(events, given))
      return fail(why, "%s is completed without %s of %s", day_text(date).text, given->rcept_no,
                  ticker_of(events, decision));
    if (!is_stored(events, gone))
      return fail(why, "%s is completed without the withdrawal %s of %s", day_text(date).text, gone->rcept_no,
                  ticker_of(events, decision));
  }
  return true;
}

/* ---- what is explained ---- */

typedef struct {
  const SimEvents *events;
  MarketDayIds archived;
  size_t actions, explained;
} Explaining;

static bool counts_as_session(const Explaining *of, Day day) {
  size_t count = of->archived.count;
  if (count == 0 || day < of->archived.items[0].date || day > of->archived.items[count - 1].date)
    return !day_is_weekend(day);
  for (size_t i = 0; i < count; i++)
    if (of->archived.items[i].date == day) return true;
  return false;
}

static bool is_near(const Explaining *of, const char *date, Day action) {
  Day day;
  int sessions = 0;
  if (!day_parse(date, &day)) return false;
  for (Day at = (day < action ? day : action) + 1; at <= (day < action ? action : day); at++)
    sessions += counts_as_session(of, at);
  return sessions <= 30;
}

static bool is_newest(const Explaining *of, const bson_t *event) {
  for (size_t i = 0; i < stored_count(of->events); i++) {
    const bson_t *other = stored_at(of->events, i);
    if (strcmp(sim_text(other, "corp_code"), sim_text(event, "corp_code")) == 0 &&
        strcmp(sim_text(other, "kind"), sim_text(event, "kind")) == 0 &&
        strcmp(sim_event_first_day(other), sim_event_first_day(event)) == 0 &&
        strncmp(sim_text(other, "_id"), sim_text(event, "_id"), RCEPT_NO_LENGTH) > 0)
      return false;
  }
  return true;
}

static const char *reason_of(const Explaining *of, const CorporateAction *action) {
  const char *found = "";
  for (size_t i = 0; i < stored_count(of->events); i++) {
    const bson_t *event = stored_at(of->events, i);
    const char *kind = sim_text(event, "kind"), *id = sim_text(event, "_id");
    if (strcmp(sim_text(event, "ticker"), action->ticker) != 0 || strchr(id, ':')) continue;
    if (!bson_has_field(event, "ratio")) continue;
    double ratio = sim_double(event, "ratio");
    double factor = strcmp(kind, "bonus_issue") == 0 ? 1 / (1 + ratio) : 1 / ratio;
    double off = factor / action->factor - 1;
    if (off > 0.01 || off < -0.01 || !is_newest(of, event)) continue;
    if (is_near(of, sim_text(event, "base_date"), action->date) ||
        is_near(of, sim_text(event, "listing_date"), action->date))
      found = strcmp(id, found) > 0 ? id : found;
  }
  return action->ticker[5] == '0' ? found : "";
}

static Status check_action(void *context, const char *id, const CorporateAction *action, Error *err) {
  Explaining *of = context;
  if (!action) {
    fail(err, "%s cannot be read", id);
    return STATUS_BAD_DATA;
  }
  const char *wanted = reason_of(of, action);
  of->actions++;
  of->explained += wanted[0] != '\0';
  if (strcmp(wanted, action->explained_by) == 0) return STATUS_OK;
  fail(err, "%s:%s is explained by \"%s\", not \"%s\"", action->ticker, day_text(action->date).text,
       action->explained_by, wanted);
  return STATUS_BAD_DATA;
}

bool sim_check_explained(const SimEvents *events, size_t *ret_actions, size_t *ret_explained, Error *why) {
  const Db *db = &world_of(events)->view;
  Explaining of = {.events = events};
  bool good = market_days_list(db, &of.archived, why) == STATUS_OK &&
              corporate_actions_read(db, NULL, check_action, &of, why) == STATUS_OK;
  market_day_ids_free(&of.archived);
  *ret_actions = of.actions;
  *ret_explained = of.explained;
  return good;
}
