#include "declared.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/feed/schedule.h>
#include <closebell/feed/units.h>
#include <closebell/store/feed_data.h>
#include <closebell/store/feed_state.h>

#include "datasets.h"
#include "declared_since.h"
#include "declared_unit.h"

/* ---- what is owed ---- */

/* Of completed units, ascending; the caller frees them. */
static Status list_done(const JobStatusList *statuses, const DatasetWish *wish, Instant **ret_done, size_t *ret_count,
                        Error *err) {
  Instant *done = calloc(statuses->count + 1, sizeof *done);
  if (!done) return error_set(err, STATUS_NO_MEMORY, "no memory for the units of a feed");
  *ret_count = 0;
  for (size_t i = 0; i < statuses->count; i++) {
    const JobStatus *status = &statuses->items[i];
    bool again = wish->anew && (wish->from == DAY_NONE || status->date >= wish->from) &&
                 (wish->to == DAY_NONE || status->date <= wish->to);
    if (status->state == JOB_COMPLETED && status->unit && !again) done[(*ret_count)++] = status->unit->due_utc;
  }
  *ret_done = done;
  return STATUS_OK;
}

/* Where its own document is gone, the statuses say it. */
static void complete_past(const JobStatusList *statuses, FeedPast *past) {
  for (size_t i = 0; i < statuses->count; i++) {
    const JobUnit *unit = statuses->items[i].unit;
    if (!unit) continue;
    if (past->first == INSTANT_NONE) past->first = unit->due_utc;
    if (unit->due_utc > past->newest) past->newest = unit->due_utc; /* INSTANT_NONE is before any */
  }
}

/* With dates: from the first instant of the one day to the last of the other, whatever was before. */
static Status owe_wished(const FeedDefinition *definition, const DatasetWish *wish, const FeedPast *past, Instant now,
                         FeedUnits *ret_units, Error *err) {
  FeedPast wished = *past;
  FeedDefinition all = *definition;
  Instant end = wish->to == DAY_NONE ? now : instant_from_kst(wish->to + 1, 0) - 1;
  wished.newest = wished.given_up_to = INSTANT_NONE;
  if (wish->from != DAY_NONE) wished.first = instant_from_kst(wish->from, 0);
  all.units.catch_up = FEED_CATCH_UP_MAX;
  return feed_units_owed(&all, &wished, end < now ? end : now, ret_units, err);
}

static Status owe(const Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, FeedUnits *ret_units,
                  Error *err) {
  const FeedDefinition *definition = feeds_of(dataset)->definition;
  const JobStatusList *statuses = dataset_statuses(ingest, dataset);
  bool named = dataset_wish_names_days(wish);
  Instant now = job_business_now(ingest->job), *done = NULL;
  FeedUnitsState state;
  FeedPast past = {0};
  Status status = feed_units_read(ingest->job->db, definition->name, &state, err);
  if (status == STATUS_OK) status = list_done(statuses, wish, &done, &past.done_count, err);
  if (status != STATUS_OK) return status;
  past.first = state.first, past.newest = state.newest, past.given_up_to = state.given_up_to;
  past.done = done;
  complete_past(statuses, &past);
  status = named && definition->ask.uses_date ? owe_wished(definition, wish, &past, now, ret_units, err)
                                              : feed_units_owed(definition, &past, now, ret_units, err);
  free(done);
  return status;
}

static size_t questions_of(const FeedDefinition *definition, Day date) {
  const FeedTable *items = feed_items_of(definition, day_weekday(date));
  size_t most = definition->units.per_run > 0 ? (size_t)definition->units.per_run : SIZE_MAX;
  if (!items) return 1;
  return items->count < most ? items->count : most;
}

