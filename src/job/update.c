#include "update_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/dataset/plan.h>
#include <closebell/heal/backfill.h>
#include <closebell/heal/heal_actions.h>
#include <closebell/heal/heal_archive.h>
#include <closebell/heal/heal_collections.h>
#include <closebell/ingest/collect.h>
#include <closebell/ingest/guard.h>
#include <closebell/ingest/project.h>
#include <closebell/ingest/refilter.h>
#include <closebell/ingest/stamp.h>
#include <closebell/job/feeds_check.h>
#include <closebell/job/follow.h>
#include <closebell/market/due.h>
#include <closebell/plan/budget.h>
#include <closebell/report/dry_run.h>
#include <closebell/run/run.h>

/* Recorded as closed, with an archived session: who asks for the day by name has it taken in. */
static void reopen_archived(const Update *update, DayState *states, size_t count) {
  for (size_t i = 0; i < count && update_is_named(update); i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, states[i].date);
    if (states[i].state == JOB_CLOSED && day && day->archived) states[i].state = JOB_FAILED;
  }
}

static Status load(Update *update, LedgerScope scope, Error *err) {
  Job *job = update->job;
  ingest_free(&update->ingest);
  free(update->missing.dates);
  update->missing.dates = NULL;
  Status status = ingest_load(&update->ingest, job, scope, err);
  if (status != STATUS_OK) return status;
  ingest_know_beginning(&update->ingest, &update->meta);
  update->missing.newest = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant);
  Day from = update->ingest.ledger.first, to = update->missing.newest;
  if (update->options->from != DAY_NONE && update->options->from > from) from = update->options->from;
  if (update->options->to != DAY_NONE && update->options->to < to) to = update->options->to;
  DayState *states = NULL;
  size_t count;
  update->missing.from = from;
  update->missing.to = to;
  status = ledger_states(&update->ingest.ledger, &states, &count);
  if (status == STATUS_OK) reopen_archived(update, states, count);
  if (status == STATUS_OK)
    status = work_missing(states, count, from, to, &update->missing.dates, &update->missing.count);
  free(states);
  return status == STATUS_OK ? status : error_set(err, status, "no memory for the plan");
}

/* Fetches those of the days that are not archived, then projects all that are. */
static Status work_chunk(Update *update, const Day *dates, size_t count, Error *err) {
  Ingest *ingest = &update->ingest;
  Day wanted[FETCH_MAX_DAYS];
  size_t wanted_count = 0;
  for (size_t i = 0; i < count; i++) {
    const LedgerDay *day = ledger_find(&ingest->ledger, dates[i]);
    if (!day || !day->archived) wanted[wanted_count++] = dates[i];
  }
  Status collected = update->source != STATUS_OK ? STATUS_OK : collect_days(ingest, wanted, wanted_count, err);
  bool refused = collected == STATUS_UNAVAILABLE || collected == STATUS_CONFIG;
  if (collected != STATUS_OK && !refused) return collected;
  Error later = {{0}};
  Status status = stamp_others(ingest, ingest->ledger.first, STAMP_CLOSED, &later);
  for (size_t i = wanted_count = 0; i < count; i++) {
    const LedgerDay *day = ledger_find(&ingest->ledger, dates[i]);
    if (day && day->archived) wanted[wanted_count++] = dates[i];
  }
  if (status == STATUS_OK) status = project_days(ingest, wanted, wanted_count, &later);
  if (status == STATUS_INCOMPLETE) {
    update->incomplete = true;
    status = STATUS_OK;
  }
  if (refused) {
    update->source = collected;
    update->source_trouble = *err;
  }
  if (status != STATUS_OK) *err = later;
  return status;
}

static Status catch_up(Update *update, Error *err) {
  Status status = STATUS_OK;
  Fetch *fetch = &update->ingest.fetch;
  const Clock *clock = update->job->clock;
  Budget budget = budget_start(clock_uptime_ms(clock), update->job->config->update.budget_ms);
  fetch->deadline_ms = budget.deadline_ms;
  Progress progress = progress_start(update->job->log, "catching up", "sessions", update->missing.count);
  for (update->missing.reached = 0; status == STATUS_OK && update->missing.reached < update->missing.count;) {
    size_t left = update->missing.count - update->missing.reached, chunk = fetch_chunk(fetch),
           count = left < chunk ? left : chunk;
    int64_t began = clock_uptime_ms(clock);
    if (!budget_allows(&budget, began)) update->cut_short = "time";
    if (!fetch_has_calls(fetch, count)) update->cut_short = UPDATE_CALLS_USED_UP;
    if (update->cut_short) break;
    status = work_chunk(update, update->missing.dates + update->missing.reached, count, err);
    update->missing.reached += count;
    budget_record(&budget, clock_uptime_ms(clock) - began);
    progress_update(&progress, update->missing.reached);
  }
  progress_finish(&progress);
  return status;
}

