/* The rows of a market's session: stk_bydd_trd and its kin. */
#include <closebell/source/krx.h>

#include "krx_parse.h"

#include <string.h>

/* In the order in which they stand in an answer, which is the quickest to read. */
/* clang-format off */
#define ANSWERED_NUMBERS(X) \
  X(close,         "TDD_CLSPRC",    KRX_MUST_BE_THERE,  0) \
  X(change,        "CMPPREVDD_PRC", KRX_MAY_BE_MISSING, INT64_MIN) \
  X(open,          "TDD_OPNPRC",    KRX_MAY_BE_MISSING, 0) \
  X(high,          "TDD_HGPRC",     KRX_MAY_BE_MISSING, 0) \
  X(low,           "TDD_LWPRC",     KRX_MAY_BE_MISSING, 0) \
  X(volume,        "ACC_TRDVOL",    KRX_MAY_BE_MISSING, 0) \
  X(value,         "ACC_TRDVAL",    KRX_MAY_BE_MISSING, 0) \
  X(market_cap,    "MKTCAP",        KRX_MAY_BE_MISSING, 0) \
  X(listed_shares, "LIST_SHRS",     KRX_MAY_BE_MISSING, 0)
/* clang-format on */
_Static_assert(ROW_NUMBERS_ARE_ALL_IN(ANSWERED_NUMBERS), "each number of a row is read from the answer, and once");

#define READ(number, field, presence, low) &&krx_row_number(row, field, presence, low, &stock->number)

static bool row_numbers(const KrxRow *row, StockRow *stock) { return true ANSWERED_NUMBERS(READ); }

/* "관리종목(소속부없음)" in the place of the segment. */
static bool row_is_administrative(const KrxRow *row) {
  static const char MARK[] = "관리종목";
  const char *segment = krx_row_member(row, "SECT_TP_NM");
  return segment != NULL && strncmp(segment, MARK, sizeof(MARK) - 1) == 0;
}

static bool parse_row(const KrxRow *row, void *ret_item) {
  StockRow stock = {.market = row->market};
  if (!krx_row_is_of_date(row, row->date) || !krx_row_identity(row, "ISU_CD", &stock) ||
      !krx_row_is_of_market(row, "MKT_NM"))
    return false;
  stock.administrative = row_is_administrative(row);
  if (!row_numbers(row, &stock)) return false;
  const char *fault = row_fault(&stock);
  if (fault != NULL)
    return krx_row_fail(row, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, change %lld", fault,
                        (long long)stock.open, (long long)stock.high, (long long)stock.low, (long long)stock.close,
                        (long long)stock.change);
  *(StockRow *)ret_item = stock;
  return true;
}

#define SERVICE(service_path)                                                                                          \
  {                                                                                                                    \
    .path = service_path, .code_field = "ISU_CD", .type = &PAYLOAD_STOCK_ROWS, .parse = parse_row,                     \
    .compare = krx_compare_tickers, .name = krx_ticker                                                                 \
  }

static const KrxService SERVICES[MARKET_COUNT] = {
    [MARKET_KOSPI] = SERVICE("/svc/apis/sto/stk_bydd_trd"),
    [MARKET_KOSDAQ] = SERVICE("/svc/apis/sto/ksq_bydd_trd"),
    [MARKET_KONEX] = SERVICE("/svc/apis/sto/knx_bydd_trd"),
};

void krx_parse_daily(const char *body, size_t length, int http_status, Day date, Market market, MarketAnswer *answer) {
  krx_parse(&(FeedReply){body, length, http_status, ""}, &SERVICES[market], date, market, answer);
}

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  return krx_ask(SERVICES[question->market].path, question, request, err);
}

static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  krx_parse(reply, &SERVICES[question->market], question->date, question->market, answer);
}

const Feed KRX_DAILY_PRICES = {
    .name = FEED_DAILY_PRICES,
    .provider = "krx",
    .scope = SCOPE_MARKET_DAY,
    .payload = &PAYLOAD_STOCK_ROWS,
    .ask = ask,
    .parse = parse,
};
