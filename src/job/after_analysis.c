#include <closebell/job/after_analysis.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/screen_run.h>
#include <closebell/base/text.h>
#include <closebell/decision/ask.h>
#include <closebell/decision/facts_load.h>
#include <closebell/plan/after_analysis.h>
#include <closebell/store/job_status.h>
#include <closebell/store/strategy_days.h>

#include "ask_prompts.h"

/* One run's questions about one session. */
typedef struct {
  const AnalysisWork *work;
  const Job *job;
  Budget *budget;
  AfterAnalysisList list;
  StrategyDays days; /* of the session */
  ScreenProof proof; /* days owned */
  Archivist archivist;
  size_t asked, left; /* left: for a later run */
} After;

static AskTools tools_of(After *after) {
  const Job *job = after->job;
  return (AskTools){job->config, job->server, job->clock, job->random, job->log, &after->archivist};
}

/* ---- one stock ---- */

/* Whether its newest claim has become a decision. */
static Status is_decided(const AskTools *tools, const Ask *ask, bool *ret_decided, Error *err) {
  AskClaim newest;
  Decision decision;
  *ret_decided = false;
  Status status = ask_claim_newest(tools->db, ask->decision.question.request_sha256, &newest, err);
  if (status != STATUS_OK || newest.number == 0) return status;
  status = decision_find(tools->db, newest.id, &decision, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status == STATUS_OK) decision_free(&decision);
  *ret_decided = status == STATUS_OK;
  return status;
}

/* Anything but STATUS_OK ends this run's questions. */
static Status answer(After *after, const AskTools *tools, Ask *ask, Error *err) {
  bool written;
  const int64_t begun = clock_uptime_ms(tools->clock);
  Status status = ask_answer(tools, ask, &written, err);
  budget_record(after->budget, clock_uptime_ms(tools->clock) - begun);
  if (status != STATUS_OK) {
    ask_give_up(tools, ask);
    return status;
  }
  after->asked++;
  if (!ask->decision.accepted)
    log_warn(tools->log, "%s of %s was refused: %s", ask->decision.question.kind, ask->decision.question.tickers[0],
             ask->decision.why);
  return STATUS_OK;
}

static Status ask_unless_decided(After *after, Ask *ask, Error *err) {
  const AskTools tools = tools_of(after);
  AskClaimResult claim;
  bool decided;
  Status status = is_decided(&tools, ask, &decided, err);
  if (status != STATUS_OK || decided) return status;
  if (!budget_allows(after->budget, clock_uptime_ms(tools.clock))) {
    after->left++;
    return STATUS_OK;
  }
  status = ask_claim(&tools, ask, &claim, err);
  if (status != STATUS_OK) return status;
  after->left += claim.kind == ASK_ELSEWHERE;
  if (claim.kind == ASK_OURS) status = answer(after, &tools, ask, err);
  decision_free(&claim.decision);
  return status;
}

static Status ask_about(After *after, const AfterAnalysis *entry, const NamedPrompt *prompt, const char *ticker,
                        Error *err) {
  const FactState state = {after->proof.as_of, after->proof.unproven, after->proof.unproven_count};
  const FactStocks stocks = {(const char(*)[TICKER_SIZE])ticker, 1, false, 1};
  const AskWords words = {
      .prompt_name = prompt->name, .prompt = &prompt->prompt, .strategy = entry->strategy, .who = "after_analysis"};
  FactTable facts = {0};
  Ask ask = {.decision = decision_empty()};
  Status status = facts_load(after->job->server, &state, &stocks, &facts, err);
  if (status != STATUS_OK || facts.count == 0) return status;
  status = ask_make(after->job->config, &words, &facts, &ask, err);
  if (status == STATUS_OK) status = ask_unless_decided(after, &ask, err);
  ask_free(&ask);
  return status;
}

/* ---- one entry ---- */

static const StrategyMatches *matches_of(const After *after, const char *strategy) {
  for (size_t i = 0; i < after->days.count; i++) {
    const StrategyDay *day = &after->days.items[i];
    if (day->readable && strcmp(day->strategy, strategy) == 0)
      return day->recomputed_utc != INSTANT_NONE ? &day->now : &day->then;
  }
  return NULL;
}

static Status do_entry(After *after, const AfterAnalysis *entry, Error *err) {
  NamedPrompt prompt;
  const StrategyMatches *matches = matches_of(after, entry->strategy);
  if (!matches) {
    log_warn(after->job->log, "[ai] after_analysis: the strategy %s has no list of %s", entry->strategy,
             day_text(after->work->gate.session).text);
    return STATUS_OK;
  }
  Status status = ask_prompt_find(after->job->config, entry->prompt, &prompt, err);
  for (size_t i = 0; i < matches->count && i < (size_t)entry->stocks && status == STATUS_OK; i++)
    status = ask_about(after, entry, &prompt, matches->tickers[i], err);
  return status;
}

/* ---- the session ---- */

static Status is_due(const After *after, bool *ret_due, Error *err) {
  const Day session = after->work->gate.session;
  Day done = DAY_NONE;
  JobStatusList statuses = {0};
  *ret_due = false;
  Status status = ask_done_read(after->job->server, &done, err);
  if (status != STATUS_OK || (done != DAY_NONE && done >= session)) return status;
  status = job_status_load(after->job->server, JOB_HOURLY_ANALYSIS, session, session, &statuses, err);
  if (status != STATUS_OK) return status;
  *ret_due = statuses.count == 1 && statuses.items[0].state == JOB_COMPLETED;
  job_status_list_free(&statuses);
  return STATUS_OK;
}

static Status ask_all(After *after, Error *err) {
  const Day session = after->work->gate.session;
  Status status = strategy_days_read(after->job->server, session, session, &after->days, err);
  if (status == STATUS_OK) status = screen_proof_load(after->work, &after->proof, err);
  /* As of the session that is complete by now, whatever was read before the analysis. */
  after->proof.as_of = session;
  for (size_t i = 0; i < after->list.count && status == STATUS_OK; i++)
    status = do_entry(after, &after->list.items[i], err);
  if (status != STATUS_OK || after->left > 0) return status;
  return ask_done_write(after->job->server, session, err);
}

static Status run(After *after, Error *err) {
  bool due = false;
  Status status = is_due(after, &due, err);
  if (status == STATUS_OK && due) status = ask_all(after, err);
  if (after->asked > 0 || after->left > 0)
    log_info(after->job->log, "%s: a model was asked about %zu stocks; %zu are left for a later run",
             day_text(after->work->gate.session).text, after->asked, after->left);
  return status;
}

void after_analysis_run(const AnalysisWork *work, Budget *budget, const char *state_folder) {
  const Job *job = work->job;
  Error err = {{0}};
  After after = {.work = work, .job = job, .budget = budget};
  if (!job_writes(job) || work->gate.session == DAY_NONE || !model_is_configured(job->config)) return;
  Status status = after_analysis_parse(job->config->ai.after_analysis, &after.list, &err);
  if (status == STATUS_OK && after.list.count == 0) return;
  const ArchivistTools tools = {job->clock, job->random, job->log, state_folder, job->config->mongodb.uri};
  archivist_init(&after.archivist, &tools);
  if (status == STATUS_OK) status = run(&after, &err);
  if (status != STATUS_OK) log_warn(job->log, "a model is not asked about the newest session: %s", err.text);
  archivist_destroy(&after.archivist);
  strategy_days_free(&after.days);
  free(after.proof.unproven);
}
