#include "dated.h"

#include <stdlib.h>

#include <closebell/base/vector.h>

#include "document.h"

bool dated_day(const bson_t *document, Day *ret_day) {
  const char *id = document_id(document);
  return id != NULL && day_parse(id, ret_day);
}

static Status read_fields(const Db *db, const DatedRange *range, const char *const *fields, DbVisit *visit,
                          void *context, Error *err) {
  DayText from = day_text(range->from), to = day_text(range->to);
  return db->find_range(db->self, range->database, range->collection, range->from == DAY_NONE ? NULL : from.text,
                        range->to == DAY_NONE ? NULL : to.text, fields, visit, context, err);
}

Status dated_read(const Db *db, const DatedRange *range, DbVisit *visit, void *context, Error *err) {
  return read_fields(db, range, NULL, visit, context, err);
}

typedef struct {
  Day *days;
  size_t count, capacity;
} DayList;

static Status add_day(void *context, const bson_t *document, Error *err) {
  DayList *list = context;
  Day day;
  if (!dated_day(document, &day)) return STATUS_OK;
  Day *days = vector_reserve(list->days, &list->capacity, list->count + 1, sizeof *days);
  if (days == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory for dates");
  list->days = days;
  days[list->count++] = day;
  return STATUS_OK;
}

Status dated_list(const Db *db, const DatedRange *range, Day **ret_days, size_t *ret_count, Error *err) {
  static const char *const only_id[] = {"_id", NULL};
  DayList list = {0};
  Status status = read_fields(db, range, only_id, add_day, &list, err);
  if (status != STATUS_OK) {
    free(list.days);
    return status;
  }
  *ret_days = list.days;
  *ret_count = list.count;
  return STATUS_OK;
}
