#include <closebell/job/update.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/heal/backfill.h>
#include <closebell/heal/heal.h>
#include <closebell/heal/heal_archive.h>
#include <closebell/heal/heal_collections.h>
#include <closebell/ingest/collect.h>
#include <closebell/ingest/guard.h>
#include <closebell/ingest/project.h>
#include <closebell/ingest/refilter.h>
#include <closebell/ingest/restate.h>
#include <closebell/ingest/stamp.h>
#include <closebell/job/follow.h>
#include <closebell/market/due.h>
#include <closebell/plan/budget.h>
#include <closebell/report/dry_run.h>
#include <closebell/run/run.h>
#include <closebell/store/meta.h>

static const char CALLS_USED_UP[] = "the calls of one run";

typedef struct {
  Job *job;
  const UpdateOptions *options;
  Ingest ingest;
  Day newest;   /* due */
  Day from, to; /* what this run may look at */
  Day *missing; /* ascending */
  size_t missing_count;
  size_t restated;
  HealReport healed;
  Status source; /* STATUS_UNAVAILABLE, STATUS_CONFIG: it cannot be asked; what is archived is done all the same */
  Error source_trouble;
  bool incomplete; /* some session could not be proven */
  Meta meta;
  const char *cut_short; /* what was used up before all was done; null */
  bool left_to_another;  /* which holds the lease */
  size_t reached;        /* of `missing` */
} Update;

static bool is_named(const Update *update) {
  return update->options->from != DAY_NONE || update->options->to != DAY_NONE;
}

/* Recorded as closed, with an archived session: who asks for the day by name has it taken in. */
static void reopen_archived(const Update *update, DayState *states, size_t count) {
  for (size_t i = 0; i < count && is_named(update); i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, states[i].date);
    if (states[i].state == JOB_CLOSED && day && day->archived) states[i].state = JOB_FAILED;
  }
}

static Status load(Update *update, LedgerScope scope, Error *err) {
  Job *job = update->job;
  ingest_free(&update->ingest);
  free(update->missing);
  update->missing = NULL;
  Status status = ingest_load(&update->ingest, job, scope, err);
  if (status != STATUS_OK) return status;
  ingest_know_beginning(&update->ingest, &update->meta);
  update->newest = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant);
  Day from = update->ingest.ledger.first, to = update->newest;
  if (update->options->from != DAY_NONE && update->options->from > from) from = update->options->from;
  if (update->options->to != DAY_NONE && update->options->to < to) to = update->options->to;
  DayState *states = NULL;
  size_t count;
  update->from = from;
  update->to = to;
  status = ledger_states(&update->ingest.ledger, &states, &count);
  if (status == STATUS_OK) reopen_archived(update, states, count);
  if (status == STATUS_OK) status = work_missing(states, count, from, to, &update->missing, &update->missing_count);
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
  Progress progress = progress_start(update->job->log, "catching up", "sessions", update->missing_count);
  for (update->reached = 0; status == STATUS_OK && update->reached < update->missing_count;) {
    size_t left = update->missing_count - update->reached, chunk = fetch_chunk(fetch),
           count = left < chunk ? left : chunk;
    int64_t began = clock_uptime_ms(clock);
    if (!budget_allows(&budget, began)) update->cut_short = "time";
    if (!fetch_has_calls(fetch, count)) update->cut_short = CALLS_USED_UP;
    if (update->cut_short) break;
    status = work_chunk(update, update->missing + update->reached, count, err);
    update->reached += count;
    budget_record(&budget, clock_uptime_ms(clock) - began);
    progress_update(&progress, update->reached);
  }
  progress_finish(&progress);
  return status;
}

static bool is_missing(const Update *update, Day date) {
  for (size_t i = 0; i < update->missing_count; i++)
    if (update->missing[i] == date) return true;
  return false;
}

static bool was_completed_before(const Update *update, const LedgerDay *day) {
  return day->state == JOB_COMPLETED && day->archived && !is_missing(update, day->date);
}

