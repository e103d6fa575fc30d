#include <closebell/store/job_status.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "document.h"
#include "job_status_read.h"
#include "updates.h"

#define COLLECTION "job_status"

char *job_status_id(Day date, const char *job, char id[JOB_STATUS_ID_SIZE]) {
  snprintf(id, JOB_STATUS_ID_SIZE, "%s_%s", day_text(date).text, job);
  return id;
}

/* --- reading --- */

/* The documents of both jobs interleave. */
static bool belongs_to(const char *id, const char *job) {
  return id != NULL && strlen(id) > DAY_TEXT_SIZE && strcmp(id + DAY_TEXT_SIZE, job) == 0;
}

/* Read in place: every run reads a document a weekday for years. */
static Status add_status(JobStatusList *list, const bson_t *document, Error *err) {
  enum { A_YEAR = 256 };
  size_t needed = list->count > 0 ? list->count + 1 : A_YEAR;
  JobStatus *items = vector_reserve(list->items, &list->capacity, needed, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "job status: out of memory");
  list->items = items;
  Status status = job_status_read(document, &items[list->count], err);
  list->count += status == STATUS_OK;
  return status;
}

typedef struct {
  const char *job;
  JobStatusList list;
} Loading;

static Status visit_status(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  return belongs_to(document_id(document), loading->job) ? add_status(&loading->list, document, err) : STATUS_OK;
}

Status job_status_load(const Db *db, const char *job, Day from, Day to, JobStatusList *ret_list, Error *err) {
  char from_id[JOB_STATUS_ID_SIZE], to_id[JOB_STATUS_ID_SIZE];
  job_status_id(from, job, from_id);
  job_status_id(to, job, to_id);
  Loading loading = {.job = job};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, from == DAY_NONE ? NULL : from_id,
                                 to == DAY_NONE ? NULL : to_id, NULL, visit_status, &loading, err);
  if (status == STATUS_OK)
    *ret_list = loading.list;
  else
    job_status_list_free(&loading.list);
  return status;
}

typedef struct {
  StatusesNeeded needed;
  JobStatuses statuses;
} LoadingAll;

static bool is_needed(StatusesNeeded needed, const char *job) {
  return needed == NEED_ALL_STATUSES || strcmp(job, JOB_DAILY_UPDATE) == 0 ||
         (needed == NEED_ANALYSES && strcmp(job, JOB_HOURLY_ANALYSIS) == 0);
}

static Status visit_status_of_any(void *context, const bson_t *document, Error *err) {
  LoadingAll *loading = context;
  JobStatuses *statuses = &loading->statuses;
  const JobTable *jobs = statuses->jobs;
  const char *id = document_id(document);
  size_t i = 0;
  while (i < jobs->count && !(jobs->rows[i].has_statuses && belongs_to(id, jobs->rows[i].name))) i++;
  if (i == jobs->count) return STATUS_OK;
  Status status = add_status(&statuses->lists[i], document, err);
  if (status != STATUS_BAD_DATA || is_needed(loading->needed, jobs->rows[i].name)) return status;
  statuses->whole = false;
  return STATUS_OK;
}

Status job_statuses_load(const Db *db, const JobTable *jobs, StatusesNeeded needed, JobStatuses *ret_statuses,
                         Error *err) {
  LoadingAll loading = {.needed = needed, .statuses = {.jobs = jobs, .whole = true}};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, visit_status_of_any, &loading, err);
  if (status == STATUS_OK)
    *ret_statuses = loading.statuses;
  else
    job_statuses_free(&loading.statuses);
  return status;
}

void job_statuses_free(JobStatuses *statuses) {
  for (size_t i = 0; statuses->jobs && i < statuses->jobs->count; i++) job_status_list_free(&statuses->lists[i]);
  *statuses = (JobStatuses){0};
}

const JobStatusList *job_statuses_of(const JobStatuses *statuses, const char *job) {
  static const JobStatusList nothing = {0};
  size_t at = statuses->jobs ? job_table_index(statuses->jobs, job) : 0;
  return statuses->jobs && at < statuses->jobs->count ? &statuses->lists[at] : &nothing;
}

static int compare_date(const void *key, const void *item) {
  Day a = *(const Day *)key, b = ((const JobStatus *)item)->date;
  return (a > b) - (a < b);
}

