/* status.h: what a function that can fail returns, and the text that says why.
 *
 * A function that fails returns a Status other than STATUS_OK and fills the caller's Error with one line.
 * Callers add where they were with error_prefix: "archive 2025-04-10: insert: connection reset".
 * Output parameters are written on success only. */
#ifndef CLOSEBELL_BASE_STATUS_H
#define CLOSEBELL_BASE_STATUS_H

typedef enum {
  STATUS_OK = 0,
  STATUS_USAGE,       /* wrong arguments on the command line */
  STATUS_CONFIG,      /* a setting, a key or the clock is wrong: a person has to act */
  STATUS_UNAVAILABLE, /* a server did not answer, or not in time; trying later helps */
  STATUS_BAD_DATA,    /* bytes or documents that are not what they should be */
  STATUS_NOT_FOUND,
  STATUS_DUPLICATE,   /* the _id exists already */
  STATUS_LOST,        /* the lease is no longer ours: write nothing more */
  STATUS_INTERRUPTED, /* a signal or the time budget asked us to stop */
  STATUS_INCOMPLETE,  /* part of the work failed; the next run goes on */
  STATUS_NO_MEMORY,
  STATUS_INTERNAL     /* a bug, or a server that breaks its own rules */
} Status;

/* Exit codes of the programs (sysexits.h where it has a name for it). */
enum { EXIT_DONE = 0, EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_INTERNAL = 70, EXIT_IO = 74, EXIT_TRY_AGAIN = 75, EXIT_CONFIG = 78 };

typedef struct {
  char text[768];
} Error;

/* Sets the text and returns status, so that callers can write `return error_set(err, STATUS_X, "...")`.
 * err may be null. */
Status error_set(Error *err, Status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text, or of the status's name when there is none, and returns status unchanged; does
 * nothing for STATUS_OK. */
Status error_prefix(Error *err, Status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "unavailable", "bad data", ...: for logs. Never null. */
const char *status_name(Status status);

/* The process's exit code for the status its run ended with. */
int status_exit_code(Status status);

#endif
