/* What a session triggers on the shadow radar. */
#include "hindsight_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/archive_read.h>
#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/hindsight/radar.h>
#include <closebell/run/run.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/flows.h>
#include <closebell/store/decision_ledger.h>
#include <closebell/store/shadow_radar.h>

/* What the radar looks at, beside the market. */
typedef struct {
  StrategiesRun *run;
  size_t session;    /* of the market */
  Session *sessions; /* ascending, the last one is that of the radar */
  const Session **newest_first;
  size_t session_count, session_room;
  RadarStrategy *strategies;
  size_t strategy_count;
  RadarDecision *decisions;
  size_t decision_count, decision_capacity;
} Look;

static void free_look(Look *look) {
  for (size_t i = 0; i < look->session_count; i++) session_free(&look->sessions[i]);
  free(look->sessions);
  free(look->newest_first);
  free(look->strategies);
  free(look->decisions);
}

/* ---- sessions ---- */

static Status take_session(void *context, Session *session, Error *err) {
  Look *look = context;
  if (!analysis_work_reads(look->run->work, session->date) || look->session_count == look->session_room)
    return STATUS_OK;
  look->sessions[look->session_count++] = *session;
  *session = (Session){0};
  return job_writes(look->run->work->job) ? run_beat(look->run->work->job, err) : STATUS_OK;
}

static Status load_sessions(Look *look, const ScreenMarket *market, Error *err) {
  const AnalysisWork *work = look->run->work;
  size_t back = RADAR_SESSIONS + filter_window(&work->job->rules.filter);
  size_t first = look->session > back ? look->session - back : 0;
  look->session_room = look->session - first + 1;
  look->sessions = calloc(look->session_room, sizeof *look->sessions);
  look->newest_first = calloc(look->session_room, sizeof *look->newest_first);
  if (!look->sessions || !look->newest_first) return error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  Status status = archive_read(work, market->dates[first], market->dates[look->session], take_session, look, err);
  for (size_t i = 0; i < look->session_count; i++) look->newest_first[i] = &look->sessions[look->session_count - 1 - i];
  return status;
}

/* ---- strategies ---- */

/* What companies and flows say may come after the session. */
static bool is_of_prices(const ScreenPlan *where) {
  return !screen_plan_wants_companies(where) && !screen_plan_wants_flows(where);
}

static Status load_strategies(Look *look, Error *err) {
  Status status = strategies_run_read(look->run, err);
  const Strategies *strategies = &look->run->strategies;
  look->strategies = calloc(strategies->count + 1, sizeof *look->strategies);
  if (!look->strategies) return error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  for (size_t i = 0; i < strategies->count && status == STATUS_OK; i++) {
    const NamedStrategy *named = &strategies->items[i];
    if (is_of_prices(&named->strategy.where))
      look->strategies[look->strategy_count++] = (RadarStrategy){named->name, &named->strategy.where};
  }
  return status;
}

/* ---- decisions ---- */

static Status take_decision(void *context, const Decision *decision, Error *err) {
  Look *look = context;
  const DecisionQuestion *question = &decision->question;
  const bool decides = decision->reply.final_decision != DECISION_NONE && decision->reply.decides;
  if (!decision->accepted || !decides) return STATUS_OK;
  RadarDecision *items = vector_reserve(look->decisions, &look->decision_capacity,
                                        look->decision_count + question->ticker_count, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  look->decisions = items;
  for (size_t i = 0; i < question->ticker_count; i++) {
    RadarDecision *to = &items[look->decision_count++];
    *to = (RadarDecision){
        .date = question->date, .final = decision->reply.final_decision, .score = decision->reply.hunter_score};
    text_copy(to->id, sizeof to->id, decision->id);
    text_copy(to->kind, sizeof to->kind, question->kind);
    text_copy(to->ticker, sizeof to->ticker, question->tickers[i]);
  }
  return STATUS_OK;
}

static Status load_decisions(Look *look, const ScreenMarket *market, Error *err) {
  char first[ULID_SIZE];
  size_t unreadable, back = look->session > RADAR_SESSIONS ? RADAR_SESSIONS : look->session;
  Instant since = instant_from_kst(market->dates[look->session - back], 0);
  return decision_visit(look->run->work->job->db, ulid_first(since, first), take_decision, look, &unreadable, err);
}

/* ---- the radar ---- */

static Status make_radar(StrategiesRun *run, ScreenMarket *market, size_t session, Shadows *ret_shadows, Error *err) {
  const AnalysisWork *work = run->work;
  Look look = {.run = run, .session = session};
  Status status = load_sessions(&look, market, err);
  if (status == STATUS_OK) status = load_strategies(&look, err);
  if (status == STATUS_OK) status = load_decisions(&look, market, err);
  const RadarView view = {.market = market,
                          .sessions = look.newest_first,
                          .session_count = look.session_count,
                          .universe = &work->ingest.targets.universe,
                          .filter = &work->job->rules.filter,
                          .leaders = &work->job->rules.leaders,
                          .strategies = look.strategies,
                          .strategy_count = look.strategy_count,
                          .decisions = look.decisions,
                          .decision_count = look.decision_count};
  if (status == STATUS_OK) status = radar_look(&view, market->dates[session], ret_shadows, err);
  free_look(&look);
  return status;
}

/* What stands of the session: documents of sessions before it that it triggered. */
static Status read_stored(const StrategiesRun *run, const ScreenMarket *market, size_t session, ShadowList *ret_list,
                          Error *err) {
  size_t first = session > RADAR_SESSIONS ? session - RADAR_SESSIONS : 0, kept = 0;
  ShadowList list = {0};
  Status status = shadow_radar_read(run->work->job->db, market->dates[first], market->dates[session], &list, err);
  for (size_t i = 0; i < list.count; i++)
    if (list.items[i].trigger_date == market->dates[session]) list.items[kept++] = list.items[i];
  list.count = kept;
  if (status == STATUS_OK) *ret_list = list;
  return status;
}

static const Shadow *find_shadow(const Shadow *items, size_t count, const Shadow *like) {
  for (size_t i = 0; i < count; i++)
    if (items[i].date == like->date && strcmp(items[i].ticker, like->ticker) == 0) return &items[i];
  return NULL;
}

/* ---- writing ---- */

static Status write_new(StrategiesRun *run, const Shadows *now, const ShadowList *stored, Error *err) {
  const Shadow *changed[RADAR_MAX];
  size_t count = 0;
  for (size_t i = 0; i < now->count; i++) {
    const Shadow *there = find_shadow(stored->items, stored->count, &now->items[i]);
    if (!there || !shadow_equal(there, &now->items[i])) changed[count++] = &now->items[i];
  }
  Status status = count > 0 ? run_beat(run->work->job, err) : STATUS_OK;
  return status == STATUS_OK && count > 0 ? shadow_radar_write(run->work->job->db, changed, count, err) : status;
}

static Status remove_old(StrategiesRun *run, const Shadows *now, const ShadowList *stored, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++) {
    const Shadow *old = &stored->items[i];
    if (find_shadow(now->items, now->count, old)) continue;
    status = run_beat(run->work->job, err);
    if (status == STATUS_OK) status = shadow_radar_delete(run->work->job->db, old->date, old->ticker, err);
  }
  return status;
}

