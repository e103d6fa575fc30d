/* dated_rows.h: a history on its way out: a row a date, as JSON, NDJSON or CSV, whichever the request asks for. */
#ifndef CLOSEBELL_API_DATED_ROWS_H
#define CLOSEBELL_API_DATED_ROWS_H

#include <closebell/api/call.h>

typedef struct {
  ServiceAnswer *answer;
  const char *type;
  const char *const *columns; /* behind date, ended by a null; lent */
  JsonWriter json;
} DatedRows;

/* Begins the answer. dated_rows_end at the end, unless the call fails. */
DatedRows dated_rows_begin(const Call *call, ServiceAnswer *answer, const char *const *columns);
/* The fields of the columns; what the row lacks is absent, in CSV empty. */
void dated_rows_put(DatedRows *rows, const char *date, const StoredDocument *row);
void dated_rows_end(DatedRows *rows);

#endif
