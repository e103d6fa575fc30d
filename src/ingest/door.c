#include <closebell/ingest/door.h>

#include <inttypes.h>
#include <stdio.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

enum { SHUT_MS = 24 * 60 * 60 * 1000 };

/* ---- the pace ---- */

static void tell_pace(const Fetch *fetch, LogLevel level, const char *what, const char *why) {
  const Job *job = fetch->job;
  const char *name = fetch_source(fetch)->name;
  char rate[32];
  snprintf(rate, sizeof rate, "%.6g", fetch->pace.per_second);
  log_with(job->log, level,
           LOG_FACTS(log_text("source", name), log_text("rate_per_second", rate),
                     log_number("parallel", fetch->pace.parallel), log_text("reason", why)),
           "%s is asked %s%s times a second at most, %d at a time%s%s", name, what, rate, fetch->pace.parallel,
           why[0] ? ": " : "", why);
}

static bool is_slowed(const SourceState *state, double per_second) {
  return state->pace_per_second > 0 && state->pace_per_second < per_second;
}

/* As the settings say, or slower when that is what today has come to. */
static void begin(Fetch *fetch) {
  const ProviderTerms *terms = fetch_terms(fetch);
  const SourceState *state = &fetch->state;
  bool slowed = is_slowed(state, terms->rate_per_second);
  fetch->pace = (Pace){.per_second = slowed ? state->pace_per_second : terms->rate_per_second,
                       .parallel = slowed ? 1 : (int)terms->parallel};
  source_set_pace(fetch_source(fetch), &fetch->pace);
  fetch->calls_counted = fetch_source(fetch)->calls(fetch_source(fetch)->self);
  fetch->begun = true;
  tell_pace(fetch, slowed ? LOG_WARN : log_level_of_record(fetch->job->log), slowed ? "more slowly today, " : "",
            slowed ? state->pace_reason : "");
}

/* Another process was slowed down. */
static void follow(Fetch *fetch) {
  if (!is_slowed(&fetch->state, fetch->pace.per_second)) return;
  fetch->pace.per_second = fetch->state.pace_per_second;
  fetch->pace.parallel = 1;
  source_set_pace(fetch_source(fetch), &fetch->pace);
  tell_pace(fetch, LOG_WARN, "more slowly from now on, ", fetch->state.pace_reason);
}

/* ---- looking ---- */

/* A new day begins without calls, and at the settings' pace. */
static void take_state(Fetch *fetch, const SourceState *state) {
  Day today = instant_kst_day(clock_now(fetch->job->clock));
  fetch->state = *state;
  if (state->calls_date != today) {
    fetch->state.calls = 0;
    fetch->state.pace_per_second = 0;
  }
  fetch->state.calls_date = today;
}

static Status read_state(Fetch *fetch, Error *err) {
  SourceState state;
  Status status = source_state_read(fetch->job->db, fetch_source(fetch)->name, &state, err);
  if (status == STATUS_OK) take_state(fetch, &state);
  return status;
}

static bool is_shut(const Fetch *fetch, const SourceState *state) {
  return source_state_blocks(state, clock_now(fetch->job->clock));
}

static void go_in(Fetch *fetch) {
  if (fetch->begun)
    follow(fetch);
  else
    begin(fetch);
}

Status door_look(Fetch *fetch, Error *err) {
  Status status = read_state(fetch, err);
  if (status != STATUS_OK) return status;
  const SourceState *state = &fetch->state;
  if (is_shut(fetch, state))
    return error_set(err, STATUS_UNAVAILABLE, "%s is not asked until %s: %s", fetch_source(fetch)->name,
                     instant_kst_text(state->blocked_until_utc).text, state->reason);
  go_in(fetch);
  return STATUS_OK;
}

Status door_look_beside(Fetch *fetch, const char *feed_id, bool *ret_open, Error *err) {
  SourceState state, feed;
  Status status = source_state_read_both(fetch->job->db, fetch_source(fetch)->name, feed_id, &state, &feed, err);
  if (status != STATUS_OK) return status;
  take_state(fetch, &state);
  *ret_open = !is_shut(fetch, &state) && !is_shut(fetch, &feed);
  if (*ret_open) go_in(fetch);
  return STATUS_OK;
}

/* ---- counting ---- */

