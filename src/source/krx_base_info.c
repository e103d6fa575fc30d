/* What kind of paper each stock is: stk_isu_base_info and its kin. */
#include <closebell/source/krx.h>

#include "krx_parse.h"

#include <string.h>

#include <closebell/market/kind.h>

/* Codes of other papers than shares are longer. */
static bool is_no_share(const KrxRow *row) { return strlen(row->label) >= TICKER_SIZE; }

static bool parse_row(const KrxRow *row, void *ret_item) {
  StockRow stock = {.market = row->market};
  Kind kind;
  if (!krx_row_identity(row, "ISU_SRT_CD", &stock) || !krx_row_is_of_market(row, "MKT_TP_NM")) return false;
  const char *group = krx_row_text(row, "SECUGRP_NM");
  const char *share_kind = group == NULL ? NULL : krx_row_text(row, "KIND_STKCERT_TP_NM");
  if (share_kind == NULL) return false;
  if (kind_of_base_info(group, share_kind, &kind)) stock.base_kind = (uint8_t)(1 + kind);
  *(StockRow *)ret_item = stock;
  return true;
}

#define SERVICE(service_path)                                                                                          \
  {                                                                                                                    \
    .path = service_path, .code_field = "ISU_SRT_CD", .type = &PAYLOAD_STOCK_ROWS, .is_other = is_no_share,            \
    .parse = parse_row, .compare = krx_compare_tickers, .name = krx_ticker                                             \
  }

static const KrxService SERVICES[MARKET_COUNT] = {
    [MARKET_KOSPI] = SERVICE("/svc/apis/sto/stk_isu_base_info"),
    [MARKET_KOSDAQ] = SERVICE("/svc/apis/sto/ksq_isu_base_info"),
    [MARKET_KONEX] = SERVICE("/svc/apis/sto/knx_isu_base_info"),
};

void krx_parse_base_info(const char *body, size_t length, int http_status, Market market, MarketAnswer *answer) {
  krx_parse(&(FeedReply){body, length, http_status, ""}, &SERVICES[market], DAY_NONE, market, answer);
}

static bool wanted(const Config *config) { return strcmp(config->krx.base_info, "auto") == 0; }

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  return krx_ask(SERVICES[question->market].path, question, request, err);
}

static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  krx_parse(reply, &SERVICES[question->market], DAY_NONE, question->market, answer);
}

const Feed KRX_BASE_INFO = {
    .name = "base_info",
    .provider = "krx",
    .scope = SCOPE_MARKET_DAY,
    .payload = &PAYLOAD_STOCK_ROWS,
    .title = "base info",
    .without = "what kind a stock is follows from code and name",
    .wanted = wanted,
    .ask = ask,
    .parse = parse,
};
