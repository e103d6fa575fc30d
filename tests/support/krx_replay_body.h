/* krx_replay_body.h: recorded rows written as the KRX Open API writes them, with the faults that lie in the rows. */
#ifndef KRX_REPLAY_BODY_H
#define KRX_REPLAY_BODY_H

#include "krx_replay_data.h"
#include "krx_replay_fault.h"

/* The JSON for one market's day, malloc'ed; null without memory or when a file is gone. `served` false: as if there
 * were no such day. Faults that are not about rows change nothing. */
char *replay_body(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                  size_t *ret_length);

/* The same of its base info: kinds follow code and name, as kind.h has it, but where a fault says otherwise. */
char *replay_base_info(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                       size_t *ret_length);

#endif
