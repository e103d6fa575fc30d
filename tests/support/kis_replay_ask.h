/* kis_replay_ask.h: one question to the KIS server, and what each service writes in answer. */
#ifndef KIS_REPLAY_ASK_H
#define KIS_REPLAY_ASK_H

#include <stdio.h>

#include "kis_replay_world.h"
#include "krx_replay_fault.h"

/* How the market of a test behaves. */
typedef struct {
  bool drifts;            /* since 2026-09-14 prices move on from 16:00 to 20:00; all days do */
  long late_per_thousand; /* of a day's volume traded between the close and 16:00 */
  int auction_back;       /* minute of the day from which bar 153000 is there for good */
} KisManners;

typedef struct {
  KisWorld *world;
  KisManners manners;
  long day;   /* in Korea, now */
  int second; /* of that day */
  ReplayFault fault;
  const char *(*get)(void *context, const char *name); /* a parameter; null: not sent */
  void *context;
  char why[128]; /* of an answer that is no success: msg1 */
} KisAsk;

/* What a service says: its output members, after a `{`; or why not. */
typedef enum { KIS_FINE, KIS_INPUT_MISSING, KIS_BAD_MARKET, KIS_TIME_LIMIT } KisSaid;
typedef KisSaid KisWrite(KisAsk *ask, FILE *out);

KisWrite kis_write_quotes, kis_write_investor, kis_write_investor_daily, kis_write_program, kis_write_minutes,
    kis_write_minutes_dated, kis_write_index, kis_write_item, kis_write_holidays;

/* --- what they share --- */

/* KIS_INPUT_MISSING with its name in why when one of them (null-ended) was not sent at all. */
KisSaid kis_need(KisAsk *ask, const char *const *names);
KisSaid kis_need_stock(KisAsk *ask); /* FID_COND_MRKT_DIV_CODE, which must be a known one, and FID_INPUT_ISCD */
const char *kis_get(const KisAsk *ask, const char *name); /* never null */

/* The session whose prices are shown: today's from its opening on, else the last one. */
long kis_shown_session(KisAsk *ask);
/* A stock's day as it stands now: while it trades, after the close, and with the after-market in it. */
bool kis_row_now(KisAsk *ask, long day, const char *code, KisRow *ret_row);
/* The same in minutes, those that are over or forming; placeholders not among them. Returns their number. */
size_t kis_bars_now(KisAsk *ask, long day, const KisRow *row, KisBar bars[KIS_BARS_MAX]);
/* ,"name":"value" and its kin; `first` leaves the comma out. */
void kis_put(FILE *out, const char *name, const char *value);
void kis_put_number(FILE *out, const char *name, int64_t value);
void kis_put_rate(FILE *out, const char *name, int64_t part, int64_t whole); /* percent, two decimals */
const char *kis_sign(int64_t change);

#endif
