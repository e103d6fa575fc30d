#include <closebell/store/watchlists.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
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

static Status take(void *context, const bson_t *document, Error *err) {
  Watchlists *lists = context;
  Watchlist *items = vector_reserve(lists->items, &lists->capacity, lists->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "watchlists: out of memory");
  lists->items = items;
  items[lists->count] = (Watchlist){0};
  Status status = read_document(document, &items[lists->count], err);
  lists->count++;
  return status;
}

Status watchlists_load(const Db *db, Watchlists *ret_lists, Error *err) {
  Watchlists lists = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, take, &lists, err);
  if (status == STATUS_OK)
    *ret_lists = lists;
  else
    watchlists_free(&lists);
  return status;
}

void watchlists_free(Watchlists *lists) {
  for (size_t i = 0; i < lists->count; i++) watchlist_free(&lists->items[i]);
  free(lists->items);
  *lists = (Watchlists){0};
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

static void put_content(DocumentWriter *to, const Watchlist *watchlist) {
  document_put_tickers(to, "tickers", (const char(*)[TICKER_SIZE])watchlist->tickers, watchlist->count);
  document_put_instant(to, "updated_utc", watchlist->updated_utc);
}

Status watchlist_write(const Db *db, const Watchlist *watchlist, Error *err) {
  Documents documents = {0};
  Status status = check(watchlist, err);
  if (status != STATUS_OK) return status;
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", watchlist->name);
  put_content(&to, watchlist);
  status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

/* ---- changing what was read ---- */

static Status insert(const Db *db, const Watchlist *watchlist, Error *err) {
  bson_t document = BSON_INITIALIZER;
  DocumentWriter to = document_writer(&document, err);
  document_put_text(&to, "_id", watchlist->name);
  put_content(&to, watchlist);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, &document, err);
  bson_destroy(&document);
  return status == STATUS_DUPLICATE ? STATUS_OK : status; /* another's, or our own whose reply was lost */
}

static Status update(const Db *db, const Watchlist *before, const Watchlist *after, Error *err) {
  bson_t where = BSON_INITIALIZER, set = BSON_INITIALIZER;
  DocumentWriter old = document_writer(&where, err), new = document_writer(&set, err);
  put_content(&old, before);
  put_content(&new, after);
  const DbUpdate change = {.id = after->name, .set = &set, .where = &where};
  Status status = old.status != STATUS_OK ? old.status : new.status;
  if (status == STATUS_OK) status = db->update_many(db->self, DB_SYSTEM, COLLECTION, &change, 1, err);
  bson_destroy(&set);
  bson_destroy(&where);
  return status;
}

static bool is_equal(const Watchlist *a, const Watchlist *b) {
  bool equal = a->updated_utc == b->updated_utc && a->count == b->count;
  for (size_t i = 0; equal && i < a->count; i++) equal = strcmp(a->tickers[i], b->tickers[i]) == 0;
  return equal;
}

Status watchlist_change(const Db *db, const Watchlist *before, const Watchlist *after, bool *ret_done, Error *err) {
  Watchlist found = {0};
  Status status = check(after, err);
  if (status == STATUS_OK) status = before ? update(db, before, after, err) : insert(db, after, err);
  if (status == STATUS_OK) status = watchlist_find(db, after->name, &found, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_done = status == STATUS_OK && is_equal(&found, after);
  watchlist_free(&found);
  return STATUS_OK;
}

Status watchlist_delete(const Db *db, const char *name, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, name, err);
}
