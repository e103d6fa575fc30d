#include "explain_dataset.h"
#include "explain_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/dataset/engine.h>
#include <closebell/dataset/feeds.h>
#include <closebell/dataset/key_desk.h>
#include <closebell/ingest/guard.h>
#include <closebell/store/feed_state.h>

enum { STATUSES_SHOWN = 5 };

static void tell_status(const Output *out, const JobStatus *status) {
  char rows[64] = "", due[48] = "";
  if (status->unit && status->unit->due_utc != INSTANT_NONE)
    snprintf(due, sizeof due, ", due %s", instant_kst_text(status->unit->due_utc).text);
  if (status->expected_rows >= 0)
    snprintf(rows, sizeof rows, ", %" PRId64 " of %" PRId64 " rows stored", status->stored_rows, status->expected_rows);
  output_line(out, OUTPUT_HANGING, "%s: %s%s%s, attempt %" PRId64 "%s%s", day_text(status->date).text,
              job_state_name(status->state), due, rows, status->attempt, status->reason[0] ? ": " : "", status->reason);
}

static void tell_statuses(const Output *out, const JobStatusList *statuses) {
  size_t from = statuses->count > STATUSES_SHOWN ? statuses->count - STATUSES_SHOWN : 0;
  for (size_t i = statuses->count; i > from; i--) tell_status(out, &statuses->items[i - 1]);
}

/* ---- a declared feed ---- */

static void tell_key(const Output *out, const FeedKeys *keys, size_t at, const FeedKeyUse *use) {
  static const char *const RESTS[] = {"", ", spent", ", limited", ", refused"};
  char name[FEED_KEY_TEXT_SIZE], rest[64] = "";
  if (use->rest != FEED_KEY_FREE)
    snprintf(rest, sizeof rest, "%s until %s", RESTS[use->rest], instant_kst_text(use->until).text);
  output_line(out, OUTPUT_HANGING, "%s: %" PRId64 " calls%s%s%s", feed_key_text(keys, at, name), use->calls,
              use->calls > 0 ? " on " : "", use->calls > 0 ? day_text(use->day).text : "", rest);
}

static Status tell_keys(const Job *job, const FeedDefinition *definition, Error *err) {
  KeyDesk desk;
  Status status = key_desk_open(&desk, job, definition, err);
  for (size_t i = 0; i < definition->keys.count && status == STATUS_OK; i++)
    tell_key(&job->out, &definition->keys, i, &desk.use.items[i]);
  return status;
}

static Status tell_progress(const Job *job, const FeedDefinition *definition, Error *err) {
  char part[FEED_PROGRESS_NAME_SIZE];
  Weekday today = day_weekday(instant_kst_day(job->now.instant));
  const FeedTable *items = feed_items_of(definition, today);
  FeedProgress progress;
  FeedSums sums;
  if (!items) return STATUS_OK;
  Status status =
      feed_progress_read(job->db, definition->name, feed_progress_name(definition, today, part), &progress, &sums, err);
  if (status != STATUS_OK) return status;
  output_line(&job->out, OUTPUT_HANGING, "items: %zu of %zu stored%s%s", feed_progress_count(&progress, items),
              items->count, progress.due == INSTANT_NONE ? "" : ", by the unit due ",
              progress.due == INSTANT_NONE ? "" : instant_kst_text(progress.due).text);
  feed_progress_free(&progress);
  return STATUS_OK;
}

static Status tell_feed(const Job *job, const FeedDefinition *definition, Error *err) {
  output_line(&job->out, OUTPUT_HANGING, "%s: %s, a declared feed", definition->name, definition->title);
  if (definition->keys.are_missing)
    output_line(&job->out, OUTPUT_HANGING, "off: there is no key in its keys_file, %s, yet", definition->keys.file);
  Status status = tell_progress(job, definition, err);
  return status == STATUS_OK ? tell_keys(job, definition, err) : status;
}

/* ---- the whole ---- */

Status explain_dataset(Job *job, const char *name, Error *err) {
  const DatasetWish wish = {.name = name, .from = DAY_NONE, .to = DAY_NONE};
  const Dataset *dataset = dataset_find(job, name);
  const DeclaredFeed *feed = dataset ? feeds_of(dataset) : NULL;
  Ingest ingest = {0};
  Meta meta;
  RequestMarks marks = {0};
  Status status = guard_setup_finished_marked(job, &meta, &marks, err);
  if (status == STATUS_OK) status = ingest_load(&ingest, job, LEDGER_CALENDAR, err);
  if (status == STATUS_OK && feed) status = tell_feed(job, feed->definition, err);
  if (status == STATUS_OK && dataset && !dataset_is_wanted(job, dataset) && !feed)
    output_line(&job->out, OUTPUT_HANGING, "%s is off: the settings want none of it", name);
  if (status == STATUS_OK) status = datasets_explain(&ingest, &wish, err);
  if (status == STATUS_OK && dataset) tell_statuses(&job->out, dataset_statuses(&ingest, dataset));
  if (status == STATUS_OK) status = explain_requests(job, &marks, DAY_NONE, name, err);
  ingest_free(&ingest);
  request_marks_free(&marks);
  return status;
}
