/* flow_csv.h: who bought and who sold on one day as CSV text, a line a stock: what is exported and imported. */
#ifndef CLOSEBELL_MARKET_FLOW_CSV_H
#define CLOSEBELL_MARKET_FLOW_CSV_H

#include <closebell/base/instant.h>
#include <closebell/base/text.h>
#include <closebell/market/flow.h>
#include <closebell/market/ticker.h>

/* Final days alone. What is absent is an empty field. */
#define FLOW_CSV_HEADER                                                                                                \
  "ticker,foreign_net_buy,foreign_net_volume,institution_net_buy,institution_net_volume,individual_net_buy,"           \
  "individual_net_volume,program_net_buy,program_net_volume,close,as_of_utc"

typedef struct {
  char ticker[TICKER_SIZE];
  FlowDay day;
  Instant as_of_utc;
} FlowLine;

void flow_csv_append(TextBuffer *text, const FlowLine *line);

typedef Status FlowCsvVisit(void *context, const FlowLine *line, Error *err);
/* Visits the lines; tickers ascend. STATUS_BAD_DATA names line and field, after lines that have been visited. */
Status flow_csv_read(const char *text, Day date, FlowCsvVisit *visit, void *context, Error *err);

#endif
