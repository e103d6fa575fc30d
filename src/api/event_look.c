#include "event_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/plan/job_state.h>
#include <closebell/plan/job_table.h>
#include <closebell/store/stored.h>

#define DATASET_TOTALS "market_totals"

typedef struct {
  EventList list;
  StoredDocument *sessions; /* they wait for the totals */
  size_t session_count, session_capacity;
  Day *totals; /* sessions whose totals agree; ascending, as the documents are */
  size_t total_count, total_capacity;
} Look;

static Day day_of(const StoredDocument *document, const char *name) {
  Day day = DAY_NONE;
  return day_parse(stored_get_text(document, name), &day) ? day : DAY_NONE;
}

static Status add(Look *look, const EventFacts *facts, Error *err) {
  return event_list_add(&look->list, facts) ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for events");
}

/* ---- job_status ---- */

/* What is settled. What runs, waits or has failed is tried again; failures are told by alerts. */
static bool is_settled(const StoredDocument *status, JobState *ret_state) {
  return job_state_parse(stored_get_text(status, "status"), ret_state) &&
         (*ret_state == JOB_COMPLETED || *ret_state == JOB_CLOSED);
}

static Instant ended_at(const StoredDocument *status, Day date) {
  Instant end = stored_get_instant(status, "end_time_utc");
  if (end == INSTANT_NONE) end = stored_get_instant(status, "start_time_utc");
  return end != INSTANT_NONE ? end : instant_from_kst(date, 0);
}

/* Of a row of the table, or of a declared feed, which alone says when its unit was due. Mails have statuses, too. */
static bool is_dataset(const StoredDocument *status, const char *job) {
  const JobTable *jobs = job_table();
  size_t row = job_table_index(jobs, job);
  return row < jobs->count ? jobs->rows[row].has_statuses : stored_get_instant(status, "due_utc") != INSTANT_NONE;
}

static Status keep_session(Look *look, StoredDocument *status, Error *err) {
  StoredDocument *sessions =
      vector_reserve(look->sessions, &look->session_capacity, look->session_count + 1, sizeof *sessions);
  if (!sessions) return error_set(err, STATUS_NO_MEMORY, "no memory for events");
  look->sessions = sessions;
  sessions[look->session_count++] = *status;
  *status = (StoredDocument){0};
  return STATUS_OK;
}

static Status note_totals(Look *look, Day date, Error *err) {
  Day *totals = vector_reserve(look->totals, &look->total_capacity, look->total_count + 1, sizeof *totals);
  if (!totals) return error_set(err, STATUS_NO_MEMORY, "no memory for events");
  look->totals = totals;
  totals[look->total_count++] = date;
  return STATUS_OK;
}

static Status add_dataset(Look *look, const StoredDocument *status, const char *job, Error *err) {
  static const char *const totals[] = {"totals", NULL}, *const checks[] = {"checks", NULL}, *const nothing[] = {NULL};
  JobState state = JOB_ABSENT;
  const Day date = day_of(status, "date_kst");
  const bool is_totals = strcmp(job, DATASET_TOTALS) == 0;
  if (!is_settled(status, &state)) return STATUS_OK;
  const bool proven = state == JOB_COMPLETED && strcmp(job, JOB_HOURLY_ANALYSIS) != 0;
  const EventFacts facts = {.kind = EVENT_DATASET,
                            .date = date,
                            .id = status->id,
                            .name = job,
                            .status = job_state_name(state),
                            .proven_by = !proven     ? nothing
                                         : is_totals ? totals
                                                     : checks,
                            .at_utc = ended_at(status, date)};
  Status done = is_totals && proven ? note_totals(look, date, err) : STATUS_OK;
  return done == STATUS_OK ? add(look, &facts, err) : done;
}

static Status take_status(void *context, StoredDocument *status, Error *err) {
  Look *look = context;
  const char *job = stored_get_text(status, "job_name");
  if (day_of(status, "date_kst") == DAY_NONE) return STATUS_OK;
  if (strcmp(job, JOB_DAILY_UPDATE) == 0) return keep_session(look, status, err);
  return is_dataset(status, job) ? add_dataset(look, status, job, err) : STATUS_OK;
}

