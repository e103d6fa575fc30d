/* evening.h: quotes of the whole market, read between the close and the after-market: are they the day's session? Facts
 * in, opinion out. Quotes have no date: the links to the archived session before them prove the day, as they prove a
 * final one. What is not good is not stored, and is no fault: the day comes in the morning. */
#ifndef CLOSEBELL_PLAN_EVENING_H
#define CLOSEBELL_PLAN_EVENING_H

#include <closebell/base/instant.h>
#include <closebell/market/open_day.h>
#include <closebell/market/quote.h>
#include <closebell/market/session.h>

enum {
  EVENING_STILL_CODES = 90, /* so many are read twice */
  EVENING_STILL_MS = 60 * 1000,
  EVENING_KEPT_DAYS = 30,
  EVENING_CLOSE = 15 * 60 + 30,   /* minutes of the day: a window lies between the two */
  EVENING_AFTER_MARKET = 16 * 60,
  EVENING_MIN_ROWS_PERCENT = 95, /* of the stocks that traded in the session before, market by market */
  EVENING_MESSAGE_SIZE = 256
};

/* ---- when ---- */

/* Minutes of the day in Korea; a reading lies within from..to, both included. */
typedef struct {
  int from, to;
} EveningWindow;

/* "15:41-15:58", from before to. */
bool evening_window_parse(const char *text, EveningWindow *ret_window);

typedef enum { EVENING_TOO_EARLY, EVENING_IN_TIME, EVENING_TOO_LATE } EveningTime;
/* Whether a reading of the date that takes so long may begin now. */
EveningTime evening_time(const EveningWindow *window, Day date, Instant now, int64_t takes_ms);

/* ---- what is asked ---- */

/* The codes of the session's n-th call (from 0) as "005930,000660", `per_call` at the most. False: there is no such
 * call, or no room. */
bool evening_codes(const Session *session, size_t call, size_t per_call, char *text, size_t text_size);
size_t evening_calls(const Session *session, size_t per_call);

/* ---- the verdict ---- */

typedef enum {
  EVENING_GOOD,
  EVENING_HOLIDAY,    /* the provider's calendar says that the exchange is closed */
  EVENING_OUTSIDE,    /* a call began before the window or ended behind it */
  EVENING_TRADING,    /* a price moved between the two readings: the market still trades */
  EVENING_INCOMPLETE, /* too few quotes, or too few of them with trades */
  EVENING_REPEATED,   /* another session's quotes */
  EVENING_UNLINKED    /* they do not continue the archived session before them */
} EveningKind;

typedef struct {
  EveningKind kind;
  char message[EVENING_MESSAGE_SIZE]; /* what happened, to what; no date in front */
} EveningVerdict;

typedef struct {
  const Quote *quotes; /* sorted by ticker, each once */
  size_t count;
} Quotes;

typedef struct {
  Day date;
  const Session *archived; /* the newest archived session before the date: its codes were asked for */
  OpenState calendar;
  EveningWindow window;
  Instant begun, ended; /* the first call of all; the last answer, that of the second reading */
  Quotes read;          /* the whole market */
  Quotes again;         /* the first EVENING_STILL_CODES codes, a minute later */
} EveningFacts;

/* For EVENING_GOOD *ret_session is the session, the caller's to free; otherwise it is untouched. STATUS_NO_MEMORY is
 * the only failure. Earlier sessions than `archived` are compared by evening_compare, one after the other. */
Status evening_judge(const EveningFacts *facts, Session *ret_session, EveningVerdict *ret_verdict, Error *err);

/* A good session whose quotes are those of the other becomes EVENING_REPEATED. Opens and base prices tell: they do not
 * move any more when the after-market moves the rest. */
void evening_compare(const Session *session, const Session *other, EveningVerdict *verdict);

/* ---- afterwards ---- */

/* Whether an evening's session is no longer kept. */
bool evening_is_expired(Day date, Day today);

/* Stocks of the evening whose open, high, low or close is another in the final session, or which that lacks. What only
 * the final session has, as a halted stock that was not quoted, or a new one, the evening was not wrong about. */
size_t evening_differences(const Session *evening, const Session *final);

#endif