Status door_check_allowance(const Fetch *fetch, size_t calls, Error *err) {
  const Source *source = fetch_source(fetch);
  int64_t day = fetch_terms(fetch)->calls_per_day, run = fetch_terms(fetch)->calls_per_run;
  if (fetch->state.calls + (int64_t)calls > day)
    return error_set(err, STATUS_UNAVAILABLE,
                     "%s: the day's allowance of %" PRId64 " calls is used up; going on tomorrow", source->name, day);
  if (source->calls(source->self) + (int64_t)calls > run)
    return error_set(err, STATUS_INCOMPLETE, "%s: this run's %" PRId64 " calls are used up; the next run goes on",
                     source->name, run);
  return STATUS_OK;
}

/* So many calls stand for this run. */
static Status count_up_to(Fetch *fetch, long calls, Error *err) {
  fetch->state.calls += calls - fetch->calls_counted;
  Status status = source_state_count(fetch->job->db, fetch_source(fetch)->name, &fetch->state, err);
  if (status == STATUS_OK) fetch->calls_counted = calls;
  fetch->state.stored |= status == STATUS_OK;
  return error_prefix(err, status, "counting calls");
}

Status door_count(Fetch *fetch, size_t calls, Error *err) {
  const Source *source = fetch_source(fetch);
  long counted = source->calls(source->self) + (long)calls;
  Status status = run_beat(fetch->job, err);
  if (status != STATUS_OK || counted == fetch->calls_counted) return status;
  return count_up_to(fetch, counted, err);
}

Status door_settle(Fetch *fetch, Error *err) {
  const Source *source = fetch_source(fetch);
  long made = source->calls(source->self);
  if (made == fetch->calls_counted) return STATUS_OK;
  Status status = read_state(fetch, err);
  return status == STATUS_OK ? count_up_to(fetch, made, err) : status;
}

/* ---- what an answer says about it ---- */

Status door_note_pace(Fetch *fetch, const Answer *answer, Error *err) {
  if (!pace_note(&fetch->pace, answer)) return STATUS_OK;
  source_set_pace(fetch_source(fetch), &fetch->pace);
  tell_pace(fetch, LOG_WARN, "more slowly from now on, ", answer->detail);
  Status status = read_state(fetch, err);
  if (status != STATUS_OK) return status;
  fetch->state.pace_per_second = fetch->pace.per_second;
  text_copy(fetch->state.pace_reason, sizeof fetch->state.pace_reason, answer->detail);
  return count_up_to(fetch, fetch->calls_counted, err);
}

static Status shut(Fetch *fetch, AlertSeverity severity, Instant until, const char *why, Error *err) {
  Job *job = fetch->job;
  const char *name = fetch_source(fetch)->name;
  Status status = read_state(fetch, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status != STATUS_OK) return status;
  fetch->state.blocked_until_utc = until;
  text_copy(fetch->state.reason, sizeof fetch->state.reason, why);
  status = source_state_write(job->db, name, &fetch->state, err);
  if (status == STATUS_OK)
    ops_alerts_raise(job->db, &(NewAlert){severity, "source-blocked", name, why}, clock_now(job->clock), err);
  return status;
}

Status door_shut(Fetch *fetch, const Answer *answer, Error *err) {
  Status status = shut(fetch, ALERT_CRITICAL, clock_now(fetch->job->clock) + SHUT_MS, answer->detail, err);
  if (status != STATUS_OK) return status;
  return error_set(err, STATUS_UNAVAILABLE, "%s blocks us: %s; no further call before %s", fetch_source(fetch)->name,
                   answer->detail, instant_kst_text(fetch->state.blocked_until_utc).text);
}

Status door_shut_until(Fetch *fetch, Instant until, const char *why, Error *err) {
  Status status = shut(fetch, ALERT_WARN, until, why, err);
  if (status != STATUS_OK) return status;
  return error_set(err, STATUS_UNAVAILABLE, "%s is not asked until %s: %s", fetch_source(fetch)->name,
                   instant_kst_text(until).text, why);
}

Status door_end_day(Fetch *fetch, const Answer *answer, Error *err) {
  Day today = instant_kst_day(clock_now(fetch->job->clock));
  return door_shut_until(fetch, instant_from_kst(today + 1, 0), answer->detail, err);
}
