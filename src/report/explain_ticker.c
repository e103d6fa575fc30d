#include "explain_ticker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/company/fundamentals.h>
#include <closebell/indicator/indicator.h>
#include <closebell/store/company_events.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stock_data.h>

#include "explain_company.h"
#include "explain_evening.h"
#include "explain_print.h"

/* ---- what it is ---- */

static void tell_target(const Job *job, const Target *target) {
  char cap[TEXT_GROUPED_SIZE];
  text_group_int64(target->market_cap, cap);
  explain_line(job, "is", "%s, %s, market cap %s KRW", target->name, market_name(target->market), cap);
  explain_line(job, "universe", "added %s, kept from %s on", day_text(target->added_date).text,
               day_text(target->history_from).text);
  if (!target->is_active)
    explain_line(job, "", "left on %s: %s; what is stored stays", day_text(target->removed_date).text,
                 target->removed_reason);
  if (target->backfill_needed)
    explain_line(job, "", "its history is still to be filled from the archive; the next daily_update does it");
}

static Status tell_rows(const AnalysisWork *work, const char *ticker, Error *err) {
  StoredRows rows = {0};
  size_t unreadable = 0;
  Status status = stock_data_load(work->job->db, ticker, DAYS_ALL, &rows, err);
  if (status != STATUS_OK) return status;
  const StoredRow *last = rows.count ? &rows.items[rows.count - 1] : NULL;
  for (size_t i = 0; i < rows.count; i++) unreadable += !rows.items[i].readable;
  if (last)
    explain_line(work->job, "rows", "%zu in stock_data.%s, %s to %s, last close %" PRId64, rows.count, ticker,
                 day_text(rows.items[0].date).text, day_text(last->date).text, last->row.close);
  else
    explain_line(work->job, "rows", "none in stock_data.%s", ticker);
  if (unreadable)
    explain_line(work->job, "",
                 "%zu of them cannot be read; a daily_update compares them with the archive within twenty sessions, "
                 "daily_update --from --to at once",
                 unreadable);
  if (rows.strangers)
    explain_line(work->job, "", "and %zu documents whose _id is no date: not closebell's", rows.strangers);
  stored_rows_free(&rows);
  return STATUS_OK;
}

/* Of a common stock, where filings are collected. */
static bool may_be_explained(const Job *job, const CorporateAction *action) {
  return job->config->dart.auth_key[0] && ticker_is_common(action->ticker);
}

