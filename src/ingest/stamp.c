#include <closebell/ingest/stamp.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/market/due.h>
#include <closebell/plan/work.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

enum { LATE_WARNING_MS = 3 * 60 * 60 * 1000 };

JobStatus stamp_status(Ingest *ingest, LedgerDay *day, JobState state) {
  const Job *job = ingest->job;
  Instant now = clock_now(job->clock);
  if (day->run.started_utc == INSTANT_NONE) day->run.started_utc = now;
  JobStatus status = {.date = day->date,
                      .state = state,
                      .start_utc = day->run.started_utc,
                      .end_utc = state == JOB_RUNNING ? INSTANT_NONE : now,
                      .fence = job->run.lease.fence,
                      .pid = job->process.host.pid,
                      .attempt = day->attempt + 1,
                      .expected_rows = -1,
                      .stored_rows = -1,
                      .analyzed = -1,
                      .remaining = -1};
  text_copy(status.job, sizeof status.job, JOB_DAILY_UPDATE);
  if ((state == JOB_COMPLETED || state == JOB_RUNNING) && day->date >= ingest->universe_from)
    filter_format(ingest_filter(ingest, day->date), status.filter);
  text_copy(status.host, sizeof status.host, job->process.host.name);
  if (state != JOB_RUNNING && state != JOB_COMPLETED)
    snprintf(status.reason, sizeof status.reason, "%s", day->run.reason);
  return status;
}

/* What the calendar should say about the day once it has that state. */
static CalendarDay calendar_view(const Ingest *ingest, const LedgerDay *day, JobState state) {
  const char *closure = closures_reason(&ingest->job->rules.closures, day->date);
  CalendarDay view = {.date = day->date, .state = CALENDAR_UNKNOWN};
  if (state == JOB_COMPLETED || (day->run.judged && day->run.verdict == VERDICT_LOST)) {
    view.state = CALENDAR_OPEN;
    view.observed = true;
  } else if (state == JOB_CLOSED) {
    view.state = CALENDAR_CLOSED;
    view.observed = true;
    snprintf(view.reason, sizeof view.reason, "%s", closure ? closure : "closed by the exchange");
  } else if (closure) {
    snprintf(view.reason, sizeof view.reason, "%s", closure);
  }
  return view;
}

static bool calendar_equal(const CalendarDay *a, const CalendarDay *b) {
  return a && a->state == b->state && a->observed == b->observed && strcmp(a->reason, b->reason) == 0;
}

static Status write_calendar(Ingest *ingest, const JobStatus *items, size_t count, Error *err) {
  CalendarDay *fresh = malloc((count + 1) * sizeof *fresh), *changed = malloc((count + 1) * sizeof *changed);
  size_t fresh_count = 0, changed_count = 0;
  Status status =
      fresh && changed ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %zu calendar days", count);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const LedgerDay *day = ledger_find(&ingest->ledger, items[i].date);
    CalendarDay view = calendar_view(ingest, day, items[i].state);
    const CalendarDay *stored = calendar_days_find(&ingest->ledger.calendar, view.date);
    if (!stored)
      fresh[fresh_count++] = view;
    else if (!calendar_equal(stored, &view))
      changed[changed_count++] = view;
  }
  if (status == STATUS_OK && fresh_count) status = trading_calendar_insert(ingest->job->db, fresh, fresh_count, err);
  if (status == STATUS_OK && changed_count)
    status = trading_calendar_replace(ingest->job->db, changed, changed_count, err);
  free(fresh);
  free(changed);
  return status;
}

/* Reasons are for people and may be another table's: only what the day is counts. */
bool stamp_calendar_gap(const Ingest *ingest, const LedgerDay *day) {
  if (day->date < ingest->ledger.first || !job_state_is_final(day->state)) return false;
  if (day->state == JOB_CLOSED && day->archived) return false; /* it waits to be asked for by name */
  const CalendarDay *stored = calendar_days_find(&ingest->ledger.calendar, day->date);
  return !stored || !stored->observed ||
         stored->state != (day->state == JOB_COMPLETED ? CALENDAR_OPEN : CALENDAR_CLOSED);
}

size_t stamp_calendar_gaps(const Ingest *ingest) {
  size_t gaps = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) gaps += stamp_calendar_gap(ingest, &ingest->ledger.days[i]);
  return gaps;
}

