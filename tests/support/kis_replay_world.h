/* kis_replay_world.h: the market as the KIS server sees it: the recorded days of the replay server of KRX, read by
 * stock, with the minutes and the investors of each; what no file records is worked out, always the same. */
#ifndef KIS_REPLAY_WORLD_H
#define KIS_REPLAY_WORLD_H

#include "krx_replay_data.h"

typedef struct {
  const char *code, *name, *market;                                     /* owned by the world */
  int64_t open, high, low, close, change, volume, value, listed_shares; /* open 0: without trades */
} KisRow;

/* One group's trades of a stock's day, in shares. */
typedef enum { KIS_PERSONS, KIS_FOREIGNERS, KIS_INSTITUTIONS, KIS_GROUPS } KisGroup;
typedef struct {
  int64_t bought[KIS_GROUPS], sold[KIS_GROUPS];
  int64_t program_bought, program_sold;
} KisFlow;

typedef struct {
  int label; /* minute of the day at which it begins */
  int64_t open, high, low, close, volume;
} KisBar;
enum { KIS_BARS_MAX = 460 };

/* Minutes of the day. Between auction_begins and close_at the closing auction is called. */
typedef struct {
  int open_at, auction_begins, close_at;
} KisHours;

typedef struct KisWorld KisWorld;

/* flow: a file date,code,...,institution_net,other_corp_net,individual_net,foreign_net,...; minutes: folders of
 * CODE....csv with date,time,open,high,low,close,volume,value_cum; both may be null. What is given must outlive it. */
KisWorld *kis_world_open(const ReplayData *data, const ReplayClosures *closures, const char *flow,
                         const char *const *minutes, size_t minute_folders);
void kis_world_close(KisWorld *world);

/* Whether the exchange opens: a recorded session; after the last one any weekday that is not closed. */
bool kis_world_is_session(const KisWorld *world, long day);
long kis_world_session_before(const KisWorld *world, long day); /* REPLAY_NO_DAY: none */
const ReplayData *kis_world_data(const KisWorld *world);

/* Null: the stock has no row on that day. */
const KisRow *kis_world_row(KisWorld *world, long day, const char *code);
/* A session's hours: those of its recorded minutes, of kis_world_set_hours, or 09:00 to 15:30. */
KisHours kis_world_hours(KisWorld *world, long day);
void kis_world_set_hours(KisWorld *world, long day, KisHours hours);
/* Of a stock that trades. */
KisFlow kis_world_flow(KisWorld *world, long day, const KisRow *row);
/* All its bars with trades, in order, the closing auction's last. Returns their number. */
size_t kis_world_bars(KisWorld *world, long day, const KisRow *row, KisBar bars[KIS_BARS_MAX]);

/* A number that is always the same for a stock's day. */
uint32_t kis_hash(const char *code, long day, uint32_t salt);

#endif
