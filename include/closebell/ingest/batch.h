/* batch.h: rows of several sessions, written ticker by ticker, proven session by session. */
#ifndef CLOSEBELL_INGEST_BATCH_H
#define CLOSEBELL_INGEST_BATCH_H

#include <closebell/ingest/ingest.h>
#include <closebell/store/stock_data.h>

typedef struct {
  SharedSession *session; /* held; rows below point into it */
  size_t expected_rows, stored_rows;
  char trouble[128]; /* the first ticker that failed, and why */
} BatchSession;

typedef struct {
  char ticker[TICKER_SIZE];
  DatedRow *rows; /* ascending */
  size_t count, capacity;
} BatchTicker;

/* Zero-initialise; batch_free at the end. */
typedef struct {
  BatchSession *sessions; /* ascending */
  size_t session_count, session_capacity;
  BatchTicker *tickers; /* sorted */
  size_t ticker_count, ticker_capacity;
} Batch;

/* Holds the session and notes a row for each target of the universe that expects the date and that the session lists.
 * Sessions come in ascending order. */
Status batch_add(Batch *batch, const Universe *universe, SharedSession *session, Error *err);

/* How many rows that would be. */
size_t batch_expected_rows(const Universe *universe, const Session *session);

/* Writes every row and counts per session what is proven to be stored. A ticker that fails for reasons of its own is
 * noted in its sessions and holds nobody else; a database that is gone, a lost lease or a stop end it. */
Status batch_store(Batch *batch, Ingest *ingest, Error *err);

void batch_clear(Batch *batch); /* keeps the room */
void batch_free(Batch *batch);

#endif