static Status print_action(void *context, const char *id, const CorporateAction *action, Error *err) {
  const Job *job = context;
  CompanyEvent event = {0};
  if (!action) {
    explain_line(
        job, "action",
        "corporate_actions %s cannot be read: daily_update --from DATE --to DATE of its session writes it again", id);
    return STATUS_OK;
  }
  explain_line(job, "action", "%s: base price %" PRId64 " after a close of %" PRId64 ", factor %.6f",
               day_text(action->date).text, action->base_price, action->previous_close, action->factor);
  if (!action->explained_by[0]) {
    if (may_be_explained(job, action)) explain_line(job, "", "no filing that is known explains it");
    return STATUS_OK;
  }
  Status status = company_events_find(job->db, action->explained_by, &event, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  if (status == STATUS_OK)
    explain_line(job, "", "explained by the filing %s, %s: %s", action->explained_by, event_kind_name(event.kind),
                 event.report_name);
  else
    explain_line(job, "", "explained by the filing %s, which cannot be read", action->explained_by);
  return STATUS_OK;
}

/* ---- its analysis ---- */

static size_t place_in_queue(const AnalysisWork *work, const char *ticker) {
  for (size_t i = 0; i < work->item_count; i++)
    if (strcmp(work->items[i].ticker, ticker) == 0) return i + 1;
  return 0;
}

static void tell_stamps(const AnalysisWork *work, const TargetStamps *stamps) {
  const Job *job = work->job;
  if (stamps->last_analyzed_date == DAY_NONE)
    explain_line(job, "analysis", "never yet");
  else
    explain_line(job, "analysis", "up to %s, by version %" PRId64 " of the indicators (now %d)",
                 day_text(stamps->last_analyzed_date).text, stamps->analysis_version, (int)indicator_version());
  if (stamps->failure_count > 0)
    explain_line(job, "", "failed %" PRId64 " times in a row, last %s: %s", stamps->failure_count,
                 instant_kst_text(stamps->last_failure_utc).text, stamps->last_error);
}

static void tell_restatements(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  for (size_t i = 0; i < work->restatements.count; i++) {
    const Restatement *restatement = &work->restatements.items[i];
    if (restatement->number <= stamps->restatement || !restatement_applies(restatement, target->ticker)) continue;
    explain_line(work->job, "restated", "from %s on, number %" PRId64 ": %s", day_text(restatement->from).text,
                 restatement->number, restatement->reason);
  }
}

static void tell_next(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  const Job *job = work->job;
  size_t place = place_in_queue(work, target->ticker);
  if (!target->is_active)
    explain_line(job, "next", "nothing: it is analysed again when it comes back into the universe");
  else if (target->backfill_needed)
    explain_line(job, "next", "it is analysed once its history is filled");
  else if (work->gate.session == DAY_NONE)
    explain_line(job, "next", "it waits: the first session kept is not completed yet");
  else if (place)
    explain_line(job, "next", "the next hourly_analysis takes it up to %s, as number %zu of %zu",
                 day_text(work->gate.session).text, place, work->item_count);
  else if (stamps->failure_count >= ORDER_FAILURES_BEFORE_DAILY)
    explain_line(job, "next", "it is tried again a day after its last failure");
  else
    explain_line(job, "next", "nothing until the session after %s is completed%s%s", day_text(work->gate.session).text,
                 work->gate.blocked_by == DAY_NONE ? "" : "; newer sessions wait for ",
                 work->gate.blocked_by == DAY_NONE ? "" : day_text(work->gate.blocked_by).text);
}

/* Not a target: what the newest completed session says about it. */
static Status tell_stranger(const AnalysisWork *work, const char *ticker, Error *err) {
  const Job *job = work->job;
  Day newest = DAY_NONE;
  for (size_t i = 0; i < work->state_count; i++)
    if (work->states[i].state == JOB_COMPLETED) newest = work->states[i].date;
  Session session = {0};
  Status status = newest == DAY_NONE ? STATUS_NOT_FOUND : market_days_find(job->db, newest, &session, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  const StockRow *row = status == STATUS_OK ? session_find(&session, ticker) : NULL;
  if (row) {
    char cap[TEXT_GROUPED_SIZE];
    text_group_int64(row->market_cap, cap);
    StockFacts facts = stock_facts(&job->rules.filter, row, (const Session *const[]){&session}, 1);
    FilterReason reason = filter_entry(&job->rules.filter, &facts);
    explain_line(job, "is", "%s, %s, market cap %s KRW on %s", row->name, market_name(row->market), cap,
                 day_text(newest).text);
    explain_line(job, "universe", "not a target: %s", filter_reason_name(reason));
  } else {
    explain_line(job, "is", "not listed on %s, the newest session completed", day_text(newest).text);
  }
  session_free(&session);
  return STATUS_OK;
}

Status explain_ticker(AnalysisWork *work, const char *ticker, Error *err) {
  const Job *job = work->job;
  output_line(&job->out, 0, "%s", ticker);
  const Target *target = universe_find(&work->ingest.targets.universe, ticker);
  if (!target) {
    Status stranger = tell_stranger(work, ticker, err);
    return stranger == STATUS_OK ? explain_company(work, ticker, DAY_NONE, err) : stranger;
  }
  const TargetStamps *stamps = &work->ingest.targets.stamps[target - work->ingest.targets.universe.items];
  tell_target(job, target);
  Status status = tell_rows(work, ticker, err);
  if (status == STATUS_OK) status = corporate_actions_read(job->db, ticker, print_action, (void *)(uintptr_t)job, err);
  if (status == STATUS_OK) status = explain_alerts(job, ticker, err);
  if (status != STATUS_OK) return status;
  tell_stamps(work, stamps);
  tell_restatements(work, target, stamps);
  status = explain_evening_of(work, ticker, err);
  if (status != STATUS_OK) return status;
  tell_next(work, target, stamps);
  return explain_company(work, ticker, stamps->last_analyzed_date, err);
}
