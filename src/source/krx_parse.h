/* krx_parse.h: what the parsers of the KRX Open API's services share: {"OutBlock_1": [row, ...]}, every value a string.
 */
#ifndef CLOSEBELL_SOURCE_KRX_PARSE_H
#define CLOSEBELL_SOURCE_KRX_PARSE_H

#include <closebell/source/feed.h>

#include "krx_row.h"

/* How the rows of one service are read. */
typedef struct {
  const char *path;       /* of the service, for "the server has no ..." */
  const char *code_field; /* names the row in messages */
  const PayloadType *type;
  bool (*is_other)(const KrxRow *row);              /* a row that is none of ours; null: there are none */
  bool (*parse)(const KrxRow *row, void *ret_item); /* false: the answer is broken, and says why */
  int (*compare)(const void *a, const void *b);     /* the order of the items; equal ones are refused */
  const char *(*name)(const void *item);            /* by which a refused one is called */
} KrxService;

/* What krx_parse_daily says, for any service. */
void krx_parse(const FeedReply *reply, const KrxService *service, Day date, Market market, Answer *answer);

bool krx_row_is_of_market(const KrxRow *row, const char *field);
/* Ticker and name. */
bool krx_row_identity(const KrxRow *row, const char *code_field, StockRow *ret_stock);
/* For rows that are StockRow. */
int krx_compare_tickers(const void *a, const void *b);
const char *krx_ticker(const void *item);

/* Writes "PATH?basDd=20250102" of the question's date. */
Status krx_ask(const char *path, const Question *question, FeedRequest *request, Error *err);

#endif
