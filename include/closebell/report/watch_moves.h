/* watch_moves.h: which stocks of the watchlists have moved from one session to the next: read from the database, and
 * written as a page. */
#ifndef CLOSEBELL_REPORT_WATCH_MOVES_H
#define CLOSEBELL_REPORT_WATCH_MOVES_H

#include <closebell/market/row.h>
#include <closebell/report/mail_page.h>
#include <closebell/run/job.h>

enum { WATCH_MOVES_SHOWN = 50, WATCH_LISTS_SIZE = 96, WATCH_SUBJECT_SIZE = 192 };

typedef struct {
  char ticker[TICKER_SIZE], name[STOCK_NAME_SIZE];
  char lists[WATCH_LISTS_SIZE];      /* the watchlists that it is in; cut when there are many */
  char strategies[WATCH_LISTS_SIZE]; /* that match it in the session and did not in the one before; cut as well */
  const char *field;                 /* "compass_score" */
  double before, now;
} WatchMove;

/* Zero-initialise; watch_moves_free at the end. */
typedef struct {
  Day date, before; /* the session, and the one before */
  double points;    /* [mail] watch_points */
  size_t watched;   /* stocks in any watchlist */
  WatchMove *items; /* the largest move first; owned */
  size_t count, capacity;
} WatchMoves;

/* A field that is absent in one of the two sessions has not moved. before DAY_NONE: nothing has. */
Status watch_moves_load(const Job *job, Day date, Day before, WatchMoves *ret_moves, Error *err);
void watch_moves_free(WatchMoves *moves);

/* Pure. */
void watch_moves_subject(const WatchMoves *moves, char subject[WATCH_SUBJECT_SIZE]);
void watch_moves_page(const WatchMoves *moves, MailPage *page);

#endif
