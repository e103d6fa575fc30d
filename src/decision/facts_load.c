#include <closebell/decision/facts_load.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one document ---- */

/* False: such a value is no fact. */
static bool take_value(const StoredField *field, FactValue *ret_value) {
  FactValue value = {.kind = FACT_WHOLE};
  switch (field->kind) {
  case STORED_WHOLE:
    value.whole = field->whole;
    break;
  case STORED_REAL:
    value.kind = FACT_REAL;
    value.real = field->real;
    break;
  case STORED_TEXT:
    value.kind = FACT_TEXT;
    if (!text_copy(value.text, sizeof value.text, field->text)) return false;
    break;
  default:
    return false;
  }
  *ret_value = value;
  return true;
}

static Status add_document(FactTable *table, const StoredDocument *document, Error *err) {
  size_t count = 0;
  FactDocument read = {.ticker = document->id, .name = stored_get_text(document, "name")};
  FactInput *inputs = calloc(document->count + 1, sizeof *inputs);
  if (!inputs) return error_set(err, STATUS_NO_MEMORY, "no memory for the facts of %.40s", document->id);
  for (size_t i = 0; i < document->count; i++)
    if (text_copy(inputs[count].field, sizeof inputs[count].field, document->fields[i].name) &&
        take_value(&document->fields[i], &inputs[count].value))
      count++;
  Status status = STATUS_OK;
  if (!day_parse(stored_get_text(document, "date"), &read.date))
    status = error_set(err, STATUS_BAD_DATA, "latest_analysis %.40s has no date", document->id);
  read.inputs = inputs;
  read.count = count;
  if (status == STATUS_OK) status = fact_table_add(table, &read, err);
  free(inputs);
  return status;
}

/* ---- all ---- */

Status facts_make(const FactState *state, const StoredDocument *const *documents, size_t count, FactTable *ret_table,
                  Error *err) {
  FactTable table = {.as_of = state->as_of, .proven = state->unproven_count == 0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < state->unproven_count && i < FACT_UNPROVEN_MAX; i++)
    table.unproven[table.unproven_count++] = state->unproven[i];
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&table, documents[i], err);
  if (status == STATUS_OK)
    *ret_table = table;
  else
    fact_table_free(&table);
  return status;
}

/* ---- from the database ---- */

typedef struct {
  const FactStocks *stocks;
  StoredDocument *found; /* one a stock; none: zero */
} Reading;

static Status take_document(void *context, StoredDocument *document, Error *err) {
  Reading *reading = context;
  (void)err;
  for (size_t i = 0; i < reading->stocks->count; i++) {
    if (strcmp(reading->stocks->tickers[i], document->id) != 0 || reading->found[i].source) continue;
    reading->found[i] = *document;
    *document = (StoredDocument){0};
    return STATUS_OK;
  }
  return STATUS_OK;
}

static Status read_documents(const Db *db, Reading *reading, Error *err) {
  const FactStocks *stocks = reading->stocks;
  StoredRange range = {.database = DB_SYSTEM, .collection = "latest_analysis"};
  for (size_t i = 0; i < stocks->count; i++) {
    if (!range.from || strcmp(stocks->tickers[i], range.from) < 0) range.from = stocks->tickers[i];
    if (!range.to || strcmp(stocks->tickers[i], range.to) > 0) range.to = stocks->tickers[i];
  }
  return stocks->count > 0 ? stored_read(db, &range, take_document, reading, err) : STATUS_OK;
}

/* Those that are there, in the order asked for. */
static Status choose(const Reading *reading, const StoredDocument **documents, size_t *ret_count, Error *err) {
  const FactStocks *stocks = reading->stocks;
  size_t count = 0;
  for (size_t i = 0; i < stocks->count && count < stocks->most; i++) {
    if (reading->found[i].source)
      documents[count++] = &reading->found[i];
    else if (stocks->absent_are_refused)
      return error_set(err, STATUS_USAGE, "%s is not in latest_analysis: nothing is known of it to ask about",
                       stocks->tickers[i]);
  }
  *ret_count = count;
  return STATUS_OK;
}

Status facts_load(const Db *db, const FactState *state, const FactStocks *stocks, FactTable *ret_table, Error *err) {
  size_t count = 0;
  Reading reading = {stocks, calloc(stocks->count + 1, sizeof *reading.found)};
  const StoredDocument **documents = calloc(stocks->count + 1, sizeof *documents);
  Status status = reading.found && documents ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for facts");
  if (status == STATUS_OK) status = read_documents(db, &reading, err);
  if (status == STATUS_OK) status = choose(&reading, documents, &count, err);
  if (status == STATUS_OK) status = facts_make(state, documents, count, ret_table, err);
  for (size_t i = 0; reading.found && i < stocks->count; i++) stored_free(&reading.found[i]);
  free(reading.found);
  free(documents);
  return status;
}

/* ---- a strategy's matches ---- */

Status facts_matches(const ScreenResult *result, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count, Error *err) {
  const ScreenMarket *market = result->market;
  const size_t count = result->counts.listed;
  char(*tickers)[TICKER_SIZE] = calloc(count + 1, sizeof *tickers);
  if (!tickers) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu matches", count);
  for (size_t i = 0; i < count; i++) {
    const ScreenEntry *entry = &market->entries[market->first_entry[result->session] + result->stocks[i]];
    text_copy(tickers[i], sizeof tickers[i], market->stocks[entry->stock].ticker);
  }
  *ret_tickers = tickers;
  *ret_count = count;
  return STATUS_OK;
}

/* ---- the score ---- */

static double number_of(const Fact *fact) {
  return fact->value.kind == FACT_REAL    ? fact->value.real
         : fact->value.kind == FACT_WHOLE ? (double)fact->value.whole
                                          : NAN;
}

double facts_hunter_score(const FactTable *table) {
  double sum = 0;
  size_t scored = 0;
  for (size_t i = 0; i < table->count;) {
    const char *ticker = table->items[i].ticker;
    double compass = NAN, rating = NAN;
    for (; i < table->count && strcmp(table->items[i].ticker, ticker) == 0; i++) {
      if (strcmp(table->items[i].field, "compass_score") == 0) compass = number_of(&table->items[i]);
      if (strcmp(table->items[i].field, "rs_rating") == 0) rating = number_of(&table->items[i]);
    }
    double score = isnan(compass) ? rating : compass;
    if (isnan(score)) continue;
    sum += score;
    scored++;
  }
  return scored > 0 ? sum / (double)scored : NAN;
}
