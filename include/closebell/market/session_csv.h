/* session_csv.h: a session as CSV text, a line a stock of the whole market: what is exported and imported. */
#ifndef CLOSEBELL_MARKET_SESSION_CSV_H
#define CLOSEBELL_MARKET_SESSION_CSV_H

#include <closebell/base/text.h>
#include <closebell/market/session.h>

/* The first line. change_rate is in percent of the base price, with at most two decimals; it is derived. */
#define SESSION_CSV_HEADER                                                                                             \
  "code,name,market,open,high,low,close,change,change_rate,volume,value,market_cap,listed_shares"

/* Two more columns, in files of sessions of which it is known for some stock: its kind as the exchange's base info has
 * it (kind_name; empty: not said), and 1 for an administrative issue. */
#define SESSION_CSV_MARKS ",kind,administrative"

/* The first line of a session's adjusted prices. */
#define SESSION_CSV_ADJUSTED_HEADER "code,name,market,open,high,low,close,volume"

/* Appends header and rows in the session's order. The same session always gives the same bytes. */
void session_csv_format(const Session *session, TextBuffer *text);

/* One line of adjusted prices of a stock that traded: prices times the factor, the volume divided by it, each the
 * shortest decimal number that reads back as the same double. */
void session_csv_format_adjusted(const StockRow *row, double factor, TextBuffer *text);

/* The text as a sealed session of the date, its markets those that have rows; row_fault has accepted every row.
 * Numbers are plain decimal integers; change_rate is looked at and forgotten. A byte order mark, CRLF and fields in
 * quotes are taken. STATUS_BAD_DATA names the line and the field; *ret_session is untouched then. */
Status session_csv_parse(const char *bytes, size_t length, Day date, Session *ret_session, Error *err);

#endif
