#include <closebell/store/meta.h>

#include "document.h"

#define COLLECTION "meta"

/* What cannot be read is not known: it is worked out again. */
static void get_markets(DocumentReader *from, MarketSet *to) {
  const char *name;
  if (!document_has(from, "markets")) return;
  for (DocumentTexts names = document_get_texts(from, "markets"); document_next_text(&names, &name);) {
    Market market;
    if (market_parse(name, &market)) *to |= market_bit(market);
  }
}

static void put_markets(DocumentWriter *to, MarketSet markets) {
  if (markets == 0) return;
  bson_t names = BSON_INITIALIZER;
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(markets, market)) document_add_text(&names, market_name(market));
  document_put_array(to, "markets", &names);
  bson_destroy(&names);
}

Status meta_take(const bson_t *document, Meta *ret_meta, Error *err) {
  Meta meta = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "version", &meta.version);
  document_get_bool(&from, "setup_completed", &meta.setup_completed);
  get_markets(&from, &meta.markets);
  document_get_prose(&from, "universe_began_by", meta.began_by, sizeof meta.began_by);
  if (from.status != STATUS_OK) return from.status;
  if (meta.version > CONTRACT_VERSION)
    return error_set(err, STATUS_CONFIG, "the database follows contract %lld, this program knows up to %d: upgrade it",
                     (long long)meta.version, CONTRACT_VERSION);
  *ret_meta = meta;
  return STATUS_OK;
}

Status meta_read(const Db *db, Meta *ret_meta, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, META_CONTRACT_ID, &document, err);
  if (status != STATUS_OK) return status;
  status = meta_take(document, ret_meta, err);
  bson_destroy(document);
  return status;
}

Status meta_write(const Db *db, const Meta *meta, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", META_CONTRACT_ID);
  document_put_int64(&to, "version", meta->version);
  document_put_bool(&to, "setup_completed", meta->setup_completed);
  put_markets(&to, meta->markets);
  if (meta->began_by[0] != '\0') document_put_text(&to, "universe_began_by", meta->began_by);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}
