/* What the KRX Open API answers, read strictly. SOURCES.md has a recorded answer and the ways in which answers go
 * wrong. */
#include <closebell/source/krx.h>

#include "json_arena.h"
#include "krx_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>
#include <closebell/market/kind.h>

enum { QUOTE_SIZE = 64 };

typedef struct {
  char text[QUOTE_SIZE];
} Quote;

/* Foreign text as part of a message: printable ASCII, cut when long. */
static Quote quote(const char *text) {
  Quote result = {.text = ""};
  size_t i = 0;
  for (; i < QUOTE_SIZE - 4 && text[i] != '\0'; i++) {
    bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"';
    result.text[i] = plain ? text[i] : '?';
  }
  if (text[i] != '\0') memcpy(result.text + i, "...", 3);
  return result;
}

void krx_answer_fail(MarketAnswer *answer, AnswerKind kind, const char *format, ...) {
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

typedef struct {
  Day date; /* not looked at where base info is read */
  Market market;
  bool base_info;
} Asked;

/* A row's fields in the order in which they stand there. They are asked for in much that order, so the next one is
 * nearly always where the last one was: a comparison instead of a hash for each of 40,000 fields a session. */
enum { MEMBERS_MAX = 32 };

typedef struct {
  const char *names[MEMBERS_MAX], *texts[MEMBERS_MAX]; /* null: not a string */
  size_t count, next;
} Members;

typedef struct {
  MarketAnswer *answer;
  Asked asked;
  size_t number; /* of the row, from 1 */
  const json_t *object;
  Members *members;
  const char *code; /* as it stands there, or "" */
} RowContext;

/* Of an object with more members than there is room for none are taken, and each is looked up. */
static void take_members(const json_t *object, Members *members) {
  members->count = members->next = 0;
  if (json_object_size(object) > MEMBERS_MAX) return;
  json_t *walked = (json_t *)(uintptr_t)object; /* the iterator changes nothing */
  for (void *i = json_object_iter(walked); i != NULL; i = json_object_iter_next(walked, i)) {
    members->names[members->count] = json_object_iter_key(i);
    members->texts[members->count++] = json_string_value(json_object_iter_value(i));
  }
}

/* Null when the field is absent or not a string. */
static const char *row_member(const RowContext *context, const char *field) {
  Members *members = context->members;
  for (size_t tries = 0; tries < members->count; tries++) {
    size_t at = members->next;
    members->next = at + 1 < members->count ? at + 1 : 0;
    if (strcmp(members->names[at], field) == 0) return members->texts[at];
  }
  return members->count > 0 ? NULL : string_member(context->object, field);
}

static bool row_fail(const RowContext *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool row_fail(const RowContext *context, const char *format, ...) {
  char what[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof(what), format, arguments);
  va_end(arguments);
  krx_answer_fail(context->answer, ANSWER_BROKEN, "row %zu (%s): %s", context->number, quote(context->code).text, what);
  return false;
}

/* Null, and the answer broken, when the field is absent or no string. */
static const char *row_text(const RowContext *context, const char *field) {
  const char *text = row_member(context, field);
  if (text == NULL) row_fail(context, "%s is absent or not a string", field);
  return text;
}

typedef enum { MAY_BE_MISSING, MUST_BE_THERE } Presence;

static bool is_missing(const char *text) { return text[0] == '\0' || strcmp(text, "-") == 0; }

/* A missing number is 0: the exchange writes "-" for what a session without trades does not have. */
static bool row_number(const RowContext *context, const char *field, Presence presence, int64_t low,
                       int64_t *ret_value) {
  const char *text = row_text(context, field);
  int64_t value;
  if (text == NULL) return false;
  if (is_missing(text)) {
    *ret_value = 0;
    return presence == MAY_BE_MISSING || row_fail(context, "%s is missing", field);
  }
  if (!text_parse_grouped_int64(text, INT64_MIN, INT64_MAX, &value))
    return row_fail(context, "%s \"%s\" is not a whole number that fits", field, quote(text).text);
  if (value < low) return row_fail(context, "%s \"%s\" is negative", field, quote(text).text);
  *ret_value = value;
  return true;
}

static bool row_numbers(const RowContext *context, StockRow *row) {
  return row_number(context, "TDD_CLSPRC", MUST_BE_THERE, 0, &row->close) &&
         row_number(context, "CMPPREVDD_PRC", MAY_BE_MISSING, INT64_MIN, &row->change) &&
         row_number(context, "TDD_OPNPRC", MAY_BE_MISSING, 0, &row->open) &&
         row_number(context, "TDD_HGPRC", MAY_BE_MISSING, 0, &row->high) &&
         row_number(context, "TDD_LWPRC", MAY_BE_MISSING, 0, &row->low) &&
         row_number(context, "ACC_TRDVOL", MAY_BE_MISSING, 0, &row->volume) &&
         row_number(context, "ACC_TRDVAL", MAY_BE_MISSING, 0, &row->value) &&
         row_number(context, "MKTCAP", MAY_BE_MISSING, 0, &row->market_cap) &&
         row_number(context, "LIST_SHRS", MAY_BE_MISSING, 0, &row->listed_shares);
}

static bool row_is_of_date(const RowContext *context) {
  char wanted[DAY_TEXT_SIZE];
  const char *text = row_text(context, "BAS_DD");
  if (text == NULL) return false;
  return strcmp(text, day_format_compact(context->asked.date, wanted)) == 0 ||
         row_fail(context, "BAS_DD \"%s\" is not %s", quote(text).text, wanted);
}

/* "KOSDAQ GLOBAL" is a segment of KOSDAQ that the exchange's other services name so. */
static bool row_is_of_market(const RowContext *context, const char *field) {
  const char *wanted = market_name(context->asked.market), *text = row_text(context, field);
  if (text == NULL) return false;
  bool segment = context->asked.market == MARKET_KOSDAQ && strcmp(text, "KOSDAQ GLOBAL") == 0;
  return segment || strcmp(text, wanted) == 0 ||
         row_fail(context, "%s \"%s\" is not %s", field, quote(text).text, wanted);
}

static bool row_identity(const RowContext *context, const char *code_field, StockRow *row) {
  const char *code = row_text(context, code_field);
  if (code == NULL) return false;
  if (!ticker_is_valid(code) || !text_copy(row->ticker, sizeof(row->ticker), code))
    return row_fail(context, "%s \"%s\" is not a stock code", code_field, quote(code).text);
  const char *name = row_text(context, "ISU_NM");
  if (name == NULL) return false;
  return text_copy(row->name, sizeof(row->name), name) ||
         row_fail(context, "ISU_NM is longer than %d bytes", STOCK_NAME_SIZE - 1);
}

/* "관리종목(소속부없음)" in the place of the segment. */
static bool row_is_administrative(const RowContext *context) {
  static const char MARK[] = "관리종목";
  const char *segment = row_member(context, "SECT_TP_NM");
  return segment != NULL && strncmp(segment, MARK, sizeof(MARK) - 1) == 0;
}

static bool row_parse(const RowContext *context, StockRow *ret_row) {
  StockRow row = {.market = context->asked.market};
  if (!row_is_of_date(context) || !row_identity(context, "ISU_CD", &row) || !row_is_of_market(context, "MKT_NM"))
    return false;
  row.administrative = row_is_administrative(context);
  if (!row_numbers(context, &row)) return false;
  const char *fault = row_fault(&row);
  if (fault != NULL)
    return row_fail(context, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, change %lld", fault,
                    (long long)row.open, (long long)row.high, (long long)row.low, (long long)row.close,
                    (long long)row.change);
  *ret_row = row;
  return true;
}

/* --- one paper's base info --- */

/* Codes of other papers than shares are longer. */
static bool is_no_share(const RowContext *context) { return strlen(context->code) >= TICKER_SIZE; }

static bool base_row_parse(const RowContext *context, StockRow *ret_row) {
  StockRow row = {.market = context->asked.market};
  Kind kind;
  if (!row_identity(context, "ISU_SRT_CD", &row) || !row_is_of_market(context, "MKT_TP_NM")) return false;
  const char *group = row_text(context, "SECUGRP_NM");
  const char *share_kind = group == NULL ? NULL : row_text(context, "KIND_STKCERT_TP_NM");
  if (share_kind == NULL) return false;
  if (kind_of_base_info(group, share_kind, &kind)) row.base_kind = (uint8_t)(1 + kind);
  *ret_row = row;
  return true;
}

/* --- all rows --- */

static int compare_tickers(const void *a, const void *b) {
  return strcmp(((const StockRow *)a)->ticker, ((const StockRow *)b)->ticker);
}

static bool is_ascending(const StockRow *rows, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (compare_tickers(&rows[i - 1], &rows[i]) >= 0) return false;
  return true;
}

/* Sorts the rows by ticker, which they mostly are. */
static bool each_stands_once(MarketAnswer *answer, StockRow *rows, size_t count) {
  if (is_ascending(rows, count)) return true;
  qsort(rows, count, sizeof(*rows), compare_tickers);
  for (size_t i = 1; i < count; i++) {
    if (strcmp(rows[i - 1].ticker, rows[i].ticker) != 0) continue;
    krx_answer_fail(answer, ANSWER_BROKEN, "ISU_CD %s stands twice", rows[i].ticker);
    return false;
  }
  return true;
}

static bool parse_rows(const json_t *list, const Asked *asked, MarketAnswer *answer, StockRow *rows,
                       size_t *ret_count) {
  size_t count = json_array_size(list), kept = 0;
  Members members;
  for (size_t i = 0; i < count; i++) {
    const json_t *object = json_array_get(list, i);
    RowContext context = {
        .answer = answer, .asked = *asked, .number = i + 1, .object = object, .members = &members, .code = ""};
    take_members(object, &members);
    const char *code = row_member(&context, asked->base_info ? "ISU_SRT_CD" : "ISU_CD");
    if (code != NULL) context.code = code;
    members.next = 0;
    if (asked->base_info && is_no_share(&context)) continue;
    if (!(asked->base_info ? base_row_parse : row_parse)(&context, &rows[kept])) return false;
    kept++;
  }
  *ret_count = kept;
  return each_stands_once(answer, rows, kept);
}

static void parse_list(const json_t *list, const Asked *asked, MarketAnswer *answer) {
  size_t count = json_array_size(list);
  if (count == 0) {
    answer->kind = ANSWER_EMPTY;
    return;
  }
  StockRow *rows = calloc(count, sizeof(*rows));
  if (rows == NULL) {
    krx_answer_fail(answer, ANSWER_FAILING, "out of memory for %zu rows", count);
    return;
  }
  if (!parse_rows(list, asked, answer, rows, &count)) {
    free(rows);
    return;
  }
  if (count == 0) { /* papers of other kinds alone */
    free(rows);
    answer->kind = ANSWER_EMPTY;
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->rows = rows;
  answer->count = count;
}

/* --- the answer as a whole --- */

static const char *const URL_PATHS[MARKET_COUNT][2] = {
    [MARKET_KOSPI] = {"/svc/apis/sto/stk_bydd_trd", "/svc/apis/sto/stk_isu_base_info"},
    [MARKET_KOSDAQ] = {"/svc/apis/sto/ksq_bydd_trd", "/svc/apis/sto/ksq_isu_base_info"},
    [MARKET_KONEX] = {"/svc/apis/sto/knx_bydd_trd", "/svc/apis/sto/knx_isu_base_info"},
};

const char *krx_url_path(Market market, bool base_info) { return URL_PATHS[market][base_info]; }

/* A body cut in the middle of a character is cut, not broken. */
static bool is_utf8_but_for_its_end(const char *body, size_t length) {
  for (size_t cut = 0; cut <= 3 && cut <= length; cut++) {
    if (text_is_utf8(body, length - cut)) return true;
  }
  return false;
}

/* The server's own words, for the status that says no more than a number. */
static void fail_by_status(MarketAnswer *answer, int status, const Asked *asked, const char *message) {
  const char *colon = message[0] == '\0' ? "" : ": ";
  Quote said = quote(message);
  if (status == 401)
    krx_answer_fail(answer, ANSWER_UNAUTHORIZED, "HTTP 401%s%s", colon, said.text);
  else if (status == 403)
    krx_answer_fail(answer, ANSWER_BLOCKED, "HTTP 403%s%s", colon, said.text);
  else if (status == 404)
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP 404: the server has no %s",
                    krx_url_path(asked->market, asked->base_info));
  else if (status == 429)
    krx_answer_fail(answer, ANSWER_THROTTLED, "HTTP 429: too many requests%s%s", colon, said.text);
  else if (status >= 300 && status < 400)
    krx_answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: a redirect, which is not followed", status);
  else
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP %d%s%s", status, colon, said.text);
}

/* {"respMsg": ..., "respCode": "401"} may come with HTTP 200. */
static void fail_by_response_code(MarketAnswer *answer, const json_t *root, const Asked *asked) {
  const char *code = string_member(root, "respCode"), *message = string_member(root, "respMsg");
  int64_t status = 0;
  if (code == NULL || !text_parse_int64(code, 400, 599, &status))
    krx_answer_fail(answer, ANSWER_BROKEN, "JSON without OutBlock_1%s%s", message == NULL ? "" : ": ",
                    quote(message == NULL ? "" : message).text);
  else
    fail_by_status(answer, (int)status, asked, message == NULL ? "" : message);
}

/* What is whole, and yet not to be believed, is broken; the rest was cut on its way, or is no JSON at all. */
static void fail_by_json_error(MarketAnswer *answer, const json_error_t *error, size_t length) {
  enum json_error_code code = json_error_code(error);
  bool cut = code == json_error_premature_end_of_input;
  bool broken =
      code == json_error_duplicate_key || code == json_error_stack_overflow || code == json_error_null_character;
  krx_answer_fail(answer, broken ? ANSWER_BROKEN : ANSWER_FAILING, "%s (%zu bytes): %s",
                  cut ? "JSON cut short" : "not the JSON that was due", length, quote(error->text).text);
}

static void parse_json(const char *body, size_t length, const Asked *asked, MarketAnswer *answer) {
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
    parse_list(list, asked, answer);
  else
    fail_by_response_code(answer, root, asked);
  json_decref(root);
}

/* respMsg of an error's body, "" when there is none. */
static void fail_by_http_status(MarketAnswer *answer, const char *body, size_t length, int status, const Asked *asked) {
  json_t *root = json_loadb(body, length, 0, NULL);
  const char *message = string_member(root, "respMsg");
  fail_by_status(answer, status, asked, message == NULL ? "" : message);
  json_decref(root);
}

static size_t byte_order_mark(const char *body, size_t length) {
  return length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static bool is_markup(const char *body, size_t length) {
  while (length > 0 && memchr(" \t\r\n", *body, 4) != NULL) body++, length--;
  return length > 0 && *body == '<';
}

static void parse_answer(const char *body, size_t length, int http_status, const Asked *asked, MarketAnswer *answer) {
  *answer = (MarketAnswer){.http_status = http_status, .retry_after_ms = -1};
  json_arena_begin();
  size_t skipped = byte_order_mark(body, length);
  body += skipped, length -= skipped;
  if (http_status != 200)
    fail_by_http_status(answer, body, length, http_status, asked);
  else if (is_markup(body, length))
    krx_answer_fail(answer, ANSWER_BLOCKED, "HTML or XML where JSON was due");
  else if (length == 0)
    krx_answer_fail(answer, ANSWER_FAILING, "an answer without a body");
  else
    parse_json(body, length, asked, answer);
  json_arena_end();
}

void krx_parse_daily(const char *body, size_t length, int http_status, Day date, Market market, MarketAnswer *answer) {
  parse_answer(body, length, http_status, &(Asked){.date = date, .market = market}, answer);
}

void krx_parse_base_info(const char *body, size_t length, int http_status, Market market, MarketAnswer *answer) {
  parse_answer(body, length, http_status, &(Asked){.date = DAY_NONE, .market = market, .base_info = true}, answer);
}
