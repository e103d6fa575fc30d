/* csv_lines.h: plain CSV, as programs write it: no quotes, a fixed number of short fields a line. */
#ifndef CLOSEBELL_MARKET_CSV_LINES_H
#define CLOSEBELL_MARKET_CSV_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>

enum { CSV_LINES_FIELDS = 12, CSV_LINES_FIELD_SIZE = 40 };

typedef struct {
  const char *names; /* the header: names by commas, lent */
  const char *at;
  size_t line, field_count;
  char fields[CSV_LINES_FIELDS][CSV_LINES_FIELD_SIZE];
} CsvLines;

/* The text, lent, must begin with the header. STATUS_BAD_DATA. */
Status csv_lines_begin(CsvLines *lines, const char *text, const char *header, Error *err);
/* The next line into fields; *ret_more is false behind the last. STATUS_BAD_DATA names the line. */
Status csv_lines_next(CsvLines *lines, bool *ret_more, Error *err);
/* A refusal of a field of the line at hand: STATUS_BAD_DATA. */
Status csv_lines_fail(const CsvLines *lines, size_t field, const char *why, Error *err);

#endif
