#include <closebell/store/stored_text.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static const char ID[] = "id";

/* ---- JSON ---- */

static void put_items(JsonWriter *to, const StoredField *field) {
  for (size_t i = 0; i < field->count; i++)
    put_stored(to, field->kind == STORED_LIST ? NULL : field->items[i].name, &field->items[i]);
}

void put_stored(JsonWriter *to, const char *name, const StoredField *field) {
  switch (field->kind) {
  case STORED_TEXT:
    json_put_text(to, name, field->text);
    break;
  case STORED_WHOLE:
    json_put_whole(to, name, field->whole);
    break;
  case STORED_REAL:
    json_put_real(to, name, field->real);
    break;
  case STORED_TRUTH:
    json_put_truth(to, name, field->whole != 0);
    break;
  case STORED_INSTANT:
    json_put_instant(to, name, field->whole);
    break;
  case STORED_LIST:
    json_begin_list(to, name);
    put_items(to, field);
    json_end_list(to);
    break;
  case STORED_OBJECT:
    json_begin_object(to, name);
    put_items(to, field);
    json_end_object(to);
    break;
  }
}

void stored_put_line(TextBuffer *out, const StoredDocument *document) {
  JsonWriter to = json_writer(out);
  json_begin_object(&to, NULL);
  json_put_text(&to, ID, document->id);
  for (size_t i = 0; i < document->count; i++)
    if (strcmp(document->fields[i].name, ID) != 0) put_stored(&to, document->fields[i].name, &document->fields[i]);
  json_end_object(&to);
  text_buffer_append(out, "\n", 1);
}

/* ---- CSV ---- */

void csv_put_text(TextBuffer *out, const char *text) {
  if (strpbrk(text, ",\"\r\n") == NULL) {
    text_buffer_append(out, text, strlen(text));
    return;
  }
  text_buffer_append(out, "\"", 1);
  for (const char *c = text; *c; c++) text_buffer_append(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
  text_buffer_append(out, "\"", 1);
}

void csv_put_stored(TextBuffer *out, const StoredField *field) {
  if (!field) return;
  if (field->kind == STORED_TEXT) {
    csv_put_text(out, field->text);
    return;
  }
  TextBuffer json = {0};
  JsonWriter to = json_writer(&json);
  put_stored(&to, NULL, field);
  size_t quotes = field->kind == STORED_INSTANT && json.length >= 2 ? 1 : 0;
  if (json.failed) out->failed = true;
  if (json.data && (field->kind == STORED_LIST || field->kind == STORED_OBJECT))
    csv_put_text(out, json.data);
  else if (json.data)
    text_buffer_append(out, json.data + quotes, json.length - 2 * quotes);
  text_buffer_free(&json);
}

static size_t find_column(const StoredColumns *columns, const char *name) {
  size_t i = 0;
  while (i < columns->count && strcmp(columns->names[i], name) != 0) i++;
  return i;
}

static bool insert(StoredColumns *columns, size_t place, const char *name) {
  char **names = vector_reserve(columns->names, &columns->capacity, columns->count + 1, sizeof *names);
  if (!names) return false;
  columns->names = names;
  char *copy = strdup(name);
  if (!copy) return false;
  memmove(names + place + 1, names + place, (columns->count - place) * sizeof *names);
  names[place] = copy;
  columns->count++;
  return true;
}

bool stored_columns_add(StoredColumns *columns, const StoredDocument *document) {
  size_t place = 0;
  for (size_t i = 0; i < document->count; i++) {
    const char *name = document->fields[i].name;
    if (strcmp(name, ID) == 0) continue;
    size_t found = find_column(columns, name);
    if (found == columns->count && !insert(columns, found = place, name)) return false;
    place = found + 1;
  }
  return true;
}

bool stored_columns_have(const StoredColumns *columns, const StoredDocument *document) {
  for (size_t i = 0; i < document->count; i++) {
    const char *name = document->fields[i].name;
    if (strcmp(name, ID) != 0 && find_column(columns, name) == columns->count) return false;
  }
  return true;
}

void stored_columns_put_head(const StoredColumns *columns, TextBuffer *out) {
  text_buffer_printf(out, "%s", ID);
  for (size_t i = 0; i < columns->count; i++) text_buffer_printf(out, ",%s", columns->names[i]);
  text_buffer_append(out, "\n", 1);
}

void stored_columns_put_row(const StoredColumns *columns, TextBuffer *out, const StoredDocument *document) {
  csv_put_text(out, document->id);
  for (size_t i = 0; i < columns->count; i++) {
    text_buffer_append(out, ",", 1);
    csv_put_stored(out, stored_field(document, columns->names[i]));
  }
  text_buffer_append(out, "\n", 1);
}

void stored_columns_free(StoredColumns *columns) {
  for (size_t i = 0; i < columns->count; i++) free(columns->names[i]);
  free(columns->names);
  *columns = (StoredColumns){0};
}
