#include "analyze_share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/ingest/guard.h>
#include <closebell/plan/slot.h>
#include <closebell/run/run.h>
#include <closebell/store/job_locks.h>

enum { FELLOW_WAIT_MS = 200 };

typedef struct {
  Analyzer *analyzer;
  Job *job;
  Gate gate;     /* towards which this run works; where it moves, the next run goes on */
  Leases leases; /* at the last look */
  bool taken[SLOT_MAX_WORKERS + 1];
  int slots_worked;
  bool excluded; /* somebody works who does not mix with us: who, says holder */
  Lease holder;
} Share;

static Status look(Share *share, Error *err) {
  leases_free(&share->leases);
  return job_locks_newest_of_slots(share->job->db, JOB_HOURLY_ANALYSIS, &share->leases, err);
}

/* Whoever is at work in the slot, or in any for slot 0; null: nobody. */
static const Lease *find_fellow(const Share *share, int slot) {
  for (size_t i = 0; i < share->leases.count; i++) {
    const Lease *lease = &share->leases.items[i];
    int its = slot_of_lease(lease, JOB_HOURLY_ANALYSIS, share->job->lease.workers);
    if (its > 0 && (slot == 0 || its == slot) && run_is_live(share->job, lease)) return lease;
  }
  return NULL;
}

/* A free slot with work that this run has not had yet; 0: none. Processes begin at different ones. */
static int choose_slot(const Share *share) {
  const AnalysisWork *work = &share->analyzer->work;
  int workers = share->job->lease.workers;
  bool wanted[SLOT_MAX_WORKERS + 1] = {false};
  for (size_t i = 0; i < work->item_count; i++) wanted[slot_of_ticker(work->items[i].ticker, workers)] = true;
  for (int i = 0; i < workers; i++) {
    int slot = 1 + (int)((share->job->process.host.pid + i) % workers);
    if (wanted[slot] && !share->taken[slot] && !find_fellow(share, slot)) return slot;
  }
  return 0;
}

/* Tries to take the lease of that name. Not ours: another has it, or one that excludes us. */
static Status take(Share *share, const char *name, Error *err) {
  Job *job = share->job;
  Status status = run_acquire(job, name, &share->holder, err);
  share->excluded = status == STATUS_OK && !job->run.held && slot_excludes(&share->holder, job->lease.workers);
  return status;
}

/* The bare job's lease: while a fellow stamps, we wait. */
static Status take_stamps(Share *share, Error *err) {
  Job *job = share->job;
  int64_t until_ms = clock_uptime_ms(job->clock) + 2 * job->config->lease.seconds * 1000;
  for (;;) {
    Status status = take(share, job->lease.name, err);
    if (status != STATUS_OK || job->run.held || share->excluded) return status;
    if (clock_uptime_ms(job->clock) >= until_ms) return status;
    status = run_wait(job, FELLOW_WAIT_MS, err);
    if (status != STATUS_OK) return status;
  }
}

static bool gate_has_moved(const Share *share) { return share->analyzer->work.gate.session != share->gate.session; }

/* Says that the session is being worked on. */
static Status begin(Share *share, Error *err) {
  Analyzer *analyzer = share->analyzer;
  Status status = take_stamps(share, err);
  if (status != STATUS_OK || !share->job->run.held) return status;
  status = analyzer_load(analyzer, err);
  share->gate = analyzer->work.gate;
  bool shut = share->gate.session == DAY_NONE;
  if (status == STATUS_OK && !shut) status = analysis_stamp_running(&analyzer->work, err);
  if (status == STATUS_OK && !shut) status = analysis_report_passed_over(&analyzer->work, err);
  run_release(share->job);
  return status;
}

/* *ret_ours false: another was quicker. */
static Status work_slot(Share *share, int slot, bool *ret_ours, Error *err) {
  Analyzer *analyzer = share->analyzer;
  char name[LEASE_JOB_SIZE];
  share->taken[slot] = true;
  Status status = take(share, slot_name(JOB_HOURLY_ANALYSIS, slot, share->job->lease.workers, name), err);
  *ret_ours = share->job->run.held;
  if (status != STATUS_OK || !*ret_ours) return status;
  analyzer->options.slot = slot;
  status = analyzer_load(analyzer, err); /* what is to be done may have changed before the lease was ours */
  if (status == STATUS_OK && !gate_has_moved(share)) status = analyzer_work(analyzer, err);
  analyzer->options.slot = 0;
  share->slots_worked++;
  run_release(share->job);
  return status;
}

