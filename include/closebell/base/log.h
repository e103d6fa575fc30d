/* log.h: one line an event on stderr: logfmt for machines, short and coloured on a terminal (NO_COLOR honoured).
 *
 * A log that cannot be written stops nothing: write errors are ignored, SIGPIPE is the program's to ignore. */
#ifndef CLOSEBELL_BASE_LOG_H
#define CLOSEBELL_BASE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include <closebell/base/clock.h>
#include <closebell/base/day.h>

typedef enum { LOG_DEBUG = 0, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

typedef struct {
  FILE *stream;    /* not owned; null: silent */
  LogLevel lowest; /* events below it are dropped */
  bool terminal;   /* short form */
  bool colour;
  const char *program; /* the field "job" */
  const Clock *clock;  /* null: lines carry no time */
} Log;

/* Chooses the form by looking at the stream (isatty) and the environment's NO_COLOR. */
Log log_open(FILE *stream, LogLevel lowest, const char *program, const Clock *clock, const char *no_color);

/* logfmt: ts=2025-04-11T00:00:00Z level=info job=daily_update msg="..."; quotes and backslashes are escaped, and all
 * that escape.h shows. */
void log_line(const Log *log, LogLevel level, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define log_debug(log, ...) log_line((log), LOG_DEBUG, __VA_ARGS__)
#define log_info(log, ...) log_line((log), LOG_INFO, __VA_ARGS__)
#define log_warn(log, ...) log_line((log), LOG_WARN, __VA_ARGS__)
#define log_error(log, ...) log_line((log), LOG_ERROR, __VA_ARGS__)

/* ---- facts ---- */

/* What the sentence says, for machines: key=value between job and msg. A terminal shows the sentence alone. */
typedef struct {
  const char *key;  /* lower case, without blanks, the same for the same thing everywhere: deploy/README.md, "The log" */
  const char *text; /* null: the number; empty: nothing is said */
  int64_t number;
  Day day; /* DAY_NONE: text or number */
} LogFact;

typedef struct {
  const LogFact *items;
  size_t count;
} LogFacts;

LogFact log_text(const char *key, const char *text); /* lent for the call; cut after LOG_FACT_BYTES */
LogFact log_number(const char *key, int64_t number);
LogFact log_size(const char *key, size_t number);
LogFact log_count(const char *key, int64_t number); /* negative: nothing is said */
LogFact log_day(const char *key, Day day);          /* DAY_NONE: nothing is said */

enum { LOG_FACT_BYTES = 240, LOG_FACTS_MAX = 16 };
#define LOG_FACTS(...)                                                                                                 \
  ((LogFacts){.items = (const LogFact[]){__VA_ARGS__},                                                                 \
              .count = sizeof((const LogFact[]){__VA_ARGS__}) / sizeof(LogFact)})

void log_with(const Log *log, LogLevel level, LogFacts facts, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The level of what belongs into a log that is kept, and is no news to who sits before the terminal. */
LogLevel log_level_of_record(const Log *log);

#endif
