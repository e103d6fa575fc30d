/* krx_replay_data.h: recorded days, found in folders of CSV files and read when asked for. */
#ifndef KRX_REPLAY_DATA_H
#define KRX_REPLAY_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "krx_replay_time.h"

enum { REPLAY_VALUE_SIZE = 32, REPLAY_NAME_SIZE = 128 };

typedef struct {
  char code[REPLAY_VALUE_SIZE], name[REPLAY_NAME_SIZE], market[REPLAY_VALUE_SIZE];
  char open[REPLAY_VALUE_SIZE], high[REPLAY_VALUE_SIZE], low[REPLAY_VALUE_SIZE], close[REPLAY_VALUE_SIZE];
  char change[REPLAY_VALUE_SIZE], change_rate[REPLAY_VALUE_SIZE], volume[REPLAY_VALUE_SIZE], value[REPLAY_VALUE_SIZE];
  char market_cap[REPLAY_VALUE_SIZE], listed_shares[REPLAY_VALUE_SIZE];
} ReplayRow;

typedef struct {
  char code[REPLAY_VALUE_SIZE], name[REPLAY_NAME_SIZE], market[REPLAY_VALUE_SIZE];
  int64_t listed_shares;
} ReplayStock;

typedef struct {
  long date;
  char *path;
  bool raw;          /* complete as published; else prices only, to be joined with the listing */
  int64_t *previous; /* not raw: of each line, the stock's close in the file it was last in, 0 at first */
  size_t lines;
} ReplayDay;

typedef struct {
  ReplayStock *stocks; /* sorted by code */
  size_t stock_count;
  ReplayDay *days; /* sorted by date */
  size_t day_count;
  size_t funds; /* so many exchange-traded funds are made up */
} ReplayData;

/* Any of the paths may be null; days needs listing. Closes are read once, so that a day's changes need no other file
 * later. False, and a line in why, when a file is not what it should be. */
bool replay_data_load(ReplayData *data, const char *days, const char *listing, const char *raw, char *why,
                      size_t why_size);
void replay_data_free(ReplayData *data);

const ReplayDay *replay_data_find(const ReplayData *data, long date);
const ReplayDay *replay_data_before(const ReplayData *data, long date); /* the newest day before date, or null */

/* The rows of one market, in the file's order, malloc'ed. False when the file cannot be read any more. */
bool replay_data_rows(const ReplayData *data, const ReplayDay *day, const char *market, ReplayRow **ret_rows,
                      size_t *ret_count);

/* The weekdays without a file between days with one; a gap of more than a fortnight is the end of a recording, not a
 * closure. */
ReplayClosures replay_data_closures(const ReplayData *data);
/* "date,reason" lines. */
bool replay_closures_load(ReplayClosures *ret_closures, const char *path, char *why, size_t why_size);

#endif
