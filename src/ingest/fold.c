#include <closebell/ingest/fold.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/ingest/forget.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_days.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/stock_data.h>

/* ---- reading the archive with a window of the sessions before ---- */

typedef struct {
  Ingest *ingest;
  Universe *universe; /* null: there is none */
  Day from;
  bool from_filter; /* the universe begins in the first session by the filter; else it is given */
  bool only_begin;  /* and goes no further */
  FoldVisit *visit;
  void *context;
  FoldSessions *kept; /* null: none are */
  bool many;          /* more than can be kept */
  FoldWindow window;
  size_t room; /* of the window */
} Fold;

static Status window_make(FoldWindow *ret_window, size_t room) {
  *ret_window = (FoldWindow){.held = calloc(room, sizeof *ret_window->held),
                             .sessions = calloc(room, sizeof *ret_window->sessions)};
  return ret_window->held && ret_window->sessions ? STATUS_OK : STATUS_NO_MEMORY;
}

static void window_free(FoldWindow *window) {
  for (size_t i = 0; i < window->count; i++) shared_session_release(window->held[i]);
  free(window->held);
  free(window->sessions);
}

/* The oldest leaves a full window. */
static void window_push(FoldWindow *window, size_t room, SharedSession *session) {
  if (window->count == room) shared_session_release(window->held[--window->count]);
  memmove(&window->held[1], &window->held[0], window->count * sizeof *window->held);
  memmove(&window->sessions[1], &window->sessions[0], window->count * sizeof *window->sessions);
  window->held[0] = shared_session_hold(session);
  window->sessions[0] = &session->session;
  window->count++;
}

/* Set-up's filter; that of its session where nobody knows better. */
static const EntryFilter *began_by(const Ingest *ingest) {
  return ingest->has_began_by ? &ingest->began_by : ingest_filter(ingest, ingest->universe_from);
}

static bool began_by_another(const Ingest *ingest) {
  return !filter_equal(began_by(ingest), ingest_filter(ingest, ingest->universe_from));
}

static Status take_in(Fold *fold, UniverseCounts *ret_counts) {
  const Ingest *ingest = fold->ingest;
  const FoldWindow *window = &fold->window;
  const Day session = window->sessions[0]->date;
  bool begins = fold->from_filter && session == ingest->universe_from;
  Status status = STATUS_OK;
  if (begins)
    status = universe_begin(fold->universe, window->sessions, window->count, began_by(ingest), ingest->ledger.first,
                            ret_counts);
  if (status == STATUS_OK && (!begins || (began_by_another(ingest) && !fold->only_begin)))
    status = universe_step(fold->universe, window->sessions, window->count, ingest_filter(ingest, session),
                           ingest->ledger.first, ret_counts);
  return status;
}

static Status step(Fold *fold, Error *err) {
  Ingest *ingest = fold->ingest;
  UniverseCounts counts;
  const Day session = fold->window.sessions[0]->date;
  Status status = take_in(fold, &counts);
  if (status != STATUS_OK)
    return error_set(err, status, "universe of %s: %s", day_text(session).text, status_name(status));
  ingest->run.counts = counts;
  if (!counts.too_many_leaving) return STATUS_OK;
  DayText date = day_text(fold->window.sessions[0]->date);
  char message[256];
  snprintf(message, sizeof message,
           "%s: %zu targets would leave at once; the universe stays as it is until a person has looked", date.text,
           counts.removed);
  log_with(ingest->job->log, LOG_ERROR,
           LOG_FACTS(log_text("alert", "universe-too-many-leaving"), log_text("subject", date.text),
                     log_number("tickers", (int64_t)counts.removed)),
           "%s", message);
  if (!job_writes(ingest->job)) return STATUS_OK;
  return ops_alerts_raise(ingest->job->db, &(NewAlert){ALERT_CRITICAL, "universe-too-many-leaving", date.text, message},
                          clock_now(ingest->job->clock), err);
}