Status stamp_mend_calendar(Ingest *ingest, Error *err) {
  JobStatus *items = malloc((ingest->ledger.count + 1) * sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", ingest->ledger.count);
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++)
    if (stamp_calendar_gap(ingest, &ingest->ledger.days[i]))
      items[count++] = (JobStatus){.date = ingest->ledger.days[i].date, .state = ingest->ledger.days[i].state};
  Status status = count ? run_beat(ingest->job, err) : STATUS_OK;
  if (status == STATUS_OK && count) status = write_calendar(ingest, items, count, err);
  if (status == STATUS_OK && count)
    log_warn(ingest->job->log, "trading_calendar did not agree with job_status on %zu days; mended", count);
  free(items);
  return error_prefix(err, status, "mending trading_calendar");
}

static Status raise_or_resolve(const Ingest *ingest, const LedgerDay *day, const JobStatus *item, Error *err) {
  const Job *job = ingest->job;
  Instant now = clock_now(job->clock);
  DayText date = day_text(item->date);
  Instant due = due_instant(job->rules.terms.publication, &job->rules.closures, item->date);
  if (item->state == JOB_FAILED)
    return ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, "session-failed", date.text, item->reason}, now, err);
  if (item->state == JOB_WAITING && day->run.verdict == VERDICT_LATE && job->now.instant >= due + LATE_WARNING_MS)
    return ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, "session-late", date.text, item->reason}, now, err);
  if (!job_state_is_final(item->state) || !day->run.troubled) return STATUS_OK;
  Status status = ops_alerts_resolve(job->db, "session-failed", date.text, now, err);
  if (status == STATUS_OK) status = ops_alerts_resolve(job->db, "session-late", date.text, now, err);
  return status == STATUS_OK ? ops_alerts_resolve(job->db, "session-passed-over", date.text, now, err) : status;
}

/* Before later sessions that are completed: an analysis that looks now passes over it and says so. */
static bool may_be_passed_over(const Ingest *ingest, Day date) {
  int later = 0;
  for (size_t i = ingest->ledger.count; i > 0 && ingest->ledger.days[i - 1].date > date; i--)
    later += ingest->ledger.days[i - 1].state == JOB_COMPLETED;
  return later >= GATE_PASS_OVER_SESSIONS;
}

/* Each state that a day has been given, once it is stored. */
static void tell_stamp(const Job *job, const JobStatus *item) {
  const char *state = job_state_name(item->state);
  char rows[48] = "";
  if (item->expected_rows >= 0) snprintf(rows, sizeof rows, ", %" PRId64 " rows", item->stored_rows);
  log_with(job->log, log_level_of_record(job->log),
           LOG_FACTS(log_day("session", item->date), log_text("status", state), log_count("rows", item->stored_rows),
                     log_count("expected_rows", item->expected_rows), log_number("attempt", item->attempt),
                     log_number("lease", item->fence), log_text("reason", item->reason)),
           "%s is %s%s", day_text(item->date).text, state, rows);
}

/* The calendar first: a stamp is the last word about its day. */
Status stamp_write(Ingest *ingest, const JobStatus *items, size_t count, Error *err) {
  if (count == 0) return STATUS_OK;
  Status status = run_beat(ingest->job, err);
  bool begun = items[0].state == JOB_RUNNING;
  if (status == STATUS_OK && !begun) status = write_calendar(ingest, items, count, err);
  if (status == STATUS_OK) status = job_status_write(ingest->job->db, items, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    LedgerDay *day = ledger_day(&ingest->ledger, items[i].date);
    if (!begun) tell_stamp(ingest->job, &items[i]);
    if (!begun) status = raise_or_resolve(ingest, day, &items[i], err);
    day->run.troubled |= items[i].state == JOB_FAILED || items[i].state == JOB_WAITING ||
                         (begun && may_be_passed_over(ingest, day->date));
    day->state = items[i].state;
    day->expected_rows = items[i].expected_rows;
  }
  return error_prefix(err, status, "stamping %s", day_text(items[0].date).text);
}

static JobState state_for(VerdictKind verdict) {
  switch (verdict) {
  case VERDICT_CLOSED:
    return JOB_CLOSED;
  case VERDICT_NOT_PUBLISHED:
  case VERDICT_LATE:
  case VERDICT_PROBABLY_CLOSED:
    return JOB_WAITING;
  default:
    return JOB_FAILED;
  }
}