const JobStatus *job_status_find(const JobStatusList *list, Day date) {
  if (list->count == 0) return NULL;
  return bsearch(&date, list->items, list->count, sizeof *list->items, compare_date);
}

void job_status_free(JobStatus *status) {
  free(status->unit);
  status->unit = NULL;
  free(status->failed);
  status->failed = NULL;
  status->failed_count = 0;
}

void job_status_list_free(JobStatusList *list) {
  for (size_t i = 0; i < list->count; i++) job_status_free(&list->items[i]);
  free(list->items);
  *list = (JobStatusList){0};
}

/* --- writing --- */

static void put_passed_over(DocumentWriter *to, const char *dates) {
  if (dates[0] == '\0') return;
  bson_t array = BSON_INITIALIZER;
  while (*dates != '\0') {
    size_t length = strcspn(dates, ",");
    char date[DAY_TEXT_SIZE];
    snprintf(date, sizeof date, "%.*s", (int)length, dates);
    document_add_text(&array, date);
    dates += length + (dates[length] == ',');
  }
  document_put_array(to, "passed_over", &array);
  bson_destroy(&array);
}

static void put_unit(DocumentWriter *to, const JobUnit *unit) {
  bson_t missing = BSON_INITIALIZER;
  document_put_instant(to, "due_utc", unit->due_utc);
  document_put_int64(to, "changed", unit->changed);
  for (size_t i = 0; i < unit->missing_count; i++) document_add_text(&missing, unit->missing[i]);
  if (unit->missing_count > 0) document_put_array(to, "missing", &missing);
  bson_destroy(&missing);
}

static void put_status(DocumentWriter *to, const JobStatus *status) {
  document_put_text(to, "job_name", status->job);
  document_put_day(to, "date_kst", status->date);
  document_put_text(to, "status", job_state_name(status->state));
  document_put_instant(to, "start_time_utc", status->start_utc);
  document_put_instant(to, "end_time_utc", status->end_utc);
  document_put_int64(to, "fence", status->fence);
  document_put_text(to, "host", status->host);
  document_put_int64(to, "pid", status->pid);
  document_put_int64(to, "attempt", status->attempt);
  if (status->expected_rows >= 0) document_put_int64(to, "expected_rows", status->expected_rows);
  if (status->stored_rows >= 0) document_put_int64(to, "stored_rows", status->stored_rows);
  document_put_prose(to, "filter", status->filter);
  document_put_prose(to, "reason", status->reason);
  document_put_prose(to, "finality", status->finality);
  if (status->missing.count > 0) document_put_tickers(to, "missing", status->missing.items, status->missing.count);
  if (status->unit) put_unit(to, status->unit);
  if (status->has_differences) document_put_int64(to, "evening_differences", status->evening_differences);
  if (status->analyzed < 0) return;
  document_put_int64(to, "analyzed", status->analyzed);
  document_put_int64(to, "remaining", status->remaining);
  if (status->restatement > 0) document_put_int64(to, "restatement", status->restatement);
  document_put_tickers(to, "failed", (const char(*)[TICKER_SIZE])status->failed, status->failed_count);
  put_passed_over(to, status->passed_over);
}

static Status insert(const Db *db, const JobStatus *items, size_t count, size_t *ret_duplicates, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    char id[JOB_STATUS_ID_SIZE];
    DocumentWriter to = document_writer(documents_add(&documents), err);
    document_put_text(&to, "_id", job_status_id(items[i].date, items[i].job, id));
    put_status(&to, &items[i]);
    status = to.status;
  }
  if (status == STATUS_OK)
    status = db->insert_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, ret_duplicates, err);
  documents_free(&documents);
  return status;
}

/* Fields that are taken away where a status lacks them. The first two only datasets have. */
static const char *const *optional_of(const char *job) {
  static const char *const optional[] = {"missing",
                                         "evening_differences",
                                         "start_time_utc",
                                         "end_time_utc",
                                         "expected_rows",
                                         "stored_rows",
                                         "filter",
                                         "reason",
                                         "finality",
                                         "analyzed",
                                         "remaining",
                                         "restatement",
                                         "failed",
                                         "passed_over",
                                         NULL};
  _Static_assert(sizeof optional / sizeof optional[0] <= UPDATE_OPTIONAL_MAX + 1, "there is room for all");
  bool is_program = strcmp(job, JOB_DAILY_UPDATE) == 0 || strcmp(job, JOB_HOURLY_ANALYSIS) == 0;
  return optional + (is_program ? 2 : 0);
}

