#include <closebell/store/strategy_days.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "shared_documents.h"

#define COLLECTION "strategy_days"

/* --- the _id --- */

char *strategy_day_id(Day date, const char *strategy, char id[STRATEGY_DAY_ID_SIZE]) {
  snprintf(id, STRATEGY_DAY_ID_SIZE, "%s:%s", day_text(date).text, strategy);
  return id;
}

static bool is_name(const char *name) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
  return length > 0 && length < STRATEGY_DAY_NAME_SIZE && name[length] == '\0';
}

static bool parse_id(const char *id, StrategyDay *day) {
  char date[DAY_TEXT_SIZE];
  if (id == NULL || strlen(id) <= DAY_TEXT_SIZE || id[DAY_TEXT_SIZE - 1] != ':') return false;
  snprintf(date, sizeof date, "%.*s", DAY_TEXT_SIZE - 1, id);
  if (!is_name(id + DAY_TEXT_SIZE) || !day_parse(date, &day->date)) return false;
  text_copy(day->strategy, sizeof day->strategy, id + DAY_TEXT_SIZE);
  return true;
}

/* --- writing --- */

static void put_matches(DocumentWriter *to, const StrategyMatches *matches) {
  document_put_tickers(to, "matches", (const char(*)[TICKER_SIZE])matches->tickers, matches->count);
  document_put_int64(to, "considered", matches->considered);
  document_put_int64(to, "unknown", matches->unknown);
}

static Status put_recomputed(DocumentWriter *to, const StrategyDay *day, Error *err) {
  if (day->recomputed_utc == INSTANT_NONE) return STATUS_OK;
  bson_t part = BSON_INITIALIZER;
  DocumentWriter inner = document_writer(&part, err);
  document_put_instant(&inner, "at_utc", day->recomputed_utc);
  put_matches(&inner, &day->now);
  if (inner.status == STATUS_OK) document_put_document(to, "recomputed", &part);
  bson_destroy(&part);
  return inner.status;
}

Status strategy_document(const StrategyDay *day, Documents *documents, Error *err) {
  char id[STRATEGY_DAY_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", strategy_day_id(day->date, day->strategy, id));
  document_put_text(&to, "strategy", day->strategy);
  document_put_day(&to, "date", day->date);
  document_put_prose(&to, "title", day->title);
  document_put_text(&to, "where", day->where);
  document_put_prose(&to, "sort", day->sort);
  put_matches(&to, &day->then);
  Status status = to.status == STATUS_OK ? put_recomputed(&to, day, err) : to.status;
  return status == STATUS_OK ? to.status : status;
}

Status strategy_days_write(const Db *db, const StrategyDay *const *days, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = strategy_document(days[i], &documents, err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return error_prefix(err, status, "%s." COLLECTION, DB_SYSTEM);
}

/* --- reading --- */

static void get_matches(DocumentReader *from, StrategyMatches *to) {
  document_get_tickers(from, "matches", &to->tickers, &to->count);
  document_get_int64(from, "considered", &to->considered);
  document_get_int64(from, "unknown", &to->unknown);
  if (from->status != STATUS_OK) return;
  if (to->unknown < 0 || to->considered < to->unknown || (uint64_t)(to->considered - to->unknown) < to->count)
    document_fault(from, "considered", "is less than matches and unknown");
}

static void free_day(StrategyDay *day) {
  free(day->then.tickers);
  free(day->now.tickers);
  day->then = day->now = (StrategyMatches){0};
}

static void get_recomputed(DocumentReader *from, StrategyDay *to) {
  bson_t part;
  DocumentReader inner;
  if (!document_has(from, "recomputed") || !document_get_part(from, "recomputed", &part, &inner)) return;
  document_get_instant(&inner, "at_utc", &to->recomputed_utc);
  get_matches(&inner, &to->now);
  from->status = inner.status;
}

/* date and strategy are those of the _id. */
static Status read_document(const bson_t *document, StrategyDay *to, Error *err) {
  char strategy[STRATEGY_DAY_NAME_SIZE];
  Day date = DAY_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "strategy", strategy, sizeof strategy);
  document_get_day(&from, "date", &date);
  if (from.status == STATUS_OK && (date != to->date || strcmp(strategy, to->strategy) != 0))
    document_fault(&from, "date or strategy", "is not what _id says");
  document_get_prose(&from, "title", to->title, sizeof to->title);
  document_get_text(&from, "where", to->where, sizeof to->where);
  if (document_has(&from, "sort")) document_get_text(&from, "sort", to->sort, sizeof to->sort);
  get_matches(&from, &to->then);
  get_recomputed(&from, to);
  if (from.status == STATUS_OK) return STATUS_OK;
  free_day(to);
  to->recomputed_utc = INSTANT_NONE;
  return from.status;
}

static Status add_day(void *context, const bson_t *document, Error *err) {
  StrategyDays *days = context;
  StrategyDay *items = vector_reserve(days->items, &days->capacity, days->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "strategy days: out of memory");
  days->items = items;
  StrategyDay *day = &items[days->count];
  *day = (StrategyDay){.recomputed_utc = INSTANT_NONE};
  if (!parse_id(document_id(document), day)) return STATUS_OK;
  Status status = read_document(document, day, err);
  day->readable = status == STATUS_OK;
  days->count += status == STATUS_OK || status == STATUS_BAD_DATA;
  return status == STATUS_BAD_DATA ? STATUS_OK : status;
}

/* '~' comes behind all that a name may hold. */
Status strategy_days_read(const Db *db, Day from, Day to, StrategyDays *ret_days, Error *err) {
  char first[STRATEGY_DAY_ID_SIZE], last[STRATEGY_DAY_ID_SIZE];
  StrategyDays days = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, strategy_day_id(from, "", first),
                                 strategy_day_id(to, "~", last), NULL, add_day, &days, err);
  if (status == STATUS_OK)
    *ret_days = days;
  else
    strategy_days_free(&days);
  return status;
}

void strategy_days_free(StrategyDays *days) {
  for (size_t i = 0; i < days->count; i++) free_day(&days->items[i]);
  free(days->items);
  *days = (StrategyDays){0};
}

bool strategy_matches_equal(const StrategyMatches *a, const StrategyMatches *b) {
  bool equal = a->count == b->count && a->considered == b->considered && a->unknown == b->unknown;
  for (size_t i = 0; i < a->count && equal; i++) equal = strcmp(a->tickers[i], b->tickers[i]) == 0;
  return equal;
}
