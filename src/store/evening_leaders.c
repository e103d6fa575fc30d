#include <closebell/store/evening.h>

#include "finality.h"
#include "shared_documents.h"

#define COLLECTION "evening_leaders"

Status evening_leaders_write(const Db *db, Day date, const LeaderRules *rules, const LeaderCandidate *candidates,
                             size_t count, size_t considered, Error *err) {
  Documents documents = {0};
  Status status = leader_document(date, rules, candidates, count, considered, &documents, err);
  if (status == STATUS_OK) {
    DocumentWriter to = document_writer(documents.items[0], err);
    document_put_text(&to, "finality", FINALITY_PROVISIONAL);
    status = to.status;
  }
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return error_prefix(err, status, "%s." COLLECTION " %s", DB_SYSTEM, day_text(date).text);
}
