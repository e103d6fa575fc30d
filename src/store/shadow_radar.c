#include <closebell/store/shadow_radar.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "shadow_radar"
#define TRIGGER "PRICE_SURGE"

/* ---- reading ---- */

static void check_id(DocumentReader *from, const Shadow *shadow) {
  char id[SHADOW_ID_SIZE];
  if (from->status != STATUS_OK) return;
  if (strcmp(shadow_id(shadow->date, shadow->ticker, id), from->id) != 0)
    document_fault(from, "date or ticker", "is not what _id says");
}

static void get_stage(DocumentReader *from, Shadow *to) {
  char stage[16] = "";
  document_get_text(from, "rejection_stage", stage, sizeof stage);
  if (from->status == STATUS_OK && !shadow_stage_parse(stage, &to->stage))
    document_fault(from, "rejection_stage", "is none");
}

static Status get_shadow(const bson_t *document, Shadow *to, Error *err) {
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "date", &to->date);
  document_get_text(&from, "ticker", to->ticker, sizeof to->ticker);
  if (from.status == STATUS_OK && !ticker_is_valid(to->ticker)) document_fault(&from, "ticker", "is none");
  check_id(&from, to);
  get_stage(&from, to);
  document_get_text(&from, "rejection_rule", to->rule, sizeof to->rule);
  document_get_text(&from, "rejection_reason", to->reason, sizeof to->reason);
  document_get_day(&from, "trigger_date", &to->trigger_date);
  document_get_double(&from, "return_pct", &to->return_pct);
  if (from.status == STATUS_OK && to->trigger_date <= to->date)
    document_fault(&from, "trigger_date", "is not after it");
  return from.status;
}

static Status take(void *context, const bson_t *document, Error *err) {
  ShadowList *list = context;
  Shadow *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, COLLECTION ": out of memory");
  list->items = items;
  items[list->count] = (Shadow){0};
  Status status = get_shadow(document, &items[list->count], err);
  list->count += status == STATUS_OK;
  list->unreadable += status == STATUS_BAD_DATA;
  return status == STATUS_BAD_DATA ? STATUS_OK : status;
}

/* '~' comes behind all that a ticker may hold. */
Status shadow_radar_read(const Db *db, Day from, Day to, ShadowList *ret_list, Error *err) {
  char first[SHADOW_ID_SIZE], last[SHADOW_ID_SIZE];
  ShadowList list = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, shadow_id(from, "", first), shadow_id(to, "~", last),
                                 NULL, take, &list, err);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    shadow_list_free(&list);
  return error_prefix(err, status, COLLECTION);
}

void shadow_list_free(ShadowList *list) {
  free(list->items);
  *list = (ShadowList){0};
}

/* ---- writing ---- */

static Status put_shadow(bson_t *document, const Shadow *shadow, Error *err) {
  char id[SHADOW_ID_SIZE];
  DocumentWriter to = document_writer(document, err);
  document_put_text(&to, "_id", shadow_id(shadow->date, shadow->ticker, id));
  document_put_day(&to, "date", shadow->date);
  document_put_text(&to, "ticker", shadow->ticker);
  document_put_text(&to, "rejection_stage", shadow_stage_name(shadow->stage));
  document_put_text(&to, "rejection_rule", shadow->rule);
  document_put_text(&to, "rejection_reason", shadow->reason);
  document_put_text(&to, "trigger_type", TRIGGER);
  document_put_day(&to, "trigger_date", shadow->trigger_date);
  document_put_double(&to, "return_pct", shadow->return_pct);
  return to.status;
}

Status shadow_radar_write(const Db *db, const Shadow *const *shadows, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = put_shadow(documents_add(&documents), shadows[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return error_prefix(err, status, COLLECTION);
}

Status shadow_radar_delete(const Db *db, Day date, const char *ticker, Error *err) {
  char id[SHADOW_ID_SIZE];
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, shadow_id(date, ticker, id), err);
}
