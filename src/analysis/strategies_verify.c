#include <closebell/analysis/strategies_verify.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/analysis_stamp.h>
#include <closebell/analysis/market_beside.h>
#include <closebell/analysis/strategies_write.h>
#include <closebell/analysis/strategy_list.h>
#include <closebell/run/run.h>

#include "hindsight_internal.h"

typedef struct {
  AnalysisWork work;
  StrategiesRun run;
  StrategyDays days; /* of the newest session analysed and the one before */
  StrategyFound *found;
  void *context;
  size_t lists;
} Verify;

char *session_cure(const Universe *universe, char text[SESSION_CURE_SIZE]) {
  size_t at = 0;
  while (at + 1 < universe->count && !universe->items[at].is_active) at++;
  snprintf(text, SESSION_CURE_SIZE, "hourly_analysis --ticker %s --force",
           at < universe->count ? universe->items[at].ticker : "TICKER");
  return text;
}

static void find(const Verify *verify, const char *strategy, const char *what) {
  char id[STRATEGY_DAY_ID_SIZE], cure[SESSION_CURE_SIZE];
  verify->found(verify->context, "strategy_days", strategy_day_id(verify->work.gate.session, strategy, id), what,
                session_cure(&verify->work.ingest.targets.universe, cure));
}

static const StrategyDay *find_day(const Verify *verify, const char *strategy, bool newest) {
  for (size_t i = 0; i < verify->days.count; i++) {
    const StrategyDay *day = &verify->days.items[i];
    bool of_newest = day->date == verify->work.gate.session;
    if (of_newest == newest && strcmp(day->strategy, strategy) == 0) return day;
  }
  return NULL;
}

static Status compare(Verify *verify, const StrategyDay *day, ScreenMarket *market, Error *err) {
  StrategyMatches list = {0};
  StrategyRule rule;
  Error why = {{0}};
  size_t session = screen_market_session(market, day->date);
  if (session == market->session_count) return STATUS_OK;
  Status status = day->readable ? strategy_rule_read(day, &rule, &why) : STATUS_CONFIG;
  /* Flows of past days may come after the list: that it would be another one then is no fault. */
  if (status == STATUS_OK && strategy_rule_wants_flows(&rule.where, &rule.sort)) return STATUS_OK;
  if (status == STATUS_OK)
    status = market_beside_load(&rule.where, &rule.sort, NULL, verify->work.job->db, market, &why);
  if (status == STATUS_OK)
    status = strategy_lists_make(&rule.where, &rule.sort, market, (ScreenSessions){session, session}, &list, &why);
  if (status == STATUS_CONFIG)
    find(verify, day->strategy, day->readable ? "its condition cannot be evaluated" : "it cannot be read");
  else if (status != STATUS_OK)
    return error_set(err, status, "%s: %s", day->strategy, why.text);
  else if (!strategy_matches_equal(&day->then, &list))
    find(verify, day->strategy, "the archive gives another list");
  free(list.tickers);
  verify->lists++;
  return STATUS_OK;
}

static Status verify_lists(Verify *verify, Error *err) {
  const Strategies *strategies = &verify->run.strategies;
  ScreenMarket *market = NULL;
  Status status =
      strategies->count > 0 && verify->days.count > 0 ? strategies_run_market(&verify->run, &market, err) : STATUS_OK;
  for (size_t i = 0; i < strategies->count && market && status == STATUS_OK; i++) {
    const char *name = strategies->items[i].name;
    const StrategyDay *day = find_day(verify, name, true);
    status = run_beat(verify->work.job, err);
    if (status == STATUS_OK && day)
      status = compare(verify, day, market, err);
    else if (status == STATUS_OK && find_day(verify, name, false))
      find(verify, name, "it is missing");
  }
  return status;
}

/* What is still to be analysed has no lists yet, or is about to have others. */
static bool is_settled(const AnalysisWork *work) {
  return work->gate.session != DAY_NONE && analysis_is_stamped(work) &&
         work->restatements_taken == work->restatements.count &&
         strategies_restatement(work) >= work->highest_restatement;
}

static Day session_before(const AnalysisWork *work) {
  for (size_t i = work->state_count; i > 0; i--) {
    Day date = work->states[i - 1].date;
    if (date < work->gate.session && analysis_work_reads(work, date)) return date;
  }
  return work->gate.session;
}

Status strategies_verify(Job *job, StrategyFound *found, void *context, size_t *ret_lists, Error *err) {
  const AnalyzeOptions options = {.quota = 0};
  Verify verify = {.work = {.job = job}, .found = found, .context = context};
  verify.run = strategies_run(&verify.work);
  Status status = strategies_run_read(&verify.run, err);
  bool wanted = verify.run.strategies.count > 0 || hindsight_is_wanted(&verify.run);
  if (wanted && status == STATUS_OK) status = analysis_work_load(&verify.work, job, &options, err);
  bool settled = wanted && status == STATUS_OK && is_settled(&verify.work);
  if (settled)
    status = strategy_days_read(job->db, session_before(&verify.work), verify.work.gate.session, &verify.days, err);
  if (settled && status == STATUS_OK) status = verify_lists(&verify, err);
  if (settled && status == STATUS_OK) status = hindsight_verify(&verify.run, found, context, err);
  strategy_days_free(&verify.days);
  strategies_run_free(&verify.run);
  analysis_work_free(&verify.work);
  if (status == STATUS_OK) *ret_lists = verify.lists;
  return error_prefix(err, status, "comparing the lists of strategies");
}
