/* feeds_check.h: what is said of the feeds of [feeds] folder: by --check-feeds, and by each run of those that are bad.
 */
#ifndef CLOSEBELL_JOB_FEEDS_CHECK_H
#define CLOSEBELL_JOB_FEEDS_CHECK_H

#include <closebell/dataset/feeds.h>

/* Loads the feeds that the settings name and puts their rows into the job's tables; nothing where there are none. The
 * feeds must outlive the job. */
Status feeds_attach(Job *job, Feeds *feeds, Error *err);

/* A line a feed: name, title, schedule, when it is due next, fields, keys; and every error. No call, no database.
 * STATUS_CONFIG: a file has an error, or there is no folder. */
Status feeds_check(const Config *config, Instant now, const Output *out, Error *err);

/* Logs every error of every bad file; where the run writes, alerts of kind feed-invalid begin and end. */
Status feeds_tell_bad(const Job *job, Error *err);

/* What a person has named. STATUS_CONFIG: its file has errors; STATUS_USAGE: there is no such dataset. */
Status feeds_check_name(const Job *job, const char *name, Error *err);

#endif