Status hindsight_write_radar(StrategiesRun *run, Day date, Error *err) {
  ScreenMarket *market = NULL;
  Shadows now = {0};
  ShadowList stored = {0};
  if (!hindsight_is_wanted(run)) return STATUS_OK;
  Status status = strategies_run_market(run, &market, err);
  size_t session = status == STATUS_OK ? screen_market_session(market, date) : 0;
  if (status != STATUS_OK || session == market->session_count) return status;
  status = make_radar(run, market, session, &now, err);
  if (status == STATUS_OK) status = read_stored(run, market, session, &stored, err);
  if (status == STATUS_OK) status = write_new(run, &now, &stored, err);
  if (status == STATUS_OK) status = remove_old(run, &now, &stored, err);
  if (status == STATUS_OK)
    log_with(run->work->job->log, LOG_INFO, LOG_FACTS(log_day("session", date), log_size("rises", now.found)),
             "%s: %zu stocks that were turned down have risen by a fifth; %zu are noted", day_text(date).text,
             now.found, now.count);
  shadow_list_free(&stored);
  free(now.items);
  return error_prefix(err, status, "the radar of %s", day_text(date).text);
}

/* ---- comparing ---- */

typedef struct {
  StrategyFound *found;
  void *context;
  char cure[SESSION_CURE_SIZE];
} Finder;

static void find(const Finder *finder, const char *collection, const char *id, const char *what) {
  finder->found(finder->context, collection, id, what, finder->cure);
}

static Status verify_radar(StrategiesRun *run, ScreenMarket *market, const Finder *finder, Error *err) {
  char id[SHADOW_ID_SIZE];
  Shadows now = {0};
  ShadowList stored = {0};
  size_t session = screen_market_session(market, run->work->gate.session);
  if (session == market->session_count) return STATUS_OK;
  Status status = make_radar(run, market, session, &now, err);
  if (status == STATUS_OK) status = read_stored(run, market, session, &stored, err);
  for (size_t i = 0; i < now.count && status == STATUS_OK; i++) {
    const Shadow *there = find_shadow(stored.items, stored.count, &now.items[i]);
    if (there && shadow_equal(there, &now.items[i])) continue;
    find(finder, "shadow_radar", shadow_id(now.items[i].date, now.items[i].ticker, id),
         there ? "the archive gives another document" : "it is missing");
  }
  for (size_t i = 0; i < stored.count && status == STATUS_OK; i++)
    if (!find_shadow(now.items, now.count, &stored.items[i]))
      find(finder, "shadow_radar", shadow_id(stored.items[i].date, stored.items[i].ticker, id),
           "the archive gives none");
  shadow_list_free(&stored);
  free(now.items);
  return status;
}

static Status find_outcome(void *context, const Decision *decision, const DecisionOutcome *now, Error *err) {
  (void)now;
  (void)err;
  find(context, "decision_ledger", decision->id, "the archive gives another outcome");
  return STATUS_OK;
}

static Day outcomes_from(const ScreenMarket *market) {
  enum { BACK = OUTCOME_PATH_AFTER + 1 };
  return market->dates[market->session_count > BACK ? market->session_count - 1 - BACK : 0];
}

Status hindsight_verify(StrategiesRun *run, StrategyFound *found, void *context, Error *err) {
  ScreenMarket *market = NULL;
  if (!hindsight_is_wanted(run)) return STATUS_OK;
  Finder finder = {.found = found, .context = context};
  session_cure(&run->work->ingest.targets.universe, finder.cure);
  Status status = strategies_run_market(run, &market, err);
  if (status != STATUS_OK || market->session_count == 0) return status;
  status = verify_radar(run, market, &finder, err);
  if (status == STATUS_OK) status = outcomes_visit(run, outcomes_from(market), find_outcome, &finder, err);
  return error_prefix(err, status, "comparing the radar and the outcomes of decisions");
}
