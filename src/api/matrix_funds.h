/* matrix_funds.h: the columns of /matrix that are exchange-traded funds: as published, never adjusted. */
#ifndef CLOSEBELL_API_MATRIX_FUNDS_H
#define CLOSEBELL_API_MATRIX_FUNDS_H

#include <closebell/api/call.h>
#include <closebell/market/etf.h>

/* The columns and rows that there are; cells are those of the matrix. */
typedef struct {
  const Call *call;
  const char (*tickers)[TICKER_SIZE];
  size_t count;
  bool *is_fund; /* one a column; owned; null: none is */
  int figure;    /* EtfFigure; below 0: a field that funds have not */
} MatrixFunds;

/* The figure of that name; below 0: there is none. */
int matrix_funds_figure(const char *name);

/* Which of the tickers are funds. A database without any is asked only about tickers that are no followed stock. */
Status matrix_funds_find(MatrixFunds *funds, Error *err);
/* Writes their cells; `empty` where there is none: prices and what was traded belong to sessions with trades. */
Status matrix_funds_fill(const MatrixFunds *funds, const Day *dates, size_t date_count, int64_t *cells, int64_t empty,
                         Error *err);
void matrix_funds_put(const MatrixFunds *funds, int64_t cell, TextBuffer *out);
void matrix_funds_free(MatrixFunds *funds);

#endif
