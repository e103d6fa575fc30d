#include <closebell/store/leader_candidates.h>

#include <string.h>

#include <closebell/market/ticker.h>

#include "shared_documents.h"

#define COLLECTION "leader_candidates"
#define LATEST "latest_analysis"

/* --- the numbers --- */

static LeaderNumbers get_numbers(DocumentReader *from, const LeaderRules *rules) {
  LeaderNumbers numbers = {0};
  int64_t rating = 0;
  document_get_double(from, "close", &numbers.close);
  document_get_double_or_nan(from, "high_52w", &numbers.high_52w);
  document_get_int64_or(from, "rs_rating", 0, &rating);
  if (rating < 0 || rating > 99) document_fault(from, "rs_rating", "is not from 1 to 99");
  numbers.rs_rating = (int)rating;
  for (size_t i = 0; i < rules->signals.count; i++) {
    const char *field = rules->signals.items[i];
    if (document_has(from, field)) document_get_bool(from, field, &numbers.signals[i]);
  }
  for (size_t i = 0; i < rules->above.count; i++)
    document_get_double_or_nan(from, rules->above.items[i], &numbers.above[i]);
  return numbers;
}

typedef struct {
  const char *collection;
  Day date;
  const LeaderRules *rules;
  LeaderNumbersVisit *visit;
  void *context;
} Reading;

static Status visit_latest(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  Day date = DAY_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, reading->collection, document, err);
  document_get_day(&from, "date", &date);
  if (from.status != STATUS_OK || date != reading->date) return STATUS_OK;
  LeaderNumbers numbers = get_numbers(&from, reading->rules);
  return from.status == STATUS_OK ? reading->visit(reading->context, from.id, &numbers, err) : STATUS_OK;
}

Status leader_numbers_read_of(const Db *db, const char *collection, const LeaderQuestion *asked,
                              LeaderNumbersVisit *visit, void *context, Error *err) {
  const LeaderRules *rules = asked->rules;
  const char *fields[4 + 2 * LEADER_FIELDS_MAX + 1] = {"date", "close", "high_52w", "rs_rating"};
  size_t count = 4;
  for (size_t i = 0; i < rules->signals.count; i++) fields[count++] = rules->signals.items[i];
  for (size_t i = 0; i < rules->above.count; i++)
    if (strcmp(rules->above.items[i], "high_52w") != 0) fields[count++] = rules->above.items[i];
  Reading reading = {collection, asked->date, rules, visit, context};
  return db->find_range(db->self, DB_SYSTEM, collection, NULL, NULL, fields, visit_latest, &reading, err);
}

Status leader_numbers_read(const Db *db, Day date, const LeaderRules *rules, LeaderNumbersVisit *visit, void *context,
                           Error *err) {
  const LeaderQuestion asked = {date, rules};
  return leader_numbers_read_of(db, LATEST, &asked, visit, context, err);
}

Status leader_numbers_find(const Db *db, const char *ticker, Day date, const LeaderRules *rules,
                           LeaderNumbers *ret_numbers, Error *err) {
  if (!ticker_is_valid(ticker)) return error_set(err, STATUS_INTERNAL, "not a ticker");
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_ANALYZED, ticker, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_ANALYZED, ticker, document, err);
  LeaderNumbers numbers = get_numbers(&from, rules);
  bson_destroy(document);
  if (from.status == STATUS_OK) *ret_numbers = numbers;
  return from.status;
}

/* --- the document --- */

static void put_candidate(DocumentWriter *to, const LeaderRules *rules, const LeaderCandidate *candidate, size_t rank) {
  const LeaderNumbers *numbers = &candidate->numbers;
  document_put_int64(to, "rank", (int64_t)rank);
  document_put_text(to, "ticker", candidate->row.ticker);
  document_put_text(to, "name", candidate->row.name);
  document_put_text(to, "market", market_name(candidate->row.market));
  document_put_int64(to, "market_cap", candidate->row.market_cap);
  document_put_double(to, "close", numbers->close);
  if (numbers->rs_rating > 0) document_put_int64(to, "rs_rating", numbers->rs_rating);
  document_put_double_unless_nan(to, "high_52w", numbers->high_52w);
  for (size_t i = 0; i < rules->above.count; i++)
    if (strcmp(rules->above.items[i], "high_52w") != 0)
      document_put_double_unless_nan(to, rules->above.items[i], numbers->above[i]);
  document_put_int64(to, "value", candidate->row.value);
  document_put_double_unless_nan(to, "value_average_20", candidate->value_average);
}

