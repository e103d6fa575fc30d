#include <closebell/heal/heal_actions.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/base/vector.h>
#include <closebell/ingest/actions.h>
#include <closebell/ingest/explain.h>
#include <closebell/plan/turn.h>
#include <closebell/run/run.h>
#include <closebell/store/corporate_actions.h>

enum { BLOCK = TURN_WINDOW / TURN_SESSIONS }; /* sessions that are compared in one turn */

/* ---- what is stored ---- */

typedef struct {
  CorporateAction action; /* of one that cannot be read ticker and date alone */
  bool readable;
} StoredAction;

typedef struct {
  StoredAction *items; /* owned; by date, then ticker */
  size_t count, capacity;
} StoredActions;

/* "336370:2024-01-08". */
static bool parse_id(const char *id, CorporateAction *action) {
  const char *colon = strchr(id, ':');
  size_t length = colon ? (size_t)(colon - id) : 0;
  if (length == 0 || length >= TICKER_SIZE || !day_parse(colon + 1, &action->date)) return false;
  memcpy(action->ticker, id, length);
  action->ticker[length] = '\0';
  return ticker_is_valid(action->ticker);
}

static Status take_stored(void *context, const char *id, const CorporateAction *action, Error *err) {
  StoredActions *stored = context;
  StoredAction one = {.readable = action != NULL};
  if (action)
    one.action = *action;
  else if (!parse_id(id, &one.action))
    return STATUS_OK; /* it is none of ours */
  StoredAction *items = vector_reserve(stored->items, &stored->capacity, stored->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for corporate actions");
  stored->items = items;
  items[stored->count++] = one;
  return STATUS_OK;
}

static int compare_actions(const CorporateAction *a, const CorporateAction *b) {
  return a->date != b->date ? (a->date > b->date) - (a->date < b->date) : strcmp(a->ticker, b->ticker);
}

static int compare_stored(const void *a, const void *b) {
  return compare_actions(&((const StoredAction *)a)->action, &((const StoredAction *)b)->action);
}

static Status read_stored(const Ingest *ingest, StoredActions *stored, Error *err) {
  Status status = corporate_actions_read(ingest->job->db, NULL, take_stored, stored, err);
  if (stored->count) qsort(stored->items, stored->count, sizeof *stored->items, compare_stored);
  return status;
}

/* ---- against the archive ---- */

typedef struct {
  Ingest *ingest;
  StoredActions stored;
  size_t at;     /* of stored: the first that is not before the session in hand */
  Actions owed;  /* of the session in hand */
  Actions write; /* missing and different ones, as they should be */
  Actions remove;
  size_t missing, different;
} Comparing;

static bool is_same(const StoredAction *stored, const CorporateAction *owed) {
  const CorporateAction *action = &stored->action;
  return stored->readable && action->base_price == owed->base_price && action->previous_close == owed->previous_close &&
         !(action->factor < owed->factor) && !(action->factor > owed->factor);
}

static Status compare_one(Comparing *of, const CorporateAction *owed, Error *err) {
  const StoredActions *stored = &of->stored;
  Status status = STATUS_OK;
  while (of->at < stored->count && compare_actions(&stored->items[of->at].action, owed) < 0 && status == STATUS_OK)
    status = actions_add(&of->remove, &stored->items[of->at++].action, err);
  if (status != STATUS_OK) return status;
  bool there = of->at < stored->count && compare_actions(&stored->items[of->at].action, owed) == 0;
  if (there && is_same(&stored->items[of->at++], owed)) return STATUS_OK;
  of->missing += !there;
  of->different += there;
  return actions_add(&of->write, owed, err);
}

/* What stands before that day belongs to no session, unless the run that completes its day has still to decide. */
static Status take_strangers(Comparing *of, Day until, Error *err) {
  const StoredActions *stored = &of->stored;
  Status status = STATUS_OK;
  for (; of->at < stored->count && stored->items[of->at].action.date < until && status == STATUS_OK; of->at++) {
    const CorporateAction *action = &stored->items[of->at].action;
    const LedgerDay *day = ledger_find(&of->ingest->ledger, action->date);
    if (!day || day->state == JOB_CLOSED) status = actions_add(&of->remove, action, err);
  }
  return status;
}

static Status compare_session(void *context, const Universe *universe, const FoldWindow *window, Error *err) {
  Comparing *of = context;
  const StoredActions *stored = &of->stored;
  const Day date = window->sessions[0]->date;
  const LedgerDay *day = ledger_find(&of->ingest->ledger, date);
  (void)universe;
  if (!day || day->state != JOB_COMPLETED) return STATUS_OK;
  of->owed.count = 0;
  Status status = take_strangers(of, date, err);
  if (status == STATUS_OK) status = actions_of_session(&of->ingest->ledger, window, &of->owed, err);
  for (size_t i = 0; i < of->owed.count && status == STATUS_OK; i++) status = compare_one(of, &of->owed.items[i], err);
  while (of->at < stored->count && stored->items[of->at].action.date == date && status == STATUS_OK)
    status = actions_add(&of->remove, &stored->items[of->at++].action, err);
  return status;
}

/* ---- what is done about it ---- */

static void note_span(const Actions *actions, Day *first, Day *last) {
  for (size_t i = 0; i < actions->count; i++) {
    const Day date = actions->items[i].date;
    if (*first == DAY_NONE || date < *first) *first = date;
    if (*last == DAY_NONE || date > *last) *last = date;
  }
}

static void tell(const Comparing *of, HealMode mode) {
  const Job *job = of->ingest->job;
  Day first = DAY_NONE, last = DAY_NONE;
  char text[256];
  note_span(&of->write, &first, &last);
  note_span(&of->remove, &first, &last);
  DayText from = day_text(first), to = day_text(last);
  int length =
      snprintf(text, sizeof text, "corporate_actions: %zu missing, %zu different, %zu that do not belong, %s to %s",
               of->missing, of->different, of->remove.count, from.text, to.text);
  if (mode == HEAL_REPAIR)
    log_with(job->log, LOG_WARN,
             LOG_FACTS(log_size("missing", of->missing), log_size("different", of->different),
                       log_size("foreign", of->remove.count), log_day("first", first), log_day("last", last)),
             "%s; repaired from the archive", text);
  else
    output_line(&job->out, OUTPUT_HANGING, "%.*s: daily_update --from %s --to %s repairs them", length, text, from.text,
                to.text);
}

static Status repair(const Comparing *of, Error *err) {
  Job *job = of->ingest->job;
  Explainer explainer = {0};
  Status status = STATUS_OK;
  if (of->write.count && explain_is_wanted(job))
    status = explain_actions(&explainer, of->ingest, of->write.items, of->write.count, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status == STATUS_OK) status = corporate_actions_write(job->db, of->write.items, of->write.count, err);
  for (size_t i = 0; i < of->remove.count && status == STATUS_OK; i++) {
    status = run_beat(job, err); /* it may be that of whoever has succeeded us since it was read */
    if (status == STATUS_OK)
      status = corporate_action_delete(job->db, of->remove.items[i].ticker, of->remove.items[i].date, err);
  }
  explainer_free(&explainer);
  return status;
}

static void comparing_free(Comparing *of) {
  free(of->stored.items);
  actions_free(&of->owed);
  actions_free(&of->write);
  actions_free(&of->remove);
}

Status heal_actions(Ingest *ingest, DayRange dates, HealMode mode, HealReport *report, Error *err) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  Comparing of = {.ingest = ingest};
  if (dates.from == DAY_NONE || dates.from < ingest->ledger.first) dates.from = ingest->ledger.first;
  if (newest && (dates.to == DAY_NONE || dates.to > newest->date)) dates.to = newest->date;
  if (!newest || dates.from > dates.to) return STATUS_OK;
  const FoldRun run = {.dates = dates, .visit = compare_session, .context = &of};
  Status status = read_stored(ingest, &of.stored, err);
  while (of.at < of.stored.count && of.stored.items[of.at].action.date < dates.from) of.at++;
  if (status == STATUS_OK) status = fold_run(ingest, NULL, &run, err);
  if (status == STATUS_OK) status = take_strangers(&of, dates.to + 1, err);
  size_t found = of.write.count + of.remove.count;
  if (status == STATUS_OK && found) tell(&of, mode);
  if (status == STATUS_OK && found && mode == HEAL_REPAIR) status = repair(&of, err);
  if (status == STATUS_OK) report->actions += found;
  comparing_free(&of);
  return error_prefix(err, status, "comparing corporate_actions with the archive");
}

