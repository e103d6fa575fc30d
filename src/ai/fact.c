#include <closebell/ai/fact.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/vector.h>

enum { FACTS_MAX = 99999 }; /* the longest id is f99999 */

void fact_table_free(FactTable *table) {
  free(table->items);
  *table = (FactTable){0};
}

/* ---- one stock ---- */

/* From the i-th on. */
static const FactInput *find_input(const FactDocument *document, size_t i, const char *field) {
  for (; i < document->count; i++)
    if (strcmp(document->inputs[i].field, field) == 0) return &document->inputs[i];
  return NULL;
}

static Status check_input(const FactDocument *document, const FactField *field, Error *err) {
  const char *ticker = document->ticker;
  const FactInput *input = find_input(document, 0, field->name);
  if (input == NULL) return STATUS_OK;
  if (input->value.kind != field->kind)
    return error_set(err, STATUS_BAD_DATA, "%s: %s is of another type", ticker, field->name);
  if (input->value.kind == FACT_REAL && !isfinite(input->value.real))
    return error_set(err, STATUS_BAD_DATA, "%s: %s is no number", ticker, field->name);
  if (find_input(document, (size_t)(input + 1 - document->inputs), field->name) != NULL)
    return error_set(err, STATUS_BAD_DATA, "%s: %s stands there twice", ticker, field->name);
  return STATUS_OK;
}

static Status check_document(const FactTable *table, const FactDocument *document, Error *err) {
  FactField field;
  Status status = STATUS_OK;
  if (!ticker_is_valid(document->ticker)) return error_set(err, STATUS_BAD_DATA, "a fact of no ticker");
  if (table->stocks >= FACT_STOCKS_MAX)
    return error_set(err, STATUS_BAD_DATA, "more than %d stocks in one question", FACT_STOCKS_MAX);
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->items[i].ticker, document->ticker) == 0)
      return error_set(err, STATUS_BAD_DATA, "%s is asked about twice", document->ticker);
  for (size_t k = 0; status == STATUS_OK && fact_field_at(k, &field); k++) status = check_input(document, &field, err);
  return status;
}

/* stock: what all its facts have in common. */
static Status add_fact(FactTable *table, const Fact *stock, const FactField *field, const FactInput *input,
                       Error *err) {
  Fact *items = vector_reserve(table->items, &table->capacity, table->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the facts");
  table->items = items;
  if (table->count >= FACTS_MAX) return error_set(err, STATUS_BAD_DATA, "more than %d facts", FACTS_MAX);
  Fact *fact = &items[table->count];
  *fact = *stock;
  fact->value = input->value;
  fact->unit = field->unit;
  if (field->kind == FACT_TEXT) {
    Status status = fact_clean_text(input->value.text, fact->value.text, err);
    if (status != STATUS_OK) return status;
    if (*fact->value.text == '\0') return STATUS_OK; /* nothing can be said of it */
  }
  snprintf(fact->id, sizeof fact->id, "f%u", (unsigned)(table->count + 1) % (FACTS_MAX + 1));
  snprintf(fact->field, sizeof fact->field, "%s", field->name);
  table->count++;
  return STATUS_OK;
}

Status fact_table_add(FactTable *table, const FactDocument *document, Error *err) {
  Fact stock = {.date = document->date};
  FactField field;
  size_t before = table->count;
  Status status = check_document(table, document, err);
  if (status == STATUS_OK) snprintf(stock.ticker, sizeof stock.ticker, "%s", document->ticker);
  if (status == STATUS_OK) status = fact_clean_text(document->name, stock.name, err);
  for (size_t k = 0; status == STATUS_OK && fact_field_at(k, &field); k++) {
    const FactInput *input = find_input(document, 0, field.name);
    if (input != NULL) status = add_fact(table, &stock, &field, input, err);
  }
  if (status == STATUS_OK)
    table->stocks++;
  else
    table->count = before;
  return status;
}

const Fact *fact_table_find(const FactTable *table, const char *id, size_t length) {
  for (size_t i = 0; i < table->count; i++)
    if (strlen(table->items[i].id) == length && memcmp(table->items[i].id, id, length) == 0) return &table->items[i];
  return NULL;
}

/* ---- as JSON ---- */

static void put_value(JsonWriter *to, const FactValue *value) {
  if (value->kind == FACT_WHOLE)
    json_put_whole(to, "value", value->whole);
  else if (value->kind == FACT_REAL)
    json_put_real(to, "value", value->real);
  else
    json_put_text(to, "value", value->text);
}

static void put_fact(JsonWriter *to, const Fact *fact) {
  json_begin_object(to, NULL);
  json_put_text(to, "id", fact->id);
  json_put_text(to, "ticker", fact->ticker);
  json_put_text(to, "name", fact->name);
  json_put_text(to, "field", fact->field);
  put_value(to, &fact->value);
  json_put_text(to, "unit", fact_unit_text(fact->unit));
  json_put_day(to, "date", fact->date);
  json_end_object(to);
}

static void put_facts(JsonWriter *to, const char *name, const FactTable *table) {
  json_begin_list(to, name);
  for (size_t i = 0; i < table->count; i++) put_fact(to, &table->items[i]);
  json_end_list(to);
}

void facts_json(const FactTable *table, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  put_facts(&to, NULL, table);
}

void facts_told_json(const FactTable *table, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  json_begin_object(&to, NULL);
  json_put_day(&to, "as_of", table->as_of);
  json_begin_object(&to, "proof");
  json_put_truth(&to, "proven", table->proven);
  json_begin_list(&to, "unproven");
  for (size_t i = 0; i < table->unproven_count && i < FACT_UNPROVEN_MAX; i++)
    json_put_day(&to, NULL, table->unproven[i]);
  json_end_list(&to);
  json_end_object(&to);
  put_facts(&to, "facts", table);
  json_end_object(&to);
}
