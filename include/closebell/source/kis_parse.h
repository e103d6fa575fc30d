/* kis_parse.h: bodies of the KIS API, read strictly: JSON in, an answer out; pure.
 *
 * Whoever opens a body has looked at its status and at rt_cd, and has filled in *answer but for kind and payload: these
 * parsers do that. Every value there is a text, and an empty one is missing, never 0. ANSWER_BROKEN: a field is absent,
 * no text, no number that fits, or contradicts another of its row; detail names row and field. ANSWER_EMPTY: there is
 * nothing in it. Rows of nothing but empty texts are left out. What other members hold is not looked at. */
#ifndef CLOSEBELL_SOURCE_KIS_PARSE_H
#define CLOSEBELL_SOURCE_KIS_PARSE_H

#include <closebell/market/flow.h>
#include <closebell/market/index_day.h>
#include <closebell/market/minute.h>
#include <closebell/market/open_day.h>
#include <closebell/market/quote.h>
#include <closebell/plan/answer.h>

typedef struct json_t json_t;

extern const PayloadType PAYLOAD_QUOTES;      /* Quote, sorted by ticker */
extern const PayloadType PAYLOAD_FLOW_ROWS;   /* FlowRow, ascending by date */
extern const PayloadType PAYLOAD_MINUTE_PAGE; /* one MinutePage */
extern const PayloadType PAYLOAD_OPEN_DAYS;   /* OpenDay, ascending by date */
extern const PayloadType PAYLOAD_INDEX_ROWS;  /* DatedIndexRow, ascending by date */

enum { KIS_QUOTES_PER_CALL = 30 };

/* intstock-multprice. codes: those asked for, "005930,000660"; rows are matched by code, in whatever order they come. A
 * stock that is shown without a price or a base price ("" or "0") is left out; one without a volume has no open, high
 * and low, whatever is shown. A code that was not asked for, or stands twice, breaks the answer. */
void kis_parse_quotes(const json_t *body, const char *codes, Answer *answer);

/* inquire-investor (the list is "output") and investor-trade-by-stock-daily ("output2"). Values are published in
 * million KRW. A group any of whose figures is missing is missing in that row. */
void kis_parse_investors(const json_t *body, const char *list, Answer *answer);

/* program-trade-by-stock-daily, in KRW. */
void kis_parse_programs(const json_t *body, Answer *answer);

typedef struct {
  Day date;
  Instant asked_at; /* what belongs to a minute that was not over then is left out */
} KisMinutesQuestion;

/* inquire-time-itemchartprice and inquire-time-dailychartprice: the date's minutes with trades, from 09:00 to 16:30.
 * Left out are other days' rows, minutes that are still forming, placeholders, and minutes without trades or data. */
void kis_parse_minutes(const json_t *body, const KisMinutesQuestion *asked, Answer *answer);

/* inquire-daily-indexchartprice. Volumes are published in thousand shares and values in million KRW; change and
 * market_cap are not published: 0. A row that lacks one of the others is left out. What is no index row at all
 * (index_row_fault) breaks the answer. A placeholder for a day that has not opened looks like a row, and is one here.
 */
void kis_parse_index(const json_t *body, Answer *answer);

/* chk-holiday: opnd_yn alone. */
void kis_parse_calendar(const json_t *body, Answer *answer);

#endif
