#include <closebell/store/stock_analyzed.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "series.h"
#include "shared_documents.h"

#define LATEST "latest_analysis"

const char *const ANALYZED_PRICE_FIELDS[ANALYZED_PRICES] = {"open", "high", "low", "close", "volume"};

#define FIELD_NAME(with, field, kind, help) #field,
const char *const ANALYZED_COMPANY_FIELDS[COMPANY_FIELD_COUNT] = {COMPANY_FIELDS(FIELD_NAME, )};
#undef FIELD_NAME

/* --- documents --- */

static void put_field(DocumentWriter *to, const char *field, FieldKind kind, double value) {
  char text[ANALYZED_TEXT_SIZE];
  if (kind != FIELD_DOUBLE && isnan(value)) return;
  if (kind == FIELD_DOUBLE || kind == FIELD_MAYBE)
    document_put_double(to, field, value);
  else if (field_is_text(kind))
    document_put_text(to, field, analyzed_text(kind, value, text));
  else if (kind == FIELD_BOOL)
    document_put_bool(to, field, value != 0);
  else
    document_put_int32(to, field, (int32_t)value);
}

static void put_analysis(DocumentWriter *to, const AnalyzedSeries *series, size_t index) {
  const AdjustedSeries *bars = series->bars;
  const double *prices[ANALYZED_PRICES] = {bars->open, bars->high, bars->low, bars->close, bars->volume};
  for (size_t k = 0; k < ANALYZED_PRICES; k++) document_put_double(to, ANALYZED_PRICE_FIELDS[k], prices[k][index]);
  for (size_t k = 0; k < series->field_count; k++) {
    if (series->values[k] && index >= series->starts[k])
      put_field(to, series->fields[k], series->kinds ? series->kinds[k] : FIELD_DOUBLE, series->values[k][index]);
  }
}

static Status add_document(Documents *documents, const AnalyzedSeries *series, size_t index, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", series->bars->dates[index]);
  put_analysis(&to, series, index);
  return error_prefix(err, to.status, "%s.%s %s", DB_ANALYZED, series->ticker,
                      day_text(series->bars->dates[index]).text);
}

/* --- the series --- */

static Series series_of(const AnalyzedSeries *series) {
  return (Series){.database = DB_ANALYZED, .key = series->ticker};
}

static bool knows_company(const AnalyzedSeries *series, size_t index) {
  return index >= series->bars->count || series->bars->dates[index] >= series->companies_from;
}

Status stock_analyzed_append(const Db *db, const AnalyzedSeries *series, size_t from_index, size_t *ret_written,
                             Error *err) {
  const Series stored = series_of(series);
  Status status = series_check_ticker(series->ticker, err);
  if (status == STATUS_OK && !knows_company(series, from_index))
    return error_set(err, STATUS_INTERNAL, "stock_analyzed.%s: documents without their company", series->ticker);
  Documents documents = {0};
  StoredCounts counts = {0};
  for (size_t i = from_index; i < series->bars->count && status == STATUS_OK; i++)
    status = add_document(&documents, series, i, err);
  if (status == STATUS_OK) status = series_append(&stored, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK) *ret_written = counts.inserted + counts.replaced;
  return status;
}

Status stock_analyzed_rewrite(const Db *db, const AnalyzedSeries *series, Day from, size_t from_index,
                              size_t *ret_written, Error *err) {
  const Series stored = series_of(series);
  Status status = series_check_ticker(series->ticker, err);
  if (status == STATUS_OK) status = series_cut(&stored, db, from, err);
  return status == STATUS_OK ? stock_analyzed_append(db, series, from_index, ret_written, err) : status;
}

static bool is_company_field(const char *name) {
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++)
    if (strcmp(name, ANALYZED_COMPANY_FIELDS[k]) == 0) return true;
  return false;
}

static bool equal_but_company(const bson_t *ours, const bson_t *stored) {
  bson_t rest = BSON_INITIALIZER;
  bson_iter_t at;
  for (bool more = bson_iter_init(&at, stored); more && bson_iter_next(&at);)
    if (!is_company_field(bson_iter_key(&at))) bson_append_iter(&rest, bson_iter_key(&at), -1, &at);
  bool equal = bson_equal(ours, &rest);
  bson_destroy(&rest);
  return equal;
}