static size_t completed_by_this_run(const Update *update) {
  size_t count = 0;
  for (size_t i = 0; i < update->missing.count; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing.dates[i]);
    count += day && day->state == JOB_COMPLETED;
  }
  return count;
}

/* Sessions asked for by name are compared with the archive as well, for every target. */
static Status heal(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  HealReport *report = &update->healed;
  const size_t completed = completed_by_this_run(update);
  const UpdateOptions *options = update->options; /* rows may lie before the first session kept and not belong there */
  const DayRange dates = {options->from, options->to};
  bool named = update_is_named(update);
  Status status = named ? heal_all_rows(ingest, dates, HEAL_REPAIR, report, err)
                        : heal_once_a_session(ingest, completed, report, err);
  if (status != STATUS_OK) return status;
  return named ? heal_actions(ingest, dates, HEAL_REPAIR, report, err)
               : heal_actions_once_a_session(ingest, completed, report, err);
}

/* Remembers which markets all sessions have, so that a run with nothing due knows whether one was configured since. */
static Status remember(Update *update, Error *err) {
  Meta *meta = &update->meta;
  MarketSet markets = ledger_archived_markets(&update->ingest.ledger);
  if (meta->markets == markets && meta->began_by[0]) return STATUS_OK;
  meta->markets = markets;
  if (!meta->began_by[0]) text_copy(meta->began_by, sizeof meta->began_by, META_BEGAN_UNKNOWN);
  Status status = run_beat(update->job, err);
  return status == STATUS_OK ? meta_write(update->job->db, meta, err) : status;
}

/* What does not depend on the source having answered. */
static Status finish(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Status status = stamp_others(ingest, ingest->ledger.first, STAMP_ALL, err);
  if (status == STATUS_OK) status = refilter_follow(ingest, &update->meta, update_is_named(update), err);
  if (status == STATUS_OK) status = heal(update, err);
  if (status == STATUS_OK) status = heal_raise_alert(ingest, &update->healed, err);
  if (status == STATUS_OK) status = stamp_resolve_outlived(ingest, err);
  if (status == STATUS_OK && backfill_is_needed(ingest)) status = backfill_run(ingest, err);
  return status == STATUS_OK ? remember(update, err) : status;
}

static Status work(Update *update, Error *err) {
  Status status = stamp_mend_calendar(&update->ingest, err);
  if (status == STATUS_OK && (update->missing.count > 0 || update_is_named(update)))
    status = heal_collections(&update->ingest, HEAL_REPAIR, &update->healed, err);
  if (status == STATUS_OK) status = catch_up(update, err);
  if (status == STATUS_OK && update->source == STATUS_OK) status = update_ask_suspect(update, err);
  if (status == STATUS_OK && update->source == STATUS_OK) status = update_ask_again(update, err);
  if (status != STATUS_OK && status != STATUS_UNAVAILABLE && status != STATUS_INCOMPLETE) return status;
  Error later = {{0}};
  Status finished = finish(update, &later);
  if (finished != STATUS_OK) *err = later;
  if (finished == STATUS_OK && status == STATUS_OK && update->source != STATUS_OK) {
    *err = update->source_trouble;
    return update->source;
  }
  return finished != STATUS_OK ? finished : status;
}

/* Nothing can be derived past an archive document that cannot be read: it is fetched again, and all is tried again. */
static Status work_and_heal_archive(Update *update, Error *err) {
  Status status = work(update, err);
  if (status != STATUS_BAD_DATA) return status;
  Error later = {{0}};
  size_t removed = 0;
  status = load(update, LEDGER_ARCHIVE, &later);
  if (status == STATUS_OK) status = heal_archive(&update->ingest, &removed, &later);
  if (status == STATUS_OK && removed == 0) return STATUS_BAD_DATA;
  if (status == STATUS_OK) status = load(update, LEDGER_ARCHIVE, &later);
  if (status == STATUS_OK) status = work(update, &later);
  if (status != STATUS_OK) *err = later;
  return status;
}

