#include <closebell/store/corporate_actions.h>

#include <stdio.h>
#include <stdlib.h>
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
    document_put_prose(&to, "explained_by", actions[i].explained_by);
    status = to.status;
  }
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

Status corporate_action_delete(const Db *db, const char *ticker, Day date, Error *err) {
  char id[ID_SIZE];
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, action_id(ticker, date, id), err);
}

typedef struct {
  const char *suffix; /* ":2024-01-08" */
  CorporateAction *keep;
  size_t count;
  Documents unwanted;
} Removing;

static CorporateAction *find_kept(const Removing *removing, const char *id) {
  for (size_t i = 0; i < removing->count; i++) {
    char kept[ID_SIZE];
    if (strcmp(action_id(removing->keep[i].ticker, removing->keep[i].date, kept), id) == 0) return &removing->keep[i];
  }
  return NULL;
}

/* Of another factor the filing says nothing. */
static void keep_explanation(const bson_t *document, CorporateAction *action) {
  double factor = 0;
  char filing[ACTION_FILING_SIZE] = "";
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  if (!document_has(&from, "explained_by")) return;
  document_get_text(&from, "explained_by", filing, sizeof filing);
  document_get_double(&from, "factor", &factor);
  bool is_same = from.status == STATUS_OK && !(factor < action->factor) && !(factor > action->factor);
  if (is_same) memcpy(action->explained_by, filing, sizeof filing);
}

static Status note_unwanted(void *context, const bson_t *document, Error *err) {
  Removing *removing = context;
  const char *id = document_id(document);
  const char *colon = id == NULL ? NULL : strrchr(id, ':');
  if (colon == NULL || strcmp(colon, removing->suffix) != 0) return STATUS_OK;
  CorporateAction *kept = find_kept(removing, id);
  if (kept != NULL) {
    keep_explanation(document, kept);
    return STATUS_OK;
  }
  if (documents_add_copy(&removing->unwanted, document)) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "corporate actions: out of memory");
}

Status corporate_actions_remove_others(const Db *db, Day date, CorporateAction *keep, size_t count, Error *err) {
  static const char *const fields[] = {"_id", "factor", "explained_by", NULL};
  char suffix[ID_SIZE];
  Removing removing = {.suffix = action_id("", date, suffix), .keep = keep, .count = count};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, fields, note_unwanted, &removing, err);
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

static Status read_document(const bson_t *document, CorporateAction *ret_action) {
  char id[ID_SIZE];
  Error unread;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &unread);
  *ret_action = (CorporateAction){.date = DAY_NONE};
  document_get_text(&from, "ticker", ret_action->ticker, sizeof ret_action->ticker);
  document_get_day(&from, "date", &ret_action->date);
  document_get_int64(&from, "base_price", &ret_action->base_price);
  document_get_int64(&from, "previous_close", &ret_action->previous_close);
  document_get_double(&from, "factor", &ret_action->factor);
  if (document_has(&from, "explained_by"))
    document_get_text(&from, "explained_by", ret_action->explained_by, sizeof ret_action->explained_by);
  if (from.status == STATUS_OK && strcmp(action_id(ret_action->ticker, ret_action->date, id), from.id) != 0)
    document_fault(&from, "_id", "is of another ticker or date");
  return from.status;
}

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  CorporateAction action;
  const char *id = document_id(document);
  Status status = read_document(document, &action);
  if (id == NULL) return STATUS_OK;
  return reading->visit(reading->context, id, status == STATUS_OK ? &action : NULL, err);
}

Status corporate_actions_read(const Db *db, const char *ticker, CorporateActionVisit *visit, void *context,
                              Error *err) {
  char first[ID_SIZE], last[ID_SIZE];
  snprintf(first, sizeof first, "%s:", ticker ? ticker : "");
  snprintf(last, sizeof last, "%s;", ticker ? ticker : ""); /* the character after ':' */
  Reading reading = {.visit = visit, .context = context};
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, ticker ? first : NULL, ticker ? last : NULL, NULL,
                        visit_document, &reading, err);
}

/* ---- explanations ---- */

/* The update of one document: lent until the two bson_t end. */
typedef struct {
  char id[ID_SIZE];
  bson_t set, where;
} Explaining;

static Status begin_explaining(const CorporateAction *action, Explaining *of, DbUpdate *ret_update, Error *err) {
  static const char *const FIELD[] = {"explained_by", NULL};
  DocumentWriter set = document_writer(&of->set, err), where = document_writer(&of->where, err);
  document_put_prose(&set, FIELD[0], action->explained_by);
  document_put_double(&where, "factor", action->factor);
  *ret_update = (DbUpdate){.id = action_id(action->ticker, action->date, of->id),
                           .set = &of->set,
                           .unset = action->explained_by[0] ? NULL : FIELD,
                           .where = &of->where};
  return set.status == STATUS_OK ? where.status : set.status;
}

Status corporate_actions_explain(const Db *db, const CorporateAction *actions, size_t count, Error *err) {
  Explaining *explaining = calloc(count + 1, sizeof *explaining);
  DbUpdate *updates = calloc(count + 1, sizeof *updates);
  Status status = STATUS_OK;
  if (explaining == NULL || updates == NULL) status = error_set(err, STATUS_NO_MEMORY, "corporate actions: no memory");
  for (size_t i = 0; explaining && i < count; i++) bson_init(&explaining[i].set), bson_init(&explaining[i].where);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = begin_explaining(&actions[i], &explaining[i], &updates[i], err);
  if (status == STATUS_OK && count > 0) status = db->update_many(db->self, DB_SYSTEM, COLLECTION, updates, count, err);
  for (size_t i = 0; explaining && i < count; i++) bson_destroy(&explaining[i].set), bson_destroy(&explaining[i].where);
  free(updates);
  free(explaining);
  return status;
}
