#include "declared_unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/feed/checks.h>
#include <closebell/feed/schedule.h>
#include <closebell/feed/units.h>
#include <closebell/run/run.h>
#include <closebell/store/feed_data.h>
#include <closebell/store/ops_alerts.h>

#include "declared_since.h"

static const char NO_TIME[] = "the time of this run is used up: the next one goes on";

/* The first trouble is the one that is told; what ends the run counts for more than one question's. */
static void note_trouble(DeclaredUnit *unit, JobState state, const FeedLine *item, const char *reason) {
  bool first = unit->state == JOB_ABSENT;
  if (first || (state == JOB_FAILED && unit->state == JOB_WAITING)) unit->state = state;
  if (first)
    snprintf(unit->reason, sizeof unit->reason, "%.60s%s%.180s", item ? item->columns[0] : "", item ? ": " : "",
             reason);
}

/* ---- one question ---- */

/* The rows of a question, while they are proven. */
typedef struct {
  FeedRowList rows;
  AskOutcome outcome;
  Day date; /* that answered */
} Asked;

/* Days before, where the one that is asked about has no rows. That a day has none is right only where one of them has
 * some: otherwise min_rows says whether there may be none at all. */
static Status ask_back(DeclaredUnit *unit, const FeedLine *item, Asked *asked, Error *err) {
  Declared *declared = unit->declared;
  DeclaredQuestion question = {.item = item,
                               .date = unit->date,
                               .weekday = unit->weekday,
                               .since = since_text(&declared->since, declared->definition, declared_item_name(item))};
  Status status = STATUS_OK;
  for (int64_t back = 0; status == STATUS_OK; back++) {
    feed_rows_free(&asked->rows);
    question.date = asked->date = unit->date - (Day)back;
    status = asking_question(&declared->asking, &question, &asked->rows, &asked->outcome, err);
    bool is_empty = asked->outcome.kind <= OUTCOME_NONE && asked->rows.count == 0;
    if (!is_empty || back >= declared->definition->units.step_back) break;
  }
  if (declared->definition->units.step_back > 0) asked->rows.is_rightly_empty = false;
  return status;
}

/* STATUS_BAD_DATA: the outcome says why. */
static Status prove(const DeclaredUnit *unit, const FeedLine *item, Asked *asked, Error *err) {
  const FeedDefinition *definition = unit->declared->definition;
  const FeedAsked about = {.definition = definition, .item = item, .date = asked->date};
  char reason[FEED_REASON_SIZE] = "";
  Status status = feed_checks_judge(&about, &asked->rows, unit->due, reason);
  if (status == STATUS_BAD_DATA) {
    asked->outcome.kind = OUTCOME_FAILED;
    snprintf(asked->outcome.reason, sizeof asked->outcome.reason, "%s", reason);
    return STATUS_OK;
  }
  if (status == STATUS_OK && !feed_rows_make_distinct(&asked->rows, definition->storing.keep))
    status = STATUS_NO_MEMORY;
  return status == STATUS_OK ? status : error_set(err, status, "no memory for the rows of %s", definition->name);
}

static void take_outcome(DeclaredUnit *unit, const FeedLine *item, const AskOutcome *outcome) {
  Declared *declared = unit->declared;
  if (outcome->kind <= OUTCOME_NONE) return;
  note_trouble(unit, outcome->kind == OUTCOME_WAITING ? JOB_WAITING : JOB_FAILED, item, outcome->reason);
  unit->failed += outcome->kind == OUTCOME_FAILED;
  declared->stopped |= outcome->kind != OUTCOME_FAILED;
}

static Status ask_one(DeclaredUnit *unit, const FeedLine *item, Error *err) {
  Asked asked = {.outcome = {.kind = OUTCOME_FAILED}};
  Status status = ask_back(unit, item, &asked, err);
  if (status == STATUS_OK && asked.outcome.kind <= OUTCOME_NONE) status = prove(unit, item, &asked, err);
  if (status == STATUS_OK && asked.outcome.kind <= OUTCOME_NONE)
    status = declared_unit_store(unit, item, &asked.rows, err);
  if (status == STATUS_OK) take_outcome(unit, item, &asked.outcome);
  feed_rows_free(&asked.rows);
  return status;
}

/* ---- one unit ---- */