static void say_more(const FeedDefinition *definition, const DatasetWish *wish, const FeedUnits *units, Instant now,
                     DatasetPlan *plan) {
  char given_up[48] = "", next[64] = "";
  Instant due = feed_schedule_next(&definition->schedule, now);
  if (units->given_up > 0) snprintf(given_up, sizeof given_up, "; %zu older ones are given up", units->given_up);
  if (wish->name && due != INSTANT_NONE) snprintf(next, sizeof next, "; next due %s", instant_kst_text(due).text);
  snprintf(plan->note, sizeof plan->note, "%s%s", given_up, next);
}

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  const FeedDefinition *definition = feeds_of(dataset)->definition;
  const JobStatusList *statuses = dataset_statuses(ingest, dataset);
  FeedUnits units = {0};
  Status status = owe(ingest, dataset, wish, &units, err);
  if (status != STATUS_OK) return status;
  DatasetPlan owed = {.dates = calloc(units.count + 1, sizeof *owed.dates),
                      .due = calloc(units.count + 1, sizeof *owed.due),
                      .anew = wish->anew,
                      .sessions = statuses->count};
  for (size_t i = units.count; owed.dates && owed.due && i > 0; i--) {
    Day date = feed_unit_date(units.due[i - 1]);
    if (!dataset_wish_includes(wish, date)) continue;
    owed.dates[owed.count] = date;
    owed.due[owed.count++] = units.due[i - 1];
    owed.questions += questions_of(definition, date);
    owed.sessions += !job_status_find(statuses, date);
  }
  for (size_t i = 0; i < statuses->count; i++) owed.completed += statuses->items[i].state == JOB_COMPLETED;
  owed.given_up = wish->anew ? 0 : units.given_up; /* what is requested gives up nothing else */
  owed.given_up_to = units.given_up_to;
  say_more(definition, wish, &units, job_business_now(ingest->job), &owed);
  feed_units_free(&units);
  if (owed.dates && owed.due) {
    *ret_plan = owed;
    return STATUS_OK;
  }
  dataset_plan_free(&owed);
  return error_set(err, STATUS_NO_MEMORY, "no memory for the units of %s", definition->name);
}

static Status is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err) {
  return dataset_source_is_shut(ingest, feeds_of(dataset)->door, ret_shut, err);
}

/* ---- what is stored ---- */

/* Rows may have expired, and two questions may have brought the same one: it is only known that there must be some. */
static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  const FeedDefinition *definition = feeds_of(stored->dataset)->definition;
  const JobStatusList *statuses = dataset_statuses(ingest, stored->dataset);
  int64_t documents = 0, most = 0;
  Day of = DAY_NONE;
  for (size_t i = 0; i < stored->count; i++) {
    const JobStatus *status = job_status_find(statuses, stored->dates[i]);
    if (!status || status->stored_rows <= most) continue;
    most = status->stored_rows;
    of = status->date;
  }
  if (most == 0) return STATUS_OK;
  Status status = feed_data_count(ingest->job->db, definition->name, &documents, err);
  bool may_be_fewer = definition->storing.expire_field || definition->items.given;
  if (status == STATUS_OK && (documents == 0 || (!may_be_fewer && documents < most))) {
    char what[160];
    snprintf(what, sizeof what, "feed_data holds %" PRId64 " documents, and this unit stored %" PRId64 " rows",
             documents, most);
    status = tell(context, of, what, err);
  }
  return status == STATUS_OK ? since_look(ingest->job->db, definition, tell, context, err) : status;
}

/* ---- the dataset ---- */

static int64_t one(const Job *job) {
  (void)job;
  return 1;
}

/* Until its keys are there, it has nothing to do. */
static int64_t none(const Job *job) {
  (void)job;
  return 0;
}

static const DatasetUnits UNITS = {.unit = "units", .plan = plan, .work = declared_work, .is_shut = is_shut};

Dataset declared_dataset(const DeclaredFeed *feed) {
  return (Dataset){.name = feed->definition->name,
                   .feed = feed->door,
                   .proof = "proven by the checks of its file",
                   .units = &UNITS,
                   .expected_rows = feed->definition->keys.are_missing ? none : one,
                   .look = look,
                   .declared = feed};
}