/* Whether the document of bars[index] is ours, as far as it is known. */
static bool is_same(const AnalyzedSeries *series, size_t index, const bson_t *ours, const bson_t *stored) {
  return knows_company(series, index) ? bson_equal(ours, stored) : equal_but_company(ours, stored);
}

Status stock_analyzed_compare(const Db *db, const AnalyzedSeries *series, size_t index, bool *ret_equal, Error *err) {
  Documents documents = {0};
  bson_t *stored = NULL;
  Status status = series_check_ticker(series->ticker, err);
  if (status == STATUS_OK) status = add_document(&documents, series, index, err);
  if (status == STATUS_OK)
    status = db->find(db->self, DB_ANALYZED, series->ticker, document_id(documents.items[0]), &stored, err);
  if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
    *ret_equal = stored != NULL && is_same(series, index, documents.items[0], stored);
    status = STATUS_OK;
  }
  if (stored != NULL) bson_destroy(stored);
  documents_free(&documents);
  return status;
}

/* --- is it as it should be? --- */

typedef struct {
  const AnalyzedSeries *series;
  Day to;
  size_t next; /* the first bar whose document has not been met */
  AnalyzedDamage damage;
} Verifying;

static void note_damage(AnalyzedDamage *damage, size_t *count, Day date) {
  ++*count;
  if (damage->first == DAY_NONE || date < damage->first) damage->first = date;
}

/* Bars before the date have no document. */
static void pass_missing(Verifying *verifying, Day date) {
  const AdjustedSeries *bars = verifying->series->bars;
  for (; verifying->next < bars->count && bars->dates[verifying->next] < date; verifying->next++)
    note_damage(&verifying->damage, &verifying->damage.missing, bars->dates[verifying->next]);
}

static Status verify_document(void *context, const bson_t *document, Error *err) {
  Verifying *verifying = context;
  const AdjustedSeries *bars = verifying->series->bars;
  AnalyzedDamage *damage = &verifying->damage;
  const char *id = document_id(document);
  Day date;
  if (id == NULL || !day_parse(id, &date)) {
    damage->foreign++;
    return STATUS_OK;
  }
  if (date > verifying->to) return STATUS_OK;
  pass_missing(verifying, date);
  if (verifying->next == bars->count || bars->dates[verifying->next] != date) {
    note_damage(damage, &damage->foreign, date);
    return STATUS_OK;
  }
  Documents ours = {0};
  const size_t index = verifying->next++;
  Status status = add_document(&ours, verifying->series, index, err);
  if (status == STATUS_OK && is_same(verifying->series, index, ours.items[0], document))
    damage->stored++;
  else if (status == STATUS_OK)
    note_damage(damage, &damage->different, date);
  documents_free(&ours);
  return status;
}

Status stock_analyzed_verify(const Db *db, const AnalyzedSeries *series, Day analyzed, DayRange range,
                             AnalyzedDamage *ret_damage, Error *err) {
  Day from = range.from, to = range.to == DAY_NONE || range.to > analyzed ? analyzed : range.to;
  Verifying verifying = {.series = series, .to = to, .damage = {.first = DAY_NONE}};
  const AdjustedSeries *bars = series->bars;
  const Series stored = series_of(series);
  while (from != DAY_NONE && verifying.next < bars->count && bars->dates[verifying.next] < from) verifying.next++;
  Status status = series_check_ticker(series->ticker, err);
  if (status == STATUS_OK) status = series_read(&stored, db, range, verify_document, &verifying, err);
  if (status != STATUS_OK) return status;
  pass_missing(&verifying, to + 1);
  *ret_damage = verifying.damage;
  return STATUS_OK;
}

/* --- the newest of each --- */

Status latest_document(const AnalyzedSeries *series, const Target *target, Day as_of, Documents *documents,
                       Error *err) {
  size_t last = series->bars->count - 1;
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", series->ticker);
  document_put_day(&to, "date", series->bars->dates[last]);
  document_put_day(&to, "as_of", as_of);
  if (series->stale_sessions > 0) document_put_int32(&to, "stale_sessions", (int32_t)series->stale_sessions);
  if (target) {
    document_put_text(&to, "name", target->name);
    document_put_text(&to, "market", market_name(target->market));
    document_put_int64(&to, "market_cap", target->market_cap);
  }
  put_analysis(&to, series, last);
  return error_prefix(err, to.status, "%s." LATEST " %s", DB_SYSTEM, series->ticker);
}

