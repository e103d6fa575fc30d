#include "explain_date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/dataset/plan.h>
#include <closebell/market/due.h>
#include <closebell/run/run.h>
#include <closebell/store/job_locks.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/market_days.h>

#include "explain_evening.h"
#include "explain_print.h"

static const char *const WEEKDAYS[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

static Instant due_of(const Job *job, Day date) {
  return due_instant(job->rules.terms.publication, &job->rules.closures, date);
}

static Status tell_calendar(AnalysisWork *work, Day date, Error *err) {
  const Job *job = work->job;
  Status status = trading_calendar_load(job->db, &work->ingest.ledger.calendar, err);
  if (status != STATUS_OK) return status;
  const CalendarDay *day = calendar_days_find(&work->ingest.ledger.calendar, date);
  const char *prior = closures_reason(&job->rules.closures, date);
  explain_line(job, "expected", "%s%s%s",
               prior ? "closed by the table of closures (" : "open: a weekday not in the table of closures",
               prior ? prior : "", prior ? "); the table never decides by itself" : "");
  if (!day) {
    explain_line(job, "calendar", "no document yet");
    return STATUS_OK;
  }
  static const char *const STATES[] = {"unknown", "open", "closed"};
  explain_line(job, "calendar", "%s (%s)%s%s", STATES[day->state], day->observed ? "observed" : "table",
               day->reason[0] ? ": " : "", day->reason);
  return STATUS_OK;
}

/* ---- the archive and its neighbours ---- */

static void tell_link(const AnalysisWork *work, const Session *session, Day other, bool earlier) {
  Session neighbour = {0};
  Error err = {{0}};
  if (market_days_find(work->job->db, other, &neighbour, &err) != STATUS_OK) {
    explain_line(work->job, earlier ? "before" : "after", "%s cannot be read: %s", day_text(other).text, err.text);
    return;
  }
  SessionLink link = earlier ? session_link(&neighbour, session) : session_link(session, &neighbour);
  explain_line(work->job, earlier ? "before" : "after", "%s %s %s: %zu of %zu base prices agree",
               earlier ? "it" : day_text(other).text, link.linked ? "continues" : "does not continue",
               earlier ? day_text(other).text : "it", link.agreeing, link.common);
  session_free(&neighbour);
}

/* The archived days nearest to the date. */
static void find_neighbours(const MarketDayIds *ids, Day date, Day *ret_before, Day *ret_after) {
  *ret_before = *ret_after = DAY_NONE;
  for (size_t i = 0; i < ids->count; i++) {
    if (ids->items[i].date < date) *ret_before = ids->items[i].date;
    if (ids->items[i].date > date && *ret_after == DAY_NONE) *ret_after = ids->items[i].date;
  }
}

static Status tell_archive(const AnalysisWork *work, Day date, Error *err) {
  MarketDayIds ids = {0};
  Session session = {0};
  Day before, after;
  Status status = market_days_list(work->job->db, &ids, err);
  if (status != STATUS_OK) return status;
  find_neighbours(&ids, date, &before, &after);
  market_day_ids_free(&ids);
  status = market_days_find(work->job->db, date, &session, err);
  if (status == STATUS_NOT_FOUND) {
    explain_line(work->job, "archive", "nothing; nearest sessions %s and %s",
                 before == DAY_NONE ? "none" : day_text(before).text,
                 after == DAY_NONE ? "none" : day_text(after).text);
    return STATUS_OK;
  }
  if (status == STATUS_BAD_DATA) {
    explain_line(work->job, "archive", "cannot be read: %s; daily_update --date %s fetches it again", err->text,
                 day_text(date).text);
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  explain_line(work->job, "archive", "%zu stocks, %zu of them without trades", session.count,
               session_count_without_trades(&session));
  if (before != DAY_NONE) tell_link(work, &session, before, true);
  if (after != DAY_NONE) tell_link(work, &session, after, false);
  session_free(&session);
  return STATUS_OK;
}

/* ---- what the jobs say ---- */

/* A dataset's session that was asked for in vain. */
static void tell_rest(const Job *job, const JobStatus *item) {
  Instant ends = dataset_find(job, item->job) ? dataset_rest_ends(item) : INSTANT_NONE;
  if (clock_now(job->clock) < ends)
    explain_line(job, "", "rests until %s: a run that is not told its date does not ask", instant_kst_text(ends).text);
}

/* Of a dataset of stocks: the first of those that are not there. */
static void tell_missing(const Job *job, const JobMissing *missing) {
  char text[JOB_MISSING_MAX * sizeof missing->items[0] + 1] = "";
  for (size_t i = 0; i < missing->count; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), " %s", missing->items[i]);
  if (missing->count)
    explain_line(job, "", "missing%s:%s", missing->count < JOB_MISSING_MAX ? "" : ", the first", text);
}

/* One whose units are no sessions has nothing of most days. */
static void tell_absent(const Job *job, const char *job_name) {
  const Dataset *dataset = dataset_find(job, job_name);
  if (dataset && dataset->units && strcmp(dataset_unit(dataset), "sessions") != 0)
    explain_line(job, job_name, "nothing of this day: it counts %s", dataset_unit(dataset));
  else
    explain_line(job, job_name, "no status yet");
}

static Status tell_status(const AnalysisWork *work, const char *job_name, Day date, JobState *ret_state, Error *err) {
  JobStatusList list = {0};
  Status status = job_status_load(work->job->db, job_name, date, date, &list, err);
  if (status != STATUS_OK) return status;
  const JobStatus *item = job_status_find(&list, date);
  *ret_state = item ? item->state : JOB_ABSENT;
  if (!item) {
    tell_absent(work->job, job_name);
  } else {
    explain_line(work->job, job_name,
                 "%s, attempt %" PRId64 " by %s pid %" PRId64 ", lease %" PRId64 ", started %s%s%s",
                 job_state_name(item->state), item->attempt, item->host, item->pid, item->fence,
                 instant_kst_text(item->start_utc).text, item->end_utc == INSTANT_NONE ? "" : ", ended ",
                 item->end_utc == INSTANT_NONE ? "" : instant_kst_text(item->end_utc).text);
    if (item->expected_rows >= 0)
      explain_line(work->job, "", "%" PRId64 " of %" PRId64 " rows %sstored", item->stored_rows, item->expected_rows,
                   dataset_awaits_proof(item) ? "" : "proven to be ");
    if (item->analyzed >= 0)
      explain_line(work->job, "", "%" PRId64 " tickers analysed, %" PRId64 " remain, %zu failed", item->analyzed,
                   item->remaining, item->failed_count);
    if (item->passed_over[0]) explain_line(work->job, "", "passed over: %s", item->passed_over);
    if (item->reason[0]) explain_line(work->job, "", "%s", item->reason);
    tell_missing(work->job, &item->missing);
    tell_rest(work->job, item);
  }
  job_status_list_free(&list);
  return STATUS_OK;
}

/* What each job says, in the order of the table. A dataset that nobody has asked for says nothing. */
static Status tell_statuses(const AnalysisWork *work, Day date, JobState *ret_state, Error *err) {
  const Job *job = work->job;
  Status status = STATUS_OK;
  for (size_t i = 0; i < job->tables.jobs->count && status == STATUS_OK; i++) {
    const JobRow *row = &job->tables.jobs->rows[i];
    if (!row->has_statuses || !dataset_row_is_wanted(job, row)) continue;
    JobState state = JOB_ABSENT;
    status = tell_status(work, row->name, date, &state, err);
    if (strcmp(row->name, JOB_DAILY_UPDATE) == 0) *ret_state = state;
  }
  return status;
}

static Status tell_leaders(const AnalysisWork *work, Day date, Error *err) {
  LeaderSummary leaders;
  Status status = leader_candidates_read(work->job->db, date, &leaders, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  explain_line(work->job, "leaders", "%" PRId64 " of %" PRId64 " stocks that traded: %s", leaders.count,
               leaders.considered, leaders.criteria);
  return STATUS_OK;
}

static Status tell_holders(const AnalysisWork *work, const char *job_name, Error *err) {
  const Job *job = work->job;
  Leases leases = {0};
  Status status = job_locks_newest_of_slots(job->db, job_name, &leases, err);
  for (size_t i = 0; i < leases.count; i++) {
    const Lease *lease = &leases.items[i];
    if (run_is_live(job, lease))
      explain_line(job, "at work", "%s on %s pid %" PRId64 " since %s", lease->job, lease->host, lease->pid,
                   instant_kst_text(lease->acquired_utc).text);
  }
  leases_free(&leases);
  return status;
}

static Status tell_source(const AnalysisWork *work, Error *err) {
  const Job *job = work->job;
  SourceState state;
  Status status = source_state_read(job->db, job->rules.terms.name, &state, err);
  if (status != STATUS_OK) return status;
  if (source_state_blocks(&state, clock_now(job->clock)))
    explain_line(job, "source", "blocked until %s: %s", instant_kst_text(state.blocked_until_utc).text, state.reason);
  return STATUS_OK;
}

/* ---- what comes next ---- */

static void tell_analysis(const AnalysisWork *work, Day date) {
  const Gate *gate = &work->gate;
  if (gate->session == DAY_NONE)
    explain_line(work->job, "gate", "shut: the first session kept is not completed yet");
  else if (date <= gate->session)
    explain_line(work->job, "gate", "open up to %s%s", day_text(gate->session).text,
                 analysis_work_reads(work, date) ? ": this day is read" : "");
  else
    explain_line(work->job, "gate", "open up to %s only%s%s: this day is not read yet", day_text(gate->session).text,
                 gate->blocked_by == DAY_NONE ? "" : ", newer sessions wait for ",
                 gate->blocked_by == DAY_NONE ? "" : day_text(gate->blocked_by).text);
}

static void tell_next(const AnalysisWork *work, Day date, JobState state) {
  const Job *job = work->job;
  Instant due = due_of(job, date);
  if (date < work->ingest.ledger.first)
    explain_line(job, "next", "nothing: it lies before %s, the first session kept; manual_setup --days N keeps more",
                 day_text(work->ingest.ledger.first).text);
  else if (job->now.instant < due)
    explain_line(job, "next", "the first daily_update after %s asks the source", instant_kst_text(due).text);
  else if (state == JOB_COMPLETED || state == JOB_CLOSED)
    explain_line(job, "next", "nothing: it is %s", job_state_name(state));
  else if (state == JOB_WAITING)
    explain_line(job, "next", "every daily_update asks again; the day is decided once a later session is archived");
  else
    explain_line(job, "next", "the next daily_update takes it up, archived or not");
}

Status explain_date(AnalysisWork *work, Day date, Error *err) {
  const Job *job = work->job;
  output_line(&job->out, 0, "%s, a %s", day_text(date).text, WEEKDAYS[day_weekday(date)]);
  if (day_is_weekend(date)) {
    explain_line(job, "next", "nothing: the exchange does not trade at weekends");
    return STATUS_OK;
  }
  JobState state = JOB_ABSENT;
  explain_line(job, "due", "%s", instant_kst_text(due_of(job, date)).text);
  Status status = tell_calendar(work, date, err);
  if (status == STATUS_OK) status = tell_archive(work, date, err);
  if (status == STATUS_OK) status = tell_statuses(work, date, &state, err);
  if (status == STATUS_OK) status = explain_evening(work, date, err);
  if (status == STATUS_OK) status = tell_leaders(work, date, err);
  if (status == STATUS_OK) status = explain_alerts(job, day_text(date).text, err);
  if (status == STATUS_OK) status = tell_source(work, err);
  for (size_t i = 0; i < job->tables.jobs->count && status == STATUS_OK; i++)
    if (!job_row_shares_lease(&job->tables.jobs->rows[i]))
      status = tell_holders(work, job->tables.jobs->rows[i].lease, err);
  if (status != STATUS_OK) return status;
  tell_analysis(work, date);
  tell_next(work, date, state);
  return STATUS_OK;
}
