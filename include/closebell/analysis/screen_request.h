/* screen_request.h: what is asked of a screen: texts, as a command line or a URL has them, become a request. */
#ifndef CLOSEBELL_ANALYSIS_SCREEN_REQUEST_H
#define CLOSEBELL_ANALYSIS_SCREEN_REQUEST_H

#include <closebell/base/day.h>
#include <closebell/strategy/strategies.h>

/* Lent. */
typedef struct {
  const char *screen; /* the name of a strategy, else an expression; null: one of the next two */
  const char *strategy_name, *where;
  const char *sort, *columns; /* null: those of the strategy */
  Day date;                   /* DAY_NONE: the newest analysed session */
  size_t limit;               /* 0: all */
  bool outcome;
} ScreenQuestion;

typedef struct {
  char strategy[STRATEGY_NAME_SIZE], title[STRATEGY_TITLE_SIZE]; /* empty: an expression */
  ScreenPlan where;
  ScreenNames sort, columns;
  Day date;
  size_t limit;
  bool outcome;
} ScreenRequest;

/* Which text is wrong, and where. place.line 0: it is a strategy whose file is bad. */
typedef struct {
  const char *parameter; /* the question's: "screen", "strategy_name", "where", "sort", "columns" */
  const char *text;      /* lent from the question */
  ScreenError place;
} ScreenComplaint;

/* STATUS_USAGE with *complaint filled, and err, which says the same in one line. ret_request is then of no use. */
Status screen_request_read(const ScreenQuestion *question, const Strategies *strategies, ScreenRequest *ret_request,
                           ScreenComplaint *complaint, Error *err);

#endif