static Status fold_session(Fold *fold, SharedSession *shared, Error *err) {
  const Day date = shared->session.date;
  window_push(&fold->window, fold->room, shared);
  if (date < fold->from) return STATUS_OK;
  bool steps = fold->universe && date >= fold->ingest->universe_from;
  Status status = steps ? step(fold, err) : STATUS_OK;
  if (status == STATUS_OK && fold->visit) status = fold->visit(fold->context, fold->universe, &fold->window, err);
  return status == STATUS_OK ? run_beat(fold->ingest->job, err) : status;
}

void fold_sessions_free(FoldSessions *sessions) {
  for (size_t i = 0; i < sessions->count; i++) shared_session_release(sessions->items[i]);
  *sessions = (FoldSessions){0};
}

static void keep(Fold *fold, SharedSession *shared) {
  FoldSessions *kept = fold->kept;
  if (!kept || fold->many) return;
  fold->many = kept->count == FOLD_SESSIONS_MAX;
  if (fold->many)
    fold_sessions_free(kept);
  else
    kept->items[kept->count++] = shared_session_hold(shared);
}

static Status keep_and_fold(void *context, Session *session, Error *err) {
  Fold *fold = context;
  const Day date = session->date;
  SharedSession *shared = shared_session_make(session);
  if (!shared) return error_set(err, STATUS_NO_MEMORY, "no memory for the session of %s", day_text(date).text);
  keep(fold, shared);
  Status status = fold_session(fold, shared, err);
  shared_session_release(shared);
  return status;
}

static Status read_and_fold(Fold *fold, Day from, Day to, Error *err) {
  FoldSessions *kept = fold->kept;
  Status status = STATUS_OK;
  if (kept && kept->whole) {
    for (size_t i = 0; i < kept->count && status == STATUS_OK; i++) status = fold_session(fold, kept->items[i], err);
    return status;
  }
  if (kept) fold_sessions_free(kept);
  status = market_days_read(fold->ingest->job->db, from, to, keep_and_fold, fold, err);
  if (kept) kept->whole = status == STATUS_OK && !fold->many;
  return status;
}

static Day window_start(const Ingest *ingest, Day from, size_t sessions) {
  Day start = from;
  for (size_t i = ingest->ledger.count; i > 0 && sessions > 0; i--) {
    if (!ingest->ledger.days[i - 1].archived || ingest->ledger.days[i - 1].date >= from) continue;
    start = ingest->ledger.days[i - 1].date;
    sessions--;
  }
  return start;
}

/* How many earlier sessions the widest of the filters in force looks at. */
static size_t window_needed(const Ingest *ingest) {
  size_t needed = filter_window(&ingest->job->rules.filter), begin = filter_window(began_by(ingest));
  if (begin > needed) needed = begin;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    if (!ingest->ledger.days[i].has_filter) continue;
    size_t sessions = filter_window(&ingest->ledger.days[i].filter);
    if (sessions > needed) needed = sessions;
  }
  return needed > UNIVERSE_MISSING_SESSIONS ? needed : UNIVERSE_MISSING_SESSIONS;
}

static Status run_fold(Fold *fold, Day to, Error *err) {
  Ingest *ingest = fold->ingest;
  size_t sessions = window_needed(ingest);
  fold->room = sessions + 1;
  Status status = window_make(&fold->window, fold->room);
  if (status != STATUS_OK) error_set(err, status, "no memory for %zu sessions", fold->room);
  if (status == STATUS_OK) status = read_and_fold(fold, window_start(ingest, fold->from, sessions), to, err);
  window_free(&fold->window);
  return status;
}

Status fold_run(Ingest *ingest, Universe *universe, const FoldRun *run, Error *err) {
  Fold fold = {.ingest = ingest,
               .universe = universe,
               .from = run->dates.from,
               .visit = run->visit,
               .context = run->context,
               .kept = run->sessions};
  return run_fold(&fold, run->dates.to, err);
}

/* ---- the beginning ---- */

/* The targets alone do not tell who set-up chose from those that a later filter of its session lets in, or has let in
 * until this run. Once a later session is completed, and the filter is set-up's again, the others are forgotten. */
