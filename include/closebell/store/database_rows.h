/* database_rows.h: the list of databases. A database is a row here, and nowhere else: names, creation, forgetting,
 * healing and --verify go over it, CMake makes the roles of it (deploy/databases.cmake), and so do the tests.
 *
 *   ONE(NAME, database)                collections by name (store/collections.c lists them), made by set-up
 *   PER_STOCK(NAME, database, refill)  a collection a ticker, made when the ticker enters the universe; refill says how
 *                                      one that is gone is filled again
 *   PER_INDEX(NAME, database)          a collection an index, made when the index is chosen
 *   PER_CHOSEN(NAME, database)         a collection a ticker that the settings choose, made when something of it is stored
 *   PER_COMPANY(NAME, database)        a collection a company, under its stock's ticker, or a fund, under its own, made
 *                                      when something of it is stored; it stays when the ticker is forgotten
 *   PER_FEED(NAME, database)           a collection a declared feed, made with its indexes when the feed first runs
 *
 * The database is DB_NAME in the source. What a row is computed from stands before it. One row a line: CMake reads the
 * words. */
#ifndef CLOSEBELL_STORE_DATABASE_ROWS_H
#define CLOSEBELL_STORE_DATABASE_ROWS_H

/* clang-format off */
#define DATABASE_ROWS(ONE, PER_STOCK, PER_INDEX, PER_CHOSEN, PER_COMPANY, PER_FEED) \
  ONE(SYSTEM, system_info) \
  PER_STOCK(STOCK, stock_data, REFILL_ROWS) \
  PER_STOCK(ANALYZED, stock_analyzed, REFILL_ANALYSIS) \
  PER_INDEX(INDEX, index_data) \
  PER_CHOSEN(FLOW, market_flow) \
  PER_CHOSEN(MINUTES, minute_data) \
  PER_COMPANY(FINANCIAL, financial_data) \
  PER_COMPANY(ETF, etf_data) \
  PER_COMPANY(DIVIDEND, dividend_data) \
  PER_FEED(FEED, feed_data)
/* clang-format on */

/* The same for who does with every row the same: DO(NAME, database, ...). */
#define DATABASE_ROWS_ALL(DO) DATABASE_ROWS(DO, DO, DO, DO, DO, DO)

#define DATABASE_NUMBER(NAME, ...) DATABASE_##NAME,
enum { DATABASE_ROWS_ALL(DATABASE_NUMBER) DATABASE_COUNT };
#undef DATABASE_NUMBER

/* Initialises a `const char *const [DATABASE_COUNT]`. */
#define DATABASE_NAME(NAME, database, ...) #database,
#define DATABASE_NAMES                                                                                                 \
  { DATABASE_ROWS_ALL(DATABASE_NAME) }

#endif
