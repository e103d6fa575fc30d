#include <closebell/store/evening.h>

#include "finality.h"
#include "shared_documents.h"

#define COLLECTION "evening_strategy_days"

static Status add_document(Documents *documents, const StrategyDay *day, Error *err) {
  Status status = strategy_document(day, documents, err);
  if (status != STATUS_OK) return status;
  DocumentWriter to = document_writer(documents->items[documents->count - 1], err);
  document_put_text(&to, "finality", FINALITY_PROVISIONAL);
  return to.status;
}

Status evening_strategy_days_write(const Db *db, const StrategyDay *const *days, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, days[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return error_prefix(err, status, "%s." COLLECTION, DB_SYSTEM);
}
