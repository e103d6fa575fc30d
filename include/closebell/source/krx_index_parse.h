/* krx_index_parse.h: idx/kospi_dd_trd and idx/kosdaq_dd_trd of the KRX Open API: one market's totals and indices. */
#ifndef CLOSEBELL_SOURCE_KRX_INDEX_PARSE_H
#define CLOSEBELL_SOURCE_KRX_INDEX_PARSE_H

#include <closebell/market/index_day.h>
#include <closebell/market/market_totals.h>
#include <closebell/plan/answer.h>

typedef struct {
  Day date;
  Market market;   /* KOSPI or KOSDAQ */
  IndexSet wanted;   /* those of other markets are not looked for */
  IndexSet if_there; /* read where they are there; that one is absent is no fault */
} KrxIndexQuestion;

typedef struct {
  MarketAnswer said; /* kind, http_status, retry_after_ms, detail; never rows: of ANSWER_ROWS the rest is filled */
  bool not_approved; /* ANSWER_UNAUTHORIZED for want of the service's approval: the key is good, other services go on */
  MarketTotals totals; /* published for the whole market; its rows are 0 */
  IndexDay day;        /* the indices of the market that were asked for */
} KrxIndexAnswer;

/* Bytes of an answer's body in, an answer out; pure. Status, JSON and an empty answer are judged as krx_parse_daily
 * does, but that a 401 "Unauthorized API Call" and a 403 in the server's own JSON are ANSWER_UNAUTHORIZED with
 * not_approved. Rows are ANSWER_BROKEN when BAS_DD of any is not the date or IDX_CLSS not the market, when the market's
 * totals or a wanted index are absent or stand twice, when a figure of those is missing (but for a change, which is 0
 * then) or no number that fits, or index_row_fault refuses one; detail names row and field. What other rows hold is not
 * looked at. */
void krx_parse_index(const char *body, size_t length, int http_status, const KrxIndexQuestion *asked,
                     KrxIndexAnswer *answer);

/* "/svc/apis/idx/kospi_dd_trd"; null for KONEX, which has no such service. */
const char *krx_index_path(Market market);

#endif