static Status begin_items(DeclaredUnit *unit, Error *err) {
  const Declared *declared = unit->declared;
  const FeedDefinition *definition = declared->definition;
  FeedPending pending = {.due = INSTANT_NONE};
  if (unit->progress.due != unit->due) unit->sums = (FeedSums){0};
  const int64_t per_run = definition->units.per_run;
  Status status = feed_pending_read(declared->db, definition->name, unit->part, &pending, err);
  bool is_next = feed_progress_is_next(&unit->progress, per_run, unit->due, pending.due, pending.asked);
  if (status == STATUS_OK)
    status = feed_progress_begin(&unit->progress, unit->list, per_run, unit->due, &unit->agenda, err);
  if (status == STATUS_OK && is_next) status = declared_unit_go_on(unit, &pending, err);
  feed_pending_free(&pending);
  return status;
}

static Status begin(DeclaredUnit *unit, Error *err) {
  Declared *declared = unit->declared;
  const FeedDefinition *definition = declared->definition;
  unit->list = feed_items_of(definition, unit->weekday);
  unit->progress = feed_progress_none();
  if (!unit->list) return STATUS_OK;
  feed_progress_name(definition, unit->weekday, unit->part);
  Status status = feed_progress_read(declared->db, definition->name, unit->part, &unit->progress, &unit->sums, err);
  if (status != STATUS_OK) return status;
  if (declared->anew && unit->progress.due == unit->due) unit->progress.due = INSTANT_NONE;
  return begin_items(unit, err);
}

static Status ask_items(DeclaredUnit *unit, Error *err) {
  Declared *declared = unit->declared;
  Status status = STATUS_OK;
  if (!unit->list) return ask_one(unit, NULL, err);
  for (size_t i = 0; i < unit->agenda.count && status == STATUS_OK && !declared->stopped; i++) {
    const FeedLine *item = &unit->list->lines[unit->agenda.items[i]];
    if (!dataset_has_time(declared->work)) {
      note_trouble(unit, JOB_WAITING, NULL, NO_TIME);
      declared->stopped = true;
      break;
    }
    status = ask_one(unit, item, err);
    if (declared->definition->units.per_run > 0 && unit->failed > 0) break;
  }
  return status;
}

static bool is_stored(const FeedProgress *progress, const char *item) {
  size_t length = strlen(item);
  const char *at = progress->done.data ? progress->done.data : "";
  for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1)
    if ((size_t)(end - at) == length && memcmp(at, item, length) == 0) return true;
  return false;
}

static void list_missing(const DeclaredUnit *unit, JobUnit *to) {
  for (size_t i = 0; i < unit->agenda.count && to->missing_count < JOB_MISSING_MAX; i++) {
    const char *item = declared_item_name(&unit->list->lines[unit->agenda.items[i]]);
    if (!is_stored(&unit->progress, item)) to->missing[to->missing_count++] = item;
  }
}

static Status stamp(const DeclaredUnit *unit, Instant started, Error *err) {
  Declared *declared = unit->declared;
  JobUnit about = {.due_utc = unit->due, .changed = unit->sums.changed};
  DatasetVerdict verdict = {.state = unit->state == JOB_ABSENT ? JOB_COMPLETED : unit->state,
                            .expected_rows = unit->sums.expected,
                            .stored_rows = unit->sums.stored};
  const DatasetStamp stamp = {.date = unit->date, .verdict = &verdict, .finality = "", .unit = &about};
  declared->work->tells_changed = true;
  list_missing(unit, &about);
  if (unit->failed > 1)
    snprintf(verdict.reason, sizeof verdict.reason, "%.200s (and %zu more questions failed)", unit->reason,
             unit->failed - 1);
  else
    snprintf(verdict.reason, sizeof verdict.reason, "%s", unit->reason);
  return dataset_stamp(declared->work, &stamp, started, err);
}

/* Of a feed that owes its newest unit alone, what went wrong before is over. */
static Status end_older_alerts(const DeclaredUnit *unit, Error *err) {
  Declared *declared = unit->declared;
  const Job *job = declared->work->ingest->job;
  const JobStatusList *statuses = dataset_statuses(declared->work->ingest, declared->work->dataset);
  char kind[ALERT_KIND_SIZE];
  Status status = STATUS_OK;
  if (declared->definition->ask.uses_date) return STATUS_OK;
  snprintf(kind, sizeof kind, "%s", declared->definition->name);
  text_dash(kind);
  for (size_t i = statuses->count; i > 0 && status == STATUS_OK; i--) {
    const JobStatus *before = &statuses->items[i - 1];
    if (before->date >= unit->date) continue;
    if (before->state != JOB_FAILED) break;
    status = ops_alerts_resolve(job->db, kind, day_text(before->date).text, clock_now(job->clock), err);
  }
  return status;
}

static Status write_units(const Declared *declared, Error *err) {
  const FeedDefinition *definition = declared->definition;
  const Instant newest = declared->units.newest;
  FeedAbout about = {.title = definition->title, .next_due = INSTANT_NONE};
  if (newest != INSTANT_NONE) {
    const FeedTable *items = feed_items_of(definition, day_weekday(feed_unit_date(newest)));
    about.next_due = feed_schedule_next(&definition->schedule, newest);
    about.items = items ? (int64_t)items->count : 0;
  }
  return feed_units_write(declared->db, definition->name, &declared->units, &about, err);
}

