#include <closebell/store/evening.h>

#include "finality.h"
#include "shared_documents.h"

#define COLLECTION "evening_leaders"

Status evening_leaders_write(const Db *db, const LeaderDay *day, Error *err) {
  Documents documents = {0};
  Status status = leader_document(day, &documents, err);
  if (status == STATUS_OK) {
    DocumentWriter to = document_writer(documents.items[0], err);
    document_put_text(&to, "finality", FINALITY_PROVISIONAL);
    status = to.status;
  }
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return error_prefix(err, status, "%s." COLLECTION " %s", DB_SYSTEM, day_text(day->date).text);
}

Status evening_leader_numbers_read(const Db *db, Day date, const LeaderRules *rules, LeaderNumbersVisit *visit,
                                   void *context, Error *err) {
  const LeaderQuestion asked = {date, rules};
  return leader_numbers_read_of(db, "evening_analysis", &asked, visit, context, err);
}

Status evening_leaders_are_there(const Db *db, Day date, bool *ret_there, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  *ret_there = status == STATUS_OK;
  if (status == STATUS_OK) bson_destroy(document);
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
