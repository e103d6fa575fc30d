/* /datasets: what daily_update keeps beside prices, and prices first. */
#include <closebell/api/service.h>
#include <closebell/market/due.h>
#include <closebell/source/provider.h>

#include "resources.h"

typedef struct {
  const Call *call;
  JsonWriter *to;
  const JobStatusList *updates;
} Listing;

/* The sessions that prices have: those that a dataset should have too. */
static int64_t completed_of(const JobStatusList *list) {
  int64_t count = 0;
  for (size_t i = 0; i < list->count; i++) count += list->items[i].state == JOB_COMPLETED;
  return count;
}

/* Of a dataset with a window those before it are none of its. */
static int64_t owed_of(const JobRow *row, const JobStatusList *updates, const JobStatusList *own) {
  int64_t count = 0;
  if (!row->has_window) return completed_of(updates);
  for (size_t i = 0; i < updates->count && own->count > 0; i++)
    count += updates->items[i].state == JOB_COMPLETED && updates->items[i].date >= own->items[0].date;
  return count;
}

static const JobStatus *last_of(const JobStatusList *list, bool completed) {
  for (size_t i = list->count; i > 0; i--)
    if ((list->items[i - 1].state == JOB_COMPLETED) == completed) return &list->items[i - 1];
  return NULL;
}

/* The source publishes the first session that prices do not have then. */
static Instant next_due(const Listing *listing) {
  const Service *service = listing->call->service;
  const JobStatus *newest = last_of(listing->updates, true);
  if (!newest) return INSTANT_NONE;
  Day next = closures_next_open(service->closures, newest->date);
  return due_instant(provider_of_prices()->terms(service->config).publication, service->closures, next);
}

static void put_dataset(const Listing *listing, const char *name, int64_t expected, const JobStatusList *list) {
  JsonWriter *to = listing->to;
  const JobStatus *completed = last_of(list, true), *open = last_of(list, false);
  json_begin_object(to, NULL);
  json_put_text(to, "name", name);
  json_put_text(to, "unit", "session");
  json_put_whole(to, "expected", expected);
  json_put_whole(to, "present", completed_of(list));
  if (completed) json_put_day(to, "last_completed", completed->date);
  json_put_instant(to, "next_due_utc", next_due(listing));
  if (open && *open->reason && (!completed || open->date > completed->date)) json_put_text(to, "reason", open->reason);
  json_end_object(to);
}

static int64_t expected_sessions(const JobStatusList *updates) {
  int64_t count = 0;
  for (size_t i = 0; i < updates->count; i++) count += updates->items[i].state != JOB_CLOSED;
  return count;
}

bool answer_datasets(Call *call, ServiceAnswer *answer) {
  const JobStatuses *statuses = &call->snapshot->statuses;
  const JobTable *jobs = job_table();
  JsonWriter to = call_begin_json(call, answer);
  Listing listing = {call, &to, job_statuses_of(statuses, JOB_DAILY_UPDATE)};
  json_begin_list(&to, "items");
  put_dataset(&listing, "daily_prices", expected_sessions(listing.updates), listing.updates);
  for (size_t i = 0; i < jobs->count; i++)
    if (jobs->rows[i].kind == JOB_DATASET && job_row_is_wanted(&jobs->rows[i], call->service->config))
      put_dataset(&listing, jobs->rows[i].name, owed_of(&jobs->rows[i], listing.updates, &statuses->lists[i]),
                  &statuses->lists[i]);
  json_end_list(&to);
  call_end_json(&to, answer);
  return true;
}
