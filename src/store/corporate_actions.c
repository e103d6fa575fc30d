#include <closebell/store/corporate_actions.h>

#include <stdio.h>
#include <string.h>

#include "document.h"

#define COLLECTION "corporate_actions"

enum { ID_SIZE = TICKER_SIZE + DAY_TEXT_SIZE };

static char *action_id(const char *ticker, Day date, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, "%s:%s", ticker, day_text(date).text);
  return id;
}

Status corporate_actions_write(const Db *db, const CorporateAction *actions, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    char id[ID_SIZE];
    DocumentWriter to = document_writer(documents_add(&documents), err);
    document_put_text(&to, "_id", action_id(actions[i].ticker, actions[i].date, id));
    document_put_text(&to, "ticker", actions[i].ticker);
    document_put_day(&to, "date", actions[i].date);
    document_put_int64(&to, "base_price", actions[i].base_price);
    document_put_int64(&to, "previous_close", actions[i].previous_close);
    document_put_double(&to, "factor", actions[i].factor);
    status = to.status;
  }
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

typedef struct {
  const char *suffix; /* ":2024-01-08" */
  const CorporateAction *keep;
  size_t count;
  Documents unwanted;
} Removing;

static bool is_kept(const Removing *removing, const char *id) {
  for (size_t i = 0; i < removing->count; i++) {
    char kept[ID_SIZE];
    if (strcmp(action_id(removing->keep[i].ticker, removing->keep[i].date, kept), id) == 0) return true;
  }
  return false;
}

static Status note_unwanted(void *context, const bson_t *document, Error *err) {
  Removing *removing = context;
  const char *id = document_id(document);
  const char *colon = id == NULL ? NULL : strrchr(id, ':');
  if (colon == NULL || strcmp(colon, removing->suffix) != 0 || is_kept(removing, id)) return STATUS_OK;
  if (documents_add_copy(&removing->unwanted, document)) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "corporate actions: out of memory");
}

Status corporate_actions_remove_others(const Db *db, Day date, const CorporateAction *keep, size_t count, Error *err) {
  static const char *const only_id[] = {"_id", NULL};
  char suffix[ID_SIZE];
  Removing removing = {.suffix = action_id("", date, suffix), .keep = keep, .count = count};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, only_id, note_unwanted, &removing, err);
  for (size_t i = 0; i < removing.unwanted.count && status == STATUS_OK; i++)
    status = db->delete_one(db->self, DB_SYSTEM, COLLECTION, document_id(removing.unwanted.items[i]), err);
  documents_free(&removing.unwanted);
  return status;
}

/* ---- reading ---- */

typedef struct {
  CorporateActionVisit *visit;
  void *context;
} Reading;

static Status read_action(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  CorporateAction action = {.date = DAY_NONE};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "ticker", action.ticker, sizeof action.ticker);
  document_get_day(&from, "date", &action.date);
  document_get_int64(&from, "base_price", &action.base_price);
  document_get_int64(&from, "previous_close", &action.previous_close);
  document_get_double(&from, "factor", &action.factor);
  return from.status == STATUS_OK ? reading->visit(reading->context, &action, err) : from.status;
}

Status corporate_actions_read(const Db *db, const char *ticker, CorporateActionVisit *visit, void *context,
                              Error *err) {
  char first[ID_SIZE], last[ID_SIZE];
  snprintf(first, sizeof first, "%s:", ticker);
  snprintf(last, sizeof last, "%s;", ticker); /* the character after ':' */
  Reading reading = {.visit = visit, .context = context};
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, first, last, NULL, read_action, &reading, err);
}
