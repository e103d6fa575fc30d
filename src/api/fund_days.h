/* fund_days.h: which sessions of funds readers see: those that etf_days has completed, up to the state that is
 * served. */
#ifndef CLOSEBELL_API_FUND_DAYS_H
#define CLOSEBELL_API_FUND_DAYS_H

#include <closebell/api/call.h>
#include <closebell/store/etfs.h>

typedef struct {
  Day *dates; /* owned; ascending */
  size_t count;
} FundDays;

Status fund_days_load(const Call *call, FundDays *ret_days, Error *err);
bool fund_days_has(const FundDays *days, Day date);
void fund_days_free(FundDays *days);

/* A fund of those days; false: it has none of them. Its last date is one of them. */
bool fund_days_show(const FundDays *days, Etf *fund);

#endif