/* ---- once a session ---- */

/* The completed sessions `first` to `first + BLOCK - 1`, counted from the oldest. */
static Status heal_block(Ingest *ingest, size_t first, HealReport *report, Error *err) {
  const Ledger *ledger = &ingest->ledger;
  size_t at = 0;
  DayRange dates = DAYS_ALL;
  for (size_t i = 0; i < ledger->count; i++) {
    if (ledger->days[i].state != JOB_COMPLETED) continue;
    if (at == first) dates.from = ledger->days[i].date;
    if (at >= first && at < first + BLOCK) dates.to = ledger->days[i].date;
    at++;
  }
  return at <= first ? STATUS_OK : heal_actions(ingest, dates, HEAL_REPAIR, report, err);
}

Status heal_actions_once_a_session(Ingest *ingest, size_t completed, HealReport *report, Error *err) {
  const Ledger *ledger = &ingest->ledger;
  size_t sessions = 0;
  for (size_t i = 0; i < ledger->count; i++) sessions += ledger->days[i].state == JOB_COMPLETED;
  const size_t windows = turn_window_count(sessions);
  Status status = STATUS_OK;
  if (completed > TURN_SESSIONS) completed = TURN_SESSIONS;
  for (size_t turn = sessions - completed; turn < sessions && status == STATUS_OK; turn++)
    status =
        heal_block(ingest, turn / TURN_SESSIONS % windows * TURN_WINDOW + turn % TURN_SESSIONS * BLOCK, report, err);
  return status;
}
