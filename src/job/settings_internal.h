/* settings_internal.h: the parts of what settings mean that are checked one by one. */
#ifndef CLOSEBELL_JOB_SETTINGS_INTERNAL_H
#define CLOSEBELL_JOB_SETTINGS_INTERNAL_H

#include <closebell/job/settings.h>

Status settings_markets(const Config *config, MarketSet *ret_markets, Error *err);
Status settings_excluded(const Config *config, EntryFilter *filter, Error *err);
Status settings_signals(const Config *config, LeaderFields *ret_fields, Error *err);
Status settings_above(const Config *config, LeaderFields *ret_fields, Error *err);

#endif
