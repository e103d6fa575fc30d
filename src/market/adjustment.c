#include <closebell/market/adjustment.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/market/action.h>

static Status note_action(Adjustment *adjustment, const AdjustedStock *stock, const StockRow *row, Day date) {
  double factor;
  if (stock->gaps != adjustment->gaps || !action_factor(stock->close, row_base_price(row), &factor)) return STATUS_OK;
  AdjustedAction *actions =
      vector_reserve(adjustment->actions, &adjustment->action_capacity, adjustment->action_count + 1, sizeof *actions);
  if (actions == NULL) return STATUS_NO_MEMORY;
  adjustment->actions = actions;
  AdjustedAction *action = &actions[adjustment->action_count++];
  *action = (AdjustedAction){.date = date, .factor = factor};
  memcpy(action->ticker, row->ticker, TICKER_SIZE);
  return STATUS_OK;
}

/* The stocks known and those of the session, both sorted, become one list; from the end, so that it fits in place. */
static void merge_stocks(Adjustment *adjustment, const Session *session, size_t new_count) {
  size_t i = adjustment->stock_count, j = session->count, to = i + new_count;
  adjustment->stock_count = to;
  while (j > 0) {
    const StockRow *row = &session->rows[j - 1];
    int order = i > 0 ? strcmp(adjustment->stocks[i - 1].ticker, row->ticker) : -1;
    AdjustedStock *stock = &adjustment->stocks[--to];
    if (order > 0) {
      *stock = adjustment->stocks[--i];
      continue;
    }
    i -= order == 0;
    *stock = (AdjustedStock){.close = row->close, .gaps = adjustment->gaps};
    memcpy(stock->ticker, row->ticker, TICKER_SIZE);
    j--;
  }
}

Status adjustment_add(Adjustment *adjustment, const Session *session, bool broken_before) {
  adjustment->gaps += broken_before;
  size_t i = 0, new_count = 0;
  for (size_t j = 0; j < session->count; j++) {
    const StockRow *row = &session->rows[j];
    while (i < adjustment->stock_count && strcmp(adjustment->stocks[i].ticker, row->ticker) < 0) i++;
    bool known = i < adjustment->stock_count && strcmp(adjustment->stocks[i].ticker, row->ticker) == 0;
    new_count += !known;
    Status status = known ? note_action(adjustment, &adjustment->stocks[i], row, session->date) : STATUS_OK;
    if (status != STATUS_OK) return status;
  }
  AdjustedStock *stocks = vector_reserve(adjustment->stocks, &adjustment->stock_capacity,
                                         adjustment->stock_count + new_count, sizeof *stocks);
  if (stocks == NULL) return STATUS_NO_MEMORY;
  adjustment->stocks = stocks;
  merge_stocks(adjustment, session, new_count);
  return STATUS_OK;
}

static int by_ticker_and_date(const void *a, const void *b) {
  const AdjustedAction *left = a, *right = b;
  int order = strcmp(left->ticker, right->ticker);
  return order != 0 ? order : (left->date > right->date) - (left->date < right->date);
}

void adjustment_finish(Adjustment *adjustment) {
  AdjustedAction *actions = adjustment->actions;
  if (adjustment->action_count > 1) qsort(actions, adjustment->action_count, sizeof *actions, by_ticker_and_date);
  for (size_t i = adjustment->action_count; i-- > 1;) /* newest first, as panel_adjust multiplies */
    if (strcmp(actions[i - 1].ticker, actions[i].ticker) == 0)
      actions[i - 1].factor = actions[i].factor * actions[i - 1].factor;
}

double adjustment_factor(const Adjustment *adjustment, const char *ticker, Day date) {
  size_t low = 0, high = adjustment->action_count;
  while (low < high) { /* the first action after the date */
    size_t middle = low + (high - low) / 2;
    const AdjustedAction *action = &adjustment->actions[middle];
    int order = strcmp(action->ticker, ticker);
    if (order < 0 || (order == 0 && action->date <= date))
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < adjustment->action_count && strcmp(adjustment->actions[low].ticker, ticker) == 0;
  return found ? adjustment->actions[low].factor : 1.0;
}

void adjustment_free(Adjustment *adjustment) {
  free(adjustment->stocks);
  free(adjustment->actions);
  *adjustment = (Adjustment){0};
}
