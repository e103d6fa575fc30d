#include "matrix_funds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/etf_data.h>

#include "fund_days.h"

int matrix_funds_figure(const char *name) {
  for (int i = 0; i < ETF_FIGURE_COUNT; i++)
    if (i != ETF_CHANGE && strcmp(ETF_FIGURE[i].field, name) == 0) return i;
  return -1;
}

Status matrix_funds_find(MatrixFunds *funds, Error *err) {
  EtfList list = {0};
  size_t others = 0, found = 0;
  for (size_t i = 0; i < funds->count; i++) others += !snapshot_stock(funds->call->snapshot, funds->tickers[i]);
  if (others == 0) return STATUS_OK;
  Status status = etfs_read(funds->call->db, &list, err);
  if (status == STATUS_OK && list.count > 0) {
    funds->is_fund = calloc(funds->count, sizeof *funds->is_fund);
    if (!funds->is_fund) status = error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  }
  for (size_t i = 0; i < funds->count && funds->is_fund; i++)
    found += funds->is_fund[i] = etf_list_find(&list, funds->tickers[i]) != NULL;
  if (found == 0) matrix_funds_free(funds);
  etf_list_free(&list);
  return status;
}

void matrix_funds_free(MatrixFunds *funds) {
  free(funds->is_fund);
  funds->is_fund = NULL;
}

/* ---- cells ---- */

typedef struct {
  const MatrixFunds *funds;
  const FundDays *days;
  const Day *dates;
  size_t date_count, column, row;
  int64_t *cells;
} Filling;

static bool is_shown(const EtfRow *row, EtfFigure figure) {
  bool of_trades = figure != ETF_NAV && figure != ETF_NET_ASSETS && figure != ETF_INDEX_CLOSE;
  return etf_has(row, figure) && (!of_trades || etf_is_traded(row));
}

/* Doubles lie in the cells as their bits. */
static Status fill_cell(void *context, const StoredEtfRow *stored, Error *err) {
  Filling *filling = context;
  const EtfFigure figure = (EtfFigure)filling->funds->figure;
  (void)err;
  while (filling->row < filling->date_count && filling->dates[filling->row] < stored->date) filling->row++;
  if (filling->row == filling->date_count || filling->dates[filling->row] != stored->date) return STATUS_OK;
  if (!stored->readable || !fund_days_has(filling->days, stored->date) || !is_shown(&stored->row, figure))
    return STATUS_OK;
  int64_t *cell = &filling->cells[filling->row * filling->funds->count + filling->column];
  if (ETF_FIGURE[figure].is_real)
    memcpy(cell, &stored->row.real[figure], sizeof *cell);
  else
    *cell = stored->row.whole[figure];
  return STATUS_OK;
}

Status matrix_funds_fill(const MatrixFunds *funds, const Day *dates, size_t date_count, int64_t *cells, int64_t empty,
                         Error *err) {
  FundDays days = {0};
  if (!funds->is_fund || date_count == 0) return STATUS_OK;
  Status status = fund_days_load(funds->call, &days, err);
  for (size_t i = 0; i < funds->count && status == STATUS_OK; i++) {
    Filling filling = {funds, &days, dates, date_count, i, 0, cells};
    if (!funds->is_fund[i]) continue;
    for (size_t row = 0; row < date_count; row++) cells[row * funds->count + i] = empty;
    if (funds->figure >= 0)
      status = etf_data_read(funds->call->db, funds->tickers[i], (DayRange){dates[0], dates[date_count - 1]}, fill_cell,
                             &filling, err);
  }
  fund_days_free(&days);
  return status;
}

void matrix_funds_put(const MatrixFunds *funds, int64_t cell, TextBuffer *out) {
  double real;
  if (!ETF_FIGURE[funds->figure].is_real) {
    text_buffer_printf(out, "%" PRId64, cell);
    return;
  }
  memcpy(&real, &cell, sizeof real);
  text_buffer_append_double(out, real);
}
