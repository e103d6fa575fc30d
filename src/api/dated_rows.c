#include "dated_rows.h"

#include <string.h>

#include <closebell/api/routes.h>

static bool is_type(const DatedRows *rows, const char *type) { return strcmp(rows->type, type) == 0; }

DatedRows dated_rows_begin(const Call *call, ServiceAnswer *answer, const char *const *columns) {
  DatedRows rows = {.answer = answer, .type = route_type(call->route, call->target), .columns = columns};
  if (is_type(&rows, TYPE_JSON)) {
    rows.json = call_begin_json(call, answer);
    json_begin_list(&rows.json, "items");
    return rows;
  }
  call_begin_rows(call, answer, rows.type);
  if (!is_type(&rows, TYPE_CSV)) return rows;
  text_buffer_printf(&answer->body, "date");
  for (size_t i = 0; columns[i]; i++) text_buffer_printf(&answer->body, ",%s", columns[i]);
  text_buffer_append(&answer->body, "\n", 1);
  return rows;
}

static void put_object(JsonWriter *to, const char *date, const DatedRows *rows, const StoredDocument *row) {
  json_begin_object(to, NULL);
  json_put_text(to, "date", date);
  for (size_t i = 0; rows->columns[i]; i++) {
    const StoredField *field = stored_field(row, rows->columns[i]);
    if (field) put_stored(to, field->name, field);
  }
  json_end_object(to);
}

static void put_csv(TextBuffer *out, const char *date, const DatedRows *rows, const StoredDocument *row) {
  text_buffer_printf(out, "%s", date);
  for (size_t i = 0; rows->columns[i]; i++) {
    text_buffer_append(out, ",", 1);
    csv_put_stored(out, stored_field(row, rows->columns[i]));
  }
  text_buffer_append(out, "\n", 1);
}

void dated_rows_put(DatedRows *rows, const char *date, const StoredDocument *row) {
  TextBuffer *out = &rows->answer->body;
  if (is_type(rows, TYPE_JSON)) {
    put_object(&rows->json, date, rows, row);
  } else if (is_type(rows, TYPE_NDJSON)) {
    JsonWriter to = json_writer(out);
    put_object(&to, date, rows, row);
    text_buffer_append(out, "\n", 1);
  } else {
    put_csv(out, date, rows, row);
  }
}

void dated_rows_end(DatedRows *rows) {
  if (!is_type(rows, TYPE_JSON)) return;
  json_end_list(&rows->json);
  call_end_json(&rows->json, rows->answer);
}
