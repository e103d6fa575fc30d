/* web_replay_ask.h: one question to the web server, and what each service writes in answer. */
#ifndef WEB_REPLAY_ASK_H
#define WEB_REPLAY_ASK_H

#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>

#include "krx_replay_fault.h"

enum { WEB_ITEM_SIZE = 64, WEB_PARTS = 2, WEB_DATE_SIZE = 32, WEB_COIN_SIZE = 32 };

typedef struct {
  struct MHD_Connection *connection;
  char parts[WEB_PARTS][WEB_ITEM_SIZE]; /* what stands for each * of the path */
  char item[WEB_ITEM_SIZE];             /* what is asked about; "": the service has no items */
  int64_t now_s;                        /* since the epoch, by the server's clock */
  long coins;                           /* how many there are */
  ReplayFault fault;
  long rows; /* that have been written */
} WebAsk;

/* Writes a whole answer with HTTP 200, and counts its rows. */
typedef void WebWrite(WebAsk *ask, FILE *out);

WebWrite web_write_fred, web_write_worldbank;
WebWrite web_write_codes, web_write_ticker, web_write_coins, web_write_markets, web_write_details;
WebWrite web_write_news, web_write_overview, web_write_calendar;
WebWrite web_write_posts, web_write_linked, web_write_etfs;

/* --- what they share --- */

const char *web_get(const WebAsk *ask, const char *name); /* a parameter of the question; never null */
/* A number from 1 to most; the fallback where it is not sent or is none. */
long web_get_count(const WebAsk *ask, const char *name, long fallback, long most);
/* The same number for the same text and number, below limit. What an answer holds follows from it. */
uint64_t web_hash(const char *text, int64_t number, uint64_t limit);
/* "2026-11-29"; with_time: "20261129T070000"; */
const char *web_date(int64_t seconds, char text[WEB_DATE_SIZE]);
const char *web_compact_time(int64_t seconds, char text[WEB_DATE_SIZE]);

/* The rows first to end (not counted) of an array, with commas between them. row writes one; it begins with a member
 * or nothing, as the service likes. The faults empty, half, duplicate are obeyed here, and the rows counted. */
typedef void WebRow(WebAsk *ask, FILE *out, int64_t number);
void web_write_rows(WebAsk *ask, FILE *out, int64_t first, int64_t end, WebRow *row);
/* `"name":value,`: the value that a row is about. The first one is spoilt by not-a-number (it is the fault's message),
 * and by lacks (it is left out). quoted: within quotes. */
void web_put_value(WebAsk *ask, FILE *out, const char *name, const char *value, bool quoted);
/* A count of all rows that is right, or too large by the fault wrong-total. */
long web_total(const WebAsk *ask, long total);

#endif
