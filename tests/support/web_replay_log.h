/* web_replay_log.h: what the web server was asked, and what it said: a line a call, for the tests. */
#ifndef WEB_REPLAY_LOG_H
#define WEB_REPLAY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WEB_LOG_TEXT = 96, WEB_LOG_WORD = 24 };

typedef struct {
  int64_t at_s;                                   /* by the server's clock */
  char service[WEB_LOG_WORD], said[WEB_LOG_WORD]; /* said: "rows", "limited", "refused", or the name of a fault */
  char key[WEB_LOG_TEXT], item[WEB_LOG_TEXT], page[WEB_LOG_TEXT], since[WEB_LOG_TEXT]; /* "": none */
  long rows;
} WebCall;

typedef struct {
  WebCall *calls; /* owned */
  size_t count, room;
} WebLog;

/* A call that does not fit into memory is lost, with a line on stderr. */
void web_log_add(WebLog *log, const WebCall *call);
/* A line a call, its parts between tabs: at, service, said, rows, key, item, page, since. Blanks stand for tabs and
 * line ends within them. */
void web_log_write(const WebLog *log, FILE *out);
/* The calls of such lines; the text is changed. False: it is none, or there is no memory. */
bool web_log_read(WebLog *ret_log, char *text);
void web_log_clear(WebLog *log);

#endif
