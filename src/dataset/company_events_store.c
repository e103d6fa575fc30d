/* What is stored of companies' decisions, what is added, and alerts about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/company_events.h>

#include "company_events.h"

Status gathering_no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the events"); }

/* ---- alerts ---- */

static char *subject_of(const char *ticker, const char *rcept_no, char subject[FILING_SUBJECT_SIZE]) {
  snprintf(subject, FILING_SUBJECT_SIZE, "%s %s", ticker, rcept_no);
  return subject;
}

/* The event that an alert is about: under its receipt number, or what the new one corrects. */
static bool is_answered_by(const Events *known, const FilingAlert *alert, const CompanyEvent *event) {
  char subject[FILING_SUBJECT_SIZE];
  if (alert->is_refused)
    return strcmp(alert->subject, subject_of(event->ticker, event->as_filed.rcept_no, subject)) == 0;
  const char *blank = strchr(alert->subject, ' ');
  const CompanyEvent *about = blank ? events_find(known, blank + 1) : NULL;
  return about && about->kind == event->kind && strcmp(about->corp_code, event->corp_code) == 0 &&
         event_first_filed(about) == event_first_filed(event) &&
         strcmp(about->as_filed.rcept_no, event->as_filed.rcept_no) < 0;
}

static Status resolve_alerts(Gathering *gathering, const CompanyEvent *event, Error *err) {
  FilingAlerts *alerts = &gathering->book.alerts;
  Status status = STATUS_OK;
  for (size_t i = 0; i < alerts->count && status == STATUS_OK; i++) {
    FilingAlert *alert = &alerts->items[i];
    if (alert->subject[0] == '\0' || !is_answered_by(&gathering->book.known, alert, event)) continue;
    status = filing_alerts_close(alerts, gathering_job(gathering), alert, err);
  }
  return status;
}

/* ---- what is new ---- */

Status gathering_add(Gathering *gathering, const CompanyEvent *event, Error *err) {
  char subject[FILING_SUBJECT_SIZE], message[JOB_REASON_SIZE];
  Merge merge;
  CompanyEvent added;
  if (events_merge(&gathering->book.known, event, &merge, &added) != STATUS_OK) return gathering_no_memory(err);
  if (merge != MERGE_NEW && merge != MERGE_CONTRADICTS) return STATUS_OK;
  if (events_put(&gathering->book.fresh, &added) != STATUS_OK) return gathering_no_memory(err);
  if (merge == MERGE_NEW) return resolve_alerts(gathering, &added, err);
  snprintf(message, sizeof message,
           "OpenDART gives other values for %s than it did; both are kept, the first one counts",
           event->as_filed.rcept_no);
  subject_of(event->ticker, event->as_filed.rcept_no, subject);
  return filing_alerts_raise(&gathering->book.alerts, gathering_job(gathering), false, subject, message, err);
}

bool gathering_lacks(const Gathering *gathering, const Company *company, const char *rcept_no, const char *why,
                     UnitResult *result) {
  char text[JOB_REASON_SIZE];
  if (rcept_no_filed(rcept_no) < gathering->today - EVENTS_GIVE_UP_DAYS) return false;
  snprintf(text, sizeof text, "%s: %.200s", rcept_no, why);
  unit_lacks(result, company->ticker, text);
  return true;
}

Status gathering_refuse(Gathering *gathering, const Company *company, const FiledEvent *filed, UnitResult *result,
                        Error *err) {
  char subject[FILING_SUBJECT_SIZE], message[JOB_REASON_SIZE];
  snprintf(message, sizeof message, "%.160s, cannot be believed; not stored, it is asked for again", filed->trouble);
  result->refused++;
  gathering_lacks(gathering, company, filed->rcept_no, message, result);
  return filing_alerts_raise(&gathering->book.alerts, gathering_job(gathering), true,
                             subject_of(company->ticker, filed->rcept_no, subject), message, err);
}

Status gathering_flush(Gathering *gathering, Error *err) {
  Job *job = gathering_job(gathering);
  EventBook *book = &gathering->book;
  if (book->fresh.count == 0) return STATUS_OK;
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = company_events_append(job->db, book->fresh.items, book->fresh.count, err);
  if (status != STATUS_OK) return status;
  book->stored += book->fresh.count;
  events_free(&book->fresh);
  return STATUS_OK;
}

/* ---- beginning and end ---- */

Status gathering_begin(Gathering *gathering, Error *err) {
  const Job *job = gathering_job(gathering);
  gathering->book.alerts = (FilingAlerts){.refused = "event-refused", .contradicted = "event-contradicted"};
  Status status = collections_create_section(job->db, "dart", err);
  if (status == STATUS_OK) status = companies_read(job->db, NULL, NULL, &gathering->companies, err);
  if (status == STATUS_OK) status = event_work_read_progress(job->db, &gathering->progress, err);
  if (status == STATUS_OK) status = company_events_read(job->db, NULL, NULL, &gathering->book.known, err);
  if (status == STATUS_OK) status = filing_alerts_read(&gathering->book.alerts, job->db, err);
  if (status != STATUS_OK) return status;
  gathering->book.readable = gathering->book.known.count;
  gathering->learned = calloc(gathering->companies.count + 1, sizeof *gathering->learned);
  return gathering->learned ? STATUS_OK : gathering_no_memory(err);
}

void gathering_free(Gathering *gathering) {
  events_free(&gathering->book.known);
  events_free(&gathering->book.fresh);
  filing_alerts_free(&gathering->book.alerts);
  event_listing_free(&gathering->listing);
  free(gathering->asked);
  free(gathering->learned);
  companies_free(&gathering->companies);
  fetch_free(&gathering->fetch);
}