static size_t completed_by_this_run(const Update *update) {
  size_t count = 0;
  for (size_t i = 0; i < update->missing_count; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing[i]);
    count += day && day->state == JOB_COMPLETED;
  }
  return count;
}

/* A dry run takes for completed what is expected to be. */
static bool is_completed(const Update *update, const LedgerDay *day) {
  if (day->state == JOB_COMPLETED || job_writes(update->job)) return day->state == JOB_COMPLETED;
  bool expected = day->archived || closures_expects_open(&update->job->rules.closures, day->date);
  return expected && is_missing(update, day->date);
}

/* This run brings it. One that was archived and analysed before has only lost its status. */
static bool is_new(const Update *update, const LedgerDay *day) {
  bool known = day->archived_before && day->date <= update->ingest.newest_analyzed;
  return !known && is_missing(update, day->date);
}

/* The completed sessions that were asked for by name (and closed days, by force), or else the fifth before each session
 * that is new, and those archived before one of the markets was configured. Ascending, each once. */
static size_t choose_by_age(const Update *update, Day *dates) {
  const Ingest *ingest = &update->ingest;
  bool named = is_named(update);
  MarketSet markets = update->job->rules.filter.markets;
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    const LedgerDay *day = &ingest->ledger.days[i];
    bool closed = update->options->force && day->state == JOB_CLOSED && !day->archived; /* a person doubts it */
    if (named && closed && day->date >= update->from && day->date <= update->to) dates[count++] = day->date;
    if (!was_completed_before(update, day)) continue;
    if (named && day->date >= update->from && day->date <= update->to) dates[count++] = day->date;
    bool lacks_market = (markets & ~day->markets) != 0 && day->date >= ingest->ledger.first;
    if (!named && lacks_market) dates[count++] = day->date;
    if (named || lacks_market) continue;
    size_t sessions_after = 0;
    for (size_t k = i + 1; k < ingest->ledger.count && sessions_after < RESTATE_SESSIONS_BACK; k++) {
      bool completed = is_completed(update, &ingest->ledger.days[k]);
      sessions_after += completed;
      if (sessions_after == RESTATE_SESSIONS_BACK && completed && is_new(update, &ingest->ledger.days[k]))
        dates[count++] = day->date;
    }
  }
  return count;
}

static int compare_days(const void *a, const void *b) {
  Day left = *(const Day *)a, right = *(const Day *)b;
  return (left > right) - (left < right);
}

/* Those that the exchange's totals contradict are asked for again as if a person had doubted them. */
static size_t add_contradicted(const Update *update, Day *dates, size_t count) {
  const Ingest *ingest = &update->ingest;
  Day *contradicted = malloc((ingest->ledger.count + 1) * sizeof *contradicted);
  size_t found = contradicted ? dataset_contradicted(ingest, contradicted) : 0, chosen = count;
  for (size_t i = 0; i < found; i++) {
    bool known = bsearch(&contradicted[i], dates, chosen, sizeof *dates, compare_days) != NULL;
    if (!known && !is_missing(update, contradicted[i])) dates[count++] = contradicted[i];
  }
  free(contradicted);
  qsort(dates, count, sizeof *dates, compare_days);
  return count;
}

static size_t choose_to_ask_again(const Update *update, Day *dates) {
  size_t count = choose_by_age(update, dates);
  return is_named(update) ? count : add_contradicted(update, dates, count);
}

static Status ask_again(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Day *dates = malloc((ingest->ledger.count + 1) * sizeof *dates),
      *replaced = malloc((ingest->ledger.count + 1) * sizeof *replaced);
  Status status =
      dates && replaced ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", ingest->ledger.count);
  size_t replaced_count = 0, count = status == STATUS_OK ? choose_to_ask_again(update, dates) : 0;
  /* What a person asked for is asked in full, or ends in an error; the rest is for the next run. */
  size_t wanted = count;
  while (!is_named(update) && count > 0 && !fetch_has_calls(&ingest->fetch, count)) count--;
  if (count < wanted) update->cut_short = CALLS_USED_UP;
  RestateMode mode = update->options->force ? RESTATE_FORCE : RESTATE_REPORT;
  if (count) status = restate_check(ingest, dates, count, mode, replaced, &replaced_count, err);
  bool cut_short = status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE;
  Error later = {{0}};
  Status projected =
      status == STATUS_OK || cut_short ? project_days(ingest, replaced, replaced_count, &later) : STATUS_OK;
  if (projected != STATUS_OK) {
    *err = later;
    status = projected;
  }
  update->restated = replaced_count;
  free(dates);
  free(replaced);
  return status;
}

