/* Lists that stand, after something behind them has changed. */
#include <closebell/analysis/strategies_write.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/market_beside.h>
#include <closebell/analysis/strategy_list.h>
#include <closebell/run/run.h>

enum { CHUNK = 64 }; /* sessions whose lists are in memory */

int64_t strategies_restatement(const AnalysisWork *work) {
  const JobStatusList *statuses = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  int64_t highest = 0;
  for (size_t i = 0; i < statuses->count; i++)
    if (statuses->items[i].restatement > highest) highest = statuses->items[i].restatement;
  return highest;
}

/* ---- which ---- */

typedef struct {
  StrategiesRun *run;
  const Restatement *restatements; /* those that are new */
  size_t count;
  size_t changed, differing; /* lists written, and of these the ones that would be others today */
} Again;

static bool is_restated(const Again *again, Day date) {
  for (size_t i = 0; i < again->count; i++)
    if (again->restatements[i].from == date) return true;
  return false;
}

static Day first_restated(const Again *again) {
  Day first = again->restatements[0].from;
  for (size_t i = 1; i < again->count; i++)
    if (again->restatements[i].from < first) first = again->restatements[i].from;
  return first;
}

/* ---- one list ---- */

static void take(StrategyMatches *to, StrategyMatches *list) {
  free(to->tickers);
  *to = *list;
  *list = (StrategyMatches){0};
}

/* Puts what the list is today into the document. True: the document is another one now. */
static bool settle(const Again *again, StrategyDay *day, StrategyMatches *list) {
  bool same = strategy_matches_equal(&day->then, list), had = day->recomputed_utc != INSTANT_NONE;
  if (same || is_restated(again, day->date)) {
    take(&day->then, list);
    day->recomputed_utc = INSTANT_NONE;
    return !same || had;
  }
  if (had && strategy_matches_equal(&day->now, list)) return false;
  take(&day->now, list);
  day->recomputed_utc = clock_now(again->run->work->job->clock);
  return true;
}

/* ---- the lists of a chunk ---- */

typedef struct {
  StrategyDays days;
  bool *done; /* beside them */
  const StrategyDay **changed;
  size_t changed_count;
  size_t first, last; /* sessions of the market */
} Chunk;

static void free_chunk(Chunk *chunk) {
  strategy_days_free(&chunk->days);
  free(chunk->done);
  free(chunk->changed);
}

static bool has_rule_of(const StrategyDay *day, const StrategyDay *other) {
  return day->readable && strcmp(day->strategy, other->strategy) == 0 && strcmp(day->where, other->where) == 0 &&
         strcmp(day->sort, other->sort) == 0;
}

/* The list that was made of each session goes into the documents of this rule. */
static void settle_all(Again *again, Chunk *chunk, size_t from, StrategyMatches *lists) {
  const ScreenMarket *market = &again->run->market;
  for (size_t i = from; i < chunk->days.count; i++) {
    StrategyDay *day = &chunk->days.items[i];
    size_t session = screen_market_session(market, day->date);
    if (chunk->done[i] || !has_rule_of(day, &chunk->days.items[from])) continue;
    chunk->done[i] = true;
    if (session < chunk->first || session > chunk->last) continue; /* the session is no more */
    if (!settle(again, day, &lists[session - chunk->first])) continue;
    chunk->changed[chunk->changed_count++] = day;
    again->differing += day->recomputed_utc != INSTANT_NONE;
  }
}

/* What cannot be made again is named once, and stays as it is. */
static void leave_all(const Again *again, Chunk *chunk, size_t at, const char *why) {
  const StrategyDay *day = &chunk->days.items[at];
  char id[STRATEGY_DAY_ID_SIZE];
  log_warn(again->run->work->job->log, "strategy_days %s is left as it is: %s",
           strategy_day_id(day->date, day->strategy, id), why);
  for (size_t i = at; i < chunk->days.count && day->readable; i++)
    chunk->done[i] |= has_rule_of(&chunk->days.items[i], day);
}

