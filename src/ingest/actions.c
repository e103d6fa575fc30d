#include <closebell/ingest/actions.h>

#include <string.h>

/* The stock's row of the session before, or of an earlier one where that has none. */
static const StockRow *row_before(const Ledger *ledger, const FoldWindow *window, const char *ticker) {
  for (size_t i = 1; i < window->count; i++) {
    const Session *before = window->sessions[i];
    if (!ledger_nothing_missing(ledger, before->date, window->sessions[i - 1]->date)) return NULL;
    const StockRow *row = session_find(before, ticker);
    if (row) return row;
  }
  return NULL;
}

Status actions_of_session(const Ledger *ledger, const FoldWindow *window, Actions *actions, Error *err) {
  const Session *session = window->sessions[0];
  Status status = STATUS_OK;
  for (size_t i = 0; i < session->count && status == STATUS_OK; i++) {
    const StockRow *row = &session->rows[i], *before = row_before(ledger, window, row->ticker);
    CorporateAction action = {.date = session->date, .base_price = row_base_price(row)};
    if (!before || !action_factor(before->close, action.base_price, &action.factor)) continue;
    action.previous_close = before->close;
    memcpy(action.ticker, row->ticker, TICKER_SIZE);
    status = actions_add(actions, &action, err);
  }
  return status;
}
