#include <closebell/store/etfs.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/market/ticker_list.h>

#include "document.h"

#define COLLECTION "etfs"

/* ---- the list ---- */

static size_t place_of(const EtfList *list, const char *ticker) {
  return ticker_position(list->items, list->count, sizeof *list->items, ticker);
}

Etf *etf_list_find(const EtfList *list, const char *ticker) {
  size_t at = place_of(list, ticker);
  return at < list->count && strcmp(list->items[at].ticker, ticker) == 0 ? &list->items[at] : NULL;
}

Etf *etf_list_put(EtfList *list, const char *ticker) {
  size_t at = place_of(list, ticker);
  if (at < list->count && strcmp(list->items[at].ticker, ticker) == 0) return &list->items[at];
  Etf *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) return NULL;
  list->items = items;
  memmove(items + at + 1, items + at, (list->count - at) * sizeof *items);
  list->count++;
  items[at] = (Etf){.first = DAY_NONE, .last = DAY_NONE};
  text_copy(items[at].ticker, sizeof items[at].ticker, ticker);
  return &items[at];
}

void etf_list_free(EtfList *list) {
  free(list->items);
  *list = (EtfList){0};
}

/* ---- documents ---- */

static Status read_document(const bson_t *document, Etf *ret_etf, Error *err) {
  Etf etf = {.first = DAY_NONE, .last = DAY_NONE};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "_id", etf.ticker, sizeof etf.ticker);
  document_get_text(&from, "name", etf.name, sizeof etf.name);
  document_get_prose(&from, "index_name", etf.index_name, sizeof etf.index_name);
  document_get_day(&from, "first_date", &etf.first);
  document_get_day(&from, "last_date", &etf.last);
  if (from.status == STATUS_OK && !ticker_is_valid(etf.ticker)) document_fault(&from, "_id", "is no ticker");
  if (from.status == STATUS_OK && etf.last < etf.first) document_fault(&from, "last_date", "is before first_date");
  if (from.status == STATUS_OK) *ret_etf = etf;
  return from.status;
}

static Status add_document(Documents *documents, const Etf *etf, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", etf->ticker);
  document_put_text(&to, "name", etf->name);
  document_put_prose(&to, "index_name", etf->index_name);
  document_put_day(&to, "first_date", etf->first);
  document_put_day(&to, "last_date", etf->last);
  return to.status;
}

static Status take(void *context, const bson_t *document, Error *err) {
  EtfList *list = context;
  Etf etf;
  Error unread;
  if (read_document(document, &etf, &unread) != STATUS_OK) return STATUS_OK;
  Etf *entry = etf_list_put(list, etf.ticker);
  if (entry == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  *entry = etf;
  return STATUS_OK;
}

Status etfs_read(const Db *db, EtfList *ret_list, Error *err) {
  EtfList list = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, take, &list, err);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    etf_list_free(&list);
  return status;
}

Status etfs_write(const Db *db, const Etf *const *etfs, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, etfs[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

Status etfs_delete(const Db *db, const char *ticker, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, ticker, err);
}