static bool members_in_doubt(const Ingest *ingest) {
  const LedgerDay *begin = ledger_find(&ingest->ledger, ingest->universe_from),
                  *newest = ledger_newest_completed(&ingest->ledger);
  if (!ingest->has_began_by) return false;
  return began_by_another(ingest) || !begin || begin->state != JOB_COMPLETED || !newest || newest->date == begin->date;
}

/* Who passed set-up's filter. */
static Status find_members(Ingest *ingest, Universe *ret_members, Error *err) {
  Universe members = {0};
  Fold fold = {
      .ingest = ingest, .universe = &members, .from = ingest->universe_from, .from_filter = true, .only_begin = true};
  Status status = members_in_doubt(ingest) ? run_fold(&fold, ingest->universe_from, err) : STATUS_OK;
  if (status == STATUS_OK)
    *ret_members = members;
  else
    universe_free(&members);
  return status;
}

/* Everyone in the session the universe began with. */
static Status list_everyone(Ingest *ingest, Universe *ret_all, Error *err) {
  SharedSession *begin;
  Status status = ingest_session(ingest, ingest->universe_from, &begin, err);
  if (status != STATUS_OK) return status;
  const Session *session = &begin->session;
  const EntryFilter everyone = {.markets = session->markets};
  UniverseCounts counts;
  status = universe_begin(ret_all, &session, 1, &everyone, ingest->ledger.first, &counts);
  shared_session_release(begin);
  if (status == STATUS_OK) return STATUS_OK;
  return error_set(err, status, "universe of %s: %s", day_text(ingest->universe_from).text, status_name(status));
}

/* Who belonged to it is read from the targets themselves: a filter changed since then does not reset a universe. */
Status fold_begin(Ingest *ingest, Universe *ret_universe, Error *err) {
  Universe all = {0}, members = {0};
  Status status = list_everyone(ingest, &all, err);
  if (status == STATUS_OK) status = find_members(ingest, &members, err);
  if (status != STATUS_OK) {
    universe_free(&all);
    return status;
  }
  const bool doubted = members_in_doubt(ingest);
  size_t kept = 0;
  for (size_t i = 0; i < all.count; i++) {
    const Target *stored = universe_find(&ingest->targets.universe, all.items[i].ticker);
    bool belongs = !doubted || universe_find(&members, all.items[i].ticker);
    if (stored && stored->added_date == ingest->universe_from && belongs) all.items[kept++] = all.items[i];
  }
  all.count = kept;
  universe_free(&members);
  *ret_universe = all;
  return STATUS_OK;
}

Status fold_from_filter(Ingest *ingest, Day to, Universe *ret_universe, Error *err) {
  Universe universe = {0};
  Fold fold = {.ingest = ingest, .universe = &universe, .from = ingest->universe_from, .from_filter = true};
  Status status = run_fold(&fold, to, err);
  if (status == STATUS_OK)
    *ret_universe = universe;
  else
    universe_free(&universe);
  return status;
}

/* ---- saving ---- */

static bool same_activity(const Target *a, const Target *b) {
  return a->is_active == b->is_active && a->removed_date == b->removed_date;
}

/* What should be stored for a target that is stored already. */
static Target merged(const Target *stored, const Target *folded) {
  Target target = *folded;
  target.history_from = stored->history_from;
  target.backfill_needed = stored->backfill_needed || !same_activity(stored, folded);
  return target;
}

/* ingest->targets with the new and changed ones in place, sorted, stamps beside them. */
static Status adopt(TargetTable *table, const Target *const *added, size_t added_count, const Target *changed,
                    size_t changed_count, Error *err) {
  size_t count = table->universe.count + added_count;
  TargetTable next = {.universe = {.items = calloc(count + 1, sizeof(Target)), .count = count, .capacity = count + 1},
                      .stamps = calloc(count + 1, sizeof(TargetStamps))};
  if (!next.universe.items || !next.stamps) {
    target_table_free(&next);
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", count);
  }
  for (size_t i = 0, from_old = 0, from_new = 0; i < count; i++) {
    bool old = from_new == added_count || (from_old < table->universe.count &&
                                           strcmp(table->universe.items[from_old].ticker, added[from_new]->ticker) < 0);
    next.universe.items[i] = old ? table->universe.items[from_old] : *added[from_new];
    next.stamps[i] = old ? table->stamps[from_old]
                         : (TargetStamps){.last_analyzed_date = DAY_NONE, .last_failure_utc = INSTANT_NONE};
    old ? from_old++ : from_new++;
  }
  for (size_t i = 0; i < changed_count; i++) *universe_find(&next.universe, changed[i].ticker) = changed[i];
  target_table_free(table);
  *table = next;
  return STATUS_OK;
}

