/* Decisions get their outcome when the sessions behind them are there. */
#include "hindsight_internal.h"

#include <string.h>

#include <closebell/hindsight/decision_outcome.h>
#include <closebell/run/run.h>
#include <closebell/store/decision_ledger.h>

enum { SESSIONS_OF_OUTCOME = OUTCOME_PATH_AFTER + 1 };

bool hindsight_is_wanted(const StrategiesRun *run) {
  return *config_text(run->work->job->config, "ai", "provider") != '\0';
}

/* The sessions that restatements which are new have changed, oldest first; DAY_NONE behind the last. at: 0, 1, ... */
static Day restated_session(const AnalysisWork *work, size_t at) {
  int64_t known = strategies_restatement(work);
  size_t first = 0;
  while (first < work->restatements_taken && work->restatements.items[first].number <= known) first++;
  return first + at < work->restatements_taken ? work->restatements.items[first + at].from : DAY_NONE;
}

/* ---- going over decisions ---- */

typedef struct {
  StrategiesRun *run;
  Day from;
  ScreenMarket *market;  /* null until a decision is met */
  OutcomeMarket outcome; /* of sessions `from` and later ones */
  OutcomeVisit *visit;
  void *context;
} Going;

static Status open_market(Going *going, Error *err) {
  size_t first = 0;
  Status status = strategies_run_market(going->run, &going->market, err);
  if (status != STATUS_OK || going->market->session_count == 0) return status;
  while (first + 1 < going->market->session_count && going->market->dates[first] < going->from) first++;
  return outcome_market_init(going->market, first, going->market->session_count - 1, &going->outcome, err);
}

static Status take_decision(void *context, const Decision *decision, Error *err) {
  Going *going = context;
  const DecisionQuestion *question = &decision->question;
  DecisionOutcome now;
  Status status = going->market ? STATUS_OK : open_market(going, err);
  if (status != STATUS_OK || going->market->session_count == 0 || question->date < going->from) return status;
  size_t session = screen_market_session(going->market, question->date);
  if (!decision_outcome(&going->outcome, session, question->tickers, question->ticker_count, &now)) return STATUS_OK;
  if (decision->has_outcome && decision_outcome_equal(&decision->outcome, &now)) return STATUS_OK;
  return going->visit(going->context, decision, &now, err);
}

/* A decision is made on the day of its session, or later. */
Status outcomes_visit(StrategiesRun *run, Day from, OutcomeVisit *visit, void *context, Error *err) {
  Going going = {.run = run, .from = from, .visit = visit, .context = context};
  char first[ULID_SIZE];
  size_t unreadable = 0;
  Status status = decision_visit(run->work->job->db, ulid_first(instant_from_kst(from, 0), first), take_decision,
                                 &going, &unreadable, err);
  outcome_market_free(&going.outcome);
  if (status == STATUS_OK && unreadable > 0)
    log_warn(run->work->job->log, "%zu decisions of the ledger cannot be read, and have no outcome", unreadable);
  return status;
}

/* ---- since when ---- */

static Day newest_completed(const AnalysisWork *work) {
  const JobStatusList *statuses = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  for (size_t i = statuses->count; i > 0; i--)
    if (statuses->items[i - 1].state == JOB_COMPLETED) return statuses->items[i - 1].date;
  return work->ingest.ledger.first;
}

/* The session so many before the date. */
static Day sessions_before(const AnalysisWork *work, Day date, int count) {
  for (size_t i = work->state_count; i > 0; i--) {
    Day day = work->states[i - 1].date;
    if (day >= date || !analysis_work_reads(work, day)) continue;
    if (--count == 0) return day;
  }
  return work->ingest.ledger.first;
}

/* Nothing older can have changed since outcomes were written last. */
static Day oldest_changed(const AnalysisWork *work) {
  Day oldest = newest_completed(work), restated;
  if (oldest > work->gate.session) oldest = work->gate.session;
  for (size_t i = 0; (restated = restated_session(work, i)) != DAY_NONE; i++)
    if (restated < oldest) oldest = restated;
  return sessions_before(work, oldest, SESSIONS_OF_OUTCOME);
}

/* ---- writing ---- */

enum { HAND = 32 };

typedef struct {
  Job *job;
  Decision items[HAND];
  size_t count, written;
} Hand;

static Status flush(Hand *hand, Error *err) {
  if (hand->count == 0) return STATUS_OK;
  Status status = run_beat(hand->job, err);
  if (status == STATUS_OK) status = decision_outcomes_write(hand->job->db, hand->items, hand->count, err);
  if (status == STATUS_OK) hand->written += hand->count;
  hand->count = 0;
  return status;
}

static Status put_outcome(void *context, const Decision *decision, const DecisionOutcome *now, Error *err) {
  Hand *hand = context;
  Decision *to = &hand->items[hand->count++];
  *to = *decision;
  to->outcome = *now;
  return hand->count == HAND ? flush(hand, err) : STATUS_OK;
}

static Status write_outcomes(StrategiesRun *run, Error *err) {
  Hand hand = {.job = run->work->job};
  Status status = outcomes_visit(run, oldest_changed(run->work), put_outcome, &hand, err);
  if (status == STATUS_OK) status = flush(&hand, err);
  if (status == STATUS_OK && hand.written > 0)
    log_with(hand.job->log, LOG_INFO, LOG_FACTS(log_size("decisions", hand.written)),
             "%zu decisions of the ledger have another outcome now", hand.written);
  return status;
}

/* ---- the whole ---- */

static Status look_at_radar(StrategiesRun *run, Error *err) {
  const AnalysisWork *work = run->work;
  const JobStatusList *statuses = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  Status status = STATUS_OK;
  for (size_t i = 0; i < statuses->count && status == STATUS_OK; i++) {
    Day date = statuses->items[i].date, restated;
    if (statuses->items[i].state != JOB_COMPLETED || date >= work->gate.session) continue;
    bool behind = false;
    for (size_t k = 0; !behind && (restated = restated_session(work, k)) != DAY_NONE; k++)
      behind = restated <= date && analysis_work_sessions(work, restated, date) <= RADAR_SESSIONS;
    if (behind) status = hindsight_write_radar(run, date, err);
  }
  return status;
}

Status hindsight_look_again(StrategiesRun *run, Error *err) {
  if (!hindsight_is_wanted(run)) return STATUS_OK;
  Status status = write_outcomes(run, err);
  if (status == STATUS_OK) status = look_at_radar(run, err);
  return error_prefix(err, status, "looking back at decisions");
}
