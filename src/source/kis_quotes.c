/* Quotes of up to 30 stocks: intstock-multprice. */
#include <closebell/source/kis_parse.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_row.h"

const PayloadType PAYLOAD_QUOTES = {"quotes", sizeof(Quote)};

static int compare(const void *a, const void *b) {
  return strcmp(((const Quote *)a)->ticker, ((const Quote *)b)->ticker);
}

static const char *name_of(const void *item, char text[DAY_TEXT_SIZE]) {
  (void)text;
  return ((const Quote *)item)->ticker;
}

static const AnswerItems QUOTES = {.type = &PAYLOAD_QUOTES, .compare = compare, .name = name_of};

/* One of "005930,000660". */
static bool was_asked(const char *codes, const char *code) {
  size_t length = strlen(code);
  for (const char *at = codes; *at != '\0';) {
    size_t next = strcspn(at, ",");
    if (next == length && memcmp(at, code, length) == 0) return true;
    at += next + (at[next] == ',');
  }
  return false;
}

/* A figure of a stock that is quoted: a missing one is 0, which is no price. */
static bool read_figure(const AnswerRow *row, const char *field, int64_t *ret_value) {
  int64_t value = 0;
  if (answer_row_number(row, field, 0, INT64_MAX, &value) == FIELD_BROKEN) return false;
  *ret_value = value;
  return true;
}

static bool read_figures(const AnswerRow *row, Quote *quote) {
  return read_figure(row, "inter2_prpr", &quote->close) && read_figure(row, "acml_vol", &quote->volume) &&
         read_figure(row, "inter2_oprc", &quote->open) && read_figure(row, "inter2_hgpr", &quote->high) &&
         read_figure(row, "inter2_lwpr", &quote->low) && read_figure(row, "acml_tr_pbmn", &quote->value) &&
         read_figure(row, "inter2_sdpr", &quote->base_price);
}

/* A halted stock, or one that the provider does not know: nobody has published how they look. */
static bool is_quoted(const Quote *quote) { return quote->close > 0 && quote->base_price > 0; }

/* False: the answer is broken. *ret_kept: it is one of ours. */
static bool read_quote(const AnswerRow *row, const char *codes, Quote *ret_quote, bool *ret_kept) {
  Quote quote = {0};
  const char *code = answer_row_text(row, "inter_shrn_iscd");
  *ret_kept = false;
  if (code == NULL) return false;
  if (*code == '\0') return true;
  if (!was_asked(codes, code) || !ticker_is_valid(code) || !text_copy(quote.ticker, sizeof quote.ticker, code))
    return answer_row_fail(row, "inter_shrn_iscd was not asked for");
  if (!read_figures(row, &quote)) return false;
  if (quote.volume == 0) quote.open = quote.high = quote.low = 0;
  if (!is_quoted(&quote)) return true;
  const char *fault = quote_fault(&quote);
  if (fault != NULL)
    return answer_row_fail(row, "%s cannot be right: open %lld, high %lld, low %lld, close %lld, volume %lld", fault,
                           (long long)quote.open, (long long)quote.high, (long long)quote.low, (long long)quote.close,
                           (long long)quote.volume);
  *ret_quote = quote;
  *ret_kept = true;
  return true;
}

void kis_parse_quotes(const json_t *body, const char *codes, Answer *answer) {
  const json_t *list = answer_rows(body, "output", answer);
  size_t rows = json_array_size(list), count = 0;
  Quote *quotes = rows == 0 ? NULL : answer_payload(rows, &PAYLOAD_QUOTES, answer);
  if (quotes == NULL) return;
  for (size_t i = 0; i < rows; i++) {
    AnswerRow row = answer_row(list, i, "inter_shrn_iscd", answer);
    bool kept;
    if (!read_quote(&row, codes, &quotes[count], &kept)) {
      free(quotes);
      return;
    }
    count += kept;
  }
  answer_take(&QUOTES, quotes, count, answer);
}
