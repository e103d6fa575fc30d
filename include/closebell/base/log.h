/* log.h: one line an event on stderr: logfmt for machines, short and coloured on a terminal (NO_COLOR honoured).
 *
 * A log that cannot be written stops nothing: write errors are ignored, SIGPIPE is the program's to ignore. */
#ifndef CLOSEBELL_BASE_LOG_H
#define CLOSEBELL_BASE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include <closebell/base/clock.h>

typedef enum { LOG_DEBUG = 0, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

typedef struct {
  FILE *stream;        /* not owned; null: silent */
  LogLevel lowest;     /* events below it are dropped */
  bool terminal;       /* short form */
  bool colour;
  const char *program; /* the field "job" */
  const Clock *clock;  /* null: lines carry no time */
} Log;

/* Chooses the form by looking at the stream (isatty) and the environment's NO_COLOR. */
Log log_open(FILE *stream, LogLevel lowest, const char *program, const Clock *clock, const char *no_color);

/* logfmt: ts=2025-04-11T00:00:00Z level=info job=daily_update msg="..."; quotes, backslashes and control characters are escaped. */
void log_line(const Log *log, LogLevel level, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define log_debug(log, ...) log_line((log), LOG_DEBUG, __VA_ARGS__)
#define log_info(log, ...) log_line((log), LOG_INFO, __VA_ARGS__)
#define log_warn(log, ...) log_line((log), LOG_WARN, __VA_ARGS__)
#define log_error(log, ...) log_line((log), LOG_ERROR, __VA_ARGS__)

#endif
