#include <closebell/analysis/strategies_write.h>

#include <stdlib.h>

#include <closebell/analysis/market_beside.h>
#include <closebell/analysis/market_load.h>
#include <closebell/analysis/strategy_list.h>
#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/screen/companies.h>

/* Bytes of columns that are kept while the strategies have their turns: a run of the analysis is to stay small. */
enum { COLUMN_BYTES = 64 << 20 };

StrategiesRun strategies_run(const AnalysisWork *work) { return (StrategiesRun){.work = work}; }

void strategies_run_free(StrategiesRun *run) {
  screen_market_free(&run->market);
  strategies_free(&run->strategies);
  *run = (StrategiesRun){.work = run->work};
}

Status strategies_run_market(StrategiesRun *run, ScreenMarket **ret_market, Error *err) {
  if (!run->loaded) {
    Status status = market_load(&run->market, run->work, DAY_NONE, err);
    if (status != STATUS_OK) return error_prefix(err, status, "reading the archive for strategies");
    if (run->market.memory.columns > COLUMN_BYTES) run->market.memory.columns = COLUMN_BYTES;
    run->loaded = true;
  }
  *ret_market = &run->market;
  return STATUS_OK;
}

/* ---- the strategies ---- */

Status strategies_run_read(StrategiesRun *run, Error *err) {
  const Log *log = run->work->job->log;
  char text[BAD_FILE_TEXT_SIZE];
  Error why = {{0}};
  if (run->read) return STATUS_OK;
  Status status = strategies_load_configured(run->work->job->config, &run->strategies, &why);
  if (status == STATUS_CONFIG)
    log_warn(log, "no lists of strategies are written: %s", why.text);
  else if (status != STATUS_OK)
    return error_set(err, status, "%s", why.text);
  for (size_t i = 0; i < run->strategies.bad.count; i++)
    log_warn(log, "a strategy has no list until its file is mended: %s",
             bad_file_text(&run->strategies.bad.items[i], text));
  run->read = true;
  return STATUS_OK;
}

/* ---- a session's lists ---- */

typedef struct {
  StrategyDay *items;
  const StrategyDay **listed; /* those to be written */
  size_t count, matches;
} Lists;

static void free_lists(Lists *lists) {
  for (size_t i = 0; i < lists->count; i++) free(lists->items[i].then.tickers);
  free(lists->items);
  free(lists->listed);
}

/* It looks at companies, of which nothing is known here: a list would say nothing of anybody, every day. */
static bool is_of_nobody(const ScreenPlan *where, const ScreenNames *sort, const ScreenMarket *market,
                         const StrategyMatches *list) {
  bool wants = screen_plan_wants_companies(where) || screen_names_want_companies(sort);
  return wants && !screen_market_knows_companies(market) && list->unknown == list->considered;
}

/* A strategy whose ranks take too much is left out. */
static Status add_list(Lists *lists, const StrategiesRun *run, const NamedStrategy *named, ScreenMarket *market,
                       size_t session, Error *err) {
  StrategyDay *day = &lists->items[lists->count];
  Error why = {{0}};
  *day = (StrategyDay){.date = market->dates[session], .recomputed_utc = INSTANT_NONE};
  text_copy(day->strategy, sizeof day->strategy, named->name);
  strategy_rule_put(&named->strategy, day);
  const ScreenPlan *where = &named->strategy.where;
  const ScreenNames *sort = &named->strategy.sort;
  Status status = market_beside_load(where, sort, NULL, run->work->job->db, market, &why);
  if (status == STATUS_OK)
    status = strategy_lists_make(where, sort, market, (ScreenSessions){session, session}, &day->then, &why);
  if (status == STATUS_CONFIG) {
    log_warn(run->work->job->log, "%s has no list of %s: %s", named->name, day_text(day->date).text, why.text);
    return STATUS_OK;
  }
  if (status != STATUS_OK) return error_set(err, status, "%s: %s", named->name, why.text);
  if (is_of_nobody(where, sort, market, &day->then)) return STATUS_OK;
  lists->matches += day->then.count;
  lists->listed[lists->count++] = day;
  return STATUS_OK;
}

/* Without reports of companies one that asks for them knows nothing of any stock: it has no list. */
static bool has_list(const StrategiesRun *run, const Strategy *strategy) {
  if (*run->work->job->config->dart.auth_key != '\0') return true;
  return !screen_plan_wants_companies(&strategy->where) && !screen_names_want_companies(&strategy->sort);
}

static Status make_lists(StrategiesRun *run, ScreenMarket *market, size_t session, Lists *lists, Error *err) {
  size_t most = run->strategies.count;
  Status status = STATUS_OK;
  lists->items = malloc((most + 1) * sizeof *lists->items);
  lists->listed = malloc((most + 1) * sizeof *lists->listed);
  if (lists->items == NULL || lists->listed == NULL)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu lists", most);
  for (size_t i = 0; i < most && status == STATUS_OK; i++) {
    status = run_beat(run->work->job, err);
    const NamedStrategy *named = &run->strategies.items[i];
    if (status == STATUS_OK && has_list(run, &named->strategy))
      status = add_list(lists, run, named, market, session, err);
  }
  return status;
}

static Status write_session(StrategiesRun *run, ScreenMarket *market, size_t session, Error *err) {
  Job *job = run->work->job;
  Day date = market->dates[session];
  Lists lists = {0};
  Status status = make_lists(run, market, session, &lists, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status == STATUS_OK)
    status = (run->write ? run->write : strategy_days_write)(job->db, lists.listed, lists.count, err);
  if (status == STATUS_OK)
    log_with(
        job->log, LOG_INFO,
        LOG_FACTS(log_day("session", date), log_size("strategies", lists.count), log_size("matches", lists.matches)),
        "%s: %zu strategies have their lists, %zu matches in all", day_text(date).text, lists.count, lists.matches);
  free_lists(&lists);
  return status;
}

Status strategies_write(StrategiesRun *run, Day date, Error *err) {
  ScreenMarket *market = NULL;
  Status status = strategies_run_read(run, err);
  if (status != STATUS_OK || run->strategies.count == 0) return status;
  status = strategies_run_market(run, &market, err);
  if (status != STATUS_OK) return status;
  size_t session = screen_market_session(market, date);
  if (session < market->session_count) status = write_session(run, market, session, err);
  return error_prefix(err, status, "strategies of %s", day_text(date).text);
}
