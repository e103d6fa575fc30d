#include <closebell/store/trading_calendar.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "trading_calendar"

static const char *const STATES[] = {
    [CALENDAR_UNKNOWN] = "unknown", [CALENDAR_OPEN] = "open", [CALENDAR_CLOSED] = "closed"};
enum { STATE_COUNT = sizeof STATES / sizeof STATES[0] };

static void get_state(DocumentReader *from, CalendarState *to) {
  char text[16];
  document_get_text(from, "state", text, sizeof text);
  for (int i = 0; i < STATE_COUNT && from->status == STATUS_OK; i++) {
    if (strcmp(text, STATES[i]) != 0) continue;
    *to = (CalendarState)i;
    return;
  }
  document_fault(from, "state", "is none of open, closed, unknown");
}

static void get_source(DocumentReader *from, bool *ret_observed) {
  char text[16];
  document_get_text(from, "source", text, sizeof text);
  if (from->status != STATUS_OK) return;
  *ret_observed = strcmp(text, "observed") == 0;
  if (!*ret_observed && strcmp(text, "table") != 0) document_fault(from, "source", "is neither table nor observed");
}

static Status add_day(void *context, const bson_t *document, Error *err) {
  CalendarDays *days = context;
  CalendarDay day = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "_id", &day.date);
  get_state(&from, &day.state);
  get_source(&from, &day.observed);
  document_get_prose(&from, "reason", day.reason, sizeof day.reason);
  if (from.status != STATUS_OK) return from.status;
  CalendarDay *items = vector_reserve(days->items, &days->capacity, days->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "trading calendar: out of memory");
  days->items = items;
  days->items[days->count++] = day;
  return STATUS_OK;
}

Status trading_calendar_load(const Db *db, CalendarDays *ret_days, Error *err) {
  CalendarDays days = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, add_day, &days, err);
  if (status == STATUS_OK)
    *ret_days = days;
  else
    calendar_days_free(&days);
  return status;
}

static Status add_document(Documents *documents, const CalendarDay *day, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", day->date);
  document_put_text(&to, "state", STATES[day->state]);
  document_put_text(&to, "source", day->observed ? "observed" : "table");
  document_put_prose(&to, "reason", day->reason);
  return to.status;
}

static Status add_documents(Documents *documents, const CalendarDay *days, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(documents, &days[i], err);
  return status;
}

Status trading_calendar_insert(const Db *db, const CalendarDay *days, size_t count, Error *err) {
  Documents documents = {0};
  size_t duplicates = 0;
  Status status = add_documents(&documents, days, count, err);
  if (status == STATUS_OK && count > 0)
    status = db->insert_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, &duplicates, err);
  documents_free(&documents);
  return status;
}

Status trading_calendar_replace(const Db *db, const CalendarDay *days, size_t count, Error *err) {
  Documents documents = {0};
  Status status = add_documents(&documents, days, count, err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

static int compare_date(const void *key, const void *item) {
  Day a = *(const Day *)key, b = ((const CalendarDay *)item)->date;
  return (a > b) - (a < b);
}

const CalendarDay *calendar_days_find(const CalendarDays *days, Day date) {
  if (days->count == 0) return NULL;
  return bsearch(&date, days->items, days->count, sizeof *days->items, compare_date);
}

void calendar_days_free(CalendarDays *days) {
  free(days->items);
  *days = (CalendarDays){0};
}
