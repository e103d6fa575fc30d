#include <closebell/store/restatements.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "restatements"

enum { ID_SIZE = 24, MAX_TRIES = 1000 };
static const int64_t LARGEST_NUMBER = 9999999999; /* ten digits */

static char *number_id(int64_t number, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, "%010lld", (long long)number);
  return id;
}

static void get_number(DocumentReader *from, int64_t *to) {
  if (from->status != STATUS_OK) return;
  if (strlen(from->id) != 10 || !text_parse_int64(from->id, 1, LARGEST_NUMBER, to))
    document_fault(from, "_id", "is not a number of ten digits");
}

static Status read_restatement(const bson_t *document, Restatement *ret_restatement, Error *err) {
  Restatement read = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  get_number(&from, &read.number);
  document_get_day_or_none(&from, "from", &read.from);
  if (document_has(&from, "tickers")) {
    document_get_tickers(&from, "tickers", &read.tickers, &read.ticker_count);
    if (read.ticker_count == 0) document_fault(&from, "tickers", "is empty");
  }
  document_get_prose(&from, "reason", read.reason, sizeof read.reason);
  document_get_instant(&from, "at_utc", &read.at_utc);
  if (from.status == STATUS_OK)
    *ret_restatement = read;
  else
    free(read.tickers);
  return from.status;
}

static Status add_restatement(void *context, const bson_t *document, Error *err) {
  Restatements *list = context;
  Restatement *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "restatements: out of memory");
  list->items = items;
  Status status = read_restatement(document, &list->items[list->count], err);
  if (status == STATUS_OK) list->count++;
  return status;
}

Status restatements_load(const Db *db, int64_t after, Restatements *ret_list, Error *err) {
  char from_id[ID_SIZE];
  Restatements list = {0};
  number_id(after < 0 ? 0 : after + 1, from_id);
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, from_id, NULL, NULL, add_restatement, &list, err);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    restatements_free(&list);
  return status;
}

Status restatements_highest(const Db *db, int64_t *ret_number, Error *err) {
  bson_t *document = NULL;
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, NULL, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_number = 0;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  get_number(&from, ret_number);
  bson_destroy(document);
  return from.status;
}

static Status insert_as(const Db *db, int64_t number, const NewRestatement *fresh, Error *err) {
  Documents documents = {0};
  char id[ID_SIZE];
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", number_id(number, id));
  document_put_day(&to, "from", fresh->from);
  if (fresh->ticker != NULL) {
    bson_t tickers = BSON_INITIALIZER;
    document_add_text(&tickers, fresh->ticker);
    document_put_array(&to, "tickers", &tickers);
    bson_destroy(&tickers);
  }
  document_put_prose(&to, "reason", fresh->reason);
  document_put_instant(&to, "at_utc", fresh->at_utc);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  return status;
}

/* A number that is taken may be our own, its reply lost. A second restatement of the same thing costs a little work;
 * taking another's for ours, one that may have been read already, would cost the truth. */
Status restatements_insert(const Db *db, const NewRestatement *fresh, int64_t *ret_number, Error *err) {
  int64_t number = 0;
  Status status = restatements_highest(db, &number, err);
  if (status != STATUS_OK) return status;
  status = STATUS_DUPLICATE;
  for (int i = 0; i < MAX_TRIES && status == STATUS_DUPLICATE; i++) status = insert_as(db, ++number, fresh, err);
  if (status == STATUS_DUPLICATE)
    return error_set(err, STATUS_INTERNAL, "restatements: no free number up to %lld", (long long)number);
  if (status == STATUS_OK) *ret_number = number;
  return status;
}

bool restatement_applies(const Restatement *restatement, const char *ticker) {
  if (restatement->tickers == NULL) return true;
  for (size_t i = 0; i < restatement->ticker_count; i++) {
    if (strcmp(restatement->tickers[i], ticker) == 0) return true;
  }
  return false;
}

void restatements_free(Restatements *list) {
  for (size_t i = 0; i < list->count; i++) free(list->items[i].tickers);
  free(list->items);
  *list = (Restatements){0};
}