static Status update(const Db *db, const JobStatus *items, size_t count, Error *err) {
  Updates updates = {.guard_field = "fence", .guard_max = items[0].fence};
  char(*ids)[JOB_STATUS_ID_SIZE] = calloc(count, sizeof *ids);
  Status status = ids == NULL ? error_set(err, STATUS_NO_MEMORY, "job status: out of memory") : STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    job_status_id(items[i].date, items[i].job, ids[i]);
    DocumentWriter to = document_writer(updates_add(&updates, ids[i]), err);
    put_status(&to, &items[i]);
    status = to.status;
  }
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, optional_of(items[0].job), err);
  updates_free(&updates);
  free(ids);
  return status;
}

typedef struct {
  const JobStatus *items;
  size_t count, confirmed;
} Confirming;

static const JobStatus *item_with_id(const Confirming *confirming, const char *wanted) {
  for (size_t i = 0; i < confirming->count; i++) {
    char id[JOB_STATUS_ID_SIZE];
    if (strcmp(job_status_id(confirming->items[i].date, confirming->items[i].job, id), wanted) == 0)
      return &confirming->items[i];
  }
  return NULL;
}

static Status confirm_document(void *context, const bson_t *document, Error *err) {
  Confirming *confirming = context;
  const char *id = document_id(document);
  const JobStatus *item = id == NULL ? NULL : item_with_id(confirming, id);
  if (item == NULL) return STATUS_OK;
  int64_t fence = 0;
  JobState state = JOB_ABSENT;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "fence", &fence);
  job_status_get_state(&from, &state);
  if (from.status != STATUS_OK) return from.status;
  if (fence > item->fence)
    return error_set(err, STATUS_LOST, "%s: fence %lld has taken over from our %lld", id, (long long)fence,
                     (long long)item->fence);
  if (fence < item->fence || state != item->state)
    return error_set(err, STATUS_INCOMPLETE, "%s: our update is not there: status %s, fence %lld", id,
                     job_state_name(state), (long long)fence);
  confirming->confirmed++;
  return STATUS_OK;
}

/* STATUS_NOT_FOUND when a document is missing. */
static Status confirm(const Db *db, const JobStatus *items, size_t count, Error *err) {
  static const char *const fields[] = {"fence", "status", NULL};
  Day first = items[0].date, last = items[0].date;
  for (size_t i = 1; i < count; i++) {
    if (items[i].date < first) first = items[i].date;
    if (items[i].date > last) last = items[i].date;
  }
  char from_id[JOB_STATUS_ID_SIZE], to_id[JOB_STATUS_ID_SIZE];
  Confirming confirming = {.items = items, .count = count};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, job_status_id(first, items[0].job, from_id),
                                 job_status_id(last, items[0].job, to_id), fields, confirm_document, &confirming, err);
  if (status != STATUS_OK || confirming.confirmed == count) return status;
  return error_set(err, STATUS_NOT_FOUND, "job status: %zu of %zu documents from %s on are missing",
                   count - confirming.confirmed, count, from_id);
}

static Status update_and_confirm(const Db *db, const JobStatus *items, size_t count, Error *err) {
  Status status = update(db, items, count, err);
  return status == STATUS_OK ? confirm(db, items, count, err) : status;
}

/* A run starts with `running`, mostly a new document, and ends by changing it: each is tried first where it is likely
 * to be right. */
Status job_status_write(const Db *db, const JobStatus *items, size_t count, Error *err) {
  if (count == 0) return STATUS_OK;
  if (count == 1 && items[0].state != JOB_RUNNING) {
    Status status = update_and_confirm(db, items, 1, err);
    if (status != STATUS_NOT_FOUND) return status;
  }
  size_t duplicates = 0;
  Status status = insert(db, items, count, &duplicates, err);
  if (status != STATUS_OK || duplicates == 0) return status;
  status = update_and_confirm(db, items, count, err);
  return status == STATUS_NOT_FOUND ? STATUS_INCOMPLETE : status;
}