void update_count_days(const Update *update, size_t counts[JOB_CLOSED + 1]) {
  for (size_t i = 0; i < update->missing.reached; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing.dates[i]);
    counts[day ? day->state : JOB_ABSENT]++;
  }
}

static void summarize(const Update *update, Outcome *outcome) {
  size_t counts[JOB_CLOSED + 1] = {0};
  update_count_days(update, counts);
  size_t unfinished = counts[JOB_FAILED] + counts[JOB_RUNNING] + counts[JOB_ABSENT];
  outcome->exit_code = unfinished || update->incomplete ? EXIT_TRY_AGAIN : EXIT_DONE;
  char rows[TEXT_GROUPED_SIZE];
  text_group_int64(update->ingest.run.rows_stored, rows);
  int length = snprintf(outcome->message, sizeof outcome->message,
                        "%zu sessions completed (%s rows), %zu days closed, %zu waiting, %zu failed",
                        counts[JOB_COMPLETED], rows, counts[JOB_CLOSED], counts[JOB_WAITING], unfinished);
  if (update->cut_short)
    length += snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
                       "; %s used up: %zu days are left for the next run", update->cut_short,
                       update->missing.count - update->missing.reached);
  for (size_t i = 0; i < update->missing.count; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing.dates[i]);
    if (!day || (day->state != JOB_WAITING && day->state != JOB_FAILED)) continue;
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
             "; first: %s %s; the next run asks again", day_text(day->date).text, day->run.reason);
    return;
  }
}

static Status explain_plan(Update *update, Outcome *outcome, Error *err) {
  Ingest *ingest = &update->ingest;
  Status status = load(update, LEDGER_ARCHIVE, err);
  for (size_t i = 0; i < update->missing.count && status == STATUS_OK; i++)
    if (!ledger_day(&ingest->ledger, update->missing.dates[i]))
      status = error_set(err, STATUS_NO_MEMORY, "no memory for the plan");
  if (status != STATUS_OK) return status;
  Day *again = malloc((ingest->ledger.count + 1) * sizeof *again);
  if (!again) return error_set(err, STATUS_NO_MEMORY, "no memory for the plan");
  const UpdatePlan plan = {.missing = update->missing.dates,
                           .missing_count = update->missing.count,
                           .again = again,
                           .again_count = update_choose_again(update, again),
                           .named = update_is_named(update),
                           .newest = update->missing.newest};
  dry_run_update(ingest, &plan, outcome);
  free(again);
  return STATUS_OK;
}

static void explain_nothing(const Update *update, Outcome *outcome) {
  Publication publication = update->job->rules.terms.publication;
  Instant next = due_instant(publication, &update->job->rules.closures,
                             closures_next_open(&update->job->rules.closures, update->missing.newest));
  outcome->exit_code = EXIT_DONE;
  snprintf(outcome->message, sizeof outcome->message,
           "nothing due: all days from %s to %s are completed or closed; next due %s",
           day_text(update->ingest.ledger.first).text, day_text(update->missing.newest).text,
           instant_kst_text(next).text);
}

static bool nothing_to_do(const Update *update) {
  const Ingest *ingest = &update->ingest;
  bool market_added = (update->job->rules.filter.markets & ~update->meta.markets) != 0;
  return update->missing.count == 0 && !update_is_named(update) && !market_added && !backfill_is_needed(ingest) &&
         stamp_calendar_gaps(ingest) == 0 && !refilter_due(ingest) && update->meta.began_by[0] != '\0' &&
         dataset_contradicted(ingest, NULL) == 0;
}

Status update_named(Update *update, Error *err) {
  Status status = load(update, LEDGER_ARCHIVE, err);
  if (status == STATUS_OK) status = guard_business_time(update->job, &update->ingest, err);
  return status == STATUS_OK ? work_and_heal_archive(update, err) : status;
}

void update_free(Update *update) {
  ingest_free(&update->ingest);
  free(update->missing.dates);
  update->missing.dates = NULL;
}

/* What every run begins with: whether it may work here, and what people asked for since the last one. */
static Status begin(Update *update, Error *err) {
  Job *job = update->job;
  RequestMarks marks = {0};
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished_marked(job, &update->meta, &marks, err);
  if (status == STATUS_OK && job_writes(job))
    status = update_do_requests(&update->requests, &marks, err);
  else if (status == STATUS_OK)
    status = update_explain_requests(job, &marks, err);
  job->run.requests_open = update->requests.left;
  request_marks_free(&marks);
  return status;
}

