/* What the KRX Open API answers, read strictly. SOURCES.md has a recorded answer and the ways in which answers go
 * wrong. */
#include "krx_parse.h"
#include "json_arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

KrxQuote krx_quote(const char *text) {
  KrxQuote result = {.text = ""};
  size_t i = 0;
  for (; i < KRX_QUOTE_SIZE - 4 && text[i] != '\0'; i++) {
    bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"';
    result.text[i] = plain ? text[i] : '?';
  }
  if (text[i] != '\0') memcpy(result.text + i, "...", 3);
  return result;
}

void krx_answer_fail(Answer *answer, AnswerKind kind, const char *format, ...) {
  va_list arguments;
  answer->kind = kind;
  va_start(arguments, format);
  vsnprintf(answer->detail, sizeof(answer->detail), format, arguments);
  va_end(arguments);
}

static const char *string_member(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

/* --- one row --- */

/* Of an object with more members than there is room for none are taken, and each is looked up. */
static void take_members(const json_t *object, KrxMembers *members) {
  members->count = members->next = 0;
  if (json_object_size(object) > KRX_MEMBERS_MAX) return;
  json_t *walked = (json_t *)(uintptr_t)object; /* the iterator changes nothing */
  for (void *i = json_object_iter(walked); i != NULL; i = json_object_iter_next(walked, i)) {
    members->names[members->count] = json_object_iter_key(i);
    members->texts[members->count++] = json_string_value(json_object_iter_value(i));
  }
}

const char *krx_row_member(const KrxRow *row, const char *field) {
  KrxMembers *members = row->members;
  for (size_t tries = 0; tries < members->count; tries++) {
    size_t at = members->next;
    members->next = at + 1 < members->count ? at + 1 : 0;
    if (strcmp(members->names[at], field) == 0) return members->texts[at];
  }
  return members->count > 0 ? NULL : string_member(row->object, field);
}

bool krx_row_fail(const KrxRow *row, const char *format, ...) {
  char what[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof(what), format, arguments);
  va_end(arguments);
  krx_answer_fail(row->answer, ANSWER_BROKEN, "row %zu (%s): %s", row->number, krx_quote(row->code).text, what);
  return false;
}

const char *krx_row_text(const KrxRow *row, const char *field) {
  const char *text = krx_row_member(row, field);
  if (text == NULL) krx_row_fail(row, "%s is absent or not a string", field);
  return text;
}

static bool is_missing(const char *text) { return text[0] == '\0' || strcmp(text, "-") == 0; }

bool krx_row_number(const KrxRow *row, const char *field, Presence presence, int64_t low, int64_t *ret_value) {
  const char *text = krx_row_text(row, field);
  int64_t value;
  if (text == NULL) return false;
  if (is_missing(text)) {
    *ret_value = 0;
    return presence == MAY_BE_MISSING || krx_row_fail(row, "%s is missing", field);
  }
  if (!text_parse_grouped_int64(text, INT64_MIN, INT64_MAX, &value))
    return krx_row_fail(row, "%s \"%s\" is not a whole number that fits", field, krx_quote(text).text);
  if (value < low) return krx_row_fail(row, "%s \"%s\" is negative", field, krx_quote(text).text);
  *ret_value = value;
  return true;
}

bool krx_row_is_of_date(const KrxRow *row) {
  char wanted[DAY_TEXT_SIZE];
  const char *text = krx_row_text(row, "BAS_DD");
  if (text == NULL) return false;
  return strcmp(text, day_format_compact(row->date, wanted)) == 0 ||
         krx_row_fail(row, "BAS_DD \"%s\" is not %s", krx_quote(text).text, wanted);
}

/* "KOSDAQ GLOBAL" is a segment of KOSDAQ that the exchange's other services name so. */
bool krx_row_is_of_market(const KrxRow *row, const char *field) {
  const char *wanted = market_name(row->market), *text = krx_row_text(row, field);
  if (text == NULL) return false;
  bool segment = row->market == MARKET_KOSDAQ && strcmp(text, "KOSDAQ GLOBAL") == 0;
  return segment || strcmp(text, wanted) == 0 ||
         krx_row_fail(row, "%s \"%s\" is not %s", field, krx_quote(text).text, wanted);
}

bool krx_row_identity(const KrxRow *row, const char *code_field, StockRow *ret_stock) {
  const char *code = krx_row_text(row, code_field);
  if (code == NULL) return false;
  if (!ticker_is_valid(code) || !text_copy(ret_stock->ticker, sizeof(ret_stock->ticker), code))
    return krx_row_fail(row, "%s \"%s\" is not a stock code", code_field, krx_quote(code).text);
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
  krx_answer_fail(rows->answer, ANSWER_BROKEN, "%s %s stands twice", service->code_field,
                  service->name(item_at(rows, twice)));
  return false;
}

static bool parse_rows(const json_t *list, Rows *rows) {
  const KrxService *service = rows->service;
  size_t count = json_array_size(list);
  KrxMembers members;
  for (size_t i = 0; i < count; i++) {
    KrxRow row = {.answer = rows->answer,
                  .date = rows->date,
                  .market = rows->market,
                  .number = i + 1,
                  .object = json_array_get(list, i),
                  .members = &members,
                  .code = ""};
    take_members(row.object, &members);
    const char *code = krx_row_member(&row, service->code_field);
    if (code != NULL) row.code = code;
    members.next = 0;
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
    krx_answer_fail(answer, ANSWER_FAILING, "out of memory for %zu rows", count);
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

/* A body cut in the middle of a character is cut, not broken. */
static bool is_utf8_but_for_its_end(const char *body, size_t length) {
  for (size_t cut = 0; cut <= 3 && cut <= length; cut++) {
    if (text_is_utf8(body, length - cut)) return true;
  }
  return false;
}

/* The server's own words, for the status that says no more than a number. */
static void fail_by_status(Answer *answer, int status, const char *path, const char *message) {
  const char *colon = message[0] == '\0' ? "" : ": ";
  KrxQuote said = krx_quote(message);
  if (status == 401)
    krx_answer_fail(answer, ANSWER_UNAUTHORIZED, "HTTP 401%s%s", colon, said.text);
  else if (status == 403)
    krx_answer_fail(answer, ANSWER_BLOCKED, "HTTP 403%s%s", colon, said.text);
  else if (status == 404)
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP 404: the server has no %s", path);
  else if (status == 429)
    krx_answer_fail(answer, ANSWER_THROTTLED, "HTTP 429: too many requests%s%s", colon, said.text);
  else if (status >= 300 && status < 400)
    krx_answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: a redirect, which is not followed", status);
  else
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP %d%s%s", status, colon, said.text);
}

/* {"respMsg": ..., "respCode": "401"} may come with HTTP 200. */
static void fail_by_response_code(Answer *answer, const json_t *root, const char *path) {
  const char *code = string_member(root, "respCode"), *message = string_member(root, "respMsg");
  int64_t status = 0;
  if (code == NULL || !text_parse_int64(code, 400, 599, &status))
    krx_answer_fail(answer, ANSWER_BROKEN, "JSON without OutBlock_1%s%s", message == NULL ? "" : ": ",
                    krx_quote(message == NULL ? "" : message).text);
  else
    fail_by_status(answer, (int)status, path, message == NULL ? "" : message);
}

/* What is whole, and yet not to be believed, is broken; the rest was cut on its way, or is no JSON at all. */
static void fail_by_json_error(Answer *answer, const json_error_t *error, size_t length) {
  enum json_error_code code = json_error_code(error);
  bool cut = code == json_error_premature_end_of_input;
  bool broken =
      code == json_error_duplicate_key || code == json_error_stack_overflow || code == json_error_null_character;
  krx_answer_fail(answer, broken ? ANSWER_BROKEN : ANSWER_FAILING, "%s (%zu bytes): %s",
                  cut ? "JSON cut short" : "not the JSON that was due", length, krx_quote(error->text).text);
}

static void parse_json(const char *body, size_t length, Rows *rows) {
  Answer *answer = rows->answer;
  json_error_t error;
  if (!is_utf8_but_for_its_end(body, length)) {
    krx_answer_fail(answer, ANSWER_BROKEN, "the answer is not UTF-8");
    return;
  }
  json_t *root = json_loadb(body, length, JSON_REJECT_DUPLICATES, &error); /* refuses deep nesting by itself */
  if (root == NULL) {
    fail_by_json_error(answer, &error, length);
    return;
  }
  const json_t *list = json_object_get(root, "OutBlock_1");
  if (json_is_array(list))
    parse_list(list, rows);
  else
    fail_by_response_code(answer, root, rows->service->path);
  json_decref(root);
}

/* respMsg of an error's body, "" when there is none. */
static void fail_by_http_status(Answer *answer, const char *body, size_t length, int status, const char *path) {
  json_t *root = json_loadb(body, length, 0, NULL);
  const char *message = string_member(root, "respMsg");
  fail_by_status(answer, status, path, message == NULL ? "" : message);
  json_decref(root);
}

static size_t byte_order_mark(const char *body, size_t length) {
  return length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static bool is_markup(const char *body, size_t length) {
  while (length > 0 && memchr(" \t\r\n", *body, 4) != NULL) body++, length--;
  return length > 0 && *body == '<';
}

void krx_parse(const FeedReply *reply, const KrxService *service, Day date, Market market, Answer *answer) {
  Rows rows = {.service = service, .date = date, .market = market, .answer = answer};
  *answer = (Answer){.http_status = reply->http_status, .retry_after_ms = -1};
  json_arena_begin();
  size_t skipped = byte_order_mark(reply->body, reply->length), length = reply->length - skipped;
  const char *body = reply->body + skipped;
  if (reply->http_status != 200)
    fail_by_http_status(answer, body, length, reply->http_status, service->path);
  else if (is_markup(body, length))
    krx_answer_fail(answer, ANSWER_BLOCKED, "HTML or XML where JSON was due");
  else if (length == 0)
    krx_answer_fail(answer, ANSWER_FAILING, "an answer without a body");
  else
    parse_json(body, length, &rows);
  json_arena_end();
}

/* --- the question --- */

Status krx_ask(const char *path, const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  int length =
      snprintf(request->url, sizeof(request->url), "%s?basDd=%s", path, day_format_compact(question->date, day));
  if (length < 0 || (size_t)length >= sizeof(request->url)) return error_set(err, STATUS_CONFIG, "it is too long");
  return STATUS_OK;
}
