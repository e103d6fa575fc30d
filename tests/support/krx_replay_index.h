/* krx_replay_index.h: idx/kospi_dd_trd and idx/kosdaq_dd_trd, made of the recorded stock rows. */
#ifndef KRX_REPLAY_INDEX_H
#define KRX_REPLAY_INDEX_H

#include "krx_replay_data.h"
#include "krx_replay_fault.h"

/* The JSON for one market's day, malloc'ed; null without memory or when a file is gone. `served` false: as if there
 * were no such day. The totals are the sum of the rows that the market's daily service has for that day, whatever fault
 * that one is told. An index follows the market cap: close − change of a session is the close of the session before. */
char *replay_index(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                   size_t *ret_length);

/* The same figures for whoever else publishes them. */
typedef struct {
  int64_t open, high, low, close; /* hundredths */
  int64_t volume, value;          /* shares, KRW: of the index' own stocks */
} ReplayIndexDay;
/* name: "KOSPI", "KOSDAQ", "KOSPI200". False: no such session, or its file is gone. */
bool replay_index_day(const ReplayData *data, long date, const char *name, ReplayIndexDay *ret_day);

#endif
