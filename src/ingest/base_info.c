#include <closebell/ingest/base_info.h>

#include <stdio.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/source_state.h>

enum { NAME_SIZE = 64, DAY_HOURS = 24, WEEK_HOURS = 7 * DAY_HOURS, HOUR_MS = 60 * 60 * 1000 };

/* The _id of its own breaker beside the source's. */
static const char *breaker_name(const Job *job, char name[NAME_SIZE]) {
  snprintf(name, NAME_SIZE, "%s-base-info", job->source->name);
  return name;
}

static Status look_up(Ingest *ingest, Error *err) {
  const Job *job = ingest->job;
  char name[NAME_SIZE];
  SourceState state;
  if (ingest->run.base_info_known) return STATUS_OK;
  ingest->run.base_info_off = !job->base_info || !job->source->has_base_info;
  ingest->run.base_info_known = true;
  if (ingest->run.base_info_off) return STATUS_OK;
  Status status = source_state_read(job->db, breaker_name(job, name), &state, err);
  if (status != STATUS_OK) return status;
  ingest->run.base_info_off =
      state.blocked_until_utc != INSTANT_NONE && clock_now(job->clock) < state.blocked_until_utc;
  return STATUS_OK;
}

static Status remember_refusal(Ingest *ingest, const char *why, int hours, Error *err) {
  Job *job = ingest->job;
  char name[NAME_SIZE];
  SourceState state = {.blocked_until_utc = clock_now(job->clock) + (Instant)hours * HOUR_MS, .calls_date = DAY_NONE};
  text_copy(state.reason, sizeof state.reason, why);
  log_warn(job->log,
           "%s gives no base info (%s): what kind a stock is follows from code and name; asked again after %s",
           job->source->name, why, instant_kst_text(state.blocked_until_utc).text);
  Status status = run_beat(job, err);
  return status == STATUS_OK ? source_state_write(job->db, breaker_name(job, name), &state, err) : status;
}

/* Empty is no trouble: perhaps it is not published for this date. */
static Status note_trouble(Ingest *ingest, const MarketAnswer *answer, Error *err) {
  if (answer->kind == ANSWER_ROWS || answer->kind == ANSWER_EMPTY || answer->kind == ANSWER_NONE) return STATUS_OK;
  ingest->run.base_info_off = true;
  if (answer->kind == ANSWER_UNAUTHORIZED) return remember_refusal(ingest, answer->detail, WEEK_HOURS, err);
  if (answer->kind == ANSWER_BLOCKED) return remember_refusal(ingest, answer->detail, DAY_HOURS, err);
  log_info(ingest->job->log, "%s gave no base info (%s): not asked again by this run", ingest->job->source->name,
           answer->detail);
  return STATUS_OK;
}

static Status take_kinds(const DayAnswer *answer, Session *session, Error *err) {
  Session kinds = {.date = answer->date};
  Status status = STATUS_OK;
  for (Market market = 0; market < MARKET_COUNT; market++)
    for (size_t i = 0; i < answer->markets[market].count && status == STATUS_OK; i++)
      status = session_add(&kinds, &answer->markets[market].rows[i]);
  if (status != STATUS_OK) error_set(err, status, "no memory for the base info of %s", day_text(answer->date).text);
  /* A code in two markets makes it worthless, and no more than that. */
  if (status == STATUS_OK && session_seal(&kinds, NULL) == STATUS_OK) session_take_kinds(session, &kinds);
  session_free(&kinds);
  return status;
}

Status base_info_add(Ingest *ingest, Session *session, Error *err) {
  Status status = look_up(ingest, err);
  Day newest = ledger_newest_archived(&ingest->ledger);
  if (status != STATUS_OK || ingest->run.base_info_off || (newest != DAY_NONE && newest > session->date)) return status;
  DayAnswer answer = {0};
  status = fetch_base_info(&ingest->fetch, session->date, &answer, err);
  for (Market market = 0; market < MARKET_COUNT && status == STATUS_OK; market++)
    status = note_trouble(ingest, &answer.markets[market], err);
  if (status == STATUS_OK) status = take_kinds(&answer, session, err);
  day_answer_free(&answer);
  return status;
}
