#include "csv_lines.h"

#include <string.h>

static size_t count_fields(const char *header) {
  size_t count = 1;
  for (; *header; header++) count += *header == ',';
  return count;
}

/* Behind the line's end, be it \n or \r\n; null: there is none here. */
static const char *behind_end(const char *at) {
  if (*at == '\r' && at[1] == '\n') return at + 2;
  return *at == '\n' ? at + 1 : NULL;
}

Status csv_lines_begin(CsvLines *lines, const char *text, const char *header, Error *err) {
  size_t length = strlen(header);
  *lines = (CsvLines){.names = header, .line = 1, .field_count = count_fields(header)};
  if (strncmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
  lines->at = strncmp(text, header, length) == 0 ? behind_end(text + length) : NULL;
  return lines->at ? STATUS_OK : error_set(err, STATUS_BAD_DATA, "line 1: not %s", header);
}

static void name_of(const CsvLines *lines, size_t field, char *name, size_t size) {
  const char *at = lines->names;
  for (; field > 0; field--) at = strchr(at, ',') + 1;
  size_t length = strcspn(at, ",");
  if (length >= size) length = size - 1;
  memcpy(name, at, length);
  name[length] = '\0';
}

Status csv_lines_fail(const CsvLines *lines, size_t field, const char *why, Error *err) {
  char name[CSV_LINES_FIELD_SIZE];
  name_of(lines, field, name, sizeof name);
  return error_set(err, STATUS_BAD_DATA, "line %zu, %s: %s", lines->line, name, why);
}

Status csv_lines_next(CsvLines *lines, bool *ret_more, Error *err) {
  *ret_more = *lines->at != '\0';
  if (!*ret_more) return STATUS_OK;
  lines->line++;
  for (size_t i = 0; i < lines->field_count; i++) {
    size_t length = strcspn(lines->at, ",\r\n\"");
    bool last = i + 1 == lines->field_count;
    const char *end = behind_end(lines->at + length);
    if (length >= CSV_LINES_FIELD_SIZE) return csv_lines_fail(lines, i, "too long", err);
    memcpy(lines->fields[i], lines->at, length);
    lines->fields[i][length] = '\0';
    lines->at += length;
    if (!last && *lines->at != ',') return csv_lines_fail(lines, i + 1, "missing", err);
    if (last && !end && *lines->at != '\0') return csv_lines_fail(lines, i, "the line does not end behind it", err);
    lines->at = !last ? lines->at + 1 : end ? end : lines->at;
  }
  return STATUS_OK;
}
