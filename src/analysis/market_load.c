#include <closebell/analysis/market_load.h>

#include <closebell/analysis/archive_read.h>
#include <closebell/run/run.h>

typedef struct {
  const AnalysisWork *work;
  ScreenMarket *market;
} Loading;

static Status take_session(void *context, Session *session, Error *err) {
  Loading *loading = context;
  if (!analysis_work_reads(loading->work, session->date)) return STATUS_OK;
  ScreenMarket *market = loading->market;
  Day before = market->session_count > 0 ? market->dates[market->session_count - 1] : DAY_NONE;
  Status status = screen_market_add(market, session, analysis_work_gap(loading->work, before, session->date), err);
  return status == STATUS_OK && job_writes(loading->work->job) ? run_beat(loading->work->job, err) : status;
}

Status market_load(ScreenMarket *market, const AnalysisWork *work, Day until, Error *err) {
  Loading loading = {.work = work, .market = market};
  Day last = until == DAY_NONE || until > work->gate.session ? work->gate.session : until;
  for (size_t i = 0; i < work->state_count; i++)
    market->memory.sessions += work->states[i].date <= last && analysis_work_reads(work, work->states[i].date);
  market->memory.columns = (size_t)work->job->config->analysis.screen_memory << 20;
  market->considered = work->job->rules.filter.markets;
  screen_market_free_columns(market);
  Status status = archive_read_indices(work, &market->indices, err);
  return status == STATUS_OK ? archive_read(work, work->ingest.ledger.first, last, take_session, &loading, err)
                             : status;
}
