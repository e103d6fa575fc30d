/* companies.h: the reports of companies beside the market in memory: valuation, ratios and compass_* of any session are
 * made from them. Who asks for these names fills it in first; else nothing of it is there, and they are absent. No I/O.
 *
 * The population of a session are the common stocks of KOSPI and KOSDAQ that the archive has in it, traded or not,
 * whatever markets are considered: the same values as those of stock_analyzed, to the last bit. */
#ifndef CLOSEBELL_SCREEN_COMPANIES_H
#define CLOSEBELL_SCREEN_COMPANIES_H

#include <closebell/company/company_book.h>
#include <closebell/screen/list.h>
#include <closebell/screen/market.h>

/* The first name in it that reports are needed for; -1: none is. */
int screen_plan_company_name(const ScreenPlan *plan);
/* Whether there is one. */
bool screen_plan_wants_companies(const ScreenPlan *plan);
bool screen_names_want_companies(const ScreenNames *names);

/* Takes the book over, whatever comes back, and leaves it empty. Adding a session takes it away again: by then more
 * reports may count. STATUS_NO_MEMORY. */
Status screen_market_take_companies(ScreenMarket *market, CompanyBook *book, Error *err);
bool screen_market_has_companies(const ScreenMarket *market);   /* a book was taken over */
bool screen_market_knows_companies(const ScreenMarket *market); /* and there are reports in it */
void screen_market_free_companies(ScreenMarket *market);

#endif
