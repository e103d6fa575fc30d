#include "job_status_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

void job_status_get_state(DocumentReader *from, JobState *to) {
  char name[16];
  document_get_text(from, "status", name, sizeof name);
  if (from->status == STATUS_OK && !job_state_parse(name, to)) document_fault(from, "status", "is unknown");
}

/* The array of dates, as one text with commas. */
static void get_passed_over(DocumentReader *from, char *to, size_t to_size) {
  size_t length = 0;
  const char *text;
  to[0] = '\0';
  if (!document_has(from, "passed_over")) return;
  for (DocumentTexts texts = document_get_texts(from, "passed_over"); document_next_text(&texts, &text);) {
    Day day;
    if (!day_parse(text, &day)) {
      document_fault(from, "passed_over", "holds something that is not a date");
    } else if (length + 1 + strlen(text) < to_size) { /* what does not fit is only told to people */
      length += (size_t)snprintf(to + length, to_size - length, "%s%s", length == 0 ? "" : ",", text);
    }
  }
}

/* Behind the unit and its texts so far, which take length bytes; false when there is no memory. */
static bool unit_add(JobUnit **unit, const char *text, size_t *length) {
  size_t size = strlen(text) + 1;
  JobUnit *longer = realloc(*unit, sizeof **unit + *length + size);
  if (longer == NULL) return false;
  memcpy((char *)(longer + 1) + *length, text, size);
  *unit = longer;
  *length += size;
  longer->missing_count++;
  return true;
}

static void get_unit(DocumentReader *from, JobStatus *to) {
  size_t length = 0;
  const char *text;
  JobUnit *unit = calloc(1, sizeof *unit);
  if (unit == NULL) {
    from->status = error_set(from->err, STATUS_NO_MEMORY, "job status: out of memory");
    return;
  }
  document_get_instant(from, "due_utc", &unit->due_utc);
  document_get_int64_or(from, "changed", 0, &unit->changed);
  if (document_has(from, "missing"))
    for (DocumentTexts texts = document_get_texts(from, "missing"); document_next_text(&texts, &text);)
      if (unit->missing_count < JOB_MISSING_MAX && !unit_add(&unit, text, &length)) break;
  const char *at = (const char *)(unit + 1);
  for (size_t i = 0; i < unit->missing_count; i++, at += strlen(at) + 1) unit->missing[i] = at;
  to->unit = unit;
}

/* More than there is room for are nobody's fault: they are only told to people. */
static void get_missing(DocumentReader *from, JobMissing *to) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  if (!document_has(from, "missing")) return;
  document_get_tickers(from, "missing", &tickers, &count);
  to->count = count < JOB_MISSING_MAX ? count : JOB_MISSING_MAX;
  for (size_t i = 0; i < to->count; i++) text_copy(to->items[i], sizeof to->items[i], tickers[i]);
  free(tickers);
}

static void get_status(DocumentReader *from, JobStatus *to) {
  document_get_text(from, "job_name", to->job, sizeof to->job);
  document_get_day(from, "date_kst", &to->date);
  job_status_get_state(from, &to->state);
  document_get_instant_or_none(from, "start_time_utc", &to->start_utc);
  document_get_instant_or_none(from, "end_time_utc", &to->end_utc);
  document_get_int64(from, "fence", &to->fence);
  document_get_text(from, "host", to->host, sizeof to->host);
  document_get_int64(from, "pid", &to->pid);
  document_get_int64(from, "attempt", &to->attempt);
  document_get_int64_or(from, "expected_rows", -1, &to->expected_rows);
  document_get_int64_or(from, "stored_rows", -1, &to->stored_rows);
  document_get_prose(from, "filter", to->filter, sizeof to->filter);
  document_get_prose(from, "finality", to->finality, sizeof to->finality);
  document_get_prose(from, "reason", to->reason, sizeof to->reason);
  document_get_int64_or(from, "analyzed", -1, &to->analyzed);
  document_get_int64_or(from, "remaining", -1, &to->remaining);
  document_get_int64_or(from, "restatement", 0, &to->restatement);
  if (document_has(from, "due_utc"))
    get_unit(from, to);
  else
    get_missing(from, &to->missing); /* a unit's are no tickers */
  to->has_differences = document_has(from, "evening_differences");
  if (to->has_differences) document_get_int64(from, "evening_differences", &to->evening_differences);
  get_passed_over(from, to->passed_over, sizeof to->passed_over);
  if (document_has(from, "failed")) document_get_tickers(from, "failed", &to->failed, &to->failed_count);
}

static bool is_id(const char *id, const JobStatus *status) {
  return strncmp(id, day_text(status->date).text, DAY_TEXT_SIZE - 1) == 0 && id[DAY_TEXT_SIZE - 1] == '_' &&
         strcmp(id + DAY_TEXT_SIZE, status->job) == 0;
}

Status job_status_read(const bson_t *document, JobStatus *to, Error *err) {
  memset(to, 0, sizeof *to);
  DocumentReader from = document_reader(DB_SYSTEM, "job_status", document, err);
  get_status(&from, to);
  if (from.status == STATUS_OK && !is_id(from.id, to))
    document_fault(&from, "date_kst or job_name", "is not what _id says");
  if (from.status != STATUS_OK) job_status_free(to);
  return from.status;
}
