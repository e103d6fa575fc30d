#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/source/dart.h>
#include <closebell/store/source_state.h>

#include "financials.h"

/* ---- batches ---- */

typedef struct {
  Collecting *collecting;
  ReportTerm term;
  bool is_live;
  UnitResult *result;
} Asking;

static size_t batch_size(const Collecting *collecting) {
  int64_t size = collecting->work->ingest->job->config->dart.batch, worked = collecting->fetch.state.batch;
  if (worked > 0 && worked < size) size = worked;
  return size > DART_COMPANIES_PER_CALL ? DART_COMPANIES_PER_CALL : (size_t)size;
}

/* The next run does not begin with more than what is taken. */
static Status remember_size(Collecting *collecting, size_t size, Error *err) {
  const Job *job = collecting->work->ingest->job;
  if (collecting->fetch.state.batch > 0 && (size_t)collecting->fetch.state.batch <= size) return STATUS_OK;
  log_info(job->log, "OpenDART turns away a question about more companies: %zu at once from now on", size);
  collecting->fetch.state.batch = (int64_t)size;
  return source_state_write_batch(job->db, DART_NAME, (int64_t)size, err);
}

static Status take_all(const Asking *asking, const Answer *answer, Error *err) {
  const FiledReport *filed = answer_items(answer, &PAYLOAD_FILED_REPORTS);
  Status status = STATUS_OK;
  for (size_t i = 0; filed && i < answer->count && status == STATUS_OK; i++)
    status = collecting_take(asking->collecting, &filed[i], asking->is_live, asking->result, err);
  return status;
}

static bool is_settled(const Answer *answer) {
  return answer->kind == ANSWER_EMPTY || answer_items(answer, &PAYLOAD_FILED_REPORTS) != NULL;
}

static Status ask_batch(const Asking *asking, const Company *const *companies, size_t count, bool *ret_too_large,
                        Error *err) {
  DartStatementsAsked asked = {.year = asking->term.year, .kind = asking->term.kind, .count = count};
  char key[DART_KEY_SIZE];
  Answer answer;
  *ret_too_large = false;
  for (size_t i = 0; i < count; i++) memcpy(asked.corp_codes[i], companies[i]->corp_code, CORP_CODE_SIZE);
  if (!dart_statements_key(&asked, key))
    return error_set(err, STATUS_INTERNAL, "a question about %zu companies does not fit", count);
  Status status = dart_ask(&asking->collecting->fetch, FEED_DART_STATEMENTS, key, &answer, err);
  if (status != STATUS_OK) return status;
  *ret_too_large = answer.kind == ANSWER_TOO_LARGE && count > 1;
  if (!*ret_too_large && !is_settled(&answer))
    unit_stays_open(asking->result, answer.kind == ANSWER_BROKEN, "%d %s of %zu companies: %.160s", asking->term.year,
                    report_kind_name(asking->term.kind), count, dart_trouble(&answer));
  status = take_all(asking, &answer, err);
  free(answer.payload);
  return status;
}

/* One that is too large is asked for in halves, and so are those behind it. */
Status collecting_ask(Collecting *collecting, ReportTerm term, const CompanyGroup *group, bool is_live,
                      UnitResult *result, Error *err) {
  const Asking asking = {collecting, term, is_live, result};
  size_t size = batch_size(collecting), at = 0;
  Status status = STATUS_OK;
  while (at < group->count && status == STATUS_OK) {
    size_t some = group->count - at < size ? group->count - at : size;
    bool too_large;
    status = ask_batch(&asking, group->companies + at, some, &too_large, err);
    if (status != STATUS_OK) break;
    if (too_large) {
      size = some / 2;
      status = remember_size(collecting, size, err);
    } else {
      at += some;
    }
  }
  return status;
}
