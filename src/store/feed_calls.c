#include <closebell/store/feed_calls.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "feed_key_document.h"

#define COLLECTION "source_state"
#define PREFIX "feed-call:"
enum { ID_SIZE = FEED_ACCOUNT_SIZE + 48, HOLDER_SIZE = 33 };

static char *id_of(const char *account, Day day, int64_t number, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, PREFIX "%s:%s:%010" PRId64, account, day_text(day).text, number);
  return id;
}

static Status read_counted(const bson_t *document, CountedUse *ret_counted, char holder[HOLDER_SIZE], Error *err) {
  CountedUse counted = {.number = 0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "date", &counted.day);
  document_get_int64(&from, "number", &counted.number);
  document_get_text(&from, "holder", holder, HOLDER_SIZE);
  feed_key_get(&from, &counted.use);
  if (from.status == STATUS_OK && counted.number < 1) document_fault(&from, "number", "is out of bounds");
  if (from.status == STATUS_OK) *ret_counted = counted;
  return from.status;
}

Status feed_calls_newest(const Db *db, const char *account, CountedUse *ret_counted, Error *err) {
  char prefix[ID_SIZE], holder[HOLDER_SIZE];
  bson_t *document = NULL;
  *ret_counted = (CountedUse){.use = {.until = INSTANT_NONE, .newest = INSTANT_NONE}};
  snprintf(prefix, sizeof prefix, PREFIX "%s:", account);
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, prefix, &document, err);
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  status = read_counted(document, ret_counted, holder, err);
  bson_destroy(document);
  return status;
}

static Status is_ours(const Db *db, const char *id, const char *holder, Error *err) {
  bson_t *document = NULL;
  CountedUse there;
  char its_holder[HOLDER_SIZE];
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_DUPLICATE : status;
  status = read_counted(document, &there, its_holder, err);
  bson_destroy(document);
  if (status != STATUS_OK) return status;
  return strcmp(its_holder, holder) == 0 ? STATUS_OK : STATUS_DUPLICATE;
}

Status feed_calls_insert(const Db *db, const char *account, const CountedUse *counted, const char *holder,
                         const char *feed, Error *err) {
  char id[ID_SIZE];
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id_of(account, counted->day, counted->number, id));
  document_put_day(&to, "date", counted->day);
  document_put_int64(&to, "number", counted->number);
  document_put_text(&to, "holder", holder);
  document_put_text(&to, "feed", feed);
  feed_key_put(&to, &counted->use);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents)[0], err);
  documents_free(&documents);
  return status == STATUS_DUPLICATE ? is_ours(db, id, holder, err) : status;
}

Status feed_calls_forget(const Db *db, const char *account, Day before, Error *err) {
  char from[ID_SIZE], to[ID_SIZE];
  snprintf(from, sizeof from, PREFIX "%s:", account);
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, from, id_of(account, before, 0, to), err);
}
