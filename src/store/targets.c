#include <closebell/store/targets.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"
#include "updates.h"

#define COLLECTION "target_tickers"

/* --- reading --- */

static void get_market(DocumentReader *from, Market *to) {
  char name[16];
  document_get_text(from, "market", name, sizeof name);
  if (from->status == STATUS_OK && !market_parse(name, to)) document_fault(from, "market", "is unknown");
}

static void get_target(DocumentReader *from, Target *to) {
  document_get_text(from, "ticker", to->ticker, sizeof to->ticker);
  if (from->status == STATUS_OK && (!ticker_is_valid(to->ticker) || strcmp(to->ticker, from->id) != 0))
    document_fault(from, "ticker", "is not the ticker that _id says");
  document_get_text(from, "name", to->name, sizeof to->name);
  get_market(from, &to->market);
  document_get_int64(from, "market_cap", &to->market_cap);
  document_get_int64(from, "listed_shares", &to->listed_shares);
  document_get_day(from, "added_date", &to->added_date);
  document_get_day(from, "history_from", &to->history_from);
  document_get_bool(from, "is_active", &to->is_active);
  document_get_bool(from, "backfill_needed", &to->backfill_needed);
  document_get_day_or_none(from, "removed_date", &to->removed_date);
  document_get_prose(from, "removed_reason", to->removed_reason, sizeof to->removed_reason);
  if (from->status == STATUS_OK && !to->is_active && to->removed_date == DAY_NONE)
    document_fault(from, "removed_date", "is missing although the ticker is not active");
}

static void get_failures(DocumentReader *from, TargetStamps *to) {
  to->last_failure_utc = INSTANT_NONE;
  if (from->status != STATUS_OK || !document_has(from, "failures")) return;
  bson_t failures;
  DocumentReader inner;
  if (!document_get_part(from, "failures", &failures, &inner)) return;
  document_get_int64(&inner, "count", &to->failure_count);
  document_get_prose(&inner, "last_error", to->last_error, sizeof to->last_error);
  document_get_instant_or_none(&inner, "last_utc", &to->last_failure_utc);
  from->status = inner.status;
}

static void get_stamps(DocumentReader *from, TargetStamps *to) {
  document_get_day_or_none(from, "last_analyzed_date", &to->last_analyzed_date);
  document_get_int64_or(from, "analysis_version", 0, &to->analysis_version);
  document_get_int64_or(from, "restatement", 0, &to->restatement);
  get_failures(from, to);
}

typedef struct {
  TargetTable table;
  size_t stamps_capacity;
} Loading;

static Status add_target(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Universe *universe = &loading->table.universe;
  Target target = {0};
  TargetStamps stamps = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  get_target(&from, &target);
  get_stamps(&from, &stamps);
  if (from.status != STATUS_OK) return from.status;
  size_t needed = universe->count + 1;
  Target *items = vector_reserve(universe->items, &universe->capacity, needed, sizeof *items);
  if (items != NULL) universe->items = items;
  TargetStamps *all = vector_reserve(loading->table.stamps, &loading->stamps_capacity, needed, sizeof *all);
  if (all != NULL) loading->table.stamps = all;
  if (items == NULL || all == NULL) return error_set(err, STATUS_NO_MEMORY, "targets: out of memory");
  loading->table.universe.items[universe->count] = target;
  loading->table.stamps[universe->count++] = stamps;
  return STATUS_OK;
}

Status targets_load(const Db *db, TargetTable *ret_table, Error *err) {
  Loading loading = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, add_target, &loading, err);
  if (status == STATUS_OK)
    *ret_table = loading.table;
  else
    target_table_free(&loading.table);
  return status;
}

void target_table_free(TargetTable *table) {
  universe_free(&table->universe);
  free(table->stamps);
  *table = (TargetTable){0};
}

/* --- writing --- */

static void put_target(DocumentWriter *to, const Target *target) {
  document_put_text(to, "ticker", target->ticker);
  document_put_text(to, "name", target->name);
  document_put_text(to, "market", market_name(target->market));
  document_put_int64(to, "market_cap", target->market_cap);
  document_put_int64(to, "listed_shares", target->listed_shares);
  document_put_day(to, "added_date", target->added_date);
  document_put_bool(to, "is_active", target->is_active);
  document_put_bool(to, "backfill_needed", target->backfill_needed);
  document_put_day(to, "history_from", target->history_from);
  if (target->is_active) return;
  document_put_day(to, "removed_date", target->removed_date);
  document_put_prose(to, "removed_reason", target->removed_reason);
}

Status targets_insert(const Db *db, const Target *const *targets, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    DocumentWriter to = document_writer(documents_add(&documents), err);
    document_put_text(&to, "_id", targets[i]->ticker);
    put_target(&to, targets[i]);
    status = to.status;
  }
  size_t duplicates = 0;
  if (status == STATUS_OK && count > 0)
    status = db->insert_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, &duplicates, err);
  documents_free(&documents);
  return status;
}

Status targets_update(const Db *db, const Target *const *targets, size_t count, Error *err) {
  static const char *const optional[] = {"removed_date", "removed_reason", NULL};
  Updates updates = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    DocumentWriter to = document_writer(updates_add(&updates, targets[i]->ticker), err);
    put_target(&to, targets[i]);
    status = to.status;
  }
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, optional, err);
  updates_free(&updates);
  return status;
}

Status targets_delete(const Db *db, const char *ticker, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, ticker, err);
}

static void put_failures(DocumentWriter *to, const TargetStamps *stamps) {
  bson_t failures = BSON_INITIALIZER;
  DocumentWriter inner = document_writer(&failures, to->err);
  document_put_int64(&inner, "count", stamps->failure_count);
  document_put_prose(&inner, "last_error", stamps->last_error);
  document_put_instant(&inner, "last_utc", stamps->last_failure_utc);
  document_put_document(to, "failures", &failures);
  bson_destroy(&failures);
}

static void put_stamps(DocumentWriter *to, const TargetStamps *stamps) {
  bool analyzed = stamps->last_analyzed_date != DAY_NONE;
  document_put_day(to, "last_analyzed_date", stamps->last_analyzed_date);
  if (analyzed || stamps->analysis_version != 0) document_put_int64(to, "analysis_version", stamps->analysis_version);
  if (analyzed || stamps->restatement != 0) document_put_int64(to, "restatement", stamps->restatement);
  if (stamps->failure_count > 0) put_failures(to, stamps);
}

Status targets_stamp(const Db *db, const char *const *tickers, const TargetStamps *stamps, size_t count, Error *err) {
  static const char *const optional[] = {"last_analyzed_date", "analysis_version", "restatement", "failures", NULL};
  Updates updates = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    DocumentWriter to = document_writer(updates_add(&updates, tickers[i]), err);
    put_stamps(&to, &stamps[i]);
    status = to.status;
  }
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, optional, err);
  updates_free(&updates);
  return status;
}
