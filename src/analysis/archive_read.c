#include <closebell/analysis/archive_read.h>

#include <closebell/store/market_indices.h>

/* An equal session; the caller frees it. STATUS_NO_MEMORY is the only failure. */
static Status copy_session(const Session *session, Session *ret_copy, Error *err) {
  Session copy = {.date = session->date, .markets = session->markets, .has_kinds = session->has_kinds};
  Status status = STATUS_OK;
  for (size_t i = 0; i < session->count && status == STATUS_OK; i++) status = session_add(&copy, &session->rows[i]);
  if (status == STATUS_OK) status = session_seal(&copy, err);
  if (status == STATUS_OK) {
    *ret_copy = copy;
    return STATUS_OK;
  }
  session_free(&copy);
  return error_set(err, status, "no memory for the session of %s", day_text(session->date).text);
}

Status archive_read_indices(const AnalysisWork *work, MarketIndices *indices, Error *err) {
  Status status = market_indices_load(work->job->db, work->job->config->indices.names, indices, err);
  if (status != STATUS_OK || !work->evening_indices) return status;
  status = market_indices_add_day(indices, work->evening_indices);
  return status == STATUS_OK ? status : error_set(err, status, "no memory for the indices of the evening");
}

Status archive_read(const AnalysisWork *work, Day from, Day to, MarketDayVisit *visit, void *context, Error *err) {
  const Session *evening = work->evening;
  Session copy = {0};
  bool with_evening = evening && evening->date >= from && evening->date <= to;
  Status status = market_days_read(work->job->db, from, with_evening ? evening->date - 1 : to, visit, context, err);
  if (status != STATUS_OK || !with_evening) return status;
  status = copy_session(evening, &copy, err);
  if (status == STATUS_OK) status = visit(context, &copy, err);
  session_free(&copy);
  return status;
}
