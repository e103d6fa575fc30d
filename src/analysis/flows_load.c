#include <closebell/analysis/flows_load.h>

#include <stdlib.h>

#include <closebell/store/collections.h>
#include <closebell/store/market_flow.h>

/* Those that can be read, as days: in place of the stored ones. */
static size_t pick_days(const StoredFlow *stored, size_t count, FlowDay *days) {
  size_t picked = 0;
  for (size_t i = 0; i < count; i++)
    if (stored[i].readable) days[picked++] = stored[i].day;
  return picked;
}

static Status load_stock(const Db *db, const char *ticker, ScreenMarket *market, Error *err) {
  StoredFlow *stored = NULL;
  size_t count = 0;
  const DayRange dates = {market->dates[0], market->dates[market->session_count - 1]};
  Status status = market_flow_read(db, ticker, dates, &stored, &count, err);
  if (status != STATUS_OK) return status;
  FlowDay *days = malloc((count + 1) * sizeof *days);
  status = days == NULL ? error_set(err, STATUS_NO_MEMORY, "no memory for the flows of %s", ticker)
                        : screen_market_add_flows(market, ticker, days, pick_days(stored, count, days), err);
  free(days);
  free(stored);
  return status;
}

static Status load(const Db *db, ScreenMarket *market, Error *err) {
  TickerList tickers;
  Status status = collections_read_tickers(db, DB_FLOW, &tickers, err);
  for (size_t i = 0; i < tickers.count && market->session_count > 0 && status == STATUS_OK; i++)
    status = load_stock(db, tickers.items[i], market, err);
  ticker_list_free(&tickers);
  if (status == STATUS_OK) status = screen_market_end_flows(market, err);
  if (status != STATUS_OK) screen_market_free_flows(market);
  return status;
}

Status flows_load_if(bool wanted, const Db *db, ScreenMarket *market, Error *err) {
  if (!wanted || screen_market_has_flows(market)) return STATUS_OK;
  if (db == NULL) return error_set(err, STATUS_UNAVAILABLE, "the flows have not been read yet");
  return error_prefix(err, load(db, market, err), "reading who bought and who sold");
}