/* Two hours have one status, so an hour that is done is remembered where all are owed. */
static Status remember_hour(DeclaredUnit *unit, Error *err) {
  Declared *declared = unit->declared;
  const FeedDefinition *definition = declared->definition;
  if (definition->schedule.period != FEED_HOURLY || !definition->ask.uses_date) return STATUS_OK;
  if (unit->due > declared->units.given_up_to) declared->units.given_up_to = unit->due;
  return write_units(declared, err);
}

static Status finish(DeclaredUnit *unit, Instant started, Error *err) {
  Declared *declared = unit->declared;
  Status status = run_beat(declared->work->ingest->job, err);
  if (unit->state == JOB_ABSENT) {
    if (status == STATUS_OK) status = feed_data_expire(declared->db, declared->definition, declared->asking.at, err);
    if (status == STATUS_OK) status = end_older_alerts(unit, err);
  }
  if (status == STATUS_OK) status = stamp(unit, started, err);
  return status == STATUS_OK && unit->state == JOB_ABSENT ? remember_hour(unit, err) : status;
}

static Status begin_unit(Declared *declared, Instant due, Error *err) {
  FeedUnitsState *units = &declared->units;
  bool is_newer = due > units->newest, is_first = units->first == INSTANT_NONE;
  if (!is_newer && !is_first) return STATUS_OK;
  if (is_newer) units->newest = due;
  if (is_first) units->first = due;
  return write_units(declared, err);
}

static Status work_unit(Declared *declared, Instant due, Day date, Error *err) {
  DeclaredUnit unit = {
      .declared = declared, .due = due, .date = date, .weekday = day_weekday(date), .state = JOB_ABSENT};
  Instant started = clock_now(declared->work->ingest->job->clock);
  Status status = begin_unit(declared, due, err);
  if (status == STATUS_OK) status = begin(&unit, err);
  if (status == STATUS_OK) status = ask_items(&unit, err);
  if (status == STATUS_OK) status = finish(&unit, started, err);
  feed_agenda_free(&unit.agenda);
  feed_progress_free(&unit.progress);
  return status;
}

/* ---- all of them ---- */

/* Said once: it is remembered up to which. */
static Status give_up(Declared *declared, const DatasetPlan *plan, Error *err) {
  const Job *job = declared->work->ingest->job;
  FeedUnitsState *units = &declared->units;
  if (plan->given_up == 0 || plan->given_up_to <= units->given_up_to) return STATUS_OK;
  log_with(job->log, LOG_WARN,
           LOG_FACTS(log_text("dataset", declared->definition->name), log_size("units", plan->given_up)),
           "%s: %zu units up to %s are given up: more are owed than catch_up, %" PRId64, declared->definition->name,
           plan->given_up, instant_kst_text(plan->given_up_to).text, declared->definition->units.catch_up);
  units->given_up_to = plan->given_up_to;
  return write_units(declared, err);
}

static Status work_units(Declared *declared, const DatasetPlan *plan, Error *err) {
  DatasetWork *work = declared->work;
  Status status = give_up(declared, plan, err);
  size_t left = plan->count;
  bool in_order = declared->definition->schedule.period == FEED_HOURLY;
  for (; left > 0 && status == STATUS_OK && !declared->stopped && dataset_has_time(work); left--) {
    size_t good = work->proven;
    status = work_unit(declared, plan->due[left - 1], plan->dates[left - 1], err);
    if (in_order && work->proven == good) declared->stopped = true;
  }
  work->left = left;
  return status;
}

Status declared_work(DatasetWork *work, DatasetPlan *plan, Error *err) {
  const DeclaredFeed *feed = feeds_of(work->dataset);
  Declared declared = {.work = work, .definition = feed->definition, .db = work->ingest->job->db, .anew = plan->anew};
  if (plan->count == 0) return STATUS_OK;
  Status status = asking_open(&declared.asking, work->ingest->job, feed, work->deadline_ms, err);
  if (status == STATUS_OK) status = feed_units_read(declared.db, feed->definition->name, &declared.units, err);
  if (status == STATUS_OK) status = feed_data_create(declared.db, feed->definition, err);
  if (status == STATUS_OK) status = since_load(declared.db, feed->definition, &declared.since, err);
  if (status == STATUS_OK) status = work_units(&declared, plan, err);
  feed_since_free(&declared.since);
  asking_close(&declared.asking);
  return status;
}
