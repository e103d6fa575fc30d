#include "krx_replay_etf.h"

#include "made_funds.h"

long replay_etf_session(const ReplayData *data, long date) {
  const ReplayDay *day = replay_data_find(data, date);
  return day ? day - data->days : -1;
}

char *replay_etf(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                 size_t *ret_length) {
  char compact[REPLAY_DAY_TEXT_SIZE];
  (void)market;
  replay_day_compact(fault->kind == REPLAY_FAULT_WRONG_DATE ? replay_day_previous_weekday(date) : date, compact);
  return made_funds_answer(data->funds, served ? replay_etf_session(data, date) : -1, compact, fault, ret_length);
}
