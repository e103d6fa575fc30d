/* krx.h: the KRX Open API: one request is one date of one whole market. Its questions are the feeds below; the next one
 * is a file beside src/source/krx_base_info.c and a row in krx.c. */
#ifndef CLOSEBELL_SOURCE_KRX_H
#define CLOSEBELL_SOURCE_KRX_H

#include <closebell/source/provider.h>

extern const Provider KRX_PROVIDER;
extern const Feed KRX_DAILY_PRICES, KRX_BASE_INFO, KRX_INDEX, KRX_ETF;

/* Bytes of an answer's body in, an answer out; pure. body need not end in a NUL. http_status decides 401, 403, 429 and
 * 5xx; a 200 that is no JSON is ANSWER_BLOCKED (HTML, XML) or ANSWER_FAILING (cut short). Rows are ANSWER_BROKEN when
 * BAS_DD is not the date, MKT_NM not the market, a code stands twice, or row_fault refuses one; detail names row and
 * field. Rows come sorted by ticker. What stood in *answer is overwritten, not freed. */
void krx_parse_daily(const char *body, size_t length, int http_status, Day date, Market market, MarketAnswer *answer);

/* The same of stk_isu_base_info and its kin: rows with ticker, name, market and base_kind alone. Papers with longer
 * codes than the daily rows have are left out. */
void krx_parse_base_info(const char *body, size_t length, int http_status, Market market, MarketAnswer *answer);

/* The same of etp/etf_bydd_trd: EtfRow (plan/etf_proof.h), the funds of all markets. All 19 members have to be there;
 * "" and "-" are absent figures, etf_row_fault refuses a row. A page with 200 is ANSWER_FAILING here: it passes. */
void krx_parse_etf(const char *body, size_t length, int http_status, Day date, Answer *answer);

/* URL of a question. STATUS_CONFIG when base_url is not http(s)://host..., or the result does not fit. */
Status krx_url(const char *base_url, const Question *question, char *url, size_t url_size, Error *err);

/* Opens the source by [krx] of the configuration; clock must outlive it. STATUS_CONFIG when the key is empty or cannot
 * be sent in a header. From then on the process aborts where the JSON library finds no memory. */
Status krx_open(Source *ret_source, const Config *config, const Clock *clock, Error *err);

#endif
