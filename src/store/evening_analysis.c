#include <stdlib.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/store/evening.h>

#include "finality.h"
#include "shared_documents.h"

#define COLLECTION "evening_analysis"

static Status add_document(Documents *documents, const AnalyzedSeries *series, const Target *target, Day as_of,
                           Error *err) {
  Status status = latest_document(series, target, as_of, documents, err);
  if (status != STATUS_OK) return status;
  DocumentWriter to = document_writer(documents->items[documents->count - 1], err);
  document_put_text(&to, "finality", FINALITY_PROVISIONAL);
  return to.status;
}

Status evening_analysis_replace(const Db *db, const AnalyzedSeries *const *series, const Target *const *targets,
                                size_t count, Day as_of, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    if (series[i]->bars->count > 0) status = add_document(&documents, series[i], targets[i], as_of, err);
  if (status == STATUS_OK && documents.count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), documents.count, err);
  documents_free(&documents);
  return status;
}

typedef struct {
  Day as_of;
  char (*items)[TICKER_SIZE];
  size_t count, capacity;
} Tickers;

static Status add_ticker(void *context, const bson_t *document, Error *err) {
  Tickers *tickers = context;
  Day as_of = DAY_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_day(&from, "as_of", &as_of);
  if (from.status != STATUS_OK || as_of != tickers->as_of || !ticker_is_valid(from.id)) return STATUS_OK;
  char(*items)[TICKER_SIZE] = vector_reserve(tickers->items, &tickers->capacity, tickers->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "the evening's analysis: out of memory");
  tickers->items = items;
  text_copy(items[tickers->count++], sizeof *items, from.id);
  return STATUS_OK;
}

Status evening_analysis_tickers(const Db *db, Day as_of, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count,
                                Error *err) {
  static const char *const fields[] = {"as_of", NULL};
  Tickers tickers = {.as_of = as_of};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, fields, add_ticker, &tickers, err);
  if (status != STATUS_OK) {
    free(tickers.items);
    return status;
  }
  *ret_tickers = tickers.items;
  *ret_count = tickers.count;
  return STATUS_OK;
}

/* The lists first: as long as there is an analysis, whoever comes next clears again. */
Status evening_clear(const Db *db, Error *err) {
  static const char *const all[] = {"evening_strategy_days", "evening_leaders", COLLECTION};
  Status status = STATUS_OK;
  for (size_t i = 0; i < sizeof all / sizeof all[0] && status == STATUS_OK; i++)
    status = db->delete_range(db->self, DB_SYSTEM, all[i], NULL, NULL, err);
  return status;
}
