/* The funds of a session: etp/etf_bydd_trd, the whole market in one answer. */
#include <closebell/source/krx.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/plan/etf_proof.h>

#include "krx_parse.h"

static const char PATH[] = "/svc/apis/etp/etf_bydd_trd";

/* Members of a row that are read and not kept: an answer without them is another one. */
static const char *const UNKEPT[] = {"CMPPREVDD_IDX", "FLUC_RT_IDX"};

static bool is_missing(const char *text) { return text[0] == '\0' || strcmp(text, "-") == 0; }

static bool refuse(const KrxRow *row, const char *field, const char *text, const char *what) {
  return krx_row_fail(row, "%s \"%s\" %s", field, answer_quote(text).text, what);
}

static bool read_identity(const KrxRow *row, EtfRow *fund) {
  const char *code = krx_row_text(row, "ISU_CD");
  if (code == NULL) return false;
  if (!ticker_is_valid(code) || !text_copy(fund->ticker, sizeof fund->ticker, code))
    return refuse(row, "ISU_CD", code, "is not a fund's code");
  const char *name = krx_row_text(row, "ISU_NM");
  if (name == NULL) return false;
  if (is_missing(name)) return krx_row_fail(row, "ISU_NM is missing");
  return text_copy(fund->name, sizeof fund->name, name) ||
         krx_row_fail(row, "ISU_NM is longer than %d bytes", ETF_NAME_SIZE - 1);
}

static bool read_index_name(const KrxRow *row, EtfRow *fund) {
  const char *name = krx_row_text(row, "IDX_IND_NM");
  if (name == NULL) return false;
  return is_missing(name) || text_copy(fund->index_name, sizeof fund->index_name, name) ||
         krx_row_fail(row, "IDX_IND_NM is longer than %d bytes", ETF_INDEX_NAME_SIZE - 1);
}

/* "1,234.5678" as it reads without its commas. */
static bool parse_real(const char *text, double *ret_value) {
  char plain[40];
  size_t length = 0;
  for (; *text != '\0' && length + 1 < sizeof plain; text++)
    if (*text != ',') plain[length++] = *text;
  plain[length] = '\0';
  return *text == '\0' && text_parse_double(plain, -1e15, 1e15, ret_value);
}

static bool read_whole(const KrxRow *row, EtfFigure figure, const char *text, EtfRow *fund) {
  int64_t value;
  if (!text_parse_grouped_int64(text, INT64_MIN, INT64_MAX, &value))
    return refuse(row, ETF_FIGURE[figure].published, text, "is not a whole number that fits");
  if (figure != ETF_NET_ASSETS || value != 0) etf_set_whole(fund, figure, value); /* 0: not known */
  return true;
}

static bool read_real(const KrxRow *row, EtfFigure figure, const char *text, EtfRow *fund) {
  double value;
  if (!parse_real(text, &value)) return refuse(row, ETF_FIGURE[figure].published, text, "is not a number that fits");
  etf_set_real(fund, figure, value);
  return true;
}

static bool read_figures(const KrxRow *row, EtfRow *fund) {
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) {
    const char *text = krx_row_text(row, ETF_FIGURE[i].published);
    if (text == NULL) return false;
    if (is_missing(text)) continue;
    if (!(ETF_FIGURE[i].is_real ? read_real(row, i, text, fund) : read_whole(row, i, text, fund))) return false;
  }
  return true;
}

static bool read_rate(const KrxRow *row, EtfRow *fund) {
  const char *text = krx_row_text(row, "FLUC_RT");
  if (text == NULL) return false;
  fund->has_rate = !is_missing(text);
  return krx_row_hundredths(row, "FLUC_RT", KRX_MAY_BE_MISSING, INT64_MIN, &fund->rate);
}

static bool read_unkept(const KrxRow *row) {
  for (size_t i = 0; i < sizeof UNKEPT / sizeof UNKEPT[0]; i++) {
    double value;
    const char *text = krx_row_text(row, UNKEPT[i]);
    if (text == NULL) return false;
    if (!is_missing(text) && !parse_real(text, &value))
      return refuse(row, UNKEPT[i], text, "is not a number that fits");
  }
  return true;
}

/* Of a fund that was not traded they are 0, and some answers leave them out. */
static void know_untraded(EtfRow *fund) {
  static const EtfFigure PRICES[] = {ETF_OPEN, ETF_HIGH, ETF_LOW};
  if (!etf_has(fund, ETF_VOLUME) || fund->whole[ETF_VOLUME] != 0) return;
  for (size_t i = 0; i < sizeof PRICES / sizeof PRICES[0]; i++)
    if (!etf_has(fund, PRICES[i])) etf_set_whole(fund, PRICES[i], 0);
}

static bool parse_row(const KrxRow *row, void *ret_item) {
  EtfRow fund = {.ticker = ""};
  if (!krx_row_is_of_date(row, row->date) || !read_identity(row, &fund) || !read_figures(row, &fund) ||
      !read_rate(row, &fund) || !read_index_name(row, &fund) || !read_unkept(row))
    return false;
  know_untraded(&fund);
  const char *fault = etf_row_fault(&fund);
  if (fault != NULL)
    return krx_row_fail(row, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, change %lld", fault,
                        (long long)fund.whole[ETF_OPEN], (long long)fund.whole[ETF_HIGH],
                        (long long)fund.whole[ETF_LOW], (long long)fund.whole[ETF_CLOSE],
                        (long long)fund.whole[ETF_CHANGE]);
  *(EtfRow *)ret_item = fund;
  return true;
}

static int compare_tickers(const void *a, const void *b) {
  return strcmp(((const EtfRow *)a)->ticker, ((const EtfRow *)b)->ticker);
}

static const char *ticker_of(const void *item) { return ((const EtfRow *)item)->ticker; }

static const KrxService SERVICE = {.path = PATH,
                                   .code_field = "ISU_CD",
                                   .type = &PAYLOAD_ETF_ROWS,
                                   .parse = parse_row,
                                   .compare = compare_tickers,
                                   .name = ticker_of};

/* A page with 200 passes at this service: it is asked again by the next run, and shuts no door. */
void krx_parse_etf(const char *body, size_t length, int http_status, Day date, Answer *answer) {
  krx_parse(&(FeedReply){body, length, http_status, ""}, &SERVICE, date, MARKET_KOSPI, answer);
  if (answer->kind == ANSWER_BLOCKED && http_status == 200) answer->kind = ANSWER_FAILING;
}

static bool wanted(const Config *config) { return config->etf.days > 0; }

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  return krx_ask(PATH, question, request, err);
}

static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  krx_parse_etf(reply->body, reply->length, reply->http_status, question->date, answer);
}

const Feed KRX_ETF = {
    .name = FEED_ETF,
    .provider = "krx",
    .scope = SCOPE_MARKET_DAY,
    .markets = 1 << MARKET_KOSPI, /* where all funds are listed */
    .payload = &PAYLOAD_ETF_ROWS,
    .title = "funds",
    .without = "etf_data stays as it is",
    .wanted = wanted,
    .ask = ask,
    .parse = parse,
};
