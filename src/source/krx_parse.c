/* What the KRX Open API answers, read strictly. SOURCES.md has a recorded answer and the ways in which answers go
 * wrong. */
#include <closebell/source/krx.h>

#include "krx_parse.h"
#include "krx_row.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>
#include <closebell/market/kind.h>

/* --- one row --- */

typedef struct {
  Day date; /* not looked at where base info is read */
  Market market;
  bool base_info;
} Asked;

typedef struct {
  KrxRow row;
  Asked asked;
} RowContext;

static bool row_numbers(const RowContext *context, StockRow *row) {
  return krx_row_number(&context->row, "TDD_CLSPRC", KRX_MUST_BE_THERE, 0, &row->close) &&
         krx_row_number(&context->row, "CMPPREVDD_PRC", KRX_MAY_BE_MISSING, INT64_MIN, &row->change) &&
         krx_row_number(&context->row, "TDD_OPNPRC", KRX_MAY_BE_MISSING, 0, &row->open) &&
         krx_row_number(&context->row, "TDD_HGPRC", KRX_MAY_BE_MISSING, 0, &row->high) &&
         krx_row_number(&context->row, "TDD_LWPRC", KRX_MAY_BE_MISSING, 0, &row->low) &&
         krx_row_number(&context->row, "ACC_TRDVOL", KRX_MAY_BE_MISSING, 0, &row->volume) &&
         krx_row_number(&context->row, "ACC_TRDVAL", KRX_MAY_BE_MISSING, 0, &row->value) &&
         krx_row_number(&context->row, "MKTCAP", KRX_MAY_BE_MISSING, 0, &row->market_cap) &&
         krx_row_number(&context->row, "LIST_SHRS", KRX_MAY_BE_MISSING, 0, &row->listed_shares);
}

/* "KOSDAQ GLOBAL" is a segment of KOSDAQ that the exchange's other services name so. */
static bool row_is_of_market(const RowContext *context, const char *field) {
  const char *wanted = market_name(context->asked.market), *text = krx_row_text(&context->row, field);
  if (text == NULL) return false;
  bool segment = context->asked.market == MARKET_KOSDAQ && strcmp(text, "KOSDAQ GLOBAL") == 0;
  return segment || strcmp(text, wanted) == 0 ||
         krx_row_fail(&context->row, "%s \"%s\" is not %s", field, krx_quote(text).text, wanted);
}

static bool row_identity(const RowContext *context, const char *code_field, StockRow *row) {
  const char *code = krx_row_text(&context->row, code_field);
  if (code == NULL) return false;
  if (!ticker_is_valid(code) || !text_copy(row->ticker, sizeof(row->ticker), code))
    return krx_row_fail(&context->row, "%s \"%s\" is not a stock code", code_field, krx_quote(code).text);
  const char *name = krx_row_text(&context->row, "ISU_NM");
  if (name == NULL) return false;
  return text_copy(row->name, sizeof(row->name), name) ||
         krx_row_fail(&context->row, "ISU_NM is longer than %d bytes", STOCK_NAME_SIZE - 1);
}

/* "관리종목(소속부없음)" in the place of the segment. */
static bool row_is_administrative(const RowContext *context) {
  static const char MARK[] = "관리종목";
  const char *segment = krx_row_member(&context->row, "SECT_TP_NM");
  return segment != NULL && strncmp(segment, MARK, sizeof(MARK) - 1) == 0;
}

static bool row_parse(const RowContext *context, StockRow *ret_row) {
  StockRow row = {.market = context->asked.market};
  if (!krx_row_is_of_date(&context->row, context->asked.date) || !row_identity(context, "ISU_CD", &row) ||
      !row_is_of_market(context, "MKT_NM"))
    return false;
  row.administrative = row_is_administrative(context);
  if (!row_numbers(context, &row)) return false;
  const char *fault = row_fault(&row);
  if (fault != NULL)
    return krx_row_fail(&context->row, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, change %lld",
                        fault, (long long)row.open, (long long)row.high, (long long)row.low, (long long)row.close,
                        (long long)row.change);
  *ret_row = row;
  return true;
}

/* --- one paper's base info --- */

/* Codes of other papers than shares are longer. */
static bool is_no_share(const RowContext *context) { return strlen(context->row.label) >= TICKER_SIZE; }

static bool base_row_parse(const RowContext *context, StockRow *ret_row) {
  StockRow row = {.market = context->asked.market};
  Kind kind;
  if (!row_identity(context, "ISU_SRT_CD", &row) || !row_is_of_market(context, "MKT_TP_NM")) return false;
  const char *group = krx_row_text(&context->row, "SECUGRP_NM");
  const char *share_kind = group == NULL ? NULL : krx_row_text(&context->row, "KIND_STKCERT_TP_NM");
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
  KrxMembers members;
  for (size_t i = 0; i < count; i++) {
    RowContext context = {
        .row = krx_row(answer, i + 1, json_array_get(list, i), &members, asked->base_info ? "ISU_SRT_CD" : "ISU_CD"),
        .asked = *asked};
    if (asked->base_info && is_no_share(&context)) continue;
    if (!(asked->base_info ? base_row_parse : row_parse)(&context, &rows[kept])) return false;
    kept++;
  }
  *ret_count = kept;
  return each_stands_once(answer, rows, kept);
}

static void parse_list(const json_t *list, const Asked *asked, MarketAnswer *answer) {
  size_t count = json_array_size(list);
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

static void parse_answer(const char *body, size_t length, int http_status, const Asked *asked, MarketAnswer *answer) {
  KrxJson json;
  krx_json_open(&json, body, length, http_status, krx_url_path(asked->market, asked->base_info), answer);
  if (json.list != NULL && answer->kind != ANSWER_EMPTY) parse_list(json.list, asked, answer);
  krx_json_close(&json);
}

void krx_parse_daily(const char *body, size_t length, int http_status, Day date, Market market, MarketAnswer *answer) {
  parse_answer(body, length, http_status, &(Asked){.date = date, .market = market}, answer);
}

void krx_parse_base_info(const char *body, size_t length, int http_status, Market market, MarketAnswer *answer) {
  parse_answer(body, length, http_status, &(Asked){.date = DAY_NONE, .market = market, .base_info = true}, answer);
}
