/* What the KRX Open API answers, read strictly. */
#include "krx_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

/* "KOSDAQ GLOBAL" is a segment of KOSDAQ that the exchange's other services name so. */
bool krx_row_is_of_market(const KrxRow *row, const char *field) {
  const char *wanted = market_name(row->market), *text = krx_row_text(row, field);
  if (text == NULL) return false;
  bool segment = row->market == MARKET_KOSDAQ && strcmp(text, "KOSDAQ GLOBAL") == 0;
  return segment || strcmp(text, wanted) == 0 ||
         krx_row_fail(row, "%s \"%s\" is not %s", field, answer_quote(text).text, wanted);
}

bool krx_row_identity(const KrxRow *row, const char *code_field, StockRow *ret_stock) {
  const char *code = krx_row_text(row, code_field);
  if (code == NULL) return false;
  if (!ticker_is_valid(code) || !text_copy(ret_stock->ticker, sizeof(ret_stock->ticker), code))
    return krx_row_fail(row, "%s \"%s\" is not a stock code", code_field, answer_quote(code).text);
  const char *name = krx_row_text(row, "ISU_NM");
  if (name == NULL) return false;
  return text_copy(ret_stock->name, sizeof(ret_stock->name), name) ||
         krx_row_fail(row, "ISU_NM is longer than %d bytes", STOCK_NAME_SIZE - 1);
}

/* --- all rows --- */

int krx_compare_tickers(const void *a, const void *b) {
  return strcmp(((const StockRow *)a)->ticker, ((const StockRow *)b)->ticker);
}

const char *krx_ticker(const void *item) { return ((const StockRow *)item)->ticker; }

/* One answer's rows while they are read. */
typedef struct {
  const KrxService *service;
  Day date;
  Market market;
  Answer *answer;
  char *items; /* one block */
  size_t count;
} Rows;

static void *item_at(const Rows *rows, size_t i) { return rows->items + i * rows->service->type->item_size; }

/* The first that does not come behind the one before it; count when there is none. */
static size_t first_not_ascending(const Rows *rows) {
  for (size_t i = 1; i < rows->count; i++)
    if (rows->service->compare(item_at(rows, i - 1), item_at(rows, i)) >= 0) return i;
  return rows->count;
}

/* Sorts the rows, which mostly are sorted. */
static bool each_stands_once(const Rows *rows) {
  const KrxService *service = rows->service;
  if (first_not_ascending(rows) == rows->count) return true;
  qsort(rows->items, rows->count, service->type->item_size, service->compare);
  size_t twice = first_not_ascending(rows);
  if (twice == rows->count) return true;
  answer_fail(rows->answer, ANSWER_BROKEN, "%s %s stands twice", service->code_field,
              service->name(item_at(rows, twice)));
  return false;
}

static bool parse_rows(const json_t *list, Rows *rows) {
  const KrxService *service = rows->service;
  size_t count = json_array_size(list);
  KrxMembers members;
  for (size_t i = 0; i < count; i++) {
    KrxRow row = krx_row(rows->answer, i + 1, json_array_get(list, i), &members, service->code_field);
    row.date = rows->date;
    row.market = rows->market;
    if (service->is_other != NULL && service->is_other(&row)) continue;
    if (!service->parse(&row, item_at(rows, rows->count))) return false;
    rows->count++;
  }
  return each_stands_once(rows);
}

static void parse_list(const json_t *list, Rows *rows) {
  size_t count = json_array_size(list);
  Answer *answer = rows->answer;
  answer->kind = ANSWER_EMPTY; /* also when all rows are of other kinds */
  if (count == 0) return;
  rows->items = calloc(count, rows->service->type->item_size);
  if (rows->items == NULL) {
    answer_fail(answer, ANSWER_FAILING, "out of memory for %zu rows", count);
    return;
  }
  if (!parse_rows(list, rows) || rows->count == 0) {
    free(rows->items);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = rows->service->type;
  answer->payload = rows->items;
  answer->count = rows->count;
}

/* --- the answer as a whole --- */

void krx_parse(const FeedReply *reply, const KrxService *service, Day date, Market market, Answer *answer) {
  Rows rows = {.service = service, .date = date, .market = market, .answer = answer};
  KrxJson json;
  krx_json_open(&json, reply->body, reply->length, reply->http_status, service->path, answer);
  if (json.list != NULL) parse_list(json.list, &rows);
  krx_json_close(&json);
}

/* --- the question --- */

Status krx_ask(const char *path, const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  int length =
      snprintf(request->url, sizeof(request->url), "%s?basDd=%s", path, day_format_compact(question->date, day));
  if (length < 0 || (size_t)length >= sizeof(request->url)) return error_set(err, STATUS_CONFIG, "it is too long");
  return STATUS_OK;
}
