/* companies.h: the fields of companies, of every row of the market. */
#ifndef CLOSEBELL_SCREEN_COMPANIES_INTERNAL_H
#define CLOSEBELL_SCREEN_COMPANIES_INTERNAL_H

#include <closebell/company/compass.h>
#include <closebell/indicator/company_fields.h>
#include <closebell/screen/companies.h>

struct ScreenCompanies {
  CompanyBook book;
  const Reports **of_stock;    /* of each stock of the market, lent by the book; null: none */
  const Dividends **dividends; /* likewise */
};

/* Zero-initialise; company_rows_free at the end. */
typedef struct {
  double *values[COMPANY_FIELD_COUNT]; /* of a field that is wanted: one a row, stock after stock; NaN: absent */
  size_t *first_row;                   /* where those of each stock begin */
} CompanyRows;

/* The field behind a known name, or -1. */
int company_field_of(int name);

/* wanted: one a field. Of sessions before `since`, and without companies in the market, all are absent.
 * STATUS_NO_MEMORY. */
Status company_rows_make(const ScreenMarket *market, const bool *wanted, size_t since, CompanyRows *ret_rows,
                         Error *err);
void company_rows_free(CompanyRows *rows);
/* Those of a stock's first `count` bars: of each wanted field, into to[field]. */
void company_rows_pick(const CompanyRows *rows, const ScreenMarket *market, size_t stock, size_t count,
                       double *const *to);

/* ---- what prices say (company_prices.c) ---- */

/* One array a stock, with an element a bar. */
typedef struct {
  CompassPrices **of_stock;
  size_t count;
} CompanyPrices;

/* Of the stocks that may be ranked, in sessions from `since` on; earlier bars are left empty. Zero-initialise;
 * company_prices_free at the end. */
Status company_prices_make(const ScreenMarket *market, size_t since, CompanyPrices *ret_prices, Error *err);
void company_prices_free(CompanyPrices *prices);

/* A common stock on KOSPI or KOSDAQ in that row. */
bool company_row_is_ranked(const ScreenStock *stock, const ScreenRow *row);

#endif
