/* analyzed_read.c: analysed documents as rows of numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/stock_analyzed.h>

#include "series.h"

typedef struct {
  const AnalyzedQuestion *asked;
  double *values; /* one a field */
  AnalyzedVisit *visit;
  void *context;
} Reading;

static bool take_value(const bson_iter_t *at, double *ret_value) {
  switch (bson_iter_type(at)) {
  case BSON_TYPE_DOUBLE:
    *ret_value = bson_iter_double(at);
    return true;
  case BSON_TYPE_INT32:
    *ret_value = bson_iter_int32(at);
    return true;
  case BSON_TYPE_BOOL:
    *ret_value = bson_iter_bool(at);
    return true;
  case BSON_TYPE_UTF8:
    return analyzed_text_parse(bson_iter_utf8(at, NULL), ret_value);
  default:
    return false;
  }
}

/* Fields are stored in the order of the list: each is looked for behind the one before, and from the start after that.
 */
static size_t find_field(const Reading *reading, const char *name, size_t next) {
  const AnalyzedQuestion *asked = reading->asked;
  for (size_t i = 0; i < asked->field_count; i++) {
    size_t k = (next + i) % asked->field_count;
    if (strcmp(asked->fields[k], name) == 0) return k;
  }
  return asked->field_count;
}

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  const AnalyzedQuestion *asked = reading->asked;
  Day date;
  bson_iter_t at;
  size_t next = 0;
  if (!series_day(document, &date)) return STATUS_OK; /* another's: no session */
  for (size_t k = 0; k < asked->field_count; k++) reading->values[k] = NAN;
  for (bson_iter_init(&at, document); bson_iter_next(&at);) {
    size_t field = find_field(reading, bson_iter_key(&at), next);
    if (field == asked->field_count) continue;
    next = field + 1;
    if (!take_value(&at, &reading->values[field]))
      return error_set(err, STATUS_BAD_DATA,
                       "%s.%s %s: %s is of another type; manual_setup --verify says how to mend it", DB_ANALYZED,
                       asked->ticker, day_text(date).text, asked->fields[field]);
  }
  return reading->visit(reading->context, date, reading->values, err);
}

Status stock_analyzed_read(const Db *db, const AnalyzedQuestion *asked, AnalyzedVisit *visit, void *context,
                           Error *err) {
  const Series series = {.database = DB_ANALYZED, .key = asked->ticker};
  Reading reading = {.asked = asked, .visit = visit, .context = context};
  Status status = series_check_ticker(asked->ticker, err);
  if (status != STATUS_OK) return status;
  reading.values = calloc(asked->field_count + 1, sizeof *reading.values);
  if (reading.values == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the fields of a document");
  status = series_read(&series, db, asked->dates, visit_document, &reading, err);
  free(reading.values);
  return status;
}
