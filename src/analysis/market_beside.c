#include <closebell/analysis/market_beside.h>

#include <closebell/analysis/flows_load.h>
#include <closebell/screen/companies.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/report_archive.h>

static bool want_flows(const ScreenPlan *where, const ScreenNames *sort, const ScreenNames *columns) {
  return screen_plan_wants_flows(where) || screen_names_want_flows(sort) ||
         (columns != NULL && screen_names_want_flows(columns));
}

static bool want_companies(const ScreenPlan *where, const ScreenNames *sort, const ScreenNames *columns) {
  return screen_plan_wants_companies(where) || screen_names_want_companies(sort) ||
         (columns != NULL && screen_names_want_companies(columns));
}

static Status load_companies(const Db *db, ScreenMarket *market, Error *err) {
  CompanyBook book = {0};
  if (screen_market_has_companies(market)) return STATUS_OK;
  if (db == NULL) return error_set(err, STATUS_UNAVAILABLE, "the reports of companies have not been read yet");
  Status status = company_book_load(db, &book, err);
  if (status == STATUS_OK) status = dividend_book_read(db, NULL, NULL, &book.dividends, err);
  if (status == STATUS_OK) return screen_market_take_companies(market, &book, err);
  company_book_free(&book);
  return error_prefix(err, status, "reading the reports of companies");
}

Status market_beside_load(const ScreenPlan *where, const ScreenNames *sort, const ScreenNames *columns, const Db *db,
                          ScreenMarket *market, Error *err) {
  Status status = flows_load_if(want_flows(where, sort, columns), db, market, err);
  if (status != STATUS_OK || !want_companies(where, sort, columns)) return status;
  return load_companies(db, market, err);
}