static Status put_candidates(DocumentWriter *to, const LeaderDay *day, Error *err) {
  bson_t array = BSON_INITIALIZER;
  Status status = STATUS_OK;
  for (size_t i = 0; i < day->count && status == STATUS_OK; i++) {
    char buffer[16];
    const char *key;
    bson_t one = BSON_INITIALIZER;
    DocumentWriter element = document_writer(&one, err), list = document_writer(&array, err);
    put_candidate(&element, day->rules, &day->candidates[i], i + 1);
    bson_uint32_to_string((uint32_t)i, &key, buffer, sizeof buffer);
    if (element.status == STATUS_OK) document_put_document(&list, key, &one);
    status = element.status != STATUS_OK ? element.status : list.status;
    bson_destroy(&one);
  }
  if (status == STATUS_OK) document_put_array(to, "candidates", &array);
  bson_destroy(&array);
  return status;
}

Status leader_candidates_read(const Db *db, Day date, LeaderSummary *ret_summary, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  LeaderSummary summary = {.count = 0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_prose(&from, "criteria", summary.criteria, sizeof summary.criteria);
  document_get_int64(&from, "considered", &summary.considered);
  document_get_int64(&from, "count", &summary.count);
  bson_destroy(document);
  if (from.status == STATUS_OK) *ret_summary = summary;
  return from.status;
}

Status leader_document(const LeaderDay *day, Documents *documents, Error *err) {
  char criteria[LEADER_CRITERIA_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", day->date);
  document_put_day(&to, "as_of", day->date);
  document_put_text(&to, "criteria", leader_criteria(day->rules, criteria));
  document_put_int64(&to, "considered", (int64_t)day->considered);
  document_put_int64(&to, "count", (int64_t)day->count);
  Status status = to.status == STATUS_OK ? put_candidates(&to, day, err) : to.status;
  return status == STATUS_OK ? to.status : status;
}

Status leader_candidates_write(const Db *db, const LeaderDay *day, Error *err) {
  Documents documents = {0};
  Status status = leader_document(day, &documents, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return error_prefix(err, status, "%s." COLLECTION " %s", DB_SYSTEM, day_text(day->date).text);
}

/* --- the tickers --- */

static Status add_candidates(DocumentReader *from, TickerList *list, Error *err) {
  bson_iter_t iter, items, field;
  Status status = STATUS_OK;
  if (!bson_iter_init_find(&iter, from->document, "candidates") || !BSON_ITER_HOLDS_ARRAY(&iter) ||
      !bson_iter_recurse(&iter, &items)) {
    document_fault(from, "candidates", "is not an array");
    return from->status;
  }
  while (status == STATUS_OK && bson_iter_next(&items)) {
    bool found = BSON_ITER_HOLDS_DOCUMENT(&items) && bson_iter_recurse(&items, &field) &&
                 bson_iter_find(&field, "ticker") && BSON_ITER_HOLDS_UTF8(&field);
    const char *ticker = found ? bson_iter_utf8(&field, NULL) : "";
    if (!ticker_is_valid(ticker)) document_fault(from, "candidates", "holds something without a ticker");
    status = from->status == STATUS_OK ? ticker_list_add(list, ticker, err) : from->status;
  }
  return status;
}

Status leader_candidates_tickers(const Db *db, Day date, TickerList *ret_list, Error *err) {
  bson_t *document = NULL;
  TickerList list = {0};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  status = add_candidates(&from, &list, err);
  bson_destroy(document);
  ticker_list_settle(&list);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    ticker_list_free(&list);
  return status;
}
