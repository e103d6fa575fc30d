#include <closebell/analysis/screen_run.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/market_beside.h>
#include <closebell/analysis/market_load.h>
#include <closebell/ingest/guard.h>

#include "screen_date.h"

/* ---- the state of the database ---- */

static void turn_round(Day *days, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    Day other = days[count - 1 - i];
    days[count - 1 - i] = days[i];
    days[i] = other;
  }
}

Status screen_proof_load(const AnalysisWork *work, ScreenProof *ret_proof, Error *err) {
  const Restatements *restatements = &work->restatements;
  Day newest = work->state_count > 0 ? work->states[work->state_count - 1].date : work->gate.session;
  ScreenProof proof = {.as_of = work->ingest.newest_analyzed,
                       .restatement =
                           restatements->count > 0 ? restatements->items[restatements->count - 1].number : 0};
  if (work_missing(work->states, work->state_count, work->ingest.ledger.first, newest, &proof.unproven,
                   &proof.unproven_count) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the days that are not proven");
  turn_round(proof.unproven, proof.unproven_count);
  *ret_proof = proof;
  return STATUS_OK;
}

/* ---- the archive ---- */

/* What is completed, but not in the archive any more. */
static Status check_loaded(const AnalysisWork *work, const ScreenMarket *market, Day from, Day to, Error *err) {
  for (size_t i = 0; i < work->state_count; i++) {
    Day date = work->states[i].date;
    if (date < from || date > to || !analysis_work_reads(work, date)) continue;
    if (screen_market_session(market, date) == market->session_count)
      return error_set(err, STATUS_INCOMPLETE,
                       "%s is completed, but its document in system_info.market_days is gone: daily_update --date %s "
                       "fetches it again",
                       day_text(date).text, day_text(date).text);
  }
  return STATUS_OK;
}

/* A session that is restated is announced as running, and noted among the restatements, before the archive is touched.
 */
static Status check_at_rest(const AnalysisWork *work, int64_t restatement, Error *err) {
  int64_t highest = 0;
  Status status = restatements_highest(work->job->db, &highest, err);
  if (status != STATUS_OK || highest == restatement) return status;
  return error_set(err, STATUS_INCOMPLETE, "a session was restated while the archive was read: ask again");
}

/* An outcome looks at all sessions, whichever one is listed. */
static Status load_market(const AnalysisWork *work, const ScreenRequest *request, Day date, ScreenMarket *market,
                          Error *err) {
  Status status = request->outcome ? screen_date_check_gaps(work, err) : STATUS_OK;
  if (status == STATUS_OK) status = market_load(market, work, request->outcome ? DAY_NONE : date, err);
  if (status != STATUS_OK) return status;
  return request->outcome ? check_loaded(work, market, work->ingest.ledger.first, work->gate.session, err)
                          : check_loaded(work, market, date, date, err);
}

/* ---- the whole ---- */

static Status run(AnalysisWork *work, const ScreenRequest *request, ScreenRun *to, Error *err) {
  static const AnalyzeOptions everything = {0};
  Job *job = work->job;
  Meta meta;
  Day date = DAY_NONE;
  ScreenProof proof = {0};
  Status status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = analysis_work_load(work, job, &everything, err);
  if (status == STATUS_OK) status = screen_date_choose(work, request->date, &date, err);
  if (status == STATUS_OK) status = screen_proof_load(work, &proof, err);
  if (status == STATUS_OK) status = load_market(work, request, date, &to->market, err);
  if (status == STATUS_OK)
    status = market_beside_load(&request->where, &request->sort, &request->columns, job->db, &to->market, err);
  if (status == STATUS_OK) status = check_at_rest(work, proof.restatement, err);
  if (status == STATUS_OK)
    status = screen_result_make(request, &to->market, screen_market_session(&to->market, date), &to->result, err);
  if (status == STATUS_OK)
    to->result.proof = proof;
  else
    free(proof.unproven);
  return status;
}

Status screen_run(Job *job, const ScreenRequest *request, ScreenRun *ret_run, Error *err) {
  AnalysisWork work = {.job = job};
  ScreenRun made = {0};
  Status status = run(&work, request, &made, err);
  if (status == STATUS_OK) {
    *ret_run = made;
    ret_run->result.market = &ret_run->market;
  } else {
    screen_run_free(&made);
  }
  analysis_work_free(&work);
  return status;
}

void screen_run_free(ScreenRun *run) {
  screen_result_free(&run->result);
  screen_market_free(&run->market);
}