static Status run(Update *update, Outcome *outcome, Error *err) {
  Job *job = update->job;
  Status status = begin(update, err);
  if (status == STATUS_OK) status = load(update, LEDGER_CALENDAR, err);
  if (status == STATUS_OK) status = guard_business_time(job, &update->ingest, err);
  if (status != STATUS_OK) return status;
  if (nothing_to_do(update)) {
    explain_nothing(update, outcome);
    return STATUS_OK;
  }
  if (!job_writes(job)) {
    status = explain_plan(update, outcome, err);
    return status == STATUS_OK ? refilter_explain(&update->ingest, !update->meta.began_by[0], err) : status;
  }
  status = guard_acquire(job, outcome, err);
  update->left_to_another = !job->run.held;
  if (status != STATUS_OK || !job->run.held) return status;
  status = load(update, LEDGER_ARCHIVE, err); /* what is missing may have changed before the lease was ours */
  if (status == STATUS_OK) status = work_and_heal_archive(update, err);
  if (status == STATUS_OK) summarize(update, outcome);
  return status;
}

/* What a dataset alone needs: the sessions that daily prices have. */
static Status run_dataset(Update *update, Error *err) {
  Job *job = update->job;
  const Dataset *dataset = dataset_find(job, update->options->dataset);
  if (dataset && dataset->declared && dataset->declared->definition->keys.are_missing)
    return error_set(err, STATUS_CONFIG, "%s is off: there is no key in its keys_file, %s, yet", dataset->name,
                     dataset->declared->definition->keys.file);
  if (!dataset || !dataset_is_wanted(job, dataset))
    return error_set(err, STATUS_CONFIG, "%s is off: the settings want none of it", update->options->dataset);
  Status status = begin(update, err);
  if (status == STATUS_OK) status = load(update, LEDGER_CALENDAR, err);
  return status == STATUS_OK ? guard_business_time(job, &update->ingest, err) : status;
}

/* Prices that could not be had hold no dataset, also where the source refuses the key; a run that has to end, does. */
static bool may_follow(const Update *update, Status status) {
  bool refused = update->source != STATUS_OK && status == update->source;
  bool usable = status == STATUS_OK || status == STATUS_INCOMPLETE || status == STATUS_UNAVAILABLE || refused;
  return usable && !update->left_to_another && update->ingest.job;
}

static Status follow(Update *update, Status own, Outcome *outcome, Error *err) {
  const UpdateOptions *named = update->options;
  DatasetOptions options = {.wish = {.from = DAY_NONE, .to = DAY_NONE}, .budget_ms = DATASET_BUDGET_MS};
  Error trouble = {{0}};
  if (named->dataset) options.wish = (DatasetWish){.name = named->dataset, .from = named->from, .to = named->to};
  Status status = may_follow(update, own) ? follow_datasets(&update->ingest, &options, outcome, &trouble) : STATUS_OK;
  if (named->dataset && own == STATUS_OK && outcome->message[0] == '\0')
    snprintf(outcome->message, sizeof outcome->message, "%s: nothing to ask for", named->dataset);
  return follow_conclude(own, status, &trouble, err);
}

void update_run(Job *job, const UpdateOptions *options, Outcome *ret_outcome) {
  Update update = {.job = job, .options = options, .healed = {.first = DAY_NONE, .last = DAY_NONE}};
  update.requests = (UpdateRequests){.job = job, .meta = &update.meta};
  Error err = {{0}};
  if (options->dataset) *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = feeds_tell_bad(job, &err);
  if (status == STATUS_OK) status = options->dataset ? run_dataset(&update, &err) : run(&update, ret_outcome, &err);
  status = follow(&update, status, ret_outcome, &err);
  update_tell_requests(&update.requests, ret_outcome);
  bool unchanged = status == STATUS_OK && !job->run.recorded && !update.left_to_another;
  if (unchanged) job_hand_over_statuses(job, &update.ingest.ledger.statuses);
  ingest_run_record(&update.ingest.run, &job->run.record);
  job->run.record.sessions += update.requests.sessions;
  job->run.record.rows += update.requests.rows;
  job->run.record.healed = update.ingest.run.rows_repaired + update.requests.healed;
  update_free(&update);
  run_conclude(job, status, &err, ret_outcome);
}
