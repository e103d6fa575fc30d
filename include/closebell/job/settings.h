/* settings.h: what the settings mean to the jobs, and everything that is wrong with them. */
#ifndef CLOSEBELL_JOB_SETTINGS_H
#define CLOSEBELL_JOB_SETTINGS_H

#include <closebell/base/complaints.h>
#include <closebell/base/config.h>
#include <closebell/market/closures.h>
#include <closebell/market/filter.h>
#include <closebell/market/leader.h>

/* [universe], [leaders], [calendar]. STATUS_CONFIG names file, line and key. */
Status settings_filter(const Config *config, EntryFilter *ret_filter, Error *err);
Status settings_leaders(const Config *config, LeaderRules *ret_rules, Error *err);
Status settings_closures(const Config *config, Closures *ret_closures, Error *err);

/* All that can be known without asking anybody: every error, and what is allowed but seldom meant. [mongodb] and the
 * key are left to settings_check_access: not every run needs them, and a run tells of them what it can. */
void settings_check(const Config *config, Complaints *complaints);
/* The URI, and with needs_key the exchange's key. */
void settings_check_access(const Config *config, bool needs_key, Complaints *complaints);

#endif
