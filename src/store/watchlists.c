#include <closebell/store/watchlists.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/market/ticker.h>

#include "document.h"

#define COLLECTION "watchlists"

/* ---- names ---- */

static bool is_ascii_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Hangul takes three bytes: syllables, and letters alone (jamo). */
static bool is_hangul(const unsigned char *c) {
  uint32_t point = (uint32_t)(c[0] & 0x0f) << 12 | (uint32_t)(c[1] & 0x3f) << 6 | (uint32_t)(c[2] & 0x3f);
  return (point >= 0xac00 && point <= 0xd7a3) || (point >= 0x1100 && point <= 0x11ff) ||
         (point >= 0x3131 && point <= 0x318e);
}

bool watchlist_name_is_valid(const char *name) {
  size_t left = strlen(name), characters = 0;
  if (left >= WATCHLIST_NAME_SIZE || !text_is_utf8(name, left)) return false;
  for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; characters++) {
    bool wide = (*c & 0xf0) == 0xe0;
    if (wide ? !is_hangul(c) : !is_ascii_of_name((char)*c)) return false;
    c += wide ? 3 : 1;
  }
  return characters >= 1 && characters <= WATCHLIST_NAME_CHARACTERS;
}

/* ---- reading ---- */

static Status read_document(const bson_t *document, Watchlist *to, Error *err) {
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "_id", to->name, sizeof to->name);
  document_get_tickers(&from, "tickers", &to->tickers, &to->count);
  document_get_instant(&from, "updated_utc", &to->updated_utc);
  if (to->count > WATCHLIST_TICKERS_MAX) document_fault(&from, "tickers", "has more than 1,000 tickers");
  return from.status;
}

Status watchlist_find(const Db *db, const char *name, Watchlist *ret_watchlist, Error *err) {
  bson_t *document = NULL;
  Watchlist found = {0};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, name, &document, err);
  if (status != STATUS_OK) return status;
  status = read_document(document, &found, err);
  bson_destroy(document);
  if (status == STATUS_OK)
    *ret_watchlist = found;
  else
    watchlist_free(&found);
  return status;
}

typedef struct {
  TickerList list;
  size_t unreadable;
} Everybody;

static Status add_list(void *context, const bson_t *document, Error *err) {
  Everybody *everybody = context;
  Watchlist list = {0};
  Status status = read_document(document, &list, NULL);
  everybody->unreadable += status == STATUS_BAD_DATA;
  if (status == STATUS_BAD_DATA) status = STATUS_OK;
  for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
    status = ticker_list_add(&everybody->list, list.tickers[i], err);
  watchlist_free(&list);
  return status;
}

Status watchlists_tickers(const Db *db, TickerList *ret_list, size_t *ret_unreadable, Error *err) {
  Everybody everybody = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, add_list, &everybody, err);
  ticker_list_settle(&everybody.list);
  if (status != STATUS_OK) {
    ticker_list_free(&everybody.list);
    return status;
  }
  *ret_list = everybody.list;
  *ret_unreadable = everybody.unreadable;
  return STATUS_OK;
}

void watchlist_free(Watchlist *watchlist) {
  free(watchlist->tickers);
  *watchlist = (Watchlist){0};
}

/* ---- writing ---- */

static Status check(const Watchlist *watchlist, Error *err) {
  bool good = watchlist_name_is_valid(watchlist->name) && watchlist->count <= WATCHLIST_TICKERS_MAX;
  for (size_t i = 0; i < watchlist->count && good; i++) good = ticker_is_valid(watchlist->tickers[i]);
  return good ? STATUS_OK : error_set(err, STATUS_INTERNAL, "a watchlist that may not be written");
}

Status watchlist_write(const Db *db, const Watchlist *watchlist, Error *err) {
  Documents documents = {0};
  Status status = check(watchlist, err);
  if (status != STATUS_OK) return status;
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", watchlist->name);
  document_put_tickers(&to, "tickers", (const char(*)[8])watchlist->tickers, watchlist->count);
  document_put_instant(&to, "updated_utc", watchlist->updated_utc);
  status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status watchlist_delete(const Db *db, const char *name, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, name, err);
}