static Status add_session(Look *look, const StoredDocument *status, Error *err) {
  static const char *const links[] = {"links", NULL}, *const both[] = {"links", "totals", NULL},
                           *const nothing[] = {NULL};
  JobState state = JOB_ABSENT;
  const Day date = day_of(status, "date_kst");
  if (!is_settled(status, &state)) return STATUS_OK;
  const bool agrees =
      look->total_count > 0 && bsearch(&date, look->totals, look->total_count, sizeof *look->totals, day_compare);
  const EventFacts facts = {.kind = EVENT_SESSION,
                            .date = date,
                            .id = status->id,
                            .name = "daily_prices",
                            .status = job_state_name(state),
                            .proven_by = state != JOB_COMPLETED ? nothing
                                         : agrees               ? both
                                                                : links,
                            .at_utc = ended_at(status, date)};
  return add(look, &facts, err);
}

static Status read_statuses(const Db *db, Look *look, Error *err) {
  static const char *const fields[] = {"job_name",     "date_kst", "status", "start_time_utc",
                                       "end_time_utc", "due_utc",  NULL};
  const StoredRange range = {.database = DB_SYSTEM, .collection = "job_status", .fields = fields};
  Status status = stored_read(db, &range, take_status, look, err);
  for (size_t i = 0; i < look->session_count && status == STATUS_OK; i++)
    status = add_session(look, &look->sessions[i], err);
  return status;
}

/* ---- restatements ---- */

static const char *whose(const StoredDocument *restatement) {
  const StoredField *tickers = stored_field(restatement, "tickers");
  if (!tickers || tickers->kind != STORED_LIST || tickers->count == 0) return "all";
  if (tickers->count > 1 || tickers->items[0].kind != STORED_TEXT) return "several";
  return tickers->items[0].text;
}

static Status take_restatement(void *context, StoredDocument *restatement, Error *err) {
  EventFacts facts = {.kind = EVENT_RESTATEMENT,
                      .date = DAY_NONE,
                      .id = restatement->id,
                      .name = whose(restatement),
                      .status = "noted",
                      .at_utc = stored_get_instant(restatement, "at_utc")};
  if (!text_parse_int64(restatement->id, 1, INT64_MAX, &facts.number) || facts.at_utc == INSTANT_NONE) return STATUS_OK;
  return add(context, &facts, err);
}

static Status read_restatements(const Db *db, Look *look, Error *err) {
  static const char *const fields[] = {"tickers", "at_utc", NULL};
  const StoredRange range = {.database = DB_SYSTEM, .collection = "restatements", .fields = fields};
  return stored_read(db, &range, take_restatement, look, err);
}

/* ---- alerts ---- */

static Status add_alert(Look *look, const StoredDocument *alert, const char *status, Instant at_utc, Error *err) {
  if (at_utc == INSTANT_NONE) return STATUS_OK;
  const EventFacts facts = {.kind = EVENT_ALERT,
                            .date = instant_kst_day(at_utc),
                            .id = alert->id,
                            .name = alert->id,
                            .status = status,
                            .at_utc = at_utc};
  return add(look, &facts, err);
}

static Status take_alert(void *context, StoredDocument *alert, Error *err) {
  Status status = add_alert(context, alert, "open", stored_get_instant(alert, "first_utc"), err);
  if (status != STATUS_OK) return status;
  return add_alert(context, alert, "resolved", stored_get_instant(alert, "resolved_utc"), err);
}

static Status read_alerts(const Db *db, Look *look, Error *err) {
  static const char *const fields[] = {"first_utc", "resolved_utc", NULL};
  const StoredRange range = {.database = DB_SYSTEM, .collection = "ops_alerts", .fields = fields};
  return stored_read(db, &range, take_alert, look, err);
}

Status event_look(const Db *db, EventList *ret_list, Error *err) {
  Look look = {0};
  Status status = read_statuses(db, &look, err);
  if (status == STATUS_OK) status = read_restatements(db, &look, err);
  if (status == STATUS_OK) status = read_alerts(db, &look, err);
  for (size_t i = 0; i < look.session_count; i++) stored_free(&look.sessions[i]);
  free(look.sessions);
  free(look.totals);
  if (status == STATUS_OK)
    *ret_list = look.list;
  else
    event_list_free(&look.list);
  return status;
}
