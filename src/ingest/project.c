#include <closebell/ingest/project.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/vector.h>
#include <closebell/ingest/actions.h>
#include <closebell/ingest/batch.h>
#include <closebell/ingest/explain.h>
#include <closebell/ingest/fold.h>
#include <closebell/ingest/stamp.h>
#include <closebell/run/run.h>
#include <closebell/store/corporate_actions.h>

enum { BATCH_SESSIONS = 100 };

/* One call of project_days. */
typedef struct {
  Ingest *ingest;
  const Day *dates;
  size_t count;
  bool fresh; /* continues the stored universe; else the fold is repeated */
  Batch batch;
  FoldSessions sessions; /* for the second pass */
  Explainer explainer;
  Progress progress;
  size_t done, failed;
} Projection;

static bool is_work(const Projection *projection, Day date) {
  size_t low = 0, high = projection->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (projection->dates[middle] < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low < projection->count && projection->dates[low] == date;
}

/* ---- corporate actions ---- */

/* Where the fold is repeated, what an earlier run derived may be wrong now. */
static Status write_actions(Projection *projection, const FoldWindow *window, Error *err) {
  const Ingest *ingest = projection->ingest;
  const Db *db = ingest->job->db;
  Actions actions = {0};
  Status status = actions_of_session(&ingest->ledger, window, &actions, err);
  if (status == STATUS_OK) status = run_beat(ingest->job, err);
  if (status == STATUS_OK && !projection->fresh)
    status = corporate_actions_remove_others(db, window->sessions[0]->date, actions.items, actions.count, err);
  if (status == STATUS_OK && actions.count && explain_is_wanted(ingest->job))
    status = explain_actions(&projection->explainer, ingest, actions.items, actions.count, err);
  if (status == STATUS_OK && actions.count) status = run_beat(ingest->job, err);
  if (status == STATUS_OK && actions.count) status = corporate_actions_write(db, actions.items, actions.count, err);
  actions_free(&actions);
  return status;
}

/* ---- proof and stamp ---- */

static Status announce_restatement(const Ingest *ingest, const Db *db, Day from, const char *reason, Error *err) {
  if (ingest->reach == DAY_NONE || from > ingest->reach) return STATUS_OK;
  return ingest_restatement(ingest, db, from, reason, err);
}

static Status stamp_batch(Projection *projection, Error *err) {
  Ingest *ingest = projection->ingest;
  Batch *batch = &projection->batch;
  JobStatus *items = malloc((batch->session_count + 1) * sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu stamps", batch->session_count);
  for (size_t i = 0; i < batch->session_count; i++) {
    const BatchSession *done = &batch->sessions[i];
    bool proven = done->stored_rows == done->expected_rows;
    LedgerDay *day = ledger_day(&ingest->ledger, done->session->session.date);
    if (!proven)
      snprintf(day->run.reason, sizeof day->run.reason, "%zu of %zu rows stored: %s", done->stored_rows,
               done->expected_rows, done->trouble);
    items[i] = stamp_status(ingest, day, proven ? JOB_COMPLETED : JOB_FAILED);
    items[i].expected_rows = (int64_t)done->expected_rows;
    items[i].stored_rows = (int64_t)done->stored_rows;
    projection->failed += !proven;
    day->run.proven = proven;
    if (!proven)
      log_with(ingest->job->log, LOG_ERROR,
               LOG_FACTS(log_day("session", day->date), log_size("rows", done->stored_rows),
                         log_size("expected_rows", done->expected_rows)),
               "%s: %s", day_text(day->date).text, day->run.reason);
  }
  Status status = stamp_write(ingest, items, batch->session_count, err);
  free(items);
  return status;
}

static const char *why_restated(const Projection *projection) {
  const LedgerDay *day = ledger_find(&projection->ingest->ledger, projection->dates[0]);
  return day && day->run.refiltered ? "the entry filter or target_tickers changed, and the universe with it"
                                    : "sessions archived after later ones were analysed";
}

static Status flush(Projection *projection, Error *err) {
  Ingest *ingest = projection->ingest;
  Batch *batch = &projection->batch;
  if (batch->session_count == 0) return STATUS_OK;
  Status status = batch_store(batch, ingest, err);
  if (status == STATUS_OK)
    status = announce_restatement(ingest, ingest->job->db, batch->sessions[0].session->session.date,
                                  why_restated(projection), err);
  if (status == STATUS_OK) status = stamp_batch(projection, err);
  projection->done += batch->session_count;
  progress_update(&projection->progress, projection->done);
  batch_clear(batch);
  return status;
}

/* Targets that entered after a session that is projected only now: their back-fill went past it, and is to be done
 * again. And those that left in it and were back before this run's last session: nobody has noted that they were away.
 */
static Status flag_later_targets(Ingest *ingest, const Universe *then, const Session *session, Error *err) {
  Universe *now = &ingest->targets.universe;
  const Target **later = malloc((now->count + 1) * sizeof *later);
  if (!later) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", now->count);
  size_t count = 0;
  for (size_t i = 0; i < now->count; i++) {
    Target *target = &now->items[i];
    const Target *before = universe_find(then, target->ticker);
    if (target->backfill_needed || (before && target_expects(before, session->date))) continue;
    if (!target_expects(target, session->date) || !session_find(session, target->ticker)) continue;
    target->backfill_needed = true;
    later[count++] = target;
  }
  Status status = count ? run_beat(ingest->job, err) : STATUS_OK;
  if (status == STATUS_OK && count) status = targets_update(ingest->job->db, later, count, err);
  free(later);
  return status;
}

/* A completed session whose rows were counted before an older one was healed: the universe went another way there. */
static bool is_outdated(const Projection *projection, const Universe *universe, const Session *session) {
  const LedgerDay *day = projection->fresh ? NULL : ledger_find(&projection->ingest->ledger, session->date);
  return day && day->state == JOB_COMPLETED && session->date >= projection->ingest->ledger.first &&
         day->expected_rows != (int64_t)batch_expected_rows(universe, session);
}

static Status project_session(void *context, const Universe *universe, const FoldWindow *window, Error *err) {
  Projection *projection = context;
  const Session *session = window->sessions[0];
  bool work = is_work(projection, session->date);
  bool counted_anew = !work && is_outdated(projection, universe, session);
  bool follows_work = window->count > 1 && is_work(projection, window->sessions[1]->date);
  Status status = STATUS_OK;
  if (work || (follows_work && !projection->fresh)) status = write_actions(projection, window, err);
  if (work && status == STATUS_OK) status = flag_later_targets(projection->ingest, universe, session, err);
  if ((work || counted_anew) && status == STATUS_OK)
    status = batch_add(&projection->batch, universe, window->held[0], err);
  if (status == STATUS_OK && projection->batch.session_count == BATCH_SESSIONS) status = flush(projection, err);
  return status;
}

/* ---- the engine ---- */

/* Newer than every completed session and archived by this very run: nobody has folded them yet. */
static bool all_fresh(const Ingest *ingest, const Day *dates) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  if (!newest || dates[0] <= newest->date) return false;
  for (size_t i = 0; i < ingest->ledger.count; i++)
    if (ingest->ledger.days[i].archived && ingest->ledger.days[i].date > newest->date &&
        ingest->ledger.days[i].archived_before)
      return false;
  return true;
}

static Status begin_universe(const Projection *projection, Universe *ret_universe, Day *ret_from, Error *err) {
  Ingest *ingest = projection->ingest;
  if (projection->fresh) {
    *ret_from = projection->dates[0];
    Status status = universe_copy(ret_universe, &ingest->targets.universe);
    return status == STATUS_OK ? status : error_set(err, status, "no memory for the universe");
  }
  *ret_from = projection->dates[0] < ingest->universe_from ? projection->dates[0] : ingest->universe_from;
  return fold_begin(ingest, ret_universe, err);
}

/* Set-up has just chosen the universe; after it, set-up's session may be taken in by another filter. */
static bool takes_beginning_anew(const Projection *projection, Day session) {
  const LedgerDay *day = ledger_find(&projection->ingest->ledger, session);
  return day && (day->run.refiltered || (projection->ingest->has_began_by && is_work(projection, session)));
}

/* First pass: what the universe becomes, saved before any row that depends on it. */
static Status settle_universe(Projection *projection, const Universe *start, DayRange dates, Error *err) {
  const Day to = dates.to;
  const FoldRun run = {.dates = dates, .sessions = &projection->sessions};
  if (to <= projection->ingest->universe_from && !takes_beginning_anew(projection, to)) return STATUS_OK;
  Universe universe = {0};
  Status status = universe_copy(&universe, start);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the universe");
  status = fold_run(projection->ingest, &universe, &run, err);
  if (status == STATUS_OK)
    status = projection->fresh ? fold_save(projection->ingest, &universe, err)
                               : fold_settle(projection->ingest, &universe, to, err);
  universe_free(&universe);
  return status;
}

static Status begin_stamps(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  JobStatus *items = malloc(count * sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu stamps", count);
  for (size_t i = 0; i < count; i++)
    items[i] = stamp_status(ingest, ledger_day(&ingest->ledger, dates[i]), JOB_RUNNING);
  Status status = stamp_write(ingest, items, count, err);
  free(items);
  return status;
}

Status project_days(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  if (count == 0) return STATUS_OK;
  Projection projection = {.ingest = ingest, .dates = dates, .count = count, .fresh = all_fresh(ingest, dates)};
  projection.progress = progress_start(ingest->job->log, "projecting", "sessions", count);
  Universe universe = {0};
  FoldRun run = {.dates.to = projection.fresh ? dates[count - 1] : ledger_newest_archived(&ingest->ledger),
                 .sessions = &projection.sessions,
                 .visit = project_session,
                 .context = &projection};
  Status status = begin_stamps(ingest, dates, count, err);
  if (status == STATUS_OK) status = begin_universe(&projection, &universe, &run.dates.from, err);
  if (status == STATUS_OK) status = settle_universe(&projection, &universe, run.dates, err);
  if (status == STATUS_OK) status = fold_run(ingest, &universe, &run, err);
  if (status == STATUS_OK) status = flush(&projection, err);
  if (status == STATUS_LOST) {
    Error ignored;
    announce_restatement(ingest, ingest->job->server, dates[0], "a lease was lost while rows were being written",
                         &ignored);
  }
  progress_finish(&projection.progress);
  explainer_free(&projection.explainer);
  batch_free(&projection.batch);
  fold_sessions_free(&projection.sessions);
  universe_free(&universe);
  if (status == STATUS_OK && projection.failed)
    return error_set(err, STATUS_INCOMPLETE, "%zu of %zu sessions could not be proven; see job_status",
                     projection.failed, count);
  return status;
}
