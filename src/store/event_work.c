#include <closebell/store/event_work.h>

#include <string.h>

#include "document.h"

#define COLLECTION "event_work"

static const char PROGRESS[] = "progress", COMPANIES[] = "companies";
static const EventProgress NOTHING = {.from = DAY_NONE, .through = DAY_NONE};

static Status replace(const Db *db, Documents *documents, Status status, Error *err) {
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(documents), documents->count, err);
  documents_free(documents);
  return status;
}

/* ---- progress ---- */

static EventProgress read_progress(const bson_t *document) {
  EventProgress progress = NOTHING;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_day(&from, "from", &progress.from);
  document_get_day(&from, "through", &progress.through);
  document_get_bool(&from, "whole", &progress.is_whole);
  document_get_int64(&from, "documents", &progress.documents);
  return from.status == STATUS_OK ? progress : NOTHING;
}

Status event_work_read_progress(const Db *db, EventProgress *ret_progress, Error *err) {
  bson_t *document;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, PROGRESS, &document, err);
  *ret_progress = NOTHING;
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  *ret_progress = read_progress(document);
  bson_destroy(document);
  return STATUS_OK;
}

Status event_work_write_progress(const Db *db, const EventProgress *progress, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", PROGRESS);
  document_put_day(&to, "from", progress->from);
  document_put_day(&to, "through", progress->through);
  document_put_bool(&to, "whole", progress->is_whole);
  document_put_int64(&to, "documents", progress->documents);
  return replace(db, &documents, to.status, err);
}

/* ---- companies ---- */

static void note_known(const bson_t *document, const Companies *companies, bool *known) {
  const char *code;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  if (!document_has(&from, "corp_codes")) return;
  for (DocumentTexts texts = document_get_texts(&from, "corp_codes"); document_next_text(&texts, &code);) {
    const Company *company = companies_find(companies, code);
    if (company) known[company - companies->items] = true;
  }
}

Status event_work_read_known(const Db *db, const Companies *companies, bool *ret_known, Error *err) {
  bson_t *document;
  memset(ret_known, 0, companies->count * sizeof *ret_known);
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, COMPANIES, &document, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  note_known(document, companies, ret_known);
  bson_destroy(document);
  return STATUS_OK;
}

Status event_work_write_known(const Db *db, const Companies *companies, Error *err) {
  Documents documents = {0};
  bson_t codes = BSON_INITIALIZER;
  DocumentWriter to = document_writer(documents_add(&documents), err);
  for (size_t i = 0; i < companies->count; i++) document_add_text(&codes, companies->items[i].corp_code);
  document_put_text(&to, "_id", COMPANIES);
  document_put_array(&to, "corp_codes", &codes);
  bson_destroy(&codes);
  return replace(db, &documents, to.status, err);
}