static Status work_slots(Share *share, Error *err) {
  Analyzer *analyzer = share->analyzer;
  for (;;) {
    Status status = look(share, err);
    int slot = status == STATUS_OK ? choose_slot(share) : 0;
    if (slot == 0 || !analyzer_may_go_on(analyzer)) return status;
    bool ours = false;
    status = work_slot(share, slot, &ours, err);
    if (status != STATUS_OK || share->excluded || analyzer->stop != STOP_NOT) return status;
    if (ours) status = analyzer_load(analyzer, err);
    if (status != STATUS_OK || gate_has_moved(share)) return status;
  }
}

static Status tally(const AnalysisWork *work, AnalysisTally *ret_tally, Error *err) {
  Status status = analysis_tally(work, work->gate.session, ret_tally, err);
  if (status != STATUS_OK) return status;
  free(ret_tally->failed_tickers);
  ret_tally->failed_tickers = NULL;
  return STATUS_OK;
}

/* Stamps what came of it, by what all have done. Who excludes us stamps for himself. */
static Status end(Share *share, Status worked, AnalysisTally *ret_tally, Error *err) {
  Analyzer *analyzer = share->analyzer;
  const AnalysisWork *work = &analyzer->work;
  StampEnd how = {.reason = analyzer_reason(analyzer), .attempt_counted = true};
  Status status = take_stamps(share, err);
  if (status != STATUS_OK || !share->job->run.held) return status == STATUS_OK ? tally(work, ret_tally, err) : status;
  status = analyzer_load(analyzer, err);
  analyzer->work.gate = share->gate;
  if (status == STATUS_OK) status = look(share, err);
  if (status == STATUS_OK) {
    how.fellow = find_fellow(share, 0);
    status = analysis_stamp_result(work, &how, ret_tally, err);
  }
  if (status == STATUS_OK && worked == STATUS_OK) status = analysis_drop_inactive(work, err);
  if (status == STATUS_OK && worked == STATUS_OK && !how.fellow)
    status = analysis_heal_conclude(share->job, &analyzer->heal, err);
  run_release(share->job);
  return status;
}

static Status share_work(Share *share, Outcome *outcome, Error *err) {
  Analyzer *analyzer = share->analyzer;
  AnalysisTally found = {0};
  Status status = begin(share, err);
  if (status == STATUS_OK && share->excluded) {
    guard_held_elsewhere(&share->holder, outcome);
    return STATUS_OK;
  }
  if (status == STATUS_OK) status = work_slots(share, err);
  if (status == STATUS_LOST) return status;
  if (share->gate.session == DAY_NONE) {
    outcome->exit_code = EXIT_DONE;
    snprintf(outcome->message, sizeof outcome->message, "the gate is shut meanwhile: nothing done");
    return status;
  }
  Error later = {{0}};
  Status ended = end(share, status, &found, &later);
  if (status == STATUS_OK && ended != STATUS_OK) *err = later;
  snprintf(analyzer->slots, sizeof analyzer->slots, ", %d of %d slots", share->slots_worked, share->job->lease.workers);
  if (status == STATUS_OK) analyzer_summarize(analyzer, &found, outcome);
  return status != STATUS_OK ? status : ended;
}

Status analyze_share(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Share share = {.analyzer = analyzer, .job = analyzer->job, .gate = analyzer->work.gate};
  Status status = look(&share, err);
  const Lease *fellow = status == STATUS_OK ? find_fellow(&share, 0) : NULL;
  if (fellow && analyzer->work.item_count > 0 && choose_slot(&share) == 0)
    guard_held_elsewhere(fellow, outcome);
  else if (status == STATUS_OK)
    status = share_work(&share, outcome, err);
  leases_free(&share.leases);
  return status;
}