/* A session that broken answers do not continue: once a run the source is asked whether it still says the same. */
static Status ask_suspect(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Day replaced[1];
  size_t replaced_count;
  if (ingest->run.suspect == DAY_NONE || update->options->force) return STATUS_OK;
  Status status = restate_check(ingest, &ingest->run.suspect, 1, RESTATE_SUSPECT, replaced, &replaced_count, err);
  if (status == STATUS_OK) status = restate_check_closures(ingest, ingest->run.suspect, err);
  return status == STATUS_OK ? project_days(ingest, replaced, replaced_count, err) : status;
}

/* Sessions asked for by name are compared with the archive as well, for every target. */
static Status heal(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  HealReport *report = &update->healed;
  if (!is_named(update)) return heal_once_a_session(ingest, completed_by_this_run(update), report, err);
  const UpdateOptions *options = update->options; /* rows may lie before the first session kept and not belong there */
  return heal_all_rows(ingest, options->from, options->to, HEAL_REPAIR, report, err);
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
  if (status == STATUS_OK) status = refilter_follow(ingest, &update->meta, is_named(update), err);
  if (status == STATUS_OK) status = heal(update, err);
  if (status == STATUS_OK) status = heal_raise_alert(ingest, &update->healed, err);
  if (status == STATUS_OK) status = stamp_resolve_outlived(ingest, err);
  if (status == STATUS_OK && backfill_is_needed(ingest)) status = backfill_run(ingest, err);
  return status == STATUS_OK ? remember(update, err) : status;
}

static Status work(Update *update, Error *err) {
  Status status = stamp_mend_calendar(&update->ingest, err);
  if (status == STATUS_OK && (update->missing_count > 0 || is_named(update)))
    status = heal_collections(&update->ingest, HEAL_REPAIR, &update->healed, err);
  if (status == STATUS_OK) status = catch_up(update, err);
  if (status == STATUS_OK && update->source == STATUS_OK) status = ask_suspect(update, err);
  if (status == STATUS_OK && update->source == STATUS_OK) status = ask_again(update, err);
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

static void count_days(const Update *update, size_t counts[JOB_CLOSED + 1]) {
  for (size_t i = 0; i < update->reached; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing[i]);
    counts[day ? day->state : JOB_ABSENT]++;
  }
}

static void summarize(const Update *update, Outcome *outcome) {
  size_t counts[JOB_CLOSED + 1] = {0};
  count_days(update, counts);
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
                       update->missing_count - update->reached);
  for (size_t i = 0; i < update->missing_count; i++) {
    const LedgerDay *day = ledger_find(&update->ingest.ledger, update->missing[i]);
    if (!day || (day->state != JOB_WAITING && day->state != JOB_FAILED)) continue;
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
             "; first: %s %s; the next run asks again", day_text(day->date).text, day->run.reason);
    return;
  }
}

static Status explain_plan(Update *update, Outcome *outcome, Error *err) {
  Ingest *ingest = &update->ingest;
  Status status = load(update, LEDGER_ARCHIVE, err);
  for (size_t i = 0; i < update->missing_count && status == STATUS_OK; i++)
    if (!ledger_day(&ingest->ledger, update->missing[i]))
      status = error_set(err, STATUS_NO_MEMORY, "no memory for the plan");
  if (status != STATUS_OK) return status;
  Day *again = malloc((ingest->ledger.count + 1) * sizeof *again);
  if (!again) return error_set(err, STATUS_NO_MEMORY, "no memory for the plan");
  const UpdatePlan plan = {.missing = update->missing,
                           .missing_count = update->missing_count,
                           .again = again,
                           .again_count = choose_to_ask_again(update, again),
                           .named = is_named(update),
                           .newest = update->newest};
  dry_run_update(ingest, &plan, outcome);
  free(again);
  return STATUS_OK;
}

