#include <closebell/store/chosen_stocks.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/job_status.h>

#include "document.h"

#define COLLECTION "chosen_stocks"

static Status add_document(Documents *documents, Day date, const char *dataset, Instant now, const TickerList *list,
                           Error *err) {
  char id[JOB_STATUS_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", job_status_id(date, dataset, id));
  document_put_text(&to, "dataset", dataset);
  document_put_day(&to, "date", date);
  document_put_tickers(&to, "tickers", (const char(*)[TICKER_SIZE])list->items, list->count);
  document_put_instant(&to, "recorded_utc", now);
  return to.status;
}

static Status read_document(const bson_t *document, TickerList *ret_list, Error *err) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  TickerList list = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_tickers(&from, "tickers", &tickers, &count);
  Status status = from.status;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = ticker_list_add(&list, tickers[i], err);
  free(tickers);
  ticker_list_settle(&list);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    ticker_list_free(&list);
  return status;
}

Status chosen_stocks_find(const Db *db, Day date, const char *dataset, TickerList *ret_list, Error *err) {
  char id[JOB_STATUS_ID_SIZE];
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, job_status_id(date, dataset, id), &document, err);
  if (status != STATUS_OK) return status;
  status = read_document(document, ret_list, err);
  bson_destroy(document);
  return status;
}

typedef struct {
  const char *dataset;
  ChosenStocksVisit *visit;
  void *context;
} Reading;

/* The documents of all datasets interleave. */
static bool is_of(const bson_t *document, const char *dataset, Day *ret_date) {
  char date[DAY_TEXT_SIZE], id[JOB_STATUS_ID_SIZE];
  const char *stored = document_id(document);
  snprintf(date, sizeof date, "%.*s", DAY_TEXT_SIZE - 1, stored ? stored : "");
  return day_parse(date, ret_date) && strcmp(stored, job_status_id(*ret_date, dataset, id)) == 0;
}

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  TickerList list = {0};
  Day date;
  if (!is_of(document, reading->dataset, &date)) return STATUS_OK;
  Error unread;
  Status status = read_document(document, &list, &unread);
  if (status != STATUS_OK && status != STATUS_BAD_DATA) {
    *err = unread;
    return status;
  }
  status = reading->visit(reading->context, date, status == STATUS_OK ? &list : NULL, err);
  ticker_list_free(&list);
  return status;
}

Status chosen_stocks_read(const Db *db, const char *dataset, Day from, ChosenStocksVisit *visit, void *context,
                          Error *err) {
  Reading reading = {.dataset = dataset, .visit = visit, .context = context};
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, day_text(from).text, NULL, NULL, visit_document, &reading,
                        err);
}

Status chosen_stocks_replace(const Db *db, Day date, const char *dataset, Instant now, const TickerList *list,
                             Error *err) {
  Documents documents = {0};
  Status status = add_document(&documents, date, dataset, now, list, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

/* An insert whose reply was lost is repeated, and finds its own document: that is read back like anybody's. */
Status chosen_stocks_record(const Db *db, Day date, const char *dataset, Instant now, TickerList *list, Error *err) {
  Documents documents = {0};
  TickerList recorded = {0};
  Status status = add_document(&documents, date, dataset, now, list, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  if (status != STATUS_DUPLICATE) return status;
  status = chosen_stocks_find(db, date, dataset, &recorded, err);
  if (status == STATUS_BAD_DATA) return chosen_stocks_replace(db, date, dataset, now, list, err);
  if (status != STATUS_OK) return status;
  ticker_list_free(list);
  *list = recorded;
  return STATUS_OK;
}
