#include "etf_days.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/store/etf_data.h>

#include "datasets.h"

bool etf_is_completed(const Ingest *ingest, Day date) {
  const JobStatus *status = job_status_find(dataset_statuses(ingest, &ETF_DAYS), date);
  return status && status->state == JOB_COMPLETED;
}

static size_t list_sessions(const Ledger *ledger, const Ingest *ingest, Day *sessions) {
  size_t count = 0;
  for (size_t i = 0; i < ledger->count; i++)
    if (dataset_is_session(ingest, &ledger->days[i])) sessions[count++] = ledger->days[i].date;
  return count;
}

/* The window never slides: what was the first stays in it. */
static size_t begin_of(const Ingest *ingest, const EtfWindow *window) {
  const JobStatusList *statuses = dataset_statuses(ingest, &ETF_DAYS);
  size_t days = (size_t)ingest->job->config->etf.days, begin = window->count > days ? window->count - days : 0;
  size_t first = 0;
  if (statuses->count == 0) return begin;
  while (first < window->count && window->sessions[first] < statuses->items[0].date) first++;
  return first < begin ? first : begin;
}

Status etf_window(const Ingest *ingest, EtfWindow *ret_window, Error *err) {
  const Ledger *ledger = &ingest->ledger;
  EtfWindow window = {.sessions = malloc((ledger->count + 1) * sizeof *window.sessions)};
  if (!window.sessions) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", ledger->count);
  window.count = list_sessions(ledger, ingest, window.sessions);
  window.begin = begin_of(ingest, &window);
  window.end = window.begin < window.count ? window.begin + 1 : window.count;
  while (window.end < window.count &&
         ledger_nothing_missing(ledger, window.sessions[window.end - 1], window.sessions[window.end]))
    window.end++;
  *ret_window = window;
  return STATUS_OK;
}

void etf_window_free(EtfWindow *window) {
  free(window->sessions);
  *window = (EtfWindow){0};
}

/* ---- one session ---- */

void etf_session_free(EtfSession *session) {
  free(session->rows);
  *session = (EtfSession){0};
}

static Status take(void *context, const StoredEtfRow *stored, Error *err) {
  EtfSession *session = context;
  (void)err;
  if (stored->readable) session->rows[session->count++] = stored->row;
  return STATUS_OK;
}

Status etf_session_load(const Job *job, const EtfList *funds, Day date, EtfSession *ret_session, Error *err) {
  EtfSession session = {.date = date, .rows = malloc((funds->count + 1) * sizeof *session.rows)};
  if (!session.rows) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds of %s", day_text(date).text);
  Status status = STATUS_OK;
  for (size_t i = 0; i < funds->count && status == STATUS_OK; i++) {
    const Etf *fund = &funds->items[i];
    if (fund->first <= date && date <= fund->last)
      status = etf_data_read(job->db, fund->ticker, day_alone(date), take, &session, err);
  }
  if (status == STATUS_OK)
    *ret_session = session;
  else
    etf_session_free(&session);
  return status;
}
