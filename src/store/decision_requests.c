#include "decision_document.h"

#define COLLECTION "decision_requests"

Status decision_request_find(const Db *db, const char *request_sha256, char id[ULID_SIZE], Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, request_sha256, &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "decision", id, ULID_SIZE);
  bson_destroy(document);
  return from.status;
}

Status decision_request_write(const Db *db, const Decision *decision, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", decision->question.request_sha256);
  document_put_text(&to, "decision", decision->id);
  document_put_instant(&to, "at_utc", decision->at_utc);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return error_prefix(err, status, COLLECTION);
}
