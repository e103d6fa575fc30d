/* /sessions and /sessions/{date}: the proof of each weekday that the calendar knows. */
#include <string.h>

#include "resources.h"

static const char *const STATES[] = {
    [CALENDAR_UNKNOWN] = "unknown", [CALENDAR_OPEN] = "open", [CALENDAR_CLOSED] = "closed"};

static void put_proven_by(JsonWriter *to, const Call *call, Day date, const JobStatus *update) {
  const JobStatus *totals = job_status_find(job_statuses_of(&call->snapshot->statuses, "market_totals"), date);
  json_begin_list(to, "proven_by");
  if (update && update->state == JOB_COMPLETED) json_put_text(to, NULL, "links");
  if (totals && totals->state == JOB_COMPLETED) json_put_text(to, NULL, "totals");
  json_end_list(to);
}

static void put_day(JsonWriter *to, const Call *call, const CalendarDay *day, const JobStatus *update) {
  json_put_day(to, "date", day->date);
  json_put_text(to, "state", STATES[day->state]);
  if (day->state == CALENDAR_CLOSED) return;
  json_put_text(to, "status", job_state_name(update ? update->state : JOB_ABSENT));
  if (update && update->expected_rows >= 0) json_put_whole(to, "expected_rows", update->expected_rows);
  if (update && update->stored_rows >= 0) json_put_whole(to, "stored_rows", update->stored_rows);
  put_proven_by(to, call, day->date, update);
}

static const JobStatus *update_of(const Call *call, Day date) {
  return job_status_find(job_statuses_of(&call->snapshot->statuses, JOB_DAILY_UPDATE), date);
}

bool answer_sessions(Call *call, ServiceAnswer *answer) {
  Day from = call_day(call, "from"), until = call_day(call, "to");
  const CalendarDays *calendar = &call->snapshot->calendar;
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  for (size_t i = 0; i < calendar->count; i++) {
    const CalendarDay *day = &calendar->items[i];
    if (day->date < from || (until != DAY_NONE && day->date > until)) continue;
    json_begin_object(&to, NULL);
    put_day(&to, call, day, update_of(call, day->date));
    json_end_object(&to);
  }
  json_end_list(&to);
  call_end_json(&to, answer);
  return true;
}

/* ---- one ---- */

static Status put_run(void *context, StoredDocument *document, Error *err) {
  (void)err;
  put_document(context, "id", document, NULL);
  return STATUS_OK;
}

/* The neighbours that a completed session was linked with. */
static void put_links(JsonWriter *to, const Call *call, Day date) {
  const Snapshot *snapshot = call->snapshot;
  Day before = DAY_NONE, after = DAY_NONE;
  for (size_t i = 0; i < snapshot->day_count; i++) {
    if (snapshot->days[i].state != JOB_COMPLETED) continue;
    if (snapshot->days[i].date < date) before = snapshot->days[i].date;
    if (snapshot->days[i].date > date && after == DAY_NONE) after = snapshot->days[i].date;
  }
  json_begin_object(to, "links");
  json_put_day(to, "before", before);
  json_put_day(to, "after", after);
  json_end_object(to);
}

static Status put_totals(JsonWriter *to, const Call *call, const char *date, Error *err) {
  StoredDocument totals = {0};
  Status status = stored_find(call->db, DB_SYSTEM, "market_totals", date, &totals, err);
  if (status == STATUS_OK) {
    json_begin_object(to, "totals");
    for (size_t i = 0; i < totals.count; i++) put_stored(to, totals.fields[i].name, &totals.fields[i]);
    json_end_object(to);
  }
  stored_free(&totals);
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The runs that began on that day of UTC or the next one: those that can have brought it first. */
static Status put_runs(JsonWriter *to, const Call *call, Day date, Error *err) {
  DayText from = day_text(date), until = day_text(date + 2);
  StoredRange range = {.database = DB_SYSTEM, .collection = "job_runs", .from = from.text, .to = until.text};
  json_begin_list(to, "runs");
  Status status = stored_read(call->db, &range, put_run, to, err);
  json_end_list(to);
  return status;
}

bool answer_session(Call *call, ServiceAnswer *answer) {
  Day date;
  Error err = {{0}};
  const char *text = call_segment(call, 1);
  if (!day_parse(text, &date)) return problem_of_parameter(call->problem, "date", "it is no date like 2025-04-10");
  const CalendarDay *day = calendar_days_find(&call->snapshot->calendar, date);
  if (!day) return problem_set(call->problem, 404, "the calendar does not know %s", text);
  const JobStatus *update = update_of(call, date);
  JsonWriter to = call_begin_json(call, answer);
  put_day(&to, call, day, update);
  const char *reason = update && *update->reason ? update->reason : day->reason;
  if (*reason) json_put_text(&to, "reason", reason);
  if (update && update->state == JOB_COMPLETED) put_links(&to, call, date);
  Status status = put_totals(&to, call, text, &err);
  if (status == STATUS_OK) status = put_runs(&to, call, date, &err);
  call_end_json(&to, answer);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}
