/* dart_replay_events.h: decisions of companies that the DART server knows: events.csv of its data, where there is one.
 *
 *   rcept_no,corp_code,service,original,given,report_nm,values
 *
 * original: the receipt number of the decision's first filing; given: the day from which the service has it, absent: at
 * once; values: "nstk_ascnt_ps_ostk=1|nstk_asstd=2023년 01월 12일"; none: the filing withdraws the decision. Without a
 * service it is only listed. */
#ifndef DART_REPLAY_EVENTS_H
#define DART_REPLAY_EVENTS_H

#include "dart_replay_data.h"

typedef struct DartEvent {
  const char *rcept_no, *corp_code, *service, *original, *report_nm, *values;
  long filed, given;
} DartEvent;

/* Reads them, and puts them among the filings, which have been read and are not in order yet. */
bool dart_events_load(DartData *data, const char *folder, char *why, size_t why_size);
/* Once the filings are in order: what corrects, and what withdraws them. */
void dart_events_link(DartData *data);
/* The version of the decision that the service has on that day. Null: it is withdrawn, or not given yet. */
const DartEvent *dart_event_newest(const DartData *data, const DartEvent *original, long day);
void dart_events_free(DartData *data);

#endif
