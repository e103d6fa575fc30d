#include <closebell/source/krx_index_parse.h>

#include "krx_row.h"

#include <string.h>

#include <jansson.h>

static const char *const PATHS[MARKET_COUNT] = {
    [MARKET_KOSPI] = "/svc/apis/idx/kospi_dd_trd", [MARKET_KOSDAQ] = "/svc/apis/idx/kosdaq_dd_trd"};

const char *krx_index_path(Market market) { return PATHS[market]; }

/* --- one row --- */

static bool is_of_market(const KrxRow *row, Market market) {
  const char *wanted = market_name(market), *text = krx_row_text(row, "IDX_CLSS");
  if (text == NULL) return false;
  return strcmp(text, wanted) == 0 || krx_row_fail(row, "IDX_CLSS \"%s\" is not %s", answer_quote(text).text, wanted);
}

/* The row of the whole market has no prices. */
static bool read_totals(const KrxRow *row, MarketTotals *ret_totals) {
  MarketTotals totals = {0};
  if (!krx_row_number(row, "ACC_TRDVOL", KRX_MUST_BE_THERE, 0, &totals.volume) ||
      !krx_row_number(row, "ACC_TRDVAL", KRX_MUST_BE_THERE, 0, &totals.value) ||
      !krx_row_number(row, "MKTCAP", KRX_MUST_BE_THERE, 0, &totals.market_cap))
    return false;
  *ret_totals = totals;
  return true;
}

static bool read_index_numbers(const KrxRow *row, IndexRow *index) {
  return krx_row_hundredths(row, "CLSPRC_IDX", KRX_MUST_BE_THERE, 0, &index->close) &&
         krx_row_hundredths(row, "CMPPREVDD_IDX", KRX_MAY_BE_MISSING, INT64_MIN, &index->change) &&
         krx_row_hundredths(row, "OPNPRC_IDX", KRX_MUST_BE_THERE, 0, &index->open) &&
         krx_row_hundredths(row, "HGPRC_IDX", KRX_MUST_BE_THERE, 0, &index->high) &&
         krx_row_hundredths(row, "LWPRC_IDX", KRX_MUST_BE_THERE, 0, &index->low) &&
         krx_row_number(row, "ACC_TRDVOL", KRX_MUST_BE_THERE, 0, &index->volume) &&
         krx_row_number(row, "ACC_TRDVAL", KRX_MUST_BE_THERE, 0, &index->value) &&
         krx_row_number(row, "MKTCAP", KRX_MUST_BE_THERE, 0, &index->market_cap);
}

static bool read_index(const KrxRow *row, IndexRow *ret_index) {
  IndexRow index = {0};
  if (!read_index_numbers(row, &index)) return false;
  const char *fault = index_row_fault(&index);
  if (fault != NULL)
    return krx_row_fail(row,
                        "%s cannot be right, in hundredths: open %lld, high %lld, low %lld, close %lld, change %lld",
                        fault, (long long)index.open, (long long)index.high, (long long)index.low,
                        (long long)index.close, (long long)index.change);
  *ret_index = index;
  return true;
}

/* --- all rows --- */

typedef struct {
  const KrxIndexQuestion *asked;
  IndexSet wanted; /* of this market, as the next */
  IndexSet read;
  bool has_totals;
  MarketTotals totals;
  IndexDay day;
} Reading;

static bool take_totals(const KrxRow *row, Reading *reading) {
  KrxRow named = *row;
  named.label = "totals";
  if (reading->has_totals) return krx_row_fail(&named, "stands twice");
  reading->has_totals = true;
  return read_totals(&named, &reading->totals);
}

static bool take_index(const KrxRow *row, MarketIndex which, Reading *reading) {
  KrxRow named = *row;
  named.label = index_name(which);
  if (index_set_has(reading->day.has, which)) return krx_row_fail(&named, "stands twice");
  reading->day.has |= index_bit(which);
  return read_index(&named, &reading->day.rows[which]);
}

static bool take_row(const KrxRow *row, Reading *reading) {
  const char *name = krx_row_text(row, "IDX_NM");
  if (name == NULL || !krx_row_is_of_date(row, reading->asked->date) || !is_of_market(row, reading->asked->market))
    return false;
  if (strcmp(name, market_totals_published_name(reading->asked->market)) == 0) return take_totals(row, reading);
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    if (index_set_has(reading->read, which) && strcmp(name, index_published_name(which)) == 0)
      return take_index(row, which, reading);
  }
  return true;
}

static bool all_is_there(const Reading *reading, MarketAnswer *answer) {
  if (!reading->has_totals) {
    answer_fail(answer, ANSWER_BROKEN, "no row has the totals of %s", market_name(reading->asked->market));
    return false;
  }
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    if (!index_set_has(reading->wanted & ~reading->day.has, which)) continue;
    answer_fail(answer, ANSWER_BROKEN, "no row is the index %s", index_name(which));
    return false;
  }
  return true;
}

static IndexSet indices_of(Market market) {
  IndexSet indices = 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++)
    if (index_market(which) == market) indices |= index_bit(which);
  return indices;
}

static void parse_list(const json_t *list, const KrxIndexQuestion *asked, KrxIndexAnswer *answer) {
  IndexSet own = indices_of(asked->market);
  Reading reading = {.asked = asked,
                     .wanted = asked->wanted & own,
                     .read = (asked->wanted | asked->if_there) & own,
                     .day = {.date = asked->date}};
  KrxMembers members;
  for (size_t i = 0; i < json_array_size(list); i++) {
    KrxRow row = krx_row(&answer->said, i + 1, json_array_get(list, i), &members, "IDX_NM");
    if (!take_row(&row, &reading)) return;
  }
  if (!all_is_there(&reading, &answer->said)) return;
  answer->said.kind = ANSWER_ROWS;
  answer->totals = reading.totals;
  answer->day = reading.day;
}

void krx_parse_index(const char *body, size_t length, int http_status, const KrxIndexQuestion *asked,
                     KrxIndexAnswer *answer) {
  KrxJson json;
  *answer = (KrxIndexAnswer){.day = {.date = asked->date}};
  krx_json_open(&json, body, length, http_status, krx_index_path(asked->market), &answer->said);
  if (json.list != NULL && answer->said.kind != ANSWER_EMPTY) parse_list(json.list, asked, answer);
  answer->not_approved = json.refused == KRX_REFUSED_SERVICE;
  if (answer->not_approved) answer->said.kind = ANSWER_UNAUTHORIZED;
  krx_json_close(&json);
}
