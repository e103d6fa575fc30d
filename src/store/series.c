#include "series.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/market/ticker.h>

Status series_check_ticker(const char *ticker, Error *err) {
  if (ticker_is_valid(ticker)) return STATUS_OK;
  return error_set(err, STATUS_INTERNAL, "a ticker of other characters than the exchange's names no collection");
}

/* ---- what is stored, against what is given ---- */

typedef enum { DOCUMENT_MISSING = 0, DOCUMENT_EQUAL, DOCUMENT_DIFFERENT } StoredState;

typedef struct {
  const char *id; /* lent */
  size_t index;   /* in the documents given */
  StoredState state;
} Given;

typedef struct {
  const Series *series;
  const Documents *ours;
  Given *given; /* one a document, ascending by _id */
  size_t count;
} Comparing;

static int compare_given(const void *a, const void *b) {
  return strcmp(((const Given *)a)->id, ((const Given *)b)->id);
}

static bool is_same(const Series *series, size_t index, const bson_t *ours, const bson_t *stored) {
  return series->same ? series->same(series->context, index, ours, stored) : bson_equal(ours, stored);
}

static Status compare_document(void *context, const bson_t *document, Error *err) {
  (void)err;
  Comparing *comparing = context;
  const Given key = {.id = document_id(document)};
  if (key.id == NULL) return STATUS_OK;
  Given *given = bsearch(&key, comparing->given, comparing->count, sizeof key, compare_given);
  if (given == NULL) return STATUS_OK;
  bool same = is_same(comparing->series, given->index, comparing->ours->items[given->index], document);
  given->state = same ? DOCUMENT_EQUAL : DOCUMENT_DIFFERENT;
  return STATUS_OK;
}

static Status compare_stored(const Db *db, Comparing *comparing, Error *err) {
  for (size_t i = 0; i < comparing->count; i++)
    comparing->given[i] = (Given){.id = document_id(comparing->ours->items[i]), .index = i};
  qsort(comparing->given, comparing->count, sizeof *comparing->given, compare_given);
  return db->find_range(db->self, comparing->series->database, comparing->series->key, comparing->given[0].id,
                        comparing->given[comparing->count - 1].id, NULL, compare_document, comparing, err);
}

static size_t select_documents(const Comparing *comparing, StoredState state, const bson_t **ret_selected) {
  size_t count = 0;
  for (size_t i = 0; i < comparing->count; i++)
    if (comparing->given[i].state == state) ret_selected[count++] = comparing->ours->items[comparing->given[i].index];
  return count;
}

/* Brings in what the comparison found missing or different. */
static Status repair(const Db *db, const Comparing *comparing, const bson_t **selected, StoredCounts *counts,
                     Error *err) {
  const Series *series = comparing->series;
  counts->stored = select_documents(comparing, DOCUMENT_EQUAL, selected);
  size_t missing = select_documents(comparing, DOCUMENT_MISSING, selected), again = 0;
  Status status = STATUS_OK;
  if (missing > 0) status = db->insert_many(db->self, series->database, series->key, selected, missing, &again, err);
  if (status != STATUS_OK) return status;
  counts->inserted += missing - again; /* a duplicate now is somebody else's: not known to be as given */
  counts->replaced = select_documents(comparing, DOCUMENT_DIFFERENT, selected);
  if (counts->replaced > 0)
    status = db->replace_many(db->self, series->database, series->key, selected, counts->replaced, err);
  counts->stored += missing - again + counts->replaced;
  return status;
}

static Status compare_and_repair(const Series *series, const Db *db, const Documents *ours, StoredCounts *counts,
                                 Error *err) {
  Comparing comparing = {
      .series = series, .ours = ours, .given = calloc(ours->count, sizeof(Given)), .count = ours->count};
  const bson_t **selected = calloc(ours->count, sizeof *selected);
  Status status = STATUS_OK;
  if (comparing.given == NULL || selected == NULL)
    status = error_set(err, STATUS_NO_MEMORY, "%s.%s: out of memory", series->database, series->key);
  if (status == STATUS_OK) status = compare_stored(db, &comparing, err);
  if (status == STATUS_OK) status = repair(db, &comparing, selected, counts, err);
  free(selected);
  free(comparing.given);
  return status;
}

Status series_append(const Series *series, const Db *db, const Documents *ours, StoredCounts *ret_counts, Error *err) {
  size_t duplicates = 0;
  Status status = STATUS_OK;
  if (ours->count > 0)
    status =
        db->insert_many(db->self, series->database, series->key, documents_view(ours), ours->count, &duplicates, err);
  StoredCounts counts = {.stored = ours->count, .inserted = ours->count - duplicates};
  if (status == STATUS_OK && duplicates > 0) status = compare_and_repair(series, db, ours, &counts, err);
  if (status == STATUS_OK) *ret_counts = counts;
  return status;
}

/* ---- by date ---- */

Status series_cut(const Series *series, const Db *db, Day from, Error *err) {
  DayText text = day_text(from);
  return db->delete_range(db->self, series->database, series->key, from == DAY_NONE ? NULL : text.text, NULL, err);
}

Status series_expire(const Series *series, const Db *db, Day last, Error *err) {
  static const char FIRST[] = "0"; /* what has no date stays */
  if (last == DAY_NONE) return STATUS_OK;
  return db->delete_range(db->self, series->database, series->key, FIRST, day_text(last).text, err);
}

static Status read_fields(const Series *series, const Db *db, DayRange range, const char *const *fields, DbVisit *visit,
                          void *context, Error *err) {
  DayText from = day_text(range.from), to = day_text(range.to);
  return db->find_range(db->self, series->database, series->key, range.from == DAY_NONE ? NULL : from.text,
                        range.to == DAY_NONE ? NULL : to.text, fields, visit, context, err);
}

Status series_read(const Series *series, const Db *db, DayRange range, DbVisit *visit, void *context, Error *err) {
  return read_fields(series, db, range, NULL, visit, context, err);
}

bool series_day(const bson_t *document, Day *ret_day) {
  const char *id = document_id(document);
  return id != NULL && day_parse(id, ret_day);
}

typedef struct {
  Day *days;
  size_t count, capacity;
} DayList;

static Status add_day(void *context, const bson_t *document, Error *err) {
  DayList *list = context;
  Day day;
  if (!series_day(document, &day)) return STATUS_OK;
  Day *days = vector_reserve(list->days, &list->capacity, list->count + 1, sizeof *days);
  if (days == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory for dates");
  list->days = days;
  days[list->count++] = day;
  return STATUS_OK;
}

Status series_dates(const Series *series, const Db *db, DayRange range, Day **ret_days, size_t *ret_count, Error *err) {
  static const char *const only_id[] = {"_id", NULL};
  DayList list = {0};
  Status status = read_fields(series, db, range, only_id, add_day, &list, err);
  if (status != STATUS_OK) {
    free(list.days);
    return status;
  }
  *ret_days = list.days;
  *ret_count = list.count;
  return STATUS_OK;
}
