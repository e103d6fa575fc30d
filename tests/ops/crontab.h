/* crontab.h: which lines of a crontab cron would start in a minute, so that a test can go through a year of them.
 *
 * Knows the fields of Debian's cron (lists, ranges, steps, "*"), variables, and one kind of command more than plain
 * ones: case $(date ...) in PATTERNS) COMMAND ;; esac. Anything else is refused. */
#ifndef CLOSEBELL_TESTS_OPS_CRONTAB_H
#define CLOSEBELL_TESTS_OPS_CRONTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { CRONTAB_LINES = 16, CRONTAB_TEXT = 512 };

typedef struct {
  uint64_t minutes, hours, weekdays; /* a bit each; Sunday is 0 */
  bool any_hour;                     /* "*": cron goes by the clock when it jumps, with neither repeats nor omissions */
  bool guarded, guard_in_korea;      /* the guard reads the time in Korea, or in UTC */
  char guard_format[64], guard_patterns[CRONTAB_TEXT];
  char command[CRONTAB_TEXT];
} CrontabLine;

typedef struct {
  CrontabLine lines[CRONTAB_LINES];
  size_t count;
} Crontab;

/* False when a line is not understood; what it is stands on stderr. */
bool crontab_read(FILE *stream, Crontab *ret_crontab);
/* At this instant, a full minute, which the clock on the wall shows as `local`. */
bool crontab_starts(const CrontabLine *line, time_t at, const struct tm *local);

#endif
