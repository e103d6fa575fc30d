/* minutes_proof.h: can a stock's minutes of a day be believed? Facts in, opinion out. */
#ifndef CLOSEBELL_PLAN_MINUTES_PROOF_H
#define CLOSEBELL_PLAN_MINUTES_PROOF_H

#include <closebell/base/instant.h>
#include <closebell/market/minute.h>
#include <closebell/market/row.h>

enum {
  MINUTES_DUE = 16 * 60 + 5, /* minute of the day in Korea */
  MINUTES_AUCTION_WAIT = 65, /* minutes from the closing auction until it is no longer awaited: 16:35 */
  MINUTES_MESSAGE_SIZE = 192
};

typedef enum {
  MINUTES_WAITING,     /* they are not all there yet: later */
  MINUTES_PROVISIONAL, /* nothing speaks against them, and the day is not archived yet */
  MINUTES_PROVEN,      /* the archived row of the day agrees */
  MINUTES_WRONG
} MinutesState;

typedef struct {
  MinutesState state;
  char message[MINUTES_MESSAGE_SIZE]; /* why, without ticker and date */
} MinutesVerdict;

typedef struct {
  SessionHours hours;       /* of the session: minute.h */
  const StockRow *archived; /* the stock's row of the day; null: it is not archived yet */
  Instant now;              /* when they were asked for */
} MinutesFacts;

/* day: cut to the session's hours. They ascend within the hours, each bar can be believed, the closing auction is there
 * or is no longer awaited; against the archived row: the first open, the highest high, the lowest low and the last
 * close are its own, and the volumes sum to its volume at most. */
MinutesVerdict minutes_judge(const MinuteDay *day, const MinutesFacts *facts);

/* Whether minutes that agree with the archived row may lack the closing auction all the same: it came back after they
 * were read, and moved no price. There is no such bar, and they are fewer shares than the day's. */
bool minutes_lack_auction(const MinuteDay *day, const MinutesFacts *facts);

/* The last day that is no longer kept, of keep_days; DAY_NONE: all are kept (keep_days is 0). */
Day minutes_expired(Day today, int64_t keep_days);

#endif
