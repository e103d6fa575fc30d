#include "dart_ask.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/company/fundamentals.h>
#include <closebell/store/source_state.h>

const char DART_NAME[] = "dart";

Day dart_today(const Job *job) { return instant_kst_day(job_business_now(job)); }

int dart_oldest_year(const Job *job) {
  int year, month, day;
  day_to_ymd(dart_today(job), &year, &month, &day);
  return year - (int)job->config->dart.years;
}

int64_t dart_expected_rows(const Job *job) {
  (void)job;
  return 1;
}

Status dart_begin(DatasetWork *work, Fetch *ret_fetch, Error *err) {
  if (!fetch_of(ret_fetch, work->ingest->job, DART_NAME))
    return error_set(err, STATUS_CONFIG, "%s: OpenDART is not configured", work->dataset->name);
  SourceState state;
  ret_fetch->deadline_ms = work->deadline_ms;
  Status status = source_state_read(work->ingest->job->db, DART_NAME, &state, err);
  if (status == STATUS_OK) ret_fetch->state.batch = state.batch; /* all else is read with the first call */
  return status;
}

Status dart_ask(Fetch *fetch, const char *feed, const char *key, Answer *ret_answer, Error *err) {
  *ret_answer = (Answer){0};
  const Question question = {.feed = source_feed(fetch_source(fetch), feed),
                             .date = DAY_NONE,
                             .key = key,
                             .asked_at = job_business_now(fetch->job),
                             .answer = ret_answer};
  if (question.feed == NULL) return error_set(err, STATUS_CONFIG, "%s has no feed %s", DART_NAME, feed);
  Status status = fetch_questions(fetch, &question, 1, err);
  if (status == STATUS_OK) return STATUS_OK;
  free(ret_answer->payload);
  *ret_answer = (Answer){0};
  return status;
}

const char *dart_trouble(const Answer *answer) {
  if (answer->kind == ANSWER_NONE) return "it was not asked: the door of this feed is shut";
  if (answer->kind == ANSWER_EMPTY) return "it has no data";
  return answer->detail[0] ? answer->detail : answer_kind_name(answer->kind);
}

Status dart_is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err) {
  (void)dataset;
  return dataset_source_is_shut(ingest, DART_NAME, ret_shut, err);
}

static bool is_followed(const StockRow *row) { return row->market != MARKET_KONEX && ticker_is_common(row->ticker); }

Status dart_stocks(Ingest *ingest, ListedStock **ret_stocks, size_t *ret_count, Error *err) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  SharedSession *shared;
  *ret_stocks = NULL;
  *ret_count = 0;
  if (!newest) return STATUS_OK;
  Status status = ingest_session(ingest, newest->date, &shared, err);
  if (status != STATUS_OK) return status;
  const Session *session = &shared->session;
  ListedStock *stocks = calloc(session->count + 1, sizeof *stocks);
  size_t count = 0;
  for (size_t i = 0; stocks && i < session->count; i++) {
    if (!is_followed(&session->rows[i])) continue;
    memcpy(stocks[count].ticker, session->rows[i].ticker, TICKER_SIZE);
    stocks[count++].market = session->rows[i].market;
  }
  shared_session_release(shared);
  if (!stocks) return error_set(err, STATUS_NO_MEMORY, "no memory for the stocks of a session");
  *ret_stocks = stocks;
  *ret_count = count;
  return STATUS_OK;
}