static void explain_nothing(const Update *update, Outcome *outcome) {
  Publication publication = update->job->rules.terms.publication;
  Instant next = due_instant(publication, &update->job->rules.closures,
                             closures_next_open(&update->job->rules.closures, update->newest));
  outcome->exit_code = EXIT_DONE;
  snprintf(outcome->message, sizeof outcome->message,
           "nothing due: all days from %s to %s are completed or closed; next due %s",
           day_text(update->ingest.ledger.first).text, day_text(update->newest).text, instant_kst_text(next).text);
}

/* Nobody is alarmed for want of memory: the next run looks again. */
static bool any_contradicted(const Ingest *ingest) {
  Day *dates = malloc((ingest->ledger.count + 1) * sizeof *dates);
  bool any = dates && dataset_contradicted(ingest, dates) > 0;
  free(dates);
  return any;
}

static bool nothing_to_do(const Update *update) {
  const Ingest *ingest = &update->ingest;
  bool market_added = (update->job->rules.filter.markets & ~update->meta.markets) != 0;
  return update->missing_count == 0 && !is_named(update) && !market_added && !backfill_is_needed(ingest) &&
         stamp_calendar_gaps(ingest) == 0 && !refilter_due(ingest) && update->meta.began_by[0] != '\0' &&
         !any_contradicted(ingest);
}

static Status run(Update *update, Outcome *outcome, Error *err) {
  Job *job = update->job;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished(job, &update->meta, err);
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
  if (!dataset || !dataset_is_wanted(job, dataset))
    return error_set(err, STATUS_CONFIG, "%s is off: the settings want none of it", update->options->dataset);
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished(job, &update->meta, err);
  if (status == STATUS_OK) status = load(update, LEDGER_CALENDAR, err);
  return status == STATUS_OK ? guard_business_time(job, &update->ingest, err) : status;
}

/* Prices that could not be had hold no dataset; a run that has to end, does. */
static bool may_follow(const Update *update, Status status) {
  bool usable = status == STATUS_OK || status == STATUS_INCOMPLETE || status == STATUS_UNAVAILABLE;
  return usable && !update->left_to_another && update->ingest.job;
}

static Status follow(Update *update, Status own, Outcome *outcome, Error *err) {
  const UpdateOptions *named = update->options;
  DatasetOptions options = {.wish = {.from = DAY_NONE, .to = DAY_NONE}, .budget_ms = DATASET_BUDGET_MS};
  Error trouble = {{0}};
  if (named->dataset) options.wish = (DatasetWish){named->dataset, named->from, named->to};
  Status status = may_follow(update, own) ? follow_datasets(&update->ingest, &options, outcome, &trouble) : STATUS_OK;
  if (named->dataset && own == STATUS_OK && outcome->message[0] == '\0')
    snprintf(outcome->message, sizeof outcome->message, "%s: nothing to ask for", named->dataset);
  return follow_conclude(own, status, &trouble, err);
}

void update_run(Job *job, const UpdateOptions *options, Outcome *ret_outcome) {
  Update update = {.job = job, .options = options, .healed = {.first = DAY_NONE, .last = DAY_NONE}};
  Error err = {{0}};
  if (options->dataset) *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = options->dataset ? run_dataset(&update, &err) : run(&update, ret_outcome, &err);
  status = follow(&update, status, ret_outcome, &err);
  bool unchanged = status == STATUS_OK && !job->run.recorded && !update.left_to_another;
  if (unchanged) job_hand_over_statuses(job, &update.ingest.ledger.statuses);
  ingest_run_record(&update.ingest.run, &job->run.record);
  job->run.record.healed = update.ingest.run.rows_repaired;
  ingest_free(&update.ingest);
  free(update.missing);
  run_conclude(job, status, &err, ret_outcome);
}
