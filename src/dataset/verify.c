#include <closebell/dataset/engine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/dataset/feeds.h>
#include <closebell/dataset/plan.h>

typedef struct {
  const Job *job;
  const Dataset *dataset;
  DatasetsVerified *verified;
} Looking;

static Status find(void *context, Day date, const char *what, Error *err) {
  const Looking *looking = context;
  const char *name = looking->dataset->name;
  (void)err;
  looking->verified->findings++;
  if (date == DAY_NONE)
    output_line(&looking->job->out, OUTPUT_HANGING, "%s: %s", name, what);
  else
    output_line(&looking->job->out, OUTPUT_HANGING, "%s: %s: %s: daily_update --dataset %s --date %s asks again",
                day_text(date).text, name, what, name, day_text(date).text);
  return STATUS_OK;
}

/* No fault: only what beside it would prove it is missing. */
static void say_unproven(const Looking *looking, const JobStatus *status) {
  output_line(&looking->job->out, OUTPUT_HANGING, "%s: %s: stored, not proven: %s", day_text(status->date).text,
              looking->dataset->name, status->reason);
}

static void say_proven(const Looking *looking, size_t proven, size_t units) {
  char *text = looking->verified->proven;
  size_t length = strlen(text);
  snprintf(text + length, DATASETS_PROVEN_SIZE - length, "; %s: %zu of %zu %s %s", looking->dataset->name, proven,
           units, dataset_unit(looking->dataset), looking->dataset->proof);
}

/* Of a feed that owes its newest unit alone nobody asks for the one before again. */
static bool is_over(const Dataset *dataset, const JobStatusList *statuses, size_t at) {
  const DeclaredFeed *feed = feeds_of(dataset);
  return feed && !feed->definition->ask.uses_date && at + 1 < statuses->count;
}

/* Units of its own: each has its status. */
static void look_at_units(Looking *looking, const Ingest *ingest, Day *dates, size_t *ret_count) {
  const JobStatusList *statuses = dataset_statuses(ingest, looking->dataset);
  size_t proven = 0;
  Error unused;
  for (size_t i = 0; i < statuses->count; i++) {
    const JobStatus *status = &statuses->items[i];
    if (status->state == JOB_COMPLETED) dates[proven++] = status->date;
    if (status->state == JOB_FAILED && !is_over(looking->dataset, statuses, i))
      find(looking, status->date, status->reason, &unused);
  }
  *ret_count = proven;
  say_proven(looking, proven, statuses->count);
}

/* What the statuses say by themselves. *ret_count: sessions that are completed, whose documents are to be looked at. */
static void look_at_statuses(Looking *looking, const Ingest *ingest, Day *dates, size_t *ret_count) {
  const JobStatusList *statuses = dataset_statuses(ingest, looking->dataset);
  size_t sessions = 0, proven = 0;
  Error unused;
  *ret_count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    const LedgerDay *day = &ingest->ledger.days[i];
    const JobStatus *status = job_status_find(statuses, day->date);
    if (day->state != JOB_COMPLETED || day->date < ingest->ledger.first) continue;
    sessions++;
    proven += status && status->state == JOB_COMPLETED;
    if (status && status->state == JOB_COMPLETED) dates[(*ret_count)++] = day->date;
    if (dataset_awaits_proof(status)) say_unproven(looking, status);
    if (status && status->state == JOB_FAILED) find(looking, day->date, status->reason, &unused);
  }
  say_proven(looking, proven, sessions);
}

static Status verify(Ingest *ingest, Looking *looking, Error *err) {
  const size_t days = ingest->ledger.count + dataset_statuses(ingest, looking->dataset)->count;
  Day *dates = malloc((days + 1) * sizeof *dates);
  if (!dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", days);
  DatasetStored stored = {.dates = dates, .look = LOOK_ARCHIVE, .dataset = looking->dataset};
  if (looking->dataset->units)
    look_at_units(looking, ingest, dates, &stored.count);
  else
    look_at_statuses(looking, ingest, dates, &stored.count);
  Status status = looking->dataset->look ? looking->dataset->look(ingest, &stored, find, looking, err) : STATUS_OK;
  free(dates);
  return error_prefix(err, status, "verifying %s", looking->dataset->name);
}

Status datasets_verify(Ingest *ingest, DatasetsVerified *ret_verified, Error *err) {
  const DatasetTable *table = dataset_table(ingest->job);
  Status status = STATUS_OK;
  *ret_verified = (DatasetsVerified){0};
  for (size_t i = 0; i < table->count && status == STATUS_OK; i++) {
    Looking looking = {.job = ingest->job, .dataset = table->items[i], .verified = ret_verified};
    if (dataset_is_wanted(ingest->job, looking.dataset)) status = verify(ingest, &looking, err);
  }
  return status;
}
