/* krx_replay_etf.h: etp/etf_bydd_trd of the recorded sessions, with funds that are made up (made_funds.h). */
#ifndef KRX_REPLAY_ETF_H
#define KRX_REPLAY_ETF_H

#include "krx_replay_data.h"
#include "krx_replay_fault.h"

enum { REPLAY_FUNDS = 60 }; /* unless it is told otherwise */

/* Which session of made_funds.h a recorded one is; -1: none is recorded. */
long replay_etf_session(const ReplayData *data, long date);
/* The JSON for a day, malloc'ed; null without memory. `served` false: as if there were no such day. */
char *replay_etf(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                 size_t *ret_length);

#endif