Status stamp_others(Ingest *ingest, Day from, StampOthers which, Error *err) {
  JobStatus *items = malloc((ingest->ledger.count + 1) * sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu statuses", ingest->ledger.count);
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    LedgerDay *day = &ingest->ledger.days[i];
    if (!day->run.judged || day->archived || day->run.stamped || day->date < from) continue;
    if (which == STAMP_CLOSED && day->run.verdict != VERDICT_CLOSED) continue;
    items[count++] = stamp_status(ingest, day, state_for(day->run.verdict));
    day->run.stamped = true;
  }
  Status status = stamp_write(ingest, items, count, err);
  free(items);
  return status;
}

/* ---- alerts that have outlived their cause ---- */

typedef struct {
  const Ingest *ingest;
  struct {
    char kind[ALERT_KIND_SIZE], subject[ALERT_SUBJECT_SIZE];
  } * items;
  size_t count, capacity;
} Outlived;

static bool is_about_a_session(const char *kind) {
  static const char *const KINDS[] = {"session-failed", "session-late", "session-passed-over", "archive-damaged"};
  for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
    if (strcmp(kind, KINDS[i]) == 0) return true;
  return false;
}

/* Two sessions behind it continue one another: nobody has shown the rows of one as those of the next. */
static bool is_closed_for_certain(const Ingest *ingest, const LedgerDay *day) {
  const LedgerDay *end = ingest->ledger.days + ingest->ledger.count, *first = NULL;
  for (const LedgerDay *behind = day + 1; day->state == JOB_CLOSED && behind < end; behind++) {
    if (behind->state != JOB_COMPLETED) continue;
    if (first) return ledger_nothing_missing(&ingest->ledger, first->date, behind->date);
    first = behind;
  }
  return false;
}

/* A session that is there or closed is neither late nor failed; and the newest session decides whether stocks vanish.
 */
static bool has_ended(const Ingest *ingest, const Alert *alert) {
  Day date;
  if (alert->resolved_utc != INSTANT_NONE) return false;
  if (strcmp(alert->kind, "universe-too-many-leaving") == 0)
    return ingest->run.counts.seen > 0 && !ingest->run.counts.too_many_leaving;
  if (strcmp(alert->kind, "closure-doubtful") == 0) {
    const LedgerDay *closed = day_parse(alert->subject, &date) ? ledger_find(&ingest->ledger, date) : NULL;
    return closed && (closed->state != JOB_CLOSED || is_closed_for_certain(ingest, closed));
  }
  const LedgerDay *day =
      is_about_a_session(alert->kind) && day_parse(alert->subject, &date) ? ledger_find(&ingest->ledger, date) : NULL;
  return day && job_state_is_final(day->state);
}

static Status note_outlived(void *context, const Alert *alert, Error *err) {
  Outlived *outlived = context;
  if (!has_ended(outlived->ingest, alert)) return STATUS_OK;
  void *items = vector_reserve(outlived->items, &outlived->capacity, outlived->count + 1, sizeof *outlived->items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for alerts");
  outlived->items = items;
  text_copy(outlived->items[outlived->count].kind, ALERT_KIND_SIZE, alert->kind);
  text_copy(outlived->items[outlived->count++].subject, ALERT_SUBJECT_SIZE, alert->subject);
  return STATUS_OK;
}

static Status tell_unreadable(void *context, const char *id, const char *what, Error *err) {
  const Outlived *outlived = context;
  (void)id, (void)err;
  log_warn(outlived->ingest->job->log, "an alert cannot be read, and is left out: %s", what);
  return STATUS_OK;
}

Status stamp_resolve_outlived(const Ingest *ingest, Error *err) {
  const Job *job = ingest->job;
  Outlived outlived = {.ingest = ingest};
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK) status = ops_alerts_read(job->db, tell_unreadable, note_outlived, &outlived, err);
  for (size_t i = 0; i < outlived.count && status == STATUS_OK; i++)
    status = ops_alerts_resolve(job->db, outlived.items[i].kind, outlived.items[i].subject, clock_now(job->clock), err);
  free(outlived.items);
  return error_prefix(err, status, "looking through the alerts");
}
