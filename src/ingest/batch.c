#include <closebell/ingest/batch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/plan/trouble.h>
#include <closebell/run/run.h>

static size_t ticker_position(const Batch *batch, const char *ticker) {
  size_t low = 0, high = batch->ticker_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(batch->tickers[middle].ticker, ticker) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool stands_at(const Batch *batch, size_t position, const char *ticker) {
  return position < batch->ticker_count && strcmp(batch->tickers[position].ticker, ticker) == 0;
}

static BatchTicker *find_ticker(Batch *batch, const char *ticker) {
  size_t at = ticker_position(batch, ticker);
  if (stands_at(batch, at, ticker)) return &batch->tickers[at];
  BatchTicker *tickers =
      vector_reserve(batch->tickers, &batch->ticker_capacity, batch->ticker_count + 1, sizeof *tickers);
  if (!tickers) return NULL;
  batch->tickers = tickers;
  memmove(&tickers[at + 1], &tickers[at], (batch->ticker_count - at) * sizeof *tickers);
  tickers[at] = (BatchTicker){0};
  memcpy(tickers[at].ticker, ticker, TICKER_SIZE);
  batch->ticker_count++;
  return &tickers[at];
}

static bool note_row(Batch *batch, Day date, const StockRow *row) {
  BatchTicker *ticker = find_ticker(batch, row->ticker);
  DatedRow *rows = ticker ? vector_reserve(ticker->rows, &ticker->capacity, ticker->count + 1, sizeof *rows) : NULL;
  if (!rows) return false;
  ticker->rows = rows;
  rows[ticker->count++] = (DatedRow){.date = date, .row = row};
  return true;
}

size_t batch_expected_rows(const Universe *universe, const Session *session) {
  size_t expected = 0;
  for (size_t i = 0, cursor = 0; i < universe->count; i++)
    expected += target_owed_row(&universe->items[i], session, &cursor) != NULL;
  return expected;
}

Status batch_add(Batch *batch, const Universe *universe, SharedSession *shared, Error *err) {
  const Session *session = &shared->session;
  BatchSession *sessions =
      vector_reserve(batch->sessions, &batch->session_capacity, batch->session_count + 1, sizeof *sessions);
  if (!sessions)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the session of %s", day_text(session->date).text);
  batch->sessions = sessions;
  BatchSession *added = &sessions[batch->session_count++];
  *added = (BatchSession){.session = shared_session_hold(shared)};
  for (size_t i = 0, cursor = 0; i < universe->count; i++) {
    const StockRow *row = target_owed_row(&universe->items[i], session, &cursor);
    if (!row) continue;
    if (!note_row(batch, session->date, row))
      return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of %s", row->ticker);
    added->expected_rows++;
  }
  return STATUS_OK;
}

static BatchSession *session_of(Batch *batch, Day date) {
  for (size_t i = 0; i < batch->session_count; i++)
    if (batch->sessions[i].session->session.date == date) return &batch->sessions[i];
  return NULL;
}

static void credit(Batch *batch, const BatchTicker *ticker, bool stored, const Error *err) {
  for (size_t i = 0; i < ticker->count; i++) {
    BatchSession *session = session_of(batch, ticker->rows[i].date);
    if (stored)
      session->stored_rows++;
    else if (!session->trouble[0])
      snprintf(session->trouble, sizeof session->trouble, "%s: %.100s", ticker->ticker, err->text);
  }
}

Status batch_store(Batch *batch, Ingest *ingest, Error *err) {
  Job *job = ingest->job;
  for (size_t i = 0; i < batch->ticker_count; i++) {
    const BatchTicker *ticker = &batch->tickers[i];
    if (ticker->count == 0) continue;
    Status status = run_beat(job, err);
    if (status != STATUS_OK) return status;
    StoredCounts counts = {0};
    Error trouble = {{0}};
    status = stock_data_store(job->db, ticker->ticker, ticker->rows, ticker->count, &counts, &trouble);
    if (status != STATUS_OK && !trouble_is_own(status)) {
      *err = trouble;
      return error_prefix(err, status, "rows of %s", ticker->ticker);
    }
    bool proven = status == STATUS_OK && counts.stored == ticker->count;
    if (status == STATUS_OK && !proven)
      error_set(&trouble, STATUS_INCOMPLETE, "%zu of %zu rows read back equal", counts.stored, ticker->count);
    credit(batch, ticker, proven, &trouble);
    ingest->run.rows_stored += (long)counts.stored;
    ingest->run.rows_repaired += (long)counts.replaced;
    if (counts.replaced)
      log_with(job->log, LOG_WARN,
               LOG_FACTS(log_text("ticker", ticker->ticker), log_size("different", counts.replaced)),
               "%s: %zu rows differed from the archive and were overwritten", ticker->ticker, counts.replaced);
  }
  return STATUS_OK;
}

void batch_clear(Batch *batch) {
  for (size_t i = 0; i < batch->session_count; i++) shared_session_release(batch->sessions[i].session);
  for (size_t i = 0; i < batch->ticker_count; i++) batch->tickers[i].count = 0;
  batch->session_count = 0;
}

void batch_free(Batch *batch) {
  batch_clear(batch);
  for (size_t i = 0; i < batch->ticker_count; i++) free(batch->tickers[i].rows);
  free(batch->tickers);
  free(batch->sessions);
  memset(batch, 0, sizeof *batch);
}
