/* progress.h: how far long work is: a bar on a terminal (done/total, rate, time left), one log line a minute elsewhere. */
#ifndef CLOSEBELL_BASE_PROGRESS_H
#define CLOSEBELL_BASE_PROGRESS_H

#include <stddef.h>

#include <closebell/base/log.h>

typedef struct {
  const Log *log;
  const char *what, *unit; /* "archiving", "sessions" */
  size_t total, done;
  int64_t started_ms, shown_ms; /* by the log's clock, uptime */
} Progress;

/* Says nothing yet. what and unit must outlive the Progress. Without a clock in the log it stays silent. */
Progress progress_start(const Log *log, const char *what, const char *unit, size_t total);
/* Redraws at most ten times a second on a terminal; elsewhere logs at most once a minute. */
void progress_update(Progress *progress, size_t done);
/* Clears the bar, and logs one line with the total and the time taken if anything had been shown. */
void progress_finish(Progress *progress);

/* The line itself, pure: "archiving  120/300 sessions  40%  12.0/s  15 s left". Returns text. */
char *progress_format(const Progress *progress, int64_t now_ms, char *text, size_t text_size);

#endif