static Status create_collections(Ingest *ingest, const Target *const *added, size_t count, Error *err) {
  const char **tickers = malloc((count + 1) * sizeof *tickers);
  if (!tickers) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu tickers", count);
  for (size_t i = 0; i < count; i++) tickers[i] = added[i]->ticker;
  Status status = collections_create_of_tickers(ingest->job->db, tickers, count, err);
  free(tickers);
  return status;
}

static Status write_targets(Ingest *ingest, const Target *const *added, size_t added_count, const Target *changed,
                            size_t changed_count, Error *err) {
  const Db *db = ingest->job->db;
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK && added_count) status = create_collections(ingest, added, added_count, err);
  if (status == STATUS_OK && added_count)
    status = run_beat(ingest->job, err); /* two collections each: it may take long */
  if (status == STATUS_OK && added_count) status = targets_insert(db, added, added_count, err);
  const Target **updates = malloc((changed_count + 1) * sizeof *updates);
  if (!updates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", changed_count);
  for (size_t i = 0; i < changed_count; i++) updates[i] = &changed[i];
  if (status == STATUS_OK && changed_count) status = targets_update(db, updates, changed_count, err);
  free(updates);
  return status == STATUS_OK ? run_beat(ingest->job, err) : status;
}

Status fold_save(Ingest *ingest, const Universe *universe, Error *err) {
  const Target **added = malloc((universe->count + 1) * sizeof *added);
  Target *changed = malloc((universe->count + ingest->targets.universe.count + 1) * sizeof *changed);
  size_t added_count = 0, changed_count = 0;
  Status status =
      added && changed ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", universe->count);
  for (size_t i = 0; status == STATUS_OK && i < universe->count; i++) {
    const Target *stored = universe_find(&ingest->targets.universe, universe->items[i].ticker);
    if (!stored) {
      added[added_count++] = &universe->items[i];
      continue;
    }
    Target target = merged(stored, &universe->items[i]);
    if (!target_equal(stored, &target)) changed[changed_count++] = target;
  }
  if (status == STATUS_OK) status = write_targets(ingest, added, added_count, changed, changed_count, err);
  if (status == STATUS_OK) status = adopt(&ingest->targets, added, added_count, changed, changed_count, err);
  free(added);
  free(changed);
  return status;
}

/* ---- what never entered ---- */

static bool never_entered(const Target *stored, const Universe *universe, Day to) {
  return stored->added_date <= to && !universe_find(universe, stored->ticker);
}

Status fold_settle(Ingest *ingest, const Universe *universe, Day to, Error *err) {
  Status status = fold_save(ingest, universe, err);
  const Universe *stored = &ingest->targets.universe;
  const Target **strangers = malloc((stored->count + 1) * sizeof *strangers);
  if (status == STATUS_OK && !strangers)
    status = error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", stored->count);
  size_t count = 0;
  for (size_t i = 0; status == STATUS_OK && i < stored->count; i++)
    if (never_entered(&stored->items[i], universe, to)) strangers[count++] = &stored->items[i];
  if (status == STATUS_OK && count) status = forget_targets(ingest, strangers, count, err);
  free(strangers);
  return status;
}

bool fold_is_settled(const Ingest *ingest, const Universe *universe, Day to) {
  const Universe *all = &ingest->targets.universe;
  for (size_t i = 0; i < universe->count; i++) {
    const Target *stored = universe_find(all, universe->items[i].ticker);
    if (!stored) return false;
    Target target = merged(stored, &universe->items[i]);
    if (!target_equal(stored, &target)) return false;
  }
  for (size_t i = 0; i < all->count; i++)
    if (never_entered(&all->items[i], universe, to)) return false;
  return true;
}