static Status look_at_rule(Again *again, Chunk *chunk, size_t at, Error *err) {
  const StrategyDay *day = &chunk->days.items[at];
  StrategyMatches lists[CHUNK] = {{0}};
  StrategyRule rule;
  Error why = {.text = "it cannot be read"};
  Status status = day->readable ? strategy_rule_read(day, &rule, &why) : STATUS_CONFIG;
  if (status == STATUS_OK)
    status = market_beside_load(&rule.where, &rule.sort, NULL, again->run->work->job->db, &again->run->market, &why);
  if (status == STATUS_OK)
    status = strategy_lists_make(&rule.where, &rule.sort, &again->run->market,
                                 (ScreenSessions){chunk->first, chunk->last}, lists, &why);
  if (status == STATUS_CONFIG)
    leave_all(again, chunk, at, why.text);
  else if (status != STATUS_OK)
    return error_set(err, status, "%s: %s", day->strategy, why.text);
  else
    settle_all(again, chunk, at, lists);
  for (size_t i = 0; i < CHUNK; i++) free(lists[i].tickers);
  return STATUS_OK;
}

static Status look_at_lists(Again *again, Chunk *chunk, Error *err) {
  Job *job = again->run->work->job;
  Status status = STATUS_OK;
  chunk->done = calloc(chunk->days.count + 1, sizeof *chunk->done);
  chunk->changed = malloc((chunk->days.count + 1) * sizeof *chunk->changed);
  if (chunk->done == NULL || chunk->changed == NULL)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu lists", chunk->days.count);
  for (size_t i = 0; i < chunk->days.count && status == STATUS_OK; i++) {
    if (chunk->done[i]) continue;
    status = run_beat(job, err);
    if (status == STATUS_OK) status = look_at_rule(again, chunk, i, err);
  }
  if (status == STATUS_OK && chunk->changed_count > 0) status = run_beat(job, err);
  if (status == STATUS_OK) status = strategy_days_write(job->db, chunk->changed, chunk->changed_count, err);
  if (status == STATUS_OK) again->changed += chunk->changed_count;
  return status;
}

/* False when the archive has none of them. */
static bool find_sessions(const ScreenMarket *market, Day from, Day to, Chunk *chunk) {
  size_t first = 0, end = market->session_count;
  while (first < end && market->dates[first] < from) first++;
  while (end > first && market->dates[end - 1] > to) end--;
  chunk->first = first;
  chunk->last = end - 1;
  return end > first;
}

/* Where there is no list, the archive need not be read. */
static Status look_at_chunk(Again *again, Day from, Day to, Error *err) {
  Chunk chunk = {0};
  ScreenMarket *market = NULL;
  Status status = strategy_days_read(again->run->work->job->db, from, to, &chunk.days, err);
  if (status == STATUS_OK && chunk.days.count > 0) status = strategies_run_market(again->run, &market, err);
  if (status == STATUS_OK && market != NULL && find_sessions(market, from, to, &chunk))
    status = look_at_lists(again, &chunk, err);
  free_chunk(&chunk);
  return status;
}

/* ---- the whole ---- */

static Status look_at_sessions(Again *again, Error *err) {
  const AnalysisWork *work = again->run->work;
  Day first = first_restated(again), from = DAY_NONE, to = DAY_NONE;
  size_t gathered = 0, behind = 0;
  Status status = STATUS_OK;
  for (size_t i = 0; i < work->state_count && status == STATUS_OK; i++) {
    Day date = work->states[i].date;
    if (date < first || !analysis_work_reads(work, date)) continue;
    behind = is_restated(again, date) ? 0 : behind + 1;
    if (behind > STRATEGY_REACH) continue;
    if (gathered++ == 0) from = date;
    to = date;
    if (gathered < CHUNK) continue;
    status = look_at_chunk(again, from, to, err);
    gathered = 0;
  }
  return status == STATUS_OK && gathered > 0 ? look_at_chunk(again, from, to, err) : status;
}

Status strategies_look_again(StrategiesRun *run, Error *err) {
  const AnalysisWork *work = run->work;
  int64_t known = strategies_restatement(work);
  size_t at = 0;
  while (at < work->restatements_taken && work->restatements.items[at].number <= known) at++;
  Again again = {.run = run, .restatements = work->restatements.items + at, .count = work->restatements_taken - at};
  if (again.count == 0) return STATUS_OK;
  Status status = look_at_sessions(&again, err);
  if (status == STATUS_OK && again.changed > 0)
    log_with(work->job->log, LOG_INFO,
             LOG_FACTS(log_size("lists", again.changed), log_size("differing", again.differing)),
             "from %s on %zu lists of strategies were brought up to date; %zu of them would be others today than when "
             "they were written",
             day_text(first_restated(&again)).text, again.changed, again.differing);
  return error_prefix(err, status, "looking at the lists of strategies again");
}