Status latest_analysis_replace(const Db *db, const AnalyzedSeries *const *series, const Target *const *targets,
                               size_t count, Day as_of, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    if (series[i]->bars->count > 0) status = latest_document(series[i], targets[i], as_of, &documents, err);
  }
  if (status == STATUS_OK && documents.count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, LATEST, documents_view(&documents), documents.count, err);
  documents_free(&documents);
  return status;
}

Status latest_analysis_delete(const Db *db, const char *ticker, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, LATEST, ticker, err);
}

typedef struct {
  char (*items)[TICKER_SIZE];
  size_t count, capacity;
  size_t strangers;
} Tickers;

static Status add_ticker(void *context, const bson_t *document, Error *err) {
  Tickers *tickers = context;
  const char *id = document_id(document);
  if (id == NULL || !ticker_is_valid(id)) {
    tickers->strangers++;
    return STATUS_OK;
  }
  char(*items)[TICKER_SIZE] =
      vector_reserve(tickers->items, &tickers->capacity, tickers->count + 1, sizeof *tickers->items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "latest analysis: out of memory");
  tickers->items = items;
  text_copy(items[tickers->count++], sizeof *items, id);
  return STATUS_OK;
}

Status latest_analysis_tickers(const Db *db, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count,
                               size_t *ret_strangers, Error *err) {
  static const char *const only_id[] = {"_id", NULL};
  Tickers tickers = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, LATEST, NULL, NULL, only_id, add_ticker, &tickers, err);
  if (status != STATUS_OK) {
    free(tickers.items);
    return status;
  }
  *ret_tickers = tickers.items;
  *ret_count = tickers.count;
  *ret_strangers = tickers.strangers;
  return STATUS_OK;
}

/* --- the newest of each: is it as it should be? --- */

static Status keep_latest(void *context, const bson_t *document, Error *err) {
  LatestDocuments *documents = context;
  const char *id = document_id(document);
  if (id == NULL || !ticker_is_valid(id)) {
    documents->strangers++;
    return STATUS_OK;
  }
  bson_t **items =
      vector_reserve(documents->items, &documents->capacity, documents->count + 1, sizeof *documents->items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "latest analysis: out of memory");
  documents->items = items;
  items[documents->count++] = bson_copy(document);
  return STATUS_OK;
}

Status latest_analysis_load(const Db *db, LatestDocuments *documents, Error *err) {
  return db->find_range(db->self, DB_SYSTEM, LATEST, NULL, NULL, NULL, keep_latest, documents, err);
}

void latest_documents_free(LatestDocuments *documents) {
  for (size_t i = 0; i < documents->count; i++) bson_destroy(documents->items[i]);
  free(documents->items);
  *documents = (LatestDocuments){0};
}

const char *latest_documents_ticker(const LatestDocuments *documents, size_t index) {
  return document_id(documents->items[index]);
}

static int compare_ticker(const void *ticker, const void *item) {
  return strcmp(ticker, document_id(*(bson_t *const *)item));
}

/* Without the fields that are not asked about. */
static bool equal_but_masters(const bson_t *ours, const bson_t *stored) {
  bson_t rest = BSON_INITIALIZER;
  bson_copy_to_excluding_noinit(stored, &rest, "name", "market", "market_cap", NULL);
  bool equal = bson_equal(ours, &rest);
  bson_destroy(&rest);
  return equal;
}

Status latest_documents_compare(const LatestDocuments *documents, const AnalyzedSeries *series, const Target *target,
                                Day as_of, LatestState *ret_state, Error *err) {
  bool expected = series->bars->count > 0;
  bson_t **found = documents->count ? bsearch(series->ticker, documents->items, documents->count,
                                              sizeof *documents->items, compare_ticker)
                                    : NULL;
  if (found == NULL || !expected) {
    *ret_state = found != NULL ? LATEST_FOREIGN : expected ? LATEST_MISSING : LATEST_RIGHT;
    return STATUS_OK;
  }
  Documents ours = {0};
  Status status = latest_document(series, target, as_of, &ours, err);
  if (status == STATUS_OK) {
    bool equal = target ? bson_equal(ours.items[0], *found) : equal_but_masters(ours.items[0], *found);
    *ret_state = equal ? LATEST_RIGHT : LATEST_DIFFERENT;
  }
  documents_free(&ours);
  return status;
}
